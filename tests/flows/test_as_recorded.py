"""A document that a person has gone by as its trail shows it: not read again, and written once."""

from __future__ import annotations

import dataclasses
import random
from collections.abc import Callable

import pytest
from bridge.console import actions
from bridge.domain.document import DocumentId, DocumentKind
from bridge.domain.gate import Gate
from bridge.domain.message import Message
from bridge.domain.outcome import Done, MappingKey, Outcome, Unchanged, Waiting
from bridge.flows.attempt import attempt
from bridge.protocols.ledger import Status
from bridge.protocols.trail import first_break

from local.memory.world import START, WRITE_GP, Crash, Cut, World
from tests import receiving
from tests.correcting import RECORD
from tests.orders import DAY, HOUR, MINUTE, NUMBER, ORDER, SECOND, a_world, shipped, unshipped
from tests.recalled import CLERK, RED, a_mended_world, asked_for, gone_by, message, newest, recalled
from tests.returns import KEY, RETURN, a_return
from tests.returns import a_world as a_world_of_returns

# ---- Gone by


def test_an_order_that_shipbob_has_archived_is_written_as_it_was_recorded() -> None:
    world = a_mended_world()

    assert isinstance(gone_by(world), Done)

    assert world.gp.created == {NUMBER: 1}
    assert (world.calls.count("shipbob.order"), world.row(ORDER).status) == (1, Status.DONE)


def test_a_look_that_finds_the_document_gone_shows_nothing_newer() -> None:
    world = a_mended_world()
    world.attempt(ORDER, "replay: as it is now")
    assert world.row(ORDER).status is Status.WAITING, "ShipBob does not show it"

    assert isinstance(gone_by(world), Done)

    assert world.gp.created == {NUMBER: 1}


def test_an_order_before_a_shipbob_that_is_down_is_written_without_asking_it() -> None:
    world = a_world("sku/WIDGET-RED")
    documents = [*(DocumentId(DocumentKind.ORDER, number) for number in (2, 3, 4)), ORDER]
    world.shipbob.put(unshipped())
    world.attempt(ORDER)
    for call in ("order", "channels"):
        world.shipbob.fail_next(call, "down", None)
    for document in documents:
        world.attempt(document, "replay: to see")
    assert world.row(ORDER).gate is Gate.SHIPBOB
    world.state.map(RED, "RED-100", "a clerk")
    before = world.calls.of("shipbob")

    assert isinstance(gone_by(world), Done)

    assert world.gp.created == {NUMBER: 1}
    assert world.calls.of("shipbob")[len(before) :] == []


def test_who_asked_and_why_and_which_image_was_gone_by_is_in_the_trail() -> None:
    world = a_mended_world()
    entry = newest(world)

    gone_by(world)

    seen = [each for each in world.audit.entries(ORDER) if each.what == "seen"][-1]
    assert (seen.by, seen.facts["reason"]) == (CLERK, "replay: the mapping is mended")
    assert seen.facts["as recorded"] == f"entry {entry}"
    assert recalled(world) == {"entry": str(entry), "read at": START.isoformat()}


def test_the_row_still_says_when_shipbob_was_last_read() -> None:
    world = a_mended_world()

    gone_by(world)

    assert (world.row(ORDER).read_at, world.row(ORDER).read_until) == (START, START)


def test_what_gp_holds_as_recorded_changes_nothing() -> None:
    world = a_world()
    world.shipbob.put(unshipped())
    world.attempt(ORDER)
    before = world.gp.orders[NUMBER]

    assert isinstance(gone_by(world), Unchanged)

    assert world.gp.orders[NUMBER] == before


def test_an_image_of_any_size_is_gone_by_for_it_stays_in_the_trail() -> None:
    world = a_world("sku/WIDGET-RED")
    world.shipbob.put(unshipped(), image=random.Random(1).randbytes(60_000))  # noqa: S311 - nothing secret
    world.attempt(ORDER)
    world.shipbob.archive(ORDER.number)
    world.state.map(RED, "RED-100", "a clerk")

    assert isinstance(gone_by(world), Done)

    assert world.gp.created == {NUMBER: 1}
    assert len(world.to_gp.sent[-1].to_json()) < 1_000


def test_a_return_is_booked_as_it_was_recorded() -> None:
    world = a_world_of_returns("location/8")
    world.shipbob.put_return(a_return())
    world.attempt(RETURN)
    world.shipbob.returns.clear()
    world.state.map(MappingKey.parse("location/8"), "CHICAGO", "a clerk")

    assert isinstance(gone_by(world, RETURN), Done)

    assert (set(world.gp.inventory), world.calls.count("shipbob.customer_return")) == ({KEY}, 1)


def test_a_receipt_is_booked_as_it_was_recorded() -> None:
    """Its boxes are asked for as always: they are in no image."""
    world = receiving.a_receiving_world(RECORD, "location/8", "sku/WIDGET-RED")
    receiving.receives(world, receiving.a_wro(receiving.red(100, 98)))
    assert world.row(receiving.WRO).status is Status.REVIEW
    world.shipbob.receiving.clear()
    world.state.map(MappingKey.parse("location/8"), "CHICAGO", "a clerk")
    world.state.map(RED, "RED-100", "a clerk")
    reads = world.calls.count("shipbob.receiving_order")

    assert isinstance(gone_by(world, receiving.WRO), Done)

    assert receiving.NUMBER in {number for _, number in world.gp.inventory}
    assert world.calls.count("shipbob.receiving_order") == reads


