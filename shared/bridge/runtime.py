"""The composition root: settings become ports, each made when first asked for, once a cold start."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Sequence
from functools import cache, cached_property
from secrets import token_hex
from typing import TYPE_CHECKING, Any

from bridge.aws import settings
from bridge.aws.clients import client as _client
from bridge.domain.terms import Terms

if TYPE_CHECKING:
    from bridge.aws.alert_rows import AlertRows
    from bridge.aws.audit import AuditTable
    from bridge.aws.bells import FunctionBell
    from bridge.aws.callers import Callers
    from bridge.aws.dead_letters import DeadLetterQueue
    from bridge.aws.expectations import ExpectedRows
    from bridge.aws.gates import Gates
    from bridge.aws.notices import TopicNotices
    from bridge.aws.permits import Permits
    from bridge.aws.queues import FifoQueue
    from bridge.aws.rows import Rows
    from bridge.aws.secrets import Secrets, StoredSecret
    from bridge.aws.stock_poll_rows import StockPollRows
    from bridge.aws.subscription_rows import SubscriptionRows
    from bridge.aws.token_rows import TokenRows
    from bridge.domain.connection import Secret
    from bridge.flows.bearing import Bearing
    from bridge.gp.connect import ConnectedGp
    from bridge.ports import Ports
    from bridge.protocols.pace import Lane
    from bridge.shipbob.authority import ShipBobAuthority
    from bridge.shipbob.client import ShipBobClient
    from bridge.shipbob.webhook import ShipBobWebhooks


class SystemClock:
    """Now, in UTC."""

    def now(self) -> dt.datetime:
        return dt.datetime.now(dt.UTC)  # noqa: TID251 - the composition root gives the clock


class Runtime:
    """The real ports. Imports stand where they are used: a function pays at its cold start for its own ports only."""

    def __init__(self, chosen: settings.Settings) -> None:
        self._settings = chosen
        self._gp: tuple[str, ConnectedGp] | None = None
        self._ends_at = float("inf")

    def run_for(self, seconds: float) -> None:
        """From now on nothing is asked of a neighbour for longer than that."""
        self._ends_at = _seconds() + seconds

    def seconds_left(self) -> float:
        """Until then; for ever where nobody has said."""
        return self._ends_at - _seconds()

    @cached_property
    def clock(self) -> SystemClock:
        return SystemClock()

    @cached_property
    def settle_time(self) -> dt.timedelta:
        return self._settings.gp_settle_time

    @cached_property
    def terms(self) -> Terms:
        return self._settings.terms

    @property
    def gp(self) -> ConnectedGp:
        """The connection to GP, made anew when the Windows account's secret has another version."""
        secret = self.secrets.current(self._settings.gp_secret_id)
        if self._gp is not None and self._gp[0] != secret.version:
            self._gp[1].close()
            self._gp = None
        if self._gp is None:
            self._gp = (secret.version, self._connect_gp(secret))
        return self._gp[1]

    def _connect_gp(self, secret: Secret) -> ConnectedGp:
        from bridge.gp.connect import Endpoints, connect

        chosen = self._settings
        endpoints = Endpoints(
            service_url=chosen.gp_service_url,
            company_id=chosen.gp_company_id,
            sba_url=chosen.gp_sba_url,
            sba_company=chosen.gp_sba_company,
            sba_service_path=chosen.gp_sba_service_path,
            login_path=chosen.gp_login_path,
            is_strict=chosen.gp_strict_x509,
            quantity_shortage=chosen.quantity_shortage,
            is_dry=chosen.terms.is_dry_run,
        )
        return connect(
            endpoints,
            secret.text,
            permit_for=lambda username: self.permits.login(username, secret.version, token_hex(8)),
            seconds=_seconds,
            pause=_pause,
            left=self.seconds_left,
        )

    @cached_property
    def shipbob(self) -> ShipBobClient:
        from bridge.protocols.pace import Lane

        return self._shipbob_in(Lane.LIVE)

    @cached_property
    def shipbob_in_background(self) -> ShipBobClient:
        from bridge.protocols.pace import Lane

        return self._shipbob_in(Lane.BACKGROUND)

    def _shipbob_in(self, lane: Lane) -> ShipBobClient:
        from bridge.aws.pace import Turns
        from bridge.shipbob.client import DryShipBobClient, ShipBobClient

        form = DryShipBobClient if self.terms.is_dry_run else ShipBobClient
        turns = Turns(_client("dynamodb"), self._settings.state_table, lane, self.clock.now, _pause, self.seconds_left)
        return form(self._settings.shipbob_api_url, self._bearing, turns, seconds=_seconds)

    @cached_property
    def _bearing(self) -> Bearing:
        from bridge.flows.bearing import Bearing

        return Bearing(self.shipbob_secret, self.token_rows, self.keep_connected, self.clock.now)

    @cached_property
    def authority(self) -> ShipBobAuthority:
        from bridge.shipbob.authority import ShipBobAuthority

        return ShipBobAuthority(self._settings.shipbob_auth_url, _seconds)

    @cached_property
    def token_rows(self) -> TokenRows:
        from bridge.aws.token_rows import TokenRows

        return TokenRows(_client("dynamodb"), self._settings.state_table)

    @cached_property
    def stock_poll(self) -> StockPollRows:
        from bridge.aws.stock_poll_rows import StockPollRows

        return StockPollRows(_client("dynamodb"), self._settings.state_table)

    @cached_property
    def subscription_rows(self) -> SubscriptionRows:
        from bridge.aws.subscription_rows import SubscriptionRows

        return SubscriptionRows(_client("dynamodb"), self._settings.state_table)

    @cached_property
    def gates(self) -> Gates:
        from bridge.aws.gates import Gates

        return Gates(_client("dynamodb"), self._settings.state_table)

    @cached_property
    def expectations(self) -> ExpectedRows:
        from bridge.aws.expectations import ExpectedRows

        return ExpectedRows(_client("dynamodb"), self._settings.state_table, self.clock.now)

    @cached_property
    def alerts(self) -> AlertRows:
        from bridge.aws.alert_rows import AlertRows

        return AlertRows(_client("dynamodb"), self._settings.state_table)

    @cached_property
    def notices(self) -> TopicNotices:
        from bridge.aws.notices import TopicNotices

        return TopicNotices(_client("sns"), self._settings.alarms_topic)

    @cached_property
    def keep_connected(self) -> FunctionBell:
        from bridge.aws.bells import FunctionBell

        return FunctionBell(_client("lambda"), self._settings.keep_connected)

    @cached_property
    def shipbob_secret(self) -> StoredSecret:
        return self._stored(self._settings.shipbob_secret_id)

    @cached_property
    def webhook_secret(self) -> StoredSecret:
        return self._stored(self._settings.webhook_secret_id)

    def _stored(self, secret_id: str) -> StoredSecret:
        from bridge.aws.secrets import StoredSecret

        return StoredSecret(self.secrets, secret_id)

    @cached_property
    def webhooks(self) -> ShipBobWebhooks:
        from bridge.shipbob.webhook import ShipBobWebhooks, StoredLiveSecrets

        return ShipBobWebhooks(StoredLiveSecrets(self.webhook_secret))

    @cached_property
    def state(self) -> Rows:
        from bridge.aws.rows import Rows

        return Rows(_client("dynamodb"), self._settings.state_table)

    @cached_property
    def permits(self) -> Permits:
        from bridge.aws.permits import Permits

        return Permits(_client("dynamodb"), self._settings.state_table, self.clock.now)

    @cached_property
    def audit(self) -> AuditTable:
        from bridge.aws.audit import AuditTable

        return AuditTable(
            _client("dynamodb"),
            self._settings.audit_table,
            now=self.clock.now,
            payload_retention=self._settings.payload_retention,
        )

    @cached_property
    def to_gp(self) -> FifoQueue:
        from bridge.aws.queues import FifoQueue

        return FifoQueue(_client("sqs"), self._settings.to_gp_queue_url)

    @cached_property
    def to_shipbob(self) -> FifoQueue:
        from bridge.aws.queues import FifoQueue

        return FifoQueue(_client("sqs"), self._settings.to_shipbob_queue_url)

    @cached_property
    def dead_letters(self) -> Sequence[DeadLetterQueue]:
        from bridge.aws.dead_letters import DeadLetterQueue

        queues = {"ToGp": self._settings.to_gp_queue_url, "ToShipBob": self._settings.to_shipbob_queue_url}
        return [DeadLetterQueue(_client("sqs"), name, url, self.clock.now) for name, url in queues.items()]

    @cached_property
    def secrets(self) -> Secrets:
        from bridge.aws.secrets import Secrets

        return Secrets(_client("secretsmanager"), _seconds)


