"""`gp-shipbob replay --as-recorded --dry-run`: what would come of an old image by today's rules, and nothing done."""

from __future__ import annotations

import copy
import inspect
import json
from collections.abc import Callable
from typing import Any

import pytest
from bridge.console import actions, cli, rehearsing
from bridge.domain.document import DocumentId, DocumentKind
from bridge.domain.outcome import MappingKey, Outcome
from bridge.flows.attempt import Work
from bridge.neighbours import Gp
from bridge.ports import State

from local.memory.world import World
from tests import receiving
from tests.correcting import RECORD
from tests.orders import HOUR, NUMBER, ORDER, a_world, shipped, unshipped

OPERATOR = "arn:aws:iam::123456789012:user/night-shift"


@pytest.fixture
def world() -> World:
    """The order is a draft in GP, and was shipped and written since: its trail holds both images."""
    world = a_world()
    world.shipbob.put(unshipped())
    world.attempt(ORDER)
    world.clock.advance(HOUR)
    world.shipbob.put(shipped())
    world.attempt(ORDER)
    return world


def run(world: World, *arguments: str) -> int:
    return cli.main(["--json", "replay", "--dry-run", *arguments], of_stack=lambda _name: (world, OPERATOR))


def rehearsed(world: World, capsys: pytest.CaptureFixture[str], *arguments: str) -> Any:
    assert run(world, str(ORDER), "--why", "was it right?", "--as-recorded", *arguments) == 0
    return json.loads(capsys.readouterr().out)


def images(world: World) -> list[int]:
    return [entry.number for entry in world.audit.entries(ORDER) if entry.what == "read from ShipBob"]


