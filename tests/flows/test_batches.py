"""Whoever is about to write takes a place in the batch first, and no two writers spoil each other's count."""

from __future__ import annotations

import dataclasses

import pytest
from bridge.domain.document import DocumentId, DocumentKind
from bridge.domain.outcome import RowMoved, Transient
from bridge.flows import batches
from bridge.protocols.batches import DRAFT

from local.memory.world import TERMS
from tests.orders import HOUR, MINUTE, ORDER, PLAIN_ITEMS, a_world, an_order, parcel, shipped, unshipped


def test_a_batch_takes_as_many_documents_as_the_company_wants() -> None:
    world = a_world()
    world.terms = dataclasses.replace(TERMS, orders=dataclasses.replace(TERMS.orders, batch_documents=2))
    for number in (1, 2, 3):
        world.shipbob.put(an_order(parcel(300 + number, *PLAIN_ITEMS), order_id=number))
        world.attempt(DocumentId(DocumentKind.ORDER, number))

    written = {order.number: order.batch for order in world.gp.orders.values()}
    assert written == {"SBO1": "SBD261117-01", "SBO2": "SBD261117-01", "SBO3": "SBD261117-02"}


def test_a_batch_is_followed_by_the_next_after_its_hours() -> None:
    world = a_world()
    world.shipbob.put(an_order(parcel(301, *PLAIN_ITEMS), order_id=1))
    world.attempt(DocumentId(DocumentKind.ORDER, 1))
    world.clock.advance(TERMS.orders.batch_hours * HOUR)
    world.shipbob.put(an_order(parcel(302, *PLAIN_ITEMS), order_id=2))

    world.attempt(DocumentId(DocumentKind.ORDER, 2))

    assert world.gp.orders["SBO2"].batch == "SBD261117-02"


def test_an_order_takes_one_place_among_the_drafts_and_one_among_the_ready() -> None:
    world = a_world()
    world.shipbob.put(unshipped())
    world.attempt(ORDER)
    world.attempt(ORDER)
    world.clock.advance(MINUTE)
    world.shipbob.put(shipped())
    world.attempt(ORDER)
    world.clock.advance(MINUTE)
    world.attempt(ORDER)

    assert [world.state.batch(family).documents for family in ("SBD", "SBR")] == [1, 1]


def test_an_order_that_is_not_written_takes_no_place() -> None:
    world = a_world("sku/WIDGET-RED")
    world.shipbob.put(unshipped())

    world.attempt(ORDER)

    assert world.state.batch("SBD").documents == 0


def test_a_writer_whose_place_another_took_takes_the_next() -> None:
    world = a_world()
    world.state.fail_next_batch(RowMoved("another writer"))

    assert batches.take(world, DRAFT) == "SBD261117-01"


def test_a_writer_who_never_gets_a_place_comes_again_later() -> None:
    world = a_world()
    for _ in range(batches.TRIES):
        world.state.fail_next_batch(RowMoved("another writer"))

    with pytest.raises(Transient):
        batches.take(world, DRAFT)
