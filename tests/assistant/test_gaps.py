"""The weekly loop on a real journal: what went wrong is clustered, ranked and drafted; what went well is learned."""

import json
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from assistant.cli import main
from assistant.gaps import Gap, cluster, find_gaps
from assistant.journal import Journal
from assistant.learning import draft, learn, write_drafts
from assistant.types import Answer, Outcome, Turn
from knowledge.embedding import BuiltinEmbedder
from knowledge.parsing import parse
from knowledge.types import Context, Passage, Source

PASSAGE = Passage("1", "如何退款？", "7 天内。", "faq", "faq/a.md", 3, "e1")
WEEK = datetime.now(UTC) - timedelta(days=7)


def turn(
    number: int, question: str, outcome: Outcome = "no_knowledge", session: str = "s", answer: str = "答 [1]"
) -> Turn:
    context = Context((PASSAGE,), 9, 0.5, outcome != "no_knowledge", generation="g1")
    timings = (("total", 900.0 + number), ("first_token", 200.0))
    return Turn(f"{number:032x}", session, "anna", question, question, context, Answer(answer, (), outcome), timings)


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    return Journal(tmp_path / "journal.sqlite3", str)


def ask(journal: Journal, *turns: Turn) -> None:
    for one in turns:
        journal.record(one)


def gaps(journal: Journal) -> tuple[Gap, ...]:
    return find_gaps(journal, BuiltinEmbedder(), WEEK)


def test_wordings_of_one_question_are_one_gap_and_the_most_frequent_comes_first(journal: Journal) -> None:
    questions = ["能用港币收款吗", "可以用港币收款吗？", "港币收款能用吗", "怎么打印会员卡", "能用港币收款吗?"]
    ask(journal, *(turn(number, question) for number, question in enumerate(questions)))
    first, second = gaps(journal)
    assert (first.count, first.kinds, len(first.questions)) == (4, {"no_answer": 4}, 3)
    assert (second.count, second.question) == (1, "怎么打印会员卡")


def test_every_signal_is_evidence_and_the_correction_is_the_proposal(journal: Journal) -> None:
    ask(journal, turn(1, "年付能退吗", "grounded"), turn(2, "怎么换绑", "direct"), turn(3, "好的", "grounded"))
    for kind, note in (("unresolved", "客户要月付"), ("corrected", "15 天内可退。"), ("escalated", ""), ("up", "")):
        journal.mark(f"{1:032x}", "ben", kind, note)  # type: ignore[arg-type]
    journal.mark(f"{2:032x}", "ben", "down")
    found = gaps(journal)
    assert [gap.question for gap in found] == ["年付能退吗", "怎么换绑"]
    assert found[0].kinds == {"unresolved": 1, "corrected": 1, "escalated": 1}
    assert found[0].proposed == "15 天内可退。"
    assert found[0].evidence[0].notes == ("客户要月付", "15 天内可退。")


def test_an_escalation_takes_the_answer_that_ended_its_session(journal: Journal) -> None:
    ask(journal, turn(1, "发票能合开吗"), turn(2, "那多张一起呢", "grounded"), turn(3, "别的客户", session="t"))
    journal.mark(f"{1:032x}", "ben", "escalated")
    journal.mark(f"{2:032x}", "ben", "corrected", "可以，选多张订单。")
    proposals = {gap.question: gap.proposed for gap in gaps(journal)}
    assert proposals["发票能合开吗"] == "可以，选多张订单。"
    assert proposals["别的客户"] == ""


def test_a_mark_of_this_week_on_an_older_turn_counts_and_older_ones_do_not(tmp_path: Path, journal: Journal) -> None:
    ask(journal, turn(1, "很久以前的问题", "grounded"))
    assert find_gaps(journal, BuiltinEmbedder(), datetime.now(UTC)) == ()
    moment = datetime.now(UTC)
    journal.mark(f"{1:032x}", "ben", "down")
    assert [gap.count for gap in find_gaps(journal, BuiltinEmbedder(), moment)] == [1]


def test_unrelated_questions_stay_apart_and_few_are_no_problem() -> None:
    vectors = np.eye(4, 8, dtype=np.float32)
    assert len(set(cluster(vectors, 0.6))) == 4
    assert cluster(vectors[:1], 0.6) == [0]
    assert cluster(vectors[:0], 0.6) == []


