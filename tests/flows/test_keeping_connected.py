"""The token is refreshed in time, by one run alone; a person is told once, and only of what a person must repair."""

from __future__ import annotations

import datetime as dt
from typing import NoReturn

import pytest
from bridge.domain.outcome import Misconfigured, Transient
from bridge.protocols.grant import Grant
from bridge.protocols.registration import register
from bridge.protocols.token import Trouble

from local.memory.tokens import APPLICATION
from tests.connected import DAY, HOUR, MINUTE, SCHEDULE, SECOND, Connection


@pytest.fixture
def world() -> Connection:
    return Connection()


def held(world: Connection) -> str:
    return world.shipbob_secret.grant.access_token


# ---- When


def test_a_token_with_more_than_a_quarter_of_an_hour_to_live_is_left_alone(world: Connection) -> None:
    world.clock.advance(44 * MINUTE)

    world.run()

    assert world.refreshes() == 0
    assert held(world) == "access-1"


def test_a_token_is_refreshed_a_quarter_of_an_hour_before_it_ends(world: Connection) -> None:
    world.clock.advance(45 * MINUTE + SECOND)

    kept = world.run()

    assert kept is not None
    assert kept.counted == {"TokensRefreshed": 1}
    assert held(world) == "access-2"
    assert world.shipbob_secret.grant.expires_at == world.clock.now() + HOUR


def test_for_a_month_of_schedules_there_is_always_a_good_token_and_never_a_refresh_too_many(world: Connection) -> None:
    worker = world.worker()
    for _ in range(30 * 24):
        world.pass_time(HOUR)
        assert worker.call() == "done"

    assert set(world.authority.shown.values()) == {1}
    assert world.refreshes() <= 30 * 24 * 60 // 45
    assert world.counted == {"TokensRefreshed": world.refreshes()}


def test_a_token_that_lives_for_months_is_refreshed_every_six_days_lest_the_consent_run_out(world: Connection) -> None:
    world.authority.lifetime = 100 * DAY
    world.shipbob_secret.put(world.authority.connect().to_json())

    world.pass_time(6 * DAY)
    assert world.refreshes() == 0
    world.pass_time(2 * SCHEDULE)

    assert world.refreshes() == 1


def test_a_pat_is_never_refreshed(world: Connection) -> None:
    world.shipbob_secret.put(world.authority.personal("pat-1"))

    world.pass_time(40 * DAY)

    assert world.authority.shown.total() == 0
    assert world.counted == {}


def test_a_stack_that_is_not_connected_yet_has_nothing_to_refresh(world: Connection) -> None:
    world.shipbob_secret.put("{}")

    kept = world.run()

    assert kept is not None
    assert (kept.token, kept.counted) == ("there is none", {})


def test_an_answer_without_a_new_refresh_token_leaves_the_old_one_in_use(world: Connection) -> None:
    world.authority.gives_refresh_tokens = False
    world.until_due()

    world.run()

    assert (held(world), world.shipbob_secret.grant.refresh_token) == ("access-2", "refresh-1")


def test_what_the_consent_said_stays_in_the_secret(world: Connection) -> None:
    before = world.shipbob_secret.grant
    world.until_due()
    world.run()

    after = world.shipbob_secret.grant
    assert (after.application, after.redirect_uri, after.scopes) == (APPLICATION, before.redirect_uri, before.scopes)


# ---- Old versions


def test_a_version_that_is_no_longer_present_is_not_refreshed_though_a_late_read_shows_it(world: Connection) -> None:
    world.until_due()
    world.run()
    world.shipbob_secret.is_seen_late = True

    world.run()

    assert world.authority.shown == {"refresh-1": 1}


def test_an_old_version_that_a_person_put_back_is_tried_after_a_while_and_says_what_to_do(world: Connection) -> None:
    world.until_due()
    world.run()
    world.shipbob_secret.is_seen_late = True

    world.pass_time(HOUR)

    assert world.token_row.fault is not None
    assert world.token_row.fault.trouble is Trouble.REVOKED
    assert world.counted["ConnectionLost"] == 1


# ---- What goes wrong at ShipBob


def test_a_revoked_consent_is_told_once_and_not_asked_about_again(world: Connection) -> None:
    world.authority.revoke()

    world.pass_time(3 * DAY)

    assert world.authority.shown == {"refresh-1": 1}
    assert world.counted["ConnectionLost"] == 1
    assert world.counted["NeedsRepair"] > 100, "the alarm stays on for as long as it lasts"
    assert world.token_row.fault is not None
    assert "taken back" in world.token_row.fault.why or "any more" in world.token_row.fault.why


def test_a_token_is_used_to_its_end_though_the_consent_is_gone(world: Connection) -> None:
    worker = world.worker()
    world.authority.revoke()
    world.until_due()
    world.run()

    assert worker.call() == "done"
    world.clock.advance(20 * MINUTE)
    assert worker.call() == "needs repair"


def test_connecting_again_ends_a_revocation_and_the_next_one_is_told_again(world: Connection) -> None:
    worker = world.worker()
    world.authority.revoke()
    world.pass_time(2 * HOUR)
    world.shipbob_secret.put(world.authority.connect().to_json())

    assert worker.call() == "done"
    world.pass_time(2 * HOUR)
    assert worker.call() == "done"
    assert world.token_row.fault is None
    world.authority.revoke()
    world.pass_time(2 * HOUR)
    assert world.counted["ConnectionLost"] == 2


