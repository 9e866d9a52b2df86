"""What is copied for a customer: no labels, no signs of Markdown, and nothing lost."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.sending import plain, sendable


@pytest.mark.parametrize(
    ("text", "reply"),
    [
        ("可以退 [1][2]。\n\n- 打开订单 [1]\n- 点退款", "可以退。\n\n- 打开订单\n- 点退款"),
        ("`a[1]` 是代码 [1]", "`a[1]` 是代码"),
        ("没有标签", "没有标签"),
    ],
)
def test_the_reply_to_send_has_no_labels(text: str, reply: str) -> None:
    assert sendable(text) == reply


@pytest.mark.parametrize(
    ("answer", "copied"),
    [
        ("验证码 **10 分钟** 内有效 [1]。", "验证码 10 分钟 内有效。"),
        ("可用*重点*说明，2*3*4 不变", "可用重点说明，2*3*4 不变"),
        ("见[发票说明](https://help.example/invoice) [2]", "见发票说明 https://help.example/invoice"),
        ("[https://a.example](https://a.example)", "https://a.example"),
        ("[设置](#settings) ![图](https://a.example/x.png)", "设置 图 https://a.example/x.png"),
        ("## 步骤\n\n1. 打开 *Settings*\n2. 点 **保存**\n\n> 注意", "步骤\n\n1. 打开 Settings\n2. 点 保存\n\n注意"),
        ("| 型号 | 价格 |\n|---|---:|\n| X9 | 1280 |", "型号 | 价格\nX9 | 1280"),
        ("运行 `kb **x**`：\n```sh\nrm *.log\n```", "运行 kb **x**：\nrm *.log"),
        ("first<br>second \\*no\\* a_b_c", "first\nsecond *no* a_b_c"),
    ],
)
def test_a_copied_reply_reads_as_a_person_would_type_it(answer: str, copied: str) -> None:
    assert plain(answer) == copied


@given(st.text(st.characters(categories=("L", "N", "P", "Zs"), exclude_characters="*`[]<>\\|#_")))
def test_a_text_without_signs_stays_as_it_is(text: str) -> None:
    assert plain(text) == sendable(text)
