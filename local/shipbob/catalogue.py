"""The account as it stands on the first morning: channels, fulfilment centres and products. All values are invented."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Location:
    """A fulfilment centre. `kind` is hub, spoke or lts (long-term storage), ShipBob's own words."""

    id: int
    name: str
    abbreviation: str
    timezone: str
    state: str
    city: str
    zip_code: str
    kind: str = "spoke"
    is_active: bool = True


@dataclass(frozen=True, slots=True)
class Channel:
    """One installation of an application for the merchant (ShipBob's concepts page)."""

    id: int
    name: str
    application_name: str
    scopes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Product:
    """A variant. A bundle has components and no inventory of its own, as ShipBob's inventory guide says.

    One that has a lot is kept in lots; others of its lots may come in with receiving orders.
    """

    id: int
    sku: str
    name: str
    unit_price: Decimal
    inventory_id: int = 0
    lot: str | None = None
    lot_date: str | None = None
    weight_oz: int = 8
    components: tuple[tuple[str, int], ...] = ()
    is_active: bool = True

    @property
    def is_lot(self) -> bool:
        return self.lot is not None

    @property
    def variant_id(self) -> int:
        """A product holds variants and has an id of its own; here each holds one."""
        return self.id + 40_000_000

    @property
    def barcode(self) -> str:
        return f"0850{self.id}"


_AREAS = ("channels", "orders", "products", "inventory", "receiving", "returns", "webhooks", "locations", "tracking")
_WRITABLE = ("orders", "products", "receiving", "returns", "webhooks")
_OWN_SCOPES = (*(f"{area}_read" for area in (*_AREAS, "billing")), *(f"{area}_write" for area in _WRITABLE))

CHANNELS = (
    Channel(180001, "GP Integration", "SMA", _OWN_SCOPES),  # the application ShipBob makes with the first token
    Channel(122233, "Wingtip Store", "Shopify", ("orders_read", "products_read")),
    Channel(122240, "Wholesale", "EDI", ("orders_read",)),
)

LOCATIONS = (
    Location(8, "Cicero (IL)", "ORD1", "Central Standard Time", "IL", "Cicero", "60804"),
    Location(156, "Moreno Valley (CA)", "ONT1", "Pacific Standard Time", "CA", "Moreno Valley", "92551"),
    Location(211, "Bethlehem (PA)", "ABE1", "Eastern Standard Time", "PA", "Bethlehem", "18020"),
    Location(320, "Carrollton (TX)", "DFW1", "Central Standard Time", "TX", "Carrollton", "75006"),
)

HUBS = (Location(510, "Joliet Hub (IL)", "ORD9", "Central Standard Time", "IL", "Joliet", "60433", kind="hub"),)
CLOSED = (Location(77, "Las Vegas (NV)", "LAS1", "Pacific Standard Time", "NV", "Las Vegas", "89115", is_active=False),)
BUILDINGS = {place.id: place for place in (*LOCATIONS, *HUBS, *CLOSED)}

OPENING_STOCK = 5_000  # of each item at each open centre: enough that no day's orders run out of it

PRODUCTS = (
    Product(9100001, "WIDGET-RED", "Widget, red", Decimal("19.95"), 21000011),
    Product(9100002, "WIDGET-BLUE", "Widget, blue", Decimal("19.95"), 21000012),
    Product(
        9100003,
        "SERUM-30ML",
        "Serum 30 ml",
        Decimal("34.00"),
        21000013,
        lot="LOT-2226",
        lot_date="2027-12-31T00:00:00+00:00",
        weight_oz=3,
    ),
    Product(9100004, "CANDLE-LAVENDER", "Candle, lavender", Decimal("24.50"), 21000014, weight_oz=14),
    Product(9100005, "MUG-WHITE", "Mug, white", Decimal("12.00"), 21000015, weight_oz=13),
    Product(9100006, "TOTE-NATURAL", "Tote bag, natural", Decimal("18.75"), 21000016, weight_oz=6),
    Product(9100007, "SOAP-BAR", "Soap bar", Decimal("7.25"), 21000017, weight_oz=5),
    Product(
        9100008,
        "GIFT-SET",
        "Gift set",
        Decimal("36.00"),
        components=(("CANDLE-LAVENDER", 1), ("SOAP-BAR", 2)),
    ),
)

BY_SKU = {product.sku: product for product in PRODUCTS}
BY_INVENTORY = {product.inventory_id: product for product in PRODUCTS if product.inventory_id}


def stocked(sku: str) -> tuple[tuple[Product, int], ...]:
    """What lies in the building for one unit of a SKU: itself, or a bundle's components; nothing for an unknown SKU."""
    product = BY_SKU.get(sku)
    if product is None:
        return ()
    return tuple((BY_SKU[part], count) for part, count in product.components) or ((product, 1),)
