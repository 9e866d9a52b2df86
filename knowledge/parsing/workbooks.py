"""Workbooks become grids as their reader sees them: merged cells filled, formats applied, formulas by result."""

import io
import re
import warnings
import zipfile
from datetime import date, datetime, time
from typing import TYPE_CHECKING

from knowledge.parsing.grids import MAX_COLUMNS, MAX_ROWS, MAX_UNPACKED, Grid, Row, bounded, without_error
from knowledge.parsing.ledger import Ledger
from knowledge.parsing.problems import refuse

if TYPE_CHECKING:
    from openpyxl.cell import Cell, MergedCell
    from openpyxl.worksheet.worksheet import Worksheet


def workbook_grids(data: bytes, ledger: Ledger) -> tuple[Grid, ...]:
    """Read every visible sheet of a workbook. Raises SourceError for a damaged one, or beyond the limits."""
    name = ledger.source.path
    calculates = has_formulas(data, name)
    import openpyxl  # .25 s: only who reads a workbook waits for it

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            book = openpyxl.load_workbook(io.BytesIO(data), data_only=True)
            formulas = openpyxl.load_workbook(io.BytesIO(data)) if calculates else None
    except Exception as fault:
        raise refuse(name, "damaged", detail=type(fault).__name__) from fault
    grids = []
    for sheet in book.worksheets:
        if sheet.sheet_state != "visible":
            rows = len({place[0] for place in sheet._cells})
            ledger.skip(1, "hidden_sheet", rows=rows, sheet=sheet.title)
            continue
        rows_of = _sheet_rows(sheet, formulas[sheet.title] if formulas else None, ledger)
        grids.append(Grid(bounded(rows_of, ledger)))
    return tuple(grids)


def has_formulas(data: bytes, name: str) -> bool:
    """Whether an Office file holds formulas. Raises SourceError for no such file, or one that would fill the memory."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            size = sum(part.file_size for part in packed.infolist())
            if size > MAX_UNPACKED:
                raise refuse(name, "zip_bomb", size=size // 2**20, limit=MAX_UNPACKED // 2**20)
            sheets = [part for part in packed.namelist() if part.startswith("xl/worksheets/")]
            return any(re.search(rb"<f[ >]", packed.read(part)) for part in sheets)
    except (zipfile.BadZipFile, OSError, RuntimeError, NotImplementedError) as fault:
        raise refuse(name, "damaged", detail=str(fault)) from fault


def _sheet_rows(sheet: "Worksheet", formulas: "Worksheet | None", ledger: Ledger) -> list[Row]:
    """The filled rows of a sheet. Cells are taken as stored: a range would fill in millions of empty ones."""
    found: dict[int, dict[int, str]] = {}
    for (row, column), cell in sorted(sheet._cells.items()):
        if column > MAX_COLUMNS:
            continue
        written = formulas.cell(row, column).value if formulas and cell.value is None else None
        if isinstance(written, str) and written.startswith("="):
            ledger.note(row, "formula", value=written[:30])
        elif text := without_error(_cell_text(cell), row, ledger):
            found.setdefault(row, {})[column] = text
    for area in sheet.merged_cells.ranges:
        if area.min_row in found and area.min_col in found[area.min_row] and area.max_row - area.min_row < MAX_ROWS:
            for row in range(area.min_row + 1, area.max_row + 1):
                if row in found:
                    found[row].setdefault(area.min_col, found[area.min_row][area.min_col])
    return [
        Row(row, tuple(cells.get(column, "") for column in range(1, max(cells) + 1)))
        for row, cells in sorted(found.items())
    ]


def _cell_text(cell: "Cell | MergedCell") -> str:
    text = _value_text(cell.value, cell.number_format or "")
    link = cell.hyperlink.target if cell.hyperlink else None
    if link and link not in text and "://" in link:
        return f"[{text}]({link})" if text else link
    return text


def _value_text(value: object, shown_as: str) -> str:
    """A cell's value as its reader saw it: 24 not 24.0, 15% not 0.15, 007 not 7, ISO dates."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ", "minutes")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, (int, float)):
        if shown_as.endswith("%"):
            return f"{round(value * 100, 6):g}%"
        if re.fullmatch(r"0{2,}", shown_as):
            return f"{int(value):0{len(shown_as)}d}"
        return str(int(value)) if value == int(value) else repr(value)
    return str(value).strip()
