"""The GP simulator's inventory documents: what a business rule or the contract refuses, and what a policy chooses."""

from __future__ import annotations

import pytest

from local.gp import GpSimulator
from tests.contract.gp_bodies import CONTEXT, Client, Control, faultstring, found, text
from tests.contract.gp_inventory import (
    POLICIES,
    create,
    document,
    key,
    line,
    listed,
    lots,
    on_hand,
    serials,
    transfer_line,
)

POST_TO_LEDGER = "fb16647f-a1c0-4681-af11-0e3155b1c7be"


@pytest.mark.parametrize(
    ("lines", "problem"),
    [
        (line("NO-SUCH"), "UnknownItem"),
        (line("INSTALL"), "NotInventoried"),
        (line(site="NOWHERE"), "UnknownSite"),
        (line(site=""), "UnknownSite"),
        (line("ONLY-MAIN"), "ItemNotAtSite"),
        (line(unit="CASE"), "UnknownUofM"),
        (line(count="0"), "BadQuantity"),
        (line(count="1.5"), "BadQuantity"),
        (line(cost="-1.00"), "BadAmount"),
        (line(count="-401"), "QuantityShortage"),
        (line(count="-300") + line(count="-101"), "QuantityShortage"),
        (line(account="000-9999-99"), "UnknownAccount"),
        (line(offset="000-9999-99"), "UnknownAccount"),
        (line(sequence="16384") + line(sequence="16384"), "LineTwice"),
        (line(pieces=lots(L1="2")), "NotTracked"),
        ("", "LinesMissing"),
    ],
)
@pytest.mark.parametrize("kind", ["Adjustment", "Variance"])
def test_what_breaks_a_business_rule_is_refused_with_a_result_to_read(
    client: Client, gp: GpSimulator, control: Control, kind: str, lines: str, problem: str
) -> None:
    gp.books.add_item("INSTALL", kind="Service")
    gp.books.add_item("ONLY-MAIN", sites=["MAIN"])
    [(id_, message)] = client.problems(create(client, "REFUSED", lines, kind))
    assert id_ == problem
    assert message
    assert control.get("/inventory") == []


@pytest.mark.parametrize(
    ("lines", "problem"),
    [
        (transfer_line(source="NOWHERE"), "UnknownSite"),
        (transfer_line(target=""), "UnknownSite"),
        (transfer_line("ONLY-MAIN"), "ItemNotAtSite"),
        (transfer_line(count="-2"), "BadQuantity"),
        (transfer_line(count="1001"), "QuantityShortage"),
        (transfer_line(count="1", from_type="Damaged"), "QuantityShortage"),
        (transfer_line(target="MAIN"), "SameSite"),
    ],
)
def test_what_breaks_a_rule_of_transfers_is_refused(client: Client, gp: GpSimulator, lines: str, problem: str) -> None:
    gp.books.add_item("ONLY-MAIN", sites=["MAIN"], on_hand={"MAIN": 10})
    assert [id_ for id_, _ in client.problems(create(client, "REFUSED", lines, "Transfer"))] == [problem]
    assert listed(client, kind="Transfer") == []


def test_a_batch_is_required(client: Client) -> None:
    assert [id_ for id_, _ in client.problems(create(client, batch=""))] == ["BatchMissing"]


def test_a_closed_period_refuses_a_document_and_its_posting(client: Client, gp: GpSimulator, control: Control) -> None:
    create(client, "EARLIER", date="2026-10-30", posting_date="2026-10-30")
    gp.books.close_period("2026-10-01", "2026-10-31")
    assert [id_ for id_, _ in client.problems(create(client, date="2026-10-31", posting_date="2026-11-01"))] == [
        "ClosedPeriod"
    ]
    assert [id_ for id_, _ in client.problems(create(client, date="2026-11-01", posting_date="2026-10-31"))] == [
        "ClosedPeriod"
    ]
    assert control.post("/inventory/EARLIER/post") == 409
    assert create(client, date="2026-11-01").status_code == 200


def test_where_gp_overrides_a_shortage_there_may_be_less_than_nothing(
    client: Client, gp: GpSimulator, control: Control
) -> None:
    gp.books.inventory_shortage = "overrides"
    assert create(client, lines=line(count="-401")).status_code == 200
    assert control.post("/inventory/ADJ1/post") == 200
    assert on_hand(client)["SB-CICERO"] == ("-1", "0")


