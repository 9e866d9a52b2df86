"""Grids become entries: question and answer where the headers say so or the rows look so, else one entry a row."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from itertools import zip_longest

from knowledge.parsing.columns import Columns, Role, header_columns, normal, roles
from knowledge.parsing.details import ROLES, row_details
from knowledge.parsing.grids import Grid, Row
from knowledge.parsing.ledger import Details, Ledger
from knowledge.parsing.questions import is_question
from knowledge.parsing.rows import HEADER_WITHIN, joined, read_rows, skip_above
from knowledge.parsing.tags import readable

_ROLES: frozenset[Role] = frozenset(("question", "answer", "text", "status", "number", *ROLES))
_HEADINGS = {"标题", "title", "分段标题", "知识标题", "问题标题", "faq"}  # name an answer less well than a question
_OFF = re.compile(
    r"(?i)^(否|已?(停用|禁用|关闭|下线|作废|归档|失效)|未(启用|开启|发布)|草稿|待审核|审核中"
    r"|no|false|0|off|disabled|inactive|draft|archived|unpublished|hidden)$"
)
_ON = re.compile(r"(?i)^(是|true|yes|1)$")


def read_table(grid: Grid, ledger: Ledger, details: Details = Details()) -> None:  # noqa: B008
    """Enter every row of `grid` into the ledger."""
    rows = grid.rows
    if not rows:
        return None
    for at, row in enumerate(rows[:HEADER_WITHIN]):
        columns = faq_columns(row.cells)
        if {"question", "answer"} <= columns.by_role.keys():
            skip_above(rows[:at], ledger)
            _mark_ignored(columns, row.line, ledger)
            return _read_faq(columns, replace(grid, rows=rows[at + 1 :]), ledger, details)
    grid = replace(grid, rows=rows[1:]) if grid.headed else grid
    if guessed := _guess_columns(grid.rows):
        question, answer = guessed.by_role["question"][0], guessed.by_role["answer"][0]
        ledger.note(rows[0].line, "guessed_columns", question=question + 1, answer=answer + 1)
        if _names_columns(grid.rows, question):
            headers = (*grid.rows[0].cells, *guessed.headers[len(grid.rows[0].cells) :])
            guessed, grid = replace(guessed, headers=headers), replace(grid, rows=grid.rows[1:])
        return _read_faq(guessed, grid, ledger, details)
    return read_rows(replace(grid, rows=rows), ledger, details)


def faq_columns(cells: Sequence[str]) -> Columns:
    """The columns of a FAQ; a column of contents is the answer where no column says that it is."""
    columns = header_columns(cells, _ROLES)
    by_role = dict(columns.by_role)
    texts = by_role.pop("text", ())
    if texts and "answer" not in by_role:
        by_role["answer"] = texts
    asked = by_role.get("question", ())
    if len(asked) > 1:
        by_role["question"] = tuple(sorted(asked, key=lambda at: normal(cells[at]) in _HEADINGS))
    return Columns(columns.headers, by_role)


def _mark_ignored(columns: Columns, line: int, ledger: Ledger) -> None:
    for role in ("number", "status"):
        for at in columns.by_role.get(role, ()):
            ledger.note(line, "column_ignored", column=columns.headers[at])


def _guess_columns(rows: Sequence[Row]) -> Columns | None:
    """Question and answer of a table without header: the column that asks, and the longest other one."""
    width = max(Counter(len(row.cells) for row in rows).most_common(1), default=(0, 0))[0]
    if width < 2:
        return None
    filled = [row.cells for row in rows if len(row.cells) >= 2]
    columns = list(zip_longest(*filled, fillvalue=""))[:width]
    asks = [sum(map(is_question, cells)) for cells in columns]
    question = asks.index(max(asks))
    if asks[question] * 2 < len(filled):
        return None
    lengths = [sum(map(len, cells)) for cells in columns]
    answer = max((at for at in range(width) if at != question), key=lengths.__getitem__)
    headers = tuple(f"列{at + 1}" for at in range(width))
    return Columns(headers, {"question": (question,), "answer": (answer,)})


def _names_columns(rows: Sequence[Row], question: int) -> bool:
    """Whether the first row is a header in words of the editor's own: all below it ask, and it does not."""
    asks = [is_question(row.cells[question]) for row in rows if question < len(row.cells)]
    return len(asks) > 2 and not asks[0] and all(asks[1:])


def _read_faq(columns: Columns, grid: Grid, ledger: Ledger, details: Details) -> None:
    for row in grid.rows:
        if _is_header(row, columns):  # the header again, or that of a second table below the first
            columns = columns if list(row.cells) == list(columns.headers) else faq_columns(row.cells)
            ledger.skip(row.line, "not_a_row", detail=joined(row.cells))
            continue
        cells = _fitted(row, columns, grid.separator or " ", ledger)
        title, *others = _wordings(columns.values("question", cells))
        if _is_off(columns, cells):
            ledger.skip(row.line, "switched_off", title=title[:60])
            continue
        answer = "\n\n".join(map(readable, columns.values("answer", cells)))
        facts = [f"- {header}: {cell}" for header, cell in columns.own(cells)]
        text = "\n\n".join([answer, "\n".join(facts)] if answer and facts else [answer])
        said = row_details(columns, cells, row.line, ledger)
        said = replace(said, aliases=(*others, *said.aliases))
        ledger.add(title, text, row.line, details=said.over(details))


def _is_header(row: Row, columns: Columns) -> bool:
    if list(row.cells) == list(columns.headers):
        return True
    said = [roles(cell) for cell in row.cells]
    return any("question" in some for some in said) and any("answer" in some for some in said)


def _is_off(columns: Columns, cells: Sequence[str]) -> bool:
    """Whether a status says so, or a column such as "draft" says yes."""
    for header, value in columns.named("status", cells):
        off = _OFF.match(normal(header).removeprefix("是否"))
        if (_ON if off else _OFF).match(value.strip()):
            return True
    return False


def _wordings(asked: Sequence[str]) -> list[str]:
    """The title and its other wordings: further question columns, and a cell that holds one question a line."""
    wordings: list[str] = []
    for cell in asked:
        lines = [line.strip() for line in cell.split("\n") if line.strip()]
        wordings += lines if all(map(is_question, lines)) else [" ".join(lines)]
    return wordings or [""]


def _fitted(row: Row, columns: Columns, separator: str, ledger: Ledger) -> tuple[str, ...]:
    """The cells under their headers; what an unquoted separator split too much goes back into the answer."""
    if not row.separated:
        ledger.note(row.line, "other_separator")
    cells = list(row.cells)
    while len(cells) > len(columns.headers) and not cells[-1]:
        cells.pop()
    surplus = len(cells) - len(columns.headers)
    if surplus > 0:
        at = columns.by_role.get("answer", (len(columns.headers) - 1,))[-1]
        ledger.note(row.line, "ragged_row", cells=len(cells), columns=len(columns.headers), column=columns.headers[at])
        glue = f"{separator} " if separator in ",;" and cells[at].isascii() else separator
        cells[at : at + surplus + 1] = [glue.join(cell for cell in cells[at : at + surplus + 1] if cell)]
    return tuple(cells)
