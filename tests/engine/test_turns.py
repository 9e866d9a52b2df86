"""Two models that take turns where only one fits."""

import asyncio
import time
from contextlib import aclosing

import pytest

from engine.local import LocalEngine
from engine.turns import Place, Turns
from engine.types import EngineError, Message, Sampling
from tests.engine.counting import CountingRunner

SHORT = Sampling(temperature=0, max_tokens=5)


class Memory:
    """Counts the models that are loaded; loading takes a moment."""

    def __init__(self) -> None:
        self.loaded, self.loads = set[str](), list[str]()
        self.broken = ""

    def model(self, name: str, place: Place) -> Turns:
        def load() -> LocalEngine:
            time.sleep(0.02)
            if name == self.broken:
                raise EngineError(f"{name} cannot be loaded")
            assert not self.loaded, "one at a time"
            self.loaded.add(name)
            self.loads.append(name)
            runner = CountingRunner(4, 512)
            runner.close = lambda: self.loaded.discard(name)  # type: ignore[method-assign]
            return LocalEngine(lambda: runner)

        return Turns(name, load, place)


async def say(model: Turns, sampling: Sampling = SHORT, places: list[int] | None = None) -> str:
    heard = places.append if places is not None else None
    return "".join([piece async for piece in model.stream([Message("user", "?")], sampling, heard)])


@pytest.fixture
def memory() -> Memory:
    return Memory()


async def test_a_model_is_loaded_when_it_is_asked_and_stays_until_the_other_is(memory: Memory) -> None:
    place = Place()
    fast, expert = memory.model("fast", place), memory.model("expert", place)
    places: list[int] = []
    assert await say(fast) == await say(fast)
    assert await say(expert, places=places) == await say(fast)
    assert memory.loads == ["fast", "expert", "fast"]
    assert places[0] == 1
    assert places[-1] == 0
    await fast.close()
    assert not memory.loaded


async def test_running_answers_end_before_their_model_makes_room_and_nobody_starves(memory: Memory) -> None:
    place = Place()
    fast, expert = memory.model("fast", place), memory.model("expert", place)
    done: list[str] = []

    async def ask(model: Turns) -> None:
        assert len(await say(model, Sampling(temperature=0, max_tokens=30))) == 30
        done.append(model.name)

    asked = [asyncio.create_task(ask(fast)) for _ in range(3)]
    await asyncio.sleep(0.05)
    asked += [asyncio.create_task(ask(model)) for model in (expert, fast, fast)]
    await asyncio.gather(*asked)
    assert done[3] == "expert"
    assert memory.loads == ["fast", "expert", "fast"]
    await fast.close()


async def test_who_leaves_while_a_model_is_loaded_blocks_nobody(memory: Memory) -> None:
    place = Place()
    fast, expert = memory.model("fast", place), memory.model("expert", place)
    for _ in range(3):
        leaving = asyncio.create_task(say(expert))
        await asyncio.sleep(0.01)
        leaving.cancel()
        async with aclosing(fast.stream([Message("user", "?")], SHORT)) as stream:
            await anext(stream)
    assert await asyncio.wait_for(say(expert), 5)
    await fast.close()


async def test_a_model_that_cannot_be_loaded_is_one_error_and_the_other_goes_on(memory: Memory) -> None:
    place = Place()
    fast, expert = memory.model("fast", place), memory.model("expert", place)
    assert await say(fast)
    memory.broken = "expert"
    with pytest.raises(EngineError, match="expert cannot be loaded"):
        await say(expert)
    assert await say(fast)
    assert expert.count_tokens("你好 there") == 4
    await fast.close()
