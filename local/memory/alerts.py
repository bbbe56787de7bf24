"""Alerts in memory: what people were told of each cause, and the topic that it was told on."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections import deque
from collections.abc import Callable, Sequence

from bridge.domain.outcome import Failure, RowMoved
from bridge.protocols.alerts import AlertRow

from local.memory.points import Calls, point
from local.memory.stores import MemoryClock


class MemoryAlertRows:
    """What the State table keeps of them."""

    def __init__(self, calls: Calls | None = None) -> None:
        self.calls = calls or Calls()
        self.kept: dict[str, AlertRow] = {}
        self.meanwhile: Callable[[], object] | None = None  # what another run does just before the next save

    @point("alerts.rows")
    def rows(self) -> Sequence[AlertRow]:
        return list(self.kept.values())

    @point("alerts.save")
    def save(self, row: AlertRow) -> AlertRow:
        if self.meanwhile is not None:
            other, self.meanwhile = self.meanwhile, None
            other()
        self._check(row)
        self.kept[row.cause] = dataclasses.replace(row, version=row.version + 1)
        return self.kept[row.cause]

    @point("alerts.forget")
    def forget(self, row: AlertRow) -> None:
        if row.cause in self.kept:
            self._check(row)
            del self.kept[row.cause]

    def _check(self, row: AlertRow) -> None:
        stored = self.kept.get(row.cause)
        if row.version != (stored.version if stored else 0):
            raise RowMoved("somebody else has written since the read")


class MemoryNotices:
    """What was told, and when."""

    def __init__(self, clock: MemoryClock, calls: Calls | None = None) -> None:
        self.calls = calls or Calls()
        self._clock = clock
        self._failures: deque[Failure] = deque()
        self.told: list[tuple[dt.datetime, str, str]] = []

    def fail_next(self, failure: Failure) -> None:
        """The next one fails so, and nobody hears of it."""
        self._failures.append(failure)

    @property
    def texts(self) -> list[str]:
        return [text for _, _, text in self.told]

    @point("notices.tell")
    def tell(self, subject: str, text: str) -> None:
        if self._failures:
            raise self._failures.popleft()
        self.told.append((self._clock.now(), subject, text))
