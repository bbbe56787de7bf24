"""Documents and updates that hold all that one can hold, and nothing that it need not."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from typing import Any

from bridge.domain.inventory import Lot, QuantityType
from bridge.domain.sales_document import SalesLine, SalesUpdate, ShipTo

from tests.vendor import gp_instances

DAY = dt.date(2026, 11, 18)
ADDRESS = ShipTo("Dana Whitfield", "Receiving", "418 Alder Street", "Unit 6", "Dayton", "OH", "45402", "US", "555-0142")
TRACKED: dict[str, Any] = {
    "lots": (Lot("L-1", Decimal(2), DAY), Lot("L-2", Decimal("0.5"))),
    "serials": ("S-1", "S-2"),
}
LINES = (
    SalesLine(16384, "SERUM-30", "SB-CICERO", Decimal(2), Decimal("34.00"), **TRACKED),
    SalesLine(
        32768,
        "SOAP-BAR",
        "SB-MORENO",
        Decimal(100),
        Decimal("6.12345"),
        fulfilled=Decimal(90),
        canceled=Decimal(10),
        unit_of_measure="CASE",
        quantity_type=QuantityType.DAMAGED,
    ),
)
RICH: dict[str, Any] = {
    "customer_po": "#1042",
    "currency": "USD",
    "lines": LINES,
    "ship_to": ADDRESS,
    "shipping_method": "GROUND",
    "comment": "Leave <it> at the door & ring",
    "freight": Decimal("5.00"),
    "miscellaneous": Decimal("1.25"),
    "tax": Decimal("7.31"),
    "trade_discount": Decimal("1.5"),
    "tracking": ("1Z1", "1Z2"),
    "holds": frozenset({"SHIPBOB", "CREDIT"}),
    "shipped_on": DAY,
}
POOR: dict[str, Any] = {"customer_po": "", "lines": ()}
EVERYTHING = SalesUpdate(
    batch="SBR261118-15",
    shipped_on=DAY,
    shipping_method="AIR",
    ship_to=ADDRESS,
    comment="Ring & wait",
    freight=Decimal("6.00"),
    miscellaneous=Decimal(0),
    tax=Decimal("1.10"),
    trade_discount=Decimal("2.5"),
    added_tracking=("1Z3",),
    removed_tracking=(gp_instances.PADDED.strip(),),
    added_lines=tuple(replace(line, sequence=line.sequence * 10, to_invoice=Decimal(1)) for line in LINES),
    removed_lines=(7,),
    prices=((2, Decimal("6.12345")),),
    quantities=((2, Decimal(5)),),
    to_invoice=((2, Decimal(3)),),
    fulfilled=((2, Decimal(4)),),
    canceled=((2, Decimal(1)),),
    lots=((2, TRACKED["lots"][0]), (2, Lot(gp_instances.PADDED.strip(), Decimal(9)))),
    serials=((2, "S-1"), (2, gp_instances.PADDED.strip())),
    added_holds=frozenset({"SHIPBOB", gp_instances.PADDED.strip()}),
    lifted_holds=frozenset({gp_instances.PADDED.strip()}),
)
NOTHING = SalesUpdate()
