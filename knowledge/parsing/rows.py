"""Tables of things (products, error codes, branches) become an entry a row, under code and name."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

from knowledge.parsing.columns import header_columns
from knowledge.parsing.details import ROLES, row_details
from knowledge.parsing.grids import Grid, Row
from knowledge.parsing.ledger import Details, Ledger

_NAMES = re.compile(r"(?i)(名称|品名|产品$|商品$|套餐|型号名|name|title|product|plan|item)")
_CODES = re.compile(r"(?i)(型号|编号|编码|代码|货号|sku|code|model|part.?n|料号|错误码)")
HEADER_WITHIN = 10  # rows that may stand above a header: a title, a note, a merged banner


def read_rows(grid: Grid, ledger: Ledger, details: Details) -> None:
    """Enter a table of things: each row under its code and name, with every column named."""
    at = _header_row(grid.rows)
    skip_above(grid.rows[: max(at, 0)], ledger)
    width = max(len(row.cells) for row in grid.rows)
    given = list(grid.rows[at].cells) if at >= 0 else []
    headers = [header or f"列{n + 1}" for n, header in enumerate(given + [""] * (width - len(given)))]
    rows = grid.rows[at + 1 :]
    naming = _naming(headers, rows)
    titles = Counter(" ".join(_names(row.cells, naming)) for row in rows)
    columns = header_columns(headers, frozenset(ROLES) - {"aliases", "negatives", "valid_until"})
    for row in rows:
        facts = [f"{headers[at]}: {cell}" for at, cell in enumerate(row.cells) if cell]
        if list(row.cells) == given:
            ledger.skip(row.line, "not_a_row", detail=joined(row.cells))
        elif len(facts) < 2:
            ledger.skip(row.line, "lonely_cell", title=joined(row.cells))
        else:
            said = row_details(columns, row.cells, row.line, ledger)
            said = replace(said, aliases=_names(row.cells, naming)).over(details)
            ledger.add(_distinct_title(row.cells, naming, titles), "\n".join(facts), row.line, "row", said)


def _distinct_title(cells: Sequence[str], naming: Sequence[int], titles: Mapping[str, int]) -> str:
    """Code and name; where several rows share them, the first other short cell tells them apart."""
    title = " ".join(_names(cells, naming))
    rest = [cell for at, cell in enumerate(cells) if cell and at not in naming and len(cell) <= 20]
    return " ".join([title, *rest[:1]]) if not title or titles[title] > 1 else title


def _header_row(rows: Sequence[Row]) -> int:
    """Where the header stands: the first row that fills the usual width with short, distinct words; -1 without one."""
    width = Counter(len(row.cells) for row in rows).most_common(1)[0][0]
    for at, row in enumerate(rows[:HEADER_WITHIN]):
        cells = [cell for cell in row.cells if cell]
        if len(cells) < max(2, width - 1) or len(rows) < 2:
            continue
        wordy = all(len(cell) <= 30 and not re.search(r"^[\d.,%¥$-]+$|[。！？]", cell) for cell in cells)
        return at if wordy and len(set(cells)) == len(cells) and not _alike(row, rows[at + 1 :]) else -1
    return -1


def _alike(row: Row, below: Sequence[Row]) -> bool:
    """Whether a code in `row` has the shape of those below it: then it is the first row of data, not a header."""
    shapes = [re.sub(r"\d", "9", cell) for cell in row.cells]
    numbered = [at for at, shape in enumerate(shapes) if "9" in shape]
    if any(shapes[at] == re.sub(r"\d", "9", _at(other, at)) for other in below[:5] for at in numbered):
        return True
    return all(
        any(_begins_or_ends_like(cell, _at(other, at)) for other in below[:5]) for at, cell in enumerate(row.cells)
    )


def _begins_or_ends_like(one: str, other: str) -> bool:
    return min(len(one), len(other)) > 2 and (one[:2] == other[:2] or one[-2:] == other[-2:])


def _naming(headers: Sequence[str], rows: Sequence[Row]) -> tuple[int, ...]:
    """The columns that name a row: its code and its name, or else the first column whose values are all different."""
    code = next((at for at, header in enumerate(headers) if _CODES.search(header)), None)
    name = next((at for at, header in enumerate(headers) if at != code and _NAMES.search(header)), None)
    if code is None and name is None:
        distinct = next((at for at in range(len(headers)) if len({_at(row, at) for row in rows}) == len(rows)), 0)
        beside = distinct + 1  # a code that no header names is followed by its name
        named = all(re.search(r"\d", _at(row, distinct)) and not re.search(r"\d", _at(row, beside)) for row in rows)
        return (distinct, beside) if named and beside < len(headers) else (distinct,)
    return tuple(at for at in (code, name) if at is not None)


def _names(cells: Sequence[str], naming: Sequence[int]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(cells[at] for at in naming if at < len(cells) and cells[at]))


def _at(row: Row, at: int) -> str:
    return row.cells[at] if at < len(row.cells) else ""


def skip_above(rows: Sequence[Row], ledger: Ledger) -> None:
    """Enter the rows above a header: a title, a note."""
    for row in rows:
        ledger.skip(row.line, "not_a_row", detail=joined(row.cells))


def joined(cells: Sequence[str]) -> str:
    """A row in one line, for a message."""
    return " | ".join(cell for cell in cells if cell)[:60]
