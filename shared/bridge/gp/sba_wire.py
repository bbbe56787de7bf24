"""The only place that knows the member names of the bridge's own SBA service: documents from and to JSON.

They are those of `docs/gp-sba-service.schema.json`; decimals are texts there.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from bridge.domain.company import HoldSetup, ShippingMethod
from bridge.domain.inventory import (
    InventoryDocumentType,
    InventorySummary,
    Lot,
    QuantityType,
    TransactionState,
    Window,
    WindowOf,
)
from bridge.domain.sales_document import (
    SalesDocument,
    SalesDocumentType,
    SalesInvoice,
    SalesLine,
    SalesSummary,
    SalesUpdate,
    ShipTo,
)
from bridge.gp.sba_json import Json, Row, plain

NOUGHT = Decimal(0)


def write_sales_document(document: SalesDocument) -> Json:
    """The `document` of a create."""
    return {
        "type": document.type.value,
        "number": document.number,
        "customer": document.customer,
        "customer_po": document.customer_po,
        "date": document.date.isoformat(),
        "document_type": document.document_type,
        "batch": document.batch,
        "lines": [_write_sales_line(line) for line in document.lines],
        **given(
            currency=document.currency,
            ship_to=_write_ship_to(document.ship_to),
            shipping_method=document.shipping_method,
            comment=document.comment,
            freight=_amount(document.freight),
            miscellaneous=_amount(document.miscellaneous),
            tax=_amount(document.tax),
            trade_discount=_amount(document.trade_discount),
            tracking=list(document.tracking),
            holds=sorted(document.holds),
            shipped_on=day(document.shipped_on),
            order=document.order if isinstance(document, SalesInvoice) else "",
            is_priced_by_gp=document.is_priced_by_gp or None,
        ),
    }


def _write_sales_line(line: SalesLine) -> Json:
    quantity_type = "" if line.quantity_type is QuantityType.ON_HAND else line.quantity_type.value
    return {
        "sequence": line.sequence,
        "item": line.item,
        "site": line.site,
        "quantity": plain(line.quantity),
        "unit_price": plain(line.unit_price),
        **given(
            fulfilled=_amount(line.fulfilled),
            canceled=_amount(line.canceled),
            unit_of_measure=line.unit_of_measure,
            quantity_type=quantity_type,
            lots=[_write_lot(lot) for lot in line.lots],
            serials=list(line.serials),
            to_invoice=_maybe(line.to_invoice),
        ),
    }


def _write_lot(lot: Lot) -> Mapping[str, Json]:
    return {"number": lot.number, "quantity": plain(lot.quantity), **given(expires_on=day(lot.expires_on))}


def _write_ship_to(address: ShipTo) -> Mapping[str, Json]:
    return given(**{name: getattr(address, name) for name in ShipTo.__slots__})


def write_changes(update: SalesUpdate) -> Json:
    """The `changes` of an update: nothing but what is to change."""
    ship_to: Mapping[str, Json] = {} if update.ship_to is None else {"ship_to": _write_ship_to(update.ship_to)}
    comment: Mapping[str, Json] = {} if update.comment is None else {"comment": update.comment}
    return {
        **ship_to,
        **comment,
        **given(
            batch=update.batch,
            shipped_on=day(update.shipped_on),
            shipping_method=update.shipping_method,
            freight=_maybe(update.freight),
            miscellaneous=_maybe(update.miscellaneous),
            tax=_maybe(update.tax),
            trade_discount=_maybe(update.trade_discount),
            added_tracking=list(update.added_tracking),
            removed_tracking=list(update.removed_tracking),
            added_lines=[_write_sales_line(line) for line in update.added_lines],
            removed_lines=list(update.removed_lines),
            prices=_prices(update.prices),
            to_invoice=_by_line(update.to_invoice),
            quantities=_by_line(update.quantities),
            fulfilled=_by_line(update.fulfilled),
            canceled=_by_line(update.canceled),
            lots=[{"sequence": sequence, **_write_lot(lot)} for sequence, lot in update.lots],
            serials=[{"sequence": sequence, "number": serial} for sequence, serial in update.serials],
            added_holds=sorted(update.added_holds),
            lifted_holds=sorted(update.lifted_holds),
        ),
    }


def _by_line(quantities: Iterable[tuple[int, Decimal]]) -> list[Json]:
    return [{"sequence": sequence, "quantity": plain(quantity)} for sequence, quantity in quantities]


def _prices(prices: Iterable[tuple[int, Decimal]]) -> list[Json]:
    return [{"sequence": sequence, "unit_price": plain(price)} for sequence, price in prices]


def write_window(window: Window) -> Mapping[str, Json]:
    return {"by": window.of.value, "start": _moment(window, window.start), "end": _moment(window, window.end)}


def _moment(window: Window, value: dt.datetime) -> str:
    """In UTC; a document date is a day of GP's own calendar, whatever zone its midnight was given in."""
    if window.of is WindowOf.DOCUMENT:
        return f"{value.date().isoformat()}T00:00:00Z"
    utc = value if value.tzinfo is None else value.astimezone(dt.UTC)
    return f"{utc.replace(tzinfo=None).isoformat(timespec='milliseconds')}Z"


