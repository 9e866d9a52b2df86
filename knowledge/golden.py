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
from knowledge.types import Entry, Problem
from knowledge.words import fold

COLUMNS = {
    "问题": "question",
    "question": "question",
    "应答条目": "expected",
    "expected": "expected",
    "上文": "history",
    "history": "history",
    "要点": "facts",
    "facts": "facts",
    "备注": "note",
    "note": "note",
}


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
    try:
        rows = list(csv.reader(io.StringIO(path.read_text(encoding="utf-8-sig"), newline="")))
    except (OSError, UnicodeDecodeError, csv.Error) as fault:
        raise SourceError(
            Problem(
                str(path), 1, "error", "golden-unreadable", str(fault), "存为 UTF-8 的 CSV / save it as CSV in UTF-8"
            )
        ) from fault
    if not rows:
        return []
    names = [COLUMNS.get(cell.strip().lower(), "") for cell in rows[0]]
    if "question" not in names:
        raise SourceError(
            Problem(
                str(path),
                1,
                "error",
                "golden-columns",
                "没有“问题”列 / no column question",
                "补上表头 / add the header row",
            )
        )
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
