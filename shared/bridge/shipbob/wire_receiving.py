"""Warehouse receiving orders: ShipBob's fields, version 2026-07, to domain nouns and back."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

from pydantic import AliasChoices, Field

from bridge.domain.document import DocumentId, DocumentKind
from bridge.domain.listing import Listed
from bridge.domain.order import Named
from bridge.domain.receiving import (
    NewBox,
    NewBoxItem,
    NewReceivingOrder,
    ReceivedBoxItem,
    ReceivingBox,
    ReceivingLine,
    ReceivingStatus,
    WarehouseReceivingOrder,
)
from bridge.shipbob import wire
from bridge.shipbob.wire import Count, Many, MaybeMoment, Model, Moment, NamedModel, Text, Whole, Word


class _Quantity(Model):
    inventory_id: Whole
    sku: Text = ""
    expected_quantity: Count = 0
    received_quantity: Count = 0
    stowed_quantity: Count = 0

    def to_domain(self) -> ReceivingLine:
        return ReceivingLine(
            self.inventory_id, self.sku, self.expected_quantity, self.received_quantity, self.stowed_quantity
        )


class _Order(Model):
    id: Whole
    purchase_order_number: Text = ""
    status: Word
    fulfillment_center: NamedModel | None = None
    insert_date: Moment
    last_updated_date: MaybeMoment = None
    inventory_quantities: Many[_Quantity] = ()
    box_labels_uri: Text = ""

    def to_domain(self, image: bytes) -> WarehouseReceivingOrder:
        return WarehouseReceivingOrder(
            id=self.id,
            purchase_order_number=self.purchase_order_number,
            status=wire.member(ReceivingStatus, self.status),
            center=wire.named(self.fulfillment_center),
            created_at=self.insert_date,
            updated_at=self.last_updated_date,
            lines=tuple(line.to_domain() for line in self.inventory_quantities),
            labels=self.box_labels_uri,
            image=image,
        )


class _BoxItem(Model):
    inventory_id: Whole
    quantity: Count = 0
    received_quantity: Count = 0
    stowed_quantity: Count = 0
    lot_number: Text = ""
    lot_date: MaybeMoment = None

    def to_domain(self) -> ReceivedBoxItem:
        return ReceivedBoxItem(
            inventory_id=self.inventory_id,
            expected=self.quantity,
            received=self.received_quantity,
            stowed=self.stowed_quantity,
            lot_number=self.lot_number,
            lot_date=self.lot_date,
        )


class _Box(Model):
    id: Whole = Field(validation_alias=AliasChoices("box_id", "id"))
    tracking_number: Text = ""
    box_status: Text = ""
    box_items: Many[_BoxItem] = ()

    def to_domain(self) -> ReceivingBox:
        items = tuple(item.to_domain() for item in self.box_items)
        return ReceivingBox(self.id, self.tracking_number, self.box_status, items)


class _Known(Model):
    id: Whole


def read_order(body: bytes) -> WarehouseReceivingOrder:
    """One WRO as `GET /receiving/{id}` gives it, and as the answer to its creation."""
    return wire.read(_Order, body).to_domain(body)


def read_orders(body: bytes) -> list[WarehouseReceivingOrder]:
    """A page of `GET /receiving`, a bare array."""
    found = wire.rows(body, "items", "data")
    return [wire.validated(_Order, row, str(number)).to_domain(image) for number, (row, image) in enumerate(found)]


def read_listed(body: bytes) -> list[Listed]:
    """The same page, each receiving order whole."""
    found = wire.rows(body, "items", "data")
    return [_listed(number, row, image) for number, (row, image) in enumerate(found)]


def _listed(number: int, row: object, image: bytes) -> Listed:
    return Listed(DocumentId(DocumentKind.RECEIVING, wire.validated(_Known, row, str(number)).id), image)


def read_boxes(body: bytes) -> list[ReceivingBox]:
    """`GET /receiving/{id}/boxes`, a bare array."""
    return [box.to_domain() for box in wire.read_list(_Box, body, "boxes", "items", "data")]


def read_centers(body: bytes) -> list[Named]:
    """`GET /fulfillment-center`, a bare array."""
    return [center.to_domain() for center in wire.read_list(NamedModel, body, "items", "data")]


def written(wanted: NewReceivingOrder) -> bytes:
    """The body of `POST /receiving`. Dates are whole moments: 2026-07 takes no bare date."""
    fields = {
        "fulfillment_center": {"id": wanted.center},
        "package_type": wanted.package_type.value,
        "box_packaging_type": wanted.packaging.value,
        "expected_arrival_date": _moment(wanted.expected_arrival),
        "purchase_order_number": wanted.purchase_order_number,
        "boxes": [_box(box) for box in wanted.boxes],
    }
    return json.dumps(fields).encode()


def _box(box: NewBox) -> dict[str, Any]:
    return {"tracking_number": box.tracking_number, "box_items": [_box_item(item) for item in box.items]}


def _box_item(item: NewBoxItem) -> dict[str, Any]:
    """An item without a lot has none of the fields: ShipBob wants both or neither."""
    lot = {"lot_number": item.lot_number, "lot_date": _moment(item.lot_date) if item.lot_date else None}
    given = {name: value for name, value in lot.items() if value}
    return {"inventory_id": item.inventory_id, "quantity": item.quantity, **given}


def _moment(moment: dt.datetime) -> str:
    return moment.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
