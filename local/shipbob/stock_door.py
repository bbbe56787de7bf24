"""The REST operations on products, inventory items, their levels, their history, and locations.

Products have the error bodies of orders (field to messages), inventory has ProblemDetails: ShipBob's reference.
"""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus

from local.shipbob import catalogue, payloads, product_payloads, stock_payloads
from local.shipbob.book import NotThereError
from local.shipbob.catalogue import Location
from local.shipbob.doors import Answer, Request, Route, json_answer
from local.shipbob.envelopes import Links, strict_query
from local.shipbob.listing import BadQueryError, Query
from local.shipbob.paths import number, parsed
from local.shipbob.payloads import Json
from local.shipbob.products import Kept
from local.shipbob.stock_history import history_query
from local.shipbob.warehouse import Warehouse

MOST_PRODUCTS = 250
MOST_ITEMS = 500  # what a user of the API gives as the largest page
TOO_MANY_IDS = 250  # an SDK's author got 404 for so many; ShipBob advised 150
LOCATION_KINDS = ("hub", "spoke", "lts")

Operation = Callable[..., Answer]
Shown = Callable[[Kept], Json]


def stock_routes(warehouse: Warehouse) -> list[Route[Operation]]:
    """What the door answers about goods that are there."""
    products, inventory, places = _ProductDoor(warehouse), _InventoryDoor(warehouse), _LocationDoor(warehouse)
    return [
        Route("GET /product", products.found),
        Route("GET /product/{productId}", products.one),
        Route("GET /product/{productId}/variants", products.variants),
        Route("GET /inventory", _told(inventory.items)),
        Route("GET /inventory/{inventoryId}", _told(inventory.item)),
        Route("POST /inventory/history:query", _told(inventory.history)),
        Route("GET /inventory-level", _told(inventory.levels)),
        Route("GET /inventory-level/locations", _told(inventory.levels_by_location)),
        Route("GET /inventory-level/lots", _told(inventory.levels_by_lot)),
        Route("GET /inventory-level/{inventoryId}", _told(inventory.level)),
        Route("GET /inventory-level/{inventoryId}/locations", _told(inventory.level_by_location)),
        Route("GET /inventory-level/{inventoryId}/lots", _told(inventory.level_by_lot)),
        Route("GET /location", places.listed),
    ]


def problem(status: int, detail: str) -> Answer:
    """ASP.NET's ProblemDetails."""
    told = {"type": f"https://httpstatuses.io/{status}", "title": HTTPStatus(status).phrase, "status": status}
    return json_answer({**told, "detail": detail, "instance": None}, status)


def _told(operation: Operation) -> Operation:
    """The operation with its refusals as problems."""

    def answer(request: Request, *parameters: str) -> Answer:
        try:
            return operation(request, *parameters)
        except BadQueryError as error:
            return problem(400, str(error))
        except NotThereError as error:
            return problem(404, str(error))

    return answer


class _ProductDoor:
    def __init__(self, warehouse: Warehouse) -> None:
        self._switches, self._products = warehouse.switches, warehouse.products
        self._links = Links(lambda: warehouse.switches.links)

    def found(self, request: Request) -> Answer:
        query = strict_query(request) if self._switches.encoded_separators_unread else Query(request.query)
        page = self._links.page(request, query, self._products.found(query), MOST_PRODUCTS)
        return json_answer(page.envelope(lambda kept: product_payloads.product(kept, self._products)))

    def one(self, _: Request, product_id: str) -> Answer:
        return self._of(product_id, lambda kept: product_payloads.product(kept, self._products))

    def variants(self, _: Request, product_id: str) -> Answer:
        return self._of(product_id, lambda kept: [product_payloads.variant(kept, self._products)])

    def _of(self, product_id: str, shown: Callable[[Kept], object]) -> Answer:
        try:
            return json_answer(shown(self._products.one(number("productId", product_id))))
        except NotThereError as error:
            return problem(404, str(error))


