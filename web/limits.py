"""How often something may be tried: a moving window in memory, one process. Knows no screen."""

import math
import time

from limits import RateLimitItem, parse  # moving windows done right; this is its one home
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter


class Limit:
    """Allow `rate` ("10 per 5 minutes") for each key."""

    def __init__(self, rate: str) -> None:
        self._rate: RateLimitItem = parse(rate)
        self._window = MovingWindowRateLimiter(MemoryStorage())

    def hit(self, key: str) -> bool:
        """Count one try of `key`; False when there were too many."""
        return self._window.hit(self._rate, key)

    def exceeded(self, key: str) -> bool:
        """Tell whether `key` has used up its tries, without counting one."""
        return not self._window.test(self._rate, key)

    def wait(self, key: str) -> int:
        """Seconds until `key` may try again, at least 1."""
        return max(1, math.ceil(self._window.get_window_stats(self._rate, key).reset_time - time.time()))

    def forget(self, key: str) -> None:
        """Start again for `key`."""
        self._window.clear(self._rate, key)
