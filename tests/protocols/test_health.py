"""A neighbour is down after three different documents, is asked by one at a time, and comes back by waves."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from bridge.domain.gate import Gate
from bridge.protocols import health as protocol
from bridge.protocols.health import PROBE_LASTS, Health
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

NOW = dt.datetime(2026, 11, 17, 14, 5, tzinfo=dt.UTC)
SECOND, MINUTE, HOUR = (dt.timedelta(**{unit: 1}) for unit in ("seconds", "minutes", "hours"))
UP = Health(Gate.GP)
WHY = "GP cannot be reached"


def after(*documents: str, health: Health = UP) -> Health:
    for document in documents:
        health = protocol.failed(health, document, WHY, NOW)
    return health


DOWN = after("order/1", "order/2", "order/3")


def test_three_different_documents_with_no_success_between_mark_it_down() -> None:
    assert [after(*("order/1", "order/2", "order/3")[:count]).is_down for count in range(4)] == [
        False,
        False,
        False,
        True,
    ]
    assert (DOWN.down_since, DOWN.why, DOWN.next_probe) == (NOW, WHY, NOW + 30 * SECOND)


def test_one_document_however_often_it_fails_proves_nothing_of_the_neighbour() -> None:
    assert not after(*["order/1"] * 20, "order/2", "order/1").is_down


def test_a_success_between_begins_the_count_anew() -> None:
    health = protocol.answered(after("order/1", "order/2"), NOW)

    assert not after("order/3", "order/4", health=health).is_down


def test_what_a_person_must_repair_is_the_same_for_every_document_and_asked_about_at_once() -> None:
    health = protocol.failed(UP, "order/1", "the login is refused", NOW, needs_repair=True)

    assert (health.is_down, health.needs_repair, health.next_probe) == (True, True, NOW)


def test_while_it_is_down_further_failures_change_nothing() -> None:
    assert after("order/4", "order/5", health=DOWN) is DOWN


def test_a_success_of_one_that_is_well_changes_nothing() -> None:
    assert protocol.answered(UP, NOW) is UP


def test_it_is_asked_more_seldom_as_time_goes_on_and_at_least_every_ten_minutes() -> None:
    delays, health, now = [], DOWN, NOW
    for _ in range(6):
        assert health.next_probe is not None
        delays.append(health.next_probe - now)
        now = health.next_probe
        health = protocol.probed_in_vain(health, WHY, now, needs_repair=False)

    assert delays == [30 * SECOND, MINUTE, 2 * MINUTE, 5 * MINUTE, 10 * MINUTE, 10 * MINUTE]


def test_nobody_asks_before_the_time_nor_while_another_does() -> None:
    time = NOW + 30 * SECOND
    asked = protocol.probing(DOWN, "worker-1", time)

    assert not protocol.may_probe(DOWN, time - SECOND)
    assert protocol.may_probe(DOWN, time)
    assert not protocol.may_probe(asked, time + PROBE_LASTS - SECOND)


def test_a_worker_that_dies_while_it_asks_holds_nobody_up_for_long() -> None:
    asked = protocol.probing(DOWN, "worker-1", NOW + 30 * SECOND)

    assert protocol.may_probe(asked, NOW + 30 * SECOND + PROBE_LASTS)


def test_nobody_asks_one_that_is_up() -> None:
    assert not protocol.may_probe(UP, NOW)


def test_a_probe_in_vain_says_why_it_was_and_of_one_that_is_up_by_now_nothing() -> None:
    asked = protocol.probing(DOWN, "worker-1", NOW)
    later = protocol.probed_in_vain(asked, "the login is refused", NOW, needs_repair=True)

    assert (later.why, later.needs_repair, later.probes, later.probing) == ("the login is refused", True, 1, None)
    assert later.down_since == NOW
    assert protocol.probed_in_vain(UP, WHY, NOW, needs_repair=False) is UP


def test_once_it_answers_it_is_up_and_says_since_when() -> None:
    health = protocol.answered(replace(DOWN, version=7), NOW + HOUR)

    assert health == Health(Gate.GP, up_since=NOW + HOUR, version=7)


def test_what_waited_is_let_in_by_waves_that_double_each_minute_and_then_without_a_limit() -> None:
    health = protocol.answered(DOWN, NOW)

    waves = [protocol.wave(health, NOW + minute * MINUTE) for minute in range(8)]

    assert waves == [5, 10, 20, 40, 80, 160, None, None]


@pytest.mark.parametrize(("health", "expected"), [(UP, None), (DOWN, 0)])
def test_one_that_never_was_down_has_no_waves_and_one_that_is_lets_nobody_in(
    health: Health, expected: int | None
) -> None:
    assert protocol.wave(health, NOW) == expected


def test_a_clock_that_is_a_little_behind_makes_no_smaller_wave() -> None:
    assert protocol.wave(protocol.answered(DOWN, NOW), NOW - SECOND) == 5


class Workers(RuleBasedStateMachine):
    """Workers over one conditional row, who read it, think, and write; a neighbour that comes and goes."""

    def __init__(self) -> None:
        super().__init__()
        self.now = NOW
        self.row = UP
        self.is_up = True
        self.read: dict[str, Health] = {}
        self.asking: dict[str, dt.datetime] = {}

    workers = st.sampled_from(["worker-1", "worker-2", "worker-3"])
    documents = st.sampled_from([f"order/{number}" for number in range(6)])

    def save(self, read: Health, wanted: Health) -> bool:
        if read.version != self.row.version:
            return False
        if wanted is not read:
            self.row = replace(wanted, version=read.version + 1)
        return True

    @rule(time=st.sampled_from([SECOND, 20 * SECOND, MINUTE, 5 * MINUTE]))
    def time_goes_by(self, time: dt.timedelta) -> None:
        self.now += time
        self.asking = {who: until for who, until in self.asking.items() if until > self.now}

    @rule()
    def it_comes_or_goes(self) -> None:
        self.is_up = not self.is_up

    @rule(who=workers)
    def a_worker_reads_the_row(self, who: str) -> None:
        self.read[who] = self.row

    @rule(who=workers, document=documents)
    def a_document_is_tried(self, who: str, document: str) -> None:
        read = self.read.get(who, self.row)
        if read.is_down:
            return
        if self.is_up:
            self.save(read, protocol.answered(read, self.now))
        else:
            self.save(read, protocol.failed(read, document, WHY, self.now))

    @precondition(lambda self: self.row.is_down)
    @rule(who=workers)
    def a_worker_begins_to_ask(self, who: str) -> None:
        read = self.read.get(who, self.row)
        if protocol.may_probe(read, self.now) and self.save(read, protocol.probing(read, who, self.now)):
            self.asking[who] = self.now + PROBE_LASTS
            self.read[who] = self.row

    @rule(who=workers)
    def a_worker_hears_the_answer(self, who: str) -> None:
        if who not in self.asking:
            return
        del self.asking[who]
        read = self.read[who]
        wanted = (
            protocol.answered(read, self.now)
            if self.is_up
            else protocol.probed_in_vain(read, WHY, self.now, needs_repair=False)
        )
        self.save(read, wanted)

    @rule(who=workers)
    def a_worker_dies(self, who: str) -> None:
        self.asking.pop(who, None)
        self.read.pop(who, None)

    @invariant()
    def never_more_than_one_asks(self) -> None:
        assert len(self.asking) <= 1

    @invariant()
    def once_it_answers_it_is_never_down_for_more_than_a_probe_away(self) -> None:
        if self.row.is_down:
            at = max(
                self.row.next_probe or self.now, self.row.probing.until if self.row.probing else self.now, self.now
            )
            assert at <= self.now + 10 * MINUTE
            assert protocol.may_probe(self.row, at)


TestWorkers = Workers.TestCase
