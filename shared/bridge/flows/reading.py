"""What ShipBob holds of a document now: from the snapshot that a list gave, if that will do, else by a call.

Where a person has it decided on as recorded, it is what the trail holds, and when it was last read stays as it was.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable, Mapping

from bridge.domain.order import Order
from bridge.domain.outcome import Transient
from bridge.domain.receiving import WarehouseReceivingOrder
from bridge.domain.returns import Return
from bridge.flows import locate
from bridge.flows.attempt import Work
from bridge.flows.recalling import READ, RECALLED
from bridge.protocols import freshness

SNAPSHOT, CALL = "snapshot", "call"
ABSENT = "absent"  # what the row says was shown, where that is nothing


def read_order(work: Work) -> Order | None:
    """The order as ShipBob holds it; None where it shows none. What was read, and how, is in the trail."""
    if (recorded := _as_recorded(work, work.ports.shipbob.order_in)) is not None:
        return recorded
    order, doubted = _in_snapshot(work)
    how = SNAPSHOT
    if order is None:
        how = CALL
        order = by_call(work, lambda: work.ports.shipbob.order(work.message.document.number))
    if order is None:
        work.row = dataclasses.replace(work.row, shown=ABSENT)
    else:
        if not work.row.number:
            work.ports.state.remember_aliases(work.message.document, _aliases(order))
        facts = {"status": order.status, "shipments": _states(order), "from": how}
        shown = dataclasses.replace(order, image=b"")
        record(work, facts | ({"doubted": doubted} if doubted else {}), order.image, shown)
    return order


def _in_snapshot(work: Work) -> tuple[Order | None, str]:
    """The order in the snapshot, or why it is not gone by."""
    if work.snapshot is None:
        return None, ""
    try:
        order = work.ports.shipbob.order_in(work.snapshot.image)
    except Transient:
        return None, "the list's image cannot be read"
    doubted = freshness.doubt(order, work.row)
    if doubted:
        return None, f"the list shows it {doubted}"
    note(work, work.snapshot.read_started, work.snapshot.read_finished)
    return order, ""


def read_return(work: Work, is_doubted: Callable[[Return], bool]) -> Return | None:
    """The return as ShipBob holds it; None where it shows none. A list's image that is doubted is not gone by."""
    if (recorded := _as_recorded(work, work.ports.shipbob.return_in)) is not None:
        return recorded
    returned, how = _return_in_snapshot(work, is_doubted), SNAPSHOT
    if returned is None:
        how = CALL
        returned = by_call(work, lambda: work.ports.shipbob.customer_return(work.message.document.number))
    if returned is not None:
        if not work.row.number:
            work.ports.state.remember_aliases(work.message.document, [returned.reference, returned.tracking_number])
        shown = dataclasses.replace(returned, image=b"")
        record(work, {"status": returned.status, "type": returned.type, "from": how}, returned.image, shown)
    return returned


def _return_in_snapshot(work: Work, is_doubted: Callable[[Return], bool]) -> Return | None:
    if work.snapshot is None:
        return None
    try:
        returned = work.ports.shipbob.return_in(work.snapshot.image)
    except Transient:
        return None
    if is_doubted(returned):
        return None
    note(work, work.snapshot.read_started, work.snapshot.read_finished)
    return returned


def read_receiving_order(work: Work) -> WarehouseReceivingOrder | None:
    """The WRO as ShipBob holds it; None where it shows none. What was read is not in the trail yet."""
    if (recorded := _as_recorded(work, work.ports.shipbob.receiving_order_in)) is not None:
        return recorded
    if work.snapshot is not None:
        try:
            order = work.ports.shipbob.receiving_order_in(work.snapshot.image)
        except Transient:
            pass  # the list's image cannot be read: the WRO is asked for
        else:
            note(work, work.snapshot.read_started, work.snapshot.read_finished)
            return order
    return by_call(work, lambda: work.ports.shipbob.receiving_order(work.message.document.number))


def _as_recorded[D](work: Work, read: Callable[[bytes], D]) -> D | None:
    """What the trail holds of the document, if a person wants that to be gone by: it is not read, and so not noted."""
    if not work.recalled or work.snapshot is None:
        return None
    work.record(RECALLED, {"entry": str(work.recalled), "read at": work.snapshot.read_started.isoformat()})
    return read(work.snapshot.image)


def by_call[D](work: Work, call: Callable[[], D]) -> D:
    """What a call of ShipBob's gives, its time noted in the row."""
    started = work.ports.clock.now()
    found = call()
    note(work, started, work.ports.clock.now())
    return found


def note(work: Work, started: dt.datetime, finished: dt.datetime) -> None:
    """The row says when its document was last read."""
    work.row = dataclasses.replace(work.row, read_at=started, read_until=finished)


def record(work: Work, facts: Mapping[str, str], image: bytes, shown: object = None) -> None:
    """What was read is in the trail; the same in a later list is no news. `shown` is what the image says.

    Where a list's doubtful image led to a call, it is that image which the next list is compared with.
    """
    known = work.snapshot.image if work.snapshot else image
    work.record(READ, facts, image)
    meant = freshness.digest(repr(shown).encode()) if shown is not None else freshness.digest(image)
    work.row = dataclasses.replace(work.row, image_digest=freshness.digest(known), shown=meant, as_recorded=0)


def is_known(image_digest: str, image: bytes) -> bool:
    """Is that what was read the last time?"""
    return bool(image) and image_digest == freshness.digest(image)


def _aliases(order: Order) -> list[str]:
    return [order.number, order.reference, *(locate.alias(shipment.id) for shipment in order.shipments)]


def _states(order: Order) -> str:
    return ", ".join(f"{shipment.id} {shipment.status}" for shipment in order.shipments)