def given(**members: Json) -> dict[str, Json]:
    """What is left out means nothing, so nothing is left out but that."""
    return {name: member for name, member in members.items() if member not in (None, "", [], {})}


def _amount(value: Decimal) -> str:
    return plain(value) if value else ""


def _maybe(value: Decimal | None) -> str:
    """Nought is said, where it is what something becomes."""
    return "" if value is None else plain(value)


def day(value: dt.date | None) -> str:
    return "" if value is None else value.isoformat()


def read_sales_document[Document: SalesDocument](found: Row, kind: type[Document], image: bytes) -> Document:
    """A sales document of the kind that was asked for; `image` is the answer that it stands in."""
    if found.text("type") != kind.type:
        raise ValueError(f"type is not {kind.type}")
    order: dict[str, Any] = {"order": found.text("order", "")} if issubclass(kind, SalesInvoice) else {}
    return kind(
        number=found.text("number"),
        customer=found.text("customer"),
        customer_po=found.text("customer_po"),
        date=found.date("date"),
        document_type=found.text("document_type"),
        batch=found.text("batch"),
        lines=tuple(_read_sales_line(line) for line in found.rows("lines")),
        currency=found.text("currency", ""),
        ship_to=_read_ship_to(found),
        shipping_method=found.text("shipping_method", ""),
        comment=found.text("comment", ""),
        freight=found.amount("freight", NOUGHT),
        miscellaneous=found.amount("miscellaneous", NOUGHT),
        tax=found.amount("tax", NOUGHT),
        trade_discount=found.amount("trade_discount", NOUGHT),
        tracking=found.texts("tracking"),
        holds=frozenset(found.texts("holds")),
        shipped_on=found.maybe_date("shipped_on"),
        state=found.one_of("state", TransactionState, TransactionState.WORK),
        is_voided=found.flag("is_voided", default=False),
        master_number=found.maybe_integer("master_number"),
        is_priced_by_gp=found.flag("is_priced_by_gp", default=False),
        image=image,
        **order,
    )


def _read_ship_to(document: Row) -> ShipTo:
    found = document.row("ship_to")
    return ShipTo(**{name: found.text(name, "") for name in ShipTo.__slots__})


def _read_sales_line(found: Row) -> SalesLine:
    return SalesLine(
        sequence=found.integer("sequence"),
        item=found.text("item"),
        site=found.text("site"),
        quantity=found.amount("quantity"),
        unit_price=found.amount("unit_price"),
        fulfilled=found.amount("fulfilled", NOUGHT),
        canceled=found.amount("canceled", NOUGHT),
        unit_of_measure=found.text("unit_of_measure", ""),
        quantity_type=found.one_of("quantity_type", QuantityType, QuantityType.ON_HAND),
        lots=tuple(_read_lot(lot) for lot in found.rows("lots", default=())),
        serials=found.texts("serials"),
        to_invoice=found.amount("to_invoice") if found.members.get("to_invoice") is not None else None,
    )


def _read_lot(found: Row) -> Lot:
    return Lot(found.text("number"), found.amount("quantity"), found.maybe_date("expires_on"))


def read_sales_summary(found: Row) -> SalesSummary:
    return SalesSummary(
        type=found.one_of("type", SalesDocumentType),
        number=found.text("number"),
        customer=found.text("customer"),
        customer_po=found.text("customer_po"),
        date=found.date("date"),
        batch=found.text("batch"),
        total=found.amount("total"),
        state=found.one_of("state", TransactionState),
        master_number=found.maybe_integer("master_number"),
        modified_at=found.maybe_moment("modified_at"),
    )


def read_inventory_summary(found: Row) -> InventorySummary:
    return InventorySummary(
        type=found.one_of("type", InventoryDocumentType),
        number=found.text("number"),
        batch=found.text("batch"),
        date=found.date("date"),
        state=found.one_of("state", TransactionState),
        modified_at=found.maybe_moment("modified_at"),
    )


def read_shipping_method(found: Row) -> ShippingMethod:
    return ShippingMethod(found.text("id"), found.text("description"))


def read_hold_setup(found: Row) -> HoldSetup:
    names = ("stops_transfer", "stops_posting", "stops_fulfilment", "stops_printing")
    return HoldSetup(found.text("id"), found.text("description"), *(found.flag(name) for name in names))
