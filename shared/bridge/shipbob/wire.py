"""The only place that knows ShipBob's field names: its JSON, version 2026-07, to domain nouns.

A tolerant reader: unknown fields are passed over, words are matched without case and blanks, and null may stand for any
object. Strict only about what is used: what is missing there is named with its path. Source: ShipBob's Developer API.
"""

from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal
from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError

from bridge.domain.order import (
    Named,
    Order,
    OrderLine,
    OrderStatus,
    Recipient,
    Shipment,
    ShipmentStatus,
    ShippedItem,
)
from bridge.domain.outcome import Transient


def _word(value: object) -> object:
    return str(value).replace(" ", "").casefold() if value is not None else ""


def _nothing_for_null(value: object) -> object:
    return "" if value is None else value


def _empty_for_null(value: object) -> object:
    return [] if value is None else value


type Text = Annotated[str, BeforeValidator(_nothing_for_null)]
type Word = Annotated[str, BeforeValidator(_word)]


class _Model(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True, coerce_numbers_to_str=True)


class _Named(_Model):
    id: int
    name: Text = ""

    def to_domain(self) -> Named:
        return Named(self.id, self.name)


class _Address(_Model):
    address1: Text = ""
    address2: Text = ""
    company_name: Text = ""
    city: Text = ""
    state: Text = ""
    zip_code: Text = ""
    country: Text = ""


class _Recipient(_Model):
    name: Text = ""
    phone_number: Text = ""
    address: _Address | None = None

    def to_domain(self) -> Recipient:
        place = self.address or _Address()
        return Recipient(
            name=self.name,
            company=place.company_name,
            address1=place.address1,
            address2=place.address2,
            city=place.city,
            state=place.state,
            zip_code=place.zip_code,
            country=place.country,
            phone=self.phone_number,
        )


class _InventoryItem(_Model):
    quantity: Decimal | None = None


class _ShippedProduct(_Model):
    sku: Text = ""
    inventory_items: Annotated[list[_InventoryItem], BeforeValidator(_empty_for_null)] = []

    def to_domain(self) -> ShippedItem:
        """Quantities stand on the inventory items only; several of them are a bundle's parts, not a quantity."""
        return ShippedItem(self.sku, self.inventory_items[0].quantity if len(self.inventory_items) == 1 else None)


class _Tracking(_Model):
    tracking_number: Text = ""


class _Shipment(_Model):
    id: int
    order_id: int
    status: Word
    location: _Named | None = None
    products: Annotated[list[_ShippedProduct], BeforeValidator(_empty_for_null)] = []
    tracking: _Tracking | None = None
    actual_fulfillment_date: dt.datetime | None = None

    def to_domain(self) -> Shipment:
        tracking = self.tracking or _Tracking()
        return Shipment(
            id=self.id,
            status=_member(ShipmentStatus, self.status),
            location=self.location.to_domain() if self.location else None,
            items=tuple(product.to_domain() for product in self.products),
            tracking_number=tracking.tracking_number,
            shipped_at=_aware(self.actual_fulfillment_date),
        )


class _Product(_Model):
    sku: Text = ""
    reference_id: Text = ""
    quantity: Decimal
    unit_price: Decimal | None = None

    def to_domain(self) -> OrderLine:
        return OrderLine(self.sku or self.reference_id, self.quantity, self.unit_price)


class _Financials(_Model):
    total_price: Decimal | None = None


class _Order(_Model):
    id: int
    created_date: dt.datetime
    purchase_date: dt.datetime | None = None
    order_number: Text = ""
    reference_id: Text = ""
    status: Word
    channel: _Named
    recipient: _Recipient | None = None
    products: Annotated[list[_Product], BeforeValidator(_empty_for_null)] = []
    shipments: Annotated[list[_Shipment], BeforeValidator(_empty_for_null)] = []
    financials: _Financials | None = None

    def to_domain(self, image: bytes) -> Order:
        purchased_at = _aware(self.purchase_date or self.created_date)
        assert purchased_at is not None
        return Order(
            id=self.id,
            number=self.order_number,
            reference=self.reference_id,
            status=_member(OrderStatus, self.status),
            channel=self.channel.to_domain(),
            purchased_at=purchased_at,
            recipient=(self.recipient or _Recipient()).to_domain(),
            lines=tuple(product.to_domain() for product in self.products),
            shipments=tuple(shipment.to_domain() for shipment in self.shipments),
            total=self.financials.total_price if self.financials else None,
            image=image,
        )


def read_order(body: bytes) -> Order:
    """One order as `GET /order/{id}` gives it."""
    return _valid(_Order, body).to_domain(body)


def read_order_of_shipment(body: bytes) -> int:
    """The order's id in a shipment as `GET /shipment/{id}` gives it."""
    return _valid(_Shipment, body).order_id


class _Listed(_Model):
    id: int


class _Page(_Model):
    items: list[_Listed]


def read_order_ids(body: bytes) -> list[int]:
    """The ids in a page of `GET /order`, a bare array."""
    return [order.id for order in _validated(_Page, {"items": _json(body)}).items]


def _valid[M: _Model](model: type[M], body: bytes) -> M:
    return _validated(model, _json(body))


def _json(body: bytes) -> object:
    try:
        return json.loads(body, parse_float=Decimal)
    except (ValueError, RecursionError) as failure:
        raise Transient("ShipBob's answer is not JSON") from failure


def _validated[M: _Model](model: type[M], fields: object) -> M:
    try:
        return model.model_validate(fields)
    except ValidationError as failure:
        # Only where and what kind: the values may be personal.
        places = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['type']}" for e in failure.errors()[:5])
        raise Transient(f"ShipBob's answer cannot be read: {places}") from None


def _member[E: StrEnum](words: type[E], word: str) -> E:
    """The enum's member for ShipBob's word in whatever case; its `UNKNOWN` for a word it has newly learned."""
    return next((member for member in words if member.casefold() == word), words("Unknown"))


def _aware(moment: dt.datetime | None) -> dt.datetime | None:
    """ShipBob leaves the offset out in places; it means UTC there."""
    return moment.replace(tzinfo=dt.UTC) if moment is not None and moment.tzinfo is None else moment
