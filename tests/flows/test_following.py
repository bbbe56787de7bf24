"""Receiving orders: in their trail, and not booked yet."""

from __future__ import annotations

import datetime as dt

from bridge.domain.document import DocumentId, DocumentKind
from bridge.domain.listing import Feed
from bridge.domain.message import Message, Snapshot
from bridge.domain.outcome import Done, Outcome, Unchanged, Waiting
from bridge.flows.attempt import attempt
from bridge.protocols.ledger import Status

from tests.followed import a_receiving_order
from tests.memory import START, WRITE_GP, World
from tests.orders import MINUTE, SECOND, a_world

RECEIVING = DocumentId(DocumentKind.RECEIVING, 7)
NOT_BOOKED = "in the trail; receipts are not booked in GP by this version"
SELDOM = [
    Feed.RETURNS_CREATED,
    Feed.RETURNS_COMPLETED,
    Feed.RECEIVING_INSERTED,
    Feed.RECEIVING_COMPLETED,
    Feed.RECEIVING_OPEN,
]


def read_entries(world: World, document: DocumentId) -> list[dict[str, str]]:
    return [dict(entry.facts) for entry in world.audit.entries(document) if entry.what == "read from ShipBob"]


def list_shows(world: World, document: DocumentId, image: bytes, *, ago: dt.timedelta = dt.timedelta()) -> Outcome:
    finished = world.clock.now() - ago
    message = Message(document, "poll", "run-1", finished, Snapshot(image, finished - SECOND, finished))
    return attempt(WRITE_GP)(message, world)


# ---- The trail


def test_a_receiving_order_is_read_and_its_state_is_in_the_trail_and_nothing_in_gp() -> None:
    world = a_world()
    world.shipbob.put_receiving(a_receiving_order())

    assert world.attempt(RECEIVING, "webhook wro.updated") == Done(NOT_BOOKED)

    assert read_entries(world, RECEIVING) == [{"status": "Processing", "from": "call"}]
    assert world.shipbob.receiving[7].image in world.audit.payloads.values()
    assert (world.row(RECEIVING).status, world.row(RECEIVING).due_at, world.calls.of("gp")) == (Status.DONE, None, [])


def test_what_a_list_shows_of_it_costs_no_call_and_the_same_again_leaves_no_mark() -> None:
    document = RECEIVING
    world = a_world()

    first = list_shows(world, document, b"as the list shows it")
    trail = world.trail(document)
    world.clock.advance(MINUTE)
    second = list_shows(world, document, b"as the list shows it")

    assert (first, isinstance(second, Unchanged)) == (Done(NOT_BOOKED), True)
    assert (world.calls.of("shipbob"), world.trail(document)) == ([], trail)
    assert b"as the list shows it" in world.audit.payloads.values()


def test_a_hint_from_before_the_last_look_costs_no_call() -> None:
    world = a_world()
    world.shipbob.put_receiving(a_receiving_order())
    world.attempt(RECEIVING)
    world.clock.advance(MINUTE)
    old = Message(RECEIVING, "webhook wro.completed", "msg_1", START - MINUTE)

    attempt(WRITE_GP)(old, world)

    assert world.calls.of("shipbob") == ["receiving_order"]


def test_a_receiving_order_that_stands_as_it_did_is_not_told_twice() -> None:
    world = a_world()
    world.shipbob.put_receiving(a_receiving_order())
    world.attempt(RECEIVING)
    world.clock.advance(MINUTE)

    assert isinstance(world.attempt(RECEIVING), Unchanged)

    assert len(read_entries(world, RECEIVING)) == 1


def test_what_shipbob_does_not_show_is_left_at_that() -> None:
    assert isinstance(a_world().attempt(RECEIVING), Done)


def test_while_shipbob_is_down_a_receiving_order_waits() -> None:
    world = a_world()
    world.shipbob.put_receiving(a_receiving_order())
    world.shipbob.fail_next("receiving_order", "down")

    assert isinstance(world.attempt(RECEIVING), Waiting)

    world.pass_time(MINUTE)
    assert world.row(RECEIVING).status is Status.DONE


def test_a_read_whose_entry_in_the_trail_failed_is_no_news_that_was_told() -> None:
    world = a_world()
    world.shipbob.put_receiving(a_receiving_order())
    world.audit.refuses = "read from ShipBob"
    assert isinstance(list_shows(world, RECEIVING, world.shipbob.receiving[7].image), Waiting)
    world.audit.refuses = ""
    world.clock.advance(MINUTE)

    assert isinstance(world.attempt(RECEIVING), Done)
    assert len(read_entries(world, RECEIVING)) == 1
