"""The control API: JSON over plain HTTP on loopback, for tests in other processes and for a person at a terminal."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler
from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import parse_qs, urlsplit

from local.gp import view
from local.gp.faults import NotFound

if TYPE_CHECKING:
    from local.gp.simulator import GpSimulator

_Answer = dict[str, Any] | list[Any] | None


class Control(BaseHTTPRequestHandler):
    """200 with JSON; 400 for a request that makes no sense, 404 for what is not there, 409 for what GP would not do."""

    gp: ClassVar[GpSimulator]
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self._answer(_get)

    def do_POST(self) -> None:
        self._answer(_post)

    def do_DELETE(self) -> None:
        self._answer(_delete)

    def log_message(self, *_: object) -> None:
        """Nothing."""

    def _answer(self, route: Callable[[GpSimulator, list[str], dict[str, Any]], _Answer]) -> None:
        address = urlsplit(self.path)
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        try:
            given = {name: values[-1] for name, values in parse_qs(address.query).items()}
            given |= json.loads(body) if body else {}
            self._reply(200, route(self.gp, address.path.strip("/").split("/"), given))
        except NotFound:
            self._reply(404, {"error": "there is nothing of that name"})
        except (KeyError, TypeError, json.JSONDecodeError) as problem:
            self._reply(400, {"error": f"{type(problem).__name__}: {problem}"})
        except ValueError as problem:
            self._reply(409, {"error": str(problem)})

    def _reply(self, status: int, answer: _Answer) -> None:
        body = json.dumps({} if answer is None else answer).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def handler_for(gp: GpSimulator) -> type[Control]:
    """A handler class that controls this simulator."""
    return type("GpControl", (Control,), {"gp": gp})


def _get(gp: GpSimulator, path: list[str], given: dict[str, Any]) -> _Answer:
    match path:
        case ["counters"]:
            return gp.counters.as_json()
        case ["documents"]:
            return [view.document(order) for order in gp.books.documents()]
        case ["documents", number]:
            return view.document(gp.books.document(number))
        case ["exchanges"]:
            return _exchanges(gp)
        case ["stops"]:
            return gp.stops.as_json()
        case ["stops", "reached"]:
            held = gp.stops.wait_reached(float(given.get("seconds", 30)))
            return [{"operation": each.operation, "when": each.when} for each in held]
    raise NotFound


def _exchanges(gp: GpSimulator) -> list[dict[str, Any]]:
    return [
        {
            "operation": exchange.operation,
            "status": exchange.status,
            "request": base64.b64encode(exchange.request).decode(),
            "response": base64.b64encode(exchange.response).decode(),
        }
        for exchange in gp.exchanges
    ]


def _post(gp: GpSimulator, path: list[str], given: dict[str, Any]) -> _Answer:
    match path:
        case ["offline"]:
            gp.offline()
        case ["online"]:
            gp.online()
        case ["password"]:
            gp.password = given["password"]
        case ["stops"]:
            gp.stops.add(**given)
        case ["stops", "release"]:
            return {"released": gp.stops.release()}
        case ["documents", number, deed]:
            _do(gp, number, deed, given)
        case [cards]:
            _add(gp, cards, given)
        case _:
            raise NotFound
    return None


def _delete(gp: GpSimulator, path: list[str], _given: dict[str, Any]) -> _Answer:
    if path != ["stops"]:
        raise NotFound
    gp.stops.clear()
    return None


def _do(gp: GpSimulator, number: str, deed: str, given: dict[str, Any]) -> None:
    """What a person does in GP's windows, on one document; `given` are the arguments."""
    deeds: dict[str, Callable[..., None]] = {
        "transfer": gp.books.transfer,
        "void": gp.books.void,
        "delete": gp.books.delete,
        "edit_quantity": gp.books.edit_quantity,
        "remove_hold": gp.books.remove_hold,
    }
    if deed not in deeds:
        raise NotFound
    deeds[deed](number, **given)


def _add(gp: GpSimulator, cards: str, given: dict[str, Any]) -> None:
    """Master data: the fields are the arguments of the books' methods."""
    adders: dict[str, Callable[..., object]] = {
        "items": gp.books.add_item,
        "customers": gp.books.add_customer,
        "sites": gp.books.add_site,
        "holds": gp.books.add_hold,
        "document_types": gp.books.add_document_type,
        "shipping_methods": gp.books.add_shipping_method,
        "on_hand": gp.books.set_on_hand,
    }
    if cards not in adders:
        raise NotFound
    adders[cards](**given)
