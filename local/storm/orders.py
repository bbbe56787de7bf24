"""Customers and ShipBob's warehouses: what becomes of orders, from the moment they are placed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

from bridge.domain.document import DocumentId, DocumentKind
from bridge.domain.order import (
    Order,
    OrderLine,
    OrderStatus,
    Recipient,
    Shipment,
    ShipmentStatus,
    ShippedItem,
)

from local.storm.book import CICERO, ITEMS, PRICES, RENO, SHOP, Player, number_of
from local.storm.plan import Act, Deed

A_WEEK = dt.timedelta(days=7)


class Orders(Player):
    """What happens to orders at ShipBob."""

    @property
    def deeds(self) -> Mapping[str, Deed]:
        """What can happen, by the name that a plan has for it."""
        return {
            "place": lambda act: self._place(act, self._world.kernel.moment),
            "place of old": lambda act: self._place(act, self._world.terms.cut_over - A_WEEK),
            "place and ship": self._place_and_ship,
            "add": self._add,
            "split": self._split,
            "ship": self._ship,
            "cancel": self._cancel,
            "cancel the rest": self._cancel_the_rest,
            "address": self._address,
            "retrack": self._retrack,
            "hold": lambda act: self._set_status(act, ShipmentStatus.ON_HOLD, "order.shipment.on_hold"),
            "unhold": lambda act: self._set_status(act, ShipmentStatus.PROCESSING, "order.shipment.address.updated"),
            "move": self._move,
        }

    def _place(self, act: Act, purchased_at: dt.datetime) -> None:
        """ShipBob takes an order in; one that was bought before the cut-over may have been keyed in GP by hand."""
        number, chance = number_of(act), self._scene.chance(act)
        skus = chance.sample(sorted(ITEMS), chance.choice((1, 1, 2, 3)))
        lines = tuple(OrderLine(sku, Decimal(chance.randint(1, 5)), PRICES[sku]) for sku in skus)
        freight = Decimal(chance.choice(("0.00", "4.50", "7.25", "-1.00")))
        shipment = Shipment(
            number * 10, ShipmentStatus.PROCESSING, chance.choice((CICERO, RENO)), _items_of(lines), "", None
        )
        order = Order(
            id=number,
            number=f"#{number}",
            reference=f"shop-{number}",
            status=OrderStatus.PROCESSING,
            channel=SHOP,
            purchased_at=purchased_at,
            recipient=Recipient("Sample Customer", address1="214 Example Ave", city="Columbus", state="OH"),
            lines=lines,
            shipments=(shipment,),
            total=sum((line.quantity * PRICES[line.sku] for line in lines), Decimal(0)) + freight,
        )
        self._put(order)

    def _place_and_ship(self, act: Act) -> None:
        self._place(act, self._world.kernel.moment)
        self._ship(act)

    def _put(self, order: Order, topic: str = "", shipment: int = 0) -> None:
        """ShipBob has it so from now on, and may tell."""
        self._book.orders[order.id] = self._world.shipbob.put(order)
        self._stack.lists.shipbob_changed()
        if topic:
            by_shipment = DocumentId(DocumentKind.LOCATE, shipment) if shipment % 20 == 0 and shipment else None
            self._scene.deliver(topic, by_shipment or DocumentId(DocumentKind.ORDER, order.id))

    def _present(self, act: Act) -> Order | None:
        order = self._book.orders.get(number_of(act))
        return order if order is not None and order.status is not OrderStatus.CANCELLED else None

    def _add(self, act: Act) -> None:
        """The customer takes more of the last thing; only what has not left can grow."""
        order = self._present(act)
        open_ones = [each for each in order.shipments if not each.is_shipped and not each.is_cancelled] if order else []
        if order is None or not open_ones:
            return
        last, held = order.lines[-1], open_ones[-1]
        more = Decimal(1 + act.how % 2)
        lines = (*order.lines[:-1], replace(last, quantity=last.quantity + more))
        items = _with(held.items, last.sku, more)
        self._put(
            replace(
                order,
                lines=lines,
                shipments=_replaced(order, replace(held, items=items)),
                total=(order.total or Decimal(0)) + more * PRICES[last.sku],
            )
        )

    def _split(self, act: Act) -> None:
        """One shipment becomes two, the second from Reno."""
        order = self._present(act)
        if order is None or len(order.shipments) != 1 or order.shipments[0].is_shipped:
            return
        (whole,) = order.shipments
        first, second = [], []
        for item in whole.items:
            quantity = item.quantity or Decimal(0)
            here = quantity // 2
            first += [replace(item, quantity=here)] if here else []
            second += [replace(item, quantity=quantity - here)] if quantity - here else []
        if not first or not second:
            return
        parts = (
            replace(whole, items=tuple(first)),
            Shipment(whole.id + 1, ShipmentStatus.PROCESSING, RENO, tuple(second), "", None),
        )
        self._put(replace(order, shipments=parts))

    def _ship(self, act: Act) -> None:
        order = self._present(act)
        held = next((s for s in order.shipments if not s.is_shipped and not s.is_cancelled), None) if order else None
        if order is None or held is None:
            return
        left = replace(
            held,
            status=ShipmentStatus.COMPLETED,
            tracking_number=f"1Z{held.id}",
            shipped_at=self._world.kernel.moment,
        )
        self._put(_restated(replace(order, shipments=_replaced(order, left))), "order.shipped", left.id)

    def _cancel(self, act: Act) -> None:
        order = self._present(act)
        if order is None or any(each.is_shipped for each in order.shipments):
            return
        shipments = tuple(replace(each, status=ShipmentStatus.CANCELLED) for each in order.shipments)
        gone = replace(order, shipments=shipments, status=OrderStatus.CANCELLED)
        self._put(gone, "order.shipment.cancelled", shipments[0].id)

    def _cancel_the_rest(self, act: Act) -> None:
        """What has not left is cancelled: the quantities ordered stay as they were."""
        order = self._present(act)
        if order is None or not any(each.is_shipped for each in order.shipments):
            return
        rest = [each for each in order.shipments if not each.is_shipped and not each.is_cancelled]
        for each in rest:
            gone = replace(each, status=ShipmentStatus.CANCELLED)
            order = _restated(replace(order, shipments=_replaced(order, gone)))
        if rest:
            self._put(order, "order.shipment.cancelled", rest[0].id)

    def _address(self, act: Act) -> None:
        if (order := self._present(act)) is not None:
            moved = replace(order.recipient, address1=f"{act.how} Other Road")
            self._put(replace(order, recipient=moved), "order.shipment.address.updated")

    def _retrack(self, act: Act) -> None:
        order = self._present(act)
        left = [each for each in order.shipments if each.is_shipped] if order else []
        if order is not None and left:
            retracked = replace(left[0], tracking_number=f"1Z{left[0].id}-{act.how}")
            self._put(replace(order, shipments=_replaced(order, retracked)), "order.shipment.tracking.updated")

    def _set_status(self, act: Act, status: ShipmentStatus, topic: str) -> None:
        order = self._present(act)
        held = next((s for s in order.shipments if not s.is_shipped and not s.is_cancelled), None) if order else None
        if order is not None and held is not None:
            self._put(replace(order, shipments=_replaced(order, replace(held, status=status))), topic, held.id)

    def _move(self, act: Act) -> None:
        order = self._present(act)
        held = next((s for s in order.shipments if not s.is_shipped and not s.is_cancelled), None) if order else None
        if order is not None and held is not None:
            there = RENO if held.location == CICERO else CICERO
            self._put(replace(order, shipments=_replaced(order, replace(held, location=there))))


def _items_of(lines: tuple[OrderLine, ...]) -> tuple[ShippedItem, ...]:
    return tuple(ShippedItem(line.sku, line.quantity) for line in lines)


def _with(items: tuple[ShippedItem, ...], sku: str, more: Decimal) -> tuple[ShippedItem, ...]:
    if not any(item.sku == sku for item in items):
        return (*items, ShippedItem(sku, more))
    return tuple(replace(i, quantity=(i.quantity or Decimal(0)) + more) if i.sku == sku else i for i in items)


def _replaced(order: Order, changed: Shipment) -> tuple[Shipment, ...]:
    return tuple(changed if each.id == changed.id else each for each in order.shipments)


def _restated(order: Order) -> Order:
    """ShipBob derives an order's status from its shipments."""
    live = order.live_shipments
    shipped = [each for each in live if each.is_shipped]
    if live and len(shipped) == len(live):
        return replace(order, status=OrderStatus.FULFILLED)
    return replace(order, status=OrderStatus.PARTIALLY_FULFILLED if shipped else OrderStatus.PROCESSING)
