"""Pieces of an answer as the model makes them become the pieces one may show: no thinking, nothing after a stop string.

Knows no model: text in, text out. What could still become a stop string or a think tag is held back until it is
decided.
"""

import re
from collections.abc import Sequence
from typing import Literal

OPEN, CLOSE = "<think>", "</think>"
WIDE = re.compile(r"[\u2e80-\u9fff\uac00-\ud7af\uff00-\uffef]")


def estimate(text: str) -> int:
    """Tokens of `text` where its model cannot be asked, on the safe side: one a wide character or three others."""
    wide = len(WIDE.findall(text))
    return wide + -(-(len(text) - wide) // 3)


class AnswerText:
    """One answer. Feed `push`, show what it returns, end with `flush`; `stopped` tells that a stop string was met."""

    def __init__(self, stop: Sequence[str] = (), *, show_thinking: bool = False, inside_thinking: bool = False) -> None:
        self._stop = tuple(word for word in stop if word)
        self._state: Literal["start", "thinking", "after", "answer"] = "thinking" if inside_thinking else "start"
        if show_thinking:
            self._state = "answer"
        self._held = ""
        self.stopped = False

    def push(self, piece: str) -> str:
        """Take the next piece; return what may be shown now."""
        if self.stopped:
            return ""
        if self._state == "answer" and not self._stop:
            return piece
        self._held += piece
        if self._state != "answer":
            self._leave_thinking()
        return self._release() if self._state == "answer" else ""

    def flush(self) -> str:
        """The answer is over: what was held back is text after all, unless it was thinking."""
        rest, self._held = self._held, ""
        return "" if self.stopped or self._state == "thinking" else rest

    def _leave_thinking(self) -> None:
        if self._state == "start":
            begun = self._held.lstrip()
            if begun.startswith(OPEN):
                self._state, self._held = "thinking", begun[len(OPEN) :]
            elif not OPEN.startswith(begun):
                self._state = "answer"
        if self._state == "thinking" and CLOSE in self._held:
            self._state, self._held = "after", self._held.split(CLOSE, 1)[1]
        if self._state == "after":
            self._held = self._held.lstrip()
            if self._held:
                self._state = "answer"

    def _release(self) -> str:
        met = [(at + len(word), at) for word in self._stop if (at := self._held.find(word)) >= 0]
        if met:  # the one completed first, and of those the longest: the same however the text was cut into pieces
            self.stopped = True
            shown, self._held = self._held[: min(met)[1]], ""
            return shown
        keep = max((_overlap(self._held, word) for word in self._stop), default=0)
        shown, self._held = self._held[: len(self._held) - keep], self._held[len(self._held) - keep :]
        return shown


def _overlap(text: str, word: str) -> int:
    """How many characters at the end of `text` could begin `word`."""
    return next((size for size in range(min(len(word) - 1, len(text)), 0, -1) if text.endswith(word[:size])), 0)
