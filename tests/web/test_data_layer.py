"""Conversations on disk: kept, paged, searched, owned, never lost in silence."""

import asyncio
import importlib.util
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
from chainlit.context import ChainlitContext, context_var
from chainlit.element import CustomElement
from chainlit.session import HTTPSession
from chainlit.types import Pagination, ThreadFilter
from chainlit.user import PersistedUser, User

from tests.outside import Postgres as PostgresServer
from tests.outside import postgres, running
from web.data_layer import MIGRATIONS, Conversations, ConversationsError
from web.databases import Database, Postgres, Sqlite

WITH_POSTGRES = pytest.mark.skipif(
    not postgres() or importlib.util.find_spec("asyncpg") is None, reason="PostgreSQL is not installed"
)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PostgresServer]:
    with running(PostgresServer(tmp_path_factory.mktemp("postgres") / "data")) as server:
        yield server


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=WITH_POSTGRES)])
async def db(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Database]:
    if request.param == "sqlite":
        file = Sqlite(tmp_path / "conversations.sqlite3", MIGRATIONS)
        yield file
        await file.close()
        return
    server: PostgresServer = request.getfixturevalue("server")
    opened = Postgres(server.url, MIGRATIONS)
    yield opened
    await opened.write([("DROP SCHEMA public CASCADE", ()), ("CREATE SCHEMA public", ())])
    await opened.close()


@pytest.fixture
def store(db: Database) -> Conversations:
    return Conversations(db)


async def sign_in(store: Conversations, name: str) -> PersistedUser:
    """Let `name` be the user of the current session."""
    user = await store.create_user(User(identifier=name, metadata={"role": "agent"}))
    assert user is not None
    context_var.set(ChainlitContext(HTTPSession(id=name, client_type="webapp", user=user)))
    return user


def step(thread: str, number: int, output: str = "hello", **more: Any) -> Any:
    return {"id": f"{thread}-{number}", "threadId": thread, "type": "user_message", "name": "anna", "output": output,
            "createdAt": f"2026-11-21T08:00:{number:02}Z", **more}  # fmt: skip


async def threads_of(store: Conversations, user: PersistedUser, first: int = 20, **asked: Any) -> list[str]:
    page = await store.list_threads(
        Pagination(first=first, cursor=asked.pop("cursor", None)), ThreadFilter(userId=user.id, **asked)
    )
    return [thread["id"] for thread in page.data]


async def test_a_conversation_comes_back_as_it_was(store: Conversations) -> None:
    anna = await sign_in(store, "anna")
    await store.update_thread(
        "t1", name="第一个  问题\n怎么退款", user_id=anna.id, tags=["a"], metadata={"history": [1], "x": 1}
    )
    await store.create_step(step("t1", 2, "later", modes={"mode": "fast"}, unknown_field={"new": True}))
    await store.create_step(step("t1", 1, "first"))
    await store.create_element(
        CustomElement(id="c1", thread_id="t1", for_id="t1-2", name="AnswerCard", props={"state": "direct"})
    )
    await store.update_thread("t1", metadata={"x": None})
    thread = await store.get_thread("t1")
    assert thread is not None
    assert thread["name"] == "第一个 问题 怎么退款"
    assert thread["metadata"] == {"history": [1]}
    assert [one["output"] for one in thread["steps"]] == ["first", "later"]
    assert thread["steps"][1]["unknown_field"] == {"new": True}  # type: ignore[typeddict-item]
    elements = thread["elements"]
    assert elements is not None
    assert elements[0]["props"] == {"state": "direct"}


async def test_an_update_replaces_and_never_overtakes_the_creation(store: Conversations) -> None:
    await sign_in(store, "anna")
    await asyncio.gather(*(store.update_step(step("t1", 1, f"version {number}")) for number in range(30)))
    thread = await store.get_thread("t1")
    assert thread is not None
    assert [one["output"] for one in thread["steps"]] == ["version 29"]


async def test_history_is_paged_newest_first_and_each_agent_sees_only_their_own(store: Conversations) -> None:
    ben = await sign_in(store, "ben")
    await store.create_step(step("b1", 1))
    anna = await sign_in(store, "anna")
    for number in range(5):
        await store.create_step(step(f"a{number}", 1))
    await store.create_step(step("a0", 2))
    assert await threads_of(store, anna) == ["a0", "a4", "a3", "a2", "a1"]
    assert await threads_of(store, anna, first=2) == ["a0", "a4"]
    assert await threads_of(store, anna, first=2, cursor="a4") == ["a3", "a2"]
    assert await threads_of(store, ben) == ["b1"]


async def test_search_looks_into_names_and_answers_and_takes_signs_literally(store: Conversations) -> None:
    anna = await sign_in(store, "anna")
    await store.create_step(step("t1", 1, "签收 7 天内可以退款，运费 100%"))
    await store.create_step(step("t2", 1, "发票"))
    assert await threads_of(store, anna, search="退款") == ["t1"]
    assert await threads_of(store, anna, search="100%") == ["t1"]
    assert await threads_of(store, anna, search="%发%") == []


