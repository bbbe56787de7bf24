"""A dry run reads, decides and keeps what it would write; it writes nothing, and going live skips nothing."""

from __future__ import annotations

import dataclasses

import pytest
from bridge.domain.document import DocumentId, DocumentKind
from bridge.domain.gate import Gate
from bridge.domain.outcome import Waiting
from bridge.protocols.health import Health
from bridge.protocols.ledger import Status

from local.memory.world import START, Cut, World
from tests.orders import DAY, HOUR, NUMBER, ORDER, PLAIN_ITEMS, SECOND, a_world_with, an_order, parcel, shipped


def a_dry_world(status: str = "unshipped") -> World:
    """The plain order as in `a_world_with`, and from then on nothing is written."""
    world = a_world_with(status)
    go(world, is_dry=True)
    return world


def go(world: World, *, is_dry: bool) -> None:
    """The stack is deployed so."""
    world.terms = dataclasses.replace(world.terms, is_dry_run=is_dry)
    world.gp.is_dry = world.shipbob.is_dry = is_dry


def test_a_dry_run_writes_nothing_and_the_document_waits() -> None:
    world = a_dry_world()

    outcome = world.attempt(ORDER)

    assert isinstance(outcome, Waiting)
    assert outcome.why == "a dry run: nothing is written"
    assert (world.gp.orders, world.row(ORDER).status, world.row(ORDER).due_at) == ({}, Status.WAITING, START + DAY)


def test_what_would_be_sent_is_in_the_trail_with_its_bytes() -> None:
    world = a_dry_world()

    world.attempt(ORDER)

    entry = next(entry for entry in world.audit.entries(ORDER) if entry.what == "would write")
    assert world.audit.payloads[entry.payload_digest] == b"what create_sales_order sends"
    assert entry.facts == {"call": "create_sales_order", "number": NUMBER, "digest": entry.payload_digest}


@pytest.mark.parametrize("status", ["unshipped", "draft"])
def test_no_write_of_a_dry_run_is_left_in_the_air(status: str) -> None:
    world = a_dry_world(status)
    before = world.row(ORDER)

    world.attempt(ORDER)

    row = world.row(ORDER)
    assert (row.intent, row.draft_batch, row.ready_batch) == (None, before.draft_batch, before.ready_batch)
    assert (row.fingerprint, row.was_seen_in_gp) == (before.fingerprint, before.was_seen_in_gp)


def test_a_dry_run_of_a_month_is_no_outage_and_asks_nobody() -> None:
    world = a_dry_world()
    world.attempt(ORDER)

    world.pass_time(30 * DAY)

    assert (world.row(ORDER).status, world.to_gp.dead_letters) == (Status.WAITING, [])


def test_news_is_decided_at_once_also_in_a_dry_run() -> None:
    world = a_dry_world()
    world.attempt(ORDER)
    world.shipbob.put(shipped())
    world.clock.advance(HOUR)

    world.attempt(ORDER)

    assert world.trail(ORDER).count("would write") == 2


@pytest.mark.parametrize("cut", Cut)
@pytest.mark.parametrize("number", range(1, 15))
def test_a_crash_anywhere_in_a_dry_run_leaves_a_document_that_is_written_once_when_it_is_over(
    number: int, cut: Cut
) -> None:
    world = a_dry_world()
    world.hint(ORDER)
    world.crash_at(number, cut)
    world.deliver()
    world.calls.spare()
    world.pass_time(2 * DAY)
    assert world.gp.orders == {}

    go(world, is_dry=False)
    world.pass_time(2 * DAY)

    assert (world.gp.created, world.row(ORDER).status) == ({NUMBER: 1}, Status.DONE)
    assert world.row(ORDER).intent is None


def test_a_write_from_before_the_dry_run_is_still_settled_by_looking() -> None:
    world = a_world_with("unshipped")
    world.gp.fail_next("create_sales_order", "lost reply")
    world.attempt(ORDER)
    go(world, is_dry=True)

    world.pass_time(31 * SECOND)

    assert (world.row(ORDER).status, world.row(ORDER).intent) == (Status.DONE, None)


def test_going_live_writes_at_the_next_sweep_what_waited_and_skips_none() -> None:
    world = a_dry_world()
    world.attempt(ORDER)
    world.clock.advance(HOUR)
    go(world, is_dry=False)

    world.sweep()

    assert (world.gp.created, world.row(ORDER).status, world.row(ORDER).gate) == ({NUMBER: 1}, Status.DONE, None)


def test_in_a_dry_run_a_neighbour_that_is_well_is_not_marked_down() -> None:
    world = a_dry_world()
    for number in range(1, 5):
        world.shipbob.put(an_order(parcel(300 + number, *PLAIN_ITEMS), order_id=number))
        world.attempt(DocumentId(DocumentKind.ORDER, number))

    assert world.gates.stored.gp == Health(Gate.GP)


def test_going_live_after_a_month_gives_an_outage_its_fifteen_days() -> None:
    world = a_dry_world()
    world.attempt(ORDER)
    world.pass_time(30 * DAY)
    go(world, is_dry=False)
    world.gp.fail_all("down")

    world.pass_time(14 * DAY)

    assert world.row(ORDER).status is Status.WAITING
