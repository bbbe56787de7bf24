"""An order that ShipBob cancelled after it was written, in whole or in part."""

from __future__ import annotations

import dataclasses
from decimal import Decimal

import pytest
from bridge.domain.order import OrderStatus, Shipment, ShipmentStatus
from bridge.domain.outcome import Done, MappingKey, NeedsReview
from bridge.domain.sales_document import SalesLine, ShipTo

from local.memory.world import HOLD
from tests.drafts import BLUE, RED, drafted, goods, then
from tests.orders import (
    CHICAGO,
    NUMBER,
    ORDER,
    PLAIN_ITEMS,
    RENO,
    a_world,
    an_order,
    cancelled,
    parcel,
    shipped_parcel,
    texts,
    unshipped,
)


def test_a_cancelled_order_whose_draft_nobody_touched_is_voided() -> None:
    world = drafted()
    world.shipbob.put(cancelled())

    assert world.attempt(ORDER) == Done("cancelled in ShipBob, and voided in GP")

    assert world.gp.orders[NUMBER].is_voided
    assert world.row(ORDER).due_at is None


def test_a_cancelled_order_is_not_looked_at_in_gp_again_once_it_is_voided() -> None:
    world = drafted()
    world.gp.keeps_history = False
    world.shipbob.put(cancelled())
    world.attempt(ORDER)
    before = len(world.calls.of("gp"))

    assert isinstance(world.attempt(ORDER, "replay"), Done)

    assert len(world.calls.of("gp")) == before


@pytest.mark.parametrize(
    "edit",
    [
        {"batch": "BYHAND"},
        {"holds": frozenset({HOLD, "CREDIT"})},
        {"holds": frozenset()},
        {"freight": Decimal("9.00")},
        {"tracking": ("BY-HAND",)},
        {"customer_po": "PO-7"},
        {"comment": "Call first"},
        {"ship_to": ShipTo(name="Sample Customer", line1="7 By Hand Lane")},
        {"lines": (SalesLine(16384, "RED-100", "CHICAGO", Decimal(2), Decimal(10)),)},
    ],
    ids=lambda edit: f"{next(iter(edit))}",
)
def test_a_cancelled_order_that_a_person_worked_on_is_theirs_to_void(edit: dict[str, object]) -> None:
    world = drafted()
    world.gp.put(dataclasses.replace(world.gp.orders[NUMBER], **edit))  # type: ignore[arg-type]
    world.shipbob.put(cancelled())

    outcome = world.attempt(ORDER)

    assert texts(outcome) == [f"Cancelled in ShipBob, and {NUMBER} was changed in GP since it was written"]
    assert not world.gp.orders[NUMBER].is_voided


def test_a_cancelled_order_that_a_person_has_voided_needs_nobody() -> None:
    world = drafted()
    world.gp.void(NUMBER)
    world.shipbob.put(cancelled())

    assert world.attempt(ORDER) == Done("cancelled in ShipBob, and voided in GP")

    assert world.calls.count("gp.void_sales_order") == 0


def test_a_cancelled_order_that_gp_no_longer_shows_is_a_review_because_an_invoice_may_stand() -> None:
    world = drafted()
    world.gp.remove(NUMBER)
    world.shipbob.put(cancelled())

    outcome = world.attempt(ORDER)

    assert texts(outcome) == [f"Cancelled in ShipBob, and {NUMBER} is no longer among GP's sales orders"]
    assert isinstance(outcome, NeedsReview)
    assert outcome.reasons[0].fix == "If it became an invoice in GP, void or credit that"


def test_a_cancelled_order_that_was_transferred_is_a_review_that_says_what_to_void() -> None:
    world = drafted()
    world.gp.move_to_history(NUMBER)
    world.shipbob.put(cancelled())

    outcome = world.attempt(ORDER)

    assert texts(outcome) == [f"Cancelled in ShipBob after {NUMBER} was transferred in GP"]
    assert isinstance(outcome, NeedsReview)
    assert outcome.reasons[0].fix == "Void the invoice that it became; credit it if it is posted"


