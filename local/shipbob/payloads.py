"""Wire shapes of ShipBob's 2026-07 models: the public fields, the nulls that occur, and one field outside the model."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from local.shipbob import catalogue
from local.shipbob.catalogue import Channel, Location, Product
from local.shipbob.orders import SHIPPED, Line, Order, Recipient, Shipment, StatusDetail

Json = dict[str, Any]

ESTIMATE = dt.timedelta(hours=33)  # a promise to ship by the end of the next day, roughly


def timestamp(moment: dt.datetime | None) -> str | None:
    """ISO 8601 with the seven fraction digits of .NET's ticks, as ShipBob prints it."""
    return None if moment is None else f"{moment.astimezone(dt.UTC):%Y-%m-%dT%H:%M:%S.%f}0+00:00"


def order(kept: Order) -> Json:
    """The bare Order model, all shipments included: a row of GET /order, and the body of order.shipped."""
    placed = kept.placed
    channel = next(channel for channel in catalogue.CHANNELS if channel.id == placed.channel)
    return {
        "id": kept.id,
        "created_date": timestamp(kept.created),
        "purchase_date": timestamp(placed.purchase_date or kept.created),
        "reference_id": kept.reference_id,
        "order_number": placed.order_number,
        "status": kept.status,
        "type": placed.type,
        "channel": {"id": channel.id, "name": channel.name},
        "shipping_method": placed.shipping_method,
        "shipping_terms": {"carrier_type": "Parcel", "payment_term": "Prepaid"},
        "recipient": _recipient(placed.recipient),
        "products": [_ordered(line) for line in placed.lines],
        "tags": [],
        "financials": {"total_price": _number(placed.total_price)},
        "gift_message": None,
        "retailer_program_data": None,
        "shipments": [shipment(each, kept) for each in kept.shipments],
    }


def shipment(kept: Shipment, its_order: Order) -> Json:
    """The bare Shipment model: an element of an order, and the body of every order.shipment.* webhook."""
    shipped = kept.status in SHIPPED
    return {
        "id": kept.id,
        "order_id": kept.order_id,
        "reference_id": its_order.reference_id,
        "created_date": timestamp(kept.created),
        "last_update_at": timestamp(kept.updated),
        "last_tracking_update_at": timestamp(kept.tracking_updated),
        "status": kept.status,
        "status_details": [_status_detail(detail) for detail in kept.details],
        "location": {"id": kept.location_id, "name": _location_name(kept.location_id)},
        "recipient": _shipment_recipient(kept.recipient or its_order.placed.recipient),
        "products": [_packed(sku, quantity, kept) for sku, quantity in kept.lines],
        "ship_option": kept.ship_option or its_order.placed.shipping_method,
        "tracking": _tracking(kept),
        "measurements": {"length_in": 12, "width_in": 9, "depth_in": 5, "total_weight_oz": _weight(kept)},
        "package_material_type": "Box",
        "parent_cartons": [],
        "require_signature": False,
        "gift_message": None,
        "estimated_fulfillment_date": timestamp(kept.created + ESTIMATE),
        "estimated_fulfillment_date_status": _promise(kept),
        "actual_fulfillment_date": timestamp(kept.fulfilled),
        "delivery_date": timestamp(kept.delivered),
        "insurance_value": None,
        "invoice_amount": _postage(kept) if shipped else None,
        "invoice_currency_code": "USD",
        "is_tracking_uploaded": kept.tracking_uploaded,
        "zone": {"id": kept.location_id % 8 + 1},  # not in the public model, yet seen in real answers
    }


def line_items(kept: Shipment) -> list[Json]:
    """GET /shipment/{id}:getLineItems: one row an inventory item, a bundle as its components."""
    return [_line_item(product, quantity, kept) for product, quantity in _pieces(kept)]


def tracked(kept: Shipment, now: dt.datetime) -> Json:
    """The Tracking API's object of a labelled shipment, as its live answers are reported (docs and a field note)."""
    assert kept.label is not None
    status = next((detail.name for detail in kept.details), "Processing")
    scan = {"timestamp": timestamp(now), "status": status, "substatus": "Scan", "substatus_code": f"{status}_001"}
    return {
        "shipment_id": kept.id,
        "tracking_number": kept.label.tracking_number,
        "carrier": kept.label.carrier,
        "service": kept.label.carrier_service,
        "current_status": status,
        "current_substatus": "Scan",
        "current_substatus_code": f"{status}_001",
        "current_timestamp": timestamp(now),
        "edd": timestamp(kept.created + 3 * ESTIMATE),
        "edd_source": "carrier",
        "tracking_url": f"https://tracking.example.com/{kept.label.tracking_number}",
        "history": [{**scan, "substatus_message": "Carrier scan", "address": {"city": "Dayton", "country": "US"}}],
    }


