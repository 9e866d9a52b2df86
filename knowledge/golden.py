"""golden/*.csv become golden questions: what agents ask, which entries answer it, which facts an answer must hold.

Columns, in any order, Chinese or English: 问题/question, 应答条目/expected (titles or entry ids, separated by |; empty
= no entry answers it), 上文/history (earlier questions, separated by |), 要点/facts (separated by |), 备注/note.
"""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from knowledge.parsing.decoding import decode
from knowledge.parsing.problems import refuse
from knowledge.types import Entry
from knowledge.words import fold

COLUMNS = {
    "问题": "question", "question": "question", "应答条目": "expected", "expected": "expected", "上文": "history",
    "history": "history", "要点": "facts", "facts": "facts", "备注": "note", "note": "note",
}  # fmt: skip


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


def expected_ids(golden: GoldenQuestion, titles: dict[str, frozenset[str]]) -> frozenset[str]:
    """The ids of the entries that answer `golden`; `titles` is of `by_title`. A name nobody has is kept as an id."""
    found = frozenset().union(*(titles.get(fold(name), frozenset((name,))) for name in golden.expected))
    return frozenset(found)


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
    names = [COLUMNS.get(cell.strip().lower(), "") for cell in rows[0]]
    if "question" not in names:
        raise refuse(name, "golden_columns")
    return [golden for row in rows[1:] if (golden := _question(names, row)).question]


def _question(names: Sequence[str], row: Sequence[str]) -> GoldenQuestion:
    cells = dict(zip(names, row, strict=False))
    return GoldenQuestion(
        cells.get("question", "").strip(),
        _parts(cells.get("expected", "")),
        _parts(cells.get("history", "")),
        _parts(cells.get("facts", "")),
        cells.get("note", "").strip(),
    )


def _parts(cell: str) -> tuple[str, ...]:
    return tuple(part for piece in cell.replace("｜", "|").split("|") if (part := piece.strip()))
