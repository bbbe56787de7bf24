"""What passes, what is in doubt, and where ShipBob is: every trouble on the way is one of our failures."""

from __future__ import annotations

from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest
from bridge.domain.outcome import Misconfigured, Transient, UnknownOutcome

from local.certificates import authority
from tests.contract.shipbob_calls import CALLS, READS, WRITES
from tests.contract.shipbob_strangers import (
    HTML,
    Deed,
    breaks_off,
    client,
    closes,
    failures_of,
    kinds,
    meeting,
    says,
    stranger,
)

pytestmark = pytest.mark.usefixtures("trusted")

MAKING = ("create_receiving_order", "subscribe")
LISTS = ("listed", "orders", "receiving_orders_of", "variants", "inventory_levels", "locations", "fulfillment_centers")
SINGLE = ("order", "order_of_shipment", "store_order", "customer_return", "receiving_order")


def drops_half(handler: BaseHTTPRequestHandler) -> None:
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Ty")
    handler.close_connection = True


UNANSWERED: dict[str, Deed] = {
    "half a reply": breaks_off,
    "half a header": drops_half,
    "no reply": closes,
    "gzip that is none": says(200, b"{}", Content_Encoding="gzip"),
    "a page for people": says(200, "<html><body>Maintenance</body></html>", **HTML),
    "a page for people that says it is JSON": says(200, "\n <html></html>"),
}
UNREADABLE: dict[str, Deed] = {
    "bytes that are no text": says(200, b"\xff\xfe\x00"),
    "a number": says(200, b"7"),
    "null": says(200, b"null"),
    "half of the JSON": says(200, b'{"id": 2'),
    "a sentence": says(200, b"The service is being maintained."),
    "a deep nest": says(200, b"[" * 100_000),
}
FAILING: dict[str, Deed] = {
    **{str(status): says(status, "<html></html>", **HTML) for status in (500, 502, 503, 504, 520)},
    "524": says(524, "error code: 524", Content_Type="text/plain"),
    "500 as JSON": says(500, b'{"message": "An unexpected database error occurred."}'),
    "a status nobody knows": says(799, b""),
}


@pytest.mark.parametrize("deed", [*UNANSWERED.values(), *FAILING.values()], ids=[*UNANSWERED, *FAILING])
def test_a_read_that_fails_is_tried_again(folder: Path, deed: Deed) -> None:
    assert kinds(failures_of(folder, deed, READS)) == dict.fromkeys(READS, Transient)


@pytest.mark.parametrize("deed", UNREADABLE.values(), ids=UNREADABLE)
def test_an_answer_that_cannot_be_read_is_asked_for_again(folder: Path, deed: Deed) -> None:
    calls = [call for call in READS if call != "store_order"]  # the shop's, which may be any JSON

    assert kinds(failures_of(folder, deed, calls)) == dict.fromkeys(calls, Transient)


@pytest.mark.parametrize("deed", UNANSWERED.values(), ids=UNANSWERED)
def test_a_write_that_was_not_answered_is_in_doubt(folder: Path, deed: Deed) -> None:
    assert kinds(failures_of(folder, deed, WRITES)) == dict.fromkeys(WRITES, UnknownOutcome)


@pytest.mark.parametrize("deed", UNREADABLE.values(), ids=UNREADABLE)
def test_what_was_made_and_cannot_be_read_is_in_doubt(folder: Path, deed: Deed) -> None:
    assert kinds(failures_of(folder, deed, MAKING)) == dict.fromkeys(MAKING, UnknownOutcome)


@pytest.mark.parametrize("deed", FAILING.values(), ids=FAILING)
def test_when_shipbob_fails_at_a_receiving_order_it_may_be_there_and_a_subscription_may_be_asked_for_again(
    folder: Path, deed: Deed
) -> None:
    assert kinds(failures_of(folder, deed, WRITES)) == {
        "create_receiving_order": UnknownOutcome,
        "subscribe": Transient,
        "unsubscribe": Transient,
    }


def test_a_request_that_shipbob_did_not_wait_for_was_not_done(folder: Path) -> None:
    assert kinds(failures_of(folder, says(408, b""))) == dict.fromkeys(CALLS, Transient)


# Where it is


@pytest.mark.parametrize("status", [301, 307, 308])
def test_a_redirect_elsewhere_is_not_followed_and_names_the_setting(folder: Path, status: int) -> None:
    found = failures_of(folder, says(status, b"", Location="https://api.example.com/2026-07/"))

    assert kinds(found) == dict.fromkeys(CALLS, Misconfigured)
    assert all("ShipBobApiUrl" in str(failure) for failure in found.values())


@pytest.mark.parametrize("url", ["", "shipbob", "ftp://api.shipbob.com", "https://", "https://[::1", "https://a b/"])
def test_an_address_that_is_none_names_the_setting(url: str) -> None:
    with pytest.raises(Misconfigured, match="ShipBobApiUrl"), client(url) as port:
        port.order(1)


def test_a_server_of_another_authority_is_not_spoken_to(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with stranger(folder, says(200, b"[]")) as met:
        monkeypatch.setenv("SSL_CERT_FILE", str(authority(tmp_path).bundle))
        for call in CALLS.values():
            with client(met.url) as port, pytest.raises(Misconfigured, match="certificate"):
                call(port)

    assert met.requests == []


@pytest.mark.parametrize("content", [None, "no certificate"])
def test_authorities_that_cannot_be_read_are_the_operators_to_repair(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: str | None
) -> None:
    bundle = tmp_path / "authorities.pem"
    if content is not None:
        bundle.write_text(content)
    monkeypatch.setenv("SSL_CERT_FILE", str(bundle))

    with pytest.raises(Misconfigured, match="SSL_CERT_FILE"), client("https://api.example.com"):
        raise AssertionError("nothing is asked")


def test_a_list_that_is_not_there_is_empty_in_shipbobs_words(folder: Path) -> None:
    with meeting(folder, says(404, b'{"title": "Not Found"}')) as (port, _):
        found: dict[str, Any] = {call: CALLS[call](port) for call in LISTS}

    assert list(found.pop("listed").rows) == []
    assert {call: list(rows) for call, rows in found.items()} == {call: [] for call in LISTS if call != "listed"}


def test_a_list_that_nobody_speaks_of_is_a_wrong_address(folder: Path) -> None:
    found = failures_of(folder, says(404, b""), LISTS)

    assert kinds(found) == dict.fromkeys(LISTS, Misconfigured)
    assert all("ShipBobApiUrl" in str(failure) for failure in found.values())


def test_one_thing_that_is_not_there_is_absent_unless_a_page_for_people_says_so(folder: Path) -> None:
    with meeting(folder, says(404, b"")) as (port, _):
        assert {call: CALLS[call](port) for call in SINGLE} == dict.fromkeys(SINGLE)

    found = failures_of(folder, says(404, "<html></html>", **HTML), [*SINGLE, *LISTS])
    assert kinds(found) == dict.fromkeys([*SINGLE, *LISTS], Transient)
