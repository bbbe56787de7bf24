"""A ShipBob order becomes a GP sales order, the straight way, in every shape an order can have."""

from __future__ import annotations

import dataclasses
import datetime as dt
from decimal import Decimal

from bridge.domain.order import OrderStatus, ShipmentStatus
from bridge.domain.outcome import Done, Unchanged
from bridge.domain.sales_document import SalesLine, SalesOrder, SalesUpdate
from bridge.domain.terms import OrderTerms

from local.memory.world import HOLD, TERMS
from tests.orders import (
    CHICAGO,
    CUSTOMER,
    NUMBER,
    ORDER,
    PLAIN_ITEMS,
    RENO,
    SHIPPED_AT,
    a_world,
    an_order,
    line,
    parcel,
    shipped,
    shipped_parcel,
    unshipped,
)


def lines_of(order: SalesOrder) -> list[tuple[str, str, Decimal, Decimal]]:
    """Item, site, quantity and fulfilled quantity of each line."""
    return [(x.item, x.site, x.quantity, x.fulfilled) for x in order.lines]


# ---- Draft


def test_an_unshipped_order_becomes_a_held_draft_in_the_draft_batch() -> None:
    world = a_world()
    world.shipbob.put(unshipped())

    assert isinstance(world.attempt(ORDER), Done)

    draft = world.gp.orders[NUMBER]
    assert (draft.batch, draft.holds, draft.shipped_on, draft.tracking) == (
        "SBD261117-01",
        frozenset({HOLD}),
        None,
        (),
    )


def test_a_draft_carries_customer_lines_prices_and_the_purchase_date_of_gps_own_zone() -> None:
    world = a_world()
    world.shipbob.put(unshipped())

    world.attempt(ORDER)

    draft = world.gp.orders[NUMBER]
    assert (draft.customer, draft.customer_po, draft.date) == (CUSTOMER, "#1042", dt.date(2026, 11, 16))
    assert draft.lines == (
        SalesLine(16384, "RED-100", "CHICAGO", Decimal(2), Decimal("10.00")),
        SalesLine(32768, "BLUE-100", "CHICAGO", Decimal(1), Decimal("5.50")),
    )


def test_what_the_customer_paid_beyond_the_lines_is_freight() -> None:
    world = a_world()
    world.shipbob.put(unshipped())

    world.attempt(ORDER)

    draft = world.gp.orders[NUMBER]
    assert (draft.freight, draft.trade_discount, draft.total) == (Decimal("4.50"), Decimal(0), Decimal("30.00"))


def test_what_the_customer_paid_less_than_the_lines_is_a_trade_discount() -> None:
    world = a_world()
    world.shipbob.put(an_order(parcel(301, *PLAIN_ITEMS), total="20.00"))

    world.attempt(ORDER)

    draft = world.gp.orders[NUMBER]
    assert (draft.freight, draft.trade_discount, draft.total) == (Decimal(0), Decimal("5.50"), Decimal("20.00"))


def test_without_a_total_the_lines_alone_count() -> None:
    world = a_world()
    world.shipbob.put(an_order(parcel(301, *PLAIN_ITEMS), total=None))

    world.attempt(ORDER)

    draft = world.gp.orders[NUMBER]
    assert (draft.freight, draft.trade_discount, draft.total) == (Decimal(0), Decimal(0), Decimal("25.50"))


def test_without_a_draft_hold_the_batch_alone_marks_a_draft() -> None:
    world = a_world()
    world.terms = dataclasses.replace(TERMS, orders=OrderTerms("STDORD", draft_hold=""))
    world.shipbob.put(unshipped())

    world.attempt(ORDER)

    assert (world.gp.orders[NUMBER].holds, world.gp.orders[NUMBER].batch) == (frozenset(), "SBD261117-01")


# ---- Shipment


def test_a_shipped_order_gets_tracking_quantities_ship_date_and_the_ready_batch_and_loses_its_hold() -> None:
    world = a_world()
    world.shipbob.put(unshipped())
    world.attempt(ORDER)
    world.clock.advance(dt.timedelta(days=2))
    world.shipbob.put(shipped())

    assert isinstance(world.attempt(ORDER), Done)

    ready = world.gp.orders[NUMBER]
    assert (ready.tracking, ready.shipped_on) == (("1Z999",), dt.date(2026, 11, 18))
    assert [x.fulfilled for x in ready.lines] == [Decimal(2), Decimal(1)]
    assert (ready.holds, ready.batch) == (frozenset(), "SBR261119-01")


