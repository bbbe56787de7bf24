"""Sales documents as GP holds them: orders, invoices and returns share nearly everything."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field, replace
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import ClassVar, Self

from bridge.domain.inventory import Lot, QuantityType, TransactionState

CENT = Decimal("0.01")
LINE_STEP = 16384  # GP numbers lines in these steps


class SalesDocumentType(StrEnum):
    """The kinds of sales document, in GP's own words. The same number may exist once in each."""

    QUOTE = "Quote"
    ORDER = "Order"
    INVOICE = "Invoice"
    RETURN = "Return"
    BACKORDER = "Backorder"
    FULFILLMENT_ORDER = "Fulfillment Order"


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
    """`sequence` is GP's line number; quantities in `unit_of_measure`, the item's selling unit where it is empty.

    The price is in the document's currency. `quantity_type` matters on a return: what the goods come back as.
    `to_invoice` is what the next invoice takes of the line; None where nobody said, and GP takes all that remains.
    """

    sequence: int
    item: str
    site: str
    quantity: Decimal
    unit_price: Decimal
    fulfilled: Decimal = Decimal(0)
    canceled: Decimal = Decimal(0)
    unit_of_measure: str = ""
    quantity_type: QuantityType = QuantityType.ON_HAND
    lots: tuple[Lot, ...] = ()
    serials: tuple[str, ...] = ()
    to_invoice: Decimal | None = field(default=None, compare=False)  # GP works it out where nobody says it

    @property
    def amount(self) -> Decimal:
        """The line's extended price to the cent, as GP keeps it, whatever the unit price's decimals."""
        return ((self.quantity - self.canceled) * self.unit_price).quantize(CENT, ROUND_HALF_UP)


@dataclass(frozen=True, slots=True)
class SalesDocument:
    """What orders, invoices and returns have in common, as read or as wanted.

    `holds` are process holds: GP's own gate against transfer and posting. `master_number` is shared by an order and
    what it became. `is_priced_by_gp`: the lines' prices are left to GP, and none is written. `image` is the document as
    the neighbour sent it, for the update that must give back what it does not change; it takes no part in comparing.
    """

    type: ClassVar[SalesDocumentType]

    number: str
    customer: str
    customer_po: str
    date: dt.date
    document_type: str
    batch: str
    lines: tuple[SalesLine, ...]
    currency: str = ""
    ship_to: ShipTo = ShipTo()
    shipping_method: str = ""
    comment: str = ""
    freight: Decimal = Decimal(0)
    miscellaneous: Decimal = Decimal(0)
    tax: Decimal = Decimal(0)
    trade_discount: Decimal = Decimal(0)
    tracking: tuple[str, ...] = ()
    holds: frozenset[str] = frozenset()
    shipped_on: dt.date | None = None
    state: TransactionState = TransactionState.WORK
    is_voided: bool = False
    master_number: int | None = None
    is_priced_by_gp: bool = field(default=False, compare=False)
    image: bytes = field(default=b"", repr=False, compare=False)

    @property
    def total(self) -> Decimal:
        """GP's own formula: lines, plus freight, miscellaneous and tax, less trade discount."""
        lines = sum((line.amount for line in self.lines), Decimal(0))
        return lines + self.freight + self.miscellaneous + self.tax - self.trade_discount


@dataclass(frozen=True, slots=True)
class SalesOrder(SalesDocument):
    """A GP sales order. It is saved and transferred, never posted."""

    type: ClassVar[SalesDocumentType] = SalesDocumentType.ORDER

    def as_draft(self, batch: str, hold: str) -> Self:
        """This order as it is first written: nothing shipped or picked yet, held, in a batch nobody posts."""
        return replace(
            self,
            batch=batch,
            holds=frozenset({hold} - {""}),
            tracking=(),
            shipped_on=None,
            lines=tuple(replace(line, fulfilled=Decimal(0), lots=(), serials=()) for line in self.lines),
        )


@dataclass(frozen=True, slots=True)
class SalesInvoice(SalesDocument):
    """An unposted invoice. `order` is the number of the order it bills, which GP keeps and does nothing with."""

    type: ClassVar[SalesDocumentType] = SalesDocumentType.INVOICE

    order: str = ""


@dataclass(frozen=True, slots=True)
class SalesReturn(SalesDocument):
    """An unposted sales return: goods back into a site, and the customer's money with them."""

    type: ClassVar[SalesDocumentType] = SalesDocumentType.RETURN


@dataclass(frozen=True, slots=True)
class SalesSummary:
    """One row of GP's list of sales documents. `modified_at` is in UTC, or midnight where GP keeps only days."""

    type: SalesDocumentType
    number: str
    customer: str
    customer_po: str
    date: dt.date
    batch: str
    total: Decimal
    state: TransactionState
    master_number: int | None = None
    modified_at: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class SalesUpdate:
    """What is written onto an order or an invoice that GP has. Only what differs is filled in.

    Pairs are of a line's sequence and a quantity, or a price. A quantity is what the line asks for in all, what was
    cancelled included; what remains to be invoiced moves with it, but where `to_invoice` says how much that is.
    A lot is as the line holds it from then on; the lots and serials that are not named here stay.
    """

    batch: str | None = None
    shipped_on: dt.date | None = None
    shipping_method: str | None = None
    ship_to: ShipTo | None = None
    comment: str | None = None
    freight: Decimal | None = None
    miscellaneous: Decimal | None = None
    tax: Decimal | None = None
    trade_discount: Decimal | None = None
    added_tracking: tuple[str, ...] = ()
    removed_tracking: tuple[str, ...] = ()
    added_lines: tuple[SalesLine, ...] = ()
    removed_lines: tuple[int, ...] = ()
    prices: tuple[tuple[int, Decimal], ...] = ()
    quantities: tuple[tuple[int, Decimal], ...] = ()
    to_invoice: tuple[tuple[int, Decimal], ...] = ()
    fulfilled: tuple[tuple[int, Decimal], ...] = ()
    canceled: tuple[tuple[int, Decimal], ...] = ()
    lots: tuple[tuple[int, Lot], ...] = ()
    serials: tuple[tuple[int, str], ...] = ()
    added_holds: frozenset[str] = frozenset()
    lifted_holds: frozenset[str] = frozenset()
