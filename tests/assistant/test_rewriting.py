"""The model's rewrite of a follow-up helps the search, or is dropped."""

import pytest

from assistant import rewriting
from assistant.prompts import load_prompts
from assistant.rewriting import rewrite
from assistant.settings import SHIPPED
from assistant.types import Exchange
from engine.types import EngineBusy
from tests.fakes import ScriptedEngine

PROMPTS = load_prompts(SHIPPED / "prompts")
HISTORY = (Exchange("专业版一个月多少钱？", "专业版一个月多少钱？", "专业版每月 199 元 [1]。"),)


async def rewritten(engine: ScriptedEngine) -> str:
    return await rewrite("那能加几个门店", HISTORY, engine, PROMPTS, "zh")


async def test_a_rewrite_made_of_the_conversation_is_taken() -> None:
    engine = ScriptedEngine(pieces=["专业版", "能加几个门店？"])
    assert await rewritten(engine) == "专业版能加几个门店？"
    assert "专业版一个月多少钱" in engine.asked[0][0].content
    assert engine.sampled[0].temperature == 0


@pytest.mark.parametrize(
    "said", ["旗舰会员可以开通直播带货权限吗", "专业版 H10682 能加几个门店", "专业版能加几个门店？\n因为客户问了", ""]
)
async def test_a_rewrite_that_says_something_new_is_dropped(said: str) -> None:
    assert await rewritten(ScriptedEngine(pieces=[said])) == ""


async def test_a_busy_or_slow_model_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    assert await rewritten(ScriptedEngine(pieces=[], fault=EngineBusy("full"))) == ""
    monkeypatch.setattr(rewriting, "PATIENCE", 0.01)
    slow = ScriptedEngine(pieces=["专业版能加几个门店"], pause=5)
    assert await rewritten(slow) == ""
    assert slow.running == 0
