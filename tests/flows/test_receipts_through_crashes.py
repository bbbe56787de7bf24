"""The process may end at any port call: the difference of a receiving order is in GP once."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from bridge.domain.outcome import NeedsReview
from bridge.protocols.ledger import Status
from bridge.protocols.trail import first_break
from hypothesis import given, settings
from hypothesis import strategies as st

from local.memory.world import Cut, World
from tests.correcting import moves
from tests.orders import HOUR, MINUTE, SECOND
from tests.receiving import NUMBER, WRO, a_box, a_receiving_world, a_wro, red

LATE = 9 * MINUTE


def a_day() -> World:
    """Two of a hundred never came; a delivery tells that it is closed."""
    world = a_receiving_world()
    world.shipbob.put_receiving(a_wro(red(100, 98)), [a_box(("", 100, 98))])
    world.clock.advance(3 * SECOND)
    world.hint(WRO, "webhook wro.completed")
    return world


def assert_booked_once(world: World) -> None:
    assert world.row(WRO).status is Status.DONE
    assert moves(world, NUMBER) == [("RED-100", "CHICAGO", Decimal(-2))]
    assert world.gp.created == {NUMBER: 1}
    assert first_break(world.audit.entries(WRO)) is None


def calls_of_the_day() -> int:
    world = a_day()
    begun = len(world.calls.made)
    world.deliver()
    assert_booked_once(world)
    return len(world.calls.made) - begun


@pytest.mark.parametrize("cut", Cut)
@pytest.mark.parametrize("number", range(1, calls_of_the_day() + 1))
def test_a_difference_is_in_gp_once_wherever_the_process_ended(number: int, cut: Cut) -> None:
    world = a_day()
    world.crash_at(number, cut)

    world.deliver()
    world.calls.spare()
    world.pass_time(12 * HOUR)

    assert_booked_once(world)


@pytest.mark.parametrize("how", ["lost reply", "not executed", "late"])
def test_a_difference_whose_reply_was_lost_is_in_gp_once(how: str) -> None:
    world = a_day()
    world.gp.fail_next("create_inventory_adjustment", how, late=LATE)

    world.deliver()
    world.pass_time(12 * HOUR)

    assert_booked_once(world)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 25), st.sampled_from(Cut)), max_size=3))
def test_a_difference_is_in_gp_once_through_several_crashes_and_hints(crashes: list[tuple[int, Cut]]) -> None:
    world = a_day()
    for number, cut in crashes:
        world.crash_at(number, cut)
        world.deliver()
        world.calls.spare()
        world.pass_time(HOUR)
        world.hint(WRO, "webhook wro.updated")
    world.deliver()
    world.pass_time(24 * HOUR)

    assert_booked_once(world)


def test_figures_that_changed_while_a_reply_was_lost_are_for_a_person_and_not_written_over() -> None:
    world = a_day()
    world.gp.fail_next("create_inventory_adjustment", "lost reply")
    world.deliver()
    world.shipbob.put_receiving(a_wro(red(100, 99)))
    world.pass_time(12 * HOUR)

    row = world.row(WRO)
    assert row.status is Status.REVIEW
    assert "now differs by -1" in row.reasons[0].text
    assert moves(world, NUMBER) == [("RED-100", "CHICAGO", Decimal(-2))]


def test_a_difference_that_gp_holds_twice_over_is_for_a_person() -> None:
    world = a_day()
    world.gp.fail_next("create_inventory_adjustment", "lost reply")
    world.deliver()
    (document,) = [each for each in world.gp.inventory.values() if each.number == NUMBER]
    world.gp.put_inventory(replace(document, lines=document.lines * 2))

    world.pass_time(12 * HOUR)

    assert isinstance(world.outcomes[-1], NeedsReview)
    assert world.gp.created == {NUMBER: 1}


def test_a_difference_that_vanished_before_it_was_written_is_not_written() -> None:
    world = a_day()
    world.gp.fail_next("create_inventory_adjustment", "not executed")
    world.deliver()
    world.shipbob.put_receiving(a_wro(red(100, 100)))

    world.pass_time(12 * HOUR)

    assert (world.row(WRO).status, world.row(WRO).intent, moves(world, NUMBER)) == (Status.DONE, None, [])
