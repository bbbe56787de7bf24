"""What a stock document moves at ShipBob's sites: the sum of its lines, and nothing beside it."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from fractions import Fraction

import pytest
from bridge.domain.inventory import InventoryLine, Item, ItemType, Lot
from bridge.domain.mapped import MappedItem
from bridge.domain.movement import Move, Sites, Way
from bridge.mapping import goods, moving
from bridge.mapping.goods import Good, follows
from hypothesis import given
from hypothesis import strategies as st

from tests.stock import ADJUSTMENT, TRANSFER, document, line, lot

SITES = Sites({"CHICAGO": (8,), "RENO": (9,), "MAIN": ()}, {"VIA": "CHICAGO"})
NAMES = ["CHICAGO", "RENO", "MAIN", "EAST", "VIA"]
LINES = st.lists(
    st.builds(
        line,
        st.sampled_from(["RED-100", "BLUE-100"]),
        st.integers(1, 9),
        st.sampled_from(NAMES),
        st.sampled_from(NAMES),
    ),
    max_size=6,
)
OURS = {"CHICAGO", "RENO", "VIA"}


def change_at(moves: tuple[Move, ...], site: str, item: str) -> Decimal:
    """By how much the moves say that a ShipBob site changes."""
    total = Decimal(0)
    for move in (move for move in moves if move.item == item):
        if move.way is Way.BETWEEN:
            total += move.quantity * ((move.to_site == site) - (move.site == site))
        elif move.site == site:
            total += move.quantity
    return total


@given(LINES)
def test_each_shipbob_site_changes_by_what_the_lines_bring_and_take(lines: list[InventoryLine]) -> None:
    moves = moving.moves(document(TRANSFER, *lines), SITES)

    for site, names in {"CHICAGO": {"CHICAGO", "VIA"}, "RENO": {"RENO"}}.items():
        for item in ("RED-100", "BLUE-100"):
            of_item = [each for each in lines if each.item == item]
            brought = sum((each.quantity for each in of_item if each.to_site in names), Decimal(0))
            taken = sum((each.quantity for each in of_item if each.site in names), Decimal(0))
            assert change_at(moves, site, item) == brought - taken
    assert all(move.quantity for move in moves)
    assert all(move.quantity > 0 and move.site != move.to_site for move in moves if move.way is Way.BETWEEN)


@given(LINES)
def test_the_order_of_the_lines_means_nothing(lines: list[InventoryLine]) -> None:
    forwards = moving.moves(document(TRANSFER, *lines), SITES)
    backwards = moving.moves(document(TRANSFER, *reversed(lines)), SITES)

    assert set(forwards) == set(backwards)


def test_an_adjustment_elsewhere_moves_nothing() -> None:
    assert moving.moves(document(ADJUSTMENT, line("RED-100", 5, "MAIN")), SITES) == ()


@pytest.mark.parametrize(("quantity", "sign"), [(7, 1), (-7, -1)])
def test_lots_have_their_lines_sign_and_what_no_lot_is_named_for_has_none(quantity: int, sign: int) -> None:
    """GP gives a lot's quantity above nought also where the line takes away."""
    moves = moving.moves(document(ADJUSTMENT, line("SERUM-30", quantity, "CHICAGO", lots=(lot("L1", 4),))), SITES)

    assert [(move.lot, move.quantity, move.expires_on) for move in moves] == [
        ("L1", Decimal(4 * sign), dt.date(2027, 12, 31)),
        ("", Decimal(3 * sign), None),
    ]


def test_one_lot_on_two_lines_is_one() -> None:
    lines = [line("SERUM-30", 4, "CHICAGO", lots=(lot("L1", 4, day),)) for day in (None, dt.date(2027, 12, 31))]

    (move,) = moving.moves(document(ADJUSTMENT, *lines), SITES)

    assert (move.quantity, move.expires_on) == (Decimal(8), dt.date(2027, 12, 31))


def in_pieces(move: Move, mapped: str, unit: str = "", *, is_lot: bool = False) -> tuple[list[int], list[str]]:
    one = Good("WIDGET-RED", 1, MappedItem.parse(mapped), is_lot)
    cards = {"RED-100": Item("RED-100", "", ItemType.SALES, unit)} if unit else {}
    whole, reasons = goods.pieces([move], {"RED-100": one}, cards)
    return [each.quantity for each in whole], [reason.text for reason in reasons]


@given(st.integers(-500, 500).filter(bool), st.integers(1, 20), st.integers(1, 20))
def test_pieces_are_exact_or_nobodys_guess(quantity: int, numerator: int, of: int) -> None:
    move = Move(Way.CROSSING, "CHICAGO", "RED-100", Decimal(quantity), "CASE")

    counted, reasons = in_pieces(move, f"RED-100 CASE*{numerator}/{of}")

    exact = Fraction(quantity * of, numerator)
    assert counted == ([int(exact)] if exact.denominator == 1 else [])
    assert bool(reasons) == (exact.denominator != 1)


