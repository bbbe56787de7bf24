"""What may happen to an order after its first write, each up to the hint that matters, and what GP holds in the end."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from decimal import Decimal

from bridge.domain.order import Order, OrderStatus, ShippedItem, ShippedPart
from bridge.domain.outcome import MappingKey
from bridge.domain.sales_document import SalesDocument, SalesInvoice, SalesLine
from bridge.domain.terms import ClosedPeriod, PartialShipment, ShipmentRecord
from bridge.mapping.picked import pieces

from local.memory.world import HOLD, World
from tests.drafts import BLUE, RED, a_world_of, both_shipped, half_shipped, two_parcels
from tests.orders import (
    CUSTOMER,
    DAY,
    HOUR,
    NUMBER,
    ORDER,
    an_order,
    cancelled,
    line,
    parcel,
    shipped,
    shipped_parcel,
    unshipped,
)

HALF, BOTH = half_shipped(), both_shipped()
EDITED = an_order(
    parcel(301, ("WIDGET-RED", 3), ("WIDGET-RED", 4)),
    lines=(line("WIDGET-RED", 3, "10.00"), line("WIDGET-RED", 4, "9.00")),
    total="70.00",
)
EDITED = dataclasses.replace(EDITED, recipient=dataclasses.replace(EDITED.recipient, address1="9 Other Road"))


def after(world: World, *orders: Order) -> World:
    """Each of these was recorded, an hour apart, but the last, whose hint lies on the queue."""
    for order in orders[:-1]:
        world.shipbob.put(order)
        world.attempt(ORDER)
        world.clock.advance(HOUR)
    world.shipbob.put(orders[-1])
    world.hint(ORDER)
    return world


def edited() -> World:
    return after(a_world_of(), unshipped(), EDITED)


def edited_and_shipped_at_once() -> World:
    tracked = shipped_parcel(301, ("WIDGET-RED", 3), ("WIDGET-RED", 4))
    return after(a_world_of(), unshipped(), dataclasses.replace(EDITED, shipments=(tracked,)))


def edit_whose_reply_was_lost() -> World:
    world = edited()
    world.gp.fail_next("update_sales_order", "lost reply")
    world.deliver()
    world.hint(ORDER)
    return world


def voided() -> World:
    return after(a_world_of(), unshipped(), cancelled())


def voided_without_history() -> World:
    world = voided()
    world.gp.keeps_history = False
    return world


def part_released() -> World:
    return after(a_world_of(partial=PartialShipment.RELEASE), two_parcels(), HALF)


def rest_released() -> World:
    return after(a_world_of(partial=PartialShipment.RELEASE), two_parcels(), HALF, BOTH)


def billed() -> World:
    return after(a_world_of(shipments=ShipmentRecord.INVOICE), unshipped(), shipped())


def part_billed() -> World:
    return after(a_world_of(shipments=ShipmentRecord.INVOICE), two_parcels(), HALF)


def both_billed() -> World:
    return after(a_world_of(shipments=ShipmentRecord.INVOICE), BOTH)


def bill_whose_reply_was_lost() -> World:
    world = both_billed()
    world.gp.fail_next("create_sales_invoice", "lost reply")
    world.deliver()
    world.hint(ORDER)
    return world


def bill_corrected() -> World:
    retracked = dataclasses.replace(HALF, shipments=(shipped_parcel(301, RED, tracking="1Z-C"), HALF.shipments[1]))
    return after(a_world_of(shipments=ShipmentRecord.INVOICE), HALF, retracked)


def transferred() -> World:
    world = after(a_world_of(), unshipped(), shipped())
    draft = world.gp.orders[NUMBER]
    world.gp.put(dataclasses.replace(draft, master_number=7))
    world.gp.move_to_history(NUMBER)
    world.gp.put_invoice(
        SalesInvoice("STDINV1", CUSTOMER, "#1042", draft.date, "STDINV", "INV", draft.lines, master_number=7)
    )
    return world


def moved_out_of_a_closed_period() -> World:
    world = a_world_of(closed_period=ClosedPeriod.NEXT_OPEN)
    world.clock.advance(30 * DAY)
    world.gp.close_period(world.clock.now().date().replace(day=1) - DAY)
    return after(world, unshipped())


def _picked(line: SalesLine) -> str:
    return "".join(f" {number}*{quantity.normalize():f}" for number, quantity in sorted(pieces(line).items()))


def told(document: SalesDocument) -> str:
    """The document on one line: batch without its day, hold, tracking, lines, address, total."""
    lines = "; ".join(
        f"{x.quantity.normalize():f}-{x.canceled.normalize():f}({x.fulfilled.normalize():f}) {x.item}{_picked(x)}"
        for x in document.lines
    )
    words = [document.batch[:3], *sorted(document.holds), *document.tracking, lines, f"{document.total:.2f}"]
    return " | ".join([*words, *(["void"] if document.is_voided else [])])


def in_lots_and_serials() -> World:
    world = a_world_of()
    tracked = {"sku/WIDGET-RED": "RED-100 +lots", "sku/WIDGET-BLUE": "BLUE-100 +serials"}
    world.state.mapped |= {MappingKey.parse(key): value for key, value in tracked.items()}
    return world


RED_1 = ShippedItem("WIDGET-RED", Decimal(1), (ShippedPart(Decimal(1), 9, "", "L-1"),))
BLUE_1 = ShippedItem("WIDGET-BLUE", Decimal(1), (ShippedPart(Decimal(1), 9, "", "", None, ("S-1",)),))
UNPICKED = an_order(parcel(301, ("WIDGET-RED", 1)), parcel(302, ("WIDGET-RED", 1), BLUE))
ONE_PICKED = dataclasses.replace(
    UNPICKED, shipments=(dataclasses.replace(shipped_parcel(301), items=(RED_1,)), UNPICKED.shipments[1])
)
ALL_PICKED = dataclasses.replace(
    UNPICKED,
    shipments=(ONE_PICKED.shipments[0], dataclasses.replace(shipped_parcel(302), items=(RED_1, BLUE_1))),
    status=OrderStatus.FULFILLED,
)


def first_picked() -> World:
    return after(in_lots_and_serials(), UNPICKED, ONE_PICKED)


def rest_picked() -> World:
    return after(in_lots_and_serials(), UNPICKED, ONE_PICKED, ALL_PICKED)


def picked_and_transferred() -> World:
    world = after(in_lots_and_serials(), UNPICKED, ALL_PICKED)
    draft = world.gp.orders[NUMBER]
    world.gp.remove(NUMBER)
    bill = SalesInvoice("STDINV1", CUSTOMER, "#1042", draft.date, "STDINV", "INV", draft.lines, order=NUMBER)
    world.gp.put_invoice(bill)
    return world


# What GP holds in the end, worked out by hand: the order, or nothing of it, and the invoices by their numbers.
STORIES: dict[Callable[[], World], dict[str, str]] = {
    edited: {NUMBER: f"SBD | {HOLD} | 3-0(0) RED-100; 4-0(0) RED-100 | 70.00"},
    edited_and_shipped_at_once: {NUMBER: "SBR | 1Z999 | 3-0(3) RED-100; 4-0(4) RED-100 | 70.00"},
    edit_whose_reply_was_lost: {NUMBER: f"SBD | {HOLD} | 3-0(0) RED-100; 4-0(0) RED-100 | 70.00"},
    voided: {NUMBER: f"SBD | {HOLD} | 2-0(0) RED-100; 1-0(0) BLUE-100 | 30.00 | void"},
    voided_without_history: {},
    part_released: {NUMBER: "SBR | 1Z-A | 2-0(2) RED-100; 1-0(0) BLUE-100 | 30.00"},
    rest_released: {NUMBER: "SBR | 1Z-A | 1Z-B | 2-0(2) RED-100; 1-0(1) BLUE-100 | 30.00"},
    billed: {
        NUMBER: f"SBD | {HOLD} | 2-0(0) RED-100; 1-0(0) BLUE-100 | 30.00 | void",
        "SBI301": "SBR | 1Z999 | 2-0(2) RED-100; 1-0(1) BLUE-100 | 30.00",
    },
    part_billed: {
        NUMBER: f"SBD | {HOLD} | 2-2(0) RED-100; 1-0(0) BLUE-100 | 5.50",
        "SBI301": "SBR | 1Z-A | 2-0(2) RED-100 | 24.50",
    },
    both_billed: {
        NUMBER: f"SBD | {HOLD} | 2-0(0) RED-100; 1-0(0) BLUE-100 | 30.00 | void",
        "SBI301": "SBR | 1Z-A | 2-0(2) RED-100 | 24.50",
        "SBI302": "SBR | 1Z-B | 1-0(1) BLUE-100 | 5.50",
    },
    bill_whose_reply_was_lost: {
        NUMBER: f"SBD | {HOLD} | 2-0(0) RED-100; 1-0(0) BLUE-100 | 30.00 | void",
        "SBI301": "SBR | 1Z-A | 2-0(2) RED-100 | 24.50",
        "SBI302": "SBR | 1Z-B | 1-0(1) BLUE-100 | 5.50",
    },
    bill_corrected: {
        NUMBER: f"SBD | {HOLD} | 2-2(0) RED-100; 1-0(0) BLUE-100 | 5.50",
        "SBI301": "SBR | 1Z-C | 2-0(2) RED-100 | 24.50",
    },
    transferred: {
        NUMBER: f"SBD | {HOLD} | 2-0(0) RED-100; 1-0(0) BLUE-100 | 30.00",
        "STDINV1": "INV | 1Z999 | 2-0(0) RED-100; 1-0(0) BLUE-100 | 25.50",
    },
    first_picked: {NUMBER: f"SBD | {HOLD} | 1Z999 | 2-0(1) RED-100 L-1*1; 1-0(0) BLUE-100 | 30.00"},
    rest_picked: {NUMBER: "SBR | 1Z999 | 2-0(2) RED-100 L-1*2; 1-0(1) BLUE-100 S-1*1 | 30.00"},
    picked_and_transferred: {"STDINV1": "INV | 1Z999 | 2-0(0) RED-100 L-1*2; 1-0(0) BLUE-100 S-1*1 | 25.50"},
    moved_out_of_a_closed_period: {NUMBER: f"SBD | {HOLD} | 2-0(0) RED-100; 1-0(0) BLUE-100 | 30.00"},
}
