"""A ShipBob order with its shipments ⇒ a GP sales order, and what records its shipments.

Read the order as it is now, work out what GP should hold, compare with what was last written and with what GP holds,
write the difference. First a draft under a process hold. Then, by the mode the order began in: the order itself gets
tracking, quantities and ship date, loses its hold and moves to a batch that people transfer and post; or an invoice
bills each shipment. Nothing here posts. The rules of what happens after the first write are in docs/order-changes.md.
"""

from __future__ import annotations

import dataclasses
import datetime as dt

from bridge.domain import topics
from bridge.domain.order import Order, OrderStatus
from bridge.domain.outcome import Done, NeedsReview, Outcome, Reason, Waiting
from bridge.domain.recording import Recording
from bridge.domain.terms import ShipmentRecord
from bridge.flows import adopting, cancelling, drafting, invoicing, order_changes, order_wanted, settling
from bridge.flows.attempt import Work
from bridge.flows.reading import read_order
from bridge.flows.sales_writing import keep_what_was_planned
from bridge.protocols.ledger import Status

PROMISES_KEPT_WITHIN = dt.timedelta(minutes=2)


def record_order(work: Work) -> Outcome:
    """Bring GP to agree with ShipBob's order, one step at a time, each written down before and after."""
    keep_what_was_planned(work)
    order = read_order(work)
    if (outcome := settling.settle(work)) is not None:
        return outcome
    if order is None:
        return _absent_at_shipbob(_with_nothing_in_the_air(work))
    if (outcome := _ahead_of_shipbob(work, order) or _not_ours(work, order)) is not None:
        return outcome
    meant = order_wanted.wanted(work, order)
    if not isinstance(meant, Recording):
        _with_nothing_in_the_air(work)
        return meant
    if not work.row.fingerprint:
        outcome = adopting.keyed_by_hand(work, order, meant.order) or drafting.create(work, meant.order)
        if outcome is not None:
            return outcome
    return adopting.contradicted(work, meant.order) or _bring_up_to_date(work, meant)


def _bring_up_to_date(work: Work, meant: Recording) -> Outcome:
    if order_wanted.mode(work) is ShipmentRecord.INVOICE:
        return invoicing.bill(work, meant)
    is_open = not all(parcel.is_shipped for parcel in meant.parcels)
    return order_changes.bring_up_to_date(work, meant.order, is_open=is_open)


def _with_nothing_in_the_air(work: Work) -> Work:
    """A write that was settled as not done, and that nothing is meant by any more, is forgotten."""
    work.row = dataclasses.replace(work.row, intent=None)
    return work


def _absent_at_shipbob(work: Work) -> Outcome:
    if work.row.fingerprint:
        text = f"ShipBob no longer has order {work.message.document.number}, and GP has it as {work.row.number}"
        return NeedsReview((Reason(text, "Look for it in ShipBob; void the order in GP if it is not to be shipped"),))
    return Waiting("ShipBob does not show the order yet")


def _ahead_of_shipbob(work: Work, order: Order) -> Waiting | None:
    """A delivery may promise what ShipBob does not show yet: that gets two minutes, once; then what is shown counts.

    A review stays one: what ends it is in the next list, too.
    """
    row, topic = work.row, topics.topic_of(work.message.reason)
    if topics.is_shown(topic, order) or row.status is Status.REVIEW:
        return None
    until = work.began + PROMISES_KEPT_WITHIN
    if row.status is Status.WAITING and row.due_at is not None:
        if row.is_due(work.began):
            return None
        until = min(until, row.due_at)
    return Waiting(f"ShipBob does not show yet what {topic} promises", until)


def _not_ours(work: Work, order: Order) -> Outcome | None:
    """Orders that leave no document in GP: shipped before the cut-over, or cancelled before they were written."""
    if work.row.fingerprint:
        return cancelling.cancel(work) if order.status is OrderStatus.CANCELLED else None
    if order.was_finished_before(work.ports.terms.cut_over):
        return Done("shipped before the cut-over: it belongs to the books as they were kept until then")
    if order.status is OrderStatus.CANCELLED:
        return Done("cancelled in ShipBob before it was written in GP")
    return _not_yet_ours(work, order)


def _not_yet_ours(work: Work, order: Order) -> Outcome | None:
    """On which side of the cut-over it falls is not known yet, or not from what ShipBob tells."""
    cut_over = work.ports.terms.cut_over
    if work.ports.clock.now() < cut_over:
        return Waiting("the cut-over is still to come: it may be shipped before", until=cut_over)
    if order.is_shipped and order.purchased_at < cut_over and any(s.shipped_at is None for s in order.live_shipments):
        text = "Bought before the cut-over and shipped on a day that ShipBob does not tell"
        return NeedsReview((Reason(text, "If it is not in GP by other means, write it there by hand"),))
    return None
