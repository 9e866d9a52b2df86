"""The fakes at the seams; everything else in the tests is real."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Sequence
from dataclasses import dataclass, field

from engine.types import EngineError, Message, Sampling


@dataclass(eq=False)
class ScriptedEngine:
    """An Engine that says `pieces`, then raises `fault` if there is one; `running` counts its open streams."""

    pieces: Sequence[str] = ("好的。",)
    fault: EngineError | None = None
    places: Sequence[int] = ()  # told to on_queue before the first piece
    pause: float = 0.0  # seconds before each piece
    name: str = "scripted"
    asked: list[Sequence[Message]] = field(default_factory=list)
    sampled: list[Sampling] = field(default_factory=list)
    running: int = 0
    closed: bool = False
    warmed: str = ""

    async def stream(
        self, messages: Sequence[Message], sampling: Sampling, on_queue: Callable[[int], None] | None = None
    ) -> AsyncGenerator[str]:
        self.asked.append(messages)
        self.sampled.append(sampling)
        self.running += 1
        try:
            for place in self.places:
                if on_queue:
                    on_queue(place)
            for piece in self.pieces:
                await asyncio.sleep(self.pause)
                yield piece
            if self.fault:
                raise self.fault
        finally:
            self.running -= 1

    def count_tokens(self, text: str) -> int:
        return len(text)

    async def warm(self, system: str) -> None:
        self.warmed = system

    async def close(self) -> None:
        self.closed = True
