"""FAQ tables and tables of things: what a row's cells become, field by field."""

from datetime import date
from importlib.util import find_spec

import pytest

from knowledge.errors import SourceError
from knowledge.parsing import parse
from knowledge.types import Entry, Parsed, Source

TODAY = date(2026, 11, 21)


def read(text: str, name: str = "faq/a.csv") -> Parsed:
    return parse(Source(name, "faq", ""), text.encode(), today=TODAY)


def only(text: str, name: str = "faq/a.csv") -> Entry:
    (entry,) = read(text, name).entries
    return entry


def test_every_known_column_fills_its_field() -> None:
    entry = only(
        "序号,分类,二级分类,标准问题,相似问法,答案,反例,链接,更新时间,生效时间,有效期\n"
        "1,售后,退款,怎么退款？,退钱；退货款|我要退,打开订单,怎么换货,https://h.example/r,2026年11月2日,2026-01-01,2027/1/1\n"
    )
    assert entry.title == "怎么退款？"
    assert entry.text == "打开订单"
    assert entry.aliases == ("退钱", "退货款", "我要退")
    assert entry.negatives == ("怎么换货",)
    assert entry.category == "售后 / 退款"
    assert entry.url == "https://h.example/r"
    assert (entry.updated, entry.valid_from, entry.valid_until) == (
        date(2026, 11, 2),
        date(2026, 1, 1),
        date(2027, 1, 1),
    )
    assert (entry.line, entry.kind, entry.layer, entry.source) == (2, "faq", "faq", "faq/a.csv")


def test_a_row_knows_its_line_even_after_quoted_line_breaks() -> None:
    entries = read('问题,答案\n怎么退款？,"一\n二\n三"\n\n能换货吗？,可以\n').entries
    assert [entry.line for entry in entries] == [2, 6]


def test_columns_of_the_editors_own_stand_in_the_answer_as_facts() -> None:
    assert (
        only("问题,答案,适用型号,价格\n怎么退款？,打开订单,A102,99 元\n").text
        == "打开订单\n\n- 适用型号: A102\n- 价格: 99 元"
    )


def test_a_cell_with_a_question_a_line_gives_title_and_aliases() -> None:
    entry = only('问题,答案\n"怎么退款？\n如何退钱？",打开订单\n')
    assert (entry.title, entry.aliases) == ("怎么退款？", ("如何退钱？",))


def test_two_languages_in_two_columns_are_one_entry() -> None:
    entry = only("问题,Question,答案,Answer\n怎么退款？,How do I get a refund?,打开订单,Open the order\n")
    assert (entry.title, entry.aliases) == ("怎么退款？", ("How do I get a refund?",))
    assert entry.text == "打开订单\n\nOpen the order"


def test_dates_that_excel_left_as_numbers_are_dates_again() -> None:
    assert only("问题,答案,更新时间\n怎么退款？,打开订单,45963\n").updated == date(2025, 11, 2)


def test_a_product_is_found_under_its_code_and_name_with_every_column_named() -> None:
    first, second = read("型号,名称,价格,保修期\nA102,标准版,468 元,24 个月\nA012,便携版,219 元,12 个月\n").entries
    assert (first.title, first.kind, first.aliases) == ("A102 标准版", "row", ("A102", "标准版"))
    assert first.text == "型号: A102\n名称: 标准版\n价格: 468 元\n保修期: 24 个月"
    assert second.title == "A012 便携版"


def test_things_that_share_a_name_are_told_apart() -> None:
    entries = read("城市,门店,电话\n上海,旗舰店,400-1\n北京,旗舰店,400-2\n").entries
    assert len({entry.title for entry in entries}) == 2


def test_a_table_without_header_does_not_lose_its_first_row() -> None:
    assert [entry.title for entry in read("A102,标准版,468 元\nA012,便携版,219 元\n").entries] == [
        "A102 标准版",
        "A012 便携版",
    ]


def test_equal_titles_have_different_ids_that_stay_when_other_rows_change() -> None:
    before = read("问题,答案\n怎么退款？,一\n怎么退款？,二\n").entries
    after = read("问题,答案\n能换货吗？,可以\n怎么退款？,一\n怎么退款？,改\n").entries
    assert before[0].id != before[1].id
    assert [entry.id for entry in after[1:]] == [entry.id for entry in before]


def test_a_chat_log_among_the_faq_is_refused_because_nobody_would_scrub_it() -> None:
    with pytest.raises(SourceError) as refused:
        read("会话ID,角色,内容,时间\n1,客户,我的电话是 13800000000,2026-11-02\n")
    assert refused.value.problem.code == "chat_in_faq"


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("a.xlsx", b"PK\x03\x04 broken", "damaged"),
        ("a.xlsx", b"\xd0\xcf\x11\xe0 old or encrypted", "old_excel"),
        ("a.numbers", b"x", "unknown_format"),
        ("a.csv", bytes(range(256)) * 4, "not_text"),
        ("a.json", b"[" * 100_000, "damaged"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_with_a_remedy(name: str, data: bytes, code: str) -> None:
    with pytest.raises(SourceError) as refused:
        parse(Source(f"faq/{name}", "faq", ""), data, today=TODAY)
    assert refused.value.problem.code == code
    assert refused.value.problem.remedy


@pytest.mark.parametrize("name", ["a.docx", "a.pdf"])
def test_a_document_without_its_reader_or_damaged_says_what_to_do(name: str) -> None:
    with pytest.raises(SourceError) as refused:
        parse(Source(f"faq/{name}", "faq", ""), b"%PDF-1.4 broken", today=TODAY)
    assert refused.value.problem.code == ("damaged" if find_spec("markitdown") else "no_converter")


def test_a_workbook_that_unpacks_without_end_is_not_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    from benchmarks.torture import cases
    from knowledge.parsing import workbooks

    monkeypatch.setattr(workbooks, "MAX_UNPACKED", 1000)
    book = next(case.data for case in cases() if case.path == "faq/book-plain.xlsx")
    with pytest.raises(SourceError) as refused:
        parse(Source("faq/a.xlsx", "faq", ""), book, today=TODAY)
    assert refused.value.problem.code == "zip_bomb"


def test_rows_beyond_the_limit_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    from knowledge.parsing import grids

    monkeypatch.setattr(grids, "MAX_ROWS", 3)
    parsed = read("问题,答案\n" + "".join(f"第 {n} 问怎么办？,答\n" for n in range(5)))
    assert len(parsed.entries) == 2
    assert [(problem.code, problem.rows, problem.line) for problem in parsed.problems] == [("too_many_rows", 3, 4)]


def test_a_hundred_equal_problems_are_summed_up() -> None:
    parsed = read("问题,答案\n" + "".join(f"第 {n} 问怎么办？,\n" for n in range(300)))
    assert len(parsed.problems) == 101
    assert sum(problem.rows for problem in parsed.problems) == 300
