"""A bug, another writer, newer code: a document can be late, but never forgotten and never doubled."""

from __future__ import annotations

from dataclasses import replace

import pytest
from bridge.domain.outcome import RowMoved, Transient, Unchanged, Waiting
from bridge.protocols.ledger import SCHEMA, LedgerRow, Status
from bridge.protocols.trail import first_break

from local.memory.world import START, World
from tests.orders import (
    DAY,
    HOUR,
    MINUTE,
    NUMBER,
    ORDER,
    a_world,
    a_world_with,
    an_order,
    parcel,
)


def logins_and_requests(world: World) -> tuple[int, int]:
    calls = world.calls.of("gp")
    return calls.count("login"), len(calls) - calls.count("login")


# ---- Bugs, other writers, newer code


def test_a_bug_leaves_the_row_broken_with_a_due_time_and_the_exception_for_the_queue() -> None:
    world = a_world_with("unshipped")
    world.shipbob.fail_next("order", "bug")

    with pytest.raises(ZeroDivisionError):
        world.attempt(ORDER)

    row = world.row(ORDER)
    assert (row.status, row.due_at) == (Status.BROKEN, START + 6 * HOUR)
    assert world.to_gp.waiting() != []


def test_a_bug_that_lasts_ends_in_the_dead_letter_queue_after_five_receives() -> None:
    world = a_world_with("unshipped")
    world.shipbob.fail_next("order", "bug", None)
    world.hint(ORDER)

    world.deliver()
    world.pass_time(2 * HOUR)

    assert [message.document for message in world.to_gp.dead_letters] == [ORDER]
    assert world.row(ORDER).due_at is not None


def test_a_document_broken_by_a_bug_goes_on_by_itself_once_the_bug_is_gone() -> None:
    world = a_world_with("unshipped")
    world.shipbob.fail_next("order", "bug", None)
    world.hint(ORDER)
    world.pass_time(2 * HOUR)
    world.shipbob.recover()

    world.pass_time(6 * HOUR)

    assert (world.row(ORDER).status, world.gp.created) == (Status.DONE, {NUMBER: 1})


def test_a_bug_in_the_midst_of_a_create_is_settled_before_anything_is_written_again() -> None:
    world = a_world_with("unshipped")
    world.gp.fail_next("create_sales_order", "bug")
    world.hint(ORDER)
    world.deliver()

    world.pass_time(HOUR)

    assert (world.calls.count("gp.create_sales_order"), world.gp.created) == (2, {NUMBER: 1})


def newer_row(world: World, status: Status = Status.WAITING) -> LedgerRow:
    """A row that code of the next schema has stored; one that waits is due."""
    due_at = START if status is Status.WAITING else None
    row = LedgerRow(ORDER, version=1, schema=SCHEMA + 1, status=status, due_at=due_at)
    world.state.rows[ORDER] = row
    return row


def test_a_row_written_by_newer_code_is_not_touched() -> None:
    world = a_world_with("unshipped")
    stored = newer_row(world)

    with pytest.raises(Transient, match="newer code"):
        world.attempt(ORDER)

    assert (world.row(ORDER), world.gp.orders, world.trail(ORDER)) == (stored, {}, [])


def test_what_only_a_hint_tells_is_kept_until_the_newer_code_runs() -> None:
    world = a_world_with("unshipped")
    stored = newer_row(world, Status.DONE)
    world.hint(ORDER)

    world.pass_time(30 * MINUTE)
    assert world.gp.orders == {}
    world.state.rows[ORDER] = replace(stored, schema=SCHEMA)  # as the newer code reads it
    world.pass_time(30 * MINUTE)

    assert world.gp.created == {NUMBER: 1}


def test_a_row_written_by_newer_code_fills_no_dead_letter_queue_while_it_waits() -> None:
    world = a_world_with("unshipped")
    newer_row(world)

    world.pass_time(3 * HOUR)

    assert world.to_gp.dead_letters == []


def test_when_another_writer_was_faster_nothing_is_written_to_gp_and_the_hint_comes_back() -> None:
    world = a_world_with("unshipped")
    world.state.fail_next(RowMoved("somebody else"))

    with pytest.raises(RowMoved):
        world.attempt(ORDER)

    assert (world.gp.orders, len(world.to_gp.waiting())) == ({}, 1)


def test_when_the_ledger_cannot_be_written_after_a_create_the_document_is_found_and_not_doubled() -> None:
    world = a_world_with("unshipped")
    world.gp.fail_next("create_sales_order", "lost reply")
    world.attempt(ORDER)
    world.state.fail_next(Transient("DynamoDB cannot be reached"))

    world.pass_time(HOUR)

    assert (world.row(ORDER).status, world.gp.created) == (Status.DONE, {NUMBER: 1})


@pytest.mark.parametrize("trouble", ["down", "refused", "lost reply", "not executed", "login rejected", "bug"])
@pytest.mark.parametrize(("status", "call"), [("unshipped", "create_sales_order"), ("draft", "update_sales_order")])
def test_whatever_one_write_meets_the_order_is_done_within_two_days_and_in_gp_once(
    status: str, call: str, trouble: str
) -> None:
    world = a_world_with(status)
    world.gp.fail_next(call, trouble)
    world.hint(ORDER)
    world.deliver()

    world.pass_time(2 * DAY)

    assert (world.row(ORDER).status, world.gp.created) == (Status.DONE, {NUMBER: 1})
    assert first_break(world.audit.entries(ORDER)) is None


@pytest.mark.parametrize("trouble", ["down", "refused", "lost reply", "not executed", "login rejected", "bug"])
@pytest.mark.parametrize(("status", "call"), [("unshipped", "create_sales_order"), ("draft", "update_sales_order")])
def test_whatever_a_write_meets_its_row_is_done_or_due(status: str, call: str, trouble: str) -> None:
    world = a_world_with(status)
    world.gp.fail_next(call, trouble)
    world.hint(ORDER)

    world.deliver()

    row = world.row(ORDER)
    assert row.status is not Status.DONE
    assert row.due_at is not None


def test_an_unchanged_draft_is_due_by_itself_a_week_later() -> None:
    world = a_world_with("unshipped")
    world.attempt(ORDER)
    world.clock.advance(MINUTE)

    assert isinstance(world.attempt(ORDER), Unchanged)

    assert world.row(ORDER).due_at == START + MINUTE + 7 * DAY


def test_gp_is_logged_in_to_before_each_write_and_only_then() -> None:
    world = a_world_with("draft")
    world.attempt(ORDER)

    assert world.calls.of("gp") == ["login", "create_sales_order", "login", "sales_order", "update_sales_order"]
    assert logins_and_requests(world) == (2, 3)


def test_a_shipment_without_a_location_beside_one_with_it_waits_for_the_whole() -> None:
    world = a_world()
    world.shipbob.put(an_order(parcel(301, ("WIDGET-RED", 2)), parcel(302, ("WIDGET-BLUE", 1), at=None)))

    assert isinstance(world.attempt(ORDER), Waiting)

    assert world.gp.orders == {}
