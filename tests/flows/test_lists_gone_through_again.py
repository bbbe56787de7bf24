"""State was restored to an earlier point: what it forgot is found again once the lists are gone through again."""

from __future__ import annotations

import copy
import datetime as dt
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest
from bridge.console.relisting import relist
from bridge.domain.document import DocumentId, DocumentKind
from bridge.domain.listing import Asked, Feed, Listing
from bridge.domain.outcome import RowMoved
from bridge.domain.receiving import ReceivingStatus
from bridge.flows import backfill, poll_gp
from bridge.flows.poll_shipbob import PollFailed, poll_shipbob
from bridge.protocols.cursor import Cursor
from bridge.protocols.ledger import Status

from local.memory.world import START, TERMS, World
from tests.filling import open_order, stands, taken_in, world_with_old_orders
from tests.followed import a_receiving_order, a_return, an_event, building
from tests.orders import DAY, HOUR, MINUTE, NUMBER, ORDER, a_world, unshipped
from tests.stock import TRANSFER, a_stock_world, document, line, wros

RETURN, RECEIVING, STOCK = (
    DocumentId(kind, 7) for kind in (DocumentKind.RETURN, DocumentKind.RECEIVING, DocumentKind.STOCK)
)
LONG_BEFORE = START - 14 * DAY
BY, WHY = "the engineer on call", "State was restored"
type Image = dict[str, Any]


def image(world: World) -> Image:
    """State as it is at this moment, for later."""
    return copy.deepcopy({name: getattr(world.state, name) for name in ("rows", "_aliases", "_cursors", "_batches")})


def restore(world: World, kept: Image) -> None:
    for name, value in copy.deepcopy(kept).items():
        setattr(world.state, name, value)


def poll_for_a_day(world: World) -> None:
    for hour in range(0, 25, 5):
        poll_shipbob(world, f"run of hour {hour} from {world.clock.now()}")
        world.deliver()
        world.clock.advance(5 * HOUR)


def forgotten_by_shipbobs_lists(world: World) -> World:
    """The lists have moved on, State was kept, and only then was the queue worked: so the table restored knows none."""
    poll_shipbob(world, "run-1")
    world.clock.advance(3 * DAY)
    poll_shipbob(world, "run-2")
    kept = image(world)
    world.deliver()
    world.clock.advance(3 * DAY)
    restore(world, kept)
    poll_for_a_day(world)
    return world


def a_world_of_everything() -> World:
    world = a_world()
    world.shipbob.buildings = [building(8)]
    world.shipbob.put(unshipped())
    world.shipbob.put_return(a_return())
    world.shipbob.put_receiving(a_receiving_order(ReceivingStatus.COMPLETED))
    world.shipbob.put_event(an_event(7))
    return world


# ---- What is found again


@pytest.mark.parametrize("document", [ORDER, RETURN, RECEIVING, STOCK], ids=str)
def test_a_document_whose_row_and_hint_are_both_gone_is_found_again_and_not_without(document: DocumentId) -> None:
    world = forgotten_by_shipbobs_lists(a_world_of_everything())
    before = world.row(document).version

    relist(world, LONG_BEFORE, BY, WHY)
    poll_for_a_day(world)

    assert (before, world.row(document).version > 0) == (0, True)


def test_an_order_that_gp_has_already_is_known_again_and_not_written_a_second_time() -> None:
    world = forgotten_by_shipbobs_lists(a_world_of_everything())
    written = world.gp.orders[NUMBER]

    relist(world, LONG_BEFORE, BY, WHY)
    poll_for_a_day(world)

    assert (world.row(ORDER).number, list(world.gp.orders)) == (NUMBER, [NUMBER])
    assert world.gp.orders[NUMBER] == written


def test_what_is_known_already_is_not_read_again() -> None:
    world = a_world_of_everything()
    poll_for_a_day(world)
    reads = world.calls.count("shipbob.order")
    rows = dict(world.state.rows)

    relist(world, LONG_BEFORE, BY, WHY)
    poll_for_a_day(world)

    assert (world.calls.count("shipbob.order"), set(world.state.rows)) == (reads, set(rows))


def test_a_correction_in_a_building_that_no_site_is_mapped_to_is_found_again() -> None:
    world = a_world("location/8")
    world.shipbob.buildings = [building(8)]
    world.shipbob.put_event(an_event(7))
    forgotten_by_shipbobs_lists(world)

    relist(world, LONG_BEFORE, BY, WHY)
    poll_for_a_day(world)

    assert world.row(STOCK).status is Status.REVIEW


