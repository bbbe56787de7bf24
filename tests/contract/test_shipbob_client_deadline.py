"""A call of ShipBob ends in time and at a bounded size, and no exception of httpx's leaves it."""

from __future__ import annotations

import gzip
import inspect
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import httpx
import pytest
from bridge.domain.outcome import Failure, Misconfigured, Transient, UnknownOutcome
from bridge.shipbob.client import ShipBobClient
from bridge.shipbob.http import ANSWER_BYTES_MAX, SECONDS

from tests.contract.shipbob_calls import CALLS, READS, WRITES
from tests.contract.shipbob_strangers import Deed, FreeTurn, OneToken, kinds, meeting, says

pytestmark = pytest.mark.usefixtures("trusted")

STEP = 2.0  # seconds that pass with every byte a stranger sends


class Time:
    """Seconds that go by when somebody says so."""

    def __init__(self) -> None:
        self.seconds = 1_000_000.0

    def __call__(self) -> float:
        return self.seconds


def drips(passing: Time, whole: bytes) -> Deed:
    """An answer byte by byte, with time between them; it stops when nobody listens any more."""

    def send(handler: BaseHTTPRequestHandler) -> None:
        for byte in whole:
            passing.seconds += STEP
            handler.wfile.write(bytes([byte]))
            threading.Event().wait(0.002)  # so that most bytes travel by themselves
        handler.close_connection = True

    return send


DRIPPED = {
    "the body": b"x" * 200,
    "a header": b"X-Long: " + b"x" * 200,
    "the status": b"HTTP/1.1 200 " + b"O" * 200,
}


@pytest.mark.parametrize("part", DRIPPED)
def test_an_answer_that_comes_byte_by_byte_is_given_up_at_the_deadline(folder: Path, part: str) -> None:
    passing = Time()
    begun = {"the body": b"HTTP/1.1 200 OK\r\nContent-Length: 200\r\n\r\n", "a header": b"HTTP/1.1 200 OK\r\n"}

    def deed(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(begun.get(part, b""))
        drips(passing, DRIPPED[part])(handler)

    started = passing.seconds
    with meeting(folder, deed, seconds=passing) as (port, _), pytest.raises(Transient, match="Timeout"):
        port.order(1)

    assert passing.seconds - started >= SECONDS


def test_a_write_that_is_answered_too_slowly_is_in_doubt(folder: Path) -> None:
    passing = Time()
    deed = drips(passing, DRIPPED["the status"])
    with meeting(folder, deed, seconds=passing) as (port, _), pytest.raises(UnknownOutcome, match="Timeout"):
        WRITES["create_receiving_order"](port)


def test_each_call_has_a_deadline_of_its_own(folder: Path) -> None:
    passing = Time()
    with meeting(folder, says(404, b""), seconds=passing) as (port, met):
        for _ in range(3):
            assert port.order(1) is None
            passing.seconds += 15
        assert len({each.port for each in met.requests}) == 1, "the connection is kept"


def test_a_connection_that_lay_idle_is_not_used_again(folder: Path) -> None:
    passing = Time()
    with meeting(folder, says(404, b""), seconds=passing) as (port, met):
        for wait in (0, 21, -5):  # a clock set back tells nothing
            passing.seconds += wait
            assert port.order(1) is None

    assert len({each.port for each in met.requests}) == 3


SENT_MAX = ANSWER_BYTES_MAX + 1_000_000
LARGE: dict[str, Deed] = {
    "as it is": says(200, b"[" + b" " * SENT_MAX),
    "packed": says(200, gzip.compress(b"[" + b" " * SENT_MAX), Content_Encoding="gzip"),
}


@pytest.mark.parametrize("deed", LARGE.values(), ids=LARGE)
def test_an_answer_without_bounds_is_not_read_to_its_end(folder: Path, deed: Deed) -> None:
    with meeting(folder, deed) as (port, _):
        with pytest.raises(Transient, match="more than"):
            READS["listed"](port)
        with pytest.raises(UnknownOutcome, match="more than"):
            WRITES["create_receiving_order"](port)


# What httpx raises


def exceptions() -> list[type[Exception]]:
    """Every exception class that httpx makes public."""
    made = [getattr(httpx, name) for name in httpx.__all__]
    return [each for each in made if inspect.isclass(each) and issubclass(each, Exception)]


def made(kind: type[Exception]) -> Exception:
    if issubclass(kind, httpx.HTTPStatusError):
        request = httpx.Request("GET", "https://api.shipbob.com/?made=up", headers={"Authorization": "Bearer SECRET"})
        return kind("SECRET", request=request, response=httpx.Response(500, request=request))
    return kind() if kind.__init__ is not Exception.__init__ and not _takes_text(kind) else kind("SECRET")


def _takes_text(kind: type[Exception]) -> bool:
    return "message" in inspect.signature(kind.__init__).parameters


class Breaking(httpx.BaseTransport):
    """A network on which one thing goes wrong: before the answer, or within its body."""

    def __init__(self, failure: Exception, *, within: bool) -> None:
        self._failure, self._within = failure, within

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if not self._within:
            raise self._failure
        return httpx.Response(200, stream=_Torn(self._failure), request=request)


class _Torn(httpx.SyncByteStream):
    def __init__(self, failure: Exception) -> None:
        self._failure = failure

    def __iter__(self) -> object:  # type: ignore[override]
        yield b'{"id": '
        raise self._failure


def failures_on(transport: httpx.BaseTransport) -> dict[str, Failure]:
    port = ShipBobClient("https://api.shipbob.com", OneToken(), FreeTurn(), seconds=Time(), transport=transport)
    return {call: _failure(lambda call=call: CALLS[call](port)) for call in CALLS}  # type: ignore[misc]


def _failure(call: Callable[[], object]) -> Failure:
    with pytest.raises(Failure) as failure:
        call()
    return failure.value


# By httpx's own descriptions nothing of the request has left the house at these; at all others it may have.
NOTHING_LEFT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError, httpx.LocalProtocolError)


def test_all_of_httpx_is_here() -> None:
    assert {httpx.ReadTimeout, httpx.RemoteProtocolError, httpx.DecodingError, httpx.InvalidURL} < set(exceptions())


@pytest.mark.parametrize("within", [False, True], ids=["before the answer", "within the answer"])
@pytest.mark.parametrize("kind", exceptions(), ids=lambda kind: kind.__name__)
def test_no_exception_of_httpx_leaves_a_call(kind: type[Exception], within: bool) -> None:  # noqa: FBT001
    found = failures_on(Breaking(made(kind), within=within))

    lost = Transient if issubclass(kind, NOTHING_LEFT) else UnknownOutcome
    if issubclass(kind, httpx.InvalidURL | httpx.UnsupportedProtocol):
        expected: dict[str, type[Failure]] = dict.fromkeys(CALLS, Misconfigured)
    else:
        expected = dict.fromkeys(READS, Transient) | dict.fromkeys(WRITES, lost)
    assert kinds(found) == expected
    assert not any("SECRET" in f"{each!r} {each.__cause__!r}" for each in found.values())


def test_time_that_passes_while_a_turn_is_waited_for_is_not_the_calls(folder: Path) -> None:
    passing = Time()

    class LateTurn(FreeTurn):
        def take(self) -> None:
            passing.seconds += 10 * SECONDS

    with meeting(folder, says(404, b""), turn=LateTurn(), seconds=passing) as (port, _):
        assert port.order(1) is None
