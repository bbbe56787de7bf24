"""Orders that were open before the first poll are brought in, behind the live ones and only as the queue has room."""

from __future__ import annotations

import dataclasses

import pytest
from bridge.domain.document import DocumentId
from bridge.domain.listing import Asked, Listed
from bridge.domain.order import ShipmentStatus
from bridge.domain.outcome import Transient
from bridge.flows import backfill
from bridge.flows.attempt import attempt
from bridge.flows.paging import SHALLOW
from bridge.flows.poll_shipbob import PollFailed, poll_shipbob
from bridge.protocols import freshness
from bridge.protocols.cursor import Backfill, Cursor
from bridge.protocols.freshness import Look

from local.memory.shipbob import Dated, MemoryShipBob
from local.memory.world import START, TERMS, WRITE_GP, MemoryAudit, World
from tests.filling import (
    INSERTED,
    OPERATOR,
    fill,
    finished_order,
    hinted,
    open_order,
    poll,
    stands,
    taken_in,
    world_with_old_orders,
)
from tests.orders import DAY, MINUTE, SECOND, a_world, an_order, parcel

# ---- What is filled in


def test_the_first_poll_asks_for_what_ninety_days_before_the_cut_over_may_have_left_open() -> None:
    world = a_world()

    poll_shipbob(world, "run-1")

    asked = [each.since for each, _ in world.shipbob.asked if each.feed is INSERTED]
    assert asked[-1] == TERMS.cut_over - 90 * DAY
    assert (stands(world).until, stands(world).by) == (START, "the first poll, run-1")


def test_a_cut_over_that_is_still_to_come_asks_for_ninety_days_from_now() -> None:
    world = a_world()
    world.terms = dataclasses.replace(TERMS, cut_over=START + 200 * DAY)

    poll_shipbob(world, "run-1")

    assert stands(world).since == START - 90 * DAY


def test_every_order_of_before_is_queued_once_and_recorded_without_a_read() -> None:
    world = world_with_old_orders(7)

    poll_shipbob(world, "run-1")
    world.deliver()

    assert (hinted(world), world.calls.count("shipbob.order")) == (list(range(1, 8)), 0)
    assert sorted(world.gp.created) == [f"SBO{number}" for number in range(1, 8)]


def test_an_order_finished_before_the_cut_over_is_dropped_and_leaves_no_mark() -> None:
    world = a_world()
    taken_in(world, finished_order(1, TERMS.cut_over - SECOND), TERMS.cut_over - DAY)
    taken_in(world, finished_order(2, TERMS.cut_over), TERMS.cut_over - DAY)
    taken_in(world, open_order(3), TERMS.cut_over - DAY)

    poll_shipbob(world, "run-1")
    world.deliver()

    assert hinted(world) == [2, 3]
    assert (stands(world).dropped, stands(world).queued) == (1, 2)
    assert world.row(DocumentId.parse("order/1")).version == 0


def test_an_order_of_which_the_list_tells_too_little_is_queued_and_read() -> None:
    world = a_world()
    bare = an_order(parcel(301, ("WIDGET-RED", None), status=ShipmentStatus.COMPLETED), order_id=1)
    taken_in(world, bare, TERMS.cut_over - DAY)

    poll_shipbob(world, "run-1")

    assert (hinted(world), stands(world).dropped) == ([1], 0)


def test_an_order_that_the_list_shows_unreadably_is_queued_and_read() -> None:
    world = world_with_old_orders(2)
    world.shipbob.kept[1] = dataclasses.replace(world.shipbob.kept[1], image=b"what nobody can read")

    poll_shipbob(world, "run-1")

    assert (hinted(world), stands(world).queued, stands(world).dropped) == ([1, 2], 2, 0)


def test_its_progress_tells_pages_orders_and_how_far_it_has_come() -> None:
    world = world_with_old_orders(4)

    poll_shipbob(world, "run-1")

    assert stands(world) == Backfill(
        since=TERMS.cut_over - 90 * DAY,
        until=START,
        by="the first poll, run-1",
        pages=2,
        queued=4,
        dropped=0,
        last=START - 7 * DAY + 4 * SECOND - MINUTE,
        finished=START,
    )


def test_once_finished_it_is_not_begun_again() -> None:
    world = world_with_old_orders(1)
    poll_shipbob(world, "run-1")
    world.shipbob.asked.clear()

    poll(world, "run-2")

    assert [each.since for each, _ in world.shipbob.asked if each.feed is INSERTED] == [START - 15 * MINUTE]


