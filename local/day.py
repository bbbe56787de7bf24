"""A short day of Wingtip Distribution, which ships from three of ShipBob's fulfilment centres: what is played, and what
GP must hold in the end. The expectations are written by hand from the orders, not taken from any run.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from local.shipbob.orders import Line, NewOrder, Recipient

CICERO, MORENO_VALLEY, BETHLEHEM, CARROLLTON = 8, 156, 211, 320
STORE, WHOLESALE = 122233, 122240

# What the clerk has mapped before the day begins. TOTE-NATURAL and Carrollton are left out on purpose.
MAPPED = {
    "channel/122233": "SHIPBOB-SHOP",
    "channel/122240": "SHIPBOB-B2B",
    "location/8": "SB-CICERO",
    "location/156": "SB-MORENO",
    "location/211": "SB-BETHLE",
    "sku/WIDGET-RED": "WID-RED-01",
    "sku/WIDGET-BLUE": "WID-BLU-01",
    "sku/SERUM-30ML": "SERUM-30",
    "sku/CANDLE-LAVENDER": "CANDLE-LAV",
    "sku/MUG-WHITE": "MUG-WHT",
    "sku/SOAP-BAR": "SOAP-BAR",
    "shipping/Standard": "GROUND",
}
# What the clerk adds once the reviews ask for it.
MAPPED_LATER = {"sku/TOTE-NATURAL": "TOTE-NAT", "location/320": "MAIN"}

type GpLine = tuple[str, str, int]  # item, site, quantity


@dataclass(frozen=True, slots=True)
class Played:
    """One order of the day. `lines` and `amount` are GP's in the end; `parcels` are the shipments that leave."""

    story: str
    order: NewOrder
    lines: tuple[GpLine, ...]
    amount: str
    parcels: tuple[int, ...] = (0,)
    is_ready: bool = True
    needs_mapping: str = ""
    is_delivered_twice: bool = False
    has_both: bool = False  # the poll and the webhook meet


def _line(sku: str, quantity: int, price: str) -> Line:
    return Line(sku, quantity, Decimal(price))


