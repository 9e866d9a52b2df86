"""GET /healthz (the process answers) and /readyz (index open; model loaded, or what stands in). No key needed."""

from typing import Literal

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel

from assistant.wiring import Banner, Desk
from knowledge.errors import KnowledgeError

router = APIRouter(tags=["health"])


class Ready(BaseModel):
    status: Literal["ready", "not ready"]
    reason: str
    generation: str
    models: dict[str, str]
    fallback: str
    banners: tuple[Banner, ...]


@router.get("/healthz")
async def healthz() -> dict[str, str]:
    """Alive: the event loop runs."""
    return {"status": "ok"}


@router.get("/readyz", responses={503: {"model": Ready}})
def readyz(request: Request, response: Response) -> Ready:
    """Ready: questions are answered. 503 with the reason while they are not."""
    desk: Desk = request.app.state.desk
    engines = {str(mode): engine.name for mode, engine in desk.assistant.engines.items()}
    try:
        generation, reason = desk.knowledge.status().generation, ""
    except KnowledgeError as fault:
        generation, reason = "", str(fault)
        response.status_code = 503
    return Ready(
        status="not ready" if reason else "ready",
        reason=reason,
        generation=generation,
        models=engines,
        fallback="" if engines else "verbatim answers from the knowledge base",
        banners=desk.banners,
    )
