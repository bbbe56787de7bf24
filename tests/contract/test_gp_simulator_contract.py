"""The GP simulator refuses a body that breaks the service's contract."""

from __future__ import annotations

import pytest

from local.gp import GpSimulator
from tests.contract.gp_bodies import (
    CONTEXT,
    CREATE_POLICY,
    GP,
    UPDATE_POLICY,
    Client,
    envelope,
    faultstring,
    nils,
    order,
)

GOOD = order() + CONTEXT + CREATE_POLICY


@pytest.mark.parametrize(
    ("find", "put", "said"),
    [
        ("<Date>2026-11-23T00:00:00</Date>", "", "Date is missing or out of order"),
        (nils("Type"), "", "Type is missing or out of order"),
        ("<Lines>", "<Surprise/><Lines>", "Surprise is not an element of SalesOrder"),
        (
            '<Type xsi:nil="true"/><Date>2026-11-23T00:00:00</Date>',
            '<Date>2026-11-23T00:00:00</Date><Type xsi:nil="true"/>',
            "Type is missing or out of order",
        ),
        (
            "<Value>2</Value><DecimalDigits>0</DecimalDigits>",
            "<DecimalDigits>0</DecimalDigits><Value>2</Value>",
            "Value is missing or out of order",
        ),
        ("<Value>2</Value>", '<Value xsi:nil="true"/>', "may not be nil"),
        ("<Value>2</Value>", "<Value>two</Value>", "'two' is not a decimal"),
        ("<Value>2</Value>", "<Value>2.123456</Value>", "is not a decimal"),
        ("T00:00:00</Date>", "T00:00:00Z</Date>", "is not a date at midnight without a zone"),
        ("T00:00:00</Date>", "T09:30:00</Date>", "is not a date at midnight without a zone"),
        ("2026-11-23T00:00:00</Date>", "2026-02-30T00:00:00</Date>", "is not a dateTime"),
        ("<Type>Order</Type>", "<Type>Purchase</Type>", "'Purchase' is not a SalesDocumentType"),
        ("#1001", "123456789012345678901", "21 characters, at most 20 fit"),
        ("<dyn:Id>2</dyn:Id>", "<Id>2</Id>", "Id is missing"),
        (' xsi:type="dyn:CompanyKey"', "", "xsi:type is missing"),
        ("dyn:CompanyKey", "CompanyKey", "not in the namespace of that type"),
        ("<dyn:Id>2</dyn:Id>", "<dyn:Id>two</dyn:Id>", "'two' is not a int"),
        ("<dyn:CurrencyType>Transactional</dyn:CurrencyType>", "", "CurrencyType is missing"),
        ("<CustomerKey>", '<CustomerKey lang="en">', "attribute 'lang'"),
        ("<CustomerKey>", "hello<CustomerKey>", "text between elements"),
        ("4d060bdc-", "", "is not a guid"),
    ],
)
def test_a_body_that_breaks_the_contract_is_refused(
    client: Client, gp: GpSimulator, find: str, put: str, said: str
) -> None:
    assert find in GOOD
    assert said in faultstring(client.post("CreateSalesOrder", GOOD.replace(find, put, 1)))
    assert gp.books.documents() == []


def test_the_unbroken_body_of_those_tests_is_accepted(client: Client) -> None:
    assert client.post("CreateSalesOrder", GOOD).status_code == 200


@pytest.mark.parametrize("action", ["", f"{GP}/CreateSalesOrder", f'"{GP}/UpdateSalesOrder"'])
def test_a_soap_action_that_does_not_name_the_operation_is_refused(client: Client, action: str) -> None:
    assert "SOAPAction" in faultstring(client.post("CreateSalesOrder", GOOD, SOAPAction=action))


def test_a_document_type_declaration_is_refused(client: Client) -> None:
    body = envelope("CreateSalesOrder", GOOD).replace(b"?>", b'?><!DOCTYPE s [<!ENTITY a "b">]>', 1)
    assert "document type declaration" in faultstring(client.send("CreateSalesOrder", body))


def test_another_media_type_is_refused(client: Client) -> None:
    assert client.post("CreateSalesOrder", GOOD, **{"Content-Type": "application/soap+xml"}).status_code == 415


def test_a_policy_of_another_operation_is_refused(client: Client) -> None:
    assert "policy" in faultstring(client.post("CreateSalesOrder", order() + CONTEXT + UPDATE_POLICY))
