"""A create that GP holds otherwise, or held and holds no more: closed once nothing can arrive, and never doubled."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

import pytest
from bridge.console import actions
from bridge.domain.outcome import Unchanged
from bridge.domain.sales_document import SalesOrder
from bridge.protocols.ledger import Status

from local.memory.world import START, Crash, Cut, World
from tests.orders import DAY, HOUR, MINUTE, NUMBER, ORDER, SECOND, a_world_with, shipped, texts

WHY = "entered by hand as ORD123"
CHANGED = ["A person closed the review of this document, and it has changed since"]
GONE = [f"{NUMBER} was in GP and is gone"]
CREATE = "gp.create_sales_order"


def ours() -> SalesOrder:
    """The order as the bridge writes it."""
    world = a_world_with("unshipped")
    world.attempt(ORDER)
    return world.gp.orders[NUMBER]


def contradicted() -> World:
    """The create's reply was lost, and what is found under its number is for another customer."""
    world = a_world_with("unshipped")
    world.gp.fail_next("create_sales_order", "lost reply")
    world.attempt(ORDER)
    world.gp.put(dataclasses.replace(world.gp.orders[NUMBER], customer="SOMEBODY"))
    world.pass_time(MINUTE)
    return world


def gone() -> World:
    """And then it was deleted."""
    world = contradicted()
    world.gp.remove(NUMBER)
    world.clock.advance(MINUTE)
    world.attempt(ORDER)
    return world


FACES = [contradicted, gone]


def closed(face: Callable[[], World]) -> World:
    world = face()
    world.pass_time(15 * MINUTE)
    actions.close(world, ORDER, "a clerk", WHY)
    world.clock.advance(HOUR)
    return world


def reopen(world: World) -> None:
    actions.reopen(world, ORDER, "a clerk", "removed ORD123")
    world.deliver()


# ---- Closing


@pytest.mark.parametrize("face", FACES)
def test_before_the_deadline_it_is_not_closed_and_the_clerk_is_told_until_when_to_wait(
    face: Callable[[], World],
) -> None:
    world = face()

    with pytest.raises(ValueError, match="may still reach GP, until 17 Nov 2026 14:15:00 UTC; then it is looked for"):
        actions.close(world, ORDER, "a clerk", WHY)

    assert world.row(ORDER).status is Status.REVIEW


@pytest.mark.parametrize("face", FACES)
def test_a_few_minutes_after_the_deadline_it_is_closed_without_anybodys_asking_for_a_look(
    face: Callable[[], World],
) -> None:
    world = face()
    world.pass_time(12 * MINUTE)

    row = actions.close(world, ORDER, "a clerk", WHY)

    assert (row.status, row.intent, row.due_at, row.planned) == (Status.DONE, None, None, "")
    assert world.audit.entries(ORDER)[-1].what == "closed by a person"


def test_what_is_gone_is_not_closed_after_a_single_look_past_the_deadline() -> None:
    world = gone()
    world.clock.advance_to(START + 10 * MINUTE)
    world.attempt(ORDER)

    with pytest.raises(ValueError, match="until 17 Nov 2026 14:15:30 UTC"):
        actions.close(world, ORDER, "a clerk", WHY)


@pytest.mark.parametrize("face", FACES)
def test_once_it_is_settled_the_review_is_looked_at_once_a_day_as_any_other(face: Callable[[], World]) -> None:
    world = face()
    world.pass_time(12 * MINUTE)
    before = world.calls.count("gp.sales_order")

    world.pass_time(3 * DAY)

    assert world.calls.count("gp.sales_order") == before + 3
    assert world.row(ORDER).status is Status.REVIEW


def test_a_create_that_comes_late_after_a_strangers_document_came_and_went_is_ours() -> None:
    world = a_world_with("unshipped")
    world.gp.fail_next("create_sales_order", "late", late=8 * MINUTE)
    world.attempt(ORDER)
    world.gp.put(dataclasses.replace(ours(), customer="SOMEBODY"))
    world.pass_time(MINUTE)
    world.gp.remove(NUMBER)
    world.clock.advance(MINUTE)
    assert texts(world.attempt(ORDER)) == GONE

    with pytest.raises(ValueError, match="may still reach GP"):
        actions.close(world, ORDER, "a clerk", WHY)
    world.pass_time(HOUR)

    assert (world.row(ORDER).status, world.gp.created) == (Status.DONE, {NUMBER: 1})


# ---- Once it is closed


@pytest.mark.parametrize("face", FACES)
def test_whatever_comes_after_closing_nothing_is_sent_again(face: Callable[[], World]) -> None:
    world = closed(face)
    outcomes = [world.attempt(ORDER)]
    world.sweep()
    actions.replay(world, ORDER, "a clerk", "everything of this week")
    world.deliver()
    world.pass_time(3 * DAY)
    outcomes.append(world.attempt(ORDER))

    assert all(isinstance(outcome, Unchanged) for outcome in outcomes), outcomes
    assert (world.row(ORDER).status, world.calls.count(CREATE)) == (Status.DONE, 1)
    assert world.row(ORDER).written == "", "what was sent and is not there as it was meant was not written"


