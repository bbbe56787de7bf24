"""`gp-shipbob relist`: who asked for it, from when on and why, and what befalls it meanwhile."""

from __future__ import annotations

import dataclasses
import json
from typing import Any

import pytest
from bridge.console import cli, remote
from bridge.domain.listing import Feed
from bridge.flows.poll_gp import NAME, poll_gp
from bridge.flows.poll_shipbob import poll_shipbob
from bridge.protocols.cursor import Cursor

from local.memory.world import START, Crash, Cut, World
from tests.followed import building
from tests.orders import DAY, MINUTE, a_world, unshipped

ENGINEER = "arn:aws:iam::123456789012:user/night-shift"
WHY = ("--why", "State was restored")
LISTS = [*Feed, NAME, "backfill"]


@pytest.fixture
def world() -> World:
    """A shop whose lists were all followed until now: it is 14:05 UTC, 08:05 in GP's zone."""
    world = a_world()
    world.shipbob.buildings = [building(8)]
    world.shipbob.put(unshipped())
    poll_shipbob(world, "run-1")
    poll_gp(world, "run-1")
    return world


def run(world: World, *command: str) -> int:
    return cli.main(command, of_stack=lambda _: (world, ENGINEER))


def told(world: World, capsys: pytest.CaptureFixture[str], *command: str, ends: int = 0) -> Any:
    assert run(world, "--json", "relist", *command) == ends
    return json.loads(capsys.readouterr().out)


def reached(world: World) -> dict[str, str]:
    cursors = {name: world.state.cursor(name) for name in LISTS}
    return {name: cursor.reached.isoformat() for name, cursor in cursors.items() if cursor is not None}


# ---- From when on


@pytest.mark.parametrize(
    ("since", "begins"),
    [
        ("2026-11-14", "2026-11-14T06:00:00+00:00"),
        ("2026-11-14T09:30", "2026-11-14T15:30:00+00:00"),
        ("2026-11-14T09:30+01:00", "2026-11-14T08:30:00+00:00"),
    ],
)
def test_a_day_or_a_moment_is_meant_in_gps_zone_unless_it_names_its_own(
    world: World, capsys: pytest.CaptureFixture[str], since: str, begins: str
) -> None:
    run(world, "relist", "--since", since, *WHY)

    cursor = world.state.cursor(NAME)
    assert cursor is not None
    assert cursor.reached.astimezone(START.tzinfo).isoformat() == begins
    assert "2026-11-14" in capsys.readouterr().out


