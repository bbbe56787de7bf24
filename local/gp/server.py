"""The service on the wire: HTTP/1.1 with a Windows login bound to the connection, whatever face is asked."""

from __future__ import annotations

import base64
import binascii
import contextlib
import socket
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import ClassVar

from local.gp.account import Account
from local.gp.counters import Counters
from local.gp.deeds import Instead, error_page
from local.gp.faces import Answer, Call, Face, Request, face_of
from local.gp.ntlm import Binding, Login, message_type
from local.gp.stops import Stops, changed

LARGEST_BODY = 4 * 1024 * 1024
IDLE_SECONDS = 120  # HTTP.sys closes an idle connection after this long
KEPT_EXCHANGES = 10_000
BLANKS = b" " * 65_536

OFFERS = {
    "ntlm": ("NTLM",),
    "negotiate": ("Negotiate", "NTLM"),
    "negotiate_only": ("Negotiate",),
    "basic": ('Basic realm="Dynamics GP"',),
}
"""What a 401 offers: NTLM alone is GP's own web service's, both are an IIS's before it, Basic can be set for REST."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """A request for an operation and what was answered, or would have been had no stop come between."""

    operation: str
    request: bytes
    response: bytes
    status: int


@dataclass(frozen=True, slots=True)
class Door:
    """How the server lets people in. `offers` is a key of OFFERS; `keeps_login` False asks again for every request."""

    keeps_login: bool = True
    offers: str = "ntlm"
    binding: Binding = field(default_factory=Binding)

    def __post_init__(self) -> None:
        if self.offers not in OFFERS:
            raise ValueError(f"offers is one of {tuple(OFFERS)}")

    @property
    def schemes(self) -> tuple[str, ...]:
        return tuple(offer.partition(" ")[0].lower() for offer in OFFERS[self.offers])


class Service:
    """What all connections share."""

    def __init__(self, account: Account, door: Door, faces: Mapping[str, Face]) -> None:
        self.account = account
        self.door = door
        self.faces = faces
        self.counters = Counters(account)
        self.stops = Stops()
        self.exchanges: deque[Exchange] = deque(maxlen=KEPT_EXCHANGES)

    def serve(self, call: Call, request: Request, at: Callable[[str], None]) -> Answer:
        """The answer to a request whose caller is known; `at` stops. Goes on even when nobody waits any more."""
        if not call.operation:
            return call.work(lambda: None)

        def begin() -> None:
            self.counters.reached(call.operation)
            at("before")

        with self.counters.working():
            answer = call.work(begin)
            self.exchanges.append(Exchange(call.operation, request.body, answer.body, answer.status))
            at("after")
            return answer


class Connection(BaseHTTPRequestHandler):
    """One TCP connection with a login of its own."""

    service: ClassVar[Service]
    protocol_version = "HTTP/1.1"
    server_version = "Microsoft-HTTPAPI/2.0"
    sys_version = ""
    timeout = IDLE_SECONDS

    def setup(self) -> None:
        super().setup()
        self.login = Login(self.service.account, self.service.door.binding)
        self._is_shaking = False
        self.service.counters.connected()

    def finish(self) -> None:
        self._shaking_hands(is_shaking=False)
        super().finish()

    def do_GET(self) -> None:
        self._handle()

    def do_POST(self) -> None:
        self._handle()

    def do_PATCH(self) -> None:
        self._handle()

    def do_DELETE(self) -> None:
        self._handle()

    def log_message(self, *_: object) -> None:
        """Nothing: the counters and the exchanges tell more."""

    def cut(self) -> None:
        """Close the connection under the request that is being worked on."""
        self.close_connection = True
        with contextlib.suppress(OSError):
            self.connection.shutdown(socket.SHUT_RDWR)

    def _handle(self) -> None:
        try:
            self._answer()
        except Instead as instead:
            if instead.status == 401:
                self.login.forget()
                self._unauthorized()
            else:
                self._reply(error_page(instead.status, instead.retry_after))

    def _answer(self) -> None:
        scheme, token = self._shown()
        kind = self._kind(scheme, token)
        self.service.counters.leg(kind)
        body = self._body()
        if body is None:
            return
        path, _, query = self.path.partition("?")
        face = face_of(self.service.faces, path)
        if face is None:
            self._reply(Answer(404))
            return
        headers = {name.lower(): value for name, value in self.headers.items()}
        request = Request(self.command, path, query, headers, body)
        call = face(request)
        if body:
            self.service.counters.body(call.operation)
        if call.is_open or self._logged_in(kind, scheme, token, call.operation):
            self._serve(call, request)

    def _serve(self, call: Call, request: Request) -> None:
        try:
            answer = self.service.serve(call, request, lambda when: self._at(when, call.operation))
            self._reply(answer, call.operation)
        finally:  # HTTP.sys forgets the login after each request unless UnsafeConnectionNtlmAuthentication is on
            if not self.service.door.keeps_login:
                self.login.forget()

    def _at(self, when: str, operation: str) -> None:
        self.service.stops.at(when, operation, self)

    def _body(self) -> bytes | None:
        """The whole body, read whatever comes of the request, so that the connection can be used again."""
        length = self.headers.get("Content-Length", "0" if self.command in {"GET", "DELETE"} else "")
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
        self._reply(Answer(status))

    # The login ------------------------------------------------------------------------------------------------------

    def _shown(self) -> tuple[str, bytes]:
        """The scheme and the token of the request's Authorization; "" without one."""
        scheme, _, text = self.headers.get("Authorization", "").partition(" ")
        try:
            return scheme, base64.b64decode(text, validate=True)
        except binascii.Error:
            return scheme, b""

    def _kind(self, scheme: str, token: bytes) -> str:
        """What a leg is, as the counters name it."""
        if not scheme:
            return "kept" if self.login.accepted else "bare"
        if scheme.lower() not in self.service.door.schemes:
            return "other"
        if scheme.lower() == "basic":
            return "basic"
        return {1: "type 1", 3: "type 3"}.get(message_type(token), "other")

    def _logged_in(self, kind: str, scheme: str, token: bytes, operation: str) -> bool:
        """True when this request may be served; otherwise it has been answered with a 401."""
        if kind == "kept":
            return True
        if kind == "type 1":
            self._challenge(scheme, token, operation)
            return False
        if kind == "bare":
            self._at("bare", operation)
        elif self._judged(kind, token):
            return True
        self._unauthorized()
        return False

    def _challenge(self, scheme: str, token: bytes, operation: str) -> None:
        self._at("login", operation)
        challenge = self.login.challenge(token)
        self._shaking_hands(is_shaking=challenge is not None)
        self._unauthorized(f"{scheme} {base64.b64encode(challenge).decode()}" if challenge else None)

    def _judged(self, kind: str, token: bytes) -> bool:
        is_proven: bool | None = None
        if kind == "type 3":
            is_proven = self.login.prove(token)
        elif kind == "basic":
            account = self.service.account
            is_proven = account.admits(lambda known: token == f"{account.username}:{known.password}".encode())
        else:
            self.login.forget()
        self._shaking_hands(is_shaking=False)
        if is_proven is not None:
            self.service.counters.login(accepted=is_proven)
        return bool(is_proven)

    def _shaking_hands(self, *, is_shaking: bool) -> None:
        if is_shaking != self._is_shaking:
            self._is_shaking = is_shaking
            self.service.counters.shaking_hands(begins=is_shaking)

    def _unauthorized(self, challenge: str | None = None) -> None:
        offers = (challenge,) if challenge else OFFERS[self.service.door.offers]
        self._reply(Answer(401, b"", "text/html", tuple(("WWW-Authenticate", offer) for offer in offers)))

    # The answer -----------------------------------------------------------------------------------------------------

    def _reply(self, answer: Answer, operation: str = "") -> None:
        due = self.service.stops.due("replying", operation)
        answer = changed(answer, due)
        self._head(answer)
        half = len(answer.body) // 2
        self._write(answer.body[:half], answer.seconds / 2)
        self.service.stops.act(due, self, operation)
        self._write(answer.body[half:], answer.seconds / 2)
        for start in range(0, answer.padding, len(BLANKS)):
            self.wfile.write(BLANKS[: answer.padding - start])

    def _head(self, answer: Answer) -> None:
        self.send_response(answer.status)
        for name, value in answer.headers:
            self.send_header(name, value)
        self.send_header("Content-Type", answer.content_type)
        self.send_header("Content-Length", str(len(answer.body) + answer.padding))
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()

    def _write(self, body: bytes, seconds: float) -> None:
        """At once, or a byte at a time when it is to take a while."""
        if not seconds:
            self.wfile.write(body)
            return
        for at in range(len(body)):
            self.wfile.write(body[at : at + 1])
            time.sleep(seconds / len(body))


def handler_for(service: Service) -> type[Connection]:
    """A handler class whose connections are this service's."""
    return type("GpConnection", (Connection,), {"service": service})
