"""What an operator does at night: from a laptop, or through the function that runs inside the stack."""

from __future__ import annotations

from local.world import World
from tests.stories.watching import comes_to, eventually, in_gp, place, story_of


def test_all_that_waits_for_one_mapping_is_replayed_with_who_and_why_in_its_trail(world: World) -> None:
    ids = [place(world, f"O-{number}") for number in range(3)]
    world.run("PollShipBob")
    for order_id in ids:
        comes_to(world, order_id, "done")
    why = "the controller asked"

    world.operator("replay", *(f"order/{order_id}" for order_id in ids), "--why", why)

    def is_told(order_id: int) -> bool:
        return any(why in str(entry.get("reason")) for entry in story_of(world, order_id)["entries"])

    assert eventually(lambda: all(map(is_told, ids)))
    (who,) = {entry["by"] for entry in story_of(world, ids[0])["entries"] if why in str(entry.get("reason"))}
    assert who.startswith("arn:aws:")
    assert [len(in_gp(world, f"O-{number}")) for number in range(3)] == [1, 1, 1]


def test_what_is_asked_through_the_stack_bears_the_callers_own_name(world: World) -> None:
    order_id = place(world, "O-through")
    world.run("PollShipBob")
    comes_to(world, order_id, "done")

    world.operator("--through", "operate", "replay", f"order/{order_id}", "--why", "asked from inside")

    def askers() -> list[str]:
        entries = story_of(world, order_id)["entries"]
        return [entry["by"] for entry in entries if "asked from inside" in str(entry.get("reason"))]

    (who,) = eventually(askers)
    assert who == world.cloud.client("sts").get_caller_identity()["Arn"]


def test_the_status_tells_at_a_glance_that_nothing_is_stuck(world: World) -> None:
    told = world.command("--json", "status")

    assert told.returncode == 0, told.stdout + told.stderr