def test_accounts_that_are_set_up_are_kept(client: Client, control: Control) -> None:
    create(client, lines=line(account="000-1300-00", offset="000-4700-00"))
    [kept] = control.get("/inventory/ADJ1")["lines"]
    assert (kept["account"], kept["offset_account"]) == ("000-1300-00", "000-4700-00")


# Lots and serial numbers ----------------------------------------------------------------------------------------------


@pytest.fixture
def tracked(control: Control) -> None:
    """CREAM is tracked by lots, PUMP by serial numbers; a case of CREAM is six."""
    cream = {"units": ["EACH", "CASE"], "factors": {"CASE": 6}}
    assert control.post("/items", number="CREAM", tracking="Lot Numbers", **cream) == 200
    assert control.post("/items", number="PUMP", tracking="Serial Numbers") == 200
    assert control.post("/stock", item="CREAM", site="SB-CICERO", quantity=5, piece="L1") == 200
    assert control.post("/stock", item="PUMP", site="SB-CICERO", quantity=1, piece="S1") == 200


@pytest.mark.parametrize(
    ("lines", "problem"),
    [
        (line("CREAM", "2"), "WrongLots"),
        (line("CREAM", "2", pieces=lots(L1="1")), "WrongLots"),
        (line("CREAM", "1", unit="CASE", pieces=lots(L1="1")), "WrongLots"),
        (line("CREAM", "2", pieces=lots(L1="2", L2="0")), "WrongLots"),
        (line("CREAM", "-2", pieces=lots(L9="2")), "QuantityShortage"),
        (line("CREAM", "2", pieces=serials("S2", "S3")), "NotTracked"),
        (line("PUMP", "2", pieces=serials("S2")), "WrongSerials"),
        (line("PUMP", "2", pieces=serials("S2", "S2")), "WrongSerials"),
        (line("PUMP", "1", "SB-MORENO", pieces=serials("S1")), "WrongSerials"),
        (line("PUMP", "-1", pieces=serials("S9")), "QuantityShortage"),
    ],
)
@pytest.mark.usefixtures("tracked")
def test_lots_and_serial_numbers_must_add_up_to_the_line_and_be_there(client: Client, lines: str, problem: str) -> None:
    assert [id_ for id_, _ in client.problems(create(client, lines=lines))] == [problem]


@pytest.mark.usefixtures("tracked")
def test_posting_moves_lots_and_serial_numbers(client: Client, control: Control) -> None:
    increase = line("CREAM", "1", unit="CASE", pieces=lots(L1="2", L2="4")) + line("PUMP", "1", pieces=serials("S2"))
    assert create(client, lines=increase).status_code == 200
    away = {"source": "SB-CICERO", "target": "SB-MORENO"}
    moved = transfer_line("CREAM", "3", pieces=lots(L1="3"), **away) + transfer_line(
        "PUMP", "1", pieces=serials("S1"), **away
    )
    assert create(client, "MOVE", moved, "Transfer").status_code == 200
    for number in ("ADJ1", "MOVE"):
        assert control.post(f"/inventory/{number}/post") == 200
    rows = [row for item in ("CREAM", "PUMP") for row in control.get(f"/stock?item={item}") if row["piece"]]
    assert {(row["site"], row["piece"]): row["quantity"] for row in rows} == {
        ("SB-CICERO", "L1"): "4",
        ("SB-CICERO", "L2"): "4",
        ("SB-MORENO", "L1"): "3",
        ("SB-CICERO", "S2"): "1",
        ("SB-MORENO", "S1"): "1",
    }
    assert on_hand(client, "CREAM")["SB-CICERO"] == ("8", "0")


# The contract and the policies ----------------------------------------------------------------------------------------


def test_a_number_longer_than_gp_s_column_is_refused(client: Client) -> None:
    assert "at most 17 fit" in faultstring(create(client, "SBC000000000000018"))
    assert create(client, "SBC00000000000017").status_code == 200


def test_elements_out_of_their_order_are_refused(client: Client) -> None:
    misplaced = line(unit="EACH").replace("<UofM>EACH</UofM>", "").replace("</{line}>", "<UofM>EACH</UofM></{line}>")
    assert "UofM is out of order" in faultstring(create(client, lines=misplaced))


def test_a_date_with_a_time_is_refused(client: Client) -> None:
    body = document("Adjustment", "ADJ1", line(), posting_date="2026-11-23") + CONTEXT
    answer = client.post("CreateInventoryAdjustment", body.replace("T00:00:00</GL", "T09:30:00</GL"))
    assert "not a date at midnight" in faultstring(answer)


