"""The made-up distributor that is in GP's books from the start."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from local.gp.books import Books


def seed(books: Books) -> None:
    for channel in ("DTC", "B2B", "SHOP"):
        books.add_customer(f"SHIPBOB-{channel}", f"ShipBob {channel}")
    for site, description in {
        "MAIN": "Main warehouse",
        "SB-CICERO": "ShipBob Cicero (IL)",
        "SB-MORENO": "ShipBob Moreno Valley (CA)",
        "SB-BETHLE": "ShipBob Bethlehem (PA)",
    }.items():
        books.add_site(site, description)
    books.add_hold("SHIPBOB", "Not shipped by ShipBob yet")
    books.add_document_type("STDORD", "Standard order")
    books.add_document_type("STDINV", "Standard invoice", kind="Invoice")
    books.add_document_type("RTN", "Return", kind="Return")
    for method in ("GROUND", "2DAY", "OVERNIGHT"):
        books.add_shipping_method(method)
    for account, description in {
        "000-1300-00": "Inventory",
        "000-4500-00": "Cost of goods sold",
        "000-4700-00": "Inventory adjustments",
    }.items():
        books.add_gl_account(account, description)
    for number, description, price in _ITEMS:
        stock = {"MAIN": 1000, "SB-CICERO": 400, "SB-MORENO": 300, "SB-BETHLE": 200}
        books.add_item(number, description, price=price, on_hand=stock)


_ITEMS = (
    ("WID-RED-01", "Widget, red", "9.95"),
    ("WID-BLU-01", "Widget, blue", "9.95"),
    ("SERUM-30", "Face serum 30 ml", "34.00"),
    ("CANDLE-LAV", "Candle, lavender", "18.50"),
    ("MUG-WHT", "Mug, white", "12.00"),
    ("TOTE-NAT", "Tote bag, natural", "15.00"),
    ("SOAP-BAR", "Soap bar", "6.25"),
    ("GIFT-SET", "Gift set", "59.00"),
)
