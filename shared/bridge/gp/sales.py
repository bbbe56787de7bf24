"""Sales documents from and to the elements of GP's SOAP contract. Orders, invoices and returns share nearly all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

from lxml import etree

from bridge.domain.inventory import Lot, QuantityType, TransactionState
from bridge.domain.sales_document import (
    CENT,
    SalesDocument,
    SalesDocumentType,
    SalesInvoice,
    SalesLine,
    SalesSummary,
    ShipTo,
)
from bridge.gp import wire
from bridge.gp.sales_tables import (
    CRITERIA,
    LOT,
    PROCESS_HOLD,
    RETURN_QUANTITIES,
    SERIAL,
    SHAPES,
    TRACKING_NUMBER,
    Shape,
)
from bridge.gp.wire import Content, read_date, read_day, read_flag, read_moment, read_number, read_text

# Writing


def content(document: SalesDocument) -> Mapping[str, Content]:
    """The document of a create. What its kind does not have is not in its table, and so not written."""
    shape = SHAPES[document.type]
    order = document.order if isinstance(document, SalesInvoice) else ""
    given: dict[str, Content] = {
        "Key": wire.key(document.number),
        "Date": document.date,
        "FreightAmount": _amount(document.freight, document.currency),
        "MiscellaneousAmount": _amount(document.miscellaneous, document.currency),
        "TaxAmount": _amount(document.tax, document.currency),
        "TradeDiscount": _discount(document),
        "CustomerPONumber": document.customer_po,
        "Comment": document.comment,
        "ActualShipDate": document.shipped_on,
        "OriginalSalesDocumentKey": wire.key(order),
        "OriginalSalesDocumentType": str(SalesDocumentType.ORDER) if order else "",
        "DocumentTypeKey": {"Type": str(document.type), "Id": document.document_type},
        "ShippingMethodKey": wire.key(document.shipping_method),
        "CustomerKey": wire.key(document.customer),
        "BatchKey": wire.batch_key(document.batch),
        "ShipToAddress": address(document.ship_to),
        "ProcessHolds": [("SalesProcessHold", hold(document.number, name)) for name in sorted(document.holds)],
        "TrackingNumbers": [("SalesTrackingNumber", tracking(document.number, each)) for each in document.tracking],
        "Lines": [(shape.line, line_of(line, document)) for line in document.lines],
    }
    return wire.ordered(shape.fields, given)


def _amount(value: Decimal, currency: str) -> Content:
    return wire.money(value, currency) if value else {}


def _discount(document: SalesDocument) -> Content:
    amount = _amount(document.trade_discount, document.currency)
    return {"Amount": amount} if amount else {}


def line_of(line: SalesLine, document: SalesDocument) -> Mapping[str, Content]:
    """A line of the document, which need not be in it yet."""
    shape = SHAPES[document.type]
    by_type = document.type is SalesDocumentType.RETURN
    return wire.ordered(
        shape.line_fields,
        {
            "Key": {"SalesDocumentKey": wire.key(document.number), "LineSequenceNumber": line.sequence},
            "UnitPrice": {} if document.is_priced_by_gp else wire.money(line.unit_price, document.currency),
            "Quantity": wire.quantity(line.quantity),
            "UofM": line.unit_of_measure,
            "WarehouseKey": wire.key(line.site),
            "ItemKey": wire.key(line.item),
            "QuantityCanceled": wire.quantity(line.canceled) if line.canceled else {},
            "QuantityFulfilled": wire.quantity(line.fulfilled) if line.fulfilled else {},
            shape.rest: wire.quantity(line.to_invoice) if line.to_invoice is not None else {},
            "ReturnQuantity": {RETURN_QUANTITIES[line.quantity_type]: wire.quantity(line.quantity)},
            "Serials": [
                (
                    "SalesLineSerial",
                    wire.ordered(SERIAL, {"SerialNumber": serial, "Key": _tracked_key(line, at, by_type)}),
                )
                for at, serial in enumerate(line.serials, start=1)
            ],
            "Lots": [
                ("SalesLineLot", lot(each, _tracked_key(line, at, by_type)))
                for at, each in enumerate(line.lots, start=1)
            ],
        },
    )


def _tracked_key(line: SalesLine, at: int, by_type: bool) -> Content:  # noqa: FBT001 - of the document
    """The key of a lot or a serial: on a return it says as what kind of stock it comes back."""
    return {"QuantityType": str(line.quantity_type), "SequenceNumber": at} if by_type else {}


def lot(picked: Lot, key: Content = None) -> Mapping[str, Content]:
    """A SalesLineLot; without a key it is a new one, and the line's own."""
    number = {"LotNumber": picked.number, "Quantity": wire.quantity(picked.quantity)}
    return wire.ordered(LOT, {**number, "ExpirationDate": picked.expires_on, "Key": key})