class _InventoryDoor:
    def __init__(self, warehouse: Warehouse) -> None:
        self._warehouse, self._switches = warehouse, warehouse.switches
        self._stock, self._products = warehouse.stock, warehouse.products
        self._links = Links(lambda: warehouse.switches.links)

    def items(self, request: Request) -> Answer:
        return self._listed(request, lambda _: stock_payloads.inventory)

    def levels(self, request: Request) -> Answer:
        return self._listed(request, lambda _: self._level())

    def levels_by_location(self, request: Request) -> Answer:
        return self._listed(request, lambda query: self._by_location(self._buildings(query)))

    def levels_by_lot(self, request: Request) -> Answer:
        return self._listed(request, lambda query: self._by_lot(self._buildings(query)))

    def item(self, _: Request, inventory_id: str) -> Answer:
        return json_answer(stock_payloads.inventory(self._item(inventory_id)))

    def level(self, _: Request, inventory_id: str) -> Answer:
        return json_answer(self._level()(self._item(inventory_id)))

    def level_by_location(self, request: Request, inventory_id: str) -> Answer:
        return json_answer(self._by_location(self._buildings(Query(request.query)))(self._item(inventory_id)))

    def level_by_lot(self, request: Request, inventory_id: str) -> Answer:
        return json_answer(self._by_lot(self._buildings(Query(request.query)))(self._item(inventory_id)))

    def history(self, request: Request) -> Answer:
        asked = history_query(parsed(request.body), Query(request.query).text("cursor"), self._stock.now())
        events = self._stock.history(asked)
        page = events[: self._switches.history_page]
        after = {"cursor": str(page[-1].id)} if len(events) > len(page) else None
        rows = [stock_payloads.event(each, self._stock, primary=self._switches.primary_reference) for each in page]
        link = after and self._links.href(request, "/inventory/history:query", after)
        return json_answer({"data": rows, "first": None, "last": None, "next": link, "prev": None})

    # how it is done

    def _listed(self, request: Request, shown: Callable[[Query], Shown]) -> Answer:
        query = Query(request.query)
        ids = query.numbers("InventoryIds")
        if len((query.text("InventoryIds") or "").split(",")) >= TOO_MANY_IDS:
            return Answer(404)
        rows = [each for each in self._items() if _passes(each, query, ids)]
        show = shown(query)
        rows = _sorted(rows, query.text("SortBy"), show)
        return json_answer(self._links.page(request, query, rows, MOST_ITEMS).envelope(show))

    def _items(self) -> list[Kept]:
        """One product for each inventory item, though several may share it."""
        items = {each.product.inventory_id: each for each in reversed(self._products.all())}
        return [items[inventory_id] for inventory_id in sorted(items) if inventory_id in catalogue.BY_INVENTORY]

    def _item(self, inventory_id: str) -> Kept:
        wanted = number("inventoryId", inventory_id)
        for each in self._items():
            if each.product.inventory_id == wanted:
                return each
        raise NotThereError(f"Inventory {wanted} was not found.")

    def _level(self) -> Shown:
        sheet, counts = self._stock.sheet(), self._switches.sellable_counts_awaiting
        return lambda kept: stock_payloads.level(kept, sheet, counts_awaiting=counts)

    def _by_location(self, locations: frozenset[int]) -> Shown:
        sheet = self._stock.sheet()
        return lambda kept: stock_payloads.level_by_location(kept, sheet, locations)

    def _by_lot(self, locations: frozenset[int]) -> Shown:
        sheet = self._stock.sheet()
        return lambda kept: stock_payloads.level_by_lot(kept, sheet, self._stock, locations)

    def _buildings(self, query: Query) -> frozenset[int]:
        kind, wanted = query.text("LocationType"), query.numbers("LocationId")
        if kind is not None and kind.lower() not in LOCATION_KINDS:
            raise BadQueryError("LocationType", f"The value '{kind}' is not valid for LocationType.")
        places = (each for each in catalogue.BUILDINGS.values() if kind is None or each.kind == kind.lower())
        return frozenset(each.id for each in places if wanted is None or each.id in wanted)


class _LocationDoor:
    def __init__(self, warehouse: Warehouse) -> None:
        self._warehouse = warehouse

    def listed(self, request: Request) -> Answer:
        query = Query(request.query)
        flags = {name: query.flag(name) for name in ("IncludeInactive", "ReceivingEnabled", "AccessGranted")}
        places = [each for each in self._warehouse.buildings() if each.is_active or flags["IncludeInactive"]]
        rows = [payloads.location(each) for each in places if _is_asked(each, flags)]
        return json_answer(rows)


def _is_asked(place: Location, flags: dict[str, bool | None]) -> bool:
    """Every centre that is active receives and is granted, and no other."""
    return flags["ReceivingEnabled"] in {None, place.is_active} and flags["AccessGranted"] in {None, place.is_active}


def _passes(kept: Kept, query: Query, ids: frozenset[int] | None) -> bool:
    its, search = kept.product, (query.text("SearchBy") or "").lower()
    is_found = search in its.name.lower() or search in its.sku.lower() or search == str(its.inventory_id)
    is_one = ids is None or its.inventory_id in ids
    return is_found and is_one and query.flag("IsActive") in {None, its.is_active} and not query.flag("IsDigital")


def _sorted(rows: list[Kept], sort_by: str | None, shown: Shown) -> list[Kept]:
    """By the fields of the rows shown, `-` before one for descending. What no row has is refused, as users found."""
    for field in reversed(sort_by.split(",") if sort_by else []):
        name = field.removeprefix("-")
        if any(not isinstance(shown(each).get(name), (str, int)) for each in rows):
            raise BadQueryError("SortBy", f"Key mapping for {field} is missing")
        rows = sorted(rows, key=lambda each, name=name: shown(each)[name], reverse=field.startswith("-"))  # type: ignore[misc]
    return rows
