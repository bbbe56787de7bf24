"""Documents wait while nobody may write, and none is forgotten when it is over."""

from __future__ import annotations

from local.world import World
from tests.stories.watching import comes_to, eventually, have_status, in_gp, place


def is_idle(world: World) -> bool:
    """Do no writers run?"""
    return not any(process.busy for process in world.cloud.breakpoints.processes("Write"))


def test_a_pause_keeps_documents_waiting_and_its_end_lets_them_in(world: World) -> None:
    world.operator("pause", "--side", "gp", "--why", "month-end")
    try:
        assert eventually(lambda: is_idle(world))  # what was under way as the pause began is finished
        world.cloud.breakpoints.kill_functions("WriteGp")  # a warm worker believes what it knows for ten seconds
        before = dict(world.gp.counters.operations)
        ids = [place(world, f"P-{number}") for number in range(3)]
        world.run("PollShipBob")
        assert eventually(lambda: have_status(world, ids, "waiting"))
        assert world.gp.counters.operations == before
    finally:
        world.operator("resume", "--why", "posted")
    world.cloud.breakpoints.kill_functions("WriteGp")

    for order_id in ids:
        comes_to(world, order_id, "done")
    assert [len(in_gp(world, f"P-{number}")) for number in range(3)] == [1, 1, 1]


def test_a_gp_that_three_documents_found_down_is_not_asked_by_all_and_all_arrive_afterwards(world: World) -> None:
    world.gp.offline()
    ids = [place(world, f"Q-{number}") for number in range(5)]
    world.run("PollShipBob")
    assert eventually(lambda: have_status(world, ids, "waiting"))
    gates = world.operator("gates")
    world.gp.online()

    assert "gp" in str(gates).lower()
    for order_id in ids:
        comes_to(world, order_id, "done")
    assert [len(in_gp(world, f"Q-{number}")) for number in range(5)] == [1] * 5