def address(ship_to: ShipTo) -> Mapping[str, Content]:
    """A BusinessAddress, in its order; empty for none."""
    fields = {
        "Line1": ship_to.line1,
        "Line2": ship_to.line2,
        "City": ship_to.city,
        "State": ship_to.state,
        "PostalCode": ship_to.postal_code,
        "CountryRegion": ship_to.country,
        "Phone1": {"Value": ship_to.phone} if ship_to.phone else "",
        "Name": ship_to.name,
        "ContactPerson": ship_to.contact,
    }
    return {name: value for name, value in fields.items() if value}


def hold(number: str, name: str) -> Mapping[str, Content]:
    """A SalesProcessHold, as set up under that name."""
    hold_key = {"SalesDocumentKey": wire.key(number), "SalesProcessHoldSetupKey": wire.key(name)}
    return wire.ordered(PROCESS_HOLD, {"Key": hold_key})


def tracking(number: str, parcel: str) -> Mapping[str, Content]:
    """A SalesTrackingNumber."""
    return wire.ordered(TRACKING_NUMBER, {"Key": {"SalesDocumentKey": wire.key(number), "Id": parcel}})


# Reading


def read[D: SalesDocument](kind: type[D], found: etree._Element) -> D:
    """A document as GP sends it, with its image."""
    shape = SHAPES[kind.type]
    return kind(
        number=read_text(found, "Key/Id"),
        customer=read_text(found, "CustomerKey/Id"),
        customer_po=read_text(found, "CustomerPONumber"),
        date=read_day(found, "Date"),
        document_type=read_text(found, "DocumentTypeKey/Id"),
        batch=read_text(found, "BatchKey/Id"),
        currency=read_text(found, "CurrencyKey/ISOCode"),
        lines=tuple(_read_line(line, shape) for line in wire.rows(found, f"Lines/{shape.line}")),
        ship_to=_read_ship_to(found),
        shipping_method=read_text(found, "ShippingMethodKey/Id"),
        comment=read_text(found, "Comment"),
        freight=read_number(found, "FreightAmount/Value"),
        miscellaneous=read_number(found, "MiscellaneousAmount/Value"),
        tax=read_number(found, "TaxAmount/Value"),
        trade_discount=_read_discount(found),
        tracking=tuple(read_text(each, "Key/Id") for each in wire.rows(found, "TrackingNumbers/SalesTrackingNumber")),
        holds=_read_holds(found),
        shipped_on=read_date(found, "ActualShipDate"),
        state=_state(found),
        is_voided=read_flag(found, "IsVoided"),
        master_number=int(read_number(found, "MasterNumber")) or None,
        image=etree.tostring(found),
    )


def read_invoice(found: etree._Element) -> SalesInvoice:
    """An invoice, with the number of the order it bills."""
    return replace(read(SalesInvoice, found), order=read_text(found, "OriginalSalesDocumentKey/Id"))


def _state(found: etree._Element) -> TransactionState:
    return TransactionState(read_text(found, "TransactionState") or TransactionState.WORK)


def _read_discount(found: etree._Element) -> Decimal:
    """GP keeps a trade discount as an amount, or as what the person entered: a percentage of the lines."""
    amount = read_number(found, "TradeDiscount/Amount/Value")
    share = read_number(found, "TradeDiscount/Percent/Value") / 100
    return amount or (share * read_number(found, "LineTotalAmount/Value")).quantize(CENT)


def _read_holds(found: etree._Element) -> frozenset[str]:
    """A hold that was lifted stays on the document as deleted."""
    holds = wire.rows(found, "ProcessHolds/SalesProcessHold")
    return frozenset(hold_name(each) for each in holds if not read_flag(each, "IsDeleted"))


