"""One source file as it lies on disk, with the cited line marked. Conversation records are never shown raw."""

from html import escape

from fastapi import APIRouter
from fastapi.responses import FileResponse, Response

from knowledge.parsing.decoding import decode
from web import pages
from web.pages import Refused, Shown, SignedIn
from web.texts import texts_of

router = APIRouter()
AROUND = 400  # lines shown before and after the cited one: more slows the browser, fewer hide the context


@router.get("/desk/source/{path:path}")
async def source(path: str, user: SignedIn, language: Shown, line: int = 1) -> Response:
    """Show a file of the index; a path that the index does not know does not exist."""
    window = pages.opened()
    record = next((one for one in window.desk.knowledge.status().sources if one.path == path), None)
    file = window.settings.sources / path
    if record is None or not file.is_file():
        raise Refused("gone", 404)
    if record.layer == "chat_log":
        raise Refused("raw", 403)
    decoded = decode(file.read_bytes())
    if decoded is None:
        return FileResponse(file, filename=file.name)
    lines = decoded.text.splitlines()
    first = max(1, line - AROUND)
    shown = "".join(
        f'<li id="L{number}" value="{number}"{" class=marked" if number == line else ""}>{escape(content) or " "}</li>'
        for number, content in enumerate(lines[first - 1 : line + AROUND], start=first)
    )
    return pages.page(
        f"{path} · {texts_of('source', language)['line'].format(n=line)}",
        [f'<ol class="source">{shown}</ol>'],
        language,
    )
