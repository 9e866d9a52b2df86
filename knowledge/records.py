"""Entries and chunks of a generation in one SQLite file: written whole, then opened read-only and immutable.

An entry has two flags. `parsed`: it came from its source as it is, and the next generation takes it from here while the
source is unchanged. `live`: it is in service. An expired entry is parsed and not live; merged exchanges are live and
not parsed.
"""

import json
import shutil
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import MISSING, fields
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from knowledge.errors import IndexFault
from knowledge.types import Chunk, Entry

_SCHEMA = """
PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; -- the file is brought to the disk with all others
CREATE TABLE entries
    (row INTEGER PRIMARY KEY, id TEXT, source TEXT, layer TEXT, parsed INTEGER, live INTEGER, fields TEXT);
CREATE TABLE chunks (row INTEGER PRIMARY KEY, id TEXT UNIQUE, entry INTEGER, position INTEGER, text TEXT);
"""
_INDEXES = """
CREATE UNIQUE INDEX live_entries ON entries (id) WHERE live;
CREATE INDEX parsed_entries ON entries (source) WHERE parsed;
"""
_CHUNK = "SELECT c.id, c.position, c.text, e.fields FROM chunks c JOIN entries e ON e.row = c.entry WHERE c."
CACHED = 4096  # chunks kept decoded: one busy hour's hits


def write_records(path: Path, parsed: Iterable[Entry], live: Mapping[str, Entry], chunks: Iterable[Chunk]) -> None:
    """Write all entries and, in the order given, the chunks of the live ones."""
    rows: dict[str, int] = {}
    with sqlite3.connect(path) as connection:
        connection.executescript(_SCHEMA)
        for entry in parsed:
            lives = live.get(entry.id) == entry and entry.id not in rows
            row = _insert(connection, entry, parsed=True, live=lives)
            if lives:
                rows[entry.id] = row
        for key, entry in live.items():
            if key not in rows:
                rows[key] = _insert(connection, entry, parsed=False, live=True)
        connection.executemany(
            "INSERT INTO chunks VALUES (?, ?, ?, ?, ?)",
            ((row, one.id, rows[one.entry.id], one.position, one.text) for row, one in enumerate(chunks)),
        )
        connection.executescript(_INDEXES)
    connection.close()


def _insert(connection: sqlite3.Connection, entry: Entry, *, parsed: bool, live: bool) -> int:
    """The row that the entry got."""
    values = (entry.id, entry.source, entry.layer, parsed, live, _encode(entry))
    return connection.execute("INSERT INTO entries VALUES (NULL, ?, ?, ?, ?, ?, ?)", values).lastrowid or 0


def forget(path: Path, before: Mapping[str, date]) -> None:
    """Remove the entries of a layer that are older than `before` says, from a file that others may be reading.

    They keep the file they opened; the new one holds nothing of the removed texts.
    """
    aged = "layer = ? AND json_extract(fields, '$.updated') < ?"
    values = [(layer, day.isoformat()) for layer, day in before.items()]
    with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as connection:
        statement = f"SELECT 1 FROM entries WHERE {aged} LIMIT 1"
        if not any(connection.execute(statement, value).fetchone() for value in values):
            return
    draft = path.with_suffix(".new")
    shutil.copyfile(path, draft)
    with closing(sqlite3.connect(draft, isolation_level=None)) as connection:
        connection.executescript("PRAGMA journal_mode = OFF; PRAGMA user_version = 1;")
        for value in values:
            connection.execute(f"DELETE FROM chunks WHERE entry IN (SELECT row FROM entries WHERE {aged})", value)
            connection.execute(f"DELETE FROM entries WHERE {aged}", value)
        connection.execute("VACUUM")
    draft.replace(path)


class Records:
    """The open file. Safe for several threads, as SQLite is built serialized and every answer is fetched at once."""

    def __init__(self, path: Path) -> None:
        try:
            place = f"{path.as_uri()}?mode=ro&immutable=1"
            self._connection = sqlite3.connect(place, uri=True, check_same_thread=False)
            self._connection.execute("SELECT 1 FROM chunks LIMIT 1")
            self.thinned = bool(self._connection.execute("PRAGMA user_version").fetchone()[0])  # by `forget`
        except sqlite3.Error as fault:
            raise IndexFault(f"{path}: cannot be read ({fault}); run: kb index rollback") from fault
        self.chunk = lru_cache(CACHED)(self._chunk)

    def _chunk(self, chunk_id: str) -> Chunk:
        """KeyError for an unknown id."""
        found = self._ask(_CHUNK + "id = ?", chunk_id)
        if not found:
            raise KeyError(chunk_id)
        key, position, text, encoded = found[0]
        return Chunk(key, _decode(encoded), text, position)

    def has(self, chunk_id: str) -> bool:
        """Whether the chunk is still there: `forget` takes it from here, not from the vectors."""
        return not self.thinned or bool(self._ask("SELECT 1 FROM chunks WHERE id = ?", chunk_id))

    def ids(self, rows: Iterable[int]) -> dict[int, str]:
        """The ids of the chunks in these rows."""
        wanted = list(rows)
        marks = ",".join("?" * len(wanted))
        return dict(self._ask(f"SELECT row, id FROM chunks WHERE row IN ({marks})", *wanted))

    def rows(self) -> dict[str, int]:
        """Row by chunk id, of all chunks."""
        return dict(self._ask("SELECT id, row FROM chunks"))

    def layers_of_chunks(self) -> dict[str, str]:
        """Layer by chunk id, of all chunks."""
        return dict(self._ask("SELECT c.id, e.layer FROM chunks c JOIN entries e ON e.row = c.entry"))

    def entries(self) -> Iterator[Entry]:
        """All entries in service, by source and line."""
        for (encoded,) in self._ask("SELECT fields FROM entries WHERE live ORDER BY source, row"):
            yield _decode(encoded)

    def parsed(self, source: str) -> tuple[Entry, ...]:
        """What the parser gave for `source`, in its order."""
        found = self._ask("SELECT fields FROM entries WHERE parsed AND source = ? ORDER BY row", source)
        return tuple(_decode(encoded) for (encoded,) in found)

    def close(self) -> None:
        self._connection.close()

    def _ask(self, statement: str, *values: object) -> list[Any]:  # rows of what the schema says
        return self._connection.execute(statement, values).fetchall()


_DEFAULTS = {field.name: field.default for field in fields(Entry) if field.default is not MISSING}
_NAMES = tuple(field.name for field in fields(Entry))
_ENCODER = json.JSONEncoder(ensure_ascii=False, default=date.isoformat)  # json.dumps makes one for each call
_DATES = ("updated", "valid_from", "valid_until")
_TUPLES = ("aliases", "negatives")


def _encode(entry: Entry) -> str:
    """Only what differs from the defaults: most entries set four fields of sixteen."""
    told = {name: value for name in _NAMES if (value := getattr(entry, name)) != _DEFAULTS.get(name)}
    return _ENCODER.encode(told)


def _decode(encoded: str) -> Entry:
    values = json.loads(encoded)
    values.update({name: date.fromisoformat(values[name]) for name in _DATES if values.get(name)})
    values.update({name: tuple(values[name]) for name in _TUPLES if name in values})
    return Entry(**values)
