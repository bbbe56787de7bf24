"""Stock as GP holds it: items with what lies at each site, and the documents that move it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum


class TransactionState(StrEnum):
    """Where GP keeps a document: `Work` can still be changed, `History` cannot."""

    WORK = "Work"
    HISTORY = "History"


class QuantityType(StrEnum):
    """What kind of stock a quantity is, in GP's own words. Only what is on hand can be sold."""

    ON_HAND = "On Hand"
    RETURNED = "Returned"
    IN_USE = "In Use"
    IN_SERVICE = "In Service"
    DAMAGED = "Damaged"


class TrackingOption(StrEnum):
    """Whether GP asks for the serials or lots of what is moved."""

    NONE = "None"
    SERIALS = "Serial Numbers"
    LOTS = "Lot Numbers"


class ItemType(StrEnum):
    """The kinds of item, in GP's own words. Only a sales item has quantities."""

    SALES = "Sales Item"
    KIT = "Kit"
    MISCELLANEOUS = "Miscellaneous Charges"
    SERVICE = "Service"
    FLAT_FEE = "Flat Fee"


class InventoryDocumentType(StrEnum):
    """The documents that move stock by themselves. Sales, receipts and returns move stock too, but not with these."""

    ADJUSTMENT = "Adjustment"
    VARIANCE = "Variance"
    TRANSFER = "Transfer"


@dataclass(frozen=True, slots=True)
class Lot:
    """So much of one lot."""

    number: str
    quantity: Decimal
    expires_on: dt.date | None = None


@dataclass(frozen=True, slots=True)
class InventoryLine:
    """A change of stock at `site`, below nought for a decrease; on a transfer so much moves from `site` to `to_site`.

    `unit_cost` None leaves the cost to GP; an empty account likewise.
    """

    sequence: Decimal
    item: str
    site: str
    quantity: Decimal
    unit_of_measure: str = ""
    unit_cost: Decimal | None = None
    offset_account: str = ""
    lots: tuple[Lot, ...] = ()
    serials: tuple[str, ...] = ()
    to_site: str = ""
    from_type: QuantityType = QuantityType.ON_HAND
    to_type: QuantityType = QuantityType.ON_HAND


@dataclass(frozen=True, slots=True)
class InventoryDocument:
    """An adjustment, variance or transfer. In Work it has moved nothing yet; posting it does, and people post."""

    type: InventoryDocumentType
    number: str
    batch: str
    date: dt.date
    lines: tuple[InventoryLine, ...]
    state: TransactionState = TransactionState.WORK
    modified_at: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class InventorySummary:
    """One row of GP's list of inventory documents. `modified_at` is in UTC, or midnight where GP keeps only days."""

    type: InventoryDocumentType
    number: str
    batch: str
    date: dt.date
    state: TransactionState
    modified_at: dt.datetime | None = None


def stamp(document: InventoryDocument | InventorySummary) -> bytes:
    """What changes whenever GP notices a change: of a list's row and of the document itself alike."""
    moment = document.modified_at.isoformat() if document.modified_at else ""
    words = (document.type, document.number, document.batch, document.date.isoformat(), document.state, moment)
    return "|".join(words).encode()


class WindowOf(StrEnum):
    """Which of a document's dates a window is of."""

    DOCUMENT = "document date"
    MODIFIED = "modified date"


@dataclass(frozen=True, slots=True)
class Window:
    """From `start` to `end`, both included: UTC for modified dates, GP's own days for document dates."""

    of: WindowOf
    start: dt.datetime
    end: dt.datetime


@dataclass(frozen=True, slots=True)
class SiteStock:
    """What GP counts of one item at one site, in the item's base unit."""

    site: str
    on_hand: Decimal
    allocated: Decimal = Decimal(0)
    returned: Decimal = Decimal(0)
    in_use: Decimal = Decimal(0)
    in_service: Decimal = Decimal(0)
    damaged: Decimal = Decimal(0)
    on_order: Decimal = Decimal(0)
    back_ordered: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class Item:
    """An item's card with its stock. `decimals` is how finely its quantities may be given."""

    number: str
    description: str
    type: ItemType
    unit_of_measure: str = ""
    decimals: int = 0
    tracking: TrackingOption = TrackingOption.NONE
    is_discontinued: bool = False
    stock: tuple[SiteStock, ...] = ()


def are_whole_days(stamps: Iterable[dt.datetime]) -> bool:
    """Are all of GP's modified dates midnights? Then it keeps days only, and a window must be of whole days.

    Unproven either way by no stamps at all: then False.
    """
    moments = list(stamps)
    return bool(moments) and all(moment.time() == dt.time() for moment in moments)
