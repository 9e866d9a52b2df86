"""The frame of our own pages: who may see them, in which language, and how they look around their content."""

from collections.abc import Iterable
from html import escape
from typing import Annotated

from chainlit.auth import get_current_user, reuseable_oauth
from fastapi import APIRouter, Depends, HTTPException, Request
from fastapi.responses import HTMLResponse

from web.admission import split
from web.texts import Language, language_of_browser, texts_of
from web.users import User
from web.window import Window, window

router = APIRouter()


def opened() -> Window:
    """The window, for routes; they exist only once it is open."""
    found = window()
    if found is None:
        raise HTTPException(503)
    return found


async def signed_in(request: Request) -> User:
    """The user of the session; anybody else is sent to the sign-in page."""
    token = await reuseable_oauth(request)
    try:
        signed = await get_current_user(token) if token else None
    except HTTPException:
        signed = None
    user = opened().users.get(signed.identifier) if signed else None
    if user is None:
        raise HTTPException(303, headers={"Location": "/login"})
    return user


class Refused(Exception):
    """A page that is not shown; `reason` is the key of the sentence that says why."""

    def __init__(self, reason: str, status: int) -> None:
        self.reason, self.status = reason, status
        super().__init__(reason)


async def refusal(request: Request, refused: Exception) -> HTMLResponse:
    """The page that says why another one is not shown."""
    assert isinstance(refused, Refused)  # as registered
    shown = language(request)
    sentence = texts_of("pages", shown)[refused.reason]
    return page(sentence, [], shown, status=refused.status)


async def editing(request: Request) -> User:
    """The user of the session, who must be an editor or an admin."""
    user = await signed_in(request)
    if not user.at_least("editor"):
        raise Refused("for_editor", 403)
    return user


def language(request: Request) -> Language:
    """The language that the page is to be in."""
    headers = {
        "HTTP_COOKIE": request.headers.get("cookie", ""),
        "HTTP_ACCEPT_LANGUAGE": request.headers.get("accept-language", ""),
    }
    return language_of_browser(headers, opened().settings.language)


SignedIn = Annotated[User, Depends(signed_in)]
Editor = Annotated[User, Depends(editing)]
Shown = Annotated[Language, Depends(language)]


@router.get("/desk/status")
async def status(user: SignedIn) -> dict[str, object]:
    """What the window asks for: the banners in both languages, and the role of who asks."""
    found = opened()
    return {
        "banners": found.desk.banners,
        "role": user.role,
        "origins": split(found.settings.embed_origins),
        "lost": found.conversations.lost,
    }


def page(title: str, parts: Iterable[str], language: Language, active: str = "", status: int = 200) -> HTMLResponse:
    """A whole page around `parts`, which are HTML already."""
    names = texts_of("pages", language)
    links = "".join(
        f'<a href="/desk/{name}"{" aria-current=page" if name == active else ""}>{names[name]}</a>'
        for name in ("knowledge", "dashboard")
        if active
    )
    html = (
        f'<!doctype html><html lang="{"zh-CN" if language == "zh" else "en-US"}"><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><title>{escape(title)} · Deskmate</title>'
        '<link rel="icon" href="/public/favicon.svg"><link rel="stylesheet" href="/public/pages.css">'
        '<script src="/public/pages.js" defer></script>'
        f'<header><a class="home" href="/"><img src="/public/favicon.svg" alt="" width="26">{names["desk"]}</a>'
        f"<nav>{links}</nav></header><main><h1>{escape(title)}</h1>{''.join(parts)}</main></html>"
    )
    return HTMLResponse(html, status)


def table(head: Iterable[str], rows: Iterable[Iterable[str]], empty: str = "–") -> str:
    """A table of plain texts; `empty` stands for no rows."""
    body = "".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows)
    if not body:
        return f'<p class="quiet">{escape(empty)}</p>'
    titles = "".join(f"<th>{escape(title)}</th>" for title in head)
    return f'<div class="wide"><table><thead><tr>{titles}</tr></thead><tbody>{body}</tbody></table></div>'


def section(title: str, *parts: str) -> str:
    """A titled part of a page."""
    return f"<section><h2>{escape(title)}</h2>{''.join(parts)}</section>"


def button(action: str, label: str, ask: str = "", **fields: str) -> str:
    """A button that posts `fields` to `action`, after a question if `ask` is given."""
    hidden = "".join(f'<input type="hidden" name="{name}" value="{escape(value)}">' for name, value in fields.items())
    confirm = f' data-ask="{escape(ask)}"' if ask else ""
    return f'<form method="post" action="{action}"{confirm}>{hidden}<button>{escape(label)}</button></form>'
