"""The only place that knows GP's field names: a SalesOrder from and to the elements of GP's SOAP contract.

The service reads with .NET's XmlSerializer: elements come in the contract's order, a nullable scalar that is not
given is still there, as `xsi:nil`, and a char column comes back padded with blanks. The tables hold that order; a name
with `*` is one of those scalars. Source: the service description that GP 2010's legacy endpoint publishes.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal

from lxml import etree

from bridge.domain.outcome import Misconfigured
from bridge.domain.sales_order import SalesLine, SalesOrder, ShipmentUpdate, ShipTo, TransactionState

GP = "http://schemas.microsoft.com/dynamics/gp/2006/01"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
NIL = f"{{{XSI}}}nil"

SALES_ORDER = """
    Extensions Key Type* Date* FreightAmount MiscellaneousAmount TaxAmount TradeDiscount DiscountAmount CustomerName
    CustomerPONumber UPSZone MasterNumber* Reference CommissionAmount ExchangeRate* ExchangeDate* RequestedShipDate*
    Comment TaxExemptNumber1 TaxExemptNumber2 TaxRegistrationNumber FreightTaxBasis* MiscellaneousTaxBasis*
    FreightTaxAmount MiscellaneousTaxAmount Note TransactionState* TaxScheduleKey FreightTaxScheduleKey
    MiscellaneousTaxScheduleKey LineTotalAmount TotalAmount CreatedBy CreatedDate* ModifiedDate* LastModifiedDate*
    CommissionBasedOn* CommissionSaleAmount ActualShipDate* FulfillDate* QuoteDate* AuditTrailCode IsIntrastatDocument*
    IsVoided* ShipCompleteOnly* FrontOfficeIntegrationId IntegrationSource* IntegrationId InvoiceDate* BackorderDate*
    ReturnDate* OriginalSalesDocumentKey OriginalSalesDocumentType DocumentTypeKey ShippingMethodKey WarehouseKey
    CustomerKey SalesTerritoryKey SalespersonKey BatchKey BillToAddressKey ShipToAddressKey PaymentTermsKey CurrencyKey
    CommentKey PriceLevelKey ShipToAddress UserDefined Commissions ProcessHolds Taxes FreightTaxes MiscellaneousTaxes
    TrackingNumbers PaymentAmount DepositAmount ShippingProcessStatus* IsRepeating* DocumentFrequency* TimesToRepeat*
    DaysToIncrement* WorkflowPriority* Lines Payments Workflows
""".split()
SALES_ORDER_LINE = """
    Extensions Key UnitPrice TotalAmount Quantity Discount UnitCost ItemDescription IsNonInventory* IsDropShip*
    RequestedShipDate* Comment UofM DeleteOnUpdate* ExtendedCost ItemTaxScheduleKey TaxBasis* TaxAmount TaxScheduleKey
    CostOfSalesGLAccountKey DamagedGLAccountKey InServiceGLAccountKey InUseGLAccountKey InventoryGLAccountKey
    DiscountGLAccountKey ReturnsGLAccountKey SalesGLAccountKey FrontOfficeIntegrationId IntegrationSource* IntegrationId
    WarehouseKey ItemKey ShippingMethodKey SalesTerritoryKey SalespersonKey CommentKey PriceLevelKey ShipToAddressKey
    ShipToAddress Taxes QuantityToBackorder QuantityToInvoice QuantityCanceled QuantityFulfilled QuantityAllocated
    FulfillDate* ActualShipDate* Components Serials Lots Bins
""".split()
TRACKING_NUMBER = ["Extensions", "Key", "DeleteOnUpdate*"]
PROCESS_HOLD = """
    Extensions Key Description Password IsTransferHold* IsPostHold* IsFulfillHold* IsPrintHold* HoldDateTime* User
    DeleteOnUpdate* IsDeleted*
""".split()

type Content = str | Decimal | dt.date | bool | int | etree._Element | list[etree._Element] | Content_ | None
type Content_ = Mapping[str, Content]


def element(name: str, content: Content) -> etree._Element:
    """An element in GP's namespace: a mapping becomes children in its own order, None becomes `xsi:nil`."""
    made = etree.Element(f"{{{GP}}}{name}")
    match content:
        case None:
            made.set(NIL, "true")
        case list():
            made.extend(content)
        case etree._Element():
            made.append(content)
        case Mapping():
            made.extend(element(child, value) for child, value in content.items())
        case _:
            made.text = _text(content)
    return made


def ordered(name: str, order: list[str], content: Mapping[str, Content]) -> etree._Element:
    """An element whose children stand in the contract's order, every required nullable scalar among them."""
    made = etree.Element(f"{{{GP}}}{name}")
    for entry in order:
        child = entry.rstrip("*")
        if child in content:
            made.append(element(child, content[child]))
        elif entry.endswith("*"):
            made.append(element(child, None))
    return made


