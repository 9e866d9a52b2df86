"""Rows that differ in what is asked for: which one is meant must be asked, unless the question says so."""

import pytest

from knowledge.evidence import undecided_column
from knowledge.types import Entry


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
