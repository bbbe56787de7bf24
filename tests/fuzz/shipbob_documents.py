"""ShipBob's documents with all that is read of them; and, where it is at hand, the models of its OpenAPI."""

from __future__ import annotations

import functools
from typing import Any

from tests.fuzz.bounds import PERSON
from tests.vendor.shipbob_contract import CONTRACT, contract

type Json = Any
MOMENT = "2026-11-17T14:05:00.1234567+00:00"
NAMED = {"id": 8, "name": "Cicero (IL)"}
ADDRESS = {
    "address1": "418 Alder Street",
    "address2": "Unit 6",
    "company_name": PERSON,
    "city": "Dayton",
    "state": "OH",
    "zip_code": "45402",
    "country": "US",
}
PART = {
    "id": 9,
    "quantity": 2,
    "lot": "L-1",
    "expiration_date": "2027-12-31T00:00:00",
    "serial_numbers": ["S1", "S2"],
}
SHIPMENT = {
    "id": 301,
    "order_id": 250000001,
    "status": "LabeledCreated",
    "location": NAMED,
    "products": [{"sku": "WIDGET-RED", "inventory_items": [PART, {"id": 9, "quantity": 1}]}],
    "tracking": {"tracking_number": "1Z999", "shipping_date": MOMENT},
    "actual_fulfillment_date": MOMENT,
}
LINE = {
    "sku": "WIDGET-RED",
    "reference_id": "R-1",
    "quantity": 3,
    "unit_price": 10.5,
    "quantity_unit_of_measure_code": "EA",
    "external_line_id": "7",
}
ORDER = {
    "id": 250000001,
    "created_date": MOMENT,
    "purchase_date": MOMENT,
    "order_number": "#1042",
    "reference_id": "R",
    "status": "Processing",
    "channel": {"id": 101, "name": "Shop"},
    "type": "B2B",
    "recipient": {"name": PERSON, "phone_number": "555-0142", "address": ADDRESS},
    "products": [LINE],
    "shipments": [SHIPMENT],
    "financials": {"total_price": 36.75, "currency_code": "USD"},
    "retailer_program_data": {"retailer_program_type": "AMZ"},
    "shipping_method": "Two Day",
    "gift_message": PERSON,
}
LINE_ITEMS = [{"inventory_id": 9, "quantity": 3, "sku": "WIDGET-RED", "product_variant": {"sku": "WIDGET-RED"}}]
STORE_ORDER = {
    "total_tax": "1.20",
    "total_discounts": "0.50",
    "taxes_included": False,
    "currency": "USD",
    "total_shipping_price_set": {"shop_money": {"amount": "4.50"}},
    "shipping_lines": [{"price": "4.50"}],
    "customer": {"first_name": PERSON},
}
RETURN = {
    "id": 77,
    "reference_id": "RMA",
    "return_type": "Regular",
    "status": "Completed",
    "channel": NAMED,
    "fulfillment_center": NAMED,
    "original_shipment_id": 301,
    "store_order_id": "#1042",
    "tracking_number": "1Z",
    "insert_date": MOMENT,
    "completed_date": MOMENT,
    "inventory": [
        {
            "id": 9,
            "sku": "WIDGET-RED",
            "quantity": 1,
            "bundle_parent_sku": "GIFT",
            "lot_information": {"number": "L-1", "expiration": MOMENT},
            "action_taken": [{"action": "Restock", "action_reason": "", "quantity_processed": 1}],
        }
    ],
}
RECEIVING = {
    "id": 88,
    "purchase_order_number": "T-1",
    "status": "Completed",
    "fulfillment_center": NAMED,
    "insert_date": MOMENT,
    "last_updated_date": MOMENT,
    "box_labels_uri": "https://example.org/labels",
    "inventory_quantities": [
        {"inventory_id": 9, "sku": "A", "expected_quantity": 5, "received_quantity": 5, "stowed_quantity": 4}
    ],
}
BOX_ITEM = {
    "inventory_id": 9,
    "quantity": 5,
    "received_quantity": 5,
    "stowed_quantity": 4,
    "lot_number": "L-1",
    "lot_date": MOMENT,
}
BOX = {"box_id": 1, "tracking_number": "1Z", "box_status": "Stowed", "box_items": [BOX_ITEM]}
VARIANT = {
    "id": 5,
    "sku": "A",
    "name": "Widget",
    "status": "Active",
    "is_digital": False,
    "inventory": {"inventory_id": 9},
    "lot_information": {"is_lot": True},
    "bundle_definition": [],
}
LEVEL = {
    "inventory_id": 9,
    "sku": "A",
    "locations": [{"location_id": 8, "name": "Cicero", "on_hand_quantity": 4, "committed_quantity": 1}],
}
LOCATION = {"id": 8, "name": "Cicero", "is_active": True, "is_receiving_enabled": True, "timezone": "America/Chicago"}
SIDE = {"facility_id": 8, "sku": "A", "quantity_change": 3, "lot_number": "L-1"}
EVENT = {
    "inventory_audit_event_id": 4,
    "inventory_id": 9,
    "event_category": "InventoryAdjusted",
    "event_datetime": MOMENT,
    "increment": SIDE,
    "decrement": None,
}
CHANNEL = {"id": 101, "name": "Shop", "application_name": "Bridge", "scopes": ["orders_read", "orders_write"]}
SUBSCRIPTION = {
    "id": "7",
    "url": "https://example.org",
    "topics": ["order.shipped"],
    "description": "bridge",
    "enabled": True,
    "created_at": MOMENT,
}


def page(row: Json) -> list[Json]:
    """A page with it as a bare array, and as the envelopes that hold one."""
    return [[row], [row, row], {"items": [row], "next": "?Cursor=2"}, {"data": [row], "next": None}]


def published(path: str, method: str = "get") -> list[Json]:
    """An answer with every property that ShipBob's own document gives it; none where the document is not at hand."""
    if not CONTRACT.exists():
        return []
    answer = contract()["paths"]["/2026-07" + path][method]["responses"]["200"]
    return [_full(answer["content"]["application/json"]["schema"], 6)]


PLAIN = {"integer": 2, "number": 2, "boolean": True}


def _full(schema: Json, depth: int) -> Json:
    """A value of the schema with all that it may hold, down to a depth."""
    if "$ref" in schema:
        return _full(_model(schema["$ref"].rpartition("/")[2]), depth)
    if chosen := schema.get("oneOf") or schema.get("anyOf"):
        return _full(chosen[0], depth)
    if "allOf" in schema:
        return functools.reduce(lambda made, each: made | _full(each, depth), schema["allOf"], {})
    return schema["enum"][0] if "enum" in schema else _plain(schema, depth)


def _plain(schema: Json, depth: int) -> Json:
    match schema.get("type"):
        case "array":
            return [_full(schema["items"], depth - 1)] if depth else []
        case "string":
            return MOMENT if schema.get("format") == "date-time" else PERSON
        case kind if kind in PLAIN:
            return PLAIN[kind]
    return {name: _full(each, depth - 1) for name, each in schema.get("properties", {}).items() if depth}


def _model(name: str) -> Json:
    return contract()["components"]["schemas"][name]
