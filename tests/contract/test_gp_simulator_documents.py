"""The GP simulator's sales orders: what is kept, what is refused by a business rule, what a list gives."""

from __future__ import annotations

import pytest
from lxml import etree

from local.gp import GpSimulator
from tests.contract.gp_bodies import (
    BATCH,
    CONTEXT,
    EVERY_ORDER,
    GP,
    UPDATE_POLICY,
    XSI,
    Client,
    Control,
    faultstring,
    found,
    hold,
    line,
    text,
    tracking,
)


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
