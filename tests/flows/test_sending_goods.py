"""What comes to ShipBob is told in its own words: SKU, pieces, lots and boxes; what cannot be is for a person."""

from __future__ import annotations

import datetime as dt

import pytest
from bridge.domain.inventory import Lot
from bridge.domain.outcome import Done, MappingKey, NeedsReview
from bridge.domain.receiving import BoxPackaging
from bridge.domain.stock import Variant

from tests.stock import BLUE, RED, SERUM, TRANSFER, a_stock_world, document, gp_has, line, lot, wros

IN = document(TRANSFER, line("RED-100", 5, "MAIN", "CHICAGO"))
DAY = dt.timedelta(days=1)


def test_goods_in_lots_are_told_with_number_and_date() -> None:
    world = a_stock_world(document(TRANSFER, line("SERUM-30", 7, "MAIN", "CHICAGO", lots=(lot("L1", 4), lot("L2", 3)))))

    world.attempt(TRANSFER)

    (wro,) = world.shipbob.receiving
    (box,) = world.shipbob.boxed[wro]
    assert [(item.inventory_id, item.expected, item.lot_number, item.lot_date) for item in box.items] == [
        (SERUM, 4, "L1", dt.datetime(2027, 12, 31, tzinfo=dt.UTC)),
        (SERUM, 3, "L2", dt.datetime(2027, 12, 31, tzinfo=dt.UTC)),
    ]


@pytest.mark.parametrize(
    ("lots", "lacking"),
    [
        ((), "7 × 'SERUM-30' of the document in GP are of no lot"),
        ((lot("L1", 7, None),), "7 × 'SERUM-30' of the document in GP are of lot 'L1', which has no expiration date"),
        ((lot("L1", 4),), "3 × 'SERUM-30' of the document in GP are of no lot"),
    ],
)
def test_goods_in_lots_without_their_lot_are_for_a_person(lots: tuple[Lot, ...], lacking: str) -> None:
    world = a_stock_world(document(TRANSFER, line("SERUM-30", 7, "MAIN", "CHICAGO", lots=lots)))

    outcome = world.attempt(TRANSFER)

    assert isinstance(outcome, NeedsReview)
    assert outcome.reasons[0].text == f"ShipBob keeps SKU 'SERUM-30ML' in lots, and {lacking}"
    assert wros(world) == {}


def test_lots_that_only_gp_keeps_are_not_told() -> None:
    world = a_stock_world(document(TRANSFER, line("RED-100", 5, "MAIN", "CHICAGO", lots=(lot("L1", 2), lot("L2", 3)))))

    world.attempt(TRANSFER)

    assert wros(world) == {"T 00000012 CHICAGO 1": (8, {"WIDGET-RED": 5})}
    (wro,) = world.shipbob.receiving
    assert [item.lot_number for box in world.shipbob.boxed[wro] for item in box.items] == [""]


UNKNOWN_GOODS = [
    ([], "ShipBob has no SKU 'WIDGET-RED'; it is mapped to GP item 'RED-100'"),
    (
        [Variant(1, "WIDGET-RED", "", RED, is_active=False)],
        "SKU 'WIDGET-RED' is inactive at ShipBob; it is mapped to GP item 'RED-100'",
    ),
    (
        [Variant(1, "WIDGET-RED", "", None)],
        "SKU 'WIDGET-RED' is a bundle at ShipBob, whose stock is that of its parts; it is mapped to GP item 'RED-100'",
    ),
    (
        [Variant(1, "WIDGET-RED", "", RED, is_digital=True)],
        "SKU 'WIDGET-RED' is digital at ShipBob, and keeps no stock; it is mapped to GP item 'RED-100'",
    ),
    (
        [Variant(1, "WIDGET-RED", "", RED), Variant(9, "WIDGET-RED", "", BLUE)],
        "ShipBob has SKU 'WIDGET-RED' 2 times; it is mapped to GP item 'RED-100'",
    ),
]


@pytest.mark.parametrize(("catalogue", "text"), UNKNOWN_GOODS)
def test_goods_that_shipbob_has_no_stock_of_are_named(catalogue: list[Variant], text: str) -> None:
    world = a_stock_world(IN)
    world.shipbob.catalogue = catalogue

    outcome = world.attempt(TRANSFER)

    assert isinstance(outcome, NeedsReview)
    assert [reason.text for reason in outcome.reasons] == [text]
    assert wros(world) == {}


def test_an_inactive_variant_beside_an_active_one_does_not_count() -> None:
    world = a_stock_world(IN)
    world.shipbob.catalogue.append(Variant(9, "WIDGET-RED", "", 99, is_active=False))

    assert isinstance(world.attempt(TRANSFER), Done)


def test_an_item_without_a_sku_and_one_with_two_are_named_together_and_nothing_is_sent() -> None:
    lines = (
        line("RED-100", 5, "MAIN", "CHICAGO"),
        line("GREEN-100", 5, "MAIN", "CHICAGO"),
        line("BLUE-100", 1, "MAIN", "RENO"),
    )
    world = a_stock_world(document(TRANSFER, *lines))
    world.state.map(MappingKey.parse("sku/RED-TOO"), "RED-100", "a person")

    outcome = world.attempt(TRANSFER)

    assert isinstance(outcome, NeedsReview)
    assert [reason.text for reason in outcome.reasons] == [
        "GP item 'GREEN-100' has no ShipBob SKU",
        "GP item 'RED-100' is several ShipBob SKUs: RED-TOO, WIDGET-RED",
    ]
    assert wros(world) == {}


