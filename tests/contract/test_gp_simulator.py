"""The GP simulator as any client sees it: plain requests, real NTLM over TLS, SOAP bodies written here."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
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


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("gp")


@pytest.fixture
def gp(folder: Path) -> Iterator[GpSimulator]:
    with GpSimulator(folder) as simulator:
        yield simulator


@pytest.fixture
def client(gp: GpSimulator) -> Iterator[Client]:
    made = Client(gp)
    with made.session:
        yield made


@pytest.fixture
def control(gp: GpSimulator) -> Iterator[Control]:
    with requests.Session() as session:
        session.trust_env = False
        yield Control(session, gp.control_url)


class Control:
    def __init__(self, session: requests.Session, url: str) -> None:
        self._session, self._url = session, url

    def get(self, path: str) -> Any:
        answer = self._session.get(self._url + path, timeout=30)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def post(self, path: str, **given: object) -> int:
        return self._session.post(self._url + path, json=given, timeout=30).status_code


# The login ------------------------------------------------------------------------------------------------------------


def test_the_first_call_of_a_connection_takes_three_requests_and_the_next_ones_one(
    gp: GpSimulator, client: Client
) -> None:
    assert client.get().status_code == 200
    assert (gp.counters.connections, gp.counters.legs, gp.counters.logins) == (1, 3, 1)
    assert client.create().status_code == 200
    assert (gp.counters.connections, gp.counters.legs, gp.counters.logins) == (1, 4, 1)
    assert (gp.counters.requests, gp.counters.operations) == (1, {"CreateSalesOrder": 1})


def test_every_call_takes_three_requests_where_logins_are_not_kept(folder: Path) -> None:
    with GpSimulator(folder, keeps_login=False) as gp:
        client = Client(gp)
        with client.session:
            assert client.get().status_code == client.create().status_code == client.read().status_code == 200
        assert (gp.counters.connections, gp.counters.legs, gp.counters.logins) == (1, 9, 3)


def test_a_wrong_password_is_refused_and_counted_once_for_each_request(gp: GpSimulator) -> None:
    client = Client(gp, "not the password")
    with client.session:
        assert [client.get().status_code, client.create().status_code] == [401, 401]
    assert (gp.counters.refused, gp.counters.logins, gp.counters.requests) == (2, 0, 0)
    assert gp.books.documents() == []


def test_a_changed_password_holds_for_new_connections(gp: GpSimulator, client: Client) -> None:
    gp.password = "another one"  # noqa: S105
    assert client.get().status_code == 401
    again = Client(gp)
    with again.session:
        assert again.get().status_code == 200


def test_a_login_belongs_to_its_connection(gp: GpSimulator, client: Client) -> None:
    client.get()
    stranger = Client(gp)
    with stranger.session:
        stranger.session.auth = None
        answer = stranger.get()
    assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, "NTLM")


def test_connections_in_parallel_do_not_disturb_one_another(gp: GpSimulator) -> None:
    statuses: list[int] = []

    def work(worker: int) -> None:
        client = Client(gp)
        with client.session:
            statuses.extend(client.create(f"SB{worker}-{n}").status_code for n in range(5))

    threads = [threading.Thread(target=work, args=(worker,)) for worker in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert statuses == [200] * 40
    assert len(gp.books.documents()) == 40
    assert (gp.counters.logins, gp.counters.refused) == (8, 0)


# Orders ---------------------------------------------------------------------------------------------------------------


def test_an_order_comes_back_as_it_was_sent_and_completed(client: Client) -> None:
    created = client.create(freight="5.00", total="73.00", after_batch=hold())
    assert created.status_code == 200, created.text
    assert len(etree.fromstring(created.content)[0][0]) == 0, "the answer to a create is empty"
    [answer] = found(client.read(), "GetSalesOrderByKeyResult")
    assert text(answer, "Key", "Id") == "SB100".ljust(21), "a char column comes back padded"
    assert text(answer, "CustomerName").strip() == "ShipBob DTC"
    assert text(answer, "TotalAmount", "Value") == "73.00"
    assert text(answer, "TransactionState") == "Work"
    assert text(answer, "Lines", "SalesOrderLine", "Key", "LineSequenceNumber") == "16384"
    assert text(answer, "Lines", "SalesOrderLine", "UofM").strip() == "EACH"
    held = text(answer, "ProcessHolds", "SalesProcessHold", "Key", "SalesProcessHoldSetupKey", "Id")
    assert held.strip() == "SHIPBOB"


def test_a_shipment_is_written_with_an_update(client: Client, control: Control) -> None:
    client.create(after_batch=hold())
    ready = BATCH.replace("SBD", "SBR")
    shipped = line(price="", key="16384", fulfilled="2")
    changes = hold(lift=True) + tracking("1Z999")
    answer = client.update(lines=shipped, batch=ready, after_batch=changes, shipped="2026-11-24T00:00:00")
    assert answer.status_code == 200, answer.text
    document = control.get("/documents/SB100")
    assert document["tracking"] == ["1Z999"]
    assert document["holds"] == []
    assert (document["batch"], document["ship_date"]) == ("SBR261123-01", "2026-11-24")
    assert document["lines"][0]["fulfilled"] == "2"
    assert document["modified_count"] == 2


def test_a_whole_order_as_read_can_be_sent_back(client: Client, control: Control) -> None:
    """Get, modify, put: Microsoft's own example of an update."""
    client.create(freight="5.00", after_batch=hold() + tracking("1Z999"))
    before = control.get("/documents/SB100")
    [read] = found(client.read(), "GetSalesOrderByKeyResult")
    read.tag = f"{{{GP}}}salesOrder"
    answer = client.post("UpdateSalesOrder", etree.tostring(read).decode() + CONTEXT + UPDATE_POLICY)
    assert answer.status_code == 200, client.problems(answer)
    changed = {"modified_count": 2, "modified": control.get("/documents/SB100")["modified"]}
    assert control.get("/documents/SB100") == {**before, **changed}


