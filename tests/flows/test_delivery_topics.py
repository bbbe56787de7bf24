"""A delivery may be ahead of what ShipBob shows, or tell what changes nothing in GP."""

from __future__ import annotations

import dataclasses

import pytest
from bridge.domain.document import DocumentId
from bridge.domain.message import Message
from bridge.domain.order import OrderStatus, ShipmentStatus
from bridge.domain.outcome import Done, Unchanged, Waiting
from bridge.flows.attempt import attempt
from bridge.protocols.ledger import LedgerRow, Status

from local.memory.world import START, WRITE_GP
from tests.orders import (
    HOUR,
    MINUTE,
    NUMBER,
    ORDER,
    PLAIN_ITEMS,
    SECOND,
    a_world,
    an_order,
    parcel,
    shipped,
    unshipped,
)
from tests.snapshots import a_world_with_a_draft, reads

LOCATE = DocumentId.parse("locate/301")

# ---- A delivery ahead of what ShipBob shows


def test_a_delivery_that_is_ahead_of_shipbob_waits_two_minutes_and_is_then_found_true() -> None:
    world = a_world_with_a_draft()
    now = world.clock.now()

    assert isinstance(world.attempt(ORDER, "webhook order.shipped"), Waiting)
    assert (world.row(ORDER).status, world.row(ORDER).due_at) == (Status.WAITING, now + 2 * MINUTE)
    world.shipbob.put(shipped())
    world.pass_time(3 * MINUTE)

    assert (world.gp.orders[NUMBER].tracking, world.row(ORDER).status) == (("1Z999",), Status.DONE)


def test_what_is_not_shown_after_two_minutes_is_not_waited_for_any_longer() -> None:
    world = a_world()
    world.shipbob.put(unshipped())
    world.attempt(ORDER, "webhook order.shipped")
    created_before = dict(world.gp.created)

    world.pass_time(3 * MINUTE)

    assert (created_before, world.gp.created) == ({}, {NUMBER: 1})
    assert (world.row(ORDER).status, reads(world)) == (Status.DONE, 2)


def test_further_deliveries_do_not_put_the_two_minutes_off() -> None:
    world = a_world_with_a_draft()
    began = world.clock.now()
    for _ in range(4):
        world.attempt(ORDER, "webhook order.shipped")
        world.clock.advance(25 * SECOND)

    assert world.row(ORDER).due_at == began + 2 * MINUTE


def test_a_delivery_as_the_two_minutes_end_goes_on_with_what_is_shown() -> None:
    world = a_world_with_a_draft()
    world.attempt(ORDER, "webhook order.shipped")
    world.clock.advance(2 * MINUTE)

    assert isinstance(world.attempt(ORDER, "webhook order.shipped"), Done)


def test_a_promise_does_not_put_off_what_waits_for_gp() -> None:
    world = a_world()
    world.shipbob.put(unshipped())
    world.gp.fail_all("down")
    world.attempt(ORDER)
    due_at = world.row(ORDER).due_at

    world.clock.advance(5 * SECOND)
    world.attempt(ORDER, "webhook order.shipped")

    assert (due_at, world.row(ORDER).due_at) == (START + 30 * SECOND, START + 30 * SECOND)


def test_a_review_stays_open_when_a_delivery_is_ahead_of_shipbob() -> None:
    world = a_world("channel/101")
    world.shipbob.put(unshipped())
    world.attempt(ORDER)
    world.clock.advance(HOUR)

    world.attempt(ORDER, "webhook order.shipped")

    assert (world.row(ORDER).status, world.row(ORDER).opened_at) == (Status.REVIEW, START)


def test_a_cancellation_that_shipbob_does_not_show_yet_is_not_overlooked() -> None:
    world = a_world_with_a_draft()
    world.attempt(ORDER, "webhook order.shipment.cancelled")
    waited = world.row(ORDER).status
    world.shipbob.put(
        an_order(parcel(301, *PLAIN_ITEMS, status=ShipmentStatus.CANCELLED), status=OrderStatus.CANCELLED)
    )

    world.pass_time(3 * MINUTE)

    assert (waited, world.row(ORDER).status) == (Status.WAITING, Status.DONE)
    assert world.gp.orders[NUMBER].is_voided


def test_a_write_whose_outcome_is_unknown_is_settled_before_a_promise_is_waited_for() -> None:
    world = a_world()
    world.shipbob.put(unshipped())
    world.gp.fail_next("create_sales_order", "lost reply")
    world.attempt(ORDER)
    world.clock.advance(MINUTE)

    world.attempt(ORDER, "webhook order.shipped")

    assert (world.row(ORDER).intent, world.row(ORDER).was_seen_in_gp) == (None, True)


