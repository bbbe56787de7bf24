"""What became of a request to GP, as values: one exception can mean "not sent" and "executed"."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from bridge.domain.outcome import Misconfigured, Transient, UnknownOutcome


class Ending(StrEnum):
    """What became of a request, as far as safety goes.

    Only `UNKNOWN` leaves open whether GP did it. With `ANSWERED` and `BUSINESS_FAULT` there is an answer of GP's own to
    read; with all others GP did nothing.
    """

    ANSWERED = "answered"
    BUSINESS_FAULT = "business fault"
    NOT_SENT = "not sent"
    NOT_EXECUTED = "not executed"
    UNKNOWN = "unknown"
    REJECTED_LOGIN = "rejected login"
    BROKEN_HANDSHAKE = "broken handshake"
    MISCONFIGURED = "misconfigured"
    BUSY = "busy"


@dataclass(frozen=True, slots=True)
class Reply:
    """`status` and `body` are GP's where it answered; `why` says in words for an operator what else happened.

    `retry_after` is for how many seconds a busy server asks to be left alone.
    """

    ending: Ending
    status: int = 0
    body: bytes = b""
    why: str = ""
    retry_after: float = 0.0

    @property
    def is_of_gp(self) -> bool:
        """Whether GP itself answered the request."""
        return self.ending in {Ending.ANSWERED, Ending.BUSINESS_FAULT}


def answered(reply: Reply, *, is_write: bool) -> Reply:
    """The reply, if GP answered; otherwise the failure that its absence means."""
    match reply.ending:
        case Ending.ANSWERED | Ending.BUSINESS_FAULT:
            return reply
        case Ending.REJECTED_LOGIN | Ending.MISCONFIGURED:
            raise Misconfigured(reply.why)
        case Ending.UNKNOWN if is_write:
            raise UnknownOutcome(reply.why)
        case _:
            raise Transient(reply.why, dt.timedelta(seconds=reply.retry_after))


type Reading = Callable[[int, bytes], Ending | None]
"""What a status and a body mean where GP answers: ANSWERED or BUSINESS_FAULT, or None for no answer of GP's."""

_FAULT = re.compile(rb"<(?:[\w.-]+:)?Fault[\s>]")


def of_soap(status: int, body: bytes) -> Ending | None:
    """SOAP 1.1 over HTTP: an answer comes with 200, a fault with 500. A 500 without a fault is no word of GP's."""
    if status == 200:
        return Ending.ANSWERED
    return Ending.BUSINESS_FAULT if status == 500 and _FAULT.search(body) else None


def answered_with(*statuses: int) -> Reading:
    """The reading of a service for which exactly these statuses are answers, whatever their bodies say."""
    return lambda status, _: Ending.ANSWERED if status in statuses else None


def of_login(status: int, _: bytes) -> Ending | None:
    """Let in, whatever is there to see: with its help page switched off the service answers a GET with 400 or 405."""
    return Ending.ANSWERED if status in LET_IN else None


LET_IN = frozenset({200, 400, 405})
