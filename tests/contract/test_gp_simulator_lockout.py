"""The account behind the GP simulator, as a directory keeps it: counted, locked, changed, and never explained."""

from __future__ import annotations

import datetime as dt
import itertools
import os
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from local.gp import GpSimulator
from local.gp.account import Account
from local.gp.ntlm import Binding, Login
from tests.contract.gp_bodies import Client, Control
from tests.contract.gp_wire import Line, Person, line

WRONG = "not the password"
THRESHOLD = 5


class Hours:
    """A directory's clock, moved by the test."""

    def __init__(self) -> None:
        self.now = dt.datetime(2026, 11, 23, 9, 0, tzinfo=dt.UTC).replace(tzinfo=None)  # as GP's own stamps

    def __call__(self) -> dt.datetime:
        return self.now


@pytest.fixture
def hours() -> Hours:
    return Hours()


@pytest.fixture
def gp(folder: Path, hours: Hours) -> Iterator[GpSimulator]:
    with GpSimulator(folder, lockout_threshold=THRESHOLD, clock=hours) as simulator:
        yield simulator


def status(gp: GpSimulator, password: str | None = None) -> int:
    """Of a new login."""
    client = Client(gp, password)
    with client.session:
        return client.get().status_code


def test_each_refused_login_is_one_bad_password_and_a_success_forgets_them(gp: GpSimulator) -> None:
    assert [status(gp, WRONG) for _ in range(THRESHOLD - 1)] == [401] * 4
    assert (gp.counters.bad_passwords, gp.counters.refused, gp.counters.locked) == (4, 4, False)
    assert status(gp) == 200
    assert (gp.counters.bad_passwords, gp.counters.refused, gp.counters.locked) == (0, 4, False)


def test_at_the_threshold_the_right_password_is_refused_until_somebody_unlocks(gp: GpSimulator) -> None:
    assert [status(gp, WRONG) for _ in range(THRESHOLD)] == [401] * 5
    assert gp.counters.locked

    assert [status(gp), status(gp, WRONG)] == [401, 401]
    assert (gp.counters.bad_passwords, gp.counters.refused) == (THRESHOLD, 7), "a locked account counts no further"

    gp.unlock()
    assert status(gp) == 200
    assert (gp.counters.bad_passwords, gp.counters.locked) == (0, False)


def test_an_account_is_never_locked_unless_it_is_asked_for(folder: Path) -> None:
    with GpSimulator(folder) as gp:
        assert {status(gp, WRONG) for _ in range(12)} == {401}
        assert (gp.counters.bad_passwords, gp.counters.locked, status(gp)) == (12, False, 200)


def locked(gp: GpSimulator) -> None:
    for _ in range(THRESHOLD):
        status(gp, WRONG)


def disabled(gp: GpSimulator) -> None:
    gp.account.restrict(disabled=True)


def expired(gp: GpSimulator) -> None:
    gp.account.restrict(expired=True)


@pytest.mark.parametrize("close", [locked, disabled, expired])
def test_why_a_login_is_refused_is_told_to_nobody(gp: GpSimulator, close: Callable[[GpSimulator], None]) -> None:
    with line(gp) as before, line(gp) as after:
        wrong = before.logs_in(Person(gp, WRONG))
        close(gp)
        right = after.logs_in(Person(gp))

    assert (right.status, right.offers, right.body) == (wrong.status, wrong.offers, wrong.body) == (401, ["NTLM"], b"")
    assert sorted(right.headers) == sorted(wrong.headers)


def test_a_closed_account_does_not_count_its_right_password_and_can_be_opened(gp: GpSimulator) -> None:
    gp.account.restrict(disabled=True)
    assert status(gp) == 401
    assert (gp.counters.bad_passwords, gp.counters.refused) == (0, 1)

    gp.account.restrict()
    assert status(gp) == 200


# A changed password


def test_the_old_password_works_for_an_hour_after_a_change(gp: GpSimulator, hours: Hours) -> None:
    old = gp.password
    gp.change_password("the second")

    hours.now += dt.timedelta(minutes=59)
    assert [status(gp, old), status(gp)] == [200, 200]

    hours.now += dt.timedelta(minutes=1)
    assert [status(gp, old), status(gp)] == [401, 200]


def test_the_last_two_passwords_never_count_and_the_one_before_them_does(gp: GpSimulator, hours: Hours) -> None:
    first = gp.password
    for newer in ("the second", "the third", "the fourth"):
        gp.change_password(newer)
    hours.now += dt.timedelta(hours=2)

    assert [status(gp, old) for old in ("the third", "the second")] == [401, 401]
    assert (gp.counters.bad_passwords, gp.counters.refused) == (0, 2)

    assert status(gp, first) == 401
    assert gp.counters.bad_passwords == 1


def test_a_password_that_was_set_leaves_nothing_of_the_old_one(gp: GpSimulator) -> None:
    old = gp.password
    gp.password = "the second"  # noqa: S105

    assert status(gp, old) == 401
    assert gp.counters.bad_passwords == 1


# Whose challenge was answered


