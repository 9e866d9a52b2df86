"""An editor's day over a real index without a model: uploads of agents, knowledge page, dashboard, the way back."""

import csv
import io
import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from benchmarks.canaries import plant, scan
from tests.e2e.conftest import Served, serving, wait_until
from tests.e2e.pages import act, ask, finished
from tests.e2e.test_window import foreign
from tests.knowledge.homes import open_home, write_faq

Open = Callable[..., Page]


def _lies_in(folder: Path, name: str) -> bool:
    """Also while folders are being deleted: os.walk passes over what is gone."""
    return any(name in files for _, _, files in os.walk(folder))


def test_a_file_is_answered_from_with_its_row_in_its_conversation_only_and_goes_with_it(
    open_page: Open, company: Served, tmp_path: Path
) -> None:
    (tmp_path / "报价.csv").write_text("型号,价格\nX700,980 元\nX900,1280 元\n", encoding="utf-8")
    (tmp_path / "photo.csv").write_bytes(b"\x89PNG\r\n\x1a\n")
    page = open_page(at=company)
    expect(page.locator("#command-button")).to_be_enabled()
    page.set_input_files("#upload-button-input", [tmp_path / "报价.csv", tmp_path / "photo.csv"])
    expect(page.locator("#attachments")).to_contain_text("报价.csv")
    expect(page.locator("#chat-submit")).to_be_enabled()
    page.locator("#chat-submit").click()
    told = page.locator("[data-step-type=assistant_message]").first
    expect(told).to_contain_text("已读入 报价.csv：2 条", timeout=60_000)
    expect(told).to_contain_text("photo.csv：还不能识别图片")
    expect(page).to_have_url(re.compile("/thread/"))
    answer = finished(ask(page, "X900 多少钱"), "degraded")
    expect(answer).to_contain_text("1280 元")
    answer.locator("[data-source]").first.click()
    expect(page.locator("#side-view-content")).to_contain_text("报价.csv · 第 3 行")
    finished(ask(open_page(at=company), "X900 多少钱"), "no_knowledge")
    attachments = company.home / ".deskmate" / "attachments"
    assert _lies_in(attachments, "报价.csv")
    page.locator("#thread-history").get_by_text("报价.csv").first.hover()
    page.locator("#thread-options").first.click()
    page.locator("#delete-thread").click()
    page.get_by_role("button", name="确认").click()
    wait_until(lambda: not _lies_in(attachments, "报价.csv"))


def test_a_source_opens_as_it_lies_on_disk_and_records_never_do(open_page: Open, company: Served) -> None:
    page = open_page(at=company)
    answer = finished(ask(page, "如何申请退款？"), "direct")
    answer.locator("[data-source]").first.click()
    with page.expect_popup() as popup:
        page.get_by_role("link", name="打开文件").click()
    expect(popup.value.locator("li.marked")).to_contain_text("如何申请退款？")
    expect(popup.value.locator("li.marked")).to_be_in_viewport()
    assert page.goto("/desk/source/chat_logs/online.csv").status == 403  # type: ignore[union-attr]  # a page was asked for
    expect(page.locator("h1")).to_contain_text("去标识化")


@pytest.mark.parametrize(("language", "locale"), [("zh", "zh-CN"), ("en", "en-US")])
def test_editors_pages_hold_no_foreign_string(open_page: Open, company: Served, language: str, locale: str) -> None:
    page = open_page(at=company, user="editor", locale=locale, path="/desk/knowledge")
    expect(page.locator("h1")).to_be_visible()
    assert foreign(page, language) == set()
    page.goto("/desk/dashboard")
    assert foreign(page, language) == set()


def test_an_editor_mends_judges_and_goes_back(open_page: Open, company: Served) -> None:
    agent = open_page(at=company)
    finished(ask(agent, "月球上有分店吗"), "no_knowledge")
    answer = finished(ask(agent, "如何申请退款？"), "direct")
    act(answer, "corrected")
    answer.locator("textarea").fill("签收后 30 天内都可以退。")
    answer.get_by_role("button", name="提交").click()
    expect(answer.locator('[data-act="corrected"][aria-pressed=true]')).to_be_visible()

    page = open_page(at=company, user="editor", path="/desk/knowledge")
    fault = page.locator("article", has=page.locator(".chip.error"))
    expect(fault).to_contain_text("faq/fees.csv · 第 2 行")
    expect(page.locator("details pre").filter(has_text="30 天内都可以退")).to_have_count(1)
    expect(page.locator("section", has_text="缺口")).to_contain_text("月球上有分店吗")
    suspects = page.locator("article", has=page.get_by_role("button", name="放行"))
    expect(suspects).to_have_count(2)
    expect(suspects.first).not_to_contain_text("20481234")
    suspects.first.get_by_role("button", name="放行").click()
    expect(suspects).to_have_count(1)
    suspects.first.get_by_role("button", name="丢弃").click()
    expect(suspects).to_have_count(0)

    page.on("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="回到这个索引").last.click()
    expect(page.locator("section").first).to_contain_text("2 个条目")
    page.get_by_role("button", name="立即重建索引").click()
    expect(page.locator(".alert")).to_contain_text("正在重建")


def test_the_export_runs_in_no_spreadsheet(open_page: Open, company: Served) -> None:
    finished(ask(open_page(at=company), "=HYPERLINK(1)怎么开发票？"), "degraded")
    page = open_page(at=company, user="admin", path="/desk/dashboard")
    expect(page.locator(".tiles")).to_contain_text("提问")
    with page.expect_download() as download:
        page.get_by_role("link", name="导出 CSV").click()
    text = Path(download.value.path()).read_text(encoding="utf-8-sig")
    questions = [row["question"] for row in csv.DictReader(io.StringIO(text))]
    assert "'=HYPERLINK(1)怎么开发票？" in questions


def test_no_customer_of_a_chat_log_reaches_the_screen_or_the_disk(open_page: Open, tmp_path: Path) -> None:
    canaries = plant(tmp_path, 100, seed=7)
    write_faq(tmp_path, "desk", {"怎么开发票？": "在费用页开。"})
    open_home(tmp_path).sync()
    with serving(tmp_path, scripted=False, settings="watch = false\n") as window:
        page = open_page(at=window)
        shown = []
        for question in ("会员积分怎么查询？", "手机号收不到短信怎么办？", "退款多久到账？", "发票什么时候寄出？"):
            answer = ask(page, question)
            expect(answer.locator(".dm-head")).to_be_visible()
            shown.append(answer.inner_text())
        answer.locator("[data-source]").first.click()
        expect(page.locator("#side-view-content")).to_be_visible()
        shown.append(page.locator("#side-view-content").inner_text())
        for path in ("/desk/knowledge", "/desk/dashboard"):
            shown.append(open_page(at=window, user="admin", path=path).content())
        with (page := open_page(at=window, user="admin", path="/desk/dashboard")).expect_download() as download:
            page.get_by_role("link", name="导出 CSV").click()
        shown.append(Path(download.value.path()).read_text(encoding="utf-8-sig"))
    assert "<NAME_1>" in "".join(shown)
    assert not [value for value in canaries if any(value in text for text in shown)]
    assert (tmp_path / "conversations.sqlite3").exists()
    assert not scan(tmp_path, canaries)