def test_a_straight_lifecycle_costs_one_create_one_get_and_one_update() -> None:
    world = a_world()
    world.shipbob.put(unshipped())
    world.attempt(ORDER)
    world.shipbob.put(shipped())
    world.attempt(ORDER)

    requests = [call for call in world.calls.of("gp") if call != "login"]
    assert requests == ["create_sales_order", "sales_order", "update_sales_order"]


def test_an_order_first_seen_after_it_shipped_is_written_as_a_draft_and_made_ready_at_once() -> None:
    world = a_world()
    world.shipbob.put(shipped())

    assert isinstance(world.attempt(ORDER), Done)

    ready = world.gp.orders[NUMBER]
    assert (ready.batch, ready.holds, ready.tracking) == ("SBR261117-01", frozenset(), ("1Z999",))
    assert world.gp.created[NUMBER] == 1


def test_the_draft_of_an_order_first_seen_after_it_shipped_says_nothing_of_the_shipment() -> None:
    world = a_world()
    world.shipbob.put(shipped())

    world.attempt(ORDER)

    everything = SalesUpdate(
        batch="SBR261117-01",
        shipped_on=dt.date(2026, 11, 18),
        added_tracking=("1Z999",),
        fulfilled=((16384, Decimal(2)), (32768, Decimal(1))),
        lifted_holds=frozenset({HOLD}),
    )
    assert world.gp.updates == [everything]


def test_a_partial_shipment_is_written_but_the_order_stays_a_held_draft() -> None:
    world = a_world()
    world.shipbob.put(an_order(parcel(301, ("WIDGET-RED", 2)), parcel(302, ("WIDGET-BLUE", 1))))
    world.attempt(ORDER)
    world.shipbob.put(
        an_order(
            shipped_parcel(301, ("WIDGET-RED", 2)),
            parcel(302, ("WIDGET-BLUE", 1)),
            status=OrderStatus.PARTIALLY_FULFILLED,
        )
    )

    world.attempt(ORDER)

    held = world.gp.orders[NUMBER]
    assert (held.holds, held.batch, held.tracking) == (frozenset({HOLD}), "SBD261117-01", ("1Z999",))
    assert [x.fulfilled for x in held.lines] == [Decimal(2), Decimal(0)]


def test_two_packages_bring_both_tracking_numbers_and_the_day_the_last_one_left() -> None:
    world = a_world()
    world.shipbob.put(
        an_order(
            shipped_parcel(302, ("WIDGET-BLUE", 1), tracking="1Z-B", shipped_at=SHIPPED_AT + dt.timedelta(days=1)),
            shipped_parcel(301, ("WIDGET-RED", 2), tracking="1Z-A"),
        )
    )

    world.attempt(ORDER)

    ready = world.gp.orders[NUMBER]
    assert (ready.tracking, ready.shipped_on) == (("1Z-A", "1Z-B"), dt.date(2026, 11, 19))


def test_two_packages_under_one_tracking_number_bring_it_once() -> None:
    world = a_world()
    world.shipbob.put(
        an_order(
            shipped_parcel(301, ("WIDGET-RED", 2), tracking="1Z-A"),
            shipped_parcel(302, ("WIDGET-BLUE", 1), tracking="1Z-A"),
        )
    )

    world.attempt(ORDER)

    assert world.gp.orders[NUMBER].tracking == ("1Z-A",)


def test_tracking_that_comes_after_the_goods_left_is_added() -> None:
    world = a_world()
    world.shipbob.put(an_order(shipped_parcel(301, *PLAIN_ITEMS, tracking="")))
    world.attempt(ORDER)
    world.shipbob.put(shipped())

    world.attempt(ORDER)

    assert world.gp.orders[NUMBER].tracking == ("1Z999",)


def test_a_cancelled_parcel_replaced_by_another_is_not_counted() -> None:
    world = a_world()
    world.shipbob.put(
        an_order(
            parcel(301, *PLAIN_ITEMS, status=ShipmentStatus.CANCELLED),
            shipped_parcel(302, *PLAIN_ITEMS, tracking="1Z-2"),
        )
    )

    world.attempt(ORDER)

    ready = world.gp.orders[NUMBER]
    assert ([x.quantity for x in ready.lines], ready.tracking) == ([Decimal(2), Decimal(1)], ("1Z-2",))


