"""The door for whoever plays the day: JSON over plain HTTP on loopback. Nothing of it exists at ShipBob."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from dataclasses import asdict
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import httpx

from local.shipbob.access_control import access_routes
from local.shipbob.doors import Answer, Request, Route, find, json_answer
from local.shipbob.life_control import life_routes
from local.shipbob.orders import Label, Line, NewOrder, Recipient
from local.shipbob.stock_control import stock_control

if TYPE_CHECKING:
    from local.shipbob.simulator import ShipBobSimulator

Json = dict[str, Any]
Act = Callable[..., object]


class ControlDoor:
    """Each route plays one of the simulator's methods; its answer is what the method gave.

    400 what cannot be (with `error`), 404 what is not there, 502 where a forged webhook's receiver did not answer.
    """

    def __init__(self, shipbob: ShipBobSimulator) -> None:
        self._shipbob = shipbob
        self._routes: list[Route[Act]] = [
            *self._day_routes(),
            *self._webhook_routes(),
            *access_routes(shipbob),
            *life_routes(shipbob),
            *stock_control(shipbob),
            Route("GET /orders", lambda _: shipbob.account.orders()),
            Route("GET /deliveries", lambda _: shipbob.webhooks.deliveries()),
            Route("GET /counters", lambda _: shipbob.counters.shown()),
            Route("GET /exchanges", lambda _: [asdict(exchange) for exchange in shipbob.exchanges]),
            Route("POST /offline", lambda _: shipbob.offline()),
            Route("POST /online", lambda _: shipbob.online()),
            Route("POST /limit", self._limit),
        ]

    def _day_routes(self) -> list[Route[Act]]:
        account = self._shipbob.account
        return [
            Route("POST /orders", lambda body: account.place_order(new_order(body))),
            Route("POST /orders/{id}/ship", lambda body, order: account.ship_order(int(order), label(body))),
            Route("POST /orders/{id}/deliver", lambda _, order: account.deliver_order(int(order))),
            Route("POST /orders/{id}/cancel", lambda _, order: account.cancel_order(int(order))),
            Route("POST /shipments/{id}/ship", lambda body, ship: account.ship_shipment(int(ship), label(body))),
            Route("POST /shipments/{id}/deliver", lambda _, ship: account.deliver_shipment(int(ship))),
            Route("POST /shipments/{id}/cancel", lambda _, ship: account.cancel_shipment(int(ship))),
            Route("POST /shipments/{id}/hold", lambda _, ship: account.hold_shipment(int(ship))),
            Route("POST /shipments/{id}/exception", lambda _, ship: account.fail_shipment(int(ship))),
            Route("POST /shipments/{id}/release", lambda _, ship: account.release_shipment(int(ship))),
        ]

    def _webhook_routes(self) -> list[Route[Act]]:
        webhooks = self._shipbob.webhooks
        return [
            Route("POST /deliveries/{id}/again", lambda _, message: webhooks.again(message)),
            Route("POST /webhooks/drop", lambda body: webhooks.drop(int(body["count"]))),
            Route("POST /webhooks/hold", lambda _: webhooks.hold()),
            Route("POST /webhooks/release", lambda body: webhooks.release(**body)),
            Route("POST /forge", lambda body: {"status": self._shipbob.forge(**body)}),
        ]

    def answer(self, request: Request) -> Answer:
        """Play one request."""
        found = find(self._routes, request.method, request.path)
        if found is None:
            return json_answer({"error": f"no {request.method} {request.path}"}, 404)
        try:
            body = json.loads(request.body) if request.body else {}
            return json_answer(found[0].handler(body, *found[1]))
        except (ValueError, TypeError, ArithmeticError) as error:
            return json_answer({"error": str(error)}, 400)
        except LookupError as error:
            return json_answer({"error": f"not there: {error}"}, 404)
        except httpx.TransportError as error:
            return json_answer({"error": f"{type(error).__name__}: {error}"}, 502)

    def _limit(self, body: Json) -> None:
        limit = self._shipbob.limit
        limit.per_minute = int(body.get("per_minute", limit.per_minute))
        limit.faq_names = bool(body.get("faq_names", limit.faq_names))


def new_order(body: Json) -> NewOrder:
    """An order from JSON: the fields of `NewOrder`, lines and packages as lists or as objects with the fields' names.

    `{"order_number": "1001", "lines": [["MUG-WHITE", 2, "12.00"]], "shipments": [{"location": 8, "lines": [...]}]}`
    """
    given = dict(body)
    given["lines"] = [line(each) for each in body["lines"]]
    given["shipments"] = [package(each) for each in body.get("shipments", ())]
    given["recipient"] = Recipient(**body.get("recipient", {}))
    given["total_price"] = decimal(body.get("total_price"))
    given["purchase_date"] = moment(body.get("purchase_date"))
    return NewOrder(**given)


def line(given: Json | list[Any]) -> Line:
    """An order line from `{"sku", "quantity", "unit_price"}` or the same as a list; the price may be absent."""
    sku, quantity, *price = _values(given, "sku", "quantity", "unit_price")
    return Line(str(sku), int(quantity), decimal(price[0]) if price else None)


def package(given: Json | list[Any]) -> tuple[int, list[tuple[str, int]]]:
    """A package from `{"location", "lines"}` or the same as a list."""
    location, lines = _values(given, "location", "lines")
    return int(location), [(each.sku, each.quantity) for each in map(line, lines)]


def label(body: Json) -> Label:
    """What to print, from the fields of `Label`."""
    return Label(**{**body, "actual_fulfillment_date": moment(body.get("actual_fulfillment_date"))})


def decimal(given: str | float | None) -> Decimal | None:
    """An amount; a JSON number is read by its digits."""
    return None if given is None else Decimal(str(given))


def moment(given: str | None) -> dt.datetime | None:
    """A date-time; one without an offset is UTC."""
    if given is None:
        return None
    read = dt.datetime.fromisoformat(given)
    return read if read.tzinfo else read.replace(tzinfo=dt.UTC)


def _values(given: Json | list[Any], *names: str) -> list[Any]:
    return list(given) if isinstance(given, list) else [given[name] for name in names if name in given]
