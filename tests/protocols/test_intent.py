"""The promise around one write: looked for, never sent again on suspicion."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from bridge.protocols.intent import Effect, Intent, Phase, Verdict, announce, is_in_the_air, lose, settle
from hypothesis import given
from hypothesis import strategies as st

SENT = dt.datetime(2026, 11, 17, 14, 5, tzinfo=dt.UTC)
SETTLE_TIME = dt.timedelta(minutes=10)
AGES = st.timedeltas(dt.timedelta(), dt.timedelta(days=30))


def sent(effect: Effect, before: Intent | None = None) -> Intent:
    return announce(effect, "digest", before, now=SENT, settle_time=SETTLE_TIME)


CREATE = sent(Effect.CREATE)
UPDATE = sent(Effect.UPDATE)
INTENTS = st.builds(
    lambda effect, phase, absences: replace(sent(effect), phase=phase, absences=absences),
    st.sampled_from(Effect),
    st.sampled_from(Phase),
    st.integers(0, 5),
)
LOOKS = st.lists(st.tuples(AGES, st.booleans(), st.booleans()), max_size=12).map(
    lambda looks: sorted(looks, key=lambda look: look[0])
)


def look(intent: Intent, age: dt.timedelta, *, found: bool = False, ever_seen: bool = False) -> Verdict:
    return settle(intent, found=found, ever_seen=ever_seen, now=SENT + age, settle_time=SETTLE_TIME).verdict


@given(INTENTS, AGES, st.booleans())
def test_what_is_found_is_adopted_at_once_whatever_went_before(
    intent: Intent,
    age: dt.timedelta,
    ever_seen: bool,  # noqa: FBT001 - drawn, not a switch
) -> None:
    assert look(intent, age, found=True, ever_seen=ever_seen) is Verdict.ADOPT


@given(st.sampled_from(Effect), LOOKS)
def test_nothing_is_sent_again_before_the_settle_time_and_two_absences_after_it(
    effect: Effect, looks: list[tuple[dt.timedelta, bool, bool]]
) -> None:
    intent = sent(effect)
    absent_after_settling = 0
    for age, _, _ in looks:
        settlement = settle(intent, found=False, ever_seen=False, now=SENT + age, settle_time=SETTLE_TIME)
        absent_after_settling += age >= SETTLE_TIME
        if settlement.verdict is Verdict.SEND_AGAIN:
            assert age >= SETTLE_TIME
            assert absent_after_settling >= 2
            return
        intent = settlement.intent


@given(LOOKS)
def test_a_document_that_was_ever_seen_is_never_sent_again(looks: list[tuple[dt.timedelta, bool, bool]]) -> None:
    intent, seen = CREATE, False
    for age, found, seen_elsewhere in looks:
        seen = seen or found or seen_elsewhere
        settlement = settle(intent, found=found, ever_seen=seen, now=SENT + age, settle_time=SETTLE_TIME)
        assert not (seen and settlement.verdict is Verdict.SEND_AGAIN)
        intent = settlement.intent


@given(INTENTS, AGES)
def test_the_next_look_is_never_in_the_past(intent: Intent, age: dt.timedelta) -> None:
    now = SENT + age
    settlement = settle(intent, found=False, ever_seen=False, now=now, settle_time=SETTLE_TIME)

    assert settlement.look_at > now or settlement.verdict is Verdict.SEND_AGAIN


def test_a_look_just_before_the_settle_time_counts_nothing_and_comes_again_at_it() -> None:
    now = SENT + SETTLE_TIME - dt.timedelta(microseconds=1)

    settlement = settle(CREATE, found=False, ever_seen=False, now=now, settle_time=SETTLE_TIME)

    assert (settlement.verdict, settlement.intent.absences) == (Verdict.LOOK_AGAIN, 0)
    assert settlement.look_at == SENT + SETTLE_TIME


def test_the_second_absence_is_looked_for_half_a_minute_after_the_first() -> None:
    now = SENT + SETTLE_TIME

    settlement = settle(CREATE, found=False, ever_seen=False, now=now, settle_time=SETTLE_TIME)

    assert (settlement.verdict, settlement.intent.absences) == (Verdict.LOOK_AGAIN, 1)
    assert settlement.look_at == now + dt.timedelta(seconds=30)


def test_a_created_document_that_is_gone_asks_a_person() -> None:
    assert look(CREATE, dt.timedelta(), ever_seen=True) is Verdict.ASK


def looked(intent: Intent, age: dt.timedelta, *, found: bool) -> Intent:
    """After a look in GP at that age, for a create that was once seen there."""
    return settle(intent, found=found, ever_seen=True, now=SENT + age, settle_time=SETTLE_TIME).intent


def test_a_create_whose_number_is_taken_may_still_arrive_before_its_deadline_and_not_from_then_on() -> None:
    early = looked(CREATE, SETTLE_TIME - dt.timedelta(microseconds=1), found=True)

    assert is_in_the_air(early)
    assert not is_in_the_air(looked(early, SETTLE_TIME, found=True))


def test_what_was_found_after_the_deadline_is_settled_whatever_is_seen_later() -> None:
    late = looked(CREATE, SETTLE_TIME, found=True)

    assert not is_in_the_air(looked(late, SETTLE_TIME * 2, found=False))
    assert not is_in_the_air(looked(late, dt.timedelta(), found=True))


def test_a_create_that_was_seen_and_is_gone_is_settled_when_it_was_gone_twice_after_the_deadline() -> None:
    early = looked(looked(CREATE, dt.timedelta(), found=False), dt.timedelta(minutes=9), found=False)
    once = looked(early, SETTLE_TIME, found=False)
    too_soon = looked(once, SETTLE_TIME + dt.timedelta(seconds=29), found=False)
    twice = looked(too_soon, SETTLE_TIME + dt.timedelta(seconds=30), found=False)

    assert [is_in_the_air(each) for each in (early, once, too_soon, twice)] == [True, True, True, False]


def test_a_write_that_is_sent_again_is_in_the_air_again() -> None:
    settled = looked(CREATE, SETTLE_TIME, found=True)

    assert is_in_the_air(announce(Effect.CREATE, "digest", settled, now=SENT + SETTLE_TIME, settle_time=SETTLE_TIME))


@given(LOOKS)
def test_nothing_is_settled_before_the_deadline_whatever_is_seen(
    looks: list[tuple[dt.timedelta, bool, bool]],
) -> None:
    intent = CREATE
    for age, found, ever_seen in looks:
        now = SENT + age
        intent = settle(intent, found=found, ever_seen=ever_seen, now=now, settle_time=SETTLE_TIME).intent
        assert is_in_the_air(intent) or age >= SETTLE_TIME


def test_an_update_of_a_document_seen_in_gp_is_settled_by_time_and_not_by_a_person() -> None:
    assert look(UPDATE, dt.timedelta(), ever_seen=True) is Verdict.LOOK_AGAIN


def test_a_write_that_is_sent_again_is_the_next_attempt_with_a_time_of_its_own() -> None:
    later = SENT + dt.timedelta(hours=1)

    again = announce(Effect.CREATE, "digest", lose(CREATE), now=later, settle_time=SETTLE_TIME)

    assert (again.attempt, again.sent_at, again.deadline) == (2, later, later + SETTLE_TIME)
    assert (again.phase, again.absences) == (Phase.SENDING, 0)


@given(INTENTS, AGES, st.booleans(), st.booleans())
def test_whoever_looks_takes_the_sender_for_gone(
    intent: Intent,
    age: dt.timedelta,
    found: bool,  # noqa: FBT001 - drawn, not a switch
    ever_seen: bool,  # noqa: FBT001 - drawn, not a switch
) -> None:
    settlement = settle(intent, found=found, ever_seen=ever_seen, now=SENT + age, settle_time=SETTLE_TIME)

    assert settlement.intent.phase is Phase.UNKNOWN