def test_an_image_that_is_gone_by_is_not_told_as_a_read() -> None:
    """Nor where the attempt that read it ended before its row was saved."""
    world = receiving.a_receiving_world(RECORD, "sku/WIDGET-RED")
    receiving.receives(world, receiving.a_wro(receiving.red(100, 98)))
    del world.state.rows[receiving.WRO]
    reads = world.trail(receiving.WRO).count("read from ShipBob")

    gone_by(world, receiving.WRO)

    assert world.trail(receiving.WRO).count("read from ShipBob") == reads


# ---- As any replay


def test_a_document_that_a_person_closed_is_not_written_as_recorded_either() -> None:
    world = a_world("sku/WIDGET-RED")
    world.shipbob.put(unshipped())
    world.attempt(ORDER)
    actions.close(world, ORDER, CLERK, "entered by hand as ORD123")
    world.state.map(RED, "RED-100", "a clerk")

    assert isinstance(gone_by(world), Unchanged)

    assert world.gp.created == {}


def test_where_gp_is_away_the_wish_stands_until_the_order_is_written() -> None:
    world = a_mended_world()
    world.gp.fail_next("login", "down")

    assert isinstance(gone_by(world), Waiting)
    assert world.row(ORDER).as_recorded == newest(world)
    world.pass_time(HOUR)

    assert (world.gp.created, world.row(ORDER).as_recorded) == ({NUMBER: 1}, 0)


def test_a_wish_ends_where_a_person_must_decide() -> None:
    world = a_mended_world()
    world.gp.fail_next("create_sales_order", "refused")

    gone_by(world)

    assert (world.row(ORDER).status, world.row(ORDER).as_recorded) == (Status.REVIEW, 0)


def test_a_wish_ends_with_what_a_hint_has_read_since() -> None:
    world = a_mended_world()
    world.gp.fail_next("login", "down", 2)
    gone_by(world)
    world.shipbob.put(shipped())
    world.clock.advance(SECOND)
    world.hint(ORDER)
    world.deliver()
    assert world.row(ORDER).as_recorded == 0

    world.pass_time(HOUR)

    assert (world.gp.created, world.gp.orders[NUMBER].tracking) == ({NUMBER: 1}, ("1Z999",))


def test_a_hint_that_finds_the_order_gone_leaves_the_wish_as_it_is() -> None:
    world = a_mended_world()
    world.gp.fail_next("login", "down")
    gone_by(world)
    world.clock.advance(SECOND)

    world.attempt(ORDER)
    world.pass_time(HOUR)

    assert world.gp.created == {NUMBER: 1}


def test_a_wish_whose_image_is_no_longer_kept_gives_way_to_a_read() -> None:
    """In the weeks that GP was away the payload's time came to its end."""
    world = a_world("sku/WIDGET-RED")
    world.shipbob.put(unshipped())
    world.attempt(ORDER)
    world.state.map(RED, "RED-100", "a clerk")
    world.gp.fail_next("login", "down")
    gone_by(world)
    world.audit.payloads.clear()

    world.pass_time(HOUR)

    assert (world.gp.created, world.calls.count("shipbob.order")) == ({NUMBER: 1}, 2)


# ---- Crashes, and the same message twice


def calls_of_an_undisturbed_delivery() -> int:
    world = a_mended_world()
    asked_for(world)
    before = len(world.calls.made)
    world.deliver()
    return len(world.calls.made) - before


CALLS = range(1, calls_of_an_undisturbed_delivery() + 1)


@pytest.mark.parametrize("cut", Cut)
@pytest.mark.parametrize("number", CALLS)
def test_a_crash_at_any_point_leaves_the_order_once_in_gp(number: int, cut: Cut) -> None:
    world = a_mended_world()
    asked_for(world)
    world.crash_at(number, cut)

    world.deliver()
    assert any(isinstance(raised, Crash) for raised in world.raised), "the crash was meant to happen"
    world.pass_time(HOUR)

    assert (world.gp.created, world.row(ORDER).intent) == ({NUMBER: 1}, None)
    assert first_break(world.audit.entries(ORDER)) is None


@pytest.mark.parametrize("cut", Cut)
@pytest.mark.parametrize("number", CALLS)
def test_a_crash_after_which_shipbob_is_read_again_never_brings_the_image_back(number: int, cut: Cut) -> None:
    """The message comes back once its time is up; the order has shipped and was read meanwhile."""
    world = a_mended_world()
    asked_for(world)
    (late,) = world.to_gp.waiting()
    world.crash_at(number, cut)
    world.deliver()
    world.to_gp.forget()
    world.shipbob.put(shipped())
    world.clock.advance(MINUTE)
    world.hint(ORDER)
    world.pass_time(HOUR)
    held = dataclasses.replace(world.gp.orders[NUMBER])
    assert held.tracking == ("1Z999",)

    attempt(WRITE_GP)(late, world)
    world.pass_time(DAY)

    assert (world.gp.orders[NUMBER], world.gp.created) == (held, {NUMBER: 1})
    assert world.row(ORDER).status is Status.DONE


def test_the_message_twice_writes_once() -> None:
    world = a_mended_world()
    entry = newest(world)
    gone_by(world)
    held = world.gp.orders[NUMBER]

    outcome: Callable[[Message, World], Outcome] = attempt(WRITE_GP)

    assert isinstance(outcome(message(entry), world), Unchanged)
    assert (world.gp.orders[NUMBER], world.gp.created) == (held, {NUMBER: 1})
