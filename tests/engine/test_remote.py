"""The remote engine against a server on this machine that speaks (or fails to speak) the OpenAI protocol."""

import json
import time
from collections.abc import Callable, Sequence
from contextlib import aclosing
from http.server import BaseHTTPRequestHandler

import pytest

from engine.remote import RemoteEngine
from engine.types import ContextOverflow, EngineBusy, EngineError, Message, Sampling
from tests.engine.loopback import send, serving

ASKED = [Message("system", "Be kind."), Message("user", "你好")]


class Server:
    """Streams `pieces`; `before` may do something else first."""

    def __init__(
        self, pieces: Sequence[str] = (), before: Callable[[BaseHTTPRequestHandler], bool] | None = None
    ) -> None:
        self.pieces, self.before = pieces, before
        self.bodies: list[dict[str, object]] = []

    def __call__(self, request: BaseHTTPRequestHandler) -> None:
        if request.path.endswith("/models"):
            return send(request, json.dumps({"data": [{"id": "first", "object": "model"}]}).encode())
        self.bodies.append(json.loads(request.rfile.read(int(request.headers["Content-Length"]))))
        if self.before and self.before(request):
            return None
        lines = [json.dumps({"choices": [{"index": 0, "delta": {"content": piece}}]}) for piece in self.pieces]
        return send(request, "".join(f"data: {line}\n\n" for line in [*lines, "[DONE]"]).encode(), "text/event-stream")


async def say(engine: RemoteEngine, sampling: Sampling | None = None) -> str:
    pieces = [piece async for piece in engine.stream(ASKED, sampling or Sampling())]
    await engine.close()
    return "".join(pieces)


async def test_the_answer_is_streamed_without_thinking() -> None:
    server = Server(["<think>", "hm</think>\n\n", "您", "好"])
    with serving(server) as url:
        assert await say(RemoteEngine(url + "/v1")) == "您好"
    body = server.bodies[0]
    assert body["model"] == "first"
    assert body["messages"] == [{"role": "system", "content": "Be kind."}, {"role": "user", "content": "你好"}]
    assert body["top_k"] == 20
    assert body["chat_template_kwargs"] == {"enable_thinking": False}


async def test_a_schema_is_passed_on() -> None:
    server = Server(["{}"])
    with serving(server) as url:
        await say(RemoteEngine(url, model="m"), Sampling(json_schema='{"type":"object"}'))
    assert server.bodies[0]["response_format"]["json_schema"]["schema"] == {"type": "object"}  # type: ignore[index]


async def test_it_hears_that_it_starts_and_can_be_stopped() -> None:
    places: list[int] = []
    with serving(Server(["a"] * 50)) as url:
        engine = RemoteEngine(url, model="m")
        async with aclosing(engine.stream(ASKED, Sampling(), places.append)) as stream:
            assert await anext(stream) == "a"
        await engine.close()
    assert places == [0]


def refusing(status: int, message: str = "no") -> Callable[[BaseHTTPRequestHandler], bool]:
    def refuse(request: BaseHTTPRequestHandler) -> bool:
        send(request, json.dumps({"error": {"message": message}}).encode(), status=status)
        return True

    return refuse


@pytest.mark.parametrize(
    ("status", "message", "kind", "sentence"),
    [
        (401, "no", EngineError, "DESKMATE_ENGINE_KEY"),
        (404, "no", EngineError, "does not know m"),
        (429, "no", EngineBusy, "try again"),
        (400, "maximum context length is 10", ContextOverflow, "too long"),
        (400, "odd", EngineError, "odd"),
        (500, "boom", EngineError, "cannot answer"),
    ],
)
async def test_what_a_server_refuses_is_one_sentence(status: int, message: str, kind: type, sentence: str) -> None:
    with serving(Server(before=refusing(status, message))) as url, pytest.raises(kind, match=sentence) as caught:
        await say(RemoteEngine(url, model="m"))
    assert "\n" not in str(caught.value)


async def test_a_passing_fault_is_tried_again() -> None:
    faults = iter([True, True, False])
    with serving(Server(["ok"], lambda request: next(faults) and refusing(503)(request))) as url:
        assert await say(RemoteEngine(url, model="m")) == "ok"


async def test_a_server_that_is_not_there_is_one_sentence() -> None:
    with pytest.raises(EngineError, match=r"http://127.0.0.1:1 cannot answer.*DESKMATE_ENGINE_URL"):
        await say(RemoteEngine("http://127.0.0.1:1", model="m"))


def stalling(request: BaseHTTPRequestHandler) -> bool:
    request.send_response(200)
    request.send_header("Content-Type", "text/event-stream")
    request.end_headers()
    request.wfile.write(b'data: {"choices":[{"index":0,"delta":{"content":"a"}}]}\n\n')
    request.wfile.flush()
    time.sleep(1.0)
    return True


async def test_a_stream_that_stalls_ends_with_an_error() -> None:
    with serving(Server(before=stalling)) as url:
        engine = RemoteEngine(url, model="m", timeout=0.2)
        with pytest.raises(EngineError, match=r"sent nothing for 0\.2 s"):
            await say(engine)


def test_tokens_are_estimated_on_the_safe_side() -> None:
    engine = RemoteEngine("http://x")
    assert engine.count_tokens("你好，世界") == 5
    assert engine.count_tokens("hello world") == 4


async def test_a_server_that_is_down_is_left_alone_for_a_while() -> None:
    engine = RemoteEngine("http://127.0.0.1:9/v1", "", "m", 5)
    for _ in range(3):
        with pytest.raises(EngineError, match="cannot answer"):
            await say(engine)
    with pytest.raises(EngineError, match="left alone for 15 s"):
        await say(engine)
