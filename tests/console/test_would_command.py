"""`gp-shipbob would`, `gates`, `pause` and `resume`: a person sees what is kept back, and by what or whom."""

from __future__ import annotations

import dataclasses
import json
from typing import Any

import pytest
from bridge.console import cli
from bridge.domain.outcome import RowMoved
from bridge.protocols.ledger import Status
from bridge.protocols.pause import Side

from local.memory.world import World
from tests.orders import NUMBER, ORDER, a_world_with

OPERATOR = "arn:aws:iam::123456789012:user/night-shift"


@pytest.fixture
def world() -> World:
    """The plain order, in a dry run."""
    world = a_world_with("unshipped")
    world.terms = dataclasses.replace(world.terms, is_dry_run=True)
    world.gp.is_dry = True
    return world


def run(world: World, *arguments: str) -> int:
    return cli.main(arguments, of_stack=lambda _name: (world, OPERATOR))


def told(world: World, capsys: pytest.CaptureFixture[str], *arguments: str) -> Any:
    run(world, "--json", *arguments)
    return json.loads(capsys.readouterr().out)


def test_without_a_dry_run_nothing_waits_in_one(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(world, "would") == 0

    assert capsys.readouterr().out == "No document waits in a dry run.\n"


def test_what_a_dry_run_would_write_is_listed_a_line_a_document(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    world.attempt(ORDER)

    run(world, "would")

    assert capsys.readouterr().out == f"{ORDER}  2026-11-17 14:05 UTC  create_sales_order  GP {NUMBER}\n"
    (row,) = told(world, capsys, "would")
    assert (row["document"], row["call"], row["number"]) == (str(ORDER), "create_sales_order", NUMBER)


def test_what_one_document_would_write_is_shown_to_the_byte(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    world.attempt(ORDER)

    assert run(world, "would", str(ORDER)) == 0

    assert capsys.readouterr().out.splitlines()[1:] == ["what create_sales_order sends"]
    assert told(world, capsys, "would", str(ORDER))[0]["request"] == "what create_sales_order sends"


def test_a_request_that_is_no_longer_kept_is_said_to_be_so(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    world.attempt(ORDER)
    world.audit.payloads.clear()

    run(world, "would", str(ORDER))

    assert "replay the document to have it anew" in capsys.readouterr().out


def test_a_document_that_no_dry_run_has_seen_would_write_nothing(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(world, "would", "order/7") == 1

    assert capsys.readouterr().out == "No dry run has come to a write of order/7.\n"


def test_the_gates_say_which_is_shut_and_how_many_stand_before_it(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    world.attempt(ORDER)

    shut = {each["gate"]: each["documents"] for each in told(world, capsys, "gates") if not each["is_open"]}

    assert shut == {"dry run": 1}
    run(world, "gates")
    assert capsys.readouterr().out.splitlines()[0] == "dry run           SHUT  1 documents"


def test_a_neighbour_that_is_down_says_since_when_and_why(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    down = dataclasses.replace(world.gates.stored.gp, down_since=world.clock.now(), why="GP cannot be reached")
    world.gates.save_health(down)

    run(world, "gates")

    lines = capsys.readouterr().out.splitlines()
    assert "GP                SHUT  0 documents     since 2026-11-17 14:05 UTC: GP cannot be reached" in lines


def test_a_pause_is_by_somebody_and_for_a_reason(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(world, "pause", "--why", "month-end") == 0

    assert f"pause of GP       SHUT  0 documents     since 2026-11-17 14:05 UTC by {OPERATOR}: month-end" in (
        capsys.readouterr().out.splitlines()
    )
    assert all(world.gates.stored.pause.of(side) for side in Side)


def test_one_side_may_be_paused_alone_and_resumed(world: World) -> None:
    run(world, "pause", "--side", "gp", "--why", "month-end")
    paused = [side for side in Side if world.gates.stored.pause.of(side)]
    run(world, "resume", "--why", "posted")

    assert (paused, [side for side in Side if world.gates.stored.pause.of(side)]) == ([Side.GP], [])
    assert [(deed.by, deed.why) for deed in world.gates.stored.pause.deeds] == [
        (OPERATOR, "month-end"),
        (OPERATOR, "posted"),
    ]


def test_paused_twice_the_first_reason_stands(world: World) -> None:
    run(world, "pause", "--why", "month-end")
    run(world, "pause", "--why", "another")

    assert [deed.why for deed in world.gates.stored.pause.deeds] == ["month-end", "month-end"]


def test_without_a_reason_nothing_is_paused(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(world, "pause", "--why", " ") == 1

    assert "needs a reason" in capsys.readouterr().err
    assert world.gates.stored.pause.deeds == ()


@pytest.mark.parametrize(("moved", "expected"), [(1, 0), (3, 1)])
def test_of_two_who_pause_at_once_the_second_looks_again(world: World, moved: int, expected: int) -> None:
    for _ in range(moved):
        world.gates.fail_next(RowMoved("somebody else"))

    assert run(world, "pause", "--why", "month-end") == expected


def test_what_was_paused_goes_on_at_the_next_sweep_after_resume(world: World) -> None:
    world.terms = dataclasses.replace(world.terms, is_dry_run=False)
    world.gp.is_dry = False
    run(world, "pause", "--why", "month-end")
    world.attempt(ORDER)

    run(world, "resume", "--why", "posted")
    world.sweep()

    assert world.row(ORDER).status is Status.DONE
