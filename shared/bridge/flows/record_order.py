"""A ShipBob order with its shipments ⇒ a GP sales order with its tracking.

Read the order as it is now, work out what GP should hold, compare with what was last written, write the difference.
First a draft under a process hold; once everything has left, tracking, quantities and ship date are written, the hold
is lifted and the order moves to a batch that people transfer and post. Nothing here posts.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
from zoneinfo import ZoneInfo

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
from bridge.domain.sales_order import SalesOrder, ShipmentUpdate
from bridge.flows.attempt import Work
from bridge.mapping import recording
from bridge.mapping.comparing import contradictions, shipment_update
from bridge.protocols import intent as intents
from bridge.protocols.intent import Effect, Intent, Verdict
from bridge.protocols.ledger import LedgerRow, Status
from bridge.protocols.trail import digest

DRAFTS_AGAIN_AFTER = dt.timedelta(days=1)


def record_order(work: Work) -> Outcome:
    """Bring GP to agree with ShipBob's order, one step at a time, each written down before and after."""
    order = _read(work)
    if work.row.intent is not None and (outcome := _settle(work, _meant(work, order), work.row.intent)) is not None:
        return outcome
    if order is None:
        return _absent_at_shipbob(work)
    if (outcome := _not_ours(work, order)) is not None:
        return outcome
    wanted = _translate(work, order)
    if not isinstance(wanted, SalesOrder):
        return wanted
    if not work.row.fingerprint and (outcome := _create(work, wanted)) is not None:
        return outcome
    return _update(work, wanted)


def _read(work: Work) -> Order | None:
    started = work.ports.clock.now()
    order = work.ports.shipbob.order(work.message.document.number)
    work.row = dataclasses.replace(work.row, read_at=started)
    if order is not None:
        if not work.row.number:
            work.ports.state.remember_aliases(work.message.document, [order.number, order.reference])
        work.record("read from ShipBob", {"status": order.status, "shipments": _states(order)}, order.image)
    return order


def _meant(work: Work, order: Order | None) -> SalesOrder | None:
    """The document that a write in the air would have made; None where the order has none any more."""
    if order is None or order.status is OrderStatus.CANCELLED:
        return None
    wanted = _translate(work, order)
    return wanted if isinstance(wanted, SalesOrder) else None


def _states(order: Order) -> str:
    return ", ".join(f"{shipment.id} {shipment.status}" for shipment in order.shipments)


def _absent_at_shipbob(work: Work) -> Outcome:
    if work.row.fingerprint:
        text = f"ShipBob no longer has order {work.message.document.number}, and GP has it as {work.row.number}"
        return NeedsReview((Reason(text, "Look for it in ShipBob; void the order in GP if it is not to be shipped"),))
    return Waiting("ShipBob does not show the order yet")


def _not_ours(work: Work, order: Order) -> Outcome | None:
    """Orders that leave no document in GP: shipped before the cut-over, or cancelled before they were written."""
    if work.row.fingerprint:
        return _cancelled_after_all(work) if order.status is OrderStatus.CANCELLED else None
    if order.was_finished_before(work.ports.terms.cut_over):
        return Done("shipped before the cut-over: it belongs to the books as they were kept until then")
    if order.status is OrderStatus.CANCELLED:
        return Done("cancelled in ShipBob before it was written in GP")
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


def _translate(work: Work, order: Order) -> SalesOrder | NeedsReview | Waiting:
    mappings = work.ports.state.mappings(recording.keys_of(order))
    terms = work.ports.terms
    if work.row.fingerprint:
        # The hold it was drafted with, whatever the setting has become since.
        terms = dataclasses.replace(terms, draft_hold=work.row.draft_hold)
    batch = _batch(work, terms.zone, is_shipped=order.is_shipped)
    wanted = recording.sales_order(order, mappings, terms, batch)
    if not isinstance(wanted, SalesOrder):
        return wanted
    # Likewise the number it was given, whatever the prefix has become.
    work.row = dataclasses.replace(work.row, number=work.row.number or wanted.number)
    return dataclasses.replace(wanted, number=work.row.number)


def _batch(work: Work, zone: ZoneInfo, *, is_shipped: bool) -> str:
    """The draft or the ready batch, `SBDyymmdd-hh` or `SBRyymmdd-hh`: a new one every hour of GP's day.

    Batches roll so that people can post those that no longer grow. So a batch is chosen when it is about to be written,
    not when an order began to wait for that; once written it is in the row, and kept.
    """
    assert work.row.read_at is not None
    hour = f"{work.row.read_at.astimezone(zone):%y%m%d-%H}"
    return (work.row.ready_batch or f"SBR{hour}") if is_shipped else (work.row.draft_batch or f"SBD{hour}")


