"""The window itself: both languages, keyboard, phone, sign-in, roles, what it lets in and out."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.conftest import Served, free_port, serving
from tests.e2e.pages import ask, example, finished, ticket_system
from web.users import Users

Open = Callable[..., Page]

SEEN = """() => {
  const found = [];
  const content = '[role=article], td:first-child, pre, summary, .said, ' +
    '.dm-title, .dm-passage, .dm-where, .dm-when, code, kbd, #thread-history a';
  for (const node of document.querySelectorAll('body *')) {
    if (node.closest(content) || !node.checkVisibility({ visibilityProperty: true })) continue;
    for (const name of ['aria-label', 'title', 'placeholder', 'alt']) found.push(node.getAttribute(name) ?? '');
    for (const child of node.childNodes) if (child.nodeType === 3) found.push(child.data.trim());
  }
  return found;
}"""
NAMES = re.compile(
    r"Deskmate|Enter|Esc|Shift|CSV|XLSX|Markdown|TXT|PDF|DOCX|P50|P95|Scripted 4B|admin|editor|agent|中文|同桌"
    r"|[\w/]+\.(?:md|csv)|kb_sources/\S+|kb [\w -]+|“[^”]*”|\d{8}-\S+"
)


def foreign(page: Page, language: str) -> set[str]:
    """What on the screen is in the other language."""
    words = re.compile(r"[A-Za-z]{3,}") if language == "zh" else re.compile(r"[\u3400-\u9fff]")
    return {seen for seen in page.evaluate(SEEN) if words.search(NAMES.sub("", seen))}


def close(popup: Locator) -> None:
    """Press Escape until a menu or dialog has gone: while it is still opening it does not listen."""
    for _ in range(20):
        if not popup.count():
            return
        popup.page.keyboard.press("Escape")
        popup.page.wait_for_timeout(100)
    expect(popup).to_have_count(0)


@pytest.mark.parametrize(
    ("language", "locale", "question", "state"),
    [("zh", "zh-CN", "能退款吗", "grounded"), ("en", "en-US", "How to invite", "direct")],
)
def test_no_foreign_string_is_left_in_either_language(
    open_page: Open, language: str, locale: str, question: str, state: str
) -> None:
    login = open_page(user="", locale=locale)
    expect(login.locator("#email")).to_be_visible()
    login.locator("#email").fill("nobody")
    login.locator("#password").fill("wrong password")
    login.keyboard.press("Enter")
    expect(login.get_by_text("账号或密码不对" if language == "zh" else "Wrong user name").first).to_be_visible()
    strange = {"login": foreign(login, language)}
    page = open_page(user="admin", locale=locale)
    expect(page.locator("a.dm-header-link")).to_have_count(2)
    expect(page.locator("#starters button").nth(2)).to_be_visible()
    strange["welcome"] = foreign(page, language)
    for opener in (
        "#chat-settings-open-modal",
        "#command-button",
        "#mode-picker-trigger-mode",
        "#readme-button",
        "#theme-toggle",
        "#user-nav-button",
    ):
        page.locator(opener).click()
        popup = page.locator("[role=dialog], [role=menu], [role=listbox]").locator("visible=true")
        expect(popup.first).to_be_visible()
        strange[opener] = foreign(page, language)
        close(popup)
    answer = finished(ask(page, question), state)
    for form in ("unresolved", "corrected", "down"):
        answer.locator(f'[data-act="{form}"]').click()
        expect(answer.locator("textarea")).to_be_visible()
        strange[form] = foreign(page, language) - {question}
    answer.locator("[data-source]").first.click()
    expect(page.locator("#side-view-content .dm-open")).to_be_visible()
    strange["source"] = foreign(page, language) - {question}
    page.locator("#thread-options").first.click()
    strange["thread"] = foreign(page, language) - {question}
    page.keyboard.press("Escape")
    assert {place: texts for place, texts in strange.items() if texts} == {}


def test_the_language_switch_is_remembered(open_page: Open) -> None:
    page = open_page(locale="zh-CN")
    page.locator("#dm-lang").click()
    expect(page.locator("#readme-button")).to_have_text("Guide")
    page.reload()
    expect(page.locator("#readme-button")).to_have_text("Guide")
    assert page.evaluate("document.documentElement.lang") == "en-US"


def test_what_runs_on_a_fallback_is_said_with_its_command_until_it_is_read(open_page: Open) -> None:
    page = open_page()
    expect(page.locator("#dm-banner code")).to_have_text(["kb model pull embedder", "kb reindex"])
    page.locator("#dm-banner button").click()
    page.reload()
    expect(page.locator("#dm-lang")).to_be_visible()
    expect(page.locator("#dm-banner")).to_have_count(0)


def test_shift_enter_starts_a_line_and_enter_sends(open_page: Open) -> None:
    page = open_page()
    expect(page.locator("#mode-picker-trigger-mode")).to_be_enabled()
    page.locator("#chat-input").click()
    page.keyboard.type("invite")
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("a colleague")
    page.keyboard.press("Enter")
    expect(page.locator("[data-step-type=user_message]")).to_contain_text("a colleague")
    finished(page.locator("[data-step-type=assistant_message]"), "direct")


def test_everything_can_be_reached_on_a_phone(open_page: Open) -> None:
    page = open_page(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    answer = finished(ask(page, "能退款吗"), "grounded")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    for name in ("copy", "unresolved", "escalated", "corrected", "up", "down"):
        expect(answer.locator(f'[data-act="{name}"]')).to_be_in_viewport(ratio=0.9)
    answer.locator('[data-source="1"]').click()
    expect(page.locator("#side-view-content")).to_contain_text("3 个工作日内原路退回")


def test_a_preset_and_a_prompt_by_url_survive_the_sign_in(open_page: Open, served: Served) -> None:
    page = open_page(user="", path="/?preset=refunds&prompt=能退款吗")
    page.locator("#email").fill("agent")
    page.locator("#password").fill(served.passwords["agent"])
    page.keyboard.press("Enter")
    expect(page.get_by_text("退款专席")).to_be_visible()
    expect(page.locator("#chat-input")).to_have_value("能退款吗")
    page.locator("#chat-settings-open-modal").click()
    expect(page.locator("[role=dialog]")).to_contain_text("亲切耐心")


def test_a_reverse_proxy_names_the_user_and_a_disabled_one_stays_out(open_page: Open, tmp_path: Path) -> None:
    with serving(tmp_path, settings='sign_in_header = "X-Staff"\n') as behind:
        page = open_page(at=behind, user="", path="/", extra_http_headers={"X-Staff": "editor"})
        finished(ask(page, "invite"), "direct")
        assert page.request.get("/user").json()["identifier"] == "editor"
        users = Users(behind.home)
        users.disable("editor")
        assert page.request.get("/user").status == 401
        unknown = open_page(at=behind, user="", path="/login", extra_http_headers={"X-Staff": "nobody"})
        assert unknown.request.get("/user").status == 401


def test_pages_for_editors_are_closed_to_agents_and_to_strangers(open_page: Open, served: Served) -> None:
    agent = open_page(user="agent")
    assert agent.goto("/desk/dashboard").status == 403  # type: ignore[union-attr]  # a page was asked for
    expect(agent.locator("h1")).to_have_text("这个页面只对编辑和管理员开放。")
    assert agent.request.post("/desk/knowledge/reindex").status == 403
    assert agent.goto("/desk/dashboard.csv").status == 403  # type: ignore[union-attr]
    stranger = open_page(user="")
    stranger.goto("/desk/knowledge")
    expect(stranger).to_have_url(re.compile("/login"))
    editor = open_page(user="editor")
    editor.goto("/desk/dashboard")
    expect(editor.locator("h1")).to_have_text("看板")


def test_another_site_can_neither_write_nor_listen_with_the_users_cookie(open_page: Open) -> None:
    page = open_page()
    headers = {"Origin": "http://evil.example"}
    assert page.request.post("/project/threads", data={}, headers=headers).status == 403
    assert page.request.post("/login", form={"username": "a", "password": "b"}, headers=headers).status == 403
    policy = page.request.get("/").headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "frame-ancestors 'self'" in policy


def test_ten_wrong_passwords_close_the_door_for_that_name(open_page: Open, served: Served) -> None:
    page = open_page(user="")
    for _ in range(10):
        assert page.request.post("/login", form={"username": "editor", "password": "wrong"}).status == 401
    right: dict[str, str | float | bool] = {"username": "editor", "password": served.passwords["editor"]}
    assert page.request.post("/login", form=right).status == 401
    assert page.request.post("/login", form={"username": "agent", "password": served.passwords["agent"]}).ok


def test_a_disabled_user_is_out_at_once_in_open_windows_too(open_page: Open, served: Served) -> None:
    users = Users(served.home)
    users.add("leaver", "agent", "correct horse")
    served.passwords["leaver"] = "correct horse"
    page = open_page(user="leaver")
    finished(ask(page, "能退款吗"), "grounded")
    users.disable("leaver")
    page.locator("#chat-input").click()
    page.keyboard.insert_text("还能问吗")
    page.keyboard.press("Enter")
    out = page.get_by_text("登录已失效").or_(
        page.locator("#email")
    )  # the page may have asked who it is, and left, before
    expect(out.first).to_be_visible()
    assert page.request.get("/user").status == 401


def test_a_ticket_system_hands_in_a_question_and_gets_the_copied_reply(open_page: Open, served: Served) -> None:
    page = open_page(permissions=["clipboard-write"])
    with ticket_system(served.host, example(served.url)):
        page.goto(f"{served.host}/ticket")
        window = page.frame_locator("#deskmate")
        expect(window.locator("#mode-picker-trigger-mode")).to_be_enabled()
        expect(window.locator("#dm-lang")).to_be_visible()
        page.locator("#ask").click()
        expect(window.locator("#chat-input")).to_have_value("客户签收 10 天了，还能退款吗？")
        window.locator("#chat-submit").click()
        expect(window.locator('[data-state="grounded"]')).to_be_visible()
        window.locator('[data-act="copy"]').click()
        expect(page.locator("#reply")).to_have_value(re.compile("可以退款：签收后 15 天内"))


def test_a_page_that_is_not_listed_cannot_show_the_window(open_page: Open, served: Served) -> None:
    page = open_page()
    other = f"http://127.0.0.1:{free_port()}"
    with ticket_system(other, example(served.url)):
        page.goto(f"{other}/ticket")
        expect(page.frame_locator("#deskmate").locator("#chat-input")).to_have_count(0)


def test_the_widget_floats_over_a_gbk_page_and_asks_nothing_of_other_hosts(open_page: Open, served: Served) -> None:
    page = open_page()
    script = f'<meta charset="gbk"><h1>工单</h1><script charset="utf-8" src="{served.url}/copilot/index.js"></script>'
    mount = f"<script>mountChainlitWidget({{chainlitServer: '{served.url}', language: 'zh-CN'}})</script>"
    with ticket_system(served.host, script + mount):
        page.goto(f"{served.host}/ticket")
        page.locator("#chainlit-copilot-button").click()
        expect(page.locator("#chat-input")).to_have_attribute("placeholder", re.compile("客户的问题"))
