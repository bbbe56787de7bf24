"""What a client of ShipBob reads of stock."""

from __future__ import annotations

from typing import Any

import httpx

from local.shipbob import ShipBobSimulator

Json = dict[str, Any]

MUG, SOAP, CANDLE, SERUM, WIDGET = 21000015, 21000017, 21000014, 21000013, 21000011
HERE = 8  # the centre where things happen unless another is named


def at(api: httpx.Client, inventory_id: int, location_id: int = HERE) -> Json:
    rows: list[Json] = api.get(f"/inventory-level/{inventory_id}/locations").raise_for_status().json()["locations"]
    return next(row for row in rows if row["location_id"] == location_id)


def level(api: httpx.Client, inventory_id: int) -> Json:
    found: Json = api.get(f"/inventory-level/{inventory_id}").raise_for_status().json()
    return found


def history(api: httpx.Client, **asked: Any) -> list[Json]:
    answer = api.post("/inventory/history:query", json={"facility_id": HERE, **asked})
    found: list[Json] = answer.raise_for_status().json()["data"]
    return found


def sides(event: Json) -> tuple[int | None, int | None]:
    gain, loss = event["increment"], event["decrement"]
    return gain and gain["quantity_change"], loss and loss["quantity_change"]


def ids(answer: httpx.Response, name: str = "id") -> list[int]:
    return [row[name] for row in answer.raise_for_status().json()["items"]]


def all_pages(shipbob: ShipBobSimulator, api: httpx.Client, path: str) -> list[Json]:
    rows, url = [], f"{shipbob.url}/2026-07{path}"
    for _ in range(20):
        page = api.get(url).raise_for_status().json()
        rows += page["items"]
        if page["next"] is None:
            return rows
        url = f"{shipbob.url}/2026-07{page['next']}"
    raise AssertionError("the pages do not end")
