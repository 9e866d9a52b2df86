"""The journal: append-only, scrubbed, forgetting what is old, and loud when it cannot write."""

import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from assistant.journal import MIGRATIONS, Journal, JournalError
from assistant.types import Answer, Citation, Turn
from knowledge.types import Context


def turn(number: int = 1, question: str = "我的电话是 13800138000，怎么退款？") -> Turn:
    citation = Citation("1", "faq", "如何退款？", "faq/refund.md", 12, "", "2026-10-01")
    answer = Answer("七天内可退 [1]。", (citation,), "direct")
    context = Context((), 0, 0.9, True, direct=True, generation="g1")
    return Turn(f"t{number}", "s1", "wang", question, question, context, answer, (("total", 12.0),))


def masked(text: str) -> str:
    return text.replace("13800138000", "<PHONE_1>")


def test_a_turn_is_kept_scrubbed_and_read_back(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal.sqlite3", masked)
    journal.record(turn())
    (record,) = journal.turns()
    assert record.question == "我的电话是 <PHONE_1>，怎么退款？"
    assert record.citations == ("faq/refund.md:12 如何退款？",)
    assert record.timings == {"total": 12.0}
    assert journal.turn("t1") == record
    journal.close()
    assert b"13800138000" not in (tmp_path / "journal.sqlite3").read_bytes()


def test_marks_are_scrubbed_and_in_order(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal.sqlite3", masked)
    journal.record(turn())
    journal.mark("t1", "wang", "down")
    journal.mark("t1", "wang", "corrected", "打 13800138000")
    assert [(mark.kind, mark.note) for mark in journal.marks()] == [("down", ""), ("corrected", "打 <PHONE_1>")]


def test_old_turns_are_forgotten_and_gone_from_the_file(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal.sqlite3", str)
    journal.record(turn(question="独一无二的旧问题"))
    with sqlite3.connect(tmp_path / "journal.sqlite3") as other:
        old = (datetime.now(UTC) - timedelta(days=200)).isoformat()
        other.execute("UPDATE turns SET at = ?", (old,))
    journal.record(turn(2))
    assert journal.forget(180, {}) == 1
    assert [record.id for record in journal.turns()] == ["t2"]
    journal.close()
    assert "独一无二的旧问题".encode() not in (tmp_path / "journal.sqlite3").read_bytes()


def test_a_journal_opened_twice_migrates_once(tmp_path: Path) -> None:
    for number in (1, 2):
        journal = Journal(tmp_path / "journal.sqlite3", str)
        journal.record(turn(number))
        journal.close()
    with sqlite3.connect(tmp_path / "journal.sqlite3") as db:
        assert db.execute("PRAGMA user_version").fetchone() == (len(MIGRATIONS),)
        assert db.execute("SELECT count(*) FROM turns").fetchone() == (2,)


def test_a_file_that_is_no_journal_is_one_clear_error(tmp_path: Path) -> None:
    (tmp_path / "journal.sqlite3").write_text("this is not a database, whatever its name says" * 30)
    with pytest.raises(JournalError, match=r"journal\.sqlite3: cannot be opened"):
        Journal(tmp_path / "journal.sqlite3", str)
