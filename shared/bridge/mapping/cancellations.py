"""An order of which a part was cancelled: what was ordered stays, and the cancelled part is cancelled in GP too.

ShipBob leaves the order's lines as they were when it cancels one of its shipments.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from decimal import Decimal

from bridge.domain.order import Order, Shipment, ShipmentStatus
from bridge.domain.recording import Recording


def with_cancelled(order: Order) -> Order | None:
    """The order as if nothing of it were cancelled; None where nothing or all of it is, or none knows from where."""
    live = order.live_shipments
    if not live or len(live) == len(order.shipments):
        return None
    return replace(order, shipments=tuple(_revived(shipment, live[0]) for shipment in order.shipments))


def _revived(shipment: Shipment, other: Shipment) -> Shipment:
    """A cancelled shipment may have lost its centre; nothing leaves from there any more, so any will do."""
    if not shipment.is_cancelled:
        return shipment
    status = ShipmentStatus.PROCESSING
    return replace(shipment, status=status, location=shipment.location or other.location)


def without_cancelled(whole: Recording, order: Order) -> Recording:
    """What was recorded of the whole order, with the quantities of its cancelled shipments cancelled."""
    cancelled = {shipment.id for shipment in order.shipments if shipment.is_cancelled}
    gone: Counter[int] = Counter()
    for parcel in whole.parcels:
        if parcel.shipment in cancelled:
            gone.update({line.sequence: line.quantity for line in parcel.lines})
    lines = tuple(replace(line, canceled=Decimal(gone[line.sequence])) for line in whole.order.lines)
    parcels = tuple(parcel for parcel in whole.parcels if parcel.shipment not in cancelled)
    return Recording(replace(whole.order, lines=lines), parcels)
