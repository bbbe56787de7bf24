"""Variants, stock levels, locations and the inventory history: ShipBob's fields, version 2026-07, to domain nouns."""

from __future__ import annotations

from bridge.domain.document import DocumentId, DocumentKind
from bridge.domain.listing import Listed
from bridge.domain.outcome import Transient
from bridge.domain.stock import InventoryLevel, LevelAtLocation, Location, StockChange, StockEvent, Variant
from bridge.shipbob import wire
from bridge.shipbob.wire import Count, Many, Model, Moment, Text, Whole, Word

CORRECTION = "InventoryAdjusted"  # the category of what a count or a person in the warehouse put right


class _Inventory(Model):
    inventory_id: Whole | None = None


class _Lot(Model):
    is_lot: bool | None = None


class _Part(Model):
    pass


class _Variant(Model):
    id: Whole
    sku: Text = ""
    name: Text = ""
    status: Word = ""
    is_digital: bool | None = None
    inventory: _Inventory | None = None
    lot_information: _Lot | None = None
    bundle_definition: Many[_Part] = ()

    def to_domain(self) -> Variant:
        own = self.inventory.inventory_id if self.inventory and not self.bundle_definition else None
        return Variant(
            id=self.id,
            sku=self.sku,
            name=self.name,
            inventory_id=own or None,
            is_lot=bool(self.lot_information and self.lot_information.is_lot),
            is_active=self.status != "inactive",
            is_digital=bool(self.is_digital),
        )


class _Product(Model):
    variants: Many[_Variant] = ()


class _LevelAtLocation(Model):
    location_id: Whole
    name: Text = ""
    on_hand_quantity: Whole
    committed_quantity: Count = 0
    fulfillable_quantity: Count = 0
    awaiting_quantity: Count = 0
    internal_transfer_quantity: Count = 0

    def to_domain(self) -> LevelAtLocation:
        return LevelAtLocation(
            location=self.location_id,
            name=self.name,
            on_hand=self.on_hand_quantity,
            committed=self.committed_quantity,
            fulfillable=self.fulfillable_quantity,
            awaiting=self.awaiting_quantity,
            internal_transfer=self.internal_transfer_quantity,
        )


class _Level(Model):
    inventory_id: Whole
    sku: Text = ""
    locations: Many[_LevelAtLocation] = ()

    def to_domain(self) -> InventoryLevel:
        return InventoryLevel(self.inventory_id, self.sku, tuple(each.to_domain() for each in self.locations))


class _Location(Model):
    id: Whole
    name: Text = ""
    is_active: bool | None = None
    is_receiving_enabled: bool | None = None
    timezone: Text = ""

    def to_domain(self) -> Location:
        return Location(
            id=self.id,
            name=self.name,
            is_active=self.is_active is not False,
            is_receiving=bool(self.is_receiving_enabled),
            timezone=self.timezone,
        )


class _Side(Model):
    """ShipBob's `location_id` is a shelf here, and the building the facility."""

    facility_id: Whole | None = None
    sku: Text = ""
    quantity_change: Whole
    lot_number: Text = ""

    def to_domain(self) -> StockChange:
        return StockChange(self.facility_id, self.sku, self.quantity_change, self.lot_number)


class _Event(Model):
    inventory_audit_event_id: Whole
    inventory_id: Whole
    event_category: Text = ""
    event_datetime: Moment
    increment: _Side | None = None
    decrement: _Side | None = None

    def to_domain(self, image: bytes) -> StockEvent:
        facilities = [side.facility_id for side in (self.increment, self.decrement) if side and side.facility_id]
        if not facilities:
            raise Transient(f"{wire.UNREADABLE}: increment, decrement: no facility_id in either")
        return StockEvent(
            id=self.inventory_audit_event_id,
            inventory_id=self.inventory_id,
            category=self.event_category,
            at=self.event_datetime,
            facility=facilities[0],
            increment=self.increment.to_domain() if self.increment else None,
            decrement=self.decrement.to_domain() if self.decrement else None,
            is_correction=self.event_category in ("", CORRECTION),  # asked for are corrections alone
            image=image,
        )


class _KnownEvent(Model):
    inventory_audit_event_id: Whole


def read_variants(body: bytes) -> list[Variant]:
    """A page of `GET /product`: every variant of every product in it."""
    found = wire.read_list(_Product, body, "items", "data")
    return [variant.to_domain() for product in found for variant in product.variants]


def read_levels(body: bytes) -> list[InventoryLevel]:
    """A page of `GET /inventory-level/locations`."""
    return [level.to_domain() for level in wire.read_list(_Level, body, "items", "data")]


def read_locations(body: bytes) -> list[Location]:
    """`GET /location`, a bare array."""
    return [location.to_domain() for location in wire.read_list(_Location, body, "items", "data")]


def read_event(image: bytes) -> StockEvent:
    """One event as a page of the history holds it."""
    return wire.read(_Event, image).to_domain(image)


def read_listed(body: bytes) -> list[Listed]:
    """A page of `POST /inventory/history:query`, each event whole: ShipBob shows none by its id."""
    found = wire.rows(body, "data", "items")
    return [_listed(number, row, image) for number, (row, image) in enumerate(found)]


def _listed(number: int, row: object, image: bytes) -> Listed:
    identity = wire.validated(_KnownEvent, row, str(number)).inventory_audit_event_id
    return Listed(DocumentId(DocumentKind.STOCK, identity), image)
