"""One turn: which outcome for which context and engine, what is told on the way, and what is recorded."""

import asyncio
from collections.abc import Callable
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import cast

import pytest

from assistant.answering import Assistant, Options
from assistant.journal import Journal
from assistant.prompts import load_prompts
from assistant.settings import SHIPPED
from assistant.types import Delta, Done, Exchange, Found, Mode, Question, Queued, Turn, TurnEvent
from engine.types import ContextOverflow, Engine, EngineBusy, EngineError
from knowledge.knowledge_base import KnowledgeBase
from knowledge.types import Context, Passage, Query
from tests.fakes import ScriptedEngine

REFUND = Passage("1", "如何退款？", "7 天内可全额退款。", "faq", "faq/refund.md", 3, "e1", updated=date(2026, 10, 1))
PRICE = Passage("2", "专业版多少钱？", "专业版每月 199 元。", "faq", "faq/price.csv", 9, "e2")
FOUND = Context((REFUND, PRICE), 40, 0.9, answerable=True, generation="g1")
SURE = replace(FOUND, direct=True)
NOTHING = replace(FOUND, answerable=False, answerability=0.1, reason="only_similar")


@dataclass
class Shelf:
    """Stands for the knowledge base: gives one context, remembers what it was asked."""

    context: Context
    queries: list[Query] = field(default_factory=list)
    generation: str = "g1"

    def leans(self, question: str, previous: str) -> bool:
        return len(question) < 6

    def ground(self, query: Query, count_tokens: Callable[[str], int]) -> Context:
        self.queries.append(query)
        assert count_tokens(query.text) > 0
        return self.context


def assistant(tmp_path: Path, context: Context, engine: ScriptedEngine | None = None, timeout: float = 5) -> Assistant:
    engines: dict[Mode, Engine] = {"fast": engine} if engine else {}
    prompts = load_prompts(SHIPPED / "prompts")
    journal = Journal(tmp_path / "journal.sqlite3", str)
    shelf = cast(KnowledgeBase, Shelf(context))
    return Assistant(shelf, engines, journal, prompts, Options("云帆", "zh", timeout))


async def run(desk: Assistant, question: Question) -> tuple[list[TurnEvent], Turn]:
    events = [event async for event in desk.answer(question)]
    assert isinstance(events[0], Found)
    assert isinstance(events[-1], Done)
    return events, events[-1].turn


async def test_a_sure_faq_is_given_word_for_word_and_no_model_is_asked(tmp_path: Path) -> None:
    engine = ScriptedEngine()
    _, turn = await run(assistant(tmp_path, SURE, engine), Question("怎么退款？"))
    assert (turn.answer.outcome, turn.answer.text) == ("direct", "7 天内可全额退款。 [1]")
    assert [citation.source for citation in turn.answer.citations] == ["faq/refund.md"]
    assert engine.asked == []


async def test_an_uploaded_file_never_speaks_as_a_standard_answer(tmp_path: Path) -> None:
    desk = assistant(tmp_path, NOTHING).over(cast(KnowledgeBase, Shelf(SURE)))
    _, turn = await run(desk, Question("怎么退款？"))
    assert (turn.answer.outcome, turn.answer.text) == ("degraded", "7 天内可全额退款。 [1]")


async def test_without_an_answer_the_reason_and_the_nearest_titles_are_told(tmp_path: Path) -> None:
    engine = ScriptedEngine()
    _, turn = await run(assistant(tmp_path, NOTHING, engine), Question("你们支持火星配送吗？"))
    assert turn.answer.outcome == "no_knowledge"
    assert "知识库里没有这个问题的答案" in turn.answer.text
    assert "- 如何退款？" in turn.answer.text
    assert turn.answer.citations == ()
    assert engine.asked == []


async def test_the_model_streams_and_its_labels_become_citations(tmp_path: Path) -> None:
    engine = ScriptedEngine(pieces=["7 天内", "可全额退款 [1]", "。"], places=[2, 1, 0])
    events, turn = await run(assistant(tmp_path, FOUND, engine), Question("怎么退款？"))
    assert [event.position for event in events if isinstance(event, Queued)] == [2, 1, 0]
    assert "".join(event.text for event in events if isinstance(event, Delta)) == "7 天内可全额退款 [1]。"
    assert turn.answer.outcome == "grounded"
    assert [citation.label for citation in turn.answer.citations] == ["1"]
    assert {"search", "first_token", "total"} <= dict(turn.timings).keys()


async def test_an_invented_number_is_marked_as_unsupported(tmp_path: Path) -> None:
    engine = ScriptedEngine(pieces=["30 天内可全额退款 [1]。"])
    _, turn = await run(assistant(tmp_path, FOUND, engine), Question("怎么退款？"))
    assert turn.answer.outcome == "unsupported"
    assert turn.answer.unsupported == ("30 天内可全额退款 [1]。",)


async def test_a_label_of_no_passage_is_struck(tmp_path: Path) -> None:
    engine = ScriptedEngine(pieces=["7 天内可全额退款 [1][9]。"])
    _, turn = await run(assistant(tmp_path, FOUND, engine), Question("怎么退款？"))
    assert "[9]" not in turn.answer.text
    assert [citation.label for citation in turn.answer.citations] == ["1"]


@pytest.mark.parametrize(
    ("fault", "note"),
    [(EngineBusy("full"), "模型忙"), (EngineError("gone"), "模型暂时不可用")],
)
async def test_a_busy_or_failing_model_leaves_the_passages(tmp_path: Path, fault: EngineError, note: str) -> None:
    engine = ScriptedEngine(pieces=["7 天"], fault=fault)
    _, turn = await run(assistant(tmp_path, FOUND, engine), Question("怎么退款？"))
    assert turn.answer.outcome == "degraded"
    assert turn.answer.text.startswith("7 天内可全额退款。 [1]")
    assert note in turn.answer.note


