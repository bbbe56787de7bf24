"""Whoever plays ShipBob's day has a door of their own, and the witness runs as a process."""

from __future__ import annotations

import contextlib
import json
import signal
import ssl
import subprocess
import sys
from pathlib import Path

import httpx

from local.shipbob import ShipBobSimulator
from tests.contract.shipbob_day import PATIENCE

ROOT = Path(__file__).parents[2]


def test_a_day_can_be_played_over_the_control_door(shipbob: ShipBobSimulator, door: httpx.Client) -> None:
    wanted = {
        "channel": 122233,
        "order_number": "WT-77",
        "lines": [["WIDGET-RED", 2, "19.95"], {"sku": "SOAP-BAR", "quantity": 1}],
        "shipments": [{"location": 8, "lines": [["WIDGET-RED", 2]]}, {"location": 211, "lines": [["SOAP-BAR", 1]]}],
        "recipient": {"name": "Avery Holt", "city": "Toledo"},
        "total_price": "47.15",
    }

    placed = door.post("/orders", json=wanted).raise_for_status().json()
    order_id, (first, second) = placed["id"], (row["id"] for row in placed["shipments"])
    door.post(f"/shipments/{first}/ship", json={"tracking_number": "1Z1", "carrier": "UPS"}).raise_for_status()
    part = door.get("/orders").json()[0]
    door.post(f"/orders/{order_id}/ship").raise_for_status()
    delivered = door.post(f"/orders/{order_id}/deliver").raise_for_status().json()

    assert (placed["financials"]["total_price"], placed["recipient"]["address"]["city"]) == (47.15, "Toledo")
    assert part["status"] == "PartiallyFulfilled"
    assert [row["status_details"][0]["name"] for row in delivered["shipments"]] == ["Delivered", "Delivered"]
    assert door.post(f"/shipments/{second}/cancel").status_code == 400
    assert door.post("/orders/5/cancel").status_code == 404


def test_every_exchange_is_counted_and_kept(shipbob: ShipBobSimulator, api: httpx.Client, door: httpx.Client) -> None:
    api.get("/order", params={"Limit": 5})
    api.get("/order/7")

    counters = door.get("/counters").json()
    exchanges = door.get("/exchanges").json()

    assert counters["requests"] == {"GET /order": 1, "GET /order/{orderId}": 1}
    assert counters["answers"] == {"200": 1, "404": 1}
    assert [(each["path"], each["response_body"]) for each in exchanges] == [
        ("/2026-07/order?Limit=5", "[]"),
        ("/2026-07/order/7", ""),
    ]


def test_as_a_process_it_says_where_it_is_and_ends_when_asked(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "local.shipbob", "--folder", str(tmp_path)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        with contextlib.ExitStack() as undo:
            undo.callback(process.kill)
            ready = json.loads(process.stdout.readline())
            trust = ssl.create_default_context(cafile=ready["ca_bundle"])
            answer = httpx.get(
                f"{ready['url']}/2026-07/channel",
                headers={"Authorization": f"Bearer {ready['token']}"},
                verify=trust,
                trust_env=False,
            )
            assert answer.status_code == 200
            assert httpx.get(f"{ready['control']}/orders", trust_env=False).json() == []
            process.send_signal(signal.SIGTERM)
            assert process.wait(PATIENCE) == 0
            assert process.communicate() == ("", "")
