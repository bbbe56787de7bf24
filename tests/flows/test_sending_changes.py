"""An adjustment in GP is weighed against ShipBob's figure; what only ShipBob's people can do is asked of them."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal

import pytest
from bridge.domain.inventory import InventoryDocument, InventoryLine, SiteStock, TransactionState
from bridge.domain.outcome import Done, MappingKey, NeedsReview, Unchanged
from bridge.domain.terms import StockIncrease, TransferTrigger
from bridge.protocols.ledger import Status

from local.memory.world import START, World
from tests.stock import (
    ADJUSTMENT,
    RED,
    SERUM,
    TRANSFER,
    VARIANCE,
    a_stock_world,
    document,
    gp_has,
    line,
    lot,
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


@pytest.mark.parametrize(
    ("gp", "shipbob", "moving"),
    [(15, 15, 0), (15, 13, 0), (15, 100, 0), (15, 0, 15)],
    ids=["to the piece", "past it, but closer", "still far", "on its way between buildings"],
)
@pytest.mark.parametrize("increase", StockIncrease)
def test_an_increase_that_brings_gp_closer_to_shipbob_is_not_sent(
    gp: int, shipbob: int, moving: int, increase: StockIncrease
) -> None:
    world = figures(a_stock_world(UP, increase=increase), gp, shipbob, moving)

    outcome = world.attempt(ADJUSTMENT)

    assert isinstance(outcome, Done)
    assert outcome.note == "it brought GP closer to ShipBob's own figure"
    assert (wros(world), expected(world)) == ({}, [])


@pytest.mark.parametrize(("gp", "shipbob"), [(15, 10), (15, 12), (15, 0)], ids=["away", "past and farther", "far away"])
def test_an_increase_that_leads_away_is_new_stock_where_the_company_says_so(gp: int, shipbob: int) -> None:
    world = figures(a_stock_world(UP, increase=StockIncrease.RECEIVING_ORDER), gp, shipbob)

    assert isinstance(world.attempt(ADJUSTMENT), Done)

    ((number, expected_there),) = wros(world).items()
    assert number.startswith("A ADJ 7 CHICAGO 1 ")
    assert expected_there == (8, {"WIDGET-RED": 5})


def test_an_increase_that_leads_as_far_away_on_the_other_side_is_no_closer() -> None:
    """GP had 10, ShipBob has 12 and a half way between: 10 and 15 are 2 and 3 away, 10 and 14 would be 2 and 2."""
    up = document(ADJUSTMENT, line("RED-100", 4, "CHICAGO"))
    world = figures(a_stock_world(up, increase=StockIncrease.RECEIVING_ORDER), 14, 12)

    world.attempt(ADJUSTMENT)

    assert len(wros(world)) == 1


def test_an_increase_that_leads_away_is_by_default_for_a_person_with_both_figures() -> None:
    world = figures(a_stock_world(UP), 15, 10)

    outcome = world.attempt(ADJUSTMENT)

    assert isinstance(outcome, NeedsReview)
    (reason,) = outcome.reasons
    assert reason.text == (
        "GP adjustment ADJ 7 adds 5 × SKU WIDGET-RED (item RED-100) at CHICAGO, away from ShipBob's own figure: "
        "GP has 15 now, ShipBob 10"
    )
    assert "make a receiving order there by hand" in reason.fix
    assert wros(world) == {}
    assert expected(world) == [("RED-100", "CHICAGO", "", Decimal(5))]


def test_a_decision_is_kept_whatever_the_figures_become() -> None:
    world = figures(a_stock_world(UP, increase=StockIncrease.RECEIVING_ORDER), 15, 15)
    world.attempt(ADJUSTMENT)
    figures(world, 15, 0)

    assert isinstance(world.attempt(ADJUSTMENT, "replay: to be sure"), Unchanged)

    assert wros(world) == {}


def test_a_decision_is_kept_also_while_the_document_waits_for_something_else() -> None:
    both = document(ADJUSTMENT, line("RED-100", 5, "CHICAGO"), line("BLUE-100", -2, "CHICAGO"))
    world = figures(a_stock_world(both, increase=StockIncrease.RECEIVING_ORDER), 15, 15)
    assert isinstance(world.attempt(ADJUSTMENT), NeedsReview)
    figures(world, 15, 0)

    assert isinstance(world.attempt(ADJUSTMENT, "due"), NeedsReview)

    assert (wros(world), expected(world)) == ({}, [("BLUE-100", "CHICAGO", "", Decimal(-2))])


def test_what_gp_has_elsewhere_weighs_nothing() -> None:
    world = figures(a_stock_world(UP, increase=StockIncrease.RECEIVING_ORDER), 15, 10)
    card = world.gp.items["RED-100"]
    world.gp.items["RED-100"] = replace(card, stock=(*card.stock, SiteStock("MAIN", Decimal(-8))))

    world.attempt(ADJUSTMENT)

    assert len(wros(world)) == 1, "15 at the site is farther from 10 than 10 was; 7 in all would be closer than 2"


def test_a_variance_is_weighed_like_an_adjustment() -> None:
    up = document(VARIANCE, line("RED-100", 5, "CHICAGO"))
    world = figures(a_stock_world(up, increase=StockIncrease.RECEIVING_ORDER), 15, 10)

    world.attempt(VARIANCE)

    assert list(wros(world)) == ["V VAR1 CHICAGO 1"]


def test_lines_that_undo_each_other_are_nothing() -> None:
    both = document(ADJUSTMENT, line("RED-100", 5, "CHICAGO"), line("RED-100", -5, "CHICAGO"))
    world = figures(a_stock_world(both), 10, 0)

    assert isinstance(world.attempt(ADJUSTMENT), Done)

    assert (wros(world), expected(world)) == ({}, [])


@pytest.mark.parametrize("trigger", TransferTrigger)
def test_an_adjustment_that_is_only_entered_is_not_told_whatever_the_trigger(trigger: TransferTrigger) -> None:
    world = figures(a_stock_world(replace(UP, state=TransactionState.WORK), trigger=trigger), 10, 0)

    assert isinstance(world.attempt(ADJUSTMENT), Done)

    assert (wros(world), expected(world)) == ({}, [])


def test_a_decrease_is_a_finished_request_to_shipbobs_support() -> None:
    world = figures(a_stock_world(DOWN), 5, 10)

    outcome = world.attempt(ADJUSTMENT)

    assert isinstance(outcome, NeedsReview)
    (reason,) = outcome.reasons
    assert reason.text == (
        "GP adjustment ADJ 7 takes 5 × SKU WIDGET-RED (item RED-100) out of CHICAGO, and ShipBob has no call for that"
    )
    assert reason.fix == (
        "Send to ShipBob's support: \"Please take 5 units of SKU WIDGET-RED (inventory id 21000011) at fulfillment "
        "center 8 'Cicero (IL)' out of stock; our books have written them off. Our reference: A ADJ 7.\" "
        "What ShipBob then corrects is known from here, and not booked in GP again. "
        "It is not to do that: gp-shipbob expected withdraw adjustment/ADJ%207 --why …"
    )
    (kept,) = world.expectations.kept.values()
    assert (kept.quantity, kept.expires_at, kept.document) == (Decimal(-5), START + 90 * DAY, ADJUSTMENT)


def test_a_decrease_that_ends_at_shipbobs_figure_only_follows_it() -> None:
    world = figures(a_stock_world(DOWN), 5, 5)

    assert isinstance(world.attempt(ADJUSTMENT), Done)

    assert expected(world) == []


def test_in_a_dry_run_the_request_is_shown_and_nothing_is_expected() -> None:
    world = figures(a_stock_world(DOWN), 5, 10)
    world.terms = replace(world.terms, is_dry_run=True)

    assert isinstance(world.attempt(ADJUSTMENT), NeedsReview)

    assert expected(world) == []


def test_a_transfer_out_is_a_request_to_prepare_a_removal() -> None:
    world = a_stock_world(document(TRANSFER, line("RED-100", 5, "RENO", "MAIN")))

    outcome = world.attempt(TRANSFER)

    assert isinstance(outcome, NeedsReview)
    assert outcome.reasons[0].text.startswith(
        "GP transfer 00000012 takes 5 × SKU WIDGET-RED (item RED-100) out of RENO"
    )
    assert "at fulfillment center 9 'Reno (NV)' for removal to our own warehouse" in outcome.reasons[0].fix
    assert expected(world) == [("RED-100", "RENO", "", Decimal(-5))]


@pytest.mark.parametrize(("source", "target"), [("RENO", "CHICAGO"), ("CHICAGO", "RENO")])
def test_a_transfer_between_shipbob_sites_is_asked_for_and_expected_at_both(source: str, target: str) -> None:
    serum = line("SERUM-30", 4, source, target, lots=(lot("L1", 4),))
    world = a_stock_world(document(TRANSFER, serum))

    outcome = world.attempt(TRANSFER)

    assert isinstance(outcome, NeedsReview)
    assert outcome.reasons[0].text == (
        f"GP transfer 00000012 moves 4 × SKU SERUM-30ML (item SERUM-30, lot L1) from {source} to {target}, "
        "and ShipBob has no call for that"
    )
    assert sorted(expected(world)) == sorted(
        [("SERUM-30", source, "L1", Decimal(-4)), ("SERUM-30", target, "L1", Decimal(4))]
    )
    assert wros(world) == {}


def test_back_and_forth_between_shipbob_sites_is_netted() -> None:
    lines = line("RED-100", 5, "RENO", "CHICAGO"), line("RED-100", 7, "CHICAGO", "RENO")
    world = a_stock_world(document(TRANSFER, *lines))

    outcome = world.attempt(TRANSFER)

    assert isinstance(outcome, NeedsReview)
    assert "moves 2 × SKU WIDGET-RED (item RED-100) from CHICAGO to RENO" in outcome.reasons[0].text


def test_what_comes_is_sent_although_something_else_is_for_a_person() -> None:
    lines = line("RED-100", 5, "MAIN", "CHICAGO"), line("BLUE-100", 2, "RENO", "MAIN")
    world = a_stock_world(document(TRANSFER, *lines))

    assert isinstance(world.attempt(TRANSFER), NeedsReview)
    assert isinstance(world.attempt(TRANSFER, "due"), NeedsReview)

    assert wros(world) == {"T 00000012 CHICAGO 1": (8, {"WIDGET-RED": 5})}
    assert world.calls.count("shipbob.create_receiving_order") == 1
    assert world.calls.count("shipbob.receiving_orders_of") == 1


def test_a_lot_that_became_another_is_for_shipbobs_people() -> None:
    lines = (
        line("SERUM-30", -3, "CHICAGO", lots=(lot("L1", 3),)),
        line("SERUM-30", 3, "CHICAGO", lots=(lot("L2", 3),)),
    )
    world = a_stock_world(document(ADJUSTMENT, *lines), increase=StockIncrease.RECEIVING_ORDER)
    gp_has(world, "SERUM-30", "CHICAGO", 10)
    shipbob_has(world, SERUM, "SERUM-30ML", 8, 9)

    assert isinstance(world.attempt(ADJUSTMENT), NeedsReview)

    assert sorted(expected(world)) == [
        ("SERUM-30", "CHICAGO", "L1", Decimal(-3)),
        ("SERUM-30", "CHICAGO", "L2", Decimal(3)),
    ]
    assert wros(world) == {}


def test_an_item_that_is_mapped_in_cases_cannot_be_weighed_and_is_for_a_person() -> None:
    up = document(ADJUSTMENT, line("RED-100", 2, "CHICAGO", unit_of_measure="CASE"))
    world = figures(a_stock_world(up, increase=StockIncrease.RECEIVING_ORDER), 10, 0)
    world.state.map(MappingKey.parse("sku/WIDGET-RED"), "RED-100 CASE*1/12", "a person")

    outcome = world.attempt(ADJUSTMENT)

    assert isinstance(outcome, NeedsReview)
    assert "adds 24 × SKU WIDGET-RED" in outcome.reasons[0].text
    assert "GP has an unknown quantity now" in outcome.reasons[0].text


def test_what_gp_has_in_the_base_unit_of_the_mapping_is_weighed_in_pieces() -> None:
    """Ten more of the base unit are one pack more: GP has five packs then, as ShipBob has."""
    up = document(ADJUSTMENT, line("SERUM-30", 10, "CHICAGO", unit_of_measure="EACH", lots=(lot("L1", 10),)))
    world = a_stock_world(up, increase=StockIncrease.RECEIVING_ORDER)
    world.state.map(MappingKey.parse("sku/SERUM-30ML"), "SERUM-30 EACH*10 +lots", "a person")
    gp_has(world, "SERUM-30", "CHICAGO", 50)
    shipbob_has(world, SERUM, "SERUM-30ML", 8, 5)

    assert isinstance(world.attempt(ADJUSTMENT), Done)
    assert wros(world) == {}


def test_an_adjustment_in_another_unit_than_the_items_own_is_for_a_person() -> None:
    world = figures(a_stock_world(document(ADJUSTMENT, line("RED-100", 2, "CHICAGO", unit_of_measure="CASE"))), 10, 0)

    outcome = world.attempt(ADJUSTMENT)

    assert isinstance(outcome, NeedsReview)
    assert outcome.reasons[0].text == (
        "GP counts 2 × 'RED-100' in CASE, and SKU 'WIDGET-RED' is mapped in EACH, the item's own"
    )


def test_a_document_waits_whole_while_a_mapping_is_missing() -> None:
    lines: tuple[InventoryLine, ...] = line("RED-100", -5, "CHICAGO"), line("GREEN-100", -1, "CHICAGO")
    world = figures(a_stock_world(document(ADJUSTMENT, *lines)), 5, 10)

    outcome = world.attempt(ADJUSTMENT)

    assert isinstance(outcome, NeedsReview)
    assert [reason.text for reason in outcome.reasons] == ["GP item 'GREEN-100' has no ShipBob SKU"]
    assert expected(world) == []
    assert world.row(ADJUSTMENT).status is Status.REVIEW


def test_an_unposted_document_that_gp_shows_again_is_looked_at_again() -> None:
    entered: InventoryDocument = replace(UP, state=TransactionState.WORK)
    world = figures(a_stock_world(entered), 15, 10)
    assert isinstance(world.attempt(ADJUSTMENT), Done)
    world.gp.put_inventory(UP)

    assert isinstance(world.attempt(ADJUSTMENT), NeedsReview)
