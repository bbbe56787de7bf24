"""What GP holds against what it should hold, told in sentences."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal

from bridge.domain.inventory import InventoryDocument, InventoryLine
from bridge.domain.sales_document import SalesDocument, SalesLine


def contradictions(present: SalesDocument, wanted: SalesDocument) -> tuple[str, ...]:
    """Where the document in GP is not the one we mean: a sentence each, naming both values, without personal data."""
    lines = present.lines
    if wanted.is_priced_by_gp:
        lines = tuple(replace(line, unit_price=Decimal(0)) for line in lines)
    pairs = [
        ("customer", present.customer, wanted.customer),
        ("customer PO", present.customer_po, wanted.customer_po),
        ("state", "voided" if present.is_voided else "valid", "valid"),
        ("lines", shape(lines), shape(wanted.lines)),
        ("freight", f"{present.freight:.2f}", f"{wanted.freight:.2f}"),
        ("tax", f"{present.tax:.2f}", f"{wanted.tax:.2f}"),
        ("miscellaneous amount", f"{present.miscellaneous:.2f}", f"{wanted.miscellaneous:.2f}"),
        ("currency", present.currency or wanted.currency, wanted.currency or present.currency),
        ("trade discount", f"{present.trade_discount:.2f}", f"{wanted.trade_discount:.2f}"),
    ]
    return tuple(sentence(label, held, meant) for label, held, meant in pairs if held != meant)


def sentence(label: str, held: str, meant: str) -> str:
    """What of a document is one thing in GP and another at ShipBob."""
    return f"The {label} in GP: {held}; from ShipBob: {meant}"


def shape(lines: Iterable[SalesLine]) -> str:
    """The goods of a document and what they cost, as a person would read them out."""
    return "; ".join(
        f"{_quantity(line)} × {line.item} at {line.site} for {_price(line.unit_price)}"
        for line in sorted(lines, key=lambda line: line.sequence)
    )


def _quantity(line: SalesLine) -> str:
    canceled = f" less {line.canceled.normalize():f} canceled" if line.canceled else ""
    return f"{line.quantity.normalize():f}{canceled}"


def _price(price: Decimal) -> str:
    """With its cents, and with what it has beyond them."""
    exact = price.normalize()
    return f"{exact:f}" if exact.as_tuple().exponent < -2 else f"{price:.2f}"  # type: ignore[operator]


def inventory_contradictions(present: InventoryDocument, wanted: InventoryDocument) -> tuple[str, ...]:
    """Where the inventory document in GP is not the one we mean. GP may have appended a second create to the first."""
    held, meant = (Counter(_move(line) for line in document.lines) for document in (present, wanted))
    if held != meant and all(held[move] == 2 * count for move, count in meant.items()) and held.keys() == meant.keys():
        return (f"{present.number} holds its lines twice in GP: it was written twice under one number",)
    pairs = [
        ("date", f"{present.date}", f"{wanted.date}"),
        ("lines", moves(present), moves(wanted)),
    ]
    return tuple(f"The {label} of {present.number} in GP: {a}; from ShipBob: {b}" for label, a, b in pairs if a != b)


def moves(document: InventoryDocument) -> str:
    """The lines of an inventory document for a clerk, in an order of their own."""
    return "; ".join(sorted(_move(line) for line in document.lines))


def _move(line: InventoryLine) -> str:
    where = f"{line.site} to {line.to_site}" if line.to_site else line.site
    lots = "".join(f", lot {lot.number}" for lot in sorted(line.lots, key=lambda lot: lot.number))
    return f"{line.quantity.normalize():+f} × {line.item} at {where}{lots}"
