"""`gp-shipbob replay --as-recorded`: documents are gone by as their trails show them, and enter like every replay."""

from __future__ import annotations

import json

import pytest
from bridge.console import cli, remote
from bridge.domain.outcome import MappingKey
from bridge.protocols.ledger import LedgerRow, Status

from local.memory.world import START, World
from tests.console.replay_desk import EVENT, OPERATOR, TRANSFER, a_ledger, order, queued, reviewed, run
from tests.orders import HOUR, NUMBER, ORDER, a_world, shipped, unshipped

RED = MappingKey.parse("sku/WIDGET-RED")


@pytest.fixture
def world() -> World:
    """The order waited for a mapping, which is mended; ShipBob has archived it since."""
    world = a_world("sku/WIDGET-RED")
    world.shipbob.put(unshipped())
    world.attempt(ORDER)
    world.shipbob.archive(ORDER.number)
    world.state.map(RED, "RED-100", "a clerk")
    return world


def images(world: World) -> list[int]:
    return [entry.number for entry in world.audit.entries(ORDER) if entry.what == "read from ShipBob"]


def carried(world: World) -> list[tuple[str, int]]:
    """What lies on the queues, each with the entry that is to be gone by."""
    return [(str(each.document), each.as_recorded) for each in [*world.to_gp.waiting(), *world.to_shipbob.waiting()]]


def test_the_document_goes_through_the_front_of_the_queue_with_who_and_why(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(world, str(ORDER), "--why", "the mapping is mended", "--as-recorded") == 0
    assert json.loads(capsys.readouterr().out) == {"queued": [str(ORDER)], "left": []}
    assert carried(world) == [(str(ORDER), images(world)[-1])]

    world.deliver()

    assert world.gp.created == {NUMBER: 1}
    seen = [entry for entry in world.audit.entries(ORDER) if entry.what == "seen"][-1]
    assert (seen.by, seen.facts["reason"]) == (OPERATOR, "replay: the mapping is mended")


def test_the_command_runs_inside_the_stack_as_well(world: World) -> None:
    """Who asked is whom AWS confirmed."""
    words = ["--json", "replay", str(ORDER), "--why", "x", "--as-recorded", str(images(world)[-1])]

    code, output, _ = remote.run(words, "", world, OPERATOR)

    assert (code, json.loads(output)["queued"]) == (0, [str(ORDER)])
    (message,) = world.to_gp.waiting()
    assert (message.as_recorded, message.origin) == (images(world)[-1], OPERATOR)


def test_an_entry_that_was_read_again_since_is_refused_at_once(capsys: pytest.CaptureFixture[str]) -> None:
    world = a_world()
    world.shipbob.put(unshipped())
    world.attempt(ORDER)
    world.clock.advance(HOUR)
    world.shipbob.put(shipped())
    world.attempt(ORDER)
    older, newest = images(world)

    assert run(world, str(ORDER), "--why", "x", "--as-recorded", str(older)) == 1

    assert f"read again at 2026-11-17 15:05:00 UTC, entry {newest}" in capsys.readouterr().err
    assert queued(world) == []


@pytest.mark.parametrize(
    ("document", "says"),
    [
        (
            str(TRANSFER),
            "no image of ShipBob's is kept of it, only of order, return, receiving; replay it as it is now",
        ),
        ("order/77", "its trail holds no image of it"),
    ],
)
def test_of_documents_of_which_one_has_no_image_none_is_queued(
    world: World, capsys: pytest.CaptureFixture[str], document: str, says: str
) -> None:
    assert run(world, str(ORDER), document, "--why", "x", "--as-recorded") == 1

    assert f"cannot be gone by as recorded: {says}" in capsys.readouterr().err
    assert queued(world) == []


def test_a_stock_event_is_replayed_as_ever_for_it_is_always_as_it_was_recorded(world: World) -> None:
    world.audit.trail(EVENT, "run-1").record("read from ShipBob", {}, b"the event")

    assert run(world, str(EVENT), "--why", "x", "--as-recorded") == 0

    (message,) = world.to_gp.waiting()
    assert message.snapshot is not None
    assert (message.snapshot.image, message.as_recorded) == (b"the event", 0)


def test_of_those_that_are_chosen_each_is_gone_by_its_newest_image_and_the_rest_is_left_out(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    world.audit.trail(order(2), "run-1").record("read from ShipBob", {}, b"the second")
    a_ledger(world, reviewed(2), reviewed(3), LedgerRow(order(4), status=Status.DONE))

    assert run(world, "--status", "review", "--why", "x", "--as-recorded") == 0

    assert sorted(carried(world)) == [("order/2", 1), (str(ORDER), images(world)[-1])]
    told = json.loads(capsys.readouterr().out)
    assert (sorted(told["queued"]), told["left_out"]) == (["order/2", str(ORDER)], 1)


def test_many_are_asked_about_only_as_far_as_they_have_an_image(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    a_ledger(world, *(reviewed(number) for number in range(1, 30)))

    assert (
        cli.main(
            ["replay", "--status", "review", "--why", "x", "--as-recorded"], of_stack=lambda _name: (world, OPERATOR)
        )
        == 0
    )

    assert capsys.readouterr().out.splitlines()[1] == "29 documents left out: their trails hold no image."
    assert queued(world) == [str(ORDER)]


def test_where_no_trail_holds_an_image_nothing_is_queued(capsys: pytest.CaptureFixture[str]) -> None:
    world = World()
    a_ledger(world, LedgerRow(TRANSFER, status=Status.REVIEW, due_at=START), reviewed(3))

    assert run(world, "--status", "review", "--why", "x", "--as-recorded") == 1

    assert "of 2 documents no trail holds an image: nothing is queued" in capsys.readouterr().err
    assert queued(world) == []


@pytest.mark.parametrize(
    "arguments", [["--status", "review", "7"], ["order/1", "order/2", "7"], ["--dead-letters", "0"]]
)
def test_an_entry_is_of_one_document_and_dead_letters_carry_their_own(world: World, arguments: list[str]) -> None:
    *chosen, entry = arguments

    with pytest.raises(SystemExit) as misused:
        run(world, *chosen, "--why", "x", "--as-recorded", entry)

    assert misused.value.code == 2


def test_a_dead_letter_goes_back_as_recorded_if_that_was_asked_for(world: World) -> None:
    run(world, str(ORDER), "--why", "x", "--as-recorded")
    (message,) = world.to_gp.waiting()
    world.to_gp.forget()
    world.to_gp.dead_letters.append(message)

    assert run(world, "--dead-letters", "--why", "the bug is mended") == 0

    assert carried(world) == [(str(ORDER), images(world)[-1])]
