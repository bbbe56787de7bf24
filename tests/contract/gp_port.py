"""GP's port over the simulator, and over servers that are anything but GP."""

from __future__ import annotations

import datetime as dt
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from decimal import Decimal
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any, ClassVar

from bridge.domain.sales_document import SalesDocument, SalesLine, SalesOrder, ShipTo
from bridge.gp.soap import SoapGp
from bridge.gp.transport import Account, Address, Pace, Transport
from bridge.protocols.permit import LoginPermit
from urllib3.connection import HTTPSConnection

from local.certificates import authority
from local.gp import GpSimulator
from local.memory.permits import MemoryPermits
from local.serving import Server
from tests.contract.gp_bodies import DYN, GP

COMPANY = 2
NUMBER = "SBO250000001"
SOAP = "http://schemas.xmlsoap.org/soap/envelope/"


EPOCH = dt.datetime(2026, 11, 16, tzinfo=dt.UTC)


def permits(seconds: Callable[[], float] = time.monotonic) -> MemoryPermits:
    """Permits by that clock, as threads share them."""
    return MemoryPermits(lambda: EPOCH + dt.timedelta(seconds=seconds()))


def pause(seconds: float) -> None:
    """Lets the other threads of a test go on."""
    threading.Event().wait(seconds)


PACE = Pace(time.monotonic, pause)


def transport(gp: GpSimulator, *, password: str | None = None, **how: Any) -> Transport:
    return transport_to(gp.url, gp.ca_bundle, gp.username, password or gp.password, **how)


def transport_to(
    url: str,
    bundle: Path,
    username: str = "WINGTIP\\svc-bridge",
    password: str = "made up",  # noqa: S107 - of no account
    *,
    permit: LoginPermit | None = None,
    pace: Pace = PACE,
    is_strict: bool = True,
    login_path: str = "",
    connection: type[HTTPSConnection] = HTTPSConnection,
    is_dry: bool = False,
) -> Transport:
    granted = permit or permits().login(username, "v1", "worker-1")
    address = Address(url, str(bundle), is_strict, login_path)
    return Transport(address, Account(username, password, granted), pace, connection=connection, is_dry=is_dry)


@contextmanager
def port(gp: GpSimulator, company: int = COMPANY) -> Iterator[SoapGp]:
    """SoapGp as the simulator's own account has it."""
    made = transport(gp)
    try:
        yield SoapGp(made, company)
    finally:
        made.close()


def an_order(number: str = NUMBER, **changes: Any) -> SalesOrder:
    """What the bridge writes as a draft: two lines, freight, an address, and the hold."""
    order = SalesOrder(
        number=number,
        customer="SHIPBOB-DTC",
        customer_po="#1042",
        date=dt.date(2026, 11, 16),
        document_type="STDORD",
        batch="SBD261116-09",
        currency="USD",
        lines=(
            SalesLine(16384, "SERUM-30", "SB-CICERO", Decimal(2), Decimal("34.00")),
            SalesLine(32768, "SOAP-BAR", "SB-MORENO", Decimal(10), Decimal("6.25")),
        ),
        ship_to=ShipTo(
            name="Dana Whitfield",
            contact="Receiving",
            line1="418 Alder Street",
            line2="Unit 6",
            city="Dayton",
            state="OH",
            postal_code="45402",
            country="US",
            phone="555-0142",
        ),
        comment="Leave at the door",
        freight=Decimal("5.00"),
        trade_discount=Decimal("1.50"),
        holds=frozenset({"SHIPBOB"}),
    )
    return replace(order, **changes)


def as_written[D: SalesDocument](found: D) -> D:
    """A document without what GP adds by itself: the units of measure of its items, and its master number."""
    lines = tuple(replace(line, unit_of_measure="") for line in found.lines)
    return replace(found, lines=lines, master_number=None)


type Deed = Callable[[BaseHTTPRequestHandler], None]


class Stranger(BaseHTTPRequestHandler):
    """A server that lets anybody in to its help page, and answers a POST in whatever way it was told."""

    protocol_version = "HTTP/1.1"
    deed: ClassVar[Deed]
    posts: ClassVar[list[bytes]]

    def do_GET(self) -> None:
        send(self, 200, b"a help page")

    def do_POST(self) -> None:
        self.posts.append(self.rfile.read(int(self.headers["Content-Length"])))
        type(self).deed(self)

    def do_PATCH(self) -> None:
        self.do_POST()

    def do_PUT(self) -> None:
        self.do_POST()

    def do_DELETE(self) -> None:
        self.do_POST()

    def log_message(self, *_: object) -> None:
        """Nothing."""


@dataclass(frozen=True, slots=True)
class Met:
    """A stranger on the wire: where it is, whom it is signed by, and what was posted to it."""

    url: str
    bundle: Path
    posts: list[bytes]

    @property
    def origin(self) -> str:
        return self.url.removesuffix("/gp.asmx")


@contextmanager
def stranger(folder: Path, deed: Deed, *, everywhere: bool = False) -> Iterator[Met]:
    """Serve `deed` over TLS, to a GET as well where it is meant `everywhere`."""
    signed = authority(folder)
    posts: list[bytes] = []
    members: dict[str, Any] = {"deed": staticmethod(deed), "posts": posts}
    if everywhere:
        members["do_GET"] = deed
    server = Server(type("Met", (Stranger,), members), tls=signed.server_context())
    try:
        yield Met(f"https://localhost:{server.port}/gp.asmx", signed.bundle, posts)
    finally:
        server.stop()


def send(handler: BaseHTTPRequestHandler, status: int, body: bytes, **headers: str) -> None:
    """An answer; a header's name is written with underscores."""
    handler.send_response(status)
    for name, value in {"Content_Type": "text/xml; charset=utf-8", **headers}.items():
        handler.send_header(name.replace("_", "-"), value)
    if "Content_Length" not in headers:
        handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body)


def says(status: int, body: bytes | str, **headers: str) -> Deed:
    """A deed: always this answer."""
    encoded = body.encode() if isinstance(body, str) else body
    return lambda handler: send(handler, status, encoded, **headers)


def envelope(inner: str) -> str:
    return f'<?xml version="1.0" encoding="utf-8"?><s:Envelope xmlns:s="{SOAP}"><s:Body>{inner}</s:Body></s:Envelope>'


def found(inner: str) -> str:
    """GetSalesOrderByKey's answer with this in the sales order."""
    result = f"<GetSalesOrderByKeyResult>{inner}</GetSalesOrderByKeyResult>"
    return envelope(f'<GetSalesOrderByKeyResponse xmlns="{GP}" xmlns:d="{DYN}">{result}</GetSalesOrderByKeyResponse>')


def refusal(log_id: str) -> str:
    """A validation fault."""
    detail = f"<detail><Message>{log_id}</Message></detail>"
    return envelope(f"<s:Fault><faultstring>A validation exception has occurred.</faultstring>{detail}</s:Fault>")
