"""The neighbours as the storm has them: their lists lag, and all that they write is told."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from bridge.domain.inventory import InventoryDocument
from bridge.domain.listing import Asked
from bridge.domain.receiving import NewReceivingOrder, WarehouseReceivingOrder
from bridge.domain.sales_document import SalesDocument, SalesReturn, SalesUpdate

from local.memory.gp import MemoryGp
from local.memory.shipbob import Dated, MemoryShipBob
from local.memory.stores import MemoryClock
from local.storm.kernel import START, Kernel


class TrueClock(MemoryClock):
    """The time as it is."""

    def __init__(self, kernel: Kernel) -> None:
        self._kernel = kernel
        self._read = -1.0
        self._moment = START
        self.skew = dt.timedelta()

    def now(self) -> dt.datetime:
        if self._read != self._kernel.now:  # it is read many times at one moment
            self._read = self._kernel.now
            self._moment = START + dt.timedelta(seconds=self._read) + self.skew
        return self._moment

    def advance(self, time: dt.timedelta) -> None:
        assert not time, "time goes by in the kernel"


class StormGp(MemoryGp):
    """GP that tells of every document it writes."""

    watch: Callable[[str, str], None]
    lag = dt.timedelta()  # how much later than its date a document is in the lists

    @property
    def returns(self) -> dict[str, SalesReturn]:
        """All sales returns that GP holds."""
        return self._returns

    def _listed(self, document: InventoryDocument) -> bool:
        return document.modified_at is None or document.modified_at + self.lag <= self._clock.now()

    def _create[D: SalesDocument](self, kept: dict[str, D], document: D) -> None:
        super()._create(kept, document)
        self.watch("create", document.number)

    def _update[D: SalesDocument](self, kept: dict[str, D], present: D, update: SalesUpdate) -> None:
        super()._update(kept, present, update)
        self.watch("update", present.number)

    def _void(self, number: str) -> None:
        super()._void(number)
        self.watch("void", number)

    def _adjust(self, adjustment: InventoryDocument) -> None:
        super()._adjust(adjustment)
        self.watch("create", adjustment.number)


class StormShipBob(MemoryShipBob):
    """ShipBob that tells of every receiving order it makes."""

    watch: Callable[[str, str], None]
    lag = dt.timedelta()  # how much later than it is dated a row is in the lists

    def _rows(self, asked: Asked) -> list[Dated]:
        return [row for row in super()._rows(asked) if row[0] + self.lag <= self._clock.now()]

    def _expect(self, wanted: NewReceivingOrder) -> WarehouseReceivingOrder:
        made = super()._expect(wanted)
        self.watch("create", made.purchase_order_number)
        return made
