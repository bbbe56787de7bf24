"""An hour of calls to ShipBob, simulated: nearly all of what it grants is used, and nothing refused."""

from __future__ import annotations

import pytest
from bridge.protocols.pace import Lane

from tests.protocols.calling_shipbob import Day

HOUR = 3600.0
MINUTE = 60.0
WORKERS = 20


@pytest.mark.parametrize("seed", range(4))
def test_twenty_workers_with_a_backlog_use_97_percent_of_an_hour_and_are_never_refused(seed: int) -> None:
    day = Day(seed)
    day.employ(WORKERS, Lane.LIVE)

    day.pass_until(HOUR)

    assert day.server.refused == []
    assert day.server.used(0, HOUR) >= 0.97


@pytest.mark.parametrize("seed", range(4))
def test_while_somebody_else_uses_the_same_credentials_calls_are_refused_and_when_they_stop_all_is_well_again(
    seed: int,
) -> None:
    day = Day(seed)
    day.employ(WORKERS, Lane.LIVE)
    day.stranger(per_minute=5, until=HOUR / 2)

    day.pass_until(HOUR)

    assert len(day.server.refused) > 0
    assert day.server.used(0, HOUR / 2) >= 0.95
    assert [at for at in day.server.refused if at > HOUR / 2 + 2 * MINUTE] == []
    assert day.server.used(HOUR / 2 + 2 * MINUTE, HOUR) >= 0.97


def test_after_a_refusal_nobody_calls_before_shipbob_allows_it_but_who_had_a_slot() -> None:
    day = Day(seed=1)
    day.employ(WORKERS, Lane.LIVE)
    for number in range(150):
        day.at(number / 1000, day.server.call)

    day.pass_until(MINUTE - 1)

    assert 0 < len(day.server.refused) <= WORKERS
    assert max(day.server.refused) < 10


@pytest.mark.parametrize("seed", range(4))
def test_live_calls_go_first_and_the_back_fill_uses_what_they_leave(seed: int) -> None:
    day = Day(seed)
    live = day.employ(4, Lane.LIVE, rest=lambda: day.random.expovariate(1 / 6))
    background = day.employ(WORKERS - 4, Lane.BACKGROUND)

    day.pass_until(HOUR)

    waits = sorted(wait for worker in live for wait in worker.waited)
    assert day.server.refused == []
    assert day.server.used(0, HOUR) >= 0.97
    assert waits[-1] <= 5
    assert waits[len(waits) // 2] <= 3
    assert sum(worker.calls for worker in background) > sum(worker.calls for worker in live) > 1000


def test_a_back_fill_gives_way_altogether_while_live_calls_want_everything() -> None:
    day = Day(seed=1)
    live = day.employ(WORKERS, Lane.LIVE)
    background = day.employ(4, Lane.BACKGROUND)

    day.pass_until(HOUR)

    assert sum(worker.calls for worker in background) < sum(worker.calls for worker in live) / 100
    assert day.server.refused == []
