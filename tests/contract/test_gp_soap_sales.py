"""Invoices, returns and every kind of update over SOAP: what is written is what GP holds."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from bridge.domain.inventory import Lot, QuantityType, TransactionState
from bridge.domain.outcome import Refused
from bridge.domain.sales_document import (
    SalesDocumentType,
    SalesInvoice,
    SalesLine,
    SalesOrder,
    SalesReturn,
    SalesUpdate,
    ShipTo,
)
from bridge.gp.soap import SoapGp

from local.gp import GpSimulator
from tests.contract.gp_port import NUMBER, an_order, as_written, port

ELSEWHERE = ShipTo(name="Kim Okafor", line1="9 Birch Road", city="Reno", state="NV", postal_code="89501", country="US")
SHARED: dict[str, Any] = {
    "customer": "SHIPBOB-DTC",
    "customer_po": "#1042",
    "date": dt.date(2026, 11, 18),
    "currency": "USD",
    "ship_to": an_order().ship_to,
    "shipping_method": "GROUND",
    "comment": "Two parcels",
    "freight": Decimal("5.00"),
    "miscellaneous": Decimal("1.00"),
    "tax": Decimal("2.38"),
    "trade_discount": Decimal("1.50"),
}


@pytest.fixture
def gp(folder: Path) -> Iterator[GpSimulator]:
    with GpSimulator(folder) as simulator:
        yield simulator


@pytest.fixture
def soap(gp: GpSimulator) -> Iterator[SoapGp]:
    with port(gp) as made:
        yield made


def an_invoice(**changes: Any) -> SalesInvoice:
    invoice = SalesInvoice(
        number="SBI1",
        document_type="STDINV",
        batch="SBD261118-01",
        lines=(
            SalesLine(16384, "SERUM-30", "SB-CICERO", Decimal(2), Decimal("34.00"), fulfilled=Decimal(2)),
            SalesLine(32768, "SOAP-BAR", "SB-MORENO", Decimal(10), Decimal("6.25"), fulfilled=Decimal(10)),
        ),
        tracking=("1Z1",),
        holds=frozenset({"SHIPBOB"}),
        shipped_on=dt.date(2026, 11, 18),
        order=NUMBER,
        **SHARED,
    )
    return replace(invoice, **changes)


def a_return(*lines: SalesLine) -> SalesReturn:
    return SalesReturn(
        number="SBR1",
        document_type="RTN",
        batch="SBR261118-01",
        lines=lines,
        **{**SHARED, "tax": Decimal(0)},
    )


def order_after(soap: SoapGp, update: SalesUpdate, **changes: Any) -> SalesOrder:
    """What GP holds of an order once the update was written onto it."""
    soap.create_sales_order(an_order(**changes))
    return updated(soap, update)


def updated(soap: SoapGp, update: SalesUpdate) -> SalesOrder:
    present = soap.sales_order(NUMBER)
    assert present is not None
    soap.update_sales_order(present, update)
    found = soap.sales_order(NUMBER)
    assert found is not None
    return found


# Documents


def test_a_created_invoice_is_read_as_it_was_written(soap: SoapGp) -> None:
    soap.create_sales_invoice(an_invoice())

    found = soap.sales_invoice("SBI1")
    assert found is not None
    assert as_written(found) == an_invoice()


def test_an_order_with_everything_in_it_is_read_as_it_was_written(soap: SoapGp) -> None:
    every = {name: SHARED[name] for name in ("shipping_method", "miscellaneous", "tax")}
    line = SalesLine(16384, "SERUM-30", "MAIN", Decimal(5), Decimal("34.00"), Decimal(3), canceled=Decimal(1))
    order = an_order(**every, lines=(line,), tracking=("1Z1", "1Z2"), shipped_on=dt.date(2026, 11, 18))

    soap.create_sales_order(order)

    found = soap.sales_order(NUMBER)
    assert found is not None
    assert as_written(found) == order


def test_a_unit_of_measure_is_written_and_read(gp: GpSimulator, soap: SoapGp) -> None:
    gp.books.add_item("TEA", price="40.00", units=("EACH", "CASE"), factors={"CASE": 12}, on_hand={"MAIN": 100})
    line = SalesLine(16384, "TEA", "MAIN", Decimal(2), Decimal("40.00"), unit_of_measure="CASE")

    soap.create_sales_order(an_order(lines=(line,)))

    found = soap.sales_order(NUMBER)
    assert found is not None
    assert found.lines == (line,)


@pytest.mark.parametrize("kind", QuantityType)
def test_returned_goods_come_back_as_what_they_are(soap: SoapGp, kind: QuantityType) -> None:
    back = a_return(SalesLine(16384, "SERUM-30", "MAIN", Decimal(2), Decimal("34.00"), quantity_type=kind))

    soap.create_sales_return(back)

    found = soap.sales_return("SBR1")
    assert found is not None
    assert as_written(found) == back


@pytest.mark.parametrize(
    ("tracking", "pieces"),
    [
        ("Lot Numbers", {"lots": (Lot("L-1", Decimal(1), dt.date(2027, 3, 31)), Lot("L-2", Decimal(1)))}),
        ("Serial Numbers", {"serials": ("S-1", "S-2")}),
    ],
)
def test_lots_and_serials_are_written_and_read(
    gp: GpSimulator, soap: SoapGp, tracking: str, pieces: dict[str, Any]
) -> None:
    gp.books.add_item("TRACKED", price="34.00", tracking=tracking, on_hand={"MAIN": 10})
    line = SalesLine(16384, "TRACKED", "MAIN", Decimal(2), Decimal("34.00"), **pieces)

    soap.create_sales_return(a_return(line))
    soap.create_sales_order(an_order(lines=(line,)))

    for found in (soap.sales_return("SBR1"), soap.sales_order(NUMBER)):
        assert found is not None
        assert as_written(found).lines == (line,)


def test_each_kind_of_document_has_its_own_numbers(soap: SoapGp) -> None:
    soap.create_sales_order(an_order("SB1"))

    assert soap.sales_invoice("SB1") is None
    assert soap.sales_return("SB1") is None


def test_an_order_and_the_invoice_it_became_share_a_master_number(gp: GpSimulator, soap: SoapGp) -> None:
    soap.create_sales_order(an_order(holds=frozenset()))
    number = gp.books.transfer(NUMBER)

    order, invoice = soap.sales_order(NUMBER), soap.sales_invoice(number)
    assert order is not None
    assert invoice is not None
    assert order.master_number == invoice.master_number != None  # noqa: E711 - a chain
    assert (order.state, invoice.state, invoice.order) == (TransactionState.HISTORY, TransactionState.WORK, NUMBER)


def test_a_voided_order_is_read_as_voided(soap: SoapGp) -> None:
    soap.create_sales_order(an_order())

    soap.void_sales_order(NUMBER)

    found = soap.sales_order(NUMBER)
    assert found is not None
    assert found.is_voided


def test_an_order_that_gp_does_not_have_cannot_be_voided(soap: SoapGp) -> None:
    with pytest.raises(Refused, match="void the sales order"):
        soap.void_sales_order(NUMBER)


# Looking by the customer's number


def test_every_document_with_a_po_is_found_in_one_call(gp: GpSimulator, soap: SoapGp) -> None:
    soap.create_sales_order(an_order(holds=frozenset()))
    soap.create_sales_order(an_order("SBO2", customer_po="#1043"))
    soap.create_sales_order(an_order("SBO3", customer="SHIPBOB-B2B"))
    invoice = gp.books.transfer(NUMBER)
    soap.create_sales_return(a_return(SalesLine(16384, "SERUM-30", "MAIN", Decimal(1), Decimal("34.00"))))
    calls = len(gp.exchanges)

    found = soap.sales_documents("SHIPBOB-DTC", "#1042")

    assert len(gp.exchanges) == calls + 1
    assert {(each.type, each.number, each.state) for each in found} == {
        (SalesDocumentType.ORDER, NUMBER, TransactionState.HISTORY),
        (SalesDocumentType.INVOICE, invoice, TransactionState.WORK),
        (SalesDocumentType.RETURN, "SBR1", TransactionState.WORK),
    }


def test_a_row_of_the_list_says_what_the_document_says(soap: SoapGp) -> None:
    soap.create_sales_order(an_order())
    order = soap.sales_order(NUMBER)
    assert order is not None

    [row] = soap.sales_documents("SHIPBOB-DTC", "#1042")

    assert (row.customer, row.customer_po, row.batch) == (order.customer, order.customer_po, order.batch)
    assert (row.date, row.total, row.master_number) == (order.date, order.total, order.master_number)
    assert row.modified_at is not None
    assert row.modified_at.tzinfo is dt.UTC


def test_nothing_is_looked_for_without_a_po(gp: GpSimulator, soap: SoapGp) -> None:
    soap.create_sales_order(an_order(customer_po=""))
    calls = len(gp.exchanges)

    assert soap.sales_documents("SHIPBOB-DTC", "") == ()
    assert len(gp.exchanges) == calls


# Updates


def test_an_invoice_is_updated_as_an_order_is(soap: SoapGp) -> None:
    soap.create_sales_invoice(an_invoice(tracking=(), shipped_on=None))
    present = soap.sales_invoice("SBI1")
    assert present is not None

    soap.update_sales_invoice(
        present,
        SalesUpdate(
            batch="SBR261119-01",
            shipped_on=dt.date(2026, 11, 19),
            added_tracking=("1Z9",),
            quantities=((16384, Decimal(1)),),
            fulfilled=((16384, Decimal(1)),),
            lifted_holds=frozenset({"SHIPBOB"}),
        ),
    )

    found = soap.sales_invoice("SBI1")
    assert found is not None
    assert (found.batch, found.shipped_on, found.tracking) == ("SBR261119-01", dt.date(2026, 11, 19), ("1Z9",))
    assert (found.holds, found.lines[0].quantity, found.lines[0].fulfilled) == (frozenset(), Decimal(1), Decimal(1))
    assert found.lines[1] == present.lines[1]


def test_another_address_and_method_are_written_whole(gp: GpSimulator, soap: SoapGp) -> None:
    found = order_after(soap, SalesUpdate(ship_to=ELSEWHERE, shipping_method="2DAY"), shipping_method="GROUND")

    assert (found.ship_to, found.shipping_method) == (ELSEWHERE, "2DAY")
    assert "Line2" not in gp.books.document(NUMBER).fields["ShipToAddress"], "nothing of the old address is left"


def test_lines_that_went_where_the_order_went_follow_it(gp: GpSimulator, soap: SoapGp) -> None:
    soap.create_sales_order(an_order(shipping_method="GROUND"))
    kept = gp.books.document(NUMBER)
    kept.lines[16384] |= {"ShipToAddress": dict(kept.fields["ShipToAddress"]), "ShippingMethodKey": {"Id": "GROUND"}}
    kept.lines[32768] |= {"ShipToAddress": {"Name": "Gift for Lee"}, "ShippingMethodKey": {"Id": "OVERNIGHT"}}

    updated(soap, SalesUpdate(ship_to=ELSEWHERE, shipping_method="2DAY"))

    first, second = gp.books.document(NUMBER).lines.values()
    assert (first["ShipToAddress"]["Name"], first["ShippingMethodKey"]["Id"]) == ("Kim Okafor", "2DAY")
    assert (second["ShipToAddress"]["Name"], second["ShippingMethodKey"]["Id"]) == ("Gift for Lee", "OVERNIGHT")


def test_a_changed_quantity_is_to_be_invoiced_and_priced_anew(gp: GpSimulator, soap: SoapGp) -> None:
    found = order_after(soap, SalesUpdate(quantities=((16384, Decimal(5)), (32768, Decimal(4)))))

    assert [line.quantity for line in found.lines] == [Decimal(5), Decimal(4)]
    assert found.total == Decimal("198.50")  # 5 x 34.00 + 4 x 6.25 + 5.00 - 1.50
    assert [row.total for row in soap.sales_documents("SHIPBOB-DTC", "#1042")] == [found.total]
    to_invoice = [line["QuantityToInvoice"]["Value"] for line in gp.books.document(NUMBER).lines.values()]
    assert to_invoice == [5, 4]


def test_what_is_cancelled_is_not_to_be_invoiced(gp: GpSimulator, soap: SoapGp) -> None:
    found = order_after(soap, SalesUpdate(canceled=((32768, Decimal(4)),)))

    assert [line.quantity for line in found.lines] == [Decimal(2), Decimal(10)]
    assert [line.canceled for line in found.lines] == [Decimal(0), Decimal(4)]
    assert gp.books.document(NUMBER).lines[32768]["QuantityToInvoice"]["Value"] == 6


def test_what_was_invoiced_before_is_not_invoiced_again(gp: GpSimulator, soap: SoapGp) -> None:
    soap.create_sales_order(an_order(holds=frozenset()))
    gp.books.transfer(NUMBER, {"32768": 6})

    updated(soap, SalesUpdate(quantities=((32768, Decimal(8)),)))

    assert gp.books.document(NUMBER).lines[32768]["QuantityToInvoice"]["Value"] == 2


def test_a_hold_can_be_added_and_lifted_in_one_update(gp: GpSimulator, soap: SoapGp) -> None:
    gp.books.add_hold("EXCEPTION")

    found = order_after(
        soap, SalesUpdate(added_holds=frozenset({"EXCEPTION"}), lifted_holds=frozenset({"SHIPBOB", "NOT-THERE"}))
    )

    assert found.holds == {"EXCEPTION"}
