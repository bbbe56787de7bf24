"""`gp-shipbob relist`: State was restored to an earlier moment, and nothing that came since is lost."""

from __future__ import annotations

import json

import pytest
from bridge.console import cli
from bridge.domain.document import DocumentId
from bridge.domain.outcome import RowMoved
from bridge.flows.poll_gp import poll_gp
from bridge.flows.poll_shipbob import poll_shipbob
from bridge.protocols.cursor import Cursor

from tests.correcting import STOCK, corrected
from tests.memory import START, World
from tests.orders import HOUR, MINUTE, ORDER, a_world, an_order, parcel, unshipped
from tests.polls import INSERTED, UPDATED
from tests.receiving import WRO, a_wro
from tests.returns import RETURN, a_return
from tests.stock import TRANSFER, a_stock_world, document, line

SINCE = ("--since", "2026-11-17", "--why", "State was restored")


def run(world: World, *arguments: str) -> int:
    return cli.main(["relist", *arguments], of_stack=lambda _name: (world, "night shift"))


def forget(world: World, *documents: DocumentId) -> None:
    """The table is as it was before they came, and their hints have left the queue."""
    for each in documents:
        del world.state.rows[each]
    world.to_gp.forget()
    world.to_shipbob.forget()


@pytest.fixture
def world() -> World:
    """Polled for hours; then all kinds of documents came, were listed, and were worked on."""
    world = a_stock_world(document(TRANSFER, line("RED-100", 5, "MAIN", "CHICAGO")))
    world.state.mapped |= a_world().state.mapped
    poll_shipbob(world, "run-0")
    world.shipbob.put(unshipped())
    world.shipbob.put_return(a_return(completed_at=START + HOUR))
    world.shipbob.put_receiving(a_wro(purchase_order="BY HAND"))
    world.shipbob.put_event(corrected(3))
    world.clock.advance(5 * HOUR)
    look(world)
    world.clock.advance(30 * HOUR)
    look(world)
    return world


def look(world: World) -> None:
    number = len(world.shipbob.asked)
    poll_shipbob(world, f"run-{number}")
    poll_gp(world, f"run-{number}")
    world.deliver()


@pytest.mark.parametrize("forgotten", [ORDER, RETURN, WRO, STOCK], ids=str)
def test_what_the_restored_table_has_forgotten_is_found_again(world: World, forgotten: DocumentId) -> None:
    forget(world, forgotten)
    world.clock.advance(5 * HOUR)
    look(world)
    assert forgotten not in world.state.rows, "the lists have come further"

    assert run(world, *SINCE) == 0
    world.clock.advance(MINUTE)
    look(world)

    assert forgotten in world.state.rows


def test_what_moved_in_gp_its_nightly_list_finds_again_by_itself(world: World) -> None:
    forget(world, TRANSFER)
    world.clock.advance(30 * HOUR)

    look(world)

    assert TRANSFER in world.state.rows


def test_what_is_known_already_costs_no_document(world: World) -> None:
    created = dict(world.gp.created)
    run(world, *SINCE)
    world.clock.advance(MINUTE)
    look(world)

    assert world.gp.created == created


def test_each_list_is_named_with_how_far_it_had_come(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["--json", "relist", *SINCE], of_stack=lambda _name: (world, "night shift")) == 0

    told = json.loads(capsys.readouterr().out)
    assert told["since"] == "2026-11-17T06:00:00+00:00", "midnight in GP's zone"
    assert {"orders-inserted", "orders-updated", "returns-completed", "stock-events", "gp-stock"} <= set(told["lists"])


def test_a_dry_run_names_them_and_changes_nothing(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    before = world.state.cursor(UPDATED)

    assert run(world, *SINCE, "--dry-run") == 0

    assert "  orders-updated         2026-11-19 01:05 UTC" in capsys.readouterr().out
    assert world.state.cursor(UPDATED) == before


def test_asked_again_there_is_nothing_to_do(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    run(world, *SINCE)
    capsys.readouterr()

    assert run(world, *SINCE) == 0

    assert "nothing is to be set back" in capsys.readouterr().out


def test_a_day_to_come_is_refused(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(world, "--since", "2026-12-24", "--why", "x") != 0

    assert "2026-12-24 is still to come" in capsys.readouterr().err


def test_a_poll_that_is_at_a_list_gives_it_up(world: World) -> None:
    polling = world.state.cursor(INSERTED)
    assert polling is not None
    taken = world.state.save_cursor(polling.taken("run-7", world.clock.now()))
    run(world, *SINCE)

    with pytest.raises(RowMoved):
        world.state.save_cursor(taken.ended().let_go())

    world.shipbob.put(an_order(parcel(309, ("WIDGET-RED", 1)), order_id=250000009, order_number="#9"))
    look(world)
    assert world.state.cursor(INSERTED) != Cursor(INSERTED, START)
