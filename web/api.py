"""The HTTP API as one application beside the window: /v1 (OpenAI's form), /api, /healthz, /readyz, /metrics.

It is a FastAPI of its own, so that its errors, CORS and OpenAPI document touch nothing of the window's.
"""

import logging
import time
from datetime import UTC, datetime, timedelta
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, FastAPI, Query, Request
from fastapi.exceptions import RequestValidationError
from fastapi.middleware.cors import CORSMiddleware
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException
from starlette.routing import BaseRoute, Match
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant import reports
from assistant.commands.knowledge import hit_as_json
from assistant.journal import JournalError
from assistant.logs import word
from assistant.wiring import Desk
from knowledge.errors import KnowledgeError
from knowledge.manifest import Manifest
from knowledge.types import Query as Searched
from web import completions, health, metrics
from web.admission import ApiError, BodyLimit, Door, requires, split
from web.chat_request import UNSUPPORTED
from web.keys import Client, KeyFault, Keys

log = logging.getLogger("deskmate.api")
router = APIRouter(prefix="/api")
PATHS = ("/v1/", "/api/", "/healthz", "/readyz", "/metrics")


class ErrorDetail(BaseModel):
    message: str
    type: str
    param: str | None
    code: str | None


class Error(BaseModel):
    """Every error, in OpenAI's form; the message says what is wrong and what to do."""

    error: ErrorDetail


class SearchHit(BaseModel):
    entry_id: str
    layer: str
    title: str
    text: str
    score: float
    found_by: dict[str, float]
    source: str
    line: int
    updated: str = Field(description="ISO date, empty when unknown")


class SearchRequest(BaseModel):
    query: str = Field(min_length=1, max_length=4000)
    k: int = Field(10, ge=1, le=50)
    layers: list[str] = Field(default_factory=list, description="of layers.toml; empty: all")


class SearchReply(BaseModel):
    """Entries, best first; `answerability` is the probability that they hold the answer."""

    query: str
    hits: list[SearchHit]
    answerability: float
    ms: float


class FeedbackRequest(BaseModel):
    turn_id: str = Field(max_length=64, description="`deskmate.turn_id` of an answer")
    kind: Literal["copied", "unresolved", "escalated", "corrected", "up", "down"]
    note: str = Field("", max_length=4000, description="for corrected: the right answer")


def attach(app: FastAPI, desk: Desk) -> None:
    """Serve the API in `app`; call it before anything that takes every path."""
    app.router.routes.append(_ApiRoute(api_app(desk)))


def api_app(desk: Desk) -> FastAPI:
    """The API for an opened desk."""
    settings = desk.settings
    errors: dict[int | str, dict[str, object]] = {code: {"model": Error} for code in ("4XX", "5XX")}
    app = FastAPI(
        title="Deskmate", version="1", openapi_url="/api/openapi.json", docs_url=None, redoc_url=None, responses=errors
    )
    app.state.desk = desk
    app.state.door = Door(settings, Keys(settings.home))
    app.state.metrics = metrics.Metrics(desk)
    for part in (completions.router, health.router, metrics.router, router):
        app.include_router(part)
    app.add_exception_handler(HTTPException, _told)
    app.add_exception_handler(RequestValidationError, _invalid)
    for fault in (KnowledgeError, JournalError, KeyFault):
        app.add_exception_handler(fault, _unavailable)
    app.add_middleware(BodyLimit, limit=settings.api_body)
    app.add_middleware(_Logged)
    if origins := split(settings.api_origins):
        headers = ["Authorization", "Content-Type"]
        app.add_middleware(CORSMiddleware, allow_origins=origins, allow_methods=["GET", "POST"], allow_headers=headers)
    return app


@router.post("/search", tags=["knowledge"])
def search(
    request: Request, body: SearchRequest, client: Annotated[Client, Depends(requires("search"))]
) -> SearchReply:
    """Entries that a question finds, best first, without asking a model."""
    knowledge = request.app.state.desk.knowledge
    known = [layer.name for layer in knowledge.status().layers]
    if unknown := set(body.layers) - set(known):
        raise ApiError(400, "invalid_value", f"no layer {min(unknown)!r}; there are {', '.join(known)}", "layers")
    found = knowledge.search(Searched(body.query, layers=tuple(body.layers)), body.k)
    hits = [SearchHit.model_validate(hit_as_json(hit)) for hit in found.hits]
    return SearchReply(query=body.query, hits=hits, answerability=found.answerability, ms=found.ms)


