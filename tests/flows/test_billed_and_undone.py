"""Shipments that were billed and are undone: what a person has voided in GP counts for nothing any more."""

from __future__ import annotations

import dataclasses

from bridge.domain.order import OrderStatus, ShipmentStatus
from bridge.domain.outcome import Done
from bridge.domain.terms import ShipmentRecord

from local.memory.world import World
from tests.drafts import drafted, goods, half_shipped, then, two_parcels
from tests.orders import (
    NUMBER,
    ORDER,
    PLAIN_ITEMS,
    an_order,
    cancelled,
    parcel,
    shipped,
    shipped_parcel,
    texts,
)

STILL_BILLED = f"Cancelled in ShipBob, and {NUMBER}, which is void in GP, was billed: SBI301"


def void(world: World, number: str) -> None:
    """A person voids the invoice in GP."""
    world.gp.put_invoice(dataclasses.replace(world.gp.invoices[number], is_voided=True))


def test_an_order_that_was_billed_in_whole_and_is_cancelled_then_is_no_quiet_end() -> None:
    world = drafted(shipments=ShipmentRecord.INVOICE)
    then(world, shipped())
    world.shipbob.put(cancelled())

    assert texts(world.attempt(ORDER)) == [
        f"Cancelled in ShipBob, and {NUMBER}, which is void in GP, was billed: SBI301"
    ]

    void(world, "SBI301")
    assert isinstance(world.attempt(ORDER, "replay"), Done)


def test_an_order_billed_in_part_and_cancelled_is_voided_once_a_person_has_voided_the_invoice() -> None:
    world = drafted(two_parcels(), shipments=ShipmentRecord.INVOICE)
    then(world, half_shipped())
    world.shipbob.put(cancelled())
    assert texts(world.attempt(ORDER)) == [f"Cancelled in ShipBob after {NUMBER} was billed in part: SBI301"]

    void(world, "SBI301")

    assert world.attempt(ORDER, "replay") == Done("cancelled in ShipBob, and voided in GP")
    assert world.gp.orders[NUMBER].is_voided


def test_an_invoice_that_gp_shows_no_more_may_be_posted_and_is_still_told() -> None:
    world = drafted(shipments=ShipmentRecord.INVOICE)
    then(world, shipped())
    world.gp.invoices.pop("SBI301")
    world.shipbob.put(cancelled())

    assert texts(world.attempt(ORDER)) == [
        f"Cancelled in ShipBob, and {NUMBER}, which is void in GP, was billed: SBI301"
    ]


def test_what_was_billed_and_has_not_left_is_the_orders_again_once_a_person_has_voided_the_invoice() -> None:
    world = drafted(two_parcels(), shipments=ShipmentRecord.INVOICE)
    then(world, half_shipped())
    world.shipbob.put(two_parcels())
    assert texts(world.attempt(ORDER)) == ["SBI301 bills shipment 301, and ShipBob no longer shows that as shipped"]

    void(world, "SBI301")

    assert isinstance(world.attempt(ORDER, "replay"), Done)
    assert goods(world.gp.orders[NUMBER]) == ["16384 RED-100 CHICAGO 2-0 (0)", "32768 BLUE-100 CHICAGO 1-0 (0)"]
    assert f"{world.gp.orders[NUMBER].total:.2f}" == "30.00"


def test_a_shipment_made_anew_is_billed_after_a_person_has_voided_the_invoice_of_the_first() -> None:
    world = drafted(shipments=ShipmentRecord.INVOICE)
    then(world, shipped())
    first = parcel(301, *PLAIN_ITEMS, status=ShipmentStatus.CANCELLED)
    world.shipbob.put(an_order(first, shipped_parcel(303, *PLAIN_ITEMS), status=OrderStatus.FULFILLED))
    assert texts(world.attempt(ORDER)) == ["SBI301 bills shipment 301, and ShipBob no longer shows that as shipped"]

    void(world, "SBI301")

    assert isinstance(world.attempt(ORDER, "replay"), Done)
    assert f"{world.gp.invoices['SBI303'].total:.2f}" == "30.00"


def test_a_shipment_that_leaves_after_its_invoice_was_voided_is_told_and_not_taken_for_billed() -> None:
    world = drafted(two_parcels(), shipments=ShipmentRecord.INVOICE)
    then(world, half_shipped())
    void(world, "SBI301")
    then(world, two_parcels())
    world.shipbob.put(half_shipped())

    assert "The state in GP: voided; from ShipBob: valid" in texts(world.attempt(ORDER))
