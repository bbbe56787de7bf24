"""A neighbour that is down is left alone but for one harmless question at a time, and comes back by waves."""

from __future__ import annotations

import dataclasses
import datetime as dt

import pytest
from bridge.domain.document import DocumentId, DocumentKind
from bridge.domain.gate import Gate
from bridge.domain.outcome import MappingKey, RowMoved, Transient, Waiting
from bridge.domain.sales_document import SalesOrder
from bridge.protocols.ledger import Status

from local.memory.world import START, Cut, World
from tests.orders import DAY, HOUR, MINUTE, PLAIN_ITEMS, SECOND, a_world, an_order, parcel, shipped_parcel


def order(number: int) -> DocumentId:
    return DocumentId(DocumentKind.ORDER, number)


def a_world_of(count: int, *without: str) -> World:
    """A world of so many plain orders, numbered from 1."""
    world = a_world(*without)
    for number in range(1, count + 1):
        items = parcel(300 + number, *PLAIN_ITEMS)
        world.shipbob.put(an_order(items, order_id=number, order_number=f"#{number}"))
    return world


def gp_goes_down(world: World, how: str = "down") -> None:
    """Orders 1 to 3 meet it."""
    world.gp.fail_all(how)
    for number in (1, 2, 3):
        world.attempt(order(number))


def calls(world: World, port: str = "gp") -> int:
    return len(world.calls.of(port))


def done(world: World, count: int) -> int:
    return sum(world.row(order(number)).status is Status.DONE for number in range(1, count + 1))


# ---- Going down


def test_after_three_different_documents_a_fourth_waits_without_a_call() -> None:
    world = a_world_of(4)
    gp_goes_down(world)
    before = calls(world)

    outcome = world.attempt(order(4))

    assert outcome == Waiting(
        "GP is down since 2026-11-17 14:05 UTC: GP cannot be reached", needs_repair=False, gate=Gate.GP
    )
    assert (calls(world), world.row(order(4)).status) == (before, Status.WAITING)


def test_two_documents_are_not_enough_and_one_is_not_however_often() -> None:
    world = a_world_of(3)
    world.gp.fail_all("down")
    for _ in range(5):
        world.attempt(order(1))
        world.attempt(order(2))

    assert not world.gates.stored.gp.is_down


def test_a_success_between_begins_the_count_anew() -> None:
    world = a_world_of(4)
    for number in (1, 2):
        world.gp.fail_next("login", "down")
        world.attempt(order(number))
    world.attempt(order(3))
    world.gp.fail_next("login", "down")
    world.attempt(order(4))

    assert not world.gates.stored.gp.is_down


def test_a_login_that_works_is_no_success_if_the_write_after_it_fails() -> None:
    world = a_world_of(3)
    for number in (1, 2, 3):
        world.gp.fail_next("create_sales_order", "not executed")
        world.attempt(order(number))

    assert world.gates.stored.gp.is_down


@pytest.mark.parametrize("how", ["refused", "busy for an hour"])
def test_a_neighbour_that_says_no_or_asks_for_time_is_not_down(how: str) -> None:
    world = a_world_of(4)
    world.gp.fail_next("create_sales_order", how, None)
    for number in range(1, 5):
        world.attempt(order(number))

    assert not world.gates.stored.gp.is_down


def test_a_lock_on_one_document_is_an_answer() -> None:
    world = a_world_of(5)
    world.gp.fail_all("down")
    world.attempt(order(1))
    world.attempt(order(2))
    world.gp.recover()
    world.gp.on_create = locked
    world.attempt(order(3))

    assert world.gates.stored.gp.failing == ()


def locked(_: SalesOrder) -> SalesOrder:
    raise Transient("the batch is locked by another user", is_answer=True)


def test_a_refused_login_is_the_same_for_every_document_and_opens_no_review() -> None:
    world = a_world_of(5)
    world.gp.fail_all("login rejected")
    for number in range(1, 6):
        world.attempt(order(number))

    assert [world.row(order(number)).status for number in range(1, 6)] == [Status.WAITING] * 5
    assert world.gates.stored.gp.needs_repair
    assert [name for name in world.calls.of("gp") if name != "probe"] == ["login"]


def test_shipbob_goes_down_by_itself_and_leaves_gp_open() -> None:
    world = a_world_of(4)
    for number in (1, 2, 3):
        world.shipbob.fail_next("order", "down")
        world.attempt(order(number))

    outcome = world.attempt(order(4))

    assert isinstance(outcome, Waiting)
    assert (outcome.gate, world.gates.stored.gp.is_down) == (Gate.SHIPBOB, False)


# ---- Being down


def test_while_it_is_down_one_asks_after_half_a_minute_and_then_more_seldom() -> None:
    world = a_world_of(20)
    gp_goes_down(world)
    for number in range(4, 21):
        world.attempt(order(number))

    world.pass_time(2 * HOUR)

    asked = world.calls.of("gp").count("probe")
    assert 12 <= asked <= 18  # every ten minutes, after five in the first eighteen
    assert done(world, 20) == 0


def test_documents_at_its_gate_cost_nothing_while_they_stand_there() -> None:
    world = a_world_of(20)
    gp_goes_down(world)
    for number in range(4, 21):
        world.attempt(order(number))
    world.pass_time(HOUR)
    read, versions = calls(world, "shipbob"), {number: world.row(order(number)).version for number in range(1, 21)}

    world.pass_time(DAY)

    assert {number: world.row(order(number)).version for number in range(1, 21)} == versions
    assert calls(world, "shipbob") == read


