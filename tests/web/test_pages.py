"""Presets, dashboard and the pages of editors, without a browser."""

from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from assistant.handover import hand_over
from assistant.journal import Record
from assistant.learning import drafts, write_draft
from assistant.prompts import PromptError, load_prompts
from assistant.settings import SHIPPED, load_settings
from assistant.types import Exchange
from assistant.wiring import open_journal
from knowledge.scrubbing import scrub
from tests.web.scripted_desk import ScriptedDesk
from web import pages, starters
from web.dashboard import defused
from web.presets import load_preset
from web.users import User

RECORD = Record(
    id="t1",
    at="2026-11-21T08:00:00",
    session="s1",
    user="anna",
    question="还能退款吗",
    query="还能退款吗",
    answer="7 天",
    outcome="direct",
    reason="",
    citations=("faq/a.md:3 退款",),
    entry_ids=("e1",),
    answerability=0.9,
    timings={},
    model="",
    prompt="",
    generation="g1",
)


@pytest.mark.parametrize("cell", ["=1+1", "+86", "-2", "@cmd", "\t=1", "  =HYPERLINK(1)"])
def test_no_cell_of_an_export_is_taken_for_a_formula(cell: str) -> None:
    assert defused(cell) == "'" + cell


def test_a_plain_cell_of_an_export_stays_as_it_is() -> None:
    assert defused("退款 = 7 天") == "退款 = 7 天"


def test_the_shipped_presets_can_be_used_and_only_by_their_names() -> None:
    for path in (SHIPPED / "prompts" / "presets").glob("*.toml"):
        assert load_preset(SHIPPED / "prompts", path.stem) is not None
    assert load_preset(SHIPPED / "prompts", "unknown") is None
    assert load_preset(SHIPPED / "prompts", "../answer.zh") is None


def test_a_preset_with_an_unknown_tone_is_named_with_what_would_do(tmp_path: Path) -> None:
    (tmp_path / "presets").mkdir()
    (tmp_path / "presets" / "rude.toml").write_text('zh = "x"\nen = "x"\ntone = "rude"\n')
    with pytest.raises(PromptError, match=r"rude\.toml.*formal"):
        load_preset(tmp_path, "rude")


def test_tables_and_buttons_escape_what_they_show() -> None:
    assert "<script>" not in pages.table(("a",), (("<script>",),))
    assert 'value="&quot;&gt;"' in pages.button("/x", "go", field='">')


def test_a_role_may_what_the_lower_ones_may() -> None:
    admin, agent = User("a", "admin", "", 0), User("b", "agent", "", 0)
    assert admin.at_least("editor")
    assert not agent.at_least("editor")


def test_starters_come_from_what_was_asked_most_in_the_language_of_the_page(tmp_path: Path) -> None:
    desk = ScriptedDesk(tmp_path)
    assert dict(starters.by_category(desk, "en"))["Team"] == ["How do I invite a colleague?"]  # type: ignore[arg-type]
    assert next(category for category, _ in starters.by_category(desk, "zh")) == "退款"  # type: ignore[arg-type]
    desk.journal.close()


def test_a_correction_becomes_a_draft_without_personal_data(tmp_path: Path) -> None:
    path = write_draft(tmp_path, replace(RECORD, question="还能退款吗，我电话 13812345678"), "15 天内都可以。", "anna")
    written = path.read_text()
    assert "13812345678" not in written
    assert "### 还能退款吗" in written
    assert written.endswith("15 天内都可以。\n")
    assert drafts(tmp_path) == (path,)


def masked(text: str) -> str:
    return scrub(text).text


def test_journal_and_drafts_mask_by_the_companys_own_list(tmp_path: Path) -> None:
    (tmp_path / "kb_sources" / "_scrubbing").mkdir(parents=True)
    (tmp_path / "kb_sources" / "_scrubbing" / "deny.txt").write_text("极光项目", encoding="utf-8")
    with closing(open_journal(load_settings(tmp_path, {}))) as journal:
        assert "极光" not in journal.scrub("极光项目什么时候上线")
    assert "极光" not in write_draft(tmp_path / "kb_sources", RECORD, "极光项目下月上线。", "anna").read_text()


async def test_a_hand_over_note_without_a_model_names_question_and_what_was_done() -> None:
    history = (
        Exchange("打印机坏了，电话 13812345678", "", "请重启打印机。", ("e1",)),
        Exchange("还是不行", "", "没有答案", ()),
    )
    note = await hand_over(history, None, load_prompts(SHIPPED / "prompts"), masked)
    assert "13812345678" not in note
    assert "客户的问题：打印机坏了" in note
    assert "已经做过：请重启打印机。" in note
