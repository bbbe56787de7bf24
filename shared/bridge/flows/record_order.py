"""A ShipBob order with its shipments ⇒ a GP sales order with its tracking.

Read the order as it is now, work out what GP should hold, compare with what was last written, write the difference.
First a draft under a process hold; once everything has left, tracking, quantities and ship date are written, the hold
is lifted and the order moves to a batch that people transfer and post. Nothing here posts.
"""

from __future__ import annotations

import dataclasses
import datetime as dt

from bridge.domain import topics
from bridge.domain.order import Order, OrderStatus
from bridge.domain.outcome import (
    Done,
    Misconfigured,
    NeedsReview,
    Outcome,
    Reason,
    Refused,
    Transient,
    Unchanged,
    Waiting,
)
from bridge.domain.recording import Recording
from bridge.domain.sales_document import SalesOrder, SalesUpdate
from bridge.flows import translating, writing
from bridge.flows.attempt import Work
from bridge.flows.reading import read_order
from bridge.mapping.comparing import contradictions, shipment_update
from bridge.protocols.intent import Effect, Intent
from bridge.protocols.ledger import Status

DRAFTS_AGAIN_AFTER = dt.timedelta(days=1)
PROMISES_KEPT_WITHIN = dt.timedelta(minutes=2)


def record_order(work: Work) -> Outcome:
    """Bring GP to agree with ShipBob's order, one step at a time, each written down before and after."""
    order = read_order(work)
    if work.row.intent is not None and (outcome := _settle(work, _meant(work, order), work.row.intent)) is not None:
        return outcome
    if order is None:
        return _absent_at_shipbob(work)
    if (outcome := _ahead_of_shipbob(work, order) or _not_ours(work, order)) is not None:
        return outcome
    recorded = translating.translate(work, order)
    if not isinstance(recorded, Recording):
        return recorded
    wanted = recorded.order
    if not work.row.fingerprint and (outcome := _create(work, wanted)) is not None:
        return outcome
    return _update(work, wanted)


def _meant(work: Work, order: Order | None) -> SalesOrder | None:
    """The document that a write in the air would have made; None where the order has none any more."""
    if order is None or order.status is OrderStatus.CANCELLED:
        return None
    recorded = translating.translate(work, order)
    return recorded.order if isinstance(recorded, Recording) else None


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
        return _cancelled_after_all(work) if order.status is OrderStatus.CANCELLED else None
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


def _cancelled_after_all(work: Work) -> Outcome:
    number = work.row.number
    present = work.ports.gp.sales_order(number)
    if present is not None and present.is_voided:
        return Done("cancelled in ShipBob, and voided in GP")
    if present is None:
        text = f"Cancelled in ShipBob, and {number} is no longer among GP's sales orders"
        return NeedsReview((Reason(text, "If it became an invoice in GP, void or credit that"),))
    return NeedsReview(
        (Reason(f"Cancelled in ShipBob after it was written in GP as {number}", f"Void {number} in GP"),)
    )


def _settle(work: Work, meant: SalesOrder | None, intent: Intent) -> Outcome | None:
    """Settle the write whose outcome nobody knows. None: settled, go on."""

    present = work.ports.gp.sales_order(work.row.number)
    found = present is not None and _is_written(work, present, meant, intent)
    if (outcome := writing.settle(work, present=present is not None, found=found)) is not None:
        return outcome
    if present is not None and found:
        return _adopt(work, present, meant, intent)
    if meant is None:
        work.row = dataclasses.replace(work.row, intent=None)
    return None


def _is_written(work: Work, present: SalesOrder, meant: SalesOrder | None, intent: Intent) -> bool:
    """Does GP hold what was announced? Any document under our number answers for a create: `_adopt` compares it.

    An update that nothing is meant by any more needs no answer: whatever comes next reads the document first.
    """
    if intent.effect is Effect.CREATE or meant is None:
        return True
    return _difference(work, present, meant) is None


