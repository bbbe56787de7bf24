"""The GP simulator's stock REST services: addresses, formats, items, sites, customers, inventory documents."""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal

import pytest

from local.gp import GpSimulator
from tests.contract import gp_rest
from tests.contract.gp_bodies import Client
from tests.contract.gp_rest import ACTION, COMPANY, SERVICE, Rest, adjustment, messages, payload


@pytest.fixture
def rest(gp: GpSimulator) -> Iterator[Rest]:
    with gp_rest.client(gp) as made:
        yield made


# Addresses and formats ------------------------------------------------------------------------------------------------


def test_the_help_page_lists_what_is_installed_with_its_address(gp: GpSimulator, rest: Rest) -> None:
    page = rest.send("GET", "help", Accept="")
    assert page.status_code == 200
    assert page.headers["Content-Type"].startswith("text/html")
    address = f"{gp.sba_url}/Companies(CompanyName)"
    assert f"<td>{address}/Inventory/Items(ItemNumber)/ItemSites</td><td>GET</td>" in page.text
    assert f"<td>{address}/Bridge/Documents</td><td>POST</td>" in page.text
    gp.sba_installed.discard("Inventory/Items/ItemSites")
    gp.sba_service_path = None
    page = rest.send("GET", "help", Accept="")
    assert "ItemSites" not in page.text
    assert "Bridge" not in page.text


def test_the_companies_are_under_the_tenant(gp: GpSimulator, rest: Rest) -> None:
    gp.books.add_company(3, "Fabrikam (Bermuda), Ltd")
    assert payload(rest.send("GET", "Companies")) == [
        {"CompanyID": 2, "CompanyName": "Wingtip Distribution, Inc."},
        {"CompanyID": 3, "CompanyName": "Fabrikam (Bermuda), Ltd"},
    ]
    encoded = "Companies%28Fabrikam%20(Bermuda)%2C%20Ltd%29/Sales/Customers%28SHIPBOB-DTC%29"
    assert payload(rest.send("GET", encoded))["CustomerNumber"] == "SHIPBOB-DTC"


@pytest.mark.parametrize(
    "path",
    [
        "Companies(Nobody)/Inventory/Items",
        f"{COMPANY}/Inventory/Nothing",
        f"{COMPANY}/Inventory/Items(NO-SUCH-ITEM)",
        f"{COMPANY}/Inventory/Items(NO-SUCH-ITEM)/ItemSites",
        f"{COMPANY}/Inventory/Transactions(1;NONE)",
        f"{COMPANY}/Inventory/Transactions(7;ADJ1)",
        f"{COMPANY}/Sales/Customers(NOBODY)",
        f"{COMPANY}/help",
        "Inventory/Items",
        "../Tenants(Other)/Companies",
        "../Tenants(Other)/help",
    ],
)
def test_what_does_not_exist_is_not_found(rest: Rest, path: str) -> None:
    assert rest.send("GET", path).status_code == 404


def test_a_service_that_is_not_installed_is_not_found_and_the_others_work(gp: GpSimulator, rest: Rest) -> None:
    gp.sba_installed.discard("Inventory/Transactions")
    assert rest.post("Inventory/Transactions", adjustment()).status_code == 404
    assert rest.get("Inventory/Transactions(1;ADJ1)").status_code == 404
    assert rest.get("Inventory/Items").status_code == 200
    assert gp.books.inventory.documents == {}


@pytest.mark.parametrize("method", ["PATCH", "DELETE", "POST"])
def test_a_verb_that_a_service_does_not_have_is_refused(rest: Rest, method: str) -> None:
    assert rest.send(method, f"{COMPANY}/Inventory/Items(SERUM-30)", {"Payload": {}}).status_code == 405


def test_json_is_answered_where_it_is_asked_for(gp: GpSimulator, rest: Rest) -> None:
    assert rest.get("Inventory/Items").headers["Content-Type"].startswith("application/json")
    assert payload(rest.get("Inventory/Items.json", Accept="*/*")) == rest.read("Inventory/Items")
    unwanted = rest.send("POST", f"{COMPANY}/Inventory/Transactions", {"Payload": adjustment()}, Accept="*/*")
    assert unwanted.status_code == 406
    assert unwanted.headers["Content-Type"].startswith("application/xml")
    assert gp.books.inventory.documents == {}, "nothing is executed whose answer cannot be given"


