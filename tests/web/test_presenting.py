"""A turn as the window shows it: labels as links, marks on unsupported statements, a reply without labels."""

from dataclasses import replace
from datetime import date

import pytest

from assistant.types import Answer, Citation, Turn
from knowledge.types import Context, Passage
from web import presenting

OLD = Passage(
    "1", "如何退款？", "7 天内。", "faq", "faq/a.md", 3, "e1", updated=date(2026, 1, 2), notice="自 v2 起改为 15 天"
)
NEW = Passage(
    "2",
    "v2 · 退款",
    "15 天内。",
    "changelog",
    "changelog/C.md",
    9,
    "e2",
    "javascript:alert(1)",
    None,
    "v2",
    "自 v2 起：",
)


def turn_with(text: str, unsupported: tuple[str, ...] = (), cited: tuple[str, ...] = ("1",)) -> Turn:
    citations = tuple(Citation(label, "faq", "t", "s", 1, "", "") for label in cited)
    answer = Answer(text, citations, "unsupported" if unsupported else "grounded", unsupported)
    return Turn("t1", "s1", "anna", "退款？", "退款？", Context((OLD, NEW), 9, 0.9, True), answer, (("total", 1234.0),))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("可以 [1]。", "可以 [1](#source-1)。"),
        ("可以[1][2]。", "可以[1](#source-1)[2](#source-2)。"),
        ("没有 [7] 这条。", "没有 [7] 这条。"),
        ("代码 `a[1]` 不动 [2]", "代码 `a[1]` 不动 [2](#source-2)"),
        ("```\nx[1]\n```\n见 [1]", "```\nx[1]\n```\n见 [1](#source-1)"),
        ("见 [1](https://x)", "见 [1](https://x)"),
    ],
)
def test_labels_become_links_outside_code_only(text: str, shown: str) -> None:
    assert presenting.answer_markdown(turn_with(text)) == shown


def test_an_unsupported_statement_is_marked_where_it_stands() -> None:
    shown = presenting.answer_markdown(turn_with("可以退 [1]。邮费 10 元。", ("邮费 10 元。",)))
    assert shown == "可以退 [1](#source-1)。[邮费 10 元。](#unsupported)"


def test_a_change_against_an_older_answer_becomes_the_banner() -> None:
    card = presenting.finished(turn_with("15 天 [2]", cited=("2",)))
    assert card["banner"] == "自 v2 起：15 天内。"
    assert [source["label"] for source in card["sources"]] == ["2", "1"]
    assert presenting.finished(turn_with("别的", cited=()))["banner"] == ""


def test_a_link_that_is_no_web_address_is_dropped() -> None:
    assert [source["url"] for source in presenting.finished(turn_with("x"))["sources"]] == ["", ""]


def test_the_query_is_shown_only_where_it_differs_from_the_question() -> None:
    asked = turn_with("x")
    assert presenting.finished(asked)["query"] == ""
    assert presenting.finished(replace(asked, query="年付订单如何退款"))["query"] == "年付订单如何退款"


def test_no_answer_has_no_reply_to_copy() -> None:
    nothing = turn_with("知识库里没有。", cited=())
    nothing = replace(nothing, answer=replace(nothing.answer, outcome="no_knowledge"))
    assert presenting.finished(nothing)["reply"] == ""
