"""What GP should hold of an order now: by the mode it began in, by what has left, and by what was cancelled of it."""

from __future__ import annotations

from dataclasses import replace

from bridge.domain.order import Order
from bridge.domain.outcome import NeedsReview, Reason, Waiting
from bridge.domain.recording import Recording
from bridge.domain.sales_document import SalesOrder
from bridge.domain.terms import PartialShipment, ShipmentRecord
from bridge.flows import translating
from bridge.flows.attempt import Work
from bridge.mapping import cancellations
from bridge.mapping.written import Written


def mode(work: Work) -> ShipmentRecord:
    """The mode that the order began in, whatever the setting has become since."""
    if work.row.fingerprint or work.row.mode:
        return ShipmentRecord(work.row.mode or ShipmentRecord.ORDER)
    return work.ports.terms.orders.shipments


def wanted(work: Work, order: Order) -> Recording | NeedsReview | Waiting:
    """The order as it should stand in GP with its parcels; or all that a person must decide; or what is awaited."""
    meant = translating.translate(work, order)
    is_shipped = order.is_shipped
    if isinstance(meant, NeedsReview) and (whole := cancellations.with_cancelled(order)) is not None:
        meant = translating.translate(work, whole)  # what it does not say of the whole, no part of it says
        if isinstance(meant, Recording):
            meant, is_shipped = cancellations.without_cancelled(meant, order), False
            if meant.order.total < 0:
                return NeedsReview((_nothing_to_pay(meant.order),))
    if not isinstance(meant, Recording):
        return meant
    shaped = _released(work, meant, is_shipped=is_shipped) if mode(work) is ShipmentRecord.ORDER else meant.order
    return replace(meant, order=_dated(work, shaped))


def _nothing_to_pay(order: SalesOrder) -> Reason:
    text = f"What is left of {order.number} after a part was cancelled comes to less than its trade discount of"
    fix = f"Decide what the customer still pays; enter that on {order.number} in GP by hand"
    return Reason(f"{text} {order.trade_discount:.2f}: {order.total:.2f}", fix)


def _released(work: Work, meant: Recording, *, is_shipped: bool) -> SalesOrder:
    """Free to be transferred once all has left, or what has left of it. `is_shipped`: the translation took it so.

    What was released in part stays so, whatever the setting has become: a person may be transferring it.
    """
    terms = work.ports.terms.orders
    all_left = all(parcel.is_shipped for parcel in meant.parcels)
    is_partial = terms.partial is PartialShipment.RELEASE and any(parcel.is_shipped for parcel in meant.parcels)
    order = meant.order
    was_released = _was_released_in_part(work)
    if (is_free := all_left or is_partial or was_released) != is_shipped:
        hold = work.row.draft_hold if work.row.fingerprint else terms.draft_hold
        order = replace(
            order,
            holds=frozenset() if is_free else frozenset({hold} - {""}),
            batch=translating.batch(work, is_shipped=is_free),
        )
    if (is_partial and not all_left) or was_released:
        order = replace(order, lines=tuple(replace(line, to_invoice=line.fulfilled) for line in order.lines))
    return order


def _was_released_in_part(work: Work) -> bool:
    last = Written.parse(work.row.written)
    return last is not None and any(line.to_invoice is not None for line in last.order.lines)


def _dated(work: Work, order: SalesOrder) -> SalesOrder:
    """On its own day, or on the one it was moved to out of a closed period."""
    return replace(order, date=max(order.date, work.row.dated or order.date))
