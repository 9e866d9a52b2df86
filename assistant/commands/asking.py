"""`kb ask`: one question answered on the terminal, as the window would."""

import argparse
import asyncio
import json
import sys
from collections.abc import Iterator
from contextlib import aclosing
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.cli import Subparsers, UsageError, command, tell
from assistant.settings import load_settings
from assistant.types import Delta, Done, Exchange, Question, Turn

if TYPE_CHECKING:
    from assistant.wiring import Desk


def register(subparsers: Subparsers) -> None:
    """Add `kb ask`."""
    parser = command(subparsers, "ask", "answer one question, with its sources", run)
    parser.add_argument("question", metavar="QUESTION")
    parser.add_argument("--history", type=Path, metavar="FILE", help='earlier turns: JSON [{"question","answer"}, …]')
    parser.add_argument("--no-model", action="store_true", help="answer verbatim from the knowledge base")


def run(args: argparse.Namespace) -> int:
    """Answer; 0 when there is an answer, 1 when the knowledge base has none."""
    from assistant.wiring import open_desk

    history = read_history(args.history) if args.history else ()
    if not args.question.strip():
        raise UsageError("the question is empty; put it in quotes: kb ask '如何退款？'")
    question = Question(args.question, user="kb", history=history)
    desk = open_desk(load_settings(args.home), with_model=not args.no_model)
    for banner in desk.banners:
        if banner.code == "model_failed":  # the others stand in the answer's own note
            print(f"kb: {banner.en if desk.settings.language == 'en' else banner.zh}", file=sys.stderr)
    turn = asyncio.run(_ask(desk, question, echo=not args.json))
    tell(args, turn_as_json(turn), *_sources(turn))
    return 1 if turn.answer.outcome == "no_knowledge" else 0


def read_history(path: Path) -> tuple[Exchange, ...]:
    """Earlier turns, oldest first: a JSON list (or JSON lines) of {"question", "answer"} or of {"role", "content"}."""
    try:
        text = path.read_text(encoding="utf-8-sig")
        items = json.loads(text) if text.lstrip().startswith("[") else [json.loads(line) for line in text.splitlines()]
        return tuple(
            Exchange(item["question"], item.get("query") or item["question"], item.get("answer", ""))
            for item in _paired(items)
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as fault:
        raise UsageError(
            f'{path}: not a history ({fault!r}); write a JSON list of {{"question": …, "answer": …}}'
        ) from fault


def turn_as_json(turn: Turn) -> dict[str, object]:
    """The contract of `kb ask --json` and of the HTTP API."""
    answer, context = turn.answer, turn.context
    return {
        "outcome": answer.outcome,
        "query": turn.query,
        "answer": answer.text,
        "citations": [asdict(citation) for citation in answer.citations],
        "passages": [asdict(passage) for passage in context.passages],
        "unsupported": list(answer.unsupported),
        "note": answer.note,
        "reason": context.reason,
        "answerability": context.answerability,
        "timings": dict(turn.timings),
        "model": turn.model,
        "generation": context.generation,
    }


async def _ask(desk: "Desk", question: Question, echo: bool) -> Turn:
    try:
        async with aclosing(desk.assistant.answer(question)) as events:
            async for event in events:
                if isinstance(event, Delta) and echo:
                    print(event.text, end="", flush=True)
                elif isinstance(event, Done):
                    return event.turn
    finally:
        await desk.close()
    raise AssertionError("a turn ends in Done")


def _sources(turn: Turn) -> Iterator[str]:
    yield ""  # ends the answer's last line
    if turn.answer.note:
        yield f"\n({turn.answer.outcome}: {turn.answer.note})"
    for citation in turn.answer.citations:
        where = f"{citation.source}:{citation.line}"
        yield f"[{citation.label}] {citation.title}  ({where}{', ' + citation.updated if citation.updated else ''})"
    for statement in turn.answer.unsupported:
        yield f"! not in the sources: {statement}"


def _paired(items: list[dict[str, str]]) -> list[dict[str, str]]:
    """Messages with roles become question/answer pairs; pairs stay as they are."""
    if not any("role" in item for item in items):
        return items
    pairs: list[dict[str, str]] = []
    for item in items:
        if item["role"] == "user":
            pairs.append({"question": item["content"], "answer": ""})
        elif item["role"] == "assistant" and pairs:
            pairs[-1]["answer"] = item["content"]
    return pairs
