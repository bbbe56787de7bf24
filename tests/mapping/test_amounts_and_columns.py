"""The document GP should hold: amounts to the cent, text within GP's columns, the same lines whatever has shipped."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections import defaultdict
from decimal import ROUND_HALF_UP, Decimal

import pytest
from bridge.domain.order import Order, OrderLine, Recipient, ShipmentStatus
from bridge.domain.outcome import MappingKey, NeedsReview, Waiting
from bridge.domain.recording import Recording
from bridge.domain.sales_document import SalesOrder, SalesUpdate
from bridge.mapping import columns
from bridge.mapping.changing import Change, order_change
from bridge.mapping.comparing import contradictions
from bridge.mapping.recording import keys_of, sales_order
from bridge.mapping.written import Written
from hypothesis import given
from hypothesis import strategies as st

from local.memory.world import HOLD, TERMS
from tests.orders import (
    CHICAGO,
    MAPPED,
    PLAIN_ITEMS,
    RENO,
    SHIPPED_AT,
    an_order,
    line,
    parcel,
    shipped,
    shipped_parcel,
    unshipped,
)

CENT = Decimal("0.01")
MAPPINGS = {MappingKey.parse(key): value for key, value in MAPPED.items()}
SKUS = st.sampled_from(["WIDGET-RED", "WIDGET-BLUE"])
PRICES = st.decimals(0, 5000, places=2)
FINE_PRICES = st.decimals(0, 50, places=4)


def cents(amount: Decimal) -> Decimal:
    return amount.quantize(CENT, ROUND_HALF_UP)


def written(order: Order) -> SalesOrder:
    return recorded(order).order


def recorded(order: Order) -> Recording:
    found = sales_order(order, MAPPINGS, TERMS, "BATCH")
    assert isinstance(found, Recording), found
    return found


def totalled_by_gp(order: SalesOrder) -> Decimal:
    """GP keeps each line's extended price in cents, then adds freight and takes off the discount."""
    return (
        sum((cents(line.quantity * line.unit_price) for line in order.lines), Decimal(0))
        + order.freight
        - order.trade_discount
    )


@st.composite
def orders(draw: st.DrawFn, prices: st.SearchStrategy[Decimal] = PRICES) -> Order:
    """Orders with prices and a total, split over parcels and centres in any way, some of them shipped."""
    lines = tuple(
        OrderLine(draw(SKUS), Decimal(draw(st.integers(1, 30))), draw(prices)) for _ in range(draw(st.integers(1, 4)))
    )
    parcels: dict[int, list[tuple[str, str | int | None]]] = defaultdict(list)
    for bought in lines:
        left = int(bought.quantity)
        while left:
            part = draw(st.integers(1, left))
            parcels[draw(st.integers(1, 3))].append((bought.sku, part))
            left -= part
    shipments = [
        parcel(
            number,
            *items,
            at=draw(st.sampled_from([CHICAGO, RENO])),
            status=draw(st.sampled_from([ShipmentStatus.PROCESSING, ShipmentStatus.COMPLETED])),
            tracking=f"1Z{number}",
            shipped_at=SHIPPED_AT,
        )
        for number, items in parcels.items()
    ]
    return an_order(*shipments, lines=lines, total=str(draw(st.decimals(0, 200_000, places=2))))


@given(orders())
def test_what_gp_totals_is_what_the_customer_paid_to_the_cent(order: Order) -> None:
    assert totalled_by_gp(written(order)) == order.total


@given(orders())
def test_freight_and_discount_are_never_negative_and_never_both(order: Order) -> None:
    wanted = written(order)

    assert min(wanted.freight, wanted.trade_discount) == 0
    assert max(wanted.freight, wanted.trade_discount) >= 0


@given(orders())
def test_the_lines_hold_what_was_ordered_of_each_item_at_its_price(order: Order) -> None:
    bought: dict[tuple[str, Decimal | None], Decimal] = defaultdict(Decimal)
    for one in order.lines:
        bought[MAPPED[f"sku/{one.sku}"], one.unit_price] += one.quantity
    held: dict[tuple[str, Decimal | None], Decimal] = defaultdict(Decimal)
    for one_line in written(order).lines:
        held[one_line.item, one_line.unit_price] += one_line.quantity

    assert held == bought


