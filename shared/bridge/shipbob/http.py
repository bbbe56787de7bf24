"""One request to ShipBob: a turn among everybody's requests, a token, an answer of bounded size in bounded time."""

from __future__ import annotations

import re
import ssl
from collections.abc import Callable, Iterator
from typing import Protocol

import httpx

from bridge.domain.outcome import Failure, Misconfigured, Transient
from bridge.shipbob import failures
from bridge.shipbob.call import Answer, Call, Deed
from bridge.shipbob.deadline import keep_deadlines, timeouts

VERSION = "2026-07"
SECONDS = 25.0  # for one exchange, from the first packet to the last byte
ANSWER_BYTES_MAX = 32_000_000
IDLE_SECONDS_MAX = 20.0  # far below what a NAT gateway keeps; a function that was frozen never sees its end
NO_TOKEN = "the ShipBob secret holds no usable access_token"  # noqa: S105 - a sentence

NO_ADDRESS = "ShipBobApiUrl is no address: it is written like https://api.shipbob.com"

_HOST = re.compile(r"[\w.:-]+")

# What httpx raises before a byte of the request has left. Whatever else it raises, ShipBob may have the request.
NOT_SENT = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
    httpx.LocalProtocolError,
    httpx.UnsupportedProtocol,
    httpx.InvalidURL,
)
FOREIGN = (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, httpx.CookieConflict, OSError, ValueError)


class Bearer(Protocol):
    """The access token. Both may raise the `Failure` to end the call with."""

    def token(self) -> str:
        """The present one."""

    def refused(self, token: str) -> str:
        """ShipBob did not take that one: another, to be tried at once."""


class Turn(Protocol):
    """ShipBob's limit counts the requests of all functions together."""

    def take(self) -> None:
        """Wait for the next request's turn; `Transient` where it is too far off."""

    def push(self, seconds: float) -> None:
        """ShipBob said no (429) and asks for nothing before so many seconds from now."""


class Http:
    """ShipBob's REST API at `url`, version 2026-07, for one caller: never shared by threads.

    `channel` is ours, sent with every write. `seconds` is a clock that never goes back, and goes on while Lambda has
    the function frozen.
    """

    def __init__(
        self,
        url: str,
        bearer: Bearer,
        turn: Turn,
        seconds: Callable[[], float],
        channel: int | None = None,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self._bearer, self._turn, self._seconds = bearer, turn, seconds
        self._own = {} if channel is None else {"shipbob_channel_id": str(channel)}
        self._base, self._transport = f"{_address(url)}/{VERSION}", transport
        self._trusted = _trusted()
        self._open: httpx.Client | None = None
        self._used_at = float("-inf")

    def close(self) -> None:
        """Close the connections; another call opens them anew."""
        if self._open is not None:
            self._open.close()
        self._open = None

    def _client(self) -> httpx.Client:
        """One whose connection is young enough: an old one may be dead, and a write on it would be in doubt."""
        idle = self._seconds() - self._used_at
        self._used_at = self._seconds()
        if self._open is None or not 0 <= idle < IDLE_SECONDS_MAX:
            self.close()
            self._open = httpx.Client(
                base_url=self._base,
                headers={"Accept": "application/json"},
                verify=self._trusted,
                follow_redirects=False,
                transport=self._transport,
            )
            keep_deadlines(self._open)
        return self._open

    def ask(self, call: Call) -> Answer:
        """One request; a second one with another token where ShipBob did not take the first.

        404 is an answer. Every other status but 2xx is raised as the failure that it means.
        """
        token = self._bearer.token()
        answer = self._exchange(call, token)
        if failures.wants_login(answer, call):
            another = self._bearer.refused(token)
            answer = self._exchange(call, another)
            if failures.wants_login(answer, call):
                self._bearer.refused(another)
                raise Transient("ShipBob refused two tokens, and there is a third by now")
        if answer.status == failures.TOO_MANY:
            busy = failures.too_many(answer)
            self._turn.push(busy.after.total_seconds())
            raise busy
        failure = failures.of(answer, call)
        if failure is not None:
            raise failure
        return answer

    def _exchange(self, call: Call, token: str) -> Answer:
        if not token or not token.isascii() or not token.isprintable():
            raise Misconfigured(NO_TOKEN)
        self._turn.take()
        try:
            return self._answered(call, token)
        except FOREIGN as failure:
            raise _lost(call, failure) from None

    def _answered(self, call: Call, token: str) -> Answer:
        ends_at = self._seconds() + SECONDS
        client = self._client()
        request = client.build_request(
            call.method,
            call.target,
            content=call.body,
            headers=self._headers(call, token),
            extensions={"timeout": timeouts(lambda: ends_at - self._seconds(), SECONDS)},
        )
        response = client.send(request, stream=True)
        try:
            return Answer(response.status_code, response.headers, b"".join(_bounded(response, call)))
        finally:
            response.close()

    def _headers(self, call: Call, token: str) -> dict[str, str]:
        typed = {"Content-Type": "application/json"} if call.body is not None else {}
        own = self._own if call.deed is not Deed.READ else {}
        return {"Authorization": f"Bearer {token}", **typed, **own}


def _bounded(response: httpx.Response, call: Call) -> Iterator[bytes]:
    size = 0
    for part in response.iter_bytes():
        size += len(part)
        if size > ANSWER_BYTES_MAX:
            raise call.unread(f"ShipBob's answer has more than {ANSWER_BYTES_MAX} bytes")
        yield part


def _lost(call: Call, failure: Exception) -> Failure:
    """The failure's own text is left out: it may hold an address, a header or a value."""
    if isinstance(failure, httpx.InvalidURL | httpx.UnsupportedProtocol):
        return Misconfigured(NO_ADDRESS)
    if _is_of_certificate(failure):
        return Misconfigured("ShipBob's certificate is not trusted here: look at ShipBobApiUrl and what stands between")
    why = f"ShipBob cannot be reached ({type(failure).__name__})"
    return Transient(why) if isinstance(failure, NOT_SENT) else call.unread(why)


def _trusted() -> ssl.SSLContext:
    """Whom ShipBob's certificate may come from: made once, for it takes a while."""
    try:
        return httpx.create_ssl_context()
    except OSError as failure:
        why = f"the trusted certificate authorities cannot be read ({type(failure).__name__}): look at SSL_CERT_FILE"
        raise Misconfigured(why) from None


def _address(url: str) -> str:
    """`Misconfigured` for one that nothing could be asked at."""
    try:
        parts = httpx.URL(url)
    except FOREIGN:
        raise Misconfigured(NO_ADDRESS) from None
    if parts.scheme not in {"https", "http"} or not _HOST.fullmatch(parts.host):
        raise Misconfigured(NO_ADDRESS)
    return url.rstrip("/")


def _is_of_certificate(failure: BaseException | None) -> bool:
    while failure is not None and not isinstance(failure, ssl.SSLCertVerificationError):
        failure = failure.__cause__ or failure.__context__
    return failure is not None
