"""GP's port over SBA, with a real login over TLS: what is written is what GP holds, by whichever service does it."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from bridge.domain.company import Customer, Site
from bridge.domain.inventory import (
    InventoryDocument,
    InventoryDocumentType,
    InventoryLine,
    ItemType,
    Lot,
    QuantityType,
    TrackingOption,
    TransactionState,
    Window,
    WindowOf,
)
from bridge.domain.outcome import Refused
from bridge.domain.sales_document import SalesDocumentType, SalesInvoice, SalesLine, SalesReturn, SalesUpdate
from bridge.gp.sba import SbaGp

from local.gp import GpSimulator
from tests.contract.gp_port import NUMBER, an_order
from tests.contract.sba_port import SERVICE, sba_port

ADJUSTMENT = InventoryDocumentType.ADJUSTMENT
WORK, HISTORY = TransactionState.WORK, TransactionState.HISTORY
SHIPPED = SalesUpdate(
    batch="SBR261118-15",
    shipped_on=dt.date(2026, 11, 18),
    added_tracking=("1Z999",),
    fulfilled=((16384, Decimal(2)), (32768, Decimal(10))),
    lifted_holds=frozenset({"SHIPBOB"}),
)
ALWAYS = Window(WindowOf.MODIFIED, dt.datetime(2020, 1, 1, tzinfo=dt.UTC), dt.datetime(2040, 1, 1, tzinfo=dt.UTC))


@pytest.fixture(params=[True, False], ids=["login kept", "login for each request"])
def gp(folder: Path, request: pytest.FixtureRequest) -> Iterator[GpSimulator]:
    with GpSimulator(folder, keeps_login=request.param) as simulator:
        yield simulator


@pytest.fixture
def sba(gp: GpSimulator) -> Iterator[SbaGp]:
    with sba_port(gp) as made:
        yield made


def an_adjustment(number: str = "SBC250000001", **changes: object) -> InventoryDocument:
    line = InventoryLine(Decimal(16384), "SERUM-30", "SB-CICERO", Decimal(3), "EACH", Decimal("4.00"))
    made = InventoryDocument(ADJUSTMENT, number, "SBR261116-09", dt.date(2026, 11, 16), (line,))
    return replace(made, **changes)  # type: ignore[arg-type]


# Sales documents ------------------------------------------------------------------------------------------------------


def test_an_order_is_read_as_it_was_written(sba: SbaGp) -> None:
    order = an_order()
    sba.login()
    sba.create_sales_order(order)

    found = sba.sales_order(NUMBER)

    assert found is not None
    written = [replace(line, unit_of_measure="EACH") for line in order.lines]
    assert found == replace(order, lines=tuple(written), master_number=found.master_number)


def test_what_is_kept_of_an_order_before_an_update_is_gps_own_answer(sba: SbaGp) -> None:
    sba.create_sales_order(an_order())

    found = sba.sales_order(NUMBER)

    assert found is not None
    assert json.loads(found.image)["Payload"]["document"]["number"] == NUMBER


def test_an_invoice_names_the_order_that_it_bills(sba: SbaGp) -> None:
    order = an_order()
    invoice = SalesInvoice(
        number="SBI250000001",
        customer=order.customer,
        customer_po=order.customer_po,
        date=order.date,
        document_type="STDINV",
        batch="SBR261118-15",
        lines=(SalesLine(16384, "SERUM-30", "SB-CICERO", Decimal(1), Decimal("34.00"), Decimal(1)),),
        currency="USD",
        order=NUMBER,
    )
    sba.create_sales_order(order)
    sba.create_sales_invoice(invoice)

    found = sba.sales_invoice(invoice.number)

    assert found is not None
    assert (found.order, found.lines[0].quantity, found.total) == (NUMBER, Decimal(1), Decimal("34.00"))
    assert sba.sales_order(invoice.number) is None, "the number is an invoice's"


def test_a_return_says_what_the_goods_come_back_as(sba: SbaGp) -> None:
    line = SalesLine(16384, "SERUM-30", "MAIN", Decimal(1), Decimal("34.00"), quantity_type=QuantityType.DAMAGED)
    taken_back = SalesReturn(
        number="SBR250000001",
        customer="SHIPBOB-DTC",
        customer_po="#1042",
        date=dt.date(2026, 11, 20),
        document_type="RTN",
        batch="SBR261120-01",
        lines=(line,),
    )
    sba.create_sales_return(taken_back)

    found = sba.sales_return(taken_back.number)

    assert found is not None
    assert found.lines[0].quantity_type is QuantityType.DAMAGED


def test_a_shipment_lifts_the_hold_and_writes_what_has_left(sba: SbaGp) -> None:
    sba.create_sales_order(an_order())
    sba.update_sales_order(an_order(), SHIPPED)

    found = sba.sales_order(NUMBER)

    assert found is not None
    assert (found.batch, found.shipped_on, found.tracking) == ("SBR261118-15", dt.date(2026, 11, 18), ("1Z999",))
    assert found.holds == frozenset()
    assert [line.fulfilled for line in found.lines] == [Decimal(2), Decimal(10)]


def test_an_update_says_nothing_of_what_it_does_not_change(gp: GpSimulator, sba: SbaGp) -> None:
    sba.create_sales_order(an_order())
    sba.update_sales_order(an_order(), SalesUpdate(added_tracking=("1Z1",)))

    assert json.loads(gp.exchanges[-1].request)["Payload"]["changes"] == {"added_tracking": ["1Z1"]}


def test_a_number_that_gp_does_not_have_is_absent(sba: SbaGp) -> None:
    assert sba.sales_order("SBO404") is None
    assert sba.inventory_document(ADJUSTMENT, "SBC404") is None
    assert sba.item("NO-SUCH-ITEM") is None
    assert sba.customer("NOBODY") is None
    assert list(sba.sites_of("NO-SUCH-ITEM")) == []


def test_a_number_that_is_taken_is_refused_and_nothing_is_written_over(sba: SbaGp) -> None:
    sba.create_sales_order(an_order())

    with pytest.raises(Refused) as refusal:
        sba.create_sales_order(an_order(comment="Another one"))

    assert refusal.value.evidence
    found = sba.sales_order(NUMBER)
    assert found is not None
    assert found.comment == "Leave at the door"


def test_a_voided_order_is_known_as_voided(sba: SbaGp) -> None:
    sba.create_sales_order(an_order())
    sba.void_sales_order(NUMBER)

    found = sba.sales_order(NUMBER)

    assert found is not None
    assert (found.is_voided, found.state) == (True, HISTORY)


def test_the_documents_of_a_purchase_are_found_by_customer_and_po(sba: SbaGp) -> None:
    sba.create_sales_order(an_order())
    sba.create_sales_order(an_order("SBO250000002", customer_po="#1043"))

    found = sba.sales_documents("SHIPBOB-DTC", "#1042")

    assert [(each.type, each.number, each.total) for each in found] == [
        (SalesDocumentType.ORDER, NUMBER, Decimal("134.00"))
    ]
    assert found[0].modified_at is not None
    assert found[0].modified_at.tzinfo is dt.UTC


# Stock ----------------------------------------------------------------------------------------------------------------


def test_an_adjustment_is_read_as_it_was_written(sba: SbaGp) -> None:
    sba.create_inventory_adjustment(an_adjustment())

    found = sba.inventory_document(ADJUSTMENT, "SBC250000001")

    assert found == an_adjustment()


def test_a_quantity_and_a_cost_cross_to_the_last_decimal(gp: GpSimulator, sba: SbaGp) -> None:
    gp.books.add_item("GRAIN", units=("KG",), decimals=5, tracking="Lot Numbers")
    lots = (Lot("L1", Decimal("0.10000"), dt.date(2027, 1, 31)), Lot("L2", Decimal("0.00001")))
    line = InventoryLine(
        Decimal(16384), "GRAIN", "MAIN", Decimal("0.10001"), "KG", Decimal("12345678901.12345"), lots=lots
    )
    sba.create_inventory_adjustment(an_adjustment(lines=(line,)))

    found = sba.inventory_document(ADJUSTMENT, "SBC250000001")

    assert b'"Quantity": 0.10001' in gp.exchanges[0].request
    assert b'"UnitCost": 12345678901.12345' in gp.exchanges[0].request
    assert found is not None
    assert (found.lines[0].quantity, found.lines[0].lots) == (Decimal("0.10001"), lots)


def test_an_adjustment_that_gp_refuses_says_why_in_gps_words(sba: SbaGp) -> None:
    line = replace(an_adjustment().lines[0], item="NO-SUCH-ITEM")

    with pytest.raises(Refused) as refusal:
        sba.create_inventory_adjustment(an_adjustment(lines=(line,)))

    assert "NO-SUCH-ITEM" in "".join(refusal.value.evidence)


def test_an_item_comes_with_what_lies_at_each_site(gp: GpSimulator, sba: SbaGp) -> None:
    gp.books.add_item("SET", "A kit", kind="Kit")
    gp.books.add_item("GRAIN", decimals=5, tracking="Lot Numbers")

    serum, kit = sba.item("SERUM-30"), sba.item("SET")

    assert serum is not None
    assert (serum.type, serum.unit_of_measure, serum.decimals) == (ItemType.SALES, "EACH", 0)
    assert {each.site: each.on_hand for each in serum.stock}["SB-CICERO"] == Decimal(400)
    assert sorted(sba.sites_of("SERUM-30")) == ["MAIN", "SB-BETHLE", "SB-CICERO", "SB-MORENO"]
    assert kit is not None
    assert (kit.type, kit.stock) == (ItemType.KIT, ())
    grain = sba.item("GRAIN")
    assert grain is not None
    assert (grain.tracking, grain.decimals) == (TrackingOption.LOTS, 5)


@pytest.mark.parametrize("number", ["A;B", "A, B (C)", '100% "X" & Y', "ÄÖÜ #1?", "A+B", "..", "A%2FB"])
def test_an_item_is_found_whatever_its_number_is_made_of(gp: GpSimulator, sba: SbaGp, number: str) -> None:
    gp.books.add_item(number, "Odd")

    found = sba.item(number)

    assert found is not None
    assert (found.number, len(found.stock)) == (number, 4)


def test_an_item_number_with_a_slash_is_found(gp: GpSimulator, sba: SbaGp) -> None:
    gp.books.add_item("A/B", "Odd")

    found = sba.item("A/B")

    assert found is not None
    assert found.number == "A/B"


def test_items_and_sites_are_listed(sba: SbaGp) -> None:
    numbers = sba.item_numbers()

    assert list(numbers) == sorted(numbers)
    assert "SERUM-30" in numbers
    assert Site("SB-CICERO", "ShipBob Cicero (IL)") in sba.sites()


def test_set_up_is_listed(gp: GpSimulator, sba: SbaGp) -> None:
    gp.books.add_customer("LATE", "Late payers", on_hold=True)

    assert {method.id for method in sba.shipping_methods()} == {"GROUND", "2DAY", "OVERNIGHT"}
    assert [(hold.id, hold.stops_transfer, hold.stops_posting) for hold in sba.hold_setups()] == [
        ("SHIPBOB", True, True)
    ]
    assert sba.customer("LATE") == Customer("LATE", "Late payers", is_active=True, is_on_hold=True)


def numbers(sba: SbaGp, window: Window, state: TransactionState = WORK) -> set[str]:
    return {each.number for each in sba.inventory_documents(ADJUSTMENT, window, state)}


@pytest.mark.parametrize("service", [SERVICE, ""], ids=["with the service", "stock alone"])
def test_inventory_documents_are_listed_by_document_date(gp: GpSimulator, service: str) -> None:
    with sba_port(gp, service=service) as sba:
        for day in (15, 16, 17, 18):
            sba.create_inventory_adjustment(an_adjustment(f"SBC{day}", date=dt.date(2026, 11, day)))
        window = Window(WindowOf.DOCUMENT, dt.datetime(2026, 11, 16), dt.datetime(2026, 11, 17))  # noqa: DTZ001

        assert numbers(sba, window) == {"SBC16", "SBC17"}
        assert numbers(sba, window, HISTORY) == set()
        assert sba.inventory_documents(InventoryDocumentType.TRANSFER, window, WORK) == []


def test_inventory_documents_are_listed_by_modified_date_by_the_service(sba: SbaGp) -> None:
    sba.create_inventory_adjustment(an_adjustment())

    found = sba.inventory_documents(ADJUSTMENT, ALWAYS, WORK)

    assert [each.number for each in found] == ["SBC250000001"]
    stamp = found[0].modified_at
    assert stamp is not None
    assert numbers(sba, Window(WindowOf.MODIFIED, stamp, stamp)) == {"SBC250000001"}, "both ends are in it"
    later = stamp + dt.timedelta(milliseconds=1)
    assert numbers(sba, Window(WindowOf.MODIFIED, later, later)) == set()
