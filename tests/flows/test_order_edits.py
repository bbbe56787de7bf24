"""What changes of an order at ShipBob after it was written reaches GP, and nothing that a person did is overwritten.

The rules, with the names of these tests, are in docs/order-changes.md.
"""

from __future__ import annotations

import dataclasses
from decimal import Decimal

import pytest
from bridge.domain.order import Order, OrderStatus, ShipmentStatus
from bridge.domain.outcome import Done, Unchanged, Waiting
from bridge.domain.sales_document import SalesLine, SalesUpdate

from local.memory.world import HOLD
from tests.drafts import BLUE, RED, drafted, goods, then
from tests.orders import (
    NUMBER,
    ORDER,
    PLAIN_ITEMS,
    PLAIN_LINES,
    RENO,
    an_order,
    line,
    parcel,
    shipped,
    shipped_parcel,
    texts,
    unshipped,
)

# ---- Edited at ShipBob before anything shipped


def test_a_line_added_at_shipbob_is_added_to_the_draft() -> None:
    world = drafted()
    items = (*PLAIN_ITEMS, ("WIDGET-RED", 5))

    after = then(world, an_order(parcel(301, *items), lines=(*PLAIN_LINES, line("WIDGET-RED", 5, "9.00")), total="75"))

    assert goods(after) == [
        "16384 RED-100 CHICAGO 2-0 (0)",
        "32768 BLUE-100 CHICAGO 1-0 (0)",
        "49152 RED-100 CHICAGO 5-0 (0)",
    ]
    assert (after.freight, after.total) == (Decimal("4.50"), Decimal(75))


def test_a_line_removed_at_shipbob_is_removed_from_the_draft_and_the_others_keep_their_numbers() -> None:
    world = drafted()

    after = then(world, an_order(parcel(301, BLUE), lines=PLAIN_LINES[1:], total="10.00"))

    assert goods(after) == ["32768 BLUE-100 CHICAGO 1-0 (0)"]
    assert (after.freight, after.total) == (Decimal("4.50"), Decimal(10))


def test_a_line_number_that_was_removed_is_not_given_to_another_line() -> None:
    world = drafted()
    then(world, an_order(parcel(301, RED), lines=PLAIN_LINES[:1], total="24.50"))

    after = then(world, unshipped())

    assert goods(after) == ["16384 RED-100 CHICAGO 2-0 (0)", "32768 BLUE-100 CHICAGO 1-0 (0)"]
    assert after.total == Decimal(30)


def test_a_quantity_changed_at_shipbob_is_changed_in_the_draft() -> None:
    world = drafted()

    after = then(
        world, an_order(parcel(301, ("WIDGET-RED", 3), BLUE), lines=(line("WIDGET-RED", 3, "10"), PLAIN_LINES[1]))
    )

    assert goods(after) == ["16384 RED-100 CHICAGO 3-0 (0)", "32768 BLUE-100 CHICAGO 1-0 (0)"]
    assert (after.freight, after.trade_discount, after.total) == (Decimal(0), Decimal("5.50"), Decimal(30))


def test_a_price_and_a_total_changed_at_shipbob_are_changed_in_the_draft() -> None:
    world = drafted()

    after = then(world, an_order(parcel(301, *PLAIN_ITEMS), lines=(line("WIDGET-RED", 2, "8"), PLAIN_LINES[1])))

    assert ([x.unit_price for x in after.lines], after.freight) == ([Decimal(8), Decimal("5.50")], Decimal("8.50"))
    assert world.gp.updates == [SalesUpdate(freight=Decimal("8.50"), prices=((16384, Decimal(8)),))]


def test_a_shipment_moved_to_another_centre_takes_its_lines_to_the_other_site() -> None:
    world = drafted()

    after = then(world, an_order(parcel(301, *PLAIN_ITEMS, at=RENO)))

    assert goods(after) == ["49152 RED-100 RENO 2-0 (0)", "65536 BLUE-100 RENO 1-0 (0)"]
    assert after.total == Decimal(30)


def test_an_order_split_between_two_centres_after_it_was_written_has_a_line_for_each_site() -> None:
    world = drafted()

    after = then(world, an_order(parcel(301, ("WIDGET-RED", 1), BLUE), parcel(302, ("WIDGET-RED", 1), at=RENO)))

    assert goods(after) == [
        "16384 RED-100 CHICAGO 1-0 (0)",
        "32768 BLUE-100 CHICAGO 1-0 (0)",
        "49152 RED-100 RENO 1-0 (0)",
    ]


def test_an_order_split_in_one_centre_changes_nothing_in_gp() -> None:
    world = drafted()

    then(world, an_order(parcel(301, RED), parcel(302, BLUE)))

    assert world.gp.updates == []


