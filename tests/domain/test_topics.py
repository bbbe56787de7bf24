"""What a delivery's topic promises of an order, and which orders show it."""

from __future__ import annotations

import pytest
from bridge.domain import topics
from bridge.domain.order import ShipmentStatus

from tests.orders import PLAIN_ITEMS, an_order, cancelled, parcel, shipped, shipped_parcel, unshipped

SHIPPED_TOPICS = [
    "order.shipped",
    "order.shipment.delivered",
    "order.delivered",
    "order.shipment.tracking.updated",
]


@pytest.mark.parametrize("topic", SHIPPED_TOPICS)
def test_what_comes_with_a_shipment_promises_that_something_has_shipped(topic: str) -> None:
    half = an_order(parcel(301, ("WIDGET-RED", 2)), shipped_parcel(302, ("WIDGET-BLUE", 1)))

    assert [topics.is_shown(topic, order) for order in (unshipped(), half, shipped())] == [False, True, True]


@pytest.mark.parametrize(
    ("topic", "status"),
    [
        ("order.shipment.on_hold", ShipmentStatus.ON_HOLD),
        ("order.shipment.exception", ShipmentStatus.EXCEPTION),
        ("order.shipment.cancelled", ShipmentStatus.CANCELLED),
    ],
)
def test_a_state_that_is_announced_is_shown_by_a_shipment_in_it(topic: str, status: ShipmentStatus) -> None:
    in_it = an_order(parcel(301, ("WIDGET-RED", 2)), parcel(302, ("WIDGET-BLUE", 1), status=status))

    assert topics.is_shown(topic, in_it)
    assert not topics.is_shown(topic, unshipped())


@pytest.mark.parametrize("topic", ["order.shipment.on_hold", "order.shipment.exception"])
def test_what_has_left_or_been_cancelled_is_past_any_hold(topic: str) -> None:
    assert topics.is_shown(topic, shipped())
    assert topics.is_shown(topic, cancelled())


def test_a_shipped_order_does_not_show_a_cancellation() -> None:
    assert not topics.is_shown("order.shipment.cancelled", shipped())


@pytest.mark.parametrize("topic", ["", "order.shipment.address.updated", "order.shipment.line_item.added", "new.topic"])
def test_a_topic_that_promises_nothing_is_always_shown(topic: str) -> None:
    assert topics.is_shown(topic, an_order(parcel(301, *PLAIN_ITEMS)))


@pytest.mark.parametrize(
    ("reason", "topic"),
    [("webhook order.shipped", "order.shipped"), ("poll orders-updated", ""), ("replay: order.shipped", ""), ("", "")],
)
def test_only_a_delivery_has_a_topic(reason: str, topic: str) -> None:
    assert topics.topic_of(reason) == topic