@pytest.mark.parametrize(
    ("body", "type_of_it", "status"),
    [
        (b'{"Payload": {}}', "text/plain", 415),
        (b"<Payload/>", "application/json", 400),
        (b"[]", "application/json", 400),
        (b'{"Payload": {}, "More": 1}', "application/json", 400),
        (b'{"Payload": {"DocumentType": NaN}}', "application/json", 400),
    ],
)
def test_a_body_that_is_no_payload_in_json_is_refused(rest: Rest, body: bytes, type_of_it: str, status: int) -> None:
    headers = {"Content-Type": type_of_it}
    assert rest.send("POST", f"{COMPANY}/Inventory/Transactions", body, **headers).status_code == status
    assert rest.send("POST", SERVICE, body, **headers, **ACTION).status_code == status


# Stock and cards ------------------------------------------------------------------------------------------------------


def test_an_item_tells_how_it_is_sold_and_tracked(gp: GpSimulator, rest: Rest) -> None:
    gp.books.add_item("OIL/5; pure (A)", "Oil, lots", units=["BOX", "EACH"], decimals=2, tracking="Lot Numbers")
    gp.books.add_item("KIT-1", kind="Kit")
    listed = {each["ItemNumber"]: each["ItemType"] for each in rest.read("Inventory/Items")}
    assert (listed["SERUM-30"], listed["KIT-1"]) == (1, 3)
    assert rest.read("Inventory/Items(OIL%2F5;%20pure%20(A))") == {
        "ItemNumber": "OIL/5; pure (A)",
        "ItemDescription": "Oil, lots",
        "ItemType": 1,
        "SellingUofM": "BOX",
        "QuantityDecimals": 2,
        "ItemTrackingOption": 3,
    }
    assert rest.read("Inventory/Items(KIT-1)/ItemSites") == []


def test_stock_by_site_is_exact_and_tells_what_an_order_of_the_other_face_took(
    gp: GpSimulator, client: Client, rest: Rest
) -> None:
    gp.books.add_item("OIL", decimals=2, sites=["MAIN", "SB-CICERO"])
    gp.books.items["OIL"].on_hand["SB-CICERO"] = Decimal("12345678901234.56789")
    gp.books.items["OIL"].beside["Damaged"] = {"SB-CICERO": Decimal("0.10")}
    [cicero] = [row for row in rest.read("Inventory/Items(OIL)/ItemSites") if row["SiteID"] == "SB-CICERO"]
    assert (cicero["QuantityOnHand"], cicero["QuantityDamaged"]) == (
        Decimal("12345678901234.56789"),
        Decimal("0.10"),
    )
    assert (cicero["QuantityReturned"], cicero["QuantityInUse"], cicero["QuantityInService"]) == (0, 0, 0)
    assert {row["SiteID"] for row in rest.read("Inventory/Items(OIL)/ItemSites")} == {"MAIN", "SB-CICERO"}
    assert client.create().status_code == 200
    [row] = [row for row in rest.read("Inventory/Items(SERUM-30)/ItemSites") if row["SiteID"] == "SB-CICERO"]
    assert (row["QuantityOnHand"], row["QuantityAllocated"]) == (400, 2)


def test_sites_and_customers_are_those_of_the_books(gp: GpSimulator, rest: Rest) -> None:
    gp.books.add_customer("SLOW", "Slow payer", active=False, on_hold=True)
    assert {"SiteID": "SB-CICERO", "SiteDescription": "ShipBob Cicero (IL)"} in rest.read("Inventory/Sites")
    assert rest.read("Sales/Customers(SLOW)") == {
        "CustomerNumber": "SLOW",
        "CustomerName": "Slow payer",
        "Inactive": True,
        "Hold": True,
    }


# Inventory documents --------------------------------------------------------------------------------------------------


