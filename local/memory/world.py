"""The world in memory: every port as a fake that keeps the port's promises, and can fail in named ways.

Every call of a port is a numbered point. `World.crash_at` ends a run at one of them, before or after its effect, as the
end of a process does: no `except Exception` of the product sees it.
"""

from __future__ import annotations

import datetime as dt
import functools
import itertools
from collections.abc import Callable
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from bridge.domain.document import GP_KINDS, DocumentId, DocumentKind
from bridge.domain.gate import NEIGHBOURS, Gate
from bridge.domain.message import Message
from bridge.domain.outcome import (
    Outcome,
)
from bridge.domain.terms import OrderTerms, Terms
from bridge.flows.attempt import attempt
from bridge.flows.locate import locate
from bridge.flows.queues import queue_of
from bridge.flows.record_correction import record_correction
from bridge.flows.record_order import record_order
from bridge.flows.record_receipt import record_receipt
from bridge.flows.record_return import record_return
from bridge.flows.send_receiving_order import send_receiving_order
from bridge.flows.sweep import Swept, sweep
from bridge.ports import Ports
from bridge.protocols.ledger import LedgerRow

from local.memory.alerts import MemoryAlertRows, MemoryNotices
from local.memory.audit import MemoryAudit
from local.memory.expectations import MemoryExpectations
from local.memory.gates import MemoryGates
from local.memory.gp import MemoryGp
from local.memory.neighbours import MemoryWebhooks, a_delivery
from local.memory.permits import MemoryPermits
from local.memory.points import Calls, Crash, Cut
from local.memory.shipbob import MemoryShipBob
from local.memory.stock_poll import MemoryStockPoll
from local.memory.stores import MemoryClock, MemoryDeadLetters, MemoryQueue, MemoryState
from local.memory.subscriptions import FIRST_WEBHOOK_SECRET, MemorySubscriptionRows
from local.memory.tokens import MemoryAuthority, MemoryBell, MemorySecret, MemoryTokenRows

__all__ = [
    "HOLD",
    "SETTLE_TIME",
    "START",
    "TERMS",
    "Calls",
    "Crash",
    "Cut",
    "MemoryAudit",
    "MemoryClock",
    "MemoryGp",
    "MemoryQueue",
    "MemoryShipBob",
    "MemoryState",
    "MemoryWebhooks",
    "World",
    "a_delivery",
]

START = dt.datetime(2026, 11, 17, 14, 5, tzinfo=dt.UTC)  # 08:05 in Chicago
HOLD = "SHIPBOB"
TERMS = Terms(
    number_prefix="SB",
    orders=OrderTerms(document_type="STDORD", draft_hold=HOLD),
    currency="USD",
    zone=ZoneInfo("America/Chicago"),
    cut_over=dt.datetime(2026, 11, 1, 5, tzinfo=dt.UTC),
)
SETTLE_TIME = dt.timedelta(minutes=10)
WRITE_GP = {
    DocumentKind.ORDER: record_order,
    DocumentKind.LOCATE: locate,
    DocumentKind.RETURN: record_return,
    DocumentKind.STOCK: record_correction,
    DocumentKind.RECEIVING: record_receipt,
}
WRITE_SHIPBOB = dict.fromkeys(GP_KINDS, send_receiving_order)
ADDRESS_CHANGED = "webhook order.shipment.address.updated"  # a hint that promises nothing of a shipment