def test_an_order_that_comes_back_to_life_after_it_was_voided_is_a_persons() -> None:
    world = drafted()
    world.shipbob.put(cancelled())
    world.attempt(ORDER)
    world.shipbob.put(unshipped())

    assert texts(world.attempt(ORDER)) == [f"{NUMBER} was voided in GP"]


def given_up(*items: tuple[str, int], shipment: int = 302) -> Shipment:
    return parcel(shipment, *items, status=ShipmentStatus.CANCELLED)


def test_a_part_cancelled_before_anything_shipped_is_cancelled_in_the_draft() -> None:
    world = drafted(an_order(parcel(301, RED), parcel(302, BLUE)))

    after = then(world, an_order(parcel(301, RED), given_up(BLUE)))

    assert goods(after) == ["16384 RED-100 CHICAGO 2-0 (0)", "32768 BLUE-100 CHICAGO 1-1 (0)"]
    assert after.holds == {HOLD}


def test_what_shipped_of_an_order_whose_rest_was_cancelled_is_released() -> None:
    world = drafted(an_order(parcel(301, RED), parcel(302, BLUE)))
    then(world, an_order(shipped_parcel(301, RED), parcel(302, BLUE)))

    after = then(world, an_order(shipped_parcel(301, RED), given_up(BLUE), status=OrderStatus.FULFILLED))

    assert goods(after) == ["16384 RED-100 CHICAGO 2-0 (2)", "32768 BLUE-100 CHICAGO 1-1 (0)"]
    assert (after.holds, after.batch, after.tracking) == (frozenset(), "SBR261117-01", ("1Z999",))
    assert after.total == Decimal("24.50"), "2 × 10.00 and 4.50 freight; the blue one is cancelled"
    assert world.row(ORDER).due_at is None


def test_a_shipment_that_was_cancelled_and_made_anew_cancels_nothing() -> None:
    world = drafted()

    after = then(world, an_order(given_up(*PLAIN_ITEMS, shipment=301), parcel(302, *PLAIN_ITEMS, at=CHICAGO)))

    assert goods(after) == ["16384 RED-100 CHICAGO 2-0 (0)", "32768 BLUE-100 CHICAGO 1-0 (0)"]
    assert world.gp.updates == []


def test_an_order_first_seen_with_a_part_cancelled_is_written_with_that_part_cancelled() -> None:
    world = drafted(an_order(parcel(301, RED), given_up(BLUE)))

    assert goods(world.gp.orders[NUMBER]) == ["16384 RED-100 CHICAGO 2-0 (0)", "32768 BLUE-100 CHICAGO 1-1 (0)"]


def test_a_part_cancelled_at_a_centre_that_nobody_mapped_asks_for_that_centre() -> None:
    world = a_world("location/9")
    part = parcel(302, BLUE, at=RENO, status=ShipmentStatus.CANCELLED)
    world.shipbob.put(an_order(parcel(301, RED), part))

    assert texts(world.attempt(ORDER)) == ["ShipBob location 9 'Reno (NV)' has no GP site"]

    world.state.mapped[MappingKey.parse("location/9")] = "RENO"
    world.sweep()
    assert goods(world.gp.orders[NUMBER]) == ["16384 RED-100 CHICAGO 2-0 (0)", "32768 BLUE-100 RENO 1-1 (0)"]


def test_a_discount_that_is_more_than_what_is_left_after_a_part_was_cancelled_is_a_persons_to_settle() -> None:
    world = drafted(an_order(parcel(301, RED), parcel(302, BLUE), total="10.00"))
    gone = parcel(301, RED, status=ShipmentStatus.CANCELLED)
    world.shipbob.put(an_order(gone, shipped_parcel(302, BLUE), total="10.00", status=OrderStatus.FULFILLED))

    assert texts(world.attempt(ORDER)) == [
        f"What is left of {NUMBER} after a part was cancelled comes to less than its trade discount of 15.50: -10.00"
    ]
    assert world.gp.orders[NUMBER].holds == frozenset({HOLD})