@given(orders())
def test_no_line_is_fulfilled_beyond_its_quantity_and_all_is_once_all_has_left(order: Order) -> None:
    wanted = written(order)

    assert all(0 <= one.fulfilled <= one.quantity for one in wanted.lines)
    assert order.is_shipped == all(one.fulfilled == one.quantity for one in wanted.lines)


@given(orders())
def test_the_parcels_together_hold_what_the_lines_hold_and_ship_what_is_fulfilled(order: Order) -> None:
    found = recorded(order)
    held, left = defaultdict[int, Decimal](Decimal), defaultdict[int, Decimal](Decimal)
    for each in found.parcels:
        for one in each.lines:
            held[one.sequence] += one.quantity
            left[one.sequence] += one.quantity if each.is_shipped else 0

    assert held == {one.sequence: one.quantity for one in found.order.lines}
    assert left == {one.sequence: one.fulfilled for one in found.order.lines}


def test_a_parcel_left_on_the_day_it_was_in_gps_zone_and_one_that_is_here_on_none() -> None:
    gone = shipped_parcel(302, ("WIDGET-BLUE", 1), tracking="1Z-B")
    here = parcel(301, ("WIDGET-RED", 2), tracking="1Z-A", shipped_at=SHIPPED_AT)

    found = recorded(an_order(gone, here)).parcels

    assert [(each.shipment, each.is_shipped, each.tracking_number, each.shipped_on) for each in found] == [
        (301, False, "1Z-A", None),
        (302, True, "1Z-B", dt.date(2026, 11, 18)),
    ]


@given(orders())
def test_shipping_changes_neither_lines_nor_amounts(order: Order) -> None:
    before = dataclasses.replace(
        order, shipments=tuple(dataclasses.replace(s, status=ShipmentStatus.PROCESSING) for s in order.shipments)
    )

    assert contradictions(written(before), written(order)) == ()


@given(orders())
def test_a_document_as_wanted_needs_no_update(order: Order) -> None:
    wanted = written(order)

    change = order_change(wanted, wanted, Written.of(wanted), HOLD)

    assert change == Change(SalesUpdate(), Written.of(wanted))


@given(orders())
def test_only_what_has_not_shipped_entirely_is_held(order: Order) -> None:
    assert written(order).holds == (frozenset() if order.is_shipped else {HOLD})


def test_prices_finer_than_a_cent_leave_no_fraction_of_a_cent_as_freight() -> None:
    order = an_order(parcel(1, ("WIDGET-RED", 3)), lines=(line("WIDGET-RED", 3, "3.3333"),), total="10.00")

    wanted = written(order)

    # 3 at 3.3333 are 9.9999, which GP extends to 10.00.
    assert (wanted.freight, wanted.trade_discount) == (Decimal(0), Decimal(0))


def test_half_a_cent_is_rounded_up_as_gp_rounds_it() -> None:
    order = an_order(parcel(1, ("WIDGET-RED", 1)), lines=(line("WIDGET-RED", 1, "0.125"),), total="0.13")

    wanted = written(order)

    assert (wanted.freight, wanted.trade_discount, wanted.total) == (Decimal(0), Decimal(0), Decimal("0.13"))


@given(orders(FINE_PRICES))
def test_prices_finer_than_a_cent_total_what_the_customer_paid(order: Order) -> None:
    assert totalled_by_gp(written(order)) == order.total


def test_a_unit_price_that_differs_by_less_than_a_cent_is_a_contradiction() -> None:
    wanted = written(an_order(parcel(1, ("WIDGET-RED", 1000)), lines=(line("WIDGET-RED", 1000, "0.014"),), total=None))
    held = dataclasses.replace(wanted, lines=(dataclasses.replace(wanted.lines[0], unit_price=Decimal("0.011")),))

    # 14.00 and 11.00
    assert contradictions(held, wanted) != ()


def test_everything_that_must_be_mapped_is_asked_for_at_once() -> None:
    order = an_order(parcel(1, ("WIDGET-RED", 2), at=CHICAGO), parcel(2, ("WIDGET-BLUE", 1), at=RENO))

    assert {str(key) for key in keys_of(order)} >= set(MAPPED)


def test_a_cancelled_shipments_centre_need_not_be_mapped() -> None:
    order = an_order(parcel(1, *PLAIN_ITEMS), parcel(2, *PLAIN_ITEMS, at=RENO, status=ShipmentStatus.CANCELLED))

    assert "location/9" not in {str(key) for key in keys_of(order)}


