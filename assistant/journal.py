"""Every turn in SQLite, append-only: what was asked, found and answered, and what agents said of it afterwards.

Text is scrubbed before it is stored. The schema grows by MIGRATIONS: a list of functions, each run once, in order.
"""

import json
import sqlite3
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Literal

from assistant.types import Turn
from knowledge.types import Passage

MarkKind = Literal["copied", "unresolved", "escalated", "corrected", "up", "down"]
SIGNALS = ("unresolved", "down", "corrected", "escalated")  # marks that say that something was missing or wrong
BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)


class JournalError(Exception):
    """The journal cannot be opened or written: names the file and the remedy."""


@dataclass(frozen=True, slots=True)
class Record:
    """A turn as kept: texts scrubbed, times in UTC ISO 8601, timings in milliseconds."""

    id: str
    at: str
    session: str
    user: str
    question: str
    query: str
    answer: str
    outcome: str
    reason: str
    citations: tuple[str, ...]  # "faq/refund.md:12 如何退款"
    entry_ids: tuple[str, ...]
    answerability: float
    timings: dict[str, float]
    model: str
    prompt: str
    generation: str
    cached: bool = False  # kept since the cache exists; older turns were not
    drawn: dict[str, str] = field(default_factory=dict)  # layer -> the oldest day of what the answer was made of


@dataclass(frozen=True, slots=True)
class Mark:
    """What an agent said of a turn: `note` is scrubbed; a correction holds the right answer."""

    at: str
    turn_id: str
    user: str
    kind: str
    note: str


def _create(db: sqlite3.Connection) -> None:
    db.executescript("""
        CREATE TABLE turns (id TEXT PRIMARY KEY, at TEXT NOT NULL, session TEXT NOT NULL, user TEXT NOT NULL,
            outcome TEXT NOT NULL, record TEXT NOT NULL);
        CREATE INDEX turns_at ON turns(at);
        CREATE INDEX turns_session ON turns(session, at);
        CREATE TABLE marks (at TEXT NOT NULL, turn_id TEXT NOT NULL, user TEXT NOT NULL, kind TEXT NOT NULL,
            note TEXT NOT NULL);
        CREATE INDEX marks_at ON marks(at);
        CREATE INDEX marks_turn ON marks(turn_id);
    """)


MIGRATIONS: tuple[Callable[[sqlite3.Connection], None], ...] = (_create,)


class Journal:
    """One SQLite file in WAL mode; safe to call from several threads."""

    def __init__(self, path: Path, scrub: Callable[[str], str]) -> None:
        """Open or create `path`; `scrub` takes personal data out of a text. Raises JournalError."""
        self.on_mark: list[Callable[[str, str], None]] = []  # told turn and kind of each mark: the answer cache
        self.scrub = scrub
        self._lock = threading.Lock()
        try:
            self._db = sqlite3.connect(path, check_same_thread=False, timeout=10)
            self._db.execute("PRAGMA journal_mode=WAL")
            self._db.execute("PRAGMA secure_delete=ON")  # what is forgotten leaves the file, not only the table
            self._migrate()
        except sqlite3.Error as fault:
            raise JournalError(f"{path}: cannot be opened ({fault}); check that the folder is writable") from fault

    def record(self, turn: Turn) -> None:
        """Append one finished turn."""
        record = self._kept(turn)
        row = (record.id, record.at, record.session, record.user, record.outcome)
        with self._writing() as db:
            db.execute("INSERT INTO turns VALUES (?,?,?,?,?,?)", (*row, json.dumps(asdict(record), ensure_ascii=False)))

    def mark(self, turn_id: str, user: str, kind: MarkKind, note: str = "") -> None:
        """Append what an agent said of a turn."""
        with self._writing() as db:
            db.execute("INSERT INTO marks VALUES (?,?,?,?,?)", (_now(), turn_id, user, kind, self.scrub(note)))
        for tell in self.on_mark:
            tell(turn_id, kind)

    def turns(self, since: datetime = BEGINNING) -> list[Record]:
        """Turns from `since` on, oldest first."""
        rows = self._all("SELECT record FROM turns WHERE at >= ? ORDER BY at", since.astimezone(UTC).isoformat())
        return [_read(row[0]) for row in rows]

    def turn(self, turn_id: str) -> Record | None:
        """One turn, or None."""
        rows = self._all("SELECT record FROM turns WHERE id = ?", turn_id)
        return _read(rows[0][0]) if rows else None

    def marks(self, since: datetime = BEGINNING) -> list[Mark]:
        """Marks from `since` on, oldest first."""
        rows = self._all("SELECT * FROM marks WHERE at >= ? ORDER BY at", since.astimezone(UTC).isoformat())
        return [Mark(*row) for row in rows]

    def forget(self, days: int, before: Mapping[str, date]) -> int:
        """Delete turns and marks older than `days`; return how many turns went.

        Of a turn whose answer was made of entries that are too old for their layer since (older than `before` says),
        the answer and its citations go; the question stays.
        """
        limit = (datetime.now(UTC) - timedelta(days=days)).isoformat()
        blank = "json_set(record, '$.answer', '', '$.citations', json('[]'), '$.drawn', json('{}'))"
        aged = f"UPDATE turns SET record = {blank} WHERE json_extract(record, '$.drawn.' || ?) < ?"
        with self._writing() as db:
            db.executemany(aged, [(layer, day.isoformat()) for layer, day in before.items()])
            db.execute("DELETE FROM marks WHERE at < ?", (limit,))
            return db.execute("DELETE FROM turns WHERE at < ?", (limit,)).rowcount

    def close(self) -> None:
        """Fold the write-ahead log into the file and close it."""
        with self._lock:
            self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            self._db.close()

    def _all(self, sql: str, value: str) -> list[tuple[Any, ...]]:
        with self._lock:
            return self._db.execute(sql, (value,)).fetchall()

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        try:
            with self._lock, self._db:
                yield self._db
        except sqlite3.Error as fault:
            raise JournalError(
                f"journal: a turn was not recorded ({fault}); check disk space and permissions"
            ) from fault

    def _migrate(self) -> None:
        done = self._db.execute("PRAGMA user_version").fetchone()[0]
        for number, step in enumerate(MIGRATIONS[done:], start=done + 1):
            step(self._db)
            self._db.execute(f"PRAGMA user_version = {number}")
        self._db.commit()

    def _kept(self, turn: Turn) -> Record:
        answer, context = turn.answer, turn.context
        return Record(
            id=turn.id,
            at=_now(),
            session=turn.session,
            user=turn.user,
            question=self.scrub(turn.question),
            query=self.scrub(turn.query),
            answer=self.scrub(answer.text),
            outcome=answer.outcome,
            reason=context.reason,
            citations=tuple(f"{c.source}:{c.line} {self.scrub(c.title)}" for c in answer.citations),
            entry_ids=tuple(passage.entry_id for passage in context.passages),
            answerability=context.answerability,
            timings=dict(turn.timings),
            model=turn.model,
            prompt=turn.prompt,
            generation=context.generation,
            cached=turn.cached,
            drawn=_oldest(context.passages),
        )


def _oldest(passages: Iterable[Passage]) -> dict[str, str]:
    """The day of the oldest passage of each layer."""
    days = sorted(((p.layer, p.updated.isoformat()) for p in passages if p.updated), reverse=True)
    return dict(days)


def _now() -> str:
    return datetime.now(UTC).isoformat()


def _read(record: str) -> Record:
    kept = json.loads(record)
    lists = {name: tuple(kept[name]) for name in ("citations", "entry_ids")}  # JSON knows lists only
    return Record(**{**kept, **lists})
