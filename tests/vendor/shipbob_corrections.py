"""Where ShipBob's OpenAPI document of 2026-01 is not what 2026-07 is, or is known to be wrong: each with its reason.

No document of 2026-07 is at hand: its upgrade guide names what it changed.
"""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]

# What bridge/shipbob calls.
USED = frozenset(
    {
        "GET /order",
        "GET /order/{orderId}",
        "GET /order/{orderId}/store-order-json",
        "GET /shipment/{shipmentId}",
        "GET /shipment/{shipmentId}:getLineItems",
        "GET /return",
        "GET /return/{id}",
        "GET /receiving",
        "GET /receiving/{id}",
        "GET /receiving/{id}/boxes",
        "POST /receiving",
        "GET /product",
        "GET /inventory-level/locations",
        "POST /inventory/history:query",
        "GET /location",
        "GET /fulfillment-center",
        "GET /channel",
        "GET /webhook",
        "POST /webhook",
        "DELETE /webhook/{id}",
    }
)

INT32 = {"type": "integer", "format": "int32", "minimum": -(2**31), "maximum": 2**31 - 1}
TEXT = {"type": "string"}
MAYBE = {**TEXT, "nullable": True}

# Models that the document lacks: of the rate limit's own page, and of what an SDK's author was answered.
MODELS: dict[str, Json] = {
    "RateLimit": {
        "type": "object",
        "required": ["statusCode", "message"],
        "properties": {"statusCode": {"enum": [429]}, "message": TEXT},
    },
    "SyncResults": {
        "type": "object",
        "required": ["results"],
        "properties": {
            "results": {
                "type": "array",
                "items": {
                    "type": "object",
                    "additionalProperties": False,
                    "required": ["id", "action", "is_success", "reason"],
                    "properties": {"id": INT32, "action": TEXT, "is_success": {"type": "boolean"}, "reason": TEXT},
                },
            }
        },
    },
}

VALIDATION, PROBLEM = "Receiving.ValidationProblemDetails", "Inventory.ProblemDetails"
WRO, REFUSED = "Receiving.V2.WarehouseReceivingOrderViewModel", "Orders.Get.Api.Order.Bad.Request.Object"

# Answers that the document leaves out or 2026-07 changed: the model of the body; None where there is no body.
ANSWERS: dict[tuple[str, int], str | None] = {
    ("POST /receiving", 422): VALIDATION,  # 400 before 2026-07
    ("PATCH /receiving/{id}", 200): WRO,  # in the reference of 2026-07 alone
    ("PATCH /receiving/{id}", 404): VALIDATION,
    ("PATCH /receiving/{id}", 422): VALIDATION,
    ("POST /receiving:setExternalSync", 200): "SyncResults",  # the document has a WRO
    ("GET /receiving", 400): VALIDATION,  # of this and the next two it says nothing of a value that is none
    ("GET /location", 400): REFUSED,
    ("POST /inventory/history:query", 400): PROBLEM,
    ("GET /inventory-level", 404): None,  # too many ids: found by a user
    ("GET /inventory-level/locations", 404): None,
    ("DELETE /webhook/{id}", 404): None,  # of one that is gone it says nothing
}
GONE = {("POST /receiving", 400)}  # 422 since 2026-07

# What stands before every operation. The document forgets it here and there; of the limit it says nothing.
EVERYWHERE: dict[int, str | None] = {401: None, 403: None, 429: "RateLimit"}

# Objects that are null in real answers, though the document does not mark them nullable: the samples' list.
NULL_IN_PRACTICE = frozenset(
    {
        "tracking",
        "extra_information",
        "retailer_program_data",
        "increment",  # missing from an event that only loses, as `decrement` is from one that only gains
        "decrement",
        "operational_stage",
        "taxonomy",  # this and the next: null in the answers that an SDK's author typed from
        "additional_hazmat_attributes",
    }
)

FREIGHT = ("carrier", "bol_number", "container_number", "vessel_name", "freight_forwarder", "notes")

