"""Orders and shipments: ShipBob's fields, version 2026-07, to domain nouns."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from bridge.domain.document import DocumentId, DocumentKind
from bridge.domain.listing import Listed
from bridge.domain.order import (
    Order,
    OrderLine,
    OrderStatus,
    OrderType,
    Recipient,
    Shipment,
    ShipmentStatus,
    ShippedItem,
    ShippedPart,
)
from bridge.domain.outcome import Transient
from bridge.shipbob import wire
from bridge.shipbob.wire import Amount, Many, MaybeMoment, Model, Moment, NamedModel, Text, Whole, Word


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
    id: Whole | None = None
    quantity: Amount | None = None
    lot: Text = ""
    expiration_date: MaybeMoment = None
    serial_numbers: Many[Text] = ()

    def to_domain(self) -> ShippedPart:
        expires_on = self.expiration_date.date() if self.expiration_date else None
        serials = tuple(serial for serial in self.serial_numbers if serial)
        return ShippedPart(self.quantity or Decimal(0), self.id, "", self.lot, expires_on, serials)


class _ShippedProduct(Model):
    sku: Text = ""
    inventory_items: Many[_InventoryItem] = ()

    @property
    def is_one(self) -> bool:
        """Several of one item are lots; of several, a bundle's parts, which are no quantity of the bundle."""
        items = self.inventory_items
        return len(items) == 1 or (len({item.id for item in items}) == 1 and items[0].id is not None)

    @property
    def lacks_quantities(self) -> bool:
        """B2B orders, those that people enter and some channels were seen to come so."""
        return not self.inventory_items or any(item.quantity is None for item in self.inventory_items)

    @property
    def lacks(self) -> bool:
        """Are the line items to be asked for? They alone tell the SKUs of a bundle's parts."""
        return self.lacks_quantities or not self.is_one

    def to_domain(self) -> ShippedItem:
        """Quantities stand on the inventory items only."""
        if self.lacks_quantities:
            return ShippedItem(self.sku, None)
        parts = tuple(item.to_domain() for item in self.inventory_items)
        quantity = sum((part.quantity for part in parts), Decimal(0)) if self.is_one else None
        return ShippedItem(self.sku, quantity, parts)


class _Tracking(Model):
    tracking_number: Text = ""
    shipping_date: MaybeMoment = None


class _Shipment(Model):
    id: Whole
    order_id: Whole
    status: Word
    location: NamedModel | None = None
    products: Many[_ShippedProduct] = ()
    tracking: _Tracking | None = None
    actual_fulfillment_date: MaybeMoment = None

    @property
    def lacks(self) -> bool:
        """Are its line items to be asked for? Not where it was cancelled."""
        is_cancelled = wire.member(ShipmentStatus, self.status) is ShipmentStatus.CANCELLED
        return not is_cancelled and (not self.products or any(each.lacks for each in self.products))

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
    quantity: Amount
    unit_price: Amount | None = None
    quantity_unit_of_measure_code: Text = ""
    external_line_id: Text = ""

    def to_domain(self) -> OrderLine:
        sku, unit = self.sku or self.reference_id, self.quantity_unit_of_measure_code.strip().upper()
        return OrderLine(sku, self.quantity, self.unit_price, unit, self.external_line_id)


class _Financials(Model):
    """The reference has the total alone; a currency is believed where one stands."""

    total_price: Amount | None = None
    currency_code: Text = ""


class _Retailer(Model):
    retailer_program_type: Text = ""


class _Order(Model):
    id: Whole
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
    type: Word = ""
    retailer_program_data: _Retailer | None = None
    shipping_method: Text = ""
    gift_message: Text = ""

    def to_domain(self, image: bytes) -> Order:
        financials = self.financials or _Financials()
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
            total=financials.total_price,
            type=wire.member(OrderType, self.type),
            programme=(self.retailer_program_data or _Retailer()).retailer_program_type.strip(),
            shipping_method=" ".join(self.shipping_method.split()),
            gift_message=self.gift_message,
            currency=financials.currency_code.strip().upper(),
            image=image,
        )


class _Known(Model):
    id: Whole


class _Owned(Model):
    order_id: Whole


class _Variant(Model):
    sku: Text = ""


class _LineItem(Model):
    """The reference has the SKU within the variant."""

    inventory_id: Whole | None = None
    quantity: Amount | None = None
    sku: Text = ""
    product_variant: _Variant | None = None

    @property
    def item_sku(self) -> str:
        return (self.product_variant.sku if self.product_variant else "") or self.sku


