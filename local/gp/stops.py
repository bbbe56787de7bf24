"""Places at which the simulator can be made to stand still, to cut a connection, or to be slow."""

from __future__ import annotations

import threading
import time
from dataclasses import asdict, dataclass, field
from typing import Any

MOMENTS = ("login", "before", "after", "replying")
DEEDS = ("hold", "drop", "latency")
LONGEST_HOLD_SECONDS = 120.0


class Dropped(ConnectionAbortedError):
    """The connection is to be closed here, without another byte."""


@dataclass(slots=True)
class Stop:
    """What to do, and when. `count` is how many more times, 0 for always; `operation` "*" means any.

    `login`: a handshake's type 1 arrived, for whatever operation. `before`: the request was read and keeps the
    contract. `after`: it was executed, nothing is answered. `replying`: half of the answer is out. `seconds` is the
    latency, or the longest that a hold lasts (0 = 120 s).
    """

    operation: str
    when: str
    do: str
    seconds: float = 0.0
    count: int = 1


@dataclass(frozen=True, slots=True)
class Held:
    """A request that stands still now."""

    operation: str
    when: str
    go_on: threading.Event = field(default_factory=threading.Event, repr=False, compare=False)


class Stops:
    """The stops of one simulator; all methods may be called from any thread."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._stops: list[Stop] = []
        self._held: list[Held] = []

    def add(
        self, operation: str = "*", when: str = "before", do: str = "hold", *, seconds: float = 0.0, count: int = 1
    ) -> None:
        if when not in MOMENTS or do not in DEEDS:
            raise ValueError(f"when is one of {MOMENTS}, do is one of {DEEDS}")
        with self._changed:
            self._stops.append(Stop(operation, when, do, seconds, count))

    def clear(self) -> None:
        """Forget the stops that are configured, and let go on what is held."""
        with self._changed:
            self._stops.clear()
        self.release()

    def release(self) -> int:
        """Let every held request go on; how many there were."""
        with self._changed:
            held, self._held = self._held, []
        for each in held:
            each.go_on.set()
        return len(held)

    def wait_reached(self, seconds: float = 30.0) -> list[Held]:
        """What is held, as soon as anything is; empty after `seconds` without."""
        with self._changed:
            self._changed.wait_for(lambda: bool(self._held), timeout=seconds)
            return list(self._held)

    def as_json(self) -> dict[str, Any]:
        with self._changed:
            return {
                "stops": [asdict(stop) for stop in self._stops],
                "held": [{"operation": held.operation, "when": held.when} for held in self._held],
            }

    def at(self, when: str, operation: str) -> None:
        """Called by a request's own thread at each of the moments; Dropped when its connection is to be closed."""
        for stop in self._due(when, operation):
            if stop.do == "drop":
                raise Dropped
            if stop.do == "latency":
                time.sleep(stop.seconds)
            else:
                self._hold(Held(operation, when), stop.seconds or LONGEST_HOLD_SECONDS)

    def _due(self, when: str, operation: str) -> list[Stop]:
        with self._changed:
            due = [stop for stop in self._stops if stop.when == when and _concerns(stop, operation)]
            for stop in due:
                stop.count -= 1
            self._stops = [stop for stop in self._stops if stop.count != 0 or stop not in due]
            return due

    def _hold(self, held: Held, seconds: float) -> None:
        with self._changed:
            self._held.append(held)
            self._changed.notify_all()
        held.go_on.wait(seconds)
        with self._changed:
            self._held = [other for other in self._held if other is not held]


def _concerns(stop: Stop, operation: str) -> bool:
    return stop.when == "login" or stop.operation in {"*", operation}
