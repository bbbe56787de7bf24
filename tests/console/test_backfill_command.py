"""`gp-shipbob backfill`: an operator brings in older orders, and sees how far that has come."""

from __future__ import annotations

import argparse
import datetime as dt
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from bridge.console import backfill, cli, cli_backfill
from bridge.domain.document import DocumentId
from bridge.flows.poll_shipbob import poll_shipbob
from bridge.protocols.cursor import Backfill

from local.memory.world import START, World
from tests.orders import DAY, MINUTE, SECOND, a_world, an_order, parcel

OPERATOR = "arn:aws:iam::123456789012:user/night-shift"


def world_with_old_orders(count: int) -> World:
    world = a_world()
    for number in range(1, count + 1):
        world.shipbob.put(an_order(parcel(100_000 + number, ("WIDGET-RED", 2), ("WIDGET-BLUE", 1)), order_id=number))
        world.shipbob.inserted[number] = world.shipbob.updated[number] = START - 7 * DAY + number * SECOND
    return world


def run(world: World, *arguments: str) -> int:
    return cli.main(arguments, of_stack=lambda _name: (world, OPERATOR))


def shown(world: World, capsys: pytest.CaptureFixture[str]) -> Any:
    capsys.readouterr()
    assert run(world, "--json", "backfill") == 0
    return json.loads(capsys.readouterr().out)


class Watching(cli_backfill.Screen):
    """A person who watches; while they wait, something happens."""

    def __init__(self, meanwhile: Callable[[], object], *, at_terminal: bool) -> None:
        self.drawn: list[str] = []
        self._meanwhile = meanwhile
        self._at_terminal = at_terminal

    @property
    def is_terminal(self) -> bool:
        return self._at_terminal

    def write(self, text: str) -> None:
        self.drawn.append(text)

    def pause(self, seconds: float) -> None:
        assert seconds > 0
        self._meanwhile()


def follow(world: World, screen: Watching, *arguments: str) -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--json", action="store_true")
    cli_backfill.add(parser.add_subparsers(), screen)
    options = parser.parse_args(["backfill", *arguments])
    code: int = options.command(options, world, OPERATOR)
    return code


# ---- Shown


def test_before_anything_was_asked_for_there_is_nothing_to_show(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(a_world(), "backfill") == 0

    assert capsys.readouterr().out == "No back-fill was ever asked for.\n"
    assert shown(a_world(), capsys) == {"state": "none"}


def test_what_the_first_poll_filled_in_is_shown_with_its_counts(capsys: pytest.CaptureFixture[str]) -> None:
    world = world_with_old_orders(4)
    poll_shipbob(world, "run-1")

    assert run(world, "backfill") == 0

    told = capsys.readouterr().out
    for words in ("The back-fill is finished.", "the first poll, run-1", "2 pages, 4 orders queued, 0 dropped"):
        assert words in told


# ---- Started and stopped


def test_a_back_fill_from_a_day_on_begins_at_that_day_s_midnight_in_gp(capsys: pytest.CaptureFixture[str]) -> None:
    world = a_world()

    assert run(world, "backfill", "start", "--since", "2026-10-01") == 0

    told = shown(world, capsys)
    assert (told["state"], told["since"], told["asked_by"]) == ("under way", "2026-10-01T00:00:00-05:00", OPERATOR)
    assert told["until"] == START.isoformat()


def test_a_day_that_is_still_to_come_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(a_world(), "backfill", "start", "--since", "2027-10-01") == 1

    assert "still to come" in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [("start",), ("start", "--since", "yesterday"), ("orders", "--why", "x")])
def test_a_command_that_tells_too_little_says_how_it_is_used(arguments: tuple[str, ...]) -> None:
    with pytest.raises(SystemExit) as misused:
        run(a_world(), "backfill", *arguments)

    assert misused.value.code == 2


def test_a_second_one_is_refused_until_the_first_is_stopped(capsys: pytest.CaptureFixture[str]) -> None:
    world = a_world()
    run(world, "backfill", "start", "--since", "2026-10-01")

    assert run(world, "backfill", "start", "--since", "2026-09-01") == 1
    assert "a back-fill is under way" in capsys.readouterr().err
    assert run(world, "backfill", "stop") == 0
    assert f"stopped by {OPERATOR}" in capsys.readouterr().out
    assert run(world, "backfill", "start", "--since", "2026-09-01") == 0


def test_to_stop_what_is_not_under_way_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(a_world(), "backfill", "stop") == 1

    assert "no back-fill is under way" in capsys.readouterr().err


# ---- Followed