@dataclass
class World:
    """Every port at once, and the hands that move them: deliver, sweep, time."""

    terms: Terms = TERMS
    settle_time: dt.timedelta = SETTLE_TIME
    calls: Calls = field(default_factory=Calls)
    clock: MemoryClock = field(default_factory=lambda: MemoryClock(START))
    outcomes: list[Outcome] = field(default_factory=list)
    raised: list[BaseException] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.gp = MemoryGp(self.clock, self.calls)
        self.shipbob = self.shipbob_in_background = MemoryShipBob(self.clock, self.calls)
        self.webhooks = MemoryWebhooks(self.calls)
        self.state = MemoryState(self.calls)
        self.audit = MemoryAudit(self.clock, self.calls)
        self.gates = MemoryGates(self.calls)
        self.permits = MemoryPermits(self.clock.now)
        self.to_gp = MemoryQueue(self.clock, self.calls)
        self.to_shipbob = MemoryQueue(self.clock, self.calls)
        self.dead_letters = [
            MemoryDeadLetters(name, queue, self.clock, self.calls)
            for name, queue in {"ToGp": self.to_gp, "ToShipBob": self.to_shipbob}.items()
        ]
        self.shipbob_secret = MemorySecret(self.clock, self.calls)
        self.token_rows = MemoryTokenRows(self.calls)
        self.webhook_secret = MemorySecret(self.clock, self.calls, FIRST_WEBHOOK_SECRET)
        self.subscription_rows = MemorySubscriptionRows(self.calls)
        self.expectations = MemoryExpectations(self.clock, self.calls)
        self.authority = MemoryAuthority(self.clock, self.calls)
        self.keep_connected = MemoryBell(self.calls)
        self.stock_poll = MemoryStockPoll(self.calls)
        self.alerts = MemoryAlertRows(self.calls)
        self.notices = MemoryNotices(self.clock, self.calls)
        self._runs = itertools.count(1)

    def crash_at(self, number: int, cut: Cut) -> None:
        """End the process at port call `number`, counted from now on."""
        self.calls.crash_at(number, cut)

    def hint(self, document: DocumentId, reason: str = ADDRESS_CHANGED) -> None:
        """A hint arrives now, with an origin of its own."""
        origin = f"hint-{next(self._runs)}"
        queue_of(self, document).send([(Message(document, reason, origin, self.clock.now()), origin)])

    def deliver(self) -> None:
        """Everything that is visible on the queues is attempted, as `write_gp` and `write_shipbob` do."""
        for queue, flows in ((self.to_gp, WRITE_GP), (self.to_shipbob, WRITE_SHIPBOB)):
            self.raised += queue.deliver(functools.partial(self._attempt, attempt(flows)))

    def _attempt(self, answer: Callable[[Message, Ports], Outcome], message: Message) -> None:
        self.outcomes.append(answer(message, self))

    def attempt(self, document: DocumentId, reason: str = ADDRESS_CHANGED) -> Outcome:
        """A hint arrives and is attempted; its outcome. What it raises, it raises."""
        before = len(self.outcomes), len(self.raised)
        self.hint(document, reason)
        self.deliver()
        if len(self.raised) > before[1]:
            raise self.raised[before[1]]
        assert len(self.outcomes) == before[0] + 1, "one hint, one outcome"
        return self.outcomes[-1]

    def sweep(self) -> Swept:
        """The sweep runs, and what it queues is attempted."""
        try:
            swept = sweep(self, f"sweep-{next(self._runs)}")
        except Crash as crash:
            self.raised.append(crash)
            swept = Swept(0, 0)
        self.deliver()
        return swept

    def next_event(self) -> dt.datetime | None:
        """When next a row is due, a gate lets one through or a message is visible."""
        rows = [row for row in self.state.rows.values() if row.due_at is not None]
        moments = [row.due_at for row in rows if row.due_at is not None]
        moments += [self._opens(gate) for gate in {row.gate for row in rows if row.gate}]
        visible = [queue.next_visible() for queue in (self.to_gp, self.to_shipbob)]
        return min([*moments, *(moment for moment in visible if moment)], default=None)

    def _opens(self, gate: Gate) -> dt.datetime:
        """When the sweep has something to do at the gate, as far as that is known."""
        if self.gates.stored.is_open(gate, self.terms, self.clock.now()):
            return self.clock.now()
        if gate not in NEIGHBOURS:
            return dt.datetime.max.replace(tzinfo=dt.UTC)
        health = self.gates.stored.of(gate)
        asked = [health.next_probe, health.probing.until if health.probing else None]
        return max(moment for moment in asked if moment is not None)

    def pass_time(self, time: dt.timedelta) -> None:
        """Time goes by from event to event; at each, the sweep runs and the queue is worked."""
        end = self.clock.now() + time
        while (moment := self.next_event()) is not None and max(moment, self.clock.now()) < end:
            # What is due is met a moment after; what stays due, by the sweep of the next minute.
            late = moment <= self.clock.now()
            self.clock.advance_to(moment)
            self.clock.advance(dt.timedelta(seconds=60 if late else 1))
            self.sweep()
        self.clock.advance_to(end)

    def row(self, document: DocumentId) -> LedgerRow:
        """The row as stored, without a port call."""
        return self.state.rows.get(document) or LedgerRow(document)

    def trail(self, document: DocumentId) -> list[str]:
        """What the document's trail says happened, in order."""
        return [entry.what for entry in self.audit.entries(document)]
