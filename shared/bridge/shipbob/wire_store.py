"""The shop's own order, of which ShipBob keeps the text: read for what ShipBob's own model has not, the money.

Shops differ. Read are the names of Shopify's Admin REST order, and those of WooCommerce's where they differ. A tax that
lies within the prices is none beside them.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from bridge.domain.outcome import Transient
from bridge.domain.store_amounts import StoreAmounts
from bridge.shipbob import wire

NOUGHT = Decimal(0)
WITHIN = ("taxes_included", "prices_include_tax")


def read_store_amounts(body: bytes) -> StoreAmounts | None:
    """Tax, freight and discount; None where the text tells none of them, or tells them in a way that nobody knows."""
    try:
        told = wire.parsed(body)
    except Transient:
        return None
    if not isinstance(told, Mapping):
        return None
    found = [_amount(told.get("total_tax")), _freight(told), _first(told, "total_discounts", "discount_total")]
    if found[0] is None or found[1] is None or any(each is not None and each < 0 for each in found):
        return None
    tax, freight, discount = (each or NOUGHT for each in found)
    is_within = any(told.get(name) is True for name in WITHIN)
    currency = told.get("currency")
    return StoreAmounts(NOUGHT if is_within else tax, freight, discount, currency if isinstance(currency, str) else "")


def _freight(told: Mapping[str, Any]) -> Decimal | None:
    """The shipping's own total, else the sum of its lines."""
    total = told.get("total_shipping_price_set")
    money = total.get("shop_money") if isinstance(total, Mapping) else None
    if isinstance(money, Mapping) and (amount := _amount(money.get("amount"))) is not None:
        return amount
    if (amount := _amount(told.get("shipping_total"))) is not None:
        return amount
    lines = told.get("shipping_lines")
    if not isinstance(lines, list):
        return None
    prices = [_amount(line.get("price")) if isinstance(line, Mapping) else None for line in lines]
    known = [price for price in prices if price is not None]
    return sum(known, NOUGHT) if len(known) == len(prices) else None


def _first(told: Mapping[str, Any], *names: str) -> Decimal | None:
    return next((amount for name in names if (amount := _amount(told.get(name))) is not None), None)


def _amount(value: object) -> Decimal | None:
    """A decimal text or a number; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
        return None
    try:
        amount = Decimal(value)
    except InvalidOperation:
        return None
    return amount if wire.is_counted(amount) else None
