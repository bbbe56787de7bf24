"""The control API: JSON over plain HTTP on loopback, for tests in other processes and for a person at a terminal."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from functools import partial
from http.server import BaseHTTPRequestHandler
from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import parse_qs, urlsplit

from local.gp import inventory_view, view
from local.gp.faults import NotFound

if TYPE_CHECKING:
    from local.gp.books import Books
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


def _company(gp: GpSimulator, path: list[str]) -> tuple[Books, list[str]]:
    """The books that a path is about: companies/ID/... are another company's; and the rest of the path."""
    if path[0] != "companies" or len(path) == 1:
        return gp.books, path
    if not path[1].isdecimal() or int(path[1]) not in gp.books.companies:
        raise NotFound
    return gp.company(int(path[1])), path[2:]


def _get(gp: GpSimulator, path: list[str], given: dict[str, Any]) -> _Answer:
    books, path = _company(gp, path)
    match path:
        case ["documents" | "invoices" | "returns" | "batches", *_]:
            return view.get(books, path)
        case ["counters"]:
            return gp.counters.as_json()
        case ["inventory" | "stock", *_]:
            return inventory_view.get(books, path, given)
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
    books, path = _company(gp, path)
    match path:
        case ["documents" | "invoices" | "returns" | "batches", _, *_]:
            return view.post(books, path, given)
        case ["offline" | "online" | "password" | "unlock" | "account" as deed]:
            _administer(gp, deed, given)
        case ["stops"]:
            gp.stops.add(**given)
        case ["stops", "release"]:
            return {"released": gp.stops.release()}
        case ["inventory" | "stock" | "restamp", *_]:
            return inventory_view.post(books, path, given)
        case [cards]:
            _add(books, cards, given)
        case _:
            raise NotFound
    return None


def _delete(gp: GpSimulator, path: list[str], _given: dict[str, Any]) -> _Answer:
    if path != ["stops"]:
        raise NotFound
    gp.stops.clear()
    return None


def _administer(gp: GpSimulator, deed: str, given: dict[str, Any]) -> None:
    """What an administrator does to the machine, and to the account in the directory.

    `password`: password, and keep_old for the hour that a directory gives the old one. `account`: disabled, expired.
    """
    deeds: dict[str, Callable[..., None]] = {
        "offline": gp.offline,
        "online": gp.online,
        "password": partial(gp.change_password, keep_old=False),
        "unlock": gp.unlock,
        "account": gp.account.restrict,
    }
    deeds[deed](**given)


def _add(books: Books, cards: str, given: dict[str, Any]) -> None:
    """Master data and set-up: the fields are the arguments of the books' methods."""
    adders: dict[str, Callable[..., object]] = {
        "items": books.add_item,
        "customers": books.add_customer,
        "sites": books.add_site,
        "holds": books.add_hold,
        "document_types": books.add_document_type,
        "shipping_methods": books.add_shipping_method,
        "gl_accounts": books.add_gl_account,
        "on_hand": books.set_on_hand,
        "companies": books.add_company,
        "set_up": books.change_set_up,
        "options": books.choose_option,
        "periods": books.close_period,
    }
    if cards not in adders:
        raise NotFound
    adders[cards](**given)
