"""A Runner without a model: its next token is a hash of everything that the row holds, so that every mistake shows."""

import zlib
from collections.abc import Sequence

import numpy as np

from engine.drafting import Drafter
from engine.runner import Result
from engine.sampling import Grammar
from engine.scheduler import Drop, Feed, Load, Move, Plan, Save, Trim
from engine.types import EngineError

VOCABULARY = 97


def next_token(tokens: Sequence[int]) -> int:
    return zlib.crc32(np.array(tokens, dtype=np.int32).tobytes()) % VOCABULARY


def answer(prompt: Sequence[int], length: int) -> list[int]:
    """What the model says to `prompt`, computed alone."""
    tokens = list(prompt)
    for _ in range(length):
        tokens.append(next_token(tokens))
    return tokens[len(prompt) :]


class CountingRunner:
    """Rows and copies as token lists; asserts whatever llama.cpp would abort the process for."""

    def __init__(self, rows: int, context: int, batch: int = 512) -> None:
        self.name, self.kind, self.template, self.card = "counting", "", "", False
        self.rows, self.context, self.parked = rows, context, 0
        self.drafter: Drafter | None = None
        self.held: list[list[int]] = [[] for _ in range(rows)]
        self.copies: dict[int, list[int]] = {}
        self.computed = 0
        self.broken: set[int] = set()  # rows on which every decode fails
        self._batch = batch + 4 * rows

    def run(self, plan: Plan) -> list[Result]:
        for move in plan.moves:
            self._move(move)
        assert [feed.row for feed in plan.feeds] == sorted({feed.row for feed in plan.feeds}), "a row takes part once"
        assert sum(len(feed.tokens) for feed in plan.feeds) <= self._batch
        return [self._feed(feed) for feed in plan.feeds]

    def _feed(self, feed: Feed) -> Result:
        row = self.held[feed.row]
        assert len(row) == feed.position, "positions follow each other"
        assert feed.tokens
        assert feed.position + len(feed.tokens) <= self.context
        if feed.row in self.broken:
            return EngineError("broken")
        self.computed += len(feed.tokens)
        logits = np.zeros((feed.outputs, VOCABULARY), dtype=np.float32)
        for number, token in enumerate(feed.tokens, feed.outputs - len(feed.tokens)):
            row.append(token)
            if number >= 0:
                logits[number, next_token(row)] = 1
        return logits if feed.outputs else None

    def _move(self, move: Move) -> None:
        match move:
            case Trim(row, length):
                assert length <= len(self.held[row])
                del self.held[row][length:]
            case Save(row, key):
                assert key not in self.copies
                self.copies[key] = list(self.held[row])
            case Load(key, row):
                self.held[row] = list(self.copies[key])
            case Drop(key):
                del self.copies[key]

    def tokenise(self, text: str, special: bool) -> list[int]:
        return list(text.encode())

    def piece(self, token: int) -> bytes:
        return bytes([token + 32])

    def grammar(self, schema: str) -> Grammar:
        raise EngineError("no grammar")

    def export(self, key: int) -> bytes:
        return bytes(self.copies[key])

    def take_in(self, key: int, state: bytes) -> None:
        self.copies[key] = list(state)

    def ends(self, token: int) -> bool:
        return False

    def close(self) -> None:
        self.held = []
