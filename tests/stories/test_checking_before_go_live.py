"""Before anything depends on it, the operator sees that GP is set up as the bridge needs it."""

from __future__ import annotations

from local.world import World

REHEARSAL = ("--rehearse", "--customer", "SHIPBOB-DTC", "--item", "SERUM-30", "--site", "SB-CICERO")


def test_a_gp_that_is_set_up_well_passes_the_check_and_the_rehearsal(world: World) -> None:
    refused = world.gp.counters.refused

    found = world.operator("check", *REHEARSAL)

    assert {finding["level"] for finding in found} == {"good"}, found
    rehearsed = [order for order in world.gp.books.documents() if order.number.startswith("SBT")]
    assert [(order.voided, order.state, order.tracking) for order in rehearsed] == [(True, "History", ["BRIDGE-CHECK"])]
    assert world.gp.counters.refused == refused


def test_a_gp_that_prices_by_itself_is_found_out_and_nothing_is_rehearsed_on_it(world: World) -> None:
    before = len(world.gp.books.documents())
    world.gp.books.choose_option("Calculate Unit Price", "Calculate")
    try:
        checked = world.command("check", *REHEARSAL)
    finally:
        world.gp.books.choose_option("Calculate Unit Price", "Do Not Calculate")

    assert checked.returncode == 1
    assert "unit price" in checked.stdout
    assert len(world.gp.books.documents()) == before