def hold_name(found: etree._Element) -> str:
    """Which process hold a SalesProcessHold is."""
    return read_text(found, "Key/SalesProcessHoldSetupKey/Id")


def _read_line(line: etree._Element, shape: Shape) -> SalesLine:
    returned = (kind for kind, name in RETURN_QUANTITIES.items() if read_number(line, f"ReturnQuantity/{name}/Value"))
    return SalesLine(
        sequence=sequence(line),
        item=read_text(line, "ItemKey/Id"),
        site=read_text(line, "WarehouseKey/Id"),
        quantity=read_number(line, "Quantity/Value"),
        unit_price=read_number(line, "UnitPrice/Value"),
        fulfilled=read_number(line, "QuantityFulfilled/Value"),
        canceled=read_number(line, "QuantityCanceled/Value"),
        unit_of_measure=read_text(line, "UofM"),
        quantity_type=next(returned, QuantityType.ON_HAND),
        lots=tuple(
            Lot(read_text(lot, "LotNumber"), read_number(lot, "Quantity/Value"), read_date(lot, "ExpirationDate"))
            for lot in wire.rows(line, "Lots/SalesLineLot")
        ),
        serials=tuple(read_text(serial, "SerialNumber") for serial in wire.rows(line, "Serials/SalesLineSerial")),
        to_invoice=_read_rest(line, shape),
    )


def _read_rest(line: etree._Element, shape: Shape) -> Decimal | None:
    if not shape.rest or not read_text(line, f"{shape.rest}/Value"):
        return None
    return read_number(line, f"{shape.rest}/Value")


def sequence(line: etree._Element) -> int:
    """A line's number, by which GP knows it again."""
    return wire.read_whole(line, "Key/LineSequenceNumber")


def _read_ship_to(found: etree._Element) -> ShipTo:
    def field(name: str) -> str:
        return read_text(found, f"ShipToAddress/{name}")

    return ShipTo(
        name=field("Name"),
        contact=field("ContactPerson"),
        line1=field("Line1"),
        line2=field("Line2"),
        city=field("City"),
        state=field("State"),
        postal_code=field("PostalCode"),
        country=field("CountryRegion"),
        phone=field("Phone1/Value"),
    )


# Looking for documents by what the customer calls them

_LOOKED_FOR = (SalesDocumentType.ORDER, SalesDocumentType.INVOICE, SalesDocumentType.RETURN)


def criteria(customer: str, customer_po: str) -> Mapping[str, Content]:
    """The `criteria` of GetSalesDocumentList. GP has an index on customer and PO together (AK2SOP10100).

    Scope is who may see what, not where: Work and History are both named.
    """
    return wire.ordered(
        CRITERIA,
        {
            "TransactionState": wire.among("SalesTransactionState", TransactionState),
            "CustomerId": wire.equal(customer),
            "CustomerPONumber": wire.equal(customer_po),
            "Scope": "Return All",
            "Type": wire.among("SalesDocumentType", _LOOKED_FOR),
        },
    )


def read_summaries(found: etree._Element) -> tuple[SalesSummary, ...]:
    """The orders, invoices and returns in the result of GetSalesDocumentList."""
    summaries = (_read_summary(row) for row in wire.rows(found, "SalesDocumentSummary"))
    return tuple(summary for summary in summaries if summary.type in _LOOKED_FOR)


def _read_summary(row: etree._Element) -> SalesSummary:
    return SalesSummary(
        type=SalesDocumentType(read_text(row, "Type") or read_text(row, "DocumentTypeKey/Type")),
        number=read_text(row, "Key/Id"),
        customer=read_text(row, "CustomerKey/Id"),
        customer_po=read_text(row, "CustomerPONumber"),
        date=read_day(row, "Date"),
        batch=read_text(row, "BatchKey/Id"),
        total=read_number(row, "TotalAmount/Value"),
        state=_state(row),
        master_number=int(read_number(row, "MasterNumber")) or None,
        modified_at=read_moment(row, "LastModifiedDate") or read_moment(row, "ModifiedDate"),
    )
