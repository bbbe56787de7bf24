"""Stock documents of GP's, and a world in which two of its sites are ShipBob's: worked out by hand in each test.

Site CHICAGO is ShipBob's location 8 'Cicero (IL)', RENO its 9; MAIN is the company's own. Item RED-100 is SKU
WIDGET-RED, BLUE-100 is WIDGET-BLUE, and SERUM-30, which ShipBob keeps in lots, is SERUM-30ML.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from typing import Any

from bridge.domain.document import DocumentId, DocumentKind
from bridge.domain.inventory import (
    InventoryDocument,
    InventoryDocumentType,
    InventoryLine,
    Item,
    ItemType,
    Lot,
    SiteStock,
    TransactionState,
)
from bridge.domain.order import Named
from bridge.domain.outcome import MappingKey
from bridge.domain.receiving import WarehouseReceivingOrder
from bridge.domain.stock import InventoryLevel, LevelAtLocation, Location, Variant
from bridge.domain.terms import SendingTerms

from local.memory.world import TERMS, World

DAY = dt.date(2026, 11, 17)
TRANSFER = DocumentId(DocumentKind.TRANSFER, name="00000012")
ADJUSTMENT = DocumentId(DocumentKind.ADJUSTMENT, name="ADJ 7")
VARIANCE = DocumentId(DocumentKind.VARIANCE, name="VAR1")
RED, BLUE, SERUM = 21000011, 21000012, 21000013
MAPPED = {
    "location/8": "CHICAGO",
    "location/9": "RENO",
    "sku/WIDGET-RED": "RED-100",
    "sku/WIDGET-BLUE": "BLUE-100",
    "sku/SERUM-30ML": "SERUM-30",
}
TYPES = {
    DocumentKind.ADJUSTMENT: InventoryDocumentType.ADJUSTMENT,
    DocumentKind.VARIANCE: InventoryDocumentType.VARIANCE,
    DocumentKind.TRANSFER: InventoryDocumentType.TRANSFER,
}


def line(item: str, quantity: str | int, site: str, to_site: str = "", **changes: Any) -> InventoryLine:
    made = InventoryLine(Decimal(16384), item, site, Decimal(quantity), to_site=to_site)
    return replace(made, **changes)


def lot(number: str, quantity: str | int, expires_on: dt.date | None = dt.date(2027, 12, 31)) -> Lot:
    return Lot(number, Decimal(quantity), expires_on)


def document(named: DocumentId, *lines: InventoryLine, **changes: Any) -> InventoryDocument:
    """Posted today, unless told otherwise."""
    made = InventoryDocument(TYPES[named.kind], named.name, "WH1", DAY, lines, TransactionState.HISTORY)
    return replace(made, **changes)


def a_stock_world(*documents: InventoryDocument, **sending: Any) -> World:
    """Everything mapped and known at ShipBob; `sending` are parameters."""
    world = World(terms=replace(TERMS, sending=replace(SendingTerms(), **sending)))
    for key, value in MAPPED.items():
        world.state.map(MappingKey.parse(key), value, "a person")
    world.shipbob.catalogue = [
        Variant(1, "WIDGET-RED", "Widget, red", RED),
        Variant(2, "WIDGET-BLUE", "Widget, blue", BLUE),
        Variant(3, "SERUM-30ML", "Serum", SERUM, is_lot=True),
    ]
    world.shipbob.centers = [Named(8, "Cicero (IL)"), Named(9, "Reno (NV)")]
    world.shipbob.buildings = [Location(8, "Cicero (IL)", True, True), Location(9, "Reno (NV)", True, True)]  # noqa: FBT003
    for each in documents:
        world.gp.put_inventory(each)
    world.calls.made.clear()
    return world


def gp_has(world: World, item: str, site: str, on_hand: str | int, unit: str = "EACH") -> None:
    world.gp.items[item] = Item(item, item, ItemType.SALES, unit, stock=(SiteStock(site, Decimal(on_hand)),))


def shipbob_has(world: World, inventory_id: int, sku: str, location: int, on_hand: int, moving: int = 0) -> None:
    here = LevelAtLocation(location, "", on_hand, 0, on_hand, 0, moving)
    world.shipbob.levels[inventory_id] = InventoryLevel(inventory_id, sku, (here,))


def wros(world: World) -> dict[str, tuple[int, dict[str, int]]]:
    """What ShipBob expects: by purchase order number the centre, and the pieces of each SKU."""
    return {each.purchase_order_number: (_center(each), _pieces(each)) for each in world.shipbob.receiving.values()}


def _center(order: WarehouseReceivingOrder) -> int:
    assert order.center is not None
    return order.center.id


def _pieces(order: WarehouseReceivingOrder) -> dict[str, int]:
    return {each.sku: each.expected for each in order.lines}
