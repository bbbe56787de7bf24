"""The pace in memory: the one row of the State table, for threads that share it, without a network that fails."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable

from bridge.domain.outcome import Failure, Transient
from bridge.protocols import pace
from bridge.protocols.pace import Lane, Later, PaceRow


class MemoryPace:
    """The row, one change at a time."""

    def __init__(self) -> None:
        self.row = PaceRow()
        self.failure: Failure | None = None  # while it stands, every call fails so and stores nothing
        self._lock = threading.Lock()

    def turns(self, lane: Lane, now: Callable[[], dt.datetime], pause: Callable[[float], None]) -> MemoryTurns:
        return MemoryTurns(self, lane, now, pause)

    def ask(self, lane: Lane, now: dt.datetime) -> dt.datetime | Later:
        """The slot reserved, or how far off it is."""
        self._reach()
        with self._lock:
            answer = pace.ask(self.row, lane, now)
            if isinstance(answer, Later):
                return answer
            self.row = answer.row
            return answer.slot

    def push(self, seconds: float, now: dt.datetime) -> None:
        self._reach()
        with self._lock:
            self.row = pace.push(self.row, seconds, now)

    def _reach(self) -> None:
        if self.failure is not None:
            raise self.failure


class MemoryTurns:
    """One caller's turns."""

    def __init__(
        self, shared: MemoryPace, lane: Lane, now: Callable[[], dt.datetime], pause: Callable[[float], None]
    ) -> None:
        self._shared = shared
        self._lane = lane
        self._now = now
        self._pause = pause

    def take(self) -> None:
        patience = pace.PATIENCE[self._lane]
        while isinstance(answer := self._shared.ask(self._lane, self._now()), Later):
            if answer.ask_in > patience:
                raise Transient("the next turn to call ShipBob is too far away", answer.away)
            patience -= answer.ask_in
            self._pause(answer.ask_in.total_seconds())
        wait = answer - self._now()
        if wait > dt.timedelta():
            self._pause(wait.total_seconds())

    def push(self, seconds: float) -> None:
        self._shared.push(seconds, self._now())