def test_orders_bought_after_it_was_asked_for_are_the_live_poll_s() -> None:
    world = a_world()
    world.state.save_cursor(Cursor(INSERTED, START))
    world.shipbob.page = 2
    taken_in(world, open_order(1), START - DAY)
    backfill.begin(world, START - 2 * DAY, OPERATOR)
    world.to_gp.send([])
    for number in range(2, 12):
        taken_in(world, open_order(number), START + number * MINUTE)
    world.clock.advance(30 * MINUTE)

    poll_shipbob(world, "run-1")

    assert stands(world).finished is not None
    assert (stands(world).pages, stands(world).queued) == (2, 4), "the page that is all of later orders ends it"


# ---- Ten thousand orders


class Crowd(MemoryShipBob):
    """ShipBob with more orders than `put` takes one by one, all of last week."""

    def crowd(self, count: int) -> None:
        for number in range(1, count + 1):
            order = dataclasses.replace(open_order(number), image=f"order {number}".encode())
            self.kept[number] = self._images[order.image] = order
        documents = [(DocumentId.parse(f"order/{each.id}"), each.image) for each in self.kept.values()]
        self._crowd = [(START - 7 * DAY, Listed(*each)) for each in documents]

    def _rows(self, asked: Asked) -> list[Dated]:
        return self._crowd if asked.feed is INSERTED and asked.since < START - 7 * DAY else []


def test_ten_thousand_orders_cost_forty_lists_and_no_read() -> None:
    world = a_world()
    world.shipbob = world.shipbob_in_background = crowd = Crowd(world.clock, world.calls)
    crowd.crowd(10_000)
    crowd.page = 250

    depths = []
    for run in range(40):
        poll(world, f"run-{run}")
        depths.append(world.to_gp.depth())
        work_off(world)

    assert len([1 for each, _ in crowd.asked if each.since == TERMS.cut_over - 90 * DAY]) == 40
    assert sorted(hinted(world)) == list(range(1, 10_001))
    assert (world.calls.count("shipbob.order"), len(world.gp.created)) == (0, 1_000)
    assert stands(world).finished is not None
    assert max(depths) <= 2 * SHALLOW


def work_off(world: World) -> None:
    """Every message is good enough to go by, and every tenth is recorded, each in a trail of its own."""
    for message in world.to_gp.waiting():
        assert freshness.look(message, world.row(message.document), world.clock.now()) is Look.SNAPSHOT
        if message.document.number % 10 == 0:
            world.audit = MemoryAudit(world.clock, world.calls)
            attempt(WRITE_GP)(message, world)
    world.to_gp.forget()


# ---- Behind the live orders


def test_pages_are_read_behind_live_traffic() -> None:
    world = a_world()
    behind = world.shipbob_in_background = MemoryShipBob(world.clock, world.calls)
    live = len(world.shipbob.asked)

    poll_shipbob(world, "run-1")

    assert [each.since for each, _ in behind.asked] == [TERMS.cut_over - 90 * DAY]
    assert live == 0


def test_while_the_queue_is_deep_no_page_is_read_and_live_orders_still_are() -> None:
    world = world_with_old_orders(1)
    fill(world, SHALLOW)
    world.shipbob.put(open_order(99))

    poll_shipbob(world, "run-1")

    assert 99 in hinted(world)
    assert (1 in hinted(world), stands(world).pages) == (False, 0)


def test_it_goes_on_once_the_queue_is_shallow_again_from_where_it_stopped() -> None:
    world = world_with_old_orders(7)
    fill(world, SHALLOW - 4)

    poll_shipbob(world, "run-1")
    first = stands(world).pages
    world.to_gp.forget()
    poll(world, "run-2")

    assert (first, stands(world).pages) == (2, 3)
    assert [number for number in hinted(world) if number < 100] == list(range(1, 8))


def test_a_queue_that_does_not_tell_its_depth_fails_the_run_and_nothing_else() -> None:
    world = world_with_old_orders(1)
    world.shipbob.put(open_order(99))

    def unknown() -> int:
        raise Transient("SQS does not answer")

    world.to_gp.depth = unknown  # type: ignore[method-assign]
    with pytest.raises(PollFailed, match=r"backfill: SQS does not answer$"):
        poll_shipbob(world, "run-1")

    assert hinted(world) == [99]
