"""An image is never gone by against what was read since, and ShipBob is never asked in its place."""

from __future__ import annotations

import pytest
from bridge.domain.document import DocumentId, DocumentKind
from bridge.domain.outcome import Unchanged
from bridge.flows.attempt import attempt
from bridge.protocols.ledger import Status

from local.memory.world import WRITE_GP, WRITE_SHIPBOB
from tests.orders import HOUR, NUMBER, ORDER, a_world, an_order, parcel, shipped, unshipped
from tests.recalled import a_mended_world, asked_for, gone_by, message, newest, recalled


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