def test_a_correction_in_a_building_that_is_closed_and_still_a_site_is_found_again() -> None:
    world = a_world()
    world.shipbob.buildings = [building(8, is_active=False)]
    world.shipbob.put_event(an_event(7))
    forgotten_by_shipbobs_lists(world)

    relist(world, LONG_BEFORE, BY, WHY)
    poll_for_a_day(world)

    assert world.row(STOCK).version > 0


def test_a_transfer_in_gp_that_no_nightly_list_shows_any_more_is_found_again_and_announced_once() -> None:
    moved = document(TRANSFER, line("RED-100", 5, "MAIN", "CHICAGO"), date=START.date() - dt.timedelta(days=40))
    world = a_stock_world(moved, surge_days=90)
    world.terms = replace(world.terms, cut_over=TERMS.cut_over - 60 * DAY)
    poll_gp.poll_gp(world, "run-1")
    world.clock.advance(4 * DAY)
    poll_gp.poll_gp(world, "run-2")
    kept = image(world)
    world.deliver()
    restore(world, kept)
    world.clock.advance(HOUR)
    poll_gp.poll_gp(world, "run-3")
    before = len(world.to_shipbob.waiting())

    relist(world, LONG_BEFORE, BY, WHY)
    poll_gp.poll_gp(world, "run-4")
    found = len(world.to_shipbob.waiting())
    world.deliver()

    assert (before, found) == (0, 1)
    assert len(wros(world)) == 1


def test_a_list_that_is_still_in_its_first_pass_begins_it_anew_for_its_pages_behind_are_forgotten_too() -> None:
    """Its cursor stands before the moment asked for, and its place does not."""
    world = a_world()
    world.state.save_cursor(Cursor(Feed.RETURNS_CREATED, TERMS.cut_over).taken("run-0", START).turned("9").let_go())

    relist(world, START - DAY, BY, WHY)

    cursor = world.state.cursor(Feed.RETURNS_CREATED)
    assert cursor is not None
    assert (cursor.reached, cursor.under_way) == (TERMS.cut_over, None)


def test_a_list_that_was_never_followed_is_left_to_its_first_poll() -> None:
    world = a_world()

    assert relist(world, LONG_BEFORE, BY, WHY) == []
    assert world.state.cursor(Feed.ORDERS_INSERTED) is None


def test_a_building_goes_back_once_for_each_time_that_a_person_says_so() -> None:
    world = forgotten_by_shipbobs_lists(a_world_of_everything())
    relist(world, LONG_BEFORE, BY, WHY)
    world.shipbob.asked.clear()

    poll_for_a_day(world)

    asked = [each.since for each, _ in world.shipbob.asked if each.feed is Feed.STOCK_EVENTS]
    assert (asked[0], [since for since in asked[1:] if since < START]) == (LONG_BEFORE - DAY, [])


def test_a_new_building_is_asked_from_the_cut_over_on_and_not_twice() -> None:
    world = forgotten_by_shipbobs_lists(a_world_of_everything())
    relist(world, LONG_BEFORE, BY, WHY)
    world.shipbob.buildings.append(building(9))
    world.shipbob.asked.clear()

    poll_for_a_day(world)

    asked = [each.since for each, _ in world.shipbob.asked if each.facility == 9]
    assert (asked[0], [since for since in asked[1:] if since < START]) == (TERMS.cut_over - DAY, [])


# ---- The back-fill


def test_an_order_that_the_back_fill_had_queued_is_found_again() -> None:
    """It was taken in long before the moment asked for, and has not changed since."""
    world = a_world()
    for number in range(1, 5):
        taken_in(world, open_order(number), START - 60 * DAY)
    forgotten_by_shipbobs_lists(world)
    before = {row.document.number for row in world.state.rows.values()}

    relist(world, LONG_BEFORE, BY, WHY)
    poll_for_a_day(world)

    assert (before, {row.document.number for row in world.state.rows.values()}) == (set(), {1, 2, 3, 4})
    assert (stands(world).by, stands(world).queued) == ("the first poll, run-1", 4)


