"""The process may end at any port call of what follows the first write: GP is left as wanted, nothing is done twice.

Edits, cancellations, parts released, shipments billed: each story queues the hint that matters, and the process ends
at one of the calls that follow.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from bridge.protocols.ledger import Status
from bridge.protocols.trail import first_break

from local.memory.world import Crash, Cut, World
from tests.lives import STORIES, moved_out_of_a_closed_period, told
from tests.orders import (
    DAY,
    MINUTE,
    ORDER,
)


def calls_of_an_undisturbed_delivery(story: Callable[[], World]) -> list[str]:
    world = story()
    before = len(world.calls.made)
    world.deliver()
    return world.calls.made[before:]


def points() -> Iterator[Any]:
    """Every call of every story; after a call that GP refuses there is nothing done to end after."""
    for story in STORIES:
        calls = calls_of_an_undisturbed_delivery(story)
        is_refused = story is moved_out_of_a_closed_period
        refused = calls.index("gp.create_sales_order") + 1 if is_refused else 0
        for number in range(1, len(calls) + 1):
            for cut in Cut:
                if (number, cut) != (refused, Cut.AFTER):
                    yield pytest.param(story, number, cut, id=f"{story.__name__}-{number}-{cut}")


POINTS = list(points())


def assert_as_wanted(world: World, wanted: dict[str, str]) -> None:
    assert {number: told(held) for number, held in {**world.gp.orders, **world.gp.invoices}.items()} == wanted
    assert max(world.gp.created.values()) == 1, "nothing is written twice"
    assert first_break(world.audit.entries(ORDER)) is None
    row = world.row(ORDER)
    assert (row.status, row.intent, row.planned) == (Status.DONE, None, "")


def assert_announced_in_the_audit(world: World) -> None:
    intent = world.row(ORDER).intent
    announced = [entry.facts["digest"] for entry in world.audit.entries(ORDER) if entry.what == "intends"]
    assert intent is None or intent.digest in announced


@pytest.mark.parametrize("story", STORIES)
def test_undisturbed_each_story_ends_as_worked_out(story: Callable[[], World]) -> None:
    world = story()

    world.deliver()
    world.pass_time(2 * DAY)

    assert_as_wanted(world, STORIES[story])


@pytest.mark.parametrize(("story", "number", "cut"), POINTS)
def test_a_crash_at_any_point_leaves_gp_as_wanted(story: Callable[[], World], number: int, cut: Cut) -> None:
    world = story()
    world.crash_at(number, cut)

    world.deliver()
    assert any(isinstance(raised, Crash) for raised in world.raised), "the crash was meant to happen"
    assert_announced_in_the_audit(world)
    world.pass_time(2 * DAY)

    assert_as_wanted(world, STORIES[story])


@pytest.mark.parametrize(("story", "number", "cut"), POINTS)
def test_a_crash_whose_message_is_lost_too_is_healed_by_the_next_webhook(
    story: Callable[[], World], number: int, cut: Cut
) -> None:
    world = story()
    world.crash_at(number, cut)
    world.deliver()
    world.to_gp.forget()

    world.clock.advance(MINUTE)
    world.hint(ORDER)
    world.pass_time(2 * DAY)

    assert_as_wanted(world, STORIES[story])
