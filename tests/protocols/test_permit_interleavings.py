"""Any number of workers, in any order: asking, crashing, late, in doubt, with old and new versions of the secret.

The server is played here: it takes a version's password until the moment it goes bad, and counts what it refuses. A
worker keeps the one promise that the permit relies on: its type 3 goes out before its lease ends.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import pytest
from bridge.protocols import permit
from bridge.protocols.permit import Denied, LoginResult, PermitRow, Proof
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

START = dt.datetime(2026, 11, 17, 14, 5, tzinfo=dt.UTC)
SECOND, MINUTE, HOUR = dt.timedelta(seconds=1), dt.timedelta(minutes=1), dt.timedelta(hours=1)
VERSIONS = ("v1", "v2", "v3", "v4", "v5")  # fewer than are remembered
ASKED_FOR = ("v1", "v1", "v1", "v1", *VERSIONS)
STEPS = (SECOND, 40 * SECOND, permit.LEASE, permit.LEASE, 10 * MINUTE, 31 * MINUTE, 25 * HOUR)


@dataclass
class Login:
    """One login as it really goes, which the row may never hear of."""

    holder: str
    version: str
    ends: dt.datetime
    answered: LoginResult = LoginResult.UNUSED  # what the server said: nothing asked, let in, refused


@dataclass(frozen=True)
class Refused:
    """A refusal as the server counts it."""

    version: str
    at: dt.datetime
    is_in_time: bool = True  # told before the lease ran out


class Workers(RuleBasedStateMachine):
    """Workers, the server, and the row between them."""

    def __init__(self) -> None:
        super().__init__()
        self.now = START
        self.row = PermitRow("wingtip\\svc-bridge")
        self.bad: set[str] = set()
        self.asked = 0
        self.under_way: list[Login] = []
        # All since a person last cleared:
        self.refused: list[Refused] = []
        self.told: list[Refused] = []
        self.unheard = dict.fromkeys(VERSIONS, 0)  # refused logins that the row knew as doubts at best

    @initialize(is_proven=st.booleans(), bad=st.sets(st.sampled_from(VERSIONS)))
    def a_day_begins(self, is_proven: bool, bad: set[str]) -> None:  # noqa: FBT001 - drawn
        if is_proven:
            self.workers_ask("v1", 1, is_quick=True)
            self.a_worker_tells(0, is_sent=True, is_heard=1)
        self.bad = bad

    # ---- What may happen

    @rule(version=st.sampled_from(ASKED_FOR), count=st.integers(1, 3), is_quick=st.booleans())
    def workers_ask(self, version: str, count: int, is_quick: bool) -> None:  # noqa: FBT001 - drawn
        """Some at once; the quick have sent their password before anything else happens."""
        for _ in range(count):
            self.asked += 1
            login = Login(f"worker {self.asked}", version, self.now + permit.LEASE)
            if self._is_granted(login) and is_quick:
                self._send(login)

    def _is_granted(self, login: Login) -> bool:
        before = permit.look(self.row, login.version, self.now)
        answer = permit.ask(self.row, login.version, login.holder, self.now)
        if isinstance(answer, Denied):
            assert answer == before
            assert answer.until is None or answer.until > self.now
            return False
        assert before is None
        self._check_grant(login.version)
        self.row = answer
        self.under_way.append(login)
        return True

    def _check_grant(self, version: str) -> None:
        live = [login for login in self.under_way if login.ends > self.now]
        stands = {stands.id: stands for stands in self.row.versions}.get(version)
        is_proven = stands is not None and stands.proof is Proof.PROVEN
        assert len(live) < 2
        assert is_proven or all(login.version != version for login in live)
        assert version not in {refusal.version for refusal in self.told}
        recent = [refusal for refusal in self.told if refusal.at > self.now - 24 * HOUR]
        assert len(recent) + len(live) < 3, "all of them may be refused"

    def _send(self, login: Login) -> None:
        """Type 3 goes out, if it may still and has not yet, and the server answers."""
        if login.answered is not LoginResult.UNUSED or login.ends <= self.now:
            return
        if login.version in self.bad:
            login.answered = LoginResult.REFUSED
            self.refused.append(Refused(login.version, self.now))
        else:
            login.answered = LoginResult.PROVEN

    @precondition(lambda self: self.under_way)
    @rule(which=st.integers(0, 1), is_sent=st.booleans(), is_heard=st.integers(0, 2))
    def a_worker_tells(self, which: int, is_sent: bool, is_heard: int) -> None:  # noqa: FBT001 - drawn
        """What it knows; one in three has lost the server's answer. Who was let in may have waited long for it."""
        login = self.under_way.pop(which % len(self.under_way))
        if is_sent:
            self._send(login)
        result = login.answered
        if not is_heard and login.answered is not LoginResult.UNUSED:
            is_slow = login.answered is LoginResult.PROVEN and which == 1
            result = LoginResult.SILENCE if is_slow else LoginResult.DOUBT
        self.row = permit.give_back(self.row, login.version, login.holder, result, self.now)
        is_in_time = login.ends > self.now
        if result is LoginResult.REFUSED:
            self.told.append(Refused(login.version, self.now, is_in_time))
        if login.answered is LoginResult.REFUSED and not (is_in_time and result is LoginResult.REFUSED):
            self.unheard[login.version] += 1

    @precondition(lambda self: self.under_way)
    @rule(which=st.integers(0, 1), is_sent=st.booleans())
    def a_worker_crashes(self, which: int, is_sent: bool) -> None:  # noqa: FBT001 - drawn
        login = self.under_way.pop(which % len(self.under_way))
        if is_sent:
            self._send(login)
        if login.answered is LoginResult.REFUSED:
            self.unheard[login.version] += 1

    @rule(version=st.sampled_from(ASKED_FOR))
    def a_password_goes_bad(self, version: str) -> None:
        self.bad.add(version)

    @rule(step=st.sampled_from(STEPS))
    def time_passes(self, step: dt.timedelta) -> None:
        self.now += step

    @rule(is_rare=st.integers(0, 9))
    def a_person_clears(self, is_rare: int) -> None:
        if is_rare:
            return
        self.row = permit.clear(self.row, "a person", "a reason", self.now)
        self.refused, self.told = [], []
        self.unheard = dict.fromkeys(VERSIONS, 0)

    # ---- What must hold, always

    @invariant()
    def at_most_two_refused_logins_of_a_version_but_for_those_nobody_told_of(self) -> None:
        for version in VERSIONS:
            refused = [refusal for refusal in self.refused if refusal.version == version]
            late = sum(login.version == version and login.answered is LoginResult.REFUSED for login in self.late())
            assert len(refused) <= 2 + max(0, self.unheard[version] + late - 1)

    def late(self) -> list[Login]:
        return [login for login in self.under_way if login.ends <= self.now]

    @invariant()
    def at_most_two_refused_logins_of_a_version_in_any_half_hour_whatever_crashes(self) -> None:
        for version in VERSIONS:
            moments = sorted(refusal.at for refusal in self.refused if refusal.version == version)
            for first, third in zip(moments, moments[2:], strict=False):
                assert third - first >= 30 * MINUTE

    @invariant()
    def at_most_three_refusals_of_the_account_in_a_day_but_for_those_told_too_late(self) -> None:
        in_time = [refusal.at for refusal in self.told if refusal.is_in_time]
        for moment in in_time:
            assert sum(moment - 24 * HOUR < other <= moment for other in in_time) <= 3

    @invariant()
    def the_row_stays_small(self) -> None:
        assert len(self.row.versions) <= len(VERSIONS)
        assert all(stands.doubts >= 0 for stands in self.row.versions)

    # ---- And somebody may log in again

    def teardown(self) -> None:
        leases_over = self.now + permit.LEASE
        cleared = permit.clear(self.row, "a person", "a reason", leases_over)
        for version in (*VERSIONS, "new"):
            assert permit.look(cleared, version, leases_over) is None
        assert permit.look(self.row, "new", leases_over + 24 * HOUR) is None
        for version in VERSIONS:
            self._check_that_waiting_ends(version)

    def _check_that_waiting_ends(self, version: str) -> None:
        """Asking again at the moment one was told ends in a login, or in what only a person can end."""
        now = self.now
        for _ in range(5):
            denied = permit.look(self.row, version, now)
            if denied is None or denied.until is None:
                return
            now = denied.until
        pytest.fail(f"{version} is put off for ever")


Workers.TestCase.settings = settings(max_examples=400, stateful_step_count=50, deadline=None)
TestWorkers = Workers.TestCase
