"""Inventory documents, items and their stock over SOAP."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from bridge.domain.inventory import (
    InventoryDocument,
    InventoryDocumentType,
    InventoryLine,
    ItemType,
    Lot,
    QuantityType,
    SiteStock,
    TrackingOption,
    TransactionState,
    Window,
    WindowOf,
)
from bridge.domain.outcome import Refused
from bridge.gp.soap import SoapGp

from local.gp import GpSimulator
from tests.contract.gp_bodies import Client
from tests.contract.gp_inventory import create as entered
from tests.contract.gp_port import port

ADJUSTMENT, VARIANCE, TRANSFER = InventoryDocumentType
DAY = dt.date(2026, 11, 18)
MOMENT = dt.datetime(2026, 11, 18, 15, 4, 5, tzinfo=dt.UTC)


@pytest.fixture
def gp(folder: Path) -> Iterator[GpSimulator]:
    with GpSimulator(folder, clock=lambda: MOMENT) as simulator:
        yield simulator


@pytest.fixture
def soap(gp: GpSimulator) -> Iterator[SoapGp]:
    with port(gp) as made:
        yield made


def an_adjustment(*lines: InventoryLine, number: str = "SBC1") -> InventoryDocument:
    return InventoryDocument(ADJUSTMENT, number, "SBC261118", DAY, lines)


MINUTE = dt.timedelta(minutes=1)
ANY_TIME = Window(WindowOf.MODIFIED, dt.datetime(2026, 1, 1, tzinfo=dt.UTC), dt.datetime(2027, 1, 1, tzinfo=dt.UTC))
TAKEN = InventoryLine(
    Decimal(16384), "SERUM-30", "SB-CICERO", Decimal(-3), "EACH", Decimal("3.21"), offset_account="000-4700-00"
)


# Documents


def test_a_created_adjustment_is_read_as_it_was_written(gp: GpSimulator, soap: SoapGp) -> None:
    gp.books.add_item("OIL", tracking="Lot Numbers", decimals=2, on_hand={"MAIN": 0})
    gp.books.add_item("LAMP", tracking="Serial Numbers", on_hand={"MAIN": 0})
    lots = (Lot("L-1", Decimal("1.25"), dt.date(2027, 3, 31)), Lot("L-2", Decimal("0.5")))
    adjustment = an_adjustment(
        TAKEN,
        InventoryLine(Decimal(32768), "OIL", "MAIN", Decimal("1.75"), "EACH", Decimal("8.00"), lots=lots),
        InventoryLine(Decimal(49152), "LAMP", "MAIN", Decimal(2), "EACH", Decimal("8.00"), serials=("S-1", "S-2")),
    )

    soap.create_inventory_adjustment(adjustment)

    found = soap.inventory_document(ADJUSTMENT, "SBC1")
    assert found is not None
    assert replace(found, modified_at=None) == adjustment
    assert found.modified_at == MOMENT


def test_what_an_adjustment_does_not_say_is_left_to_gp(soap: SoapGp) -> None:
    soap.create_inventory_adjustment(an_adjustment(InventoryLine(Decimal(16384), "SERUM-30", "MAIN", Decimal(5))))

    found = soap.inventory_document(ADJUSTMENT, "SBC1")
    assert found is not None
    [line] = found.lines
    assert (line.unit_of_measure, line.unit_cost, line.offset_account) == ("EACH", Decimal("4.00"), "")


def test_the_ledger_is_posted_to_as_it_is_set_up_in_gp(gp: GpSimulator, soap: SoapGp) -> None:
    gp.books.choose_option("Post To General Ledger", "Do Not Post to General Ledger")

    soap.create_inventory_adjustment(an_adjustment(TAKEN))

    assert not gp.books.inventory.document("SBC1", "Adjustment").posts_to_ledger


def test_a_transfer_is_read_with_both_its_sites(gp: GpSimulator, soap: SoapGp) -> None:
    assert entered(Client(gp), "TRF1", kind="Transfer").status_code == 200

    found = soap.inventory_document(TRANSFER, "TRF1")
    assert found is not None
    [line] = found.lines
    assert (line.site, line.to_site, line.quantity) == ("MAIN", "SB-CICERO", Decimal(2))
    assert (line.from_type, line.to_type) == (QuantityType.ON_HAND, QuantityType.ON_HAND)


@pytest.mark.parametrize("kind", InventoryDocumentType)
def test_each_kind_has_its_own_numbers(gp: GpSimulator, soap: SoapGp, kind: InventoryDocumentType) -> None:
    assert entered(Client(gp), "DOC1", kind=kind).status_code == 200

    found = {other: soap.inventory_document(other, "DOC1") for other in InventoryDocumentType}
    assert [other for other, document in found.items() if document is not None] == [kind]
    assert found[kind] is not None
    assert found[kind].type is kind  # type: ignore[union-attr]


def test_an_item_that_gp_does_not_have_is_refused(soap: SoapGp) -> None:
    with pytest.raises(Refused) as refused:
        soap.create_inventory_adjustment(an_adjustment(replace(TAKEN, item="NO-SUCH")))

    assert refused.value.evidence == ("Item 'NO-SUCH' does not exist. (Lines, ItemKey)",)
    assert refused.value.reason.startswith("GP refuses to create the inventory adjustment: ")


# Lists


def listed(soap: SoapGp, window: Window, state: TransactionState = TransactionState.WORK) -> list[str]:
    return [each.number for each in soap.inventory_documents(ADJUSTMENT, window, state)]


def test_a_window_takes_in_both_its_ends(soap: SoapGp) -> None:
    soap.create_inventory_adjustment(an_adjustment(TAKEN))

    def window(start: dt.datetime, end: dt.datetime) -> list[str]:
        return listed(soap, Window(WindowOf.MODIFIED, start, end))

    assert window(MOMENT, MOMENT + MINUTE) == window(MOMENT - MINUTE, MOMENT) == ["SBC1"]
    assert window(MOMENT + MINUTE, MOMENT + 2 * MINUTE) == window(MOMENT - 2 * MINUTE, MOMENT - MINUTE) == []


def test_a_window_means_the_same_in_every_zone(soap: SoapGp) -> None:
    soap.create_inventory_adjustment(an_adjustment(TAKEN))
    in_chicago = MOMENT.astimezone(dt.timezone(dt.timedelta(hours=-6)))

    assert listed(soap, Window(WindowOf.MODIFIED, in_chicago, in_chicago)) == ["SBC1"]


def test_a_window_of_document_dates_is_of_whole_days(soap: SoapGp) -> None:
    soap.create_inventory_adjustment(an_adjustment(TAKEN))

    def days(first: int, last: int) -> list[str]:
        start, end = (dt.datetime(2026, 11, day, 23, 30, tzinfo=dt.UTC) for day in (first, last))
        return listed(soap, Window(WindowOf.DOCUMENT, start, end))

    assert days(18, 18) == days(17, 18) == ["SBC1"]
    assert days(19, 20) == days(16, 17) == []


def test_work_and_history_are_listed_apart(gp: GpSimulator, soap: SoapGp) -> None:
    soap.create_inventory_adjustment(an_adjustment(TAKEN))
    soap.create_inventory_adjustment(an_adjustment(TAKEN, number="SBC2"))
    gp.books.inventory.post("SBC1")

    assert listed(soap, ANY_TIME) == ["SBC2"]
    assert listed(soap, ANY_TIME, TransactionState.HISTORY) == ["SBC1"]


def test_a_row_of_the_list_says_what_the_document_says(soap: SoapGp) -> None:
    soap.create_inventory_adjustment(an_adjustment(TAKEN))

    [row] = soap.inventory_documents(ADJUSTMENT, ANY_TIME, TransactionState.WORK)

    assert (row.type, row.number, row.batch, row.date) == (ADJUSTMENT, "SBC1", "SBC261118", DAY)
    assert (row.state, row.modified_at) == (TransactionState.WORK, MOMENT)


def test_a_gp_that_keeps_days_only_gives_midnights(gp: GpSimulator, soap: SoapGp) -> None:
    gp.books.stamps_have_time = False
    soap.create_inventory_adjustment(an_adjustment(TAKEN))

    [row] = soap.inventory_documents(ADJUSTMENT, ANY_TIME, TransactionState.WORK)

    assert row.modified_at == dt.datetime(2026, 11, 18, tzinfo=dt.UTC)


# Items


def test_an_item_is_read_with_what_lies_at_each_site(gp: GpSimulator, soap: SoapGp) -> None:
    gp.books.add_item(
        "OIL", "Bath oil", units=("BOTTLE",), decimals=3, tracking="Lot Numbers", on_hand={"MAIN": 7}, sites=["MAIN"]
    )
    gp.books.inventory.set_quantity("OIL", "MAIN", 2, quantity_type="Damaged")

    found = soap.item("OIL")

    assert found is not None
    assert (found.number, found.description, found.unit_of_measure) == ("OIL", "Bath oil", "BOTTLE")
    assert (found.type, found.tracking, found.decimals) == (ItemType.SALES, TrackingOption.LOTS, 3)
    assert found.stock == (SiteStock("MAIN", Decimal(7), damaged=Decimal(2)),)


def test_the_row_of_all_sites_is_no_site(soap: SoapGp) -> None:
    found = soap.item("SERUM-30")

    assert found is not None
    assert sorted(stock.site for stock in found.stock) == ["MAIN", "SB-BETHLE", "SB-CICERO", "SB-MORENO"]


@pytest.mark.parametrize("kind", ["Kit", "Service"])
def test_an_item_that_is_no_stock_has_none(gp: GpSimulator, soap: SoapGp, kind: str) -> None:
    gp.books.add_item("WRAP", kind=kind)

    found = soap.item("WRAP")

    assert found is not None
    assert (found.type, found.tracking, found.stock) == (ItemType(kind), TrackingOption.NONE, ())


def test_an_item_that_gp_does_not_have_is_absent(soap: SoapGp) -> None:
    assert soap.item("NO-SUCH") is None


def test_the_items_come_in_the_order_of_their_numbers(gp: GpSimulator, soap: SoapGp) -> None:
    gp.books.add_item("AAA")

    numbers = soap.item_numbers()

    assert numbers[0] == "AAA"
    assert list(numbers) == sorted(gp.books.items)


def test_an_items_sites_are_those_it_is_assigned_to(gp: GpSimulator, soap: SoapGp) -> None:
    gp.books.add_item("OIL", sites=["MAIN", "SB-CICERO"])

    assert sorted(soap.sites_of("OIL")) == ["MAIN", "SB-CICERO"]
    assert soap.sites_of("NO-SUCH") == ()
