"""GP's arithmetic of a sales document."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING

from local.gp.reading import Struct

if TYPE_CHECKING:
    from local.gp.documents import Document

CURRENCY = "USD"

_CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Totals:
    """The header amounts of a document; `total` is the sum of the others, the trade discount taken off."""

    lines: Decimal
    freight: Decimal
    miscellaneous: Decimal
    tax: Decimal
    trade_discount: Decimal

    @property
    def total(self) -> Decimal:
        return self.lines + self.freight + self.miscellaneous + self.tax - self.trade_discount


def totals(document: Document) -> Totals:
    """The amounts of a document as GP works them out."""
    lines = sum((extended(line) for line in document.lines.values()), Decimal("0.00"))
    return Totals(
        lines=lines,
        freight=value(document.fields, "FreightAmount"),
        miscellaneous=value(document.fields, "MiscellaneousAmount"),
        tax=value(document.fields, "TaxAmount"),
        trade_discount=discount(document.fields.get("TradeDiscount"), lines),
    )


def extended(line: Struct) -> Decimal:
    """Extended price of a line: what is billed, or not cancelled, at the unit price less the markdown of a unit."""
    price = value(line, "UnitPrice")
    price -= discount(line.get("Discount"), price)
    sold = value(line, "Quantity") - value(line, "QuantityCanceled")
    return _cents((value(line, "BillingQuantity") if "BillingQuantity" in line else sold) * price)


def discount(choice: Struct | None, of: Decimal) -> Decimal:
    """An amount, or a percentage of something."""
    choice = choice or {}
    if choice.get("Percent"):
        return _cents(of * value(choice, "Percent") / 100)
    return value(choice, "Amount")


def number(amount: Struct | None) -> Decimal:
    """The value in a MoneyAmount, Quantity or Percent; nothing is nought."""
    found = (amount or {}).get("Value", Decimal(0))
    assert isinstance(found, Decimal)
    return found


def value(struct: Struct, name: str) -> Decimal:
    """The value in the MoneyAmount, Quantity or Percent of that name; nothing is nought."""
    return number(struct.get(name))


def money(amount: Decimal, currency: str = CURRENCY, digits: int = 2) -> Struct:
    return {"Currency": currency, "Value": amount, "DecimalDigits": digits}


def quantity(amount: Decimal, digits: int = 0) -> Struct:
    return {"Value": amount, "DecimalDigits": digits}


def _cents(amount: Decimal) -> Decimal:
    return amount.quantize(_CENT, ROUND_HALF_UP)