@given(st.sets(st.sampled_from(sorted(MAPPED)), min_size=1))
def test_a_review_names_each_missing_key_and_no_other(missing: set[str]) -> None:
    order = an_order(parcel(1, ("WIDGET-RED", 2), at=CHICAGO), parcel(2, ("WIDGET-BLUE", 1), at=RENO))
    mapped = {key: value for key, value in MAPPINGS.items() if str(key) not in missing}

    outcome = sales_order(order, mapped, TERMS, "BATCH")

    assert isinstance(outcome, NeedsReview)
    assert {str(key) for key in outcome.waits_for} == missing


def test_what_is_not_assigned_waits_even_where_something_is_not_mapped() -> None:
    assert isinstance(sales_order(an_order(parcel(1, *PLAIN_ITEMS, at=None)), {}, TERMS, "BATCH"), Waiting)


WIDTHS = {
    "name": columns.NAME,
    "contact": columns.CONTACT,
    "line1": columns.ADDRESS_LINE,
    "line2": columns.ADDRESS_LINE,
    "city": columns.CITY,
    "state": columns.STATE,
    "postal_code": columns.POSTAL_CODE,
    "country": columns.COUNTRY,
    "phone": columns.PHONE,
}
TEXT = st.text(max_size=120)


@given(st.builds(Recipient, TEXT, TEXT, TEXT, TEXT, TEXT, TEXT, TEXT, TEXT, TEXT), TEXT)
def test_whatever_shipbob_sends_fits_gps_columns(recipient: Recipient, order_number: str) -> None:
    wanted = written(an_order(parcel(1, *PLAIN_ITEMS), recipient=recipient, order_number=order_number))

    for field, width in WIDTHS.items():
        value = getattr(wanted.ship_to, field)
        assert len(value) <= width
        assert value == value.strip()
    assert (len(wanted.customer_po) <= 20, len(wanted.comment) <= 200) == (True, True)


def test_text_that_fits_is_not_touched_and_not_commented_on() -> None:
    cutter = columns.Cutter()

    assert (cutter.fit("City", "Columbus", 35), cutter.comment()) == ("Columbus", "")


def test_text_that_is_cut_stands_in_full_in_the_comment_with_its_label() -> None:
    cutter = columns.Cutter()

    assert cutter.fit("City", "Llanfairpwllgwyngyll", 10) == "Llanfairpw"
    assert cutter.comment() == "City: Llanfairpwllgwyngyll"


def test_a_cut_never_ends_in_a_blank() -> None:
    assert columns.Cutter().fit("City", "Los  Angeles", 4) == "Los"


# ---- Comparing


def test_an_update_holds_only_what_differs() -> None:
    held, wanted = written(unshipped()), written(shipped())

    change = order_change(held, wanted, Written.of(held), HOLD)

    assert isinstance(change, Change)
    assert change.update == SalesUpdate(
        batch=None,
        shipped_on=dt.date(2026, 11, 18),
        added_tracking=("1Z999",),
        fulfilled=((16384, Decimal(2)), (32768, Decimal(1))),
        lifted_holds=frozenset({HOLD}),
    )


@pytest.mark.parametrize(
    ("change", "label"),
    [
        ({"customer": "OTHER"}, "customer in GP: OTHER"),
        ({"customer_po": "9"}, "customer PO in GP: 9"),
        ({"freight": Decimal(9)}, "freight in GP: 9.00"),
        ({"trade_discount": Decimal(9)}, "trade discount in GP: 9.00"),
        ({"lines": ()}, "lines in GP: "),
    ],
)
def test_each_difference_that_a_person_must_see_is_named_with_both_values(
    change: dict[str, object], label: str
) -> None:
    wanted = written(unshipped())
    held = dataclasses.replace(wanted, **change)  # type: ignore[arg-type]

    (text,) = contradictions(held, wanted)

    assert label in text
    assert "; from ShipBob: " in text


def test_amounts_that_gp_writes_with_more_digits_are_the_same_amounts() -> None:
    wanted = written(unshipped())
    padded = tuple(
        dataclasses.replace(
            one, quantity=one.quantity * Decimal("1.00000"), unit_price=one.unit_price * Decimal("1.000")
        )
        for one in wanted.lines
    )
    held = dataclasses.replace(wanted, lines=padded, freight=wanted.freight * Decimal("1.000"))

    assert contradictions(held, wanted) == ()
