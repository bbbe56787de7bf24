"""GP's stock SBA services: the members of their payloads, and what their answers mean.

Microsoft publishes no list of the members; `docs/gp-sba.md` has the bridge's reading of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from decimal import Decimal

from bridge.domain.company import Company, Customer, Site
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
)
from bridge.gp.sba_json import Json, Row
from bridge.gp.sba_wire import day, given

NOUGHT = Decimal(0)

INVENTORY_TYPES = {
    1: InventoryDocumentType.ADJUSTMENT,
    2: InventoryDocumentType.VARIANCE,
    3: InventoryDocumentType.TRANSFER,
}
ITEM_TYPES = {
    1: ItemType.SALES,
    2: ItemType.SALES,
    3: ItemType.KIT,
    4: ItemType.MISCELLANEOUS,
    5: ItemType.SERVICE,
    6: ItemType.FLAT_FEE,
}
DISCONTINUED = 2
TRACKING_OPTIONS = {1: TrackingOption.NONE, 2: TrackingOption.SERIALS, 3: TrackingOption.LOTS}
QUANTITY_TYPES = dict(enumerate(QuantityType, start=1))


def inventory_number(kind: InventoryDocumentType) -> int:
    """IVDOCTYP."""
    return _number_of(INVENTORY_TYPES, kind)


def _number_of[Named](numbers: Mapping[int, Named], wanted: Named) -> int:
    return next(number for number, named in numbers.items() if named == wanted)


def write_inventory_document(document: InventoryDocument) -> Json:
    return {
        "DocumentType": inventory_number(document.type),
        "DocumentNumber": document.number,
        "BatchNumber": document.batch,
        "DocumentDate": document.date.isoformat(),
        "Lines": [_write_inventory_line(line) for line in document.lines],
    }


def _write_inventory_line(line: InventoryLine) -> Json:
    return {
        "LineSequence": line.sequence,
        "ItemNumber": line.item,
        "SiteID": line.site,
        "Quantity": line.quantity,
        "FromQuantityType": _number_of(QUANTITY_TYPES, line.from_type),
        "ToQuantityType": _number_of(QUANTITY_TYPES, line.to_type),
        **given(
            ToSiteID=line.to_site,
            UofM=line.unit_of_measure,
            UnitCost=line.unit_cost,
            OffsetAccount=line.offset_account,
            Lots=[_write_stock_lot(lot) for lot in line.lots],
            Serials=[{"SerialNumber": serial} for serial in line.serials],
        ),
    }


def _write_stock_lot(lot: Lot) -> Json:
    expires = given(ExpirationDate=day(lot.expires_on))
    return {"LotNumber": lot.number, "Quantity": lot.quantity, **expires}


def read_inventory_document(found: Row) -> InventoryDocument:
    head = read_inventory_header(found)
    lines = tuple(_read_inventory_line(line) for line in found.rows("Lines"))
    return InventoryDocument(head.type, head.number, head.batch, head.date, lines, head.state)


def read_inventory_header(found: Row) -> InventorySummary:
    return InventorySummary(
        type=_named(found, "DocumentType", INVENTORY_TYPES),
        number=found.text("DocumentNumber"),
        batch=found.text("BatchNumber", ""),
        date=found.date("DocumentDate"),
        state=TransactionState.HISTORY if found.flag("Posted") else TransactionState.WORK,
    )


def _named[Named](found: Row, name: str, numbers: Mapping[int, Named], default: int | None = None) -> Named:
    number = default if default is not None and found.members.get(name) is None else found.integer(name)
    if number not in numbers:
        raise ValueError(f"{name} is not one of {', '.join(map(str, numbers))}")
    return numbers[number]


def _read_inventory_line(found: Row) -> InventoryLine:
    return InventoryLine(
        sequence=found.number("LineSequence"),
        item=found.text("ItemNumber"),
        site=found.text("SiteID"),
        quantity=found.number("Quantity"),
        unit_of_measure=found.text("UofM", ""),
        unit_cost=None if found.members.get("UnitCost") is None else found.number("UnitCost"),
        offset_account=found.text("OffsetAccount", ""),
        lots=tuple(_read_stock_lot(lot) for lot in found.rows("Lots", default=())),
        serials=tuple(serial.text("SerialNumber") for serial in found.rows("Serials", default=())),
        to_site=found.text("ToSiteID", ""),
        from_type=_named(found, "FromQuantityType", QUANTITY_TYPES, 1),
        to_type=_named(found, "ToQuantityType", QUANTITY_TYPES, 1),
    )


def _read_stock_lot(found: Row) -> Lot:
    return Lot(found.text("LotNumber"), found.number("Quantity"), found.maybe_date("ExpirationDate"))


def read_item(found: Row) -> Item:
    """An item's card, without its stock."""
    return Item(
        number=found.text("ItemNumber"),
        description=found.text("ItemDescription"),
        type=_named(found, "ItemType", ITEM_TYPES),
        unit_of_measure=found.text("SellingUofM", ""),
        decimals=found.integer("QuantityDecimals"),
        tracking=_named(found, "ItemTrackingOption", TRACKING_OPTIONS),
        is_discontinued=is_discontinued(found),
    )


def is_discontinued(found: Row) -> bool:
    return found.integer("ItemType") == DISCONTINUED


def with_stock(item: Item, rows: Iterable[Row]) -> Item:
    return replace(item, stock=tuple(read_site_stock(row) for row in rows))


def read_site_stock(found: Row) -> SiteStock:
    return SiteStock(
        site=found.text("SiteID"),
        on_hand=found.number("QuantityOnHand"),
        allocated=found.number("QuantityAllocated"),
        returned=found.number("QuantityReturned", NOUGHT),
        in_use=found.number("QuantityInUse", NOUGHT),
        in_service=found.number("QuantityInService", NOUGHT),
        damaged=found.number("QuantityDamaged", NOUGHT),
        on_order=found.number("QuantityOnOrder", NOUGHT),
        back_ordered=found.number("QuantityBackOrdered", NOUGHT),
    )


def read_company(found: Row) -> Company:
    return Company(found.integer("CompanyID"), found.text("CompanyName"))


def read_site(found: Row) -> Site:
    return Site(found.text("SiteID"), found.text("SiteDescription"))


def read_customer(found: Row) -> Customer:
    return Customer(
        found.text("CustomerNumber"), found.text("CustomerName"), not found.flag("Inactive"), found.flag("Hold")
    )
