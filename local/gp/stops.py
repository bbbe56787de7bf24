"""Places at which the simulator can be made to stand still, to fail, to answer nonsense, or to be slow.

The moments (`when`), in the order in which a request meets them:

    bare       it carries no login and its connection has none: a 401 is due
    login      the first message of a handshake arrived: a challenge is due
    before     it was read and keeps the contract: its execution is due
    after      it was executed: nothing is answered yet
    replying   half of the answer is out

The deeds (`do`), and the moments they can be done at:

    hold        any       stands still until `release()`, at most for `seconds` (0 = 120)
    latency     any       goes on after `seconds`
    drop        any       the connection is closed without another byte (at `replying`: half an answer)
    late        before    the connection is closed at once, and the request executed `seconds` later (0 = 120), or on
                          `release()`, though nobody waits for it
    close       earlier   answered as ever, with Connection: close, and then closed (at `login`: after the challenge)
    400 .. 599  earlier   answered with this status and an HTML page: Retry-After says `seconds` unless 0, and only
                          a 401 says WWW-Authenticate (at `login`: a second 401 without a challenge)
    trickle     replying  the answer comes a byte at a time, `seconds` in all
    giant       replying  the answer is 24 MB long: blanks follow it
    truncated   replying  the first half of the answer, as if that were all of it
    not_xml     replying  a sentence, labelled as XML
    bomb        replying  an envelope with a document type and entities that unfold to a gigabyte
    wrong_type  replying  the answer, labelled as HTML
    empty       replying  200 with nothing in it

`earlier` is any moment but `replying`. A request held, late or delayed at `before` is executed whether or not its
client is still there.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from typing import Any, Protocol

from local.gp.deeds import CHANGES, Dropped, Instead, check, status_of
from local.gp.faces import Answer

LONGEST_HOLD_SECONDS = 120.0


class Line(Protocol):
    """The connection that a stop acts on."""

    close_connection: bool

    def cut(self) -> None: ...


@dataclass(slots=True)
class Stop:
    """What to do, and when. `count` is how many more times, 0 for always.

    `operation` "*" means any. At `bare` and `login` a request that is no operation, as the GET that a client logs in
    with, is concerned as well, whatever operation is named.
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
        self,
        operation: str = "*",
        when: str = "before",
        do: str | int = "hold",
        *,
        seconds: float = 0.0,
        count: int = 1,
    ) -> None:
        """ValueError for a deed that cannot be done at that moment."""
        check(when, str(do))
        with self._changed:
            self._stops.append(Stop(operation, when, str(do), seconds, count))

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

    def at(self, when: str, operation: str, line: Line) -> None:
        """Called by a request's own thread at each of the moments.

        Dropped when its connection is to be closed, Instead when it is to be answered otherwise.
        """
        self.act(self.due(when, operation), line, operation)

    def due(self, when: str, operation: str) -> list[Stop]:
        """The stops that act on this request now, each taken once off its count."""
        with self._changed:
            due = [stop for stop in self._stops if stop.when == when and _concerns(stop, operation)]
            for stop in due:
                stop.count -= 1
            self._stops = [stop for stop in self._stops if stop.count != 0 or stop not in due]
            return due

    def act(self, due: Iterable[Stop], line: Line, operation: str) -> None:
        """As `at`, for stops that are known to be due; those that change the answer are left to `changed`."""
        for stop in due:
            if status := status_of(stop.do):
                raise Instead(status, stop.seconds)
            self._act(stop, line, operation)

    def _act(self, stop: Stop, line: Line, operation: str) -> None:
        match stop.do:
            case "drop":
                raise Dropped
            case "close":
                line.close_connection = True
            case "latency":
                time.sleep(stop.seconds)
            case "hold" | "late":
                if stop.do == "late":
                    line.cut()
                self._hold(Held(operation, stop.when), stop.seconds or LONGEST_HOLD_SECONDS)

    def _hold(self, held: Held, seconds: float) -> None:
        with self._changed:
            self._held.append(held)
            self._changed.notify_all()
        held.go_on.wait(seconds)
        with self._changed:
            self._held = [other for other in self._held if other is not held]


def changed(answer: Answer, due: Iterable[Stop]) -> Answer:
    """The answer that is given, after all stops that put another one in its place."""
    for stop in due:
        if stop.do in CHANGES:
            answer = CHANGES[stop.do](answer, stop.seconds)
    return answer


def _concerns(stop: Stop, operation: str) -> bool:
    if not operation:
        return stop.when in {"bare", "login"}
    return stop.operation in {"*", operation}