def _settle(work: Work, meant: SalesOrder | None, intent: Intent) -> Outcome | None:
    """Look in GP for the write whose outcome nobody knows. None: settled, go on."""
    present = work.ports.gp.sales_order(work.row.number)
    found = present is not None and _is_written(work, present, meant, intent)
    settlement = intents.settle(
        intent,
        found=found,
        ever_seen=work.row.was_seen_in_gp,
        now=work.ports.clock.now(),
        settle_time=work.ports.settle_time,
    )
    work.record("looked in GP", {"effect": intent.effect, "found": str(found), "verdict": settlement.verdict})
    # Whatever stood there once: gone again, it was a person's doing, and is not undone by another send.
    work.row = dataclasses.replace(work.row, was_seen_in_gp=work.row.was_seen_in_gp or present is not None)
    match settlement.verdict:
        case Verdict.ADOPT:
            assert present is not None
            return _adopt(work, present, meant, intent)
        case Verdict.LOOK_AGAIN:
            work.row = dataclasses.replace(work.row, intent=settlement.intent)
            return Waiting(f"GP has not answered for the {intent.effect} yet", settlement.look_at)
        case Verdict.ASK:
            text = f"{work.row.number} was in GP and is gone"
            return NeedsReview((Reason(text, "Enter it again by hand if it is to be billed"),))
        case Verdict.SEND_AGAIN:
            work.row = dataclasses.replace(work.row, intent=settlement.intent if meant is not None else None)
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
    if meant is not None and (contradicted := contradictions(present, meant)):
        fix = f"Find out who wrote or changed {present.number} in GP, and correct it there"
        return NeedsReview(tuple(Reason(text, fix) for text in contradicted))
    is_update = intent.effect is Effect.UPDATE
    fingerprint = work.row.fingerprint if is_update else intent.digest
    if is_update and meant is not None:
        fingerprint = _fingerprint(meant)
    work.save(intent=None, was_seen_in_gp=True, fingerprint=fingerprint)
    return None


def _difference(work: Work, present: SalesOrder, wanted: SalesOrder) -> ShipmentUpdate | NeedsReview | None:
    return shipment_update(present, wanted, draft_batch=work.row.draft_batch, draft_hold=work.row.draft_hold)


def _create(work: Work, wanted: SalesOrder) -> Outcome | None:
    """Write the draft. None: it is in GP, go on."""
    hold = work.ports.terms.draft_hold
    draft = wanted.as_draft(_batch(work, work.ports.terms.zone, is_shipped=False), hold)
    work.ports.gp.login()
    before = work.row
    _announce(work, Effect.CREATE, draft, draft_batch=draft.batch, draft_hold=hold)
    try:
        work.ports.gp.create_sales_order(draft)
    except (Transient, Misconfigured):
        _withdraw(work, before)
        raise
    except Refused as refusal:
        return _refused_create(work, draft, refusal, before)
    work.record("created in GP", {"number": draft.number, "batch": draft.batch, "amount": f"{draft.total:.2f}"})
    work.save(intent=None, was_seen_in_gp=True, fingerprint=_fingerprint(draft))
    return None


def _refused_create(work: Work, draft: SalesOrder, refusal: Refused, before: LedgerRow) -> Outcome | None:
    """GP said no. If the number is taken, what stands there decides: the refusal alone proves nothing either way."""
    work.record("refused by GP", {"reason": refusal.reason, "evidence": "; ".join(refusal.evidence)})
    present = work.ports.gp.sales_order(draft.number)
    if present is None:
        _withdraw(work, before)
        raise refusal
    assert work.row.intent is not None
    if (outcome := _adopt(work, present, draft, work.row.intent)) is not None:
        # Somebody else's, so ours is not written; once that one is gone it may be.
        _withdraw(work, before)
    return outcome


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


def _write_update(work: Work, present: SalesOrder, update: ShipmentUpdate, wanted: SalesOrder) -> None:
    work.record("read from GP", {"number": present.number, "batch": present.batch}, present.image)
    before = work.row
    _announce(work, Effect.UPDATE, wanted, ready_batch=wanted.batch if update.batch else work.row.ready_batch)
    try:
        work.ports.gp.update_sales_order(present, update)
    except (Transient, Misconfigured, Refused):
        _withdraw(work, before)
        raise
    facts = {"number": wanted.number, "tracking": ", ".join(update.added_tracking), "batch": wanted.batch}
    work.record("updated in GP", facts)
    work.row = dataclasses.replace(work.row, intent=None)


def _announce(work: Work, effect: Effect, order: SalesOrder, **written: str) -> None:
    """Say what is about to be written, in the audit and in the ledger, before it is."""
    now = work.ports.clock.now()
    before = work.row.intent
    announced = Intent(effect, _fingerprint(order), attempt=before.attempt + 1 if before else 1, sent_at=now)
    facts = {"effect": effect, "number": order.number, "digest": announced.digest}
    work.record("intends", facts, json.dumps(_plain(order), default=str).encode())
    work.ports.state.remember_aliases(work.message.document, [order.number, *order.tracking])
    work.save(intent=announced, status=Status.SENDING, due_at=now + work.ports.settle_time, **written)


def _withdraw(work: Work, before: LedgerRow) -> None:
    """The write is known not to have happened: what the row said of it is as it was."""
    work.row = dataclasses.replace(before, intent=None, version=work.row.version)


def _fingerprint(order: SalesOrder) -> str:
    return digest(_plain(order))


def _plain(order: SalesOrder) -> dict[str, object]:
    fields = dataclasses.asdict(order)
    del fields["image"]
    return fields | {"holds": sorted(order.holds)}


def _summary(order: SalesOrder) -> str:
    state = "draft" if order.batch.startswith("SBD") else "ready to transfer"
    return f"{order.number} in batch {order.batch}, {order.total:.2f}, {state}"
