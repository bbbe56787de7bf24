"""Those who call ShipBob, each a process of its own with its own clock, over one row in memory or in DynamoDB."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol

import pytest
from bridge.aws.pace import Turns
from bridge.domain.outcome import Transient
from bridge.protocols.pace import Lane

from tests.pace import MemoryPace

NOW = dt.datetime(2026, 11, 27, 9, 0, 0, 123456, dt.UTC)
SECOND = dt.timedelta(seconds=1)


class Taking(Protocol):
    """What the client of ShipBob holds."""

    def take(self) -> None: ...
    def push(self, seconds: float) -> None: ...


@dataclass
class Caller:
    """One process that calls: its own clock, which its own waits move, and when its turns came.

    `meanwhile` is what others do in each of its waits.
    """

    turns: Callable[[Callable[[], dt.datetime], Callable[[float], None]], Taking]
    now: dt.datetime = NOW
    paused: list[float] = field(default_factory=list)
    came: list[dt.datetime] = field(default_factory=list)
    meanwhile: Callable[[], object] = lambda: None

    def __post_init__(self) -> None:
        self._mine = self.turns(lambda: self.now, self._pause)

    def _pause(self, seconds: float) -> None:
        assert seconds > 0, "nobody waits for nothing"
        self.paused.append(seconds)
        self.now += seconds * SECOND
        self.meanwhile()

    def takes(self) -> dt.timedelta:
        """Take a turn; how long it was waited for."""
        asked = self.now
        self._mine.take()
        self.came.append(self.now)
        return self.now - asked

    def hears_to_come_later(self) -> dt.timedelta:
        with pytest.raises(Transient) as refused:
            self._mine.take()
        return refused.value.after

    def is_refused_for(self, seconds: float) -> None:
        """ShipBob has answered 429."""
        self._mine.push(seconds)


type Hire = Callable[[Lane], Caller]


def over(client: Any) -> Hire:
    return lambda lane: Caller(lambda now, pause: Turns(client, "State", lane, now, pause))


def within(shared: MemoryPace) -> Hire:
    return lambda lane: Caller(lambda now, pause: shared.turns(lane, now, pause))
