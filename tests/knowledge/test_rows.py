"""Product tables: a code names its row, its column is an answer, and a code that looks alike is another product."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from assistant.sets import open_entries
from assistant.verbatim import verbatim_answer
from assistant.wording import words_of
from knowledge.embedding import BuiltinEmbedder
from knowledge.evidence import asked_columns
from knowledge.grounding import find
from knowledge.index import Index
from knowledge.types import Entry, Query


def row(code: str, name: str, warranty: str) -> Entry:
    text = f"型号: {code}\n名称: {name}\n价格: 468 元\n保修期: {warranty}"
    return replace(Entry(code, "faq/products.csv", "faq", f"{code} {name}", text, kind="row"), aliases=(code,))


ROWS = (
    row("A102", "厨房打印机", "24 个月"),
    row("A012", "蓝牙打印机", "12 个月"),
    row("A120", "网口打印机", "18 个月"),
)
OTHERS = (
    Entry("start", "faq/a.md", "faq", "保修期从哪天开始算？", "从签收那天算起，保修期以型号为准。"),
    Entry("pair", "faq/a.md", "faq", "A012 怎么连接手机蓝牙？", "长按电源键 3 秒，再在手机里选 YF-A012。"),
    Entry("offline", "faq/a.md", "faq", "断网了还能收银吗？", "可以，最长 72 小时。"),
)


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    folder: Path = tmp_path_factory.mktemp("rows") / "g"
    opened = open_entries({entry.id: entry for entry in (*ROWS, *OTHERS)}, folder, BuiltinEmbedder())
    yield opened
    opened.close()


@pytest.mark.parametrize(
    ("question", "code"),
    [
        ("A102 的保修期是多久", "A102"),
        ("A012保修多长时间", "A012"),
        ("a120 多少钱", "A120"),
        ("Ａ１０２ 保修期", "A102"),
        ("What is the warranty of A012?", "A012"),
    ],
)
def test_a_question_for_a_column_finds_exactly_the_row_of_its_code(index: Index, question: str, code: str) -> None:
    found = find(index, BuiltinEmbedder(), Query(question), len)
    assert found.context.passages[0].entry_id == code
    assert found.context.answerable


def test_what_is_said_of_a_product_is_found_when_no_column_is_asked(index: Index) -> None:
    assert find(index, BuiltinEmbedder(), Query("A012 怎么连蓝牙"), len).context.passages[0].entry_id == "pair"


def test_a_code_that_nobody_knows_has_no_answer(index: Index) -> None:
    assert not find(index, BuiltinEmbedder(), Query("A108 保修期多久"), len).context.answerable


def test_only_the_row_that_is_named_has_the_asked_column() -> None:
    assert [asked_columns("A102 的保修期", entry) for entry in ROWS] == [("保修期",), (), ()]


@pytest.mark.parametrize(
    ("question", "columns", "direct"),
    [
        ("A102 的保修期是多久", ("保修期",), True),
        ("a102 多少钱，保修多长时间", ("价格", "保修期"), True),
        ("A102 保修期内坏了怎么退", ("保修期",), False),
        ("A102 没有保修期吗", ("保修期",), False),
        ("A102 买 10 台多少钱", ("价格",), False),
    ],
)
def test_a_column_is_told_verbatim_when_nothing_else_is_asked(
    index: Index, question: str, columns: tuple[str, ...], direct: bool
) -> None:
    context = find(index, BuiltinEmbedder(), Query(question), len).context
    assert (context.columns, context.direct) == (columns, direct)
    assert {gate.name for gate in context.gates} <= words_of("gates", "en").keys()  # kb explain has words for each


def test_a_reply_from_a_row_names_product_and_column(index: Index) -> None:
    context = find(index, BuiltinEmbedder(), Query("A102 的保修期是多久"), len).context
    assert verbatim_answer(context) == "A102 厨房打印机 · 保修期: 24 个月 [1]"
