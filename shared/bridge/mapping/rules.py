"""What becomes of an order, and of a shipment, in each of ShipBob's states: one stated rule for each."""

from __future__ import annotations

from enum import StrEnum

from bridge.domain.order import OrderStatus, ShipmentStatus


class OrderRule(StrEnum):
    """What the state of an order, which ShipBob derives from its shipments, means for GP."""

    BY_SHIPMENTS = "written; its shipments say what is a draft and what has left"
    WAITS = "waits until ShipBob has taken it in"
    CANCELLED = "not written; a draft that is still as the bridge wrote it is voided, anything else in GP a review"
    REVIEW = "a review: somebody looks at it in ShipBob"


class ShipmentRule(StrEnum):
    """What the state of a shipment means for its part of the order in GP."""

    NOT_LEFT = "not left yet: its goods stay in the draft"
    SHIPPED = "left: quantities, tracking and ship date are written"
    LEFT_OUT = "left out, as if it were not there"
    REVIEW = "a review: somebody looks at it in ShipBob"


ORDER_RULES: dict[OrderStatus, OrderRule] = {
    OrderStatus.PROCESSING: OrderRule.BY_SHIPMENTS,
    OrderStatus.EXCEPTION: OrderRule.BY_SHIPMENTS,
    OrderStatus.PARTIALLY_FULFILLED: OrderRule.BY_SHIPMENTS,
    OrderStatus.FULFILLED: OrderRule.BY_SHIPMENTS,
    OrderStatus.CANCELLED: OrderRule.CANCELLED,
    OrderStatus.IMPORT_REVIEW: OrderRule.WAITS,
    OrderStatus.UNKNOWN: OrderRule.REVIEW,
}

SHIPMENT_RULES: dict[ShipmentStatus, ShipmentRule] = {
    ShipmentStatus.NONE: ShipmentRule.NOT_LEFT,
    ShipmentStatus.PROCESSING: ShipmentRule.NOT_LEFT,
    ShipmentStatus.COMPLETED: ShipmentRule.SHIPPED,
    ShipmentStatus.EXCEPTION: ShipmentRule.NOT_LEFT,
    ShipmentStatus.ON_HOLD: ShipmentRule.NOT_LEFT,
    ShipmentStatus.CANCELLED: ShipmentRule.LEFT_OUT,
    ShipmentStatus.CLEAN_SWEEPED: ShipmentRule.NOT_LEFT,
    ShipmentStatus.LABELED_CREATED: ShipmentRule.SHIPPED,
    ShipmentStatus.IMPORT_REVIEW: ShipmentRule.NOT_LEFT,
    ShipmentStatus.UNKNOWN: ShipmentRule.REVIEW,
}
