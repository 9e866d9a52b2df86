"""An agent's day in the window."""

import json
import re
import sqlite3
from collections.abc import Callable

from playwright.sync_api import Page, WebSocketRoute, expect

from tests.e2e.conftest import Served, wait_until
from tests.e2e.pages import act, ask, finished

Open = Callable[..., Page]


def test_an_agent_signs_in_asks_opens_the_source_reloads_and_finds_the_conversation(
    open_page: Open, served: Served
) -> None:
    page = open_page(user="")
    page.locator("#email").fill("agent")
    page.locator("#password").fill(served.passwords["agent"])
    page.keyboard.press("Enter")
    answer = finished(ask(page, "客户签收 10 天了，还能退款吗？"), "grounded")
    expect(answer).to_contain_text("有依据")
    expect(answer).to_contain_text("自 v2.3 起：退款时限由 7 天延长到 15 天")
    expect(page).to_have_url(re.compile("/thread/"))
    expect(page.locator("#side-view-title")).to_have_count(0)
    answer.locator('a[href="#source-1"]').first.click()
    expect(page.locator("#side-view-content")).to_contain_text("3 个工作日内原路退回")
    expect(page.locator("#side-view-content")).to_contain_text("faq/refund.md · 第 12 行")
    expect(page.locator("#side-view-content .dm-open")).to_have_count(1)
    page.reload()
    again = finished(page.locator("[data-step-type=assistant_message]"), "grounded")
    again.locator('[data-source="2"]').click()
    expect(page.locator("#side-view-content")).to_contain_text("退款时限由 7 天延长到 15 天")
    expect(page.locator("#thread-history")).to_contain_text("客户签收 10 天了")


def test_the_answer_streams_and_sources_stand_before_its_first_word(open_page: Open) -> None:
    page = open_page()
    answer = ask(page, "long answer please")
    expect(answer.locator('[data-source="1"]')).to_be_visible()
    finished(answer, "writing")
    expect(answer).to_contain_text("word word")
    page.locator("#stop-button").click()
    finished(answer, "stopped")


def test_stop_and_esc_stop_at_once_and_free_the_model(open_page: Open, served: Served) -> None:
    page = open_page()
    for stop in ("button", "key"):
        answer = ask(page, "long answer please")
        expect(answer).to_contain_text("word word")
        page.locator("#stop-button").click() if stop == "button" else page.keyboard.press("Escape")
        finished(answer, "stopped")
        wait_until(lambda: served.running() == 0)
        expect(page.locator("body")).not_to_contain_text("Task manually stopped")


def test_a_closed_tab_frees_the_model_after_the_grace_time(open_page: Open, served: Served) -> None:
    page = open_page()
    expect(ask(page, "long answer please")).to_contain_text("word")
    assert served.running() == 1
    page.close()
    wait_until(lambda: served.running() == 0)


def test_a_reload_in_the_middle_goes_on_and_can_be_stopped(open_page: Open, served: Served) -> None:
    page = open_page()
    expect(ask(page, "long answer please")).to_contain_text("word word")
    expect(page).to_have_url(re.compile("/thread/"))
    page.reload()
    answer = page.locator("[data-step-type=assistant_message]")
    expect(answer).to_contain_text("word word word word")
    page.locator("#stop-button").click()
    finished(answer, "stopped")
    wait_until(lambda: served.running() == 0)


def test_an_edited_question_stops_the_old_answer_and_is_asked_again(open_page: Open, served: Served) -> None:
    page = open_page()
    finished(ask(page, "怎么邀请 invite"), "direct")
    page.locator("[data-step-type=user_message]").hover()
    page.locator(".edit-message").click()
    page.locator("#edit-chat-input").fill("能退款吗")
    page.locator(".confirm-edit").click()
    finished(page.locator("[data-step-type=assistant_message]"), "grounded")
    expect(page.locator("[data-step-type=assistant_message]")).to_have_count(1)
    page.reload()
    finished(page.locator("[data-step-type=assistant_message]"), "grounded")


