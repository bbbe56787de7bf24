"""An adjustment is in the air, and what it was to say is not what would be said now: GP is looked at before it ends."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from bridge.domain.document import DocumentKind
from bridge.domain.inventory import TrackingOption
from bridge.domain.message import Message
from bridge.domain.outcome import Done, MappingKey, NeedsReview, Outcome, Reason, Unchanged, Waiting
from bridge.domain.receiving import ReceivingStatus
from bridge.domain.stock import StockChange, StockEvent
from bridge.flows.attempt import attempt
from bridge.protocols.intent import Effect, Intent, Phase
from bridge.protocols.ledger import LedgerRow, Status
from bridge.protocols.reviews import UNREAD

from local.memory.world import START, World
from tests.correcting import NUMBER, STOCK, a_card, a_stock_world, corrected, list_shows, moves
from tests.orders import DAY, HOUR, MINUTE
from tests.receiving import WRO, a_receiving_world, a_wro, receives, red

LATE = 9 * MINUTE  # before GP is believed to have had time enough
HAPPENED = ("lost reply", "late")


def one_lot_became_another() -> StockEvent:
    """Five of one lot are five of another, in the same building."""
    gain, loss = StockChange(8, "WIDGET-RED", 5, "L2"), StockChange(8, "WIDGET-RED", -5, "L1")
    return StockEvent(7, 70, "InventoryAdjusted", START, 8, gain, loss)


def in_the_air(event: StockEvent, how: str, tracking: TrackingOption = TrackingOption.NONE) -> World:
    world = a_stock_world()
    world.gp.items["RED-100"] = a_card("RED-100", tracking)
    world.gp.fail_next("create_inventory_adjustment", how, late=LATE)
    list_shows(world, event)
    assert world.row(STOCK).status is Status.UNKNOWN
    return world


@pytest.mark.parametrize("how", HAPPENED)
def test_an_adjustment_whose_item_loses_its_lots_meanwhile_is_found_in_gp_and_not_forgotten(how: str) -> None:
    world = in_the_air(one_lot_became_another(), how, TrackingOption.LOTS)
    world.gp.items["RED-100"] = a_card("RED-100")

    world.pass_time(DAY)

    row = world.row(STOCK)
    assert (row.status, row.intent) == (Status.DONE, None)
    assert (row.fingerprint != "", world.gp.created) == (True, {NUMBER: 1})


def test_one_that_never_came_is_settled_as_such_and_nothing_is_written_for_lots_that_gp_keeps_no_more() -> None:
    world = in_the_air(one_lot_became_another(), "not executed", TrackingOption.LOTS)
    world.gp.items["RED-100"] = a_card("RED-100")

    world.pass_time(MINUTE)
    early = world.row(STOCK)
    world.pass_time(DAY)

    assert (early.status, early.intent is not None) == (Status.UNKNOWN, True)
    assert (world.row(STOCK).status, world.row(STOCK).fingerprint, moves(world)) == (Status.DONE, "", [])


def between_two_skus() -> StockEvent:
    """Five of one SKU were five of another all along."""
    gain, loss = StockChange(8, "WIDGET-RED", 5), StockChange(8, "WIDGET-BLUE", -5)
    return StockEvent(7, 70, "InventoryAdjusted", START, 8, gain, loss)


@pytest.mark.parametrize("how", HAPPENED)
def test_an_adjustment_of_two_skus_that_become_one_item_meanwhile_is_found_in_gp(how: str) -> None:
    world = in_the_air(between_two_skus(), how)
    world.state.map(MappingKey.parse("sku/WIDGET-BLUE"), "RED-100", "a person")

    world.pass_time(DAY)

    assert (world.row(STOCK).status, world.row(STOCK).intent) == (Status.DONE, None)
    assert world.row(STOCK).fingerprint
    assert len(moves(world)) == 2


def test_an_adjustment_from_before_a_cut_over_that_was_moved_meanwhile_is_found_in_gp() -> None:
    world = in_the_air(corrected(-2), "lost reply")
    world.terms = replace(world.terms, cut_over=START + HOUR)

    world.pass_time(DAY)

    assert (world.row(STOCK).status, world.row(STOCK).fingerprint != "") == (Status.DONE, True)
    assert moves(world) == [("RED-100", "CHICAGO", Decimal(-2))]


@pytest.mark.parametrize("how", HAPPENED)
def test_an_adjustment_of_a_receipt_that_shipbob_reopens_meanwhile_is_found_in_gp(how: str) -> None:
    world = a_receiving_world()
    world.gp.fail_next("create_inventory_adjustment", how, late=LATE)
    receives(world, a_wro(red(100, 98)))
    assert world.row(WRO).status is Status.UNKNOWN
    receives(world, replace(a_wro(red(100, 98)), status=ReceivingStatus.PROCESSING))

    world.pass_time(2 * HOUR)

    assert (world.row(WRO).fingerprint != "", world.row(WRO).intent) == (True, None)


def test_an_adjustment_whose_sku_is_unmapped_meanwhile_is_found_in_gp_and_nobody_is_asked() -> None:
    world = in_the_air(corrected(-2), "lost reply")
    world.state.unmap(MappingKey.parse("sku/WIDGET-RED"), "a person")

    world.pass_time(MINUTE)

    assert (world.row(STOCK).status, world.row(STOCK).intent) == (Status.DONE, None)
    assert world.trail(STOCK).count("review") == 0


@pytest.mark.parametrize("said", [NeedsReview((Reason("the same as before", "look"),)), Done("nothing"), Unchanged("")])
def test_nothing_ends_while_a_write_may_still_arrive_not_even_what_a_person_has_closed(said: Outcome) -> None:
    """Whatever a flow says without having looked at GP."""
    world = a_stock_world()
    lost = Intent(Effect.CREATE, "digest", 1, START, START + 10 * MINUTE, Phase.UNKNOWN)
    world.state.save(LedgerRow(STOCK, status=Status.UNKNOWN, intent=lost, closed=UNREAD))

    outcome = attempt({DocumentKind.STOCK: lambda work: said})(Message(STOCK, "poll", "run-1", START), world)

    assert isinstance(outcome, Waiting)
    assert (world.row(STOCK).status, world.row(STOCK).intent) == (Status.UNKNOWN, lost)
