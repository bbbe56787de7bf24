"""The ShipBob witness finds products as ShipBob does: by what a client knows of them, page by page."""

from __future__ import annotations

import httpx
import pytest

from local.shipbob import ManualClock, ShipBobSimulator, catalogue
from local.shipbob.catalogue import OPENING_STOCK
from local.shipbob.stock_history import Pile
from tests.contract.stock_day import HERE, MUG, all_pages, ids


def test_a_sku_leads_to_its_inventory_and_what_lies_of_it(shipbob: ShipBobSimulator, api: httpx.Client) -> None:
    shipbob.stock.adjust(Pile(MUG, HERE), decrement=100)

    found = api.get("/product", params={"SKU": "MUG-WHITE"}).json()["items"]

    assert [row["variants"][0]["inventory"] for row in found] == [
        {"inventory_id": MUG, "on_hand_qty": 4 * OPENING_STOCK - 100}
    ]


def test_a_bundle_has_no_inventory_of_its_own_but_names_its_parts(api: httpx.Client) -> None:
    bundle = api.get("/product", params={"SKU": "GIFT-SET"}).json()["items"][0]["variants"][0]
    part = api.get("/product", params={"SKU": "SOAP-BAR"}).json()["items"][0]["variants"][0]

    assert bundle["inventory"] == {"inventory_id": None, "on_hand_qty": 0}
    assert [(row["variant_sku"], row["quantity"]) for row in bundle["bundle_definition"]] == [
        ("CANDLE-LAVENDER", 1),
        ("SOAP-BAR", 2),
    ]
    assert [(row["variant_sku"], row["quantity"]) for row in part["associated_bundles"]] == [("GIFT-SET", 2)]


@pytest.mark.parametrize(
    ("asked", "skus"),
    [
        ({"SKU": "any:MUG-WHITE,SOAP-BAR,NEVER-SEEN"}, {"MUG-WHITE", "SOAP-BAR"}),
        ({"SKU": "mug-white"}, set()),
        ({"Search": "widget"}, {"WIDGET-RED", "WIDGET-BLUE"}),
        ({"Search": "21000015"}, {"MUG-WHITE"}),
        ({"InventoryId": "21000015"}, {"MUG-WHITE"}),
        ({"ProductId": "9100005"}, {"MUG-WHITE"}),
        ({"VariantId": "49100005"}, {"MUG-WHITE"}),
        ({"Name": "mug"}, {"MUG-WHITE"}),
        ({"Barcode": "08509100005"}, {"MUG-WHITE"}),
        ({"SellerSKU": "MUG-WHITE"}, {"MUG-WHITE"}),
        ({"ProductType": "2"}, {"GIFT-SET"}),
        ({"VariantStatus": "2"}, set()),
        ({"CategoryIds": "1"}, set()),
    ],
)
def test_products_are_found_by_what_a_client_knows_of_them(
    api: httpx.Client, asked: dict[str, str], skus: set[str]
) -> None:
    found = api.get("/product", params=asked).raise_for_status().json()["items"]

    assert {row["variants"][0]["sku"] for row in found} == skus


def test_a_product_that_changed_is_found_by_when(
    shipbob: ShipBobSimulator, api: httpx.Client, clock: ManualClock
) -> None:
    clock.advance(3_600)
    since = clock.now().isoformat()
    shipbob.products.change(9100005, is_active=False)

    assert ids(api.get("/product", params={"LastUpdatedTimestamp": since})) == [9100005]
    assert ids(api.get("/product", params={"VariantStatus": "Inactive"})) == [9100005]


def test_pages_of_products_lead_to_each_other_and_back(shipbob: ShipBobSimulator, api: httpx.Client) -> None:
    whole = [row["id"] for row in all_pages(shipbob, api, "/product?PageSize=3&SortBy=Name&SortOrder=DESC")]
    first = api.get("/product", params={"PageSize": 3}).json()
    second = api.get(first["next"]).json()

    names = {product.id: product.name.lower() for product in catalogue.PRODUCTS}
    assert whole == sorted(names, key=names.__getitem__, reverse=True)
    assert (first["first"], first["prev"]) == (None, None)
    assert api.get(second["prev"]).json()["items"] == first["items"]
    assert api.get(second["last"]).json()["next"] is None


def test_links_take_the_form_that_the_account_is_set_to(shipbob: ShipBobSimulator, api: httpx.Client) -> None:
    def begins(form: str) -> str:
        shipbob.warehouse.switches.set(links=form)
        found: str = api.get("/inventory-level", params={"PageSize": 1}).json()["next"]
        return found.partition("?")[0]

    assert begins("unversioned") == "/inventory-level"
    assert begins("versioned") == "/2026-07/inventory-level"
    assert begins("absolute") == f"{shipbob.url}/2026-07/inventory-level"


def test_encoded_commas_and_colons_can_be_unread_as_users_found(shipbob: ShipBobSimulator, api: httpx.Client) -> None:
    encoded, plain = "/product?SKU=any%3AMUG-WHITE%2CSOAP-BAR", "/product?SKU=any:MUG-WHITE,SOAP-BAR"
    assert len(ids(api.get(encoded))) == 2

    shipbob.warehouse.switches.set(encoded_separators_unread=True)

    assert (ids(api.get(encoded)), ids(api.get(plain))) == ([], [9100005, 9100007])


def test_two_products_can_share_an_inventory(shipbob: ShipBobSimulator, api: httpx.Client, door: httpx.Client) -> None:
    merged = {"id": 9100099, "sku": "MUG-OLD", "name": "Mug, old", "unit_price": "12.00", "inventory_id": MUG}
    door.post("/products", json=merged).raise_for_status()

    assert ids(api.get("/product", params={"InventoryId": MUG})) == [9100005, 9100099]
    assert ids(api.get("/inventory", params={"InventoryIds": MUG}), "inventory_id") == [MUG]
