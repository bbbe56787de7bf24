"""Goods at ShipBob that move without an order: returns, corrections of stock, deliveries put away."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

from bridge.domain.document import DocumentId, DocumentKind
from bridge.domain.receiving import ReceivingLine, ReceivingStatus
from bridge.domain.returns import Disposed, Disposition, Return, ReturnLine, ReturnStatus, ReturnType
from bridge.domain.stock import StockChange, StockEvent
from bridge.flows.poll_shipbob import SELDOM_EVERY, STOCK_EVERY

from local.storm.book import CICERO, FIRST_EVENT, FIRST_ORDER, FIRST_RETURN, INVENTORY, SHOP, Player, number_of
from local.storm.kernel import HOUR
from local.storm.plan import Act, Deed

SHORT = 0  # of three ways
STOWED_UNTIL = 3 * HOUR  # after the start
RED = INVENTORY["WIDGET-RED"]


class Goods(Player):
    """What happens to goods at ShipBob."""

    @property
    def deeds(self) -> Mapping[str, Deed]:
        """What can happen, by the name that a plan has for it."""
        return {
            "announce return": self._announce_return,
            "count return": self._count_return,
            "correct": lambda act: self._correct((-2, -1, 1, 3)[act.how % 4]),
            "answer": lambda act: self._correct((-3, -2, -1)[act.how % 3]),  # of what GP may have asked for
            "stow": self._stow,
            "stow short": lambda act: self._stow(replace(act, how=SHORT)),
        }

    def _announce_return(self, act: Act) -> None:
        order = self._book.orders.get(number_of(act))
        left = [each for each in order.shipments if each.is_shipped] if order else []
        if order is None or not left or not left[0].items:
            return
        item, number = left[0].items[0], FIRST_RETURN + order.id - FIRST_ORDER
        returned = Return(
            id=number,
            reference=f"RMA-{number}",
            type=ReturnType.REGULAR,
            status=ReturnStatus.AWAITING_ARRIVAL,
            location=left[0].location,
            channel=SHOP,
            shipment=left[0].id,
            store_order=order.number,
            created_at=self._world.kernel.moment,
            completed_at=None,
            lines=(ReturnLine(INVENTORY[item.sku], item.sku, Decimal(1), ()),),
            tracking_number=f"1ZBACK{number}",
        )
        self._put_return(returned, "return.created")

    def _count_return(self, act: Act) -> None:
        returned = self._book.returns.get(FIRST_RETURN + number_of(act) - FIRST_ORDER)
        if returned is None or returned.status is ReturnStatus.COMPLETED:
            return
        to = (Disposition.RESTOCK, Disposition.QUARANTINE, Disposition.RESTOCK)[act.how % 3]
        lines = tuple(replace(each, taken=(Disposed(to, Decimal(1)),)) for each in returned.lines)
        counted = replace(returned, status=ReturnStatus.COMPLETED, completed_at=self._world.kernel.moment, lines=lines)
        self._put_return(counted, "return.completed")

    def _put_return(self, returned: Return, topic: str) -> None:
        self._book.returns[returned.id] = self._world.shipbob.put_return(returned)
        self._stack.lists.shipbob_changed(SELDOM_EVERY)
        self._scene.deliver(topic, DocumentId(DocumentKind.RETURN, returned.id))

    def _correct(self, pieces: int) -> None:
        """Somebody at ShipBob puts the stock right."""
        number = FIRST_EVENT + len(self._world.shipbob.events)
        side = StockChange(CICERO.id, "WIDGET-RED", pieces)
        gain, loss = (side, None) if pieces > 0 else (None, side)
        event = StockEvent(number, RED, "InventoryAdjusted", self._world.kernel.moment, CICERO.id, gain, loss)
        self._book.events[number] = self._world.shipbob.put_event(event)
        level = self._world.shipbob.levels[RED]
        here = (replace(e, on_hand=e.on_hand + pieces) if e.location == CICERO.id else e for e in level.locations)
        self._world.shipbob.levels[RED] = replace(level, locations=tuple(here))
        self._stack.lists.shipbob_changed(STOCK_EVERY)

    def _stow(self, act: Act) -> None:
        """ShipBob puts away what was announced, or a piece less; goods that are still to be announced come later."""
        short = act.how % 3 == SHORT
        awaited = [each for each in self._world.shipbob.receiving.values() if each.status is ReceivingStatus.AWAITING]
        if not awaited and act.second < STOWED_UNTIL:
            later = replace(act, second=act.second + HOUR)
            self._world.kernel.after(HOUR, lambda: self._stow(later))
        for wro in awaited:
            lines = tuple(_stowed(line, 1 if short else 0) for line in wro.lines)
            done = replace(wro, lines=lines, status=ReceivingStatus.COMPLETED, updated_at=self._world.kernel.moment)
            self._world.shipbob.put_receiving(done)
            self._stack.lists.shipbob_changed(SELDOM_EVERY)
            self._scene.deliver("wro.completed", DocumentId(DocumentKind.RECEIVING, wro.id))


def _stowed(line: ReceivingLine, short: int) -> ReceivingLine:
    stowed = max(line.expected - short, 0)
    return replace(line, received=stowed, stowed=stowed)