def location(kept: Location) -> Json:
    """A row of GET /location."""
    address = {
        "name": f"ShipBob {kept.city}",
        "address1": f"{kept.id} Dock Road",
        "address2": None,
        "city": kept.city,
        "state": kept.state,
        "zip_code": kept.zip_code,
        "country": "USA",
        "phone_number": None,
        "email": None,
    }
    return {
        "id": kept.id,
        "name": kept.name,
        "abbreviation": kept.abbreviation,
        "timezone": kept.timezone,
        "region": {"id": 1, "name": "United States"},
        "is_active": kept.is_active,
        "is_receiving_enabled": kept.is_active,
        "is_shipping_enabled": kept.is_active and kept.kind == "spoke",
        "access_granted": kept.is_active,
        "attributes": [],
        "services": [
            {"service_type": kind, "enabled": kept.is_active, "address": address} for kind in ("Receiving", "Returns")
        ],
    }


def channel(kept: Channel) -> Json:
    """A row of GET /channel."""
    return {
        "id": kept.id,
        "name": kept.name,
        "application_name": kept.application_name,
        "scopes": list(kept.scopes),
    }


def _ordered(line: Line) -> Json:
    product = catalogue.BY_SKU.get(line.sku)
    return {
        "id": None if product is None else product.id,
        "reference_id": line.sku,
        "sku": line.sku,
        "quantity": line.quantity,
        "quantity_unit_of_measure_code": None,
        "unit_price": _number(line.unit_price),
        "gtin": None,
        "upc": None,
        "external_line_id": line.external_line_id,
    }


def _packed(sku: str, quantity: int, kept: Shipment) -> Json:
    product = catalogue.BY_SKU.get(sku)
    return {
        "id": 0 if product is None else product.id,
        "reference_id": sku,
        "sku": sku,
        "name": sku if product is None else product.name,
        "inventory_items": [_inventory_item(part, each * quantity, kept) for part, each in catalogue.stocked(sku)],
    }


def _inventory_item(product: Product, quantity: int, kept: Shipment) -> Json:
    picked = kept.label is not None  # the lot is chosen by the picker, so it is unknown before
    return {
        "id": product.inventory_id,
        "name": product.name,
        "quantity": quantity,
        "quantity_committed": 0 if kept.status in {"Cancelled", "Exception"} else quantity,
        "lot": product.lot if picked else None,
        "expiration_date": product.lot_date if picked else None,
        "serial_numbers": [],
        "is_dangerous_goods": False,
    }


def _line_item(product: Product, quantity: int, kept: Shipment) -> Json:
    item: Json = {
        "inventory_id": product.inventory_id,
        "quantity": quantity,
        "committed_quantity": 0 if kept.status in {"Cancelled", "Exception"} else quantity,
        "is_lot": product.lot is not None,
        "is_hazmat": False,
        "serial_numbers": [],
        "product_variant": {"id": product.id, "name": product.name, "sku": product.sku},
    }
    if product.lot is not None and kept.label is not None:
        item["lot"] = {
            "lot_number": product.lot,
            "lot_date": product.lot_date,
            "selection_method": "ShipbobChooses",
        }
    return item


def _pieces(kept: Shipment) -> list[tuple[Product, int]]:
    return [(part, each * quantity) for sku, quantity in kept.lines for part, each in catalogue.stocked(sku)]


def _recipient(who: Recipient) -> Json:
    return {
        "name": who.name,
        "email": who.email,
        "phone_number": who.phone_number,
        "address": {
            "address1": who.address1,
            "address2": who.address2,
            "company_name": who.company_name,
            "city": who.city,
            "state": who.state,
            "zip_code": who.zip_code,
            "country": who.country,
        },
    }


def _shipment_recipient(who: Recipient) -> Json:
    return {**_recipient(who), "full_name": who.name}


def _tracking(kept: Shipment) -> Json | None:
    if kept.label is None:
        return None  # the public model does not say so, but there is no tracking object before the label
    return {
        "carrier": kept.label.carrier,
        "carrier_service": kept.label.carrier_service,
        "tracking_number": kept.label.tracking_number,
        "tracking_url": f"https://tracking.example.com/{kept.label.tracking_number}",
        "bol": None,
        "pro_number": None,
        "scac": None,
        "shipping_date": None,
    }


def _status_detail(detail: StatusDetail) -> Json:
    messages = list(detail.messages)
    return {
        "id": detail.id,
        "name": detail.name,
        "description": detail.description,
        "inventory_id": detail.inventory_id,
        "exception_fulfillment_center_id": detail.location_id,
        "extra_information": {"validation_messages": messages} if messages else None,
    }


def _promise(kept: Shipment) -> str:
    if kept.fulfilled is not None:
        return "FulfilledOnTime" if kept.fulfilled <= kept.created + ESTIMATE else "FulfilledLate"
    return {"Exception": "AwaitingInventoryAllocation", "Processing": "PendingOnTime"}.get(kept.status, "Unavailable")


def _location_name(location_id: int) -> str:
    return next(place.name for place in catalogue.LOCATIONS if place.id == location_id)


def _weight(kept: Shipment) -> int:
    return sum(product.weight_oz * quantity for product, quantity in _pieces(kept))


def _postage(kept: Shipment) -> float:
    return float(Decimal("5.40") + Decimal("0.11") * _weight(kept))


def _number(amount: Decimal | None) -> float | None:
    """A JSON number: ShipBob's amounts are doubles on the wire."""
    return None if amount is None else float(amount)
