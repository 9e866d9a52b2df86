"""Draw docs/screenshots/ anew, every state in both languages and themes: `python -m tests.e2e.pictures`.

Takes about nine minutes; `zh`, `en`, `light`, `dark` as arguments draw these only. The scripted desk plays the states
that need a model; monday.py is the editors' home.
"""

import base64
import sqlite3
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from playwright.sync_api import Browser, Page, ViewportSize, expect, sync_playwright

from tests.e2e import monday
from tests.e2e.conftest import ROOT, Served, launch, serving
from tests.e2e.pages import act, ask, example, finished, ticket_system

FOLDER = ROOT / "docs" / "screenshots"
LOCALES = {"zh": "zh-CN", "en": "en-US"}
DESK, PHONE = ViewportSize(width=1366, height=768), ViewportSize(width=390, height=844)
SAID = {
    "zh": {
        "grounded": "客户签收 10 天了，还能退款吗？",
        "direct": "忘记密码怎么办？",
        "follow-up": "那年付呢？",
        "unsupported": "发票多久能开好？",
        "no-answer": "月球有分店吗？",
        "busy": "现在忙不忙？",
        "queue": "排队要多久？",
        "long": "不同型号怎么处理？",
        "note": "客户要加急，下午三点前回电",
        "upload": "X900 多少钱？",
        "hand-over": "怎么开发票？",
    },
    "en": {
        "grounded": "It came 10 days ago. Is a refund still possible?",
        "direct": "How do I invite a colleague?",
        "follow-up": "And yearly plans?",
        "unsupported": "When will my invoice arrive?",
        "no-answer": "Is there a branch on the moon?",
        "busy": "Are you busy?",
        "queue": "How long is the queue?",
        "long": "型号 A8, P58, S3: what applies?",
        "note": "Urgent: call back before three",
        "upload": "What does the X900 cost?",
        "hand-over": "How do I export my data?",
    },
}
PRICES = {
    "zh": ("报价.csv", "型号,价格,保修\nX900,1280 元,三年\nX700,980 元,一年\n"),
    "en": ("prices.csv", "model,price,warranty\nX900,180 pounds,3 years\nX700,140 pounds,1 year\n"),
}


@dataclass(frozen=True)
class Camera:
    """Pages of one language and theme, and where their pictures go."""

    browser: Browser
    language: str
    theme: str

    @contextmanager
    def page(self, at: Served, user: str = "agent", phone: bool = False) -> Iterator[Page]:
        """A page of its own context, signed in unless `user` is ""."""
        context = self.browser.new_context(
            locale=LOCALES[self.language],
            viewport=PHONE if phone else DESK,
            base_url=at.url,
            has_touch=phone,
        )
        context.add_init_script(f"localStorage['vite-ui-theme'] = '{self.theme}'")
        if user:
            assert context.request.post("/login", form={"username": user, "password": at.passwords[user]}).ok
        yield context.new_page()
        context.close()

    def shoot(self, page: Page, name: str) -> None:
        """Keep what the page shows, once its fades have ended."""
        page.mouse.move(2, 2)
        page.wait_for_timeout(500)
        taken = page.context.new_cdp_session(page).send("Page.captureScreenshot", {"format": "webp", "quality": 60})
        (FOLDER / f"{name}-{self.language}-{self.theme}.webp").write_bytes(base64.b64decode(taken["data"]))

    def say(self, name: str) -> str:
        """What the agent types in this scene."""
        return SAID[self.language][name]


def new(page: Page) -> None:
    """An empty conversation, without the banner."""
    page.goto("/")
    expect(page.locator("#mode-picker-trigger-mode, #command-button").first).to_be_enabled()
    banner = page.locator("#dm-banner button")
    if banner.count():
        banner.click()


def states(camera: Camera, scripted: Served) -> None:
    """What an answer can be, from the empty page on."""
    with camera.page(scripted, user="") as page:
        page.goto("/login")
        expect(page.locator("#email")).to_be_visible()
        camera.shoot(page, "sign-in")
    with camera.page(scripted) as page:
        page.goto("/")
        expect(page.locator("#dm-banner")).to_be_visible()
        camera.shoot(page, "welcome")
        for name in ("direct", "unsupported", "no-answer", "busy", "long"):
            new(page)
            expect(ask(page, camera.say(name)).locator(".dm-actions")).to_be_visible()
            camera.shoot(page, name)
        new(page)
        waiting = ask(page, camera.say("queue"))
        finished(waiting, "queued")
        camera.shoot(page, "queue")
        page.keyboard.press("Escape")
        finished(waiting, "stopped")
        camera.shoot(page, "stopped")


