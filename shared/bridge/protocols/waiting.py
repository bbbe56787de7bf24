"""How long a document waits for a neighbour before the next try: soon at first, hourly in the end, never for ever."""

from __future__ import annotations

import datetime as dt

FIRST_DELAYS = (
    dt.timedelta(seconds=30),
    dt.timedelta(minutes=2),
    dt.timedelta(minutes=10),
)
LATER = dt.timedelta(hours=1)
PATIENCE = dt.timedelta(days=15)


def next_try(waits: int, now: dt.datetime) -> dt.datetime:
    """When to try again after `waits` tries in a row that had to wait (0 = this was the first)."""
    return now + (FIRST_DELAYS[waits] if waits < len(FIRST_DELAYS) else LATER)


def is_exhausted(waiting_since: dt.datetime, now: dt.datetime) -> bool:
    """Has it waited longer than a neighbour's outage is allowed to last before a person is told?"""
    return now - waiting_since >= PATIENCE
