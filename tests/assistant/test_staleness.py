"""Entries that a change contradicts are found; repairs, older changes and other subjects are not."""

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from assistant.cli import main
from assistant.journal import Journal
from assistant.staleness import Stale, find_stale
from assistant.types import Answer, Turn
from knowledge.types import Context, Entry, Passage

OFFLINE = Entry(
    "e1", "faq/a.md", "faq", "断网了还能收银吗？", "能。最长离线 72 小时，最多 2,000 单。", updated=date(2026, 5, 1)
)
REFUND = Entry(
    "e2", "faq/a.md", "faq", "买了套餐可以退款吗？", "年付套餐付款后 7 天内可全额退款。", updated=date(2026, 5, 1)
)
INVITE = Entry("e3", "faq/b.md", "faq", "How do I add a cashier?", "The invitation is valid for 72 hours.")
SCALE = Entry("e4", "faq/b.md", "faq", "电子秤怎么校准？", "长按置零三秒，再放砝码。", updated=date(2026, 5, 1))
FACTS = (OFFLINE, REFUND, INVITE, SCALE)
SINCE = datetime.now(UTC) - timedelta(days=7)


def change(text: str, day: date = date(2026, 10, 1), released: bool = True) -> Entry:
    title = f"v7.0.0 · Changed · {text}"
    return Entry("c", "changelog/CHANGELOG.md", "changelog", title, text, "change", updated=day, released=released)


def found(tmp_path: Path, *changes: Entry) -> list[tuple[str, str]]:
    journal = Journal(tmp_path / "journal.sqlite3", str)
    return [(one.entry_id, one.reason) for one in find_stale((*FACTS, *changes), (), journal, SINCE)]


def test_a_newer_change_of_the_fact_contradicts_it(tmp_path: Path) -> None:
    assert found(tmp_path, change("离线收银最长由 72 小时延长到 7 天。")) == [("e1", "contradicted")]
    assert found(tmp_path, change("Staff invitations for a cashier now expire after 24 hours.")) == [
        ("e3", "contradicted")
    ]


def test_another_amount_of_the_same_unit_contradicts_without_a_word_of_change(tmp_path: Path) -> None:
    assert found(tmp_path, change("好消息：离线收银一次最多 5,000 单，大店也够用。")) == [("e1", "contradicted")]
    assert found(tmp_path, change("买了年付套餐，付款后十天内都可以全额退款。")) == [("e2", "contradicted")]
    assert found(tmp_path, change("买了年付套餐，付款后 7 天内都可以全额退款，页面更清楚。")) != [
        ("e2", "contradicted")
    ]


@pytest.mark.parametrize(
    "harmless",
    [
        change("修复离线收银时间显示错误的问题。"),
        change("离线收银最长由 24 小时延长到 72 小时。", date(2026, 4, 1)),
        change("离线收银最长由 72 小时延长到 7 天。", released=False),
        change("新增优惠券使用率图表。"),
    ],
)
def test_repairs_older_unreleased_and_unrelated_changes_are_no_reason(tmp_path: Path, harmless: Entry) -> None:
    assert found(tmp_path, harmless) == []


def test_entries_whose_direct_answers_are_disliked_are_named(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal.sqlite3", str)
    for number, entry in enumerate((REFUND, REFUND, SCALE)):
        passage = Passage("1", entry.title, entry.text, "faq", entry.source, 1, entry.id)
        context = Context((passage,), 9, 0.9, True, direct=True)
        journal.record(Turn(f"t{number}", "", "anna", "q", "q", context, Answer("a", (), "direct"), ()))
    for turn, kind in (
        ("t0", "down"),
        ("t1", "up"),
        ("t1", "corrected"),
        ("t2", "up"),
        ("t2", "copied"),
        ("t2", "down"),
    ):
        journal.mark(turn, "ben", kind)  # type: ignore[arg-type]
    (one,) = find_stale(FACTS, (), journal, SINCE)
    assert (one.entry_id, one.reason, one.because) == ("e2", "disliked", "down 1, up 1, corrected 1")


def test_the_command_names_what_the_files_hold(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    faq, log = tmp_path / "kb_sources" / "faq", tmp_path / "kb_sources" / "changelog"
    faq.mkdir(parents=True)
    log.mkdir()
    (faq / "a.md").write_text(
        "---\nupdated: 2026-05-01\n---\n\n### 断网了还能收银吗？\n\n能，最长离线 72 小时。\n\n"
        "### 年中促销有多少折扣？\n\n**有效期**：2026-06-30\n\n八折。\n",
        encoding="utf-8",
    )
    (log / "CHANGELOG.md").write_text(
        "# Changelog\n\n## [7.0.0] - 2026-10-01\n\n### Changed\n\n- 离线收银最长由 72 小时延长到 7 天。\n",
        encoding="utf-8",
    )
    assert main(["reindex", "--home", str(tmp_path), "--json"]) in (0, 1)
    capsys.readouterr()
    assert main(["stale", "--home", str(tmp_path), "--json"]) == 1
    told = [Stale(**one) for one in json.loads(capsys.readouterr().out)["stale"]]
    assert [(one.reason, one.source) for one in told] == [("contradicted", "faq/a.md"), ("expired", "faq/a.md")]
    assert "7.0.0" in told[0].because
