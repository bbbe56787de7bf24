"""The stock REST services that GP brings along, over the books: which there are, and what each answers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from typing import Any

from local.gp import sba_transactions
from local.gp.books import Books, Item
from local.gp.faults import NotFound
from local.gp.sba_json import Json

_ITEM_TYPES = {"Sales Item": 1, "Kit": 3, "Miscellaneous Charges": 4, "Service": 5, "Flat Fee": 6}
_TRACKING = {"None": 1, "Serial Numbers": 2, "Lot Numbers": 3}
_BESIDE = {
    "QuantityReturned": "Returned",
    "QuantityInUse": "In Use",
    "QuantityInService": "In Service",
    "QuantityDamaged": "Damaged",
}

Work = Callable[[Books, str, Any], Any]
"""From the books, the key in the address and the payload of the request to the payload of the answer."""


@dataclass(frozen=True, slots=True)
class Resource:
    """One verb on one address. `path` as in the help page, with the name of its key; `name` is it without the keys."""

    verb: str
    path: str
    name: str
    description: str
    work: Work
    breach: Callable[[Any], str] = lambda _: ""


def _items(books: Books, _key: str, _payload: Any) -> list[Json]:
    return [{"ItemNumber": number, "ItemType": _ITEM_TYPES[item.kind]} for number, item in sorted(books.items.items())]


def _item(books: Books, key: str, _payload: Any) -> Json:
    item = _kept(books, key)
    return {
        "ItemNumber": item.number,
        "ItemDescription": item.description,
        "ItemType": _ITEM_TYPES[item.kind],
        "SellingUofM": item.unit,
        "QuantityDecimals": item.decimals,
        "ItemTrackingOption": _TRACKING[item.tracking],
    }


def _item_sites(books: Books, key: str, _payload: Any) -> list[Json]:
    """Only what is inventoried has quantities."""
    item = _kept(books, key)
    sites = sorted(books.sites) if item.kind == "Sales Item" else []
    return [_at_site(books, item, site) for site in sites if item.is_at(site)]


def _at_site(books: Books, item: Item, site: str) -> Json:
    quantity = partial(books.inventory.quantity, item.number, site)
    return {
        "SiteID": site,
        "QuantityOnHand": quantity(),
        "QuantityAllocated": books.allocated(item.number, site),
        **{member: quantity(quantity_type) for member, quantity_type in _BESIDE.items()},
        "QuantityOnOrder": Decimal(0),
        "QuantityBackOrdered": Decimal(0),
    }


def _kept(books: Books, key: str) -> Item:
    if key not in books.items:
        raise NotFound
    return books.items[key]


def _sites(books: Books, _key: str, _payload: Any) -> list[Json]:
    return [{"SiteID": site, "SiteDescription": card.description} for site, card in sorted(books.sites.items())]


def _transaction(books: Books, key: str, _payload: Any) -> Json:
    kind, _, number = key.partition(";")
    known = sba_transactions.TYPES.get(int(kind) if kind.isdecimal() else 0)
    if known is None:
        raise NotFound
    return sba_transactions.transaction(books.inventory.document(number, known.name))


def _headers(books: Books, _key: str, _payload: Any) -> list[Json]:
    """All there are, in Work and in History: the service has no filter."""
    return [sba_transactions.header(each) for each in books.inventory.documents.values()]


def _create(books: Books, _key: str, payload: Any) -> Json:
    return sba_transactions.create(books, payload)


def _customer(books: Books, key: str, _payload: Any) -> Json:
    if key not in books.customers:
        raise NotFound
    card = books.customers[key]
    return {
        "CustomerNumber": card.id,
        "CustomerName": card.description,
        "Inactive": not card.active,
        "Hold": card.on_hold,
    }


_SITES = "Inventory/Items(ItemNumber)/ItemSites"
_ONE = "Inventory/Transactions(DocumentType;DocumentNumber)"
_NEW = "Inventory/Transactions"

RESOURCES = (
    Resource("GET", "Inventory/Items", "Inventory/Items", "All items", _items),
    Resource("GET", "Inventory/Items(ItemNumber)", "Inventory/Items", "An item", _item),
    Resource("GET", _SITES, "Inventory/Items/ItemSites", "An item's quantities by site", _item_sites),
    Resource("GET", "Inventory/Sites", "Inventory/Sites", "All sites", _sites),
    Resource("GET", _ONE, _NEW, "An inventory document", _transaction),
    Resource("POST", _NEW, _NEW, "A new inventory document", _create, sba_transactions.breach),
    Resource("GET", "Inventory/TransactionHeaders", "Inventory/TransactionHeaders", "All documents", _headers),
    Resource("GET", "Sales/Customers(CustomerNumber)", "Sales/Customers", "A customer", _customer),
)

COMPANIES = "Companies"
NAMES = frozenset({COMPANIES, *(resource.name for resource in RESOURCES)})
"""Everything that can be installed."""
