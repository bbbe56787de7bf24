"""What every neighbour in memory can do, which is to fail in named ways; and the webhook door."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

from bridge.domain.document import DocumentId
from bridge.domain.outcome import (
    Flaw,
    Misconfigured,
    NotAuthentic,
    RefusalKind,
    Refused,
    Transient,
    UnknownOutcome,
    Withheld,
)
from bridge.neighbours import Delivery, Hint

from local.memory.points import Calls, point


@dataclass(slots=True)
class Trouble:
    """How calls of a neighbour fail: `how` in words, how many more times, None for always."""

    how: str
    times: int | None = 1
    late: dt.timedelta = dt.timedelta()


class Neighbour:
    """A neighbour that can be told to fail; in a dry run its port keeps back what would make or change documents."""

    NAME = ""
    WRITES: ClassVar[frozenset[str]] = frozenset()

    def __init__(self) -> None:
        self._troubles: dict[str, deque[Trouble]] = defaultdict(deque)
        self.is_dry = False

    def fail_next(self, call: str, how: str, times: int | None = 1, *, late: dt.timedelta = dt.timedelta()) -> None:
        """Have the next calls fail: "down", "refused", "login rejected"; for a write also "lost reply" (done, and no
        reply), "not executed" (neither) and "late" (no reply, and done only `late` after). "refused: credit limit" is
        a refusal of that kind."""
        self._troubles[call].append(Trouble(how, times, late))

    def recover(self) -> None:
        """No more failures."""
        self._troubles.clear()

    def _trouble(self, call: str) -> Trouble | None:
        troubles = self._troubles[call]
        if not troubles:
            return None
        trouble = troubles[0]
        if trouble.times is not None:
            trouble.times -= 1
            if not trouble.times:
                troubles.popleft()
        return trouble

    def _run[R](self, call: str, effect: Callable[[], R]) -> R:
        if self.is_dry and call in self.WRITES:
            raise Withheld(f"what {call} sends".encode(), call)
        trouble = self._trouble(call)
        if trouble is None:
            return effect()
        if trouble.how == "lost reply":
            effect()
        if trouble.how == "late":
            self._later(effect, trouble.late)
        raise self._failure(trouble.how)

    def _later(self, effect: Callable[[], object], delay: dt.timedelta) -> None:
        raise AssertionError(f"{self.NAME} does nothing late")

    def _failure(self, how: str) -> Exception:
        match how:
            case "lost reply" | "not executed" | "late":
                return UnknownOutcome(f"{self.NAME} did not reply")
            case "busy for an hour":
                return Transient(f"{self.NAME} is busy", dt.timedelta(hours=1))
            case "down":
                return Transient(f"{self.NAME} cannot be reached")
            case _ if how.startswith("refused"):
                return self._refusal(how.removeprefix("refused: "))
            case "login rejected":
                return Misconfigured(f"{self.NAME} refuses the login")
            case "bug":
                return ZeroDivisionError("a bug")
        raise AssertionError(f"no such failure: {how}")

    def _refusal(self, kind: str) -> Refused:
        if kind == "refused":
            return Refused(f"{self.NAME} refuses the document", ("Its period is closed",))
        return Refused(f"{self.NAME} refuses the document", (f"It says: {kind}",), RefusalKind(kind))


class MemoryWebhooks:
    """The webhook door for deliveries that `a_delivery` made."""

    def __init__(self, calls: Calls | None = None) -> None:
        self.calls = calls or Calls()

    @point("webhooks.open")
    def open(self, delivery: Delivery, now: dt.datetime) -> Hint:
        assert now.tzinfo, "a moment has a zone"
        if delivery.headers.get("signed-by") != "ShipBob":
            raise NotAuthentic(Flaw.BAD_SIGNATURE)
        body = delivery.body.decode()
        return Hint(delivery.headers["webhook-id"], delivery.headers["topic"], DocumentId.parse(body) if body else None)


def a_delivery(identifier: str, document: DocumentId | None, topic: str = "order.shipped") -> Delivery:
    headers = {"signed-by": "ShipBob", "webhook-id": identifier, "topic": topic}
    return Delivery(headers, str(document).encode() if document else b"")
