"""What waits is tried again until it is done; what a person must decide is released by itself."""

from __future__ import annotations

import pytest
from bridge.domain.outcome import MappingKey, Waiting
from bridge.protocols.ledger import Status

from local.memory.world import START
from tests.orders import (
    DAY,
    HOUR,
    MINUTE,
    NUMBER,
    ORDER,
    SECOND,
    a_world,
    a_world_with,
    an_order,
    parcel,
    shipped,
    unshipped,
)

# ---- Reviews that a mapping releases


def test_a_mapped_key_releases_its_review_at_the_next_sweep() -> None:
    world = a_world("sku/WIDGET-BLUE")
    world.shipbob.put(unshipped())
    world.attempt(ORDER)
    world.clock.advance(MINUTE)
    world.state.map(MappingKey.parse("sku/WIDGET-BLUE"), "BLUE-100", "a person")

    assert world.sweep().released == 1

    row = world.row(ORDER)
    assert (row.status, row.reasons, world.gp.created[NUMBER]) == (Status.DONE, (), 1)


def test_a_review_of_two_keys_stays_while_one_is_missing() -> None:
    world = a_world("sku/WIDGET-BLUE", "channel/101")
    world.shipbob.put(unshipped())
    world.attempt(ORDER)
    world.clock.advance(MINUTE)
    world.state.map(MappingKey.parse("sku/WIDGET-BLUE"), "BLUE-100", "a person")

    assert world.sweep().released == 0

    assert (world.row(ORDER).status, world.gp.orders) == (Status.REVIEW, {})


def test_a_review_that_a_mapping_alone_does_not_end_is_released_once_and_then_asks_for_the_rest() -> None:
    world = a_world("sku/WIDGET-BLUE")
    world.shipbob.put(an_order(parcel(301, ("WIDGET-RED", 1), ("WIDGET-BLUE", 1))))
    world.attempt(ORDER)
    world.clock.advance(MINUTE)
    world.state.map(MappingKey.parse("sku/WIDGET-BLUE"), "BLUE-100", "a person")

    released = [world.sweep().released for _ in range(3)]

    assert released == [1, 0, 0]
    assert [reason.text for reason in world.row(ORDER).reasons] == [
        "The order has 2 of WIDGET-RED, its shipments have 1"
    ]


def test_a_document_that_waits_no_longer_shows_the_reasons_of_a_review_that_is_over() -> None:
    world = a_world("sku/WIDGET-BLUE")
    world.shipbob.put(unshipped())
    world.attempt(ORDER)
    world.clock.advance(MINUTE)
    world.state.map(MappingKey.parse("sku/WIDGET-BLUE"), "BLUE-100", "a person")
    world.gp.fail_all("down")

    world.sweep()

    assert (world.row(ORDER).status, world.row(ORDER).reasons) == (Status.WAITING, ())


def test_a_review_says_since_when_it_is_open_however_often_it_is_looked_at() -> None:
    world = a_world("channel/101")
    world.shipbob.put(unshipped())
    world.attempt(ORDER)

    world.pass_time(5 * DAY)

    assert world.row(ORDER).opened_at == START


def test_a_review_is_looked_at_again_after_a_day() -> None:
    world = a_world("channel/101")
    world.shipbob.put(unshipped())
    world.attempt(ORDER)

    assert world.row(ORDER).due_at == START + DAY


# ---- GP is away


def test_while_gp_is_down_a_document_waits_by_the_schedule() -> None:
    world = a_world_with("unshipped")
    world.gp.fail_all("down")
    world.attempt(ORDER)
    waits = []

    for _ in range(6):
        due_at = world.row(ORDER).due_at
        assert due_at is not None
        waits.append(due_at - world.clock.now())
        world.clock.advance_to(due_at)
        world.sweep()

    assert waits == [30 * SECOND, 2 * MINUTE, 10 * MINUTE, HOUR, HOUR, HOUR]


def test_a_neighbour_that_asks_for_time_is_given_it() -> None:
    world = a_world()
    world.shipbob.put(unshipped())
    world.gp.fail_next("create_sales_order", "busy for an hour")

    world.attempt(ORDER)

    assert world.row(ORDER).due_at == world.clock.now() + HOUR


def test_hints_that_come_before_the_time_do_not_put_the_next_try_off() -> None:
    world = a_world_with("unshipped")
    world.gp.fail_all("down")
    world.attempt(ORDER)

    for _ in range(2):
        world.clock.advance(10 * SECOND)
        world.attempt(ORDER)

    assert (world.row(ORDER).due_at, world.row(ORDER).waits) == (START + 30 * SECOND, 1)


def test_once_gp_is_back_the_sweep_finishes_what_waited() -> None:
    world = a_world_with("unshipped")
    world.gp.fail_all("down")
    world.attempt(ORDER)
    world.pass_time(5 * HOUR)
    world.gp.recover()

    world.pass_time(HOUR)

    row = world.row(ORDER)
    assert (row.status, row.waits, row.waiting_since) == (Status.DONE, 0, None)
    assert world.gp.created == {NUMBER: 1}


