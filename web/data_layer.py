"""Conversations: Chainlit's data layer on SQLite or PostgreSQL. Knows no knowledge and no model.

Steps and elements are kept whole, as JSON, beside the few columns that are searched: a new field of Chainlit can never
lose a row. Every write checks whose conversation it is. A write that fails is counted, logged, raised.
"""

import json
import logging
import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from chainlit.context import ChainlitContextException, context
from chainlit.data.base import BaseDataLayer
from chainlit.data.utils import queue_until_user_message
from chainlit.element import Element, ElementDict
from chainlit.step import StepDict
from chainlit.types import Feedback, PageInfo, PaginatedResponse, Pagination, ThreadDict, ThreadFilter
from chainlit.user import PersistedUser, User

from web.databases import Database, DatabaseFault, Row

log = logging.getLogger("deskmate.conversations")
NAME_LENGTH = 60  # letters of a conversation's first question that the sidebar can show

_SCHEMA = """
CREATE TABLE users (id TEXT PRIMARY KEY, identifier TEXT NOT NULL UNIQUE, created TEXT NOT NULL,
    metadata TEXT NOT NULL);
CREATE TABLE threads (id TEXT PRIMARY KEY, user_id TEXT, owner TEXT, name TEXT, created TEXT NOT NULL,
    updated TEXT NOT NULL, metadata TEXT NOT NULL DEFAULT '{}', tags TEXT NOT NULL DEFAULT '[]');
CREATE INDEX threads_recent ON threads(user_id, updated DESC, id);
CREATE TABLE steps (id TEXT PRIMARY KEY, thread_id TEXT NOT NULL REFERENCES threads(id) ON DELETE CASCADE,
    created TEXT NOT NULL, output TEXT NOT NULL, body TEXT NOT NULL);
CREATE INDEX steps_thread ON steps(thread_id, created);
CREATE TABLE elements (id TEXT PRIMARY KEY, thread_id TEXT NOT NULL REFERENCES threads(id) ON DELETE CASCADE,
    body TEXT NOT NULL);
CREATE INDEX elements_thread ON elements(thread_id);
"""
MIGRATIONS: tuple[str, ...] = (_SCHEMA,)  # each runs once, in order, on either database
OWNED = "thread_id IN (SELECT id FROM threads WHERE coalesce(owner, '') = ?)"


class ConversationsError(Exception):
    """A conversation that was not written or may not be touched: says which and why."""


