"""What a person does in the window, as functions of a page; and a ticket system that shows it."""

from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

from playwright.sync_api import Locator, Page, expect


def ask(page: Page, question: str) -> Locator:
    """Type a question, send it, and return its answer."""
    expect(page.locator("#command-button")).to_be_enabled()  # arrives by websocket: connected, and idle
    before = page.locator("[data-step-type=assistant_message]").count()
    page.locator("#chat-input").click()
    page.keyboard.insert_text(question)
    page.keyboard.press("Enter")
    answer = page.locator("[data-step-type=assistant_message]").nth(before)
    expect(answer).to_be_visible()
    return answer


def finished(answer: Locator, state: str) -> Locator:
    """Wait until the answer's card shows `state`."""
    expect(answer.locator(f'[data-state="{state}"]')).to_be_visible()
    return answer


def act(answer: Locator, name: str) -> None:
    """Press one of the card's buttons."""
    answer.locator(f'[data-act="{name}"]').click()


def example(url: str) -> str:
    """The example page of docs/ for the server at `url`."""
    text = (Path(__file__).parent.parent.parent / "docs" / "embedding-example.html").read_text(encoding="utf-8")
    return text.replace("http://localhost:8000", url)


@contextmanager
def ticket_system(origin: str, html: str) -> Iterator[None]:
    """A host page, served in GBK."""
    body = html.encode("gb18030")

    class Page(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=gbk")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *told: object) -> None:
            """Nothing."""

    with ThreadingHTTPServer(("", int(origin.rsplit(":", 1)[1])), Page) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield
        finally:
            server.shutdown()
