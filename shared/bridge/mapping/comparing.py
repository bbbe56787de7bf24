"""What GP holds against what it should hold: the difference to write, or why a person must look first."""

from __future__ import annotations

from bridge.domain.outcome import NeedsReview, Reason
from bridge.domain.sales_order import SalesOrder, ShipmentUpdate, TransactionState


def contradictions(present: SalesOrder, wanted: SalesOrder) -> tuple[str, ...]:
    """Where the document in GP is not the one we mean: a sentence each, naming both values, without personal data."""
    pairs = [
        ("customer", present.customer, wanted.customer),
        ("customer PO", present.customer_po, wanted.customer_po),
        ("lines", _shape(present), _shape(wanted)),
        ("freight", f"{present.freight:.2f}", f"{wanted.freight:.2f}"),
        ("trade discount", f"{present.trade_discount:.2f}", f"{wanted.trade_discount:.2f}"),
    ]
    return tuple(f"The {label} in GP: {held}; from ShipBob: {meant}" for label, held, meant in pairs if held != meant)


def _shape(order: SalesOrder) -> str:
    return "; ".join(
        f"{line.quantity.normalize():f} × {line.item} at {line.site} for {line.unit_price:.2f}"
        for line in sorted(order.lines, key=lambda line: line.sequence)
    )


def shipment_update(present: SalesOrder, wanted: SalesOrder, draft_hold: str) -> ShipmentUpdate | NeedsReview | None:
    """What must be written for `present` to agree with `wanted`; None when it does already.

    Only our own hold is ever lifted: a hold that a person set is theirs.
    """
    if moved_on := _moved_on(present):
        return NeedsReview((moved_on,))
    if contradicted := contradictions(present, wanted):
        fix = "Decide which is right, and change the other: the order in GP, or the one in ShipBob"
        return NeedsReview(tuple(Reason(text, fix) for text in contradicted))
    held = {line.sequence: line.fulfilled for line in present.lines}
    update = ShipmentUpdate(
        batch=wanted.batch if wanted.batch != present.batch else None,
        shipped_on=wanted.shipped_on if wanted.shipped_on != present.shipped_on else None,
        added_tracking=tuple(number for number in wanted.tracking if number not in present.tracking),
        fulfilled=tuple((x.sequence, x.fulfilled) for x in wanted.lines if held[x.sequence] != x.fulfilled),
        lifted_holds=frozenset({draft_hold}) & (present.holds - wanted.holds),
    )
    return update if update != ShipmentUpdate() else None


def _moved_on(present: SalesOrder) -> Reason | None:
    if present.is_voided:
        return Reason(f"{present.number} was voided in GP", "Enter the shipment in GP by hand if it is to be billed")
    if present.state is TransactionState.HISTORY:
        text = f"{present.number} has left Work in GP: it was transferred or posted"
        return Reason(text, "Write tracking and quantities onto the document it became")
    return None
