"""From a ShipBob order to the GP sales order that should exist for it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from zoneinfo import ZoneInfo

from bridge.domain.document import DocumentId, DocumentKind, gp_number
from bridge.domain.order import Order, Recipient, Shipment
from bridge.domain.outcome import MappingKey, MappingKind, NeedsReview, Reason, Waiting
from bridge.domain.recording import Parcel, Recording
from bridge.domain.sales_document import SalesOrder, ShipTo
from bridge.domain.store_amounts import StoreAmounts
from bridge.domain.terms import PriceSource, Terms
from bridge.mapping import amounts, columns, customers, lines, needs
from bridge.mapping.allocation import disagreements
from bridge.mapping.amounts import Amounts
from bridge.mapping.lines import PlacedLine
from bridge.mapping.needs import Mappings
from bridge.mapping.rules import ORDER_RULES, SHIPMENT_RULES, OrderRule, ShipmentRule

LEFT_TO_GP = "-"  # a shipping method that is mapped to this is GP's own choice


def keys_of(order: Order, mappings: Mappings | None = None) -> frozenset[MappingKey]:
    """Every key that may say something of this order, as far as `mappings` tells what its bundles are made of."""
    locations = (shipment.location for shipment in order.live_shipments)
    return frozenset(
        [
            *customers.keys(order),
            *_shipping_keys(order),
            *(_location_key(location.id) for location in locations if location is not None),
            *needs.keys(order, mappings or {}),
        ]
    )


def sales_order(
    order: Order,
    mappings: Mappings,
    terms: Terms,
    batch: str,
    *,
    dated: dt.date | None = None,
    store: StoreAmounts | None = None,
) -> Recording | NeedsReview | Waiting:
    """What GP should hold of the order now, in `batch`; or all that a person must decide; or what is awaited.

    `dated` is the day it was moved to, out of a closed period; `store` what the shop's own order says of the money.
    """
    if why := _awaited(order):
        return Waiting(why)
    try:
        reasons = (*_missing(order, mappings), *_unclear(order, terms, store)) or tuple(_disagreeing(order, mappings))
    except ValueError as misread:
        reasons = (Reason(str(misread), "Map it again, as the message shows"),)
    return NeedsReview(reasons) if reasons else _recorded(order, mappings, terms, Given(batch, dated, store))


@dataclass(frozen=True, slots=True)
class Given:
    """What the order itself does not say."""

    batch: str
    dated: dt.date | None
    store: StoreAmounts | None


def _awaited(order: Order) -> str:
    """What of the order ShipBob has still to do before anything can be said; empty for nothing."""
    if ORDER_RULES[order.status] is OrderRule.WAITS:
        return "ShipBob holds the order back in its import review"
    if not order.live_shipments or any(shipment.location is None for shipment in order.live_shipments):
        return "ShipBob has not yet assigned every part of the order to a fulfilment centre"
    return ""


def _recorded(order: Order, mappings: Mappings, terms: Terms, given: Given) -> Recording | NeedsReview:
    is_priced = terms.orders.prices is PriceSource.SHIPBOB
    placed = lines.placed(order, mappings, _sites(order, mappings), is_priced=is_priced)
    if isinstance(placed, NeedsReview):
        return placed
    if not placed:
        text = "ShipBob shows nothing that was ordered: in GP it would be a document without lines"
        return NeedsReview((Reason(text, "Look at the order in ShipBob; bill by hand what is to be billed"),))
    beyond = _beyond(order, placed, terms, given.store)
    if isinstance(beyond, Reason):
        return NeedsReview((beyond,))
    wanted = _written(order, placed, beyond, mappings, terms)
    wanted = replace(wanted, batch=given.batch, date=given.dated or wanted.date)
    return Recording(wanted, tuple(_parcels(order, placed, terms.zone)))


def _written(
    order: Order, placed: tuple[PlacedLine, ...], beyond: Amounts, mappings: Mappings, terms: Terms
) -> SalesOrder:
    cutter = columns.Cutter()
    customer = customers.customer(order, mappings)
    assert isinstance(customer, str), "without a customer it is a review"
    customer_po = cutter.fit("Order number", order.number or order.reference, columns.CUSTOMER_PO)
    ship_to = _ship_to(order.recipient, cutter)
    cutter.note("Gift message", order.gift_message)
    return SalesOrder(
        number=gp_number(terms.number_prefix, DocumentId(DocumentKind.ORDER, order.id)),
        customer=customer,
        customer_po=customer_po,
        date=order.purchased_at.astimezone(terms.zone).date(),
        document_type=terms.orders.document_type,
        batch="",
        currency=terms.currency,
        lines=tuple(each.line for each in placed),
        ship_to=ship_to,
        shipping_method=_shipping_method(order, mappings),
        comment=cutter.comment(),
        freight=beyond.freight,
        miscellaneous=beyond.miscellaneous,
        tax=beyond.tax,
        trade_discount=beyond.trade_discount,
        tracking=_tracking(order),
        holds=frozenset() if order.is_shipped else frozenset({terms.orders.draft_hold} - {""}),
        shipped_on=_shipped_on(order, terms.zone),
        is_priced_by_gp=terms.orders.prices is PriceSource.GP_PRICE_LEVEL,
    )


def _beyond(order: Order, placed: tuple[PlacedLine, ...], terms: Terms, store: StoreAmounts | None) -> Amounts | Reason:
    """The amounts besides the lines. With GP's own prices nobody knows beforehand what the lines come to."""
    if terms.orders.prices is PriceSource.GP_PRICE_LEVEL:
        return Amounts()
    total = sum((each.line.amount for each in placed), Decimal(0))
    return amounts.beyond(total, order.total, terms.orders, store)


