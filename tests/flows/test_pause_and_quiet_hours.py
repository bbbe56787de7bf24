"""A pause and GP's quiet hours keep documents back and lose none; what people and the clock shut, they open."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable

import pytest
from bridge.domain.gate import Gate
from bridge.domain.outcome import Transient, Waiting
from bridge.domain.terms import QuietHours
from bridge.flows.gates import may_poll_gp
from bridge.flows.poll_gp import NAME, poll_gp
from bridge.protocols.health import Health
from bridge.protocols.ledger import Status
from bridge.protocols.pause import Deed, Side

from local.memory.world import START, Cut, World
from tests.correcting import a_stock_world, corrected, in_gp, list_shows
from tests.orders import DAY, HOUR, MINUTE, NUMBER, ORDER, SECOND, a_world, a_world_with, unshipped

QUIET_NOW = QuietHours(dt.time(8), dt.time(10))  # it is 08:05 in Chicago
QUIET_ENDS = dt.datetime(2026, 11, 17, 16, tzinfo=dt.UTC)


def pause(world: World, *sides: Side, is_pause: bool = True) -> None:
    stands = world.gates.stored.pause
    for side in sides or (Side.GP,):
        stands = stands.with_deed(Deed(side, is_pause, world.clock.now(), "a person", "month-end"))
    world.gates.save_pause(stands)


def resume(world: World) -> None:
    pause(world, is_pause=False)


def quiet(world: World) -> None:
    world.terms = dataclasses.replace(world.terms, quiet_hours=QUIET_NOW)


def the_hours_end(world: World) -> None:
    world.clock.advance_to(QUIET_ENDS)


SHUT: list[tuple[Callable[[World], None], Callable[[World], None]]] = [(pause, resume), (quiet, the_hours_end)]
either = pytest.mark.parametrize(("shut", "open_again"), SHUT, ids=["pause", "quiet hours"])


@either
def test_while_it_lasts_gp_is_not_asked_anything(
    shut: Callable[[World], None], open_again: Callable[[World], None]
) -> None:
    world = a_world_with("unshipped")
    shut(world)

    assert isinstance(world.attempt(ORDER), Waiting)

    assert (world.calls.of("gp"), world.row(ORDER).status) == ([], Status.WAITING)
    open_again(world)
    world.sweep()
    assert (world.gp.created, world.row(ORDER).status) == ({NUMBER: 1}, Status.DONE)


@either
def test_news_that_comes_meanwhile_is_in_the_trail_and_written_afterwards(
    shut: Callable[[World], None], open_again: Callable[[World], None]
) -> None:
    world = a_world_with("draft")
    shut(world)
    world.attempt(ORDER, "webhook order.shipped")
    before = world.trail(ORDER).count("seen")
    world.clock.advance(MINUTE)
    world.attempt(ORDER, "webhook order.shipped")

    open_again(world)
    world.sweep()

    assert before < world.trail(ORDER).count("seen")
    assert world.gp.orders[NUMBER].tracking == ("1Z999",)


@either
@pytest.mark.parametrize("cut", Cut)
@pytest.mark.parametrize("number", range(1, 9))
def test_a_crash_anywhere_while_it_lasts_loses_nothing(
    shut: Callable[[World], None], open_again: Callable[[World], None], number: int, cut: Cut
) -> None:
    world = a_world_with("unshipped")
    shut(world)
    world.hint(ORDER)
    world.crash_at(number, cut)
    world.deliver()
    world.calls.spare()
    open_again(world)

    world.pass_time(HOUR)

    assert (world.gp.created, world.row(ORDER).status) == ({NUMBER: 1}, Status.DONE)


@either
def test_a_write_whose_outcome_nobody_knows_stays_so_and_is_settled_afterwards(
    shut: Callable[[World], None], open_again: Callable[[World], None]
) -> None:
    world = a_world_with("unshipped")
    world.gp.fail_next("create_sales_order", "lost reply")
    world.attempt(ORDER)
    shut(world)
    world.attempt(ORDER)
    status = world.row(ORDER).status

    open_again(world)
    world.pass_time(HOUR)

    assert (status, world.gp.created, world.row(ORDER).status) == (Status.UNKNOWN, {NUMBER: 1}, Status.DONE)


# ---- Pause


def test_a_paused_document_says_so_and_costs_no_call_at_either_side() -> None:
    world = a_world_with("unshipped")
    pause(world)

    outcome = world.attempt(ORDER)

    assert outcome == Waiting("writing to GP is paused since 2026-11-17 14:05 UTC", gate=Gate.PAUSE_OF_GP)
    assert world.calls.of("shipbob") == []
    assert world.audit.entries(ORDER)[-1].facts["until"] == "somebody has it go on"


def test_a_pause_of_the_other_side_keeps_nothing_back_here() -> None:
    world = a_world_with("unshipped")
    pause(world, Side.SHIPBOB)

    world.attempt(ORDER)

    assert world.row(ORDER).status is Status.DONE


def test_a_pause_of_a_month_is_no_outage_and_asks_nobody() -> None:
    world = a_world_with("unshipped")
    pause(world)
    world.attempt(ORDER)
    world.pass_time(30 * DAY)
    status = world.row(ORDER).status
    resume(world)
    world.gp.fail_all("down")
    world.pass_time(14 * DAY)

    assert (status, world.row(ORDER).status) == (Status.WAITING, Status.WAITING)


def test_a_review_of_before_the_pause_is_still_one_and_its_mapping_releases_it_afterwards() -> None:
    world = a_world("sku/WIDGET-BLUE")
    world.shipbob.put(unshipped())
    world.attempt(ORDER)
    pause(world)
    world.attempt(ORDER)
    row = world.row(ORDER)

    assert (row.status, row.gate, len(row.reasons)) == (Status.REVIEW, Gate.PAUSE_OF_GP, 1)
    assert world.sweep().due == 0


def test_a_correction_of_stock_that_a_list_shows_only_once_is_in_the_trail_before_it_waits() -> None:
    world = a_stock_world()
    pause(world)

    outcome = list_shows(world, corrected(-2))

    assert isinstance(outcome, Waiting)
    assert (outcome.gate, world.calls.of("gp")) == (Gate.PAUSE_OF_GP, [])
    resume(world)
    world.sweep()
    assert in_gp(world) is not None


# ---- Quiet hours


def test_a_document_in_quiet_hours_says_until_when() -> None:
    world = a_world_with("unshipped")
    quiet(world)

    outcome = world.attempt(ORDER)

    assert outcome == Waiting("GP's quiet hours, until 10:00", QUIET_ENDS, gate=Gate.QUIET_HOURS)
    assert world.row(ORDER).due_at == QUIET_ENDS


def test_shipbob_is_asked_in_gps_quiet_hours_as_ever_but_not_again_for_a_document_that_waits_for_gp() -> None:
    world = a_world_with("unshipped")
    quiet(world)
    world.attempt(ORDER)
    world.clock.advance(MINUTE)
    world.attempt(ORDER)

    assert world.calls.of("shipbob") == ["order"]


def test_an_outage_over_many_quiet_nights_still_ends_with_a_person() -> None:
    world = a_world_with("unshipped")
    world.terms = dataclasses.replace(world.terms, quiet_hours=QuietHours(dt.time(22), dt.time(5)))
    world.gp.fail_all("down")
    world.attempt(ORDER)

    world.pass_time(16 * DAY)

    assert world.row(ORDER).status is Status.REVIEW


def test_gp_is_not_polled_in_its_quiet_hours_and_the_run_after_them_reaches_back() -> None:
    world = a_world()
    poll_gp(world, "run-1")
    quiet(world)
    before = len(world.calls.of("gp"))

    poll_gp(world, "run-2")

    assert len(world.calls.of("gp")) == before
    reached = world.state.cursor(NAME)
    assert reached is not None
    assert reached.reached == START


@pytest.mark.parametrize(("later", "may"), [(0, False), (30, True)])
def test_a_gp_that_is_down_is_polled_only_when_it_is_time_to_ask_it_anyway(later: int, *, may: bool) -> None:
    world = a_world()
    down = dataclasses.replace(world.gates.stored.gp, down_since=START, next_probe=START + 30 * SECOND, why="away")
    world.gates.save_health(down)
    world.clock.advance(later * SECOND)

    assert may_poll_gp(world) is may


def test_a_poll_that_a_gp_answers_says_that_it_is_up_though_a_pause_keeps_every_document_from_asking() -> None:
    world = a_world()
    world.gates.save_health(Health(Gate.GP, down_since=START, why="away", next_probe=START))
    pause(world)

    poll_gp(world, "run-1")

    assert (world.gates.stored.gp.is_down, world.gates.stored.gp.up_since) == (False, START)


def test_a_poll_that_a_gp_does_not_answer_leaves_it_down() -> None:
    world = a_world()
    world.gates.save_health(Health(Gate.GP, down_since=START, why="away", next_probe=START))
    world.gp.fail_all("down")

    with pytest.raises(Transient):
        poll_gp(world, "run-1")

    assert world.gates.stored.gp.is_down


def test_in_its_quiet_hours_nobody_asks_a_gp_that_is_down_whether_it_still_is() -> None:
    world = a_world_with("unshipped")
    world.gates.save_health(Health(Gate.GP, down_since=START, why="away", next_probe=START))
    world.gp.fail_all("down")
    world.attempt(ORDER)
    assert (world.row(ORDER).gate, world.calls.of("gp")) == (Gate.GP, ["probe"])
    quiet(world)

    world.pass_time(HOUR + 50 * MINUTE)
    asked, stood = world.calls.of("gp").count("probe"), world.row(ORDER).gate
    world.gp.recover()
    world.pass_time(HOUR)

    assert (asked, stood) == (1, Gate.GP)
    assert (world.gp.created, world.row(ORDER).status) == ({NUMBER: 1}, Status.DONE)


def test_news_of_a_document_at_the_gate_of_a_gp_that_is_down_asks_nothing_of_it_in_its_quiet_hours() -> None:
    world = a_world_with("unshipped")
    world.gates.save_health(Health(Gate.GP, down_since=START, why="away", next_probe=START))
    world.gp.fail_all("down")
    world.attempt(ORDER)
    quiet(world)
    world.clock.advance(10 * MINUTE)

    outcome = world.attempt(ORDER, "webhook order.shipped")

    assert isinstance(outcome, Waiting)
    assert (outcome.gate, outcome.until, world.calls.of("gp")) == (Gate.QUIET_HOURS, QUIET_ENDS, ["probe"])
