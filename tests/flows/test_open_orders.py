"""Once a night every draft is looked up at ShipBob by its id, and what nobody told of is found."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

import pytest
from bridge.domain.document import DocumentId, DocumentKind
from bridge.domain.message import Message
from bridge.flows import open_orders
from bridge.flows.paging import SHALLOW, Run
from bridge.flows.poll_shipbob import LASTS
from bridge.protocols.ledger import LedgerRow, Status

from local.memory.points import Crash
from local.memory.world import START, Cut, World
from tests.orders import DAY, HOUR, MINUTE, NUMBER, ORDER, PLAIN_ITEMS, a_world, a_world_with, an_order, parcel, shipped

NIGHT = dt.datetime(2026, 11, 18, 9, tzinfo=dt.UTC)  # three in the morning in Chicago


def follow(world: World, run: str = "run-1") -> int | None:
    return open_orders.follow(world, Run(run, world.clock.now() + LASTS))


def drafts(count: int) -> World:
    """A world where so many orders stand in GP as drafts, and their night has been before."""
    world = a_world()
    for number in range(1, count + 1):
        world.shipbob.put(an_order(parcel(300 + number, *PLAIN_ITEMS), order_id=number, order_number=f"#{number}"))
        document = DocumentId(DocumentKind.ORDER, number)
        world.state.save(LedgerRow(document, status=Status.DONE, fingerprint="as it is", due_at=START + 7 * DAY))
    return world


def asked(world: World) -> int:
    return world.calls.of("shipbob").count("orders")


def test_a_shipment_that_nobody_announced_is_found_the_next_night_by_one_call() -> None:
    world = a_world_with("unshipped")
    world.attempt(ORDER)
    follow(world)
    world.deliver()
    world.clock.advance_to(NIGHT)
    world.shipbob.put(shipped())
    before = world.calls.of("shipbob")

    assert follow(world, "run-2") == 1
    world.deliver()

    assert world.gp.orders[NUMBER].tracking == ("1Z999",)
    assert world.calls.of("shipbob")[len(before) :] == ["orders"]


def test_a_draft_that_is_as_it_was_costs_no_call_and_no_write_of_its_own() -> None:
    world = a_world()
    world.shipbob.put(an_order(parcel(301, *PLAIN_ITEMS)))
    world.attempt(ORDER)
    follow(world)
    world.deliver()
    row, gp = world.row(ORDER), world.calls.of("gp")
    world.clock.advance_to(NIGHT)
    calls = len(world.calls.of("shipbob"))

    follow(world, "run-2")
    world.deliver()

    assert (world.row(ORDER), world.calls.of("gp")) == (row, gp)
    assert world.calls.of("shipbob")[calls:] == ["orders"]


def test_it_is_done_once_a_night_of_gps_zone() -> None:
    world = drafts(1)
    nights = []
    for _ in range(3 * 24 * 12):
        if follow(world, f"run at {world.clock.now()}") is not None:
            nights.append(world.clock.now().astimezone(world.terms.zone).strftime("%d %H"))
        world.to_gp.forget()
        world.clock.advance(5 * MINUTE)

    assert nights == ["17 08", "18 03", "19 03", "20 03"]


def test_two_hundred_and_fifty_orders_are_asked_for_in_a_call() -> None:
    world = drafts(251)

    assert follow(world) == 250
    world.to_gp.forget()
    assert follow(world, "run-2") == 1

    assert asked(world) == 2
    assert sorted({message.document.number for message in world.to_gp.sent}) == list(range(1, 252))


def test_while_the_queue_is_worked_off_meanwhile_the_night_goes_on_to_the_last_draft() -> None:
    world = drafts(501)
    send = world.to_gp.send

    def worked_off(messages: Iterable[tuple[Message, str]]) -> None:
        send(messages)
        world.to_gp.forget()

    world.to_gp.send = worked_off  # type: ignore[method-assign]

    assert (follow(world), asked(world)) == (501, 3)


def test_while_live_orders_wait_the_night_waits_too() -> None:
    world = drafts(1)
    for number in range(SHALLOW):
        world.hint(DocumentId(DocumentKind.ORDER, 10_000 + number))

    assert follow(world) is None


def test_an_order_that_the_list_does_not_show_is_read_by_itself() -> None:
    world = a_world_with("draft")
    world.clock.advance(MINUTE)
    world.shipbob.archive(ORDER.number)

    follow(world)

    (message,) = world.to_gp.waiting()
    assert (message.document, message.snapshot) == (ORDER, None)


def test_another_run_leaves_it_to_the_one_that_is_at_it() -> None:
    world = drafts(1)
    world.crash_at(4, Cut.AFTER)
    with pytest.raises(Crash):
        follow(world)
    world.calls.spare()

    assert follow(world, "run-2") is None
    world.clock.advance(HOUR)
    assert follow(world, "run-3") is not None


@pytest.mark.parametrize("cut", Cut)
@pytest.mark.parametrize("number", range(1, 16))
def test_a_crash_anywhere_in_the_night_leaves_out_no_draft(number: int, cut: Cut) -> None:
    world = drafts(260)
    world.crash_at(number, cut)
    for run in range(4):
        try:
            follow(world, f"run-{run}")
        except Crash:
            world.clock.advance(HOUR)
        world.to_gp.forget()

    assert {message.document.number for message in world.to_gp.sent} == set(range(1, 261))


def test_what_is_no_draft_is_not_asked_for() -> None:
    world = a_world()
    waiting = LedgerRow(DocumentId(DocumentKind.ORDER, 1), status=Status.WAITING, due_at=START + DAY)
    world.state.save(waiting)

    assert (follow(world), asked(world)) == (0, 0)
