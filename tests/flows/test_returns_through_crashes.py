"""The process may end at any port call, before or after its effect: the return is in GP once, as wanted, and done."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

import pytest
from bridge.domain.message import Message, Snapshot
from bridge.domain.returns import Return
from bridge.protocols.ledger import Status
from bridge.protocols.trail import first_break

from local.memory.world import TERMS, Crash, Cut, World
from tests.orders import DAY, MINUTE, ORDER, SECOND, shipped
from tests.returns import (
    CREDITING,
    NUMBER,
    PLAIN_ADJUSTMENT,
    PLAIN_CREDIT,
    RESTOCK,
    RETURN,
    a_return,
    announced,
    came,
    mapped,
    taken,
)

CREATES = {"adjustment": "create_inventory_adjustment", "sales return": "create_sales_return"}


def counted(world: World) -> None:
    world.shipbob.put_return(a_return())
    world.hint(RETURN, "webhook return.completed")


def listed(world: World) -> None:
    list_shows(world, world.shipbob.put_return(a_return()))


def told_before(world: World) -> None:
    world.shipbob.put_return(announced())
    world.hint(RETURN, "webhook return.created")
    world.deliver()
    world.clock.advance(MINUTE)
    counted(world)


def told_twice(world: World) -> None:
    counted(world)
    world.hint(RETURN, "webhook return.updated")


def lost_reply(world: World) -> None:
    counted(world)
    fail_the_create(world, "lost reply")
    world.deliver()
    world.hint(RETURN)


def not_executed(world: World) -> None:
    counted(world)
    fail_the_create(world, "not executed")
    world.deliver()
    world.pass_time(10 * MINUTE + 5 * SECOND)
    world.clock.advance(MINUTE)
    world.hint(RETURN)


def refused_while_gp_was_down(world: World) -> None:
    counted(world)
    fail_the_create(world, "down")
    world.deliver()
    world.clock.advance(MINUTE)
    world.hint(RETURN)


STORIES = (counted, listed, told_before, told_twice, lost_reply, not_executed, refused_while_gp_was_down)


def fail_the_create(world: World, how: str) -> None:
    for call in CREATES.values():
        world.gp.fail_next(call, how)


def list_shows(world: World, returned: Return) -> None:
    now = world.clock.now()
    message = Message(RETURN, "poll returns-completed", "run-1", now, Snapshot(returned.image, now, now))
    world.to_gp.send([(message, f"run at {now}")])


def a_world(way: str) -> World:
    world = World(terms=TERMS if way == "adjustment" else CREDITING)
    world.state.mapped = mapped()
    world.shipbob.put(shipped())
    world.attempt(ORDER)
    return world


def calls_of_an_undisturbed_delivery(way: str, story: Callable[[World], None]) -> int:
    world = a_world(way)
    story(world)
    before = len(world.calls.made)
    world.deliver()
    return len(world.calls.made) - before


POINTS = [
    pytest.param(way, story, number, cut, id=f"{way}-{story.__name__}-{number}-{cut}")
    for way in CREATES
    for story in STORIES
    for number in range(1, calls_of_an_undisturbed_delivery(way, story) + 1)
    for cut in Cut
]


def assert_in_gp_once(world: World, way: str) -> None:
    adjustments = [dataclasses.replace(each, modified_at=None) for each in world.gp.inventory.values()]
    credit = world.gp.sales_return(NUMBER)
    if way == "adjustment":
        assert credit is None
        assert [dataclasses.replace(each, batch=PLAIN_ADJUSTMENT.batch) for each in adjustments] == [PLAIN_ADJUSTMENT]
    else:
        assert (adjustments, credit) == ([], dataclasses.replace(PLAIN_CREDIT, batch=credit.batch if credit else ""))
    assert world.gp.created[NUMBER] == 1
    assert first_break(world.audit.entries(RETURN)) is None
    row = world.row(RETURN)
    assert (row.status, row.intent, row.due_at) == (Status.DONE, None, None)


@pytest.mark.parametrize(("way", "story", "number", "cut"), POINTS)
def test_a_crash_at_any_point_leaves_one_document_as_wanted(
    way: str, story: Callable[[World], None], number: int, cut: Cut
) -> None:
    world = a_world(way)
    story(world)
    world.crash_at(number, cut)

    world.deliver()
    assert any(isinstance(raised, Crash) for raised in world.raised), "the crash was meant to happen"
    world.pass_time(9 * DAY)

    assert_in_gp_once(world, way)


@pytest.mark.parametrize(("way", "story", "number", "cut"), POINTS)
def test_a_crash_whose_message_is_lost_too_is_healed_by_the_next_list(
    way: str, story: Callable[[World], None], number: int, cut: Cut
) -> None:
    world = a_world(way)
    story(world)
    world.crash_at(number, cut)
    world.deliver()
    world.to_gp.forget()

    world.clock.advance(MINUTE)
    list_shows(world, world.shipbob.returns[RETURN.number])
    world.pass_time(9 * DAY)

    assert_in_gp_once(world, way)


@pytest.mark.parametrize("cut", Cut)
@pytest.mark.parametrize("way", CREATES)
def test_a_crash_in_the_create_whose_message_is_lost_too_is_healed_by_the_sweep_alone(way: str, cut: Cut) -> None:
    world = a_world(way)
    counted(world)
    before = len(world.calls.made)
    probe = a_world(way)
    counted(probe)
    probe.deliver()
    number = probe.calls.made.index(f"gp.{CREATES[way]}") + 1 - before
    world.crash_at(number, cut)
    world.deliver()
    world.to_gp.forget()

    world.pass_time(2 * DAY)

    assert_in_gp_once(world, way)


@pytest.mark.parametrize("way", CREATES)
def test_a_count_that_changes_while_the_create_is_in_the_air_is_never_booked_beside_it(way: str) -> None:
    world = a_world(way)
    counted(world)
    fail_the_create(world, "lost reply")
    world.deliver()
    world.shipbob.put_return(a_return(came("WIDGET-RED", taken(RESTOCK, 1))))

    world.pass_time(3 * DAY)

    assert world.gp.created[NUMBER] == 1
    row = world.row(RETURN)
    assert row.status is Status.REVIEW
    assert any("2 × RED-100 at CHICAGO" in reason.text for reason in row.reasons)


@pytest.mark.parametrize("way", CREATES)
def test_a_return_cancelled_while_its_create_is_in_the_air_is_settled_and_then_a_persons(way: str) -> None:
    world = a_world(way)
    counted(world)
    fail_the_create(world, "lost reply")
    world.deliver()
    world.shipbob.put_return(dataclasses.replace(a_return(), status=announced().status))

    world.pass_time(MINUTE)

    assert world.row(RETURN).intent is None
    world.shipbob.returns.clear()
    world.pass_time(9 * DAY)
    assert_in_gp_once(world, way)