def test_after_a_part_has_shipped_only_what_is_still_here_changes() -> None:
    world = drafted(an_order(parcel(301, RED), parcel(302, BLUE)))
    then(world, an_order(shipped_parcel(301, RED), parcel(302, BLUE)))

    lines = (PLAIN_LINES[0], line("WIDGET-BLUE", 4, "5.50"))
    after = then(world, an_order(shipped_parcel(301, RED), parcel(302, ("WIDGET-BLUE", 4)), lines=lines, total="46.50"))

    assert goods(after) == ["16384 RED-100 CHICAGO 2-0 (2)", "32768 BLUE-100 CHICAGO 4-0 (0)"]
    assert world.gp.updates[-1] == SalesUpdate(quantities=((32768, Decimal(4)),))


def test_goods_that_have_shipped_cannot_be_edited_away_without_a_person() -> None:
    world = drafted(an_order(parcel(301, RED), parcel(302, BLUE)))
    then(world, an_order(shipped_parcel(301, RED), parcel(302, BLUE)))
    world.shipbob.put(an_order(parcel(302, BLUE), lines=PLAIN_LINES[1:]))

    assert texts(world.attempt(ORDER)) == [f"{NUMBER} has 2 of RED-100 as shipped, and ShipBob now says 0"]


def test_goods_that_have_shipped_are_not_made_up_for_by_others_that_ship_as_they_are_undone() -> None:
    """The blue ones count as many as the red ones did: one sum over all would see nothing."""
    blue = ("WIDGET-BLUE", 2)
    lines = (PLAIN_LINES[0], line("WIDGET-BLUE", 2, "5.00"))
    world = drafted(an_order(parcel(301, RED), parcel(302, blue), lines=lines))
    then(world, an_order(shipped_parcel(301, RED), parcel(302, blue), lines=lines))
    world.shipbob.put(an_order(parcel(301, RED), shipped_parcel(302, blue), lines=lines))

    assert texts(world.attempt(ORDER)) == [f"{NUMBER} has 2 of RED-100 as shipped, and ShipBob now says 0"]


# ---- Address


def moved(order: Order, **changes: str) -> Order:
    return dataclasses.replace(order, recipient=dataclasses.replace(order.recipient, **changes))


def test_an_address_that_a_person_changed_stays_and_the_shipment_is_written_all_the_same() -> None:
    world = drafted()
    by_hand = dataclasses.replace(world.gp.orders[NUMBER].ship_to, line1="7 By Hand Lane")
    world.gp.put(dataclasses.replace(world.gp.orders[NUMBER], ship_to=by_hand))

    after = then(world, shipped())

    assert (after.ship_to, after.tracking, after.holds) == (by_hand, ("1Z999",), frozenset())


def test_an_address_that_both_have_changed_is_a_review_that_tells_neither() -> None:
    world = drafted()
    draft = world.gp.orders[NUMBER]
    world.gp.put(dataclasses.replace(draft, ship_to=dataclasses.replace(draft.ship_to, line1="7 By Hand Lane")))
    world.shipbob.put(moved(unshipped(), address1="9 Other Road"))

    assert texts(world.attempt(ORDER)) == [f"The ship-to address of {NUMBER} was changed in GP and in ShipBob"]
    assert world.gp.updates == []


def test_what_gp_fills_in_of_an_address_by_itself_is_no_persons_change() -> None:
    world = drafted()
    draft = world.gp.orders[NUMBER]
    world.gp.put(dataclasses.replace(draft, ship_to=dataclasses.replace(draft.ship_to, phone="555-0100")))

    after = then(world, moved(unshipped(), address1="9 Other Road"))

    assert after.ship_to.line1 == "9 Other Road"


def test_a_part_of_an_address_that_shipbob_empties_is_emptied_in_gp() -> None:
    world = drafted(moved(unshipped(), address2="Unit 6"))

    after = then(world, unshipped())

    assert after.ship_to.line2 == ""


def test_no_name_and_no_address_lies_in_the_ledger() -> None:
    world = drafted()

    row = world.row(ORDER)

    assert "RED-100" in row.written
    assert [text for text in ("Sample", "Example", "Columbus") if text in row.written + row.planned] == []


# ---- What a person changed


@pytest.mark.parametrize(
    "edit",
    [
        {"freight": Decimal("9.00")},
        {"tax": Decimal("1.00")},
        {"comment": "Call first"},
        {"shipping_method": "AIR"},
        {"customer_po": "PO-7"},
    ],
    ids=lambda edit: next(iter(edit)),
)
def test_what_a_person_changed_and_shipbob_did_not_stays_as_the_shipment_is_written(edit: dict[str, object]) -> None:
    world = drafted()
    world.gp.put(dataclasses.replace(world.gp.orders[NUMBER], **edit))  # type: ignore[arg-type]

    after = then(world, shipped())

    assert {name: getattr(after, name) for name in edit} == edit
    assert after.tracking == ("1Z999",)


