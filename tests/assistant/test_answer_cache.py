"""Answers already given: served again at once, and never where they could be wrong."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pytest

from assistant.answer_cache import AnswerCache, same
from assistant.answering import Assistant, Options
from assistant.journal import Journal
from assistant.prompts import load_prompts
from assistant.settings import SHIPPED
from assistant.types import Delta, Done, Exchange, Found, Question, Turn
from knowledge.knowledge_base import KnowledgeBase
from knowledge.types import Context, Passage, Query
from tests.fakes import ScriptedEngine

REFUND = Passage("1", "如何退款？", "7 天内可全额退款。", "faq", "faq/refund.md", 3, "e1")
ASKED = Question("怎么退款？", user="anna", session="s1", scope="agent")


class Shelf:
    """Stands for the knowledge base: one context, in a generation that tests change."""

    generation = "g1"

    def leans(self, question: str, previous: str) -> bool:
        return True

    def ground(self, query: Query, count_tokens: Callable[[str], int]) -> Context:
        return Context((REFUND,), 40, 0.9, answerable=True, generation=self.generation)


class Desk:
    """An assistant with a cache and the parts that tests look at."""

    def __init__(self, home: Path, size: int = 10) -> None:
        self.engine, self.shelf = ScriptedEngine(pieces=["7 天内可全额退款 [1]。"]), Shelf()
        self.journal = Journal(home / "journal.sqlite3", str)
        prompts = load_prompts(SHIPPED / "prompts")
        options = Options("云帆", "zh", 5, cache=size)
        knowledge = cast(KnowledgeBase, self.shelf)
        self.assistant = Assistant(knowledge, {"fast": self.engine}, self.journal, prompts, options)

    async def ask(self, question: Question = ASKED) -> Turn:
        events = [event async for event in self.assistant.answer(question)]
        assert isinstance(events[0], Found)
        assert isinstance(events[-1], Done)
        assert "".join(event.text for event in events if isinstance(event, Delta)) == events[-1].turn.answer.text
        return events[-1].turn


async def test_a_repeated_question_is_served_without_the_model_as_a_turn_of_its_own(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    first, again = await desk.ask(), await desk.ask(replace(ASKED, text=" 怎么退款 ", user="ben", session="s2"))
    assert [first.cached, again.cached] == [False, True]
    assert again.answer == first.answer
    assert len(desk.engine.asked) == 1
    kept = desk.journal.turns()
    assert [(turn.user, turn.cached) for turn in kept] == [("anna", False), ("ben", True)]
    assert kept[0].id != kept[1].id
    assert again.as_exchange().message == first.message  # the next turn's prompt begins alike


@pytest.mark.parametrize(
    "other",
    [
        {"scope": "editor"},
        {"scope": "agent upload:42"},
        {"layers": ("faq",)},
        {"mode": "expert", "tone": "formal"},
        {"language": "en"},
        {"temperature": 0.1},
        {"text": "不能退款吗？"},
        {"history": (Exchange("A102 多少钱？", "A102 多少钱？", "199 元。"),)},
    ],
)
async def test_another_asker_setting_or_question_is_answered_anew(tmp_path: Path, other: dict[str, Any]) -> None:
    desk = Desk(tmp_path)
    await desk.ask()
    assert not (await desk.ask(replace(ASKED, **other))).cached


async def test_nothing_is_served_after_the_knowledge_changed(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    await desk.ask()
    desk.shelf.generation = "g2"
    assert not (await desk.ask()).cached
    assert (await desk.ask()).cached


async def test_an_answer_marked_as_wrong_is_not_served_again(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    await desk.ask()
    served = await desk.ask()
    desk.journal.mark(served.id, "ben", "up")
    assert (await desk.ask()).cached
    desk.journal.mark(served.id, "ben", "down")
    assert not (await desk.ask()).cached


async def test_what_a_failing_model_left_is_not_kept(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.engine.pieces = []
    await desk.ask(replace(ASKED, mode="verbatim"))
    assert not (await desk.ask(replace(ASKED, mode="verbatim"))).cached


async def test_the_cache_is_bounded_and_can_be_off(tmp_path: Path) -> None:
    desk = Desk(tmp_path, size=2)
    for text in ("一号问题", "二号问题", "三号问题"):
        await desk.ask(replace(ASKED, text=text))
    assert not (await desk.ask(replace(ASKED, text="一号问题"))).cached
    off = Desk(tmp_path, size=0)
    await off.ask()
    assert not (await off.ask()).cached


@pytest.mark.parametrize(
    ("one", "other", "equal"),
    [
        ("怎么退款？", "怎么退款", True),
        ("Ａ102 price", "a102  PRICE?", True),
        ("v1.5 好吗", "v15 好吗", False),
        ("-5", "5", False),
    ],
)
def test_only_what_cannot_change_an_answer_is_ignored(one: str, other: str, equal: bool) -> None:
    assert (same(one) == same(other)) is equal


def test_an_unknown_turn_is_nothing_to_forget() -> None:
    AnswerCache(3).marked("never seen", "down")
