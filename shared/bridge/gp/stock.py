"""Inventory documents, items and what lies at each site, from and to the elements of GP's SOAP contract."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from lxml import etree

from bridge.domain.inventory import (
    InventoryDocument,
    InventoryDocumentType,
    InventoryLine,
    InventorySummary,
    Item,
    ItemType,
    Lot,
    QuantityType,
    SiteStock,
    TrackingOption,
    TransactionState,
    Window,
    WindowOf,
)
from bridge.gp import wire
from bridge.gp.wire import Content, read_date, read_day, read_flag, read_moment, read_number, read_text

DOCUMENT = wire.table("""
    Extensions Key BatchKey Date* ModifiedDate* CreatedDate* AuditTrailCode GLPostingDate* TransactionState* Lines
""")
LINE = wire.table("""
    Extensions Key ItemKey Quantity UnitCost UofM WarehouseKey InventoryGLAccount InventoryOffsetGLAccount Bins Lots
    Serials
""")
LOT = wire.table("Extensions Key LotNumber Quantity ManufacturedDate* ExpirationDate* ReceivedDate* Bin")
SERIAL = wire.table("Extensions Key SerialNumber Bin")
CRITERIA = wire.table("CreatedDate ModifiedDate Date BatchId InventoryId TransactionState")

# An item's decimals are counted in words; its kind is also told by the type that an answer names.
_DECIMALS = {"Zero": 0, "One": 1, "Two": 2, "Three": 3, "Four": 4, "Five": 5}
_TYPES = {
    "SalesItem": ItemType.SALES,
    "Kit": ItemType.KIT,
    "Service": ItemType.SERVICE,
    "Fee": ItemType.FLAT_FEE,
}


# Inventory documents


def adjustment(document: InventoryDocument) -> Mapping[str, Content]:
    """The `inventoryAdjustment` of a create."""
    return wire.ordered(
        DOCUMENT,
        {
            "Key": wire.key(document.number),
            "BatchKey": wire.batch_key(document.batch),
            "Date": document.date,
            "Lines": [("InventoryAdjustmentLine", _line(line, document.number)) for line in document.lines],
        },
    )


def _line(line: InventoryLine, number: str) -> Mapping[str, Content]:
    account: Content = {"Id": line.offset_account, "IsEncrypted": False} if line.offset_account else {}
    return wire.ordered(
        LINE,
        {
            "Key": {"InventoryKey": wire.key(number), "SequenceNumber": line.sequence},
            "ItemKey": wire.key(line.item),
            "Quantity": wire.quantity(line.quantity),
            "UnitCost": wire.money(line.unit_cost) if line.unit_cost is not None else {},
            "UofM": line.unit_of_measure,
            "WarehouseKey": wire.key(line.site),
            "InventoryOffsetGLAccount": account,
            "Lots": [("InventoryLot", _lot(lot)) for lot in line.lots],
            "Serials": [("InventorySerial", wire.ordered(SERIAL, {"SerialNumber": one})) for one in line.serials],
        },
    )


def _lot(lot: Lot) -> Mapping[str, Content]:
    content = {
        "LotNumber": lot.number,
        "Quantity": wire.quantity(lot.quantity),
        "ExpirationDate": lot.expires_on,
    }
    return wire.ordered(LOT, content)


def criteria(window: Window, state: TransactionState) -> Mapping[str, Content]:
    """The `criteria` of a list. GP has no paging: the window bounds what comes."""
    of_modified = window.of is WindowOf.MODIFIED
    limits = wire.between(*(_moment(edge) if of_modified else edge.date() for edge in (window.start, window.end)))
    states = wire.among("InventoryTransactionState", [state])
    return wire.ordered(CRITERIA, {"ModifiedDate" if of_modified else "Date": limits, "TransactionState": states})


def _moment(edge: dt.datetime) -> dt.datetime:
    """In UTC; a zone is not written, lest the server turn it into its own time."""
    return edge if edge.tzinfo is None else edge.astimezone(dt.UTC)


def read_summaries(found: etree._Element, kind: InventoryDocumentType) -> tuple[InventorySummary, ...]:
    """The result of GetInventory…List."""
    return tuple(
        InventorySummary(
            type=kind,
            number=read_text(row, "Key/Id"),
            batch=read_text(row, "BatchKey/Id"),
            date=read_day(row, "Date"),
            state=_state(row),
            modified_at=read_moment(row, "ModifiedDate"),
        )
        for row in wire.rows(found, f"Inventory{kind}Summary")
    )


def read_document(found: etree._Element, kind: InventoryDocumentType) -> InventoryDocument:
    """An adjustment, a variance or a transfer."""
    return InventoryDocument(
        type=kind,
        number=read_text(found, "Key/Id"),
        batch=read_text(found, "BatchKey/Id"),
        date=read_day(found, "Date"),
        lines=tuple(_read_line(line) for line in wire.rows(found, f"Lines/Inventory{kind}Line")),
        state=_state(found),
        modified_at=read_moment(found, "ModifiedDate"),
    )


def _state(found: etree._Element) -> TransactionState:
    return TransactionState(read_text(found, "TransactionState") or TransactionState.WORK)


def _read_line(line: etree._Element) -> InventoryLine:
    """A transfer's line has two sites and two quantity types, and no unit of measure."""
    return InventoryLine(
        sequence=read_number(line, "Key/SequenceNumber"),
        item=read_text(line, "ItemKey/Id"),
        site=read_text(line, "WarehouseKey/Id") or read_text(line, "WarehouseFromKey/Id"),
        quantity=read_number(line, "Quantity/Value"),
        unit_of_measure=read_text(line, "UofM"),
        unit_cost=read_number(line, "UnitCost/Value") if read_text(line, "UnitCost/Value") else None,
        offset_account=read_text(line, "InventoryOffsetGLAccount/Id"),
        lots=tuple(
            _read_lot(lot)
            for name in ("InventoryLot", "InventoryTransferLot")
            for lot in wire.rows(line, f"Lots/{name}")
        ),
        serials=tuple(
            read_text(serial, "SerialNumber")
            for name in ("InventorySerial", "InventoryTransferSerial")
            for serial in wire.rows(line, f"Serials/{name}")
        ),
        to_site=read_text(line, "WarehouseToKey/Id"),
        from_type=QuantityType(read_text(line, "QuantityTypeFrom") or QuantityType.ON_HAND),
        to_type=QuantityType(read_text(line, "QuantityTypeTo") or QuantityType.ON_HAND),
    )


