"""What the ShipBob secret may hold: written by the command, by hand years ago, or by nobody yet."""

from __future__ import annotations

import datetime as dt
import json

import pytest
from bridge.domain.connection import Application, Tokens
from bridge.protocols.grant import Grant, GrantKind
from hypothesis import given
from hypothesis import strategies as st

NOW = dt.datetime(2026, 11, 17, 14, 5, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)
TOKENS = Tokens("access-1", "refresh-1", HOUR, frozenset({"orders_read", "openid"}))
GRANT = Grant.consented(Application("client-7", "s3cret"), "http://127.0.0.1:8765/callback", TOKENS, NOW)


def test_a_secret_as_it_was_before_there_were_consents_is_a_pat() -> None:
    grant = Grant.from_json('{"access_token": "pat-1"}')

    assert (grant.kind, grant.access_token, grant.is_usable, grant.is_renewable) == (
        GrantKind.PAT,
        "pat-1",
        True,
        False,
    )
    assert not grant.ends_by(NOW + 1000 * HOUR)


def test_a_consent_is_read_as_it_was_written() -> None:
    assert Grant.from_json(GRANT.to_json()) == GRANT
    assert json.loads(GRANT.to_json())["kind"] == "oauth"


def test_a_pat_is_read_as_it_was_written() -> None:
    pat = Grant(GrantKind.PAT, "pat-1", refreshed_at=NOW)

    assert Grant.from_json(pat.to_json()) == pat


@pytest.mark.parametrize("text", ["", "{}", "[]", "null", "access-1", '{"access_token": 7}', '{"access_token": null}'])
def test_a_secret_that_holds_no_token_holds_none_that_is_usable(text: str) -> None:
    assert not Grant.from_json(text).is_usable


@pytest.mark.parametrize("token", ["zwei Wörter", "two words", "line\nbreak", "naïve", ""])
def test_what_no_header_can_carry_is_not_usable(token: str) -> None:
    assert not Grant(GrantKind.PAT, token).is_usable


def test_white_space_around_a_pasted_token_is_not_part_of_it() -> None:
    assert Grant.from_json('{"access_token": " pat-1\\n"}') == Grant(GrantKind.PAT, "pat-1")


def test_a_moment_that_cannot_be_read_is_none_and_one_without_a_zone_is_utc() -> None:
    fields = json.loads(GRANT.to_json())

    odd = Grant.from_json(json.dumps(fields | {"expires_at": "soon", "refreshed_at": "2026-11-17T14:05:00"}))

    assert (odd.expires_at, odd.refreshed_at) == (None, NOW)
    assert odd.is_renewable


def test_scopes_may_be_a_list() -> None:
    fields = json.loads(GRANT.to_json()) | {"scopes": ["orders_read", "openid"]}

    assert Grant.from_json(json.dumps(fields)).scopes == GRANT.scopes


def test_a_pat_that_carries_a_forgotten_refresh_token_is_still_a_pat() -> None:
    assert not Grant.from_json(
        '{"kind": "pat", "access_token": "a", "refresh_token": "b", "client_id": "c"}'
    ).is_renewable


def test_what_a_refresh_leaves_out_stays_as_it_was() -> None:
    renewed = GRANT.renewed(Tokens("access-2", "", HOUR), NOW + HOUR)

    assert (renewed.access_token, renewed.refresh_token, renewed.scopes) == ("access-2", "refresh-1", GRANT.scopes)
    assert (renewed.refreshed_at, renewed.expires_at) == (NOW + HOUR, NOW + 2 * HOUR)


@given(st.text() | st.from_type(dict).map(json.dumps))
def test_no_text_is_too_odd_to_be_read(text: str) -> None:
    Grant.from_json(text)


def test_nothing_of_it_is_printed() -> None:
    for secret in ("access-1", "refresh-1", "s3cret"):
        assert secret not in f"{GRANT}{GRANT!r}{[GRANT]}{GRANT.application}"
