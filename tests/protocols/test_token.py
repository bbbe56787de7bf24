"""One row for ShipBob's token: who may refresh, when, and when nobody does any more."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from bridge.domain.connection import Tokens
from bridge.domain.outcome import Misconfigured, Refused, Transient, UnknownOutcome
from bridge.protocols import token
from bridge.protocols.grant import Grant, GrantKind
from bridge.protocols.token import TokenRow, Trouble

NOW = dt.datetime(2026, 11, 17, 14, 5, tzinfo=dt.UTC)
SECOND, MINUTE, HOUR, DAY = (dt.timedelta(**{unit: 1}) for unit in ("seconds", "minutes", "hours", "days"))
BARE = Grant(GrantKind.OAUTH, "", "client-7", "s3cret")


def given(at: dt.datetime, lifetime: dt.timedelta = HOUR) -> Grant:
    """A grant whose tokens were given then."""
    return BARE.renewed(Tokens(f"access-{at}", f"refresh-{at}", lifetime), at)


GRANT = given(NOW)
ROW = token.connected(TokenRow(), "v1", "a person", NOW)


# ---- The lease


def test_while_a_refresh_is_under_way_nobody_else_begins_one() -> None:
    due = NOW + 50 * MINUTE
    taken = token.take(ROW, "run-1", due)

    assert token.why_refresh(ROW, GRANT, due)
    assert not token.why_refresh(taken, GRANT, due + token.LEASE - SECOND)
    assert token.why_refresh(taken, GRANT, due + token.LEASE) == "an earlier refresh was not finished"


def test_a_lease_outlives_every_run() -> None:
    assert token.LEASE > 120 * SECOND


def test_a_person_who_went_away_while_connecting_leaves_no_refresh_in_doubt() -> None:
    taken = token.take(ROW, "a person", NOW, is_person=True)

    assert not token.why_refresh(taken, GRANT, NOW + token.LEASE)
    assert not token.take(taken, "run-1", NOW + token.LEASE).is_unfinished


def test_a_refresh_that_never_ended_is_taken_up_whether_or_not_the_token_is_due() -> None:
    taken = token.take(ROW, "run-1", NOW + 2 * MINUTE)

    assert token.why_refresh(taken, GRANT, NOW + 6 * MINUTE)
    assert token.take(taken, "run-2", NOW + 6 * MINUTE).is_unfinished


# ---- Versions


def test_another_version_of_the_secret_ends_whatever_stood_in_the_way() -> None:
    row = token.failed(token.refuse(ROW, GRANT, NOW), Refused("over"), NOW)

    news = token.about(row, "v2", NOW)

    assert (news.secret, news.fault, news.refused_at, news.next_try, news.lease) == ("v2", None, None, None, None)


def test_a_new_version_that_an_unfinished_refresh_left_behind_is_its_outcome() -> None:
    taken = token.take(ROW, "run-1", NOW)

    news = token.about(taken, "v2", NOW + MINUTE)

    assert (news.lease, news.is_unfinished, news.spent) == (None, False, ("v1",))
    assert news.connected_by == "a person"


def test_what_a_person_put_in_by_hand_is_not_said_to_be_of_whoever_connected_before() -> None:
    assert token.about(ROW, "v2", NOW).connected_by == ""


def test_an_old_version_is_taken_for_a_late_read_at_first_and_believed_later() -> None:
    row = token.settled(ROW, "v2", NOW)

    assert token.is_stale(row, "v1", NOW + 9 * MINUTE)
    assert not token.is_stale(row, "v1", NOW + 10 * MINUTE)
    assert not token.is_stale(row, "v2", NOW)
    assert not token.is_stale(row, "v3", NOW)


def test_a_version_that_is_present_again_is_not_spent() -> None:
    row = token.about(token.settled(ROW, "v2", NOW), "v1", NOW + HOUR)

    assert row.spent == ("v2",)


def test_so_many_old_versions_are_remembered_and_no_more() -> None:
    row = ROW
    for number in range(2, 30):
        row = token.settled(row, f"v{number}", NOW)

    assert row.spent == tuple(f"v{number}" for number in range(21, 29))


# ---- Failures


def test_pauses_grow_and_then_stay() -> None:
    row, pauses = ROW, []
    for _ in range(5):
        row = token.failed(row, Transient("busy"), NOW)
        assert row.next_try is not None
        pauses.append(row.next_try - NOW)

    assert pauses == [30 * SECOND, 2 * MINUTE, 10 * MINUTE, 10 * MINUTE, 10 * MINUTE]


@pytest.mark.parametrize(
    ("failure", "trouble"),
    [
        (Transient("503"), Trouble.AWAY),
        (UnknownOutcome("read timeout"), Trouble.AWAY),
        (Misconfigured("invalid_client"), Trouble.APPLICATION),
        (Refused("invalid_grant"), Trouble.REVOKED),
    ],
)
def test_each_failure_is_a_trouble_of_its_own(failure: Transient, trouble: Trouble) -> None:
    row = token.failed(token.take(ROW, "run-1", NOW), failure, NOW)

    assert row.fault is not None
    assert (row.fault.trouble, row.fault.since, row.lease) == (trouble, NOW, None)


def test_a_trouble_that_goes_on_began_when_it_began_and_stays_told() -> None:
    row = token.failed(ROW, Transient("503"), NOW)
    assert row.fault is not None
    row = token.failed(token.told(row, row.fault), Transient("504"), NOW + HOUR)

    assert row.fault is not None
    assert (row.fault.since, row.fault.is_told, row.fault.why) == (NOW, True, "504")


def test_a_server_that_is_away_is_told_of_in_the_last_ten_minutes_of_the_token() -> None:
    row = token.failed(ROW, Transient("503"), NOW + 46 * MINUTE)

    assert token.needs_person(row, GRANT, NOW + 49 * MINUTE) is None
    assert token.needs_person(row, GRANT, NOW + 50 * MINUTE) == row.fault


# ---- What a worker may use


def test_a_token_that_works_is_used_whatever_became_of_the_consent() -> None:
    row = token.failed(ROW, Refused("over"), NOW)

    assert token.obstacle(row, GRANT, NOW + 59 * MINUTE) == ""
    assert "connect shipbob" in token.obstacle(row, GRANT, NOW + HOUR)
    assert "connect shipbob" in token.obstacle(token.refuse(row, GRANT, NOW), GRANT, NOW)


@pytest.mark.parametrize("row", [ROW, token.failed(ROW, Transient("503"), NOW)])
def test_a_token_that_is_soon_replaced_is_no_persons_business(row: TokenRow) -> None:
    assert token.obstacle(row, GRANT, NOW + 2 * HOUR) == ""


PAT = Grant(GrantKind.PAT, "pat")


def test_a_pat_that_is_refused_needs_a_person_at_once() -> None:
    row = token.refuse(ROW, PAT, NOW)

    fault = token.needs_person(row, PAT, NOW)
    assert fault is not None
    assert (fault.trouble, fault.since) == (Trouble.REFUSED, NOW)
    assert "connect shipbob" in token.objection(row, PAT, NOW)


def test_a_pat_refused_for_one_call_is_used_for_the_others_and_nobody_is_woken() -> None:
    row = token.refuse(ROW, PAT, NOW)

    assert token.obstacle(row, PAT, NOW) == ""
    assert (row.asked_at, token.ask(row, PAT, NOW + HOUR)) == (None, row)
    assert token.why_refresh(row, PAT, NOW + HOUR) == ""


def test_a_pat_that_goes_on_being_refused_is_told_once_and_was_refused_when_it_was() -> None:
    row = token.refuse(ROW, PAT, NOW)
    fault = token.needs_person(row, PAT, NOW)
    assert fault is not None
    row = token.told(row, fault)

    assert token.refuse(row, PAT, NOW + HOUR) == row


def test_a_pat_that_is_taken_again_or_replaced_is_no_trouble_any_more() -> None:
    row = token.refuse(ROW, PAT, NOW)

    for now_good in (token.accepted(row), token.about(row, "v2", NOW), token.connected(row, "v2", "me", NOW)):
        assert (now_good.refused_at, token.needs_person(now_good, PAT, NOW)) == (None, None)


# ---- Refusals that a refresh does not cure


def a_refusal(row: TokenRow, grant: Grant, at: dt.datetime) -> tuple[TokenRow, bool]:
    """A worker's 401, and whether a refresh follows from it."""
    row = token.refuse(row, grant, at)
    return row, bool(token.why_refresh(row, grant, at))


