"""Which shipment carries which part of which line."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal

from bridge.domain.order import Order, OrderLine, Shipment, ShipmentStatus, ShippedItem
from bridge.mapping import allocation
from bridge.mapping.allocation import Allocation
from bridge.mapping.needs import needs
from hypothesis import given
from hypothesis import strategies as st

from tests.orders import CHICAGO, an_order, line, parcel

SKUS = st.sampled_from(["A", "B", "C"])
QUANTITIES = st.integers(1, 50).map(Decimal)
LINES = st.lists(st.builds(OrderLine, SKUS, QUANTITIES, st.just(Decimal(1))), max_size=6).map(tuple)
STATUSES = st.sampled_from([ShipmentStatus.PROCESSING, ShipmentStatus.COMPLETED, ShipmentStatus.CANCELLED])
ITEMS = st.lists(st.builds(ShippedItem, SKUS, QUANTITIES | st.none()), max_size=4).map(tuple)
SHIPMENTS = st.lists(
    st.builds(Shipment, st.integers(1, 10**6), STATUSES, st.just(CHICAGO), ITEMS),
    max_size=5,
    unique_by=lambda shipment: shipment.id,
)
ORDERS = st.builds(lambda lines, shipments: an_order(*shipments, lines=lines), LINES, SHIPMENTS)


def allocate(order: Order) -> tuple[Allocation, ...]:
    """Nothing of it is a bundle."""
    return allocation.allocate(needs(order, {}), order.shipments, {})


def disagreements(order: Order) -> tuple[str, ...]:
    return allocation.disagreements(needs(order, {}), order.shipments, {})


@st.composite
def agreeing_orders(draw: st.DrawFn) -> Order:
    """Orders whose shipments hold just what was ordered, split in any way."""
    lines = draw(LINES.filter(bool))
    parcels: dict[int, list[tuple[str, str | int | None]]] = defaultdict(list)
    for bought in lines:
        left = int(bought.quantity)
        while left:
            part = draw(st.integers(1, left))
            parcels[draw(st.integers(1, 4))].append((bought.sku, part))
            left -= part
    return an_order(*[parcel(number, *items) for number, items in parcels.items()], lines=lines)


@given(agreeing_orders())
def test_where_order_and_shipments_agree_every_line_is_filled_to_the_piece(order: Order) -> None:
    filled: dict[int, Decimal] = defaultdict(Decimal)
    for part in allocate(order):
        filled[part.need.line] += part.quantity

    assert filled == {number: bought.quantity for number, bought in enumerate(order.lines)}
    assert disagreements(order) == ()


@given(agreeing_orders())
def test_where_order_and_shipments_agree_every_shipment_is_emptied(order: Order) -> None:
    carried: dict[tuple[int, str], Decimal] = defaultdict(Decimal)
    for part in allocate(order):
        carried[part.shipment.id, order.lines[part.need.line].sku] += part.quantity
    held: dict[tuple[int, str], Decimal] = defaultdict(Decimal)
    for shipment in order.shipments:
        for item in shipment.items:
            held[shipment.id, item.sku] += item.quantity or 0

    assert carried == held


@given(ORDERS)
def test_no_line_gets_more_than_was_ordered_and_no_shipment_gives_more_than_it_holds(order: Order) -> None:
    for number, bought in enumerate(order.lines):
        assert sum((p.quantity for p in allocate(order) if p.need.line == number), Decimal(0)) <= bought.quantity
    for shipment in order.shipments:
        for sku in {item.sku for item in shipment.items}:
            held = sum((item.quantity or Decimal(0) for item in shipment.items if item.sku == sku), Decimal(0))
            given = [p for p in allocate(order) if p.shipment == shipment and order.lines[p.need.line].sku == sku]
            assert sum((part.quantity for part in given), Decimal(0)) <= held


@given(ORDERS)
def test_nothing_is_taken_from_a_cancelled_shipment_and_nothing_is_empty(order: Order) -> None:
    assert all(part.quantity > 0 and not part.shipment.is_cancelled for part in allocate(order))


@given(ORDERS)
def test_the_order_in_which_shipbob_lists_the_shipments_does_not_matter(order: Order) -> None:
    backwards = an_order(*reversed(order.shipments), lines=order.lines)

    assert allocate(backwards) == allocate(order)


@given(ORDERS)
def test_either_every_line_is_filled_or_a_disagreement_says_so(order: Order) -> None:
    filled = sum((part.quantity for part in allocate(order)), Decimal(0))
    ordered = sum((bought.quantity for bought in order.lines), Decimal(0))

    assert filled == ordered or disagreements(order)


def test_lines_are_filled_in_the_orders_sequence_from_the_lowest_shipment_id() -> None:
    order = an_order(parcel(20, ("A", 3)), parcel(10, ("A", 2)), lines=(line("A", 4, "1"), line("A", 1, "1")))

    parts = [(part.need.line, part.shipment.id, part.quantity) for part in allocate(order)]

    assert parts == [(0, 10, Decimal(2)), (0, 20, Decimal(2)), (1, 20, Decimal(1))]


def test_a_sku_that_was_shipped_and_not_ordered_is_a_disagreement() -> None:
    order = an_order(parcel(1, ("A", 1), ("B", 2)), lines=(line("A", 1, "1"),))

    assert disagreements(order) == ("The order has 0 of B, its shipments have 2",)


def test_an_item_without_a_quantity_beside_one_with_it_is_still_unknown() -> None:
    order = an_order(parcel(1, ("A", 1)), parcel(2, ("A", None)), lines=(line("A", 1, "1"),))

    assert disagreements(order) == ("ShipBob does not say how many of A are in the shipments",)


def test_a_line_of_nothing_that_is_shipped_as_nothing_is_no_disagreement() -> None:
    order = an_order(parcel(1, ("A", 1)), lines=(line("A", 1, "1"), line("B", 0, "1")))

    assert disagreements(order) == ()
