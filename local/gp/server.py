"""The service on the wire: HTTP/1.1 with NTLM bound to the connection, SOAP 1.1 in and out."""

from __future__ import annotations

import base64
import binascii
from collections import deque
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler
from typing import ClassVar

from local.gp.books import Books
from local.gp.counters import Counters
from local.gp.faults import ContractBreak
from local.gp.ntlm import Account, Login, LoginRefused, is_negotiate
from local.gp.operations import execute
from local.gp.reading import operation_named, read_request
from local.gp.stops import Stops
from local.gp.writing import fault

PATH = "/DynamicsGPWebServices/DynamicsGPService.asmx"
LARGEST_BODY = 4 * 1024 * 1024
IDLE_SECONDS = 120  # HTTP.sys closes an idle connection after this long
KEPT_EXCHANGES = 10_000

_HELP_PAGE = b"<html><head><title>Dynamics GP Web Services</title></head><body>Dynamics GP Web Services</body></html>"


@dataclass(frozen=True, slots=True)
class Exchange:
    """A SOAP request and what was answered, or would have been had the connection lasted."""

    operation: str
    request: bytes
    response: bytes
    status: int


class Service:
    """What all connections share."""

    def __init__(self, books: Books, account: Account, *, keeps_login: bool) -> None:
        self.books = books
        self.account = account
        self.keeps_login = keeps_login
        self.counters = Counters()
        self.stops = Stops()
        self.exchanges: deque[Exchange] = deque(maxlen=KEPT_EXCHANGES)

    def serve(self, body: bytes, soap_action: str | None) -> tuple[int, bytes]:
        """Status and envelope for the body of an authenticated request. Goes on even when nobody waits any more."""
        with self.counters.working():
            operation = operation_named(soap_action)
            try:
                request = read_request(body, soap_action)
            except ContractBreak as problem:
                self.books.write_log(operation, str(problem), body, ())
                status, envelope = 500, fault(str(problem))
            else:
                self.counters.reached(operation)
                self.stops.at("before", operation)
                status, envelope = execute(self.books, request, body)
            self.exchanges.append(Exchange(operation, body, envelope, status))
            self.stops.at("after", operation)
            return status, envelope


class Connection(BaseHTTPRequestHandler):
    """One TCP connection with a login of its own."""

    service: ClassVar[Service]
    protocol_version = "HTTP/1.1"
    server_version = "Microsoft-HTTPAPI/2.0"
    sys_version = ""
    timeout = IDLE_SECONDS

    def setup(self) -> None:
        super().setup()
        self.login = Login(self.service.account)
        self.service.counters.connected()

    def do_GET(self) -> None:
        """The help page: harmless, and enough to log in with."""
        self.service.counters.leg()
        if self._body() is not None and self._is_service() and self._logged_in():
            self._reply(200, _HELP_PAGE, "text/html; charset=utf-8")
            self._end_of_request()

    def do_POST(self) -> None:
        self.service.counters.leg()
        body = self._body()
        if body is None or not self._is_service() or not self._logged_in():
            return
        if self.headers.get("Content-Type", "").replace(" ", "").lower() != "text/xml;charset=utf-8":
            self._reply(415, b"", "text/plain")
        else:
            status, envelope = self.service.serve(body, self.headers.get("SOAPAction"))
            self._reply(status, envelope, "text/xml; charset=utf-8", operation=self._operation())
        self._end_of_request()

    def log_message(self, *_: object) -> None:
        """Nothing: the counters and the exchanges tell more."""

    def _operation(self) -> str:
        return operation_named(self.headers.get("SOAPAction"))

    def _body(self) -> bytes | None:
        """The whole body, read whatever comes of the request, so that the connection can be used again."""
        length = self.headers.get("Content-Length", "0" if self.command == "GET" else "")
        if "Transfer-Encoding" in self.headers or not length.isdecimal():
            self._refuse_body(411)
            return None
        if int(length) > LARGEST_BODY:
            self._refuse_body(413)
            return None
        body = self.rfile.read(int(length))
        return body if len(body) == int(length) else None

    def _refuse_body(self, status: int) -> None:
        self.close_connection = True
        self._reply(status, b"", "text/plain")

    def _is_service(self) -> bool:
        if self.path.partition("?")[0].lower() == PATH.lower():
            return True
        self._reply(404, b"", "text/plain")
        return False

    def _logged_in(self) -> bool:
        """True when this request may be served; otherwise it has been answered with a 401."""
        token = self._token()
        if token is None:
            if not self.login.accepted:
                self._unauthorized()
            return self.login.accepted
        try:
            if is_negotiate(token):
                self.service.stops.at("login", self._operation())
            challenge = self.login.leg(token)
        except LoginRefused as refusal:
            if refusal.counts:
                self.service.counters.login(accepted=False)
            self._unauthorized()
            return False
        if challenge is not None:
            self._unauthorized(challenge)
            return False
        self.service.counters.login(accepted=True)
        return True

    def _token(self) -> bytes | None:
        scheme, _, text = self.headers.get("Authorization", "").partition(" ")
        if not scheme:
            return None
        try:
            return base64.b64decode(text, validate=True) if scheme.upper() == "NTLM" else b""
        except binascii.Error:
            return b""

    def _end_of_request(self) -> None:
        """HTTP.sys forgets the login after each request unless UnsafeConnectionNtlmAuthentication is on."""
        if not self.service.keeps_login:
            self.login.forget()

    def _unauthorized(self, challenge: bytes | None = None) -> None:
        said = f"NTLM {base64.b64encode(challenge).decode()}" if challenge else "NTLM"
        self._reply(401, b"", "text/html", authenticate=said)

    def _reply(
        self, status: int, body: bytes, content_type: str, *, authenticate: str | None = None, operation: str = ""
    ) -> None:
        self.send_response(status)
        if authenticate:
            self.send_header("WWW-Authenticate", authenticate)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        half = len(body) // 2
        self.wfile.write(body[:half])
        if operation:
            self.service.stops.at("replying", operation)
        self.wfile.write(body[half:])


def handler_for(service: Service) -> type[Connection]:
    """A handler class whose connections are this service's."""
    return type("GpConnection", (Connection,), {"service": service})
