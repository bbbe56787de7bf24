"""What a GP stock document moves at ShipBob's sites: first in GP's words, then in ShipBob's pieces."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum


class Way(StrEnum):
    """Between what stock moves."""

    CROSSING = "crossing"  # a transfer between a ShipBob site and one that is not
    BETWEEN = "between"  # a transfer from one ShipBob site to another
    CHANGE = "change"  # an adjustment or a variance


@dataclass(frozen=True, slots=True)
class Move:
    """So much of an item, netted over the lines of the document, in the line's own unit (empty: the item's base unit).

    Above nought stock comes to the ShipBob site `site`, below it leaves. Between two of them it goes from `site` to
    `to_site` and is above nought.
    """

    way: Way
    site: str
    item: str
    quantity: Decimal
    unit: str = ""
    lot: str = ""
    expires_on: dt.date | None = None
    to_site: str = ""


@dataclass(frozen=True, slots=True)
class Pieces:
    """The same as ShipBob counts it. The lot is empty where ShipBob keeps the item in none."""

    way: Way
    site: str
    item: str
    sku: str
    inventory_id: int
    quantity: int
    lot: str = ""
    expires_on: dt.date | None = None
    to_site: str = ""


@dataclass(frozen=True, slots=True)
class Sites:
    """Which of GP's sites are ShipBob's. `locations`: the ShipBob locations that are a site; `via`: where a via site of
    GP's leads to."""

    locations: dict[str, tuple[int, ...]]
    via: dict[str, str]

    def behind(self, site: str) -> str:
        """The site that goods at a site are meant for."""
        return self.via.get(site, site)

    def is_shipbobs(self, site: str) -> bool:
        return bool(self.locations.get(site))

    def location(self, site: str) -> int:
        """The one location that a ShipBob site is."""
        (location,) = self.locations[site]
        return location
