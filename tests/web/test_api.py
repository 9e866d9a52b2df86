"""The API as its callers use it: the official openai client and plain HTTP against a real server on loopback."""

import asyncio
import contextlib
import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, cast

import httpx
import openai
import pytest
import uvicorn
from fastapi import FastAPI

from assistant.answering import Assistant, Options
from assistant.journal import Journal
from assistant.prompts import load_prompts
from assistant.settings import SHIPPED, Settings
from assistant.types import Mode
from assistant.wiring import Banner, Desk
from engine.types import ContextOverflow, Engine, EngineBusy, EngineError
from knowledge.errors import IndexFault
from knowledge.knowledge_base import KnowledgeBase, SearchResult
from knowledge.manifest import Manifest
from knowledge.types import Chunk, Context, Entry, Hit, Layer, Passage, Query
from tests.fakes import ScriptedEngine
from web.api import attach
from web.chat_reply import Completion
from web.keys import Keys

REFUND = Passage("1", "如何退款？", "7 天内可全额退款。", "faq", "faq/refund.md", 3, "e1", updated=date(2026, 10, 1))
FOUND = Context((REFUND,), 40, 0.9, answerable=True, generation="g1")
ENTRY = Entry("e1", "faq/refund.md", "faq", "如何退款？", "7 天内可全额退款。", updated=date(2026, 10, 1))
ASK: Any = [{"role": "user", "content": "怎么退款？"}]


@dataclass
class Shelf:
    """Stands for the knowledge base: gives one context."""

    context: Context = FOUND
    queries: list[Query] = field(default_factory=list)
    missing: bool = False
    generation = "g1"

    def leans(self, question: str, previous: str) -> bool:
        return True

    def ground(self, query: Query, count_tokens: Callable[[str], int]) -> Context:
        self.queries.append(query)
        return self.context

    def search(self, query: Query, k: int = 10) -> SearchResult:
        return SearchResult(query, (Hit(Chunk("c1", ENTRY, ENTRY.text), 0.9, (("dense", 0.9),)),), 0.9, 1.5)

    def status(self) -> Manifest:
        if self.missing:
            raise IndexFault("index: there is no index yet; run: kb reindex")
        return Manifest(
            "g1",
            datetime.now(UTC).isoformat(),
            "builtin",
            "1",
            "1",
            (Layer("faq", "faq", 3, 1800),),
            (),
            entries=1,
            chunks=1,
        )

    def close(self) -> None: ...


@dataclass
class Served:
    """A running server, its parts and a key that may do everything."""

    url: str
    desk: Desk
    shelf: Shelf
    engine: ScriptedEngine
    key: str

    def http(self, key: str | None = None) -> httpx.Client:
        headers = {"Authorization": f"Bearer {key or self.key}"}
        return httpx.Client(base_url=self.url, headers=headers, trust_env=False)

    def client(self, key: str | None = None) -> openai.OpenAI:
        return openai.OpenAI(base_url=f"{self.url}/v1", api_key=key or self.key, max_retries=0)


Serve = Callable[..., Served]


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Serve]:
    servers: list[tuple[uvicorn.Server, threading.Thread]] = []

    def start(engine: ScriptedEngine | None = None, with_model: bool = True, **chosen: object) -> Served:
        settings = replace(Settings(home=tmp_path), **chosen)  # type: ignore[arg-type]
        engine = engine or ScriptedEngine(pieces=["7 天内", "可全额退款 [1]。"])
        shelf = Shelf()
        desk = make_desk(settings, shelf, engine if with_model else None)
        app = FastAPI()
        attach(app, desk)
        server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="error"))
        thread = threading.Thread(target=server.run)
        thread.start()
        servers.append((server, thread))
        while not server.started:
            assert thread.is_alive()
        port = server.servers[0].sockets[0].getsockname()[1]
        return Served(f"http://127.0.0.1:{port}", desk, shelf, engine, Keys(tmp_path).add("rpa"))

    yield start
    for server, thread in servers:
        server.should_exit = True
        thread.join()