def test_the_policy_of_another_operation_is_refused(client: Client) -> None:
    body = f"{CONTEXT}<policy>{key('Key', POLICIES['Adjustment'])}</policy>"
    assert "policy" in faultstring(client.post("CreateInventoryVariance", body))


def test_a_client_may_choose_not_to_post_to_the_general_ledger(client: Client, control: Control) -> None:
    behaviors = (
        f"<Behaviors><Behavior>{key('Key', POST_TO_LEDGER)}"
        '<Internal xsi:nil="true"/><SelectedOption><Key><Id>{}</Id></Key></SelectedOption></Behavior></Behaviors>'
    )
    create(client, "DEFAULT")
    create(client, "NOT", behaviors=behaviors.format(0))
    assert control.get("/inventory/DEFAULT")["posts_to_ledger"] is True
    assert control.get("/inventory/NOT")["posts_to_ledger"] is False
    assert POST_TO_LEDGER in faultstring(create(client, "NEITHER", behaviors=behaviors.format(7)))


def test_the_policy_shows_what_may_be_chosen(client: Client) -> None:
    answer = client.post("GetPolicyByOperation", f"<operation>CreateInventoryAdjustment</operation>{CONTEXT}")
    shown = {text(each, "Key", "Id"): each for each in found(answer, "Behavior")}
    post = shown[POST_TO_LEDGER]
    assert (text(post, "Internal"), text(post, "SelectedOption", "Key", "Id")) == ("false", "1")


# Items that are not stock ---------------------------------------------------------------------------------------------


@pytest.fixture
def others(gp: GpSimulator) -> None:
    gp.books.add_item("INSTALL", kind="Service")
    gp.books.add_item("BUNDLE", kind="Kit")
    gp.books.add_item("ONLY-MAIN", sites=["MAIN"], on_hand={"MAIN": 3})


@pytest.mark.parametrize(
    ("number", "type_name"), [("SERUM-30", "SalesItem"), ("BUNDLE", "Kit"), ("INSTALL", "Service")]
)
@pytest.mark.usefixtures("others")
def test_an_item_says_by_its_type_what_it_is(client: Client, number: str, type_name: str) -> None:
    answer = client.post("GetItemByKey", f"{key('key', number)}{CONTEXT}")
    [item] = found(answer, "GetItemByKeyResult")
    assert item.get("{http://www.w3.org/2001/XMLSchema-instance}type") == type_name
    assert bool(found(answer, "SalesItemWarehouse")) == (type_name == "SalesItem")


@pytest.mark.usefixtures("others")
def test_a_service_is_not_an_inventoried_item(client: Client) -> None:
    answer = client.post("GetInventoriedItemByKey", f"{key('key', 'INSTALL')}{CONTEXT}")
    assert faultstring(answer) == "Business object not found."
    answer = client.post("GetInventoriedItemList", f"<criteria/>{CONTEXT}")
    numbers = {text(row, "Key", "Id").strip() for row in found(answer, "InventoriedItemSummary")}
    assert {"BUNDLE", "SERUM-30"} <= numbers
    assert "INSTALL" not in numbers


@pytest.mark.usefixtures("others")
def test_an_item_is_at_the_sites_it_is_assigned_to(client: Client) -> None:
    criteria = "<criteria><ItemId><EqualValue>{}</EqualValue></ItemId></criteria>"
    sites = {}
    for number in ("SERUM-30", "ONLY-MAIN", "INSTALL"):
        answer = client.post("GetItemWarehouseList", criteria.format(number) + CONTEXT)
        keys = [text(row, "Key", "WarehouseKey", "Id").strip() for row in found(answer, "ItemWarehouseSummary")]
        sites[number] = keys
    assert sites == {"SERUM-30": ["MAIN", "SB-CICERO", "SB-MORENO", "SB-BETHLE"], "ONLY-MAIN": ["MAIN"], "INSTALL": []}
    assert set(on_hand(client, "ONLY-MAIN")) == {"MAIN", ""}
    unassigned = f"<key>{key('ItemKey', 'ONLY-MAIN')}{key('WarehouseKey', 'SB-CICERO')}</key>{CONTEXT}"
    assert faultstring(client.post("GetItemWarehouseByKey", unassigned)) == "Business object not found."