def test_every_list_is_named_with_where_it_stood(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(world, "relist", "--since", "2026-11-14", *WHY) == 0

    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == (
        "Gone through again from 2026-11-14 00:00 CST on, with the next runs of the polls; where each list stood:"
    )
    assert [line.split()[0] for line in lines[1:]] == LISTS
    assert lines[1] == "  orders-inserted        2026-11-17 14:05 UTC"


def test_a_script_is_told_the_lists_and_where_they_stood(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    found = told(world, capsys, "--since", "2026-11-14", *WHY)

    assert (found["dry_run"], found["since"]) == (False, "2026-11-14T06:00:00+00:00")
    assert found["lists"]["orders-inserted"] == "2026-11-17T14:05:00+00:00"


def test_a_dry_run_says_which_lists_and_sets_none_back(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    before = reached(world)

    found = told(world, capsys, "--since", "2026-11-14", "--dry-run", *WHY)

    assert (found["dry_run"], list(found["lists"])) == (True, LISTS)
    assert reached(world) == before


def test_asked_for_twice_it_finds_nothing_more_to_do(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    run(world, "relist", "--since", "2026-11-14", *WHY)
    once = reached(world)
    capsys.readouterr()

    assert run(world, "relist", "--since", "2026-11-14", *WHY) == 0

    assert "nothing is to be set back" in capsys.readouterr().out
    assert reached(world) == once


def test_a_moment_that_is_still_to_come_is_refused(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    before = reached(world)

    assert run(world, "relist", "--since", "2026-11-18", *WHY) == 1

    assert "still to come" in capsys.readouterr().err
    assert reached(world) == before


# ---- Who, and why


def test_who_had_the_lists_gone_through_again_and_why_is_shown_until_the_next_time(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    run(world, "relist", "--since", "2026-11-14", "--why", "  State was restored ")
    world.clock.advance(5 * MINUTE)
    poll_shipbob(world, "run-2")
    capsys.readouterr()

    shown = told(world, capsys)

    assert [each["list"] for each in shown] == LISTS
    assert shown[0]["stands_at"] == "2026-11-17T14:10:00+00:00"
    said = {
        "to": "2026-11-14T00:00:00-06:00",
        "at": "2026-11-17T14:05:00+00:00",
        "by": ENGINEER,
        "why": "State was restored",
    }
    assert [each["set_back"] for each in shown] == [said] * len(LISTS)
    run(world, "relist")
    told_so = f"    set back to 2026-11-14 00:00 CST at 2026-11-17 14:05 UTC by {ENGINEER}: State was restored\n"
    assert told_so in capsys.readouterr().out


def test_a_list_that_was_never_set_back_says_nothing_of_it(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    assert {each["set_back"] for each in told(world, capsys)} == {None}


def test_a_pass_under_way_is_said(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    cursor = world.state.cursor(Feed.RETURNS_CREATED)
    assert cursor is not None
    world.state.save_cursor(cursor.taken("run-2", START).turned("2"))

    run(world, "relist")

    assert "  returns-created        2026-11-17 14:05 UTC, and a pass is under way\n" in capsys.readouterr().out


def test_before_the_first_poll_there_is_nothing_to_show(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(a_world(), "relist") == 0

    assert capsys.readouterr().out == "No list was ever followed.\n"


@pytest.mark.parametrize(
    "arguments",
    [
        ("--since", "2026-11-14"),
        ("--since", "2026-11-14", "--dry-run"),
        ("--since", "yesterday", *WHY),
        WHY,
        ("--dry-run",),
    ],
)
def test_a_command_that_tells_too_little_says_how_it_is_used(world: World, arguments: tuple[str, ...]) -> None:
    before = reached(world)

    with pytest.raises(SystemExit) as misused:
        run(world, "relist", *arguments)

    assert (misused.value.code, reached(world)) == (2, before)


def test_a_reason_of_blanks_is_none(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    before = reached(world)

    assert run(world, "relist", "--since", "2026-11-14", "--why", "  ") == 1

    assert "needs a reason" in capsys.readouterr().err
    assert reached(world) == before


# ---- Polls at work, and neighbours away


def moved_before(world: World, name: str, times: int) -> None:
    """A poll saves the list's cursor just before the command does, so many times."""
    save, left = world.state.save_cursor, times

    def raced(cursor: Cursor) -> Cursor:
        nonlocal left
        if cursor.name == name and left:
            left -= 1
            stored = world.state._cursors[name]
            save(dataclasses.replace(stored, reached=stored.reached + MINUTE))
        return save(cursor)

    world.state.save_cursor = raced  # type: ignore[method-assign]


def test_a_list_that_a_poll_moves_meanwhile_is_set_back_all_the_same(world: World) -> None:
    moved_before(world, Feed.RETURNS_CREATED, 2)

    assert run(world, "relist", "--since", "2026-11-14", *WHY) == 0

    assert reached(world)[Feed.RETURNS_CREATED] == "2026-11-14T00:00:00-06:00"


def test_a_list_that_a_poll_does_not_let_go_of_is_named_and_asking_again_does_the_rest(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    moved_before(world, Feed.RETURNS_CREATED, 3)

    assert run(world, "relist", "--since", "2026-11-14", *WHY) == 1
    assert "a poll is at the list returns-created: ask again in a minute" in capsys.readouterr().err
    assert run(world, "relist", "--since", "2026-11-14", *WHY) == 0

    stand = reached(world)
    assert {stand[name] for name in LISTS if name != "backfill"} == {"2026-11-14T00:00:00-06:00"}


def test_while_shipbob_is_away_the_lists_can_be_set_back_all_the_same(world: World) -> None:
    made = len(world.calls.made)

    assert run(world, "relist", "--since", "2026-11-14", *WHY) == 0

    assert {name.partition(".")[0] for name in world.calls.made[made:]} == {"state"}


def test_it_can_be_asked_for_from_inside_the_stack(world: World) -> None:
    code, printed, _ = remote.run(["relist", "--since", "2026-11-14", *WHY], "", world, ENGINEER)

    assert (code, printed.startswith("Gone through again from 2026-11-14")) == (0, True)


def test_wherever_the_process_dies_asking_again_does_the_rest(world: World) -> None:
    before = dict(world.state._cursors)
    made = len(world.calls.made)
    run(world, "relist", "--since", "2026-11-14", *WHY)
    calls = len(world.calls.made) - made
    wanted = reached(world)
    for number in range(1, calls + 1):
        world.state._cursors = dict(before)
        world.crash_at(number, Cut.AFTER)
        with pytest.raises(Crash):
            run(world, "relist", "--since", "2026-11-14", *WHY)

        run(world, "relist", "--since", "2026-11-14", *WHY)

        assert reached(world) == wanted, f"died after call {number}"


def test_the_back_fill_of_these_days_is_begun_again_from_its_own_first_day(world: World) -> None:
    run(world, "relist", "--since", "2026-11-14", *WHY)

    cursor = world.state.cursor("backfill")
    assert cursor is not None
    assert cursor.backfill is not None
    assert (cursor.backfill.is_under_way, cursor.reached) == (True, world.terms.cut_over - 90 * DAY)