def make_desk(settings: Settings, shelf: Shelf, engine: ScriptedEngine | None) -> Desk:
    engines: dict[Mode, Engine] = {"fast": engine} if engine else {}
    knowledge = cast(KnowledgeBase, shelf)
    journal = Journal(settings.journal, str)
    prompts = load_prompts(SHIPPED / "prompts")
    assistant = Assistant(knowledge, engines, journal, prompts, Options("云帆", "zh", settings.engine_timeout))
    banners = () if engine else (Banner("no_model", "还没有模型", "No model yet"),)
    return Desk(settings, knowledge, journal, assistant, banners)


# ---- the official client


def test_the_openai_client_gets_an_answer_with_its_sources(serve: Serve) -> None:
    served = serve()
    done = served.client().chat.completions.create(model="deskmate", messages=ASK)
    text = done.choices[0].message.content or ""
    assert text.startswith("7 天内可全额退款 [1]。")
    assert "来源：\n[1] 如何退款？ (faq/refund.md:3)" in text
    assert done.choices[0].finish_reason == "stop"
    assert done.usage is not None
    assert done.usage.total_tokens == done.usage.prompt_tokens + done.usage.completion_tokens > 0
    assert set(done.to_dict()) == set(Completion.model_validate(done.to_dict()).model_fields_set)
    told = (done.model_extra or {})["deskmate"]
    assert (told["outcome"], told["generation"]) == ("grounded", "g1")
    assert told["citations"][0]["source"] == "faq/refund.md"
    assert served.desk.journal.turn(told["turn_id"]) is not None


def test_the_openai_client_streams(serve: Serve) -> None:
    served = serve()
    chunks = list(
        served.client().chat.completions.create(
            model="deskmate",
            messages=ASK,
            stream=True,
            stream_options={"include_usage": True},
        )
    )
    pieces = [chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices]
    assert pieces[:3] == ["", "7 天内", "可全额退款 [1]。"]
    assert "faq/refund.md:3" in "".join(pieces)
    assert [chunk.choices[0].finish_reason for chunk in chunks if chunk.choices][-1] == "stop"
    assert (chunks[-2].model_extra or {})["deskmate"]["outcome"] == "grounded"
    assert chunks[-1].choices == []
    assert chunks[-1].usage is not None


async def test_the_asynchronous_client_asks_and_streams(serve: Serve) -> None:
    served = await asyncio.to_thread(serve)
    async with openai.AsyncOpenAI(base_url=f"{served.url}/v1", api_key=served.key) as client:
        done = await client.chat.completions.create(model="deskmate", messages=ASK)
        stream = await client.chat.completions.create(model="deskmate", messages=ASK, stream=True)
        text = "".join([chunk.choices[0].delta.content or "" async for chunk in stream])
    assert (done.choices[0].message.content or "") == text


def test_the_bare_model_answers_without_knowledge(serve: Serve) -> None:
    served = serve(ScriptedEngine(pieces=["你好"], name="Qwen3-4B"))
    assert [model.id for model in served.client().models.list()] == ["deskmate", "deskmate-verbatim", "Qwen3-4B"]
    assert served.client().models.retrieve("Qwen3-4B").owned_by == "deskmate"
    messages: Any = [{"role": "system", "content": "简短"}, {"role": "user", "content": "你好"}]
    done = served.client().chat.completions.create(
        model="Qwen3-4B",
        messages=messages,
        temperature=0.2,
        max_tokens=2,
        stop="。",
        seed=7,
    )
    assert done.choices[0].message.content == "你好"
    assert done.choices[0].finish_reason == "length"
    assert served.shelf.queries == []
    assert [message.content for message in served.engine.asked[0]] == ["简短", "你好"]
    used = served.engine.sampled[0]
    assert (used.temperature, used.max_tokens, used.stop, used.seed) == (0.2, 2, ("。",), 7)


def test_earlier_messages_become_the_history_of_a_follow_up(serve: Serve) -> None:
    served = serve()
    earlier: list[Any] = [{"role": "user", "content": "A102 多少钱？"}, {"role": "assistant", "content": "199 元。"}]
    last: Any = {"role": "user", "content": [{"type": "text", "text": "那保修多久？"}]}
    served.client().chat.completions.create(model="deskmate", messages=[*earlier, last])
    assert [message.content for message in served.engine.asked[-1]][1:3] == ["A102 多少钱？", "199 元。"]
    assert "那保修多久？" in served.engine.asked[-1][-1].content


