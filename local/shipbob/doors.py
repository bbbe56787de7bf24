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
    """One HTTP answer."""

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)


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
            self.send_response(given.status)
            for name, value in given.headers.items():
                self.send_header(name, value)
            if given.status != 204:  # No Content: a length would be against RFC 9110
                self.send_header("Content-Length", str(len(given.body)))
            self.end_headers()
            self.wfile.write(given.body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  (the base class's name)
            """Say nothing: exchanges and counters remember."""

    for method in ("GET", "POST", "PUT", "PATCH", "DELETE"):
        setattr(Door, f"do_{method}", Door._serve)
    return Door
