"""The only file that chooses implementations: settings become a Desk with everything on it.

Nothing here falls back silently: what is missing stands in `Desk.banners`, with the command that mends it.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from assistant.answering import Assistant, Options
from assistant.journal import Journal
from assistant.prompts import load_prompts
from assistant.settings import Settings
from assistant.types import Mode
from assistant.wording import words_of
from engine.gguf import beside, free_memory, read_header
from engine.local import LocalEngine
from engine.models import find_model
from engine.remote import RemoteEngine
from engine.runner import load_library
from engine.turns import Place, Turns
from engine.types import Engine, EngineError
from knowledge.embedding import BuiltinEmbedder, CrossEncoderReranker, Embedder, SentenceTransformerEmbedder
from knowledge.gathering import oldest_allowed
from knowledge.knowledge_base import KnowledgeBase
from knowledge.scrubbing import load_lists, scrub
from knowledge.sources import load_layers

log = logging.getLogger("deskmate.wiring")


@dataclass(frozen=True, slots=True)
class Banner:
    """One calm line above the conversation: a stable code, and the text in both languages."""

    code: str
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Desk:
    """Everything a front end needs, opened."""

    settings: Settings
    knowledge: KnowledgeBase
    journal: Journal
    assistant: Assistant
    banners: tuple[Banner, ...]

    async def close(self) -> None:
        """Stop the engines, close the index and the journal."""
        for engine in set(self.assistant.engines.values()):
            await engine.close()
        self.knowledge.close()
        self.journal.close()


def open_knowledge(settings: Settings) -> KnowledgeBase:
    """The knowledge base of a home with the embedder that is there. Reads no model weights until the first text."""
    reranker = CrossEncoderReranker(settings.home / settings.reranker, settings.device) if settings.reranker else None
    return KnowledgeBase(settings.sources, settings.index, _embedder(settings), reranker, settings.chroma_url)


def open_journal(settings: Settings, path: Path | None = None) -> Journal:
    """The journal of a home (or another file), which scrubs what it keeps, by the company's lists of now too.

    Raises JournalError, or KnowledgeError for a list that cannot be used.
    """
    lists = load_lists(settings.sources)
    journal = Journal(path or settings.journal, lambda text: scrub(text, lists=lists).text)
    journal.forget(settings.journal_days, oldest_allowed(load_layers(settings.sources), date.today()))
    return journal


def tidy_journal(settings: Settings) -> None:
    """Forget what is too old, now: a running `kb serve` does so only when it starts. Raises like `open_journal`."""
    if settings.journal.exists():
        open_journal(settings).close()


def open_desk(settings: Settings, *, with_model: bool = True, journal_at: Path | None = None) -> Desk:
    """Open knowledge, journal, prompts and (unless told not to) the models; blocks while weights load.

    Raises KnowledgeError, JournalError or PromptError; a model that fails becomes a banner, not an error.
    """
    prompts = load_prompts(settings.prompts)
    knowledge = open_knowledge(settings)
    journal = open_journal(settings, journal_at)
    engines, banners = _engines(settings) if with_model else ({}, ())
    if isinstance(knowledge.embedder, BuiltinEmbedder):
        banners = (*banners, _banner("builtin_embedder"))
    options = Options(settings.company, settings.language, settings.engine_timeout, settings.cache)
    assistant = Assistant(knowledge, engines, journal, prompts, options)
    return Desk(settings, knowledge, journal, assistant, banners)


def _engines(settings: Settings) -> tuple[dict[Mode, Engine], tuple[Banner, ...]]:
    """The engines by mode, and a banner for each that should be there and is not."""
    engines: dict[Mode, Engine] = {"fast": _remote(settings)} if settings.engine_url else {}
    banners: list[Banner] = []
    files = _model_files(settings)
    if not engines and "fast" not in files:
        banners.append(_banner("no_model"))
    leave, place = _room_for_both(settings, files)
    for mode, path in files.items():
        try:
            engines[mode] = _local(settings, path, leave if mode == "fast" else 0, place)
        except EngineError as fault:
            log.warning("event=model_not_loaded mode=%s fault=%s", mode, fault)
            banners.append(_banner("model_failed", fault=str(fault)))
    return engines, tuple(banners)


def _model_files(settings: Settings) -> dict[Mode, Path]:
    """The models of this process; a remote engine stands in for the fast one."""
    fast = settings.home / Path(settings.model).expanduser() if settings.model else find_model(settings.models)
    files: dict[Mode, Path] = {"fast": fast} if fast and not settings.engine_url else {}
    if settings.expert_model:
        files["expert"] = settings.home / Path(settings.expert_model).expanduser()
    return files


def _room_for_both(settings: Settings, files: Mapping[Mode, Path]) -> tuple[int, Place | None]:
    """Bytes that the fast model leaves for the expert, or the place where they take turns."""
    if len(files) < 2:
        return 0, None
    try:
        load_library()
        headers = read_header(files["fast"]), read_header(files["expert"])
        leave = beside(*headers, free_memory(), settings.context, settings.gpu_layers)
    except EngineError:  # one of them cannot be loaded at all, which is told when it is opened
        return 0, None
    return leave, None if leave else Place()


def _local(settings: Settings, path: Path, leave: int, place: Place | None) -> Engine:
    def load() -> LocalEngine:
        return LocalEngine.open(path, settings.context, settings.rows, settings.threads, settings.gpu_layers, leave)

    if not place:
        return load()
    turns = Turns(read_header(path).name, load, place)
    if not place.holder:  # the fast one; the expert is loaded when somebody asks it
        place.put(turns)
    return turns


def _remote(settings: Settings) -> Engine:
    return RemoteEngine(settings.engine_url, settings.engine_key, settings.engine_model, settings.engine_timeout)


def _embedder(settings: Settings) -> Embedder:
    folder = settings.home / settings.embedder if settings.embedder else settings.models / "embedder"
    if settings.embedder or folder.is_dir():
        return SentenceTransformerEmbedder(folder, settings.device)
    return BuiltinEmbedder()


def _banner(code: str, **values: str) -> Banner:
    zh, en = (words_of("banners", language)[code].format(**values) for language in ("zh", "en"))
    return Banner(code, zh, en)