def test_an_answer_to_the_challenge_of_another_connection_is_a_bad_password(gp: GpSimulator) -> None:
    """What callers do to themselves that share one session: the directory sees a wrong password."""
    with line(gp) as mine, line(gp) as theirs:
        person = Person(gp)
        challenge = mine.get(person.opening()).challenge
        theirs.get(Person(gp).opening())

        assert theirs.get(person.proof(challenge)).status == 401

    assert (gp.counters.bad_passwords, gp.counters.refused) == (1, 1)


def test_an_answer_where_nothing_was_asked_is_no_bad_password(gp: GpSimulator) -> None:
    """Nothing that a directory could judge."""
    with line(gp) as mine, line(gp) as fresh:
        person = Person(gp)
        proof = person.proof(mine.get(person.opening()).challenge)

        assert fresh.get(proof).status == 401

    assert (gp.counters.bad_passwords, gp.counters.refused, gp.counters.legs_by_kind["type 3"]) == (0, 0, 1)


def test_an_answer_is_taken_once(gp: GpSimulator) -> None:
    with line(gp) as mine:
        person = Person(gp, WRONG)
        proof = person.proof(mine.get(person.opening()).challenge)
        assert [mine.get(proof).status, mine.get(proof).status] == [401, 401]

    assert gp.counters.bad_passwords == 1


# Many at once


@pytest.fixture
def often() -> Iterator[None]:
    """Threads take turns so often that what they share must be guarded."""
    usual = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(usual)


def at_once(count: int, work: Callable[[], int]) -> list[int]:
    """What each of so many workers got that began together."""
    together = threading.Barrier(count)
    got: list[int] = []

    def run() -> None:
        together.wait(30)
        got.append(work())

    threads = [threading.Thread(target=run) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return got


def test_fifty_workers_with_the_right_password_are_all_let_in(gp: GpSimulator, tmp_path: Path) -> None:
    """Half of them elsewhere, where the same account has another password."""
    with GpSimulator(tmp_path) as elsewhere:
        turns = itertools.cycle([gp, elsewhere])
        assert at_once(50, lambda: status(next(turns))) == [200] * 50
        for each in (gp, elsewhere):
            assert (each.counters.logins, each.counters.refused, each.counters.bad_passwords) == (25, 0, 0)
            assert each.counters.legs_by_kind == {"bare": 25, "type 1": 25, "type 3": 25}


def test_logins_in_parallel_read_their_own_accounts_file_and_leave_the_environment_as_it_was(
    folder: Path, tmp_path: Path, often: None
) -> None:
    before = dict(os.environ)  # noqa: TID251 - the acceptor is told by it which file to read
    accounts = itertools.cycle([Account(folder, None), Account(tmp_path, None)])

    def proves() -> int:
        account = next(accounts)
        login, client = Login(account, Binding()), Person(account)
        challenge = login.challenge(client.opening())
        return 200 if challenge and login.prove(client.proof(challenge)) else 401

    assert at_once(50, proves) == [200] * 50
    assert dict(os.environ) == before  # noqa: TID251 - as above


def test_fifty_workers_with_a_wrong_password_lock_the_account_and_count_no_further(gp: GpSimulator) -> None:
    assert at_once(50, lambda: status(gp, WRONG)) == [401] * 50
    assert (gp.counters.logins, gp.counters.refused) == (0, 50)
    assert (gp.counters.bad_passwords, gp.counters.locked) == (THRESHOLD, True)


def test_handshakes_are_counted_as_long_as_they_are_open(gp: GpSimulator) -> None:
    with ExitStack() as open_lines:
        lines: list[Line] = [open_lines.enter_context(line(gp)) for _ in range(3)]
        people = [Person(gp) for _ in lines]
        asked = [each.get(person.opening()).challenge for each, person in zip(lines, people, strict=True)]
        for each, person, challenge in zip(lines, people, asked, strict=True):
            assert each.get(person.proof(challenge)).status == 200
        assert gp.counters.max_handshakes == 3

        later = open_lines.enter_context(line(gp))
        assert later.logs_in(Person(gp)).status == 200
        assert gp.counters.max_handshakes == 3, "those that ended are over"


# From outside


def test_the_control_api_shows_the_account_and_treats_it(gp: GpSimulator, control: Control) -> None:
    old = gp.password
    locked(gp)
    assert {name: control.get("/counters")[name] for name in ("bad_passwords", "locked", "refused")} == {
        "bad_passwords": THRESHOLD,
        "locked": True,
        "refused": THRESHOLD,
    }

    assert control.post("/unlock") == 200
    assert control.post("/password", password="the second", keep_old=True) == 200  # noqa: S106
    assert [status(gp, old), status(gp, "the second")] == [200, 200]

    assert control.post("/password", password="the third") == 200  # noqa: S106
    assert [status(gp, "the second"), control.get("/counters")["bad_passwords"]] == [401, 1]

    assert control.post("/account", disabled=True) == 200
    assert status(gp) == 401
    assert control.post("/account") == 200
    assert status(gp) == 200