def _adopt(work: Work, present: SalesOrder, meant: SalesOrder | None, intent: Intent) -> Outcome | None:
    """Take what stands in GP for ours, if it is what we mean."""
    contradicted = contradictions(present, meant) if meant is not None else ()
    fingerprint = intent.digest
    if intent.effect is Effect.UPDATE:
        fingerprint = _fingerprint(meant) if meant is not None else work.row.fingerprint
    return writing.adopt(work, present.number, fingerprint, contradicted)


def _difference(work: Work, present: SalesOrder, wanted: SalesOrder) -> SalesUpdate | NeedsReview | None:
    return shipment_update(present, wanted, draft_batch=work.row.draft_batch, draft_hold=work.row.draft_hold)


def _create(work: Work, wanted: SalesOrder) -> Outcome | None:
    """Write the draft. None: it is in GP, go on."""
    gp = work.ports.gp
    hold = work.ports.terms.orders.draft_hold
    draft = wanted.as_draft(translating.batch(work, is_shipped=False), hold)
    creation = writing.Creation(
        wanted=_wanted(draft),
        look=lambda: gp.sales_order(draft.number),
        write=lambda: gp.create_sales_order(draft),
        contradictions=lambda present: contradictions(present, draft),
    )
    facts = {"batch": draft.batch, "amount": f"{draft.total:.2f}"}
    return writing.create(work, creation, facts, draft_batch=draft.batch, draft_hold=hold)


def _update(work: Work, wanted: SalesOrder) -> Outcome:
    """Write what has shipped since. The order in GP is read first: a person may have moved it on."""
    if work.row.fingerprint == _fingerprint(wanted):
        look_at = _next_look(work, wanted)
        is_news = not work.row.is_finished
        return Done(_summary(wanted), look_at) if is_news else Unchanged("GP holds it already", look_at)
    work.ports.gp.login()
    present = work.ports.gp.sales_order(wanted.number)
    if present is None:
        text = f"{wanted.number} is no longer among GP's sales orders: it was transferred without history, or deleted"
        return NeedsReview((Reason(text, "Write tracking and quantities onto the document it became"),))
    update = _difference(work, present, wanted)
    if isinstance(update, NeedsReview):
        return update
    if update is not None:
        _write_update(work, present, update, wanted)
    work.row = dataclasses.replace(work.row, fingerprint=_fingerprint(wanted))
    return Done(_summary(wanted), _next_look(work, wanted))


def _next_look(work: Work, wanted: SalesOrder) -> dt.datetime | None:
    """A draft is looked at again once a day: ShipBob's change dates and webhooks have been seen to miss a shipment."""
    is_draft = wanted.batch == work.row.draft_batch
    return work.ports.clock.now() + DRAFTS_AGAIN_AFTER if is_draft else None


def _write_update(work: Work, present: SalesOrder, update: SalesUpdate, wanted: SalesOrder) -> None:
    work.record("read from GP", {"number": present.number, "batch": present.batch}, present.image)
    before = work.row
    writing.announce(
        work, Effect.UPDATE, _wanted(wanted), ready_batch=wanted.batch if update.batch else work.row.ready_batch
    )
    try:
        work.ports.gp.update_sales_order(present, update)
    except (Transient, Misconfigured, Refused):
        writing.withdraw(work, before)
        raise
    facts = {"number": wanted.number, "tracking": ", ".join(update.added_tracking), "batch": wanted.batch}
    work.record("updated in GP", facts)
    work.row = dataclasses.replace(work.row, intent=None)


def _wanted(order: SalesOrder) -> writing.Wanted:
    fields = dataclasses.asdict(order)
    del fields["image"]
    return writing.Wanted(order.number, fields | {"holds": sorted(order.holds)}, aliases=order.tracking)


def _fingerprint(order: SalesOrder) -> str:
    return _wanted(order).fingerprint


def _summary(order: SalesOrder) -> str:
    state = "draft" if order.batch.startswith("SBD") else "ready to transfer"
    return f"{order.number} in batch {order.batch}, {order.total:.2f}, {state}"
