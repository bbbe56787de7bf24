"""What a restored State has forgotten and a list finds again by itself, because it reaches back."""

from __future__ import annotations

from bridge.flows import poll_gp

from tests.orders import DAY
from tests.stock import TRANSFER, a_stock_world, document, line, wros


def test_a_transfer_in_gp_of_these_days_is_found_again_by_the_nightly_list_alone() -> None:
    world = a_stock_world(document(TRANSFER, line("RED-100", 5, "MAIN", "CHICAGO")))
    poll_gp.poll_gp(world, "run-1")
    world.deliver()
    world.clock.advance(4 * DAY)
    poll_gp.poll_gp(world, "run-2")
    del world.state.rows[TRANSFER]
    world.clock.advance(DAY)

    poll_gp.poll_gp(world, "run-3")
    world.deliver()

    assert world.row(TRANSFER).version > 0
    assert len(wros(world)) == 1
