"""The editors' page: what is indexed, what to mend, drafts, gaps and quarantine, and the way back to an older index."""

import asyncio
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from html import escape
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Form, HTTPException
from fastapi.responses import HTMLResponse, RedirectResponse

from assistant.learning import drafts
from assistant.reports import most_asked
from knowledge.errors import KnowledgeError
from knowledge.generations import Generations
from knowledge.locking import writer_lock
from knowledge.manifest import Manifest
from knowledge.scrubbing.quarantine import Waiting, decide, decisions, waiting
from knowledge.scrubbing.residue import CHINESE
from knowledge.types import Problem
from web import pages
from web.pages import Editor, Shown
from web.texts import Language, texts_of
from web.window import Window

router = APIRouter()
GAPS = timedelta(days=30)


@router.get("/desk/knowledge")
async def knowledge(user: Editor, language: Shown, told: str = "") -> HTMLResponse:
    """The page; `told` is a note about what was just done."""
    window, texts = pages.opened(), texts_of("knowledge", language)
    parts = [f'<p class="alert">{escape(told)}</p>'] if told else []
    if window.watcher and window.watcher.fault:
        parts.append(f'<p class="alert">{escape(texts["watch_fault"].format(fault=window.watcher.fault))}</p>')
    generations = Generations(window.settings.index).all()
    live = next((one for one in generations if one.generation == window.desk.knowledge.generation), None)
    parts += [_live(live, texts), _faults(live, texts, language), _drafts(window, texts), _gaps(window, texts)]
    parts += [_quarantine(window, texts, language), _sources(live, texts), _older(generations, live, texts)]
    return pages.page(texts["title"], parts, language, "knowledge")


@router.post("/desk/knowledge/reindex")
async def reindex(user: Editor, language: Shown) -> RedirectResponse:
    """Start a sync; the window goes on answering from the live index meanwhile."""
    task = asyncio.create_task(asyncio.to_thread(pages.opened().desk.knowledge.sync))
    task.add_done_callback(lambda done: done.exception())  # a fault is on the page: the watcher reports it too
    return _done(texts_of("knowledge", language)["reindexing"])


@router.post("/desk/knowledge/rollback")
async def rollback(user: Editor, language: Shown, generation: Annotated[str, Form()]) -> RedirectResponse:
    """Go back to an older index."""
    window = pages.opened()

    def switch() -> None:
        with writer_lock(window.settings.index):
            Generations(window.settings.index).rollback(generation)
        window.desk.knowledge.refresh()

    return await _attempt(language, switch)


@router.post("/desk/knowledge/quarantine")
async def judge(
    user: Editor, language: Shown, identity: Annotated[str, Form()], decision: Annotated[str, Form()]
) -> RedirectResponse:
    """Release or drop an exchange that may hold personal data."""
    window = pages.opened()
    if decision not in ("release", "drop"):
        raise HTTPException(400)
    return await _attempt(language, lambda: decide(window.settings.sources, window.settings.index, identity, decision))


async def _attempt(language: Language, work: Callable[[], object]) -> RedirectResponse:
    try:
        await asyncio.to_thread(work)
    except KnowledgeError as fault:
        return _done(texts_of("knowledge", language)["fault"].format(fault=fault))
    return _done("")


def _done(told: str) -> RedirectResponse:
    return RedirectResponse(f"/desk/knowledge?told={quote(told)}" if told else "/desk/knowledge", status_code=303)


def _live(live: Manifest | None, texts: Mapping[str, str]) -> str:
    line = texts["none"]
    if live:
        created = datetime.fromisoformat(live.created).astimezone().strftime("%Y-%m-%d %H:%M")
        line = texts["live"].format(name=live.generation, entries=live.entries, chunks=live.chunks, created=created)
    return pages.section(
        texts["index"], f"<p>{escape(line)}</p>", pages.button("/desk/knowledge/reindex", texts["reindex"])
    )


