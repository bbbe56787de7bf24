"""The GP simulator's custom REST service: sales documents over the same books and under the same rules as SOAP."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest

from local.gp import GpSimulator
from tests.contract import gp_rest
from tests.contract.gp_bodies import BATCH, CONTEXT, Client, found, hold, tracking
from tests.contract.gp_bodies import text as element
from tests.contract.gp_rest import FIRST_LINE, Rest, adjustment, line, order

SHIP_TO = {
    "name": "Ada Example",
    "contact": "Ada",
    "line1": "1 Main St",
    "line2": "Apt 2",
    "city": "Cicero",
    "state": "IL",
    "postal_code": "60804",
    "country": "United States",
    "phone": "555-0100",
}


@pytest.fixture
def rest(gp: GpSimulator) -> Iterator[Rest]:
    with gp_rest.client(gp) as made:
        yield made


# Orders ---------------------------------------------------------------------------------------------------------------


def test_an_order_comes_back_as_it_was_sent(rest: Rest) -> None:
    sent = order(
        ship_to=SHIP_TO,
        shipping_method="GROUND",
        comment="Leave at the door",
        freight="5.00",
        miscellaneous="1.25",
        tax="3.10",
        trade_discount="2.00",
        tracking=["1Z999"],
        holds=["SHIPBOB"],
        currency="USD",
        shipped_on="2026-11-24",
        lines=[
            line(fulfilled="1", canceled="1", unit_of_measure="EACH", serials=["S1"]),
            line(sequence=2 * FIRST_LINE, item="MUG-WHT", lots=[{"number": "L1", "quantity": "2"}]),
        ],
    )
    assert rest.create(**sent) == {"written": True}
    kept = rest.document()
    assert {name: kept[name] for name in sent if name != "lines"} == {
        name: value for name, value in sent.items() if name != "lines"
    }
    sent_lines = sent["lines"]
    assert isinstance(sent_lines, list)
    for sent_line, kept_line in zip(sent_lines, kept["lines"], strict=True):
        assert {name: kept_line[name] for name in sent_line} == sent_line
    assert (kept["state"], kept["is_voided"]) == ("Work", False)


def test_an_order_of_one_face_is_read_by_the_other(client: Client, rest: Rest) -> None:
    rest.create(freight="5.00", holds=["SHIPBOB"])
    [answer] = found(client.read(), "GetSalesOrderByKeyResult")
    assert element(answer, "TotalAmount", "Value") == "73.00"
    held = element(answer, "ProcessHolds", "SalesProcessHold", "Key", "SalesProcessHoldSetupKey", "Id")
    assert held.strip() == "SHIPBOB"
    client.create("SB200", after_batch=hold() + tracking("1Z999"), freight="2.50")
    document = rest.document("SB200")
    assert (document["customer_po"], document["freight"]) == ("#1001", "2.50")
    assert (document["holds"], document["tracking"]) == (["SHIPBOB"], ["1Z999"])


def test_a_number_that_gp_does_not_have_is_null(rest: Rest) -> None:
    rest.create()
    assert rest.document("NONE") is None
    assert rest.document("SB100", kind="Invoice") is None


def test_an_update_changes_what_it_is_given_and_nothing_else(gp: GpSimulator, rest: Rest) -> None:
    rest.create(
        holds=["SHIPBOB"],
        ship_to=SHIP_TO,
        shipping_method="GROUND",
        lines=[line(), line(sequence=2 * FIRST_LINE, item="MUG-WHT")],
    )
    before = rest.document()
    shipped: dict[str, object] = {
        "batch": "SBR261123-01",
        "shipped_on": "2026-11-24",
        "added_tracking": ["1Z999"],
        "fulfilled": [{"sequence": FIRST_LINE, "quantity": "1"}],
        "canceled": [{"sequence": FIRST_LINE, "quantity": "1"}],
        "quantities": [{"sequence": 2 * FIRST_LINE, "quantity": "3"}],
        "lifted_holds": ["SHIPBOB"],
    }
    assert rest.update(**shipped) == {"written": True}
    first, second = before["lines"]
    assert rest.document() == {
        **before,
        "batch": "SBR261123-01",
        "shipped_on": "2026-11-24",
        "tracking": ["1Z999"],
        "holds": [],
        "lines": [
            {**first, "fulfilled": "1", "canceled": "1", "to_invoice": "1"},
            {**second, "quantity": "3", "to_invoice": "3"},
        ],
    }
    rest.update(added_tracking=["1Z000"], added_holds=["SHIPBOB"], ship_to={"city": "Berwyn"}, shipping_method="2DAY")
    after = rest.document()
    assert (after["tracking"], after["holds"], after["shipping_method"]) == (["1Z999", "1Z000"], ["SHIPBOB"], "2DAY")
    assert after["ship_to"] == {**dict.fromkeys(SHIP_TO, ""), "city": "Berwyn"}
    assert gp.books.allocated("SERUM-30", "SB-CICERO") == 1, "what is cancelled is free again"


def test_a_batch_can_be_posted_after_the_hold_is_lifted_over_rest(gp: GpSimulator, rest: Rest) -> None:
    rest.create(holds=["SHIPBOB"])
    with pytest.raises(ValueError, match="process hold"):
        gp.books.transfer("SB100")
    rest.update(lifted_holds=["SHIPBOB"], batch="SBR261123-01")
    invoice = gp.books.transfer("SB100")
    gp.books.post_batch("SBR261123-01")
    [posted, transferred] = sorted(
        rest.done("list_sales_documents", customer="SHIPBOB-DTC", customer_po="#1001")["sales_documents"],
        key=lambda row: row["type"],
    )
    assert (posted["type"], posted["number"], posted["state"], posted["total"]) == (
        "Invoice",
        invoice,
        "History",
        "68.00",
    )
    assert (transferred["type"], transferred["state"]) == ("Order", "History")
    assert posted["master_number"] == transferred["master_number"]


def test_a_void_order_is_in_history_and_marked(rest: Rest) -> None:
    rest.create()
    assert rest.done("void_sales_document", type="Order", number="SB100") == {"written": True}
    document = rest.document()
    assert (document["state"], document["is_voided"]) == ("History", True)
    evidence = rest.update(batch="SBR261123-01")["refusal"]["evidence"]
    assert evidence == ["Sales document SB100 is in History and cannot be changed."]


def test_a_batch_of_the_other_face_is_the_same_batch(client: Client, rest: Rest) -> None:
    client.create("SB200", batch=BATCH)
    rest.create(batch="SBD261123-01")
    answer = client.post("GetBatchList", f"<criteria/>{CONTEXT}")
    assert answer.status_code == 200, answer.text
    [batch] = [each for each in found(answer, "Batch") if element(each, "Key", "Id").strip() == "SBD261123-01"]
    assert element(batch, "NumberOfTransactions") == "2"


# Invoices and returns -------------------------------------------------------------------------------------------------


def test_an_invoice_keeps_the_order_that_it_bills(rest: Rest) -> None:
    rest.create()
    rest.create(type="Invoice", number="SBI100", document_type="STDINV", order="SB100", lines=[line(fulfilled="2")])
    invoice = rest.document("SBI100", kind="Invoice")
    assert (invoice["order"], invoice["lines"][0]["fulfilled"]) == ("SB100", "2")
    assert rest.document()["lines"][0]["quantity"] == "2", "the order is left as it is"
    rest.update("SBI100", "Invoice", added_tracking=["1Z999"])
    assert rest.document("SBI100", kind="Invoice")["tracking"] == ["1Z999"]


def test_a_return_brings_goods_back_as_the_type_that_it_says(gp: GpSimulator, rest: Rest) -> None:
    back = line(quantity_type="Damaged", lots=[])
    rest.create(type="Return", number="SBR100", document_type="RTN", batch="RETURNS", lines=[back])
    assert rest.document("SBR100", kind="Return")["lines"][0]["quantity_type"] == "Damaged"
    gp.books.post_batch("RETURNS")
    sites = rest.read("Inventory/Items(SERUM-30)/ItemSites")
    [damaged] = [row["QuantityDamaged"] for row in sites if row["SiteID"] == "SB-CICERO"]
    assert damaged == 2


# Refusals -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"customer": "NOBODY"}, "Customer 'NOBODY' does not exist."),
        ({"lines": [line(item="NOTHING")]}, "Item 'NOTHING' on line 16384 does not exist."),
        ({"lines": [line(site="NOWHERE")]}, "Site 'NOWHERE' on line 16384 does not exist."),
        ({"lines": [line(unit_of_measure="CASE")]}, "Unit of measure 'CASE' on line 16384 is not in the schedule"),
        ({"shipping_method": "PIGEON"}, "Shipping method 'PIGEON' does not exist."),
        ({"holds": ["NONE"]}, "Process hold 'NONE' does not exist."),
        ({"number": "SB1234567890123456"}, "SB1234567890123456 is longer than 17."),
        ({"currency": "CAD"}, "The company keeps its books in USD."),
        ({"lines": [line(unit_price="0.005")]}, "UnitPrice 0.005 is negative or has more than two decimals."),
        ({"date": "2026-13-01"}, "2026-13-01 is not a day."),
        ({"order": "SB1"}, "Only an invoice bills an order."),
        ({"lines": [line(quantity_type="Damaged")]}, "Line 16384 cannot be of quantity type Damaged."),
        ({"lines": []}, "The document has no lines."),
        ({"lines": [line(site="")]}, "Line 16384 of a new document has no site."),
        ({"batch": ""}, "The batch is missing."),
        ({"state": "Work"}, "state of a new document is GP's to write."),
    ],
)
def test_what_gp_refuses_is_a_refusal_in_its_own_words_and_nothing_is_written(
    gp: GpSimulator, rest: Rest, changes: dict[str, object], said: str
) -> None:
    [evidence] = rest.create(**changes)["refusal"]["evidence"]
    assert evidence.startswith(said)
    assert gp.books.documents() == []


def test_a_number_that_is_taken_is_refused_whichever_face_took_it(client: Client, rest: Rest) -> None:
    client.create()
    refusal = rest.create(customer_po="#2002")["refusal"]
    assert refusal["evidence"] == ["Sales document SB100 already exists."]
    assert rest.document()["customer_po"] == "#1001"


def test_an_update_of_what_is_not_there_is_refused(gp: GpSimulator, rest: Rest) -> None:
    assert "refusal" in rest.update("NONE", batch="SBR")
    assert "refusal" in rest.done("void_sales_document", type="Order", number="NONE")
    rest.create()
    quantities = [{"sequence": 99, "quantity": "1"}]
    assert rest.update(quantities=quantities)["refusal"]["evidence"] == ["Line 99 of SB100 does not exist."]
    assert gp.books.document("SB100").modified_count == 1


# Lists and set-up -----------------------------------------------------------------------------------------------------


def test_documents_are_found_by_customer_and_po(rest: Rest) -> None:
    rest.create()
    rest.create(number="SB101", customer_po="#1002")
    rest.create(number="SB102", customer="SHIPBOB-B2B")
    listed = rest.done("list_sales_documents", customer="shipbob-dtc", customer_po="#1001")["sales_documents"]
    assert [(row["number"], row["total"], row["batch"]) for row in listed] == [("SB100", "68.00", "SBD261123-01")]


def test_inventory_documents_are_found_in_a_window(gp: GpSimulator, rest: Rest) -> None:
    moment = dt.datetime(2026, 11, 23, 10, 30, tzinfo=dt.UTC)
    gp.books.clock = lambda: moment
    rest.post("Inventory/Transactions", adjustment())
    rest.post("Inventory/Transactions", adjustment(DocumentNumber="ADJ2", DocumentDate="2026-11-25"))
    moment = dt.datetime(2026, 11, 24, 9, tzinfo=dt.UTC)
    gp.books.inventory.post("ADJ2")

    def found(by: str, start: str, end: str, state: str = "Work", kind: str = "Adjustment") -> list[object]:
        asked = {"type": kind, "by": by, "start": start, "end": end, "state": state}
        return [row["number"] for row in rest.done("list_inventory_documents", **asked)["inventory_documents"]]

    assert found("modified date", "2026-11-23T10:30:00Z", "2026-11-23T10:30:00.000Z") == ["ADJ1"]
    assert found("modified date", "2026-11-23T10:30:00.001Z", "2026-11-25T00:00:00Z") == []
    assert found("modified date", "2026-11-23T00:00:00Z", "2026-11-24T09:00:00Z", "History") == ["ADJ2"]
    assert found("document date", "2026-11-25T00:00:00Z", "2026-11-25T00:00:00Z", "History") == ["ADJ2"]
    assert found("document date", "2026-11-23T18:00:00Z", "2026-11-25T00:00:00Z") == ["ADJ1"], "only the day counts"
    assert found("modified date", "2026-11-23T00:00:00Z", "2026-11-25T00:00:00Z", kind="Transfer") == []


def test_a_gp_that_keeps_days_only_says_midnights(gp: GpSimulator, rest: Rest) -> None:
    gp.books.clock = lambda: dt.datetime(2026, 11, 23, 10, 30, tzinfo=dt.UTC)
    rest.create()
    asked = {"customer": "SHIPBOB-DTC", "customer_po": "#1001"}
    assert rest.done("list_sales_documents", **asked)["sales_documents"][0]["modified_at"] == "2026-11-23T10:30:00.000Z"
    gp.books.stamps_have_time = False
    assert rest.done("list_sales_documents", **asked)["sales_documents"][0]["modified_at"] == "2026-11-23T00:00:00.000Z"


def test_shipping_methods_and_holds_are_those_of_set_up(rest: Rest) -> None:
    methods = rest.done("list_shipping_methods")["shipping_methods"]
    assert {"id": "GROUND", "description": "GROUND"} in methods
    [held] = rest.done("list_hold_setups")["hold_setups"]
    assert (held["id"], held["stops_transfer"], held["stops_posting"]) == ("SHIPBOB", True, True)
