"""One source file as it lies on disk, with the cited line marked. Conversation records are never shown raw."""

from html import escape

from fastapi import APIRouter, HTTPException
from fastapi.responses import FileResponse, Response

from knowledge.parsing.decoding import decode
from web import pages
from web.pages import Shown, SignedIn
from web.texts import texts_of

router = APIRouter()
AROUND = 400  # lines shown before and after the cited one: more slows the browser, fewer hide the context


@router.get("/desk/source/{path:path}")
async def source(path: str, user: SignedIn, language: Shown, line: int = 1) -> Response:
    """Show a file of the index; a path that the index does not know does not exist."""
    window = pages.opened()
    record = next((one for one in window.desk.knowledge.status().sources if one.path == path), None)
    texts = texts_of("source", language)
    if record is None:
        raise HTTPException(404, texts["gone"])
    if record.layer == "chat_log":
        raise HTTPException(403, texts["raw"])
    file = window.settings.sources / path
    decoded = decode(file.read_bytes()) if file.is_file() else None
    if decoded is None:
        return FileResponse(file, filename=file.name) if file.is_file() else _gone(texts["gone"])
    lines = decoded.text.splitlines()
    first = max(1, line - AROUND)
    shown = "".join(
        f'<li id="L{number}" value="{number}"{" class=marked" if number == line else ""}>{escape(content) or " "}</li>'
        for number, content in enumerate(lines[first - 1 : line + AROUND], start=first)
    )
    return pages.page(f"{path} · {texts['line'].format(n=line)}", [f'<ol class="source">{shown}</ol>'], language)


def _gone(sentence: str) -> Response:
    raise HTTPException(404, sentence)