def _text(value: str | Decimal | dt.date | bool | int) -> str:  # noqa: FBT001 - a value to write, not a switch
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dt.date):
        return f"{value.isoformat()}T00:00:00"  # date-only in GP's columns: midnight, without a zone
    if isinstance(value, Decimal):
        return f"{value:f}"
    return str(value)


def _money(value: Decimal, currency: str) -> Content:
    digits = max(2, -int(value.as_tuple().exponent))
    return {"Currency": currency, "Value": value, "DecimalDigits": digits}


def _quantity(value: Decimal) -> Content:
    whole = value.normalize()
    return {"Value": whole, "DecimalDigits": max(0, -int(whole.as_tuple().exponent))}


def _id(value: str) -> Content:
    return {"Id": value}


def _document_key(number: str) -> Content:
    return {"SalesDocumentKey": _id(number)}


def batch_key(batch: str) -> Content:
    """A batch key. The contract requires a creation time, which GP ignores for a batch that it makes or has."""
    return {"Id": batch, "CreatedDateTime": "0001-01-01T00:00:00"}


def write_sales_order(order: SalesOrder) -> etree._Element:
    """The `salesOrder` of a create."""
    content: dict[str, Content] = {
        "Key": _id(order.number),
        "Date": order.date,
        "CustomerPONumber": order.customer_po,
        "DocumentTypeKey": {"Type": "Order", "Id": order.document_type},
        "CustomerKey": _id(order.customer),
        "BatchKey": batch_key(order.batch),
        "ShipToAddress": _ship_to(order.ship_to),
        "Lines": [_line(line, order) for line in order.lines],
    }
    if order.freight:
        content["FreightAmount"] = _money(order.freight, order.currency)
    if order.trade_discount:
        content["TradeDiscount"] = {"Amount": _money(order.trade_discount, order.currency)}
    if order.comment:
        content["Comment"] = order.comment
    if order.holds:
        content["ProcessHolds"] = [_hold(order.number, hold) for hold in sorted(order.holds)]
    if order.tracking:
        content["TrackingNumbers"] = [_tracking(order.number, number) for number in order.tracking]
    return ordered("salesOrder", SALES_ORDER, content)


def _line(line: SalesLine, order: SalesOrder) -> etree._Element:
    content: dict[str, Content] = {
        "Key": {"SalesDocumentKey": _id(order.number), "LineSequenceNumber": line.sequence},
        "UnitPrice": _money(line.unit_price, order.currency),
        "Quantity": _quantity(line.quantity),
        "WarehouseKey": _id(line.site),
        "ItemKey": _id(line.item),
    }
    return ordered("SalesOrderLine", SALES_ORDER_LINE, content)


def _ship_to(address: ShipTo) -> Content:
    content = {
        "Line1": address.line1,
        "Line2": address.line2,
        "City": address.city,
        "State": address.state,
        "PostalCode": address.postal_code,
        "CountryRegion": address.country,
        "Phone1": {"Value": address.phone} if address.phone else "",
        "Name": address.name,
        "ContactPerson": address.contact,
    }
    return {name: value for name, value in content.items() if value}


def _hold(number: str, hold: str) -> etree._Element:
    key = {**_mapping(_document_key(number)), "SalesProcessHoldSetupKey": _id(hold)}
    return ordered("SalesProcessHold", PROCESS_HOLD, {"Key": key})


def _tracking(number: str, tracking: str) -> etree._Element:
    key = {**_mapping(_document_key(number)), "Id": tracking}
    return ordered("SalesTrackingNumber", TRACKING_NUMBER, {"Key": key})


def _mapping(content: Content) -> Mapping[str, Content]:
    assert isinstance(content, Mapping)
    return content


def write_shipment_update(present: SalesOrder, update: ShipmentUpdate) -> etree._Element:
    """The `salesOrder` of an update: the document as GP gave it, with only these things changed.

    Source: Microsoft's own sample for UpdateSalesOrder gets the order, edits it and sends all of it back.
    """
    order = parse(present.image)
    order.tag = f"{{{GP}}}salesOrder"
    _trim(order)
    if update.shipped_on is not None:
        _put(order, SALES_ORDER, element("ActualShipDate", update.shipped_on))
    if update.batch is not None:
        _put(order, SALES_ORDER, element("BatchKey", batch_key(update.batch)))
    for tracking in update.added_tracking:
        _list(order, "TrackingNumbers").append(_tracking(present.number, tracking))
    for hold in order.iterfind(f"{{{GP}}}ProcessHolds/{{{GP}}}SalesProcessHold"):
        if read_text(hold, "Key/SalesProcessHoldSetupKey/Id") in update.lifted_holds:
            _put(hold, PROCESS_HOLD, element("DeleteOnUpdate", "true"))
    fulfilled = dict(update.fulfilled)
    for line in order.iterfind(f"{{{GP}}}Lines/{{{GP}}}SalesOrderLine"):
        sequence = int(read_text(line, "Key/LineSequenceNumber"))
        if sequence in fulfilled:
            _put(line, SALES_ORDER_LINE, element("QuantityFulfilled", _quantity(fulfilled[sequence])))
    return order


