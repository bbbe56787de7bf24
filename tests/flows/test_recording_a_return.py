"""A return is in the trail from its first event, and its goods are back in GP's stock once ShipBob has counted them."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from bridge.domain.gate import Gate
from bridge.domain.message import Message, Snapshot
from bridge.domain.outcome import Done, Outcome, Unchanged, Waiting
from bridge.domain.returns import Return, ReturnStatus, ReturnType
from bridge.flows.attempt import attempt
from bridge.protocols.health import Health
from bridge.protocols.ledger import Status

from local.memory.world import START, TERMS, WRITE_GP, World
from tests.orders import DAY, HOUR, MINUTE, RENO, SECOND, texts
from tests.returns import (
    DISPOSE,
    NUMBER,
    PLAIN_ADJUSTMENT,
    QUARANTINE,
    RESTOCK,
    RETURN,
    a_booked_world,
    a_return,
    a_world,
    announced,
    came,
    held,
    line,
    taken,
)


def list_shows(world: World, returned: Return) -> Outcome:
    now = world.clock.now()
    message = Message(RETURN, "poll returns-completed", "run-1", now, Snapshot(returned.image, now, now))
    return attempt(WRITE_GP)(message, world)


# ---- When it is booked


@pytest.mark.parametrize("status", [ReturnStatus.AWAITING_ARRIVAL, ReturnStatus.ARRIVED, ReturnStatus.PROCESSING])
def test_a_return_is_in_the_trail_from_its_first_event_and_books_nothing_before_it_is_counted(
    status: ReturnStatus,
) -> None:
    world = a_world()
    returned = world.shipbob.put_return(a_return(status=status, completed_at=None))

    assert isinstance(world.attempt(RETURN, "webhook return.created"), Done)

    assert (world.calls.of("gp"), world.row(RETURN).status) == ([], Status.DONE)
    assert returned.image in world.audit.payloads.values()
    assert world.state.find("rma-77") == world.state.find("1Z-BACK") == [RETURN]


def test_a_counted_return_is_a_positive_adjustment_dated_the_day_it_was_counted_in_gps_zone() -> None:
    world = a_world()
    world.shipbob.put_return(a_return())

    outcome = world.attempt(RETURN, "webhook return.completed")

    assert outcome == Done(f"{NUMBER} in batch SBT261117-01: +2 × RED-100 at CHICAGO")
    assert held(world) == PLAIN_ADJUSTMENT
    assert (world.row(RETURN).status, world.row(RETURN).due_at) == (Status.DONE, None)
    assert world.calls.of("gp") == ["login", "inventory_document", "create_inventory_adjustment"]
    assert world.state.find(NUMBER) == [RETURN]


def test_what_was_announced_and_did_not_come_is_in_the_trail() -> None:
    world = a_world()
    world.shipbob.put_return(a_return(came("WIDGET-RED", taken(RESTOCK, 1), expected=3)))

    world.attempt(RETURN)

    (entry,) = [entry for entry in world.audit.entries(RETURN) if entry.what == "did not come"]
    assert dict(entry.facts) == {"announced": "2 of 'WIDGET-RED'"}
    assert held(world).lines == (line(1, "RED-100", "CHICAGO", 1),)


def test_a_return_whose_completion_nobody_told_is_found_by_looking_again_after_a_week() -> None:
    world = a_world()
    world.shipbob.put_return(announced())
    world.attempt(RETURN)
    world.shipbob.put_return(a_return())

    world.pass_time(8 * DAY)

    assert held(world).lines == PLAIN_ADJUSTMENT.lines


def test_a_completion_told_before_shipbob_shows_it_is_looked_for_again_after_two_minutes() -> None:
    world = a_world()
    world.shipbob.put_return(announced())

    assert isinstance(world.attempt(RETURN, "webhook return.completed"), Waiting)
    world.shipbob.put_return(a_return())
    world.pass_time(3 * MINUTE)

    assert held(world).lines == PLAIN_ADJUSTMENT.lines


def test_a_completion_that_shipbob_never_shows_is_waited_for_once() -> None:
    world = a_world()
    world.shipbob.put_return(announced())
    world.attempt(RETURN, "webhook return.completed")
    world.clock.advance(MINUTE)
    assert isinstance(world.attempt(RETURN, "webhook return.completed"), Waiting)
    assert world.row(RETURN).due_at == START + 2 * MINUTE

    world.clock.advance(2 * MINUTE)

    assert isinstance(world.attempt(RETURN, "webhook return.completed"), Done)


def test_a_completion_told_of_a_return_that_was_cancelled_is_not_waited_for() -> None:
    world = a_world()
    world.shipbob.put_return(a_return(status=ReturnStatus.CANCELLED))

    assert isinstance(world.attempt(RETURN, "webhook return.completed"), Done)


def test_a_cancelled_return_books_nothing() -> None:
    world = a_world()
    world.shipbob.put_return(announced())
    world.attempt(RETURN)
    world.shipbob.put_return(a_return(status=ReturnStatus.CANCELLED, completed_at=None))
    world.clock.advance(MINUTE)

    assert world.attempt(RETURN) == Done("cancelled in ShipBob")
    assert (world.calls.of("gp"), world.row(RETURN).due_at) == ([], None)


def test_a_return_that_shipbob_does_not_show_yet_is_waited_for() -> None:
    world = a_world()
    assert isinstance(world.attempt(RETURN), Waiting)
    world.shipbob.put_return(a_return())

    world.pass_time(MINUTE)

    assert held(world) == replace(PLAIN_ADJUSTMENT)


def test_while_shipbob_is_down_a_return_waits() -> None:
    world = a_world()
    world.shipbob.put_return(a_return())
    world.shipbob.fail_next("customer_return", "down")

    assert isinstance(world.attempt(RETURN), Waiting)

    world.pass_time(MINUTE)
    assert world.row(RETURN).status is Status.DONE


def test_a_return_of_an_unknown_status_is_for_a_person() -> None:
    world = a_world()
    world.shipbob.put_return(a_return(status=ReturnStatus.UNKNOWN))

    assert texts(world.attempt(RETURN)) == ["ShipBob gives the return a status the bridge does not know"]


# ---- What it costs


def test_a_return_that_a_list_shows_whole_is_booked_without_a_call_and_the_same_row_again_costs_nothing() -> None:
    world = a_world()
    returned = world.shipbob.put_return(a_return())

    assert isinstance(list_shows(world, returned), Done)
    trail = world.trail(RETURN)
    calls = len(world.calls.made)
    world.clock.advance(HOUR)
    assert isinstance(list_shows(world, returned), Unchanged)

    assert (world.calls.of("shipbob"), world.trail(RETURN)) == ([], trail)
    assert world.calls.made[calls:] == ["state.row"]


def test_a_list_that_shows_a_booked_return_in_other_bytes_changes_nothing_in_gp() -> None:
    world = a_booked_world()
    calls = world.calls.of("gp")

    assert isinstance(list_shows(world, world.shipbob.put_return(a_return())), Unchanged)

    assert (world.calls.of("gp"), world.calls.of("shipbob")) == (calls, ["customer_return"])


def test_an_image_that_cannot_be_read_is_read_by_a_call() -> None:
    world = a_world()
    returned = world.shipbob.put_return(a_return())

    assert isinstance(list_shows(world, replace(returned, image=b"in a form of its own")), Done)

    assert world.calls.of("shipbob") == ["customer_return"]
    assert held(world) == PLAIN_ADJUSTMENT


def test_a_list_that_lags_behind_does_not_raise_a_review_of_a_booked_return() -> None:
    world = a_booked_world()
    stale = world.shipbob.put_return(a_return(came("WIDGET-RED", taken(RESTOCK, 1))))
    world.shipbob.put_return(a_return())

    assert isinstance(list_shows(world, stale), Unchanged)


def test_a_list_that_still_shows_a_booked_return_as_being_counted_is_not_believed() -> None:
    world = a_booked_world()
    stale = world.shipbob.put_return(a_return(status=ReturnStatus.PROCESSING))
    world.shipbob.put_return(a_return())

    assert isinstance(list_shows(world, stale), Unchanged)
    assert world.row(RETURN).due_at is None


# ---- What it becomes


def test_split_dispositions_come_to_their_sites_and_what_goes_nowhere_is_left_out() -> None:
    world = a_world()
    split = came("WIDGET-RED", taken(RESTOCK, 1), taken(QUARANTINE, 2), taken(DISPOSE, 1), expected=4)
    world.shipbob.put_return(a_return(split, at=RENO))

    world.attempt(RETURN)

    assert held(world).lines == (line(1, "RED-100", "RENO", 1), line(2, "RED-100", "RENO-Q", 2))


def test_a_return_of_which_nothing_is_to_be_booked_says_so() -> None:
    world = a_world()
    world.shipbob.put_return(a_return(came("WIDGET-RED", taken(DISPOSE, 2))))

    assert world.attempt(RETURN) == Done("not booked, as mapped: 2 of 'WIDGET-RED' Dispose")
    assert world.calls.of("gp") == []


def test_a_return_of_which_nothing_came_says_so() -> None:
    world = a_world()
    world.shipbob.put_return(a_return(came("WIDGET-RED")))

    assert world.attempt(RETURN) == Done("ShipBob counted nothing: there is nothing to book")


def test_a_parcel_returned_to_its_sender_needs_no_reference() -> None:
    world = a_world()
    world.shipbob.put_return(a_return(reference="", kind=ReturnType.RETURN_TO_SENDER))

    assert isinstance(world.attempt(RETURN), Done)

    assert held(world) == PLAIN_ADJUSTMENT
    assert world.state.find("1Z-BACK") == [RETURN]


@pytest.mark.parametrize("shipment", [None, 999])
def test_goods_of_a_shipment_that_nobody_knows_are_in_the_building_all_the_same(shipment: int | None) -> None:
    world = a_world()
    world.shipbob.put_return(a_return(shipment=shipment))

    assert isinstance(world.attempt(RETURN), Done)
    assert held(world) == PLAIN_ADJUSTMENT


def test_a_day_it_was_moved_to_out_of_a_closed_period_is_its_date() -> None:
    world = a_world()
    world.shipbob.put_return(a_return())
    world.state.save(replace(world.row(RETURN), dated=dt.date(2026, 12, 1)))

    world.attempt(RETURN)

    assert held(world).date == dt.date(2026, 12, 1)


# ---- The cut-over


def test_a_return_counted_before_the_cut_over_is_left_alone() -> None:
    world = a_world()
    world.shipbob.put_return(a_return(completed_at=TERMS.cut_over - SECOND))

    outcome = world.attempt(RETURN)

    assert isinstance(outcome, Done)
    assert "before the cut-over" in outcome.note
    assert world.calls.of("gp") == []


def test_a_return_of_an_older_order_counted_since_the_cut_over_is_booked_for_the_goods_are_there() -> None:
    world = a_world()
    world.shipbob.put_return(a_return(completed_at=TERMS.cut_over))

    assert isinstance(world.attempt(RETURN), Done)
    assert held(world).lines == PLAIN_ADJUSTMENT.lines


def test_a_return_counted_on_a_day_that_shipbob_does_not_tell_is_for_a_person() -> None:
    world = a_world()
    world.shipbob.put_return(a_return(completed_at=None))

    assert texts(world.attempt(RETURN)) == ["ShipBob has counted the return on a day that it does not tell"]


def test_a_return_that_a_list_shows_in_full_tells_nothing_of_how_shipbob_does() -> None:
    world = a_world()
    failing = Health(Gate.SHIPBOB, failing=("order/1", "order/2"))
    world.gates.save_health(failing)

    assert isinstance(list_shows(world, world.shipbob.put_return(a_return())), Done)

    assert (world.calls.of("shipbob"), world.gates.stored.shipbob.failing) == ([], ("order/1", "order/2"))


def test_a_list_that_cannot_be_read_and_a_shipbob_that_asks_for_time_are_no_outage() -> None:
    world = a_world()
    world.shipbob.put_return(a_return())
    world.shipbob.fail_next("customer_return", "busy for an hour")

    assert isinstance(list_shows(world, replace(a_return(), image=b"{}")), Waiting)

    assert world.gates.stored.shipbob.failing == ()