def test_an_outage_of_a_week_needs_nobody() -> None:
    world = a_world_with("unshipped")
    world.gp.fail_all("down")
    world.attempt(ORDER)
    world.pass_time(7 * DAY)
    still_waiting = world.row(ORDER).status
    world.gp.recover()

    world.pass_time(HOUR)

    assert (still_waiting, world.row(ORDER).status) == (Status.WAITING, Status.DONE)


def test_after_fifteen_days_of_waiting_a_person_is_told() -> None:
    world = a_world_with("unshipped")
    world.gp.fail_all("down")
    world.attempt(ORDER)

    world.pass_time(15 * DAY - HOUR)
    before = world.row(ORDER).status
    world.pass_time(2 * HOUR)

    assert (before, world.row(ORDER).status) == (Status.WAITING, Status.REVIEW)
    assert [reason.text for reason in world.row(ORDER).reasons] == ["Waited 15 days: GP cannot be reached"]


def test_a_review_after_fifteen_days_stays_one_while_the_neighbour_stays_away() -> None:
    world = a_world_with("unshipped")
    world.gp.fail_all("down")
    world.attempt(ORDER)

    world.pass_time(18 * DAY)

    assert world.row(ORDER).status is Status.REVIEW


def test_a_review_after_fifteen_days_ends_by_itself_when_the_neighbour_is_back() -> None:
    world = a_world_with("unshipped")
    world.gp.fail_all("down")
    world.attempt(ORDER)
    world.pass_time(15 * DAY + HOUR)
    world.gp.recover()

    world.pass_time(DAY + HOUR)

    assert (world.row(ORDER).status, world.gp.created) == (Status.DONE, {NUMBER: 1})


def test_a_new_wait_after_a_done_document_begins_anew() -> None:
    world = a_world_with("unshipped")
    world.gp.fail_all("down")
    world.attempt(ORDER)
    world.pass_time(10 * DAY)
    world.gp.recover()
    world.pass_time(HOUR)
    world.shipbob.put(shipped())
    world.gp.fail_all("down")

    world.attempt(ORDER)

    row = world.row(ORDER)
    assert (row.waits, row.waiting_since, row.due_at) == (1, world.clock.now(), world.clock.now() + 30 * SECOND)


def test_while_shipbob_is_down_a_document_waits() -> None:
    world = a_world_with("unshipped")
    world.shipbob.fail_next("order", "down")

    assert isinstance(world.attempt(ORDER), Waiting)

    world.pass_time(MINUTE)
    assert world.row(ORDER).status is Status.DONE


def test_an_order_first_met_while_shipbob_was_down_can_be_found_by_its_number() -> None:
    world = a_world_with("unshipped")
    world.shipbob.fail_next("order", "down")
    world.attempt(ORDER)

    world.pass_time(MINUTE)

    assert world.state.find("1042") == [ORDER]


@pytest.mark.parametrize("call", ["login", "create_sales_order"])
def test_a_create_that_never_reached_gp_is_tried_again_at_the_next_look(call: str) -> None:
    world = a_world_with("unshipped")
    world.gp.fail_next(call, "down")
    world.attempt(ORDER)

    world.pass_time(31 * SECOND)

    assert (world.row(ORDER).status, world.gp.created) == (Status.DONE, {NUMBER: 1})


@pytest.mark.parametrize("call", ["login", "sales_order", "update_sales_order"])
def test_an_update_that_never_reached_gp_is_tried_again_at_the_next_look(call: str) -> None:
    world = a_world_with("draft")
    world.gp.fail_next(call, "down")
    world.attempt(ORDER)

    world.pass_time(31 * SECOND)

    assert (world.row(ORDER).status, len(world.gp.updates)) == (Status.DONE, 1)


# ---- The login


@pytest.mark.parametrize("status", ["unshipped", "draft"])
def test_a_rejected_login_waits_after_one_login_and_no_write(status: str) -> None:
    world = a_world_with(status)
    world.gp.fail_all("login rejected")
    before = len(world.calls.of("gp"))

    assert isinstance(world.attempt(ORDER), Waiting)

    assert world.calls.of("gp")[before:] == ["login"]
    assert world.row(ORDER).status is Status.WAITING


def test_a_rejected_login_while_a_write_is_in_the_air_is_tried_once() -> None:
    world = a_world_with("unshipped")
    world.gp.fail_next("create_sales_order", "lost reply")
    world.attempt(ORDER)
    world.gp.fail_all("login rejected")
    before = len(world.calls.of("gp"))

    world.clock.advance(31 * SECOND)
    world.sweep()

    assert len(world.calls.of("gp")) == before + 1
    assert world.row(ORDER).status is Status.UNKNOWN
