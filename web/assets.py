"""Chainlit's bundle, compressed once instead of at every request, and kept by browsers: names change with content."""

import asyncio
import gzip
import mimetypes
from pathlib import Path

import chainlit.server
from fastapi import APIRouter, HTTPException, Request, Response

router = APIRouter()
_compressed: dict[str, bytes] = {}
_FOREVER = {"Cache-Control": "public, max-age=31536000, immutable", "Vary": "Accept-Encoding"}
_FONTS = b"https://fonts.googleapis.com/css2?family=Inter:wght@400;500;700&display=swap"  # named by the widget's script


@router.get("/assets/{name}")
async def asset(name: str, request: Request) -> Response:
    """One file of the page's bundle."""
    return await _served(Path(chainlit.server.build_dir) / "assets", name, request, _FOREVER)


@router.get("/copilot/{name}")
async def widget(name: str, request: Request) -> Response:
    """The widget for other pages, without its link to an outside host; its name does not change with its content."""
    return await _served(Path(chainlit.server.copilot_build_dir), name, request, {"Cache-Control": "no-cache"})


async def _served(folder: Path, name: str, request: Request, headers: dict[str, str]) -> Response:
    path = folder / name
    if path.parent != folder or not path.is_file():
        raise HTTPException(404)
    if name not in _compressed:
        _compressed[name] = await asyncio.to_thread(
            lambda: gzip.compress(path.read_bytes().replace(_FONTS, b"data:text/css,"), 9)
        )
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    if "gzip" not in request.headers.get("accept-encoding", ""):
        return Response(gzip.decompress(_compressed[name]), media_type=kind, headers=headers)
    return Response(_compressed[name], media_type=kind, headers={**headers, "Content-Encoding": "gzip"})
