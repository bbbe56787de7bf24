"""The operations of the service on inventory: documents, items, and items at sites."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from local.gp import inventory_answers as answers
from local.gp import inventory_rules
from local.gp.answers import stamp
from local.gp.books import Books, Item
from local.gp.criteria import matches
from local.gp.faults import NotFound, SystemFault
from local.gp.inventory import KINDS, InventoryDocument, InventoryKind
from local.gp.policies import POST_TO_LEDGER, choices
from local.gp.reading import Struct

_INVENTORIED = frozenset({"Sales Item", "Kit"})
"""Item types that are an InventoriedItem in the contract; a kit is, though it has no quantities of its own."""


def _create(kind: InventoryKind, books: Books, asked: Struct) -> None:
    chosen = choices(f"Create{kind.type_name}", asked.get("policy"), books.options)
    document = asked.get(f"inventory{kind.name}")
    if document is None:
        raise SystemFault(f"The inventory {kind.name.lower()} is missing.")
    inventory_rules.create(books, kind, document, posts_to_ledger=bool(chosen[POST_TO_LEDGER]))


def _by_key(kind: InventoryKind, books: Books, asked: Struct) -> Struct:
    return answers.inventory_document(books, books.inventory.document(_id(asked, "key"), kind.name))


def _list(kind: InventoryKind, books: Books, asked: Struct) -> list[Struct]:
    """All that match; GP has no paging, no limit and no order."""
    listed = books.inventory.listed(kind)
    return [answers.summary(books, each) for each in listed if matches(asked.get("criteria"), _row(books, each))]


def _row(books: Books, document: InventoryDocument) -> Struct:
    return {
        "CreatedDate": stamp(books, document.created),
        "ModifiedDate": answers.modified(books, document),
        "Date": document.date,
        "BatchId": document.batch,
        "InventoryId": document.number,
        "TransactionState": document.state,
    }


def _id(struct: Struct, key: str) -> str:
    return str((struct.get(key) or {}).get("Id") or "")


def _item(books: Books, asked: Struct) -> Struct:
    return answers.item(books, _found(books, _id(asked, "key")))


def _inventoried_item(books: Books, asked: Struct) -> Struct:
    item = _found(books, _id(asked, "key"))
    if item.kind not in _INVENTORIED:
        raise NotFound
    return answers.item(books, item)


def _found(books: Books, number: str) -> Item:
    if number not in books.items:
        raise NotFound
    return books.items[number]


def _items(books: Books, asked: Struct) -> list[Struct]:
    items = [item for _, item in sorted(books.items.items())]
    return [
        answers.item_summary(books, item) for item in items if matches(asked.get("criteria"), _item_row(books, item))
    ]


def _inventoried_items(books: Books, asked: Struct) -> list[Struct]:
    return [summary for summary in _items(books, asked) if summary["Type"] in _INVENTORIED]


def _item_row(books: Books, item: Item) -> Struct:
    created = stamp(books, item.created)
    return {
        **dict.fromkeys(("CreatedDate", "ModifiedDate", "LastModifiedDate"), created),
        **dict.fromkeys(("ShortDescription", "GenericDescription", "ItemClassId"), ""),
        "ItemId": item.number,
        "Description": item.description,
        "Type": item.kind,
        "IsDiscontinued": False,
    }


def _item_site(books: Books, asked: Struct) -> Struct:
    key = asked.get("key") or {}
    item, site = _found(books, _id(key, "ItemKey")), _id(key, "WarehouseKey")
    if site not in _sites(books, item):
        raise NotFound
    return answers.item_site(item, site)


def _item_sites(books: Books, asked: Struct) -> list[Struct]:
    pairs = [(item, site) for _, item in sorted(books.items.items()) for site in _sites(books, item)]
    return [
        answers.item_site(item, site)
        for item, site in pairs
        if matches(asked.get("criteria"), {"ItemId": item.number, "WarehouseId": site, "BuyerId": "", "PlannerId": ""})
    ]


def _sites(books: Books, item: Item) -> list[str]:
    """The sites at which an item is kept; what is no stock is kept nowhere."""
    return [site for site in books.sites if item.kind == "Sales Item" and item.is_at(site)]


INVENTORY_OPERATIONS: dict[str, Callable[[Books, Struct], Any]] = {
    "GetItemByKey": _item,
    "GetItemList": _items,
    "GetInventoriedItemByKey": _inventoried_item,
    "GetInventoriedItemList": _inventoried_items,
    "GetItemWarehouseByKey": _item_site,
    "GetItemWarehouseList": _item_sites,
    **{f"Create{kind.type_name}": partial(_create, kind) for kind in KINDS},
    **{f"Get{kind.type_name}ByKey": partial(_by_key, kind) for kind in KINDS},
    **{f"Get{kind.type_name}List": partial(_list, kind) for kind in KINDS},
}