@pytest.mark.parametrize("arguments", [("--follow",), ("start", "--since", "2026-10-01", "--follow")])
def test_at_a_terminal_one_line_grows_until_the_back_fill_has_ended(
    arguments: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    world = world_with_old_orders(8)
    if "start" not in arguments:
        run(world, "backfill", "start", "--since", "2026-10-01")
    screen = Watching(lambda: page_by_page(world), at_terminal=True)

    assert follow(world, screen, *arguments) == 0

    assert all(text.startswith("\r[") for text in screen.drawn[:-1])
    assert screen.drawn[-1] == "\n"
    assert [text.split("]")[1].split(",")[0].split("%")[1].strip() for text in screen.drawn[:-1]] == [
        "0 pages",
        "1 pages",
        "2 pages",
    ]
    assert "finished" in capsys.readouterr().out


def page_by_page(world: World) -> None:
    """The poll, every five minutes, with a queue that has room for a page."""
    world.clock.advance(5 * MINUTE)
    world.to_gp.forget()
    for number in range(247):
        world.hint(DocumentId.parse(f"order/{9000 + number}"))
    poll_shipbob(world, f"run at {world.clock.now()}")


def test_away_from_a_terminal_each_change_is_a_line_and_the_result_alone_goes_to_stdout(
    capsys: pytest.CaptureFixture[str],
) -> None:
    world = world_with_old_orders(8)
    run(world, "backfill", "start", "--since", "2026-10-01")
    capsys.readouterr()
    looks: list[Callable[[World], object]] = [nothing, page_by_page, nothing, poll_and_drain]
    screen = Watching(lambda: looks.pop(0)(world), at_terminal=False)

    assert follow(world, screen, "--follow") == 0

    assert [line.endswith("\n") and "\r" not in line for line in screen.drawn] == [True, True]
    assert capsys.readouterr().out.startswith("The back-fill is finished.")


def nothing(_world: World) -> None:
    """A while goes by."""


def poll_and_drain(world: World) -> None:
    world.clock.advance(5 * MINUTE)
    world.to_gp.forget()
    poll_shipbob(world, "the last run")


def test_a_person_who_has_seen_enough_leaves_and_the_back_fill_goes_on(capsys: pytest.CaptureFixture[str]) -> None:
    world = world_with_old_orders(1)
    run(world, "backfill", "start", "--since", "2026-10-01")

    def leave() -> None:
        raise KeyboardInterrupt

    assert follow(world, Watching(leave, at_terminal=True), "--follow") == 0

    assert "The back-fill is under way." in capsys.readouterr().out
    found = backfill.show(world)
    assert found is not None
    assert found.is_under_way


@pytest.mark.parametrize(
    ("last", "finished", "share"),
    [
        (None, None, 0.0),
        (START - 5 * DAY, None, 0.5),
        (START - 20 * DAY, None, 0.0),
        (START + DAY, None, 0.99),
        (START - 5 * DAY, START, 1.0),
        (None, START, 1.0),
    ],
)
def test_how_far_it_has_come_is_told_by_the_dates_of_the_orders(
    last: dt.datetime | None, finished: dt.datetime | None, share: float
) -> None:
    """Ten days are filled in. An order may have been bought long before ShipBob took it in."""
    filling = Backfill(START - 10 * DAY, START, OPERATOR, last=last, finished=finished)

    assert backfill.share(filling) == pytest.approx(share)


def test_a_back_fill_of_no_time_at_all_has_a_share_too() -> None:
    assert backfill.share(Backfill(START, START, OPERATOR, last=START)) == 0.0


# ---- Orders by their ids


def replays(world: World) -> list[tuple[str, str, str]]:
    return [(str(message.document), message.reason, message.origin) for message in world.to_gp.waiting()]


def test_orders_are_queued_at_once_with_who_and_why(capsys: pytest.CaptureFixture[str]) -> None:
    world = world_with_old_orders(3)

    assert run(world, "backfill", "orders", "2", "order/3", "2", "--why", "the carrier lost them") == 0

    assert replays(world) == [
        ("order/2", "replay: the carrier lost them", OPERATOR),
        ("order/3", "replay: the carrier lost them", OPERATOR),
    ]
    assert world.calls.of("shipbob") == ["orders"]
    assert capsys.readouterr().out.startswith("2 orders are queued;")


def test_a_replayed_order_is_read_as_it_is_now_and_says_who_asked() -> None:
    world = world_with_old_orders(1)
    run(world, "backfill", "orders", "1", "--why", "a check")

    world.deliver()

    assert world.calls.count("shipbob.order") == 1
    assert {entry.by for entry in world.audit.entries(DocumentId.parse("order/1"))} == {OPERATOR}


def test_an_order_that_shipbob_does_not_have_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    world = world_with_old_orders(1)

    assert run(world, "--json", "backfill", "orders", "1", "77", "--why", "a check") == 1

    assert json.loads(capsys.readouterr().out) == {"queued": [1], "missing": [77]}


def test_a_file_of_ids_is_asked_for_two_hundred_and_fifty_a_call(tmp_path: Path) -> None:
    world = world_with_old_orders(3)
    ids = tmp_path / "ids.txt"
    ids.write_text("1, 2\n3\n" + "\n".join(str(number) for number in range(1000, 1600)))

    assert run(world, "backfill", "orders", "--file", str(ids), "--why", "a check") == 1

    assert world.calls.of("shipbob") == ["orders"] * 3
    assert [document for document, _, _ in replays(world)] == ["order/1", "order/2", "order/3"]


@pytest.mark.parametrize("text", ["return/7", "12a", "-1", "²"])
def test_what_is_no_order_s_id_queues_nothing(text: str, capsys: pytest.CaptureFixture[str]) -> None:
    world = world_with_old_orders(1)

    assert run(world, "backfill", "orders", "1", text, "--why", "a check") == 1

    assert (replays(world), "not an order's id" in capsys.readouterr().err) == ([], True)


def test_a_file_that_is_not_there_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    absent = tmp_path / "ids.txt"

    assert run(world_with_old_orders(1), "backfill", "orders", "--file", str(absent), "--why", "a check") == 1

    assert f"{absent} cannot be read" in capsys.readouterr().err


def test_a_reason_of_blanks_is_none(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(world_with_old_orders(1), "backfill", "orders", "1", "--why", "  ") == 1

    assert "needs a reason" in capsys.readouterr().err
