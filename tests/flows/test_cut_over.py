"""On which side of the cut-over an order falls, and who keeps its books then."""

from __future__ import annotations

import dataclasses

from bridge.domain.outcome import NeedsReview
from bridge.protocols.ledger import Status

from local.memory.world import START, TERMS
from tests.orders import (
    DAY,
    NUMBER,
    ORDER,
    a_world,
    shipped,
    unshipped,
)


def test_while_the_cut_over_is_still_to_come_an_order_waits_and_one_shipped_before_it_is_left_alone() -> None:
    cut_over = START + 20 * DAY
    world = a_world()
    world.terms = dataclasses.replace(TERMS, cut_over=cut_over)
    world.shipbob.put(unshipped())
    world.attempt(ORDER)
    waits = world.row(ORDER)
    world.shipbob.put(shipped())
    world.pass_time(21 * DAY)

    assert (waits.status, waits.due_at) == (Status.WAITING, cut_over)
    assert world.row(ORDER).status is Status.DONE
    assert not world.gp.orders


def test_an_order_still_open_at_a_cut_over_to_come_is_written_then() -> None:
    world = a_world()
    world.terms = dataclasses.replace(TERMS, cut_over=START + 2 * DAY)
    world.shipbob.put(unshipped())
    world.attempt(ORDER)
    world.pass_time(DAY)
    assert not world.gp.orders

    world.pass_time(2 * DAY)

    assert list(world.gp.orders) == [NUMBER]


def test_an_old_order_that_shipped_on_a_day_that_shipbob_does_not_tell_is_for_a_person() -> None:
    world = a_world()
    old = dataclasses.replace(shipped(), purchased_at=TERMS.cut_over - 80 * DAY)
    undated = tuple(dataclasses.replace(parcel, shipped_at=None) for parcel in old.shipments)
    world.shipbob.put(dataclasses.replace(old, shipments=undated))

    outcome = world.attempt(ORDER)

    assert isinstance(outcome, NeedsReview)
    assert "on a day that ShipBob does not tell" in outcome.reasons[0].text
    assert not world.gp.orders
