"""Rows that differ in what is asked for: which one is meant must be asked, unless the question says so."""

from contextlib import closing
from datetime import date
from pathlib import Path

import pytest

from assistant.sets import open_entries
from knowledge.embedding import BuiltinEmbedder
from knowledge.evidence import conflicting, undecided_column
from knowledge.grounding import find
from knowledge.types import Entry, Query


def _row(code: str, name: str, months: int) -> Entry:
    text = f"型号: {code}\n名称: {name}\n保修期: {months} 个月\n接口: USB"
    return Entry(code, "faq/products.csv", "faq", f"{code} {name}", text, kind="row")


ROWS = [_row("A012", "便携蓝牙打印机", 12), _row("L203", "标签打印机", 24)]


def test_rows_that_disagree_on_the_asked_column_need_a_detail() -> None:
    assert undecided_column("打印机保修期多久", ROWS) == "保修期"


@pytest.mark.parametrize(
    "question",
    ["A012 打印机保修期多久", "便携蓝牙打印机保修期多久", "打印机是什么接口", "打印机怎么连接", "保修期多久"],
)
def test_a_question_that_decides_or_asks_what_all_share_needs_none(question: str) -> None:
    assert undecided_column(question, ROWS) == ""


def _faq(days: str, updated: date | None = None, title: str = "退货期限是几天？") -> Entry:
    text = f"签收后 {days} 内可以退货。"
    return Entry(days, f"faq/{days}.md", "faq", title, text, kind="faq", line=3, updated=updated)


def test_two_standard_answers_with_other_figures_contradict_each_other() -> None:
    assert conflicting([_faq("7 天"), _faq("15 天")], "退货期限是几天") == "faq/15 天.md:3"


@pytest.mark.parametrize(
    "entries",
    [
        [_faq("7 天"), _faq("7 天")],
        [_faq("7 天", date(2026, 1, 1)), _faq("15 天", date(2026, 6, 1))],
        [_faq("7 天"), _faq("15 天", title="海外订单的退货期限是几天？")],
    ],
    ids=["the same", "one is newer", "another question"],
)
def test_answers_that_agree_or_follow_each_other_do_not(entries: list[Entry]) -> None:
    assert conflicting(entries, "退货期限是几天") == ""


def test_a_contradiction_is_the_reason_for_no_answer(tmp_path: Path) -> None:
    entries = {entry.id: entry for entry in (_faq("7 天"), _faq("15 天"))}
    with closing(open_entries(entries, tmp_path / "g", BuiltinEmbedder())) as index:
        context = find(index, BuiltinEmbedder(), Query("退货期限是几天？"), len).context
    assert (context.answerable, context.reason) == (False, "conflicting")
    assert {passage.source for passage in context.passages} == {"faq/7 天.md", "faq/15 天.md"}
