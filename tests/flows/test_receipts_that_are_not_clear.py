"""Goods that nobody in GP announced, that ShipBob split, cancelled or counted otherwise later: a person decides."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from bridge.domain.document import DocumentId, DocumentKind
from bridge.domain.inventory import InventoryDocument, InventoryDocumentType, InventoryLine
from bridge.domain.order import Named
from bridge.domain.outcome import Done, NeedsReview
from bridge.domain.receiving import ReceivingStatus
from bridge.protocols.ledger import Status

from tests.correcting import RECORD, REVIEW, in_gp, moves
from tests.orders import DAY, MINUTE, texts
from tests.receiving import NUMBER, TRX, WRO, a_receiving_world, a_wro, blue, receives, red

BY_HAND = "PO 4711"
TRX_WRO = "WRO 7 'T TRX1 CHICAGO 1'"


# ---- Made in ShipBob by hand


def test_goods_that_nobody_announced_are_for_a_person_in_either_mode() -> None:
    world = a_receiving_world(RECORD)

    outcome = receives(world, a_wro(red(50, 48), blue(5, 0), number=8, purchase_order=BY_HAND))

    assert isinstance(outcome, NeedsReview)
    (reason,) = outcome.reasons
    assert (
        reason.text == "WRO 8 'PO 4711' was not made by the bridge: 48 of ShipBob SKU 'WIDGET-RED' came in at CHICAGO"
    )
    assert reason.fix == (
        "If a purchase receipt or a transfer in GP brings them there, close this review; "
        "else enter in GP, as adjustment SBW8: +48 of RED-100 at CHICAGO, then close it"
    )
    assert world.calls.of("gp") == []


def test_goods_that_nobody_announced_are_told_without_any_mapping() -> None:
    world = a_receiving_world(RECORD, "sku/WIDGET-RED", "location/8")

    outcome = receives(world, a_wro(red(50, 48), number=8, purchase_order=""))

    assert isinstance(outcome, NeedsReview)
    (reason,) = outcome.reasons
    assert reason.text == "WRO 8 was not made by the bridge: 48 of ShipBob SKU 'WIDGET-RED' came in at 8 'Cicero (IL)'"
    assert "+48 of ShipBob SKU 'WIDGET-RED' at 8 'Cicero (IL)'" in reason.fix


def test_goods_of_a_centre_that_shipbob_does_not_name_are_told_all_the_same() -> None:
    order = a_wro(red(50, 48), number=8, purchase_order=BY_HAND, center=None)

    assert texts(receives(a_receiving_world(), order)) == [
        "WRO 8 'PO 4711' was not made by the bridge: 48 of ShipBob SKU 'WIDGET-RED' came in at "
        "a centre that ShipBob does not name"
    ]


def test_goods_without_a_sku_are_told_by_their_inventory() -> None:
    outcome = receives(a_receiving_world(), a_wro(red(50, 48, sku=""), number=8, purchase_order=BY_HAND))

    assert texts(outcome) == [
        "WRO 8 'PO 4711' was not made by the bridge: 48 of ShipBob's inventory 70 came in at CHICAGO"
    ]


def test_a_receiving_order_made_by_hand_of_which_nothing_came_in_needs_nobody() -> None:
    outcome = receives(a_receiving_world(), a_wro(red(50, 0), number=8, purchase_order=BY_HAND))

    assert outcome == Done("made in ShipBob by hand, and nothing of it came in")


def test_an_order_of_a_customer_with_the_same_number_announces_nothing() -> None:
    world = a_receiving_world()
    world.state.remember_aliases(DocumentId(DocumentKind.ORDER, 9), [BY_HAND])

    outcome = receives(world, a_wro(red(50, 48), number=8, purchase_order=BY_HAND))

    assert isinstance(outcome, NeedsReview)


def test_a_gp_number_that_somebody_typed_in_shipbob_announces_nothing() -> None:
    """GP's own numbers lead to their documents in a trace; the goods of this one came by another receiving order."""
    world = a_receiving_world()
    world.state.remember_aliases(TRX, ["TRX1"])

    outcome = receives(world, a_wro(red(50, 50), number=8, purchase_order="TRX1"))

    assert texts(outcome) == [
        "WRO 8 'TRX1' was not made by the bridge: 50 of ShipBob SKU 'WIDGET-RED' came in at CHICAGO"
    ]


# ---- Split by ShipBob


def test_a_shortage_whose_rest_another_receiving_order_brought_names_it_and_is_not_booked() -> None:
    world = a_receiving_world(RECORD)
    receives(world, a_wro(red(40, 40), number=9, purchase_order=""))

    outcome = receives(world, a_wro(red(100, 60)))

    assert isinstance(outcome, NeedsReview)
    assert outcome.reasons[0].fix.endswith(
        "Then close this review. ShipBob may have split it: receiving/9 brought the same"
    )
    assert moves(world, NUMBER) == []


def test_receiving_orders_that_cannot_be_a_part_of_it_are_not_named() -> None:
    """An older one, one of another item, and one that is announced."""
    world = a_receiving_world(RECORD)
    receives(world, a_wro(red(40, 40), number=6, purchase_order=""))
    receives(world, a_wro(blue(40, 40), number=9, purchase_order=""))

    receives(world, a_wro(red(100, 60)))

    assert moves(world, NUMBER) == [("RED-100", "CHICAGO", Decimal(-40))]


