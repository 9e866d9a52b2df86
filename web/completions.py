"""POST /v1/chat/completions and GET /v1/models as OpenAI defines them, so that its clients work unchanged.

The model "deskmate" answers through the whole road; its sources stand at the end of the text, and as data in the extra
field `deskmate`. Any other name of /v1/models is the bare model, without knowledge.
"""

import asyncio
import json
import logging
import time
import uuid
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from assistant.commands.asking import turn_as_json
from assistant.types import Answer, Delta, Done, Turn
from assistant.wiring import Desk
from assistant.wording import language_of
from engine.types import ContextOverflow, Engine, EngineBusy, EngineError
from web.admission import ApiError, requires
from web.chat_reply import STREAMED, Completion, Model, ModelList
from web.chat_request import ROADS, ChatRequest, question
from web.keys import Client

log = logging.getLogger("deskmate.api")
router = APIRouter(prefix="/v1", tags=["OpenAI-compatible"])
RETRY = 5  # seconds: about one answer, after which a full queue has a place again
Asking = Annotated[Client, Depends(requires("ask"))]
Piece = str | Turn | None  # text as it comes; at the end the Turn, or None from the bare model


@router.get("/models")
async def models(request: Request, client: Asking) -> ModelList:
    """List what `model` may be: deskmate in its modes, and the bare models."""
    return ModelList(data=_models(request.app.state.desk))


@router.get("/models/{name:path}")
async def model(request: Request, client: Asking, name: str) -> Model:
    """One of them."""
    for found in _models(request.app.state.desk):
        if found.id == name:
            return found
    raise _no_model(name)


@router.post("/chat/completions", response_model=Completion, responses=STREAMED)
async def completions(request: Request, client: Asking, body: ChatRequest) -> Response:
    """Answer the last message; with stream, as server-sent events."""
    request.app.state.door.count_user(client, body.user or "")
    desk: Desk = request.app.state.desk
    reply = _Reply(body, _engine(desk, body.model))
    pieces = _pieces(desk, body, client, reply.engine)
    timeout = desk.settings.api_timeout
    try:
        if body.stream:
            first = await asyncio.wait_for(anext(pieces), timeout)  # a fault before the first word keeps its own status
            return _Stream(reply.events(first, pieces, timeout), media_type="text/event-stream")
        return await _until_gone(request, reply.whole(pieces), timeout)
    except (EngineError, TimeoutError) as fault:
        raise _refused(fault, timeout) from fault


