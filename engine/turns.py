"""Two models where there is room for one: they take turns in memory, each loaded when somebody asks it.

First come, first served: a question for the other model waits until the running answers have ended, and later ones
for the loaded model wait behind it, so neither starves the other.
"""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Sequence
from contextlib import aclosing, asynccontextmanager

from engine.local import LocalEngine
from engine.text import estimate
from engine.types import Message, Sampling


class Place:
    """Where one model at a time is loaded: `engine`, that of `holder`."""

    def __init__(self) -> None:
        self.holder: Turns | None = None
        self.engine: LocalEngine | None = None
        self._gate, self._left = asyncio.Lock(), asyncio.Event()
        self._answers = 0

    @asynccontextmanager
    async def hold(self, model: "Turns") -> AsyncIterator[LocalEngine]:
        """The loaded engine of `model`, which stays meanwhile. Raises EngineError when it cannot be loaded."""
        entering = asyncio.create_task(self._enter(model))  # who leaves cannot stop the loading halfway
        try:
            yield await asyncio.shield(entering)
        finally:
            entering.add_done_callback(self._leave)

    def put(self, model: "Turns") -> None:
        """Load `model` into the free place. Raises EngineError."""
        self.engine, self.holder = model.load(), model

    async def clear(self) -> None:
        """Free the model that is there."""
        engine, self.engine, self.holder = self.engine, None, None
        if engine:
            await engine.close()

    async def _enter(self, model: "Turns") -> LocalEngine:
        async with self._gate:
            if self.holder is not model:
                while self._answers:
                    self._left.clear()
                    await self._left.wait()
                await self.clear()
                await asyncio.to_thread(self.put, model)
            self._answers += 1
            assert self.engine
            return self.engine

    def _leave(self, entered: "asyncio.Task[LocalEngine]") -> None:
        if not entered.exception():
            self._answers -= 1
            self._left.set()


class Turns:
    """Implements engine.types.Engine: one of the models that share a place."""

    def __init__(self, name: str, load: Callable[[], LocalEngine], place: Place) -> None:
        self.name, self.load, self._place = name, load, place

    async def stream(
        self, messages: Sequence[Message], sampling: Sampling, on_queue: Callable[[int], None] | None = None
    ) -> AsyncGenerator[str]:
        """See engine.types.Engine; while the other model answers and this one is loaded, the place is 1."""
        if on_queue and self._place.holder is not self:
            on_queue(1)
        async with self._place.hold(self) as engine, aclosing(engine.stream(messages, sampling, on_queue)) as pieces:
            async for piece in pieces:
                yield piece

    def count_tokens(self, text: str) -> int:
        """Tokens by the model's own tokenizer while it is loaded, else an estimate on the safe side."""
        engine = self._loaded()
        return engine.count_tokens(text) if engine else estimate(text)

    async def warm(self, system: str) -> None:
        """Warm the model if it is the one that is loaded."""
        if engine := self._loaded():
            await engine.warm(system)

    async def close(self) -> None:
        """Free the place; running streams end with EngineError."""
        await self._place.clear()

    def _loaded(self) -> LocalEngine | None:
        return self._place.engine if self._place.holder is self else None
