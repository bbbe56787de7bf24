"""Builders of what is followed beside orders: a return, a receiving order, a correction of stock, a building."""

from __future__ import annotations

import datetime as dt

from bridge.domain.order import Named
from bridge.domain.receiving import ReceivingStatus, WarehouseReceivingOrder
from bridge.domain.returns import Return, ReturnStatus, ReturnType
from bridge.domain.stock import Location, StockChange, StockEvent

from local.memory.world import START


def a_return(status: ReturnStatus = ReturnStatus.COMPLETED, at: dt.datetime = START) -> Return:
    return Return(7, "RMA-7", ReturnType.REGULAR, status, None, None, None, "", at, None, ())


def a_receiving_order(status: ReceivingStatus = ReceivingStatus.PROCESSING) -> WarehouseReceivingOrder:
    return WarehouseReceivingOrder(7, "TSB7", status, Named(8, "Cicero (IL)"), START, None, ())


def an_event(number: int = 7, facility: int = 8, at: dt.datetime = START) -> StockEvent:
    lost = StockChange(facility, "WIDGET-RED", -2)
    return StockEvent(number, 70, "InventoryAdjusted", at, facility, None, lost)


def building(number: int, *, is_active: bool = True) -> Location:
    return Location(number, f"Building {number}", is_active, is_receiving=True)
