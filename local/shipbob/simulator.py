"""The whole of it: an account behind ShipBob's REST door, its webhooks, and a plain door for whoever plays the day."""

from __future__ import annotations

from pathlib import Path
from types import TracebackType
from typing import Self

from local.certificates import authority
from local.serving import Server
from local.shipbob import doors, signing
from local.shipbob.account import Account, encoded
from local.shipbob.admission import Admission
from local.shipbob.auth_door import LOGIN_PATH, AuthDoor
from local.shipbob.clock import Clock, RealClock
from local.shipbob.control import ControlDoor
from local.shipbob.counters import Counters, Exchange
from local.shipbob.faults import Faults
from local.shipbob.limit import SlidingWindow
from local.shipbob.oauth import OAuth
from local.shipbob.server import RestDoor
from local.shipbob.subscriptions import Subscription, Subscriptions
from local.shipbob.tokens import Tokens
from local.shipbob.webhooks import Webhooks

PER_MINUTE = 150  # ShipBob's rate-limit page


class ShipBobSimulator:
    """ShipBob on loopback: HTTPS with a private authority kept in `folder`, control over plain HTTP.

    `token` is a personal access token made up for this run; `auth_url` is where an application gets others.
    `retry_scale` shortens the gaps between webhook tries.
    """

    def __init__(
        self,
        folder: Path,
        port: int = 0,
        *,
        control_port: int = 0,
        auth_port: int = 0,
        retry_scale: float = 1.0,
        clock: Clock | None = None,
    ) -> None:
        clock = clock or RealClock()
        trusted = authority(folder)
        self.ca_bundle = trusted.bundle
        self.tokens = Tokens(clock)
        self.token = self.tokens.personal()
        self.counters = Counters()
        self.subscriptions = Subscriptions()
        self.webhooks = Webhooks(self.subscriptions, clock, self.counters, retry_scale)
        self.account = Account(clock, self.webhooks.publish)
        self.warehouse = self.account.warehouse
        self.stock, self.products = self.warehouse.stock, self.warehouse.products
        self.receiving, self.dock = self.warehouse.receiving, self.warehouse.dock
        self.limit = SlidingWindow(clock, PER_MINUTE)
        self.oauth = OAuth(clock, self.tokens)
        self.auth_faults = Faults(LOGIN_PATH)
        auth = AuthDoor(self.oauth, self.auth_faults)
        self._auth = Server(doors.door(auth.answer), port=auth_port, tls=trusted.server_context())
        self.auth_url = self.oauth.issuer = f"https://localhost:{self._auth.port}"
        self.faults = Faults(self.auth_url + LOGIN_PATH)
        self.admission = Admission(self.tokens, self.limit, self.faults, self.auth_url + LOGIN_PATH)
        rest = RestDoor(
            admission=self.admission,
            account=self.account,
            subscriptions=self.subscriptions,
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

    def auth_offline(self) -> None:
        """Take the authorisation server away; the API goes on."""
        self._auth.offline()

    def auth_online(self) -> None:
        """Bring the authorisation server back on the same port."""
        self._auth.online()

    def forge(
        self,
        document: str,
        topic: str = "order.shipped",
        subscription_id: str | None = None,
        kind: signing.Forgery = "wrong_secret",
    ) -> int:
        """Send a webhook about a document ("order/123") that ShipBob did not sign so; the status its receiver gave.

        A document that exists is sent as it is, any other as a body with nothing but its id.
        """
        body = encoded(self._document(document))
        return self.webhooks.forge(topic, body, self._subscription(subscription_id), kind)

    def _document(self, document: str) -> object:
        kind, _, identity = document.partition("/")
        account = self.account
        read = {
            "order": account.order,
            "shipment": account.shipment,
            "return": account.returns.read,
            "receiving": self.receiving.one,
        }.get(kind)
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
        """Close the doors and end the webhooks."""
        self.faults.clear()
        self.auth_faults.clear()
        self._rest.stop()
        self._auth.stop()
        self._control.stop()
        self.webhooks.stop()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
