"""Builders of returns, and what GP should hold for the plain one: worked out by hand.

The plain return: two of WIDGET-RED came back to location 8, which is site CHICAGO, and can be sold again. Quarantined
goods come to HOLD, but those of location 9 to RENO-Q; what is thrown away never comes into GP.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal

from bridge.domain.document import DocumentId, DocumentKind
from bridge.domain.inventory import InventoryDocument, InventoryDocumentType, InventoryLine
from bridge.domain.order import Named
from bridge.domain.outcome import Done, MappingKey
from bridge.domain.returns import Disposed, Disposition, Return, ReturnLine, ReturnStatus, ReturnType
from bridge.domain.sales_document import SalesLine, SalesReturn
from bridge.domain.terms import ReturnRecord, ReturnTerms

from local.memory.world import TERMS, World
from tests.orders import CHICAGO, CUSTOMER, HOUR, MAPPED, ORDER, SHOP, shipped
from tests.orders import NUMBER as ORDER_NUMBER

RETURN_ID = 700001
RETURN = DocumentId(DocumentKind.RETURN, RETURN_ID)
NUMBER = "SBR700001"
KEY = (InventoryDocumentType.ADJUSTMENT, NUMBER)
COMPLETED_AT = dt.datetime(2026, 11, 17, 3, 0, tzinfo=dt.UTC)  # still the 16th in Chicago
COUNTED_ON = dt.date(2026, 11, 16)
RESTOCK, QUARANTINE, DISPOSE = Disposition.RESTOCK, Disposition.QUARANTINE, Disposition.DISPOSE
PLACES = MAPPED | {
    "disposition/Quarantine": "HOLD",
    "disposition/9/Quarantine": "RENO-Q",
    "disposition/Dispose": "none",
}
CREDITING = replace(TERMS, returns=ReturnTerms(record=ReturnRecord.SALES_RETURN))


def taken(disposition: Disposition, quantity: str | int) -> Disposed:
    return Disposed(disposition, Decimal(quantity))


def came(
    sku: str, *taken: Disposed, expected: str | int = 2, lot: str = "", bundle: str = "", inventory_id: int = 1
) -> ReturnLine:
    return ReturnLine(inventory_id, sku, Decimal(expected), taken, lot, bundle_sku=bundle)


PLAIN = came("WIDGET-RED", taken(RESTOCK, 2))


def a_return(
    *lines: ReturnLine,
    status: ReturnStatus = ReturnStatus.COMPLETED,
    at: Named | None = CHICAGO,
    shipment: int | None = 301,
    completed_at: dt.datetime | None = COMPLETED_AT,
    reference: str = "RMA-77",
    kind: ReturnType = ReturnType.REGULAR,
) -> Return:
    """The plain return where no lines are given."""
    return Return(
        id=RETURN_ID,
        reference=reference,
        type=kind,
        status=status,
        location=at,
        channel=SHOP,
        shipment=shipment,
        store_order="#1042",
        created_at=COMPLETED_AT - dt.timedelta(days=6),
        completed_at=completed_at,
        lines=lines or (PLAIN,),
        tracking_number="1Z-BACK",
    )


def announced() -> Return:
    return a_return(came("WIDGET-RED"), status=ReturnStatus.AWAITING_ARRIVAL, completed_at=None)


def line(sequence: int, item: str, site: str, quantity: str | int) -> InventoryLine:
    return InventoryLine(Decimal(sequence * 16384), item, site, Decimal(quantity))


PLAIN_ADJUSTMENT = InventoryDocument(
    InventoryDocumentType.ADJUSTMENT, NUMBER, "SBT261117-01", COUNTED_ON, (line(1, "RED-100", "CHICAGO", 2),)
)
# Two of WIDGET-RED at 10.00, of the plain order; its freight of 4.50 is not credited.
PLAIN_CREDIT = SalesReturn(
    number=NUMBER,
    customer=CUSTOMER,
    customer_po="#1042",
    date=COUNTED_ON,
    document_type="STDRTN",
    batch="SBT261117-01",
    lines=(SalesLine(16384, "RED-100", "CHICAGO", Decimal(2), Decimal("10.00")),),
    currency="USD",
    comment=f"ShipBob return {RETURN_ID}, RMA RMA-77, of {ORDER_NUMBER}",
)


def a_world(*without: str, **more: str) -> World:
    """A world with the mappings of `mapped`."""
    world = World()
    world.state.mapped = mapped(*without, **more)
    return world


def a_booked_world(returned: Return | None = None) -> World:
    world = a_world()
    world.shipbob.put_return(returned or a_return())
    assert isinstance(world.attempt(RETURN), Done)
    world.clock.advance(HOUR)
    return world


def held(world: World) -> InventoryDocument:
    (document,) = world.gp.inventory.values()
    return replace(document, modified_at=None)


def mapped(*without: str, **more: str) -> dict[MappingKey, str]:
    """All that is mapped but `without`; `more` by key, `disposition__Dispose="SCRAP"`."""
    values = PLACES | {key.replace("__", "/"): value for key, value in more.items()}
    return {MappingKey.parse(key): value for key, value in values.items() if key not in without}


def a_sold_world() -> World:
    """Sales returns are wanted, and the plain order was shipped and is in GP."""
    world = World(terms=CREDITING)
    world.state.mapped = mapped()
    world.shipbob.put(shipped())
    assert isinstance(world.attempt(ORDER), Done)
    world.calls.made.clear()
    return world


def credit(world: World, document: DocumentId = RETURN) -> SalesReturn | None:
    """The sales return that GP holds for it."""
    return world.gp.sales_return(f"SBR{document.number}")