def test_an_adjustment_comes_back_as_it_was_sent_and_is_not_posted(gp: GpSimulator, rest: Rest) -> None:
    gp.books.add_item("SERUM-LOT", tracking="Lot Numbers", cost="4.25", on_hand={"SB-CICERO": 0})
    lots = [{"LotNumber": "L1", "Quantity": 3, "ExpirationDate": "2027-06-30"}]
    sent = {"ItemNumber": "SERUM-LOT", "SiteID": "SB-CICERO", "Quantity": 3, "UofM": "EACH", "Lots": lots}
    assert rest.post("Inventory/Transactions", adjustment(Lines=[sent])).status_code == 201
    kept = rest.read("Inventory/Transactions(1;ADJ1)")
    assert {name: kept[name] for name in adjustment() if name != "Lines"} == {
        name: value for name, value in adjustment().items() if name != "Lines"
    }
    assert kept["Posted"] is False
    [line] = kept["Lines"]
    assert {name: line[name] for name in sent} == sent
    assert (line["LineSequence"], line["UnitCost"]) == (16384, Decimal("4.25"))
    assert rest.read("Inventory/TransactionHeaders") == [{name: kept[name] for name in kept if name != "Lines"}]


def test_a_quantity_is_kept_to_its_last_decimal(gp: GpSimulator, rest: Rest) -> None:
    gp.books.add_item("OIL", decimals=5)
    lines = [{"ItemNumber": "OIL", "SiteID": "MAIN", "Quantity": "?"}]
    body = json.dumps({"Payload": adjustment(Lines=lines)}).replace('"?"', "12345678901234.56789").encode()
    assert rest.send("POST", f"{COMPANY}/Inventory/Transactions", body).status_code == 201
    [line] = rest.read("Inventory/Transactions(1;ADJ1)")["Lines"]
    assert line["Quantity"] == Decimal("12345678901234.56789")


def test_a_posted_document_says_so_and_has_moved_the_stock(gp: GpSimulator, rest: Rest) -> None:
    rest.post("Inventory/Transactions", adjustment())
    gp.books.inventory.post("ADJ1")
    assert rest.read("Inventory/Transactions(1;ADJ1)")["Posted"] is True
    [header] = rest.read("Inventory/TransactionHeaders")
    assert header["Posted"] is True
    [row] = [row for row in rest.read("Inventory/Items(SERUM-30)/ItemSites") if row["SiteID"] == "SB-CICERO"]
    assert row["QuantityOnHand"] == 403


def test_a_transfer_names_both_its_sites(rest: Rest) -> None:
    line = {"ItemNumber": "SERUM-30", "SiteID": "MAIN", "ToSiteID": "SB-CICERO", "Quantity": 5, "ToQuantityType": 5}
    sent = adjustment(DocumentType=3, DocumentNumber="TRF1", Lines=[line])
    assert rest.post("Inventory/Transactions", sent).status_code == 201
    [kept] = rest.read("Inventory/Transactions(3;TRF1)")["Lines"]
    assert {name: kept[name] for name in line} == line
    assert kept["FromQuantityType"] == 1


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"Lines": [{"ItemNumber": "NONE", "SiteID": "MAIN", "Quantity": 1}]}, "Item 'NONE' does not exist."),
        ({"Lines": [{"ItemNumber": "MUG-WHT", "SiteID": "NONE", "Quantity": 1}]}, "Site 'NONE' does not exist."),
        (
            {"Lines": [{"ItemNumber": "MUG-WHT", "SiteID": "MAIN", "ToSiteID": "MAIN", "Quantity": 1}]},
            "ToSiteID is not of an inventory adjustment.",
        ),
        ({"DocumentDate": "2026-02-30"}, "2026-02-30 is not a day."),
        ({"DocumentNumber": "X" * 18}, "$.Payload.DocumentNumber: maxLength"),
        ({"Reason": "surplus"}, "$.Payload: additionalProperties"),
        ({"DocumentType": 4}, "$.Payload.DocumentType: enum"),
    ],
)
def test_a_document_that_gp_refuses_says_why_and_leaves_nothing(
    gp: GpSimulator, rest: Rest, changes: dict[str, object], said: str
) -> None:
    refusal = rest.post("Inventory/Transactions", adjustment(**changes))
    assert refusal.status_code == 400
    assert messages(refusal) == [said]
    assert gp.books.inventory.documents == {}
