"""The function may end at any port call, and anybody may come in between: no refresh token is used up for nothing.

Only what was in the memory of a process alone is lost with it, and only where ShipBob does not answer a refresh token a
second time.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from bridge.console import connecting
from bridge.domain.outcome import Transient
from bridge.flows.keep_connected import KeepConnected
from bridge.protocols.token import Trouble

from local.memory.points import Crash, Cut
from tests.connected import HOUR, MINUTE, SECOND, Connection
from tests.subscribing import Interruptible

OPERATOR = "arn:aws:iam::123456789012:user/day-shift"
PAT = "pat-9"
ONCE, GRACE = dt.timedelta(), 30 * MINUTE
WORKERS = 20


def first_ever(world: Connection) -> None:
    """The token is due, and the function has never looked."""
    world.until_due()


def due(world: Connection) -> None:
    """The token is due, and everything is as usual."""
    world.run()
    world.until_due()


def refused(world: Connection) -> None:
    """ShipBob has refused the token to a worker."""
    world.run()
    world.clock.advance(20 * MINUTE)
    world.authority.kill("access-1")
    assert world.worker().call() == "waits"


def after_an_outage(world: Connection) -> None:
    """A refresh has failed before."""
    world.run()
    world.until_due()
    world.authority.fail_next("refresh", "down")
    world.run()
    world.clock.advance(31 * SECOND)


STORIES: list[Callable[[Connection], None]] = [first_ever, due, refused, after_an_outage]


def calls_of_a_run(story: Callable[[Connection], None]) -> list[str]:
    world = Connection()
    story(world)
    before = len(world.calls.made)
    world.run()
    return world.calls.made[before:]


CALLS = {story: calls_of_a_run(story) for story in STORIES}
POINTS = [
    pytest.param(story, number, cut, id=f"{story.__name__}-{number}-{CALLS[story][number - 1]}-{cut}")
    for story in STORIES
    for number in range(1, len(CALLS[story]) + 1)
    for cut in Cut
]


def is_in_memory_alone(story: Callable[[Connection], None], number: int, cut: Cut) -> bool:
    """Are the tokens given and not yet stored at this point? The one call follows the other."""
    given, stored = (CALLS[story].index(name) + 1 for name in ("authority.refresh", "secret.store"))
    return (number, cut) in {(given, Cut.AFTER), (stored, Cut.BEFORE)}


def set_up(story: Callable[[Connection], None], grace: dt.timedelta) -> Connection:
    world = Connection()
    world.authority.grace = grace
    story(world)
    return world


def test_the_points_are_those_of_a_whole_refresh() -> None:
    assert [name for name in CALLS[due] if not name.startswith("subscription_rows")] == [
        "token_rows.row",
        "secret.afresh",
        "token_rows.save",
        "authority.refresh",
        "secret.store",
        "token_rows.save",
    ]


@pytest.mark.parametrize("grace", [ONCE, GRACE])
@pytest.mark.parametrize(("story", "number", "cut"), POINTS)
def test_a_crash_at_any_point_loses_nothing_but_what_was_in_memory_alone(
    story: Callable[[Connection], None], number: int, cut: Cut, grace: dt.timedelta
) -> None:
    world = set_up(story, grace)
    world.crash_at(number, cut)
    world.run()
    assert any(isinstance(each, Crash) for each in world.raised), "the crash was meant to happen"

    world.pass_time(2 * HOUR)

    is_lost = grace == ONCE and is_in_memory_alone(story, number, cut)
    assert world.is_alive is not is_lost
    assert world.worker().call() == ("needs repair" if is_lost else "done")
    assert world.counted["ConnectionLost"] == int(is_lost)
    if is_lost:
        assert world.token_row.fault is not None
        assert (world.token_row.fault.trouble, world.token_row.fault.why[:27]) == (
            Trouble.REVOKED,
            "a refresh's answer was lost",
        )


@pytest.mark.parametrize("grace", [ONCE, GRACE])
@pytest.mark.parametrize(("story", "number", "cut"), POINTS)
def test_whatever_a_crash_costs_connecting_again_makes_it_good(
    story: Callable[[Connection], None], number: int, cut: Cut, grace: dt.timedelta
) -> None:
    world = set_up(story, grace)
    world.crash_at(number, cut)
    world.run()
    world.until_the_lease_is_over()

    world.authority.personal(PAT)
    connecting.connect_with_token(world.ports, PAT, OPERATOR)
    world.pass_time(2 * HOUR)

    assert world.shipbob_secret.grant.access_token == PAT
    assert world.worker().call() == "done"


@pytest.mark.parametrize("story", STORIES)
def test_tokens_of_a_crashed_refresh_are_used_while_they_live(story: Callable[[Connection], None]) -> None:
    world = set_up(story, ONCE)
    worker = world.worker()
    before = worker.call()
    world.crash_at(CALLS[story].index("authority.refresh") + 1, Cut.AFTER)
    world.run()

    assert worker.call() == before


def lose(world: Connection) -> None:
    """The consent is taken back, and the next run hears of it."""
    due(world)
    world.authority.revoke()


@pytest.mark.parametrize("cut", Cut)
@pytest.mark.parametrize("number", range(1, len(calls_of_a_run(lose)) + 1))
def test_a_crash_while_a_lost_consent_is_told_leaves_it_told_once_or_still_to_be_repaired(
    number: int, cut: Cut
) -> None:
    world = set_up(lose, ONCE)
    world.crash_at(number, cut)
    world.run()

    world.pass_time(2 * HOUR)

    is_last_word_lost = (number, cut) == (len(calls_of_a_run(lose)), Cut.AFTER)
    assert world.counted["ConnectionLost"] == int(not is_last_word_lost)
    assert world.counted["NeedsRepair"] > 0
    assert world.authority.shown["refresh-1"] <= 2


# ---- Others in between


def interrupt(world: Connection, number: int, cut: Cut, interruption: Callable[[], object]) -> None:
    calls = world.calls
    assert isinstance(calls, Interruptible)
    calls.interrupt_at(number, cut, interruption)


@pytest.mark.parametrize(("story", "number", "cut"), POINTS)
def test_another_run_at_any_point_of_a_run_makes_no_second_refresh(
    story: Callable[[Connection], None], number: int, cut: Cut
) -> None:
    world = set_up(story, ONCE)
    interrupt(world, number, cut, lambda: world.run(KeepConnected()))

    world.run()

    assert world.authority.refreshed == {"refresh-1": 1}
    assert world.is_alive
    world.pass_time(2 * HOUR)
    assert world.is_alive
    assert set(world.authority.refreshed.values()) == {1}
    assert world.counted == {"TokensRefreshed": world.refreshes()}


@pytest.mark.parametrize(("story", "number", "cut"), POINTS)
def test_a_worker_that_meets_a_refusal_at_any_point_of_a_run_makes_no_second_refresh(
    story: Callable[[Connection], None], number: int, cut: Cut
) -> None:
    world = set_up(story, ONCE)
    worker = world.worker()

    def meets_a_refusal() -> None:
        world.authority.kill("access-1")
        worker.call()

    interrupt(world, number, cut, meets_a_refusal)
    world.run()
    world.pass_time(10 * MINUTE)

    assert world.authority.refreshed == {"refresh-1": 1}
    assert worker.call() == "done"
    assert world.counted["ConnectionLost"] == 0


@pytest.mark.parametrize(("story", "number", "cut"), POINTS)
def test_a_person_who_connects_at_any_point_of_a_run_is_told_to_wait_or_has_the_last_word(
    story: Callable[[Connection], None], number: int, cut: Cut
) -> None:
    world = set_up(story, ONCE)
    told: list[str] = []
    world.authority.personal(PAT)

    def connects() -> None:
        try:
            connecting.connect_with_token(world.ports, PAT, OPERATOR)
        except Transient as failure:
            told.append(str(failure))

    interrupt(world, number, cut, connects)
    world.run()
    world.pass_time(2 * HOUR)

    if told:
        assert "at this moment" in told[0]
        assert world.is_alive
    else:
        assert world.shipbob_secret.grant.access_token == PAT
    assert world.worker().call() == "done"
    assert world.counted["ConnectionLost"] == 0


@pytest.mark.parametrize(("story", "number", "cut"), POINTS)
def test_a_secret_changed_by_hand_at_any_point_of_a_run_leaves_a_token_that_works(
    story: Callable[[Connection], None], number: int, cut: Cut
) -> None:
    world = set_up(story, ONCE)
    interrupt(world, number, cut, lambda: world.shipbob_secret.put(world.authority.personal(PAT)))
    world.run()
    world.pass_time(2 * HOUR)

    assert world.worker().call() == "done"
    assert world.counted["ConnectionLost"] == 0


def test_a_consent_that_ends_while_a_person_connects_again_is_nobodys_trouble() -> None:
    world = set_up(due, ONCE)
    number = CALLS[due].index("authority.refresh") + 1

    def connects() -> None:
        world.shipbob_secret.put(world.authority.connect().to_json())
        world.authority.live_refresh.discard("refresh-1")

    interrupt(world, number, Cut.BEFORE, connects)
    world.run()
    world.pass_time(2 * HOUR)

    assert world.counted["ConnectionLost"] == 0
    assert world.is_alive


def is_refreshed_by_the_bell(world: Connection) -> None:
    world.keep_connected.answer = lambda: world.run(KeepConnected())


@pytest.mark.parametrize("is_answered_at_once", [True, False])
def test_twenty_workers_whose_token_is_refused_at_once_ring_once_and_make_one_refresh(
    is_answered_at_once: bool,  # noqa: FBT001 - a parameter
) -> None:
    world = Connection()
    world.run()
    world.clock.advance(20 * MINUTE)
    workers = [world.worker() for _ in range(WORKERS)]
    assert {worker.call() for worker in workers} == {"done"}
    world.authority.kill("access-1")
    if is_answered_at_once:
        is_refreshed_by_the_bell(world)

    assert "waits" in {worker.call() for worker in workers}
    world.run()

    assert world.keep_connected.rings == 1
    assert world.authority.shown == {"refresh-1": 1}
    assert {worker.call() for worker in workers} == {"done"}


@pytest.mark.parametrize("grace", [ONCE, GRACE])
@pytest.mark.parametrize("cut", Cut)
@pytest.mark.parametrize("number", range(1, len(CALLS[refused]) + 1))
def test_twenty_workers_and_a_crash_at_any_point_of_the_refresh_lose_nothing_but_what_was_in_memory_alone(
    number: int, cut: Cut, grace: dt.timedelta
) -> None:
    world = Connection()
    world.authority.grace = grace
    world.run()
    world.clock.advance(20 * MINUTE)
    workers = [world.worker() for _ in range(WORKERS)]
    world.authority.kill("access-1")
    for worker in workers:
        worker.call()
    world.crash_at(number, cut)
    world.run()
    is_refreshed_by_the_bell(world)
    for _ in range(20):
        world.clock.advance(30 * SECOND)
        outcomes = {worker.call() for worker in workers}

    is_lost = grace == ONCE and is_in_memory_alone(refused, number, cut)
    assert outcomes == {"needs repair" if is_lost else "done"}
    assert world.is_alive is not is_lost
    assert world.counted["ConnectionLost"] == int(is_lost)
