"""One GP in three forms, so that one suite can ask the port the same of each: in memory, over SOAP, over SBA."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from bridge.domain.company import Customer
from bridge.domain.inventory import (
    InventoryDocument,
    InventoryDocumentType,
    InventoryLine,
    Item,
    ItemType,
    QuantityType,
    SiteStock,
    TransactionState,
    Window,
    WindowOf,
)
from bridge.domain.sales_document import SalesDocument, SalesInvoice, SalesLine, SalesReturn, SalesUpdate
from bridge.gp.soap import SoapGp
from bridge.neighbours import Gp

from local.gp import GpSimulator
from local.memory.gp import MemoryGp
from local.memory.stores import MemoryClock
from tests.contract import gp_port, sba_port
from tests.contract.gp_port import an_order, as_written

FORMS = ("memory", "SOAP", "SBA")
TODAY = dt.date(2026, 11, 16)


@dataclass(frozen=True, slots=True)
class Bench:
    """The port, and what happens at GP's own end."""

    gp: Gp
    void: Callable[[str], object]
    delete: Callable[[str], object]
    post_inventory: Callable[[str], object]
    go_away: Callable[[], object]
    lose_replies: Callable[[], object]
    now: Callable[[], dt.datetime]


def benches(form: str, simulator: GpSimulator) -> Any:
    """The bench of one form, as a context."""
    return {"memory": _in_memory, "SOAP": _over_soap, "SBA": _over_sba}[form](simulator)


@contextmanager
def _in_memory(_: GpSimulator) -> Iterator[Bench]:
    clock = MemoryClock(dt.datetime(2026, 11, 16, 14, 5, tzinfo=dt.UTC))
    gp = MemoryGp(clock)
    sites = ("MAIN", "SB-CICERO", "SB-MORENO", "SB-BETHLE")
    on_hand = dict(zip(sites, (1000, 400, 300, 200), strict=True))
    for number in ("SERUM-30", "SOAP-BAR", "MUG-WHT"):
        stock = tuple(SiteStock(site, Decimal(on_hand[site])) for site in sites)
        gp.items[number] = Item(number, number, ItemType.SALES, "EACH", stock=stock)
    gp.prices = {"SERUM-30": Decimal("34.00"), "SOAP-BAR": Decimal("6.25")}
    gp.customers = {"SHIPBOB-DTC": Customer("SHIPBOB-DTC", "ShipBob DTC")}

    def post(number: str) -> None:
        key = (InventoryDocumentType.ADJUSTMENT, number)
        gp.put_inventory(replace(gp.inventory[key], state=TransactionState.HISTORY))

    def lose() -> None:
        for call in WRITES:
            gp.fail_next(call, "lost reply")

    yield Bench(gp, gp.void, gp.remove, post, lambda: gp.fail_all("down"), lose, clock.now)


@contextmanager
def _over_soap(simulator: GpSimulator) -> Iterator[Bench]:
    made = gp_port.transport(simulator)
    try:
        yield _of_simulator(simulator, SoapGp(made, gp_port.COMPANY))
    finally:
        made.close()


@contextmanager
def _over_sba(simulator: GpSimulator) -> Iterator[Bench]:
    with sba_port.sba_port(simulator) as gp:
        yield _of_simulator(simulator, gp)


def _of_simulator(simulator: GpSimulator, gp: Gp) -> Bench:
    books = simulator.books

    def lose() -> None:
        simulator.stops.add("*", "after", "drop", count=0)

    return Bench(
        gp,
        books.void,
        books.delete,
        books.inventory.post,
        simulator.offline,
        lose,
        lambda: books.now().replace(tzinfo=dt.UTC),
    )


def an_invoice(number: str = "SBI1", **changes: Any) -> SalesInvoice:
    """An unposted invoice of one shipment."""
    invoice = SalesInvoice(
        number=number,
        customer="SHIPBOB-DTC",
        customer_po="#1042",
        date=TODAY,
        document_type="STDINV",
        batch="SBR261116-09",
        currency="USD",
        lines=(SalesLine(16384, "SERUM-30", "SB-CICERO", Decimal(2), Decimal("34.00"), fulfilled=Decimal(2)),),
        freight=Decimal("5.00"),
        tracking=("1Z999",),
        order="SBO250000001",
    )
    return replace(invoice, **changes)


def a_return(number: str = "SBR1", **changes: Any) -> SalesReturn:
    """Goods come back: one to be sold again, one broken."""
    lines = (
        SalesLine(16384, "SERUM-30", "SB-CICERO", Decimal(1), Decimal("34.00")),
        SalesLine(32768, "SOAP-BAR", "SB-MORENO", Decimal(1), Decimal("6.25"), quantity_type=QuantityType.DAMAGED),
    )
    sales_return = SalesReturn(
        number=number,
        customer="SHIPBOB-DTC",
        customer_po="#1042",
        date=TODAY,
        document_type="RTN",
        batch="SBR261116-09",
        currency="USD",
        lines=lines,
    )
    return replace(sales_return, **changes)


def an_adjustment(number: str = "SBA1", **changes: Any) -> InventoryDocument:
    """Two pieces found, one lost."""
    adjustment = InventoryDocument(
        type=InventoryDocumentType.ADJUSTMENT,
        number=number,
        batch="SBA261116-09",
        date=TODAY,
        lines=(
            InventoryLine(Decimal(16384), "SERUM-30", "SB-CICERO", Decimal(2)),
            InventoryLine(Decimal(32768), "SOAP-BAR", "SB-MORENO", Decimal(-1)),
        ),
    )
    return replace(adjustment, **changes)


