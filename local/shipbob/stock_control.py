"""Control routes for whoever plays a day in the buildings: stock, the dock, products, and how all of it behaves."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from local.shipbob import catalogue, stock_payloads
from local.shipbob.book import NotThereError
from local.shipbob.catalogue import Product
from local.shipbob.dock import Found
from local.shipbob.doors import Route
from local.shipbob.stock import Stock
from local.shipbob.stock_history import Pile, StockEvent

if TYPE_CHECKING:
    from local.shipbob.simulator import ShipBobSimulator

Json = dict[str, Any]
Act = Callable[..., object]


def stock_control(shipbob: ShipBobSimulator) -> list[Route[Act]]:
    """The routes; each plays one method. An item is named by `sku` or `inventory_id`."""
    warehouse = shipbob.account.warehouse
    return [
        *_stock_routes(warehouse.stock),
        *_transfer_routes(warehouse.stock),
        *_dock_routes(shipbob),
        *_product_routes(shipbob),
        Route("GET /warehouse/switches", lambda _: warehouse.switches.shown()),
        Route("POST /warehouse/switches", lambda body: warehouse.switches.set(**body)),
    ]


def _stock_routes(stock: Stock) -> list[Route[Act]]:
    def make(body: Json) -> None:
        its = pile(body)
        if its.lot and body.get("lot_date"):
            stock.name_lot(its.inventory_id, its.lot, body["lot_date"])
        stock.make(its, int(body["quantity"]))

    def adjust(body: Json) -> Json:
        units = {name: int(body.get(name, 0)) for name in ("increment", "decrement")}
        return shown(stock.adjust(pile(body), **units), stock)

    def restock(body: Json) -> Json:
        its = pile(body)
        made = stock.restock(its.inventory_id, its.location_id, int(body["quantity"]), its.lot or None)
        return shown(made, stock)

    return [
        Route("GET /stock", lambda _: levels(stock)),
        Route("GET /stock/events", lambda _: [shown(each, stock) for each in stock.events()]),
        Route("POST /stock/make", make),
        Route("POST /stock/adjust", adjust),
        Route("POST /stock/count", lambda body: shown(stock.count(pile(body), int(body["counted"])), stock)),
        Route("POST /stock/move", lambda body: shown(stock.move(pile(body), int(body["quantity"])), stock)),
        Route(
            "POST /stock/relabel",
            lambda body: shown(stock.relabel(pile(body), str(body["to_lot"]), int(body["quantity"])), stock),
        ),
        Route("POST /stock/restock", restock),
    ]


def _transfer_routes(stock: Stock) -> list[Route[Act]]:
    def send(body: Json) -> Json:
        return {"id": stock.send(pile(body), int(body["to_location_id"]), int(body["quantity"]))}

    def unload(body: Json, transfer: str) -> Json:
        units = body.get("quantity")
        return shown(stock.unload(int(transfer), None if units is None else int(units)), stock)

    return [
        Route("POST /stock/transfers", send),
        Route("POST /stock/transfers/{id}/unload", unload),
    ]


def _dock_routes(shipbob: ShipBobSimulator) -> list[Route[Act]]:
    dock, receiving = shipbob.account.warehouse.dock, shipbob.account.warehouse.receiving

    def split(body: Json, order: str) -> Json:
        return dock.split(int(order), body.get("boxes", ()), found(body.get("items", ())))

    def unannounced(body: Json) -> Json:
        return {"id": dock.unannounced(int(body["location_id"]), found(body["items"]))}

    by_name: dict[str, Act] = {
        "arrive": lambda body, order: dock.arrive(int(order), body.get("boxes", ())),
        "scan": lambda body, order: dock.scan(int(order), found(body.get("items", ()))),
        "stow": lambda body, order: dock.stow(int(order), found(body.get("items", ()))),
        "forward": lambda _, order: dock.forward(int(order)),
        "complete": lambda _, order: dock.complete(int(order)),
        "give-up": lambda _, order: dock.give_up(int(order)),
        "split": split,
    }
    return [
        Route("GET /receiving", lambda _: receiving.listed()),
        *(Route(f"POST /receiving/{{id}}/{name}", act) for name, act in by_name.items()),
        Route("POST /unannounced", unannounced),
    ]


def _product_routes(shipbob: ShipBobSimulator) -> list[Route[Act]]:
    products = shipbob.account.warehouse.products

    def add(body: Json) -> None:
        components = tuple((str(sku), int(units)) for sku, units in body.get("components", ()))
        products.add(Product(**{**body, "unit_price": Decimal(str(body["unit_price"])), "components": components}))

    return [
        Route("POST /products", add),
        Route("POST /products/{id}", lambda body, product: products.change(int(product), **body)),
    ]


def pile(body: Json) -> Pile:
    """What and where, from `{"sku" or "inventory_id", "location_id", "lot"}`; a lot item's usual lot unless told."""
    inventory_id = item(body)
    usual = catalogue.BY_INVENTORY[inventory_id].lot or ""
    return Pile(inventory_id, int(body["location_id"]), str(body.get("lot") or usual))


def item(body: Json) -> int:
    """The inventory id of `{"sku"}` or `{"inventory_id"}`."""
    product = catalogue.BY_SKU.get(body["sku"]) if "sku" in body else None
    inventory_id = product.inventory_id if product else int(body.get("inventory_id", 0))
    if inventory_id not in catalogue.BY_INVENTORY:
        raise NotThereError(f"no such item: {body.get('sku', inventory_id)}")
    return inventory_id


def found(rows: list[Json] | tuple[()]) -> list[Found]:
    """Units found, from `[{"sku" or "inventory_id", "quantity", "box", "lot", "lot_date"}]`."""
    return [
        Found(item(row), int(row["quantity"]), int(row.get("box", 1)), str(row.get("lot") or ""), row.get("lot_date"))
        for row in rows
    ]


def shown(event: StockEvent, stock: Stock) -> Json:
    """An event as the inventory history shows it."""
    return stock_payloads.event(event, stock, primary=False)


def levels(stock: Stock) -> list[Json]:
    """Every pile with its figures."""
    return [
        {**asdict(each), **asdict(figures), "fulfillable": figures.fulfillable}
        for each, figures in sorted(stock.sheet().piles.items())
    ]
