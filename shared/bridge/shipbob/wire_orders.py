"""Orders and shipments: ShipBob's fields, version 2026-07, to domain nouns."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from decimal import Decimal

from bridge.domain.document import DocumentId, DocumentKind
from bridge.domain.listing import Listed
from bridge.domain.order import Order, OrderLine, OrderStatus, Recipient, Shipment, ShipmentStatus, ShippedItem
from bridge.domain.outcome import Transient
from bridge.shipbob import wire
from bridge.shipbob.wire import Many, MaybeMoment, Model, Moment, NamedModel, Text, Word


class _Address(Model):
    address1: Text = ""
    address2: Text = ""
    company_name: Text = ""
    city: Text = ""
    state: Text = ""
    zip_code: Text = ""
    country: Text = ""


class _Recipient(Model):
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


class _InventoryItem(Model):
    id: int | None = None
    quantity: Decimal | None = None


class _ShippedProduct(Model):
    sku: Text = ""
    inventory_items: Many[_InventoryItem] = ()

    @property
    def lacks_quantities(self) -> bool:
        """B2B orders, those that people enter and some channels were seen to come so."""
        return not self.inventory_items or any(item.quantity is None for item in self.inventory_items)

    def to_domain(self) -> ShippedItem:
        """Quantities stand on the inventory items only. Several of one item are lots; of several, a bundle's parts,
        which are no quantity of the bundle."""
        items = self.inventory_items
        is_one = len(items) == 1 or (len({item.id for item in items}) == 1 and items[0].id is not None)
        if self.lacks_quantities or not is_one:
            return ShippedItem(self.sku, None)
        return ShippedItem(self.sku, sum((item.quantity or Decimal(0) for item in items), Decimal(0)))


class _Tracking(Model):
    tracking_number: Text = ""
    shipping_date: MaybeMoment = None


class _Shipment(Model):
    id: int
    order_id: int
    status: Word
    location: NamedModel | None = None
    products: Many[_ShippedProduct] = ()
    tracking: _Tracking | None = None
    actual_fulfillment_date: MaybeMoment = None

    @property
    def lacks_quantities(self) -> bool:
        """What was cancelled needs none."""
        is_cancelled = wire.member(ShipmentStatus, self.status) is ShipmentStatus.CANCELLED
        return not is_cancelled and (not self.products or any(each.lacks_quantities for each in self.products))

    def to_domain(self) -> Shipment:
        tracking = self.tracking or _Tracking()
        return Shipment(
            id=self.id,
            status=wire.member(ShipmentStatus, self.status),
            location=wire.named(self.location),
            items=tuple(product.to_domain() for product in self.products),
            tracking_number=tracking.tracking_number,
            shipped_at=self.actual_fulfillment_date or tracking.shipping_date,
        )


class _Product(Model):
    sku: Text = ""
    reference_id: Text = ""
    quantity: Decimal
    unit_price: Decimal | None = None

    def to_domain(self) -> OrderLine:
        return OrderLine(self.sku or self.reference_id, self.quantity, self.unit_price)


class _Financials(Model):
    total_price: Decimal | None = None


class _Order(Model):
    id: int
    created_date: Moment
    purchase_date: MaybeMoment = None
    order_number: Text = ""
    reference_id: Text = ""
    status: Word
    channel: NamedModel
    recipient: _Recipient | None = None
    products: Many[_Product] = ()
    shipments: Many[_Shipment] = ()
    financials: _Financials | None = None

    def to_domain(self, image: bytes) -> Order:
        return Order(
            id=self.id,
            number=self.order_number,
            reference=self.reference_id,
            status=wire.member(OrderStatus, self.status),
            channel=self.channel.to_domain(),
            purchased_at=self.purchase_date or self.created_date,
            recipient=(self.recipient or _Recipient()).to_domain(),
            lines=tuple(product.to_domain() for product in self.products),
            shipments=tuple(shipment.to_domain() for shipment in self.shipments),
            total=self.financials.total_price if self.financials else None,
            image=image,
        )


class _Known(Model):
    id: int


class _Owned(Model):
    order_id: int


class _Variant(Model):
    sku: Text = ""


class _LineItem(Model):
    """The reference has the SKU within the variant."""

    quantity: Decimal | None = None
    sku: Text = ""
    product_variant: _Variant | None = None

    @property
    def item_sku(self) -> str:
        return (self.product_variant.sku if self.product_variant else "") or self.sku


def read_order(body: bytes) -> Order:
    """One order as `GET /order/{id}` gives it, or as a row of `GET /order`."""
    return read_order_with_gaps(body)[0]


def read_order_with_gaps(body: bytes) -> tuple[Order, tuple[int, ...]]:
    """The order, and the ids of its shipments whose quantities must be asked for."""
    order = wire.read(_Order, body)
    return order.to_domain(body), tuple(each.id for each in order.shipments if each.lacks_quantities)


def read_order_of_shipment(body: bytes) -> int:
    """The order's id in a shipment as `GET /shipment/{id}` gives it."""
    return wire.read(_Owned, body).order_id


def read_store_order(body: bytes) -> bytes | None:
    """The shop's order in the answer of `GET /order/{id}/store-order-json`: JSON, or JSON within a text of JSON."""
    if not body.strip():
        return None
    told = wire.parsed(body)
    inner = told.encode() if isinstance(told, str) else body
    return inner if told and wire.is_json(inner) else None


def read_listed(body: bytes) -> list[Listed]:
    """A page of `GET /order`, a bare array: the ids, and each order whole that tells all its quantities."""
    return [_listed(number, row, image) for number, (row, image) in enumerate(wire.rows(body))]


def _listed(number: int, row: object, image: bytes) -> Listed:
    document = DocumentId(DocumentKind.ORDER, wire.validated(_Known, row, str(number)).id)
    try:
        is_whole = not any(each.lacks_quantities for each in wire.validated(_Order, row).shipments)
    except Transient:
        is_whole = False  # whoever reads it by itself will say what is missing; the rest of the page goes on
    return Listed(document, image if is_whole else b"")


def read_line_items(body: bytes) -> dict[str, Decimal]:
    """How many of each SKU, as `GET /shipment/{id}:getLineItems` gives it."""
    counted: dict[str, Decimal] = {}
    for item in wire.read_list(_LineItem, body, "items", "line_items", "data"):
        if item.item_sku and item.quantity is not None:
            counted[item.item_sku] = counted.get(item.item_sku, Decimal(0)) + item.quantity
    return counted


def with_quantities(shipment: Shipment, counted: dict[str, Decimal]) -> Shipment:
    """The shipment with what its line items tell. What is known already stays; a SKU on two products is filled once."""
    items = shipment.items or tuple(ShippedItem(sku, None) for sku in counted)
    left = dict(counted)
    for sku, quantity in _known(items).items():
        left[sku] = max(left.get(sku, Decimal(0)) - quantity, Decimal(0))
    filled = tuple(_filled(item, left) if item.sku in counted else item for item in items)
    return dataclasses.replace(shipment, items=filled)


def _known(items: Iterable[ShippedItem]) -> dict[str, Decimal]:
    known: dict[str, Decimal] = {}
    for item in items:
        known[item.sku] = known.get(item.sku, Decimal(0)) + (item.quantity or 0)
    return known


def _filled(item: ShippedItem, left: dict[str, Decimal]) -> ShippedItem:
    if item.quantity is not None:
        return item
    quantity, left[item.sku] = left[item.sku], Decimal(0)
    return ShippedItem(item.sku, quantity)
