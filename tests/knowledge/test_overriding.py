"""Which changes override which facts: the same thing, newer, and moved; not what only shares a common word."""

from datetime import date

import pytest

from knowledge.overrides import overrides
from knowledge.types import Entry

OFFLINE = "断网了还能收银吗？", "可以离线收银，扫码和挂单照常，联网后自动上传。"
PRICE = "标准版多少钱？", "标准版按月付 99 元/月，含 1 家门店、3 台收银设备。"
WECHAT = "支持微信登录吗？", "暂不支持微信登录。"


def fact(title: str, text: str) -> Entry:
    return Entry("f", "faq/a.md", "faq", title, text, updated=date(2026, 3, 1))


def change(text: str, category: str = "Changed", **rest: object) -> Entry:
    title = f"v6.4.0 · {category} · {text}"
    given = {"kind": "change", "version": "6.4.0", "updated": date(2026, 9, 1), **rest}
    return Entry("c", "changelog/CHANGELOG.md", "changelog", title, text, **given)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("said", "known"),
    [
        (change("标准版月付价格由 99 元/月调整为 109 元/月"), PRICE),
        (change("离线收银由 24 小时延长到 72 小时", "Added"), ("离线收银最长多久？", "离线收银最长 24 小时。")),
        (change("新增微信登录，可在设置里绑定", "Added"), WECHAT),
        (change("微信登录正式上线"), WECHAT),
        (change("标准版即日起免收月费"), PRICE),
        (change("Pro plan price changed to $15 per month"), ("How much is the Pro plan?", "Pro costs $12 per month.")),
    ],
)
def test_a_change_that_moves_the_fact_overrides_it(said: Entry, known: tuple[str, str]) -> None:
    assert overrides(said, fact(*known))


@pytest.mark.parametrize(
    ("said", "known"),
    [
        (change("收银端支持扫码点餐桌号，挂单上限不变。", "Added"), OFFLINE),
        (change("标准版的报表增加按小时的销售分布图。", "Added"), PRICE),
        (change("修复标准版价格页面的错位", "Fixed"), PRICE),
        (change("标准版价格页支持按月、按年切换"), PRICE),
        (change("标准版月付价格调整为 109 元", updated=date(2026, 1, 1)), PRICE),
        (change("不再支持 Windows 7 和 Windows 8。", "Removed"), ("怎么打印价签？", "在商品页点打印价签。")),
    ],
)
def test_a_change_that_adds_mends_is_older_or_of_another_thing_overrides_nothing(
    said: Entry, known: tuple[str, str]
) -> None:
    assert not overrides(said, fact(*known))
