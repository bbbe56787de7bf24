"""ShipBob corrects its stock: one adjustment in GP, a review, or the trail alone, as the company chose."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal

import pytest
from bridge.domain.inventory import InventoryDocument, InventoryDocumentType, InventoryLine, Lot, TrackingOption
from bridge.domain.outcome import Done, MappingKey, NeedsReview
from bridge.domain.stock import StockChange, StockEvent
from bridge.domain.terms import CorrectionTerms, CostRule, StockCorrections
from bridge.protocols.ledger import Status

from local.memory.world import START, World
from tests.correcting import (
    NUMBER,
    OFF,
    OFFSET,
    RECORD,
    REVIEW,
    STOCK,
    a_card,
    a_stock_world,
    corrected,
    in_gp,
    list_shows,
    moves,
)
from tests.orders import DAY, HOUR, MINUTE, texts

LATE_IN_CHICAGO = dt.datetime(2026, 11, 18, 3, 30, tzinfo=dt.UTC)  # still the 17th there


def read_entries(world: World) -> list[dict[str, str]]:
    return [dict(entry.facts) for entry in world.audit.entries(STOCK) if entry.what == "read from ShipBob"]


# ---- One adjustment for each event


def test_a_loss_is_one_unposted_adjustment_under_the_events_number() -> None:
    world = a_stock_world()
    world.clock.advance_to(LATE_IN_CHICAGO)

    outcome = list_shows(world, corrected(-2, at=LATE_IN_CHICAGO))

    assert outcome == Done("SBC7 in batch SBC261117-01: -2 of RED-100 at CHICAGO")
    document = in_gp(world)
    assert document is not None
    assert replace(document, modified_at=None) == InventoryDocument(
        InventoryDocumentType.ADJUSTMENT,
        NUMBER,
        "SBC261117-01",
        dt.date(2026, 11, 17),
        (InventoryLine(Decimal(16384), "RED-100", "CHICAGO", Decimal(-2), offset_account=OFFSET),),
    )
    assert world.state.find("sbc7") == [STOCK]


def test_an_adjustment_is_looked_for_before_it_is_written_and_costs_four_calls() -> None:
    world = a_stock_world()

    list_shows(world, corrected(-2))

    assert world.calls.of("gp") == ["item", "login", "inventory_document", "create_inventory_adjustment"]
    assert world.calls.of("shipbob") == []


def test_a_gain_is_worth_what_the_company_says() -> None:
    world = a_stock_world(CorrectionTerms(StockCorrections.RECORD, cost=CostRule.ZERO))

    list_shows(world, corrected(3))

    document = in_gp(world)
    assert document is not None
    assert [(line.quantity, line.unit_cost, line.offset_account) for line in document.lines] == [
        (Decimal(3), Decimal(0), "")
    ]


def test_a_lot_is_named_where_gp_keeps_the_item_by_lot() -> None:
    world = a_stock_world()
    world.gp.items["RED-100"] = a_card("RED-100", TrackingOption.LOTS)

    list_shows(world, corrected(-2, lot="L1"))

    document = in_gp(world)
    assert document is not None
    assert document.lines[0].lots == (Lot("L1", Decimal(2)),)


def test_a_lot_that_became_another_is_nothing_to_gp_where_it_keeps_no_lots() -> None:
    """Written down line by line, found stock at no cost would come in for lost stock at GP's."""
    world = a_stock_world(replace(RECORD, cost=CostRule.ZERO))
    swapped = replace(
        corrected(5, lot="L2"),
        decrement=StockChange(8, "WIDGET-RED", -5, "L1"),
        increment=StockChange(8, "WIDGET-RED", 5, "L2"),
    )

    outcome = list_shows(world, swapped)

    assert outcome == Done(
        "one lot became another, and GP keeps no lots of it: -5 of RED-100 at CHICAGO, lot L1; "
        "+5 of RED-100 at CHICAGO, lot L2"
    )
    assert moves(world) == []


def test_pieces_are_counted_in_the_unit_that_the_sku_is_mapped_to() -> None:
    world = a_stock_world()
    world.state.mapped[MappingKey.parse("sku/WIDGET-RED")] = "RED-100 CASE*1/12"

    list_shows(world, corrected(-24))

    document = in_gp(world)
    assert document is not None
    assert [(line.quantity, line.unit_of_measure) for line in document.lines] == [(Decimal(-2), "CASE")]


