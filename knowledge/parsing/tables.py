"""Grids become entries: question and answer where the headers say so or the rows look so, else one entry a row."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from knowledge.parsing.columns import Columns, Role, header_columns, normal
from knowledge.parsing.details import ROLES, row_details
from knowledge.parsing.grids import Grid, Row
from knowledge.parsing.ledger import Details, Ledger
from knowledge.parsing.questions import is_question
from knowledge.parsing.rows import HEADER_WITHIN, joined, read_rows, skip_above

_ROLES: frozenset[Role] = frozenset(("question", "answer", "text", "status", "number", *ROLES))
_HEADINGS = {
    "标题",
    "title",
    "分段标题",
    "知识标题",
    "问题标题",
    "faq",
}  # they name an answer less well than a question does
_OFF = re.compile(
    r"(?i)^(否|停用|禁用|未启用|关闭|草稿|已下线|下线|作废|未发布|no|false|0|off|disabled|inactive|draft|archived)$"
)


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
    asks = [sum(is_question(cells[at]) for cells in filled if at < len(cells)) for at in range(width)]
    question = max(range(width), key=lambda at: asks[at])
    if asks[question] * 2 < len(filled):
        return None
    lengths = [sum(len(cells[at]) for cells in filled if at < len(cells)) for at in range(width)]
    answer = max((at for at in range(width) if at != question), key=lambda at: lengths[at])
    headers = tuple(f"列{at + 1}" for at in range(width))
    return Columns(headers, {"question": (question,), "answer": (answer,)})


def _read_faq(columns: Columns, grid: Grid, ledger: Ledger, details: Details) -> None:
    own = _own_columns(columns)
    for row in grid.rows:
        if [cell.strip() for cell in row.cells] == [header.strip() for header in columns.headers]:
            ledger.skip(row.line, "not_a_row", detail=joined(row.cells))
            continue
        cells = _fitted(row, columns, grid.separator or " ", ledger)
        title, *others = _wordings(columns.values("question", cells))
        if (status := columns.first("status", cells)) and _OFF.match(status.strip()):
            ledger.skip(row.line, "switched_off", title=title[:60])
            continue
        answer = "\n\n".join(columns.values("answer", cells))
        facts = [f"- {columns.headers[at]}: {cells[at]}" for at in own if at < len(cells) and cells[at]]
        text = "\n\n".join([answer, "\n".join(facts)] if answer and facts else [answer])
        said = row_details(columns, cells, row.line, ledger)
        said = replace(said, aliases=(*others, *said.aliases))
        ledger.add(title, text, row.line, details=said.over(details))


def _wordings(asked: Sequence[str]) -> list[str]:
    """The title and its other wordings: further question columns, and a cell that holds one question a line."""
    wordings: list[str] = []
    for cell in asked:
        lines = [line.strip() for line in cell.split("\n") if line.strip()]
        wordings += lines if all(map(is_question, lines)) else [" ".join(lines)]
    return wordings or [""]


def _own_columns(columns: Columns) -> list[int]:
    used = {at for places in columns.by_role.values() for at in places}
    return [at for at in range(len(columns.headers)) if at not in used and columns.headers[at].strip()]


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
