"""What ShipBob is expected to correct, in memory: rows are values, saved on condition of the version read."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence

from bridge.domain.correction import ExpectedCorrection
from bridge.domain.outcome import RowMoved

from local.memory.points import Calls, point
from local.memory.stores import MemoryClock


class MemoryExpectations:
    """What the State table keeps of expected corrections."""

    def __init__(self, clock: MemoryClock, calls: Calls | None = None) -> None:
        self.calls = calls or Calls()
        self._clock = clock
        self.kept: dict[tuple[str, str, str], ExpectedCorrection] = {}
        self.overtaken_by: list[Callable[[], object]] = []  # what somebody else does just before the next save

    @point("expectations.open")
    def open(self, item: str, site: str) -> Sequence[ExpectedCorrection]:
        now = self._clock.now()
        found = [self.kept[key] for key in sorted(self.kept) if key[:2] == (item, site)]
        return [expected for expected in found if expected.is_kept(now)]

    @point("expectations.all")
    def all(self) -> Sequence[ExpectedCorrection]:
        now = self._clock.now()
        found = sorted(self.kept.values(), key=lambda expected: (str(expected.document), expected.id))
        return [expected for expected in found if expected.is_kept(now)]

    @point("expectations.save")
    def save(self, expected: ExpectedCorrection) -> ExpectedCorrection:
        while self.overtaken_by:
            self.overtaken_by.pop()()
        key = (expected.item, expected.site, expected.id)
        stored = self.kept.get(key)
        if expected.version != (stored.version if stored else 0):
            raise RowMoved("somebody else has written since the read")
        self.kept[key] = dataclasses.replace(expected, version=expected.version + 1)
        return self.kept[key]
