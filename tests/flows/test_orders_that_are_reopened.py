"""An order that was ready, and of which something is still to leave after all."""

from __future__ import annotations

import dataclasses

from bridge.domain.order import Order
from bridge.domain.outcome import Done

from local.memory.world import HOLD
from tests.drafts import drafted, then
from tests.orders import DAY, NUMBER, ORDER, PLAIN_ITEMS, PLAIN_LINES, an_order, line, parcel, shipped, shipped_parcel

GIFT = ("WIDGET-BLUE", 3)


def reopened(*, has_left: bool = False) -> Order:
    """The plain order, shipped, with three more of WIDGET-BLUE added to it since."""
    more = shipped_parcel(302, GIFT, tracking="1Z-B") if has_left else parcel(302, GIFT)
    lines = (*PLAIN_LINES, line("WIDGET-BLUE", 3, "5.50"))
    return an_order(shipped_parcel(301, *PLAIN_ITEMS), more, lines=lines, total="46.50")


def test_an_order_that_gets_more_to_ship_after_it_was_ready_is_held_again() -> None:
    world = drafted()
    assert then(world, shipped()).holds == frozenset()

    after = then(world, reopened())

    assert (after.holds, after.batch) == (frozenset({HOLD}), "SBD261117-01")
    assert [x.fulfilled for x in after.lines] == [2, 1, 0]
    assert world.row(ORDER).due_at is not None


def test_it_is_ready_again_once_all_has_left_in_a_batch_that_still_grows() -> None:
    world = drafted()
    then(world, shipped())
    then(world, reopened())
    world.pass_time(DAY)

    after = then(world, reopened(has_left=True))

    assert (after.holds, after.batch) == (frozenset(), "SBR261118-01")
    assert [x.fulfilled for x in after.lines] == [2, 1, 3]


def test_a_hold_that_a_lost_reply_left_in_gp_is_taken_for_ours() -> None:
    world = drafted()
    then(world, shipped())
    world.shipbob.put(reopened())
    world.gp.fail_next("update_sales_order", "lost reply")
    world.attempt(ORDER)
    world.pass_time(DAY)
    assert world.gp.orders[NUMBER].holds == frozenset({HOLD})

    assert then(world, reopened(has_left=True)).holds == frozenset()


def test_a_person_who_holds_a_ready_order_keeps_it_held() -> None:
    world = drafted()
    then(world, shipped())
    world.gp.put(dataclasses.replace(world.gp.orders[NUMBER], holds=frozenset({HOLD})))
    world.shipbob.put(an_order(shipped_parcel(301, *PLAIN_ITEMS, tracking="1Z-NEW")))

    assert isinstance(world.attempt(ORDER), Done)

    assert (world.gp.orders[NUMBER].holds, world.gp.orders[NUMBER].tracking) == (frozenset({HOLD}), ("1Z-NEW",))


def test_a_person_who_lifted_the_hold_of_a_draft_is_not_overruled() -> None:
    world = drafted()
    world.gp.put(dataclasses.replace(world.gp.orders[NUMBER], holds=frozenset()))

    after = then(world, an_order(parcel(301, *PLAIN_ITEMS), total="31.00"))

    assert (after.holds, f"{after.freight:.2f}") == (frozenset(), "5.50")
