"""Where conversations are kept: a SQLite file, or PostgreSQL for several apps. The same SQL, with `?` for values.

One connection an app, used in the order of the calls: an update never overtakes what it changes.
"""

import asyncio
import re
import sqlite3
from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

import aiosqlite  # SQLite off the event loop; this is its one home

from engine.breaker import Breaker

if TYPE_CHECKING:
    import asyncpg

Row = Mapping[str, Any]
Statement = tuple[str, Sequence[object]]
T = TypeVar("T")
WAITS = (0.2, 0.5, 1.0, 2.0, 4.0)  # seconds before a write is tried again: a restart of PostgreSQL loses nothing
TIMEOUT = 5.0  # seconds for connecting, and for a statement
ONCE = 7_236_459  # any number: the lock under which one of several apps brings the schema up to date


class DatabaseFault(Exception):
    """The database did not do it: names it, the fault and the remedy."""


class Database(Protocol):
    async def read(self, sql: str, values: Sequence[object]) -> list[Row]: ...

    async def write(self, statements: Sequence[Statement]) -> None:
        """All in one transaction. Raises DatabaseFault."""

    async def close(self) -> None: ...


class Sqlite:
    """One file in WAL mode, one connection, opened when first used."""

    def __init__(self, path: Path, migrations: Sequence[str]) -> None:
        self._path, self._migrations = path, migrations
        self._db: aiosqlite.Connection | None = None
        self._turn = asyncio.Lock()

    async def read(self, sql: str, values: Sequence[object]) -> list[Row]:
        async with self._turn:
            db = await self._open()
        return [dict(row) for row in await db.execute_fetchall(sql, values)]

    async def write(self, statements: Sequence[Statement]) -> None:
        async with self._turn:
            db = await self._open()
            try:
                for sql, values in statements:
                    await db.execute(sql, values)
                await db.commit()
            except sqlite3.Error as fault:
                await db.rollback()
                raise DatabaseFault(f"{self._path}: {fault}; check disk space and permissions") from fault

    async def close(self) -> None:
        """Fold the write-ahead log into the file and close it."""
        async with self._turn:
            if self._db is not None:
                await self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
                await self._db.close()
                self._db = None

    async def _open(self) -> aiosqlite.Connection:
        if self._db is None:
            self._path.touch(mode=0o600)  # customers' questions are nobody else's business on a shared machine
            db = await aiosqlite.connect(self._path, timeout=30)
            db.row_factory = sqlite3.Row
            for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON", "secure_delete=ON"):
                await db.execute(f"PRAGMA {pragma}")
            row = await (await db.execute("PRAGMA user_version")).fetchone()
            done = row[0] if row else 0
            for number, script in enumerate(self._migrations[done:], start=done + 1):
                await db.executescript(f"BEGIN; {script} PRAGMA user_version = {number}; COMMIT;")
            self._db = db
        return self._db


class Postgres:
    """One connection, made when first used and again after a fault; what keeps failing is left alone for a while."""

    def __init__(self, url: str, migrations: Sequence[str]) -> None:
        self._url, self._migrations = url, migrations
        self._shown = re.sub(r"//[^@/]*@", "//", url)  # without its password
        self._db: asyncpg.Connection | None = None
        self._breaker, self._turn = Breaker(), asyncio.Lock()

    async def read(self, sql: str, values: Sequence[object]) -> list[Row]:
        async def run(db: "asyncpg.Connection") -> list[Row]:
            return [dict(row) for row in await db.fetch(_dialect(sql), *_clean(values))]

        return await self._try(run)

    async def write(self, statements: Sequence[Statement]) -> None:
        async def run(db: "asyncpg.Connection") -> None:
            async with db.transaction():
                for sql, values in statements:  # each inserts once or sets what is given: doing it twice does no harm
                    await db.execute(_dialect(sql), *_clean(values))

        await self._try(run)

    async def close(self) -> None:
        async with self._turn:
            if self._db:
                self._db.terminate()
                self._db = None

    async def _try(self, run: "Callable[[asyncpg.Connection], Awaitable[T]]") -> T:
        """Run in the order of the calls, again after each of WAITS, unless the database has failed for a while."""
        import asyncpg

        async with self._turn:
            if left := self._breaker.seconds_left():
                raise DatabaseFault(f"{self._shown}: did not answer; it is left alone for {left:.0f} s")
            for wait in (*WAITS, None):
                try:
                    result = await run(await self._open())
                except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as fault:
                    if wait is None or not _passes(fault):
                        self._breaker.failed()
                        raise DatabaseFault(f"{self._shown}: {fault!r}; look at PostgreSQL and its address") from fault
                    await asyncio.sleep(wait)
                else:
                    self._breaker.succeeded()
                    return result
        raise AssertionError("the last wait is None")

    async def _open(self) -> "asyncpg.Connection":
        import asyncpg  # needed by those only who chose PostgreSQL; this is its one home

        if self._db is None or self._db.is_closed():
            db = await asyncpg.connect(self._url, timeout=TIMEOUT, command_timeout=TIMEOUT)
            async with db.transaction():
                await self._migrate(db)
            self._db = db
        return self._db

    async def _migrate(self, db: "asyncpg.Connection") -> None:
        """Bring the schema up to date; several apps may start at once."""
        await db.execute(f"SELECT pg_advisory_xact_lock({ONCE})")
        await db.execute("CREATE TABLE IF NOT EXISTS deskmate_schema (version INT NOT NULL)")
        done = await db.fetchval("SELECT coalesce(max(version), 0) FROM deskmate_schema")
        for number, script in enumerate(self._migrations[done:], start=done + 1):
            await db.execute(script + (_LIKE_SQLITE if number == 1 else ""))
            await db.execute("INSERT INTO deskmate_schema VALUES ($1)", number)


_LIKE_SQLITE = """
ALTER TABLE steps ADD COLUMN rowid BIGINT GENERATED ALWAYS AS IDENTITY;
ALTER TABLE elements ADD COLUMN rowid BIGINT GENERATED ALWAYS AS IDENTITY;
CREATE FUNCTION json_extract(body TEXT, path TEXT) RETURNS TEXT LANGUAGE sql IMMUTABLE AS
    $$ SELECT body::jsonb #>> string_to_array(substr(path, 3), '.') $$;
"""


def _dialect(sql: str) -> str:
    """The same SQL in PostgreSQL's words: numbered values, and LIKE that does not mind the case, as SQLite's."""
    numbers = iter(range(1, sql.count("?") + 1))
    return re.sub(r"\?", lambda _: f"${next(numbers)}", sql).replace(" LIKE ", " ILIKE ")


def _clean(values: Sequence[object]) -> list[object]:
    """PostgreSQL's texts hold no NUL."""
    return [value.replace("\0", "") if isinstance(value, str) else value for value in values]


def _passes(fault: Exception) -> bool:
    """Whether trying again may help: a lost connection or a server that starts or stops, not a refused statement."""
    state = getattr(fault, "sqlstate", None) or ""
    return not state or state[:2] in ("08", "53", "57") or state == "40001"
