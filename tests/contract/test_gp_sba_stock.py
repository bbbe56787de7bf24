"""GP's stock SBA services: what is absent is proven to be, and an answer that is not as agreed is none."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from bridge.domain.inventory import (
    InventoryDocumentType,
    ItemType,
    TransactionState,
    Window,
    WindowOf,
)
from bridge.domain.outcome import Misconfigured, Transient
from bridge.gp.ending import Ending, Reply

from tests.contract.sba_port import UNDER, over, stock, told

ONE_DAY = Window(WindowOf.DOCUMENT, dt.datetime(2026, 11, 16), dt.datetime(2026, 11, 16))  # noqa: DTZ001


def body(text: str, status: int = 200) -> Reply:
    return Reply(Ending.ANSWERED, status, text.encode())


# Absence --------------------------------------------------------------------------------------------------------------


def test_an_absence_is_proven_once_and_then_believed() -> None:
    connection = stock()
    sba = over(connection)

    assert sba.item("NONE") is None
    assert sba.item("NEITHER") is None

    assert connection.paths == [
        f"GET {UNDER}/Inventory/Items(NONE)",
        "GET help",
        "GET Companies",
        f"GET {UNDER}/Inventory/Items(NEITHER)",
    ]


@pytest.mark.parametrize("key", ["", "  ", "A\x00B", "half \ud83d"])
def test_a_key_that_no_column_holds_is_absent_without_asking(key: str) -> None:
    connection = stock()

    assert over(connection).item(key) is None
    assert connection.asked == []


@pytest.mark.parametrize(
    "page",
    [
        "",
        "https://gp/GPService/Tenants(T)/Companies(C)/Vendor/Inventory/Items(Number)",
        "https://gp/GPService/Tenants(T)/Companies(C)/Inventory/ItemsOfVendor(Number)",
        "https://gp/GPService/Tenants(T)/Companies(C)/Inventory/Items(Number)/ItemSites",
    ],
)
def test_a_resource_that_the_help_page_does_not_list_is_not_there(page: str) -> None:
    connection = stock()
    connection.answers["GET help"] = body(page)

    with pytest.raises(Misconfigured, match=r"Inventory/Items, which the server's /help does not list"):
        over(connection).item("NONE")


@pytest.mark.parametrize(
    "page",
    [
        "<td>https://gp:8080/GPService/Tenants%28T%29/Companies%28Wingtip%2c%20Inc.%29/Inventory/Items(Number)</td>",
        "<li>/Inventory/Items</li>",
        "inventory/items(item number, or &lt;key&gt;).",
        "GET https://gp/GPService/Tenants({Tenant})/Companies({Company})/Inventory/Items.json",
    ],
)
def test_a_resource_is_found_on_a_help_page_however_it_is_written(page: str) -> None:
    connection = stock()
    connection.answers["GET help"] = body(page)

    assert over(connection).item("NONE") is None


def test_a_server_without_a_help_page_proves_no_absence() -> None:
    connection = stock()
    connection.answers["GET help"] = body("{}", 404)

    with pytest.raises(Misconfigured, match="/help"):
        over(connection).item("NONE")


def test_a_verb_that_a_resource_does_not_take_is_no_absence() -> None:
    connection = stock(**{"Inventory/Items(X)": body("{}", 405)})

    with pytest.raises(Misconfigured, match="405"):
        over(connection).item("X")


# What stock services answer -------------------------------------------------------------------------------------------


def transaction(**changes: Any) -> dict[str, Any]:
    line = {"LineSequence": 16384, "ItemNumber": "SERUM-30", "SiteID": "MAIN", "Quantity": 1.50}
    head = {"DocumentType": 1, "DocumentNumber": "SBC1", "BatchNumber": "B", "DocumentDate": "2026-11-16"}
    return {**head, "Posted": True, "Lines": [line], **changes}


def card(**changes: Any) -> dict[str, Any]:
    kept = {"ItemNumber": "X", "ItemDescription": "Odd", "ItemType": 1, "SellingUofM": "EACH", "QuantityDecimals": 0}
    return {**kept, "ItemTrackingOption": 1, **changes}


def site(name: str, on_hand: Any = 4) -> dict[str, Any]:
    return {"SiteID": name, "QuantityOnHand": on_hand, "QuantityAllocated": 1}


def test_a_discontinued_item_is_known_as_such_and_not_listed() -> None:
    rows = [
        {"ItemNumber": "B", "ItemType": 3},
        {"ItemNumber": "OLD", "ItemType": 2},
        {"ItemNumber": "A", "ItemType": 1},
    ]
    answers = {
        "Inventory/Items": told(payload=rows),
        "Inventory/Items(OLD)": told(payload=card(ItemNumber="OLD", ItemType=2)),
        "Inventory/Items(OLD)/ItemSites": told(payload=[]),
    }
    sba = over(stock(**answers))

    old = sba.item("OLD")

    assert old is not None
    assert (old.is_discontinued, old.type) == (True, ItemType.SALES)
    assert sba.item_numbers() == ["A", "B"]


def test_only_a_sales_item_is_asked_for_its_quantities() -> None:
    connection = stock(**{"Inventory/Items(X)": told(payload=card(ItemType=3))})

    kit = over(connection).item("X")

    assert kit is not None
    assert (kit.type, kit.stock) == (ItemType.KIT, ())
    assert len(connection.asked) == 1


def test_no_po_is_nothing_to_look_for() -> None:
    connection = stock()

    assert over(connection).sales_documents("SHIPBOB-DTC", "") == ()
    assert connection.asked == []


def test_the_row_that_totals_all_sites_is_no_site() -> None:
    rows = told(payload=[site("MAIN"), site("          ", 404)])
    sba = over(stock(**{"Inventory/Items(X)": told(payload=card()), "Inventory/Items(X)/ItemSites": rows}))

    item = sba.item("X")

    assert item is not None
    assert [(each.site, each.on_hand, each.allocated) for each in item.stock] == [("MAIN", Decimal(4), Decimal(1))]
    assert sba.sites_of("X") == ["MAIN"]


def test_a_posted_document_is_in_history_and_its_cost_may_be_gps_own() -> None:
    sba = over(stock(**{"Inventory/Transactions(1;SBC1)": told(payload=transaction())}))

    found = sba.inventory_document(InventoryDocumentType.ADJUSTMENT, "SBC1")

    assert found is not None
    assert found.state is TransactionState.HISTORY
    assert (found.lines[0].quantity, found.lines[0].unit_cost) == (Decimal("1.50"), None)


WRONG = {
    "a type nobody knows": {"ItemType": 9},
    "a type as a word": {"ItemType": "Sales"},
    "no description": {"ItemDescription": None},
    "a tracking option nobody knows": {"ItemTrackingOption": 0},
    "decimals as a truth": {"QuantityDecimals": True},
}


@pytest.mark.parametrize("changes", WRONG.values(), ids=WRONG)
def test_an_item_that_is_not_as_agreed_is_no_item_and_the_member_is_named(changes: dict[str, Any]) -> None:
    [member] = changes

    with pytest.raises(Transient, match=f"Inventory/Items is not as agreed: {member}"):
        over(stock(**{"Inventory/Items(X)": told(payload=card(**changes))})).item("X")


@pytest.mark.parametrize("quantity", ["4", True, 1e99, 1.000001, [4], {}, None])
def test_a_quantity_that_gp_cannot_have_is_no_quantity(quantity: Any) -> None:
    answers = {
        "Inventory/Items(X)": told(payload=card()),
        "Inventory/Items(X)/ItemSites": told(payload=[site("A", quantity)]),
    }

    with pytest.raises(Transient, match="QuantityOnHand"):
        over(stock(**answers)).item("X")


@pytest.mark.parametrize("payload", [None, {}, "x", [7], [None], [[]]])
def test_a_list_that_is_none_is_one_of_our_failures(payload: Any) -> None:
    answers = {"Inventory/TransactionHeaders": told(payload=payload), "Inventory/Sites": told(payload=payload)}

    with pytest.raises(Transient):
        over(stock(**answers), "").inventory_documents(InventoryDocumentType.ADJUSTMENT, ONE_DAY, TransactionState.WORK)
    with pytest.raises(Transient):
        over(stock(**answers)).sites()


def test_another_document_than_the_one_asked_for_is_no_answer() -> None:
    connection = stock(**{"Inventory/Transactions(1;SBC1)": told(payload=transaction(DocumentNumber="SBC2"))})

    with pytest.raises(Transient, match="another document's"):
        over(connection).inventory_document(InventoryDocumentType.ADJUSTMENT, "SBC1")
