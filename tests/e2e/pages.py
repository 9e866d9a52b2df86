"""What a person does in the window, as functions of a page."""

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
