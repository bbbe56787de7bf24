"""A document that a person has gone by as its trail shows it: never against what was read since, and not read again."""

from __future__ import annotations

import dataclasses
import random
from collections.abc import Callable

import pytest
from bridge.console import actions, replaying
from bridge.domain.document import DocumentId, DocumentKind
from bridge.domain.gate import Gate
from bridge.domain.message import Message
from bridge.domain.outcome import Done, MappingKey, Outcome, Unchanged, Waiting
from bridge.flows import recalling
from bridge.flows.attempt import attempt
from bridge.protocols.ledger import Status
from bridge.protocols.trail import first_break

from tests import receiving
from tests.correcting import RECORD
from tests.memory import START, WRITE_GP, WRITE_SHIPBOB, Crash, Cut, World
from tests.orders import DAY, HOUR, MINUTE, NUMBER, ORDER, SECOND, a_world, an_order, parcel, shipped, unshipped
from tests.returns import KEY, RETURN, a_return
from tests.returns import a_world as a_world_of_returns

CLERK = "arn:aws:iam::123456789012:user/clerk"
RED = MappingKey.parse("sku/WIDGET-RED")


def newest(world: World, document: DocumentId = ORDER) -> int:
    return recalling.newest_read(world, document).number


def asked_for(world: World, document: DocumentId = ORDER) -> None:
    """A clerk has the document gone by as it was recorded; that lies on the queue."""
    replaying.replay_at_once(world, [document], CLERK, "the mapping is mended", as_recorded=0)


def gone_by(world: World, document: DocumentId = ORDER) -> Outcome:
    asked_for(world, document)
    before = len(world.outcomes)
    world.deliver()
    (outcome,) = world.outcomes[before:]
    return outcome


def message(entry: int, document: DocumentId = ORDER) -> Message:
    return Message(document, "replay: to see", CLERK, START, as_recorded=entry)


def recalled(world: World, document: DocumentId = ORDER) -> dict[str, str]:
    """What the trail says of the last image that was asked for."""
    return [dict(entry.facts) for entry in world.audit.entries(document) if entry.what == "as recorded"][-1]


def a_mended_world() -> World:
    """The order waited for a mapping, which somebody has mended since; ShipBob has archived the order meanwhile."""
    world = a_world("sku/WIDGET-RED")
    world.shipbob.put(unshipped())
    world.attempt(ORDER)
    world.shipbob.archive(ORDER.number)
    world.clock.advance(HOUR)
    world.state.map(RED, "RED-100", "a clerk")
    return world


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


# ---- Not gone by


def test_an_image_that_was_read_again_meanwhile_is_not_gone_by_and_the_row_stays_as_it_was() -> None:
    """It would take the order's tracking away and hold it once more."""
    world = a_world()
    world.shipbob.put(unshipped())
    world.attempt(ORDER)
    asked_for(world)
    (late,) = world.to_gp.waiting()
    world.to_gp.forget()
    world.clock.advance(HOUR)
    world.shipbob.put(shipped())
    world.attempt(ORDER)
    held, row = world.gp.orders[NUMBER], world.row(ORDER)

    outcome = attempt(WRITE_GP)(late, world)

    why = f"read again at 2026-11-17 15:05:00 UTC, entry {newest(world)}"
    assert outcome == Unchanged(f"as recorded: not gone by, {why}")
    assert (world.gp.orders[NUMBER], world.row(ORDER)) == (held, row)
    assert recalled(world) == {"entry": str(late.as_recorded), "not gone by": why}


def test_a_review_that_a_newer_image_opened_stays_open() -> None:
    world = a_world()
    world.shipbob.put(unshipped())
    world.attempt(ORDER)
    first = newest(world)
    world.clock.advance(HOUR)
    world.shipbob.put(an_order(parcel(301, ("SURPRISE", 1))))
    world.attempt(ORDER)
    row = world.row(ORDER)
    assert row.status is Status.REVIEW

    attempt(WRITE_GP)(message(first), world)

    assert world.row(ORDER) == row


def test_an_image_that_is_no_longer_kept_is_not_gone_by_and_shipbob_is_not_asked_instead() -> None:
    world = a_mended_world()
    entry, row, reads = newest(world), world.row(ORDER), world.calls.count("shipbob.order")
    world.audit.payloads.clear()

    assert isinstance(attempt(WRITE_GP)(message(entry), world), Unchanged)

    assert (world.row(ORDER), world.gp.created, world.calls.count("shipbob.order")) == (row, {}, reads)
    assert recalled(world)["not gone by"] == f"the image of entry {entry} is no longer kept"


def test_an_image_that_this_version_cannot_read_is_not_gone_by() -> None:
    world = a_mended_world()
    entry, row = newest(world), world.row(ORDER)
    world.audit.payloads = dict.fromkeys(world.audit.payloads, b"of another version")

    attempt(WRITE_GP)(message(entry), world)

    assert (world.row(ORDER), recalled(world)["not gone by"]) == (row, "this version cannot read the image")


def test_an_image_without_the_quantities_that_were_asked_for_apart_is_not_gone_by() -> None:
    world = a_world()
    world.shipbob.put(an_order(parcel(301, ("WIDGET-RED", None))))
    world.attempt(ORDER)
    row = world.row(ORDER)

    gone_by(world)

    assert world.row(ORDER) == row
    assert recalled(world)["not gone by"] == "the image leaves out quantities, which were asked for apart"


@pytest.mark.parametrize(
    ("entry", "why"), [(99, "entry 99 of its trail shows no image of it, the newest that does is 2")]
)
def test_an_entry_that_there_is_not_is_not_gone_by(entry: int, why: str) -> None:
    world = a_mended_world()

    attempt(WRITE_GP)(message(entry), world)

    assert (recalled(world)["not gone by"], world.gp.created) == (why, {})


def test_a_document_of_which_the_trail_holds_no_image_is_not_read_instead() -> None:
    world = a_world()
    world.shipbob.put(unshipped())

    attempt(WRITE_GP)(message(1), world)

    assert recalled(world)["not gone by"] == "its trail holds no image of it"
    assert (world.row(ORDER).version, world.calls.of("shipbob")) == (0, [])


def test_gps_own_documents_are_not_sent_by_an_image() -> None:
    world = a_world()
    transfer = DocumentId(DocumentKind.TRANSFER, name="TRX1")

    attempt(WRITE_SHIPBOB)(message(1, transfer), world)

    assert (world.row(transfer).version, world.shipbob.announced) == (0, [])
    assert recalled(world, transfer)["not gone by"].startswith("no image of ShipBob's is kept of it")


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