def _read_lot(lot: etree._Element) -> Lot:
    return Lot(read_text(lot, "LotNumber"), read_number(lot, "Quantity/Value"), read_date(lot, "ExpirationDate"))


# Items


def not_discontinued() -> Mapping[str, Content]:
    """The `criteria` of GetItemList for the items that may still be sold."""
    return {"IsDiscontinued": {"EqualValue": False, "NotEqualValue": None}}


def read_item_numbers(found: etree._Element) -> tuple[str, ...]:
    """The result of GetItemList, in the order of the numbers."""
    rows = wire.rows(found, "ItemSummary")
    return tuple(sorted(read_text(row, "Key/Id") for row in rows if not read_flag(row, "IsDiscontinued")))


def read_sites_of(found: etree._Element) -> tuple[str, ...]:
    """The sites in the result of GetItemWarehouseList."""
    sites = (read_text(row, "Key/WarehouseKey/Id") for row in wire.rows(found, "ItemWarehouseSummary"))
    return tuple(site for site in sites if site)


def read_item(found: etree._Element) -> Item:
    """An item of whatever type GP says it is; one that this contract does not know has what it shares with others."""
    rows = wire.rows(found, "Quantities/SalesItemWarehouse")
    # GP keeps one row of all sites, whose site is blank (IV00102).
    return Item(
        number=read_text(found, "Key/Id"),
        description=read_text(found, "Description"),
        type=_item_type(found),
        unit_of_measure=read_text(found, "DefaultSellingUofM"),
        decimals=_decimals(read_text(found, "QuantityDecimalPlaces")),
        tracking=TrackingOption(read_text(found, "TrackingOption") or TrackingOption.NONE),
        is_discontinued=read_flag(found, "IsDiscontinued"),
        stock=tuple(_read_stock(row) for row in rows if read_text(row, "Key/WarehouseKey/Id")),
    )


def _item_type(found: etree._Element) -> ItemType:
    """What the item says, else what the answer calls it, else whether it is stock."""
    said = read_text(found, "Type")
    if said in ItemType:
        return ItemType(said)
    unknown = ItemType.SALES if found.find(wire.path("Quantities")) is not None else ItemType.SERVICE
    return _TYPES.get(found.get(wire.TYPE, "").rpartition(":")[2], unknown)


def _decimals(said: str) -> int:
    if said and said not in _DECIMALS:
        raise ValueError("QuantityDecimalPlaces is no number of decimals")
    return _DECIMALS.get(said, 0)


def _read_stock(row: etree._Element) -> SiteStock:
    return SiteStock(
        site=read_text(row, "Key/WarehouseKey/Id"),
        on_hand=read_number(row, "OnHandQuantity/Value"),
        allocated=read_number(row, "AllocatedQuantity/Value"),
        returned=read_number(row, "ReturnedQuantity/Value"),
        in_use=read_number(row, "InUseQuantity/Value"),
        in_service=read_number(row, "InServiceQuantity/Value"),
        damaged=read_number(row, "DamagedQuantity/Value"),
        on_order=read_number(row, "OnOrderQuantity/Value"),
        back_ordered=read_number(row, "BackOrderedQuantity/Value"),
    )
