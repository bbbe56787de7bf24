"""What has left of an order is released at once, where the company wants that; the rest stays on the order."""

from __future__ import annotations

import dataclasses
import datetime as dt
from decimal import Decimal
from typing import Any

from bridge.domain.order import Order
from bridge.domain.sales_document import SalesOrder
from bridge.domain.terms import PartialShipment

from local.memory.world import World
from tests.drafts import both_shipped, drafted, half_shipped, then, two_parcels
from tests.orders import NUMBER, ORDER, an_order, line, parcel, shipped_parcel


def releasing(order: Order | None = None) -> World:
    """A world that releases what has left, with an order drafted in GP."""
    return drafted(order or two_parcels(), partial=PartialShipment.RELEASE)


def quantities(order: SalesOrder) -> list[str]:
    return [f"{x.quantity} ordered, {x.fulfilled} fulfilled, {x.to_invoice} to invoice" for x in order.lines]


def transfer_a_part(world: World, *, resets_fulfilled: bool) -> None:
    """A person transfers what is to be invoiced: GP takes it off that, and perhaps off what is fulfilled."""
    order = world.gp.orders[NUMBER]
    lines = tuple(
        dataclasses.replace(
            x,
            to_invoice=Decimal(0),
            fulfilled=x.fulfilled - (x.to_invoice or 0) if resets_fulfilled else x.fulfilled,
        )
        for x in order.lines
    )
    world.gp.put(dataclasses.replace(order, lines=lines))


def test_what_has_left_is_released_and_alone_is_to_be_invoiced() -> None:
    after = then(releasing(), half_shipped())

    assert (after.holds, after.batch, after.tracking) == (frozenset(), "SBR261117-01", ("1Z-A",))
    assert quantities(after) == ["2 ordered, 2 fulfilled, 2 to invoice", "1 ordered, 0 fulfilled, 0 to invoice"]


def test_an_order_released_in_part_is_looked_at_again_until_all_has_left() -> None:
    world = releasing()
    then(world, half_shipped())
    open_until = world.row(ORDER).due_at

    then(world, both_shipped())

    assert (open_until is not None, world.row(ORDER).due_at) == (True, None)


def test_what_leaves_later_is_released_too() -> None:
    world = releasing()
    then(world, half_shipped())

    after = then(world, both_shipped())

    assert quantities(after) == ["2 ordered, 2 fulfilled, 2 to invoice", "1 ordered, 1 fulfilled, 1 to invoice"]
    assert after.tracking == ("1Z-A", "1Z-B")


def test_what_a_person_has_transferred_of_a_part_is_not_released_again() -> None:
    for resets_fulfilled in (False, True):
        world = releasing()
        then(world, half_shipped())
        transfer_a_part(world, resets_fulfilled=resets_fulfilled)

        after = then(world, both_shipped())

        assert [x.to_invoice for x in after.lines] == [0, 1]
        assert [x.fulfilled for x in after.lines] == ([0, 1] if resets_fulfilled else [2, 1])


def test_a_line_that_leaves_in_two_parcels_with_a_transfer_between_is_invoiced_once_each() -> None:
    lines = (line("WIDGET-RED", 5, "10"),)
    five = an_order(parcel(301, ("WIDGET-RED", 2)), parcel(302, ("WIDGET-RED", 3)), lines=lines, total="50")
    for resets_fulfilled in (False, True):
        world = releasing(five)
        first = an_order(
            shipped_parcel(301, ("WIDGET-RED", 2)), parcel(302, ("WIDGET-RED", 3)), lines=lines, total="50"
        )
        assert quantities(then(world, first)) == ["5 ordered, 2 fulfilled, 2 to invoice"]
        transfer_a_part(world, resets_fulfilled=resets_fulfilled)

        second = an_order(
            shipped_parcel(301, ("WIDGET-RED", 2)), shipped_parcel(302, ("WIDGET-RED", 3)), lines=lines, total="50"
        )
        after = then(world, second)

        assert quantities(after) == [f"5 ordered, {3 if resets_fulfilled else 5} fulfilled, 3 to invoice"]


def test_a_later_part_whose_write_was_lost_is_released_once() -> None:
    for how in ("lost reply", "not executed"):
        world = releasing()
        then(world, half_shipped())
        transfer_a_part(world, resets_fulfilled=True)
        world.gp.fail_next("update_sales_order", how)
        world.shipbob.put(both_shipped())
        world.attempt(ORDER)

        world.pass_time(world.settle_time * 3)

        left = [f"{x.fulfilled} {x.to_invoice}" for x in world.gp.orders[NUMBER].lines]
        assert left == ["0 0", "1 1"], how


