"""Laws of the scrubber for any text: it ends, twice is once, spans tell the truth, long lines stay cheap."""

import time

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from knowledge.scrubbing import residue, scrub, scrub_dialogue
from knowledge.scrubbing.normalising import TYPES

SLOW = settings(deadline=None, max_examples=300, suppress_health_check=[HealthCheck.too_slow])
LINE = 16_000
PIECES = st.sampled_from(
    [
        *(
            "13800138000",
            "一三八",
            "①⑤",
            "O0l",
            "９",
            "9",
            "a",
            "王",
            "李伟",
            "欧阳建国",
            "我叫",
            "收件人：",
            "先生",
            "电话",
            "身份证",
        ),
        *(
            "密码是",
            "验证码",
            "微信",
            "订单号",
            "路12号",
            "3栋2单元",
            "市",
            "区",
            "@qq.com",
            "艾特",
            "点com",
            "sk-abcdefghijklmnop1234",
        ),
        *(
            "https://a.cn/?token=abcdef12",
            "My name is ",
            "John Smith",
            "Dear Mr. ",
            "12 Main Street",
            ", CA 90210",
            "Müller",
        ),
        *(
            "<PHONE_1>",
            "<NAME_",
            "_2>",
            "\n",
            "：",
            "，",
            " ",
            "-",
            ".",
            "\u200b",
            "\ufe0f",
            "🙂",
            "＠",
            "１",
            "\ue000",
        ),
    ]
)
TEXTS = st.one_of(st.text(max_size=80), st.lists(PIECES, max_size=14).map("".join))


@SLOW
@given(TEXTS)
def test_scrubbing_twice_is_scrubbing_once(text: str) -> None:
    once = scrub(text).text
    assert scrub(once).text == once


@SLOW
@given(TEXTS)
@example('0 0"0路0号 AA 00000')  # an address around one that is masked already
def test_spans_are_sorted_disjoint_and_replaced_by_placeholders(text: str) -> None:
    scrubbed = scrub(text)
    at, rest = 0, []
    for span in scrubbed.spans:
        assert at <= span.start < span.end <= len(text)
        assert span.type in TYPES
        rest.append(text[at : span.start])
        at = span.end
    for piece in [*rest, text[at:]]:
        assert piece in scrubbed.text


@SLOW
@given(st.lists(TEXTS, max_size=5))
def test_a_dialogue_keeps_its_turns(texts: list[str]) -> None:
    assert len(scrub_dialogue([("customer", text) for text in texts])) == len(texts)


@SLOW
@given(TEXTS)
def test_the_second_method_never_fails(text: str) -> None:
    assert isinstance(residue(scrub(text).text), tuple)


@pytest.mark.parametrize(
    "unit",
    [
        "1",
        "1 ",
        "1.",
        "路",
        "路1号",
        "市区县",
        "王李张",
        "密码",
        "password ",
        "a@",
        "13800138000 ",
        "一二三",
        "Ab ",
        "12 Main Street ",
        "<PHONE_1>",
        "https://a.b/?token=abcd&",
        "\n",
        "微信:",
        "O0l1",
        "手机1\n2\n",
    ],
)
def test_a_long_line_of_one_kind_ends(unit: str) -> None:
    started = time.process_time()
    scrub(unit * (LINE // len(unit)))
    assert time.process_time() - started < 60, "exponential: a bounded pattern needs well under a second"
