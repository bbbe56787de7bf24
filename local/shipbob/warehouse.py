"""Everything of an account that is about goods rather than orders: products, stock, receiving, and the buildings."""

from __future__ import annotations

from local.shipbob import catalogue
from local.shipbob.book import Book
from local.shipbob.catalogue import Location
from local.shipbob.dock import Dock
from local.shipbob.products import Products
from local.shipbob.receiving import Receiving
from local.shipbob.stock import Stock
from local.shipbob.switches import Switches


class Warehouse:
    """`stock` follows the orders and returns of the book that it is made with."""

    def __init__(self, book: Book) -> None:
        self.switches = Switches()
        self.stock = Stock(book, self.switches)
        self.products = Products(book, self.stock)
        self.receiving = Receiving(book, self.stock)
        self.dock = Dock(book, self.receiving, self.stock)

    def buildings(self) -> list[Location]:
        """Where goods are: the centres, the hubs that are in use, and buildings that closed."""
        in_use = set(self.switches.hubs.values())
        hubs = [hub for hub in catalogue.HUBS if hub.id in in_use]
        return [*catalogue.LOCATIONS, *hubs, *catalogue.CLOSED]
