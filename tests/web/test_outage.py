"""The model server dies under load and comes back: every turn is answered, and recorded, with a word about it."""

import asyncio
import contextlib
import socket
import threading
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
import uvicorn
from fastapi import FastAPI

from assistant.settings import Settings
from assistant.types import Done, Question, Turn
from engine.remote import RemoteEngine
from tests.fakes import ScriptedEngine
from tests.web.test_api import FOUND, Shelf, make_desk
from web.api import attach
from web.keys import Keys


@contextlib.contextmanager
def model_server(home: Path, port: int) -> Iterator[None]:
    """Our own API as the OpenAI-compatible server, with a scripted model behind it."""
    desk = make_desk(Settings(home=home), Shelf(), ScriptedEngine(pieces=["7 天内", "可退 [1]。"], pause=0.01))
    app = FastAPI()
    attach(app, desk)
    server = uvicorn.Server(uvicorn.Config(app, port=port, log_level="error", timeout_graceful_shutdown=0))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        assert thread.is_alive()
    try:
        yield
    finally:
        server.should_exit = server.force_exit = True
        thread.join()


@pytest.fixture
def port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


async def test_no_turn_is_lost_while_the_model_server_is_killed_and_restarted(tmp_path: Path, port: int) -> None:
    (tmp_path / "model").mkdir()
    (tmp_path / "desk").mkdir()
    key = Keys(tmp_path / "model").add("desk", limit="100000/minute")
    desk = make_desk(Settings(home=tmp_path / "desk", engine_timeout=3), Shelf(FOUND), None)
    engine = RemoteEngine(f"http://127.0.0.1:{port}/v1", key, "scripted", 3)
    desk.assistant.engines["fast"] = engine

    async def ask(number: int) -> Turn:
        events = [event async for event in desk.assistant.answer(Question(f"怎么退款？{number}"))]
        assert isinstance(events[-1], Done)
        return events[-1].turn

    async def ask_many(first: int) -> Counter[str]:
        turns = await asyncio.gather(*(ask(first + one) for one in range(10)))
        assert all(turn.answer.text for turn in turns)
        assert all(turn.answer.note for turn in turns if turn.answer.outcome == "degraded")
        return Counter(turn.answer.outcome for turn in turns)

    with model_server(tmp_path / "model", port):
        assert await ask_many(0) == {"grounded": 10}
    assert await ask_many(10) == {"degraded": 10}
    assert await ask_many(20) == {"degraded": 10}  # the circuit is open: nobody waits
    engine._breaker._until = 0.0  # the pause is over
    with model_server(tmp_path / "model", port):
        assert (await ask(30)).answer.outcome == "grounded"
        assert await ask_many(40) == {"grounded": 10}
    await engine.close()
    assert Counter(turn.outcome for turn in desk.journal.turns()) == {"grounded": 21, "degraded": 20}