def test_a_draft_is_a_faq_entry_once_it_is_moved(tmp_path: Path, journal: Journal) -> None:
    ask(journal, turn(1, "年付 能退吗-->"), turn(2, "年付 能退吗-->"), turn(3, "年付能退吗；还是不能"))
    journal.mark(f"{1:032x}", "ben", "corrected", "15 天内可退。\n\n原路退回。")
    (gap,) = gaps(journal)
    written = write_drafts(tmp_path, (gap,))
    (path,) = written.values()
    assert path.parent == tmp_path / "_drafts"
    read = parse(Source("faq/draft.md", "faq", "0"), path.read_bytes(), today=date.today())
    (entry,) = read.entries
    assert entry.text == "15 天内可退。\n\n原路退回。"
    assert entry.title == gap.question
    assert {entry.title, *entry.aliases} == {"年付 能退吗-->", "年付能退吗，还是不能"}
    assert "00000000" in path.read_text(encoding="utf-8")  # the evidence names its turns


def test_a_draft_without_an_answer_becomes_no_entry(journal: Journal) -> None:
    ask(journal, turn(1, "年付能退吗"))
    text = draft(gaps(journal)[0])
    assert parse(Source("faq/draft.md", "faq", "0"), text.encode(), today=date.today()).entries == ()


def test_a_draft_that_an_editor_works_on_is_left_alone(tmp_path: Path, journal: Journal) -> None:
    ask(journal, turn(1, "能用港币收款吗"))
    (path,) = write_drafts(tmp_path, gaps(journal)).values()
    path.write_text("### 港币收款\n\n**相似问法**：能用港币收款吗；x\n\n正在写", encoding="utf-8")
    ask(journal, turn(2, "能用港币收款吗？"))
    assert set(write_drafts(tmp_path, gaps(journal)).values()) == {path}
    assert path.read_text(encoding="utf-8").endswith("正在写")


def test_resolved_conversations_become_a_chat_log_that_the_intake_reads(tmp_path: Path, journal: Journal) -> None:
    ask(
        journal,
        turn(1, "年付能退吗", "grounded", answer="15 天内可退 [1]。"),
        turn(2, "怎么换绑", "grounded", answer="随便 [1]。"),
        turn(3, "标准版多少钱", "direct"),
        turn(4, "没人看的", "grounded"),
    )
    journal.mark(f"{1:032x}", "ben", "copied")
    journal.mark(f"{2:032x}", "ben", "corrected", "在设置里换绑。")
    journal.mark(f"{3:032x}", "ben", "copied")
    assert learn(tmp_path, journal, 30) == 2
    path = tmp_path / "chat_logs" / "deskmate_resolved.csv"
    read = parse(Source("chat_logs/x.csv", "chat_log", "0"), path.read_bytes(), today=date.today())
    assert [(entry.title, entry.text) for entry in read.entries] == [
        ("年付能退吗", "15 天内可退。"),
        ("怎么换绑", "在设置里换绑。"),
    ]
    journal.mark(f"{1:032x}", "ben", "down")
    assert learn(tmp_path, journal, 30) == 1


def run(capsys: pytest.CaptureFixture[str], args: Sequence[str]) -> dict[str, Any]:
    main([*args, "--json"])
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def test_the_command_lists_gaps_and_writes_drafts(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    journal = Journal(tmp_path / "journal.sqlite3", str)
    ask(journal, turn(1, "能用港币收款吗"), turn(2, "怎么打印会员卡"), turn(3, "怎么打印会员卡"))
    told = run(capsys, ["gaps", "--home", str(tmp_path), "--since", "2d", "--top", "1"])
    (gap,) = told["gaps"]
    assert (gap["question"], gap["count"]) == ("怎么打印会员卡", 2)
    assert Path(gap["draft"]).is_file()
    assert main(["gaps", "--home", str(tmp_path), "--no-drafts"]) == 0
    assert "1.    2x  怎么打印会员卡  (no_answer 2)" in capsys.readouterr().out
    assert main(["gaps", "--home", str(tmp_path), "--since", "soon"]) == 2
    assert "write 12h, 7d, 4w or a date" in capsys.readouterr().err


def test_the_report_has_figures_causes_and_plots_in_both_languages(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    journal = Journal(tmp_path / "journal.sqlite3", str)
    ask(journal, turn(1, "年付能退吗", "grounded"), turn(2, "港币<b>"), turn(3, "年付能退吗？", "direct"))
    journal.mark(f"{2:032x}", "ben", "escalated")
    page = tmp_path / "report.html"
    told = run(capsys, ["report", "--today", "--home", str(tmp_path), "--html", str(page), "--language", "en"])
    assert (told["turns"], told["deflection"], told["handover"]) == (3, pytest.approx(2 / 3), pytest.approx(1 / 3))
    assert told["causes"] == [{"name": "no_knowledge", "count": 1, "example": "港币<b>"}]
    assert told["asked"][0]["count"] == 2
    text = page.read_text(encoding="utf-8")
    assert "Handed over" in text
    assert "港币&lt;b&gt;" in text
    assert "https://cdn" not in text.split("<script", 1)[0]
    assert main(["report", "--quarter", "--home", str(tmp_path)]) == 0
    assert "转人工率: 33%" in capsys.readouterr().out
