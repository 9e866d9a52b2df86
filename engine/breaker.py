"""A circuit breaker: after faults in a row a part is left alone for a while, so that nobody waits for what is down."""

import time
from collections.abc import Callable

FAULTS = 3  # in a row: one may be chance, a third one costs an agent another wait
PAUSE = 15.0  # seconds; then one question tries again while the others still get the passages


class Breaker:
    """Closed (all may try), open (nobody may), or half open (one may)."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._faults = 0
        self._until = 0.0

    def seconds_left(self) -> float:
        """Seconds to leave the part alone; 0: try it. After a pause one caller tries and the others go on waiting."""
        if self._faults < FAULTS:
            return 0.0
        if (left := self._until - self._clock()) > 0:
            return left
        self._until = self._clock() + PAUSE
        return 0.0

    def succeeded(self) -> None:
        """The part works."""
        self._faults = 0

    def failed(self) -> None:
        """The part did not answer."""
        self._faults += 1
        self._until = self._clock() + PAUSE
