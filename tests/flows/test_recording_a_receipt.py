"""Goods that GP announced come in at ShipBob: as announced, short, or more, and what becomes of the difference."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal

import pytest
from bridge.domain.inventory import InventoryDocument, InventoryDocumentType, InventoryLine, Lot, TrackingOption
from bridge.domain.outcome import Done, MappingKey, NeedsReview, Waiting
from bridge.domain.receiving import ReceivingStatus
from bridge.protocols.ledger import Status

from tests.correcting import OFFSET, RECORD, REVIEW, a_card, in_gp, moves
from tests.orders import DAY, HOUR, MINUTE, texts
from tests.receiving import (
    NUMBER,
    WRO,
    a_box,
    a_receiving_world,
    a_wro,
    blue,
    receives,
    red,
)

# ---- As announced


def test_goods_that_came_in_as_announced_need_nothing() -> None:
    world = a_receiving_world()

    outcome = receives(world, a_wro(red(100, 100)))

    assert outcome == Done("as announced for transfer/TRX1: 100 of 100 pieces on the shelf")
    assert world.calls.of("gp") == []


def test_what_lies_on_the_shelf_counts_whatever_the_dock_says() -> None:
    assert isinstance(receives(a_receiving_world(), a_wro(red(100, 100, received=0))), Done)


@pytest.mark.parametrize(
    "status", [each for each in ReceivingStatus if each not in {"Completed", "Incomplete", "Cancelled", "Unknown"}]
)
def test_goods_that_still_come_in_are_in_the_trail(status: ReceivingStatus) -> None:
    world = a_receiving_world()

    outcome = receives(world, a_wro(red(100, 40), status=status), reason="webhook wro.updated")

    assert outcome == Done(f"{status}: 40 of 100 pieces on the shelf", world.clock.now() + DAY)
    (read,) = [dict(entry.facts) for entry in world.audit.entries(WRO) if entry.what == "read from ShipBob"]
    assert read == {"status": status, "shelf": "40 of 100 pieces on the shelf"}
    assert (world.calls.of("gp"), world.calls.of("shipbob")) == ([], ["receiving_order"])


def test_an_end_that_no_list_and_no_delivery_tells_is_seen_within_a_day() -> None:
    """ShipBob lists what is in work and what is Completed, and nothing that ended Incomplete."""
    world = a_receiving_world()
    receives(world, a_wro(red(100, 40), status=ReceivingStatus.PROCESSING))
    world.pass_time(DAY + MINUTE)
    world.shipbob.put_receiving(a_wro(red(100, 98), status=ReceivingStatus.INCOMPLETE))

    world.pass_time(DAY)

    assert moves(world, NUMBER) == [("RED-100", "CHICAGO", Decimal(-2))]
    assert world.row(WRO).due_at is None


# ---- A difference in GP


@pytest.mark.parametrize("status", [ReceivingStatus.COMPLETED, ReceivingStatus.INCOMPLETE])
def test_a_shortage_is_one_unposted_adjustment_that_takes_it_out(status: ReceivingStatus) -> None:
    world = a_receiving_world()

    outcome = receives(world, a_wro(red(100, 98), status=status))

    assert outcome == Done("SBW7 in batch SBW261117-01: -2 of RED-100 at CHICAGO")
    document = in_gp(world, NUMBER)
    assert document is not None
    assert replace(document, modified_at=None) == InventoryDocument(
        InventoryDocumentType.ADJUSTMENT,
        NUMBER,
        "SBW261117-01",
        dt.date(2026, 11, 17),
        (InventoryLine(Decimal(16384), "RED-100", "CHICAGO", Decimal(-2), offset_account=OFFSET),),
    )
    assert world.state.find("sbw7") == [WRO]


def test_each_item_that_differs_is_a_line_and_what_was_never_announced_is_more() -> None:
    world = a_receiving_world()

    receives(world, a_wro(red(100, 98), blue(0, 3)))

    assert moves(world, NUMBER) == [("RED-100", "CHICAGO", Decimal(-2)), ("BLUE-100", "CHICAGO", Decimal(3))]


def test_lots_are_told_apart_where_the_boxes_tell_them() -> None:
    world = a_receiving_world()
    world.gp.items["RED-100"] = a_card("RED-100", TrackingOption.LOTS)

    receives(world, a_wro(red(100, 100)), a_box(("L1", 60, 58), ("L2", 40, 42)))

    document = in_gp(world, NUMBER)
    assert document is not None
    assert [(str(line.quantity), line.lots) for line in document.lines] == [
        ("-2", (Lot("L1", Decimal(2), dt.date(2027, 7, 1)),)),
        ("2", (Lot("L2", Decimal(2), dt.date(2027, 7, 1)),)),
    ]


def test_lots_that_gp_does_not_keep_are_one() -> None:
    world = a_receiving_world()

    receives(world, a_wro(red(100, 99)), a_box(("L1", 60, 57), ("L2", 40, 42)))

    assert moves(world, NUMBER) == [("RED-100", "CHICAGO", Decimal(-1))]


def test_another_lot_than_announced_is_nothing_to_gp_where_it_keeps_no_lots() -> None:
    world = a_receiving_world()

    assert isinstance(receives(world, a_wro(red(100, 100)), a_box(("L1", 60, 58), ("L2", 40, 42))), Done)

    assert in_gp(world, NUMBER) is None


def test_pieces_are_counted_in_the_unit_of_the_mapping() -> None:
    world = a_receiving_world()
    world.state.mapped[MappingKey.parse("sku/WIDGET-RED")] = "RED-100 CASE*1/12"

    receives(world, a_wro(red(120, 96)))

    assert moves(world, NUMBER) == [("RED-100", "CHICAGO", Decimal(-2))]


def test_what_gp_cannot_hold_is_for_a_person() -> None:
    world = a_receiving_world()
    del world.gp.items["RED-100"]

    outcome = receives(world, a_wro(red(100, 98)))

    assert texts(outcome) == ["GP has no item RED-100, which ShipBob SKU 'WIDGET-RED' is mapped to"]


def test_what_is_not_mapped_is_named_and_booked_once_it_is() -> None:
    world = a_receiving_world(RECORD, "sku/WIDGET-RED")

    outcome = receives(world, a_wro(red(100, 98)))
    assert texts(outcome) == ["ShipBob SKU 'WIDGET-RED' has no GP item"]

    world.state.map(MappingKey.parse("sku/WIDGET-RED"), "RED-100", "a clerk")
    world.sweep()
    assert moves(world, NUMBER) == [("RED-100", "CHICAGO", Decimal(-2))]


def test_a_difference_without_a_sku_is_for_a_person() -> None:
    outcome = receives(a_receiving_world(), a_wro(red(100, 98, sku="")))

    assert texts(outcome) == [
        "WRO 7 'T TRX1 CHICAGO 1' came in otherwise than transfer/TRX1 in GP announced, and ShipBob names no SKU for it"
    ]


# ---- A review


def test_a_review_names_both_numbers_and_what_to_enter() -> None:
    world = a_receiving_world(REVIEW)

    outcome = receives(world, a_wro(red(100, 98), blue(10, 11)), a_box(("L1", 100, 98)))

    assert isinstance(outcome, NeedsReview)
    assert [reason.text for reason in outcome.reasons] == [
        "WRO 7 'T TRX1 CHICAGO 1': 100 of WIDGET-RED, lot L1, announced for transfer/TRX1, 98 on the shelf at CHICAGO",
        "WRO 7 'T TRX1 CHICAGO 1': 10 of WIDGET-BLUE announced for transfer/TRX1, 11 on the shelf at CHICAGO",
    ]
    assert outcome.reasons[0].fix == (
        "Enter in GP, as adjustment SBW7: -2 of RED-100 at CHICAGO, lot L1; or, where transfer/TRX1 is not posted yet, "
        "change it to what came. Then close this review"
    )
    assert moves(world, NUMBER) == []


def test_a_review_stays_open_while_nothing_changes_and_follows_what_does() -> None:
    world = a_receiving_world(REVIEW)
    receives(world, a_wro(red(100, 98)))
    world.pass_time(DAY + MINUTE)
    assert world.row(WRO).status is Status.REVIEW

    receives(world, a_wro(red(100, 99)))
    assert "99 on the shelf" in world.row(WRO).reasons[0].text

    receives(world, a_wro(red(100, 100)))
    assert world.row(WRO).status is Status.DONE


def test_what_a_clerk_may_have_entered_is_booked_after_a_change_of_the_setting_only_by_a_replay() -> None:
    world = a_receiving_world(REVIEW)
    receives(world, a_wro(red(100, 98)))
    world.terms = replace(world.terms, corrections=RECORD)

    world.pass_time(2 * DAY)
    assert moves(world, NUMBER) == []

    receives(world, a_wro(red(100, 98)), reason="replay: not entered by hand")
    assert moves(world, NUMBER) == [("RED-100", "CHICAGO", Decimal(-2))]


def test_a_review_of_very_many_items_tells_the_first_and_how_many_more() -> None:
    world = a_receiving_world(REVIEW)
    lines = [replace(red(10, 9), inventory_id=n, sku=f"SKU-{n}") for n in range(25)]
    world.state.mapped |= {MappingKey.parse(f"sku/SKU-{n}"): f"ITEM-{n}" for n in range(25)}

    outcome = receives(world, a_wro(*lines))

    assert len(texts(outcome)) == 21
    assert texts(outcome)[-1] == "and 5 more items of the same"


# ---- The shelf may still be filled


def test_what_the_dock_has_counted_gets_its_days_to_reach_the_shelf() -> None:
    world = a_receiving_world()

    assert isinstance(receives(world, a_wro(red(100, 90, received=100))), Waiting)
    world.pass_time(2 * DAY)
    assert moves(world, NUMBER) == []
    world.shipbob.put_receiving(a_wro(red(100, 99, received=99)))
    world.pass_time(DAY + HOUR)

    assert moves(world, NUMBER) == [("RED-100", "CHICAGO", Decimal(-1))]


def test_what_never_reaches_the_shelf_is_a_shortage_after_five_days() -> None:
    world = a_receiving_world()
    receives(world, a_wro(red(100, 90, received=100)))

    world.pass_time(5 * DAY - HOUR)
    before = moves(world, NUMBER)
    world.pass_time(DAY + HOUR)

    assert (before, moves(world, NUMBER)) == ([], [("RED-100", "CHICAGO", Decimal(-10))])


def test_a_shortage_that_a_person_was_told_of_stays_with_them_although_the_dock_has_counted_more() -> None:
    """Ten pieces were counted at the dock and thrown away: no later look may take the review for goods on their way."""
    world = a_receiving_world(REVIEW)
    receives(world, a_wro(red(100, 90, received=100)))
    world.pass_time(6 * DAY)
    assert world.row(WRO).status is Status.REVIEW

    seen = set()
    for _ in range(7):
        world.pass_time(DAY)
        seen.add(world.row(WRO).status)

    assert seen == {Status.REVIEW}


def test_a_shortage_that_changes_under_review_has_its_days_anew() -> None:
    world = a_receiving_world(REVIEW)
    receives(world, a_wro(red(100, 90, received=100)))
    world.pass_time(6 * DAY)

    assert isinstance(receives(world, a_wro(red(100, 95, received=100))), Waiting)
