"""The ShipBob witness lets a merchant connect an application, and hands out tokens as the real one does."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator

import pytest

from local.shipbob import ManualClock, ShipBobSimulator
from tests.contract.shipbob_application import REDIRECT, VERIFIER, Application, told

HOUR = 3600
BODY = {"error": "invalid_grant"}


@pytest.fixture
def application(shipbob: ShipBobSimulator) -> Iterator[Application]:
    with Application(shipbob) as made:
        yield made


def claims(token: str) -> dict[str, object]:
    part = token.split(".")[1]
    read: dict[str, object] = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    return read


# the merchant's consent


def test_a_consent_gives_an_hour_of_access_and_a_way_to_renew_it(application: Application, clock: ManualClock) -> None:
    shown = application.asks(integration_name="Wingtip GP")
    result = told(application.decided(shown))
    tokens = application.exchange(result["code"]).raise_for_status().json()

    assert ("GP Bridge" in shown.text, "Wingtip GP" in shown.text, "orders_read" in shown.text) == (True, True, True)
    assert result["state"] == "s-1"
    assert (tokens["token_type"], tokens["expires_in"]) == ("Bearer", HOUR)
    assert set(tokens["scope"].split()) == {"openid", "offline_access", "channels_read", "orders_read"}
    assert application.calls(tokens["access_token"]).status_code == 200
    clock.advance(HOUR - 1)
    assert application.calls(tokens["access_token"]).status_code == 200
    clock.advance(1)
    expired = application.calls(tokens["access_token"])
    assert (expired.status_code, expired.content) == (401, b"")
    renewed = application.refresh(tokens["refresh_token"]).raise_for_status().json()
    assert application.calls(renewed["access_token"]).status_code == 200


def test_the_result_comes_in_the_fragment_the_query_or_a_form_as_asked(application: Application) -> None:
    fragment, query, form = (
        application.decided(application.asks(response_mode=mode)) for mode in (None, "query", "form_post")
    )

    assert fragment.headers["location"].startswith(f"{REDIRECT}#code=")
    assert query.headers["location"].startswith(f"{REDIRECT}?code=")
    assert form.status_code == 200
    assert f'action="{REDIRECT}"' in form.text
    assert "submit()" in form.text
    assert re.findall(r'name="state" value="(.*?)"', form.text) == ["s-1"]
    (code,) = re.findall(r'name="code" value="(.*?)"', form.text)
    assert application.exchange(code).status_code == 200


def test_a_hybrid_request_says_who_consented_at_once(application: Application) -> None:
    result = told(application.decided(application.asks(response_type="code id_token", nonce="n-7")))
    tokens = application.exchange(result["code"]).json()

    for token in (result["id_token"], tokens["id_token"]):
        said = claims(token)
        assert (said["aud"], said["nonce"]) == (application.registered.id, "n-7")


@pytest.mark.parametrize(
    "changes",
    [
        {"redirect_uri": f"{REDIRECT}/"},
        {"redirect_uri": REDIRECT.upper()},
        {"redirect_uri": None},
        {"client_id": "nobody"},
        {"client_id": None},
    ],
)
def test_an_address_that_was_not_registered_is_sent_nothing(
    application: Application, changes: dict[str, str | None]
) -> None:
    answer = application.asks(**changes)

    assert answer.status_code == 400
    assert "location" not in answer.headers
    assert answer.headers["content-type"].startswith("text/html")


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"response_type": None}, "invalid_request"),
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"response_mode": "telepathy"}, "invalid_request"),
        ({"response_type": "code id_token", "nonce": "n", "response_mode": "form_post", "scope": "orders_read"}, None),
        ({"response_type": "code id_token"}, "invalid_request"),
        ({"scope": None}, "invalid_request"),
        ({"scope": "orders_read everything"}, "invalid_scope"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"code_challenge_method": None}, "invalid_request"),
        ({"code_challenge": "short"}, "invalid_request"),
    ],
)
def test_the_application_is_told_what_is_wrong_with_its_request(
    application: Application, changes: dict[str, str | None], error: str | None
) -> None:
    answer = application.asks(**changes)

    if error is None:  # told by a form, since that was asked for
        assert 'name="error" value="invalid_request"' in answer.text
    else:
        assert (told(answer)["error"], told(answer)["state"]) == (error, "s-1")


def test_an_application_without_pkce_is_let_in_until_it_is_required(
    shipbob: ShipBobSimulator, application: Application
) -> None:
    without = {"code_challenge": None, "code_challenge_method": None}

    assert application.exchange(application.code(**without), code_verifier=None).status_code == 200
    shipbob.oauth.rules.require_pkce = True
    assert told(application.asks(**without))["error"] == "invalid_request"


def test_a_merchant_who_refuses_gives_no_code(application: Application) -> None:
    result = told(application.decided(application.asks(), "deny"))

    assert (result["error"], result["state"], "code" in result) == ("access_denied", "s-1", False)


def test_a_consent_page_counts_once(application: Application) -> None:
    shown = application.asks()
    application.decided(shown)

    assert application.decided(shown).status_code == 400


# a code


@pytest.mark.parametrize(
    "changes",
    [
        {"code_verifier": VERIFIER[::-1]},
        {"code_verifier": None},
        {"redirect_uri": f"{REDIRECT}/"},
        {"redirect_uri": None},
    ],
)
def test_a_code_is_spent_by_a_try_that_does_not_fit_the_consent(
    application: Application, changes: dict[str, str | None]
) -> None:
    code = application.code()

    refused = application.exchange(code, **changes)

    assert (refused.status_code, refused.json()) == (400, BODY)
    assert application.exchange(code).json() == BODY


def test_a_code_is_good_once(application: Application) -> None:
    code = application.code()

    assert [application.exchange(code).status_code for _ in range(2)] == [200, 400]


@pytest.mark.parametrize(("seconds", "status"), [(119, 200), (120, 400)])
def test_a_code_lives_two_minutes(application: Application, clock: ManualClock, seconds: int, status: int) -> None:
    code = application.code()
    clock.advance(seconds)

    assert application.exchange(code).status_code == status


def test_a_code_and_a_refresh_token_are_no_other_applications(
    shipbob: ShipBobSimulator, application: Application
) -> None:
    code, refresh_token = application.code(), application.connected()["refresh_token"]

    with Application(shipbob, "Stranger") as stranger:
        assert stranger.exchange(code).json() == BODY
        assert stranger.refresh(refresh_token).json() == BODY

    assert application.exchange(code).status_code == 200  # a stranger spends nothing
    assert application.refresh(refresh_token).status_code == 200


def test_only_the_applications_own_secret_opens_the_token_endpoint(application: Application) -> None:
    own = application.registered
    code = application.code()
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": REDIRECT, "code_verifier": VERIFIER}

    refused = [
        application.exchange(code, client_secret=own.secret[::-1]),
        application.exchange(code, client_secret=None),
        application.exchange(code, client_id="nobody"),
        application.auth.post("/connect/token", data=form, auth=(own.id, own.secret[::-1])),
        application.auth.post("/connect/token", data=form, headers={"Authorization": "Basic %"}),
    ]

    assert {(answer.status_code, answer.json()["error"]) for answer in refused} == {(400, "invalid_client")}
    assert application.auth.post("/connect/token", data=form, auth=(own.id, own.secret)).status_code == 200


def test_there_is_no_way_in_for_a_machine_alone(application: Application) -> None:
    answers = [application.posts({"grant_type": kind}) for kind in ("client_credentials", "password", None)]

    assert {(answer.status_code, answer.json()["error"]) for answer in answers} == {(400, "unsupported_grant_type")}
    assert application.auth.post("/connect/token", json={}).json() == {"error": "invalid_request"}


def test_a_consent_without_offline_access_ends_with_its_hour(application: Application) -> None:
    tokens = application.connected(scope="orders_read")

    assert {"refresh_token", "id_token"} & tokens.keys() == set()