# ---- Lines


def test_the_same_sku_on_two_lines_stays_two_lines_at_their_own_prices() -> None:
    world = a_world()
    lines = (line("WIDGET-RED", 2, "10.00"), line("WIDGET-RED", 1, "8.00"))
    world.shipbob.put(an_order(parcel(301, ("WIDGET-RED", 3)), lines=lines))

    world.attempt(ORDER)

    written = [(x.item, x.quantity, x.unit_price) for x in world.gp.orders[NUMBER].lines]
    assert written == [("RED-100", Decimal(2), Decimal("10.00")), ("RED-100", Decimal(1), Decimal("8.00"))]


def test_an_order_split_over_two_centres_has_a_line_for_each_site() -> None:
    world = a_world()
    world.shipbob.put(
        an_order(
            parcel(301, ("WIDGET-RED", 1), ("WIDGET-BLUE", 1), at=CHICAGO),
            parcel(302, ("WIDGET-RED", 1), at=RENO),
        )
    )

    world.attempt(ORDER)

    assert lines_of(world.gp.orders[NUMBER]) == [
        ("RED-100", "CHICAGO", Decimal(1), Decimal(0)),
        ("RED-100", "RENO", Decimal(1), Decimal(0)),
        ("BLUE-100", "CHICAGO", Decimal(1), Decimal(0)),
    ]


def test_when_one_centre_of_two_has_shipped_its_lines_alone_are_fulfilled() -> None:
    world = a_world()
    world.shipbob.put(
        an_order(
            shipped_parcel(301, ("WIDGET-RED", 1), ("WIDGET-BLUE", 1), at=CHICAGO),
            parcel(302, ("WIDGET-RED", 1), at=RENO),
        )
    )

    world.attempt(ORDER)

    assert lines_of(world.gp.orders[NUMBER]) == [
        ("RED-100", "CHICAGO", Decimal(1), Decimal(1)),
        ("RED-100", "RENO", Decimal(1), Decimal(0)),
        ("BLUE-100", "CHICAGO", Decimal(1), Decimal(1)),
    ]


def test_text_too_long_for_gps_column_is_kept_in_full_in_the_comment() -> None:
    world = a_world()
    world.shipbob.put(an_order(parcel(301, *PLAIN_ITEMS), order_number="AMAZON-113-4567890-1234567"))

    world.attempt(ORDER)

    draft = world.gp.orders[NUMBER]
    assert draft.customer_po == "AMAZON-113-4567890-1"
    assert "AMAZON-113-4567890-1234567" in draft.comment


# ---- Repeats


def test_a_second_webhook_for_a_recorded_order_changes_nothing() -> None:
    world = a_world()
    world.shipbob.put(unshipped())
    world.attempt(ORDER)
    before = world.gp.orders[NUMBER]
    world.clock.advance(dt.timedelta(minutes=1))

    assert isinstance(world.attempt(ORDER), Unchanged)

    assert (world.gp.orders[NUMBER], world.gp.created[NUMBER], world.gp.updates) == (before, 1, [])


def test_the_poll_and_the_webhook_for_one_order_make_one_document() -> None:
    world = a_world()
    world.shipbob.put(unshipped())
    world.hint(ORDER, "webhook order.shipped")
    world.hint(ORDER, "poll inserted")

    world.deliver()

    assert world.gp.created == {NUMBER: 1}


def test_a_hint_from_before_the_last_read_costs_no_call_of_a_neighbour() -> None:
    world = a_world()
    world.shipbob.put(unshipped())
    world.hint(ORDER)
    world.hint(ORDER)
    world.clock.advance(dt.timedelta(seconds=5))

    world.deliver()

    assert isinstance(world.outcomes[-1], Unchanged)
    assert (world.calls.count("shipbob.order"), world.gp.created[NUMBER]) == (1, 1)


def test_a_recorded_order_can_be_found_by_any_of_its_numbers() -> None:
    world = a_world()
    world.shipbob.put(shipped())
    world.attempt(ORDER)

    for typed in ("1042", "#1042", "SHOP-77", NUMBER, "1z999"):
        assert world.state.find(typed) == [ORDER], typed