UNITS = [
    ("EACH", "RED-100", "EACH", True),
    ("", "RED-100", "EACH", True),
    ("EACH", "RED-100", "", False),
    ("CASE", "RED-100", "EACH", False),
    ("CASE", "RED-100 CASE*1/12", "EACH", True),
    ("EACH", "RED-100 CASE*1/12", "EACH", False),
    ("", "RED-100 CASE*1/12", "", False),
    ("", "RED-100 EACH*2 +lots", "", True),
    ("", "RED-100 EACH*1 +serials", "", True),
    ("CASE", "RED-100 EACH*2 +lots", "EACH", False),
]


@pytest.mark.parametrize(("unit", "mapped", "own", "is_clear"), UNITS)
def test_a_unit_is_the_mappings_or_where_that_names_none_the_items_own(
    unit: str, mapped: str, own: str, *, is_clear: bool
) -> None:
    move = Move(Way.CHANGE, "CHICAGO", "RED-100", Decimal(12), unit)

    counted, reasons = in_pieces(move, mapped, own)

    assert (bool(counted), bool(reasons)) == (is_clear, not is_clear)


def test_where_neither_card_nor_mapping_names_a_unit_a_person_is_told_how_to_map_it() -> None:
    move = Move(Way.CHANGE, "CHICAGO", "RED-100", Decimal(12), "CASE")

    _, (reason,) = goods.pieces([move], {"RED-100": Good("WIDGET-RED", 1, MappedItem("RED-100"))}, {})

    assert reason.text == (
        "GP counts 12 × 'RED-100' in CASE, and neither its card nor the mapping of SKU 'WIDGET-RED' "
        "says what a piece is"
    )
    assert reason.fix == "Map it with a unit: gp-shipbob map 'sku/WIDGET-RED=RED-100 CASE*1'"


def in_lots(mapped: str, *lots: Lot, unit: str = "CASE") -> tuple[list[tuple[str, int]], list[str]]:
    """Two cases of twelve are adjusted at a ShipBob site, which keeps the item in lots."""
    two = line("RED-100", 2, "CHICAGO", unit_of_measure=unit, lots=lots)
    one = Good("WIDGET-RED", 1, MappedItem.parse(mapped), is_lot=True)
    whole, reasons = goods.pieces(moving.moves(document(ADJUSTMENT, two), SITES), {"RED-100": one}, {})
    return [(each.lot, each.quantity) for each in whole], [reason.text for reason in reasons]


def test_lots_that_gp_counts_in_the_base_unit_are_not_taken_for_cases() -> None:
    """24 of the base unit in lots, on a line of 2: twelve times too much, if they were cases."""
    _, reasons = in_lots("RED-100 CASE*1/12", lot("L1", 24))

    assert reasons == ["ShipBob keeps SKU 'WIDGET-RED' in lots, and 22 × 'RED-100' of the document in GP are of no lot"]


def test_lots_in_the_base_unit_that_the_sku_is_mapped_with_are_so_many_pieces() -> None:
    assert in_lots("RED-100 EACH*2 +lots", lot("L1", 2), unit="EACH") == ([("L1", 1)], [])


@pytest.mark.parametrize(
    ("move", "is_clear"),
    [
        (Move(Way.CROSSING, "CHICAGO", "RED-100", Decimal(5), lot="L1"), False),
        (Move(Way.CROSSING, "CHICAGO", "RED-100", Decimal(-5), lot="L1"), True),
        (Move(Way.BETWEEN, "CHICAGO", "RED-100", Decimal(5), lot="L1", to_site="RENO"), True),
        (Move(Way.BETWEEN, "CHICAGO", "RED-100", Decimal(5), to_site="RENO"), False),
    ],
    ids=["comes in", "leaves", "moves", "moves, of no lot"],
)
def test_a_lots_date_is_needed_only_for_what_comes_in(move: Move, *, is_clear: bool) -> None:
    counted, reasons = in_pieces(move, "RED-100", is_lot=True)

    assert (bool(counted), bool(reasons)) == (is_clear, not is_clear)


def test_lots_that_only_gp_keeps_are_added_up_also_between_two_sites() -> None:
    one = Good("WIDGET-RED", 1, MappedItem("RED-100"))
    moves = [
        Move(Way.BETWEEN, "CHICAGO", "RED-100", Decimal(5), lot="L1", to_site="RENO"),
        Move(Way.BETWEEN, "RENO", "RED-100", Decimal(7), lot="L2", to_site="CHICAGO"),
    ]

    whole, reasons = goods.pieces(moves, {"RED-100": one}, {})

    assert reasons == ()
    assert [(each.site, each.to_site, each.quantity) for each in whole] == [("RENO", "CHICAGO", 2)]


FOLLOWED = [
    (15, 5, 15, True),
    (15, 5, 13, True),
    (15, 5, 12, False),
    (14, 4, 12, False),
    (5, -5, 5, True),
    (6, -5, 5, False),
    (4, -5, 5, False),
]


@pytest.mark.parametrize(("after", "change", "at_shipbob", "does"), FOLLOWED)
def test_a_change_follows_shipbob_if_it_brought_gp_closer_and_a_decrease_only_to_the_piece(
    after: int, change: int, at_shipbob: int, *, does: bool
) -> None:
    assert follows(Fraction(after), change, at_shipbob) is does


def test_what_gp_has_unknown_follows_nothing() -> None:
    assert not follows(None, 5, 10)
