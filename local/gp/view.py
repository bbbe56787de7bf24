"""A document as JSON, for tests and for people: amounts and quantities as text, so that nothing is rounded."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from local.gp.amounts import extended, number, totals
from local.gp.books import Order
from local.gp.reading import Struct


def document(order: Order) -> dict[str, Any]:
    """An order as the control API gives it."""
    fields, amounts = order.fields, totals(order)
    return {
        "number": order.number,
        "state": order.state,
        "voided": order.voided,
        "batch": fields["BatchKey"]["Id"],
        "customer": fields["CustomerKey"]["Id"],
        "document_type": fields["DocumentTypeKey"]["Id"],
        "po": fields.get("CustomerPONumber", ""),
        "date": fields["Date"].date().isoformat(),
        "ship_date": fields["ActualShipDate"].date().isoformat() if "ActualShipDate" in fields else None,
        "lines": [_line(sequence, line) for sequence, line in sorted(order.lines.items())],
        "total": _text(amounts.total),
        "freight": _text(amounts.freight),
        "miscellaneous": _text(amounts.miscellaneous),
        "tax": _text(amounts.tax),
        "trade_discount": _text(amounts.trade_discount),
        "tracking": list(order.tracking),
        "holds": list(order.holds),
        "modified": order.modified.isoformat(),
        "modified_count": order.modified_count,
    }


def _line(sequence: int, line: Struct) -> dict[str, Any]:
    return {
        "sequence": sequence,
        "item": (line.get("ItemKey") or {}).get("Id", ""),
        "site": line["WarehouseKey"]["Id"],
        "quantity": _text(number(line["Quantity"])),
        "fulfilled": _text(number(line.get("QuantityFulfilled"))),
        "to_invoice": _text(number(line.get("QuantityToInvoice"))),
        "canceled": _text(number(line.get("QuantityCanceled"))),
        "unit_price": _text(number(line.get("UnitPrice"))),
        "unit_of_measure": line["UofM"],
        "extended": _text(extended(line)),
    }


def _text(value: Decimal) -> str:
    return f"{value:f}"