async def test_nobody_writes_into_or_deletes_another_users_conversation(store: Conversations) -> None:
    await sign_in(store, "anna")
    await store.create_step(step("t1", 1, "mine"))
    await store.create_element(CustomElement(id="c1", thread_id="t1", for_id="t1-1", name="AnswerCard", props={"a": 1}))
    await sign_in(store, "mallory")
    for attempt in (
        store.create_step(step("t1", 1, "forged")),
        store.delete_thread("t1"),
        store.update_thread("t1", name="forged"),
        store.create_element(CustomElement(id="c1", thread_id="t1", for_id="t1-1", name="AnswerCard", props={"a": 2})),
    ):
        with pytest.raises(ConversationsError, match="belongs to another user"):
            await attempt
    await store.delete_step("t1-1")
    await store.delete_element("c1")
    await store.create_step({**step("m1", 1, "stolen id"), "id": "t1-1"})  # an id of another conversation
    await store.create_element(CustomElement(id="c1", thread_id="m1", for_id="m1-1", name="AnswerCard", props={"a": 3}))
    thread = await store.get_thread("t1")
    assert thread is not None
    elements = thread["elements"]
    assert elements is not None
    assert ([one["output"] for one in thread["steps"]], elements[0]["props"]) == (["mine"], {"a": 1})
    assert store.lost == 4


async def test_deleting_a_conversation_deletes_all_of_it_and_tells_who_holds_its_files(db: Database) -> None:
    told: list[str] = []
    store = Conversations(db, on_delete=told.append)
    await sign_in(store, "anna")
    await store.create_step(step("t1", 1))
    await store.delete_thread("t1")
    assert await store.get_thread("t1") is None
    assert told == ["t1"]
    assert await db.read("SELECT * FROM steps", ()) == []


async def test_a_write_that_fails_is_counted_and_raised(store: Conversations, db: Database) -> None:
    await sign_in(store, "anna")
    await store.create_step(step("t1", 1))
    await db.write([("DROP TABLE steps", ())])
    with pytest.raises(ConversationsError, match="was not saved"):
        await store.create_step(step("t1", 2))
    assert store.lost == 1


async def test_a_step_takes_its_elements_with_it_and_a_card_keeps_its_marks(store: Conversations) -> None:
    await sign_in(store, "anna")
    for number in (1, 2):
        await store.create_step(step("t1", number, "with a \0 in it"))
        card = CustomElement(id=f"c{number}", thread_id="t1", for_id=f"t1-{number}", name="AnswerCard", props={})
        await store.create_element(card)
    await store.mark_card("c2", {"up": ""})
    await store.delete_step("t1-1")
    thread = await store.get_thread("t1")
    assert thread is not None
    assert [element["props"] for element in thread["elements"] or []] == [{"marks": {"up": ""}}]


@WITH_POSTGRES
async def test_a_restart_of_postgresql_loses_nothing_and_an_outage_is_counted(tmp_path: Path) -> None:
    server = PostgresServer(tmp_path / "data")
    with running(server):
        db = Postgres(server.url, MIGRATIONS)
        store = Conversations(db)
        await sign_in(store, "anna")
        await store.create_step(step("t1", 1, "before"))
        server.kill()
        writing = asyncio.create_task(store.create_step(step("t1", 2, "meanwhile")))
        await asyncio.to_thread(server.start)
        await writing
        server.kill()
        db._breaker._faults, db._breaker._until = 3, float("inf")  # it has been away for long
        with pytest.raises(ConversationsError, match="left alone"):
            await store.create_step(step("t1", 3, "lost, and said so"))
        assert store.lost == 1
        await asyncio.to_thread(server.start)
        db._breaker._until = 0.0  # the pause is over
        thread = await store.get_thread("t1")
        await store.close()
    assert thread is not None
    assert [one["output"] for one in thread["steps"]] == ["before", "meanwhile"]


@WITH_POSTGRES
async def test_two_apps_share_one_postgresql_from_the_first_moment(db: Database, server: PostgresServer) -> None:
    apps = [Conversations(Postgres(server.url, MIGRATIONS)) for _ in range(2)]
    await asyncio.gather(*(app.create_user(User(identifier="anna", metadata={})) for app in apps))
    await sign_in(apps[0], "anna")
    await apps[0].create_step(step("t1", 1, "asked in the first app"))
    thread = await apps[1].get_thread("t1")
    assert thread is not None
    assert [one["output"] for one in thread["steps"]] == ["asked in the first app"]
    for app in apps:
        await app.close()


async def test_a_role_that_changed_is_refreshed_at_sign_in(store: Conversations) -> None:
    first = await store.create_user(User(identifier="anna", metadata={"role": "agent"}))
    second = await store.create_user(User(identifier="anna", metadata={"role": "admin"}))
    assert first is not None
    assert second is not None
    assert (first.id, second.metadata["role"]) == (second.id, "admin")
