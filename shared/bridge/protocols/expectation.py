"""The promise that what GP has already, and ShipBob was asked to do, is not booked when ShipBob has done it.

A stock event takes from what is expected of its item and site, of its lot and its sign, the oldest first, in whole or
in part; what it took stands in the rows, each saved on condition of its version, before anything is booked. So an event
that comes again, or goes on after a crash, finds what it took and takes no more than is left of it; and of two events
at once the one that comes second reads again.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from bridge.domain.correction import Correction, ExpectedCorrection


@dataclass(frozen=True, slots=True)
class Answer:
    """`rest` is what nobody expected, `answered` what of the expectations the event answers, `taking` to be saved."""

    rest: tuple[Correction, ...]
    answered: tuple[tuple[ExpectedCorrection, Decimal], ...]
    taking: tuple[ExpectedCorrection, ...]


def answer(
    event: int,
    at: dt.datetime,
    corrections: Sequence[Correction],
    expected: Iterable[ExpectedCorrection],
    *,
    may_take: bool,
) -> Answer:
    """Match what an event corrects with what was expected. Without `may_take` only what it took before counts."""
    rows = {each.id: each for each in sorted(expected, key=lambda each: (each.expires_at, each.id))}
    before = {each.id: _taken_by(event, each) for each in rows.values()}
    left = [each.pieces for each in corrections]
    for number, correction in enumerate(corrections):
        for row in (row for row in rows.values() if _fits(correction, row)):
            part = _smaller(left[number], before[row.id])
            before[row.id] -= part
            left[number] -= part
    taking: dict[str, ExpectedCorrection] = {}
    for number, correction in enumerate(corrections):
        for row in (row for row in rows.values() if may_take and _may_answer(correction, at, row)):
            held = taking.get(row.id, row)
            if part := _smaller(left[number], held.remaining):
                taking[row.id] = _with(held, event, part)
                left[number] -= part
    final = [taking.get(row.id, row) for row in rows.values()]
    return Answer(
        rest=tuple(replace(each, pieces=pieces) for each, pieces in zip(corrections, left, strict=True) if pieces),
        answered=tuple((row, taken) for row in final if (taken := _taken_by(event, row))),
        taking=tuple(taking.values()),
    )


def withdrawn(row: ExpectedCorrection, now: dt.datetime) -> ExpectedCorrection:
    """The row once nothing more is expected of it; as it is where that was said before. ValueError: nothing is left."""
    if row.withdrawn_at is not None:
        return row
    if not row.remaining:
        events = ", ".join(f"stock/{event}" for event, _ in row.taken)
        raise ValueError(f"{row.id} is answered, by {events}: nothing of it is left to withdraw")
    if not row.is_awaited(now):
        raise ValueError(f"{row.id} is expected no longer: it ended on {row.expires_at:%Y-%m-%d}")
    return replace(row, withdrawn_at=now)


def _may_answer(correction: Correction, at: dt.datetime, row: ExpectedCorrection) -> bool:
    return row.withdrawn_at is None and at <= row.expires_at and _fits(correction, row)


def _fits(correction: Correction, row: ExpectedCorrection) -> bool:
    """Same item and site, and the lot where one is expected. The sign is looked at where pieces are taken."""
    is_same = (correction.item.item, correction.site) == (row.item, row.site)
    return is_same and row.lot in ("", correction.lot)


def _smaller(pieces: Decimal, offered: Decimal) -> Decimal:
    """What both have of it; nothing where the signs differ."""
    return min(pieces, offered, key=abs) if pieces * offered > 0 else Decimal(0)


def _taken_by(event: int, row: ExpectedCorrection) -> Decimal:
    return sum((quantity for number, quantity in row.taken if number == event), Decimal(0))


def _with(row: ExpectedCorrection, event: int, part: Decimal) -> ExpectedCorrection:
    others = tuple(each for each in row.taken if each[0] != event)
    return replace(row, taken=(*others, (event, _taken_by(event, row) + part)))