def test_an_update_adds_and_deletes_lines_by_their_sequence(client: Client, control: Control) -> None:
    client.create(lines=line() + line("SOAP-BAR", "1", "6.25"))
    client.update(lines=line(key="16384", delete="true") + line("MUG-WHT", "3", ""))
    lines = control.get("/documents/SB100")["lines"]
    assert [(each["sequence"], each["item"], each["unit_price"]) for each in lines] == [
        (32768, "SOAP-BAR", "6.25"),
        (49152, "MUG-WHT", "12.00"),
    ]


@pytest.mark.parametrize(
    "criteria",
    [
        "<CustomerPONumber><EqualValue>#1001</EqualValue></CustomerPONumber>",
        "<DocumentId><From>SB1</From><To>SB100</To></DocumentId>",
        "<DocumentId><Like>%100</Like></DocumentId>",
        "<BatchId><EqualValue>SBD261123-01</EqualValue></BatchId>",
        '<TransactionState><EqualValue xsi:nil="true"/><NotEqualValue xsi:nil="true"/><Items>'
        "<SalesTransactionState>Work</SalesTransactionState></Items></TransactionState>",
        '<Date><EqualValue>2026-11-23T00:00:00</EqualValue><NotEqualValue xsi:nil="true"/><From xsi:nil="true"/>'
        '<To xsi:nil="true"/><GreaterThan xsi:nil="true"/><LessThan xsi:nil="true"/></Date>',
    ],
)
def test_a_list_gives_what_the_criteria_ask_for(client: Client, gp: GpSimulator, criteria: str) -> None:
    client.create("SB100")
    moved = BATCH.replace("SBD", "OTHER")
    client.create("SB200", po="#1002", date="2026-11-20T00:00:00", batch=moved, customer="SHIPBOB-B2B")
    gp.books.transfer("SB200")
    assert client.listed(criteria) == ["SB100"]
    assert client.listed("") == ["SB100", "SB200"]


def test_a_second_create_with_the_same_number_is_refused(client: Client) -> None:
    client.create()
    [(problem, message)] = client.problems(client.create())
    assert problem == "DuplicateDocument"
    assert "SB100" in message


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        ({"lines": line("NO-SUCH")}, "UnknownItem"),
        ({"lines": line(unit="CASE")}, "UnknownUofM"),
        ({"lines": line(site="NOWHERE")}, "UnknownSite"),
        ({"lines": line(count="1.5")}, "BadQuantity"),
        ({"lines": line(count="2", fulfilled="3")}, "BadQuantity"),
        ({"lines": line(price="9.955")}, "BadAmount"),
        ({"lines": ""}, "LinesMissing"),
        ({"customer": "NOBODY"}, "UnknownCustomer"),
        ({"type": "NOORD"}, "UnknownDocumentType"),
        ({"batch": ""}, "BatchMissing"),
        ({"after_batch": hold("NOHOLD")}, "UnknownHold"),
        ({"freight": "5.00", "total": "68.00"}, "WrongTotal"),
    ],
)
def test_what_breaks_a_business_rule_is_refused_with_a_result_to_read(
    client: Client, gp: GpSimulator, given: dict[str, str], problem: str
) -> None:
    [(id_, message)] = client.problems(client.create(**given))
    assert id_ == problem
    assert message
    assert gp.books.documents() == []


def test_an_order_without_a_number_gets_the_next_one_and_is_not_told(client: Client) -> None:
    assert client.create("").status_code == 200
    [number] = client.listed("")
    assert number.startswith("ORDST")


def test_a_key_that_does_not_exist_is_a_fault(client: Client) -> None:
    assert faultstring(client.read("SB404")) == "Business object not found."


def test_another_company_is_a_fault(client: Client) -> None:
    answer = client.post("GetSalesOrderList", EVERY_ORDER + CONTEXT.replace(">2<", ">7<"))
    assert "Company 7" in faultstring(answer)


