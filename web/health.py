"""GET /healthz (the process answers) and /readyz (index open; model loaded, or what stands in). No key needed."""

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse

from assistant.wiring import Desk
from knowledge.errors import KnowledgeError

router = APIRouter(tags=["health"])


@router.get("/healthz")
async def healthz() -> dict[str, str]:
    """Alive: the event loop runs."""
    return {"status": "ok"}


@router.get("/readyz")
def readyz(request: Request) -> JSONResponse:
    """Ready: questions are answered. 503 with the reason while they are not."""
    desk: Desk = request.app.state.desk
    engines = {mode: engine.name for mode, engine in desk.assistant.engines.items()}
    banners = [{"code": banner.code, "zh": banner.zh, "en": banner.en} for banner in desk.banners]
    try:
        generation, reason = desk.knowledge.status().generation, ""
    except KnowledgeError as fault:
        generation, reason = "", str(fault)
    body = {
        "status": "not ready" if reason else "ready",
        "reason": reason,
        "generation": generation,
        "models": engines,
        "fallback": "" if engines else "verbatim answers from the knowledge base",
        "banners": banners,
    }
    return JSONResponse(body, 503 if reason else 200)
