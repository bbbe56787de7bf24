"""What ShipBob never hears of: what the bridge wrote, what the company leaves out, what is older than the cut-over."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal

import pytest
from bridge.domain.document import DocumentId, DocumentKind
from bridge.domain.outcome import Done, NeedsReview
from bridge.protocols.ledger import LedgerRow, Status

from local.memory.world import TERMS, World
from tests.stock import (
    ADJUSTMENT,
    RED,
    a_stock_world,
    document,
    gp_has,
    line,
    shipbob_has,
    wros,
)

DAY = dt.timedelta(days=1)
UP = document(ADJUSTMENT, line("RED-100", 5, "CHICAGO", unit_of_measure="EACH"))
DOWN = document(ADJUSTMENT, line("RED-100", -5, "CHICAGO", unit_of_measure="EACH"))


def figures(world: World, gp: int, shipbob: int, moving: int = 0) -> World:
    """What GP has after the document, and ShipBob, of the red widget in Chicago."""
    gp_has(world, "RED-100", "CHICAGO", gp)
    shipbob_has(world, RED, "WIDGET-RED", 8, shipbob, moving)
    return world


def expected(world: World) -> list[tuple[str, str, str, Decimal]]:
    return [(each.item, each.site, each.lot, each.quantity) for each in world.expectations.kept.values()]


OURS = [("SBR7001", "WH1"), ("SBC99", "WH1"), ("SBW480001-2", "WH1"), ("ADJ9", "SBR261117-09"), ("ADJ9", "SBD261117-1")]


@pytest.mark.parametrize(("number", "batch"), OURS)
def test_what_the_bridge_wrote_is_never_sent_back(number: str, batch: str) -> None:
    named = replace(ADJUSTMENT, name=number)
    world = figures(a_stock_world(replace(UP, number=number, batch=batch)), 15, 0)

    outcome = world.attempt(named)

    assert isinstance(outcome, Done)
    assert (wros(world), expected(world), world.calls.of("shipbob")) == ({}, [], [])


@pytest.mark.parametrize(("batch", "outcome"), [("WTT261117-01", Done), ("SBT261117-01", NeedsReview)])
def test_our_batches_begin_with_the_prefix_of_this_company(batch: str, outcome: type) -> None:
    world = figures(a_stock_world(replace(UP, number="ADJ9", batch=batch)), 15, 0)
    world.terms = replace(world.terms, number_prefix="WT")

    assert isinstance(world.attempt(replace(ADJUSTMENT, name="ADJ9")), outcome)


def test_a_number_that_only_begins_like_ours_is_sent() -> None:
    world = figures(a_stock_world(replace(UP, number="SBRED5")), 15, 0)

    assert isinstance(world.attempt(replace(ADJUSTMENT, name="SBRED5")), NeedsReview)


@pytest.mark.parametrize("name", ["AB7", "ABC7", "ABC7-1"])
def test_what_the_bridge_wrote_under_the_prefix_it_had_then_is_never_sent_back(name: str) -> None:
    """A number of ours is found by the trail of the document it is of, whatever NumberPrefix has become."""
    world = figures(a_stock_world(replace(UP, number=name)), 15, 0)
    counted = DocumentId(DocumentKind.STOCK, 7)
    world.state.save(LedgerRow(counted, number="ABC7", status=Status.DONE))
    world.state.remember_aliases(counted, ["ABC7", "AB7"])

    outcome = world.attempt(replace(ADJUSTMENT, name=name))

    assert isinstance(outcome, NeedsReview if name == "AB7" else Done)


@pytest.mark.parametrize("batch", ["NOSYNC", "nosync 7"])
def test_a_batch_that_is_not_to_be_told_is_not(batch: str) -> None:
    world = figures(a_stock_world(replace(UP, batch=batch), no_sync_batch_prefix="NoSync"), 15, 0)

    assert isinstance(world.attempt(ADJUSTMENT), Done)

    assert expected(world) == []


def test_what_is_dated_before_the_cut_over_belongs_to_the_books_as_they_were() -> None:
    last = replace(UP, date=dt.date(2026, 10, 31))
    assert TERMS.cut_over == dt.datetime(2026, 11, 1, 5, tzinfo=dt.UTC)
    world = figures(a_stock_world(last), 15, 0)

    assert isinstance(world.attempt(ADJUSTMENT), Done)
    assert expected(world) == []
    world.gp.put_inventory(replace(UP, date=dt.date(2026, 11, 1)))

    assert isinstance(world.attempt(ADJUSTMENT), NeedsReview)
