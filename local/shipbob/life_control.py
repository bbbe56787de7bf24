"""Control routes for what happens to orders after they were placed, for returns, webhook mishaps and defects."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from local.shipbob.deliveries import Mishaps
from local.shipbob.doors import Route
from local.shipbob.orders import Recipient
from local.shipbob.returns import NewReturn, ReturnLine, Taken

if TYPE_CHECKING:
    from local.shipbob.simulator import ShipBobSimulator

Json = dict[str, Any]
Act = Callable[..., object]


def life_routes(shipbob: ShipBobSimulator) -> list[Route[Act]]:
    """The routes; each plays one method."""
    return [
        *_shipment_routes(shipbob),
        *_return_routes(shipbob),
        *_webhook_routes(shipbob),
        Route("GET /defects", lambda _: shipbob.account.defects.shown()),
        Route("POST /defects", lambda body: shipbob.account.defects.set(**body)),
    ]


def _shipment_routes(shipbob: ShipBobSimulator) -> list[Route[Act]]:
    edits = shipbob.account.edits

    def split(body: Json, shipment: str) -> object:
        return edits.split(int(shipment), pieces(body["lines"]), body.get("location"))

    def reship(body: Json, shipment: str) -> object:
        return edits.reship(int(shipment), pieces(body.get("lines", [])), body.get("location"))

    def edit_lines(body: Json, shipment: str) -> object:
        total = body.get("total_price")
        return edits.edit_lines(int(shipment), pieces(body["lines"]), None if total is None else Decimal(str(total)))

    def change_address(body: Json, shipment: str) -> object:
        order_too = bool(body.get("order_too"))
        return edits.change_address(int(shipment), Recipient(**body["recipient"]), order_too=order_too)

    by_name: dict[str, Act] = {
        "pick": lambda _, shipment: edits.pick(int(shipment)),
        "pack": lambda _, shipment: edits.pack(int(shipment)),
        "move": lambda body, shipment: edits.move(int(shipment), body["location"]),
        "split": split,
        "reship": reship,
        "void-label": lambda _, shipment: edits.void_label(int(shipment)),
        "address": change_address,
        "service": lambda body, shipment: edits.change_shipping_service(int(shipment), body["ship_option"]),
        "lines": edit_lines,
        "archive": lambda _, shipment: edits.archive(int(shipment)),
        "tracking": lambda body, shipment: edits.change_tracking(int(shipment), **body),
        "carrier": lambda body, shipment: edits.carrier_reports(int(shipment), body["event"]),
    }
    return [
        *(Route(f"POST /shipments/{{id}}/{name}", act) for name, act in by_name.items()),
        Route("POST /orders/{id}/archive", lambda _, order: edits.archive_order(int(order))),
    ]


def _return_routes(shipbob: ShipBobSimulator) -> list[Route[Act]]:
    returns = shipbob.account.returns

    def play(body: Json) -> object:
        return returns.play(new_return(body["return"]), taken(body.get("taken", [])))

    def process(body: Json, kept: str) -> object:
        return returns.process(int(kept), taken(body.get("taken", [])))

    def disposition(body: Json, kept: str) -> object:
        return returns.change_disposition(int(kept), taken(body["taken"]))

    return [
        Route("GET /returns", lambda _: returns.all()),
        Route("POST /returns", lambda body: returns.create(new_return(body))),
        Route("POST /returns/play", play),
        Route("POST /returns/{id}/arrive", lambda _, kept: returns.arrive(int(kept))),
        Route("POST /returns/{id}/process", process),
        Route("POST /returns/{id}/complete", lambda _, kept: returns.complete(int(kept))),
        Route("POST /returns/{id}/cancel", lambda _, kept: returns.cancel(int(kept))),
        Route("POST /returns/{id}/disposition", disposition),
    ]


def _webhook_routes(shipbob: ShipBobSimulator) -> list[Route[Act]]:
    webhooks, subscriptions = shipbob.webhooks, shipbob.subscriptions

    def mishaps(body: Json) -> Json:
        webhooks.mishaps = Mishaps(**{**body, "topics": frozenset(body.get("topics", ()))})
        return {**asdict(webhooks.mishaps), "topics": sorted(webhooks.mishaps.topics)}

    def topics(body: Json) -> None:
        subscriptions.unknown_topics = set(body.get("unknown", ()))
        subscriptions.refused_topics = set(body.get("refused", ()))

    return [
        Route("POST /webhooks/mishaps", mishaps),
        Route("POST /webhooks/seed", lambda body: webhooks.seed(int(body["seed"]))),
        Route("POST /webhooks/topics", topics),
        Route("POST /webhooks/recover", lambda _: {"again": webhooks.recover()}),
        Route("POST /webhooks/pump", lambda _: {"made": webhooks.pump()}),
    ]


def pieces(given: list[Any]) -> list[tuple[str, int]]:
    """SKUs and quantities, from pairs."""
    return [(str(sku), int(quantity)) for sku, quantity in given]


def new_return(given: Json) -> NewReturn:
    """A return from the fields of `NewReturn`; its lines are objects with the fields of `ReturnLine`."""
    return NewReturn(**{**given, "lines": [ReturnLine(**line) for line in given.get("lines", ())]})


def taken(given: list[Json]) -> list[Taken]:
    """What was done, from objects with the fields of `Taken`."""
    return [Taken(**each) for each in given]
