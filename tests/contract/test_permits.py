"""The permits' promises, kept by memory, by moto's DynamoDB and by the local cloud's, in the table as declared."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Protocol

import pytest
from bridge.aws.permits import Permits
from bridge.ports import Permits as PermitsPort
from bridge.protocols import permit
from bridge.protocols.permit import Clearing, Lease, LoginPermit, LoginResult, PermitRow, Proof, Refusal, SecretVersion

from local.memory.permits import MemoryPermits
from local.memory.stores import MemoryClock

NOW = dt.datetime(2026, 11, 17, 2, 14, 0, 123456, dt.UTC)
USER = "WINGTIP\\Svc-Bridge"
HOUR = dt.timedelta(hours=1)
ACCOUNT = "wingtip\\svc-bridge"
WORKERS = 50
PROVEN, REFUSED, DOUBT, UNUSED = LoginResult.PROVEN, LoginResult.REFUSED, LoginResult.DOUBT, LoginResult.UNUSED


class Store(PermitsPort, Protocol):
    """What the composition root holds: the operator's port, and the permits that connections are given."""

    def login(self, username: str, version: str, holder: str) -> LoginPermit: ...

    def change[D](self, account: str, step: Callable[[PermitRow, dt.datetime], PermitRow | D]) -> PermitRow | D: ...


WHOLE = PermitRow(
    ACCOUNT,
    versions=(
        SecretVersion("v1", NOW - 3 * HOUR, Proof.REJECTED, refused_at=NOW - 2 * HOUR),
        SecretVersion("v2", NOW - HOUR, doubts=2, doubted_at=NOW, leases=(Lease("one-1", NOW, NOW + HOUR),)),
        SecretVersion("v3", NOW, Proof.PROVEN, (Lease("two-7", NOW, NOW + HOUR), Lease("two-8", NOW, NOW + HOUR))),
    ),
    refusals=(Refusal("one-1", "v1", NOW - 2 * HOUR),),
    clearings=(Clearing("a person", "Größe “7”", NOW - HOUR),),
)


@pytest.fixture
def clock() -> MemoryClock:
    return MemoryClock(NOW)


@pytest.fixture(params=["memory", "moto", "local"])
def store(request: pytest.FixtureRequest, clock: MemoryClock) -> Store:
    if request.param == "memory":
        return MemoryPermits(clock.now)
    return Permits(request.getfixturevalue(request.param), "State", clock.now)


def the_row(store: Store) -> PermitRow:
    (row,) = store.show()
    return row


# ---- Every store


def test_an_account_that_never_asked_is_not_shown(store: Store) -> None:
    assert list(store.show()) == []


def test_what_was_taken_is_seen_by_every_worker_until_it_is_given_back(store: Store) -> None:
    one, other = store.login(USER, "v1", "one"), store.login(USER, "v1", "other")

    assert one.take() is None
    assert other.take() is not None
    one.give_back(UNUSED)
    assert other.take() is None


def test_a_denial_says_until_when(store: Store) -> None:
    store.login(USER, "v1", "one").take()

    denied = store.login(USER, "v1", "other").take()

    assert denied is not None
    assert denied.until == NOW + permit.LEASE


def test_a_login_refused_once_is_refused_for_every_worker_until_the_secret_has_another_version(store: Store) -> None:
    one = store.login(USER, "v1", "one")
    one.take()
    one.give_back(REFUSED)

    assert one.take() is not None
    assert store.login(USER, "v1", "other").take() is not None
    assert store.login(USER, "v2", "other").take() is None


def test_the_account_is_the_same_however_its_name_is_spelled(store: Store) -> None:
    one = store.login(USER, "v1", "one")
    one.take()
    one.give_back(REFUSED)

    assert store.login(USER.upper(), "v1", "other").take() is not None
    assert the_row(store).account == ACCOUNT


def test_one_account_says_nothing_of_another(store: Store) -> None:
    one = store.login(USER, "v1", "one")
    one.take()
    one.give_back(REFUSED)

    assert store.login("WINGTIP\\other", "v1", "two").take() is None
    assert [row.account for row in store.show()] == ["wingtip\\other", ACCOUNT]


def test_a_login_that_is_never_given_back_is_a_doubt_when_its_lease_is_over(store: Store, clock: MemoryClock) -> None:
    store.login(USER, "v1", "crashed").take()
    clock.advance(permit.LEASE)
    probe = store.login(USER, "v1", "probe")
    assert probe.take() is None
    probe.give_back(DOUBT)

    denied = probe.take()

    assert denied is not None
    assert denied.until == clock.now() + permit.PROBE_AGAIN_AFTER


def test_every_login_of_one_connection_is_a_login_of_its_own(store: Store) -> None:
    one = store.login(USER, "v1", "one")
    for _ in range(3):
        assert one.take() is None
        one.give_back(PROVEN)

    assert the_row(store).versions[0].proof is Proof.PROVEN
    assert the_row(store).versions[0].leases == ()


def test_a_login_that_the_same_connection_forgot_to_give_back_stays_under_way(store: Store) -> None:
    one = store.login(USER, "v1", "one")

    assert one.take() is None
    assert one.take() is not None


def test_a_row_is_read_as_it_was_written(store: Store) -> None:
    store.change(ACCOUNT, lambda _row, _now: WHOLE)

    assert the_row(store) == dataclasses.replace(WHOLE, version=1)


def test_what_a_person_cleared_may_log_in_again_and_the_row_says_who_and_why(store: Store) -> None:
    one = store.login(USER, "v1", "one")
    one.take()
    one.give_back(REFUSED)

    cleared = store.clear(ACCOUNT, "a person", "password set back")

    assert cleared == the_row(store)
    assert [(each.by, each.why, each.at) for each in cleared.clearings] == [("a person", "password set back", NOW)]
    assert one.take() is None


def at_once[T](work: list[Callable[[], T]]) -> list[T]:
    with ThreadPoolExecutor(len(work)) as pool:
        return [done.result() for done in [pool.submit(each) for each in work]]


@pytest.mark.parametrize("store", ["memory", "local"], indirect=True)
@pytest.mark.parametrize(("is_proven", "granted"), [(False, 1), (True, 2)])
def test_of_fifty_workers_at_once_as_many_are_granted_as_may_be(store: Store, is_proven: bool, granted: int) -> None:  # noqa: FBT001
    """moto is left out: it reads, compares and writes in this very process, without a lock."""
    if is_proven:
        first = store.login(USER, "v1", "first")
        first.take()
        first.give_back(PROVEN)

    answers = at_once([store.login(USER, "v1", f"worker {number}").take for number in range(WORKERS)])

    assert answers.count(None) == granted
    assert len(the_row(store).versions[0].leases) == granted


@pytest.mark.parametrize("store", ["memory", "local"], indirect=True)
def test_no_word_of_a_worker_is_lost_while_the_others_ask(store: Store) -> None:
    def log_in(number: int) -> None:
        mine = store.login(USER, "v1", f"worker {number}")
        while mine.take() is not None:
            pass
        mine.give_back(PROVEN)

    at_once([lambda number=number: log_in(number) for number in range(8)])  # type: ignore[misc]

    (stands,) = the_row(store).versions
    assert (stands.proof, stands.leases, stands.doubts) == (Proof.PROVEN, (), 0)
