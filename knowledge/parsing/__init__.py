"""Bytes of one source become entries; who reads it is decided here, by first bytes, name and layer."""

from datetime import date
from pathlib import PurePosixPath

from knowledge.parsing.changelogs import read_change_table, read_changelog, read_history
from knowledge.parsing.chat_logs import holds_messages, looks_like_chat, read_chat_records, read_chat_table
from knowledge.parsing.decoding import decode
from knowledge.parsing.documents import document_text
from knowledge.parsing.duplicates import merge_exchanges
from knowledge.parsing.grids import Grid, is_table, record_grid, text_grid
from knowledge.parsing.ledger import Ledger, entry_id
from knowledge.parsing.markdown import read_page
from knowledge.parsing.problems import refuse
from knowledge.parsing.records import read_records
from knowledge.parsing.tables import read_table
from knowledge.parsing.tags import readable
from knowledge.parsing.transcripts import read_transcript
from knowledge.parsing.workbooks import workbook_grids
from knowledge.scrubbing import NO_LISTS, Lists
from knowledge.types import Parsed, Source

__all__ = ["entry_id", "merge_exchanges", "parse"]

_PLAIN = {".txt", ".text", ".log", ""}
_PAGES = {*_PLAIN, ".md", ".mdx", ".markdown", ".html", ".htm"}
_TABLES = {".csv", ".tsv", ".tab", ".xls"}
_RECORDS = {".json", ".jsonl", ".ndjson"}
_BOOKS = {".xlsx", ".xlsm", ".xltx"}
_DOCUMENTS = {".docx", ".pdf"}
_OFFICE = b"\xd0\xcf\x11\xe0"  # old .xls and .doc, and every encrypted Office file
_ZIP = b"PK\x03\x04"
_HTML = ("<html", "<table", "<!doctype", "<?xml", "<meta")


def parse(source: Source, data: bytes, *, today: date, lists: Lists = NO_LISTS) -> Parsed:
    """Read one source. Raises SourceError when it cannot be read at all; single rows become problems instead.

    `lists` are the company's own words for the scrubber of chat logs.
    """
    ledger = Ledger(source, today, lists)
    suffix = PurePosixPath(source.path).suffix.lower()
    if "repositories.toml#" in source.path:
        read_history(data, ledger)
    elif not data.strip():
        ledger.note(1, "empty_file")
    elif suffix not in _PAGES | _TABLES | _RECORDS | _BOOKS | _DOCUMENTS:
        raise refuse(source.path, "unknown_format", suffix=suffix)
    elif data.startswith(_OFFICE):
        raise refuse(source.path, "old_excel")
    elif suffix in _DOCUMENTS:
        _read_page(document_text(data, suffix, source.path), ledger)
    elif suffix in _BOOKS or (suffix in _TABLES and data.startswith(_ZIP)):
        _read_grids(workbook_grids(data, ledger), ledger)
    else:
        _read_text(_decoded(data, ledger), suffix, ledger)
    return ledger.close()


def _decoded(data: bytes, ledger: Ledger) -> str:
    decoded = decode(data)
    if decoded is None:
        raise refuse(ledger.source.path, "not_text")
    if decoded.encoding:
        ledger.note(1, "encoding_guessed" if decoded.sure else "encoding_unsure", encoding=decoded.encoding)
    for line, encoding in decoded.mixed:
        ledger.note(line, "encoding_mixed", encoding=encoding)
    return decoded.text


def _read_text(text: str, suffix: str, ledger: Ledger) -> None:
    if suffix in _RECORDS:
        records = read_records(text, ledger)
        if ledger.source.layer == "chat_log":
            read_chat_records(records, ledger)
        elif holds_messages(records):
            raise refuse(ledger.source.path, "chat_in_faq")
        else:
            _read_grids((record_grid(records, ledger),), ledger)
    elif suffix in _TABLES and text.lstrip()[:200].lower().startswith(_HTML):
        _read_page(text, ledger)
    elif suffix in _TABLES or (suffix in _PLAIN and is_table(text)):
        _read_grids((text_grid(text, ledger),), ledger)
    else:
        _read_page(text, ledger)


def _read_page(text: str, ledger: Ledger) -> None:
    if ledger.source.layer == "chat_log":
        read_transcript(readable(text) if text.lstrip()[:200].lower().startswith(_HTML) else text, ledger)
    elif ledger.source.layer == "changelog":
        read_changelog(text, ledger)
    else:
        read_page(text, ledger)


def _read_grids(grids: tuple[Grid, ...], ledger: Ledger) -> None:
    for grid in grids:
        if ledger.source.layer == "chat_log":
            read_chat_table(grid, ledger)
        elif any(looks_like_chat(row.cells) for row in grid.rows[:10]):
            raise refuse(ledger.source.path, "chat_in_faq")
        elif ledger.source.layer != "changelog" or not read_change_table(grid, ledger):
            read_table(grid, ledger)
