"""Servers that are anything but ShipBob, and stand-ins for what a client of ShipBob shares with others."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any, ClassVar

import pytest
from bridge.domain.outcome import Failure, Misconfigured
from bridge.shipbob.client import ShipBobClient

from local.certificates import authority
from local.serving import Server
from tests.contract.shipbob_calls import CALLS

type Deed = Callable[[BaseHTTPRequestHandler], None]

TOKEN = "A" * 64  # of nobody's account
HTML = {"Content_Type": "text/html; charset=utf-8"}


class OneToken:
    """A token that there is no other for."""

    def __init__(self, token: str = TOKEN) -> None:
        self._token = token
        self.refusals: list[str] = []

    def token(self) -> str:
        return self._token

    def refused(self, token: str) -> str:
        self.refusals.append(token)
        raise Misconfigured("put a new token into the ShipBob secret")


class NextToken(OneToken):
    """A token that another has replaced by the time it is refused."""

    def __init__(self, old: str, new: str) -> None:
        super().__init__(old)
        self._new = new

    def refused(self, token: str) -> str:
        self.refusals.append(token)
        self._token = self._new
        return self._new


class FreeTurn:
    """Nobody else wants a turn. `taken` counts them, `pushed` keeps for how long ShipBob wanted quiet."""

    def __init__(self) -> None:
        self.taken = 0
        self.pushed: list[float] = []

    def take(self) -> None:
        self.taken += 1

    def push(self, seconds: float) -> None:
        self.pushed.append(seconds)


@dataclass(frozen=True, slots=True)
class Request:
    """What came over the wire, and from which port; header names in lower case."""

    method: str
    path: str
    headers: dict[str, str]
    port: int


class Stranger(BaseHTTPRequestHandler):
    """Answers every request in whatever way it was told."""

    protocol_version = "HTTP/1.1"
    deed: ClassVar[Deed]
    met: ClassVar[list[Request]]

    def _serve(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.met.append(Request(self.command, self.path, headers, self.client_address[1]))
        type(self).deed(self)

    do_GET = _serve  # noqa: N815 - the base class's names, here and below
    do_POST = _serve  # noqa: N815
    do_DELETE = _serve  # noqa: N815

    def log_message(self, *_: object) -> None:
        """Nothing."""


@dataclass(frozen=True, slots=True)
class Met:
    """A stranger on the wire, and the requests that it met."""

    url: str
    requests: list[Request]


@contextmanager
def stranger(folder: Path, deed: Deed) -> Iterator[Met]:
    """Serve `deed` over TLS."""
    requests: list[Request] = []
    members: dict[str, Any] = {"deed": staticmethod(deed), "met": requests}
    server = Server(type("Met", (Stranger,), members), tls=authority(folder).server_context())
    try:
        yield Met(f"https://localhost:{server.port}", requests)
    finally:
        server.stop()


def says(status: int, body: bytes | str, **headers: str) -> Deed:
    """A deed: always this answer. A header's name is written with underscores."""
    encoded = body.encode() if isinstance(body, str) else body

    def send(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        for name, value in {"Content_Type": "application/json", **headers}.items():
            handler.send_header(name.replace("_", "-"), value)
        if "Content_Length" not in headers:
            handler.send_header("Content-Length", str(len(encoded)))
        handler.end_headers()
        handler.wfile.write(encoded)

    return send


def in_turn(*deeds: Deed) -> Deed:
    """A deed after the other, the last one for ever."""
    left = list(deeds)

    def next_deed(handler: BaseHTTPRequestHandler) -> None:
        (left.pop(0) if len(left) > 1 else left[0])(handler)

    return next_deed


def closes(handler: BaseHTTPRequestHandler) -> None:
    """No answer at all."""
    handler.close_connection = True


def breaks_off(handler: BaseHTTPRequestHandler) -> None:
    """Half an answer."""
    says(200, b'{"id": 2', Content_Length="900")(handler)
    handler.close_connection = True


@contextmanager
def client(
    url: str, bearer: OneToken | None = None, turn: FreeTurn | None = None, **how: Any
) -> Iterator[ShipBobClient]:
    """The product's client; what it shares with others stands alone."""
    made = ShipBobClient(url, bearer or OneToken(), turn or FreeTurn(), **{"seconds": lambda: 0.0, **how})
    try:
        yield made
    finally:
        made.close()


@contextmanager
def meeting(folder: Path, deed: Deed, **shared: Any) -> Iterator[tuple[ShipBobClient, Met]]:
    """A client whose ShipBob is a stranger."""
    with stranger(folder, deed) as met, client(met.url, **shared) as port:
        yield port, met


def failures_of(folder: Path, deed: Deed, calls: Iterable[str] = CALLS, **shared: Any) -> dict[str, Failure]:
    """How each of these calls fails on a stranger."""
    found: dict[str, Failure] = {}
    with meeting(folder, deed, **shared) as (port, met):
        for call in calls:
            before = len(met.requests)
            with pytest.raises(Failure) as failure:
                CALLS[call](port)
            found[call] = failure.value
            assert len(met.requests) > before, "the stranger was met"
    return found


def kinds(found: dict[str, Failure]) -> dict[str, type[Failure]]:
    """Which failure each call met with."""
    return {call: type(failure) for call, failure in found.items()}
