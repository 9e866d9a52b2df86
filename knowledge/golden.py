"""golden/*.csv become golden questions: what agents ask, which entries answer it, which facts an answer must hold.

Columns, in any order, Chinese or English: 问题/question, 应答条目/expected (titles or entry ids, separated by |; empty
= no entry answers it), 上文/history (earlier questions, separated by |), 要点/facts (separated by |), 备注/note.
"""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from knowledge.errors import SourceError
from knowledge.parsing.decoding import decode
from knowledge.parsing.problems import refuse
from knowledge.types import Entry
from knowledge.words import fold

COLUMNS = {"问题": "question", "应答条目": "expected", "上文": "history", "要点": "facts", "备注": "note"}


@dataclass(frozen=True, slots=True)
class GoldenQuestion:
    """A question, the titles or ids of the entries that answer it (none: unanswerable), the facts to be told."""

    question: str
    expected: tuple[str, ...] = ()
    history: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()
    note: str = ""


def load_golden(folder: Path) -> tuple[GoldenQuestion, ...]:
    """Read every CSV file of `folder` (no folder: no questions). Raises SourceError for a file that cannot be read."""
    return tuple(question for path in sorted(folder.glob("*.csv")) for question in _read(path))


def standing_alone(folder: Path) -> tuple[GoldenQuestion, ...]:
    """Those without earlier questions; none where a file is faulty: that must not stop the knowledge, and `kb check`
    names it."""
    try:
        return tuple(one for one in load_golden(folder) if not one.history)
    except SourceError:
        return ()


def expected_ids(golden: GoldenQuestion, titles: dict[str, frozenset[str]]) -> frozenset[str]:
    """The ids of the entries that answer `golden`; `titles` is of `by_title`. A name nobody has is kept as an id."""
    return frozenset[str]().union(*(titles.get(fold(name), {name}) for name in golden.expected))


def by_title(entries: Iterable[Entry]) -> dict[str, frozenset[str]]:
    """Folded title -> ids of the entries that bear it; ids lead to themselves."""
    found: dict[str, set[str]] = {}
    for entry in entries:
        found.setdefault(fold(entry.title), set()).add(entry.id)
    return {title: frozenset(ids) for title, ids in found.items()}


def _read(path: Path) -> list[GoldenQuestion]:
    name = f"{path.parent.name}/{path.name}"
    try:
        decoded = decode(path.read_bytes())  # editors save these from Excel and WPS, too
        rows = list(csv.reader(io.StringIO(decoded.text if decoded else "", newline="")))
    except (OSError, csv.Error) as fault:
        raise refuse(name, "unreadable", detail=str(fault)) from fault
    if not rows:
        return []
    headers = [cell.strip().lower() for cell in rows[0]]
    names = [COLUMNS.get(header, header) for header in headers]
    if "question" not in names:
        raise refuse(name, "golden_columns")
    return [golden for row in rows[1:] if (golden := _question(names, row)).question]


def _question(names: Sequence[str], row: Sequence[str]) -> GoldenQuestion:
    cells = dict(zip(names, row, strict=False))
    expected, history, facts = (_parts(cells.get(name, "")) for name in ("expected", "history", "facts"))
    return GoldenQuestion(cells.get("question", "").strip(), expected, history, facts, cells.get("note", "").strip())


def _parts(cell: str) -> tuple[str, ...]:
    return tuple(part for piece in cell.replace("｜", "|").split("|") if (part := piece.strip()))
