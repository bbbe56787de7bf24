"""What ShipBob is asked to list, and what one page of the answer holds."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from enum import StrEnum

from bridge.domain.document import DocumentId


class Feed(StrEnum):
    """A list of ShipBob's that a poll follows. The word is the cursor's name, so it stays as it is."""

    ORDERS_INSERTED = "orders-inserted"
    ORDERS_UPDATED = "orders-updated"
    RETURNS_CREATED = "returns-created"
    RETURNS_COMPLETED = "returns-completed"
    RECEIVING_INSERTED = "receiving-inserted"
    RECEIVING_COMPLETED = "receiving-completed"
    RECEIVING_OPEN = (
        "receiving-open"  # neither awaited nor finished, whatever its dates: ShipBob has no "updated since"
    )
    STOCK_EVENTS = "stock-events"  # corrections of one facility's stock (event category InventoryAdjusted)


@dataclass(frozen=True, slots=True)
class Asked:
    """Which list: everything since a moment, without an upper bound, oldest first where ShipBob sorts.

    `facility` is a ShipBob location's id, for stock events and for nothing else.
    """

    feed: Feed
    since: dt.datetime
    facility: int | None = None


@dataclass(frozen=True, slots=True)
class Listed:
    """A document in a list. `image` is the document as ShipBob sent it, empty where the list tells too little of it."""

    document: DocumentId
    image: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True)
class Listing:
    """One page. `next` is the place of the page after it, as ShipBob means it; empty after the last page."""

    rows: tuple[Listed, ...]
    next: str = ""
