"""Goods for ShipBob in receiving orders: nothing is lost, no limit is passed, and no number is another's."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from dataclasses import replace

import pytest
from bridge.domain.document import DocumentId, DocumentKind
from bridge.domain.movement import Pieces, Way
from bridge.domain.receiving import BoxPackaging, NewReceivingOrder, PackageType
from bridge.domain.terms import SendingTerms
from bridge.mapping import announcing
from bridge.mapping.announcing import purchase_order_number, receiving_orders
from hypothesis import example, given
from hypothesis import strategies as st

NOW = dt.datetime(2026, 11, 17, 14, 5, 0, 123456, tzinfo=dt.UTC)
TRANSFER = DocumentId(DocumentKind.TRANSFER, name="00000012")
NAMES = st.text(st.sampled_from("AZ09a- _/.1"), min_size=1, max_size=17)
KINDS = st.sampled_from([DocumentKind.ADJUSTMENT, DocumentKind.VARIANCE, DocumentKind.TRANSFER])


def coming(key: int, quantity: int, lot: str = "") -> Pieces:
    expires_on = dt.date(2027, 12, 31) if lot else None
    return Pieces(Way.CROSSING, "CHICAGO", f"ITEM-{key}", f"SKU-{key}", key, quantity, lot, expires_on)


def made(*given_: Pieces, **terms: object) -> tuple[NewReceivingOrder, ...]:
    return receiving_orders(TRANSFER, "CHICAGO", 8, given_, replace(SendingTerms(), **terms), NOW)  # type: ignore[arg-type]


def boxes(*orders: NewReceivingOrder) -> list[dict[int, int]]:
    held = []
    for box in (box for order in orders for box in order.boxes):
        count: Counter[int] = Counter()
        for item in box.items:
            count[item.inventory_id] += item.quantity
        held.append(dict(count))
    return held


@pytest.mark.parametrize(
    ("kind", "name", "site", "number"),
    [
        (DocumentKind.TRANSFER, "00000012", "CHICAGO", "T 00000012 CHICAGO 1"),
        (DocumentKind.ADJUSTMENT, "ADJ7", "CHICAGO", "A ADJ7 CHICAGO 1"),
        (DocumentKind.VARIANCE, "7", "RENO", "V 7 RENO 1"),
    ],
)
def test_a_number_says_what_it_is_of(kind: DocumentKind, name: str, site: str, number: str) -> None:
    assert purchase_order_number(DocumentId(kind, name=name), site, 1) == number


def test_a_number_once_given_is_given_for_ever() -> None:
    """Of the SHA-256 of `transfer/TRX-1/SB-CHI`, which is not ours to change."""
    assert purchase_order_number(DocumentId(DocumentKind.TRANSFER, name="TRX-1"), "SB-CHI", 2) == (
        "T TRX 1 SB CHI 2 0de88e18"
    )


@given(st.lists(st.tuples(KINDS, NAMES, NAMES, st.integers(1, 30)), unique=True, min_size=2, max_size=6))
@example([(DocumentKind.TRANSFER, "A-1", "B", 1), (DocumentKind.TRANSFER, "A 1", "B", 1)])
@example([(DocumentKind.TRANSFER, "A", "B-1", 1), (DocumentKind.TRANSFER, "A", "B 1", 1)])
@example([(DocumentKind.TRANSFER, "A", "B", 1), (DocumentKind.TRANSFER, "A", "B-", 1)])
@example([(DocumentKind.TRANSFER, "A", "1 B", 1), (DocumentKind.TRANSFER, "A 1", "B", 1)])
@example([(DocumentKind.TRANSFER, "A 1", "B", 1), (DocumentKind.TRANSFER, "A", "1", 1)])
def test_no_two_documents_sites_and_parts_share_a_number(
    each: list[tuple[DocumentKind, str, str, int]],
) -> None:
    numbers = [purchase_order_number(DocumentId(kind, name=name), site, part) for kind, name, site, part in each]

    assert len(set(numbers)) == len(each)
    assert all(re.fullmatch(r"[A-Za-z0-9 ]+", number) for number in numbers)


@given(
    st.lists(st.tuples(st.integers(1, 4), st.integers(1, 130), st.sampled_from(["", "L1", "L2"])), max_size=6),
    st.sampled_from(PackageType),
    st.sampled_from(BoxPackaging),
    st.integers(0, 40),
)
def test_all_that_comes_is_announced_within_shipbobs_limits(
    goods: list[tuple[int, int, str]], package: PackageType, packaging: BoxPackaging, room: int
) -> None:
    given_ = [coming(*each) for each in dict.fromkeys(goods)]
    orders = made(*given_, package_type=package, packaging=packaging, units_per_box=room)

    told = Counter[tuple[int, str]]()
    for item in (item for order in orders for box in order.boxes for item in box.items):
        told[item.inventory_id, item.lot_number] += item.quantity
    wanted = Counter[tuple[int, str]]()
    for each in given_:
        wanted[each.inventory_id, each.lot] += each.quantity
    assert told == wanted
    assert all(1 <= len(order.boxes) <= (50 if package is PackageType.PACKAGE else 1) for order in orders)
    if room:
        assert all(sum(box.values()) <= room for box in boxes(*orders))
    if packaging is BoxPackaging.ONE_SKU_PER_BOX:
        assert all(len(box) == 1 for box in boxes(*orders))
    trackings = [box.tracking_number for order in orders for box in order.boxes]
    assert len(set(trackings)) == len(trackings)
    assert len({order.purchase_order_number for order in orders}) == len(orders)


def test_everything_goes_into_one_box_unless_it_is_said_how_much_one_takes() -> None:
    (order,) = made(coming(1, 5), coming(2, 3))

    assert (boxes(order), order.packaging) == ([{1: 5, 2: 3}], BoxPackaging.EVERYTHING_IN_ONE_BOX)


@pytest.mark.parametrize(
    ("goods", "packaging"),
    [([coming(1, 5), coming(2, 3)], BoxPackaging.MULTIPLE_SKU_PER_BOX), ([coming(1, 8)], BoxPackaging.ONE_SKU_PER_BOX)],
)
def test_several_boxes_are_never_called_one(goods: list[Pieces], packaging: BoxPackaging) -> None:
    (order,) = made(*goods, units_per_box=6)

    assert len(order.boxes) == 2
    assert order.packaging is packaging


def test_a_box_is_filled_to_its_end_before_the_next() -> None:
    assert boxes(*made(coming(1, 5), coming(2, 4), units_per_box=6, packaging=BoxPackaging.MULTIPLE_SKU_PER_BOX)) == [
        {1: 5, 2: 1},
        {2: 3},
    ]


def test_each_pallet_is_a_receiving_order_of_its_own() -> None:
    orders = made(coming(1, 25), package_type=PackageType.PALLET, units_per_box=10)

    assert [(order.purchase_order_number, boxes(order)) for order in orders] == [
        ("T 00000012 CHICAGO 1", [{1: 10}]),
        ("T 00000012 CHICAGO 2", [{1: 10}]),
        ("T 00000012 CHICAGO 3", [{1: 5}]),
    ]


def test_ten_thousand_skus_are_the_most_of_one_receiving_order() -> None:
    orders = made(*(coming(key, 1) for key in range(1, announcing.SKUS_MAX + 2)))

    assert [len(announcing.contents(order)) for order in orders] == [10_000, 1]


def test_skus_are_counted_over_all_boxes_of_a_receiving_order() -> None:
    orders = made(*(coming(key, 1) for key in range(1, 10_003)), units_per_box=9_999)

    assert [[len(box.items) for box in order.boxes] for order in orders] == [[9_999], [3]]


def test_goods_are_expected_in_whole_seconds_so_many_days_on() -> None:
    (order,) = made(coming(1, 5), lead_days=10)

    assert order.expected_arrival == dt.datetime(2026, 11, 27, 14, 5, tzinfo=dt.UTC)
