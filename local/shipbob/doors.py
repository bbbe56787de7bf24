"""HTTP plumbing shared by the REST door and the control door."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from urllib.parse import parse_qsl, urlsplit

from local.shipbob.account import encoded


@dataclass(frozen=True, slots=True)
class Request:
    """One HTTP request; header names in lower case."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def path(self) -> str:
        return urlsplit(self.target).path

    @property
    def query(self) -> dict[str, str]:
        return dict(parse_qsl(urlsplit(self.target).query))


@dataclass(frozen=True, slots=True)
class Answer:
    """One HTTP answer. A `length` above the body's own promises bytes that never come: the connection is closed."""

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    length: int | None = None

    @property
    def ends_the_connection(self) -> bool:
        return self.status == 0 or self.length is not None

    @property
    def framing(self) -> dict[str, str]:
        """No Content has no length: one would be against RFC 9110."""
        length = len(self.body) if self.length is None else self.length
        return {} if self.status == 204 else {"Content-Length": str(length)}


NO_ANSWER = Answer(0)  # the connection is closed without a byte


def json_answer(value: object, status: int = 200, headers: Mapping[str, str] | None = None) -> Answer:
    """A JSON body with ASP.NET's content type."""
    return Answer(status, encoded(value), {"Content-Type": "application/json; charset=utf-8", **(headers or {})})


class Route[Handler]:
    """A method and a path template such as `GET /order/{orderId}`, with who answers."""

    def __init__(self, operation: str, handler: Handler) -> None:
        self.operation, self.handler = operation, handler
        self._method, template = operation.split()
        pattern = re.sub(r"\\{\w+\\}", "([^/:]+)", re.escape(template))
        self._pattern = re.compile(pattern)

    def match(self, method: str, path: str) -> tuple[str, ...] | None:
        """The path's parameters if this route is meant, else None."""
        found = self._pattern.fullmatch(path) if method == self._method else None
        return None if found is None else found.groups()


def find[Handler](
    routes: list[Route[Handler]], method: str, path: str
) -> tuple[Route[Handler], tuple[str, ...]] | None:
    """The first route that matches, with the path's parameters."""
    for route in routes:
        parameters = route.match(method, path)
        if parameters is not None:
            return route, parameters
    return None


def door(answer: Callable[[Request], Answer]) -> type[BaseHTTPRequestHandler]:
    """A handler class that turns each request into a `Request` and sends what `answer` returns."""

    class Door(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        server_version = "ShipBobSimulator"

        def _serve(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            headers = {name.lower(): value for name, value in self.headers.items()}
            given = answer(Request(self.command, self.path, headers, self.rfile.read(length)))
            self.close_connection = self.close_connection or given.ends_the_connection
            if given is not NO_ANSWER:
                self._send(given)

        def _send(self, given: Answer) -> None:
            self.send_response(given.status)
            for name, value in {**given.headers, **given.framing}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(given.body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  (the base class's name)
            """Say nothing: exchanges and counters remember."""

    for method in ("GET", "POST", "PUT", "PATCH", "DELETE"):
        setattr(Door, f"do_{method}", Door._serve)
    return Door