class _Stream(StreamingResponse):
    """Closes its generator when the caller leaves, so that the model stops at once."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            await self.body_iterator.aclose()  # type: ignore[attr-defined]  # ours is a generator


class _Reply:
    """One answer in OpenAI's words."""

    def __init__(self, body: ChatRequest, engine: Engine | None) -> None:
        self.body = body
        self.engine = engine
        self._head = {"id": f"chatcmpl-{uuid.uuid4().hex}", "created": int(time.time()), "model": body.model}
        self._text = ""

    async def whole(self, pieces: AsyncGenerator[Piece]) -> Response:
        """The answer at once."""
        turn = None
        async with aclosing(pieces):
            async for piece in pieces:
                if isinstance(piece, str):
                    self._text += piece
                else:
                    turn = piece
        content = turn.answer.text + sources(turn.answer, turn.question) if turn else self._text
        message = {"role": "assistant", "content": content, "refusal": None}
        choice = {"index": 0, "message": message, "finish_reason": self._finish(turn), "logprobs": None}
        body = {**self._head, "object": "chat.completion", "choices": [choice], "usage": self._usage(turn)}
        return Response(_dump({**body, **_extension(turn)}), media_type="application/json")

    async def events(self, first: Piece, pieces: AsyncGenerator[Piece], timeout: float) -> AsyncGenerator[str]:
        """The answer as server-sent events; a fault on the way becomes an error event."""
        piece = first
        try:
            async with asyncio.timeout(timeout), aclosing(pieces):
                yield self._chunk({"role": "assistant", "content": ""})
                while isinstance(piece, str):
                    self._text += piece
                    yield self._chunk({"content": piece})
                    piece = await anext(pieces)
            if piece and (rest := self._rest(piece)):
                yield self._chunk({"content": rest})
            yield self._chunk({}, self._finish(piece), **_extension(piece))
            if self.body.stream_options and self.body.stream_options.include_usage:
                yield self._event(choices=[], usage=self._usage(piece))
        except (EngineError, TimeoutError) as fault:
            yield f"data: {_dump(error_body(_refused(fault, timeout)))}\n\n"
        yield "data: [DONE]\n\n"

    def _rest(self, turn: Turn) -> str:
        """What follows the streamed text: the verbatim answer where the model failed on the way, then the sources."""
        said, final = self._text, turn.answer.text
        if turn.answer.outcome in ("grounded", "unsupported"):
            return sources(turn.answer, turn.question)
        late = "" if final == said else final.removeprefix(said) if final.startswith(said) else f"\n\n{final}"
        return late + sources(turn.answer, turn.question)

    def _chunk(self, delta: dict[str, str], finish: str | None = None, **more: object) -> str:
        return self._event(choices=[{"index": 0, "delta": delta, "finish_reason": finish, "logprobs": None}], **more)

    def _event(self, **fields: object) -> str:
        return f"data: {_dump({**self._head, 'object': 'chat.completion.chunk', **fields})}\n\n"

    def _finish(self, turn: Turn | None) -> str:
        limit = self.body.sampling().max_tokens
        return "length" if turn is None and self.engine and self._count(self._text) >= limit else "stop"

    def _usage(self, turn: Turn | None) -> dict[str, int]:
        """Tokens read and written, by the model's tokenizer where there is one."""
        read = [message.text() for message in self.body.messages]
        if turn and turn.message:
            read[-1] = turn.message
        prompt = sum(self._count(text) for text in read)
        written = self._count(turn.answer.text if turn else self._text)
        return {"prompt_tokens": prompt, "completion_tokens": written, "total_tokens": prompt + written}

    def _count(self, text: str) -> int:
        return self.engine.count_tokens(text) if self.engine else max(1, len(text) // 2)


def sources(answer: Answer, question: str) -> str:
    """The citations as lines below the text."""
    if not answer.citations:
        return ""
    head = "来源：" if language_of(question) == "zh" else "Sources:"
    return f"\n\n{head}\n" + "\n".join(
        f"[{cited.label}] {cited.title} ({cited.source}:{cited.line}){' ' + cited.url if cited.url else ''}"
        for cited in answer.citations
    )


async def _pieces(desk: Desk, body: ChatRequest, client: Client, engine: Engine | None) -> AsyncGenerator[Piece]:
    """The answer of the road or of the bare model."""
    if body.model in ROADS:
        async with aclosing(desk.assistant.answer(question(body, client))) as events:
            async for event in events:
                if isinstance(event, Delta):
                    yield event.text
                elif isinstance(event, Done):
                    yield event.turn
        return
    assert engine is not None  # _engine refused other names
    stream = engine.stream(body.prompt(), body.sampling())
    async with aclosing(stream) as words:  # type: ignore[type-var]  # a generator; frees the row when the caller left
        async for piece in words:
            yield piece
    yield None


def _engine(desk: Desk, model: str) -> Engine | None:
    """The engine behind a name, None where the road needs none. Raises ApiError for an unknown name."""
    engines = desk.assistant.engines
    if model in ROADS:
        return engines.get(ROADS[model]) or engines.get("fast")
    for engine in engines.values():
        if engine.name == model:
            return engine
    raise _no_model(model)


def _models(desk: Desk) -> list[Model]:
    names = [name for name, mode in ROADS.items() if mode != "expert" or mode in desk.assistant.engines]
    names += dict.fromkeys(engine.name for engine in desk.assistant.engines.values())
    return [Model(id=name) for name in names]


def _no_model(name: str) -> ApiError:
    return ApiError(404, "model_not_found", f"there is no model {name!r}; GET /v1/models lists them", "model")


async def _until_gone(request: Request, answer: Any, timeout: float) -> Response:
    """Await the answer, but not longer than `timeout` nor than the caller stays."""

    async def gone() -> None:
        while (await request.receive())["type"] != "http.disconnect":
            pass

    tasks = [asyncio.ensure_future(answer), asyncio.ensure_future(gone())]
    try:
        done, _ = await asyncio.wait(tasks, timeout=timeout, return_when=asyncio.FIRST_COMPLETED)
        if tasks[0] in done:
            return tasks[0].result()  # type: ignore[no-any-return]
        if done:
            return Response(status_code=499)  # nobody reads it; nginx's word for a client that left
        raise TimeoutError
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _refused(fault: Exception, timeout: float) -> ApiError:
    match fault:
        case EngineBusy():
            return ApiError(503, "model_busy", str(fault), wait=RETRY)
        case ContextOverflow():
            return ApiError(400, "context_length_exceeded", str(fault), "messages")
        case TimeoutError():
            return ApiError(
                504, "timeout", f"no answer within {timeout:.0f} s; try again or raise api_timeout", wait=RETRY
            )
    log.warning("event=model_failed fault=%s", fault)
    return ApiError(503, "model_failed", str(fault), wait=RETRY)


def error_body(fault: ApiError) -> dict[str, object]:
    """An error in OpenAI's form."""
    kinds = {401: "authentication_error", 403: "permission_error", 429: "rate_limit_error"}
    kind = kinds.get(fault.status_code) or ("server_error" if fault.status_code >= 500 else "invalid_request_error")
    return {"error": {"message": fault.detail, "type": kind, "param": fault.param, "code": fault.code}}


def _extension(turn: Turn | None) -> dict[str, object]:
    """What OpenAI has no field for."""
    return {"deskmate": {"turn_id": turn.id, "cached": turn.cached, **turn_as_json(turn)}} if turn else {}


def _dump(fields: dict[str, object]) -> str:
    return json.dumps(fields, ensure_ascii=False, default=str)