def test_a_surplus_has_no_other_half() -> None:
    world = a_receiving_world(RECORD)
    receives(world, a_wro(red(40, 40), number=9, purchase_order=""))

    receives(world, a_wro(red(100, 101)))

    assert moves(world, NUMBER) == [("RED-100", "CHICAGO", Decimal(1))]


def test_of_very_many_candidates_the_last_three_are_named() -> None:
    world = a_receiving_world(REVIEW)
    for number in range(8, 13):
        receives(world, a_wro(red(4, 4), number=number, purchase_order=""))

    outcome = receives(world, a_wro(red(100, 60)))

    assert isinstance(outcome, NeedsReview)
    assert outcome.reasons[0].fix.endswith("receiving/10, receiving/11, receiving/12 brought the same")


# ---- Cancelled


def test_a_receiving_order_that_was_cancelled_leaves_gps_document_to_a_person() -> None:
    outcome = receives(a_receiving_world(), a_wro(red(100, 0), status=ReceivingStatus.CANCELLED))

    assert texts(outcome) == [
        f"{TRX_WRO} was cancelled in ShipBob, and transfer/TRX1 in GP stands: 0 of 100 pieces on the shelf"
    ]


def test_a_receiving_order_made_by_hand_that_was_cancelled_needs_nobody() -> None:
    order = a_wro(number=8, purchase_order=BY_HAND, status=ReceivingStatus.CANCELLED)

    assert receives(a_receiving_world(), order) == Done("cancelled in ShipBob, and no GP document announced it")


# ---- Counted otherwise afterwards


def test_a_difference_that_changes_after_it_was_booked_is_never_booked_again() -> None:
    world = a_receiving_world(RECORD)
    receives(world, a_wro(red(100, 98)))

    outcome = receives(world, a_wro(red(100, 99)))

    assert isinstance(outcome, NeedsReview)
    (reason,) = outcome.reasons
    assert reason.text == f"{TRX_WRO} was booked as SBW7, and now differs by -1 of RED-100 at CHICAGO"
    assert reason.fix.startswith("GP holds -2 × RED-100 at CHICAGO. Change SBW7 before it is posted, or enter the rest")
    assert (moves(world, NUMBER), world.gp.created) == ([("RED-100", "CHICAGO", Decimal(-2))], {NUMBER: 1})


def test_a_difference_that_goes_away_after_it_was_booked_is_for_a_person() -> None:
    world = a_receiving_world(RECORD)
    receives(world, a_wro(red(100, 98)))

    outcome = receives(world, a_wro(red(100, 100)))

    assert texts(outcome) == [f"{TRX_WRO} was booked as SBW7, and now differs by nothing"]


def test_a_booked_difference_whose_adjustment_left_gp_is_for_a_person_once_it_changes() -> None:
    world = a_receiving_world(RECORD)
    receives(world, a_wro(red(100, 98)))
    world.gp.inventory.clear()

    outcome = receives(world, a_wro(red(100, 97)))

    assert isinstance(outcome, NeedsReview)
    assert outcome.reasons[0].fix.startswith("GP holds nothing under that number.")
    assert in_gp(world, NUMBER) is None


def test_the_review_closes_by_itself_once_a_person_has_changed_gp() -> None:
    world = a_receiving_world(RECORD)
    receives(world, a_wro(red(100, 98)))
    receives(world, a_wro(red(100, 99)))
    document = in_gp(world, NUMBER)
    assert document is not None
    (line,) = document.lines
    world.gp.put_inventory(replace(document, lines=(replace(line, quantity=Decimal(-1)),)))

    world.pass_time(DAY + MINUTE)

    assert world.row(WRO).status is Status.DONE


def test_a_difference_that_first_shows_after_all_was_well_is_booked_once() -> None:
    world = a_receiving_world(RECORD)
    receives(world, a_wro(red(100, 100)))

    receives(world, a_wro(red(100, 99)))

    assert moves(world, NUMBER) == [("RED-100", "CHICAGO", Decimal(-1))]


def test_the_item_that_went_missing_from_gp_since_it_was_booked_is_for_a_person() -> None:
    world = a_receiving_world(RECORD)
    receives(world, a_wro(red(100, 98)))
    world.gp.items.clear()

    outcome = receives(world, a_wro(red(100, 97), center=Named(8, "Cicero (IL)")))

    assert texts(outcome) == ["GP has no item RED-100, which ShipBob SKU 'WIDGET-RED' is mapped to"]


def test_what_somebody_else_entered_under_our_number_is_for_a_person_and_not_added_to() -> None:
    world = a_receiving_world(RECORD)
    line = InventoryLine(Decimal(16384), "RED-100", "CHICAGO", Decimal(-5))
    day = world.clock.now().date()
    world.gp.put_inventory(InventoryDocument(InventoryDocumentType.ADJUSTMENT, NUMBER, "BYHAND", day, (line,)))

    assert texts(receives(world, a_wro(red(100, 98)))) == [
        f"The lines of {NUMBER} in GP: -5 × RED-100 at CHICAGO; from ShipBob: -2 × RED-100 at CHICAGO"
    ]
    assert moves(world, NUMBER) == [("RED-100", "CHICAGO", Decimal(-5))]