def answer(camera: Camera, scripted: Served) -> None:
    """One answer, and all that can be done with it."""
    with camera.page(scripted) as page:
        new(page)
        given = ask(page, camera.say("grounded"))
        expect(given.locator("[role=article]").first).to_be_visible()
        camera.shoot(page, "streaming")
        finished(given, "grounded").locator("[data-source]").first.click()
        expect(page.locator("#side-view-content .dm-open")).to_be_visible()
        camera.shoot(page, "source")
        page.locator("#side-view-title button").click()
        for name in ("unresolved", "corrected", "down"):
            act(given, name)
            given.locator("textarea").fill(camera.say("note")) if name == "unresolved" else None
            camera.shoot(page, name)
        follow = finished(ask(page, camera.say("follow-up")), "grounded")
        follow.locator(".dm-query").click()
        camera.shoot(page, "follow-up")


def controls(camera: Camera, scripted: Served) -> None:
    """What can be chosen, searched and read."""
    for name, opener in (
        ("mode", "#mode-picker-trigger-mode"),
        ("settings", "#chat-settings-open-modal"),
        ("commands", "#command-button"),
        ("guide", "#readme-button"),
        ("history", "#search-chats-button"),
    ):
        with camera.page(scripted) as page:
            new(page)
            page.locator(opener).click()
            expect(
                page.locator("[role=dialog], [role=menu], [role=listbox]").locator("visible=true").first
            ).to_be_visible()
            camera.shoot(page, name)
    with camera.page(scripted, phone=True) as page:
        new(page)
        given = finished(ask(page, camera.say("grounded")), "grounded")
        camera.shoot(page, "phone")
        given.locator("[data-source]").first.click()
        camera.shoot(page, "phone-source")
    with camera.page(scripted) as page, ticket_system(scripted.host, example(scripted.url)):
        page.goto(f"{scripted.host}/ticket")
        window = page.frame_locator("#deskmate")
        expect(window.locator("#mode-picker-trigger-mode")).to_be_enabled()
        expect(window.locator("#dm-lang")).to_be_visible()
        page.locator("#ask").click()
        window.locator("#chat-submit").click()
        expect(window.locator('[data-state="grounded"]')).to_be_visible()
        camera.shoot(page, "embedded")


def editors(camera: Camera, scripted: Served, company: Served) -> None:
    """A hand-over without a model, uploads, and the pages of editors."""
    name, text = PRICES[camera.language]
    files: list[Path] = [company.home / name, company.home / "photo.png"]
    files[0].write_text(text, encoding="utf-8")
    files[1].write_bytes(b"\x89PNG\r\n\x1a\n")
    with camera.page(company) as page:
        new(page)
        finished(ask(page, camera.say("no-answer")), "no_knowledge")
        new(page)
        given = ask(page, camera.say("hand-over"))
        act(given, "escalated")
        expect(given.locator(".dm-handover")).to_be_visible()
        camera.shoot(page, "hand-over")
        new(page)
        page.set_input_files("#upload-button-input", files)
        expect(page.locator("#chat-submit")).to_be_enabled()
        page.locator("#chat-submit").click()
        expect(page.locator("[data-step-type=assistant_message] li")).to_have_count(2, timeout=60_000)
        camera.shoot(page, "upload")
        given = ask(page, camera.say("upload"))
        given.locator("[data-source]").first.click()
        camera.shoot(page, "upload-answer")
    with camera.page(company, user="editor") as page:
        page.goto("/desk/knowledge")
        camera.shoot(page, "knowledge")
        page.locator("section:has(article)").last.scroll_into_view_if_needed()
        camera.shoot(page, "knowledge-quarantine")
        page.goto("/desk/source/faq/desk.md?line=5#L5")
        camera.shoot(page, "source-file")
    with camera.page(scripted, user="admin") as page:
        page.goto("/desk/dashboard")
        camera.shoot(page, "dashboard")
    with camera.page(scripted) as page:
        page.goto("/desk/dashboard")
        camera.shoot(page, "refused")


def spread(home: Path) -> None:
    """Let the turns of today look like those of a month, for the dashboard."""
    now = datetime.now(UTC)
    with sqlite3.connect(home / "journal.sqlite3") as db:
        today = db.execute("SELECT id FROM turns WHERE at >= ?", (f"{now:%F}",)).fetchall()
        for number, (turn,) in enumerate(today):
            at = (now - timedelta(days=number * 7 % 29, hours=number % 8)).isoformat()
            db.execute("UPDATE turns SET at = ?, record = json_set(record, '$.at', ?) WHERE id = ?", (at, at, turn))


def main(chosen: list[str]) -> None:
    """Draw every state, in the languages and themes that are `chosen`; all when none is."""
    languages = [one for one in LOCALES if one in chosen] or list(LOCALES)
    themes = [one for one in ("light", "dark") if one in chosen] or ["light", "dark"]
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as other, sync_playwright() as playwright:
        browser = launch(playwright)
        assert browser is not None, "no Chromium found: apt install chromium"
        monday.prepare(Path(other))
        with serving(Path(one), pace=0.08) as scripted, serving(Path(other), scripted=False) as company:
            for camera in (Camera(browser, language, theme) for language in languages for theme in themes):
                draw: tuple[Callable[[Camera, Served], None], ...] = (states, answer, controls)
                for some in draw:
                    some(camera, scripted)
                spread(scripted.home)
                editors(camera, scripted, company)
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1:])
