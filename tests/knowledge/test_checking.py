"""What editors are told: over all files together, by file and line, in three formats."""

import json
from datetime import date
from pathlib import Path

import pytest

from assistant.cli import main
from knowledge.checking import check

TODAY = date(2026, 11, 21)


def home(tmp_path: Path, **files: str) -> Path:
    for name, text in files.items():
        path = tmp_path / "kb_sources" / "faq" / name.replace("_", ".")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return tmp_path


def codes(tmp_path: Path, *paths: Path) -> list[tuple[str, int, str]]:
    report = check(tmp_path / "kb_sources", paths, today=TODAY)
    return [(problem.file, problem.line, problem.code) for problem in report.problems]


def test_clean_knowledge_has_no_problem(tmp_path: Path) -> None:
    home(tmp_path, a_csv="问题,答案\n怎么退款？,打开订单\n", b_md="## 能换货吗？\n\n可以。\n")
    report = check(tmp_path / "kb_sources", today=TODAY)
    assert (report.files, report.entries, report.problems) == (2, 2, ())


def test_the_same_question_in_two_files_is_a_duplicate_or_a_contradiction(tmp_path: Path) -> None:
    home(
        tmp_path,
        a_csv="问题,答案\n怎么退款？,打开订单\n能换货吗？,可以\n",
        b_md="## 怎么退款\n\n打开订单。\n\n## 能换货吗？\n\n不可以。\n",
    )
    assert codes(tmp_path) == [("faq/b.md", 1, "duplicate"), ("faq/b.md", 5, "contradiction")]


def test_another_wording_counts_as_the_same_question(tmp_path: Path) -> None:
    home(tmp_path, a_csv="问题,答案,相似问法\n怎么退款？,打开订单,如何退钱\n", b_csv="问题,答案\n如何退钱？,打电话\n")
    assert codes(tmp_path) == [("faq/b.csv", 2, "contradiction")]


def test_answers_valid_at_different_times_do_not_contradict(tmp_path: Path) -> None:
    rows = "问题,答案,生效时间,有效期\n运费多少？,10 元,2026-01-01,2026-12-31\n运费多少？,12 元,2027-01-01,2027-12-31\n"
    home(tmp_path, a_csv=rows)
    assert codes(tmp_path) == []


def test_a_link_to_a_missing_file_is_named_and_one_to_a_present_file_is_not(tmp_path: Path) -> None:
    home(
        tmp_path,
        a_md="## 怎么退款？\n\n见[说明](b.md)、[图](img/x.png)和[外部](https://x.example/y.png)。\n",
        b_md="## 能换货吗？\n\n可以。\n",
    )
    assert codes(tmp_path) == [("faq/a.md", 1, "broken_link")]


def test_a_missing_file_is_said_whatever_paths_are_asked_for(tmp_path: Path) -> None:
    home(tmp_path, a_csv="问题,答案\n怎么退款？,\n", b_csv="问题,答案\n能换货吗？,\n")
    assert codes(tmp_path, tmp_path / "kb_sources" / "faq" / "a.csv") == [("faq/a.csv", 2, "empty_answer")]
    assert codes(tmp_path, Path("faq")) == [("faq/a.csv", 2, "empty_answer"), ("faq/b.csv", 2, "empty_answer")]


def test_one_broken_file_does_not_hide_the_others(tmp_path: Path) -> None:
    home(tmp_path, a_csv="问题,答案\n怎么退款？,打开订单\n", b_xlsx="no workbook", c_numbers="?")
    report = check(tmp_path / "kb_sources", today=TODAY)
    assert report.entries == 1
    assert {problem.code for problem in report.problems} == {"damaged", "unknown_format"}


def test_the_command_prints_json_and_ends_with_1_when_something_is_wrong(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    home(tmp_path, a_csv="问题,答案\n怎么退款？,\n")
    assert main(["check", "--home", str(tmp_path), "--json"]) == 1
    said = json.loads(capsys.readouterr().out)
    assert said.keys() == {"files", "entries", "problems"}
    assert said["problems"][0].keys() == {"file", "line", "severity", "code", "message", "remedy"}
    assert (said["problems"][0]["file"], said["problems"][0]["line"]) == ("faq/a.csv", 2)


def test_the_command_annotates_for_github_and_ends_with_0_on_warnings(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    home(tmp_path, a_csv="问题,答案,有效期\n怎么退款？,打开订单,2020-01-01\n")
    assert main(["check", "--home", str(tmp_path), "--format", "github"]) == 0
    assert capsys.readouterr().out.startswith("::warning file=kb_sources/faq/a.csv,line=2,title=expired::")


def test_a_path_or_folder_that_is_not_there_ends_with_2(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "--home", str(tmp_path)]) == 2
    home(tmp_path, a_csv="问题,答案\n怎么退款？,打开订单\n")
    assert main(["check", "--home", str(tmp_path), "faq/missing.csv"]) == 2
    assert "missing.csv" in capsys.readouterr().err