_STARTED = (time.time(), time.monotonic())  # noqa: TID251 - the composition root gives the clock


def _seconds() -> float:
    """Seconds since the epoch that never go back, and go on while Lambda has the function frozen.

    The wall clock may be set back, a monotonic one may stand still with the function: the larger difference counts.
    """
    wall, monotonic = time.time() - _STARTED[0], time.monotonic() - _STARTED[1]  # noqa: TID251 - likewise
    return _STARTED[0] + max(wall, monotonic)


def _pause(seconds: float) -> None:
    """Let others finish their login, or call ShipBob first: the only waits there are, and short ones."""
    time.sleep(seconds)  # noqa: TID251 - the composition root gives the clock


@cache
def ports() -> Runtime:
    """The function's ports, from its environment."""
    return Runtime(settings.read())


def ports_for(seconds: float) -> Ports:
    """The same ports, for a message that neighbours may be asked about for so many seconds."""
    made = ports()
    made.run_for(seconds)
    return made


def callers() -> Callers:
    """Who may be asked who calls: STS, from inside the function."""
    from bridge.aws.callers import Callers

    return Callers(sts_endpoint(_client("sts")), SystemClock().now)


def sts_endpoint(client: Any) -> str:
    """Of the region, which every partition has; older SDKs have the global one for some regions."""
    return str(client.meta.endpoint_url).replace("//sts.amazonaws", f"//sts.{client.meta.region_name}.amazonaws")
