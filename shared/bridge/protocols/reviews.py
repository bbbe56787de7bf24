"""A review: when it is looked at again by itself, whether it says anything new, and what lies behind it."""

from __future__ import annotations

import datetime as dt
import re
from zoneinfo import ZoneInfo

from bridge.domain.outcome import Reason
from bridge.protocols.ledger import LedgerRow, Status

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


def cause_of(reason: Reason) -> str:
    """What lies behind it, in the same words for every document that waits for the same."""
    if reason.cause:
        return reason.cause
    return str(reason.waits_for) if reason.waits_for else " ".join(_OF_ONE_DOCUMENT.sub("…", reason.text).split())