def test_without_a_model_the_passages_are_the_answer(serve: Serve) -> None:
    served = serve(with_model=False)
    done = served.client().chat.completions.create(model="deskmate", messages=ASK)
    assert (done.choices[0].message.content or "").startswith("7 天内可全额退款。 [1]")
    assert (done.model_extra or {})["deskmate"]["outcome"] == "degraded"


def test_a_model_that_fails_while_streaming_is_followed_by_the_passages(serve: Serve) -> None:
    served = serve(ScriptedEngine(pieces=["也许"], fault=EngineError("the card is gone")))
    stream = served.client().chat.completions.create(model="deskmate", messages=ASK, stream=True)
    text = "".join(chunk.choices[0].delta.content or "" for chunk in stream if chunk.choices)
    assert text.startswith("也许\n\n7 天内可全额退款。 [1]")


# ---- errors in OpenAI's form


def test_faults_of_the_bare_model_become_openai_errors(serve: Serve) -> None:
    served = serve(ScriptedEngine(pieces=[], fault=EngineBusy("the queue is full; try again")))
    asked = {"model": "scripted", "messages": ASK}
    with served.http() as http:
        busy = http.post("/v1/chat/completions", json=asked)
        assert (busy.status_code, busy.headers["retry-after"]) == (503, "5")
        assert busy.json()["error"]["code"] == "model_busy"
        streamed = http.post("/v1/chat/completions", json={**asked, "stream": True})
        assert streamed.status_code == 503
        served.engine.fault = ContextOverflow("the prompt is too long; shorten it")
        assert http.post("/v1/chat/completions", json=asked).json()["error"]["code"] == "context_length_exceeded"
        served.engine.pieces = ["a"]
        late = http.post("/v1/chat/completions", json={**asked, "stream": True})
    assert late.status_code == 200
    assert '"context_length_exceeded"' in late.text
    assert late.text.endswith("data: [DONE]\n\n")


def test_a_wrong_key_model_or_message_is_told_in_the_clients_own_errors(serve: Serve) -> None:
    served = serve()
    with pytest.raises(openai.AuthenticationError, match="kb key add"):
        served.client("dm-wrong").chat.completions.create(model="deskmate", messages=ASK)
    with pytest.raises(openai.NotFoundError, match="GET /v1/models lists them"):
        served.client().chat.completions.create(model="gpt-4o", messages=ASK)
    image: Any = {"role": "user", "content": [{"type": "image_url", "image_url": {"url": "http://x"}}]}
    with pytest.raises(openai.BadRequestError, match="send text"):
        served.client().chat.completions.create(model="deskmate", messages=[image])
    said: Any = {"role": "assistant", "content": "好"}
    with pytest.raises(openai.BadRequestError, match="the last message must be the user's question"):
        served.client().chat.completions.create(model="deskmate", messages=[said])
    with pytest.raises(openai.BadRequestError, match="leave n out"):
        served.client().chat.completions.create(model="deskmate", messages=ASK, n=2)
    tool: Any = {"type": "function", "function": {"name": "refund", "parameters": {}}}
    with pytest.raises(openai.BadRequestError, match="tools are not supported"):
        served.client().chat.completions.create(model="deskmate", messages=ASK, tools=[tool])


def test_fields_that_change_nothing_are_ignored_and_a_silent_assistant_is_no_fault(serve: Serve) -> None:
    silent: list[Any] = [*ASK, {"role": "assistant", "content": None}, *ASK]
    done = (
        serve()
        .client()
        .chat.completions.create(
            model="deskmate",
            messages=silent,
            seed=-1,
            logit_bias={"5": 1},
            store=False,
            extra_body={"top_k": 3, "own": 1},
        )
    )
    assert done.choices[0].message.content


def test_an_unknown_layer_is_named_with_those_that_exist(serve: Serve) -> None:
    with serve().http() as http:
        answer = http.post("/api/search", json={"query": "退款", "layers": ["faq", "wiki"]})
    assert answer.status_code == 400
    assert answer.json()["error"]["message"] == "no layer 'wiki'; there are faq"


def test_a_document_is_no_question(serve: Serve) -> None:
    served = serve()
    with pytest.raises(openai.BadRequestError, match="not its documents"):
        served.client().chat.completions.create(model="deskmate", messages=[{"role": "user", "content": "长" * 20_001}])


