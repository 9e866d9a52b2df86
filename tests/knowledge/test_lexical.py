from pathlib import Path

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.lexical import Lexical, Row, write_lexical

ROWS = [
    Row("faq", "怎么开发票\n发票怎么开", "在订单页点“开发票”。", True),
    Row("faq", "怎么退款", "申请后三天到账，发票作废。", True),
    Row("faq", "A102 标准版", "保修期 24 个月", True),
    Row("faq", "A012 旧版", "保修期 12 个月", True),
    Row("chat_log", "退款多久到账", "亲，三天。", True),
]


def write(directory: Path, rows: list[Row], previous: Lexical | None = None) -> Lexical:
    write_lexical(directory, rows, previous)
    return Lexical(directory)


def test_a_title_counts_more_than_a_text(tmp_path: Path) -> None:
    found = write(tmp_path / "words", ROWS).search("faq", "发票", 5)
    assert [row for row, _ in found] == [0, 1]


def test_a_code_finds_exactly_its_row(tmp_path: Path) -> None:
    assert [row for row, _ in write(tmp_path / "words", ROWS).search("faq", "A102", 5)] == [2]


def test_each_layer_is_searched_by_itself_on_one_scale(tmp_path: Path) -> None:
    words = write(tmp_path / "words", ROWS)
    assert [row for row, _ in words.search("chat_log", "退款", 5)] == [4]
    assert words.search("changelog", "退款", 5) == []


def test_no_common_word_finds_nothing(tmp_path: Path) -> None:
    assert write(tmp_path / "words", ROWS).search("faq", "zebra", 5) == []


def test_an_index_of_nothing_answers(tmp_path: Path) -> None:
    assert write(tmp_path / "words", []).search("faq", "发票", 5) == []


@settings(max_examples=20, deadline=None)
@given(st.lists(st.integers(0, len(ROWS) - 1), unique=True), st.lists(st.integers(0, len(ROWS) - 1), unique=True))
def test_an_index_made_from_the_one_before_equals_one_made_afresh(
    tmp_path_factory: "object", before: list[int], after: list[int]
) -> None:
    folder = tmp_path_factory.mktemp("words")  # type: ignore[attr-defined]
    old = write(folder / "old", [ROWS[one] for one in sorted(before)])
    known = {one: row for row, one in enumerate(sorted(before))}
    reused = [Row(ROWS[one].layer, "", "", True, known[one]) if one in known else ROWS[one] for one in sorted(after)]
    new = write(folder / "new", reused, old)
    fresh = write(folder / "fresh", [ROWS[one] for one in sorted(after)])
    for query in ("发票", "退款多久", "A102 保修期"):
        for layer in ("faq", "chat_log"):
            found, expected = new.search(layer, query, 9), fresh.search(layer, query, 9)
            assert [row for row, _ in found] == [row for row, _ in expected]
            assert np.allclose([score for _, score in found], [score for _, score in expected], rtol=1e-5)
    assert sorted(new.vocabulary) == sorted(fresh.vocabulary)  # nothing stays of dropped rows
