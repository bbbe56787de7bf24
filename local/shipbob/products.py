"""The merchant's products, as GET /product finds them. Each holds one variant; several may share an inventory item.

Filters and sorting are ShipBob's reference; `SKU=any:a,b` is from its inventory guide and an SDK's notes.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from local.shipbob import catalogue
from local.shipbob.book import Book, NotThereError
from local.shipbob.catalogue import Product
from local.shipbob.listing import BadQueryError, Query
from local.shipbob.stock import Stock

SORTED_BY = ("Id", "Name", "Category", "TotalOnHandQty")
STATUSES = {"1": "Active", "2": "Inactive"}
TYPES = {"1": "Regular", "2": "Bundle"}

# No product here has a category, an id elsewhere, a review to come or a shop's platform: these find nothing.
FINDING_NOTHING = ("CategoryIds", "LegacyIds", "PlatformIds", "ReviewsPending", "SalesChannel", "TaxonomyIds")
# What is true, or false, of every product: none is digital or has several variants, and all are kept in step.
TRUE_OF_ALL = {"IsInventorySyncEnabled": True, "HasDigitalVariants": False, "HasVariants": False}

Test = Callable[["Kept"], bool]


@dataclass(frozen=True, slots=True)
class Kept:
    """A product with when it was made and last changed."""

    product: Product
    created: dt.datetime
    updated: dt.datetime

    @property
    def type(self) -> str:
        return "Bundle" if self.product.components else "Regular"

    @property
    def status(self) -> str:
        return "Active" if self.product.is_active else "Inactive"


class Products:
    """The products of one account: the catalogue's, and what was added or changed since."""

    def __init__(self, book: Book, stock: Stock) -> None:
        self._book, self.stock = book, stock
        opened = book.clock.now()
        self._kept = {each.id: Kept(each, opened, opened) for each in catalogue.PRODUCTS}

    def all(self) -> list[Kept]:
        """Every product, in the order of their ids."""
        with self._book.lock:
            return [self._kept[product_id] for product_id in sorted(self._kept)]

    def one(self, product_id: int) -> Kept:
        """The product; `NotThereError` where there is none."""
        with self._book.lock:
            if product_id not in self._kept:
                raise NotThereError(f"no product {product_id}")
            return self._kept[product_id]

    def of(self, inventory_id: int) -> Kept | None:
        """The first product of an inventory item."""
        return next((each for each in self.all() if each.product.inventory_id == inventory_id), None)

    def add(self, product: Product) -> None:
        """A product that the API shows; orders and receiving know those of the catalogue alone."""
        with self._book.lock:
            now = self._book.clock.now()
            self._kept[product.id] = Kept(product, now, now)

    def change(self, product_id: int, **changes: Any) -> None:
        """Give a product other values of its fields."""
        with self._book.lock:
            kept = self.one(product_id)
            self._kept[product_id] = replace(
                kept, product=replace(kept.product, **changes), updated=self._book.clock.now()
            )

    def on_hand(self, kept: Kept) -> int:
        """Units in all buildings; a bundle has none of its own."""
        return self.stock.on_hand(kept.product.inventory_id) if kept.product.inventory_id else 0

    def found(self, query: Query) -> list[Kept]:
        """Those that pass all filters, sorted; `BadQueryError` for a value that ShipBob would refuse."""
        tests = [*_text_tests(query), *_number_tests(query), *_state_tests(query, self.on_hand)]
        return self._sorted(query, [each for each in self.all() if all(test(each) for test in tests)])

    def _sorted(self, query: Query, rows: list[Kept]) -> list[Kept]:
        keys: Mapping[str, Callable[[Kept], Any]] = {
            "id": lambda kept: kept.product.id,
            "name": lambda kept: kept.product.name.lower(),
            "category": lambda kept: kept.type,
            "totalonhandqty": self.on_hand,
        }
        key = _one_of(query, "SortBy", SORTED_BY, "Id").lower()
        backwards = _one_of(query, "SortOrder", ("ASC", "DESC"), "ASC") == "DESC"
        return sorted(rows, key=keys[key], reverse=backwards)


def _text_tests(query: Query) -> list[Test]:
    tests: list[Test] = []
    if (sku := query.text("SKU")) is not None:
        wanted = _any_of(sku)
        tests.append(lambda kept: kept.product.sku in wanted)
    if (seller_sku := query.text("SellerSKU")) is not None:
        sellers = _any_of(seller_sku)
        tests.append(lambda kept: kept.product.sku in sellers)
    if (name := query.text("Name")) is not None:
        tests.append(lambda kept: name.lower() in kept.product.name.lower())
    if (search := query.text("Search")) is not None:
        tests.append(lambda kept: _is_found(kept.product, search.lower()))
    barcodes = (query.texts("Barcodes") or frozenset()) | (query.texts("Barcode") or frozenset())
    if barcodes:
        tests.append(lambda kept: kept.product.barcode in barcodes)
    return tests


def _number_tests(query: Query) -> list[Test]:
    of: Mapping[str, Callable[[Product], int]] = {
        "ProductId": lambda product: product.id,
        "VariantId": lambda product: product.variant_id,
        "InventoryId": lambda product: product.inventory_id,
    }
    tests: list[Test] = []
    for name, read in of.items():
        if (numbers := query.numbers(name)) is not None:
            tests.append(lambda kept, read=read, numbers=numbers: read(kept.product) in numbers)  # type: ignore[misc]
    if (channels := query.numbers("ChannelIds")) is not None:
        tests.append(lambda _: catalogue.CHANNELS[0].id in channels)
    return tests


def _state_tests(query: Query, on_hand: Callable[[Kept], int]) -> list[Test]:
    tests: list[Test] = []
    if (status := query.text("VariantStatus")) is not None:
        tests.append(lambda kept: kept.status == STATUSES.get(status, status))
    if (kind := query.text("ProductType")) is not None:
        tests.append(lambda kept: kept.type == TYPES.get(kind, kind))
    if (has_stock := query.flag("OnHand")) is not None:
        tests.append(lambda kept: (on_hand(kept) > 0) == has_stock)
    if any(query.flag(name) not in {None, truth} for name, truth in TRUE_OF_ALL.items()):
        tests.append(lambda _: False)
    if any(query.text(name) is not None for name in FINDING_NOTHING):
        tests.append(lambda _: False)
    if (since := query.moment("LastUpdatedTimestamp")) is not None:
        tests.append(lambda kept: kept.updated >= since)
    return tests


def _any_of(text: str) -> frozenset[str]:
    """One SKU, or with the operator `any:` one of several."""
    operator, found, rest = text.partition(":")
    return frozenset(rest.split(",")) if found and operator == "any" else frozenset({text})


def _is_found(product: Product, search: str) -> bool:
    is_part = search in product.name.lower() or search in product.sku.lower()
    return is_part or search in {str(product.id), str(product.inventory_id or "")}


def _one_of(query: Query, name: str, known: tuple[str, ...], usual: str) -> str:
    given = query.text(name) or usual
    for each in known:
        if each.lower() == given.lower():
            return each
    raise BadQueryError(name, f"The value '{given}' is not valid for {name}.")