def test_a_token_that_was_only_just_given_is_not_refreshed_because_it_is_refused() -> None:
    _, is_refreshed = a_refusal(ROW, GRANT, NOW + 59 * SECOND)
    assert not is_refreshed

    _, is_refreshed = a_refusal(ROW, GRANT, NOW + 60 * SECOND)
    assert is_refreshed


def test_three_fresh_tokens_refused_within_an_hour_end_the_refreshing_and_a_person_is_told() -> None:
    row, at, refreshes = ROW, NOW, 0
    grant = GRANT
    for number in range(2, 100):
        at += 61 * SECOND
        row, is_refreshed = a_refusal(row, grant, at)
        if not is_refreshed:
            break
        row, grant, refreshes = token.settled(row, f"v{number}", at), given(at), refreshes + 1

    assert refreshes == 2
    fault = token.needs_person(row, grant, at)
    assert fault is not None
    assert fault.trouble is Trouble.REJECTED
    assert "scopes" in token.objection(row, grant, at)


def test_a_rejection_stops_the_call_that_was_refused_and_no_other() -> None:
    row, grant, at = refuse_three(2 * MINUTE)

    assert token.objection(row, grant, at)
    assert token.obstacle(row, grant, at) == ""


def refuse_three(spaced: dt.timedelta) -> tuple[TokenRow, Grant, dt.datetime]:
    row, at, grant = ROW, NOW, GRANT
    for number in range(2, 5):
        at += spaced
        row = token.refuse(row, grant, at)
        if number < 4:
            row, grant = token.settled(row, f"v{number}", at), given(at)
    return row, grant, at


