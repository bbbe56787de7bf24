"""What a client of ShipBob needs to play a day: a session, an endpoint for webhooks, and orders."""

from __future__ import annotations

import json
import queue
import ssl
import threading
from dataclasses import dataclass
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx

from local.shipbob import NewOrder, ShipBobSimulator
from local.shipbob.orders import Line

PATIENCE = 10.0  # seconds until a thing that should happen counts as not happening
SECRET = "whsec_" + "QUJD" * 8


def client(shipbob: ShipBobSimulator) -> httpx.Client:
    return httpx.Client(
        base_url=f"{shipbob.url}/2026-07",
        headers={"Authorization": f"Bearer {shipbob.token}"},
        verify=ssl.create_default_context(cafile=str(shipbob.ca_bundle)),
        trust_env=False,
    )


@dataclass(frozen=True, slots=True)
class Received:
    headers: dict[str, str]
    body: bytes

    @property
    def id(self) -> str:
        return self.headers["webhook-id"]


class Receiver:
    """A webhook endpoint that answers with the statuses it was given, then 204, and keeps what came."""

    def __init__(self) -> None:
        self.statuses: list[int] = []
        self.came: queue.Queue[Received] = queue.Queue()
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.came.put(Received({name.lower(): value for name, value in self.headers.items()}, body))
                self.send_response(receiver.statuses.pop(0) if receiver.statuses else 204)
                self.send_header("Location", "/elsewhere")
                self.end_headers()

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port: int = self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))
        self._thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hooks"

    def next(self) -> Received:
        return self.came.get(timeout=PATIENCE)

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def subscribe(api: httpx.Client, url: str, *topics: str) -> dict[str, Any]:
    wanted = {"topics": topics or ["order.shipped"], "url": url, "secret": SECRET}
    made: dict[str, Any] = api.post("/webhook", json=wanted).raise_for_status().json()
    return made


def order(number: str = "1001", **details: Any) -> NewOrder:
    return NewOrder(number, details.pop("lines", [Line("MUG-WHITE", 1, Decimal("12.00"))]), **details)


def split() -> NewOrder:
    lines = [Line("WIDGET-RED", 2, Decimal("19.95")), Line("WIDGET-RED", 1, Decimal(0)), Line("SOAP-BAR", 1)]
    packages = [(8, [("WIDGET-RED", 2)]), (8, [("WIDGET-RED", 1)]), (156, [("SOAP-BAR", 1)])]
    return order(lines=lines, shipments=packages)


def attempts(shipbob: ShipBobSimulator) -> list[dict[str, Any]]:
    return [attempt for delivery in shipbob.webhooks.deliveries() for attempt in delivery["attempts"]]


def until_attempts(shipbob: ShipBobSimulator, count: int) -> None:
    """Wait until that many tries have been made and settled."""
    assert shipbob.webhooks.wait_for(lambda: len(attempts(shipbob)) >= count, PATIENCE)


class Inbox:
    """In the place of an endpoint, for simulated time: keeps what comes, answers as told, then 204.

    A status that is an exception is raised.
    """

    def __init__(self, *statuses: int | Exception) -> None:
        self.statuses = list(statuses)
        self.came: list[Received] = []

    def __call__(self, headers: dict[str, str], body: bytes) -> int:
        self.came.append(Received(headers, body))
        status = self.statuses.pop(0) if self.statuses else 204
        if isinstance(status, Exception):
            raise status
        return status

    @property
    def topics(self) -> list[str]:
        return [each.headers["x-webhook-topic"] for each in self.came]

    @property
    def bodies(self) -> list[Any]:
        return [json.loads(each.body) for each in self.came]
