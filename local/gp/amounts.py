"""GP's arithmetic of a sales order."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from local.gp.books import CURRENCY, Order
from local.gp.reading import Struct

_CENT = Decimal("0.01")
ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Totals:
    """The header amounts of an order; `total` is the sum of the others, the trade discount taken off."""

    lines: Decimal
    freight: Decimal
    miscellaneous: Decimal
    tax: Decimal
    trade_discount: Decimal

    @property
    def total(self) -> Decimal:
        return self.lines + self.freight + self.miscellaneous + self.tax - self.trade_discount


def totals(order: Order) -> Totals:
    """The amounts of an order as GP works them out."""
    lines = sum((extended(line) for line in order.lines.values()), Decimal("0.00"))
    return Totals(
        lines=lines,
        freight=number(order.fields.get("FreightAmount")),
        miscellaneous=number(order.fields.get("MiscellaneousAmount")),
        tax=number(order.fields.get("TaxAmount")),
        trade_discount=discount(order.fields.get("TradeDiscount"), lines),
    )


def extended(line: Struct) -> Decimal:
    """Extended price of a line: what is not cancelled, at the unit price less the markdown of a unit."""
    price = number(line.get("UnitPrice"))
    price -= discount(line.get("Discount"), price)
    return _cents((number(line.get("Quantity")) - number(line.get("QuantityCanceled"))) * price)


def discount(choice: Struct | None, of: Decimal) -> Decimal:
    """An amount, or a percentage of something."""
    choice = choice or {}
    if choice.get("Percent"):
        return _cents(of * number(choice["Percent"]) / 100)
    return number(choice.get("Amount"))


def number(amount: Struct | None) -> Decimal:
    """The value in a MoneyAmount, Quantity or Percent; nothing is nought."""
    value = (amount or {}).get("Value", ZERO)
    assert isinstance(value, Decimal)
    return value


def money(value: Decimal, digits: int = 2) -> Struct:
    return {"Currency": CURRENCY, "Value": value, "DecimalDigits": digits}


def quantity(value: Decimal, digits: int = 0) -> Struct:
    return {"Value": value, "DecimalDigits": digits}


def _cents(value: Decimal) -> Decimal:
    return value.quantize(_CENT, ROUND_HALF_UP)
