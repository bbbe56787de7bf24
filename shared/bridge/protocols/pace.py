"""The pace of calls to ShipBob: evenly spaced slots in one row, which everybody who calls reserves from.

ShipBob grants 150 calls in any sixty seconds, per user and application, for all endpoints together (its rate-limit
page). A store of unused calls would add to the next minute's and break that; even spacing cannot. A call gets about a
tenth of a second on its way and now and then a second or two, and the clocks of two functions differ by half a second:
146 a minute leave room for all that.

Live calls go first: a back-fill may reserve only while the schedule is short, so that it never makes a live call wait
longer than its own two seconds.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

PER_MINUTE = 146
SPACING = dt.timedelta(minutes=1) / PER_MINUTE
PUSH_USUAL = dt.timedelta(minutes=1)  # ShipBob's window: by then every call of ours has left it
PUSH_MAX = dt.timedelta(minutes=5)  # ShipBob asks for a minute at most
BELIEVED = dt.timedelta(minutes=10)  # farther ahead than anything here writes: a clock that was wrong


class Lane(StrEnum):
    """Who calls: for a document that waits to be written, or to fill back what was missed."""

    LIVE = "live"
    BACKGROUND = "background"


AHEAD_MAX = {Lane.LIVE: dt.timedelta(seconds=5), Lane.BACKGROUND: dt.timedelta(seconds=2)}
PATIENCE = {Lane.LIVE: dt.timedelta(), Lane.BACKGROUND: dt.timedelta(seconds=5)}  # to ask again in, in one go


class Schedule(StrEnum):
    """How the row stands to a clock."""

    OVER = "over"  # nobody waits for a slot
    AHEAD = "ahead"
    UNBELIEVABLE = "unbelievable"


@dataclass(frozen=True, slots=True)
class PaceRow:
    """The one row: the earliest moment for the next call; None where nobody has called yet."""

    next_slot: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class Reserved:
    """A call may go out at `slot`, once `row` is stored; and how the row stood before."""

    slot: dt.datetime
    row: PaceRow
    before: Schedule


@dataclass(frozen=True, slots=True)
class Later:
    """No slot yet: the next one is `away` from now, and the lane may reserve again in `ask_in`."""

    away: dt.timedelta
    ask_in: dt.timedelta


def schedule(row: PaceRow, now: dt.datetime) -> Schedule:
    if row.next_slot is None or row.next_slot <= now:
        return Schedule.OVER
    return Schedule.AHEAD if row.next_slot - now <= BELIEVED else Schedule.UNBELIEVABLE


def ask(row: PaceRow, lane: Lane, now: dt.datetime) -> Reserved | Later:
    """Reserve the next slot. A row nobody can have written by a right clock is begun anew, after the latest slot that
    others may hold by right."""
    before = schedule(row, now)
    slot = now
    if before is Schedule.AHEAD and row.next_slot is not None:
        slot = row.next_slot
        if slot - now > AHEAD_MAX[lane]:
            return Later(slot - now, max(slot - now - AHEAD_MAX[lane], SPACING))
    if before is Schedule.UNBELIEVABLE:
        slot = now + AHEAD_MAX[Lane.LIVE]
    return Reserved(slot, PaceRow(slot + SPACING), before)


def push(row: PaceRow, seconds: float, now: dt.datetime) -> PaceRow:
    """Nobody reserves a slot before `seconds` from now, nor earlier than the row stood. What is reserved stays so."""
    until = now + pushed_by(seconds)
    if schedule(row, now) is Schedule.AHEAD and row.next_slot is not None:
        return PaceRow(max(row.next_slot, until))
    return PaceRow(until)


def pushed_by(seconds: float) -> dt.timedelta:
    """What ShipBob asks for, within reason; a minute where that is no length of time."""
    if not seconds >= 0:  # NaN is not
        return PUSH_USUAL
    return dt.timedelta(seconds=min(seconds, PUSH_MAX.total_seconds()))
