"""How far a poll has read, and from where it reads next.

ShipBob lists an order a while after it took it in, and stamps changes before it shows them, so each window begins some
time before the last one ended. What is hinted at twice is looked at twice,
and found unchanged.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

OVERLAP = dt.timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Cursor:
    """`reached` is the start of the last run that finished. `version` 0 means that nothing is stored yet."""

    name: str
    reached: dt.datetime
    version: int = 0

    @property
    def since(self) -> dt.datetime:
        """The lower bound of the next window."""
        return self.reached - OVERLAP if self.version else self.reached