def test_tokens_refused_now_and_then_are_refreshed_each_time() -> None:
    row, grant, at = refuse_three(40 * MINUTE)

    assert row.rejection is None
    assert token.why_refresh(row, grant, at)


def test_a_token_refused_long_after_it_was_given_says_nothing_of_fresh_ones() -> None:
    assert token.refuse(ROW, given(NOW, 30 * DAY), NOW + 2 * HOUR).refusals == ()


def test_a_rejected_connection_still_refreshes_in_time_and_is_told_once() -> None:
    row, grant, at = refuse_three(2 * MINUTE)
    fault = token.needs_person(row, grant, at)
    assert fault is not None
    row = token.told(row, fault)
    at += 50 * MINUTE
    assert token.why_refresh(row, grant, at) == "the token ends soon"

    row, grant = token.settled(row, "v9", at), given(at)
    assert token.obstacle(row, grant, at) == "", "the new token is tried"
    row = token.refuse(row, grant, at + 5 * MINUTE)

    assert not token.why_refresh(row, grant, at + 5 * MINUTE)
    fault = token.needs_person(row, grant, at)
    assert fault is not None
    assert fault.is_told


def test_nobody_is_woken_for_a_token_that_is_rejected() -> None:
    row, grant, at = refuse_three(2 * MINUTE)

    assert token.refuse(row, grant, at + HOUR) == row


def test_a_rejection_is_forgotten_once_a_token_has_been_used_to_its_end() -> None:
    row, _, at = refuse_three(2 * MINUTE)
    row = token.settled(token.settled(row, "v9", at), "v10", at + HOUR)

    assert row.rejection is None


def test_a_person_who_connects_again_ends_a_rejection() -> None:
    row, _, at = refuse_three(2 * MINUTE)

    assert token.connected(row, "v9", "a person", at).rejection is None
    assert token.about(row, "v9", at).rejection is None


# ---- Asking


def test_of_many_that_ask_within_a_minute_one_is_heard() -> None:
    row = token.refuse(ROW, GRANT, NOW)

    assert token.refuse(row, GRANT, NOW + 59 * SECOND) == row
    assert token.refuse(row, GRANT, NOW + 60 * SECOND).asked_at == NOW + 60 * SECOND


@pytest.mark.parametrize(
    "row",
    [
        token.take(ROW, "run-1", NOW),
        token.failed(ROW, Transient("503"), NOW),
        token.failed(ROW, Refused("over"), NOW),
    ],
)
def test_nobody_is_woken_for_what_is_under_way_put_off_or_in_vain(row: TokenRow) -> None:
    assert token.ask(row, GRANT, NOW + SECOND).asked_at is None


def test_a_refusal_of_a_token_that_is_being_replaced_is_no_news() -> None:
    taken = token.take(ROW, "run-1", NOW)

    assert token.refuse(taken, GRANT, NOW + SECOND) == taken


def test_a_refresh_that_ended_without_a_word_is_asked_for_again_though_asked_for_before() -> None:
    row = token.take(token.refuse(ROW, GRANT, NOW), "run-1", NOW)

    assert token.refuse(row, GRANT, NOW + token.LEASE).asked_at == NOW + token.LEASE


def test_a_row_says_nothing_that_lets_anybody_in() -> None:
    row = replace(token.failed(ROW, Refused("over"), NOW), spent=("v0",))

    assert "access-" not in repr((row, GRANT))
    assert "s3cret" not in repr((row, GRANT))