def read_order(body: bytes) -> Order:
    """One order as `GET /order/{id}` gives it, or as a row of `GET /order`."""
    return read_order_with_gaps(body)[0]


def read_order_with_gaps(body: bytes) -> tuple[Order, tuple[int, ...]]:
    """The order, and the ids of its shipments whose line items must be asked for."""
    order = wire.read(_Order, body)
    return order.to_domain(body), tuple(each.id for each in order.shipments if each.lacks)


def read_order_of_shipment(body: bytes) -> int:
    """The order's id in a shipment as `GET /shipment/{id}` gives it."""
    return wire.read(_Owned, body).order_id


def read_store_order(body: bytes) -> bytes | None:
    """The shop's order in the answer of `GET /order/{id}/store-order-json`: JSON, or JSON within a text of JSON."""
    if not body.strip():
        return None
    told = wire.parsed(body)
    inner = told.encode(errors="replace") if isinstance(told, str) else body
    return inner if told and wire.is_json(inner) else None


def read_listed(body: bytes) -> list[Listed]:
    """A page of `GET /order`, a bare array: the ids, and each order whole that tells all it must."""
    return [_listed(number, row, image) for number, (row, image) in enumerate(wire.rows(body))]


def _listed(number: int, row: object, image: bytes) -> Listed:
    document = DocumentId(DocumentKind.ORDER, wire.validated(_Known, row, str(number)).id)
    try:
        is_whole = not any(each.lacks for each in wire.validated(_Order, row).shipments)
    except Transient:
        is_whole = False  # whoever reads it by itself will say what is missing; the rest of the page goes on
    return Listed(document, image if is_whole else b"")


@dataclass(frozen=True, slots=True)
class LineItems:
    """What a shipment's line items tell: how many pieces of each SKU, and which SKU each inventory item is."""

    counted: Mapping[str, Decimal] = field(default_factory=dict)
    skus: Mapping[int, str] = field(default_factory=dict)


def read_line_items(body: bytes) -> LineItems:
    """The line items as `GET /shipment/{id}:getLineItems` gives them."""
    counted: dict[str, Decimal] = {}
    skus: dict[int, str] = {}
    for item in wire.read_list(_LineItem, body, "items", "line_items", "data"):
        if item.item_sku and item.quantity is not None:
            counted[item.item_sku] = counted.get(item.item_sku, Decimal(0)) + item.quantity
        if item.item_sku and item.inventory_id is not None:
            skus[item.inventory_id] = item.item_sku
    return LineItems(counted, skus)


def completed(shipment: Shipment, told: LineItems) -> Shipment:
    """The shipment with what its line items tell. What is known already stays; a SKU on two products is filled once.

    Where products tell no quantity, and the line items tell other SKUs than theirs, those are the parts of bundles.
    """
    named = tuple(_named(item, told.skus) for item in shipment.items)
    left = dict(told.counted)
    for sku, quantity in _known(named).items():
        left[sku] = max(left.get(sku, Decimal(0)) - quantity, Decimal(0))
    filled = [_filled(item, left) if item.sku in told.counted else item for item in named]
    silent = [item for item in filled if item.quantity is None and not item.is_bundle]
    others = [ShippedItem(sku, quantity) for sku, quantity in left.items() if quantity]
    if others and (silent or not filled):
        filled = [item for item in filled if item not in silent] + others
    return dataclasses.replace(shipment, items=tuple(filled))


def _named(item: ShippedItem, skus: Mapping[int, str]) -> ShippedItem:
    """The item with its parts' SKUs."""
    parts = (dataclasses.replace(part, sku=skus.get(part.inventory_id or 0, "")) for part in item.parts)
    return dataclasses.replace(item, parts=tuple(parts))


def _known(items: Iterable[ShippedItem]) -> dict[str, Decimal]:
    """How many of each SKU the items tell, a bundle's parts included."""
    known: dict[str, Decimal] = {}
    for item in items:
        told = [(part.sku, part.quantity) for part in item.parts] if item.is_bundle else [(item.sku, item.quantity)]
        for sku, quantity in told:
            known[sku] = known.get(sku, Decimal(0)) + (quantity or 0)
    return known


def _filled(item: ShippedItem, left: dict[str, Decimal]) -> ShippedItem:
    if item.quantity is not None or item.is_bundle:
        return item
    quantity, left[item.sku] = left[item.sku], Decimal(0)
    return ShippedItem(item.sku, quantity)
