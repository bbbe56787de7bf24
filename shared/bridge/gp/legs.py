"""The legs of a call, and the one connection that carries them.

A login (NTLM) belongs to one TCP connection and takes three requests: one that is answered 401, type 1 that is answered
401 with a challenge, and type 3. requests-ntlm does the cryptography and would send the whole body on all three. Here
the first two go without it, so that the body crosses once, on the only leg that GP can execute: while the connection is
not logged in the first is a GET of a harmless page, and type 1 is empty. On a connection that keeps its login there is
one leg.
"""

from __future__ import annotations

import logging
import ssl
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import requests
import requests.adapters
import urllib3
from requests.structures import CaseInsensitiveDict
from urllib3.connection import HTTPSConnection

from bridge.gp.ending import LET_IN, Ending, Reply
from bridge.gp.silence import silence
from bridge.gp.turn import NoTurn, Turn
from bridge.protocols.permit import LoginResult

CONNECT_SECONDS = 5.0
# HTTP.sys asks the domain controller before it hands a request on, so a refusal would have come long before.
SILENCE_SECONDS = 10.0
PAGE_BYTES_MAX = 1_000_000
READ_BYTES = 65_536
OF_A_KNOCK = ("User-Agent", "Accept", "Accept-Encoding", "Connection", "Cookie")

logger = logging.getLogger(__name__)
silence()


class Kind(StrEnum):
    """What a leg shows of a login: nothing and asks for a harmless page, nothing, or a message of the handshake."""

    KNOCK = "knock"
    BARE = "bare"
    TYPE_1 = "type 1"
    TYPE_3 = "type 3"


@dataclass(slots=True)
class Leg:
    """One HTTP request. `carries`: it is what the caller asked for, so GP may have done it once it `was_sent`.

    `connection` counts from 1 as they are opened; `status` is 0 while no answer has come. `began` is in seconds.
    """

    kind: Kind
    carries: bool
    connection: int
    was_sent: bool = False
    status: int = 0
    began: float = 0.0


class TornHandshake(Exception):
    """The connection of the challenge is gone. Its answer on another one could count as a wrong password."""


@dataclass(slots=True)
class Line:
    """What the legs so far have taught about the connection and the server behind it.

    `keeps_login`: None while not known; GP's default is False, a login for each request. `lets_anybody_in`: the page
    that is knocked at is there without a login, so that it proves none.
    """

    opened: int = 0
    logged_in_on: int = 0
    keeps_login: bool | None = None
    lets_anybody_in: bool = False

    @property
    def is_logged_in(self) -> bool:
        return 0 < self.opened == self.logged_in_on and self.keeps_login is not False

    def learn(self, leg: Leg, before: Leg | None, *, is_last: bool) -> None:
        """Draw from an answered leg what it shows. `is_last`: the server closes the connection after it."""
        was_logged_in = leg.connection == self.logged_in_on
        is_let_in = leg.status != 401
        if leg.kind is Kind.TYPE_3 and is_let_in:
            self.logged_in_on = leg.connection
            self.keeps_login = False if is_last else self.keeps_login
        elif leg.kind is Kind.BARE and was_logged_in:
            self.keeps_login = is_let_in
        if leg.kind is Kind.KNOCK and not was_logged_in:
            self._find_page(is_open=leg.status in LET_IN)
        elif leg.kind is Kind.BARE and not is_let_in and before is not None:
            self._find_page(is_open=True)  # it was there, and this was not

    def _find_page(self, *, is_open: bool) -> None:
        if is_open and not self.lets_anybody_in:
            logger.warning("GP's server shows the page for the login to anybody, so that it proves no login")
        self.lets_anybody_in = is_open


@dataclass(slots=True)
class Call:
    """One call: until when, and its legs so far. `is_login`: it asks for nothing but to be let in."""

    deadline: float = 0.0
    is_login: bool = False
    legs: list[Leg] = field(default_factory=list)

    @property
    def may_be_executed(self) -> bool:
        """Whether the last leg went out with what the caller asked for."""
        return bool(self.legs) and self.legs[-1].carries and self.legs[-1].was_sent

    def login_result(self, now: float) -> LoginResult:
        """What the account's permit is to be told. `now`: when the call ended, in seconds."""
        answers = [(leg, before) for before, leg in zip(self.legs, self.legs[1:], strict=False) if _is_sent_proof(leg)]
        if not answers:
            return LoginResult.UNUSED
        leg, before = answers[-1]
        if leg.status == 0:
            return LoginResult.SILENCE if now - leg.began >= SILENCE_SECONDS else LoginResult.DOUBT
        if leg.status != 401:
            return LoginResult.PROVEN
        return LoginResult.REFUSED if leg.connection == before.connection else LoginResult.DOUBT


