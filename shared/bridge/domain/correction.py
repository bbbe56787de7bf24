"""Corrections of stock: what ShipBob says GP is to have more or less, and what it was asked for by a person."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from bridge.domain.document import DocumentId
from bridge.domain.mapped import MappedItem

EXPECTED_FOR = dt.timedelta(days=90)  # ShipBob reconciles errors within that time
TOLD_LATE = dt.timedelta(days=90)  # so far back ShipBob shows an event; as long it may wait, besides, for a mapping


@dataclass(frozen=True, slots=True)
class Correction:
    """So many pieces more of a SKU at a site than GP's books have, fewer below nought, as ShipBob tells.

    `pieces` are counted as ShipBob counts; `item` says what they are in GP. `lot` is empty where none is named.
    """

    sku: str
    item: MappedItem
    site: str
    pieces: Decimal
    lot: str = ""
    expires_on: dt.date | None = None


@dataclass(frozen=True, slots=True)
class ExpectedCorrection:
    """A change of stock that GP has already, and that ShipBob is to make by hand: its answer is not booked again.

    `id` is made from the GP document that asked and from what of it, so that the same is expected once. `item` and
    `site` are GP's words; an empty `lot` is any. `quantity` counts pieces as ShipBob does, whatever unit GP's line
    counts in, below nought for a decrease. `taken` says which stock events answered, each with its part of `quantity`
    and of its sign. `document` is the one that asked. `withdrawn_at`: no event answers it any more from then on,
    whenever that happened; what was answered before stays answered.
    """

    id: str
    item: str
    site: str
    lot: str
    quantity: Decimal
    expires_at: dt.datetime
    document: DocumentId
    taken: tuple[tuple[int, Decimal], ...] = ()
    withdrawn_at: dt.datetime | None = None
    version: int = 0

    @property
    def asked_at(self) -> dt.datetime:
        """Since when it is expected."""
        return self.expires_at - EXPECTED_FOR

    def is_awaited(self, now: dt.datetime) -> bool:
        """Is there something left of it that ShipBob is still to do?"""
        return self.withdrawn_at is None and self.remaining != 0 and now < self.expires_at

    def is_kept(self, now: dt.datetime) -> bool:
        """May an event still have to be matched with it? One that was answered is matched the same again."""
        return bool(self.taken) or now < self.expires_at + TOLD_LATE

    @property
    def remaining(self) -> Decimal:
        """What no event has answered yet."""
        return self.quantity - sum((quantity for _, quantity in self.taken), Decimal(0))