def test_a_worker_that_dies_while_it_asks_keeps_nobody_out_for_long() -> None:
    world = a_world_of(4)
    gp_goes_down(world)
    world.clock.advance(30 * SECOND)
    world.hint(order(4))
    probe = next_call(world, "gp.probe", order(4))
    world.crash_at(probe, Cut.BEFORE)
    world.deliver()
    world.gp.recover()

    world.pass_time(HOUR)

    assert done(world, 4) == 4


def next_call(world: World, name: str, document: DocumentId) -> int:
    """Which call from now that will be, by a world that goes the same way."""
    assert document == world.to_gp.waiting()[0].document
    twin = a_world_of(4)
    gp_goes_down(twin)
    twin.clock.advance(30 * SECOND)
    twin.hint(document)
    before = len(twin.calls.made)
    twin.deliver()
    return twin.calls.made[before:].index(name) + 1


def test_of_two_workers_whose_time_to_ask_has_come_one_asks() -> None:
    world = a_world_of(4)
    gp_goes_down(world)
    world.clock.advance(30 * SECOND)
    world.gates.fail_next(RowMoved("another worker asks"))

    outcome = world.attempt(order(4))

    assert isinstance(outcome, Waiting)
    assert (outcome.gate, world.calls.of("gp").count("probe")) == (Gate.GP, 0)


def test_after_fifteen_days_at_its_gate_a_person_is_told() -> None:
    world = a_world_of(4)
    gp_goes_down(world)
    world.attempt(order(4))

    world.pass_time(15 * DAY + HOUR)

    reasons = [reason.text for reason in world.row(order(4)).reasons]
    assert reasons == ["Waited 15 days: GP is down since 2026-11-17 14:05 UTC: GP cannot be reached"]


# ---- Coming back


def test_once_it_answers_all_that_waited_is_written_once() -> None:
    world = a_world_of(20)
    gp_goes_down(world)
    for number in range(4, 21):
        world.attempt(order(number))
    world.pass_time(7 * DAY)
    world.gp.recover()

    world.pass_time(HOUR)

    assert done(world, 20) == 20
    assert set(world.gp.created.values()) == {1}


def test_what_waited_comes_in_growing_waves_in_order_of_age() -> None:
    world = a_world_of(60)
    gp_goes_down(world)
    for number in range(60, 3, -1):
        world.clock.advance(SECOND / 10)
        world.attempt(order(number))
    world.clock.advance(10 * MINUTE)
    world.gp.recover()
    waves: list[list[int]] = []
    for _ in range(6):
        world.sweep()
        world.clock.advance(MINUTE)
        waves.append([int(number.removeprefix("SBO")) for number in world.gp.created][sum(map(len, waves)) :])

    sizes = [len(wave) for wave in waves]
    assert sizes[1:3] == [10, 20]
    assert [*waves[0], *waves[1]][3:] == list(range(60, 60 - len(waves[0]) - len(waves[1]) + 3, -1))
    assert sum(sizes) == 60


def test_a_new_order_does_not_wait_behind_the_waves() -> None:
    world = a_world_of(40)
    gp_goes_down(world)
    for number in range(4, 40):
        world.attempt(order(number))
    world.clock.advance(10 * MINUTE)
    world.gp.recover()
    world.sweep()

    world.attempt(order(40))

    assert world.row(order(40)).status is Status.DONE


def test_news_at_its_gate_is_not_lost() -> None:
    world = a_world_of(4)
    gp_goes_down(world)
    world.attempt(order(4))
    world.clock.advance(HOUR)
    gone = shipped_parcel(304, *PLAIN_ITEMS, tracking="1Z4")
    world.shipbob.put(an_order(gone, order_id=4, order_number="#4"))
    world.attempt(order(4), "webhook order.shipped")
    world.gp.recover()

    world.pass_time(HOUR)

    assert world.gp.orders["SBO4"].tracking == ("1Z4",)
    assert world.trail(order(4)).count("seen") >= 2


def test_a_review_that_waits_for_gp_stays_a_review() -> None:
    world = a_world_of(4, "sku/WIDGET-BLUE")
    world.attempt(order(4))
    world.state.map(MappingKey.parse("sku/WIDGET-BLUE"), "BLUE-100", "a person")
    world.clock.advance(MINUTE)
    gp_goes_down(world)

    for _ in range(5):
        world.sweep()
        world.clock.advance(SECOND)

    row = world.row(order(4))
    assert (row.status, row.gate, len(row.reasons)) == (Status.REVIEW, Gate.GP, 1)
    world.gp.recover()
    world.pass_time(HOUR)
    assert (world.row(order(4)).status, world.row(order(4)).gate) == (Status.DONE, None)


@pytest.mark.parametrize("cut", Cut)
@pytest.mark.parametrize("number", range(1, 36))
def test_a_crash_anywhere_in_going_down_and_coming_back_loses_nothing(number: int, cut: Cut) -> None:
    world = a_world_of(4)
    world.gp.fail_all("down")
    for each in (1, 2, 3):
        world.hint(order(each))
    world.crash_at(number, cut)
    world.deliver()
    world.calls.spare()
    world.pass_time(HOUR)
    world.attempt(order(4))
    world.gp.recover()
    world.crash_at(number, cut)
    world.pass_time(10 * MINUTE)
    world.calls.spare()

    world.pass_time(DAY)

    assert done(world, 4) == 4
    assert set(world.gp.created.values()) == {1}


def test_how_the_gates_stand_is_read_once_for_many_documents() -> None:
    world = a_world_of(20)
    for number in range(1, 21):
        world.hint(order(number))

    world.deliver()

    assert world.calls.count("gates.standing") == 1
    assert dataclasses.replace(world.gates.stored.gp, version=0).failing == ()
    assert world.clock.now() - START == dt.timedelta()
