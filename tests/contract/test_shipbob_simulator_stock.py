"""The ShipBob witness keeps stock as ShipBob does: its figures agree, and follow what happens."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from local.shipbob import Account, ManualClock, ShipBobSimulator, catalogue
from local.shipbob.book import NotPossibleError, NotThereError
from local.shipbob.catalogue import OPENING_STOCK
from local.shipbob.orders import Line
from local.shipbob.stock_history import Pile
from tests.contract.shipbob_day import order
from tests.contract.stock_day import (
    CANDLE,
    HERE,
    MUG,
    SERUM,
    SOAP,
    WIDGET,
    Json,
    all_pages,
    at,
    history,
    ids,
    level,
    sides,
)


def test_an_order_commits_shipping_takes_out_and_cancelling_frees(shipbob: ShipBobSimulator, api: httpx.Client) -> None:
    placed = shipbob.account.place_order(order(lines=[Line("MUG-WHITE", 3)]))
    other = shipbob.account.place_order(order("1002", lines=[Line("MUG-WHITE", 2)]))
    held = at(api, MUG)
    shipbob.account.ship_order(placed["id"])
    shipbob.account.cancel_order(other["id"])
    left = at(api, MUG)

    figures = ("on_hand_quantity", "committed_quantity", "fulfillable_quantity")
    assert [held[name] for name in figures] == [OPENING_STOCK, 5, OPENING_STOCK - 5]
    assert [left[name] for name in figures] == [OPENING_STOCK - 3, 0, OPENING_STOCK - 3]


def test_a_bundle_commits_its_parts_at_the_centre_that_packs_it(shipbob: ShipBobSimulator, api: httpx.Client) -> None:
    shipbob.account.place_order(order(lines=[Line("GIFT-SET", 2)], location=320))

    assert at(api, SOAP, 320)["committed_quantity"] == 4
    assert at(api, CANDLE, 320)["committed_quantity"] == 2
    assert at(api, SOAP, HERE)["committed_quantity"] == 0


def test_what_is_not_there_is_backordered_until_goods_come(shipbob: ShipBobSimulator, api: httpx.Client) -> None:
    shipbob.stock.make(Pile(MUG, HERE), 2)
    shipbob.account.place_order(order(lines=[Line("MUG-WHITE", 5)]))
    short = level(api, MUG)
    shipbob.stock.adjust(Pile(MUG, HERE), increment=2)

    assert (short["total_committed_quantity"], short["total_backordered_quantity"]) == (2, 3)
    assert level(api, MUG)["total_backordered_quantity"] == 1


def test_a_label_takes_out_what_nobody_had_counted_in(shipbob: ShipBobSimulator, api: httpx.Client) -> None:
    shipbob.stock.make(Pile(MUG, HERE), 1)
    placed = shipbob.account.place_order(order(lines=[Line("MUG-WHITE", 3)]))
    shipbob.account.ship_order(placed["id"])
    owed = at(api, MUG)["on_hand_quantity"]
    shipbob.stock.count(Pile(MUG, HERE), 7)

    assert (owed, at(api, MUG)["on_hand_quantity"]) == (-2, 7)


def test_units_of_orders_in_exception_cannot_be_sold(shipbob: ShipBobSimulator, api: httpx.Client) -> None:
    placed = shipbob.account.place_order(order(lines=[Line("MUG-WHITE", 5)]))
    shipbob.account.fail_shipment(placed["shipments"][0]["id"])
    found = level(api, MUG)
    shipbob.warehouse.switches.set(sellable_counts_awaiting=True)
    as_the_reference_says = level(api, MUG)

    assert (found["total_committed_quantity"], found["total_exception_quantity"]) == (0, 5)
    assert found["total_sellable_quantity"] == found["total_fulfillable_quantity"] - 5
    assert as_the_reference_says["total_sellable_quantity"] == found["total_fulfillable_quantity"]


def test_goods_on_a_truck_are_in_neither_building(shipbob: ShipBobSimulator, api: httpx.Client) -> None:
    truck = shipbob.stock.send(Pile(MUG, HERE), 156, 40)
    under_way = level(api, MUG), at(api, MUG), at(api, MUG, 156)
    shipbob.stock.unload(truck)
    arrived = level(api, MUG), at(api, MUG, 156)

    total, source, target = under_way
    assert (total["total_on_hand_quantity"], total["total_internal_transfer_quantity"]) == (4 * OPENING_STOCK - 40, 40)
    assert source["on_hand_quantity"] == OPENING_STOCK - 40
    assert (target["on_hand_quantity"], target["internal_transfer_quantity"]) == (OPENING_STOCK, 40)
    assert arrived[0]["total_on_hand_quantity"] == 4 * OPENING_STOCK
    assert (arrived[1]["on_hand_quantity"], arrived[1]["internal_transfer_quantity"]) == (OPENING_STOCK + 40, 0)


def test_a_lot_item_is_shown_lot_by_lot_and_no_other_has_lots(shipbob: ShipBobSimulator, api: httpx.Client) -> None:
    shipbob.stock.name_lot(SERUM, "LOT-1111", "2028-01-31T00:00:00+00:00")
    shipbob.stock.relabel(Pile(SERUM, HERE, "LOT-2226"), "LOT-1111", 15)
    placed = shipbob.account.place_order(order(lines=[Line("SERUM-30ML", 1)]))

    lots = {row["lot_number"]: row for row in api.get(f"/inventory-level/{SERUM}/lots?LocationId=8").json()["lots"]}
    shipbob.account.ship_order(placed["id"])
    shipped = {row["lot_number"]: row for row in api.get(f"/inventory-level/{SERUM}/lots").json()["lots"]}

    figures = {lot: (row["on_hand_quantity"], row["committed_quantity"]) for lot, row in lots.items()}
    assert figures == {"LOT-2226": (OPENING_STOCK - 15, 1), "LOT-1111": (15, 0)}
    assert lots["LOT-1111"]["lot_date"] == "2028-01-31T00:00:00+00:00"
    assert [row["location_id"] for row in lots["LOT-1111"]["locations"]] == [HERE]
    assert shipped["LOT-2226"]["on_hand_quantity"] == 4 * OPENING_STOCK - 15 - 1
    assert api.get(f"/inventory-level/{MUG}/lots").json()["lots"] == []


def test_levels_are_found_sorted_and_narrowed(shipbob: ShipBobSimulator, api: httpx.Client) -> None:
    shipbob.stock.make(Pile(MUG, HERE), 1)
    levels = "inventory_id"

    assert ids(api.get("/inventory-level", params={"SearchBy": "WIDGET"}), levels) == [21000011, 21000012]
    assert ids(api.get("/inventory-level", params={"SearchBy": str(MUG)}), levels) == [MUG]
    assert ids(api.get("/inventory-level", params={"InventoryIds": f"{MUG},{SOAP},1"}), levels) == [MUG, SOAP]
    assert ids(api.get("/inventory-level", params={"SortBy": "total_on_hand_quantity,-name"}), levels)[:2] == [
        MUG,
        WIDGET,
    ]
    only = api.get("/inventory-level/locations", params={"LocationId": 156, "InventoryIds": MUG}).json()["items"]
    assert [place["location_id"] for place in only[0]["locations"]] == [156]
    hubs = api.get("/inventory-level/locations", params={"LocationType": "hub"}).json()["items"]
    assert {len(row["locations"]) for row in hubs} == {0}


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ({"InventoryIds": ",".join(map(str, range(1, 250)))}, 200),
        ({"InventoryIds": ",".join(map(str, range(1, 251)))}, 404),
        ({"InventoryIds": "mug"}, 400),
        ({"PageSize": "501"}, 400),
        ({"SortBy": "-onHand"}, 400),
        ({"Cursor": "nonsense"}, 400),
    ],
)
def test_what_cannot_be_asked_of_levels_is_refused(api: httpx.Client, asked: dict[str, str], status: int) -> None:
    answer = api.get("/inventory-level", params=asked)

    assert answer.status_code == status
    if status == 400:
        assert answer.json()["status"] == 400


def test_all_pages_hold_every_item_once(shipbob: ShipBobSimulator, api: httpx.Client) -> None:
    for path in ("/inventory", "/inventory-level", "/inventory-level/locations", "/inventory-level/lots"):
        rows = all_pages(shipbob, api, f"{path}?PageSize=2")
        assert [row["inventory_id"] for row in rows] == sorted(catalogue.BY_INVENTORY)


# whoever plays the day


def test_a_day_in_the_buildings_can_be_played_over_the_control_door(api: httpx.Client, door: httpx.Client) -> None:
    mugs: Json = {"sku": "MUG-WHITE", "location_id": HERE}
    door.post("/stock/make", json={**mugs, "quantity": 50}).raise_for_status()
    door.post("/stock/adjust", json={**mugs, "increment": 2, "decrement": 1}).raise_for_status()
    door.post("/stock/move", json={**mugs, "quantity": 5}).raise_for_status()
    door.post("/stock/restock", json={**mugs, "quantity": 3}).raise_for_status()
    truck = door.post("/stock/transfers", json={**mugs, "to_location_id": 211, "quantity": 4}).json()["id"]
    door.post(f"/stock/transfers/{truck}/unload").raise_for_status()
    counted = door.post("/stock/count", json={**mugs, "counted": 48}).json()
    relabelled = door.post(
        "/stock/relabel", json={"sku": "SERUM-30ML", "location_id": HERE, "to_lot": "LOT-9", "quantity": 1}
    ).json()

    assert (at(api, MUG)["on_hand_quantity"], at(api, MUG, 211)["on_hand_quantity"]) == (48, OPENING_STOCK + 4)
    assert sides(counted) == (48, -50)
    assert relabelled["increment"]["lot_number"] == "LOT-9"
    assert len(door.get("/stock/events").json()) == 7
    assert {"inventory_id": MUG, "location_id": HERE, "on_hand": 48}.items() <= _row(door.get("/stock").json()).items()
    assert door.post("/stock/adjust", json={**mugs, "decrement": 49}).status_code == 400
    assert door.post("/stock/adjust", json={"sku": "GIFT-SET", "location_id": HERE, "increment": 1}).status_code == 404
    assert door.post("/warehouse/switches", json={"links": "sideways"}).status_code == 400
    door.post("/warehouse/switches", json={"history_page": 3}).raise_for_status()
    assert len(history(api)) == 3
    door.post("/products/9100005", json={"is_active": False}).raise_for_status()
    assert ids(api.get("/product", params={"VariantStatus": "Inactive"})) == [9100005]


def _row(rows: Iterable[Json]) -> Json:
    return next(row for row in rows if (row["inventory_id"], row["location_id"]) == (MUG, HERE))


# what always holds

acts = st.lists(
    st.tuples(
        st.sampled_from(["place", "pick", "ship", "cancel", "fail", "void", "gain", "lose", "count", "move", "send"]),
        st.integers(0, 5),
        st.integers(1, 4),
    ),
    max_size=25,
)


def play(account: Account, act: str, which: int, units: int) -> None:
    stock, pile = account.warehouse.stock, Pile(SERUM, HERE, "LOT-2226")
    shipments = sorted(account.book.shipments) or [1]
    shipment = shipments[which % len(shipments)]
    number = str(len(account.book.orders))
    by_name: dict[str, Callable[[], object]] = {
        "place": lambda: account.place_order(order(number, lines=[Line(("SERUM-30ML", "GIFT-SET")[which % 2], units)])),
        "pick": lambda: account.edits.pick(shipment),
        "ship": lambda: account.ship_shipment(shipment),
        "cancel": lambda: account.cancel_shipment(shipment),
        "fail": lambda: account.fail_shipment(shipment),
        "void": lambda: account.edits.void_label(shipment),
        "gain": lambda: stock.adjust(pile, increment=units),
        "lose": lambda: stock.adjust(pile, decrement=units),
        "count": lambda: stock.count(pile, units),
        "move": lambda: stock.relabel(pile, "LOT-9", units),
        "send": lambda: stock.unload(stock.send(pile, 156, units)),
    }
    by_name[act]()


@settings(max_examples=60, deadline=None)
@given(acts)
def test_whatever_happens_the_figures_agree(played: list[tuple[str, int, int]]) -> None:
    """On hand is what there was at first and what the history brought to shelves and took from them since; what is
    fulfillable is on hand less committed; lots add up to buildings, and buildings to the total.
    """
    account = Account(ManualClock(), lambda *_: None)
    stock = account.warehouse.stock
    stock.make(Pile(SERUM, HERE, "LOT-2226"), 6)
    for act, which, units in played:
        try:
            play(account, act, which, units)
        except (NotPossibleError, NotThereError):
            continue

    sheet = stock.sheet()
    brought: Counter[Pile] = Counter()
    for side in (side for event in stock.events() for side in event.sides if side.place.is_shelf):
        brought[side.pile] += side.quantity
    for pile, figures in sheet.piles.items():
        opened = 6 if pile == Pile(SERUM, HERE, "LOT-2226") else OPENING_STOCK if pile.lot != "LOT-9" else 0
        assert figures.on_hand == opened + brought[pile]
        assert 0 <= figures.committed <= max(figures.on_hand, 0)
    by_lot = Counter(dict.fromkeys(sheet.at(SERUM), 0))
    for places in sheet.lots(SERUM).values():
        by_lot.update({place: figures.on_hand for place, figures in places.items()})
    assert dict(by_lot) == {place: figures.on_hand for place, figures in sheet.at(SERUM).items()}
    waiting = [each for each in account.book.shipments.values() if each.status == "Processing" and not each.details]
    wanted = sum(units for each in waiting for sku, units in each.lines if sku == "SERUM-30ML")
    assert sheet.total(SERUM).committed + sheet.backordered[SERUM] == wanted
