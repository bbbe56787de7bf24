"""Requests of any method to any path, what counts as an answer, and what an answer tells of the server."""

from __future__ import annotations

import datetime as dt
import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest
from bridge.domain.outcome import Misconfigured
from bridge.gp.ending import Ending, answered_with, of_soap
from bridge.gp.transport import Transport

from local.gp import GpSimulator
from tests.contract.gp_calls import SECONDS, connected, create, login, read
from tests.contract.gp_port import Deed, envelope, refusal, says, send, stranger, transport_to

JSON = {"Accept": "application/json", "Content-Type": "application/json"}
COMPANY = "Companies(Wingtip%20Distribution,%20Inc.)"
REST = answered_with(200, 201, 400, 404)


@pytest.fixture(params=[True, False], ids=["login kept", "login for each request"])
def sba(folder: Path, request: pytest.FixtureRequest) -> Iterator[tuple[GpSimulator, Transport]]:
    with GpSimulator(folder, keeps_login=request.param) as gp:
        made = transport_to(gp.sba_url, gp.ca_bundle, gp.username, gp.password, login_path=f"{gp.sba_url}/help")
        yield gp, made
        made.close()


def test_a_path_below_the_address_is_read_and_written(sba: tuple[GpSimulator, Transport]) -> None:
    gp, to = sba
    assert to.login(SECONDS).ending is Ending.ANSWERED
    adjustment = {
        "DocumentType": 1,
        "DocumentNumber": "ADJ1",
        "BatchNumber": "SBR261123-01",
        "DocumentDate": "2026-11-23",
        "Lines": [{"ItemNumber": "SERUM-30", "SiteID": "SB-CICERO", "Quantity": 3}],
    }
    body = json.dumps({"Payload": adjustment}).encode()

    replies = [
        to.request("POST", f"{COMPANY}/Inventory/Transactions", body, JSON, SECONDS, reading=REST),
        to.request("GET", f"/{COMPANY}/Inventory/Transactions(1;ADJ1)", None, JSON, SECONDS, reading=REST),
        to.request("GET", f"{COMPANY}/Inventory/Items(NONE)", None, JSON, SECONDS, reading=REST),
        to.request("POST", f"{COMPANY}/Inventory/Transactions", b"{}", JSON, SECONDS, reading=REST),
    ]

    assert [(reply.ending, reply.status) for reply in replies] == [
        (Ending.ANSWERED, status) for status in (201, 200, 404, 400)
    ]
    assert json.loads(replies[1].body)["Payload"]["DocumentNumber"] == "ADJ1"
    assert gp.counters.refused == 0


@pytest.mark.parametrize("method", ["GET", "POST", "PATCH", "PUT", "DELETE"])
def test_every_method_goes_out_with_its_body_once(folder: Path, method: str) -> None:
    seen: list[tuple[str, str, str | None]] = []

    def deed(handler: BaseHTTPRequestHandler) -> None:
        seen.append((handler.command, handler.path, handler.headers.get("GP-Custom-Action")))
        says(200, b"{}")(handler)

    body = None if method == "GET" else b'{"Payload": 1}'
    with stranger(folder, deed, everywhere=True) as met:
        to = transport_to(met.url, met.bundle, login_path=f"{met.origin}/help")
        reply = to.request(method, "Items(A%2FB)", body, {"GP-Custom-Action": "POST"}, SECONDS, reading=REST)
        to.close()

    meant = (method, "/gp.asmx/Items(A%2FB)", "POST")
    knock = ("GET", "/help", None)
    assert met.posts == ([body] if body else [])
    assert seen == ([meant] if method == "GET" else [knock, meant])
    assert reply.ending is Ending.ANSWERED


@pytest.mark.parametrize("body", [iter([b"<a/>"]), "<a/>", bytearray(b"<a/>")])
def test_a_body_that_is_not_bytes_is_a_bug_and_sends_nothing(gp: GpSimulator, body: Any) -> None:
    with connected(gp) as to, pytest.raises(TypeError, match="bytes"):
        to.post(body, {}, SECONDS)
    assert gp.counters.legs == 0