# ---- What changes nothing in GP


CARRIER = ["webhook order.shipment.tracking.updated", "webhook order.shipment.delivered", "webhook order.delivered"]


@pytest.mark.parametrize("reason", CARRIER)
def test_a_carriers_news_is_in_the_trail_and_nowhere_else(reason: str) -> None:
    world = a_world()
    world.shipbob.put(shipped())
    world.attempt(ORDER)
    row, calls = world.row(ORDER), len(world.calls.made)
    world.clock.advance(HOUR)

    assert isinstance(world.attempt(ORDER, reason), Unchanged)

    assert world.row(ORDER) == row
    assert world.trail(ORDER)[-1] == "seen"
    assert world.audit.entries(ORDER)[-1].facts["reason"] == reason
    assert world.calls.made[calls:] == ["queue.send", "state.row", "audit.record"]


def test_a_carriers_news_of_an_order_that_gp_holds_as_a_draft_is_looked_into() -> None:
    world = a_world_with_a_draft()
    world.shipbob.put(shipped())

    world.attempt(ORDER, CARRIER[0])

    assert world.gp.orders[NUMBER].tracking == ("1Z999",)


def test_a_carriers_news_of_an_order_unknown_here_makes_no_row_and_no_read() -> None:
    world = a_world()
    world.shipbob.put(shipped())

    world.attempt(ORDER, CARRIER[0])

    assert (world.row(ORDER), reads(world)) == (LedgerRow(ORDER), 0)


# ---- Shipments whose order was read once


def test_a_shipment_of_an_order_that_was_read_is_found_without_a_call() -> None:
    world = a_world_with_a_draft()
    world.shipbob.put(shipped())

    world.hint(LOCATE, "webhook order.shipment.tracking.updated")
    world.deliver()

    assert world.calls.count("shipbob.order_of_shipment") == 0
    assert world.gp.orders[NUMBER].tracking == ("1Z999",)


def test_a_carriers_news_of_a_shipment_unknown_here_costs_no_call() -> None:
    world = a_world()
    world.shipbob.put(shipped())

    assert isinstance(world.attempt(LOCATE, CARRIER[0]), Unchanged)

    assert world.calls.of("shipbob") == []


def test_an_order_whose_number_is_a_shipments_is_not_taken_for_it() -> None:
    world = a_world()
    world.shipbob.put(dataclasses.replace(unshipped(), number="301"))
    world.attempt(ORDER)
    other = dataclasses.replace(an_order(parcel(999, *PLAIN_ITEMS), order_id=2), number="shipment/301")
    world.shipbob.put(other)
    world.attempt(DocumentId.parse("order/2"))

    world.hint(LOCATE)
    world.deliver()

    assert world.calls.count("shipbob.order_of_shipment") == 1, "two orders may be meant, so ShipBob is asked"


# ---- A delivery that tells nothing new


def test_a_delivery_seen_before_the_last_read_is_in_the_trail_though_it_changes_nothing() -> None:
    """The poll's own message waited behind a cold start and read the order after the delivery had come."""
    world = a_world()
    world.shipbob.put(shipped())
    delivery = Message(ORDER, "webhook order.shipped", "msg_1", world.clock.now())
    world.clock.advance(MINUTE)
    world.attempt(ORDER)
    before = (reads(world), world.row(ORDER))

    assert isinstance(attempt(WRITE_GP)(delivery, world), Unchanged)

    seen = world.audit.entries(ORDER)[-1]
    assert (seen.what, seen.by, seen.facts["reason"]) == ("seen", "msg_1", "webhook order.shipped")
    assert seen.facts["known already"] == "ShipBob was read after it came"
    assert (reads(world), world.row(ORDER)) == before


def test_a_row_of_a_poll_that_tells_nothing_new_leaves_no_entry() -> None:
    """Every poll overlaps the one before: the trail would be full of what has not happened."""
    world = a_world()
    world.shipbob.put(shipped())
    row = Message(ORDER, "poll orders-updated", "run-1", world.clock.now())
    world.clock.advance(MINUTE)
    world.attempt(ORDER)
    entries = len(world.audit.entries(ORDER))

    assert isinstance(attempt(WRITE_GP)(row, world), Unchanged)

    assert len(world.audit.entries(ORDER)) == entries
