"""Wire shapes of inventory items, their levels and their history."""

from __future__ import annotations

import base64
import datetime as dt

from local.shipbob import catalogue
from local.shipbob.payloads import Json, timestamp
from local.shipbob.products import Kept
from local.shipbob.stock import MERCHANT, Stock
from local.shipbob.stock_history import Reference, Side, StockEvent
from local.shipbob.stock_levels import Figures, Sheet


def inventory(kept: Kept) -> Json:
    """A row of GET /inventory: what the thing is, without a quantity."""
    its = kept.product
    return {
        "inventory_id": its.inventory_id,
        "user_id": MERCHANT,
        "sku": its.sku,
        "name": its.name,
        "barcode": its.barcode,
        "is_case": False,
        "is_lot": its.is_lot,
        "dimensions": {
            "length": 6.0,
            "width": 4.0,
            "height": 2.5,
            "unit": "inch",
            "is_locked": False,
            "validated": True,
        },
        "weight": {"value": float(its.weight_oz), "unit": "oz"},
        "variant": {
            "is_active": its.is_active,
            "is_bundle": False,
            "is_digital": False,
            "hazmat": {"is_hazmat": False, "validated": True},
        },
    }


def level(kept: Kept, sheet: Sheet, *, counts_awaiting: bool) -> Json:
    """A row of GET /inventory-level."""
    inventory_id = kept.product.inventory_id
    total, exception = sheet.total(inventory_id), sheet.exception[inventory_id]
    sellable = total.fulfillable + total.awaiting if counts_awaiting else total.fulfillable - exception
    return {
        **_item(kept),
        "total_on_hand_quantity": total.on_hand,
        "total_committed_quantity": total.committed,
        "total_fulfillable_quantity": total.fulfillable,
        "total_sellable_quantity": sellable,
        "total_awaiting_quantity": total.awaiting,
        "total_exception_quantity": exception,
        "total_internal_transfer_quantity": total.internal_transfer,
        "total_backordered_quantity": sheet.backordered[inventory_id],
    }


def level_by_location(kept: Kept, sheet: Sheet, locations: frozenset[int]) -> Json:
    """A row of GET /inventory-level/locations, of these buildings."""
    return {**_item(kept), "locations": _places(sheet.at(kept.product.inventory_id), locations)}


def level_by_lot(kept: Kept, sheet: Sheet, stock: Stock, locations: frozenset[int]) -> Json:
    """A row of GET /inventory-level/lots, of these buildings; an item that is not kept in lots has none."""
    inventory_id, rows = kept.product.inventory_id, []
    for lot, places in sheet.lots(inventory_id).items():
        here = {location: figures for location, figures in places.items() if location in locations}
        if here:
            total = sum(here.values(), Figures())
            date = stock.lot_date(inventory_id, lot)
            rows.append({"lot_number": lot, "lot_date": date, **_figures(total), "locations": _places(here, locations)})
    return {**_item(kept), "lots": rows}


def event(kept: StockEvent, stock: Stock, *, primary: bool) -> Json:
    """An event of the inventory history; `primary` gives its reference the shape of the guide's sample."""
    return {
        "inventory_audit_event_id": kept.id,
        "inventory_id": kept.inventory_id,
        "event_category": kept.category,
        "event_datetime": f"{kept.at.astimezone(dt.UTC):%Y-%m-%dT%H:%M:%S.%f}0",  # no offset, as ShipBob sends it
        "merchant_user_id": MERCHANT,
        "shipbob_order_id": kept.order_id,
        **(_primary_reference(kept.reference) if primary else _additional_reference(kept.reference)),
        "increment": _side(kept.increment, kept.at, stock),
        "decrement": _side(kept.decrement, kept.at, stock),
    }


def _item(kept: Kept) -> Json:
    return {"inventory_id": kept.product.inventory_id, "sku": kept.product.sku, "name": kept.product.name}


def _places(figures: dict[int, Figures], locations: frozenset[int]) -> list[Json]:
    return [
        {"location_id": location, "name": catalogue.BUILDINGS[location].name, **_figures(each)}
        for location, each in figures.items()
        if location in locations
    ]


def _figures(figures: Figures) -> Json:
    return {
        "on_hand_quantity": figures.on_hand,
        "committed_quantity": figures.committed,
        "fulfillable_quantity": figures.fulfillable,
        "awaiting_quantity": figures.awaiting,
        "internal_transfer_quantity": figures.internal_transfer,
    }


def _side(side: Side | None, at: dt.datetime, stock: Stock) -> Json | None:
    if side is None:
        return None  # the reference does not mark it nullable; its guide says that it is missing on pure gains
    ulid = {"time": timestamp(at), "random": base64.b64encode(bytes(10)).decode()}
    return {
        "facility_id": side.pile.location_id,
        "location_id": side.place.number(side.pile),
        "sku": catalogue.BY_INVENTORY[side.pile.inventory_id].sku,
        "quantity_change": side.quantity,
        "committed_quantity_change": side.committed,
        "lot_number": side.pile.lot or None,
        "expiration_date": stock.lot_date(side.pile.inventory_id, side.pile.lot),
        "inventory_status": "",
        "operational_stage": None,
        "pack_description_id": ulid,
        "yuki_id": ulid,
    }


def _additional_reference(reference: Reference | None) -> Json:
    rows = [] if reference is None else [{"key": reference.type, "value": reference.value}]
    return {"additional_reference": rows}


def _primary_reference(reference: Reference | None) -> Json:
    return {"primary_reference": None if reference is None else {"type": reference.type, "value": reference.value}}