def as_sent[D: SalesDocument](document: D | None) -> D:
    """The document, which is there, without what only GP adds."""
    assert document is not None
    return as_written(document)


def stock_lines(document: InventoryDocument | None) -> list[tuple[str, str, Decimal]]:
    """What an inventory document moves."""
    assert document is not None
    return [(line.item, line.site, line.quantity) for line in document.lines]


_TRACKED = SalesUpdate(added_tracking=("1Z777",))
LAST_MONTH = Window(
    WindowOf.DOCUMENT,
    dt.datetime.combine(TODAY - dt.timedelta(days=30), dt.time(), dt.UTC),
    dt.datetime.combine(TODAY, dt.time(), dt.UTC),
)

type Prepared = Callable[[], object]


_STANDING: dict[str, Callable[[Gp], object]] = {
    "sales_order": lambda gp: gp.create_sales_order(an_order("SBO8")),
    "sales_invoice": lambda gp: gp.create_sales_invoice(an_invoice("SBI8")),
    "sales_return": lambda gp: gp.create_sales_return(a_return("SBR8")),
    "inventory_adjustment": lambda gp: gp.create_inventory_adjustment(an_adjustment("SBA8")),
}


def stand(gp: Gp) -> None:
    """What the calls below lean on is in GP."""
    for create in _STANDING.values():
        create(gp)


def stand_for(call: str, gp: Gp) -> None:
    """What this write leans on is in GP, and the policy of such a create has been read."""
    _STANDING[call.partition("_")[2]](gp)


def _updating(gp: Gp) -> Prepared:
    present = gp.sales_order("SBO8")
    assert present is not None
    return lambda: gp.update_sales_order(present, _TRACKED)


def _updating_invoice(gp: Gp) -> Prepared:
    present = gp.sales_invoice("SBI8")
    assert present is not None
    gp.update_sales_invoice(present, SalesUpdate(batch=present.batch))  # so that the policy has been read
    return lambda: gp.update_sales_invoice(present, _TRACKED)


READS: dict[str, Callable[[Gp], Prepared]] = {
    "probe": lambda gp: gp.probe,
    "sales_order": lambda gp: lambda: gp.sales_order("SBO8"),
    "sales_invoice": lambda gp: lambda: gp.sales_invoice("SBI8"),
    "sales_return": lambda gp: lambda: gp.sales_return("SBR8"),
    "sales_documents": lambda gp: lambda: gp.sales_documents("SHIPBOB-DTC", "#1042"),
    "inventory_document": lambda gp: lambda: gp.inventory_document(InventoryDocumentType.ADJUSTMENT, "SBA8"),
    "inventory_documents": lambda gp: (
        lambda: gp.inventory_documents(InventoryDocumentType.ADJUSTMENT, LAST_MONTH, TransactionState.WORK)
    ),
    "item": lambda gp: lambda: gp.item("SERUM-30"),
    "item_numbers": lambda gp: gp.item_numbers,
    "sites_of": lambda gp: lambda: gp.sites_of("SERUM-30"),
    "companies": lambda gp: gp.companies,
    "customer": lambda gp: lambda: gp.customer("SHIPBOB-DTC"),
    "sites": lambda gp: gp.sites,
    "shipping_methods": lambda gp: gp.shipping_methods,
    "hold_setups": lambda gp: gp.hold_setups,
    "policy": lambda gp: lambda: gp.policy("CreateSalesOrder"),
}
WRITES: dict[str, Callable[[Gp], Prepared]] = {
    "create_sales_order": lambda gp: lambda: gp.create_sales_order(an_order("SBO7")),
    "create_sales_invoice": lambda gp: lambda: gp.create_sales_invoice(an_invoice("SBI7")),
    "create_sales_return": lambda gp: lambda: gp.create_sales_return(a_return("SBR7")),
    "update_sales_order": _updating,
    "update_sales_invoice": _updating_invoice,
    "void_sales_order": lambda gp: lambda: gp.void_sales_order("SBO8"),
    "create_inventory_adjustment": lambda gp: lambda: gp.create_inventory_adjustment(an_adjustment("SBA7")),
}


def times_done(call: str, gp: Gp) -> int:
    """How often a write of the table above has been carried out."""

    def adjusted() -> int:
        found = gp.inventory_document(InventoryDocumentType.ADJUSTMENT, "SBA7")
        return len(found.lines) // 2 if found else 0

    counts: dict[str, Callable[[], int]] = {
        "create_sales_order": lambda: int(gp.sales_order("SBO7") is not None),
        "create_sales_invoice": lambda: int(gp.sales_invoice("SBI7") is not None),
        "create_sales_return": lambda: int(gp.sales_return("SBR7") is not None),
        "update_sales_order": lambda: _there(gp.sales_order("SBO8")).tracking.count("1Z777"),
        "update_sales_invoice": lambda: _there(gp.sales_invoice("SBI8")).tracking.count("1Z777"),
        "void_sales_order": lambda: int(_there(gp.sales_order("SBO8")).is_voided),
        "create_inventory_adjustment": adjusted,
    }
    return counts[call]()


def _there[D](document: D | None) -> D:
    assert document is not None
    return document