def test_a_part_of_a_unit_is_for_a_person() -> None:
    world = a_stock_world()
    world.state.mapped[MappingKey.parse("sku/WIDGET-RED")] = "RED-100 CASE*1/12"

    outcome = list_shows(world, corrected(-5))

    assert texts(outcome) == [
        "-5 of ShipBob SKU 'WIDGET-RED' are -5/12 of CASE of RED-100, and GP keeps 0 decimals of it"
    ]
    assert moves(world) == []


def test_an_item_that_gp_does_not_have_is_for_a_person_and_looked_for_again_every_day() -> None:
    world = a_stock_world()
    del world.gp.items["RED-100"]
    outcome = list_shows(world, corrected(-2))
    assert texts(outcome) == ["GP has no item RED-100, which ShipBob SKU 'WIDGET-RED' is mapped to"]

    world.gp.items["RED-100"] = a_card("RED-100")
    world.pass_time(DAY + MINUTE)

    assert moves(world) == [("RED-100", "CHICAGO", Decimal(-2))]
    assert world.row(STOCK).status is Status.DONE


def test_what_moved_between_two_buildings_is_one_adjustment_of_both_sites() -> None:
    world = a_stock_world()
    event = StockEvent(
        7, 70, "InventoryAdjusted", START, 8, StockChange(9, "WIDGET-RED", 5), StockChange(8, "WIDGET-RED", -5)
    )

    list_shows(world, event)

    assert moves(world) == [("RED-100", "CHICAGO", Decimal(-5)), ("RED-100", "RENO", Decimal(5))]


def test_an_adjustment_that_a_person_wrote_otherwise_under_our_number_is_not_touched() -> None:
    world = a_stock_world()
    line = InventoryLine(Decimal(16384), "RED-100", "CHICAGO", Decimal(-3))
    world.gp.put_inventory(
        InventoryDocument(InventoryDocumentType.ADJUSTMENT, NUMBER, "HAND", dt.date(2026, 11, 17), (line,))
    )

    outcome = list_shows(world, corrected(-2))

    assert texts(outcome) == ["The lines of SBC7 in GP: -3 × RED-100 at CHICAGO; from ShipBob: -2 × RED-100 at CHICAGO"]
    assert moves(world) == [("RED-100", "CHICAGO", Decimal(-3))]


def test_a_new_prefix_does_not_rename_what_is_to_be_written_again() -> None:
    world = a_stock_world()
    world.gp.fail_next("create_inventory_adjustment", "lost reply")
    list_shows(world, corrected(-2))
    world.terms = replace(world.terms, number_prefix="X")

    world.pass_time(HOUR)

    assert (world.row(STOCK).status, world.gp.created) == (Status.DONE, {NUMBER: 1})


# ---- A review


def test_a_review_names_what_shipbob_corrected_and_the_adjustment_to_enter() -> None:
    world = a_stock_world(REVIEW)

    outcome = list_shows(world, corrected(-2, lot="L1", at=LATE_IN_CHICAGO))

    assert isinstance(outcome, NeedsReview)
    (reason,) = outcome.reasons
    assert reason.text == "ShipBob corrected its stock on 17 Nov 2026, event 7: -2 of WIDGET-RED at CHICAGO, lot L1"
    assert reason.fix == (
        "Enter in GP, as adjustment SBC7: -2 of RED-100 at CHICAGO, lot L1, dated 17 Nov 2026; then close this review. "
        "Or set StockCorrections to record, and replay it"
    )
    assert world.calls.of("gp") == []


def test_a_review_stays_open_from_day_to_day_without_a_list() -> None:
    world = a_stock_world(REVIEW)
    first = list_shows(world, corrected(-2))

    world.pass_time(2 * DAY + MINUTE)

    assert isinstance(first, NeedsReview)
    assert (world.row(STOCK).status, world.row(STOCK).reasons) == (Status.REVIEW, first.reasons)


def test_what_a_clerk_may_have_entered_by_hand_is_not_booked_when_the_setting_changes() -> None:
    world = a_stock_world(REVIEW)
    list_shows(world, corrected(-2))
    world.terms = replace(world.terms, corrections=RECORD)

    world.pass_time(2 * DAY)

    assert (world.row(STOCK).status, moves(world)) == (Status.REVIEW, [])


def test_a_replay_books_what_was_in_review_when_the_setting_has_changed() -> None:
    world = a_stock_world(REVIEW)
    list_shows(world, corrected(-2))
    world.terms = replace(world.terms, corrections=RECORD)

    outcome = world.attempt(STOCK, "replay: not entered by hand")

    assert isinstance(outcome, Done)
    assert moves(world) == [("RED-100", "CHICAGO", Decimal(-2))]


# ---- The trail alone


