"""A real browser against the real window with a scripted desk. A pytest process of its own: Playwright keeps a loop."""

import os
import re
import shutil
import socket
import sqlite3
import subprocess
import sys
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, expect, sync_playwright

from tests.e2e import monday

ROOT = Path(__file__).parent.parent.parent
expect.set_options(timeout=30_000)


@dataclass(frozen=True)
class Served:
    """A running window: where, with which home and passwords."""

    url: str
    home: Path
    passwords: dict[str, str]
    host: str  # a ticket system that may show the window

    def marks(self) -> list[tuple[str, str]]:
        """What agents said of answers: (kind, note), oldest first."""
        with sqlite3.connect(self.home / "journal.sqlite3") as db:
            return db.execute("SELECT kind, note FROM marks ORDER BY at").fetchall()

    def running(self) -> int:
        """How many answers are under way."""
        return int((self.home / "running").read_text() or 0)


@contextmanager
def serving(home: Path, scripted: bool = True, settings: str = "", pace: float = 0.02) -> Iterator[Served]:
    """The window of `home` in its own process: with the scripted desk, or as `kb serve` starts it."""
    port, host = free_port(), f"http://localhost:{free_port()}"
    (home / "deskmate.toml").write_text(f'embed_origins = "{host}"\n{settings}')
    script = ["tests.web.scripted_desk", str(home), str(port), str(pace)]
    command = [
        sys.executable,
        "-m",
        *(script if scripted else ["assistant", "serve", "--home", home, "--port", str(port)]),
    ]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        try:
            yield Served(f"http://localhost:{port}", home, _passwords(process), host)
        finally:
            process.terminate()


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The window with the scripted desk."""
    with serving(tmp_path_factory.mktemp("home")) as running:
        yield running


@pytest.fixture(scope="session")
def company(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The window over a real index, without a model."""
    home = tmp_path_factory.mktemp("company")
    monday.prepare(home)
    with serving(home, scripted=False, settings="watch = false\n") as running:
        yield running


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def _passwords(process: "subprocess.Popen[str]") -> dict[str, str]:
    """Read what the start prints, to its last line."""
    found: dict[str, str] = {}
    seen = []
    assert process.stdout is not None
    for line in process.stdout:
        seen.append(line)
        if login := re.match(r"\s+(agent|editor|admin)\s+(\S+)", line):
            found[login[1]] = login[2]
        if len(found) == 3:
            return found
    raise AssertionError("the window did not start:\n" + "".join(seen))


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A browser; without any, these tests are skipped, loudly."""
    with sync_playwright() as playwright:
        opened = launch(playwright)
        if opened is None:
            warnings.warn("NO BROWSER: all browser tests are skipped; install chromium", stacklevel=1)
            pytest.skip("no Chromium found: apt install chromium, or playwright install chromium")
        yield opened
        opened.close()


def launch(playwright: Playwright) -> Browser | None:
    """A Chromium of the system or Playwright's own; None without any."""
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if not found and not Path(playwright.chromium.executable_path).exists():
        return None
    arguments = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    return playwright.chromium.launch(executable_path=found, args=arguments)


@pytest.fixture
def open_page(browser: Browser, served: Served) -> Iterator[Callable[..., Page]]:
    """Open a page, signed in unless `user` is ""; every request to another host fails the test."""
    contexts: list[BrowserContext] = []
    outside: list[str] = []

    def opened(
        user: str = "agent", locale: str = "zh-CN", path: str = "/", at: Served = served, **options: object
    ) -> Page:
        size = {"width": 1366, "height": 768}
        context = browser.new_context(**{"locale": locale, "viewport": size, "base_url": at.url, **options})  # type: ignore[arg-type]
        contexts.append(context)
        context.on("request", lambda request: None if _local(request.url, at) else outside.append(request.url))
        if user:
            form: dict[str, str | float | bool] = {"username": user, "password": at.passwords[user]}
            assert context.request.post("/login", form=form).ok
        page = context.new_page()
        page.goto(path)
        if user and not path.startswith("/desk/"):
            expect(page.locator("#chat-input")).to_be_visible()
        return page

    yield opened
    for context in contexts:
        context.close()
    assert outside == []


def _local(url: str, served: Served) -> bool:
    return url.startswith(
        (served.url, served.host, served.url.replace("http", "ws"), "data:", "blob:", "http://127.0.0.1:")
    )


def wait_until(true: Callable[[], bool], seconds: float = 15.0) -> None:
    """Wait for something that the browser does not show."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.05)