def test_a_price_that_a_person_changed_stays() -> None:
    world = drafted()
    draft = world.gp.orders[NUMBER]
    red, blue = draft.lines
    world.gp.put(dataclasses.replace(draft, lines=(dataclasses.replace(red, unit_price=Decimal("9.50")), blue)))

    after = then(world, shipped())

    assert [(x.unit_price, x.fulfilled) for x in after.lines] == [
        (Decimal("9.50"), Decimal(2)),
        (Decimal("5.50"), Decimal(1)),
    ]


@pytest.mark.parametrize(
    ("edit", "told"),
    [
        ({"freight": Decimal("9.00")}, "The freight in GP: 9.00; from ShipBob: 6.50"),
        (
            {"lines": (SalesLine(16384, "RED-100", "CHICAGO", Decimal(2), Decimal("9.5")),)},
            "The lines in GP: 2 × RED-100 at CHICAGO for 9.50;"
            " from ShipBob: 2 × RED-100 at CHICAGO for 9.00; 1 × BLUE-100 at CHICAGO for 5.50",
        ),
    ],
)
def test_what_both_have_changed_is_a_review_that_names_both_values(edit: dict[str, object], told: str) -> None:
    world = drafted()
    world.gp.put(dataclasses.replace(world.gp.orders[NUMBER], **edit))  # type: ignore[arg-type]
    world.shipbob.put(an_order(parcel(301, *PLAIN_ITEMS), lines=(line("WIDGET-RED", 2, "9"), PLAIN_LINES[1])))

    assert told in texts(world.attempt(ORDER))
    assert world.gp.updates == []


def test_a_price_that_both_have_changed_is_a_review() -> None:
    world = drafted()
    draft = world.gp.orders[NUMBER]
    red, blue = draft.lines
    world.gp.put(dataclasses.replace(draft, lines=(dataclasses.replace(red, unit_price=Decimal("9.50")), blue)))
    lines = (line("WIDGET-RED", 2, "8"), PLAIN_LINES[1])
    world.shipbob.put(an_order(parcel(301, *PLAIN_ITEMS), lines=lines, total="26.00"))

    assert texts(world.attempt(ORDER)) == ["The price of RED-100 in GP: 9.5; from ShipBob: 8"]


def test_the_image_before_each_update_is_in_the_trail() -> None:
    world = drafted()
    then(world, shipped())

    [before] = [entry for entry in world.audit.entries(ORDER) if entry.what == "read from GP"]
    assert world.audit.payloads[before.payload_digest] == b"as GP sent it"


# ---- Tracking


def test_a_tracking_number_that_shipbob_replaces_is_replaced_and_one_that_a_person_added_stays() -> None:
    world = drafted()
    after = then(world, shipped())
    world.gp.put(dataclasses.replace(after, tracking=("1Z999", "BY-HAND")))

    after = then(world, an_order(shipped_parcel(301, *PLAIN_ITEMS, tracking="1Z-NEW"), status=OrderStatus.FULFILLED))

    assert after.tracking == ("BY-HAND", "1Z-NEW")


def test_tracking_that_a_person_took_away_is_not_written_again() -> None:
    world = drafted()
    after = then(world, shipped())
    world.gp.put(dataclasses.replace(after, tracking=()))
    later = moved(shipped(), address1="9 Other Road")

    after = then(world, later)

    assert (after.tracking, after.ship_to.line1) == ((), "9 Other Road")


# ---- Hold, release, re-ship


@pytest.mark.parametrize(
    ("order", "shipment"),
    [
        (OrderStatus.PROCESSING, ShipmentStatus.ON_HOLD),
        (OrderStatus.EXCEPTION, ShipmentStatus.EXCEPTION),
        (OrderStatus.IMPORT_REVIEW, ShipmentStatus.IMPORT_REVIEW),
    ],
)
def test_an_order_that_shipbob_holds_back_stays_a_draft_and_costs_gp_no_call(
    order: OrderStatus, shipment: ShipmentStatus
) -> None:
    world = drafted()
    before = len(world.calls.of("gp"))

    world.shipbob.put(an_order(parcel(301, *PLAIN_ITEMS, status=shipment), status=order))
    assert isinstance(world.attempt(ORDER), Done | Unchanged | Waiting)
    after = then(world, unshipped())

    assert (after.holds, len(world.calls.of("gp"))) == (frozenset({HOLD}), before)


def test_goods_that_are_shipped_once_more_are_a_persons_to_decide() -> None:
    world = drafted()
    then(world, shipped())
    again = parcel(302, ("WIDGET-RED", 2))
    world.shipbob.put(an_order(shipped_parcel(301, *PLAIN_ITEMS), again))

    assert texts(world.attempt(ORDER)) == ["The order has 2 of WIDGET-RED, its shipments have 4"]
    assert [x.quantity for x in world.gp.orders[NUMBER].lines] == [2, 1]