def test_two_cases_of_twelve_are_twenty_four_pieces() -> None:
    world = a_stock_world(document(TRANSFER, line("RED-100", 2, "MAIN", "CHICAGO", unit_of_measure="CASE")))
    world.state.map(MappingKey.parse("sku/WIDGET-RED"), "RED-100 CASE*1/12", "a person")

    world.attempt(TRANSFER)

    assert wros(world) == {"T 00000012 CHICAGO 1": (8, {"WIDGET-RED": 24})}


def test_a_transfer_counts_in_the_base_unit_and_not_in_cases() -> None:
    world = a_stock_world(IN)
    world.state.map(MappingKey.parse("sku/WIDGET-RED"), "RED-100 CASE*1/12", "a person")

    outcome = world.attempt(TRANSFER)

    assert isinstance(outcome, NeedsReview)
    assert "in its base unit, and SKU 'WIDGET-RED' is mapped in CASE" in outcome.reasons[0].text


def test_a_transfer_in_the_base_unit_that_the_sku_is_mapped_with_is_announced_in_pieces() -> None:
    """Thirty of the base unit are three packs of ten."""
    lots = (lot("L1", 30),)
    world = a_stock_world(document(TRANSFER, line("SERUM-30", 30, "MAIN", "CHICAGO", lots=lots)))
    world.state.map(MappingKey.parse("sku/SERUM-30ML"), "SERUM-30 EACH*10 +lots", "a person")

    world.attempt(TRANSFER)

    assert wros(world) == {"T 00000012 CHICAGO 1": (8, {"SERUM-30ML": 3})}
    assert [item.lot_number for box in world.shipbob.announced[0].boxes for item in box.items] == ["L1"]


def test_a_transfer_in_cases_of_an_item_mapped_without_a_unit_is_not_taken_for_pieces() -> None:
    world = a_stock_world(document(TRANSFER, line("RED-100", 2, "MAIN", "CHICAGO", unit_of_measure="CASE")))
    gp_has(world, "RED-100", "CHICAGO", 10)

    outcome = world.attempt(TRANSFER)

    assert isinstance(outcome, NeedsReview)
    assert outcome.reasons[0].text == (
        "GP counts 2 × 'RED-100' in CASE, and SKU 'WIDGET-RED' is mapped in EACH, the item's own"
    )
    assert wros(world) == {}


def test_half_a_piece_is_for_a_person() -> None:
    world = a_stock_world(document(TRANSFER, line("RED-100", "2.5", "MAIN", "CHICAGO")))

    outcome = world.attempt(TRANSFER)

    assert isinstance(outcome, NeedsReview)
    assert outcome.reasons[0].text == "'RED-100' at CHICAGO would be 5/2 pieces of SKU 'WIDGET-RED'"


def test_goods_are_packed_as_the_parameters_say() -> None:
    lines = line("RED-100", 5, "MAIN", "CHICAGO"), line("BLUE-100", 2, "MAIN", "CHICAGO")
    world = a_stock_world(document(TRANSFER, *lines), packaging=BoxPackaging.ONE_SKU_PER_BOX, units_per_box=4)

    world.attempt(TRANSFER)

    (wro,) = world.shipbob.receiving
    assert [
        (box.tracking_number, [(item.inventory_id, item.expected) for item in box.items])
        for box in world.shipbob.boxed[wro]
    ] == [
        ("T 00000012 CHICAGO 1 1", [(RED, 4)]),
        ("T 00000012 CHICAGO 1 2", [(RED, 1)]),
        ("T 00000012 CHICAGO 1 3", [(BLUE, 2)]),
    ]


def test_fifty_one_boxes_are_two_receiving_orders() -> None:
    world = a_stock_world(document(TRANSFER, line("RED-100", 51, "MAIN", "CHICAGO")), units_per_box=1)

    world.attempt(TRANSFER)

    assert wros(world) == {
        "T 00000012 CHICAGO 1": (8, {"WIDGET-RED": 50}),
        "T 00000012 CHICAGO 2": (8, {"WIDGET-RED": 1}),
    }


def test_a_box_size_that_makes_dozens_of_receiving_orders_is_for_a_person() -> None:
    world = a_stock_world(document(TRANSFER, line("RED-100", 1001, "MAIN", "CHICAGO")), units_per_box=1)

    outcome = world.attempt(TRANSFER)

    assert isinstance(outcome, NeedsReview)
    assert "1001 boxes for 'CHICAGO' would be 21 receiving orders" in outcome.reasons[0].text
    assert wros(world) == {}


def test_quantities_survive_gps_five_decimals() -> None:
    world = a_stock_world(document(TRANSFER, line("RED-100", "5.00000", "MAIN", "CHICAGO")))

    world.attempt(TRANSFER)

    assert wros(world) == {"T 00000012 CHICAGO 1": (8, {"WIDGET-RED": 5})}