FAULT = envelope("<s:Fault><faultstring>no</faultstring></s:Fault>")


def breaks_off(handler: BaseHTTPRequestHandler) -> None:
    """Content-Length says more than comes."""
    says(200, envelope(""), Content_Length="900")(handler)
    handler.close_connection = True


# What a write comes to that was answered so.
ANSWERS = {
    "an answer": (says(200, envelope("")), Ending.ANSWERED),
    "a fault": (says(500, FAULT), Ending.BUSINESS_FAULT),
    "a refusal": (says(500, refusal("log-7")), Ending.BUSINESS_FAULT),
    "a fault under another name": (says(500, FAULT.replace("s:", "soap:")), Ending.BUSINESS_FAULT),
    "an answer that breaks off": (breaks_off, Ending.UNKNOWN),
    "an error page": (says(500, "<html><body>Runtime Error</body></html>"), Ending.UNKNOWN),
    "an error without a body": (says(500, b""), Ending.UNKNOWN),
    "created": (says(201, b""), Ending.UNKNOWN),
    "bad request": (says(400, b""), Ending.UNKNOWN),
    "bad gateway": (says(502, b""), Ending.UNKNOWN),
    "busy": (says(503, b""), Ending.UNKNOWN),
    "too many": (says(429, b""), Ending.UNKNOWN),
    "forbidden": (says(403, b""), Ending.UNKNOWN),
    "not found": (says(404, b""), Ending.UNKNOWN),
    "moved": (says(302, b"", Location="https://localhost/"), Ending.UNKNOWN),
    "no login offered": (says(401, b""), Ending.MISCONFIGURED),
}


@pytest.mark.parametrize(("deed", "ending"), ANSWERS.values(), ids=ANSWERS)
def test_an_answer_is_what_gp_itself_said(folder: Path, deed: Deed, ending: Ending) -> None:
    with stranger(folder, deed) as met:
        to = transport_to(met.url, met.bundle)
        assert to.post(b"<a/>", {}, SECONDS).ending is ending
        to.close()


@pytest.mark.parametrize(
    ("status", "ending"),
    [(503, Ending.BUSY), (500, Ending.NOT_EXECUTED), (502, Ending.NOT_EXECUTED), (404, Ending.MISCONFIGURED)],
)
def test_what_the_page_for_the_login_answers_is_never_taken_for_the_answer(
    folder: Path, status: int, ending: Ending
) -> None:
    """A 404 there must not read as "GP has no such document"."""
    with stranger(folder, says(status, b""), everywhere=True) as met:
        to = transport_to(met.url, met.bundle)
        reply = to.request("POST", "Documents", b"{}", JSON, SECONDS, reading=answered_with(200, 404, 500, 502, 503))
        to.close()

    assert reply.ending is ending
    assert met.posts == []


def test_all_that_can_become_of_a_request_has_a_name() -> None:
    safe = {"not sent", "not executed", "rejected login", "broken handshake", "misconfigured", "busy"}

    assert set(Ending) == safe | {"answered", "business fault", "unknown"}
    assert {of_soap(status, FAULT.encode()) for status in range(100, 600)} == {
        Ending.ANSWERED,
        Ending.BUSINESS_FAULT,
        None,
    }


# What is known of the server


def test_the_servers_clock_is_the_last_answers(folder: Path) -> None:
    dates = iter(["Mon, 23 Nov 2026 21:30:00 GMT", "Mon, 23 Nov 2026 15:31:00 -0600", "soon", ""])

    def deed(handler: BaseHTTPRequestHandler) -> None:
        handler.date_time_string = lambda timestamp=None: next(dates)  # type: ignore[method-assign]
        send(handler, 200, b"<a/>")

    with stranger(folder, deed) as met:
        to = transport_to(met.url, met.bundle, login_path=f"{met.origin}/help")
        known = []
        for _ in range(4):
            to.post(b"<a/>", {}, SECONDS)
            known.append(to.server_time)
        to.close()

    assert known == [dt.datetime(2026, 11, 23, 21, minute, tzinfo=dt.UTC) for minute in (30, 31)] + [None, None]


