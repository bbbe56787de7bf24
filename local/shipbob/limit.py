"""ShipBob's rate limit: so many requests in any sixty seconds (its rate-limit page), for all endpoints together."""

from __future__ import annotations

import math
import threading
from collections import deque
from dataclasses import dataclass

from local.shipbob.clock import Clock

WINDOW_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Allowance:
    """Whether a request may pass, what is left after it, and the seconds to wait if it may not."""

    granted: bool
    remaining: int
    retry_after: int


class SlidingWindow:
    """Remembers when each granted request came; a refused one costs nothing."""

    def __init__(self, clock: Clock, per_minute: int) -> None:
        self.per_minute = per_minute
        self._clock = clock
        self._granted: deque[float] = deque()
        self._lock = threading.Lock()

    def take(self) -> Allowance:
        """Ask for one request."""
        with self._lock:
            now = self._clock.now().timestamp()
            while self._granted and self._granted[0] <= now - WINDOW_SECONDS:
                self._granted.popleft()
            if len(self._granted) >= self.per_minute:
                oldest = self._granted[0] if self._granted else now
                return Allowance(granted=False, remaining=0, retry_after=self._seconds_until_free(oldest, now))
            self._granted.append(now)
            return Allowance(granted=True, remaining=self.per_minute - len(self._granted), retry_after=0)

    def _seconds_until_free(self, oldest: float, now: float) -> int:
        return max(1, math.ceil(oldest + WINDOW_SECONDS - now))
