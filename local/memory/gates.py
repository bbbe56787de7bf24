"""The gates in memory: every save is on condition of the version read."""

from __future__ import annotations

from collections import deque
from dataclasses import replace

from bridge.domain.gate import Gate
from bridge.domain.outcome import Failure, RowMoved
from bridge.protocols.health import Health
from bridge.protocols.pause import Pause
from bridge.protocols.standing import Standing

from local.memory.points import Calls, point


class MemoryGates:
    """How each neighbour does, and whether a person has paused the writing."""

    def __init__(self, calls: Calls | None = None) -> None:
        self.calls = calls or Calls()
        self.stored = Standing()
        self._failures: deque[Failure] = deque()

    def fail_next(self, failure: Failure) -> None:
        """The next save fails so, and stores nothing."""
        self._failures.append(failure)

    @point("gates.standing")
    def standing(self) -> Standing:
        return self.stored

    @point("gates.save_health")
    def save_health(self, row: Health) -> Health:
        self._check(row.version, self.stored.of(row.neighbour).version)
        saved = replace(row, version=row.version + 1)
        is_gp = row.neighbour is Gate.GP
        self.stored = replace(self.stored, gp=saved) if is_gp else replace(self.stored, shipbob=saved)
        return saved

    @point("gates.save_pause")
    def save_pause(self, row: Pause) -> Pause:
        self._check(row.version, self.stored.pause.version)
        self.stored = replace(self.stored, pause=replace(row, version=row.version + 1))
        return self.stored.pause

    def _check(self, read: int, stored: int) -> None:
        if self._failures:
            raise self._failures.popleft()
        if read != stored:
            raise RowMoved("somebody else has written since the read")
