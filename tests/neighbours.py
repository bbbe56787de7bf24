"""ShipBob and the webhook door in memory: fakes that keep the ports' promises, and fail in named ways."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections import defaultdict, deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bridge.domain.document import DocumentId
from bridge.domain.order import Order
from bridge.domain.outcome import (
    Misconfigured,
    NotAuthentic,
    Refused,
    Transient,
    UnknownOutcome,
)
from bridge.ports import Delivery, Hint

from tests.points import Calls, point
from tests.stores import MemoryClock


@dataclass(slots=True)
class Trouble:
    """How calls of a neighbour fail: `how` in words, how many more times, None for always."""

    how: str
    times: int | None = 1
    late: dt.timedelta = dt.timedelta()


class Neighbour:
    """A neighbour that can be told to fail."""

    NAME = ""

    def __init__(self) -> None:
        self._troubles: dict[str, deque[Trouble]] = defaultdict(deque)

    def fail_next(self, call: str, how: str, times: int | None = 1, *, late: dt.timedelta = dt.timedelta()) -> None:
        """Have the next calls fail: "down", "refused", "login rejected"; for a write also "lost reply" (done, and no
        reply), "not executed" (neither) and "late" (no reply, and done only `late` after)."""
        self._troubles[call].append(Trouble(how, times, late))

    def recover(self) -> None:
        """No more failures."""
        self._troubles.clear()

    def _trouble(self, call: str) -> Trouble | None:
        troubles = self._troubles[call]
        if not troubles:
            return None
        trouble = troubles[0]
        if trouble.times is not None:
            trouble.times -= 1
            if not trouble.times:
                troubles.popleft()
        return trouble

    def _run[R](self, call: str, effect: Callable[[], R]) -> R:
        trouble = self._trouble(call)
        if trouble is None:
            return effect()
        if trouble.how == "lost reply":
            effect()
        if trouble.how == "late":
            self._later(effect, trouble.late)
        raise self._failure(trouble.how)

    def _later(self, effect: Callable[[], object], delay: dt.timedelta) -> None:
        raise AssertionError(f"{self.NAME} does nothing late")

    def _failure(self, how: str) -> Exception:
        match how:
            case "lost reply" | "not executed" | "late":
                return UnknownOutcome(f"{self.NAME} did not reply")
            case "busy for an hour":
                return Transient(f"{self.NAME} is busy", dt.timedelta(hours=1))
            case "down":
                return Transient(f"{self.NAME} cannot be reached")
            case "refused":
                return Refused(f"{self.NAME} refuses the document", ("Its period is closed",))
            case "login rejected":
                return Misconfigured(f"{self.NAME} refuses the login")
            case "bug":
                return ZeroDivisionError("a bug")
        raise AssertionError(f"no such failure: {how}")


class MemoryShipBob(Neighbour):
    """ShipBob: orders by id, listed by when they were inserted and updated."""

    NAME = "ShipBob"

    def __init__(self, clock: MemoryClock, calls: Calls | None = None) -> None:
        super().__init__()
        self.calls = calls or Calls()
        self._clock = clock
        self.orders: dict[int, Order] = {}
        self.inserted: dict[int, dt.datetime] = {}
        self.updated: dict[int, dt.datetime] = {}
        self.asked: list[tuple[dt.datetime | None, dt.datetime | None, int]] = []
        self.listing_takes = dt.timedelta()
        self.page = 3

    def put(self, order: Order) -> Order:
        """Insert or change an order, now."""
        order = dataclasses.replace(order, image=f"order {order.id} as ShipBob sent it".encode())
        self.orders[order.id] = order
        self.inserted.setdefault(order.id, self._clock.now())
        self.updated[order.id] = self._clock.now()
        return order

    @point("shipbob.order")
    def order(self, order_id: int) -> Order | None:
        return self._run("order", lambda: self.orders.get(order_id))

    @point("shipbob.order_of_shipment")
    def order_of_shipment(self, shipment_id: int) -> int | None:
        return self._run(
            "order_of_shipment",
            lambda: next((o.id for o in self.orders.values() for s in o.shipments if s.id == shipment_id), None),
        )

    @point("shipbob.order_ids")
    def order_ids(
        self, *, inserted_since: dt.datetime | None, updated_since: dt.datetime | None, page: int
    ) -> Sequence[int]:
        self.asked.append((inserted_since, updated_since, page))
        self._clock.advance(self.listing_takes)
        return self._run("order_ids", lambda: self._listed(inserted_since, updated_since, page))

    def _listed(self, inserted: dt.datetime | None, updated: dt.datetime | None, page: int) -> Sequence[int]:
        found = [
            order_id
            for order_id in sorted(self.orders, key=lambda order_id: (self.inserted[order_id], order_id))
            if (inserted is None or self.inserted[order_id] >= inserted)
            and (updated is None or self.updated[order_id] >= updated)
        ]
        return found[(page - 1) * self.page : page * self.page]


class MemoryWebhooks:
    """The webhook door for deliveries that `a_delivery` made."""

    def __init__(self, calls: Calls | None = None) -> None:
        self.calls = calls or Calls()

    @point("webhooks.open")
    def open(self, delivery: Delivery, now: dt.datetime) -> Hint:
        assert now.tzinfo, "a moment has a zone"
        if delivery.headers.get("signed-by") != "ShipBob":
            raise NotAuthentic("no signature is right")
        body = delivery.body.decode()
        return Hint(delivery.headers["webhook-id"], delivery.headers["topic"], DocumentId.parse(body) if body else None)


def a_delivery(identifier: str, document: DocumentId | None, topic: str = "order.shipped") -> Delivery:
    headers = {"signed-by": "ShipBob", "webhook-id": identifier, "topic": topic}
    return Delivery(headers, str(document).encode() if document else b"")
