"""The row of the poll of GP's stock, in memory: a value, saved on condition of the version read."""

from __future__ import annotations

import dataclasses

from bridge.domain.outcome import RowMoved
from bridge.protocols.surge import StockPoll

from local.memory.points import Calls, point


class MemoryStockPoll:
    """What the State table keeps of it."""

    def __init__(self, calls: Calls | None = None) -> None:
        self.calls = calls or Calls()
        self.kept = StockPoll()

    @point("stock_poll.row")
    def row(self) -> StockPoll:
        return self.kept

    @point("stock_poll.save")
    def save(self, row: StockPoll) -> StockPoll:
        if row.version != self.kept.version:
            raise RowMoved("somebody else has written since the read")
        self.kept = dataclasses.replace(row, version=row.version + 1)
        return self.kept
