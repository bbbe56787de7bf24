"""From a ShipBob order to the GP sales order that should exist for it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal
from zoneinfo import ZoneInfo

from bridge.domain.document import DocumentId, DocumentKind, gp_number
from bridge.domain.order import Order, OrderStatus, Recipient, Shipment
from bridge.domain.outcome import MappingKey, MappingKind, NeedsReview, Reason, Waiting
from bridge.domain.recording import Parcel, ParcelLine, Recording
from bridge.domain.sales_document import LINE_STEP, SalesLine, SalesOrder, ShipTo
from bridge.domain.terms import Terms
from bridge.mapping import columns
from bridge.mapping.allocation import Allocation, allocate, disagreements

type Mappings = Mapping[MappingKey, str]
type Parts = Mapping[tuple[int, str], Sequence[Allocation]]


def keys_of(order: Order) -> frozenset[MappingKey]:
    """Everything that must be mapped before this order can be written."""
    locations = (shipment.location for shipment in order.live_shipments)
    return frozenset(
        [_channel_key(order)]
        + [_sku_key(line.sku) for line in order.lines if line.sku]
        + [_location_key(location.id) for location in locations if location is not None]
    )


def sales_order(order: Order, mappings: Mappings, terms: Terms, batch: str) -> Recording | NeedsReview | Waiting:
    """What GP should hold of the order now, in `batch`; or all that a person must decide; or what is awaited."""
    if not order.live_shipments or any(shipment.location is None for shipment in order.live_shipments):
        return Waiting("ShipBob has not yet assigned every part of the order to a fulfilment centre")
    if reasons := _missing_mappings(order, mappings) + _unclear(order):
        return NeedsReview(reasons)
    parts = _parts(order, mappings)
    return Recording(_written(order, parts, mappings, terms, batch), _parcels(order, parts, terms.zone))


def _written(order: Order, parts: Parts, mappings: Mappings, terms: Terms, batch: str) -> SalesOrder:
    cutter = columns.Cutter()
    lines = _lines(order, parts, mappings)
    freight, trade_discount = _difference(order, lines)
    return SalesOrder(
        number=gp_number(terms.number_prefix, DocumentId(DocumentKind.ORDER, order.id)),
        customer=mappings[_channel_key(order)],
        customer_po=cutter.fit("Order number", order.number or order.reference, columns.CUSTOMER_PO),
        date=order.purchased_at.astimezone(terms.zone).date(),
        document_type=terms.orders.document_type,
        batch=batch,
        currency=terms.currency,
        lines=lines,
        ship_to=_ship_to(order.recipient, cutter),
        comment=cutter.comment(),
        freight=freight,
        trade_discount=trade_discount,
        tracking=_tracking(order),
        holds=frozenset() if order.is_shipped else frozenset({terms.orders.draft_hold} - {""}),
        shipped_on=_shipped_on(order, terms.zone),
    )


def _channel_key(order: Order) -> MappingKey:
    return MappingKey(MappingKind.CHANNEL, str(order.channel.id))


def _location_key(location_id: int) -> MappingKey:
    return MappingKey(MappingKind.LOCATION, str(location_id))


def _sku_key(sku: str) -> MappingKey:
    return MappingKey(MappingKind.SKU, sku)


def _missing_mappings(order: Order, mappings: Mappings) -> tuple[Reason, ...]:
    needed = {_channel_key(order): (f"ShipBob channel {order.channel} has no GP customer", "CUSTOMER")}
    for shipment in order.live_shipments:
        if shipment.location is not None:
            text = f"ShipBob location {shipment.location} has no GP site"
            needed[_location_key(shipment.location.id)] = (text, "SITE")
    for line in (line for line in order.lines if line.sku):
        needed[_sku_key(line.sku)] = (f"ShipBob SKU '{line.sku}' has no GP item", "ITEM")
    return tuple(
        Reason(text, f"Map it: gp-shipbob map {key}={value}", key)
        for key, (text, value) in needed.items()
        if not mappings.get(key)
    )


def _unclear(order: Order) -> tuple[Reason, ...]:
    without_price = dict.fromkeys(line.sku for line in order.lines if line.unit_price is None)
    prices = [
        Reason(f"ShipBob gives no unit price for {sku}", "Enter the order in GP by hand, or set the price in ShipBob")
        for sku in without_price
    ]
    if not all(line.sku for line in order.lines):
        prices.append(Reason("A line of the order has no SKU", "Give the product a SKU in ShipBob"))
    quantities = [
        Reason(text, "Compare the order with its shipments in ShipBob; look again once they agree")
        for text in disagreements(order)
    ]
    if order.status is OrderStatus.UNKNOWN:
        prices.append(Reason("ShipBob gives the order a status the bridge does not know", "Look at it in ShipBob"))
    return tuple(prices + quantities)


def _parts(order: Order, mappings: Mappings) -> Parts:
    """What of each order line comes from each site, in the order of GP's lines.

    By order line, then by the first shipment that carries part of it. So `allocate` gives them, the same every time,
    whatever has shipped: GP's line numbers depend on it.
    """
    parts: dict[tuple[int, str], list[Allocation]] = {}
    for allocation in allocate(order):
        location = allocation.shipment.location
        assert location is not None, "an order without locations waits"
        parts.setdefault((allocation.line, mappings[_location_key(location.id)]), []).append(allocation)
    return parts


def _lines(order: Order, parts: Parts, mappings: Mappings) -> tuple[SalesLine, ...]:
    """One line for each order line and site."""
    return tuple(
        SalesLine(
            sequence=number * LINE_STEP,
            item=mappings[_sku_key(order.lines[line].sku)],
            site=site,
            quantity=sum((part.quantity for part in allocations), Decimal(0)),
            unit_price=order.lines[line].unit_price or Decimal(0),
            fulfilled=sum((part.quantity for part in allocations if part.shipment.is_shipped), Decimal(0)),
        )
        for number, ((line, site), allocations) in enumerate(parts.items(), start=1)
    )


def _parcels(order: Order, parts: Parts, zone: ZoneInfo) -> tuple[Parcel, ...]:
    return tuple(_parcel(each, parts, zone) for each in sorted(order.live_shipments, key=lambda each: each.id))


def _parcel(shipment: Shipment, parts: Parts, zone: ZoneInfo) -> Parcel:
    held = [
        ParcelLine(
            number * LINE_STEP, sum((part.quantity for part in allocations if part.shipment == shipment), Decimal(0))
        )
        for number, allocations in enumerate(parts.values(), start=1)
    ]
    return Parcel(
        shipment=shipment.id,
        is_shipped=shipment.is_shipped,
        tracking_number=shipment.tracking_number,
        shipped_on=_day(shipment.shipped_at, zone) if shipment.is_shipped else None,
        lines=tuple(line for line in held if line.quantity),
    )


def _day(moment: dt.datetime | None, zone: ZoneInfo) -> dt.date | None:
    return moment.astimezone(zone).date() if moment else None


def _difference(order: Order, lines: tuple[SalesLine, ...]) -> tuple[Decimal, Decimal]:
    """What the customer paid beyond the lines is freight; what they paid less is a trade discount."""
    if order.total is None:
        return Decimal(0), Decimal(0)
    difference = order.total - sum((line.amount for line in lines), Decimal(0))
    return max(difference, Decimal(0)), max(-difference, Decimal(0))


def _tracking(order: Order) -> tuple[str, ...]:
    shipped = sorted((s for s in order.live_shipments if s.is_shipped and s.tracking_number), key=lambda s: s.id)
    return tuple(dict.fromkeys(shipment.tracking_number for shipment in shipped))


def _shipped_on(order: Order, zone: ZoneInfo) -> dt.date | None:
    """The day the last part left, in GP's zone."""
    moments = [s.shipped_at for s in order.live_shipments if s.is_shipped and s.shipped_at is not None]
    return max(moments).astimezone(zone).date() if moments else None


def _ship_to(recipient: Recipient, cutter: columns.Cutter) -> ShipTo:
    return ShipTo(
        name=cutter.fit("Ship to", recipient.company or recipient.name, columns.NAME),
        contact=cutter.fit("Contact", recipient.name, columns.CONTACT),
        line1=cutter.fit("Address 1", recipient.address1, columns.ADDRESS_LINE),
        line2=cutter.fit("Address 2", recipient.address2, columns.ADDRESS_LINE),
        city=cutter.fit("City", recipient.city, columns.CITY),
        state=cutter.fit("State", recipient.state, columns.STATE),
        postal_code=cutter.fit("Postal code", recipient.zip_code, columns.POSTAL_CODE),
        country=cutter.fit("Country", recipient.country, columns.COUNTRY),
        phone=cutter.fit("Phone", recipient.phone, columns.PHONE),
    )
