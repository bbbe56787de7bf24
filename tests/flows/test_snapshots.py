"""What a list showed of a document is gone by where that is safe, and read again where it is not."""

from __future__ import annotations

import random

from bridge.domain.message import Message
from bridge.domain.outcome import Done, Unchanged
from bridge.flows.attempt import attempt
from bridge.protocols.ledger import Status

from local.memory.world import START, WRITE_GP
from tests.orders import (
    DAY,
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
    shipped_parcel,
    unshipped,
)
from tests.snapshots import a_world_with_a_draft, last_read, list_shows, reads

# ---- Gone by


def test_an_order_that_a_list_shows_is_recorded_without_a_read() -> None:
    world = a_world()

    assert isinstance(list_shows(world, world.shipbob.put(unshipped())), Done)

    assert (reads(world), world.gp.created) == (0, {NUMBER: 1})
    assert last_read(world) == {"status": "Processing", "shipments": "301 Processing", "from": "snapshot"}


def test_a_shipment_that_a_list_shows_is_written_without_a_read() -> None:
    world = a_world_with_a_draft()

    list_shows(world, world.shipbob.put(shipped()))

    assert (reads(world), world.gp.orders[NUMBER].tracking) == (0, ("1Z999",))


def test_the_image_in_the_list_is_kept_in_the_trail() -> None:
    world = a_world()
    order = world.shipbob.put(unshipped())

    list_shows(world, order)

    kept = [entry.payload_digest for entry in world.audit.entries(ORDER) if entry.what == "read from ShipBob"]
    assert [world.audit.payloads[each] for each in kept] == [order.image]


def test_the_row_says_when_the_list_was_read_and_hints_seen_before_that_are_no_news() -> None:
    world = a_world()
    world.clock.advance(MINUTE)
    list_shows(world, world.shipbob.put(unshipped()))

    row = world.row(ORDER)
    assert (row.read_at, row.read_until) == (START + 59 * SECOND, START + MINUTE)
    assert isinstance(attempt(WRITE_GP)(Message(ORDER, "webhook order.shipped", "msg_1", START), world), Unchanged)
    assert reads(world) == 0


def test_a_read_by_a_call_says_when_it_began_and_ended() -> None:
    world = a_world()
    world.shipbob.put(unshipped())

    world.attempt(ORDER)

    assert (world.row(ORDER).read_at, world.row(ORDER).read_until) == (START, START)
    assert last_read(world)["from"] == "call"


def test_the_batch_is_of_the_day_on_which_the_order_is_written_not_of_the_list() -> None:
    world = a_world()
    order = world.shipbob.put(unshipped())
    world.clock.advance(16 * HOUR)  # 00:05 on the 18th in Chicago

    list_shows(world, order, ago=58 * MINUTE)

    assert (reads(world), world.gp.orders[NUMBER].batch) == (0, "SBD261118-01")


def test_the_same_in_the_next_list_leaves_no_mark() -> None:
    world = a_world()
    order = world.shipbob.put(unshipped())
    list_shows(world, order)
    before = (world.row(ORDER), world.trail(ORDER))
    world.clock.advance(5 * MINUTE)

    assert isinstance(list_shows(world, order), Unchanged)

    assert (world.row(ORDER), world.trail(ORDER)) == before


def test_what_a_list_shows_too_little_of_is_read_once_and_not_each_time_the_list_shows_it() -> None:
    world = a_world()
    in_the_list = world.shipbob.put(an_order(shipped_parcel(301, *PLAIN_ITEMS, tracking="")))
    world.shipbob.put(shipped())
    list_shows(world, in_the_list)
    world.clock.advance(5 * MINUTE)

    list_shows(world, in_the_list)

    assert (reads(world), world.gp.orders[NUMBER].tracking) == (1, ("1Z999",))


# ---- Read again


def test_an_order_shipped_in_gp_that_a_late_list_shows_unshipped_is_read_again_and_stays_shipped() -> None:
    world = a_world()
    before = world.shipbob.put(unshipped())
    world.shipbob.put(shipped())
    world.attempt(ORDER)
    world.clock.advance(MINUTE)

    list_shows(world, before)

    assert reads(world) == 2
    assert last_read(world)["doubted"] == "the list shows it not shipped, though GP has it as shipped"
    assert (world.gp.orders[NUMBER].tracking, world.row(ORDER).status) == (("1Z999",), Status.DONE)


def test_an_order_that_the_list_shows_shipped_without_tracking_is_read_again() -> None:
    world = a_world_with_a_draft()
    bare = world.shipbob.put(an_order(shipped_parcel(301, *PLAIN_ITEMS, tracking="")))
    world.shipbob.put(shipped())

    list_shows(world, bare)

    assert (reads(world), world.gp.orders[NUMBER].tracking) == (1, ("1Z999",))


def test_an_order_without_its_quantities_in_the_list_is_read_again() -> None:
    world = a_world()
    bare = world.shipbob.put(an_order(parcel(301, ("WIDGET-RED", None), ("WIDGET-BLUE", 1))))
    world.shipbob.put(unshipped())

    assert isinstance(list_shows(world, bare), Done)

    assert (reads(world), world.gp.created) == (1, {NUMBER: 1})


def test_an_image_that_cannot_be_read_is_read_again() -> None:
    world = a_world()

    assert isinstance(list_shows(world, world.shipbob.put(unshipped()), image=b"no order"), Done)

    assert (reads(world), last_read(world)["doubted"]) == (1, "the list's image cannot be read")


def test_an_order_too_large_to_travel_is_read_again() -> None:
    world = a_world()
    noise = random.Random(1).randbytes(40_000)  # noqa: S311 - nothing secret

    list_shows(world, world.shipbob.put(unshipped()), image=noise)

    assert (reads(world), "doubted" in last_read(world)) == (1, False)


def test_a_message_that_comes_back_after_more_than_an_hour_is_read_again() -> None:
    world = a_world()
    order = world.shipbob.put(unshipped())
    world.clock.advance(2 * HOUR)

    list_shows(world, order, ago=61 * MINUTE)

    assert reads(world) == 1


def test_a_list_that_was_being_read_when_the_order_was_is_read_again() -> None:
    world = a_world()
    order = world.shipbob.put(unshipped())
    world.attempt(ORDER)

    list_shows(world, order)

    assert reads(world) == 2


def test_an_order_whose_write_is_in_the_air_is_read_again() -> None:
    world = a_world()
    order = world.shipbob.put(unshipped())
    world.gp.fail_next("create_sales_order", "lost reply")
    list_shows(world, order)
    world.clock.advance(10 * SECOND)

    list_shows(world, order)

    assert (reads(world), world.row(ORDER).status, world.gp.created) == (1, Status.DONE, {NUMBER: 1})


def test_an_order_whose_time_has_come_is_read_again() -> None:
    world = a_world()
    order = world.shipbob.put(unshipped())
    list_shows(world, order)
    world.clock.advance(7 * DAY)

    list_shows(world, order)

    assert reads(world) == 1
