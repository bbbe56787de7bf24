"""`gp-shipbob replay` of many: foretold, agreed to, and never so many that live orders stand behind them."""

from __future__ import annotations

import datetime as dt
import json

import pytest
from bridge.domain.message import Message

from local.memory.world import START, World
from tests.console.replay_desk import Person, a_ledger, many, order, queued, replay_before, reviewed, run
from tests.orders import MINUTE, a_world, unshipped


@pytest.fixture
def world() -> World:
    world = a_world()
    world.shipbob.put(unshipped())
    return world


# ---- Before anything is written


def test_a_dry_run_names_the_documents_and_queues_none(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    a_ledger(world, reviewed(1), reviewed(2))

    assert run(world, "--status", "review", "--why", "x", "--dry-run") == 0

    told = json.loads(capsys.readouterr().out)
    assert (told["count"], [each["document"] for each in told["documents"]]) == (2, ["order/1", "order/2"])
    assert queued(world) == []


@pytest.mark.parametrize(("count", "asked"), [(20, []), (21, ["Replay 21 documents?"])])
def test_a_person_is_asked_before_many_are_replayed(world: World, count: int, asked: list[str]) -> None:
    many(world, count)
    person = Person(answers=True)

    assert replay_before(person, world, "--status", "review") == 0

    assert person.asked == asked
    assert len(queued(world)) == count


def test_where_nobody_agrees_nothing_is_replayed_and_the_way_on_is_told(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    many(world, 21)

    assert run(world, "--status", "review", "--why", "x") == 1

    assert "--dry-run, then add --yes" in capsys.readouterr().err
    assert queued(world) == []


def test_a_script_says_yes_in_advance(world: World) -> None:
    many(world, 21)

    assert run(world, "--status", "review", "--why", "x", "--yes") == 0

    assert len(queued(world)) == 21


# ---- Paced


def test_no_more_are_queued_than_keep_the_queue_shallow_and_the_rest_once_it_is_worked_off(world: World) -> None:
    many(world, 600)
    depths: list[int] = []

    def work() -> None:
        depths.append(world.to_gp.depth())
        world.to_gp.forget()
        world.clock.advance(MINUTE)

    person = Person(meanwhile=work)

    assert replay_before(person, world, "--status", "review", "--yes") == 0

    assert depths == [250, 250]
    assert len(world.to_gp.sent) == 600
    assert person.drawn[-1].endswith("100%  600 of 600 queued\n")


def test_what_sqs_has_not_counted_yet_is_counted(world: World) -> None:
    """Its count lags by a minute: what was sent within it is taken for still there."""
    many(world, 300)
    pauses: list[dt.datetime] = []

    def work() -> None:
        pauses.append(world.clock.now())
        world.to_gp.forget()
        world.clock.advance(20 * dt.timedelta(seconds=1))

    replay_before(Person(meanwhile=work), world, "--status", "review", "--yes")

    assert len(pauses) == 3
    assert len(world.to_gp.sent) == 300


def test_where_there_is_no_time_to_wait_what_is_left_is_told(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    many(world, 260)

    assert replay_before(Person(meanwhile=lambda: False), world, "--status", "review", "--yes") == 1

    told = json.loads(capsys.readouterr().out)
    assert (len(told["queued"]), len(told["left"])) == (250, 10)


def test_what_lies_on_the_queue_already_takes_its_room(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    world.to_gp.send((Message(order(n), "poll", "run", START), f"{n}") for n in range(1000, 1240))
    many(world, 20)

    assert replay_before(Person(meanwhile=lambda: False), world, "--status", "review") == 1

    assert len(json.loads(capsys.readouterr().out)["queued"]) == 10
