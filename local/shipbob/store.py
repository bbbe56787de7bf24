"""The store's own order, of which ShipBob keeps the text: here in the manner of Shopify's Admin REST order.

Its amounts are decimal texts in the store's currency. ShipBob's own model has none of them but the total, so this is
where tax, freight and discounts can be learnt.
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

from local.shipbob.orders import Line, NewOrder

NONE = Decimal("0.00")
CENT = Decimal("0.01")


def with_store_order(
    order: NewOrder, *, shipping: Decimal = NONE, tax: Decimal = NONE, discount: Decimal = NONE, currency: str = "USD"
) -> NewOrder:
    """The order together with what the store knows of it; its total becomes goods less discount, shipping and tax."""
    goods = sum((_amount(line) for line in order.lines), NONE)
    total = goods - discount + shipping + tax
    kept: dict[str, Any] = {
        "name": f"#{order.order_number}",
        "currency": currency,
        "subtotal_price": str(goods - discount),
        "total_line_items_price": str(goods),
        "total_discounts": str(discount),
        "total_tax": str(tax),
        "taxes_included": False,
        "tax_lines": [{"title": "Sales Tax", "price": str(tax)}] if tax else [],
        "total_shipping_price_set": {"shop_money": {"amount": str(shipping), "currency_code": currency}},
        "shipping_lines": [{"title": order.shipping_method, "price": str(shipping)}] if shipping else [],
        "total_price": str(total),
        "line_items": [
            {"sku": line.sku, "quantity": line.quantity, "price": str(line.unit_price or NONE)} for line in order.lines
        ],
    }
    return replace(order, total_price=total, store_order=kept)


def _amount(line: Line) -> Decimal:
    return (line.quantity * (line.unit_price or NONE)).quantize(CENT)