@router.post("/feedback", status_code=201, tags=["learning"])
def feedback(
    request: Request, body: FeedbackRequest, client: Annotated[Client, Depends(requires("feedback"))]
) -> dict[str, str]:
    """Say how an answer did; corrections and gaps reach the editors through kb gaps."""
    journal = request.app.state.desk.journal
    if journal.turn(body.turn_id) is None:
        raise ApiError(404, "turn_not_found", f"there is no turn {body.turn_id!r}; take deskmate.turn_id", "turn_id")
    if body.kind == "corrected" and not body.note.strip():
        raise ApiError(400, "note_missing", "a correction needs the right answer; put it into note", "note")
    journal.mark(body.turn_id, client.name, body.kind, body.note)
    return {"status": "recorded"}


@router.get("/analytics", tags=["learning"])
def analytics(
    request: Request,
    client: Annotated[Client, Depends(requires("analytics"))],
    days: Annotated[int, Query(ge=1, le=366)] = 7,
) -> reports.Figures:
    """Volume, outcomes, deflection, hand-overs, speed and the most asked of the last days."""
    return reports.figures(request.app.state.desk.journal, datetime.now(UTC) - timedelta(days=days))


@router.get("/knowledge", tags=["knowledge"])
def knowledge(request: Request, client: Annotated[Client, Depends(requires("knowledge"))]) -> Manifest:
    """What is indexed, since when, and what an editor should mend."""
    status: Manifest = request.app.state.desk.knowledge.status()
    return status


class _ApiRoute(BaseRoute):
    """Hands the API's paths to its own application, whose 404 and 405 are JSON."""

    def __init__(self, app: FastAPI) -> None:
        self.app = app

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        ours = scope["type"] == "http" and scope["path"].startswith(PATHS)
        return (Match.FULL if ours else Match.NONE), {}

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self.app(scope, receive, send)


class _Logged:
    """ASGI: one line a request (path, status, time; no text), and a count for the metrics."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        began, status = time.perf_counter(), 499  # nginx's word for a caller who left before the answer

        async def told(message: Message) -> None:
            nonlocal status
            status = message.get("status", status)
            await send(message)

        try:
            await self._app(scope, receive, told)
        finally:
            took = (time.perf_counter() - began) * 1000
            scope["app"].state.metrics.count_request(scope, status)
            log.info("event=request path=%s status=%d ms=%.0f", word(scope["path"]), status, took)


async def _told(request: Request, fault: Exception) -> Response:
    """A refusal in OpenAI's form."""
    assert isinstance(fault, HTTPException)
    if not isinstance(fault, ApiError):
        code = {404: "unknown_path", 405: "method_not_allowed"}.get(fault.status_code, "invalid_request")
        known = "; GET /api/openapi.json lists what there is" if fault.status_code in (404, 405) else ""
        fault = ApiError(fault.status_code, code, f"{request.method} {request.url.path}: {fault.detail}{known}")
    return JSONResponse(completions.error_body(fault), fault.status_code, fault.headers)


async def _invalid(request: Request, fault: Exception) -> Response:
    """A request that does not fit, by its first fault."""
    assert isinstance(fault, RequestValidationError)
    first = fault.errors()[0]
    where = ".".join(str(part) for part in first["loc"] if part not in ("body", "query"))
    if not where or first["type"] == "json_invalid":
        message = "the body is no JSON object; send one, with Content-Type: application/json"
        return await _told(request, ApiError(400, "invalid_json", message))
    message = UNSUPPORTED.get(where) or f"{where}: {first['msg']}; mend the request"
    return await _told(
        request, ApiError(400, "unsupported_value" if where in UNSUPPORTED else "invalid_value", message, where)
    )


async def _unavailable(request: Request, fault: Exception) -> Response:
    log.error("event=api_unavailable fault=%s", fault)
    return await _told(request, ApiError(503, "unavailable", str(fault), wait=completions.RETRY))
