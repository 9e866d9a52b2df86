"""What `kb eval` does around the measuring: opens what is measured, compares generations, asks with and without."""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from assistant.evaluation import Outcome, Question, Share, examine, measure, questions_of, share_of
from assistant.prompts import load_prompts
from assistant.sets import load_questions, open_set
from assistant.settings import Settings
from assistant.types import Done, Turn, TurnEvent
from assistant.types import Question as Asked
from assistant.wiring import open_desk
from engine.types import Engine, EngineError, Message, Sampling
from knowledge.embedding import Embedder
from knowledge.errors import IndexFault
from knowledge.golden import load_golden
from knowledge.grounding import Grounded, find
from knowledge.index import Index
from knowledge.knowledge_base import KnowledgeBase
from knowledge.retrieval import leans
from knowledge.types import Query
from knowledge.words import fold

Progress = Callable[[int, int], None]
LISTED = 10  # questions of each kind of failure that the terminal shows; --html shows all


@dataclass(frozen=True, slots=True)
class Chosen:
    """What to search: layers (none: all), and the weight of the dense search (None: the calibrated one)."""

    layers: tuple[str, ...] = ()
    dense_weight: float | None = None


@dataclass(frozen=True, slots=True)
class Bench:
    """An open index and the questions to ask of it."""

    index: Index
    embedder: Embedder
    questions: tuple[Question, ...]

    @property
    def generation(self) -> str:
        return self.index.directory.name

    def examine(self, chosen: Chosen, progress: Progress) -> tuple[Outcome, ...]:
        """Ask all questions. Raises IndexFault for a layer that the index does not have."""
        if unknown := [name for name in chosen.layers if name not in self.index.layers]:
            raise IndexFault(f"{', '.join(unknown)}: no such layer; the index has {', '.join(self.index.layers)}")

        def look(query: Query) -> Grounded:
            narrowed = replace(query, layers=chosen.layers)
            return find(self.index, self.embedder, narrowed, len, dense_weight=chosen.dense_weight)

        leaning = partial(leans, self.index, self.embedder)
        return examine(look, leaning, self.questions, lambda done: progress(done, len(self.questions)))


@contextmanager
def opened(knowledge: KnowledgeBase, folder: Path | None, generation: str = "") -> Iterator[Bench]:
    """The home's live (or named) generation with its golden questions, or the set in `folder` with an own index."""
    if folder is not None:
        questions = load_questions(folder)
        with (
            tempfile.TemporaryDirectory() as home,
            closing(open_set(folder, Path(home) / (folder.name or "set"), knowledge.embedder)) as index,
        ):
            yield Bench(index, knowledge.embedder, questions)
        return
    golden = load_golden(knowledge.sources / "golden")
    if not golden:
        raise IndexFault(
            f"{knowledge.sources / 'golden'}: no golden questions; add golden.csv or name a set with --set"
        )
    if generation and (not (knowledge.root / generation).is_dir() or generation in (".", "..")):
        raise IndexFault(f"{generation}: no such generation; kb index list names those that are kept")
    with closing(Index.open(knowledge.root / generation)) if generation else knowledge.reading() as index:
        yield Bench(index, knowledge.embedder, questions_of(golden, index.entries()))


def differences(ours: Sequence[Outcome], theirs: Sequence[Outcome], generation: str) -> dict[str, object]:
    """What the live generation has over `generation`: shares of both, and recall@5 gained, with its paired interval."""
    here, there = measure(ours), measure(theirs)
    pairs = [(a.rank, b.rank) for a, b in zip(ours, theirs, strict=True) if a.question.expected]
    gained = share_of((0 <= a < 5) - (0 <= b < 5) for a, b in pairs) or Share(0.0, 0.0, 0.0, 0)
    return {
        "generation": generation,
        "values": {name: [round(here[name].value, 4), round(there[name].value, 4)] for name in here if name in there},
        "recall@5 gained": [round(value, 4) for value in (gained.value, gained.low, gained.high)],
    }


def ab_test(settings: Settings, questions: Sequence[Question], progress: Progress) -> dict[str, object]:
    """Answer each question that has facts with and without the knowledge; the share of answers that hold all facts.

    Where a model is there it also judges both answers. Without one, the answer without knowledge is empty.
    The turns go to a journal of their own: nobody asked them, so they are neither figures nor gaps of the home.
    """

    async def run(journal: Path) -> dict[str, object]:
        desk = open_desk(settings, journal_at=journal)
        engine = desk.assistant.engines.get("fast")
        rows = []
        try:
            asked = [one for one in questions if one.facts and not one.history]
            for done, one in enumerate(asked, 1):
                turn = await _answer(desk.assistant.answer(Asked(one.text, user="eval")))
                bare = await _complete(engine, one.text) if engine else ""
                pair = (turn.answer.text, bare)
                judged = [await _judge(engine, settings, one, text) if engine else False for text in pair]
                rows.append(([holds(text, one.facts) for text in pair], judged))
                progress(done, len(asked))
        finally:
            await desk.close()
        return _ab_report(rows, engine.name if engine else "")

    with tempfile.TemporaryDirectory() as folder:
        return asyncio.run(run(Path(folder) / "journal.sqlite3"))


