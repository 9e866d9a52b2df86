"""Answers already given, for the same question again: same knowledge, model, prompt, settings, day and kind of asker.

In memory, least recently used goes first. An answer that somebody marked as wrong is forgotten.
"""

import threading
import unicodedata
from collections import OrderedDict
from collections.abc import Hashable

from assistant.types import Turn

KEPT = ("direct", "grounded", "no_knowledge")  # outcomes that hold until the knowledge changes
WRONG = ("down", "unresolved", "corrected")  # marks after which the same words must not be served again
SERVED = 2  # turns remembered for each answer: marks come within minutes


class AnswerCache:
    """At most `size` answers; safe to use from several threads."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._turns: OrderedDict[Hashable, Turn] = OrderedDict()
        self._served: OrderedDict[str, Hashable] = OrderedDict()  # turn -> the key it was answered from
        self._lock = threading.Lock()

    def get(self, key: Hashable) -> Turn | None:
        """The turn that answered this before, or None."""
        with self._lock:
            if key in self._turns:
                self._turns.move_to_end(key)
            return self._turns.get(key)

    def put(self, key: Hashable, turn: Turn) -> None:
        """Keep a finished turn, or remember that it was served from here."""
        if turn.answer.outcome not in KEPT or not self._size:
            return
        with self._lock:
            self._turns.setdefault(key, turn)
            self._served[turn.id] = key
            while len(self._turns) > self._size:
                self._turns.popitem(last=False)
            while len(self._served) > self._size * SERVED:
                self._served.popitem(last=False)

    def marked(self, turn_id: str, kind: str) -> None:
        """Forget the answer of a turn that was marked as wrong."""
        if kind in WRONG:
            with self._lock:
                self._turns.pop(self._served.pop(turn_id, ""), None)


def same(question: str) -> str:
    """A question without what cannot change its answer: width, case, spaces, punctuation at its end."""
    return " ".join(unicodedata.normalize("NFKC", question).casefold().split()).rstrip("?!.。,~ ")
