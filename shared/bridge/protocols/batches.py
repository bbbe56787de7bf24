"""Batches that roll, so that people can post those that no longer grow.

A batch takes so many documents, for so many hours of one of GP's days; then the next begins. A place is taken before
the document is written: whoever ends between the two has wasted a place and nothing else.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from bridge.domain.document import DocumentKind

DRAFT, READY = "D", "R"  # what follows the number prefix in the name of a family
# Of what is written once, by what it is written for. Of returns it is not the letter of their numbers: those are ready.
UNPOSTED = {DocumentKind.RETURN: "T", DocumentKind.RECEIVING: "W", DocumentKind.STOCK: "C"}


@dataclass(frozen=True, slots=True)
class Batch:
    """The batch of a family that is being filled: the `number`-th of `day`, with `documents` places taken.

    `version` 0 means not stored yet; then there is no batch.
    """

    family: str
    version: int = 0
    day: dt.date = dt.date.min
    number: int = 0
    documents: int = 0
    opened_at: dt.datetime | None = None

    @property
    def name(self) -> str:
        """What GP calls it, such as `SBD261117-01`; fifteen characters at most, as GP's column holds them."""
        return f"{self.family}{self.day:%y%m%d}-{self.number:02}"


@dataclass(frozen=True, slots=True)
class Size:
    """How many documents a batch takes, and for how long."""

    documents: int
    time: dt.timedelta


def with_a_place(batch: Batch, now: dt.datetime, zone: ZoneInfo, size: Size) -> Batch:
    """The batch with one more place taken, or the next one with its first. A clock that is behind opens no new one."""
    day = now.astimezone(zone).date()
    if batch.opened_at is None or day > batch.day:
        return replace(batch, day=day, number=1, documents=1, opened_at=now)
    if batch.documents >= size.documents or now - batch.opened_at >= size.time:
        return replace(batch, number=batch.number + 1, documents=1, opened_at=now)
    return replace(batch, documents=batch.documents + 1)
