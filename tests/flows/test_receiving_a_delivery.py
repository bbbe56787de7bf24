"""The webhook door: an authentic delivery becomes a hint on the queue, anything else nothing."""

from __future__ import annotations

import dataclasses
import datetime as dt

import pytest
from bridge.domain.outcome import NotAuthentic, Transient
from bridge.flows.receive_delivery import receive_delivery

from local.memory.world import START, World, a_delivery
from tests.orders import ORDER


def test_a_delivery_about_an_order_is_queued_with_its_topic_its_id_and_the_moment() -> None:
    world = World()

    receive_delivery(a_delivery("msg_1", ORDER, "order.shipped"), world)

    (message,) = world.to_gp.waiting()
    assert (message.document, message.reason, message.origin, message.seen_at) == (
        ORDER,
        "webhook order.shipped",
        "msg_1",
        START,
    )


def test_the_same_delivery_twice_is_queued_once() -> None:
    world = World()

    for _ in range(2):
        receive_delivery(a_delivery("msg_1", ORDER), world)

    assert len(world.to_gp.waiting()) == 1


def test_the_same_delivery_hours_later_is_queued_again_and_costs_one_look() -> None:
    world = World()
    receive_delivery(a_delivery("msg_1", ORDER), world)
    world.clock.advance(dt.timedelta(hours=2))

    receive_delivery(a_delivery("msg_1", ORDER), world)

    assert len(world.to_gp.waiting()) == 2


def test_a_topic_that_changes_nothing_in_gp_is_received_and_not_queued() -> None:
    world = World()

    hint = receive_delivery(a_delivery("msg_1", None, "billing.charge.created"), world)

    assert (hint.topic, world.to_gp.waiting()) == ("billing.charge.created", [])


def test_an_unsigned_delivery_is_refused_and_nothing_is_queued() -> None:
    world = World()
    forged = dataclasses.replace(a_delivery("msg_1", ORDER), headers={"webhook-id": "msg_1"})

    with pytest.raises(NotAuthentic):
        receive_delivery(forged, world)

    assert world.to_gp.waiting() == []


def test_the_door_touches_neither_ledger_nor_audit_nor_a_neighbour() -> None:
    world = World()

    receive_delivery(a_delivery("msg_1", ORDER), world)

    assert world.calls.made == ["webhooks.open", "queue.send"]


def test_a_delivery_that_could_not_be_queued_is_not_acknowledged() -> None:
    world = World()
    world.to_gp.fail_next(Transient("SQS refused"))

    with pytest.raises(Transient):
        receive_delivery(a_delivery("msg_1", ORDER), world)