def test_where_parts_are_held_nothing_is_said_of_what_is_to_be_invoiced() -> None:
    world = drafted(two_parcels())

    then(world, half_shipped())
    after = then(world, both_shipped())

    assert [x.to_invoice for x in after.lines] == [None, None]
    assert after.holds == frozenset()


def red_of_five(*gone: int, tracking: str = "1Z-") -> Order:
    """Five of a kind on one line, of which one has left in each of these parcels."""
    parcels = (shipped_parcel(n, ("WIDGET-RED", 1), tracking=f"{tracking}{n}" if tracking else "") for n in gone)
    rest = parcel(399, ("WIDGET-RED", 5 - len(gone)))
    return an_order(*parcels, rest, lines=(line("WIDGET-RED", 5, "10"),), total="50")


def second_part_in_the_air(how: str, tracking: str = "1Z-") -> World:
    """One is released, and nobody knows whether the second is."""
    world = releasing(red_of_five())
    then(world, red_of_five(301, tracking=tracking))
    world.shipbob.put(red_of_five(301, 302, tracking=tracking))
    world.gp.fail_next("update_sales_order", how)
    world.attempt(ORDER)
    return world


def person_sets(world: World, **quantities: int) -> None:
    order = world.gp.orders[NUMBER]
    (held,) = order.lines
    changes: dict[str, Any] = {name: Decimal(value) for name, value in quantities.items()}
    world.gp.put(dataclasses.replace(order, lines=(dataclasses.replace(held, **changes),)))


def test_what_a_person_has_invoice_instead_after_a_lost_reply_is_not_added_to() -> None:
    for tracking in ("1Z-", ""):
        world = second_part_in_the_air("lost reply", tracking)
        person_sets(world, to_invoice=3)

        world.pass_time(dt.timedelta(hours=1))

        assert quantities(world.gp.orders[NUMBER]) == ["5 ordered, 2 fulfilled, 3 to invoice"]
        after = then(world, red_of_five(301, 302, 303, tracking=tracking))
        assert quantities(after) == ["5 ordered, 3 fulfilled, 4 to invoice"]


def test_a_part_that_a_person_transfers_after_a_lost_reply_is_not_released_again() -> None:
    for resets_fulfilled in (False, True):
        world = second_part_in_the_air("lost reply")
        transfer_a_part(world, resets_fulfilled=resets_fulfilled)

        world.pass_time(dt.timedelta(hours=1))
        assert [x.to_invoice for x in world.gp.orders[NUMBER].lines] == [0]

        assert [x.to_invoice for x in then(world, red_of_five(301, 302, 303)).lines] == [1]


def test_a_part_whose_write_was_not_done_is_released_though_a_person_changed_what_to_invoice() -> None:
    """Its tracking number tells the two apart, or else what is fulfilled."""
    for tracking in ("1Z-", ""):
        world = second_part_in_the_air("not executed", tracking)
        person_sets(world, to_invoice=0)

        world.pass_time(dt.timedelta(hours=1))

        assert quantities(world.gp.orders[NUMBER]) == ["5 ordered, 2 fulfilled, 1 to invoice"]


def test_a_part_whose_write_was_not_done_is_released_though_a_person_entered_its_tracking_number() -> None:
    world = second_part_in_the_air("not executed")
    order = world.gp.orders[NUMBER]
    world.gp.put(dataclasses.replace(order, tracking=("1Z-301", "1Z-302")))

    world.pass_time(dt.timedelta(hours=1))

    assert quantities(world.gp.orders[NUMBER]) == ["5 ordered, 2 fulfilled, 2 to invoice"]


def test_what_a_person_fulfils_instead_after_a_lost_reply_is_not_added_to() -> None:
    world = second_part_in_the_air("lost reply")
    person_sets(world, fulfilled=3)

    world.pass_time(dt.timedelta(hours=1))

    assert quantities(world.gp.orders[NUMBER]) == ["5 ordered, 3 fulfilled, 2 to invoice"]


def test_a_release_whose_reply_is_lost_is_not_added_twice_though_a_person_keeps_a_price_of_theirs() -> None:
    world = releasing(red_of_five())
    then(world, red_of_five(301))
    order = world.gp.orders[NUMBER]
    world.gp.put(dataclasses.replace(order, lines=(dataclasses.replace(order.lines[0], unit_price=Decimal(9)),)))
    world.shipbob.put(red_of_five(301, 302))
    world.gp.fail_next("update_sales_order", "lost reply")
    world.attempt(ORDER)
    world.pass_time(dt.timedelta(hours=1))

    assert quantities(world.gp.orders[NUMBER]) == ["5 ordered, 2 fulfilled, 2 to invoice"]
    assert [line.unit_price for line in world.gp.orders[NUMBER].lines] == [Decimal(9)]
