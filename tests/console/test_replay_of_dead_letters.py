"""`gp-shipbob replay --dead-letters`: after a bug is mended, what was given up on is looked at again."""

from __future__ import annotations

import dataclasses
import json
from itertools import islice
from typing import Any

import pytest
from bridge.console import replaying
from bridge.domain.document import DocumentId
from bridge.domain.message import Message, Snapshot
from bridge.domain.outcome import Transient

from local.memory.world import START, World
from tests.console.replay_desk import EVENT, OPERATOR, TRANSFER, Person, order, replay_before, run
from tests.orders import HOUR, MINUTE, NUMBER, ORDER, a_world, unshipped
from tests.stock import a_stock_world, document, line, wros


@pytest.fixture
def world() -> World:
    world = a_world()
    world.shipbob.put(unshipped())
    return world


def given_up(*documents: DocumentId) -> list[Message]:
    snapshot = Snapshot(b"the only copy", START, START)
    return [Message(document, "poll", "run-1", START - HOUR, snapshot) for document in documents]


def told(capsys: pytest.CaptureFixture[str]) -> Any:
    return json.loads(capsys.readouterr().out)


def test_dead_letters_go_back_as_replays_with_all_they_carried(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    world.to_gp.dead_letters += given_up(EVENT)
    world.to_shipbob.dead_letters += given_up(TRANSFER)

    assert run(world, "--dead-letters", "--why", "the bug of Tuesday is mended") == 0

    assert told(capsys)["queued"] == [str(EVENT), str(TRANSFER)]
    (event,), (transfer,) = world.to_gp.waiting(), world.to_shipbob.waiting()
    assert (event.reason, event.origin, event.seen_at) == ("replay: the bug of Tuesday is mended", OPERATOR, START)
    assert event.snapshot is not None
    assert event.snapshot.image == b"the only copy"
    assert transfer.document == TRANSFER
    assert (world.to_gp.dead_letters, world.to_shipbob.dead_letters) == ([], [])


def test_what_a_person_dismissed_is_not_sent_because_its_hint_was_a_dead_letter() -> None:
    world = a_stock_world(document(TRANSFER, line("RED-100", 5, "MAIN", "CHICAGO")))
    (hint,) = given_up(TRANSFER)
    world.to_shipbob.dead_letters.append(dataclasses.replace(hint, reason="left alone: a copy was restored"))

    assert run(world, "--dead-letters", "--why", "DynamoDB is back") == 0
    (again,) = world.to_shipbob.waiting()
    world.deliver()

    assert (again.reason, again.origin) == ("left alone: a copy was restored; replay: DynamoDB is back", OPERATOR)
    assert (wros(world), world.row(TRANSFER).mode) == ({}, "left alone")


def test_a_dead_letter_that_nobody_can_read_stays_and_is_told_of(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    world.to_gp.unreadable.append("not JSON")
    world.to_gp.dead_letters += given_up(ORDER)

    assert run(world, "--dead-letters", "--why", "x") == 1

    found = told(capsys)
    assert found["queued"] == [str(ORDER)]
    assert [each["queue"] for each in found["unreadable"]] == ["ToGp"]
    assert world.to_gp.unreadable == ["not JSON"]


def test_a_dead_letter_is_removed_only_once_its_replay_is_queued(world: World) -> None:
    world.to_gp.dead_letters += given_up(ORDER)
    world.to_gp.fail_next(Transient("SQS cannot be reached"))

    assert run(world, "--dead-letters", "--why", "x") == 1

    assert [letter.document for letter in world.to_gp.dead_letters] == [ORDER]


def test_a_dry_run_counts_the_dead_letters_and_takes_none(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    world.to_gp.dead_letters += given_up(ORDER)

    assert run(world, "--dead-letters", "--why", "x", "--dry-run") == 0

    assert told(capsys)["dead_letters"] == {"ToGp": 1, "ToShipBob": 0}
    assert len(world.dead_letters[0].take()) == 1


def test_more_dead_letters_than_are_taken_at_once_all_go_back_while_the_queue_is_shallow(world: World) -> None:
    world.to_gp.dead_letters += given_up(*(order(number) for number in range(1, 26)))
    world.to_gp.send((Message(order(n), "poll", "run", START), f"{n}") for n in range(1000, 1240))
    pauses: list[int] = []

    def work() -> None:
        pauses.append(world.to_gp.depth())
        world.to_gp.forget()

    assert replay_before(Person(answers=True, meanwhile=work), world, "--dead-letters") == 0

    assert pauses == [250]
    assert world.to_gp.dead_letters == []


def test_a_replay_of_what_gp_has_already_writes_nothing(world: World) -> None:
    world.attempt(ORDER)
    written = dataclasses.replace(world.gp.orders[NUMBER])

    run(world, str(ORDER), "--why", "x")
    world.deliver()

    assert world.gp.orders[NUMBER] == written


def test_what_nobody_can_read_is_told_once_however_long_the_rest_takes(world: World) -> None:
    """It is hidden for two minutes only, and then it is there again."""
    world.to_gp.unreadable.append("not JSON")
    found = replaying.redrive(world, OPERATOR, "x", lambda: True)

    assert next(found).document is None
    world.clock.advance(3 * MINUTE)
    assert list(islice(found, 2)) == []