class Conversations(BaseDataLayer):
    """Everything in one database; `lost` counts writes that failed since the start."""

    def __init__(self, db: Database, on_delete: Callable[[str], None] = lambda thread_id: None) -> None:
        """`on_delete` is told the id of each deleted conversation."""
        self.lost = 0
        self._on_delete = on_delete
        self._db = db

    # ---- users

    async def get_user(self, identifier: str) -> PersistedUser | None:
        """The user's row, or None."""
        row = await self._one("SELECT * FROM users WHERE identifier = ?", identifier)
        if row is None:
            return None
        metadata = json.loads(row["metadata"])
        return PersistedUser(id=row["id"], identifier=identifier, createdAt=row["created"], metadata=metadata)

    async def create_user(self, user: User) -> PersistedUser | None:
        """Insert the user, or refresh what the sign-in told about them."""
        await self._write(
            "INSERT INTO users VALUES (?,?,?,?) ON CONFLICT(identifier) DO UPDATE SET metadata = excluded.metadata",
            (str(uuid.uuid4()), user.identifier, _now(), json.dumps(user.metadata)),
        )
        return await self.get_user(user.identifier)

    # ---- conversations

    async def get_thread_author(self, thread_id: str) -> str:
        """The owner's name, "" when there is no such conversation."""
        row = await self._one("SELECT owner FROM threads WHERE id = ?", thread_id)
        return (row["owner"] or "") if row else ""

    async def list_threads(self, pagination: Pagination, filters: ThreadFilter) -> PaginatedResponse[ThreadDict]:
        """One page of a user's conversations, newest first, without their steps."""
        where, values = ["user_id = ?"], [filters.userId or ""]
        if filters.search:
            where.append(
                "(name LIKE ? ESCAPE '\\' OR EXISTS (SELECT 1 FROM steps WHERE thread_id = threads.id"
                " AND output LIKE ? ESCAPE '\\'))"
            )
            values += [_like(filters.search)] * 2
        if pagination.cursor:
            where.append("(updated, id) < (SELECT updated, id FROM threads WHERE id = ?)")
            values.append(pagination.cursor)
        rows = await self._db.read(
            f"SELECT * FROM threads WHERE {' AND '.join(where)} ORDER BY updated DESC, id DESC LIMIT ?",
            (*values, pagination.first + 1),
        )
        page = [_thread(row) for row in rows[: pagination.first]]
        ends = (page[0]["id"], page[-1]["id"]) if page else (None, None)
        return PaginatedResponse(PageInfo(len(rows) > pagination.first, *ends), page)

    async def get_thread(self, thread_id: str) -> ThreadDict | None:
        """One conversation with its steps and elements, or None."""
        row = await self._one("SELECT * FROM threads WHERE id = ?", thread_id)
        if row is None:
            return None
        steps = await self._db.read("SELECT body FROM steps WHERE thread_id = ? ORDER BY created, rowid", (thread_id,))
        elements = await self._db.read("SELECT body FROM elements WHERE thread_id = ? ORDER BY rowid", (thread_id,))
        thread = _thread(row)
        thread["createdAt"] = row["created"]
        thread["steps"] = [json.loads(step["body"]) for step in steps]
        thread["elements"] = [json.loads(element["body"]) for element in elements]
        return thread

    async def update_thread(
        self,
        thread_id: str,
        name: str | None = None,
        user_id: str | None = None,
        metadata: dict[str, Any] | None = None,
        tags: list[str] | None = None,
    ) -> None:
        """Create the conversation or change what is given; metadata is merged, a None in it removes its key."""
        await self._check_owner(thread_id)
        row = await self._one("SELECT metadata FROM threads WHERE id = ?", thread_id)
        merged = {**(json.loads(row["metadata"]) if row else {}), **(metadata or {})}
        kept = json.dumps({key: value for key, value in merged.items() if value is not None}, ensure_ascii=False)
        short = " ".join(name.split())[:NAME_LENGTH] if name else None
        await self._write(
            *self._ensure_thread(thread_id, user_id),
            "UPDATE threads SET name = coalesce(?, name), user_id = coalesce(?, user_id), metadata = ?,"
            " tags = coalesce(?, tags) WHERE id = ?",
            (short, user_id, kept, json.dumps(tags) if tags is not None else None, thread_id),
        )

    async def delete_thread(self, thread_id: str) -> None:
        """Delete the conversation with all that hangs on it."""
        await self._check_owner(thread_id)
        await self._write("DELETE FROM threads WHERE id = ?", (thread_id,))
        self._on_delete(thread_id)

    # ---- steps and elements

    @queue_until_user_message()
    async def create_step(self, step_dict: StepDict) -> None:
        """Insert or replace one step."""
        thread_id = step_dict["threadId"]
        await self._check_owner(thread_id)
        created = step_dict.get("createdAt") or _now()
        body = json.dumps(step_dict, ensure_ascii=False, default=str)
        await self._write(
            *self._ensure_thread(thread_id),
            "INSERT INTO steps VALUES (?,?,?,?,?) ON CONFLICT(id) DO UPDATE SET output = excluded.output,"
            " body = excluded.body WHERE steps.thread_id = excluded.thread_id",
            (step_dict["id"], thread_id, created, step_dict.get("output") or "", body),
            "UPDATE threads SET updated = ? WHERE id = ?",
            (_now(), thread_id),
        )

    update_step = create_step  # one statement inserts or replaces

    @queue_until_user_message()
    async def delete_step(self, step_id: str) -> None:
        """Delete one step of the session's own user, with its elements."""
        await self._write(
            f"DELETE FROM elements WHERE json_extract(body, '$.forId') = ? AND {OWNED}",
            (step_id, _signed_in()),
            f"DELETE FROM steps WHERE id = ? AND {OWNED}",
            (step_id, _signed_in()),
        )

    @queue_until_user_message()
    async def create_element(self, element: Element) -> None:
        """Keep an element with its conversation; its file, if it has one, is gone with the session."""
        kept = element.to_dict()
        thread_id = kept.get("threadId") or ""
        await self._check_owner(thread_id)
        await self._write(
            *self._ensure_thread(thread_id),
            "INSERT INTO elements VALUES (?,?,?) ON CONFLICT(id) DO UPDATE SET body = excluded.body"
            " WHERE elements.thread_id = excluded.thread_id",
            (kept["id"], thread_id, json.dumps(kept, ensure_ascii=False, default=str)),
        )

    async def get_element(self, thread_id: str, element_id: str) -> ElementDict | None:
        """One element of one conversation, or None."""
        row = await self._one("SELECT body FROM elements WHERE id = ? AND thread_id = ?", element_id, thread_id)
        return json.loads(row["body"]) if row else None

    @queue_until_user_message()
    async def delete_element(self, element_id: str, thread_id: str | None = None) -> None:
        """Delete one element of a conversation of the session's own user."""
        await self._write(f"DELETE FROM elements WHERE id = ? AND {OWNED}", (element_id, _signed_in()))

    async def mark_card(self, element_id: str, marks: dict[str, str]) -> None:
        """Keep what an agent did with an answer on its card, for when the conversation is opened again."""
        if row := await self._one(f"SELECT body FROM elements WHERE id = ? AND {OWNED}", element_id, _signed_in()):
            card = json.loads(row["body"])
            card["props"]["marks"] = _marked(card["props"].get("marks") or {}, marks)
            body = json.dumps(card, ensure_ascii=False)
            await self._write(
                f"UPDATE elements SET body = ? WHERE id = ? AND {OWNED}", (body, element_id, _signed_in())
            )

    # ---- what the window does otherwise: feedback goes through the answer card into the journal

    async def upsert_feedback(self, feedback: Feedback) -> str:
        """Refused: Chainlit's own route cannot tell whose answer it is; the answer card's buttons can."""
        raise ConversationsError("feedback is given on the answer card")

    async def delete_feedback(self, feedback_id: str) -> bool:
        """There is none to delete."""
        return False

    async def get_favorite_steps(self, user_id: str) -> list[StepDict]:
        """Favourites are switched off."""
        return []

    async def build_debug_url(self) -> str:
        """There is no debugger."""
        return ""

    async def close(self) -> None:
        """Close the database."""
        await self._db.close()

    # ---- SQL

    async def _check_owner(self, thread_id: str) -> None:
        """Refuse to touch another user's conversation. Outside a session Chainlit's routes have checked already."""
        user = _signed_in()
        try:
            owner = await self.get_thread_author(thread_id)
        except DatabaseFault as fault:
            raise self._count_lost(fault) from fault
        if user and owner and user != owner:
            self.lost += 1
            log.error("event=refused_write thread=%s user=%s", thread_id, user)
            raise ConversationsError(f"conversation {thread_id} belongs to another user; nothing was changed")

    def _ensure_thread(self, thread_id: str, user_id: str | None = None) -> tuple[str, tuple[object, ...]]:
        """SQL that creates the conversation where it is missing."""
        now, user = _now(), _session_user()
        owner_id = user_id or (user.id if isinstance(user, PersistedUser) else None)
        return (
            "INSERT INTO threads (id, user_id, owner, created, updated) VALUES (?,?,?,?,?) ON CONFLICT(id) DO NOTHING",
            (thread_id, owner_id, user.identifier if user else None, now, now),
        )

    async def _one(self, sql: str, *values: object) -> Row | None:
        return next(iter(await self._db.read(sql, values)), None)

    async def _write(self, *statements: Any) -> None:
        """Run (sql, values) pairs in one transaction, in the order of the calls."""
        try:
            await self._db.write(tuple(zip(statements[::2], statements[1::2], strict=True)))
        except DatabaseFault as fault:
            raise self._count_lost(fault) from fault

    def _count_lost(self, fault: DatabaseFault) -> ConversationsError:
        self.lost += 1
        log.error("event=write_lost fault=%s", fault)
        return ConversationsError(f"a conversation was not saved: {fault}")


def _thread(row: Row) -> ThreadDict:
    """A conversation as the sidebar needs it; it is sorted there by createdAt, hence the time of the last change."""
    return ThreadDict(
        id=row["id"],
        createdAt=row["updated"],
        name=row["name"],
        userId=row["user_id"],
        userIdentifier=row["owner"],
        tags=json.loads(row["tags"]),
        metadata=json.loads(row["metadata"]),
        steps=[],
        elements=[],
    )


def _session_user() -> User | PersistedUser | None:
    try:
        return context.session.user
    except ChainlitContextException:
        return None


def _signed_in() -> str:
    user = _session_user()
    return user.identifier if user else ""


def _marked(before: dict[str, str], marks: dict[str, str]) -> dict[str, str]:
    """Earlier marks with the new ones; a thumb turns the other one."""
    other = {"up": "down", "down": "up"}
    turned = {other[kind] for kind in marks if kind in other}
    return {kind: note for kind, note in {**before, **marks}.items() if kind not in turned}


def _like(words: str) -> str:
    escaped = words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
