"""The Windows password was changed and nobody told the bridge: the account must not be locked."""

from __future__ import annotations

from local.world import World
from tests.stories.watching import comes_to, eventually, have_status, in_gp, place

LOCKOUT_THRESHOLD = 5  # what the CIS benchmark asks of a domain, at most
CONCURRENCY = 2


def test_a_refused_password_is_left_alone_until_the_secret_changes(world: World) -> None:
    old = world.gp.password
    refused_before = world.gp.counters.refused
    world.gp.password = "changed-in-the-directory"  # noqa: S105 - made up for this story
    world.cloud.breakpoints.kill_functions("WriteGp")  # so that nobody still holds a login
    ids = [place(world, f"L-{number}") for number in range(2 * LOCKOUT_THRESHOLD)]

    world.run("PollShipBob")
    assert eventually(lambda: have_status(world, ids, "waiting"))
    refused = world.gp.counters.refused - refused_before

    assert 1 <= refused <= CONCURRENCY < LOCKOUT_THRESHOLD

    world.gp.password = old
    world.put_gp_secret()
    world.cloud.breakpoints.kill_functions("WriteGp")  # instead of waiting until five minutes have passed
    for order_id in ids:
        comes_to(world, order_id, "done")
    assert all(len(in_gp(world, f"L-{number}")) == 1 for number in range(len(ids)))
    assert world.gp.counters.refused - refused_before == refused
