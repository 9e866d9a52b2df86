"""The sample company holds what the README promises of it, and `kb seed` dates its dialogues."""

import csv
import json
import re
import shutil
from datetime import date
from pathlib import Path

import pytest

from assistant.seeding import seed
from knowledge.checking import check
from knowledge.golden import by_title, load_golden
from knowledge.overrides import overrides
from knowledge.parsing import parse
from knowledge.sources import load_layers, read_source, scan
from knowledge.types import Entry
from knowledge.words import fold

SHIPPED = Path(__file__).resolve().parent.parent / "kb_sources"
TODAY = date(2026, 11, 21)

# FAQ title, version that contradicts it, what the FAQ still says, what holds now
CONTRADICTIONS = (
    ("标准版多少钱？", "6.4.0", "99 元/月", "109 元/月"),
    ("一次最多能导入多少个商品？", "6.2.0", "5,000 行", "20,000 行"),
    ("报表怎么导出？", "6.3.0", "报表 › 销售报表", "数据中心 › 导出中心"),
)


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shipped files, freshly seeded, without what lies about in this checkout."""
    folder = tmp_path_factory.mktemp("sample") / "kb_sources"
    shutil.copytree(SHIPPED, folder, ignore=shutil.ignore_patterns("seeded_*", "_drafts"))
    seed(folder, today=TODAY)
    return folder


@pytest.fixture(scope="module")
def entries(sources: Path) -> tuple[Entry, ...]:
    found = scan(sources, load_layers(sources)).sources
    return tuple(entry for one in found for entry in parse(one, read_source(sources, one.path), today=TODAY).entries)


def plain(entry: Entry) -> str:
    return fold(entry.text.replace("**", ""))


def test_the_files_have_no_errors_and_only_the_ended_promotion_is_remarked(sources: Path) -> None:
    report = check(sources, today=TODAY)
    assert [problem for problem in report.problems if problem.severity == "error"] == []
    assert {problem.code for problem in report.problems if problem.severity == "warning"} <= {"expired"}


def test_there_is_enough_of_everything(entries: tuple[Entry, ...]) -> None:
    faq = [entry for entry in entries if entry.kind == "faq"]
    assert len(faq) >= 80
    assert sum(len(entry.aliases) >= 3 for entry in faq) >= 80
    assert sum(entry.kind == "row" for entry in entries) >= 20
    assert len({entry.version for entry in entries if entry.kind == "change" and entry.released}) >= 12
    assert sum(entry.kind == "change" and not entry.released for entry in entries) == 2


@pytest.mark.parametrize(("title", "version", "old", "new"), CONTRADICTIONS)
def test_three_changes_contradict_an_older_answer(
    entries: tuple[Entry, ...], title: str, version: str, old: str, new: str
) -> None:
    fact = next(entry for entry in entries if entry.title == title)
    changes = [entry for entry in entries if entry.kind == "change" and entry.version == version]
    change = next(entry for entry in changes if fold(new) in plain(entry))
    assert fold(old) in plain(fact)
    assert overrides(change, fact)


def test_golden_questions_name_entries_that_exist_and_hold_the_facts(entries: tuple[Entry, ...], sources: Path) -> None:
    golden, titles = load_golden(sources / "golden"), by_title(entries)
    assert len(golden) >= 110
    assert sum(not question.expected for question in golden) >= 15
    assert sum(bool(question.history) for question in golden) >= 10
    texts = {entry.id: plain(entry) for entry in entries}
    for question in golden:
        assert [name for name in question.expected if fold(name) not in titles] == [], question.question
        told = " ".join(texts[one] for name in question.expected for one in titles[fold(name)])
        assert [fact for fact in question.facts if fold(fact) not in told] == [], question.question


def test_golden_questions_are_in_the_customers_own_words(entries: tuple[Entry, ...], sources: Path) -> None:
    written = {fold(wording) for entry in entries for wording in (entry.title, *entry.aliases)}
    alone = [question for question in load_golden(sources / "golden") if not question.history]
    assert [question.question for question in alone if fold(question.question) in written] == []


def test_fifty_dialogues_carry_personal_data_and_none_of_it_becomes_an_entry(
    entries: tuple[Entry, ...], sources: Path
) -> None:
    rows = list(csv.DictReader((sources / "chat_logs/seeded_online_service.csv").open(encoding="utf-8")))
    lines = (sources / "chat_logs/seeded_tickets.jsonl").read_text(encoding="utf-8").splitlines()
    tickets = [json.loads(line) for line in lines]
    assert len({row["会话ID"] for row in rows}) + len(tickets) >= 40
    raw = " ".join([row["内容"] for row in rows] + [turn["text"] for one in tickets for turn in one["messages"]])
    private = ({row["客户姓名"] for row in rows} | {one["customer"]["name"] for one in tickets}) - {"访客", "晚间访客"}
    private |= set(re.findall(r"[\w.-]+@[\w.-]+|\d{17}[\dX]|\d{16}|1\d{10}|YF2026\d{8}", raw))
    kept = " ".join(f"{entry.title} {entry.text}" for entry in entries if entry.layer == "chat_log")
    assert [value for value in private if value in kept] == []


def test_seeding_twice_changes_nothing_until_a_week_has_gone(sources: Path, tmp_path: Path) -> None:
    home = tmp_path / "kb_sources"
    shutil.copytree(sources / "_samples", home / "_samples")
    assert len(seed(home, today=TODAY).written) == 2
    first = (home / "chat_logs/seeded_tickets.jsonl").read_text(encoding="utf-8")
    assert len(seed(home, today=date(2026, 11, 24)).kept) == 2
    assert (home / "chat_logs/seeded_tickets.jsonl").read_text(encoding="utf-8") == first
    assert len(seed(home, today=date(2026, 11, 30)).written) == 2
    assert len(seed(home, today=date(2026, 11, 30), force=True).written) == 2
    ages = {(date(2026, 11, 30) - date.fromisoformat(day)).days for day in re.findall(r"2026-\d\d-\d\d(?= \d)", first)}
    assert max(ages) > 30


def test_a_home_without_samples_is_left_alone(tmp_path: Path) -> None:
    assert seed(tmp_path, today=TODAY).written == ()
    assert list(tmp_path.iterdir()) == []
