"""What GP may answer, and what the port makes of it: nothing but domain objects and our own failures."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal

import pytest
from bridge.domain.inventory import (
    InventoryDocumentType,
    ItemType,
    QuantityType,
    TrackingOption,
    TransactionState,
    Window,
    WindowOf,
)
from bridge.domain.outcome import Transient
from bridge.gp.soap import SoapGp
from bridge.gp.transport import Reply

from tests.contract.gp_carrier import answer, fault, result, soap_with

ADJUSTMENT = InventoryDocumentType.ADJUSTMENT
DATED = "<Key><Id>SB1</Id></Key><Date>2026-11-16T00:00:00</Date>"
WINDOW = Window(WindowOf.MODIFIED, dt.datetime(2026, 11, 1, tzinfo=dt.UTC), dt.datetime(2026, 12, 1, tzinfo=dt.UTC))
NIL = 'i:nil="true"'

type Call = Callable[[SoapGp], object]
BY_KEY: dict[str, Call] = {
    "GetSalesOrderByKey": lambda soap: soap.sales_order("1"),
    "GetSalesInvoiceByKey": lambda soap: soap.sales_invoice("1"),
    "GetSalesReturnByKey": lambda soap: soap.sales_return("1"),
    "GetInventoryAdjustmentByKey": lambda soap: soap.inventory_document(ADJUSTMENT, "1"),
    "GetItemByKey": lambda soap: soap.item("1"),
    "GetCustomerByKey": lambda soap: soap.customer("1"),
}
LISTS: dict[str, Call] = {
    "GetSalesDocumentList": lambda soap: soap.sales_documents("C", "1"),
    "GetInventoryAdjustmentList": lambda soap: soap.inventory_documents(ADJUSTMENT, WINDOW, TransactionState.WORK),
    "GetItemList": SoapGp.item_numbers,
    "GetItemWarehouseList": lambda soap: soap.sites_of("1"),
    "GetWarehouseList": SoapGp.sites,
    "GetShippingMethodList": SoapGp.shipping_methods,
    "GetSalesProcessHoldSetupList": SoapGp.hold_setups,
    "GetWSEnabledCompanyForUserList": SoapGp.companies,
}


def nothing(operation: str) -> dict[str, Reply]:
    """All the ways in which GP may say that there is nothing."""
    return {
        "no result": answer(operation),
        "nil": result(operation, "", NIL),
        "an empty result": result(operation, ""),
        "a fault": fault("Business object not found."),
        "a fault with blanks": fault("  Business object not found "),
        "a fault that says 200": fault("Business object not found.", status=200),
    }


WAYS = sorted(nothing(""))


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("operation", sorted(BY_KEY))
def test_what_gp_does_not_have_is_absent_however_it_says_so(operation: str, way: str) -> None:
    soap, _ = soap_with(**{operation: nothing(operation)[way]})

    assert BY_KEY[operation](soap) is None


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("operation", sorted(LISTS))
def test_a_list_of_nothing_is_empty_however_gp_says_so(operation: str, way: str) -> None:
    soap, _ = soap_with(**{operation: nothing(operation)[way]})

    assert LISTS[operation](soap) == ()


# What cannot be read

ROW = "<Key><Id>1</Id></Key><Date>2026-11-16T00:00:00</Date>"
UNREADABLE = [
    ("GetSalesOrderByKey", "<Key><Id>SB1</Id></Key>"),
    ("GetSalesOrderByKey", f"{DATED}<MasterNumber>first</MasterNumber>"),
    ("GetSalesOrderByKey", f"{DATED}<TotalAmount/><FreightAmount><Value>NaN</Value></FreightAmount>"),
    ("GetSalesOrderByKey", f"{DATED}<FreightAmount><Value>1e400000</Value></FreightAmount>"),
    ("GetSalesOrderByKey", f"{DATED}<FreightAmount><Value>1_000</Value></FreightAmount>"),
    ("GetSalesOrderByKey", f"{DATED}<FreightAmount><Value>{'9' * 60}</Value></FreightAmount>"),
    ("GetSalesOrderByKey", f"{DATED}<IsVoided>perhaps</IsVoided>"),
    ("GetSalesOrderByKey", f"{DATED}<TransactionState>Archive</TransactionState>"),
    ("GetSalesOrderByKey", f"{DATED}<ActualShipDate>tomorrow</ActualShipDate>"),
    ("GetSalesInvoiceByKey", "<Date>0001-01-01T00:00:00</Date>"),
    ("GetSalesReturnByKey", f"{DATED}<Lines><SalesReturnLine/></Lines>"),
    ("GetSalesDocumentList", f"<SalesDocumentSummary>{ROW}<Type>Receipt</Type></SalesDocumentSummary>"),
    ("GetSalesDocumentList", "<SalesDocumentSummary><Type>Order</Type></SalesDocumentSummary>"),
    (
        "GetInventoryAdjustmentList",
        f"<InventoryAdjustmentSummary>{ROW}<ModifiedDate>noon</ModifiedDate></InventoryAdjustmentSummary>",
    ),
    (
        "GetInventoryAdjustmentList",
        "<InventoryAdjustmentSummary><Date>2026-11-16T00:00:00</Date>"
        "<ModifiedDate>9999-12-31T23:59:59-05:00</ModifiedDate></InventoryAdjustmentSummary>",
    ),
    (
        "GetInventoryAdjustmentByKey",
        f"{ROW}<Lines><InventoryAdjustmentLine><Quantity><Value>+</Value></Quantity></InventoryAdjustmentLine></Lines>",
    ),
    ("GetItemByKey", "<Key><Id>1</Id></Key><QuantityDecimalPlaces>Seven</QuantityDecimalPlaces>"),
    ("GetItemByKey", "<Key><Id>1</Id></Key><TrackingOption>By Colour</TrackingOption>"),
    ("GetCustomerByKey", "<IsActive>yes</IsActive>"),
    ("GetWSEnabledCompanyForUserList", "<Company><Key><d:Id>two</d:Id></Key></Company>"),
]


@pytest.mark.parametrize(("operation", "inner"), UNREADABLE)
def test_what_cannot_be_read_is_one_of_our_failures(operation: str, inner: str) -> None:
    soap, _ = soap_with(**{operation: result(operation, inner)})

    with pytest.raises(Transient, match="not the SOAP message"):
        {**BY_KEY, **LISTS}[operation](soap)


# What can


def test_an_item_of_a_type_that_a_later_gp_has_is_read_as_far_as_it_goes() -> None:
    inner = "<Key><Id>1  </Id></Key><Description>Something new</Description><Later><Id>2</Id></Later>"
    soap, _ = soap_with(GetItemByKey=result("GetItemByKey", inner, 'i:type="q:Rental" xmlns:q="urn:later"'))

    found = soap.item("1")

    assert found is not None
    assert (found.number, found.description, found.stock) == ("1", "Something new", ())
    assert found.type is not ItemType.SALES


@pytest.mark.parametrize(
    ("attributes", "inner", "kind"),
    [
        ('i:type="SalesItem"', "", ItemType.SALES),
        ('i:type="q1:Kit" xmlns:q1="urn:any"', "", ItemType.KIT),
        ('i:type="Service"', "", ItemType.SERVICE),
        ('i:type="Fee"', "<Type>Miscellaneous Charges</Type>", ItemType.MISCELLANEOUS),
        ('i:type="Fee"', f"<Type {NIL}/>", ItemType.FLAT_FEE),
        ("", "<Quantities/>", ItemType.SALES),
    ],
)
def test_an_item_is_what_it_says_or_what_it_is_answered_as(attributes: str, inner: str, kind: ItemType) -> None:
    soap, _ = soap_with(GetItemByKey=result("GetItemByKey", f"<Key><Id>1</Id></Key>{inner}", attributes))

    found = soap.item("1")

    assert found is not None
    assert (found.type, found.tracking, found.decimals) == (kind, TrackingOption.NONE, 0)


def test_a_customer_that_gp_does_not_call_inactive_is_active() -> None:
    soap, _ = soap_with(GetCustomerByKey=result("GetCustomerByKey", f"<IsOnHold {NIL}/><IsActive {NIL}/>"))

    found = soap.customer("1")

    assert found is not None
    assert (found.is_active, found.is_on_hold) == (True, False)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-11-16T10:20:30", dt.datetime(2026, 11, 16, 10, 20, 30, tzinfo=dt.UTC)),
        ("2026-11-16T10:20:30.1234567Z", dt.datetime(2026, 11, 16, 10, 20, 30, 123456, tzinfo=dt.UTC)),
        ("2026-11-16T10:20:30-06:00", dt.datetime(2026, 11, 16, 16, 20, 30, tzinfo=dt.UTC)),
        ("2026-11-16T00:00:00", dt.datetime(2026, 11, 16, tzinfo=dt.UTC)),
        ("1900-01-01T00:00:00", None),
        ("", None),
    ],
)
def test_a_stamp_is_read_in_utc(text: str, moment: dt.datetime | None) -> None:
    row = f"<InventoryAdjustmentSummary>{ROW}<ModifiedDate>{text}</ModifiedDate></InventoryAdjustmentSummary>"
    soap, _ = soap_with(GetInventoryAdjustmentList=result("GetInventoryAdjustmentList", row))

    [found] = soap.inventory_documents(ADJUSTMENT, WINDOW, TransactionState.WORK)

    assert found.modified_at == moment


def test_the_later_of_two_stamps_is_gps_own_of_the_row() -> None:
    row = (
        f"{ROW}<ModifiedDate>2026-11-16T00:00:00</ModifiedDate><LastModifiedDate>2026-11-16T10:20:30</LastModifiedDate>"
    )
    document = f"<SalesDocumentSummary>{row}<Type>Order</Type></SalesDocumentSummary>"
    soap, _ = soap_with(GetSalesDocumentList=result("GetSalesDocumentList", document))

    [found] = soap.sales_documents("C", "1")

    assert found.modified_at == dt.datetime(2026, 11, 16, 10, 20, 30, tzinfo=dt.UTC)


def test_only_orders_invoices_and_returns_are_listed() -> None:
    """A summary without a type is of its document type's."""
    rows = "".join(
        f"<SalesDocumentSummary><DocumentTypeKey><Type>{kind}</Type></DocumentTypeKey>{ROW}</SalesDocumentSummary>"
        for kind in ("Quote", "Order", "Invoice", "Return", "Backorder", "Fulfillment Order")
    )
    soap, _ = soap_with(GetSalesDocumentList=result("GetSalesDocumentList", f"<SalesDocumentSummary {NIL}/>{rows}"))

    assert [row.type for row in soap.sales_documents("C", "1")] == ["Order", "Invoice", "Return"]


