"""Labels become citations, figures without a source are named."""

import pytest

from assistant.citing import cite
from knowledge.types import Context, Passage

PASSAGES = (
    Passage("1", "导入上限", "一次最多 5,000 行，支持 v2.3。", "faq", "faq.md", 3, "e1"),
    Passage("2", "退款", "退款 3 个工作日到账，见 https://help.example.com/refund", "faq", "faq.md", 9, "e2"),
)
CONTEXT = Context(PASSAGES, 10, 0.9, True)


def test_labels_of_this_context_become_citations_and_others_are_struck() -> None:
    cited = cite("一次最多 5000 行【1】。三个工作日到账 [2, 7]。", CONTEXT, "q")
    assert [citation.label for citation in cited.citations] == ["1", "2"]
    assert "7" not in cited.text
    assert cited.unsupported == ()


@pytest.mark.parametrize(
    "statement",
    [
        "最多 6,000 行 [1]",
        "支持 v2.4 [1]",
        "2025-05-01 起 [1]",
        "见 https://a.example/x [2]",
        "在 /etc/desk/a.conf [1]",
        "报 ERR_401 [1]",
    ],
)
def test_a_figure_that_stands_nowhere_is_named(statement: str) -> None:
    cited = cite(statement, CONTEXT, "怎么办")
    assert len(cited.unsupported) == 1
    assert cited.outcome == "unsupported"


def test_a_figure_of_another_passage_than_the_cited_one_is_named() -> None:
    assert cite("一次最多 3 行 [1]。", CONTEXT, "q").unsupported


def test_figures_of_the_question_need_no_source() -> None:
    assert cite("您的 8000 行要分两次导入 [1]。", CONTEXT, "我有 8000 行").unsupported == ()


@pytest.mark.parametrize(
    ("said", "written"),
    [
        ("３，０００ 元", "3000元"),
        ("5万元", "50,000 元"),
        ("三十天", "30 天"),
        ("最长一年", "12 个月"),
        ("24 个月", "2 年"),
        ("three months", "90 days"),
        ("七个工作日", "7 business days"),
        ("百分之三十", "30%"),
        ("八成", "80%"),
        ("半小时", "30 分钟"),
        ("100 兆宽带", "100M"),
        ("2 TB", "2TB"),
        ("下午 6 点", "18:00"),
        ("4008001234", "400-800-1234"),
        ("SYNC-07", "SYNC_07"),
        ("2026年5月1日", "2026-05-01"),
        ("May 1, 2026", "2026-05-01"),
        ("1st of May 2026", "2026-05-01"),
        ("September 3", "2026-09-03"),
        ("2026 年 5 月", "2026-05-01"),
        ("V2.3", "v2.3"),
        ("1. 先点", "- 先点"),
        ("一年合计 60 元（5 元 × 12 个月）", "每月 5 元，最长 12 个月"),
    ],
)
def test_the_same_figure_is_written_in_many_ways(said: str, written: str) -> None:
    context = Context((Passage("1", "t", written, "faq", "faq.md", 1, "e"),), 1, 0.9, True)
    assert cite(f"{said} [1]", context, "q").unsupported == ()


@pytest.mark.parametrize(
    ("said", "written"),
    [
        ("5 天", "5 元"),
        ("36 个月", "2 年"),
        ("three years", "2 years"),
        ("9:30-18:00", "9:00-18:00，约 30%"),
        ("2026-05-11", "2026-05-01"),
        ("2025 年 5 月", "2026-05-01"),
        ("九成", "80%"),
        ("半年", "90 天"),
        ("$12", "12 元"),
    ],
)
def test_another_value_or_another_unit_is_another_figure(said: str, written: str) -> None:
    context = Context((Passage("1", "t", written, "faq", "faq.md", 1, "e"),), 1, 0.9, True)
    assert cite(f"{said} [1]", context, "q").unsupported


@pytest.mark.parametrize(
    "idiom", ["万一坏了 [1]", "请您十分放心 [1]", "千万别关机 [1]", "等三五天 [1]", "两种办法都行 [1]"]
)
def test_a_numeral_in_an_idiom_is_no_figure(idiom: str) -> None:
    assert cite(idiom, CONTEXT, "q").unsupported == ()


@pytest.mark.parametrize(
    "noise",
    [
        "for assist it with produc reset password wreturn account. syst deliver verwarranty invoice canret order",
        "今天天气晴朗，适合去公园散步和野餐。晚上可以看一场电影，再吃一顿火锅。",
    ],
)
def test_an_answer_that_shares_nothing_with_the_passages_is_unsupported(noise: str) -> None:
    cited = cite(noise, CONTEXT, "怎么退款")
    assert cited.outcome == "unsupported"
    assert cited.citations == ()


@pytest.mark.parametrize(
    "answer",
    [
        "您好，退款一般 3 个工作日就能到账。如有其他问题，请随时联系我们的客服人员。",
        "退款 3 个工作日到账 [2]。希望能够帮到您，祝您生意兴隆！",
        "导入一次最多 5000 行，支持的版本是 v2.3。",
        "好的。",
    ],
)
def test_a_paraphrase_and_its_courtesies_are_supported(answer: str) -> None:
    cited = cite(answer, CONTEXT, "怎么退款，导入上限是多少")
    assert (cited.outcome, cited.unsupported) == ("grounded", ())
