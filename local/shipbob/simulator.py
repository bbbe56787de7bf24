"""The whole of it: an account behind ShipBob's REST door, its webhooks, and a plain door for whoever plays the day."""

from __future__ import annotations

import secrets
from pathlib import Path
from types import TracebackType
from typing import Self

from local.certificates import authority
from local.serving import Server
from local.shipbob import doors
from local.shipbob.account import Account, encoded
from local.shipbob.clock import Clock, RealClock
from local.shipbob.control import ControlDoor
from local.shipbob.counters import Counters, Exchange
from local.shipbob.limit import SlidingWindow
from local.shipbob.server import RestDoor
from local.shipbob.subscriptions import Subscription, Subscriptions
from local.shipbob.webhooks import Webhooks

PER_MINUTE = 150  # ShipBob's rate-limit page


class ShipBobSimulator:
    """ShipBob on loopback: HTTPS with a private authority kept in `folder`, control over plain HTTP.

    `token` is a personal access token made up for this run. `retry_scale` shortens the gaps between webhook tries.
    """

    def __init__(
        self,
        folder: Path,
        port: int = 0,
        *,
        control_port: int = 0,
        retry_scale: float = 1.0,
        clock: Clock | None = None,
    ) -> None:
        clock = clock or RealClock()
        trusted = authority(folder)
        self.ca_bundle = trusted.bundle
        self.token = secrets.token_hex(32).upper()
        self.counters = Counters()
        self.subscriptions = Subscriptions()
        self.webhooks = Webhooks(self.subscriptions, clock, self.counters, retry_scale)
        self.account = Account(clock, self.webhooks.publish)
        self.limit = SlidingWindow(clock, PER_MINUTE)
        rest = RestDoor(
            token=self.token,
            account=self.account,
            subscriptions=self.subscriptions,
            limit=self.limit,
            counters=self.counters,
            clock=clock,
        )
        self._rest = Server(doors.door(rest.answer), port=port, tls=trusted.server_context())
        self._control = Server(doors.door(ControlDoor(self).answer), port=control_port)
        self.url = f"https://localhost:{self._rest.port}"
        self.control_url = f"http://127.0.0.1:{self._control.port}"

    @property
    def exchanges(self) -> list[Exchange]:
        """The last REST requests with their answers, oldest first."""
        return self.counters.exchanges()

    def offline(self) -> None:
        """Take the REST door away and cut its connections; control and webhooks go on."""
        self._rest.offline()

    def online(self) -> None:
        """Bring the REST door back on the same port."""
        self._rest.online()

    def forge(self, document: str, topic: str = "order.shipped", subscription_id: str | None = None) -> int:
        """Send a webhook about a document ("order/123"), signed with a wrong secret; the status its receiver gave.

        A document that exists is sent as it is, any other as a body with nothing but its id.
        """
        return self.webhooks.forge(topic, encoded(self._document(document)), self._subscription(subscription_id))

    def _document(self, document: str) -> object:
        kind, _, identity = document.partition("/")
        read = {"order": self.account.order, "shipment": self.account.shipment}.get(kind)
        try:
            return read(int(identity)) if read else {"id": identity}
        except LookupError:
            return {"id": int(identity)}

    def _subscription(self, subscription_id: str | None) -> Subscription:
        for each in self.subscriptions.all():
            if subscription_id in (None, each.id):
                return each
        raise LookupError("no such subscription")

    def stop(self) -> None:
        """Close both doors and end the webhooks."""
        self._rest.stop()
        self._control.stop()
        self.webhooks.stop()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
