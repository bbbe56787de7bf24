"""What a merchant that announces goods to ShipBob sends and reads."""

from __future__ import annotations

import datetime as dt
from typing import Any

import httpx

from local.shipbob import ManualClock
from tests.contract.stock_day import HERE, WIDGET, Json

LOT = {"lot_number": "LOT-9", "lot_date": "2028-01-31T00:00:00+00:00"}


def box(tracking: str = "CARTON 1", *items: Json) -> Json:
    return {"tracking_number": tracking, "box_items": list(items) or [{"inventory_id": WIDGET, "quantity": 10}]}


def wanted(clock: ManualClock, *boxes: Json, **details: Any) -> Json:
    return {
        "fulfillment_center": {"id": HERE},
        "package_type": "Package",
        "box_packaging_type": "MultipleSkuPerBox",
        "expected_arrival_date": (clock.now() + dt.timedelta(days=5)).isoformat(),
        "purchase_order_number": "GPIV 0004711",
        "boxes": list(boxes) or [box()],
        **details,
    }


def announced(api: httpx.Client, clock: ManualClock, *boxes: Json, **details: Any) -> Json:
    answer = api.post("/receiving", json=wanted(clock, *boxes, **details))
    assert answer.status_code == 201, answer.text
    made: Json = answer.json()
    return made


def quantities(order: Json) -> dict[int, tuple[int, int, int]]:
    names = ("expected_quantity", "received_quantity", "stowed_quantity")
    return {row["inventory_id"]: tuple(row[name] for name in names) for row in order["inventory_quantities"]}


def of(api: httpx.Client, **asked: Any) -> list[int]:
    return [row["id"] for row in api.get("/receiving", params=asked).raise_for_status().json()]
