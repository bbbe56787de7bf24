"""A sales order as GP holds it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field, replace
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

CENT = Decimal("0.01")
LINE_STEP = 16384  # GP numbers lines in these steps


class TransactionState(StrEnum):
    """Where GP keeps a document: `Work` can still be changed, `History` cannot."""

    WORK = "Work"
    HISTORY = "History"


@dataclass(frozen=True, slots=True)
class ShipTo:
    """The ship-to address, each field already within GP's column."""

    name: str = ""
    contact: str = ""
    line1: str = ""
    line2: str = ""
    city: str = ""
    state: str = ""
    postal_code: str = ""
    country: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True)
class SalesLine:
    """`sequence` is GP's line number; quantities in the item's selling unit, the price in the order's currency."""

    sequence: int
    item: str
    site: str
    quantity: Decimal
    unit_price: Decimal
    fulfilled: Decimal = Decimal(0)

    @property
    def amount(self) -> Decimal:
        """The line's extended price to the cent, as GP keeps it, whatever the unit price's decimals."""
        return (self.quantity * self.unit_price).quantize(CENT, ROUND_HALF_UP)


@dataclass(frozen=True, slots=True)
class SalesOrder:
    """A GP sales order, as read or as wanted.

    `holds` are process holds: GP's own gate against transfer and posting. `image` is the document as the neighbour
    sent it, for the update that must give back what it does not change; it takes no part in comparing.
    """

    number: str
    customer: str
    customer_po: str
    date: dt.date
    document_type: str
    batch: str
    lines: tuple[SalesLine, ...]
    currency: str = ""
    ship_to: ShipTo = ShipTo()
    comment: str = ""
    freight: Decimal = Decimal(0)
    trade_discount: Decimal = Decimal(0)
    tracking: tuple[str, ...] = ()
    holds: frozenset[str] = frozenset()
    shipped_on: dt.date | None = None
    state: TransactionState = TransactionState.WORK
    is_voided: bool = False
    image: bytes = field(default=b"", repr=False, compare=False)

    @property
    def total(self) -> Decimal:
        """What GP computes: lines, plus freight, less trade discount. Tax is not ours to compute."""
        return sum((line.amount for line in self.lines), Decimal(0)) + self.freight - self.trade_discount

    def as_draft(self, batch: str, hold: str) -> SalesOrder:
        """This order as it is first written: nothing shipped yet, held, in a batch nobody posts."""
        return replace(
            self,
            batch=batch,
            holds=frozenset({hold} - {""}),
            tracking=(),
            shipped_on=None,
            lines=tuple(replace(line, fulfilled=Decimal(0)) for line in self.lines),
        )


@dataclass(frozen=True, slots=True)
class ShipmentUpdate:
    """What is written onto an order in GP as its goods leave. Only what differs is filled in."""

    batch: str | None = None
    shipped_on: dt.date | None = None
    added_tracking: tuple[str, ...] = ()
    fulfilled: tuple[tuple[int, Decimal], ...] = ()  # line sequence, quantity
    lifted_holds: frozenset[str] = frozenset()
