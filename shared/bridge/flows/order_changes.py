"""What changed of an order since it was written, written onto the order in GP."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from bridge.domain.outcome import Done, NeedsReview, Outcome, Unchanged
from bridge.domain.sales_document import SalesOrder, SalesUpdate
from bridge.flows import transferred
from bridge.flows.attempt import Work
from bridge.flows.sales_writing import keep_what_was_planned, wanted_of, write
from bridge.mapping.changing import Change, moved_on, order_change
from bridge.mapping.written import Written
from bridge.protocols.batches import DRAFT, READY
from bridge.protocols.intent import Effect

DRAFTS_AGAIN_AFTER = dt.timedelta(days=7)  # by itself, should the nights' looks at all of them have failed


def bring_up_to_date(work: Work, wanted: SalesOrder, *, is_open: bool) -> Outcome:
    """Write what differs. The order in GP is read first: a person may have changed it, or moved it on.

    `is_open`: something is still to leave, so it is looked at again by itself: ShipBob's change dates and webhooks
    have been seen to miss a shipment.
    """
    look_at = work.ports.clock.now() + DRAFTS_AGAIN_AFTER if is_open else None
    fingerprint = wanted_of(wanted).fingerprint
    if work.row.fingerprint == fingerprint:
        note = _summary(work, wanted)
        return Done(note, look_at) if not work.row.is_finished else Unchanged("GP holds it already", look_at)
    work.ports.gp.login()
    present = work.ports.gp.sales_order(wanted.number)
    if present is None or moved_on(present):
        return transferred.follow(work, present, wanted, look_at)
    change = order_change(present, wanted, last_written(work, wanted), work.row.draft_hold)
    if isinstance(change, NeedsReview):
        return change
    _write(work, present, change, wanted)
    work.row = replace(
        work.row,
        fingerprint=fingerprint,
        written=change.after.to_text(),
        planned="",
        ready_batch=_ready_batch(work, wanted),
    )
    return Done(_summary(work, wanted), look_at)


def last_written(work: Work, wanted: SalesOrder) -> Written:
    """What we last wrote. Of a row that does not say it: what is wanted, before any of it shipped."""
    draft = wanted.as_draft(work.row.draft_batch, work.row.draft_hold)
    return Written.parse(work.row.written) or Written.of(draft)


def _write(work: Work, present: SalesOrder, change: Change, wanted: SalesOrder) -> None:
    update = change.update
    if update == SalesUpdate():
        return
    planned, ready = change.after.to_text(), _ready_batch(work, wanted)
    call = lambda: work.ports.gp.update_sales_order(present, update)  # noqa: E731 - one call, made in one place
    write(work, Effect.UPDATE, present, wanted_of(wanted), call, planned=planned, ready_batch=ready)
    facts = {"number": wanted.number, "tracking": ", ".join(update.added_tracking), "batch": wanted.batch}
    work.record("updated in GP", facts | {"lines": _lines(update)})
    work.row = replace(work.row, intent=None)
    keep_what_was_planned(work)


def _ready_batch(work: Work, wanted: SalesOrder) -> str:
    """The ready batch that it has a place in, though a person may keep it in another; none of a draft's.

    What becomes a draft again leaves its place: by the time it is ready once more that batch may be posted.
    """
    return wanted.batch if wanted.batch in {work.row.ready_batch, work.batches.get(READY)} else ""


def _lines(update: SalesUpdate) -> str:
    added, removed = len(update.added_lines), len(update.removed_lines)
    changed = {sequence for sequence, _ in (*update.prices, *update.quantities, *update.canceled)}
    counts = {"added": added, "removed": removed, "changed": len(changed)}
    return ", ".join(f"{count} {what}" for what, count in counts.items() if count)


def _summary(work: Work, order: SalesOrder) -> str:
    state = "draft" if order.batch.startswith(f"{work.ports.terms.number_prefix}{DRAFT}") else "ready to transfer"
    return f"{order.number} in batch {order.batch}, {order.total:.2f}, {state}"
