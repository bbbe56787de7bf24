"""What the simulator refuses an independent client, as GP does; and that this client itself takes no broken answer."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from lxml import etree
from zeep.exceptions import Fault, TransportError, XMLParseError
from zeep.plugins import Plugin
from zeep.wsdl import Document
from zeep.xsd import SkipValue

from local.gp import GpSimulator
from tests.vendor.gp_contract import CONTRACTS
from tests.vendor.gp_zeep import (
    ALL,
    BATCH,
    DYNAMICS,
    SALES,
    STOCK,
    Client,
    sales,
    sales_line,
    stock,
    system_fault,
)

NUMBER = "SB100"
XSI_TYPE = "{http://www.w3.org/2001/XMLSchema-instance}type"

pytestmark = pytest.mark.skipif(not CONTRACTS.is_dir(), reason=f"the vendor's contract is not at {CONTRACTS}")


# Refusals -------------------------------------------------------------------------------------------------------------


def problems(client: Client, fault: Fault) -> dict[str, list[str]]:
    """The ids behind a validation fault, and the properties that each is about."""
    log_id = str(uuid.UUID(fault.detail.findtext("Message")))
    result = client.ask("GetLoggedValidationResultByKey", logId=log_id)
    return {each.Id: each.PropertyNames.string for each in result.Errors.ValidationError}


def refused_create(client: Client, kind: str, document: Any) -> Fault:
    """The fault of a create, of which nothing may be kept."""
    with pytest.raises(Fault) as refused:
        client.create(kind, document)
    assert client.listed(kind, **({"Scope": ALL} if kind in SALES else {})) == []
    return refused.value


def test_a_validation_fault_has_a_log_id_under_which_the_problems_and_the_request_are_kept(client: Client) -> None:
    unknown = sales("SalesOrder", NUMBER, sales_line(ItemKey={"Id": "NO-SUCH"}), CustomerKey={"Id": "NOBODY"})
    fault = refused_create(client, "SalesOrder", unknown)
    assert fault.message.startswith("A validation exception has occurred")
    assert problems(client, fault) == {"UnknownCustomer": ["CustomerKey"], "UnknownItem": ["Lines", "ItemKey"]}
    logged = client.ask("GetLoggedExceptionDataByKey", logId=fault.detail.findtext("Message"))
    assert (logged.ExceptionType, logged.ServiceType) == ("ValidationException", "Create")
    assert "NO-SUCH" in logged.RequestXml


@pytest.mark.parametrize("kind", SALES)
@pytest.mark.parametrize("element", ["DocumentTypeKey", "CustomerKey", "BatchKey", "Lines"])
def test_a_sales_document_without_what_gp_requires_fails_validation(client: Client, kind: str, element: str) -> None:
    fault = refused_create(client, kind, sales(kind, NUMBER, **{element: None}))
    assert [element] in problems(client, fault).values()


@pytest.mark.parametrize("element", ["ItemKey", "Quantity"])
def test_a_sales_line_without_what_gp_requires_fails_validation(client: Client, element: str) -> None:
    fault = refused_create(client, "SalesOrder", sales("SalesOrder", NUMBER, sales_line(**{element: None})))
    assert [properties[-1] for properties in problems(client, fault).values()] == [element]


@pytest.mark.parametrize("kind", STOCK)
@pytest.mark.parametrize("element", ["BatchKey", "Lines"])
def test_an_inventory_document_without_what_gp_requires_fails_validation(
    client: Client, kind: str, element: str
) -> None:
    fault = refused_create(client, kind, stock(kind, NUMBER, **{element: None}))
    assert [element] in problems(client, fault).values()


def order_with(line: dict[str, Any] | None = None, **given: Any) -> dict[str, Any]:
    return {"salesOrder": sales("SalesOrder", NUMBER, sales_line(**(line or {})), **given)}


@pytest.mark.parametrize(
    ("operation", "given", "element"),
    [
        ("CreateSalesOrder", order_with(MasterNumber=SkipValue), "MasterNumber"),
        ("CreateSalesOrder", order_with({"IsDropShip": SkipValue}), "IsDropShip"),
        ("CreateSalesOrder", order_with({"Quantity": {"Value": 1, "DecimalDigits": SkipValue}}), "DecimalDigits"),
        ("CreateSalesOrder", order_with(BatchKey={"Id": "B", "CreatedDateTime": SkipValue}), "CreatedDateTime"),
        ("CreateSalesOrder", order_with(ActualShipDate=SkipValue), "ActualShipDate"),
        ("GetSalesOrderList", {"criteria": {"Scope": SkipValue}}, "Scope"),
        ("GetCustomerList", {"criteria": {"Scope": SkipValue}}, "Scope"),
    ],
)
def test_what_the_contract_requires_cannot_be_left_out(
    client: Client, operation: str, given: dict[str, Any], element: str
) -> None:
    assert f"{element} is missing" in system_fault(client.refusal(operation, **given))
    assert client.listed("SalesOrder", Scope=ALL) == []


def test_a_context_says_the_company_and_the_currency(client: Client) -> None:
    no_company = client.refusal("GetWarehouseList", context=client.context(OrganizationKey=None))
    assert "does not name a company" in system_fault(no_company)
    no_currency = client.refusal("GetWarehouseList", context=client.context(CurrencyType=SkipValue))
    assert "CurrencyType is missing" in system_fault(no_currency)
    of_another = client.zeep.get_type(f"{{{DYNAMICS}}}NAVCompanyKey")(Id="2")
    another = client.refusal("GetWarehouseList", context=client.context(OrganizationKey=of_another))
    assert "NAVCompanyKey" in system_fault(another)


@pytest.mark.parametrize(
    ("given", "width"),
    [
        pytest.param(lambda text: {"CustomerPONumber": text}, 20, id="purchase order"),
        pytest.param(lambda text: {"Reference": text}, 30, id="reference"),
        pytest.param(lambda text: {"BatchKey": {**BATCH, "Id": text}}, 15, id="batch"),
        pytest.param(lambda text: {"ShipToAddress": {"Line1": text}}, 60, id="street"),
        pytest.param(lambda text: {"ShipToAddress": {"PostalCode": text}}, 10, id="postal code"),
        pytest.param(lambda text: {"UserDefined": {"Text01": text}}, 20, id="user-defined text"),
        pytest.param(
            lambda text: {"TrackingNumbers": {"SalesTrackingNumber": [{"Key": {"Id": text}}]}}, 40, id="parcel"
        ),
    ],
)
def test_a_text_is_kept_whole_at_its_width_and_refused_beyond_it(
    client: Client, given: Callable[[str], dict[str, Any]], width: int
) -> None:
    fault = refused_create(client, "SalesOrder", sales("SalesOrder", NUMBER, **given("x" * (width + 1))))
    assert f"{width + 1} characters, at most {width} fit" in system_fault(fault)
    client.create("SalesOrder", sales("SalesOrder", NUMBER, **given("x" * width)))
    assert "x" * width in str(client.read("SalesOrder", NUMBER))


def test_a_number_longer_than_gp_keeps_is_refused(client: Client) -> None:
    fault = refused_create(client, "SalesOrder", sales("SalesOrder", "x" * 18))
    assert problems(client, fault) == {"NumberTooLong": ["Key"]}
    assert "at most 17 fit" in system_fault(
        refused_create(client, "InventoryAdjustment", stock("InventoryAdjustment", "x" * 18))
    )


def test_a_wrong_password_gets_no_answer(contract: Document, gp: GpSimulator) -> None:
    with Client(contract, gp, password=f"not {gp.password}") as client, pytest.raises(TransportError) as refused:
        client.ask("GetWarehouseList")
    assert refused.value.status_code == 401


# The client itself ----------------------------------------------------------------------------------------------------


class Broken(Plugin):
    """Breaks every answer in one way before anybody reads it."""

    def __init__(self, breaks: Callable[[etree._Element], None]) -> None:
        self._breaks = breaks

    def ingress(self, envelope: etree._Element, http_headers: Any, operation: object) -> tuple[etree._Element, Any]:
        self._breaks(next(envelope.iter("{*}SalesOrderSummary")))
        return envelope, http_headers


def first(row: etree._Element, name: str) -> etree._Element:
    return next(row.iter(f"{{*}}{name}"))


def says(name: str, text: str) -> Callable[[etree._Element], None]:
    return lambda row: setattr(first(row, name), "text", text)


def without_the_last(row: etree._Element) -> None:
    for name in ("TransactionState", "BatchKey"):
        row.remove(first(row, name))


@pytest.mark.parametrize(
    "breaks",
    [
        pytest.param(lambda row: first(row, "CustomerName").addnext(first(row, "CustomerPONumber")), id="swapped"),
        pytest.param(lambda row: row.remove(first(row, "MasterNumber")), id="left out"),
        pytest.param(lambda row: row.append(etree.Element(first(row, "Key").tag)), id="twice"),
        pytest.param(lambda row: setattr(first(row, "Date"), "tag", f"{{{DYNAMICS}}}Date"), id="of another namespace"),
    ],
)
def test_zeep_itself_refuses_an_answer_in_another_order_or_of_other_elements(
    contract: Document, gp: GpSimulator, client: Client, breaks: Callable[[etree._Element], None]
) -> None:
    client.create("SalesOrder", sales("SalesOrder", NUMBER))
    with Client(contract, gp, Broken(breaks), is_held=False) as alone, pytest.raises(XMLParseError):
        alone.listed("SalesOrder", Scope=ALL)


@pytest.mark.parametrize(
    "breaks",
    [
        pytest.param(says("MasterNumber", "one"), id="not a number"),
        pytest.param(says("Date", "23/11/2026"), id="not a date"),
        pytest.param(says("TransactionState", "Posted"), id="not a word of the enumeration"),
        pytest.param(lambda row: row.set(XSI_TYPE, "Gadget"), id="a type that there is not"),
        pytest.param(without_the_last, id="the last left out"),
    ],
)
def test_an_answer_with_what_zeep_reads_past_fails_by_the_schema(
    contract: Document, gp: GpSimulator, client: Client, breaks: Callable[[etree._Element], None]
) -> None:
    client.create("SalesOrder", sales("SalesOrder", NUMBER))
    with Client(contract, gp, Broken(breaks)) as held, pytest.raises(AssertionError, match="SCHEMASV"):
        held.listed("SalesOrder", Scope=ALL)
