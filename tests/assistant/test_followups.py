"""Follow-ups are completed, topic switches are left alone."""

import pytest

from assistant.followups import understand
from assistant.types import Exchange


def _after(previous: str, question: str, *, leans: bool = False) -> tuple[str, str]:
    query = understand(question, [Exchange(previous, previous, "", ("e1",))], lambda asked, before: leans)
    return query.text, query.carried


@pytest.mark.parametrize(
    ("previous", "question", "completed"),
    [
        ("A102 保修多久？", "那 A201 呢？", "A201 保修多久？"),
        ("基础版一个月多少钱", "专业版呢", "专业版一个月多少钱"),
        ("怎么修改绑定的手机号", "邮箱呢", "怎么修改绑定的邮箱"),
        ("怎么开启消息通知", "那关闭呢", "怎么关闭消息通知"),
    ],
)
def test_like_takes_the_place_of_like(previous: str, question: str, completed: str) -> None:
    assert _after(previous, question) == (completed, previous)


@pytest.mark.parametrize("question", ["它要多少钱", "那可以延长吗", "what about Android?", "how do I turn it off?"])
def test_what_points_back_carries_the_last_question(question: str) -> None:
    assert _after("怎么申请退款", question)[1] == "怎么申请退款"


def test_where_words_do_not_tell_the_knowledge_does() -> None:
    assert _after("怎么申请退款", "多久到账", leans=True) == ("申请退款 多久到账", "怎么申请退款")
    assert _after("怎么申请退款", "怎么重置登录密码") == ("怎么重置登录密码", "")


def test_an_announced_switch_is_searched_alone() -> None:
    assert _after("怎么申请退款", "对了，你们几点下班", leans=True) == ("对了，你们几点下班", "")


def test_without_history_nothing_is_changed() -> None:
    assert understand("多久到账", [], lambda asked, before: True).text == "多久到账"
