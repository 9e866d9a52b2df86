"""Draw docs/screenshots/ anew: `python -m tests.e2e.pictures URL USER PASSWORD FOLDER` against a running `kb serve`.

With the sample company; states that need a model come from the scripted desk (`python -m tests.web.scripted_desk`).
"""

import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.e2e.pages import ask

Picture = Callable[[Page], None]


def conversation(*questions: str) -> Picture:
    """Ask and open the first source of the last answer."""

    def draw(page: Page) -> None:
        answer = None
        for question in questions:
            answer = ask(page, question)
            expect(answer.locator(".dm-actions")).to_be_visible()
        assert answer is not None
        answer.locator("[data-source]").first.click()
        expect(page.locator("#side-view-content .dm-open")).to_be_visible()

    return draw


def state(question: str) -> Picture:
    """Ask one question."""

    def draw(page: Page) -> None:
        expect(ask(page, question).locator(".dm-actions")).to_be_visible()

    return draw


def nothing(page: Page) -> None:
    """The page as it is."""


PICTURES: dict[
    str, dict[str, tuple[str, str, str, int, Picture]]
] = {  # set -> name -> locale, theme, path, width, what
    "sample": {
        "welcome-zh": ("zh-CN", "light", "/", 1280, nothing),
        "answer-zh": ("zh-CN", "light", "/", 1280, conversation("忘记密码怎么办？")),
        "answer-en-dark": ("en-US", "dark", "/", 1280, conversation("How do I cancel my subscription?")),
        "phone-zh": ("zh-CN", "light", "/", 390, state("怎么开发票")),
        "no-answer-en": ("en-US", "light", "/", 1280, state("Is there a branch on the moon?")),
        "dashboard-zh": ("zh-CN", "light", "/desk/dashboard", 1280, nothing),
        "knowledge-en-dark": ("en-US", "dark", "/desk/knowledge", 1280, nothing),
    },
    "scripted": {
        "grounded-zh": ("zh-CN", "light", "/", 1280, conversation("客户签收 10 天了，还能退款吗？")),
        "unsupported-zh-dark": ("zh-CN", "dark", "/", 1280, state("发票多久能开好？")),
    },
}


@contextmanager
def opened(browser: Browser, url: str, login: dict[str, str], locale: str, theme: str, width: int) -> Iterator[Page]:
    """A page of a signed-in user without the banners."""
    size = {"width": width, "height": 720 if width > 500 else 800}
    context = browser.new_context(locale=locale, viewport=size, base_url=url)  # type: ignore[arg-type]  # two numbers
    assert context.request.post("/login", form={**login}).ok
    context.add_init_script(f"localStorage['vite-ui-theme'] = '{theme}'")
    yield context.new_page()
    context.close()


def main(url: str, name: str, password: str, folder: Path) -> None:
    """Draw every picture of the set that the address serves: a port ending in 5 is the scripted desk."""
    chosen = PICTURES["scripted" if url.endswith("5") else "sample"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        for picture, (locale, theme, path, width, draw) in chosen.items():
            with opened(browser, url, {"username": name, "password": password}, locale, theme, width) as page:
                page.goto(path)
                if path == "/":
                    expect(page.locator("#command-button")).to_be_visible()
                    expect(page.locator("#dm-banner")).to_be_visible()
                    page.locator("#dm-banner button").click() if picture != "welcome-zh" else None
                draw(page)
                page.mouse.move(2, 2)
                page.wait_for_timeout(700)  # fades end
                page.screenshot(path=folder / f"{picture}.png")
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3], Path(sys.argv[4]))
