"""One port for everything: our own routes first, then the window at "/". Says in one sentence why it cannot start.

Mounted at "/" because Chainlit's page tests for that path; under another one a reload loses the conversation.
"""

import asyncio
import errno
import fcntl
import logging
import shutil
import signal
import socket
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import IO

import chainlit.config
import chainlit.server
import uvicorn
from chainlit.utils import mount_chainlit
from fastapi import FastAPI

from assistant.logs import log_to
from assistant.machine import is_loopback
from assistant.settings import SHIPPED, Settings, load_settings
from assistant.wiring import Desk
from web import airgap, api, assets, dashboard, knowledge_page, pages, sign_in, source_page
from web.admission import split
from web.users import Users
from web.window import Window, open_window

log = logging.getLogger("deskmate.server")
_locks: list[IO[str]] = []  # held until the process ends


class ServerError(Exception):
    """The app cannot start: names the thing, the fault and the remedy."""


def run(settings: Settings, announce: Callable[[list[str]], None], desk: Desk | None = None) -> None:
    """Serve a home until interrupted; `announce` is told what to show. Raises ServerError; tests bring a desk."""
    listener = listen(settings.host, settings.port)
    users = Users(settings.home)
    users.create_samples()
    check_exposure(settings, users)
    window = open_home(settings, desk)
    app = build(window)
    announce(greeting(window))
    logging.getLogger("uvicorn.error").addFilter(_is_news)
    config = uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=3, ws="websockets-sansio")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())  # uvicorn raises it again at its end: leave as a program does
    uvicorn.Server(config).run(sockets=[listener])


def _is_news(record: logging.LogRecord) -> bool:
    """Drop the traceback that Chainlit's middleware raises whenever a browser aborts a request."""
    fault = record.exc_info[1] if record.exc_info else None
    return not (isinstance(fault, RuntimeError) and "No response returned" in str(fault))


def open_alone() -> Window:
    """Open the home for `chainlit run app.py`, where nobody has done it before."""
    window = open_home(load_settings())
    chainlit_app = chainlit.server.app
    known = len(chainlit_app.router.routes)
    add_routes(chainlit_app, window)
    ours = chainlit_app.router.routes[known:]
    chainlit_app.router.routes[:] = [*ours, *chainlit_app.router.routes[:known]]  # before Chainlit's catch-all
    log.warning("%s", "\n".join(greeting(window)[1:]))  # Chainlit says the address itself
    return window


def open_home(settings: Settings, desk: Desk | None = None) -> Window:
    """Lock and open a home for this process."""
    lock(settings.home)
    log_to(settings.home / "logs", settings.log_days)
    sign_in.provide_secret(settings.home)
    uploads = settings.home / ".deskmate" / "uploads"
    shutil.rmtree(uploads, ignore_errors=True)  # files of sessions that a crash left behind
    uploads.mkdir(mode=0o700)
    chainlit.config.FILES_DIRECTORY = uploads  # read at each upload
    return open_window(settings, desk)


def build(window: Window) -> FastAPI:
    """The whole application for an opened window."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        warming = asyncio.create_task(window.desk.assistant.warm())
        yield
        warming.cancel()
        await window.close()

    app = FastAPI(lifespan=lifespan, docs_url=None, redoc_url=None, openapi_url=None)
    add_routes(app, window)
    mount_chainlit(app, target=str(SHIPPED / "app.py"), path="/")
    return app


def add_routes(app: FastAPI, window: Window) -> None:
    """Our own routes and headers; each router declares its paths before the window takes the rest."""
    settings = window.settings
    origins, proxies = split(settings.embed_origins), split(settings.trusted_proxies)
    app.add_middleware(airgap.Headers, origins=origins, header=settings.sign_in_header, proxies=proxies)
    chainlit.config.config.project.allow_origins.extend(origins)  # for the widget, which runs in the host's page
    app.add_exception_handler(pages.Refused, pages.refusal)
    for part in (assets, pages, source_page, knowledge_page, dashboard):
        app.include_router(part.router)
    api.attach(app, window.desk)


def listen(host: str, port: int) -> socket.socket:
    """Take the port, before anything slow happens."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen()  # who opens the page while the model loads waits instead of being refused
    except OSError as fault:
        listener.close()
        if fault.errno == errno.EADDRINUSE:
            raise ServerError(f"port {port} is in use; stop the other program or choose another with --port") from fault
        raise ServerError(
            f"cannot listen on {host}:{port} ({fault.strerror}); choose another --host or --port"
        ) from fault
    return listener


def lock(home: Path) -> None:
    """Refuse a second instance on the same home; the lock ends with the process."""
    folder = home / ".deskmate"
    folder.mkdir(mode=0o700, exist_ok=True)
    held = (folder / "serving").open("w")
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as fault:
        held.close()
        raise ServerError(f"{home} is being served by another kb serve; stop that one or use another --home") from fault
    _locks.append(held)


def check_exposure(settings: Settings, users: Users) -> None:
    """Other machines may only be let in when nobody can sign in with a sample password."""
    if is_loopback(settings.host) or settings.sign_in_header:
        return
    if samples := users.samples():
        raise ServerError(
            f"host {settings.host} is open to other machines, but sample users can still sign in; "
            f"set their passwords first: {', '.join(f'kb user passwd {user.name}' for user in samples)}"
        )


def greeting(window: Window) -> list[str]:
    """What the terminal shows once the app is up: address, what is missing, sample logins."""
    settings, chinese = window.settings, window.settings.language == "zh"
    shown = "localhost" if is_loopback(settings.host) else settings.host
    lines = [f"Deskmate 同桌: http://{shown}:{settings.port}"]
    lines += [f"  {banner.zh if chinese else banner.en}" for banner in window.desk.banners]
    if samples := window.users.samples():
        lines.append("  示例账号 / sample logins (kb user passwd NAME 可修改 / to change):")
        lines += [f"    {user.name:8} {user.sample}" for user in samples]
    return lines