def _trim(order: etree._Element) -> None:
    """Blanks that pad a char column would be too long for the same field on the way back."""
    for child in order.iter():
        if child.text is not None:
            child.text = child.text.rstrip()


def _put(parent: etree._Element, order: list[str], child: etree._Element) -> None:
    """Replace the child of that name, or insert it where the contract has it."""
    names = [f"{{{GP}}}{entry.rstrip('*')}" for entry in order]
    present = parent.find(child.tag)
    if present is not None:
        parent.replace(present, child)
        return
    earlier = frozenset(names[: names.index(str(child.tag))])
    # A newer GP's own elements are passed over; they stay where they are.
    places = [place for place, sibling in enumerate(parent, start=1) if sibling.tag in earlier]
    parent.insert(max(places, default=0), child)


def _list(order: etree._Element, name: str) -> etree._Element:
    if (present := order.find(f"{{{GP}}}{name}")) is None:
        present = element(name, [])
        _put(order, SALES_ORDER, present)
    return present


def parse(xml: bytes) -> etree._Element:
    """Parse an answer: no document type, no entity, nothing fetched."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, recover=False)
    root = etree.fromstring(xml, parser)
    if root.getroottree().docinfo.internalDTD is not None:
        raise ValueError("a SOAP message has no document type")
    return root


def read_sales_order(found: etree._Element) -> SalesOrder:
    """A SalesOrder as GP sends it, with its image."""
    holds = found.iterfind(f"{{{GP}}}ProcessHolds/{{{GP}}}SalesProcessHold")
    return SalesOrder(
        number=read_text(found, "Key/Id"),
        customer=read_text(found, "CustomerKey/Id"),
        customer_po=read_text(found, "CustomerPONumber"),
        date=_required_date(found, "Date"),
        document_type=read_text(found, "DocumentTypeKey/Id"),
        batch=read_text(found, "BatchKey/Id"),
        currency=read_text(found, "CurrencyKey/ISOCode"),
        lines=tuple(_read_line(line) for line in found.iterfind(f"{{{GP}}}Lines/{{{GP}}}SalesOrderLine")),
        ship_to=_read_ship_to(found),
        comment=read_text(found, "Comment"),
        freight=_decimal(found, "FreightAmount/Value"),
        trade_discount=_decimal(found, "TradeDiscount/Amount/Value"),
        tracking=tuple(
            read_text(number, "Key/Id")
            for number in found.iterfind(f"{{{GP}}}TrackingNumbers/{{{GP}}}SalesTrackingNumber")
        ),
        holds=frozenset(
            read_text(hold, "Key/SalesProcessHoldSetupKey/Id")
            for hold in holds
            if read_text(hold, "IsDeleted") != "true"
        ),
        shipped_on=_date(found, "ActualShipDate"),
        state=TransactionState(read_text(found, "TransactionState") or TransactionState.WORK),
        is_voided=read_text(found, "IsVoided") == "true",
        image=etree.tostring(found),
    )


def _read_line(line: etree._Element) -> SalesLine:
    return SalesLine(
        sequence=int(read_text(line, "Key/LineSequenceNumber")),
        item=read_text(line, "ItemKey/Id"),
        site=read_text(line, "WarehouseKey/Id"),
        quantity=_decimal(line, "Quantity/Value"),
        unit_price=_decimal(line, "UnitPrice/Value"),
        fulfilled=_decimal(line, "QuantityFulfilled/Value"),
    )


def _read_ship_to(order: etree._Element) -> ShipTo:
    def field(name: str) -> str:
        return read_text(order, f"ShipToAddress/{name}")

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


def read_text(parent: etree._Element, path: str) -> str:
    """The text at `path`, without the blanks of its column; empty where it is absent or nil."""
    found = parent.find("/".join(f"{{{GP}}}{step}" for step in path.split("/")))
    return (found.text or "").rstrip() if found is not None else ""


def _decimal(parent: etree._Element, path: str) -> Decimal:
    return Decimal(read_text(parent, path) or 0)


def _date(parent: etree._Element, path: str) -> dt.date | None:
    """A date; GP's empty date is 1900-01-01, .NET's is 0001-01-01."""
    text = read_text(parent, path)[:10]
    return None if text in ("", "1900-01-01", "0001-01-01") else dt.date.fromisoformat(text)


def _required_date(parent: etree._Element, path: str) -> dt.date:
    found = _date(parent, path)
    if found is None:
        raise Misconfigured("GP's answer holds a sales order without a date")
    return found
