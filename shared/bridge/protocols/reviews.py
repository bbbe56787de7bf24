"""A review: when it is looked at again by itself, whether it says anything new, and what lies behind it."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace
from zoneinfo import ZoneInfo

from bridge.domain.document import GP_KINDS, DocumentId
from bridge.domain.outcome import Reason
from bridge.protocols.intent import Intent, is_in_the_air
from bridge.protocols.ledger import LedgerRow, Status

UNREAD = "unread"
NIGHT = dt.time(3)  # after midnight's own work, and there is one on the days that clocks change

_OF_ONE_DOCUMENT = re.compile(r"\S*\d\S*")  # numbers, amounts, days


def next_night(now: dt.datetime, zone: ZoneInfo) -> dt.datetime:
    """The next three o'clock in the morning of that zone, in UTC."""
    today = now.astimezone(zone).date()
    days = (today + dt.timedelta(days=later) for later in (0, 1))
    nights = (dt.datetime.combine(day, NIGHT, zone).astimezone(dt.UTC) for day in days)
    return next(night for night in nights if night > now)


def is_news(row: LedgerRow, reasons: tuple[Reason, ...]) -> bool:
    """Does the review say anything that it did not say before? It is one for each document, and not told twice."""
    return row.status is not Status.REVIEW or row.reasons != reasons


def closed(row: LedgerRow) -> LedgerRow:
    """The row once a person has seen to the document as it stands. ValueError where that cannot be."""
    if row.status is not Status.REVIEW:
        raise ValueError(f"{row.document} is {row.status}, not in review: there is nothing to close")
    if row.intent is not None and is_in_the_air(row.intent):
        raise ValueError(_may_still_arrive(row.document, row.intent))
    # What was planned was not written as it was meant, and must not be taken for what was.
    ended = replace(row, status=Status.DONE, due_at=None, gate=None, intent=None, planned="", reasons=())
    return replace(ended, opened_at=None, waits=0, waiting_since=None, closed=_content(row))


def _may_still_arrive(document: DocumentId, intent: Intent) -> str:
    there = "ShipBob" if document.kind in GP_KINDS else "GP"
    until = f"{intent.deadline.astimezone(dt.UTC):%d %b %Y %H:%M:%S} UTC"
    return (
        f"a write of {document} may still reach {there}, until {until}; then it is looked for. Close it a few minutes"
        f" after that, or look at once: gp-shipbob replay {document}"
    )


def next_look(intent: Intent | None, otherwise: dt.datetime, now: dt.datetime) -> dt.datetime:
    """When a review is looked at again: with a write in the air, as soon as that can come no more."""
    if intent is None or not is_in_the_air(intent) or intent.deadline <= now:
        return otherwise
    return min(otherwise, intent.deadline)


def is_as_closed(row: LedgerRow) -> bool:
    """Does the document stand as it did when a person closed its review?"""
    return row.closed == _content(row)


def changed_since(document: DocumentId) -> Reason:
    """What a person is told where the bridge would write what they said is theirs."""
    return Reason(
        "A person closed the review of this document, and it has changed since",
        f"Bring the change into GP by hand and close it again; or remove there what was entered by hand, then"
        f" gp-shipbob reopen {document}",
        cause="changed since it was closed",
    )


def _content(row: LedgerRow) -> str:
    return row.shown or row.image_digest or UNREAD


def cause_of(reason: Reason) -> str:
    """What lies behind it, in the same words for every document that waits for the same."""
    if reason.cause:
        return reason.cause
    return str(reason.waits_for) if reason.waits_for else " ".join(_OF_ONE_DOCUMENT.sub("…", reason.text).split())
