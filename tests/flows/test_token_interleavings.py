"""Any number of runs and workers, in any order: crashing, refused, late, with ShipBob and AWS failing as they like.

Where a refresh token works once, the consent may be lost by what nobody can help: a process that ends, or an answer
that is lost, between ShipBob's giving tokens and their being stored. By nothing else; and never where ShipBob gives an
answer a second time.
"""

from __future__ import annotations

import datetime as dt

from bridge.console import connecting
from bridge.domain.outcome import Transient
from bridge.flows.keep_connected import KeepConnected
from bridge.protocols.grant import GrantKind
from bridge.protocols.token import LEASE
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from local.memory.points import Crash, Cut
from tests.connected import DAY, HOUR, MINUTE, SECOND, Connection
from tests.subscribing import Interruptible

OPERATOR = "arn:aws:iam::123456789012:user/day-shift"
STEPS = (SECOND, 31 * SECOND, 61 * SECOND, LEASE, 5 * MINUTE, 11 * MINUTE, 31 * MINUTE, HOUR)
ONCE, ALWAYS = dt.timedelta(), 10_000 * DAY
TROUBLES = ("down", "lost reply", "not executed", "login rejected", "busy for an hour")


class Bridge(RuleBasedStateMachine):
    """Two processes of the function, three workers, ShipBob and AWS."""

    @initialize(grace=st.sampled_from([ONCE, ALWAYS]), late=st.sampled_from([0, 0, 5, 300]))
    def a_day_begins(self, grace: dt.timedelta, late: int) -> None:
        self.world = Connection()
        self.world.authority.grace = grace
        self.world.shipbob_secret.late_for = late * SECOND
        self.processes = [KeepConnected(), KeepConnected()]
        self.workers = [self.world.worker() for _ in range(3)]
        self.is_helpless = False  # something happened that nobody can help, since the last consent
        self.is_disturbed = False

    # ---- What may happen

    @rule(step=st.sampled_from(STEPS))
    def time_goes_by(self, step: dt.timedelta) -> None:
        self.world.clock.advance(step)

    @rule(which=st.integers(0, 1))
    def the_function_runs(self, which: int) -> None:
        self.world.run(self.processes[which])

    @rule(which=st.integers(0, 1), number=st.integers(1, 8), cut=st.sampled_from(Cut))
    def the_function_runs_and_its_process_ends(self, which: int, number: int, cut: Cut) -> None:
        self.is_disturbed = True
        before = len(self.world.raised)
        self.world.crash_at(number, cut)
        self.world.run(self.processes[which])
        self.world.calls.spare()
        if len(self.world.raised) > before:
            assert isinstance(self.world.raised[-1], Crash)
            self._forget(which)
            name = self.world.calls.made[-1]
            self.is_helpless |= (name, cut) in {("authority.refresh", Cut.AFTER), ("secret.store", Cut.BEFORE)}

    def _forget(self, which: int) -> None:
        self.is_helpless |= self.processes[which]._unsaved is not None
        self.processes[which] = KeepConnected()

    @rule(number=st.integers(1, 8), cut=st.sampled_from(Cut), first=st.integers(0, 1))
    def two_runs_at_once(self, number: int, cut: Cut, first: int) -> None:
        calls = self.world.calls
        assert isinstance(calls, Interruptible)
        calls.interrupt_at(number, cut, lambda: self.world.run(self.processes[1 - first]))
        self.world.run(self.processes[first])
        calls._interruption = None

    @rule(which=st.integers(0, 2))
    def a_worker_calls(self, which: int) -> None:
        self.workers[which].call()

    @rule()
    def shipbob_ends_every_access_token(self) -> None:
        for token in self.world.authority.alive:
            self.world.authority.alive[token] = self.world.clock.now()

    @rule(how=st.sampled_from(TROUBLES), times=st.integers(1, 4))
    def the_authorization_server_fails(self, how: str, times: int) -> None:
        self.is_disturbed = True
        self.is_helpless |= how == "lost reply"
        self.world.authority.fail_next("refresh", how, times)

    @rule(times=st.integers(1, 9))
    def secrets_manager_fails(self, times: int) -> None:
        self.is_disturbed = True
        self.world.shipbob_secret.fail_next(Transient("Secrets Manager is away"), times)

    @rule(is_by_hand=st.booleans())
    def a_person_connects_again(self, is_by_hand: bool) -> None:  # noqa: FBT001 - drawn
        """By hand a person may meet a refresh under way and be overwritten; with the command nobody is."""
        if is_by_hand:
            self.world.shipbob_secret.put(self.world.authority.connect().to_json())
        else:
            self._connects_with_the_command()
        self.is_helpless = False
        self.world.authority.recover()

    def _connects_with_the_command(self) -> None:
        self.world.shipbob_secret.recover()
        try:
            connecting._replace(self.world.ports, OPERATOR, self.world.authority.connect)
        except Transient:  # somebody is at it: again, when it is over
            self.world.clock.advance(11 * MINUTE)
            connecting._replace(self.world.ports, OPERATOR, self.world.authority.connect)

    # ---- What must hold

    @invariant()
    def the_consent_is_lost_by_nothing_that_can_be_helped(self) -> None:
        if not hasattr(self, "world"):
            return
        if self.world.authority.grace == ONCE and not self.is_helpless:
            assert self.world.is_alive or self._is_held_in_memory()
        assert self.world.shipbob_secret.grant.kind is GrantKind.OAUTH

    def _is_held_in_memory(self) -> bool:
        present = self.world.shipbob_secret.version
        held = [process._unsaved for process in self.processes if process._unsaved]
        return any(unsaved.instead_of == present for unsaved in held)

    @invariant()
    def undisturbed_a_refresh_token_is_shown_once(self) -> None:
        if hasattr(self, "world") and not self.is_disturbed:
            assert self.world.authority.shown.total() == self.world.refreshes()
            assert set(self.world.authority.refreshed.values()) <= {1}

    def teardown(self) -> None:
        """All trouble ends, and an afternoon goes by."""
        if not hasattr(self, "world"):
            return
        self.world.authority.recover()
        self.world.shipbob_secret.recover()
        for _ in range(30):
            self.world.clock.advance(5 * MINUTE)
            for process in self.processes:
                self.world.run(process)
        outcome = self.world.worker().call()
        if self.world.authority.grace == ALWAYS or not self.is_helpless:
            assert outcome == "done"
        told = self.world.counted["ConnectionLost"]
        assert outcome == "done" or told > 0 or self.world.counted["NeedsRepair"] > 0, "somebody is told"
        self.world.pass_time(3 * HOUR)
        assert self.world.counted["ConnectionLost"] == told, "what was told is not told again"


Bridge.TestCase.settings = settings(max_examples=200, stateful_step_count=40, deadline=None)
TestBridge = Bridge.TestCase