async def test_a_model_that_says_nothing_in_time_leaves_the_passages(tmp_path: Path) -> None:
    engine = ScriptedEngine(pause=10)
    _, turn = await run(assistant(tmp_path, FOUND, engine, timeout=0.05), Question("怎么退款？"))
    assert turn.answer.outcome == "degraded"
    assert engine.running == 0


async def test_a_conversation_too_long_for_the_model_goes_on_without_the_earlier_turns(tmp_path: Path) -> None:
    engine = ScriptedEngine(fault=ContextOverflow("too long"), pieces=[])
    earlier = Exchange("专业版多少钱？", "专业版多少钱？", "199 元 [2]。")
    _, turn = await run(assistant(tmp_path, FOUND, engine), Question("那怎么退款？", history=(earlier,)))
    assert [len(messages) for messages in engine.asked][-2:] == [4, 2]
    assert turn.answer.outcome == "degraded"


@pytest.mark.parametrize(("mode", "note"), [("fast", "未加载模型"), ("verbatim", "原文")])
async def test_without_a_model_the_passages_are_given_and_it_is_said(tmp_path: Path, mode: Mode, note: str) -> None:
    _, turn = await run(assistant(tmp_path, FOUND), Question("怎么退款？", mode=mode))
    assert turn.answer.outcome == "degraded"
    assert note in turn.answer.note
    assert turn.answer.text == "7 天内可全额退款。 [1]"
    assert [citation.label for citation in turn.answer.citations] == ["1", "2"]


async def test_closing_the_stream_stops_the_model_and_records_the_turn_as_stopped(tmp_path: Path) -> None:
    engine = ScriptedEngine(pieces=["七", "天", "内"], pause=0.01)
    desk = assistant(tmp_path, FOUND, engine)
    async with aclosing(desk.answer(Question("怎么退款？"))) as events:
        async for event in events:
            if isinstance(event, Delta):
                break
    assert engine.running == 0
    (record,) = desk.journal.turns()
    assert (record.outcome, record.answer) == ("stopped", "七")


async def test_a_cancelled_task_frees_the_model_too(tmp_path: Path) -> None:
    engine = ScriptedEngine(pause=10)
    desk = assistant(tmp_path, FOUND, engine)
    task = asyncio.create_task(run(desk, Question("怎么退款？")))
    while not engine.running:
        await asyncio.sleep(0.01)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    await asyncio.sleep(0)
    assert engine.running == 0


async def test_every_turn_is_recorded_once(tmp_path: Path) -> None:
    desk = assistant(tmp_path, FOUND, ScriptedEngine(pieces=["7 天内可退 [1]。"]))
    _, turn = await run(desk, Question("怎么退款？", user="wang", session="s1"))
    (record,) = desk.journal.turns()
    assert (record.id, record.user, record.generation) == (turn.id, "wang", "g1")


async def test_the_next_prompt_begins_like_the_last_one(tmp_path: Path) -> None:
    engine = ScriptedEngine(pieces=["7 天内可退 [1]。"])
    desk = assistant(tmp_path, FOUND, engine)
    _, first = await run(desk, Question("怎么退款？"))
    await run(desk, Question("专业版多少钱？", history=(first.as_exchange(),)))
    assert list(engine.asked[1][:2]) == list(engine.asked[0])


async def test_an_english_question_gets_an_english_prompt(tmp_path: Path) -> None:
    engine = ScriptedEngine(pieces=["Full refund within 7 days [1]."])
    await run(assistant(tmp_path, FOUND, engine), Question("How do refunds work?"))
    system, user = engine.asked[0]
    assert "Answer in English" in system.content
    assert "SOURCES" in user.content


async def test_a_follow_up_that_the_rules_only_join_is_rewritten_by_the_model(tmp_path: Path) -> None:
    engine = ScriptedEngine(pieces=["专业版能退款吗"])
    desk = assistant(tmp_path, NOTHING, engine)
    earlier = Exchange("专业版多少钱？", "专业版多少钱？", "199 元 [2]。")
    _, turn = await run(desk, Question("能退款吗", history=(earlier,)))
    assert turn.query == "专业版能退款吗"
    _, alone = await run(desk, Question("专业版能退款吗"))
    assert (alone.query, len(engine.asked)) == ("专业版能退款吗", 1)


async def test_engines_are_warmed_with_the_message_that_every_question_begins_with(tmp_path: Path) -> None:
    engine = ScriptedEngine(pieces=["7 天内可退 [1]。"])
    desk = assistant(tmp_path, FOUND, engine)
    await desk.warm()
    await run(desk, Question("怎么退款？"))
    assert engine.asked[0][0].content == engine.warmed


async def test_after_a_change_comes_the_fact_that_it_changes(tmp_path: Path) -> None:
    change = replace(
        PRICE, label="1", title="v2 · Changed", text="月付调整为 299 元。", layer="changelog", notice="自 v2 起："
    )
    fact = replace(PRICE, notice="（v2 之前的说法，已有变更）")
    _, turn = await run(assistant(tmp_path, replace(FOUND, passages=(change, fact, REFUND))), Question("多少钱"))
    assert turn.answer.text == (
        "自 v2 起：\n\n月付调整为 299 元。 [1]\n\n（v2 之前的说法，已有变更）\n\n专业版每月 199 元。 [2]"
    )
