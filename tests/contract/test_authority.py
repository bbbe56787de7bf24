"""ShipBob's authorization server: tokens for a code and for a refresh token, and every trouble one of our failures."""

from __future__ import annotations

import datetime as dt
import secrets
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from bridge.console.connecting import begin
from bridge.domain.connection import Application, Tokens
from bridge.domain.outcome import Misconfigured, Refused, Transient, UnknownOutcome
from bridge.protocols.consent import DEFAULT_SCOPES, Consent
from bridge.shipbob.authority import ShipBobAuthority

from local.certificates import authority as private_authority
from local.shipbob import ManualClock, ShipBobSimulator
from local.shipbob.oauth import Client
from tests.contract.consenting import agree

REDIRECT = "http://127.0.0.1:8765/callback"
HOUR = dt.timedelta(hours=1)


@pytest.fixture(autouse=True)
def _trusted(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The laptop's authority stands where a public one stands in the cloud."""
    monkeypatch.setenv("SSL_CERT_FILE", str(private_authority(folder).bundle))


@pytest.fixture
def registered(shipbob: ShipBobSimulator) -> Client:
    shipbob.oauth.rules.require_pkce = True
    return shipbob.oauth.register("Dynamics GP bridge", [REDIRECT])


@pytest.fixture
def application(registered: Client) -> Application:
    return Application(registered.id, registered.secret)


@pytest.fixture
def port(shipbob: ShipBobSimulator) -> Iterator[ShipBobAuthority]:
    made = ShipBobAuthority(shipbob.auth_url, time.monotonic)
    yield made
    made.close()


@pytest.fixture
def consent(registered: Client) -> Consent:
    return begin(registered.id, REDIRECT, secrets.token_bytes)


@pytest.fixture
def tokens(shipbob: ShipBobSimulator, port: ShipBobAuthority, consent: Consent, application: Application) -> Tokens:
    code = consent.code_in(agree(shipbob, port.consent_page(consent)))
    return port.exchange(application, code, consent.verifier, REDIRECT)


# ---- The consent


@pytest.mark.parametrize("is_posted", [True, False])
@pytest.mark.parametrize("response_type", ["code", "code id_token"])
def test_a_consent_gives_tokens_that_shipbob_lets_in(
    shipbob: ShipBobSimulator,
    port: ShipBobAuthority,
    consent: Consent,
    application: Application,
    response_type: str,
    is_posted: bool,  # noqa: FBT001 - a parameter
) -> None:
    consent = replace(consent, response_type=response_type, is_posted=is_posted)

    code = consent.code_in(agree(shipbob, port.consent_page(consent)))
    tokens = port.exchange(application, code, consent.verifier, REDIRECT)

    assert tokens.lifetime == HOUR
    assert tokens.scopes == set(DEFAULT_SCOPES)
    caller = shipbob.tokens.caller(f"Bearer {tokens.access_token}")
    assert caller is not None
    assert caller.application == "Dynamics GP bridge"


def test_a_person_who_says_no_gives_no_code(
    shipbob: ShipBobSimulator, port: ShipBobAuthority, consent: Consent
) -> None:
    with pytest.raises(Refused, match="access_denied"):
        consent.code_in(agree(shipbob, port.consent_page(consent), decision="deny"))


def test_a_scope_that_the_application_may_not_have_is_said(shipbob: ShipBobSimulator, port: ShipBobAuthority) -> None:
    narrow = shipbob.oauth.register("Narrow", [REDIRECT], ["orders_read"])

    consent = begin(narrow.id, REDIRECT, secrets.token_bytes)
    answer = agree(shipbob, port.consent_page(consent))

    with pytest.raises(Refused, match="invalid_scope"):
        consent.code_in(answer)


def test_every_consent_has_a_state_a_nonce_and_a_verifier_of_its_own(consent: Consent, registered: Client) -> None:
    other = begin(registered.id, REDIRECT, secrets.token_bytes)

    randoms = {consent.state, consent.nonce, consent.verifier, other.state, other.nonce, other.verifier}
    assert len(randoms) == 6
    assert all(len(each) >= 43 for each in randoms)


def test_neither_verifier_nor_secret_is_in_the_address_of_the_page(port: ShipBobAuthority, consent: Consent) -> None:
    query = parse_qs(urlsplit(port.consent_page(consent)).query)

    assert consent.verifier not in port.consent_page(consent)
    assert "client_secret" not in query
    assert query["code_challenge_method"] == ["S256"]


def test_a_code_works_once(
    shipbob: ShipBobSimulator, port: ShipBobAuthority, consent: Consent, application: Application
) -> None:
    code = consent.code_in(agree(shipbob, port.consent_page(consent)))
    port.exchange(application, code, consent.verifier, REDIRECT)

    with pytest.raises(Refused, match="works once"):
        port.exchange(application, code, consent.verifier, REDIRECT)


@pytest.mark.parametrize("what", ["late", "another verifier", "another address"])
def test_a_code_that_is_late_or_not_ours_is_refused_with_what_to_do(
    shipbob: ShipBobSimulator,
    port: ShipBobAuthority,
    consent: Consent,
    application: Application,
    clock: ManualClock,
    what: str,
) -> None:
    code = consent.code_in(agree(shipbob, port.consent_page(consent)))
    verifier, address = consent.verifier, REDIRECT
    match what:
        case "late":
            clock.advance(121)
        case "another verifier":
            verifier = "x" * 43
        case _:
            address = "http://127.0.0.1:8766/callback"

    with pytest.raises(Refused, match="two minutes and works once, and the redirect address"):
        port.exchange(application, code, verifier, address)


# ---- A refresh


def test_a_refresh_gives_the_next_tokens_and_uses_up_the_ones_before(
    port: ShipBobAuthority, application: Application, tokens: Tokens
) -> None:
    following = port.refresh(application, tokens.refresh_token)

    assert following.refresh_token not in {"", tokens.refresh_token}
    assert following.access_token != tokens.access_token
    with pytest.raises(Refused, match="consent was taken back or ran out"):
        port.refresh(application, tokens.refresh_token)


def test_a_refresh_without_offline_access_has_nothing_to_show(
    shipbob: ShipBobSimulator, port: ShipBobAuthority, registered: Client, application: Application
) -> None:
    consent = begin(registered.id, REDIRECT, secrets.token_bytes, ("orders_read",))
    code = consent.code_in(agree(shipbob, port.consent_page(consent)))

    assert port.exchange(application, code, consent.verifier, REDIRECT).refresh_token == ""


def test_a_consent_taken_back_ends_the_grant(
    shipbob: ShipBobSimulator, port: ShipBobAuthority, application: Application, tokens: Tokens
) -> None:
    shipbob.oauth.revoke(application.client_id)

    with pytest.raises(Refused):
        port.refresh(application, tokens.refresh_token)


def test_a_wrong_client_secret_is_the_operators_to_repair_and_uses_nothing_up(
    port: ShipBobAuthority, application: Application, tokens: Tokens
) -> None:
    with pytest.raises(Misconfigured, match="client id and its secret"):
        port.refresh(replace(application, client_secret="wrong"), tokens.refresh_token)  # noqa: S106 - it is

    assert port.refresh(application, tokens.refresh_token)


@pytest.mark.parametrize("deed", ["hang_up_after", "half", "truncated", "not_json", "hang_up", 500, 502, 503, 524])
def test_a_refresh_that_may_have_been_made_is_unknown(
    shipbob: ShipBobSimulator, port: ShipBobAuthority, application: Application, tokens: Tokens, deed: str | int
) -> None:
    shipbob.auth_faults.add("POST /connect/token", deed, seconds=7)

    with pytest.raises(UnknownOutcome):
        port.refresh(application, tokens.refresh_token)


@pytest.mark.parametrize("status", [500, 502, 503, 524])
def test_a_server_that_fails_ends_no_grant(
    shipbob: ShipBobSimulator, port: ShipBobAuthority, application: Application, tokens: Tokens, status: int
) -> None:
    shipbob.auth_faults.add("POST /connect/token", status)
    with pytest.raises(UnknownOutcome):
        port.refresh(application, tokens.refresh_token)

    assert port.refresh(application, tokens.refresh_token)


@pytest.mark.parametrize("deed", ["login", 403, 404, 429])
def test_what_stands_in_front_of_shipbob_ends_no_grant(
    shipbob: ShipBobSimulator, port: ShipBobAuthority, application: Application, tokens: Tokens, deed: str | int
) -> None:
    shipbob.auth_faults.add("POST /connect/token", deed, seconds=7)

    with pytest.raises(Transient):
        port.refresh(application, tokens.refresh_token)

    assert port.refresh(application, tokens.refresh_token)


def test_json_that_is_labelled_as_a_page_is_read_all_the_same(
    shipbob: ShipBobSimulator, port: ShipBobAuthority, application: Application, tokens: Tokens
) -> None:
    shipbob.auth_faults.add("POST /connect/token", "wrong_type")

    assert port.refresh(application, tokens.refresh_token).lifetime == HOUR


def test_an_authorization_server_that_is_away_is_asked_later(
    shipbob: ShipBobSimulator, port: ShipBobAuthority, application: Application
) -> None:
    shipbob.auth_offline()

    with pytest.raises(Transient, match="cannot be reached"):
        port.refresh(application, "any")