def test_a_transferred_order_is_in_history_and_can_no_longer_be_changed(client: Client, control: Control) -> None:
    client.create(after_batch=hold())
    assert control.post("/documents/SB100/transfer") == 409, "a process hold keeps it in Work"
    assert control.post("/documents/SB100/remove_hold", hold="SHIPBOB") == 200
    assert control.post("/documents/SB100/transfer") == 200
    assert [problem for problem, _ in client.problems(client.update())] == ["NotInWork"]
    assert text(found(client.read(), "GetSalesOrderByKeyResult")[0], "TransactionState") == "History"


def test_quantities_by_site_end_with_the_row_of_all_sites(client: Client) -> None:
    client.create()
    [item] = found(client.post("GetItemByKey", f"<key><Id>SERUM-30</Id></key>{CONTEXT}"), "GetItemByKeyResult")
    assert item.get(f"{{{XSI}}}type") == "SalesItem"
    rows = {
        text(row, "Key", "WarehouseKey", "Id").strip(): (
            text(row, "OnHandQuantity", "Value"),
            text(row, "AllocatedQuantity", "Value"),
        )
        for row in item.iter(f"{{{GP}}}SalesItemWarehouse")
    }
    assert rows["SB-CICERO"] == ("400", "2")
    assert rows[""] == ("1900", "2")


# The contract ---------------------------------------------------------------------------------------------------------

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


# Crashes --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("when", "executed"), [("login", 0), ("before", 0), ("after", 1), ("replying", 1)])
def test_a_dropped_connection_leaves_what_was_executed(
    gp: GpSimulator, client: Client, when: str, executed: int
) -> None:
    gp.stops.add("CreateSalesOrder", when, "drop")
    with pytest.raises((requests.ConnectionError, requests.exceptions.ChunkedEncodingError)):
        client.create()
    assert len(gp.books.documents()) == executed
    assert client.read().status_code == (200 if executed else 500), "a drop happens once"


def test_a_held_request_is_executed_on_release_though_its_client_is_gone(gp: GpSimulator, control: Control) -> None:
    control.post("/stops", operation="CreateSalesOrder", when="before", do="hold")
    client = Client(gp)
    caller = threading.Thread(target=_create_and_lose, args=(client,))
    caller.start()
    assert control.get("/stops/reached?seconds=30") == [{"operation": "CreateSalesOrder", "when": "before"}]
    gp.offline()
    caller.join()
    assert control.get("/documents") == []
    gp.stops.add("CreateSalesOrder", "after", "hold")
    assert control.post("/stops/release") == 200
    assert [held.when for held in gp.stops.wait_reached()] == ["after"]
    assert [document["number"] for document in control.get("/documents")] == ["SB100"]


def _create_and_lose(client: Client) -> None:
    with client.session, pytest.raises(requests.ConnectionError):
        client.create()


def test_offline_refuses_connections_and_keeps_the_books(gp: GpSimulator, client: Client, control: Control) -> None:
    client.create()
    control.post("/offline")
    with pytest.raises(requests.ConnectionError):
        client.read()
    control.post("/online")
    assert client.read().status_code == 200
    assert gp.counters.connections == 2


# The control API ------------------------------------------------------------------------------------------------------


def test_master_data_can_be_added(client: Client, control: Control) -> None:
    assert control.post("/items", number="NEW-1", price="1.50", on_hand={"SB-CICERO": 3}) == 200
    assert control.post("/customers", key="SHOPIFY", name="Shopify") == 200
    assert client.create(lines=line("NEW-1", "2", ""), customer="SHOPIFY").status_code == 200
    assert control.get("/documents/SB100")["total"] == "3.00"


def test_as_a_process_it_says_where_it_is_and_stops_when_told(folder: Path) -> None:
    password = folder / "password"
    password.write_text("from a file")
    command = [sys.executable, "-m", "local.gp", "--folder", str(folder), "--password-file", str(password)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603
        assert process.stdout is not None
        ready = json.loads(process.stdout.readline())
        with requests.Session() as session:
            session.trust_env, session.auth = False, HttpNtlmAuth(ready["username"], "from a file")
            assert session.get(ready["url"], verify=ready["ca_bundle"], timeout=30).status_code == 200
            assert session.get(ready["control"] + "/counters", auth=None, timeout=30).json()["logins"] == 1
        process.terminate()
        assert process.wait(30) == 0


def test_the_exchanges_keep_what_was_said(gp: GpSimulator, client: Client, control: Control) -> None:
    answer = client.create()
    [exchange] = gp.exchanges
    assert (exchange.operation, exchange.status) == ("CreateSalesOrder", 200)
    assert exchange.response == answer.content
    assert len(control.get("/exchanges")) == 1
    assert control.get("/counters")["operations"] == {"CreateSalesOrder": 1}