def _faults(live: Manifest | None, texts: Mapping[str, str], language: Language) -> str:
    problems = [problem for source in live.sources for problem in source.problems] if live else []
    urgent = sorted((one for one in problems if one.severity != "info"), key=lambda one: one.severity != "error")
    shown = "".join(_problem(one, texts, language) for one in urgent) or f'<p class="quiet">{texts["no_faults"]}</p>'
    if notes := [one for one in problems if one.severity == "info"]:
        folded = "".join(_problem(one, texts, language) for one in notes)
        shown += f"<details><summary class=quiet>{texts['notes'].format(n=len(notes))}</summary>{folded}</details>"
    return pages.section(texts["faults"], shown)


def _problem(one: Problem, texts: Mapping[str, str], language: Language) -> str:
    where = f"{one.file} · {texts['line'].format(n=one.line)}"
    return (
        f'<article><p><b class="chip {one.severity}">{texts[one.severity]}</b> '
        f"<span class=quiet>{escape(where)}</span></p>"
        f"<p>{escape(_in(one.message, language))}"
        f"<br><span class=quiet>→ {escape(_in(one.remedy, language))}</span></p></article>"
    )


def _in(both: str, language: Language) -> str:
    """One half of "中文 / English", as problems are worded."""
    chinese, found, english = both.partition(" / ")
    return chinese if language == "zh" or not found else english.replace("、", ", ")


def _drafts(window: Window, texts: Mapping[str, str]) -> str:
    files = drafts(window.settings.sources)
    shown = "".join(
        f"<details><summary>{escape(path.name)}</summary><pre>{escape(path.read_text(encoding='utf-8'))}</pre></details>"
        for path in files
    )
    hint = texts["drafts_hint"] if files else texts["no_drafts"]
    return pages.section(texts["drafts"], f'<p class="quiet">{escape(hint)}</p>', shown)


def _gaps(window: Window, texts: Mapping[str, str]) -> str:
    turns = window.desk.journal.turns(datetime.now(UTC) - GAPS)
    rows = (
        (gap.question, str(gap.count)) for gap in most_asked(turn for turn in turns if turn.outcome == "no_knowledge")
    )
    return pages.section(texts["gaps"], pages.table((texts["question"], texts["count"]), rows, texts["no_gaps"]))


def _quarantine(window: Window, texts: Mapping[str, str], language: Language) -> str:
    decided = decisions(window.settings.sources)
    shown = "".join(_held(one, texts, language) for one in waiting(window.settings.index) if one.id not in decided)
    hint = texts["quarantine_hint"] if shown else texts["no_quarantine"]
    return pages.section(texts["quarantine"], f'<p class="quiet">{escape(hint)}</p>', shown)


def _held(one: Waiting, texts: Mapping[str, str], language: Language) -> str:
    reasons = ", ".join(CHINESE[reason] if language == "zh" else reason for reason in one.reasons)
    return (
        f'<article><p class="quiet">{escape(one.source)}:{one.line} · {escape(reasons)}</p>'
        f"<p class=said>{escape(one.title)}<br>{escape(one.text)}</p><div class=bar>"
        + pages.button("/desk/knowledge/quarantine", texts["release"], identity=one.id, decision="release")
        + pages.button("/desk/knowledge/quarantine", texts["drop"], identity=one.id, decision="drop")
        + "</div></article>"
    )


def _sources(live: Manifest | None, texts: Mapping[str, str]) -> str:
    rows = ((one.path, texts.get(one.layer, one.layer), str(one.entries)) for one in (live.sources if live else ()))
    return pages.section(texts["sources"], pages.table((texts["file"], texts["layer"], texts["entries"]), rows))


def _older(generations: tuple[Manifest, ...], live: Manifest | None, texts: Mapping[str, str]) -> str:
    rows = "".join(
        f"<div class=bar><span>{escape(one.generation)} · {one.entries}</span>"
        + pages.button("/desk/knowledge/rollback", texts["back"], texts["ask_back"], generation=one.generation)
        + "</div>"
        for one in generations
        if live is None or one.generation != live.generation
    )
    return pages.section(texts["older"], rows or '<p class="quiet">–</p>')
