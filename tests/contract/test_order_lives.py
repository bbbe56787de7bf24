"""Flow and adapters together: an order that is edited, moved and shipped in parts ends the same over every GP."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager
from typing import Any

import pytest
from bridge.domain.order import Order
from bridge.domain.outcome import Done, MappingKey
from bridge.domain.sales_document import SalesDocument
from bridge.domain.terms import PartialShipment, ShipmentRecord
from bridge.neighbours import Gp

from local.gp import GpSimulator
from local.memory.world import World
from tests.contract import gp_port, sba_port
from tests.drafts import BLUE, RED, a_world_of, both_shipped, half_shipped, two_parcels
from tests.orders import NUMBER, ORDER, RENO, an_order, cancelled, line, parcel, unshipped

MAPPED = {
    "channel/101": "SHIPBOB-DTC",
    "location/8": "SB-CICERO",
    "location/9": "SB-MORENO",
    "sku/WIDGET-RED": "SERUM-30",
    "sku/WIDGET-BLUE": "SOAP-BAR",
}
LINES = (line("WIDGET-RED", 3, "9.50"), line("WIDGET-BLUE", 1, "5.50"))
EDITED = an_order(parcel(301, ("WIDGET-RED", 3)), parcel(302, BLUE), lines=LINES, total="40.00")
MOVED = an_order(parcel(301, RED, at=RENO), parcel(302, BLUE))
LIFE = (two_parcels(), EDITED, MOVED, two_parcels(), half_shipped(), both_shipped())


@pytest.fixture(params=["SOAP", "SBA"])
def port(request: pytest.FixtureRequest, gp: GpSimulator) -> Iterator[Gp]:
    made: AbstractContextManager[Gp] = gp_port.port(gp) if request.param == "SOAP" else sba_port.sba_port(gp)
    with made as opened:
        yield opened


def lived(port: Gp, orders: tuple[Order, ...], **choices: Any) -> World:
    """A world with that GP, in which ShipBob showed one after the other."""
    world = a_world_of(**choices)
    world.gp = port  # type: ignore[assignment] # the port, where the memory stands otherwise
    world.state.mapped = {MappingKey.parse(key): value for key, value in MAPPED.items()}
    for order in orders:
        world.shipbob.put(order)
        assert isinstance(world.attempt(ORDER), Done), world.outcomes[-1]
    return world


def told(document: SalesDocument | None) -> str:
    assert document is not None
    lines = "; ".join(
        f"{x.quantity.normalize():f}-{x.canceled.normalize():f}({x.fulfilled.normalize():f}) {x.item} {x.site}"
        for x in document.lines
    )
    words = [document.batch[:3], *sorted(document.holds), *document.tracking, lines, f"{document.total:.2f}"]
    return " | ".join([*words, *(["void"] if document.is_voided else [])])


@pytest.mark.parametrize("partial", PartialShipment)
def test_an_order_that_was_edited_moved_and_shipped_in_two_parts_is_ready(port: Gp, partial: PartialShipment) -> None:
    lived(port, LIFE, partial=partial)

    goods = "1-0(1) SOAP-BAR SB-CICERO; 2-0(2) SERUM-30 SB-CICERO"
    assert told(port.sales_order(NUMBER)) == f"SBR | 1Z-A | 1Z-B | {goods} | 30.00"


def test_what_has_not_left_is_not_to_be_invoiced(port: Gp) -> None:
    lived(port, (two_parcels(), half_shipped()), partial=PartialShipment.RELEASE)

    order = port.sales_order(NUMBER)
    assert order is not None
    assert [f"{x.item} {x.to_invoice}" for x in order.lines] == ["SERUM-30 2", "SOAP-BAR 0"]


def test_what_a_person_transferred_of_the_first_part_is_not_released_again(port: Gp, gp: GpSimulator) -> None:
    world = lived(port, (two_parcels(), half_shipped()), partial=PartialShipment.RELEASE)
    gp.books.transfer(NUMBER)
    world.shipbob.put(both_shipped())
    world.attempt(ORDER)

    order = port.sales_order(NUMBER)
    assert order is not None
    assert [f"{x.item} {x.to_invoice}" for x in order.lines] == ["SERUM-30 0", "SOAP-BAR 1"]


def test_tracking_goes_onto_the_invoice_that_a_person_transferred_the_order_to(port: Gp, gp: GpSimulator) -> None:
    world = lived(port, (two_parcels(),))
    gp.books.remove_hold(NUMBER, "SHIPBOB")
    number = gp.books.transfer(NUMBER)
    world.shipbob.put(both_shipped())

    assert world.attempt(ORDER) == Done(f"{NUMBER}, transferred in GP to {number}: tracking is on the invoice")

    invoice = port.sales_invoice(number)
    assert invoice is not None
    assert invoice.tracking == ("1Z-A", "1Z-B")


def test_each_shipment_is_billed_and_the_order_that_is_left_empty_is_void(port: Gp, gp: GpSimulator) -> None:
    gp.books.add_document_type("STDORD", kind="Order", allocates="none")

    lived(port, LIFE, shipments=ShipmentRecord.INVOICE)

    assert told(port.sales_invoice("SBI301")) == "SBR | 1Z-A | 2-0(2) SERUM-30 SB-CICERO | 24.50"
    assert told(port.sales_invoice("SBI302")) == "SBR | 1Z-B | 1-0(1) SOAP-BAR SB-CICERO | 5.50"
    assert told(port.sales_order(NUMBER)).endswith("| 5.50 | void")


def test_a_cancelled_draft_that_nobody_touched_is_void(port: Gp) -> None:
    lived(port, (unshipped(), cancelled()))

    assert told(port.sales_order(NUMBER)).endswith("| 30.00 | void")


def test_a_cancelled_draft_that_a_person_touched_is_theirs(port: Gp, gp: GpSimulator) -> None:
    world = lived(port, (unshipped(),))
    gp.books.edit_address(NUMBER, {"Line1": "7 By Hand Lane"})
    world.shipbob.put(cancelled())

    assert not isinstance(world.attempt(ORDER), Done)

    assert not told(port.sales_order(NUMBER)).endswith("void")


def test_an_address_that_a_person_typed_over_stays_as_the_order_ships(port: Gp, gp: GpSimulator) -> None:
    world = lived(port, (two_parcels(),))
    gp.books.edit_address(NUMBER, {"Line1": "7 By Hand Lane"})
    world.shipbob.put(both_shipped())

    assert isinstance(world.attempt(ORDER), Done)

    order = port.sales_order(NUMBER)
    assert order is not None
    assert (order.ship_to.line1, order.tracking) == ("7 By Hand Lane", ("1Z-A", "1Z-B"))
