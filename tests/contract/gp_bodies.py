"""Requests to GP as any client writes them: plain SOAP bodies, one polite session, and the simulator's control API."""

from __future__ import annotations

from typing import Any

import requests
from lxml import etree
from requests_ntlm import HttpNtlmAuth

from local.gp import GpSimulator

GP = "http://schemas.microsoft.com/dynamics/gp/2006/01"
DYN = "http://schemas.microsoft.com/dynamics/2006/01"
XSI = "http://www.w3.org/2001/XMLSchema-instance"

CONTEXT = (
    '<context><dyn:OrganizationKey xsi:type="dyn:CompanyKey"><dyn:Id>2</dyn:Id></dyn:OrganizationKey>'
    "<dyn:CurrencyType>Transactional</dyn:CurrencyType></context>"
)
CREATE_POLICY = "<policy><Key><Id>4d060bdc-fa1e-4ea1-9e89-e1d19a5cb2ce</Id></Key></policy>"
UPDATE_POLICY = "<policy><Key><Id>150401c6-7467-4853-9146-236fc5fa7bf8</Id></Key></policy>"
BATCH = "<BatchKey><Id>SBD261123-01</Id><CreatedDateTime>0001-01-01T00:00:00</CreatedDateTime></BatchKey>"
EVERY_ORDER = "<criteria><Scope>Return All</Scope></criteria>"


def nils(names: str) -> str:
    return "".join(f'<{name} xsi:nil="true"/>' for name in names.split())


def money(value: str) -> str:
    return f"<Currency>USD</Currency><Value>{value}</Value><DecimalDigits>2</DecimalDigits>"


def line(item: str = "SERUM-30", count: str = "2", price: str = "34.00", **extra: str) -> str:
    """`extra`: key, unit, delete (true), fulfilled."""
    unit_price = f"<UnitPrice>{money(price)}</UnitPrice>" if price else ""
    fulfilled = extra.get("fulfilled")
    delete = "<DeleteOnUpdate>true</DeleteOnUpdate>" if "delete" in extra else nils("DeleteOnUpdate")
    return (
        "<SalesOrderLine>"
        + (f"<Key><LineSequenceNumber>{extra['key']}</LineSequenceNumber></Key>" if "key" in extra else "")
        + f"{unit_price}<Quantity><Value>{count}</Value><DecimalDigits>0</DecimalDigits></Quantity>"
        + nils("IsNonInventory IsDropShip RequestedShipDate")
        + (f"<UofM>{extra['unit']}</UofM>" if "unit" in extra else "")
        + delete
        + nils("TaxBasis IntegrationSource")
        + f"<WarehouseKey><Id>{extra.get('site', 'SB-CICERO')}</Id></WarehouseKey><ItemKey><Id>{item}</Id></ItemKey>"
        + (
            f"<QuantityFulfilled><Value>{fulfilled}</Value><DecimalDigits>0</DecimalDigits></QuantityFulfilled>"
            if fulfilled
            else ""
        )
        + nils("FulfillDate ActualShipDate")
        + "</SalesOrderLine>"
    )


def hold(name: str = "SHIPBOB", *, lift: bool = False) -> str:
    deletion = "<DeleteOnUpdate>true</DeleteOnUpdate>" if lift else nils("DeleteOnUpdate")
    return (
        "<ProcessHolds><SalesProcessHold><Key><SalesProcessHoldSetupKey>"
        f"<Id>{name}</Id></SalesProcessHoldSetupKey></Key>"
        + nils("IsTransferHold IsPostHold IsFulfillHold IsPrintHold HoldDateTime")
        + deletion
        + nils("IsDeleted")
        + "</SalesProcessHold></ProcessHolds>"
    )


def tracking(number: str) -> str:
    key = f"<Key><Id>{number}</Id></Key>"
    return (
        f"<TrackingNumbers><SalesTrackingNumber>{key}{nils('DeleteOnUpdate')}</SalesTrackingNumber></TrackingNumbers>"
    )


