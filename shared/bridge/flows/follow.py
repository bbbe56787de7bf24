"""A ShipBob receiving order or stock event ⇒ what it says, in its trail. Nothing of it is booked in GP yet."""

from __future__ import annotations

from bridge.domain.document import DocumentKind
from bridge.domain.outcome import Done, NeedsReview, Outcome, Reason, Transient, Unchanged, Waiting
from bridge.domain.stock import StockChange, StockEvent
from bridge.flows import reading
from bridge.flows.attempt import Work

FOLLOWED = (DocumentKind.RECEIVING, DocumentKind.STOCK)
NOT_BOOKED = "in the trail; receipts and stock events are not booked in GP by this version"


def follow(work: Work) -> Outcome:
    """Write down how the document stands at ShipBob."""
    if work.message.document.kind is DocumentKind.STOCK:
        return _follow_event(work)
    if work.snapshot is not None:
        reading.note(work, work.snapshot.read_started, work.snapshot.read_finished)
        reading.record(work, {"from": reading.SNAPSHOT}, work.snapshot.image)
        return Done(NOT_BOOKED)
    return _follow_by_call(work)


def _follow_by_call(work: Work) -> Outcome:
    known = work.row.image_digest
    found = reading.by_call(work, lambda: _asked_for(work))
    if found is None:
        return Done("ShipBob does not show it")
    status, image = found
    if reading.is_known(known, image):
        return Unchanged("as it was")
    reading.record(work, {"status": status, "from": reading.CALL}, image)
    return Done(NOT_BOOKED)


def _asked_for(work: Work) -> tuple[str, bytes] | None:
    """How the document stands, and its image."""
    number = work.message.document.number
    receiving = work.ports.shipbob.receiving_order(number)
    return None if receiving is None else (receiving.status, receiving.image)


def _follow_event(work: Work) -> Outcome:
    """An event never changes, so a snapshot of any age will do. There is no other way: ShipBob shows none by its id."""
    snapshot = work.message.snapshot
    if snapshot is None:
        if work.row.image_digest:
            return Unchanged("in the trail already")
        return Waiting("a correction of stock without its contents: the next list of corrections brings them")
    reading.note(work, snapshot.read_started, snapshot.read_finished)
    try:
        event = work.ports.shipbob.stock_event_in(snapshot.image)
    except Transient as unread:
        reading.record(work, {"unread": str(unread)}, snapshot.image)
        text = "A correction of stock came in a form that this version does not read"
        return NeedsReview((Reason(text, "Its trail keeps it; look at the history of ShipBob's inventory as well"),))
    reading.record(work, _facts(event), snapshot.image)
    return Done(NOT_BOOKED)


def _facts(event: StockEvent) -> dict[str, str]:
    facts = {"category": event.category, "facility": str(event.facility), "at": event.at.isoformat()}
    changes = {"increment": event.increment, "decrement": event.decrement}
    return facts | {side: _change(change) for side, change in changes.items() if change is not None}


def _change(change: StockChange) -> str:
    return f"{change.quantity} of {change.sku}"