ORDERS = (
    Played(
        "a single line",
        NewOrder("W-1001", [_line("WIDGET-RED", 2, "19.95")], channel=STORE, total_price=Decimal("39.90")),
        (("WID-RED-01", "SB-CICERO", 2),),
        "39.90",
    ),
    Played(
        "several lines, with freight",
        NewOrder(
            "W-1002",
            [_line("SERUM-30ML", 1, "34.00"), _line("MUG-WHITE", 4, "12.00"), _line("SOAP-BAR", 6, "7.25")],
            channel=STORE,
            location=MORENO_VALLEY,
            total_price=Decimal("133.45"),
        ),
        (("SERUM-30", "SB-MORENO", 1), ("MUG-WHT", "SB-MORENO", 4), ("SOAP-BAR", "SB-MORENO", 6)),
        "133.45",  # 125.50 of goods and 7.95 of freight
    ),
    Played(
        "split over two centres",
        NewOrder(
            "W-1003",
            [_line("WIDGET-RED", 3, "19.95"), _line("CANDLE-LAVENDER", 2, "24.50")],
            channel=STORE,
            shipments=[(CICERO, [("WIDGET-RED", 3)]), (BETHLEHEM, [("CANDLE-LAVENDER", 2)])],
            total_price=Decimal("108.85"),
        ),
        (("WID-RED-01", "SB-CICERO", 3), ("CANDLE-LAV", "SB-BETHLE", 2)),
        "108.85",
        parcels=(0, 1),
    ),
    Played(
        "one line from two centres",
        NewOrder(
            "W-1004",
            [_line("WIDGET-BLUE", 10, "19.95")],
            channel=STORE,
            shipments=[(MORENO_VALLEY, [("WIDGET-BLUE", 7)]), (BETHLEHEM, [("WIDGET-BLUE", 3)])],
            total_price=Decimal("199.50"),
        ),
        (("WID-BLU-01", "SB-MORENO", 7), ("WID-BLU-01", "SB-BETHLE", 3)),
        "199.50",
        parcels=(0, 1),
    ),
    Played(
        "two packages",
        NewOrder(
            "W-1005",
            [_line("MUG-WHITE", 8, "12.00")],
            channel=STORE,
            shipments=[(CICERO, [("MUG-WHITE", 4)]), (CICERO, [("MUG-WHITE", 4)])],
            total_price=Decimal("96.00"),
        ),
        (("MUG-WHT", "SB-CICERO", 8),),
        "96.00",
        parcels=(0, 1),
    ),
    Played(
        "the same SKU twice",
        NewOrder(
            "W-1006",
            [_line("SOAP-BAR", 3, "7.25"), _line("SOAP-BAR", 1, "0.00")],
            channel=STORE,
            location=BETHLEHEM,
            total_price=Decimal("21.75"),
        ),
        (("SOAP-BAR", "SB-BETHLE", 3), ("SOAP-BAR", "SB-BETHLE", 1)),
        "21.75",
    ),
    Played(
        "wholesale, at a discount",
        NewOrder(
            "PO-77120",
            [_line("CANDLE-LAVENDER", 48, "14.10"), _line("SOAP-BAR", 96, "3.80")],
            channel=WHOLESALE,
            location=BETHLEHEM,
            type="B2B",
            recipient=Recipient(name="Receiving", company_name="Contoso Gifts", address1="9 Dock Road"),
            total_price=Decimal("999.00"),
        ),
        (("CANDLE-LAV", "SB-BETHLE", 48), ("SOAP-BAR", "SB-BETHLE", 96)),
        "999.00",  # 1,041.60 of goods less 42.60
    ),
    Played(
        "an unknown SKU",
        NewOrder(
            "W-1007",
            [_line("TOTE-NATURAL", 2, "18.75"), _line("WIDGET-RED", 1, "19.95")],
            channel=STORE,
            total_price=Decimal("57.45"),
        ),
        (("TOTE-NAT", "SB-CICERO", 2), ("WID-RED-01", "SB-CICERO", 1)),
        "57.45",
        needs_mapping="sku/TOTE-NATURAL",
    ),
    Played(
        "an unmapped location",
        NewOrder(
            "W-1008", [_line("MUG-WHITE", 1, "12.00")], channel=STORE, location=CARROLLTON, total_price=Decimal("12.00")
        ),
        (("MUG-WHT", "MAIN", 1),),
        "12.00",
        needs_mapping="location/320",
    ),
    Played(
        "its webhook delivered twice",
        NewOrder("W-1009", [_line("SERUM-30ML", 2, "34.00")], channel=STORE, total_price=Decimal("68.00")),
        (("SERUM-30", "SB-CICERO", 2),),
        "68.00",
        is_delivered_twice=True,
    ),
    Played(
        "poll and webhook at once",
        NewOrder("W-1010", [_line("WIDGET-BLUE", 1, "19.95")], channel=STORE, total_price=Decimal("24.90")),
        (("WID-BLU-01", "SB-CICERO", 1),),
        "24.90",
        has_both=True,
    ),
    Played(
        "half of it has left",
        NewOrder(
            "W-1011",
            [_line("WIDGET-RED", 1, "19.95"), _line("MUG-WHITE", 1, "12.00")],
            channel=STORE,
            shipments=[(CICERO, [("WIDGET-RED", 1)]), (MORENO_VALLEY, [("MUG-WHITE", 1)])],
            total_price=Decimal("31.95"),
        ),
        (("WID-RED-01", "SB-CICERO", 1), ("MUG-WHT", "SB-MORENO", 1)),
        "31.95",
        is_ready=False,
    ),
    Played(
        "not shipped yet",
        NewOrder("W-1012", [_line("CANDLE-LAVENDER", 1, "24.50")], channel=STORE, total_price=Decimal("24.50")),
        (("CANDLE-LAV", "SB-CICERO", 1),),
        "24.50",
        parcels=(),
        is_ready=False,
    ),
)
