"""The process may end at any port call: each piece that ShipBob corrected is booked or expected, once."""

from __future__ import annotations

from decimal import Decimal

import pytest
from bridge.protocols.ledger import Status
from bridge.protocols.trail import first_break
from hypothesis import given, settings
from hypothesis import strategies as st

from local.memory.world import Cut, World
from tests.correcting import NUMBER, STOCK, a_stock_world, asked_for, corrected, message_of, moves
from tests.orders import HOUR, MINUTE

LATE = 9 * MINUTE


def a_day() -> World:
    """Of nine pieces lost, five were asked for by one document and two by another; the list shows it."""
    world = a_stock_world()
    asked_for(world, -5, "ADJ-1")
    asked_for(world, -2, "ADJ-2")
    message = message_of(world, corrected(-9))
    world.to_gp.send([(message, "run-1/stock/7")])
    return world


def assert_counted_once(world: World) -> None:
    assert world.row(STOCK).status is Status.DONE
    assert moves(world) == [("RED-100", "CHICAGO", Decimal(-2))]
    assert world.gp.created == {NUMBER: 1}
    taken = {row.id: row.taken for row in world.expectations.open("RED-100", "CHICAGO")}
    assert taken == {"adjustment/ADJ-1/1": ((7, Decimal(-5)),), "adjustment/ADJ-2/1": ((7, Decimal(-2)),)}
    assert first_break(world.audit.entries(STOCK)) is None


def calls_of_the_day() -> int:
    world = a_day()
    begun = len(world.calls.made)
    world.pass_time(MINUTE)
    world.deliver()
    assert_counted_once(world)
    return len(world.calls.made) - begun


@pytest.mark.parametrize("cut", Cut)
@pytest.mark.parametrize("number", range(1, calls_of_the_day() + 1))
def test_a_correction_is_counted_once_wherever_the_process_ended(number: int, cut: Cut) -> None:
    world = a_day()
    world.crash_at(number, cut)

    world.deliver()
    world.calls.spare()
    world.pass_time(12 * HOUR)

    assert_counted_once(world)


@pytest.mark.parametrize("how", ["lost reply", "not executed", "late"])
def test_a_correction_whose_reply_was_lost_is_counted_once(how: str) -> None:
    world = a_day()
    world.gp.fail_next("create_inventory_adjustment", how, late=LATE)

    world.deliver()
    world.pass_time(12 * HOUR)

    assert_counted_once(world)


def entries_of_the_day() -> list[str]:
    world = a_day()
    world.deliver()
    return sorted(set(world.trail(STOCK)))


@pytest.mark.parametrize("entry", entries_of_the_day())
def test_a_correction_is_counted_once_whatever_of_it_could_not_be_written_down_at_first(entry: str) -> None:
    world = a_day()
    world.audit.refuses = entry

    world.deliver()
    assert world.trail(STOCK).count(entry) == 0
    world.audit.refuses = ""
    world.pass_time(12 * HOUR)

    assert_counted_once(world)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 25), st.sampled_from(Cut)), max_size=3), st.integers(0, 2))
def test_a_correction_is_counted_once_through_several_crashes_and_repeats(
    crashes: list[tuple[int, Cut]], repeats: int
) -> None:
    world = a_day()
    for number in range(repeats):
        message = message_of(world, corrected(-9))
        world.to_gp.send([(message, f"run-{number + 2}/stock/7")])
    for number, cut in crashes:
        world.crash_at(number, cut)
        world.deliver()
        world.calls.spare()
        world.pass_time(HOUR)
    world.deliver()
    world.pass_time(24 * HOUR)

    assert_counted_once(world)
