"""An independent client, zeep with the WSDL of a real GP, drives the simulator: whatever breaks the contract fails."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from zeep.wsdl import Document

from local.gp import GpSimulator
from local.gp.contract import OPERATIONS
from tests.vendor.gp_contract import CONTRACTS
from tests.vendor.gp_zeep import (
    ALL,
    BATCH,
    DAY,
    NEVER,
    SALES,
    STOCK,
    Client,
    money,
    quantity,
    sales,
    sales_line,
    stock,
    stock_line,
    system_fault,
)

NUMBER = "SB100"

pytestmark = pytest.mark.skipif(not CONTRACTS.is_dir(), reason=f"the vendor's contract is not at {CONTRACTS}")


@pytest.fixture(scope="module")
def reader(contract: Document, folder: Path) -> Iterator[Client]:
    """Of a GP of its own with a document of each kind, for tests that change nothing."""
    with GpSimulator(folder / "reader") as gp, Client(contract, gp) as made:
        for kind in SALES:
            made.create(kind, sales(kind, NUMBER))
        for kind in STOCK:
            made.create(kind, stock(kind, NUMBER))
        yield made


# Sales documents ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("switches", [{}, {"keeps_login": False}, {"binding": "require"}])
def test_an_order_is_created_read_listed_updated_and_voided(
    contract: Document, folder: Path, switches: dict[str, Any]
) -> None:
    with GpSimulator(folder, **switches) as gp, Client(contract, gp) as client:
        assert client.create("SalesOrder", sales("SalesOrder", NUMBER)) is None
        order = client.read("SalesOrder", NUMBER)
        assert (order.TransactionState, order.IsVoided) == ("Work", False)
        assert order.TotalAmount.Value == Decimal("68.00")
        assert client.listed("SalesOrder", CustomerPONumber={"EqualValue": "#1001"}, Scope=ALL) == [NUMBER]
        assert client.update("SalesOrder", sales("SalesOrder", NUMBER, CustomerPONumber="#1002")) is None
        assert client.read("SalesOrder", NUMBER).CustomerPONumber.strip() == "#1002"
        assert client.write("VoidSalesOrder", key={"Id": NUMBER}) is None
        voided = client.read("SalesOrder", NUMBER)
        assert (voided.TransactionState, voided.IsVoided) == ("History", True)


@pytest.mark.parametrize("kind", SALES)
def test_a_sales_document_of_each_kind_is_read_changed_sent_back_whole_and_voided(client: Client, kind: str) -> None:
    amounts = {"FreightAmount": money("5.95"), "TaxAmount": money("1.00"), "TradeDiscount": {"Amount": money("2.00")}}
    address = {"Name": "A. Customer", "Line1": "1 Main Street", "City": "Cicero", "Phone1": {"Value": "555-0100"}}
    client.create(kind, sales(kind, NUMBER, **amounts, ShipToAddress=address))
    document = client.read(kind, NUMBER)
    assert document.TotalAmount.Value == Decimal("72.95")
    document.CustomerPONumber = "#1002"
    client.update(kind, document)
    changed = client.read(kind, NUMBER)
    assert changed.CustomerPONumber.strip() == "#1002"
    others = set(document) - {"CustomerPONumber", "ModifiedDate", "LastModifiedDate"}
    assert [name for name in others if changed[name] != document[name]] == []
    assert client.listed(kind, TransactionState={"EqualValue": "Work"}, Scope=ALL) == [NUMBER]
    client.write(f"Void{kind}", key={"Id": NUMBER})
    assert client.listed(kind, TransactionState={"EqualValue": "Work"}, Scope=ALL) == []
    assert client.listed(kind, TransactionState={"EqualValue": "History"}, Scope=ALL) == [NUMBER]


def test_a_shipment_lifts_the_hold_and_is_written_into_the_order(client: Client) -> None:
    hold = {"Key": {"SalesProcessHoldSetupKey": {"Id": "SHIPBOB"}}}
    client.create("SalesOrder", sales("SalesOrder", NUMBER, ProcessHolds={"SalesProcessHold": [hold]}))
    order = client.read("SalesOrder", NUMBER)
    order.ProcessHolds.SalesProcessHold[0].DeleteOnUpdate = True
    order.ActualShipDate = DAY
    order.TrackingNumbers = {"SalesTrackingNumber": [{"Key": {"Id": "1Z999"}}, {"Key": {"Id": "1Z998"}}]}
    order.Lines.SalesOrderLine[0].QuantityFulfilled = quantity(2)
    client.update("SalesOrder", order)
    shipped = client.read("SalesOrder", NUMBER)
    assert shipped.ProcessHolds is None
    assert shipped.ActualShipDate == DAY
    assert [each.Key.Id.strip() for each in shipped.TrackingNumbers.SalesTrackingNumber] == ["1Z999", "1Z998"]
    assert shipped.Lines.SalesOrderLine[0].QuantityFulfilled.Value == 2


def test_a_deleted_order_is_gone(client: Client) -> None:
    client.create("SalesOrder", sales("SalesOrder", NUMBER))
    client.write("DeleteSalesOrder", key={"Id": NUMBER})
    assert system_fault(client.refusal("GetSalesOrderByKey", key={"Id": NUMBER})) == "Business object not found."


@pytest.mark.parametrize(
    ("criteria", "numbers"),
    [
        ({}, ["SB1", "SB2", "SB3"]),
        ({"CustomerPONumber": {"Like": "#10%"}}, ["SB1", "SB2"]),
        ({"DocumentId": {"Items": {"string": ["SB1", "SB3"]}}}, ["SB1", "SB3"]),
        ({"DocumentId": {"From": "SB2", "To": "SB3"}}, ["SB2", "SB3"]),
        ({"TransactionState": {"Items": {"SalesTransactionState": ["Work", "History"]}}}, ["SB1", "SB2", "SB3"]),
        ({"TransactionState": {"NotEqualValue": "Work"}}, []),
        ({"Date": {"GreaterThan": DAY}}, ["SB3"]),
        ({"Date": {"From": DAY, "To": DAY}, "CustomerId": {"EqualValue": "SHIPBOB-B2B"}}, ["SB2"]),
    ],
)
def test_criteria_choose_the_orders_of_a_list(client: Client, criteria: dict[str, Any], numbers: list[str]) -> None:
    client.create("SalesOrder", sales("SalesOrder", "SB1"))
    client.create("SalesOrder", sales("SalesOrder", "SB2", CustomerKey={"Id": "SHIPBOB-B2B"}))
    client.create("SalesOrder", sales("SalesOrder", "SB3", CustomerPONumber="#2001", Date=DAY.replace(day=24)))
    assert client.listed("SalesOrder", **criteria, Scope=ALL) == numbers


def test_a_list_of_sales_documents_says_what_each_is(reader: Client) -> None:
    rows = reader.ask("GetSalesDocumentList", criteria={"Type": {"NotEqualValue": "Return"}, "Scope": ALL})
    assert [row.Type for row in rows] == ["Order", "Invoice"]


# Inventory ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", STOCK)
def test_an_inventory_document_is_created_read_and_listed_in_work_and_in_history(
    gp: GpSimulator, client: Client, kind: str
) -> None:
    client.create(kind, stock(kind, NUMBER))
    for state in ("Work", "History"):
        document = client.read(kind, NUMBER)
        assert (document.Key.Id.strip(), document.Date, document.TransactionState) == (NUMBER, DAY, state)
        [line] = document.Lines[f"{kind}Line"]
        assert (line.ItemKey.Id.strip(), line.Quantity.Value) == ("SERUM-30", 2)
        chosen = {"TransactionState": {"EqualValue": state}, "ModifiedDate": {"GreaterThan": NEVER}}
        assert client.listed(kind, **chosen) == [NUMBER]
        if state == "Work":
            gp.books.inventory.post(NUMBER)


@pytest.mark.parametrize("kind", STOCK)
@pytest.mark.parametrize(("tracking", "pieces"), [("Lot Numbers", "Lots"), ("Serial Numbers", "Serials")])
def test_lots_and_serial_numbers_come_back_as_they_were_sent(
    gp: GpSimulator, client: Client, kind: str, tracking: str, pieces: str
) -> None:
    gp.books.add_item("SERUM-30", tracking=tracking)
    is_transfer = kind == "InventoryTransfer"
    for number in ("P-1", "P-2") if is_transfer else ():
        gp.books.inventory.set_quantity("SERUM-30", "MAIN", 1, piece=number)
    element = f"{kind if is_transfer else 'Inventory'}{pieces[:-1]}"
    name = f"{pieces[:-1]}Number"
    made = [{name: number, **({"Quantity": quantity(1)} if pieces == "Lots" else {})} for number in ("P-1", "P-2")]
    client.create(kind, stock(kind, NUMBER, stock_line(kind, **{pieces: {element: made}})))
    [line] = client.read(kind, NUMBER).Lines[f"{kind}Line"]
    assert [each[name].strip() for each in line[pieces][element]] == ["P-1", "P-2"]


@pytest.mark.parametrize(("kind", "type_name"), [("Sales Item", "SalesItem"), ("Kit", "Kit"), ("Service", "Service")])
def test_an_item_is_answered_as_the_type_that_it_is(gp: GpSimulator, client: Client, kind: str, type_name: str) -> None:
    gp.books.add_item("THING", kind=kind)
    item = client.read("Item", "THING")
    assert (type(item).__name__, item.Type) == (type_name, kind)
    assert ("Quantities" in item) == (type_name == "SalesItem")


def test_the_quantities_of_an_item_are_those_of_each_site_and_of_all(gp: GpSimulator, client: Client) -> None:
    gp.books.add_item("THING", on_hand={"MAIN": 7, "SB-CICERO": 3}, sites=["MAIN", "SB-CICERO"])
    line = sales_line(ItemKey={"Id": "THING"})
    client.create("SalesOrder", sales("SalesOrder", NUMBER, line))
    for kind in ("Item", "InventoriedItem"):
        rows = client.read(kind, "THING").Quantities.SalesItemWarehouse
        assert {
            row.Key.WarehouseKey.Id.strip(): (row.OnHandQuantity.Value, row.AllocatedQuantity.Value) for row in rows
        } == {"MAIN": (7, 0), "SB-CICERO": (3, 2), "": (10, 2)}


# Keys and lists -------------------------------------------------------------------------------------------------------

KEYS: dict[str, dict[str, Any]] = {
    **{kind: {"Id": NUMBER} for kind in (*SALES, *STOCK)},
    "Batch": BATCH,
    "Item": {"Id": "SERUM-30"},
    "InventoriedItem": {"Id": "SERUM-30"},
    "ItemWarehouse": {"ItemKey": {"Id": "SERUM-30"}, "WarehouseKey": {"Id": "SB-CICERO"}},
    "Warehouse": {"Id": "SB-CICERO"},
    "Customer": {"Id": "SHIPBOB-DTC"},
    "ShippingMethod": {"Id": "GROUND"},
    "SalesProcessHoldSetup": {"Id": "SHIPBOB"},
}
SCOPED = {*SALES, "Customer"}


def ids(key: Any) -> tuple[str, ...]:
    """The ids in a key of what there is in the company."""
    parts = (key["ItemKey"], key["WarehouseKey"]) if "ItemKey" in key else (key,)
    return tuple(part["Id"].strip() for part in parts)


def test_every_operation_that_takes_a_key_is_asked_here() -> None:
    taking_keys = {name for name in OPERATIONS if name.endswith("ByKey") and "Logged" not in name}
    assert {f"Get{kind}ByKey" for kind in KEYS} == taking_keys


@pytest.mark.parametrize("kind", KEYS)
def test_what_is_in_a_list_is_found_by_its_key(reader: Client, kind: str) -> None:
    rows = reader.ask(f"Get{kind}List", criteria={"Scope": ALL} if kind in SCOPED else {})
    assert ids(KEYS[kind]) in [ids(row.Key) for row in rows]
    assert ids(reader.ask(f"Get{kind}ByKey", key=KEYS[kind]).Key) == ids(KEYS[kind])


@pytest.mark.parametrize("kind", KEYS)
def test_a_key_that_does_not_exist_is_a_fault(reader: Client, kind: str) -> None:
    missing = {name: "NONE" if name == "Id" else given for name, given in KEYS[kind].items()}
    if kind == "ItemWarehouse":
        missing = {**missing, "WarehouseKey": {"Id": "NONE"}}
    assert system_fault(reader.refusal(f"Get{kind}ByKey", key=missing)) == "Business object not found."


@pytest.mark.parametrize(
    ("kind", "element", "words"),
    [
        ("Item", "Description", "Face serum 30 ml"),
        ("Warehouse", "Description", "ShipBob Cicero (IL)"),
        ("Customer", "Name", "ShipBob DTC"),
        ("SalesProcessHoldSetup", "Description", "Not shipped by ShipBob yet"),
    ],
)
def test_a_card_says_what_it_is(reader: Client, kind: str, element: str, words: str) -> None:
    assert reader.ask(f"Get{kind}ByKey", key=KEYS[kind])[element].strip() == words


def test_companies_are_listed_and_have_books_of_their_own(gp: GpSimulator, client: Client) -> None:
    gp.add_company(3, "Second, Inc.")
    gp.add_company(4, "Not for the web, Inc.", web_enabled=False)
    assert [company.Key.Id for company in client.ask("GetCompanyList", criteria={})] == [2, 3, 4]
    assert [company.Key.Id for company in client.ask("GetWSEnabledCompanyForUserList")] == [2, 3]
    client.create("SalesOrder", sales("SalesOrder", NUMBER), context=client.context(3))
    assert client.listed("SalesOrder", Scope=ALL) == []
    assert client.refusal("GetWarehouseList", context=client.context(4)).message.startswith("Company 4 ")


# Policies -------------------------------------------------------------------------------------------------------------


def chosen(policy: Any, behavior: str, option: str) -> Any:
    """The policy with another option of a behaviour selected."""
    [found] = [each for each in policy.Behaviors.Behavior if each.Name == behavior]
    [found.SelectedOption] = [each for each in found.Options.BehaviorOption if each.Name == option]
    return policy


def test_a_policy_is_sent_back_with_another_option_and_that_is_done(client: Client) -> None:
    line = sales_line(Quantity=quantity(500))
    for number, option, backordered in (("SB1", "Override Shortage", 0), ("SB2", "Back Order All", 500)):
        policy = chosen(client.policy("CreateSalesOrder"), "Quantity Shortage", option)
        client.create("SalesOrder", sales("SalesOrder", number, line), policy=policy)
        [kept] = client.read("SalesOrder", number).Lines.SalesOrderLine
        assert kept.QuantityToBackorder.Value == backordered


def test_an_option_that_is_an_administrators_is_refused(client: Client) -> None:
    policy = chosen(client.policy("CreateSalesOrder"), "Calculate Unit Price", "Calculate")
    order = sales("SalesOrder", NUMBER)
    assert "administrator" in system_fault(client.refusal("CreateSalesOrder", salesOrder=order, policy=policy))
    assert client.listed("SalesOrder", Scope=ALL) == []
