"""The ShipBob witness renews, spends, counts and ends tokens as the real one does, and loses answers on the way."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import httpx
import pytest

from local.shipbob import ManualClock, ShipBobSimulator
from tests.contract.shipbob_application import REDIRECT, Application

HOUR = 3600
DAY = 24 * HOUR
BODY = {"error": "invalid_grant"}


@pytest.fixture
def application(shipbob: ShipBobSimulator) -> Iterator[Application]:
    with Application(shipbob) as made:
        yield made


def test_a_refresh_token_is_good_once_and_its_successor_stays_good(application: Application) -> None:
    first = application.connected()
    second = application.refresh(first["refresh_token"]).json()

    assert second["refresh_token"] != first["refresh_token"]
    again = application.refresh(first["refresh_token"])
    assert (again.status_code, again.json()) == (400, BODY)
    assert application.calls(first["access_token"]).status_code == 200  # a refresh ends no access token
    assert application.refresh(second["refresh_token"]).status_code == 200


def test_a_spent_refresh_token_ends_the_whole_grant_where_that_is_the_rule(
    shipbob: ShipBobSimulator, application: Application
) -> None:
    shipbob.oauth.rules.reuse_ends_grant = True
    first, other = application.connected(), application.connected()
    second = application.refresh(first["refresh_token"]).json()

    application.refresh(first["refresh_token"])

    assert application.refresh(second["refresh_token"]).json() == BODY
    assert application.calls(second["access_token"]).status_code == 401
    assert application.refresh(other["refresh_token"]).status_code == 200  # another consent's family


def test_within_the_grace_a_spent_refresh_token_answers_again(
    shipbob: ShipBobSimulator, application: Application, clock: ManualClock
) -> None:
    shipbob.oauth.rules.reuse_grace_seconds = 30
    first = application.connected()["refresh_token"]
    second = application.refresh(first).json()["refresh_token"]
    clock.advance(30)
    again = application.refresh(first).json()["refresh_token"]
    clock.advance(1)

    assert again not in {first, second}
    assert application.refresh(first).json() == BODY  # counted from its first use, not from the last
    assert [application.refresh(token).status_code for token in (second, again)] == [200, 200]


@pytest.mark.parametrize(("early", "status"), [(1, 200), (0, 400)])
def test_a_refresh_token_lives_thirty_days(
    application: Application, clock: ManualClock, early: int, status: int
) -> None:
    refresh_token = application.connected()["refresh_token"]
    clock.advance(30 * DAY - early)

    assert application.refresh(refresh_token).status_code == status


@pytest.mark.parametrize(("counted_from", "status"), [("refresh", 200), ("consent", 400)])
def test_whether_refreshing_prolongs_the_thirty_days_is_a_rule(
    shipbob: ShipBobSimulator, application: Application, clock: ManualClock, counted_from: str, status: int
) -> None:
    shipbob.oauth.rules.life_from_consent = counted_from == "consent"
    tokens = application.connected()
    for _ in range(2):
        clock.advance(15 * DAY - 1)
        tokens = application.refresh(tokens["refresh_token"]).raise_for_status().json()
    clock.advance(10)

    assert application.refresh(tokens["refresh_token"]).status_code == status


def test_a_merchant_who_removes_the_application_ends_all_its_tokens(
    shipbob: ShipBobSimulator, application: Application
) -> None:
    code, tokens = application.code(), application.connected()

    with Application(shipbob, "Other") as other:
        kept = other.connected()["access_token"]

        assert [shipbob.oauth.revoke(application.registered.id) for _ in range(2)] == [2, 0]

        assert other.calls(kept).status_code == 200
    assert application.refresh(tokens["refresh_token"]).json() == BODY
    assert application.exchange(code).json() == BODY
    assert application.calls(tokens["access_token"]).status_code == 401
    assert application.calls(application.connected()["access_token"]).status_code == 200  # a new consent


def test_an_access_token_may_outlive_its_grant_until_it_expires(
    shipbob: ShipBobSimulator, application: Application, clock: ManualClock
) -> None:
    tokens = application.connected()
    shipbob.oauth.revoke(application.registered.id, access_too=False)

    assert application.refresh(tokens["refresh_token"]).json() == BODY
    assert application.calls(tokens["access_token"]).status_code == 200
    clock.advance(HOUR)
    assert application.calls(tokens["access_token"]).status_code == 401


def test_every_refresh_is_counted_with_its_instant(
    shipbob: ShipBobSimulator, application: Application, clock: ManualClock
) -> None:
    refresh_token, began = application.connected()["refresh_token"], clock.now()
    shipbob.auth_faults.add("POST /connect/token", 503)
    for _ in range(3):  # swallowed, granted, refused
        clock.advance(60)
        application.refresh(refresh_token)

    minutes = [began + dt.timedelta(minutes=number) for number in (1, 2, 3)]
    counted = shipbob.oauth.refreshes
    assert (counted.tried, counted.granted, counted.refused) == (minutes, minutes[1:2], minutes[2:])


# what goes wrong on the way


@pytest.mark.parametrize("status", [429, 500, 502, 503])
def test_a_token_endpoint_that_is_down_spends_nothing(
    shipbob: ShipBobSimulator, application: Application, status: int
) -> None:
    refresh_token = application.connected()["refresh_token"]
    shipbob.auth_faults.add("POST /connect/token", status, seconds=7, count=2)

    answers = [application.refresh(refresh_token) for _ in range(3)]

    assert [answer.status_code for answer in answers] == [status, status, 200]
    assert (answers[0].headers["retry-after"], answers[0].text[:6]) == ("7", "<html>")


def test_a_line_cut_before_the_token_endpoint_read_it_spends_nothing(
    shipbob: ShipBobSimulator, application: Application
) -> None:
    refresh_token = application.connected()["refresh_token"]
    shipbob.auth_faults.add("POST /connect/token", "hang_up")

    with pytest.raises(httpx.TransportError):
        application.refresh(refresh_token)

    assert application.refresh(refresh_token).status_code == 200


def test_an_answer_lost_after_the_tokens_were_rotated_leaves_nothing_but_a_new_consent(
    shipbob: ShipBobSimulator, application: Application
) -> None:
    refresh_token = application.connected()["refresh_token"]
    shipbob.auth_faults.add("POST /connect/token", "hang_up_after")

    with pytest.raises(httpx.TransportError):
        application.refresh(refresh_token)

    assert len(shipbob.oauth.refreshes.granted) == 1
    assert application.refresh(refresh_token).json() == BODY


@pytest.mark.parametrize("deed", ["truncated", "not_json"])
def test_an_answer_with_tokens_may_be_unreadable(
    shipbob: ShipBobSimulator, application: Application, deed: str
) -> None:
    refresh_token = application.connected()["refresh_token"]
    shipbob.auth_faults.add("POST /connect/token", deed)

    answer = application.refresh(refresh_token)

    assert answer.status_code == 200
    with pytest.raises(ValueError, match=r"Expecting|Unterminated"):
        answer.json()
    assert application.refresh(refresh_token).json() == BODY


def test_the_authorisation_server_can_be_away_while_the_api_is_there(
    shipbob: ShipBobSimulator, application: Application
) -> None:
    tokens = application.connected()
    shipbob.auth_offline()

    with pytest.raises(httpx.TransportError):
        application.refresh(tokens["refresh_token"])
    assert application.calls(tokens["access_token"]).status_code == 200
    shipbob.auth_online()
    assert application.refresh(tokens["refresh_token"]).status_code == 200


def test_whoever_plays_the_day_can_consent_and_revoke(
    shipbob: ShipBobSimulator, application: Application, door: httpx.Client
) -> None:
    registered = door.post("/oauth/clients", json={"name": "Other", "redirect_uris": [REDIRECT]}).json()
    wanted = {"client_id": registered["client_id"], "redirect_uri": REDIRECT, "scope": "offline_access orders_read"}
    code = door.post("/oauth/consent", json=wanted).json()["code"]
    tokens = application.exchange(code, code_verifier=None, **registered).raise_for_status().json()
    door.post("/oauth/rules", json={"reuse_grace_seconds": 5}).raise_for_status()

    statuses = [
        application.posts(
            {"grant_type": "refresh_token", "refresh_token": tokens["refresh_token"], **registered}
        ).status_code
        for _ in range(2)
    ]

    assert statuses == [200, 200]
    assert len(door.get("/oauth/refreshes").json()["granted"]) == 2
    assert door.post("/oauth/revoke", json={"client_id": registered["client_id"]}).json() == {"ended": 1}
    assert application.calls(tokens["access_token"]).status_code == 401
    assert door.post("/oauth/rules", json={"no_such_rule": 5}).status_code == 400
    assert door.post("/oauth/consent", json={**wanted, "client_id": "nobody"}).status_code == 404
