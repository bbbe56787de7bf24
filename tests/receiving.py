"""ShipBob puts goods on its shelves: receiving orders, what GP announced of them, and worlds in which they come in."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal

from bridge.domain.document import DocumentId, DocumentKind
from bridge.domain.inventory import InventoryDocument, InventoryDocumentType, InventoryLine, TransactionState
from bridge.domain.message import Message, Snapshot
from bridge.domain.order import Named
from bridge.domain.outcome import Outcome
from bridge.domain.receiving import (
    ReceivedBoxItem,
    ReceivingBox,
    ReceivingLine,
    ReceivingStatus,
    WarehouseReceivingOrder,
)
from bridge.domain.terms import CorrectionTerms
from bridge.flows.attempt import attempt

from local.memory.world import START, WRITE_GP, World
from tests.correcting import RECORD, a_stock_world
from tests.orders import CHICAGO, SECOND

WRO = DocumentId(DocumentKind.RECEIVING, 7)
TRX = DocumentId(DocumentKind.TRANSFER, name="TRX1")
NUMBER = "SBW7"
PO = "T TRX1 CHICAGO 1"
RED, BLUE = 70, 71
SKUS = {RED: "WIDGET-RED", BLUE: "WIDGET-BLUE"}


def red(expected: int, stowed: int, received: int | None = None, sku: str = "WIDGET-RED") -> ReceivingLine:
    return ReceivingLine(RED, sku, expected, stowed if received is None else received, stowed)


def blue(expected: int, stowed: int) -> ReceivingLine:
    return ReceivingLine(BLUE, "WIDGET-BLUE", expected, stowed, stowed)


def a_wro(
    *lines: ReceivingLine,
    status: ReceivingStatus = ReceivingStatus.COMPLETED,
    center: Named | None = CHICAGO,
    number: int = 7,
    purchase_order: str = PO,
    created_at: dt.datetime = START,
) -> WarehouseReceivingOrder:
    return WarehouseReceivingOrder(number, purchase_order, status, center, created_at, START, lines)


def a_box(*lots: tuple[str, int, int], inventory: int = RED) -> ReceivingBox:
    """A box with so many pieces of each lot announced and stowed."""
    day = dt.datetime(2027, 7, 1, tzinfo=dt.UTC)
    items = (
        ReceivedBoxItem(inventory, expected, stowed, stowed, lot, day if lot else None)
        for lot, expected, stowed in lots
    )
    return ReceivingBox(1, "BOX-1", "Completed", tuple(items))


def a_transfer(*to_sites: str) -> InventoryDocument:
    """Goods that left the warehouse for each site."""
    lines = (
        InventoryLine(Decimal(16384 * n), "RED-100", "WAREHOUSE", Decimal(100), to_site=site)
        for n, site in enumerate(to_sites, 1)
    )
    return InventoryDocument(
        InventoryDocumentType.TRANSFER, "TRX1", "MOVES", START.date(), tuple(lines), TransactionState.HISTORY
    )


def a_receiving_world(terms: CorrectionTerms = RECORD, *without: str, to: tuple[str, ...] = ("CHICAGO",)) -> World:
    """A world in which GP's transfer TRX1 announced WRO 7."""
    world = a_stock_world(terms, *without)
    world.gp.put_inventory(a_transfer(*to))
    world.state.remember_aliases(TRX, [PO, "wro/7"])
    return world


def receives(
    world: World, order: WarehouseReceivingOrder, *boxes: ReceivingBox, reason: str = "webhook wro.completed"
) -> Outcome:
    """ShipBob has it so now, and tells."""
    world.shipbob.put_receiving(order, boxes)
    world.clock.advance(3 * SECOND)
    return world.attempt(DocumentId(DocumentKind.RECEIVING, order.id), reason)


def list_shows(world: World, order: WarehouseReceivingOrder, *boxes: ReceivingBox) -> Outcome:
    """ShipBob has it so now, and a list shows it."""
    world.shipbob.put_receiving(order, boxes)
    world.clock.advance(5 * SECOND)
    finished = world.clock.now()
    document = DocumentId(DocumentKind.RECEIVING, order.id)
    snapshot = Snapshot(world.shipbob.receiving[order.id].image, finished - SECOND, finished)
    return attempt(WRITE_GP)(Message(document, "poll", "run-1", finished, snapshot), world)


def with_lines(order: WarehouseReceivingOrder, *lines: ReceivingLine) -> WarehouseReceivingOrder:
    return replace(order, lines=lines)
