"""ShipBob's rate limit: so many requests in any sixty seconds, per user and application, for all endpoints together.

That, the names of the headers and the body of a refusal are ShipBob's rate-limit page; its FAQ names other headers.
"""

from __future__ import annotations

import math
import threading
from collections import deque
from dataclasses import dataclass, field

from local.shipbob.clock import Clock
from local.shipbob.doors import Answer, json_answer
from local.shipbob.payloads import Json

WINDOW_SECONDS = 60.0

Budget = tuple[str, str]  # user, application


@dataclass(frozen=True, slots=True)
class Allowance:
    """Whether a request may pass, what is left after it, and the seconds to wait if it may not."""

    granted: bool
    remaining: int
    retry_after: int


@dataclass(slots=True)
class _Window:
    """The requests of one budget in the last sixty seconds; `came` holds the refused ones too."""

    granted: deque[float] = field(default_factory=deque)
    came: deque[float] = field(default_factory=deque)
    peak: int = 0
    refused: int = 0

    def passes(self, now: float) -> None:
        for moments in (self.granted, self.came):
            while moments and moments[0] <= now - WINDOW_SECONDS:
                moments.popleft()

    def note(self, now: float) -> None:
        self.came.append(now)
        self.peak = max(self.peak, len(self.came))


class SlidingWindow:
    """Remembers when each request came, for every budget; a refused one costs nothing.

    `faq_names` names the headers as the FAQ does. Counting is for claims: nothing of it is seen from outside.
    """

    def __init__(self, clock: Clock, per_minute: int) -> None:
        self.per_minute = per_minute
        self.faq_names = False
        self._clock = clock
        self._windows: dict[Budget, _Window] = {}
        self._lock = threading.Lock()

    def take(self, budget: Budget) -> Allowance:
        """Ask for one request."""
        with self._lock:
            now = self._clock.now().timestamp()
            window = self._windows.setdefault(budget, _Window())
            window.passes(now)
            window.note(now)
            if len(window.granted) >= self.per_minute:
                window.refused += 1
                oldest = window.granted[0] if window.granted else now
                return Allowance(granted=False, remaining=0, retry_after=seconds_until_free(oldest, now))
            window.granted.append(now)
            return Allowance(granted=True, remaining=self.per_minute - len(window.granted), retry_after=0)

    def headers(self, allowance: Allowance) -> dict[str, str]:
        """What an answer says of the limit."""
        remaining, retry = ("X-RateLimit-Remaining", "Retry-After") if self.faq_names else _PAGE_NAMES
        said = {remaining: str(allowance.remaining)}
        return said if allowance.granted else {**said, retry: str(allowance.retry_after)}

    def refusal(self, allowance: Allowance) -> Answer:
        """The 429, without the headers."""
        message = f"Rate limit is exceeded. Try again in {allowance.retry_after} seconds."
        return json_answer({"statusCode": 429, "message": message}, 429)

    @property
    def refused(self) -> int:
        """How many requests were answered with 429."""
        with self._lock:
            return sum(window.refused for window in self._windows.values())

    def peak(self, application: str | None = None) -> int:
        """The most requests, refused ones included, that came in any sixty seconds on one application's budget."""
        with self._lock:
            peaks = [window.peak for (_, of), window in self._windows.items() if application in (None, of)]
            return max(peaks, default=0)

    def shown(self) -> Json:
        """All of it, for a person or a test that asks."""
        with self._lock:
            return {
                application: {"refused": window.refused, "peak": window.peak}
                for (_, application), window in self._windows.items()
            }


_PAGE_NAMES = ("x-remaining-calls", "x-retry-after")


def seconds_until_free(oldest: float, now: float) -> int:
    """Whole seconds until the oldest request leaves the window, at least one."""
    return max(1, math.ceil(oldest + WINDOW_SECONDS - now))
