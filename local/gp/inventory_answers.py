"""Inventory documents, items and items at sites as the elements of answers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal

from local.gp.amounts import quantity
from local.gp.answers import stamp
from local.gp.books import Books, Item
from local.gp.documents import QUANTITY_TYPES
from local.gp.inventory import ZERO, InventoryDocument
from local.gp.reading import Struct
from local.gp.writing import XSI_TYPE

_CONCRETE = {"Sales Item": "SalesItem", "Kit": "Kit", "Service": "Service"}
"""GP's item type, and the type of the contract that an item of it is answered as."""

_DECIMALS = ("Zero", "One", "Two", "Three", "Four", "Five")


def summary(books: Books, document: InventoryDocument) -> Struct:
    """What the summary of a document and the document itself begin with."""
    opened = books.inventory.batches[document.kind.batch_source, document.batch]
    return {
        "Key": _key(books, document),
        "BatchKey": {"Source": document.kind.batch_source, "Id": document.batch, "CreatedDateTime": opened},
        "Date": document.date,
        "ModifiedDate": modified(books, document),
        "CreatedDate": stamp(books, document.created),
        "TransactionState": document.state,
    }


def modified(books: Books, document: InventoryDocument) -> dt.datetime:
    """ModifiedDate: of a posted document always with its time, in UTC.

    IV10000 has a column of its own for it, IV30200 has only the row's stamp (GP's SQL schema).
    """
    return document.modified if document.state == "History" else stamp(books, document.modified)


def inventory_document(books: Books, document: InventoryDocument) -> Struct:
    """GetInventoryAdjustmentByKey's InventoryAdjustment and its sisters."""
    return {
        **summary(books, document),
        "AuditTrailCode": document.audit_trail_code,
        "GLPostingDate": document.posting_date,
        "Lines": [_line(books, document, sequence) for sequence in sorted(document.lines)],
    }


def _key(books: Books, document: InventoryDocument) -> Struct:
    return {"CompanyKey": {"Id": books.company_id}, "Id": document.number}


def _line(books: Books, document: InventoryDocument, sequence: Decimal) -> Struct:
    """A line; its number comes back with the five decimals of its column."""
    key = {"InventoryKey": _key(books, document), "SequenceNumber": sequence.quantize(Decimal("0.00001"))}
    return {**document.lines[sequence], "Key": key}


def item(books: Books, kept: Item) -> Struct:
    """An item as what it is: stock comes with its quantities, a kit and a service have none."""
    made = {
        XSI_TYPE: _CONCRETE[kept.kind],
        **item_summary(books, kept),
        "QuantityDecimalPlaces": _DECIMALS[kept.decimals],
        "CurrencyDecimalPlaces": "Two",
        "DefaultSellingUofM": kept.unit,
    }
    if kept.kind != "Sales Item":
        return made
    return {**made, "TrackingOption": kept.tracking, "Quantities": [*_quantities(books, kept)]}


def _quantities(books: Books, kept: Item) -> Iterator[Struct]:
    """A row for each site the item is assigned to, and the row without a site that holds their sum.

    Source: GP's SQL schema: IV00102 has one record per site and one of all sites, whose site is blank.
    """
    sites = [site for site in books.sites if kept.is_at(site)]
    for site, counted in (*((site, [site]) for site in sites), ("", sites)):
        there = {
            element: sum((books.inventory.quantity(kept.number, each, name) for each in counted), ZERO)
            for name, element in QUANTITY_TYPES.items()
        }
        there["AllocatedQuantity"] = sum((books.allocated(kept.number, each) for each in counted), ZERO)
        key = {"ItemKey": {"Id": kept.number}, "WarehouseKey": {"Id": site}}
        yield {"Key": key, **{element: quantity(value, kept.decimals) for element, value in there.items()}}


def item_summary(books: Books, kept: Item) -> Struct:
    """An ItemSummary, and as well an InventoriedItemSummary."""
    created = stamp(books, kept.created)
    return {
        "Key": {"Id": kept.number},
        "Description": kept.description,
        "CreatedDate": created,
        "ModifiedDate": created,
        "LastModifiedDate": created,
        "Type": kept.kind,
        "IsDiscontinued": False,
    }


def item_site(kept: Item, site: str) -> Struct:
    """An ItemWarehouse, and as well its summary: neither has quantities."""
    return {"Key": {"ItemKey": {"Id": kept.number}, "WarehouseKey": {"Id": site}}}
