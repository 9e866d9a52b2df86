"""Guesses of the next tokens: answers quote their passages, so what followed there may follow again.

Exact for every sampler: the model checks each guess in the same step. A request whose guesses fail pauses.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from engine.request import Request

GRAM = 3  # tokens that must agree; with two, half of the guesses are noise
PAUSE = 16  # steps without guesses after a failure run
PATIENCE = 0.5  # share of guesses that must come true, on average


@dataclass(slots=True)
class _Memory:
    """Where each gram of a prompt occurs first, how well guesses do, and how long to pause."""

    places: dict[tuple[int, ...], int]
    prompt: list[int]
    hits: float = 1.0
    pause: int = 0


@dataclass(slots=True)
class Drafter:
    """`width` guesses a row, while at most `most_rows` answers run (a verified row costs compute that others need)."""

    width: int = 3
    most_rows: int = 4
    _memories: dict[int, _Memory] = field(default_factory=dict)

    def draft(self, request: Request, answering: int) -> Sequence[int]:
        """Guesses for the tokens after the last one; all `width` of them or none (a short draft costs as much)."""
        if answering > self.most_rows or len(request.made) < GRAM:
            return ()
        memory = self._memories.get(request.number) or self._remember(request)
        if memory.pause:
            memory.pause -= 1
            return ()
        at = memory.places.get(tuple(request.made[-GRAM:]))
        if at is None or at + self.width > len(memory.prompt):
            return ()
        return memory.prompt[at : at + self.width]

    def learn(self, request: Request, guessed: int, right: int) -> None:
        """How many of the guesses came true."""
        memory = self._memories[request.number]
        memory.hits = 0.7 * memory.hits + 0.3 * right / guessed
        if memory.hits < PATIENCE:
            memory.hits, memory.pause = 1.0, PAUSE

    def forget(self, request: Request) -> None:
        self._memories.pop(request.number, None)

    def _remember(self, request: Request) -> _Memory:
        prompt = request.prompt.tolist()
        places: dict[tuple[int, ...], int] = {}
        for end in range(GRAM, len(prompt)):
            places.setdefault(tuple(prompt[end - GRAM : end]), end)
        memory = self._memories[request.number] = _Memory(places, prompt)
        return memory