# Fields that the model has not.
ADDED: dict[str, Json] = {
    # Seen in real answers; the witness sends it to keep its readers tolerant.
    "Orders.ShipmentViewModel": {"zone": {}},
    # Since 2026-07.
    "Receiving.CreateReceivingOrderModel": {
        "freight": {
            "type": "object",
            "nullable": True,
            "additionalProperties": False,
            "properties": dict.fromkeys(FREIGHT, MAYBE),
        },
        "final_destination_fulfillment_center_id": {**INT32, "nullable": True},
    },
    "Receiving.AddBoxItemToBoxModel": {"sku": MAYBE},
}

# Fields that must be there where the document says otherwise.
REQUIRED = {
    "Receiving.AddBoxItemToBoxModel": ["quantity"],  # an item by its SKU since 2026-07
    "FulfillmentCenterInventoryService.MerchantHistoryRequest": ["facility_id"],  # its description says so
}

HISTORY = (
    "OrderPicked InventoryAdjusted InventoryFacilityUpdated AttributeUpdated InventoryReceived InventoryRestocked "
    "ReceivingStow KittingStow"
)

# Fields that are not what the document says.
OTHERWISE: dict[tuple[str, str], Json] = {
    # A decimal since 2026-07, by its upgrade guide.
    ("Products.CustomsViewModel", "value"): {"type": "number", "nullable": True},
    # Without an offset, by the history guide's sample: no date-time of RFC 3339.
    ("FulfillmentCenterInventoryService.InventoryHistory", "event_datetime"): {
        "type": "string",
        "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{7}$",
    },
    # Its description lists them.
    ("FulfillmentCenterInventoryService.MerchantHistoryRequest", "event_category"): {
        "enum": [*HISTORY.split(), None],
        "nullable": True,
    },
    # At least one: the document gives the list the least length of a text.
    ("Webhooks.V2.CreateSubscriptionRequest", "topics"): {
        "type": "array",
        "minItems": 1,
        "items": {"$ref": "#/components/schemas/Webhooks.Topics"},
    },
}

# Told of in the reference of 2026-07, and the last six in guides; the document's enumeration is older.
TOPICS = (
    "order.delivered order.shipment.tracking.updated order.shipment.address.updated order.shipment.line_item.added "
    "order.shipment.line_item.removed order.shipment.line_item.updated order.shipment.shipping_service.updated "
    "wro.created wro.updated wro.completed wro.box.arrived wro.box.scanned wro.box.stowed"
)

# Parameters that the document types as any text, or has not.
PARAMETERS: dict[tuple[str, str], Json] = {
    ("GET /order", "SortOrder"): {"type": "string", "enum": ["Newest", "Oldest"]},  # the enumeration of 1.0
    ("GET /product", "PageSize"): {**INT32, "minimum": 1, "maximum": 250},  # its description
    ("GET /product", "Cursor"): TEXT,  # this and the next: only in the links that the answers give to follow
    ("GET /inventory-level/locations", "Cursor"): TEXT,
    ("GET /inventory-level/locations", "PageSize"): {**INT32, "minimum": 1, "maximum": 500},  # a user's word
    ("GET /receiving", "Page"): {**INT32, "minimum": 1},
    ("GET /receiving", "Limit"): {**INT32, "minimum": 1, "maximum": 250},  # as of orders
    ("GET /return", "Limit"): {**INT32, "minimum": 1, "maximum": 250},
    ("GET /channel", "RecordsPerPage"): {**INT32, "minimum": 1, "maximum": 250},
}

# The bridge names its channel in every write, though of those it makes the document has the header on none.
CHANNEL = "shipbob_channel_id"
PLAIN_HEADERS = frozenset(
    {
        "host",
        "accept",
        "accept-encoding",
        "authorization",
        "connection",
        "content-length",
        "content-type",
        "user-agent",
    }
)

# Made of another model and closed, as is the other: nothing is valid unless the two are read as one.
EXTENDS = {"Products.VariantViewModelV5": "Products.VariantViewModelBase"}