class Watcher(requests.adapters.HTTPAdapter):
    """Sees every leg of a call: bounds its time, notes its connection, and takes the body off where it is not needed.

    `connection` is the class to open connections with.
    """

    def __init__(
        self,
        knock_at: str,
        context: ssl.SSLContext,
        turn: Turn,
        seconds: Callable[[], float],
        connection: type[HTTPSConnection],
    ) -> None:
        self._knock_at = knock_at
        self._context = context
        self._turn = turn
        self._seconds = seconds
        self._connection = connection
        self.latest: HTTPSConnection | None = None
        self.line = Line()
        self.call = Call()
        context.sslsocket_class = _bounded_by(self._left)
        super().__init__(pool_connections=1, pool_maxsize=1, pool_block=True, max_retries=0)

    def init_poolmanager(self, *args: Any, **options: Any) -> None:
        """urllib3 counts connection objects, which connect again by themselves; a login needs the connections."""
        super().init_poolmanager(*args, ssl_context=self._context, **options)
        pool = type("Pool", (urllib3.HTTPSConnectionPool,), {"ConnectionCls": _watched(self._connection, self)})
        self.poolmanager.pool_classes_by_scheme = {"https": pool}

    def close(self) -> None:
        """Close the connection, also one that a failure kept from its pool: the login on it ends."""
        super().close()
        if self.latest is not None:
            self.latest.close()
            self.latest = None
        self.line.logged_in_on = 0

    def send(self, request: requests.PreparedRequest, *_: Any, **options: Any) -> requests.Response:
        if "Proxy-Authorization" in request.headers:  # requests-ntlm would log in to whoever answers 407
            raise NoTurn(Reply(Ending.MISCONFIGURED, 407, why="a proxy before GP asks for a login of its own"))
        kind = kind_of(request.headers.get("Authorization"))
        if kind is Kind.TYPE_3:
            self._turn.check()
        elif kind is Kind.TYPE_1 or not self.line.is_logged_in:
            self._turn.take(self.call.deadline)
        if kind is Kind.TYPE_1:
            return self._leg(kind, _without_body(request), request, options)
        if kind is Kind.BARE and self._must_knock(request):
            answer = self._leg(Kind.KNOCK, _knock(request, self._knock_at), request, options)
            if answer.status_code not in LET_IN:
                return answer
            whole(answer, PAGE_BYTES_MAX)
        return self._leg(Kind.KNOCK if kind is Kind.BARE and self.call.is_login else kind, request, request, options)

    def _must_knock(self, request: requests.PreparedRequest) -> bool:
        return request.method != "GET" and not self.line.is_logged_in and not self.line.lets_anybody_in

    def _leg(
        self, kind: Kind, sent: requests.PreparedRequest, meant: requests.PreparedRequest, options: dict[str, Any]
    ) -> requests.Response:
        """Send one leg. requests-ntlm makes the next from the request in the answer: that is the one `meant`."""
        left = self._left()
        carries = kind in {Kind.BARE, Kind.TYPE_3} and not self.call.is_login
        leg = Leg(kind, carries, self.line.opened, began=self._seconds())
        before = self.call.legs[-1] if self.call.legs else None
        self.call.legs.append(leg)
        answer = super().send(sent, **{**options, "timeout": (min(CONNECT_SECONDS, left), left)})
        leg.status = answer.status_code
        self.line.learn(leg, before, is_last=answer.headers.get("Connection", "").lower() == "close")
        answer.request = meant
        return answer

    def _left(self) -> float:
        """Seconds left for this call; TimeoutError when there are none."""
        left = self.call.deadline - self._seconds()
        if left <= 0:
            raise TimeoutError("the call's time is up")
        return left


def kind_of(authorization: str | bytes | None) -> Kind:
    """Which message of the handshake a header carries, from NTLM's message type byte ([MS-NLMP] 2.2.1)."""
    if not authorization:
        return Kind.BARE
    text = authorization.decode() if isinstance(authorization, bytes) else authorization
    return Kind.TYPE_1 if text.partition(" ")[2].startswith("TlRMTVNTUAAB") else Kind.TYPE_3


def _is_sent_proof(leg: Leg) -> bool:
    return leg.kind is Kind.TYPE_3 and leg.was_sent


def _knock(request: requests.PreparedRequest, url: str) -> requests.PreparedRequest:
    """A GET of a page in place of the request, with nothing of it."""
    knock = request.copy()
    knock.method, knock.url, knock.body = "GET", url, None
    kept = {name: request.headers[name] for name in OF_A_KNOCK if name in request.headers}
    knock.headers = CaseInsensitiveDict(kept)
    return knock


def _without_body(request: requests.PreparedRequest) -> requests.PreparedRequest:
    if request.body is None:
        return request
    empty = request.copy()
    empty.body = b""
    empty.headers["Content-Length"] = "0"
    return empty


def whole(answer: requests.Response, bytes_max: int) -> bytes | None:
    """The body, read to its end, so that its connection can be used again; None where it is longer."""
    with answer:
        body = bytearray()
        while part := answer.raw.read1(READ_BYTES, decode_content=True):
            body += part
            if len(body) > bytes_max:
                return None
    return bytes(body)


def _watched(connection: type[HTTPSConnection], watcher: Watcher) -> type[HTTPSConnection]:
    """The class of connections that tells the watcher when it is opened, and when a leg goes out on it."""

    class Watched(connection):  # type: ignore[misc, valid-type] # a class that is a parameter
        debuglevel = 0  # whatever anybody sets on http.client: it prints Authorization headers

        def connect(self) -> None:
            leg = watcher.call.legs[-1]
            if leg.kind is Kind.TYPE_3:
                raise TornHandshake
            watcher.latest = self
            went_out, leg.was_sent = leg.was_sent, False
            super().connect()
            leg.was_sent = went_out
            watcher.line.opened += 1
            leg.connection = watcher.line.opened

        def request(self, *args: Any, **options: Any) -> None:
            watcher.call.legs[-1].was_sent = True
            super().request(*args, **options)

    return Watched


def _bounded_by(left: Callable[[], float]) -> type[ssl.SSLSocket]:
    """The class of sockets that wait no longer than is left of the call: a server that trickles is never too slow for
    a timeout that begins anew with every byte."""

    class Bounded(ssl.SSLSocket):
        def recv_into(self, *args: Any, **options: Any) -> int:
            self.settimeout(left())
            return super().recv_into(*args, **options)

        def send(self, *args: Any, **options: Any) -> int:
            self.settimeout(left())
            return super().send(*args, **options)

    return Bounded
