"""The only file that chooses implementations: settings become a Desk with everything on it.

Nothing here falls back silently: what is missing stands in `Desk.banners`, with the command that mends it.
"""

import logging
from dataclasses import dataclass
from pathlib import Path

from assistant.answering import Assistant, Options
from assistant.journal import Journal
from assistant.prompts import load_prompts
from assistant.settings import SHIPPED, Settings
from assistant.types import Mode
from engine.types import Engine, EngineError
from knowledge.embedding import BuiltinEmbedder, CrossEncoderReranker, Embedder, Reranker, SentenceTransformerEmbedder
from knowledge.knowledge_base import KnowledgeBase
from knowledge.scrubbing import scrub

log = logging.getLogger("deskmate.wiring")

BANNERS = {
    "no_model": {
        "zh": "还没有模型：回答直接取自知识库原文。添加模型：kb model pull qwen3-4b，然后重启。",
        "en": "No model yet: answers are the knowledge base verbatim. Add one with kb model pull qwen3-4b and restart.",
    },
    "model_failed": {
        "zh": "模型没有加载成功，回答直接取自知识库原文。原因：{fault}",
        "en": "The model was not loaded; answers are the knowledge base verbatim. Reason: {fault}",
    },
    "builtin_embedder": {
        "zh": "正在使用内置检索（按字词匹配）。要按语义检索：kb model pull embedder，然后 kb reindex。",
        "en": "Built-in search is in use (by words). To search by meaning: kb model pull embedder, then kb reindex.",
    },
}


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
    return KnowledgeBase(
        settings.sources, settings.index, _embedder(settings), _reranker(settings), settings.chroma_url
    )


def open_journal(settings: Settings, path: Path | None = None) -> Journal:
    """The journal of a home (or another file), which scrubs what it keeps. Raises JournalError."""
    return Journal(path or settings.journal, lambda text: scrub(text).text)


def open_desk(settings: Settings, *, with_model: bool = True, journal_at: Path | None = None) -> Desk:
    """Open knowledge, journal, prompts and (unless told not to) the models; blocks while weights load.

    Raises KnowledgeError, JournalError or PromptError; a model that fails becomes a banner, not an error.
    """
    prompts = load_prompts(settings.prompts, SHIPPED / "prompts")
    knowledge = open_knowledge(settings)
    journal = open_journal(settings, journal_at)
    journal.forget(settings.journal_days)
    engines, banners = _engines(settings) if with_model else ({}, ())
    if isinstance(knowledge.embedder, BuiltinEmbedder):
        banners = (*banners, _banner("builtin_embedder"))
    options = Options(settings.company, settings.language, settings.engine_timeout, settings.cache)
    assistant = Assistant(knowledge, engines, journal, prompts, options)
    return Desk(settings, knowledge, journal, assistant, banners)


def _engines(settings: Settings) -> tuple[dict[Mode, Engine], tuple[Banner, ...]]:
    """The engines by mode, and a banner for each that should be there and is not."""
    engines: dict[Mode, Engine] = {}
    banners: list[Banner] = []
    files: dict[Mode, str] = {"fast": settings.model, "expert": settings.expert_model}
    for mode, named in files.items():
        try:
            engine = _remote(settings) if mode == "fast" and settings.engine_url else _local(settings, mode, named)
        except EngineError as fault:
            log.warning("event=model_not_loaded mode=%s fault=%s", mode, fault)
            banners.append(_banner("model_failed", fault=str(fault)))
        else:
            if engine:
                engines[mode] = engine
            elif mode == "fast":
                banners.append(_banner("no_model"))
    return engines, tuple(banners)


def _remote(settings: Settings) -> Engine:
    from engine.remote import RemoteEngine

    return RemoteEngine(settings.engine_url, settings.engine_key, settings.engine_model, settings.engine_timeout)


def _local(settings: Settings, mode: Mode, named: str) -> Engine | None:
    from engine.models import find_model

    path = (settings.home / Path(named).expanduser()) if named else find_model(settings.models)
    if path is None or (mode == "expert" and not named):
        return None
    from engine.local import LocalEngine

    return LocalEngine.open(
        path,
        context=settings.context,
        rows=settings.rows or None,
        threads=settings.threads or None,
        gpu_layers=None if settings.gpu_layers < 0 else settings.gpu_layers,
    )


def _embedder(settings: Settings) -> Embedder:
    folder = settings.home / settings.embedder if settings.embedder else settings.models / "embedder"
    if settings.embedder or folder.is_dir():
        return SentenceTransformerEmbedder(folder, settings.device)
    return BuiltinEmbedder()


def _reranker(settings: Settings) -> Reranker | None:
    return CrossEncoderReranker(settings.home / settings.reranker, settings.device) if settings.reranker else None


def _banner(code: str, **values: str) -> Banner:
    return Banner(code, BANNERS[code]["zh"].format(**values), BANNERS[code]["en"].format(**values))
