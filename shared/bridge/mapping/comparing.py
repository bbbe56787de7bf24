"""What GP holds against what it should hold: the difference to write, or why a person must look first."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal

from bridge.domain.inventory import InventoryDocument, InventoryLine, TransactionState
from bridge.domain.outcome import NeedsReview, Reason
from bridge.domain.sales_document import SalesLine, SalesOrder, SalesUpdate


def contradictions(present: SalesOrder, wanted: SalesOrder) -> tuple[str, ...]:
    """Where the document in GP is not the one we mean: a sentence each, naming both values, without personal data."""
    pairs = [
        ("customer", present.customer, wanted.customer),
        ("customer PO", present.customer_po, wanted.customer_po),
        ("state", "voided" if present.is_voided else "valid", "valid"),
        ("lines", _shape(present), _shape(wanted)),
        ("freight", f"{present.freight:.2f}", f"{wanted.freight:.2f}"),
        ("tax", f"{present.tax:.2f}", f"{wanted.tax:.2f}"),
        ("miscellaneous amount", f"{present.miscellaneous:.2f}", f"{wanted.miscellaneous:.2f}"),
        ("currency", present.currency or wanted.currency, wanted.currency or present.currency),
        ("trade discount", f"{present.trade_discount:.2f}", f"{wanted.trade_discount:.2f}"),
    ]
    return tuple(f"The {label} in GP: {held}; from ShipBob: {meant}" for label, held, meant in pairs if held != meant)


def _shape(order: SalesOrder) -> str:
    return "; ".join(
        f"{line.quantity.normalize():f} × {line.item} at {line.site} for {_price(line.unit_price)}"
        for line in _in_sequence(order)
    )


def _price(price: Decimal) -> str:
    """With its cents, and with what it has beyond them."""
    exact = price.normalize()
    return f"{exact:f}" if exact.as_tuple().exponent < -2 else f"{price:.2f}"  # type: ignore[operator]


def _in_sequence(order: SalesOrder) -> list[SalesLine]:
    return sorted(order.lines, key=lambda line: line.sequence)


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


def shipment_update(
    present: SalesOrder, wanted: SalesOrder, *, draft_batch: str, draft_hold: str
) -> SalesUpdate | NeedsReview | None:
    """What must be written for `present` to agree with `wanted`; None when it does already.

    Only what is ours is changed: a hold that a person set stays, and so does a batch that a person chose.
    """
    if reasons := _moved_on(present) or _contradicting(present, wanted) + _regressing(present, wanted):
        return NeedsReview(reasons)
    # Lines that a person entered again carry other numbers: the same line is the one in the same place.
    pairs = zip(_in_sequence(present), _in_sequence(wanted), strict=True)
    is_our_batch = present.batch == draft_batch
    update = SalesUpdate(
        batch=wanted.batch if is_our_batch and wanted.batch != present.batch else None,
        shipped_on=wanted.shipped_on if wanted.shipped_on != present.shipped_on else None,
        added_tracking=tuple(number for number in wanted.tracking if number not in present.tracking),
        fulfilled=tuple((held.sequence, meant.fulfilled) for held, meant in pairs if held.fulfilled != meant.fulfilled),
        lifted_holds=frozenset({draft_hold}) & (present.holds - wanted.holds),
    )
    return update if update != SalesUpdate() else None


def _contradicting(present: SalesOrder, wanted: SalesOrder) -> tuple[Reason, ...]:
    fix = "Decide which is right, and change the other: the order in GP, or the one in ShipBob"
    return tuple(Reason(text, fix) for text in contradictions(present, wanted))


def _regressing(present: SalesOrder, wanted: SalesOrder) -> tuple[Reason, ...]:
    """Goods that were written as shipped cannot come back by a change of mind in ShipBob's records."""
    written = sum((line.fulfilled for line in present.lines), Decimal(0))
    meant = sum((line.fulfilled for line in wanted.lines), Decimal(0))
    if meant >= written:
        return ()
    text = f"{present.number} has {written.normalize():f} pieces as shipped, and ShipBob now says {meant.normalize():f}"
    return (Reason(text, "Look at the shipments in ShipBob; correct the order in GP by hand if they were undone"),)


def _moved_on(present: SalesOrder) -> tuple[Reason, ...]:
    if present.is_voided:
        return (Reason(f"{present.number} was voided in GP", "Enter the shipment by hand if it is to be billed"),)
    if present.state is TransactionState.HISTORY:
        text = f"{present.number} has left Work in GP: it was transferred or posted"
        return (Reason(text, "Write tracking and quantities onto the document it became"),)
    return ()
