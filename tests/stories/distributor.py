"""A distributor's hands on both sides, and the eyes of an auditor who reads only the neighbours' own books."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from local.gp import inventory_view, view
from local.shipbob import catalogue
from local.world import Choices, World

CICERO, MORENO, BETHLEHEM = 8, 156, 211
STORE = 122233
SITES = {CICERO: "SB-CICERO", MORENO: "SB-MORENO", BETHLEHEM: "SB-BETHLE"}
ITEMS = {
    "WIDGET-RED": "WID-RED-01",
    "WIDGET-BLUE": "WID-BLU-01",
    "CANDLE-LAVENDER": "CANDLE-LAV",
    "MUG-WHITE": "MUG-WHT",
    "SOAP-BAR": "SOAP-BAR",
}
MAPPED = (
    f"channel/{STORE}=SHIPBOB-SHOP",
    *(f"location/{location}={site}" for location, site in SITES.items()),
    *(f"sku/{sku}={item}" for sku, item in ITEMS.items()),
    "shipping/Standard=GROUND",
)
STILL = "rate(12 hours)"  # a story wakes the functions itself
ORDER_TYPE = {"order": "STDORD", "invoice": "SBORD"}


def choices(**parameters: str) -> Choices:
    """A world whose schedules stand still, deployed with these parameters of the template."""
    return Choices(
        settle_seconds=2,
        poll_schedule=STILL,
        gp_poll_schedule=STILL,
        sweep_schedule=STILL,
        connection_schedule=STILL,
        parameters=parameters,
    )


@dataclass(frozen=True, slots=True)
class Distributor:
    """Wingtip Distribution: its GP, its ShipBob account, and the bridge between them."""

    world: World

    def settle_in(self) -> None:
        """The morning before the bridge: both sides agree on every shelf, and the clerk has mapped what there is."""
        for location, site in SITES.items():
            for sku, item in ITEMS.items():
                self.world.gp.books.set_on_hand(item, site, self.on_shelf(sku, location))
        self.world.gp.books.add_document_type("SBORD", "Order that does not allocate", allocates="none")
        self.world.operator("map", *MAPPED)

    def on_shelf(self, sku: str, location: int) -> int:
        """Units at ShipBob, on the shelves of one centre."""
        return self.world.shipbob.stock.on_hand(catalogue.BY_SKU[sku].inventory_id, location)

    # What is in GP's books

    def documents(self, customer_po: str = "") -> list[dict[str, Any]]:
        """Sales documents of every kind, of one customer's order number or of all."""
        books = self.world.gp.books
        found = [view.document(each) for kind in books.sales for each in books.documents(kind)]
        return [each for each in found if customer_po in {"", each["po"]}]

    def stock_documents(self) -> list[dict[str, Any]]:
        """Adjustments, variances and transfers."""
        return [inventory_view.document(each) for each in self.world.gp.books.inventory.documents.values()]

    # What people do in GP

    def transfer_and_post_orders(self) -> None:
        """The finance clerk transfers every order that is ready to an invoice, and posts the invoices."""
        books = self.world.gp.books
        for document in self.documents():
            if document["kind"] == "Order" and document["state"] == "Work" and not document["holds"]:
                books.transfer(document["number"], batch="EVENING")
        self.post(prefix="EVENING")

    def post(self, prefix: str) -> None:
        """The clerk posts every sales batch and every stock batch whose name begins so."""
        books = self.world.gp.books
        for batch in [each for each in books.batches if each.startswith(prefix)]:
            books.post_batch(batch)
        for document in self.stock_documents():
            if document["state"] == "Work" and document["batch"].startswith(prefix):
                books.inventory.post(document["number"], document["kind"])

    # What the auditor finds

    def differences(self) -> Iterator[str]:
        """Where a shelf at ShipBob and the site in GP do not hold the same."""
        for location, site in SITES.items():
            for sku, item in ITEMS.items():
                shelf, book = self.on_shelf(sku, location), self.world.gp.books.inventory.quantity(item, site)
                if Decimal(shelf) != book:
                    yield f"{item} at {site}: ShipBob has {shelf}, GP has {book}"


def deployed(folder: Path, built: Path, **parameters: str) -> World:
    """A world of its own, to be entered."""
    return World(folder, choices(**parameters), built=built)
