"""Answers of an authorization server that nobody has seen yet: none ends a grant but JSON that says so, none leaks."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable
from urllib.parse import parse_qs

import httpx
import pytest
from bridge.domain.connection import Application, Tokens
from bridge.domain.outcome import Failure, Misconfigured, Refused, Transient, UnknownOutcome
from bridge.shipbob import authority as adapter
from bridge.shipbob.authority import ShipBobAuthority

HOUR = dt.timedelta(hours=1)


def strange(answer: Callable[[httpx.Request], httpx.Response]) -> ShipBobAuthority:
    return ShipBobAuthority("https://auth.example.com", time.monotonic, httpx.MockTransport(answer))


def says(status: int, text: str = "", **headers: str) -> ShipBobAuthority:
    return strange(lambda _: httpx.Response(status, text=text, headers=headers))


ANYBODY = Application("client-7", "s3cret")
INVALID_GRANT = '{"error": "invalid_grant"}'


@pytest.mark.parametrize(
    ("status", "text", "failure"),
    [
        (400, INVALID_GRANT, Refused),
        (401, INVALID_GRANT, Refused),
        (400, '{"error": "invalid_client"}', Misconfigured),
        (401, '{"error": "unauthorized_client", "error_description": "s3cret"}', Misconfigured),
        (400, '{"error": "invalid_request"}', Misconfigured),
        (400, '{"error": "server_error"}', Misconfigured),
        (400, '{"error": 7}', Transient),
        (400, "<html>Bad Request</html>", Transient),
        (400, "", Transient),
        (403, INVALID_GRANT, Transient),
        (500, INVALID_GRANT, Transient),
        (503, INVALID_GRANT, Transient),
        (500, "", UnknownOutcome),
        (500, '{"message": "oops"}', UnknownOutcome),
        (502, "<html>Bad Gateway</html>", UnknownOutcome),
        (503, "", UnknownOutcome),
        (504, "", UnknownOutcome),
        (520, "", UnknownOutcome),
        (524, "error code: 524", UnknownOutcome),
        (302, "", Transient),
        (200, "<html>Log in</html>", UnknownOutcome),
        (200, "{}", UnknownOutcome),
        (200, "null", UnknownOutcome),
        (200, '{"access_token": 7}', UnknownOutcome),
        (200, "[" * 90_000, UnknownOutcome),
        (200, f'{{"access_token": "access-1", "more": "{"x" * adapter.ANSWER_BYTES_MAX}"}}', UnknownOutcome),
        (204, "", UnknownOutcome),
    ],
)
def test_only_what_json_says_ends_a_grant(status: int, text: str, failure: type[Failure]) -> None:
    with pytest.raises(failure) as raised:
        says(status, text).refresh(ANYBODY, "refresh-1")

    for secret in ("s3cret", "refresh-1", "access-1"):
        assert secret not in str(raised.value)


@pytest.mark.parametrize(
    ("expires_in", "lifetime"),
    [
        ("3600", HOUR),
        ('"1800"', HOUR / 2),
        ("null", HOUR),
        ('"soon"', HOUR),
        ("-5", dt.timedelta()),
        ("1e300", dt.timedelta(days=365)),
        ("[]", HOUR),
        ("NaN", HOUR),
        ("Infinity", dt.timedelta(days=365)),
        ("1" + "0" * 400, HOUR),
    ],
)
def test_a_lifetime_is_read_from_whatever_says_it(expires_in: str, lifetime: dt.timedelta) -> None:
    tokens = says(200, f'{{"access_token": "a", "expires_in": {expires_in}}}').refresh(ANYBODY, "refresh-1")

    assert tokens.lifetime == lifetime


def test_an_odd_answer_costs_no_token_that_is_in_it() -> None:
    text = '{"access_token": "a", "refresh_token": "r", "scope": 7, "expires_in": {}, "token_type": null}'

    assert says(200, text).refresh(ANYBODY, "refresh-1") == Tokens("a", "r", HOUR)


def test_a_busy_server_says_for_how_long() -> None:
    with pytest.raises(Transient) as busy:
        says(429, "Too many", **{"retry-after": "120"}).refresh(ANYBODY, "refresh-1")

    assert busy.value.after == dt.timedelta(seconds=120)


@pytest.mark.parametrize(
    ("error", "failure"),
    [
        (httpx.ConnectError("refused"), Transient),
        (httpx.ConnectTimeout("slow"), Transient),
        (httpx.WriteError("reset with s3cret"), UnknownOutcome),
        (httpx.ReadTimeout("slow"), UnknownOutcome),
        (httpx.RemoteProtocolError("cut"), UnknownOutcome),
    ],
)
def test_a_connection_that_fails_has_lost_the_request_only_if_it_never_went_out(
    error: Exception, failure: type[Failure]
) -> None:
    def fail(_: httpx.Request) -> httpx.Response:
        raise error

    with pytest.raises(failure) as raised:
        strange(fail).refresh(ANYBODY, "refresh-1")

    assert "s3cret" not in str(raised.value)
    assert raised.value.__cause__ is None


def test_the_client_secret_goes_in_the_body_and_nowhere_else() -> None:
    seen: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200, text='{"access_token": "a"}')

    strange(answer).refresh(ANYBODY, "refresh-1")

    (request,) = seen
    assert request.headers["content-type"] == "application/x-www-form-urlencoded"
    assert "s3cret" not in str(request.url)
    assert parse_qs(request.content.decode()) == {
        "grant_type": ["refresh_token"],
        "refresh_token": ["refresh-1"],
        "client_id": ["client-7"],
        "client_secret": ["s3cret"],
    }
