"""A restored database must not become a thousand receiving orders: what is too much or too old waits for a person."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace
from typing import Any

import pytest
from bridge.console import cli
from bridge.domain.inventory import InventoryDocument
from bridge.domain.outcome import RowMoved
from bridge.flows.poll_gp import Polled, poll_gp
from bridge.protocols.ledger import Status
from bridge.protocols.pause import Deed, Side

from local.memory.world import World
from tests.stock import DAY, TRANSFER, a_stock_world, document, line, wros

OPERATOR = "arn:aws:iam::123456789012:user/controller"
QUARTER = dt.timedelta(minutes=15)


def transfers(count: int, first: int = 1, day: dt.date = DAY) -> list[InventoryDocument]:
    made = document(TRANSFER, line("RED-100", 1, "MAIN", "CHICAGO"), date=day)
    return [replace(made, number=f"T{number}") for number in range(first, first + count)]


def held_world(count: int = 4, most: int = 3) -> World:
    world = a_stock_world(*transfers(count), surge_documents=most)
    assert poll_gp(world, "run-0") == Polled(held=count)
    return world


def poll(world: World) -> Polled:
    world.clock.advance(QUARTER)
    polled = poll_gp(world, f"run at {world.clock.now()}")
    world.deliver()
    return polled


def run(world: World, *arguments: str) -> int:
    return cli.main(arguments, of_stack=lambda _name: (world, OPERATOR))


def told(world: World, capsys: pytest.CaptureFixture[str], *arguments: str) -> Any:
    assert run(world, "--json", "surge", *arguments) == 0
    return json.loads(capsys.readouterr().out)


def test_as_many_as_the_parameter_says_are_sent() -> None:
    world = a_stock_world(*transfers(3), surge_documents=3)

    assert poll(world) == Polled(queued=3)


def test_one_more_and_none_is_sent_however_often_gp_is_asked() -> None:
    world = held_world()

    assert [poll(world) for _ in range(3)] == [Polled(held=4)] * 3

    assert world.to_shipbob.sent == []


def test_one_that_is_too_old_holds_all_back() -> None:
    old = DAY - dt.timedelta(days=36)
    world = a_stock_world(*transfers(1), *transfers(1, 2, old))
    world.terms = replace(world.terms, cut_over=world.terms.cut_over - dt.timedelta(days=90))

    assert poll(world) == Polled(held=2)

    assert world.stock_poll.kept.surge is not None
    assert "dated 2026-10-12, longer ago than the 35 days of SurgeDays" in world.stock_poll.kept.surge.why


def test_one_that_is_just_not_too_old_is_sent() -> None:
    world = a_stock_world(*transfers(1, 1, DAY - dt.timedelta(days=35)))
    world.terms = replace(world.terms, cut_over=world.terms.cut_over - dt.timedelta(days=90))

    assert poll(world) == Polled(queued=1)


def test_the_operator_sees_how_many_why_and_which(capsys: pytest.CaptureFixture[str]) -> None:
    world = held_world()

    assert told(world, capsys) == {
        "held": 4,
        "since": "2026-11-17T14:05:00+00:00",
        "oldest": "2026-11-17",
        "why": "4 new stock documents in one poll are more than the 3 of SurgeDocuments",
        "some": ["transfer/T1", "transfer/T2", "transfer/T3", "transfer/T4"],
        "decision": None,
        "by": None,
        "reason": None,
    }


def test_what_a_person_allows_is_sent_with_the_next_poll_and_says_who_allowed_it(
    capsys: pytest.CaptureFixture[str],
) -> None:
    world = held_world()

    told(world, capsys, "allow", "--why", "stocktake of the new building")
    assert poll(world) == Polled(queued=4)

    assert len(wros(world)) == 4
    assert {(each.reason, each.origin) for each in world.to_shipbob.sent} == {
        ("allowed: stocktake of the new building", OPERATOR)
    }
    assert told(world, capsys) == {"held": 0}


def test_what_a_person_dismisses_is_never_sent_also_when_gp_stamps_it_anew(capsys: pytest.CaptureFixture[str]) -> None:
    world = held_world()

    told(world, capsys, "dismiss", "--why", "a copy of last month was restored")
    assert poll(world) == Polled(queued=4)
    for each in transfers(4):
        world.gp.put_inventory(each)
    assert poll(world) == Polled(queued=4)

    assert wros(world) == {}
    assert poll(world) == Polled()
    assert world.calls.count("gp.inventory_document") == 0


def test_what_a_person_dismisses_while_the_sending_is_paused_is_not_sent_when_it_goes_on() -> None:
    world = held_world()
    pause(world)
    assert run(world, "surge", "dismiss", "--why", "a copy of last month was restored") == 0
    poll(world)

    resume(world)
    world.pass_time(dt.timedelta(hours=2))
    assert poll(world) == Polled()

    assert wros(world) == {}


def test_what_a_person_dismissed_and_gp_stamps_anew_during_a_pause_is_not_sent_when_it_goes_on() -> None:
    world = held_world()
    run(world, "surge", "dismiss", "--why", "a copy of last month was restored")
    poll(world)
    pause(world)
    for each in transfers(4):
        world.gp.put_inventory(each)
    assert poll(world) == Polled(queued=4)

    resume(world)
    world.sweep()

    assert (wros(world), world.row(replace(TRANSFER, name="T1")).status) == ({}, Status.DONE)


def pause(world: World, *, is_pause: bool = True) -> None:
    deed = Deed(Side.SHIPBOB, is_pause, world.clock.now(), OPERATOR, "nothing is to be announced today")
    world.gates.save_pause(world.gates.stored.pause.with_deed(deed))


def resume(world: World) -> None:
    pause(world, is_pause=False)


def test_a_dismissal_is_not_of_a_document_that_was_before_a_person_already(capsys: pytest.CaptureFixture[str]) -> None:
    """It was not among what was held back; it waits for its mapping, and GP stamps it anew meanwhile."""
    waiting = document(TRANSFER, line("GREEN-100", 1, "MAIN", "CHICAGO"), number="T0")
    world = a_stock_world(waiting, surge_documents=3)
    poll(world)
    for each in transfers(4):
        world.gp.put_inventory(each)
    assert poll(world) == Polled(held=4)
    world.gp.put_inventory(waiting)

    told(world, capsys, "dismiss", "--why", "restored")
    poll(world)

    assert world.row(replace(TRANSFER, name="T0")).status is Status.REVIEW
    assert {each.document.name for each in world.to_shipbob.sent if each.reason.startswith("left alone")} == {
        "T1", "T2", "T3", "T4",
    }  # fmt: skip


def test_a_dismissed_document_is_sent_where_a_person_replays_it(capsys: pytest.CaptureFixture[str]) -> None:
    world = held_world()
    told(world, capsys, "dismiss", "--why", "restored")
    poll(world)

    world.attempt(replace(TRANSFER, name="T2"), "replay: this one was real")

    assert list(wros(world)) == ["T T2 CHICAGO 1"]


def test_after_a_decision_what_comes_is_sent_as_ever(capsys: pytest.CaptureFixture[str]) -> None:
    world = held_world()
    told(world, capsys, "dismiss", "--why", "restored")
    poll(world)
    world.gp.put_inventory(transfers(1, 9)[0])

    assert poll(world) == Polled(queued=1)

    assert list(wros(world)) == ["T T9 CHICAGO 1"]


def test_a_word_for_few_does_not_let_many_pass(capsys: pytest.CaptureFixture[str]) -> None:
    world = held_world()
    told(world, capsys, "allow", "--why", "these are right")
    for each in transfers(4, 5):
        world.gp.put_inventory(each)

    assert poll(world) == Polled(held=8)

    assert world.to_shipbob.sent == []
    assert told(world, capsys)["decision"] is None


def test_a_word_for_what_is_new_does_not_let_the_old_pass(capsys: pytest.CaptureFixture[str]) -> None:
    world = held_world()
    told(world, capsys, "allow", "--why", "these are right")
    world.gp.put_inventory(transfers(1, 5, DAY - dt.timedelta(days=2))[0])

    assert poll(world) == Polled(held=5)


def test_documents_that_shipbob_knows_do_not_count() -> None:
    """A tool that stamps every document anew brings no stock."""
    world = a_stock_world(*transfers(3), surge_documents=3)
    poll(world)
    for each in transfers(4):
        world.clock.advance(dt.timedelta(seconds=1))
        world.gp.put_inventory(each)

    assert poll(world) == Polled(queued=4)

    assert len(world.shipbob.announced) == 4


def test_what_goes_away_by_itself_is_held_back_no_longer(capsys: pytest.CaptureFixture[str]) -> None:
    world = held_world()
    world.gp.inventory.popitem()

    assert poll(world) == Polled(queued=3)

    assert told(world, capsys) == {"held": 0}


@pytest.mark.parametrize("deed", ["allow", "dismiss"])
def test_where_nothing_is_held_back_there_is_nothing_to_decide(deed: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(World(), "surge", deed, "--why", "to be sure") == 1

    assert "nothing is held back" in capsys.readouterr().err


def test_a_decision_says_why(capsys: pytest.CaptureFixture[str]) -> None:
    world = held_world()

    assert run(world, "surge", "allow", "--why", "  ") == 1

    assert world.stock_poll.kept.decision is None
    assert "needs a reason" in capsys.readouterr().err


def test_people_read_sentences(capsys: pytest.CaptureFixture[str]) -> None:
    world = held_world()
    run(world, "surge")
    run(world, "surge", "allow", "--why", "all right")
    world.stock_poll.kept = replace(world.stock_poll.kept, surge=None, decision=None)
    run(world, "surge")

    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("4 stock documents of GP's are held back since 2026-11-17 14:05 UTC: 4 new stock")
    assert lines[-2] == f"  {OPERATOR} has said: to be sent with the next poll of GP (all right)"
    assert lines[-1] == "Nothing is held back: GP's stock documents are told to ShipBob as they come."


def test_two_who_decide_at_once_do_not_overwrite_each_other() -> None:
    world = held_world()
    stale = world.stock_poll.row()
    run(world, "surge", "allow", "--why", "all right")

    with pytest.raises(RowMoved):
        world.stock_poll.save(stale)