def order(number: str = "SB100", *, lines: str | None = None, **given: str) -> str:
    """A salesOrder in wire order. `given`: po, freight, total, date, shipped, type, customer, batch, after_batch."""
    shipped = f"<ActualShipDate>{given['shipped']}</ActualShipDate>" if "shipped" in given else nils("ActualShipDate")
    kind = given.get("type", "STDORD")
    return (
        f"<salesOrder><Key><Id>{number}</Id></Key>"
        + nils("Type")
        + f"<Date>{given.get('date', '2026-11-23T00:00:00')}</Date>"
        + (f"<FreightAmount>{money(given['freight'])}</FreightAmount>" if "freight" in given else "")
        + f"<CustomerPONumber>{given.get('po', '#1001')}</CustomerPONumber>"
        + nils("MasterNumber ExchangeRate ExchangeDate RequestedShipDate FreightTaxBasis MiscellaneousTaxBasis")
        + nils("TransactionState")
        + (f"<TotalAmount>{money(given['total'])}</TotalAmount>" if "total" in given else "")
        + nils("CreatedDate ModifiedDate LastModifiedDate CommissionBasedOn")
        + shipped
        + nils("FulfillDate QuoteDate IsIntrastatDocument IsVoided ShipCompleteOnly IntegrationSource")
        + nils("InvoiceDate BackorderDate ReturnDate")
        + f"<DocumentTypeKey><Type>Order</Type><Id>{kind}</Id></DocumentTypeKey>"
        + f"<CustomerKey><Id>{given.get('customer', 'SHIPBOB-DTC')}</Id></CustomerKey>"
        + given.get("batch", BATCH)
        + given.get("after_batch", "")
        + nils("ShippingProcessStatus IsRepeating DocumentFrequency TimesToRepeat DaysToIncrement WorkflowPriority")
        + f"<Lines>{line() if lines is None else lines}</Lines></salesOrder>"
    )


def envelope(operation: str, inner: str) -> bytes:
    return (
        '<?xml version="1.0" encoding="utf-8"?><s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>'
        f'<{operation} xmlns="{GP}" xmlns:dyn="{DYN}" xmlns:xsi="{XSI}">{inner}</{operation}></s:Body></s:Envelope>'
    ).encode()


class Client:
    """One session, as polite clients of GP have it."""

    def __init__(self, gp: GpSimulator, password: str | None = None) -> None:
        self._gp = gp
        self.session = requests.Session()
        self.session.trust_env = False
        self.session.auth = HttpNtlmAuth(gp.username, password or gp.password)

    def get(self) -> requests.Response:
        return self.session.get(self._gp.url, verify=str(self._gp.ca_bundle), timeout=30)

    def post(self, operation: str, inner: str, **headers: str) -> requests.Response:
        return self.send(operation, envelope(operation, inner), **headers)

    def send(self, operation: str, body: bytes, **headers: str) -> requests.Response:
        named = {"Content-Type": "text/xml; charset=utf-8", "SOAPAction": f'"{GP}/{operation}"', **headers}
        return self.session.post(self._gp.url, body, headers=named, verify=str(self._gp.ca_bundle), timeout=30)

    def create(self, number: str = "SB100", **given: str) -> requests.Response:
        return self.post("CreateSalesOrder", order(number, **given) + CONTEXT + CREATE_POLICY)

    def update(self, number: str = "SB100", **given: str) -> requests.Response:
        return self.post("UpdateSalesOrder", order(number, **given) + CONTEXT + UPDATE_POLICY)

    def read(self, number: str = "SB100") -> requests.Response:
        return self.post("GetSalesOrderByKey", f"<key><Id>{number}</Id></key>{CONTEXT}")

    def listed(self, criteria: str) -> list[str]:
        answer = self.post("GetSalesOrderList", f"<criteria>{criteria}<Scope>Return All</Scope></criteria>{CONTEXT}")
        assert answer.status_code == 200, answer.text
        return [text(row, "Key", "Id").strip() for row in found(answer, "SalesOrderSummary")]

    def problems(self, refusal: requests.Response) -> list[tuple[str, str]]:
        """The (id, message) of each validation error behind a fault."""
        assert refusal.status_code == 500, refusal.text
        [log_id] = found(refusal, "Message")
        result = self.post("GetLoggedValidationResultByKey", f"<logId>{log_id.text}</logId>{CONTEXT}")
        return [(text(error, "Id"), text(error, "Message")) for error in found(result, "ValidationError")]


def found(answer: requests.Response, name: str) -> list[etree._Element]:
    return list(etree.fromstring(answer.content).iter(f"{{*}}{name}"))


def text(element: etree._Element, *path: str) -> str:
    value = element.findtext("/".join(f"{{*}}{name}" for name in path))
    assert value is not None, path
    return value


def faultstring(answer: requests.Response) -> str:
    assert answer.status_code == 500, answer.text
    assert not found(answer, "Message")
    return found(answer, "faultstring")[0].text or ""


class Control:
    def __init__(self, session: requests.Session, url: str) -> None:
        self._session, self._url = session, url

    def get(self, path: str) -> Any:
        answer = self._session.get(self._url + path, timeout=30)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def post(self, path: str, **given: object) -> int:
        return self._session.post(self._url + path, json=given, timeout=30).status_code