def _location_key(location_id: int) -> MappingKey:
    return MappingKey(MappingKind.LOCATION, str(location_id))


def _shipping_keys(order: Order) -> tuple[MappingKey, ...]:
    return (MappingKey(MappingKind.SHIPPING, order.shipping_method),) if order.shipping_method else ()


def _shipping_method(order: Order, mappings: Mappings) -> str:
    method = next((mappings[key] for key in _shipping_keys(order)), LEFT_TO_GP)
    return "" if method == LEFT_TO_GP else method


def _sites(order: Order, mappings: Mappings) -> lines.Sites:
    located = ((shipment.id, shipment.location) for shipment in order.live_shipments)
    return {key: mappings[_location_key(location.id)] for key, location in located if location is not None}


def _missing(order: Order, mappings: Mappings) -> Iterator[Reason]:
    """A reason for each thing that GP has no name for, each once."""
    if isinstance(customer := customers.customer(order, mappings), Reason):
        yield customer
    for key in _shipping_keys(order):
        if not mappings.get(key):
            text = f"ShipBob shipping method '{order.shipping_method}' has no GP shipping method"
            yield Reason(text, f"Map it: gp-shipbob map '{key}=METHOD', or '{key}=-' to leave it to GP", key)
    locations = [shipment.location for shipment in order.live_shipments if shipment.location is not None]
    for location in {location.id: location for location in locations}.values():
        key = _location_key(location.id)
        if not mappings.get(key):
            yield Reason(f"ShipBob location {location} has no GP site", f"Map it: gp-shipbob map {key}=SITE", key)
    yield from needs.missing(order, mappings)


def _unclear(order: Order, terms: Terms, store: StoreAmounts | None) -> Iterator[Reason]:
    """What ShipBob itself leaves open."""
    if terms.orders.prices is PriceSource.SHIPBOB:
        yield from _unpriced(order)
    if not all(line.sku for line in order.lines):
        yield Reason("A line of the order has no SKU", "Give the product a SKU in ShipBob")
    for line in (line for line in order.lines if line.quantity < 0):
        text = f"ShipBob gives {line.sku} a quantity below nought: {line.quantity:f}"
        yield Reason(text, "Enter the order in GP by hand: GP takes no such quantity")
    for currency in sorted({order.currency, store.currency if store else ""} - {"", terms.currency}):
        text = f"The order is in {currency}, and the GP company keeps its books in {terms.currency}"
        yield Reason(text, "Enter the order in GP by hand, at the rate your company uses")
    yield from _of_no_known_status(order)


def _of_no_known_status(order: Order) -> Iterator[Reason]:
    if ORDER_RULES[order.status] is OrderRule.REVIEW:
        yield Reason("ShipBob gives the order a status the bridge does not know", "Look at it in ShipBob")
    for shipment in order.shipments:
        if SHIPMENT_RULES[shipment.status] is ShipmentRule.REVIEW:
            text = f"ShipBob gives shipment {shipment.id} a status the bridge does not know"
            yield Reason(text, "Look at it in ShipBob")


def _unpriced(order: Order) -> Iterator[Reason]:
    for sku in dict.fromkeys(line.sku for line in order.lines if line.unit_price is None):
        fix = "Enter the order in GP by hand, or set the price in ShipBob"
        yield Reason(f"ShipBob gives no unit price for {sku}", fix)
    for line in order.lines:
        if line.unit_price is not None and line.unit_price < 0:
            text = f"ShipBob gives {line.sku} a unit price below nought: {line.unit_price}"
            yield Reason(text, "Enter the order in GP by hand: GP takes no such price")


def _disagreeing(order: Order, mappings: Mappings) -> Iterator[Reason]:
    found = disagreements(needs.needs(order, mappings), order.shipments, needs.bundles(order, mappings))
    for text in found:
        yield Reason(text, "Compare the order with its shipments in ShipBob; look again once they agree")


def _parcels(order: Order, placed: tuple[PlacedLine, ...], zone: ZoneInfo) -> Iterator[Parcel]:
    for shipment in sorted(order.live_shipments, key=lambda each: each.id):
        held = (each.in_parcel(shipment.id) for each in placed)
        yield Parcel(
            shipment=shipment.id,
            is_shipped=shipment.is_shipped,
            tracking_number=shipment.tracking_number,
            shipped_on=_left_on(shipment, zone),
            lines=tuple(line for line in held if line is not None),
        )


def _left_on(shipment: Shipment, zone: ZoneInfo) -> dt.date | None:
    """The day it left, in GP's zone; None where it has not, or ShipBob does not say when."""
    moment = shipment.shipped_at if shipment.is_shipped else None
    return moment.astimezone(zone).date() if moment else None


def _tracking(order: Order) -> tuple[str, ...]:
    shipped = sorted((s for s in order.live_shipments if s.is_shipped and s.tracking_number), key=lambda s: s.id)
    return tuple(dict.fromkeys(shipment.tracking_number for shipment in shipped))


def _shipped_on(order: Order, zone: ZoneInfo) -> dt.date | None:
    """The day the last part left."""
    return max((day for each in order.live_shipments if (day := _left_on(each, zone))), default=None)


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