def test_an_image_is_decided_on_and_nothing_of_it_is_done(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    before = copy.deepcopy((world.gp.orders, world.state.rows, world.state.mapped))

    rehearsed(world, capsys, str(images(world)[0]))

    assert (world.gp.orders, world.state.rows, world.state.mapped) == before
    assert world.to_gp.waiting() == []


def test_it_is_the_image_that_counts_and_not_what_shipbob_shows_now(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    told = rehearsed(world, capsys, str(images(world)[0]))

    (read,) = (step for step in told["steps"] if step["what"] == "read from ShipBob")
    assert read["shipments"] == "301 Processing"


def test_what_is_asked_for_and_why_is_in_the_trail_and_its_chain_is_whole(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    told = rehearsed(world, capsys)

    entry = world.audit.entries(ORDER)[-1]
    assert (entry.what, entry.by) == ("rehearsed", OPERATOR)
    assert entry.facts == {"reason": "was it right?", "entry": str(told["entry"])}


def test_the_newest_image_of_what_gp_holds_already_changes_nothing(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    told = rehearsed(world, capsys)

    assert told["entry"] == images(world)[-1]
    assert told["outcome"].startswith("Unchanged")
    assert told["request"] == ""


def test_what_would_be_written_is_shown_as_gp_would_be_given_it(capsys: pytest.CaptureFixture[str]) -> None:
    world = a_world("sku/WIDGET-RED")
    world.shipbob.put(unshipped())
    world.attempt(ORDER)
    world.state.map(MappingKey.parse("sku/WIDGET-RED"), "RED-100", "clerk")

    told = rehearsed(world, capsys)

    assert (told["outcome"], told["call"]) == ("would be written", "create_sales_order")
    assert json.loads(told["request"])[0]["number"] == NUMBER
    assert NUMBER not in world.gp.orders


def test_an_order_that_is_still_under_review_says_why(capsys: pytest.CaptureFixture[str]) -> None:
    world = a_world("sku/WIDGET-RED")
    world.shipbob.put(unshipped())
    world.attempt(ORDER)

    assert "Review: ShipBob SKU 'WIDGET-RED' has no GP item" in rehearsed(world, capsys)["outcome"]


def test_a_document_that_a_person_closed_says_so_instead_of_what_would_be_written(
    capsys: pytest.CaptureFixture[str],
) -> None:
    world = a_world("sku/WIDGET-RED")
    world.shipbob.put(unshipped())
    world.attempt(ORDER)
    actions.close(world, ORDER, OPERATOR, "entered by hand as ORD123")
    world.state.map(MappingKey.parse("sku/WIDGET-RED"), "RED-100", "a clerk")

    told = rehearsed(world, capsys)

    assert told["outcome"].startswith("Closed: a person has closed its review")
    assert (told["call"], world.gp.created) == ("", {})


def test_an_image_that_is_no_longer_kept_cannot_be_decided_on(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    world.audit.payloads.clear()

    assert run(world, str(ORDER), "--why", "x", "--as-recorded") == 1
    assert "holds no image" in capsys.readouterr().err


def test_gps_own_documents_are_decided_on_by_no_image(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(world, "transfer/TRX1", "--why", "x", "--as-recorded") == 1
    assert "replay it as it is now" in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [["--status", "review"], ["order/1", "order/2"], ["--dead-letters"]])
def test_one_document_is_decided_on_at_a_time(world: World, arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as misused:
        run(world, *arguments, "--why", "x", "--as-recorded")
    assert misused.value.code == 2


def test_whatever_is_no_plain_read_of_gp_is_kept_back() -> None:
    """By their names: a write that is added to the port later is kept back unless somebody calls it a read."""
    methods = {name for name, _ in inspect.getmembers(Gp, inspect.isfunction) if not name.startswith("_")}

    assert methods >= rehearsing.READS_OF_GP
    assert not any(name.startswith(("create", "update", "void", "delete", "set")) for name in rehearsing.READS_OF_GP)
    changing = {name for name in methods if name.startswith(("create", "update", "void"))}
    assert methods - rehearsing.READS_OF_GP == changing | {"login"}


def test_no_write_of_state_is_taken_for_a_read() -> None:
    writes = ("save", "map", "unmap", "remember")
    methods = {name for name, _ in inspect.getmembers(State, inspect.isfunction)}

    changing = {name for name in methods if name.startswith(writes)} - {"mappings", "mapped_in", "mapped_to"}
    assert not changing & rehearsing.READS_OF_STATE


def test_a_receipt_is_decided_on_as_it_was_recorded(capsys: pytest.CaptureFixture[str]) -> None:
    world = receiving.a_receiving_world(RECORD, "location/8", "sku/WIDGET-RED")
    receiving.receives(world, receiving.a_wro(receiving.red(100, 98)))
    world.shipbob.receiving.clear()
    world.state.map(MappingKey.parse("location/8"), "CHICAGO", "a clerk")
    world.state.map(MappingKey.parse("sku/WIDGET-RED"), "RED-100", "a clerk")

    assert run(world, str(receiving.WRO), "--why", "x", "--as-recorded") == 0

    told = json.loads(capsys.readouterr().out)
    assert (told["outcome"], told["call"]) == ("would be written", "create_inventory_adjustment")
    assert receiving.NUMBER not in {number for _, number in world.gp.inventory}


def test_of_an_older_image_it_is_said_that_a_replay_would_not_go_by_it(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    older, newest = images(world)

    assert rehearsed(world, capsys, str(newest))["not_gone_by"] == ""
    told = rehearsed(world, capsys, str(older))

    assert told["not_gone_by"] == f"read again at 2026-11-17 15:05:00 UTC, entry {newest}"


def test_a_document_nobody_has_read_has_no_image(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    unknown = str(DocumentId(DocumentKind.ORDER, 77))

    assert run(world, unknown, "--why", "x", "--as-recorded") == 1
    assert "holds no image" in capsys.readouterr().err


@pytest.mark.parametrize(
    "beyond",
    [
        lambda work: work.ports.keep_connected.ring(),
        lambda work: work.ports.state.map(MappingKey.parse("sku/X"), "Y", "a flow"),
        lambda work: work.ports.shipbob_secret.store("x"),
    ],
)
def test_what_a_rehearsal_does_not_know_to_be_harmless_it_does_not_do(
    world: World, monkeypatch: pytest.MonkeyPatch, beyond: Callable[[Work], Outcome]
) -> None:
    monkeypatch.setitem(rehearsing.FLOWS, DocumentKind.ORDER, beyond)

    found = rehearsing.rehearse(world, ORDER, 0, OPERATOR, "x")

    assert found.outcome.startswith("Refused: a rehearsal does not")
    assert MappingKey.parse("sku/X") not in world.state.mapped
