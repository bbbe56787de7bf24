"""The permit in doubt, when nobody knows whether the password was refused, and what a person may clear."""

from __future__ import annotations

import pytest
from bridge.protocols import permit
from bridge.protocols.permit import Clearing, LoginResult, Proof

from tests.protocols.windows_account import (
    DOUBT,
    LEASE,
    MINUTE,
    NOW,
    PROVEN,
    REFUSED,
    SECOND,
    SILENCE,
    UNUSED,
    Account,
)

# ---- Doubt


def test_after_one_doubt_one_probe_at_once(proven: Account) -> None:
    proven.logs_in(DOUBT)

    assert [proven.asks(holder) is None for holder in "ab"] == [True, False]


def test_after_a_second_doubt_in_a_row_the_next_probe_half_an_hour_after_it(proven: Account) -> None:
    proven.logs_in(DOUBT)
    proven.now += 5 * MINUTE
    proven.logs_in(DOUBT)
    last = proven.now

    denied = proven.asks("a")
    assert denied is not None
    assert (denied.until, denied.needs_repair) == (last + 30 * MINUTE, False)
    proven.now = last + 30 * MINUTE - SECOND
    assert proven.asks("b") is not None
    proven.now = last + 30 * MINUTE
    assert [proven.asks(holder) is None for holder in "cd"] == [True, False]


def test_each_further_doubt_waits_half_an_hour_again(account: Account) -> None:
    account.logs_in(DOUBT)
    for _ in range(4):
        account.logs_in(DOUBT)
        assert account.asks("at once") is not None
        account.now += 30 * MINUTE


def test_a_success_ends_the_doubt(proven: Account) -> None:
    proven.logs_in(DOUBT)
    proven.logs_in(PROVEN)
    proven.logs_in(DOUBT)

    assert proven.asks("probe") is None


def test_a_success_from_before_the_doubt_does_not_end_it(proven: Account) -> None:
    proven.asks("a")
    proven.asks("b")
    proven.now += SECOND
    proven.tells("a", DOUBT)
    proven.tells("b", PROVEN)

    assert proven.proof() is Proof.UNPROVEN
    proven.logs_in(DOUBT)
    assert proven.asks("c") is not None


def test_a_login_of_which_nothing_is_heard_is_a_doubt_when_its_lease_runs_out(proven: Account) -> None:
    proven.asks("crashed")
    proven.now += LEASE
    proven.logs_in(DOUBT)

    denied = proven.asks("next")

    assert denied is not None
    assert denied.until == proven.now + 30 * MINUTE


def test_the_half_hour_counts_from_when_the_lease_ran_out_and_not_from_when_somebody_looked(proven: Account) -> None:
    proven.logs_in(DOUBT)
    proven.asks("crashed")
    ran_out = proven.now + LEASE
    proven.now += 20 * MINUTE

    denied = proven.asks("next")

    assert denied is not None
    assert denied.until == ran_out + 30 * MINUTE


@pytest.mark.parametrize("word", [PROVEN, DOUBT, SILENCE, UNUSED])
def test_a_word_that_comes_after_the_lease_ran_out_changes_nothing(account: Account, word: LoginResult) -> None:
    account.asks("slow")
    account.now += LEASE
    account.logs_in(DOUBT)
    before = account.asks("next")
    account.tells("slow", word)

    assert before is not None
    assert account.asks("next") == before


def test_a_success_told_after_its_lease_ran_out_proves_nothing(account: Account) -> None:
    account.asks("slow")
    account.now += LEASE
    account.tells("slow", PROVEN)

    assert account.proof() is Proof.UNPROVEN


# ---- Silence: no answer for so long that it was no refusal


def test_slow_work_says_nothing_against_a_proven_password(proven: Account) -> None:
    for _ in range(5):
        proven.logs_in(SILENCE)

    assert proven.proof() is Proof.PROVEN
    assert [proven.asks(holder) is None for holder in "abc"] == [True, True, False]


def test_slow_work_does_not_end_a_doubt(proven: Account) -> None:
    proven.asks("a")
    proven.asks("b")
    proven.tells("a", DOUBT)
    proven.tells("b", SILENCE)

    assert proven.asks("c") is not None


def test_with_an_unproven_password_silence_is_a_doubt(account: Account) -> None:
    account.logs_in(SILENCE)
    account.logs_in(SILENCE)

    denied = account.asks("a")
    assert denied is not None
    assert denied.until == account.now + 30 * MINUTE


# ---- A person clears


def test_a_person_may_allow_a_refused_password_again(account: Account) -> None:
    account.logs_in(REFUSED)
    account.clears()

    assert account.proof() is Proof.UNPROVEN
    assert [account.asks(holder) is None for holder in "ab"] == [True, False]


def test_a_clearing_forgets_the_refusals_of_the_account(account: Account) -> None:
    for version in ("v1", "v2", "v3"):
        account.logs_in(REFUSED, version)
    account.clears()

    assert account.asks("a", "v4") is None


def test_a_clearing_ends_the_wait_after_doubts(account: Account) -> None:
    account.logs_in(DOUBT)
    account.logs_in(DOUBT)
    account.clears()

    assert account.asks("a") is None


def test_a_clearing_leaves_a_proven_password_proven(proven: Account) -> None:
    proven.clears()

    assert proven.proof() is Proof.PROVEN


def test_who_cleared_when_and_why_stays_in_the_row(account: Account) -> None:
    account.clears()
    account.logs_in(PROVEN)

    assert account.row.clearings == (Clearing("a person", "password set again", NOW),)


def test_a_password_refused_again_after_a_clearing_is_stopped_again(account: Account) -> None:
    account.logs_in(REFUSED)
    account.clears()
    account.logs_in(REFUSED)

    assert account.asks("a") is not None


# ---- To look is not to ask


def test_a_look_says_what_asking_would_and_takes_nothing(proven: Account) -> None:
    assert permit.look(proven.row, "v1", proven.now) is None
    proven.logs_in(REFUSED)

    assert permit.look(proven.row, "v1", proven.now) == proven.asks("a")
