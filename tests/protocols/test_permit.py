"""The permit to log in: a refused password is tried by nobody again, whoever asks and whenever."""

from __future__ import annotations

import datetime as dt

import pytest
from bridge.protocols import permit
from bridge.protocols.permit import LoginResult, Proof

from tests.protocols.windows_account import DOUBT, HOUR, LEASE, NOW, PROVEN, REFUSED, SECOND, UNUSED, Account

# ---- How many at once


def test_one_login_at_a_time_while_the_password_is_unproven(account: Account) -> None:
    assert account.asks("a") is None
    denied = account.asks("b")

    assert denied is not None
    assert (denied.until, denied.needs_repair) == (NOW + LEASE, False)


def test_two_logins_at_a_time_once_the_password_is_proven(proven: Account) -> None:
    assert [proven.asks(holder) is None for holder in "abc"] == [True, True, False]


def test_two_logins_of_an_account_at_a_time_whatever_versions_its_secret_has(proven: Account) -> None:
    assert (proven.asks("a"), proven.asks("b")) == (None, None)

    denied = proven.asks("c", "v2")

    assert denied is not None
    assert denied.until == proven.now + LEASE


def test_a_new_version_may_log_in_beside_the_old_one(proven: Account) -> None:
    assert (proven.asks("a", "v1"), proven.asks("b", "v2")) == (None, None)


def test_who_is_told_to_wait_for_a_login_under_way_is_told_until_when(proven: Account) -> None:
    proven.asks("a")
    first_ends = proven.now + LEASE
    proven.now += 20 * SECOND
    proven.asks("b")

    denied = proven.asks("c")

    assert denied is not None
    assert denied.until == first_ends


def test_a_login_that_never_tried_the_password_leaves_everything_as_it_was(account: Account) -> None:
    for _ in range(5):
        account.logs_in(UNUSED)

    assert account.proof() is Proof.UNPROVEN
    assert account.asks("next") is None


def test_the_same_login_asking_twice_is_one_login(account: Account) -> None:
    assert (account.asks("a"), account.asks("a")) == (None, None)

    account.tells("a", PROVEN)

    assert account.row.versions[0].leases == ()


def test_letter_cases_do_not_make_a_windows_account_another() -> None:
    assert permit.account_of(" WINGTIP\\Svc-Bridge ") == permit.account_of("wingtip\\svc-bridge")


# ---- Refused


def test_a_refused_password_is_never_tried_again_by_time_alone(account: Account) -> None:
    account.logs_in(REFUSED)
    account.now += dt.timedelta(days=4000)

    denied = account.asks("later")

    assert denied is not None
    assert (denied.until, denied.needs_repair) == (None, True)


def test_who_is_denied_a_refused_password_hears_when_it_was_refused_and_what_to_do(account: Account) -> None:
    account.asks("a")
    account.tells("a", REFUSED)

    denied = account.asks("b")

    assert denied is not None
    for words in ("refused at 02:14 UTC on 2026-11-17", "domain controller", "GP secret", "permit clear --why"):
        assert words in denied.why


def test_a_second_login_that_was_under_way_does_not_undo_the_refusal(proven: Account) -> None:
    proven.asks("a")
    proven.asks("b")
    proven.tells("a", REFUSED)
    proven.tells("b", PROVEN)

    assert proven.proof() is Proof.REJECTED
    assert proven.asks("c") is not None


@pytest.mark.parametrize("word", [PROVEN, DOUBT, UNUSED])
def test_nothing_that_a_login_may_tell_undoes_a_refusal(proven: Account, word: LoginResult) -> None:
    proven.asks("a")
    proven.asks("b")
    proven.tells("a", REFUSED)
    proven.tells("b", word)
    proven.now += 30 * HOUR

    assert proven.proof() is Proof.REJECTED


def test_a_refusal_is_believed_after_its_lease_ran_out(account: Account) -> None:
    account.asks("a")
    account.now += 2 * LEASE
    account.tells("a", REFUSED)

    assert account.proof() is Proof.REJECTED


def test_a_refusal_told_twice_counts_once(account: Account) -> None:
    account.asks("a")
    account.tells("a", REFUSED)
    account.tells("a", REFUSED)

    assert len(account.row.refusals) == 1


def test_a_new_version_of_the_secret_may_log_in_after_a_refusal(account: Account) -> None:
    account.logs_in(REFUSED)

    assert account.asks("b", "v2") is None


def test_a_worker_with_the_old_password_changes_nothing_for_the_new_one(account: Account) -> None:
    account.logs_in(REFUSED, "old")
    account.logs_in(PROVEN, "new")

    assert account.asks("late worker", "old") is not None
    assert (account.proof("old"), account.proof("new")) == (Proof.REJECTED, Proof.PROVEN)


# ---- Over all versions


def test_after_three_refusals_in_a_day_no_version_is_tried_until_the_oldest_is_a_day_old(account: Account) -> None:
    for version in ("v1", "v2", "v3"):
        account.logs_in(REFUSED, version)
        account.now += HOUR
    first = NOW + SECOND

    denied = account.asks("a", "v4")
    assert denied is not None
    assert (denied.until, denied.needs_repair) == (first + 24 * HOUR, True)
    account.now = first + 24 * HOUR - SECOND
    assert account.asks("b", "v4") is not None
    account.now = first + 24 * HOUR
    assert account.asks("c", "v4") is None


def test_two_refusals_in_a_day_leave_a_third_try_to_a_new_version(account: Account) -> None:
    account.logs_in(REFUSED, "v1")
    account.logs_in(REFUSED, "v2")

    assert account.asks("a", "v3") is None


def test_a_login_waits_where_it_and_those_under_way_might_be_refused_beyond_three_in_a_day(account: Account) -> None:
    account.logs_in(REFUSED, "v1")
    account.logs_in(REFUSED, "v2")
    assert account.asks("a", "v3") is None
    ends = account.now + LEASE

    denied = account.asks("b", "v4")
    assert denied is not None
    assert (denied.until, denied.needs_repair) == (ends, False)
    account.tells("a", PROVEN, "v3")
    assert account.asks("c", "v4") is None, "nothing is under way any more"


def test_with_one_refusal_in_a_day_two_versions_may_log_in_at_once(account: Account) -> None:
    account.logs_in(REFUSED, "v1")

    assert (account.asks("a", "v2"), account.asks("b", "v3")) == (None, None)


def test_three_refusals_stop_a_version_that_was_proven_too(proven: Account) -> None:
    for version in ("v2", "v3", "v4"):
        proven.logs_in(REFUSED, version)

    assert proven.asks("a", "v1") is not None


def test_of_very_many_versions_the_newest_are_remembered(account: Account) -> None:
    for number in range(50):
        account.logs_in(PROVEN, f"v{number}")

    assert [stands.id for stands in account.row.versions] == [f"v{number}" for number in range(42, 50)]


def test_a_version_with_a_login_under_way_is_not_forgotten(account: Account) -> None:
    account.asks("slow", "v0")
    for number in range(1, 50):
        account.logs_in(PROVEN, f"v{number}")

    assert [lease.holder for stands in account.row.versions for lease in stands.leases] == ["slow"]
