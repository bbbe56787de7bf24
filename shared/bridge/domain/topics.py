"""What ShipBob's webhook topics say of an order: which change nothing in GP, and which promise something to be seen.

Topics and their moments are those of ShipBob's webhook reference. A delivery may be ahead of what the order's own read
shows: shipped orders have been seen without their tracking, and created ones missing from the list for seconds.
"""

from __future__ import annotations

from collections.abc import Callable

from bridge.domain.order import Order, Shipment, ShipmentStatus

WEBHOOK = "webhook "  # how the reason of a hint begins that a delivery gave

TRACKING_UPDATED = "order.shipment.tracking.updated"
SHIPMENT_DELIVERED = "order.shipment.delivered"
ORDER_DELIVERED = "order.delivered"
RETURN_COMPLETED = "return.completed"

# Carriers move on; GP has its tracking number and its ship date by then.
CHANGES_NOTHING = frozenset({TRACKING_UPDATED, SHIPMENT_DELIVERED, ORDER_DELIVERED})


def topic_of(reason: str) -> str:
    """The topic in a hint's reason; empty where no delivery gave the hint."""
    return reason.removeprefix(WEBHOOK) if reason.startswith(WEBHOOK) else ""


def is_shown(topic: str, order: Order) -> bool:
    """Does the order show what the topic promises? A topic that promises nothing is always shown."""
    promised = PROMISES.get(topic)
    return promised is None or any(map(promised, order.shipments))


def _is_shipped(shipment: Shipment) -> bool:
    return shipment.is_shipped


def _is_cancelled(shipment: Shipment) -> bool:
    return shipment.is_cancelled


def _has_been(status: ShipmentStatus) -> Callable[[Shipment], bool]:
    """In that state, or past it: what has shipped or been cancelled is held up by nothing any more."""
    return lambda shipment: shipment.status is status or shipment.is_shipped or shipment.is_cancelled


# At least one shipment is so. Whether order.shipped comes once an order or once a shipment, ShipBob's pages disagree.
PROMISES: dict[str, Callable[[Shipment], bool]] = {
    "order.shipped": _is_shipped,
    "order.shipment.cancelled": _is_cancelled,
    "order.shipment.on_hold": _has_been(ShipmentStatus.ON_HOLD),
    "order.shipment.exception": _has_been(ShipmentStatus.EXCEPTION),
    TRACKING_UPDATED: _is_shipped,
    SHIPMENT_DELIVERED: _is_shipped,
    ORDER_DELIVERED: _is_shipped,
}