def test_a_back_fill_under_way_begins_at_its_first_page_again_and_keeps_who_asked_for_it() -> None:
    world = world_with_old_orders(4)
    asked = backfill.begin(world, START - 60 * DAY, "a person")
    cursor = world.state.cursor(backfill.NAME)
    assert cursor is not None
    world.state.save_cursor(replace(cursor.turned("2"), backfill=replace(asked, pages=1, queued=3)))

    relist(world, LONG_BEFORE, BY, WHY)

    anew = world.state.cursor(backfill.NAME)
    assert anew is not None
    assert anew.under_way is not None
    assert (anew.under_way.place, anew.under_way.since, anew.backfill) == ("", START - 60 * DAY, asked)


def test_a_back_fill_that_ended_before_the_moment_asked_for_is_not_begun_again() -> None:
    world = world_with_old_orders(1)
    poll_shipbob(world, "run-1")
    world.clock.advance(20 * DAY)
    filled = stands(world)

    relist(world, world.clock.now() - 14 * DAY, BY, WHY)

    assert (stands(world), filled.is_under_way) == (filled, False)


def test_a_back_fill_that_a_person_has_stopped_stays_stopped() -> None:
    world = world_with_old_orders(1)
    backfill.begin(world, START - 60 * DAY, "a person")
    backfill.stop(world, "another")

    relist(world, LONG_BEFORE, BY, WHY)

    assert stands(world).stopped_by == "another"


# ---- A poll under way at the same time


def during_save(world: World, number: int, deed: Callable[[], object]) -> Callable[[], int]:
    """Something happens just before the cursors' save of that number; how many saves there were."""
    save, saves = world.state.save_cursor, 0

    def raced(cursor: Cursor) -> Cursor:
        nonlocal saves
        saves += 1
        if saves == number:
            world.state.save_cursor = save  # type: ignore[method-assign]
            deed()
            world.state.save_cursor = raced  # type: ignore[method-assign]
        return save(cursor)

    world.state.save_cursor = raced  # type: ignore[method-assign]
    return lambda: saves


def test_whenever_in_a_poll_the_lists_are_set_back_nothing_is_lost() -> None:
    wanted = {ORDER, RETURN, RECEIVING, STOCK}
    number, saves = 0, 1
    while number < saves:
        number += 1
        world = forgotten_by_shipbobs_lists(a_world_of_everything())
        count = during_save(world, number, lambda world=world: relist(world, LONG_BEFORE, BY, WHY))  # type: ignore[misc]
        with suppress(PollFailed):
            poll_shipbob(world, "the poll under way")
        saves = count()
        world.deliver()
        world.clock.advance(6 * MINUTE)

        poll_for_a_day(world)

        assert wanted <= set(world.state.rows), f"set back before save {number}"
    assert number > 10, "every list was at work"


def test_a_poll_of_gp_under_way_does_not_move_its_cursor_past_where_it_was_set_back_to() -> None:
    world = a_stock_world(document(TRANSFER, line("RED-100", 5, "MAIN", "CHICAGO")))
    poll_gp.poll_gp(world, "run-1")
    world.clock.advance(HOUR)
    listed = world.gp.inventory_documents

    def overtaken(*asked: Any) -> Any:
        world.gp.inventory_documents = listed  # type: ignore[method-assign]
        relist(world, LONG_BEFORE, BY, WHY)
        return listed(*asked)

    world.gp.inventory_documents = overtaken  # type: ignore[method-assign,assignment]
    with pytest.raises(RowMoved):
        poll_gp.poll_gp(world, "run-2")

    cursor = world.state.cursor(poll_gp.NAME)
    assert cursor is not None
    assert cursor.reached == LONG_BEFORE


def test_a_poll_that_is_in_the_middle_of_a_list_gives_it_up_and_the_next_run_begins_anew() -> None:
    world = a_world_of_everything()
    poll_shipbob(world, "run-1")
    world.clock.advance(5 * MINUTE)
    listed = world.shipbob.listed

    def overtaken(asked: Asked, place: str = "") -> Listing:
        world.shipbob.listed = listed  # type: ignore[method-assign]
        relist(world, LONG_BEFORE, BY, WHY)
        return listed(asked, place)

    world.shipbob.listed = overtaken  # type: ignore[method-assign]
    with pytest.raises(PollFailed, match=Feed.ORDERS_INSERTED):
        poll_shipbob(world, "run-2")
    world.shipbob.asked.clear()

    poll_shipbob(world, "run-3")

    assert (Asked(Feed.ORDERS_INSERTED, LONG_BEFORE - 15 * MINUTE), "") in world.shipbob.asked
