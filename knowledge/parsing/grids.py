"""Table files become grids: rows of plain text cells, each with its line. Knows no header and no entry.

Text tables come with any separator, quoted line breaks and stray quotes; JSON records are tables, too.
"""

import csv
import io
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from knowledge.parsing.columns import likely_roles
from knowledge.parsing.ledger import Ledger

SEPARATORS = (",", "\t", ";", "，", "|", "；", "、")
MAX_ROWS = 50_000  # of one file; beyond it a table belongs into several files
MAX_LINE = 100_000  # characters of one row
MAX_UNPACKED = 64 * 2**20  # bytes of a workbook's XML; openpyxl needs about ten times as much memory
MAX_COLUMNS = 200
RECORD_LINES = 2_000  # lines that one quoted cell may span before its quote counts as never closed


@dataclass(frozen=True, slots=True)
class Row:
    line: int
    cells: tuple[str, ...]
    separated: bool = True  # False: written with another separator than the rest


@dataclass(frozen=True, slots=True)
class Grid:
    """The non-empty rows of one table."""

    rows: tuple[Row, ...]
    separator: str = ""
    headed: bool = False  # the first row is a header for certain


def is_table(text: str) -> bool:
    """Whether a .txt is a table: known headers in its first line, their separator in most lines below."""
    lines = [line for line in text[:20_000].split("\n") if line.strip()][:20]
    for separator in SEPARATORS[:-1]:
        cells = lines[0].split(separator) if len(lines) > 1 else []
        split = sum(separator in line for line in lines)
        if sum(bool(likely_roles(cell)) for cell in cells) > 1 and 2 * split > len(lines):
            return True
    return False


def text_grid(text: str, ledger: Ledger) -> Grid:
    """Split a CSV, TSV or other separated text into rows."""
    lines, skipped = text.split("\n"), 0
    if told := re.fullmatch(r'"?sep=(.)"?', lines[0].strip(), re.IGNORECASE):
        separator, lines, skipped = told[1], lines[1:], 1
    else:
        separator = _separator(lines)
    rows = [
        Row(line, tuple(_unwrap(cell, line, ledger) for cell in cells))
        for line, cells in _records(lines, separator, ledger, skipped)
        if any(cell.strip() for cell in cells)
    ]
    return Grid(bounded(_resplit(rows, separator), ledger), separator=separator)


def _separator(lines: list[str]) -> str:
    """The separator under which known headers appear, or else the rows agree best about their number of cells."""
    sample = [line[:4000] for line in lines[:200] if line.strip()]
    return max(SEPARATORS, key=lambda separator: (_agreement(sample, separator), -SEPARATORS.index(separator)))


def _agreement(sample: list[str], separator: str) -> float:
    split = [list(next(csv.reader([line], delimiter=separator), [])) for line in sample]
    headers = max((sum(bool(likely_roles(cell)) for cell in cells) for cells in split[:5] if len(cells) > 1), default=0)
    widths = Counter(len(cells) for cells in split)
    width, rows = max(((w, n) for w, n in widths.items() if w > 1), key=lambda pair: pair[1], default=(1, 0))
    even = rows / len(split) if split else 0.0
    prose = 0.3 if separator in "，；|、" else 0.0  # they stand in Chinese sentences: believe them less
    return headers + even * min(width, 3) / 3 - (prose if width > 1 else 0.0)


def _records(lines: list[str], separator: str, ledger: Ledger, skipped: int) -> Iterator[tuple[int, list[str]]]:
    at = 0
    while at < len(lines):
        number, line, used = at + 1 + skipped, lines[at], 1
        if len(line) > MAX_LINE:
            ledger.skip(number, "long_line", length=len(line))
        elif '"' not in line:
            yield number, line.split(separator)
        else:
            cells, used = _quoted(lines, at, separator)
            if not used:
                ledger.note(number, "open_quote")
                cells, used = [cell.removeprefix('"') for cell in line.split(separator)], 1
            yield number, cells
        at += used


def _quoted(lines: list[str], at: int, separator: str) -> tuple[list[str], int]:
    """One record that holds quotes, and how many lines it took; 0 lines when its quote is never rightly closed."""
    record = ""
    for used in range(1, min(RECORD_LINES, len(lines) - at) + 1):
        line = lines[at + used - 1]
        record = f"{record}\n{line}" if used > 1 else line
        if used > 1 and '"' not in line:
            continue
        try:
            return next(csv.reader(io.StringIO(record), delimiter=separator, strict=True)), used
        except (csv.Error, StopIteration) as fault:
            if "unexpected end" in str(fault) and len(record) < MAX_LINE:
                continue
            if used == 1:
                return _lenient(record, separator), 1
            return [], 0
    return [], 0


def _lenient(record: str, separator: str) -> list[str]:
    """The cells of a line whose inner quotes were not doubled: a quote closes only before a separator or the end."""
    mark = re.escape(separator)
    return [
        found[1] or found[2] or ""
        for found in re.finditer(rf'(?:^|{mark})(?:\s*"(.*?)"\s*(?={mark}|$)|([^{mark}]*))', record)
    ]


def _unwrap(cell: str, line: int, ledger: Ledger) -> str:
    """A cell without Excel's ="…" wrapper; a formula that an export left behind is empty."""
    cell = cell.strip()
    if told := re.fullmatch(r'="([^"]*)"', cell):
        return told[1]
    if re.match(r"=[A-Z]{2,}\(", cell):
        ledger.note(line, "formula", value=cell[:30])
        return ""
    return without_error(cell, line, ledger)


def without_error(cell: str, line: int, ledger: Ledger) -> str:
    """The cell, empty where it holds Excel's word for a failed formula."""
    if re.fullmatch(r"#(N/A|REF!|VALUE!|NAME\?|DIV/0!|NULL!|NUM!)", cell):
        ledger.note(line, "error_value", value=cell)
        return ""
    return cell


def _resplit(rows: list[Row], separator: str) -> list[Row]:
    """Split rows of one cell again where another separator gives just the usual number of cells."""
    widths = Counter(len(row.cells) for row in rows)
    usual = widths.most_common(1)[0][0] if widths else 1
    return [_split_otherwise(row, usual, separator) if len(row.cells) == 1 < usual else row for row in rows]


def _split_otherwise(row: Row, usual: int, separator: str) -> Row:
    for other in SEPARATORS:
        cells = row.cells[0].split(other, usual - 1)
        if other != separator and len(cells) == usual:
            return Row(row.line, tuple(cell.strip() for cell in cells), separated=False)
    return row


def bounded(rows: Iterable[Row], ledger: Ledger) -> tuple[Row, ...]:
    """As many rows as one file may have; the rest is reported."""
    kept = tuple(rows)
    if len(kept) > MAX_ROWS:
        ledger.skip(kept[MAX_ROWS].line, "too_many_rows", rows=len(kept) - MAX_ROWS, limit=MAX_ROWS)
    return kept[:MAX_ROWS]


def record_grid(records: Iterable[tuple[int, dict[str, object]]], ledger: Ledger) -> Grid:
    """JSON objects of one kind as a table whose headers are their keys."""
    found = list(records)
    keys = list(dict.fromkeys(key for _, record in found for key in record))
    rows = [Row(line, tuple(_plain(record.get(key)) for key in keys)) for line, record in found]
    return Grid((Row(1, tuple(keys)), *bounded(rows, ledger)), headed=True)


def _plain(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, list):
        return "\n".join(_plain(item) for item in value)
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
