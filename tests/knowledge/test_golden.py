"""Golden questions as editors write them."""

from datetime import date
from pathlib import Path

import pytest

from knowledge.checking import check
from knowledge.errors import SourceError
from knowledge.golden import GoldenQuestion, by_title, expected_ids, load_golden
from knowledge.types import Entry


def test_columns_may_be_chinese_in_any_order_and_cells_hold_several(tmp_path: Path) -> None:
    text = '\ufeff要点,问题,应答条目,上文\n"3 天|原路",多久到账,退款多久到账？|退款,怎么退款｜好的\n,"两\n行",,\n'
    (tmp_path / "g.csv").write_text(text, encoding="utf-8")
    first, second = load_golden(tmp_path)
    assert (first.question, first.expected) == ("多久到账", ("退款多久到账？", "退款"))
    assert (first.history, first.facts) == (("怎么退款", "好的"), ("3 天", "原路"))
    assert (second.question, second.expected) == ("两\n行", ())


def test_a_file_without_questions_names_the_fault(tmp_path: Path) -> None:
    (tmp_path / "g.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    with pytest.raises(SourceError, match="no column “question”"):
        load_golden(tmp_path)


def test_a_title_stands_for_all_entries_that_bear_it(tmp_path: Path) -> None:
    (tmp_path / "g.csv").write_text("question,expected\nq,Title|gone\n", encoding="utf-8")
    entries = [Entry(str(n), "a", "faq", title, "x") for n, title in enumerate(("title", "TITLE", "other"))]
    assert expected_ids(load_golden(tmp_path)[0], by_title(entries)) == {"0", "1", "gone"}


def test_a_golden_file_saved_by_excel_in_gbk_is_read_and_one_without_header_is_named(tmp_path: Path) -> None:
    folder = tmp_path / "golden"
    folder.mkdir()
    (folder / "a.csv").write_bytes("问题,应答条目\n怎么退钱,怎么退款？\n".encode("gbk"))
    assert load_golden(folder) == (GoldenQuestion("怎么退钱", ("怎么退款？",)),)
    (folder / "b.csv").write_text("怎么退钱,怎么退款？\n", encoding="utf-8")
    report = check(tmp_path, today=date(2026, 11, 21))
    assert [(one.file, one.code) for one in report.problems] == [("golden/b.csv", "golden_columns")]