def test_an_authorization_server_that_is_away_is_asked_again_with_growing_pauses(world: Connection) -> None:
    world.until_due()
    world.authority.fail_next("refresh", "down", times=None)
    asked: list[dt.timedelta] = []
    started = world.clock.now()
    for _ in range(40):
        before = world.calls.count("authority.refresh")
        world.run()
        if world.calls.count("authority.refresh") > before:
            asked.append(world.clock.now() - started)
        world.clock.advance(30 * SECOND)

    assert asked[:4] == [0 * SECOND, 30 * SECOND, 150 * SECOND, 750 * SECOND]


def test_nobody_is_told_of_an_authorization_server_that_comes_back_in_time(world: Connection) -> None:
    world.until_due()
    world.authority.fail_next("refresh", "down", times=2)
    world.run()
    world.clock.advance(3 * MINUTE)
    world.run()
    world.clock.advance(2 * MINUTE)
    world.run()

    assert world.refreshes() == 1
    assert world.counted == {"TokensRefreshed": 1}
    assert (world.token_row.fault, world.token_row.failures) == (None, 0)


def test_a_person_is_told_once_when_ten_minutes_are_left_and_nobody_answers(world: Connection) -> None:
    world.until_due()
    world.authority.fail_next("refresh", "down", times=None)
    world.run()
    world.clock.advance(3 * MINUTE)
    world.run()
    assert world.counted == {}

    world.pass_time(HOUR)

    assert world.counted["ConnectionLost"] == 1
    assert world.refreshes() == 0


def test_a_refused_revocation_is_not_what_a_failing_server_means(world: Connection) -> None:
    world.until_due()
    world.authority.fail_next("refresh", "down", times=None)
    world.pass_time(5 * DAY)
    world.authority.recover()

    world.pass_time(HOUR)

    assert world.is_alive
    assert world.worker().call() == "done"


def test_a_server_that_asks_for_a_longer_pause_gets_it_up_to_ten_minutes(world: Connection) -> None:
    world.until_due()
    world.authority.fail_next("refresh", "busy for an hour")
    world.run()

    assert world.token_row.next_try == world.clock.now() + 10 * MINUTE


def test_an_application_that_shipbob_does_not_know_is_told_once_and_tried_again(world: Connection) -> None:
    world.until_due()
    world.authority.fail_next("refresh", "login rejected", times=3)
    world.pass_time(HOUR)

    assert world.counted["ConnectionLost"] == 1
    assert world.refreshes() == 1, "in the end it knew it again"


def test_a_worker_whose_token_has_ended_hears_that_the_application_is_not_known(world: Connection) -> None:
    world.until_due()
    world.authority.fail_next("refresh", "login rejected", times=None)
    world.run()

    worker = world.worker()
    assert worker.call() == "done"
    world.clock.advance(15 * MINUTE)
    with pytest.raises(Misconfigured, match=r"refuses the login.*connect shipbob"):
        worker.bearing.token()


# ---- An answer that is lost


def test_a_lost_answer_is_asked_for_again_at_once_while_shipbob_may_still_give_it(world: Connection) -> None:
    world.authority.grace = 10 * SECOND
    world.until_due()
    world.authority.fail_next("refresh", "lost reply")

    world.run()

    assert world.authority.shown == {"refresh-1": 2}
    assert world.is_alive
    assert world.counted == {"TokensRefreshed": 1}


def test_a_lost_answer_where_a_refresh_token_works_once_costs_the_consent_and_says_so(world: Connection) -> None:
    world.until_due()
    world.authority.fail_next("refresh", "lost reply")

    world.run()

    assert world.token_row.fault is not None
    assert world.token_row.fault.trouble is Trouble.REVOKED
    assert "a refresh's answer was lost" in world.token_row.fault.why
    assert world.counted == {"ConnectionLost": 1, "NeedsRepair": 1}


def test_a_request_that_never_arrived_costs_nothing(world: Connection) -> None:
    world.until_due()
    world.authority.fail_next("refresh", "not executed", times=2)
    world.run()
    assert world.token_row.is_unfinished

    world.clock.advance(30 * SECOND)
    world.run()

    assert world.is_alive
    assert world.counted == {"TokensRefreshed": 1}


# ---- What it says


def test_nothing_that_lets_anybody_in_is_in_what_a_run_says(world: Connection) -> None:
    world.until_due()
    for how in ("down", "lost reply"):
        world.authority.fail_next("refresh", how)
        world.run()
        world.clock.advance(11 * MINUTE)

    told = repr((world.kept, world.token_row, world.process, vars(world.process), world.shipbob_secret.grant))
    for secret in ("access-", "refresh-", APPLICATION.client_secret):
        assert secret not in told


# ---- Beside it, the subscriptions


def test_subscriptions_that_a_person_must_repair_are_told_by_the_alarm(world: Connection) -> None:
    row, now = world.subscription_rows.registration(), world.clock.now()
    world.subscription_rows.save_registration(register(row, "https://bridge.example.com/hooks", "somebody", now))
    world.shipbob.fail_next("subscriptions", "login rejected")

    kept = world.run()

    assert kept is not None
    assert kept.counted == {"SubscriptionsNotKept": 1, "NeedsRepair": 1}
    assert kept.subscriptions.startswith("not kept, needs repair: ")


def test_subscriptions_that_cannot_be_looked_after_are_counted_and_cost_the_token_nothing(world: Connection) -> None:
    world.until_due()
    world.subscription_rows.registration = _away  # type: ignore[method-assign]

    kept = world.run()

    assert kept is not None
    assert kept.counted == {"TokensRefreshed": 1, "SubscriptionsNotKept": 1}
    assert "DynamoDB" in kept.subscriptions


def _away() -> NoReturn:
    raise Transient("DynamoDB cannot be reached")


def test_a_grant_is_the_same_when_it_has_been_in_the_secret(world: Connection) -> None:
    grant = world.shipbob_secret.grant

    assert Grant.from_json(grant.to_json()) == grant
