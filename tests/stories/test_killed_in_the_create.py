"""The writer's process is killed in the middle of the create, at every point that matters."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from local.world import World
from tests.stories.watching import comes_to, eventually, in_gp, in_time, place, story_of

FUNCTION = "WriteGp"


def stop_before_the_intent_is_stored(world: World) -> Callable[[], object]:
    world.cloud.breakpoints.stop("dynamodb", "PutItem", function=FUNCTION, contains='"sending"', when="before")
    return lambda: world.cloud.breakpoints.reached(1)


def stop_after_the_intent_is_stored(world: World) -> Callable[[], object]:
    world.cloud.breakpoints.stop("dynamodb", "PutItem", function=FUNCTION, contains='"sending"', when="after")
    return lambda: world.cloud.breakpoints.reached(1)


def stop_when_gp_has_the_request(world: World) -> Callable[[], object]:
    world.gp.stops.add("CreateSalesOrder", when="before")
    return lambda: world.gp.stops.wait_reached(1)


def stop_when_gp_has_written(world: World) -> Callable[[], object]:
    world.gp.stops.add("CreateSalesOrder", when="after")
    return lambda: world.gp.stops.wait_reached(1)


def stop_in_the_middle_of_gps_reply(world: World) -> Callable[[], object]:
    world.gp.stops.add("CreateSalesOrder", when="replying")
    return lambda: world.gp.stops.wait_reached(1)


def stop_before_the_ledger_learns_of_it(world: World) -> Callable[[], object]:
    world.cloud.breakpoints.stop("dynamodb", "PutItem", function=FUNCTION, contains='"fingerprint"', when="before")
    return lambda: world.cloud.breakpoints.reached(1)


POINTS = {
    "before the intent is stored": stop_before_the_intent_is_stored,
    "after the intent is stored": stop_after_the_intent_is_stored,
    "when GP has the request": stop_when_gp_has_the_request,
    "when GP has written": stop_when_gp_has_written,
    "in the middle of GP's reply": stop_in_the_middle_of_gps_reply,
    "before the ledger learns of it": stop_before_the_ledger_learns_of_it,
}


@pytest.mark.parametrize("point", POINTS)
def test_a_killed_writer_leaves_one_document_and_a_complete_trail(world: World, point: str) -> None:
    number = f"K-{list(POINTS).index(point)}"
    reached = POINTS[point](world)
    order_id = place(world, number)
    world.run("PollShipBob")
    assert in_time(world, reached), f"the writer never came to the point {point}: {story_of(world, order_id)}"

    assert world.cloud.breakpoints.kill_functions(FUNCTION) > 0
    world.cloud.breakpoints.release(abandon=True)
    world.gp.stops.clear()
    comes_to(world, order_id, "done")

    story, documents = story_of(world, order_id), in_gp(world, number)
    assert [document["total"] for document in documents] == ["39.90"]
    assert documents[0]["holds"] == ["SHIPBOB"]
    assert story["status"] == "done"
    assert story["chain"] == "whole"
    told = [entry["what"] for entry in story["entries"]]
    assert "intends" in told
    assert "done" in told
    assert "created in GP" in told or "adopt" in [entry.get("verdict") for entry in story["entries"]]


def test_a_create_that_never_reached_gp_is_sent_again_once_it_is_sure(world: World) -> None:
    """The connection is cut before GP has acted: only two looks after the settle time may lead to another send."""
    world.gp.stops.add("CreateSalesOrder", when="before", do="drop")
    order_id = place(world, "K-dropped")

    world.run("PollShipBob")
    eventually(lambda: not world.gp.stops.as_json()["stops"])
    comes_to(world, order_id, "done")

    story = story_of(world, order_id)
    assert len(in_gp(world, "K-dropped")) == 1
    verdicts = [entry["verdict"] for entry in story["entries"] if entry["what"] == "looked in GP"]
    assert verdicts[-1] == "send again"
    assert verdicts.count("send again") == 1


def test_a_reply_lost_after_the_create_is_answered_by_looking(world: World) -> None:
    world.gp.stops.add("CreateSalesOrder", when="after", do="drop")
    order_id = place(world, "K-lost")

    world.run("PollShipBob")
    comes_to(world, order_id, "done")

    story = story_of(world, order_id)
    assert len(in_gp(world, "K-lost")) == 1
    assert [entry["verdict"] for entry in story["entries"] if entry["what"] == "looked in GP"] == ["adopt"]
