"""A person stops the writing, on both sides or on one, and lets it go on: who, when and why stays on the row."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from enum import StrEnum

SCHEMA = 1  # a row written by newer code than this waits until that code runs
REMEMBERED = 50  # deeds


class Side(StrEnum):
    """Where documents are written."""

    GP = "gp"
    SHIPBOB = "shipbob"


@dataclass(frozen=True, slots=True)
class Deed:
    """Somebody paused a side, or had it go on."""

    side: Side
    is_pause: bool
    at: dt.datetime
    by: str
    why: str


@dataclass(frozen=True, slots=True)
class Pause:
    """Oldest deed first; the last one of a side says how it stands. `version` 0: nobody ever paused."""

    deeds: tuple[Deed, ...] = ()
    version: int = 0

    def of(self, side: Side) -> Deed | None:
        """Who paused the side, if it is paused."""
        last = self._last(side)
        return last if last is not None and last.is_pause else None

    def with_deed(self, deed: Deed) -> Pause:
        """The same, and that was done; unchanged where it would change nothing."""
        if (self.of(deed.side) is not None) is deed.is_pause:
            return self
        older, recent = self.deeds[: 1 - REMEMBERED], (*self.deeds[1 - REMEMBERED :], deed)
        # Of a side that nobody has touched since, how it stands is not forgotten.
        untouched = {each.side: each for each in older if each.side not in {kept.side for kept in recent}}
        return replace(self, deeds=(*untouched.values(), *recent))

    def _last(self, side: Side) -> Deed | None:
        return next((deed for deed in reversed(self.deeds) if deed.side is side), None)
