"""A ShipBob receiving order ⇒ what it says, in its trail. Nothing of it is booked in GP yet."""

from __future__ import annotations

from bridge.domain.document import DocumentKind
from bridge.domain.outcome import Done, Outcome, Unchanged
from bridge.flows import reading
from bridge.flows.attempt import Work

FOLLOWED = (DocumentKind.RECEIVING,)
NOT_BOOKED = "in the trail; receipts are not booked in GP by this version"


def follow(work: Work) -> Outcome:
    """Write down how the document stands at ShipBob."""
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