def test_corrections_that_the_company_leaves_alone_are_in_the_trail() -> None:
    world = a_stock_world(OFF)

    outcome = list_shows(world, corrected(-2))

    assert outcome == Done("left to the trail, as the company chose: -2 of RED-100 at CHICAGO")
    assert (world.row(STOCK).status, world.calls.of("gp")) == (Status.DONE, [])


@pytest.mark.parametrize("without", ["sku/WIDGET-RED", "location/8"])
def test_nobody_is_asked_for_a_mapping_of_what_is_left_to_the_trail(without: str) -> None:
    world = a_stock_world(OFF, without)

    assert isinstance(list_shows(world, corrected(-2)), Done)


def test_nobody_is_asked_for_the_sku_of_what_is_left_to_the_trail() -> None:
    assert isinstance(list_shows(a_stock_world(OFF), corrected(-2, sku="")), Done)


def test_the_trail_tells_all_of_an_event() -> None:
    world = a_stock_world(OFF)

    list_shows(world, corrected(-2, lot="L1"))

    assert read_entries(world) == [
        {
            "inventory": "70",
            "category": "InventoryAdjusted",
            "facility": "8",
            "at": START.isoformat(),
            "correction": "yes",
            "decrement quantity": "-2",
            "decrement sku": "WIDGET-RED",
            "decrement lot": "L1",
            "decrement location": "8",
        }
    ]


# ---- What is not booked at all


def test_a_move_from_shelf_to_shelf_is_done_without_any_mapping() -> None:
    world = a_stock_world(RECORD, "sku/WIDGET-RED", "location/8")
    event = StockEvent(
        7, 70, "InventoryAdjusted", START, 8, StockChange(8, "WIDGET-RED", 5), StockChange(8, "WIDGET-RED", -5)
    )

    assert list_shows(world, event) == Done("a move within ShipBob: GP has as much as before")


def test_a_move_between_buildings_of_one_site_is_done() -> None:
    world = a_stock_world()
    world.state.mapped[MappingKey.parse("location/10")] = "CHICAGO"
    event = StockEvent(
        7, 70, "InventoryAdjusted", START, 8, StockChange(10, "WIDGET-RED", 5), StockChange(8, "WIDGET-RED", -5)
    )

    assert list_shows(world, event) == Done("a move within ShipBob: GP has as much as before")
    assert world.calls.of("gp") == []


def test_events_before_the_cut_over_are_left_alone() -> None:
    world = a_stock_world()
    before = corrected(-2, at=world.terms.cut_over - MINUTE)

    assert list_shows(world, before) == Done(
        "from before the cut-over: it belongs to the books as they were kept until then"
    )
    assert world.calls.of("gp") == []


def test_an_event_of_another_kind_is_not_booked_whatever_list_shows_it() -> None:
    world = a_stock_world()
    picked = replace(corrected(-2), category="OrderPicked", is_correction=False)

    assert list_shows(world, picked) == Done("no correction: the document that it belongs to tells of it")
    assert world.calls.of("gp") == []


# ---- What is missing


def test_what_is_not_mapped_is_named_and_booked_once_it_is() -> None:
    world = a_stock_world(RECORD, "sku/WIDGET-RED", "location/8")

    outcome = list_shows(world, corrected(-2))
    assert texts(outcome) == ["ShipBob location 8 has no GP site", "ShipBob SKU 'WIDGET-RED' has no GP item"]

    world.state.map(MappingKey.parse("location/8"), "CHICAGO", "a clerk")
    world.state.map(MappingKey.parse("sku/WIDGET-RED"), "RED-100", "a clerk")
    world.pass_time(DAY)
    world.sweep()

    assert moves(world) == [("RED-100", "CHICAGO", Decimal(-2))]


def test_an_event_without_a_sku_is_for_a_person() -> None:
    outcome = list_shows(a_stock_world(), corrected(-2, sku=""))

    assert texts(outcome) == ["ShipBob corrected its inventory 70 and names no SKU"]


def test_an_event_that_cannot_be_read_is_kept_in_the_trail_and_stays_with_a_person() -> None:
    world = a_stock_world()
    event = world.shipbob.put_event(corrected(-2))
    unreadable = b'{"inventory_audit_event_id": 7}'
    world.shipbob.events[0] = replace(event, image=unreadable)

    outcome = list_shows(world, corrected(-2))

    assert texts(outcome) == ["A correction of stock came in a form that this version does not read"]
    assert unreadable in world.audit.payloads.values()
    world.pass_time(2 * DAY)
    assert world.row(STOCK).status is Status.REVIEW
