"""With sales returns a counted return also credits the customer, at the price of the sale it belongs to, once."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from bridge.domain.document import DocumentId, DocumentKind
from bridge.domain.inventory import Item, ItemType, QuantityType
from bridge.domain.outcome import Done, NeedsReview, Waiting
from bridge.domain.returns import ReturnType
from bridge.domain.sales_document import SalesInvoice, SalesLine
from bridge.protocols.ledger import Part, Status

from local.memory.world import TERMS, World
from tests.orders import CUSTOMER, DAY, HOUR, MINUTE, ORDER, shipped, texts
from tests.orders import NUMBER as ORDER_NUMBER
from tests.returns import (
    COUNTED_ON,
    CREDITING,
    DISPOSE,
    NUMBER,
    PLAIN_CREDIT,
    QUARANTINE,
    RESTOCK,
    RETURN,
    RETURN_ID,
    a_return,
    a_sold_world,
    came,
    credit,
    mapped,
    taken,
)

OTHER = DocumentId(DocumentKind.RETURN, RETURN_ID + 1)


def test_a_counted_return_is_a_sales_return_at_the_orders_price() -> None:
    world = a_sold_world()
    world.shipbob.put_return(a_return())

    outcome = world.attempt(RETURN, "webhook return.completed")

    assert outcome == Done(f"{NUMBER} in batch SBT261117-01: 2 × RED-100 at CHICAGO for 10.00 as On Hand")
    assert world.calls.of("gp") == ["sales_order", "login", "create_sales_return"]
    assert world.calls.of("shipbob") == ["customer_return"], "the order was read with its shipment once"
    assert credit(world) == PLAIN_CREDIT
    assert world.gp.inventory == {}


def test_what_cannot_be_sold_again_is_credited_and_kept_apart_from_what_is_on_hand() -> None:
    world = a_sold_world()
    world.shipbob.put_return(a_return(came("WIDGET-RED", taken(RESTOCK, 1), taken(QUARANTINE, 1))))

    world.attempt(RETURN)

    found = credit(world)
    assert found is not None
    assert [(line.site, line.quantity_type) for line in found.lines] == [
        ("CHICAGO", QuantityType.ON_HAND),
        ("HOLD", QuantityType.RETURNED),
    ]


def in_unit(world: World, unit: str, own: str) -> None:
    """GP says that the order sold RED-100 in `unit`; on its card stands `own`."""
    order = world.gp.orders[ORDER_NUMBER]
    world.gp.put(replace(order, lines=tuple(replace(each, unit_of_measure=unit) for each in order.lines)))
    world.gp.items["RED-100"] = Item("RED-100", "Widget, red", ItemType.SALES, own)


def test_an_item_mapped_without_a_unit_is_credited_where_it_was_sold_in_its_own() -> None:
    world = a_sold_world()
    in_unit(world, "EACH", "EACH")
    world.shipbob.put_return(a_return())

    assert isinstance(world.attempt(RETURN), Done)

    found = credit(world)
    assert found is not None
    assert [(line.quantity, line.unit_of_measure, line.unit_price) for line in found.lines] == [
        (Decimal(2), "EACH", Decimal("10.00"))
    ]


def test_two_pieces_are_not_credited_at_the_price_of_two_cases() -> None:
    world = a_sold_world()
    in_unit(world, "CASE", "EACH")
    world.shipbob.put_return(a_return())

    outcome = world.attempt(RETURN)

    assert texts(outcome) == [f"2 of RED-100 came back in EACH, and {ORDER_NUMBER} sells it in CASE"]
    assert credit(world) is None


def test_what_is_mapped_to_none_is_neither_booked_nor_credited_and_the_outcome_says_so() -> None:
    world = a_sold_world()
    world.shipbob.put_return(a_return(came("WIDGET-RED", taken(DISPOSE, 2))))

    assert world.attempt(RETURN) == Done("not booked, as mapped: 2 of 'WIDGET-RED' Dispose")
    assert credit(world) is None


def test_an_order_that_people_transferred_still_tells_the_price() -> None:
    world = a_sold_world()
    world.gp.move_to_history(ORDER_NUMBER)
    world.shipbob.put_return(a_return())

    assert isinstance(world.attempt(RETURN), Done)
    assert credit(world) == PLAIN_CREDIT


def test_where_a_shipment_has_an_invoice_that_tells_the_price() -> None:
    world = a_sold_world()
    lines = (SalesLine(16384, "RED-100", "CHICAGO", Decimal(2), Decimal("9.00")),)
    invoice = SalesInvoice("SBI301", CUSTOMER, "#1042", COUNTED_ON, "STDINV", "SBR", lines, "USD")
    world.gp.create_sales_invoice(invoice)
    world.state.save(replace(world.row(ORDER), parts=(Part("300", "SBI300"), Part("301", "SBI301"))))
    world.shipbob.put_return(a_return())

    world.attempt(RETURN)

    found = credit(world)
    assert found is not None
    assert (found.total, found.comment) == (Decimal("18.00"), "ShipBob return 700001, RMA RMA-77, of SBI301")


def test_an_invoice_that_gp_has_no_more_leaves_the_price_to_the_order() -> None:
    world = a_sold_world()
    world.state.save(replace(world.row(ORDER), parts=(Part("301", "SBI301"),)))
    world.shipbob.put_return(a_return())

    world.attempt(RETURN)

    assert credit(world) == PLAIN_CREDIT


def test_a_parcel_returned_to_its_sender_is_credited_by_its_shipment_though_it_has_no_reference() -> None:
    world = a_sold_world()
    world.shipbob.put_return(a_return(reference="", kind=ReturnType.RETURN_TO_SENDER))

    assert isinstance(world.attempt(RETURN), Done)
    assert credit(world) == replace(PLAIN_CREDIT, comment=f"ShipBob return {RETURN_ID}, of {ORDER_NUMBER}")


def test_two_returns_of_an_order_never_credit_more_than_it_sold() -> None:
    world = a_sold_world()
    world.shipbob.put_return(a_return(came("WIDGET-RED", taken(RESTOCK, 1))))
    world.shipbob.put_return(replace(a_return(), id=OTHER.number))
    assert isinstance(world.attempt(RETURN), Done)
    world.clock.advance(MINUTE)

    outcome = world.attempt(OTHER)

    assert texts(outcome) == [
        f"1 of RED-100 came back that {ORDER_NUMBER} does not have, or that other returns credit already"
    ]
    world.shipbob.put_return(replace(a_return(came("WIDGET-RED", taken(RESTOCK, 1))), id=OTHER.number))
    world.clock.advance(MINUTE)
    assert isinstance(world.attempt(OTHER), Done)


def test_a_return_waits_while_another_of_the_same_order_is_in_the_air() -> None:
    world = a_sold_world()
    half = a_return(came("WIDGET-RED", taken(RESTOCK, 1)))
    world.shipbob.put_return(half)
    world.shipbob.put_return(replace(half, id=OTHER.number))
    world.gp.fail_next("create_sales_return", "lost reply")
    assert isinstance(world.attempt(RETURN), Waiting)

    outcome = world.attempt(OTHER)

    assert outcome == Waiting(f"{RETURN} of the same order is being written")
    world.pass_time(HOUR)
    assert {credit(world, each) is None for each in (RETURN, OTHER)} == {False}
    assert world.gp.created[NUMBER] == 1


# ---- No sale to credit


def test_an_order_from_before_the_cut_over_has_no_document_to_credit() -> None:
    world = World(terms=CREDITING)
    world.state.mapped = mapped()
    before = TERMS.cut_over - DAY
    order = shipped()
    world.shipbob.put(
        replace(
            order, purchased_at=before, shipments=tuple(replace(each, shipped_at=before) for each in order.shipments)
        )
    )
    world.attempt(ORDER)
    world.shipbob.put_return(a_return())

    outcome = world.attempt(RETURN)

    assert texts(outcome) == [
        f"ShipBob's {ORDER} is not in GP by the bridge, such as one from before the cut-over: no price to credit"
    ]
    assert isinstance(outcome, NeedsReview)
    assert outcome.reasons[0].fix.startswith(f"Enter {NUMBER} as a sales return in GP by hand")


def test_a_return_entered_by_hand_under_our_number_is_taken_for_it() -> None:
    world = a_sold_world()
    world.gp.put_return(replace(PLAIN_CREDIT, batch="CLERK"))
    world.shipbob.put_return(a_return())

    assert isinstance(world.attempt(RETURN), Done)
    assert credit(world) == replace(PLAIN_CREDIT, batch="CLERK")


def test_what_a_clerk_enters_under_our_number_ends_the_review_of_a_return_without_a_sale_if_the_goods_agree() -> None:
    world = a_sold_world()
    world.shipbob.put_return(a_return(shipment=None))
    world.attempt(RETURN)
    (line,) = PLAIN_CREDIT.lines
    entered = replace(PLAIN_CREDIT, customer="COUNTER", lines=(replace(line, unit_price=Decimal("7.77")),))
    world.gp.put_return(replace(entered, lines=(replace(entered.lines[0], quantity=Decimal(3)),)))
    world.clock.advance(MINUTE)
    assert isinstance(world.attempt(RETURN), NeedsReview)

    world.gp.put_return(entered)
    world.pass_time(2 * DAY)

    assert world.row(RETURN).status is Status.DONE
    assert world.gp.created[NUMBER] == 0


def test_what_a_clerk_voided_again_ends_nothing() -> None:
    world = a_sold_world()
    world.gp.put_return(replace(PLAIN_CREDIT, is_voided=True))
    world.shipbob.put_return(a_return(shipment=None))

    assert texts(world.attempt(RETURN)) == [
        "ShipBob does not say which shipment came back: there is no price to credit"
    ]


@pytest.mark.parametrize(
    ("shipment", "text"),
    [
        (None, "ShipBob does not say which shipment came back: there is no price to credit"),
        (999, "ShipBob shows no order with shipment 999: there is no price to credit"),
    ],
)
def test_a_shipment_that_nobody_knows_is_for_a_person(shipment: int | None, text: str) -> None:
    world = a_sold_world()
    world.shipbob.put_return(a_return(shipment=shipment))

    assert texts(world.attempt(RETURN)) == [text]
    assert credit(world) is None


def test_a_shipment_whose_order_the_bridge_has_not_read_is_asked_for() -> None:
    world = World(terms=CREDITING)
    world.state.mapped = mapped()
    world.shipbob.put(shipped())
    world.shipbob.put_return(a_return())

    assert isinstance(world.attempt(RETURN), NeedsReview)
    world.attempt(ORDER)
    world.pass_time(2 * DAY)

    assert world.row(RETURN).status is Status.DONE
    assert world.calls.count("shipbob.order_of_shipment") == 1


def test_a_return_waits_for_an_order_that_is_on_its_way_into_gp() -> None:
    world = World(terms=CREDITING)
    world.state.mapped = mapped("channel/101")
    world.shipbob.put(shipped())
    assert isinstance(world.attempt(ORDER), NeedsReview)
    world.shipbob.put_return(a_return())

    assert world.attempt(RETURN) == Waiting(f"{ORDER} is not in GP yet, and tells the price to credit")


def test_an_order_that_left_gp_without_a_trace_tells_no_price() -> None:
    world = a_sold_world()
    world.gp.remove(ORDER_NUMBER)
    world.shipbob.put_return(a_return())

    (text,) = texts(world.attempt(RETURN))

    assert text == f"{ORDER_NUMBER} is no longer among GP's sales documents: nothing tells the price to credit"
