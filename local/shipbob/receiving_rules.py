"""What ShipBob takes for a receiving order (2026-07): rules of its reference, its guide and its users' reports.

Every refusal is a 422 with ASP.NET's validation problem. Keys are spelt as that framework spells them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from local.shipbob import catalogue
from local.shipbob.catalogue import Product
from local.shipbob.listing import DATE_TIME, MAX_INT32
from local.shipbob.receiving_orders import PACKAGE_TYPES, PACKAGING, NewBox, NewItem, NewReceiving, ReceivingOrder

MOST_SKUS = 10_000
TOO_MANY_SKUS = "WRO_UNIQUE_SKU_LIMIT_EXCEEDED"
PO_TAKEN = "Request could not be completed, PO reference already exists and must be a unique value"

FIXED_ONCE_TOUCHED = frozenset({"fulfillment_center", "expected_arrival_date", "boxes"})

Errors = dict[str, list[str]]


class InvalidReceivingError(Exception):
    """What ShipBob refuses: field name to messages, and the title of its problem."""

    def __init__(self, errors: Errors, title: str = "One or more validation errors occurred.") -> None:
        super().__init__(title)
        self.errors, self.title = errors, title


class Reading:
    """A POST /receiving body, read piece by piece; every fault is kept, so that one answer names them all."""

    def __init__(self, now: dt.datetime, most_boxes: Mapping[str, int]) -> None:
        self._now, self._most_boxes = now, most_boxes
        self.errors: Errors = {}

    def receiving(self, body: Any) -> NewReceiving:
        """The order; `InvalidReceivingError` where it breaks a rule."""
        if not isinstance(body, dict):
            raise InvalidReceivingError({"": ["A non-empty request body is required."]})
        refuse_too_many_skus(body)
        read = NewReceiving(
            location_id=self._center(body),
            package_type=self._one_of("PackageType", body.get("package_type"), PACKAGE_TYPES),
            box_packaging_type=self._one_of("BoxPackagingType", body.get("box_packaging_type"), PACKAGING),
            expected_arrival=self._arrival(body.get("expected_arrival_date")),
            boxes=self._boxes(body.get("boxes"), body.get("package_type")),
            purchase_order_number=self._text("PurchaseOrderNumber", body.get("purchase_order_number")),
            final_location_id=self._final(body.get("final_destination_fulfillment_center_id")),
        )
        self._check_freight(body.get("freight"))
        self._raise_faults()
        return read

    def change(self, body: Any, kept: ReceivingOrder) -> NewReceiving:
        """A PATCH body: the order as it is to be, everything that is not named as it stands."""
        asked = body if isinstance(body, dict) else {}
        if not kept.is_untouched and asked.keys() & FIXED_ONCE_TOUCHED:
            raise InvalidReceivingError({"Status": [f"A receiving order that is {kept.status} cannot be changed."]})
        arrival, center = "expected_arrival_date", "fulfillment_center"
        number = asked.get("purchase_order_number", kept.purchase_order_number)
        wanted = NewReceiving(
            location_id=self._center(asked) if center in asked else kept.destination_id,
            package_type=kept.package_type,
            box_packaging_type=kept.box_packaging_type,
            expected_arrival=self._arrival(asked[arrival]) if arrival in asked else kept.expected_arrival,
            boxes=self._boxes(asked["boxes"], kept.package_type) if "boxes" in asked else kept.announced(),
            purchase_order_number=self._text("PurchaseOrderNumber", number),
        )
        self._raise_faults()
        return wanted

    def _raise_faults(self) -> None:
        if self.errors:
            raise InvalidReceivingError(self.errors)

    def _center(self, body: Mapping[str, Any]) -> int:
        held = body.get("fulfillment_center")
        return self._location("FulfillmentCenter.Id", held.get("id") if isinstance(held, dict) else None)

    def _location(self, field: str, value: Any) -> int:
        """A centre that takes goods in."""
        place = catalogue.BUILDINGS.get(value) if type(value) is int else None
        if place is None or not place.is_active:
            self._fault(field, f"Fulfillment center {value} does not exist or does not receive.")
            return 0
        return place.id

    def _arrival(self, value: Any) -> dt.datetime:
        """A full date-time, later than now."""
        moment = _moment(value)
        if moment is None:
            self._fault("ExpectedArrivalDate", f"The value '{value}' is not a valid date-time.")
        elif moment <= self._now:
            self._fault("ExpectedArrivalDate", "Arrival date must be in the future.")
        return moment or self._now

    def _text(self, field: str, value: Any) -> str | None:
        if value is None or _is_text(value):
            return None if value is None else str(value)
        self._fault(field, f"The {field} field must be a text that is not empty.")
        return None

    def _boxes(self, value: Any, package_type: Any) -> tuple[NewBox, ...]:
        if not isinstance(value, list) or not value:
            self._fault("Boxes", "The Boxes field is required.")
            return ()
        most = self._most_boxes.get(package_type, len(value)) if isinstance(package_type, str) else len(value)
        if len(value) > most:
            self._fault("Boxes", f"A receiving order of type {package_type} has at most {most} boxes.")
        boxes = tuple(self._box(f"Boxes[{number}]", each) for number, each in enumerate(value))
        numbers = [box.tracking_number for box in boxes]
        if len(set(numbers)) < len(numbers):
            self._fault("Boxes", "Tracking numbers must be unique.")
        return boxes

    def _box(self, at: str, value: Any) -> NewBox:
        box = value if isinstance(value, dict) else {}
        tracking = box.get("tracking_number")
        if not _is_text(tracking):
            self._fault(f"{at}.TrackingNumber", "The TrackingNumber field is required.")
            tracking = at
        items = box.get("box_items")
        if not isinstance(items, list) or not items:
            self._fault(f"{at}.BoxItems", "The BoxItems field is required.")
            items = []
        made = (self._item(f"{at}.BoxItems[{number}]", each) for number, each in enumerate(items))
        return NewBox(str(tracking), tuple(item for item in made if item is not None))

    def _item(self, at: str, value: Any) -> NewItem | None:
        item = value if isinstance(value, dict) else {}
        product = self._product(at, item.get("inventory_id"), item.get("sku"))
        quantity = item.get("quantity")
        if type(quantity) is not int or not 1 <= quantity <= MAX_INT32:
            self._fault(f"{at}.Quantity", f"The field Quantity must be between 1 and {MAX_INT32}.")
            return None
        if product is None:
            return None
        lot, date = item.get("lot_number"), item.get("lot_date")
        self._check_lot(at, product, lot, date)
        return NewItem(product.inventory_id, quantity, str(lot or ""), None if date is None else str(date))

    def _product(self, at: str, inventory_id: Any, sku: Any) -> Product | None:
        """By inventory id, by SKU (2026-07), or by both where they agree. A bundle has no inventory of its own."""
        if inventory_id is None and sku is None:
            self._fault(f"{at}.InventoryId", "Either InventoryId or Sku is required.")
            return None
        by_id = catalogue.BY_INVENTORY.get(inventory_id) if type(inventory_id) is int else None
        by_sku = catalogue.BY_SKU.get(sku) if isinstance(sku, str) else None
        if inventory_id is not None and by_id is None:
            self._fault(f"{at}.InventoryId", f"Inventory {inventory_id} does not exist.")
        elif sku is not None and (by_sku is None or by_sku.inventory_id not in catalogue.BY_INVENTORY):
            self._fault(f"{at}.Sku", f"Sku {sku} has no inventory.")
        elif by_id is not None and by_sku is not None and by_id is not by_sku:
            self._fault(f"{at}.Sku", f"Sku {sku} is not of inventory {inventory_id}.")
        else:
            return by_id or by_sku
        return None

    def _check_lot(self, at: str, product: Product, lot: Any, date: Any) -> None:
        if lot is None and date is None and not product.is_lot:
            return
        if not _is_text(lot):
            self._fault(f"{at}.LotNumber", "The LotNumber field is required for lot items.")
        if _moment(date) is None:
            self._fault(f"{at}.LotDate", "The LotDate field is required for lot items.")

    def _one_of(self, field: str, value: Any, known: tuple[str, ...]) -> str:
        if value not in known:
            self._fault(field, f"The value '{value}' is not valid for {field}.")
            return known[0]
        return str(value)

    def _check_freight(self, value: Any) -> None:
        """Who brings it, since 2026-07: texts by names."""
        if value is None:
            return
        if not isinstance(value, dict) or not all(isinstance(text, str | None) for text in value.values()):
            self._fault("Freight", "The Freight field must be an object of texts.")

    def _final(self, value: Any) -> int | None:
        return None if value is None else self._location("FinalDestinationFulfillmentCenterId", value)

    def _fault(self, field: str, message: str) -> None:
        self.errors.setdefault(field, []).append(message)


def refuse_too_many_skus(body: Mapping[str, Any]) -> None:
    """The limit stands before every other rule: a body that is too large is not looked into."""
    boxes = [box for box in _list(body.get("boxes")) if isinstance(box, dict)]
    items = [each for box in boxes for each in _list(box.get("box_items"))]
    named = {str(item.get("inventory_id") or item.get("sku")) for item in items if isinstance(item, dict)}
    if len(named) > MOST_SKUS:
        message = f"A receiving order holds at most {MOST_SKUS} distinct SKUs; this one has {len(named)}."
        raise InvalidReceivingError({TOO_MANY_SKUS: [message]}, TOO_MANY_SKUS)


def _is_text(value: Any) -> bool:
    """What a label can carry: something, and nothing that cannot be printed."""
    return isinstance(value, str) and bool(value.strip()) and value.isprintable()


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _moment(value: Any) -> dt.datetime | None:
    if not isinstance(value, str) or not DATE_TIME.fullmatch(value):
        return None
    return _date(value)


def _date(value: Any) -> dt.datetime | None:
    try:
        moment = dt.datetime.fromisoformat(value) if isinstance(value, str) else None
        return moment and (moment.astimezone(dt.UTC) if moment.tzinfo else moment)
    except (ValueError, OverflowError):
        return None