@pytest.mark.parametrize("body", ["", "{", "[]", '{"model": 1}', '{"model":"deskmate","messages":[]}', "\x00"])
def test_a_body_that_does_not_fit_is_a_400_that_names_the_field(serve: Serve, body: str) -> None:
    with serve().http() as http:
        answer = http.post("/v1/chat/completions", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == 400
    assert answer.json()["error"]["type"] == "invalid_request_error"


def test_unknown_paths_and_methods_answer_in_json(serve: Serve) -> None:
    with serve().http() as http:
        unknown, wrong = http.get("/api/typo"), http.delete("/v1/models")
    assert (unknown.status_code, unknown.json()["error"]["code"]) == (404, "unknown_path")
    assert (wrong.status_code, wrong.json()["error"]["code"]) == (405, "method_not_allowed")


# ---- who may, how much, from where


def test_each_key_has_scopes_a_limit_and_networks(serve: Serve, tmp_path: Path) -> None:
    served = serve()
    keys = Keys(tmp_path)
    seeing = keys.add("bi", scopes=["analytics"])
    slow = keys.add("slow", limit="2/minute")
    far = keys.add("far", networks=["10.0.0.0/8"])
    with served.http(seeing) as http:
        assert http.get("/api/analytics").status_code == 200
        refused = http.post("/api/search", json={"query": "退款"})
        assert (refused.status_code, refused.json()["error"]["code"]) == (403, "scope_missing")
    with served.http(slow) as http:
        assert [http.get("/v1/models").status_code for _ in range(3)] == [200, 200, 429]
        assert 0 < int(http.get("/v1/models").headers["retry-after"]) <= 60
    with served.http(far) as http:
        assert http.get("/v1/models").json()["error"]["code"] == "network_not_allowed"
    keys.revoke("slow")
    with served.http(slow) as http:
        assert http.get("/v1/models").status_code == 401


def test_a_user_named_by_the_caller_has_a_limit_of_their_own(serve: Serve) -> None:
    served = serve(api_user_limit="1/minute")
    with served.http() as http:
        asked = [
            http.post("/v1/chat/completions", json={"model": "deskmate", "messages": ASK, "user": user}).status_code
            for user in ("anna", "anna", "ben")
        ]
    assert asked == [200, 429, 200]


def test_only_allowed_networks_reach_the_api(serve: Serve) -> None:
    with serve(api_networks="10.0.0.0/8").http() as http:
        assert http.get("/v1/models").status_code == 403
        assert http.get("/healthz").status_code == 200


def test_a_body_over_the_limit_is_refused_with_and_without_its_length(serve: Serve) -> None:
    with serve(api_body=1000).http() as http:
        large = json.dumps({"query": "x" * 2000}).encode()
        announced = http.post("/api/search", content=large)
        chunked = http.post("/api/search", content=iter([large[:500], large[500:]]))
    assert [answer.status_code for answer in (announced, chunked)] == [413, 413]
    assert announced.json()["error"]["code"] == "request_too_large"


def test_only_allowed_pages_may_call_from_a_browser(serve: Serve) -> None:
    with serve(api_origins="https://tickets.example").http() as http:
        asking = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization"}
        ours = http.options("/v1/chat/completions", headers={"Origin": "https://tickets.example", **asking})
        other = http.options("/v1/chat/completions", headers={"Origin": "https://evil.example", **asking})
    assert ours.headers["access-control-allow-origin"] == "https://tickets.example"
    assert "access-control-allow-origin" not in other.headers


def test_an_answer_that_takes_too_long_is_a_504_and_frees_the_model(serve: Serve) -> None:
    served = serve(ScriptedEngine(pieces=["a"] * 50, pause=0.2), api_timeout=0.3)
    with served.http() as http:
        answer = http.post("/v1/chat/completions", json={"model": "scripted", "messages": ASK})
        assert (answer.status_code, answer.json()["error"]["code"]) == (504, "timeout")
    assert served.engine.running == 0


def test_a_caller_who_leaves_stops_the_model(serve: Serve) -> None:
    served = serve(ScriptedEngine(pieces=["a"] * 600, pause=0.05))
    for stream in (True, False):
        with served.http() as http, contextlib.suppress(httpx.ReadTimeout):
            body = {"model": "deskmate", "messages": ASK, "stream": stream}
            with http.stream("POST", "/v1/chat/completions", json=body, timeout=0.5) as answer:
                next(answer.iter_text())
        wait_until(lambda: served.engine.running == 0)
    assert {turn.outcome for turn in served.desk.journal.turns()} == {"stopped"}


def wait_until(true: Callable[[], bool]) -> None:
    pause = threading.Event()
    for _ in range(200):
        if true():
            return
        pause.wait(0.05)
    raise AssertionError("did not happen within 10 s")


# ---- our own paths


def test_search_feedback_analytics_and_knowledge(serve: Serve) -> None:
    served = serve()
    with served.http() as http:
        found = http.post("/api/search", json={"query": "退款", "k": 3}).json()
        turn = http.post("/v1/chat/completions", json={"model": "deskmate", "messages": ASK}).json()["deskmate"][
            "turn_id"
        ]
        told = http.post("/api/feedback", json={"turn_id": turn, "kind": "corrected", "note": "是 14 天。"})
        lost = http.post("/api/feedback", json={"turn_id": "none", "kind": "up"})
        empty = http.post("/api/feedback", json={"turn_id": turn, "kind": "corrected"})
        figures = http.get("/api/analytics", params={"days": 30}).json()
        assert http.get("/api/analytics", params={"days": 0}).status_code == 400
        assert http.get("/api/knowledge").json()["generation"] == "g1"
    assert (found["hits"][0]["entry_id"], found["hits"][0]["updated"]) == ("e1", "2026-10-01")
    assert [answer.status_code for answer in (told, lost, empty)] == [201, 404, 400]
    assert [(mark.user, mark.kind, mark.note) for mark in served.desk.journal.marks()] == [
        ("rpa", "corrected", "是 14 天。")
    ]
    assert (figures["turns"], figures["outcomes"], figures["marks"]) == (1, {"grounded": 1}, {"corrected": 1})


def test_health_readiness_and_metrics_need_no_key_here(serve: Serve) -> None:
    served = serve()
    with served.http() as http:
        http.post("/v1/chat/completions", json={"model": "deskmate", "messages": ASK})
        http.get("/v1/none")
    bare = httpx.Client(base_url=served.url, trust_env=False)
    assert bare.get("/healthz").json() == {"status": "ok"}
    ready = bare.get("/readyz")
    assert (ready.status_code, ready.json()["models"]) == (200, {"fast": "scripted"})
    counted = bare.get("/metrics").text
    for line in (
        'deskmate_turns_total{outcome="grounded"} 1.0',
        "deskmate_first_token_seconds_count 1.0",
        'deskmate_requests_total{path="/v1/chat/completions",status="200"} 1.0',
        "deskmate_index_entries 1.0",
        "process_resident_memory_bytes",
    ):
        assert line in counted


def test_readiness_names_what_stands_in_and_what_is_missing(serve: Serve) -> None:
    served = serve(with_model=False)
    with served.http() as http:
        ready = http.get("/readyz").json()
        assert (ready["status"], ready["fallback"]) == ("ready", "verbatim answers from the knowledge base")
        assert ready["banners"][0]["code"] == "no_model"
        served.shelf.missing = True
        missing = http.get("/readyz")
    assert (missing.status_code, missing.json()["reason"]) == (503, "index: there is no index yet; run: kb reindex")


def test_the_openapi_document_describes_every_path(serve: Serve) -> None:
    with serve().http() as http:
        document = http.get("/api/openapi.json").json()
    assert set(document["paths"]) == {
        "/v1/models",
        "/v1/models/{name}",
        "/v1/chat/completions",
        "/api/search",
        "/api/feedback",
        "/api/analytics",
        "/api/knowledge",
        "/healthz",
        "/readyz",
        "/metrics",
    }
    assert document["components"]["securitySchemes"]["HTTPBearer"]["scheme"] == "bearer"
    for path, (operation,) in ((path, operations.values()) for path, operations in document["paths"].items()):
        (told, *_) = (answer for status, answer in operation["responses"].items() if status.startswith("2"))
        assert all(content["schema"] for content in told["content"].values()), path
        assert "422" not in operation["responses"], f"{path}: what does not fit is told as 400"