def test_a_trade_discount_may_be_a_share_of_the_lines() -> None:
    inner = (
        f"{DATED}<TradeDiscount><Percent><Value>2.50</Value></Percent></TradeDiscount>"
        "<LineTotalAmount><Value>130.50</Value></LineTotalAmount>"
    )
    soap, _ = soap_with(GetSalesOrderByKey=result("GetSalesOrderByKey", inner))

    found = soap.sales_order("SB1")

    assert found is not None
    assert found.trade_discount == Decimal("3.26")


def test_a_hold_that_was_lifted_is_none() -> None:
    holds = "".join(
        f"<SalesProcessHold><Key><SalesProcessHoldSetupKey><Id>{name}</Id></SalesProcessHoldSetupKey></Key>"
        f"<IsDeleted>{deleted}</IsDeleted></SalesProcessHold>"
        for name, deleted in (("SHIPBOB", "true"), ("CREDIT", "false"))
    )
    soap, _ = soap_with(GetSalesOrderByKey=result("GetSalesOrderByKey", f"{DATED}<ProcessHolds>{holds}</ProcessHolds>"))

    found = soap.sales_order("SB1")

    assert found is not None
    assert found.holds == {"CREDIT"}


def test_the_types_of_a_transfers_line_are_read() -> None:
    line = (
        "<Lines><InventoryTransferLine><Key><SequenceNumber>16384.00000</SequenceNumber></Key>"
        "<WarehouseFromKey><Id>MAIN </Id></WarehouseFromKey><WarehouseToKey><Id>SB-CICERO</Id></WarehouseToKey>"
        "<QuantityTypeFrom>Returned</QuantityTypeFrom><QuantityTypeTo>On Hand</QuantityTypeTo>"
        "<Lots><InventoryTransferLot><LotNumber>L-1</LotNumber></InventoryTransferLot></Lots>"
        "<Serials><InventoryTransferSerial><SerialNumber>S-1</SerialNumber></InventoryTransferSerial></Serials>"
        "</InventoryTransferLine></Lines>"
    )
    soap, _ = soap_with(GetInventoryTransferByKey=result("GetInventoryTransferByKey", ROW + line))

    found = soap.inventory_document(InventoryDocumentType.TRANSFER, "1")

    assert found is not None
    [read] = found.lines
    assert (read.site, read.to_site) == ("MAIN", "SB-CICERO")
    assert (read.from_type, read.to_type) == (QuantityType.RETURNED, QuantityType.ON_HAND)
    assert ([lot.number for lot in read.lots], read.serials) == (["L-1"], ("S-1",))
