"""A sales document and the kinds of it: order, invoice and return, each with numbers of its own.

Source: GP's SQL schema: the key of SOP10100 is the number together with the type, so kinds may share a number.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from decimal import Decimal

from local.gp.amounts import CURRENCY, value
from local.gp.reading import Struct

__all__ = ["INVOICE", "KINDS", "LINE_STEP", "ORDER", "QUANTITY_TYPES", "RETURN", "Document", "Kind", "value"]

LINE_STEP = 16384
"""GP numbers the lines of a document in steps of this (LNITMSEQ in GP's SQL schema)."""

QUANTITY_TYPES = {
    "On Hand": "OnHandQuantity",
    "Returned": "ReturnedQuantity",
    "In Use": "InUseQuantity",
    "In Service": "InServiceQuantity",
    "Damaged": "DamagedQuantity",
}
"""GP's quantity types, and the elements that hold them in a return's line and in an item's quantities by site."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One type of sales document.

    `rest` is the element of a line that GP works out when the line does not say it; `parts` are the elements that
    together make up a line's quantity.
    """

    name: str
    element: str
    prefix: str
    rest: str
    parts: tuple[str, ...] = ()

    @property
    def type(self) -> str:
        return f"Sales{self.name}"

    @property
    def object_type(self) -> str:
        return f"Microsoft.Dynamics.GP.{self.type}"


_SHORT = ("QuantityCanceled", "QuantityToBackorder")
ORDER = Kind("Order", "salesOrder", "ORDST", "QuantityToInvoice", ("QuantityToInvoice", *_SHORT))
INVOICE = Kind("Invoice", "salesInvoice", "STDINV", "BillingQuantity", ("BillingQuantity", *_SHORT))
RETURN = Kind("Return", "salesReturn", "RTN", "ReturnQuantity")
KINDS = {kind.name: kind for kind in (ORDER, INVOICE, RETURN)}


@dataclass(slots=True)
class Document:
    """`fields` and `lines` hold elements as they are on the wire, what GP computes is not among them.

    `master` is the number that an order shares with the invoices it was transferred to; `invoiced` is what went to
    earlier invoices, by line (QTYPRINV in GP's SQL schema): a line's quantity stays what was ordered.
    """

    kind: Kind
    number: str
    created: dt.datetime
    modified: dt.datetime
    currency: str = CURRENCY
    fields: Struct = field(default_factory=dict)
    lines: dict[int, Struct] = field(default_factory=dict)
    tracking: list[str] = field(default_factory=list)
    holds: dict[str, dt.datetime] = field(default_factory=dict)
    state: str = "Work"
    voided: bool = False
    posted: dt.datetime | None = None
    master: int = 0
    allocates: bool = False
    invoiced: dict[int, Decimal] = field(default_factory=dict)
    modified_count: int = 0

    @property
    def batch(self) -> str:
        return str(self.fields["BatchKey"]["Id"])

    def left(self, sequence: int) -> Decimal:
        """What of a line is neither cancelled nor invoiced yet."""
        line = self.lines[sequence]
        return value(line, "Quantity") - value(line, "QuantityCanceled") - self.invoiced.get(sequence, Decimal(0))

    def allocated(self, line: Struct) -> Decimal:
        """What the line takes of the stock that nobody else may then have."""
        if not self.allocates or self.state != "Work" or not self.kind.parts:
            return Decimal(0)
        return value(line, self.kind.rest)