def test_each_state_shows_at_a_glance(open_page: Open) -> None:
    page = open_page()
    for question, state, words in (
        ("How to invite", "direct", "标准答案"),
        ("发票多久", "unsupported", "部分内容没有依据"),
        ("月球有分店吗", "no_knowledge", "知识库没有答案"),
        ("现在忙不忙", "degraded", "模型忙，先看原文"),
    ):
        answer = finished(ask(page, question), state)
        expect(answer.locator(".dm-head")).to_contain_text(words)
    marked = page.locator('a[href="#unsupported"]')
    expect(marked).to_have_text("纸质发票另收 10 元邮费。")
    marked.click()
    expect(page).to_have_url(re.compile("/thread/"))


def test_who_waits_sees_the_place_and_the_sources_and_can_stop(open_page: Open, served: Served) -> None:
    page = open_page()
    answer = finished(ask(page, "排队要多久"), "queued")
    expect(answer.locator(".dm-head")).to_contain_text(re.compile("排队中，前面还有 [1-9] 位"))
    expect(answer.locator("[data-source]").first).to_be_visible()
    page.locator("#stop-button").click()
    finished(answer, "stopped")
    wait_until(lambda: served.running() == 0)


def test_copy_takes_just_the_reply(open_page: Open, served: Served) -> None:
    page = open_page(permissions=["clipboard-read", "clipboard-write"])
    answer = finished(ask(page, "能退款吗"), "grounded")
    act(answer, "copy")
    expect(answer).to_contain_text("已复制")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == "可以退款：签收后 15 天内，在「我的订单」里选择订单并点「申请退款」。款项 3 个工作日内原路退回。"
    wait_until(lambda: ("copied", "") in served.marks())


def test_what_an_agent_does_with_an_answer_is_kept(open_page: Open, served: Served) -> None:
    page = open_page()
    answer = finished(ask(page, "能退款吗"), "grounded")
    act(answer, "unresolved")
    answer.locator("textarea").fill("客户要加急")
    answer.get_by_role("button", name="提交").click()
    expect(answer.locator('[data-act="unresolved"][aria-pressed=true]')).to_be_visible()
    act(answer, "corrected")
    answer.locator("textarea").fill("30 天内都可以退。")
    answer.get_by_role("button", name="提交").click()
    expect(answer.locator('[data-act="corrected"][aria-pressed=true]')).to_be_visible()
    act(answer, "up")
    expect(answer.locator('[data-act="up"][aria-pressed=true]')).to_be_visible()
    act(answer, "escalated")
    expect(answer.locator(".dm-handover")).to_contain_text("签收后 15 天内")
    page.reload()
    again = finished(page.locator("[data-step-type=assistant_message]"), "grounded")
    expect(again.locator("[aria-pressed=true]")).to_have_count(4)
    kinds = [kind for kind, _ in served.marks()]
    assert [kinds.count(kind) > 0 for kind in ("unresolved", "corrected", "up", "escalated")] == [True] * 4
    assert ("unresolved", "客户要加急") in served.marks()
    drafts = [path.read_text() for path in (served.home / "kb_sources" / "_drafts").glob("*.md")]
    assert any("### 能退款吗\n\n30 天内都可以退。" in draft for draft in drafts)


def test_a_follow_up_shows_how_it_was_understood_and_can_be_mended(open_page: Open) -> None:
    page = open_page()
    finished(ask(page, "能退款吗"), "grounded")
    answer = finished(ask(page, "那年付呢？"), "grounded")
    answer.locator(".dm-query").click()
    answer.locator(".dm-form input").fill("年付订单的发票")
    answer.get_by_role("button", name="重新检索").click()
    expect(page.locator("[data-step-type=user_message]").last).to_contain_text("年付订单的发票")


def test_conversations_are_searched_renamed_and_deleted_by_their_owner_only(open_page: Open) -> None:
    page = open_page(user="editor")
    finished(ask(page, "How to invite 独特问题"), "direct")
    address = page.url
    thread = page.locator("#thread-history").get_by_text("独特问题")
    expect(thread).to_be_visible()
    page.locator("#search-chats-button").click()
    page.keyboard.type("独特")
    expect(page.locator("[cmdk-item]").get_by_text("独特问题")).to_be_visible()
    page.keyboard.press("Escape")
    thread.hover()
    page.locator("#thread-options").first.click()
    page.locator("#rename-thread").click()
    page.locator("#name").fill("改过的名字")
    page.keyboard.press("Enter")  # Chainlit itself wants a click
    expect(page.locator("#thread-history")).to_contain_text("改过的名字")
    stranger = open_page(user="agent", path=address)
    expect(stranger.locator("body")).not_to_contain_text("独特问题")
    page.locator("#thread-history").get_by_text("改过的名字").hover()
    page.locator("#thread-options").first.click()
    page.locator("#delete-thread").click()
    page.get_by_role("button", name="确认").click()
    expect(page.locator("#thread-history")).not_to_contain_text("改过的名字")


