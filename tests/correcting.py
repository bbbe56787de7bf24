"""ShipBob corrects its stock: worlds in which it does, the list that shows it, and what was asked of it before."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal

from bridge.domain.correction import ExpectedCorrection
from bridge.domain.document import DocumentId, DocumentKind
from bridge.domain.inventory import InventoryDocument, InventoryDocumentType, Item, ItemType, TrackingOption
from bridge.domain.message import Message, Snapshot
from bridge.domain.outcome import Outcome
from bridge.domain.stock import StockChange, StockEvent
from bridge.domain.terms import CorrectionTerms, ReceiptDifferences, StockCorrections
from bridge.flows.attempt import attempt

from local.memory.world import START, TERMS, WRITE_GP, World
from tests.orders import DAY, SECOND, a_world

STOCK = DocumentId(DocumentKind.STOCK, 7)
NUMBER = "SBC7"
OFFSET = "000-5100-00"
RECORD = CorrectionTerms(StockCorrections.RECORD, ReceiptDifferences.RECORD, OFFSET)
REVIEW = CorrectionTerms(StockCorrections.REVIEW, ReceiptDifferences.REVIEW, OFFSET)
OFF = CorrectionTerms(StockCorrections.OFF)


def a_card(number: str, tracking: TrackingOption = TrackingOption.NONE) -> Item:
    return Item(number, number, ItemType.SALES, tracking=tracking)


def a_stock_world(corrections: CorrectionTerms = RECORD, *without: str) -> World:
    """The plain world, whose GP has cards for both widgets."""
    world = a_world(*without)
    world.terms = replace(TERMS, corrections=corrections)
    world.gp.items = {number: a_card(number) for number in ("RED-100", "BLUE-100")}
    return world


def corrected(
    pieces: int, *, number: int = 7, lot: str = "", sku: str = "WIDGET-RED", at: dt.datetime = START
) -> StockEvent:
    """So many pieces found or lost in building 8."""
    side = StockChange(8, sku, pieces, lot)
    gain, loss = (side, None) if pieces > 0 else (None, side)
    return StockEvent(number, 70, "InventoryAdjusted", at, 8, gain, loss)


def message_of(world: World, event: StockEvent, ago: dt.timedelta = dt.timedelta(), reason: str = "poll") -> Message:
    """A poll's row, read so long ago."""
    kept = next((each for each in world.shipbob.events if each.id == event.id), None) or world.shipbob.put_event(event)
    finished = world.clock.now() - ago
    snapshot = Snapshot(kept.image, finished - SECOND, finished)
    return Message(DocumentId(DocumentKind.STOCK, event.id), reason, "run-1", finished, snapshot)


def list_shows(world: World, event: StockEvent, *, ago: dt.timedelta = dt.timedelta(), reason: str = "poll") -> Outcome:
    return attempt(WRITE_GP)(message_of(world, event, ago, reason), world)


def asked_for(
    world: World, quantity: int, name: str = "ADJ-1", *, lot: str = "", days: int = 90, site: str = "CHICAGO"
) -> ExpectedCorrection:
    """A person asked ShipBob for it, because a GP document has it already."""
    return world.expectations.save(
        ExpectedCorrection(
            id=f"adjustment/{name}/1",
            item="RED-100",
            site=site,
            lot=lot,
            quantity=Decimal(quantity),
            expires_at=world.clock.now() + days * DAY,
            document=DocumentId(DocumentKind.ADJUSTMENT, name=name),
        )
    )


def in_gp(world: World, number: str = NUMBER) -> InventoryDocument | None:
    return world.gp.inventory.get((InventoryDocumentType.ADJUSTMENT, number))


def moves(world: World, number: str = NUMBER) -> list[tuple[str, str, Decimal]]:
    """Item, site and quantity of each line of the adjustment; none where GP has none."""
    document = in_gp(world, number)
    return [(line.item, line.site, line.quantity) for line in document.lines] if document else []
