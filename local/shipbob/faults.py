"""What stands in front of ShipBob and goes wrong now and then: answers that are not ShipBob's, or none.

The deeds (`do`):

    hang_up        the connection is closed without a byte; the request was not executed
    hang_up_after  the request is executed, and the connection closed without a byte
    half           it is executed; half of the answer's body goes out, and the connection is closed
    slow           it is executed at once and answered `seconds` later
    truncated      it is executed; the first half of the body goes out as if that were all
    not_json       it is executed; the answer is a sentence, labelled as JSON
    wrong_type     it is executed; its JSON is labelled as HTML
    login          not executed: 302 to the page on which a person logs in, as the authentication layer does
    200            not executed: an HTML page that says nothing, as of someone who keeps house
    400 .. 599     not executed: an HTML page, or of 524 a line of text; Retry-After says `seconds` unless 0
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from http import HTTPStatus
from typing import Any

from local.shipbob.doors import NO_ANSWER, Answer

HTML = {"Content-Type": "text/html; charset=utf-8"}
TEXT = {"Content-Type": "text/plain; charset=utf-8"}
CLOUDFLARE_TIMEOUT = 524  # not in the registry of status codes

Run = Callable[[], Answer]


@dataclass(slots=True)
class Fault:
    """What to do to an operation ("GET /order"; "*" is any request at all). `count` more times, 0 for always."""

    operation: str
    do: str
    seconds: float = 0.0
    count: int = 1


class Faults:
    """The faults of one door; all methods may be called from any thread. A request meets at most one."""

    def __init__(self, login_url: str) -> None:
        self._login_url = login_url
        self._changed = threading.Condition()
        self._faults: list[Fault] = []
        self._cleared = threading.Event()
        self._struck = 0

    def add(self, operation: str = "*", do: str | int = "hang_up", *, seconds: float = 0.0, count: int = 1) -> None:
        """ValueError for a deed that is none."""
        if str(do) not in _AFTER.keys() | _BEFORE and status_of(str(do)) is None:
            raise ValueError(f"there is no {do!r}: {sorted(_AFTER.keys() | _BEFORE)}, 200 or a status from 400 to 599")
        with self._changed:
            self._faults.append(Fault(operation, str(do), seconds, count))

    def clear(self) -> None:
        """Forget all of them, and answer what is slow now."""
        with self._changed:
            self._faults.clear()
            self._cleared.set()
            self._cleared = threading.Event()

    def wait_struck(self, count: int = 1, seconds: float = 30.0) -> bool:
        """Whether so many requests have met a fault, as soon as they have; False after `seconds` without."""
        with self._changed:
            return self._changed.wait_for(lambda: self._struck >= count, timeout=seconds)

    def shown(self) -> list[dict[str, Any]]:
        """What is still to go wrong."""
        with self._changed:
            return [asdict(fault) for fault in self._faults]

    def play(self, operation: str, run: Run) -> Answer:
        """The answer to a request that `run` executes, after the fault that is due, if one is."""
        due, cleared = self._due(operation)
        if due is None:
            return run()
        if due.do not in _AFTER:
            return self._instead(due)
        given = _AFTER[due.do](run())
        if due.do == "slow":
            cleared.wait(due.seconds)
        return given

    def _due(self, operation: str) -> tuple[Fault | None, threading.Event]:
        with self._changed:
            due = next((fault for fault in self._faults if fault.operation in {"*", operation}), None)
            if due is not None:
                due.count -= 1
                self._faults = [fault for fault in self._faults if fault is not due or fault.count != 0]
                self._struck += 1
                self._changed.notify_all()
            return due, self._cleared

    def _instead(self, due: Fault) -> Answer:
        status = status_of(due.do)
        if status is not None:
            return page(status, due.seconds)
        return Answer(302, headers={"Location": self._login_url}) if due.do == "login" else NO_ANSWER


def status_of(do: str) -> int | None:
    """The status that a deed names."""
    return int(do) if do.isdecimal() and (int(do) == 200 or 400 <= int(do) < 600) else None


def page(status: int, seconds: float) -> Answer:
    """An answer of something that does not know ShipBob's error shapes."""
    headers = {"Retry-After": f"{seconds:g}"} if seconds else {}
    if status == CLOUDFLARE_TIMEOUT:
        return Answer(status, b"error code: 524", {**TEXT, **headers})
    known = {each.value: each.phrase for each in HTTPStatus}
    text = f"<html><head><title>{status}</title></head><body><h1>{known.get(status, 'Error')}</h1></body></html>"
    return Answer(status, text.encode(), {**HTML, **headers})


def _half(answer: Answer) -> Answer:
    return replace(answer, body=answer.body[: len(answer.body) // 2], length=len(answer.body))


def _truncated(answer: Answer) -> Answer:
    return replace(answer, body=answer.body[: len(answer.body) // 2])


def _not_json(answer: Answer) -> Answer:
    return replace(answer, status=200, body=b"The service is being maintained.")


def _wrong_type(answer: Answer) -> Answer:
    return replace(answer, headers={**answer.headers, **HTML})


_BEFORE = {"hang_up", "login"}
_AFTER: dict[str, Callable[[Answer], Answer]] = {
    "hang_up_after": lambda _: NO_ANSWER,
    "half": _half,
    "slow": lambda answer: answer,
    "truncated": _truncated,
    "not_json": _not_json,
    "wrong_type": _wrong_type,
}