@pytest.mark.parametrize("face", FACES)
def test_a_shipment_after_closing_is_a_review_that_is_closed_at_once(face: Callable[[], World]) -> None:
    world = closed(face)
    world.shipbob.put(shipped())

    assert texts(world.attempt(ORDER)) == CHANGED
    actions.close(world, ORDER, "a clerk", "tracking entered by hand")
    world.clock.advance(HOUR)

    assert isinstance(world.attempt(ORDER), Unchanged)
    assert world.calls.count(CREATE) == 1


def test_what_a_person_puts_back_after_closing_is_left_to_them() -> None:
    world = closed(gone)
    world.gp.put(ours())

    assert isinstance(world.attempt(ORDER), Unchanged)
    assert (world.gp.orders[NUMBER], world.calls.count(CREATE)) == (ours(), 1)


# ---- Reopening


def test_what_is_gone_is_written_once_more_when_a_person_hands_it_back() -> None:
    world = closed(gone)

    reopen(world)

    assert (world.row(ORDER).status, world.calls.count(CREATE)) == (Status.DONE, 2)
    assert world.gp.orders[NUMBER].customer == ours().customer


def test_what_a_person_put_back_is_found_when_it_is_reopened_and_goes_on_as_ours() -> None:
    world = closed(gone)
    world.gp.put(ours())

    reopen(world)
    found = world.row(ORDER)
    world.clock.advance(HOUR)
    world.shipbob.put(shipped())
    world.attempt(ORDER)

    assert (found.status, world.calls.count(CREATE)) == (Status.DONE, 1)
    assert world.gp.orders[NUMBER].tracking == ("1Z999",)


def test_what_still_stands_there_otherwise_is_a_review_when_it_is_reopened_and_closed_at_once() -> None:
    world = closed(contradicted)

    reopen(world)
    row = world.row(ORDER)

    assert (row.status, row.written, world.calls.count(CREATE)) == (Status.REVIEW, "", 1)
    assert "SOMEBODY" in row.reasons[0].text
    assert actions.close(world, ORDER, "a clerk", "left as it is").status is Status.DONE


def test_a_reopened_create_whose_reply_is_lost_is_a_persons_again_and_is_not_sent_a_third_time() -> None:
    world = closed(gone)
    world.gp.fail_next("create_sales_order", "not executed")

    reopen(world)
    world.pass_time(3 * DAY)

    assert [reason.text for reason in world.row(ORDER).reasons] == GONE
    assert world.calls.count(CREATE) == 2
    assert actions.close(world, ORDER, "a clerk", WHY).status is Status.DONE


# ---- The process ends


def calls_of(world: World, deed: Callable[[World], object]) -> int:
    before = len(world.calls.made)
    deed(world)
    return len(world.calls.made) - before


def close(world: World) -> None:
    actions.close(world, ORDER, "a clerk", WHY)


def settled(face: Callable[[], World]) -> World:
    world = face()
    world.pass_time(12 * MINUTE)
    return world


@pytest.mark.parametrize("cut", Cut)
@pytest.mark.parametrize("face", FACES)
def test_a_close_that_dies_anywhere_is_done_or_can_be_said_again_and_nothing_is_sent(
    face: Callable[[], World], cut: Cut
) -> None:
    for number in range(1, calls_of(settled(face), close) + 1):
        world = settled(face)
        world.crash_at(number, cut)
        with pytest.raises(Crash):
            close(world)
        world.clock.advance(MINUTE)
        world.attempt(ORDER)
        if world.row(ORDER).status is Status.REVIEW:
            close(world)
        world.pass_time(2 * DAY)

        assert (world.row(ORDER).status, world.calls.count(CREATE)) == (Status.DONE, 1), number


@pytest.mark.parametrize("cut", Cut)
@pytest.mark.parametrize("face", FACES)
def test_a_look_at_the_deadline_that_dies_anywhere_is_made_again_and_then_it_can_be_closed(
    face: Callable[[], World], cut: Cut
) -> None:
    def look(world: World) -> None:
        world.clock.advance_to(START + 10 * MINUTE + SECOND)
        world.attempt(ORDER)

    for number in range(1, calls_of(face(), look) + 1):
        world = face()
        world.crash_at(number, cut)
        with pytest.raises(Crash):
            look(world)
        world.pass_time(2 * HOUR)
        close(world)

        assert (world.row(ORDER).status, world.calls.count(CREATE)) == (Status.DONE, 1), number


@pytest.mark.parametrize("cut", Cut)
@pytest.mark.parametrize("is_back", [False, True], ids=["gone", "put back by a person"])
def test_a_reopening_that_dies_anywhere_leaves_one_document_or_a_person_asked(cut: Cut, *, is_back: bool) -> None:
    def world_before() -> World:
        world = closed(gone)
        if is_back:
            world.gp.put(ours())
        return world

    for number in range(1, calls_of(world_before(), reopen) + 1):
        world = world_before()
        world.crash_at(number, cut)
        try:
            reopen(world)
        except Crash:
            if world.row(ORDER).closed:
                reopen(world)
        world.pass_time(2 * DAY)

        row = world.row(ORDER)
        assert world.calls.count(CREATE) == (1 if is_back else 2) or row.status is Status.REVIEW, number
        assert row.status is Status.REVIEW or world.gp.orders[NUMBER].customer == ours().customer, number
        assert row.intent is None or row.status is Status.REVIEW, number