def test_the_simulators_clock_is_read(gp: GpSimulator) -> None:
    with connected(gp) as to:
        assert to.server_time is None
        read(to)
        assert to.server_time is not None
        assert to.server_time.utcoffset() == dt.timedelta(0)


@pytest.mark.parametrize("keeps_login", [True, False])
def test_whether_logins_are_kept_is_learned_from_the_second_call(folder: Path, *, keeps_login: bool) -> None:
    with GpSimulator(folder, keeps_login=keeps_login) as gp, connected(gp) as to:
        login(to)
        assert not to.keeps_login, "nobody knows yet, and GP comes without"
        read(to)
        assert to.keeps_login is keeps_login


# Where the login may go


@pytest.mark.parametrize(
    "path", ["https://elsewhere.example.com/help", "//elsewhere.example.com/", "http://localhost/"]
)
def test_a_page_of_another_server_never_sees_the_login(folder: Path, path: str) -> None:
    with pytest.raises(Misconfigured, match="another server"):
        transport_to("https://localhost/gp.asmx", folder / "none.pem", login_path=path)


@pytest.mark.parametrize("everywhere", [True, False])
def test_a_proxy_that_asks_for_a_login_gets_none(folder: Path, *, everywhere: bool) -> None:
    shown: list[str] = []

    def deed(handler: BaseHTTPRequestHandler) -> None:
        shown.extend(value for name, value in handler.headers.items() if name.endswith("Authorization"))
        says(407, b"", Proxy_Authenticate="NTLM")(handler)

    with stranger(folder, deed, everywhere=everywhere) as met:
        to = transport_to(met.url, met.bundle)
        assert to.post(b"<a/>", {}, SECONDS).ending is Ending.MISCONFIGURED
        to.close()

    assert shown == []


# The deadline, of what comes before the answer


def trickling(part: bytes) -> Callable[[threading.Event], Deed]:
    """A server that sends its headers, or a body, a byte at a time."""

    def made(enough: threading.Event) -> Deed:
        def deed(handler: BaseHTTPRequestHandler) -> None:
            for byte in part:
                if enough.wait(0.1):
                    break
                handler.wfile.write(bytes([byte]))
            handler.close_connection = True

        return deed

    return made


TRICKLES = {
    "headers": trickling(b"HTTP/1.1 200 OK\r\nContent-Type: text/xml; charset=utf-8\r\n"),
    "a 401's body": trickling(b"HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: NTLM\r\nContent-Length: 99\r\n\r\n"),
    "a redirect": trickling(b"HTTP/1.1 302 Found\r\nLocation: https://localhost/\r\nContent-Length: 99\r\n\r\n"),
}


@pytest.mark.parametrize("made", TRICKLES.values(), ids=TRICKLES)
def test_no_part_of_an_answer_is_waited_for_beyond_the_calls_time(
    folder: Path, made: Callable[[threading.Event], Deed]
) -> None:
    enough = threading.Event()
    with stranger(folder, made(enough), everywhere=True) as met:
        to = transport_to(met.url, met.bundle)
        began = dt.datetime.now(dt.UTC)  # noqa: TID251 - how long it takes is what is tested
        reply = to.post(b"<a/>", {}, 0.5)
        took = dt.datetime.now(dt.UTC) - began  # noqa: TID251
        enough.set()
        to.close()

    assert reply.ending is Ending.NOT_EXECUTED
    assert took < dt.timedelta(seconds=1.5)


def test_a_write_whose_time_was_up_before_it_began_is_not_sent(gp: GpSimulator) -> None:
    with connected(gp) as to:
        assert create(to, seconds=0).ending is Ending.NOT_SENT
    assert gp.counters.connections == 0