def test_a_command_works_on_the_text_at_hand(open_page: Open) -> None:
    page = open_page()
    finished(ask(page, "能退款吗"), "grounded")
    page.locator("#chat-input").click()
    page.keyboard.type("/翻")
    expect(page.locator("[cmdk-item]").first).to_be_visible()
    page.keyboard.press("Enter")
    translated = ask(page, "英语")
    expect(translated).to_contain_text("签收后 15 天内")
    expect(translated).not_to_contain_text("[1]")


def test_a_question_goes_to_the_model_only_while_the_mode_says_so(open_page: Open, served: Served) -> None:
    page = open_page()
    finished(ask(page, "能退款吗"), "grounded")
    page.locator("#mode-picker-trigger-mode").click()
    page.get_by_role("option", name="仅原文").or_(page.get_by_text("不用模型")).first.click()
    finished(ask(page, "invite"), "direct")
    assert asked_last(served)["mode"] == "verbatim"
    assert page.url.count("/thread/") == 1  # the same conversation


def test_settings_reach_the_question_and_stay_for_the_conversation(open_page: Open, served: Served) -> None:
    page = open_page()
    finished(ask(page, "invite"), "direct")
    page.locator("#chat-settings-open-modal").click()
    for name, choice in (("语气", "正式"), ("长度", "不超过 60 字"), ("查找范围", "版本变更")):
        page.locator("[role=dialog]").get_by_role("combobox").nth(("查找范围", "语气", "长度").index(name)).click()
        page.get_by_role("option", name=choice, exact=True).click()
    page.get_by_role("button", name="确认").click()
    expect(page.locator("[role=dialog]")).to_have_count(0)
    finished(ask(page, "invite again"), "direct")
    asked = asked_last(served)
    assert (asked["tone"], asked["length"], asked["layers"]) == ("正式", "不超过 60 字", ["changelog"])


def asked_last(served: Served) -> dict[str, object]:
    """What the desk was asked last."""
    found: dict[str, object] = json.loads((served.home / "asked.json").read_text())
    return found


def test_a_turn_that_is_not_written_is_said_and_shown_to_admins(open_page: Open, served: Served) -> None:
    page = open_page()
    finished(ask(page, "invite"), "direct")
    path = served.home / "conversations.sqlite3"
    with sqlite3.connect(path, timeout=30) as db:
        db.execute("CREATE TRIGGER full BEFORE UPDATE ON threads BEGIN SELECT raise(ABORT, 'disk full'); END")
    try:
        finished(ask(page, "invite again"), "direct")  # the answer itself is there
        expect(page.get_by_text("没有保存成功").first).to_be_visible()
    finally:
        with sqlite3.connect(path, timeout=30) as db:
            db.execute("DROP TRIGGER full")
    admin = open_page(user="admin", path="/desk/dashboard")
    expect(admin.locator(".alert")).to_contain_text("没写成的对话记录")


def test_a_lost_connection_comes_back_with_its_answer_and_can_be_stopped(open_page: Open) -> None:
    page = open_page()
    sockets: list[WebSocketRoute] = []

    def connect(socket: WebSocketRoute) -> None:
        socket.connect_to_server()
        sockets.append(socket)

    page.route_web_socket(re.compile("/ws/socket.io"), connect)
    page.reload()
    answer = ask(page, "long answer please")
    expect(answer).to_contain_text("word word")
    connected = len(sockets)
    sockets[-1].close()
    while len(sockets) == connected:
        page.wait_for_timeout(50)  # Playwright hears of the new socket while it waits
    expect(answer).to_contain_text("word " * 30)
    page.locator("#stop-button").click()
    finished(answer, "stopped")
