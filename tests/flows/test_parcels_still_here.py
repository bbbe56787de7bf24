"""What has a label but has not left is not written as shipped."""

from __future__ import annotations

from tests.orders import NUMBER, ORDER, PLAIN_ITEMS, a_world, an_order, parcel


def test_a_tracking_number_is_not_written_before_its_parcel_has_left() -> None:
    world = a_world()
    world.shipbob.put(an_order(parcel(301, *PLAIN_ITEMS, tracking="1Z999")))

    world.attempt(ORDER)

    assert world.gp.orders[NUMBER].tracking == ()
