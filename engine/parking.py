"""Copies of rows in host memory: the prefix that all conversations share, and resting conversations. Pure bookkeeping.

The runner holds the bytes under the same keys. Least recently used copies go first, resting conversations before
prefixes.
"""

from dataclasses import dataclass
from itertools import count

from engine.request import Tokens, common


@dataclass(slots=True, eq=False)
class Copy:
    """A row's KV as it was when it held exactly `tokens`."""

    key: int
    tokens: Tokens
    prefix: bool  # shared by many requests: loading it does not use it up
    used: int


class Parking:
    """`capacity` tokens of copies."""

    def __init__(self, capacity: int) -> None:
        self.capacity = capacity
        self._copies: dict[int, Copy] = {}
        self._keys = count(1)
        self._clock = count()

    @property
    def tokens(self) -> int:
        return sum(len(copy.tokens) for copy in self._copies.values())

    def keys(self) -> list[int]:
        return list(self._copies)

    def best(self, wanted: Tokens) -> tuple[Copy | None, int]:
        """The copy that begins like `wanted` for longest (the smallest of equals), and for how long."""
        found, length = None, 0
        for copy in self._copies.values():
            same = common(copy.tokens, wanted)
            if same > length or (found and same == length and len(copy.tokens) < len(found.tokens)):
                found, length = copy, same
        return found, length

    def add(self, tokens: Tokens, *, prefix: bool = False, needed: Copy | None = None) -> tuple[Copy, list[Copy]]:
        """Note a copy; returns it and those to drop: what it extends, the least recently used, never `needed`."""
        kept = [copy for copy in self._copies.values() if copy is not needed]
        dropped = [copy for copy in kept if not copy.prefix and _extends(tokens, copy.tokens)]
        free = self.capacity - self.tokens + sum(len(copy.tokens) for copy in dropped) - len(tokens)
        for copy in sorted(kept, key=lambda copy: (copy.prefix, copy.used)):
            if free >= 0:
                break
            if copy not in dropped:
                dropped.append(copy)
                free += len(copy.tokens)
        for copy in dropped:
            self.remove(copy)
        added = Copy(next(self._keys), tokens, prefix, next(self._clock))
        self._copies[added.key] = added
        return added, dropped

    def touch(self, copy: Copy) -> None:
        copy.used = next(self._clock)

    def remove(self, copy: Copy) -> None:
        del self._copies[copy.key]


def _extends(longer: Tokens, shorter: Tokens) -> bool:
    return len(longer) >= len(shorter) and common(longer, shorter) == len(shorter)
