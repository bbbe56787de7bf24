"""The REST face: GP's service based architecture, with the stock services and the custom one for documents.

Sources: Microsoft's installation guide (addresses, the discovery page) and service overview (verbs, which objects there
are), what integrators published (the Payload wrapper, GP-Custom-Action); the fields are those of docs/gp-sba.md.
"""

from __future__ import annotations

import html
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from local.gp import sba_documents
from local.gp.books import Books
from local.gp.faces import Answer, Begin, Call, Request
from local.gp.faults import NotFound, SystemFault, ValidationFault
from local.gp.sba_address import PATH, TENANT, Address, shape_of
from local.gp.sba_json import Json, read_json, write_json
from local.gp.sba_stock import COMPANIES, NAMES, RESOURCES

_JSON = "application/json; charset=utf-8"
_HTML = "text/html; charset=utf-8"
_XML = "application/xml; charset=utf-8"

_NOT_SERVED = {
    404: "There is no such resource.",
    405: "The resource does not take this method.",
    406: "This simulator answers in JSON only: ask for application/json, or for the address with .json at its end.",
    415: "The body is not application/json.",
}


class NotServed(Exception):
    """A request that is refused before anything is executed."""

    def __init__(self, status: int, why: str = "") -> None:
        super().__init__(why or _NOT_SERVED[status])
        self.status = status


@dataclass(frozen=True, slots=True)
class Route:
    """What serves a request: `work` turns a payload into a payload.

    `breach` says what is wrong with a whole body, "" for nothing; None where there is no body. `done` is the status of
    success.
    """

    operation: str
    work: Callable[[Any], Any]
    breach: Callable[[Any], str] | None = None
    done: int = 200


class Sba:
    """The face over the books of all companies, and what is installed of it.

    `service_path` is the address of the custom service below a company, None where there is none; `operations` are
    those it has. `installed` are the stock services there are, by the names in NAMES.
    """

    def __init__(self, books: Books) -> None:
        self._books = books
        self.service_path: str | None = "Bridge/Documents"
        self.operations: set[str] = set(sba_documents.OPERATIONS)
        self.installed: set[str] = set(NAMES)

    def __call__(self, request: Request) -> Call:
        address = Address.of(request.path)
        if (address.tenant, address.company, address.shape) == (TENANT.lower(), None, "help"):
            return Call("", partial(self._help, request))
        try:
            route = self._route(request, address)
        except NotServed as refusal:
            refused = _errors(refusal.status, str(refusal))
            return Call("", lambda _: refused)
        return Call(route.operation, partial(self._serve, route, request, address))

    def _route(self, request: Request, address: Address) -> Route:
        if address.tenant != TENANT.lower():
            raise NotServed(404)
        if address.company is None:
            return self._companies(request.method, address.shape)
        wanted = address.company.casefold()
        books = next((each for each in self._books.companies.values() if each.company_name.casefold() == wanted), None)
        if books is None:
            raise NotServed(404, "There is no such company.")
        if self.service_path is not None and address.shape == self.service_path.lower():
            return self._service(request, books)
        return self._stock(request.method, address, books)

    def _companies(self, method: str, shape: str) -> Route:
        if shape != COMPANIES.lower() or COMPANIES not in self.installed:
            raise NotServed(404)
        if method != "GET":
            raise NotServed(405)
        known = sorted(self._books.companies.items())
        listed = [{"CompanyID": key, "CompanyName": books.company_name} for key, books in known]
        return Route(f"SBA GET {COMPANIES}", lambda _: listed)

    def _service(self, request: Request, books: Books) -> Route:
        if request.method != "POST" or request.headers.get("gp-custom-action", "").upper() != "POST":
            raise NotServed(405)
        operation = sba_documents.operation_of(request.body) or f"POST {self.service_path}"
        work = partial(sba_documents.answer, books, self.operations)
        return Route(f"SBA {operation}", work, sba_documents.breach)

    def _stock(self, method: str, address: Address, books: Books) -> Route:
        there = [each for each in RESOURCES if shape_of(each.path) == address.shape and each.name in self.installed]
        if not there:
            raise NotServed(404)
        found = next((each for each in there if each.verb == method), None)
        if found is None:
            raise NotServed(405)
        name, work = f"SBA {method} {found.path}", partial(found.work, books, address.key)
        return Route(name, work, partial(_wrapped, found.breach), 201) if method == "POST" else Route(name, work)

    def _serve(self, route: Route, request: Request, address: Address, begin: Begin) -> Answer:
        try:
            payload = _asked(route, request, address)
        except NotServed as refusal:
            return _errors(refusal.status, str(refusal))
        begin()
        with self._books.lock:
            return _executed(route, payload)

    # The discovery page ----------------------------------------------------------------------------------------------

    def _help(self, request: Request, _begin: Begin) -> Answer:
        if request.method != "GET":
            return _errors(405, _NOT_SERVED[405])
        root = f"https://{request.headers.get('host', '')}{PATH}{TENANT}"
        rows = "".join(_row(f"{root}/{path}", verb, what) for verb, path, what in self._shown())
        head = "<tr><th>Uri</th><th>Method</th><th>Description</th></tr>"
        page = f"<html><head><title>Operations</title></head><body><table>{head}{rows}</table></body></html>"
        return Answer(200, page.encode(), _HTML)

    def _shown(self) -> list[tuple[str, str, str]]:
        """Verb, address below the tenant and description of everything that is installed."""
        companies = [("GET", COMPANIES, "All companies")] if COMPANIES in self.installed else []
        below = [(each.verb, each.path, each.description) for each in RESOURCES if each.name in self.installed]
        if self.service_path is not None:
            below.append(("POST", self.service_path, "Custom action POST"))
        return [*companies, *((verb, f"Companies(CompanyName)/{path}", what) for verb, path, what in below)]


def _row(address: str, verb: str, what: str) -> str:
    shown = html.escape(address)
    return f"<tr><td>{shown}</td><td>{verb}</td><td>{html.escape(what)}</td></tr>"


def _asked(route: Route, request: Request, address: Address) -> Any:
    """The payload of a request that can be executed, None where there is no body; else NotServed."""
    if not address.is_json and "application/json" not in request.headers.get("accept", "").lower():
        raise NotServed(406)
    if route.breach is None:
        return None
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        raise NotServed(415)
    try:
        body = read_json(request.body)
    except ValueError:
        raise NotServed(400, "The body is not JSON.") from None
    broken = route.breach(body)
    if broken:
        raise NotServed(400, broken)
    return body["Payload"]


def _wrapped(breach: Callable[[Any], str], body: Any) -> str:
    if not isinstance(body, dict) or [*body] != ["Payload"]:
        return "$: Payload alone is expected"
    return breach(body["Payload"])


def _executed(route: Route, payload: Any) -> Answer:
    try:
        made = route.work(payload)
    except NotFound as problem:
        return _errors(404, str(problem))
    except ValidationFault as refusal:
        return _errors(400, *(problem.message for problem in refusal.problems))
    except SystemFault as problem:
        return _errors(500, str(problem))
    return Answer(route.done, write_json({"Status": {"Errors": []}, "Payload": made}), _JSON)


def _errors(status: int, *messages: str) -> Answer:
    if status == 406:
        text = "".join(f"<Message>{html.escape(message)}</Message>" for message in messages)
        return Answer(status, f"<Status><Errors><Error>{text}</Error></Errors></Status>".encode(), _XML)
    status_of: Json = {"Status": {"Errors": [{"Message": message} for message in messages]}}
    return Answer(status, write_json(status_of), _JSON)
