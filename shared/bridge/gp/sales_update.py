"""What is written onto a sales document that GP has: all of it goes back as GP gave it, but for what we change.

Source: Microsoft's own sample for UpdateSalesOrder gets the order, edits it and sends all of it back (cc508558). Lines
are matched by their numbers. GP has no version check: the last writer wins.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from lxml import etree

from bridge.domain.inventory import Lot
from bridge.domain.sales_document import SalesDocument, SalesLine, SalesUpdate
from bridge.gp import sales, wire
from bridge.gp.sales_tables import LOT, PROCESS_HOLD, SERIAL, SHAPES, TRACKING_NUMBER, Shape
from bridge.gp.wire import Content, Table, read_number, read_text


def updated(present: SalesDocument, update: SalesUpdate) -> etree._Element:
    """The document of an update. ValueError for text that XML cannot hold, and for an image that is none."""
    shape = SHAPES[present.type]
    document = wire.given_back(present.image, shape.argument)
    lines = wire.rows(document, f"Lines/{shape.line}")
    _put_header(document, lines, shape, update)
    _put_amounts(document, present.currency, shape, update)
    _put_tracking(document, present, shape, update)
    _put_holds(document, present, shape, update)
    _put_lines(document, lines, present, update)
    _add_lines(document, present, shape, update.added_lines)
    return document


def _put_header(document: etree._Element, lines: list[etree._Element], shape: Shape, update: SalesUpdate) -> None:
    changed: dict[str, Content] = {}
    if update.shipped_on is not None:
        changed["ActualShipDate"] = update.shipped_on
    if update.batch is not None:
        changed["BatchKey"] = wire.batch_key(update.batch)
    if update.shipping_method is not None:
        changed["ShippingMethodKey"] = {"Id": update.shipping_method}
    if update.comment is not None:
        changed["Comment"] = update.comment
    if update.ship_to is not None:
        changed["ShipToAddress"] = sales.address(update.ship_to)
    for name, content in changed.items():
        if name in ("ShippingMethodKey", "ShipToAddress"):
            _put_on_lines(lines, shape, name, content, before=document.find(wire.path(name)))
        wire.put(document, shape.fields, name, content)


def _put_on_lines(
    lines: list[etree._Element], shape: Shape, name: str, content: Content, *, before: etree._Element | None
) -> None:
    """GP keeps a copy on every line: one that said what the header said goes where the header goes."""
    if before is None:
        return
    for line in lines:
        present = line.find(before.tag)
        if present is not None and wire.says(present) == wire.says(before):
            wire.put(line, shape.line_fields, name, content)


def _put_amounts(document: etree._Element, currency: str, shape: Shape, update: SalesUpdate) -> None:
    amounts = {
        "FreightAmount": update.freight,
        "MiscellaneousAmount": update.miscellaneous,
        "TaxAmount": update.tax,
        "TradeDiscount": update.trade_discount,
    }
    for name, amount in amounts.items():
        if amount is None:
            continue
        money = wire.money(amount, currency)
        # In the place of a percentage, where a person entered one.
        wire.put(document, shape.fields, name, {"Amount": money} if name == "TradeDiscount" else money)
        _leave_out(document, "TotalAmount")


def _put_tracking(document: etree._Element, present: SalesDocument, shape: Shape, update: SalesUpdate) -> None:
    for held in wire.rows(document, "TrackingNumbers/SalesTrackingNumber"):
        if read_text(held, "Key/Id") in update.removed_tracking:
            wire.put(held, TRACKING_NUMBER, "DeleteOnUpdate", "true")
    for parcel in update.added_tracking:
        added = wire.element("SalesTrackingNumber", sales.tracking(present.number, parcel))
        _list(document, shape.fields, "TrackingNumbers").append(added)


def _put_holds(document: etree._Element, present: SalesDocument, shape: Shape, update: SalesUpdate) -> None:
    holds = {sales.hold_name(hold): hold for hold in wire.rows(document, "ProcessHolds/SalesProcessHold")}
    for name in update.lifted_holds & holds.keys():
        wire.put(holds[name], PROCESS_HOLD, "DeleteOnUpdate", "true")
    for name in sorted(update.added_holds):
        if name in holds:
            # Lifted once before: the document still has it, as deleted.
            wire.put(holds[name], PROCESS_HOLD, "DeleteOnUpdate", None)
            wire.put(holds[name], PROCESS_HOLD, "IsDeleted", "false")
        else:
            _list(document, shape.fields, "ProcessHolds").append(
                wire.element("SalesProcessHold", sales.hold(present.number, name))
            )


def _list(parent: etree._Element, fields: Table, name: str) -> etree._Element:
    found = parent.find(wire.path(name))
    if found is None or wire.is_nil(found):
        wire.put(parent, fields, name, [])
        found = parent.find(wire.path(name))
    assert found is not None, "it was put there"
    return found


@dataclass(frozen=True, slots=True)
class _Change:
    """What an update asks of lines, by their numbers."""

    quantities: Mapping[int, Decimal]
    canceled: Mapping[int, Decimal]
    fulfilled: Mapping[int, Decimal]
    rest: Mapping[int, Decimal]

    @classmethod
    def by(cls, update: SalesUpdate) -> _Change:
        return cls(dict(update.quantities), dict(update.canceled), dict(update.fulfilled), dict(update.to_invoice))

    def of(self, number: int, rest: str) -> dict[str, Decimal]:
        asked = {
            "Quantity": self.quantities.get(number),
            "QuantityCanceled": self.canceled.get(number),
            "QuantityFulfilled": self.fulfilled.get(number),
            rest: self.rest.get(number),
        }
        return {name: value for name, value in asked.items() if value is not None}


def _put_lines(
    document: etree._Element, lines: list[etree._Element], present: SalesDocument, update: SalesUpdate
) -> None:
    shape, change, prices = SHAPES[present.type], _Change.by(update), dict(update.prices)
    is_revalued = bool(update.added_lines)
    for line in lines:
        number = sales.sequence(line)
        if number in update.removed_lines:
            wire.put(line, shape.line_fields, "DeleteOnUpdate", "true")
            is_revalued = True
            continue
        if number in prices:
            wire.put(line, shape.line_fields, "UnitPrice", wire.money(prices[number], present.currency))
            _leave_out(line, "TotalAmount")
            is_revalued = True
        is_revalued |= _put_quantities(line, shape, change.of(number, shape.rest))
        for lot in (lot for sequence, lot in update.lots if sequence == number):
            _put_lot(line, shape, lot)
        for serial in (serial for sequence, serial in update.serials if sequence == number):
            _put_serial(line, shape, serial)
    if is_revalued:
        _leave_out(document, "LineTotalAmount", "TotalAmount")


def _put_lot(line: etree._Element, shape: Shape, lot: Lot) -> None:
    """One that the line has keeps its key, and holds more from now on; GP gives a new one its key."""
    held = [each for each in wire.rows(line, "Lots/SalesLineLot") if read_text(each, "LotNumber") == lot.number]
    if not held:
        _list(line, shape.line_fields, "Lots").append(wire.element("SalesLineLot", sales.lot(lot)))
        return
    elsewhere = sum((read_number(each, "Quantity/Value") for each in held[1:]), Decimal(0))
    wire.put(held[0], LOT, "Quantity", wire.quantity(lot.quantity - elsewhere))


def _put_serial(line: etree._Element, shape: Shape, serial: str) -> None:
    held = {read_text(each, "SerialNumber") for each in wire.rows(line, "Serials/SalesLineSerial")}
    if serial not in held:
        added = wire.element("SalesLineSerial", wire.ordered(SERIAL, {"SerialNumber": serial}))
        _list(line, shape.line_fields, "Serials").append(added)


def _add_lines(document: etree._Element, present: SalesDocument, shape: Shape, added: tuple[SalesLine, ...]) -> None:
    for line in added:
        _list(document, shape.fields, "Lines").append(wire.element(shape.line, sales.line_of(line, present)))


def _put_quantities(line: etree._Element, shape: Shape, asked: dict[str, Decimal]) -> bool:
    """Is the line worth something else from now on?"""
    is_revalued = _put_rest(line, shape, asked)
    for name, value in asked.items():
        wire.put(line, shape.line_fields, name, wire.quantity(value))
    return is_revalued


def _put_rest(line: etree._Element, shape: Shape, asked: dict[str, Decimal]) -> bool:
    """What remains to be invoiced moves with what is ordered and cancelled; amounts of before are left to GP."""
    before = {name: read_number(line, f"{name}/Value") for name in ("Quantity", "QuantityCanceled")}
    after = {**before, **asked}
    more = (after["Quantity"] - before["Quantity"]) - (after["QuantityCanceled"] - before["QuantityCanceled"])
    if not more:
        return False
    if shape.rest not in asked and line.find(wire.path(shape.rest)) is not None:
        rest = max(read_number(line, f"{shape.rest}/Value") + more, Decimal(0))
        wire.put(line, shape.line_fields, shape.rest, wire.quantity(rest))
    _leave_out(line, "TotalAmount", "ExtendedCost")
    return True


def _leave_out(parent: etree._Element, *names: str) -> None:
    for name in names:
        for found in parent.findall(wire.path(name)):
            parent.remove(found)
