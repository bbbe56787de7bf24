"""Time as the simulator sees it, so that a day of retries can pass in a moment."""

from __future__ import annotations

import datetime as dt
import threading
from typing import Protocol

POLL_SECONDS = 0.005  # how often a thread that waits in simulated time looks at the clock


class Clock(Protocol):
    """What the simulator asks of time."""

    def now(self) -> dt.datetime:
        """The present moment in UTC."""
        ...

    def wait(self, condition: threading.Condition, seconds: float | None) -> None:
        """Wait on a held condition until notified or, by this clock, `seconds` have passed; None waits for a notice."""
        ...


class RealClock:
    """The wall clock."""

    def now(self) -> dt.datetime:
        return dt.datetime.now(dt.UTC)

    def wait(self, condition: threading.Condition, seconds: float | None) -> None:
        condition.wait(seconds)


class ManualClock:
    """Stands still until `advance` moves it."""

    def __init__(self, start: dt.datetime | None = None) -> None:
        self._now = start or dt.datetime.now(dt.UTC)
        self._lock = threading.Lock()

    def now(self) -> dt.datetime:
        with self._lock:
            return self._now

    def advance(self, seconds: float) -> None:
        with self._lock:
            self._now += dt.timedelta(seconds=seconds)

    def wait(self, condition: threading.Condition, seconds: float | None) -> None:
        # Polling means that `advance` needs to know no waiter, and none can miss it.
        condition.wait(None if seconds is None else POLL_SECONDS)