def holds(text: str, facts: Sequence[str]) -> bool:
    """Tell whether `text` states every fact, blind to case, spaces and digit grouping."""
    return all(_plain(fact) in _plain(text) for fact in facts)


def told(report: Mapping[str, object], shares: Mapping[str, Share], outcomes: Sequence[Outcome]) -> str:
    """The report for a terminal."""
    lines = [f"{report['n']} questions, generation {report['generation']}, embedder {report['embedder']}", ""]
    lines += [
        f"{name:<20} {one.value:6.3f}   [{one.low:.3f}, {one.high:.3f}]   n={one.n}" for name, one in shares.items()
    ]
    times = report["latency_ms"]
    lines.append(f"{'milliseconds':<20} p50 {times['p50']}, p95 {times['p95']}")  # type: ignore[index]
    for title, chosen in failures(outcomes).items():
        if chosen:
            lines += ["", f"{title} ({len(chosen)}):", *(f"  {one.question.text}" for one in chosen[:LISTED])]
    lines += [*_compared(report.get("compare")), *_tried(report.get("ab"))]
    faults: list[str] = report.get("faults", [])  # type: ignore[assignment]
    return "\n".join([*lines, *(f"FAILED: {fault}" for fault in faults)])


def _compared(found: Any) -> list[str]:
    if not found:
        return []
    gained, low, high = found["recall@5 gained"]
    rows = [f"{name:<20} {here:6.3f}   {there:6.3f}" for name, (here, there) in found["values"].items()]
    gain = f"recall@5 gained      {gained:+.3f}   [{low:+.3f}, {high:+.3f}]"
    return ["", f"this generation against {found['generation']}:", *rows, gain]


def _tried(found: Any) -> list[str]:
    if not found:
        return []
    head = f"{found['n']} questions answered, {'model ' + found['model'] if found['model'] else 'no model'}:"
    rows = [
        f"{name + ' knowledge':<20} all facts {found[name]['facts']:.3f}"
        + (f", judged right {found[name]['judged']:.3f}" if "judged" in found[name] else "")
        for name in ("with", "without")
    ]
    return ["", head, *rows]


def failures(outcomes: Sequence[Outcome]) -> dict[str, list[Outcome]]:
    """The questions that went wrong, by how."""
    return {
        "not among the first five": [o for o in outcomes if o.question.expected and not 0 <= o.rank < 5],
        "wrong verbatim answer": [o for o in outcomes if o.direct and not o.right],
        "answered, though nothing answers it": [o for o in outcomes if not o.question.expected and o.answerable],
        "refused, though an entry answers it": [o for o in outcomes if o.question.expected and not o.answerable],
        "facts not in the passages": [o for o in outcomes if o.question.facts and o.facts < 1],
        "expected entry is not in the knowledge": [o for o in outcomes if o.question.missing],
    }


async def _answer(events: AsyncIterator[TurnEvent]) -> Turn:
    async for event in events:
        if isinstance(event, Done):
            return event.turn
    raise AssertionError("a turn ends in Done")


async def _complete(engine: Engine, text: str) -> str:
    try:
        pieces = engine.stream([Message("user", text)], Sampling(temperature=0.0, max_tokens=512))
        return "".join([piece async for piece in pieces])
    except EngineError:
        return ""


async def _judge(engine: Engine, settings: Settings, question: Question, answer: str) -> bool:
    facts = "\n".join(question.facts)
    prompt = load_prompts(settings.prompts).render(
        "judge", settings.language, question=question.text, facts=facts, answer=answer
    )
    return (await _complete(engine, prompt)).strip().lower().startswith(("yes", "是"))


def _ab_report(rows: Sequence[tuple[list[bool], list[bool]]], model: str) -> dict[str, object]:
    count = max(len(rows), 1)
    report: dict[str, object] = {"n": len(rows), "model": model}
    for place, name in enumerate(("with", "without")):
        report[name] = {"facts": round(sum(facts[place] for facts, _ in rows) / count, 4)}
        if model:
            report[name]["judged"] = round(sum(judged[place] for _, judged in rows) / count, 4)  # type: ignore[index]
    return report


def _plain(text: str) -> str:
    return fold(text).replace(",", "").replace(" ", "")
