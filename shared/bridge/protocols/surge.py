"""The brake on stock that moved in GP: what is too much, or too old, waits for a person before ShipBob hears of any.

A restored or copied database brings back the movements of months at once, and each would become a receiving order that
somebody has to cancel. One row says what a poll held back, and what a person said to it. A decision is for what was
held when it was made: if much more has come since, it is asked for again.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from bridge.domain.terms import SendingTerms

NAMED = 10  # of the documents that were held back
SCHEMA = 1  # a row written by newer code than this waits until that code runs


@dataclass(frozen=True, slots=True)
class Surge:
    """What was held back: since when, how many documents, the day of the oldest, why in words, and some of them."""

    since: dt.datetime
    documents: int
    oldest: dt.date
    why: str
    some: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Decision:
    """What a person said: have it sent, or leave it alone for good."""

    is_to_be_sent: bool
    by: str
    why: str
    at: dt.datetime


@dataclass(frozen=True, slots=True)
class StockPoll:
    """What the poll of GP's stock knows beside its cursors. `timed`: the lists whose modified dates have a time of day.

    `surge` is what is held back now, `decision` what a person said to it, until the next poll has done so.
    """

    version: int = 0
    timed: tuple[str, ...] = ()
    surge: Surge | None = None
    decision: Decision | None = None


def why_held(days: Collection[dt.date], today: dt.date, terms: SendingTerms) -> str:
    """Why documents of these days are too many or too old to be sent without a person's word; empty if they are not."""
    if len(days) > terms.surge_documents:
        return (
            f"{len(days)} new stock documents in one poll are more than the {terms.surge_documents} of SurgeDocuments"
        )
    oldest = min(days, default=today)
    if (today - oldest).days > terms.surge_days:
        return f"a stock document is dated {oldest}, longer ago than the {terms.surge_days} days of SurgeDays"
    return ""


def held(row: StockPoll, days: Mapping[str, dt.date], why: str, now: dt.datetime) -> StockPoll:
    """The row with what is held back now, by name with its day. A decision that was made for less is dropped."""
    since = row.surge.since if row.surge else now
    some = tuple(sorted(days, key=lambda name: (days[name], name))[:NAMED])
    return replace(row, surge=Surge(since, len(days), min(days.values()), why, some), decision=None)


def decision_on(row: StockPoll, days: Collection[dt.date], terms: SendingTerms) -> Decision | None:
    """What a person said, if it was said of what is held now: no older, and no more but by an ordinary poll's worth."""
    if row.surge is None or row.decision is None:
        return None
    is_the_same = len(days) <= row.surge.documents + terms.surge_documents and min(days) >= row.surge.oldest
    return row.decision if is_the_same else None


def decide(row: StockPoll, decision: Decision) -> StockPoll:
    """The row with a person's word; `ValueError` where nothing is held back."""
    if row.surge is None:
        raise ValueError("nothing is held back: GP's stock documents are told to ShipBob as they come")
    return replace(row, decision=decision)


def released(row: StockPoll) -> StockPoll:
    """Nothing is held back any more."""
    return replace(row, surge=None, decision=None)
