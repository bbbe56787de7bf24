"""The composition root: settings become ports, each made when first asked for, once a cold start."""

from __future__ import annotations

import datetime as dt
import json
import os
import time
from functools import cache, cached_property
from secrets import token_hex
from typing import TYPE_CHECKING, Any

from bridge.aws import settings
from bridge.domain.outcome import Misconfigured
from bridge.mapping.recording import Terms

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bridge.aws.audit import AuditTable
    from bridge.aws.permits import Permits
    from bridge.aws.queues import FifoQueue
    from bridge.aws.rows import Rows
    from bridge.aws.secrets import Secret, Secrets
    from bridge.gp.connect import ConnectedGp
    from bridge.ports import Ports
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
        """From now on nothing is asked of GP for longer than that."""
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
        chosen = self._settings
        return Terms(
            number_prefix=chosen.number_prefix,
            document_type=chosen.sales_order_type,
            draft_hold=chosen.draft_hold_id,
            currency=chosen.currency,
            zone=chosen.gp_time_zone,
            cut_over=chosen.cut_over,
        )

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
        from bridge.shipbob.client import ShipBobClient

        return ShipBobClient(self._settings.shipbob_api_url, self._shipbob_token)

    @cached_property
    def webhooks(self) -> ShipBobWebhooks:
        from bridge.shipbob.webhook import ShipBobWebhooks

        return ShipBobWebhooks(self._webhook_secrets)

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
    def secrets(self) -> Secrets:
        from bridge.aws.secrets import Secrets

        return Secrets(_client("secretsmanager"), _seconds)

    def _shipbob_token(self) -> str:
        return _field(self.secrets.current(self._settings.shipbob_secret_id).text, "access_token")

    def _webhook_secrets(self) -> Sequence[str]:
        stored = self.secrets.current(self._settings.webhook_secret_id).text
        return [secret for name in ("current", "previous") if (secret := _field(stored, name))]


_STARTED = (time.time(), time.monotonic())  # noqa: TID251 - the composition root gives the clock


def _seconds() -> float:
    """Seconds since the epoch that never go back, and go on while Lambda has the function frozen.

    The wall clock may be set back, a monotonic one may stand still with the function: the larger difference counts.
    """
    wall, monotonic = time.time() - _STARTED[0], time.monotonic() - _STARTED[1]  # noqa: TID251 - likewise
    return _STARTED[0] + max(wall, monotonic)


def _pause(seconds: float) -> None:
    """Let others finish their login: the only wait there is, and a short one."""
    time.sleep(seconds)  # noqa: TID251 - the composition root gives the clock


def _field(secret: str, name: str) -> str:
    """A text field of a secret's JSON; empty where it has none, which no neighbour accepts."""
    try:
        value = json.loads(secret).get(name)
    except (ValueError, AttributeError):
        return ""
    return value if isinstance(value, str) else ""


def _client(service: str) -> Any:
    import boto3
    from botocore.config import Config

    # A function that waits long for AWS holds a slot that another document needs.
    patience = Config(connect_timeout=3, read_timeout=10, retries={"mode": "standard", "max_attempts": 4})
    make: Any = boto3.client
    return make(service, config=patience)


@cache
def ports() -> Runtime:
    """The function's ports, from its environment."""
    return Runtime(settings.read())


def ports_for(seconds: float) -> Ports:
    """The same ports, for a message that GP may be asked about for so many seconds."""
    made = ports()
    made.run_for(seconds)
    return made


def of_stack(stack: str) -> tuple[Ports, str]:
    """The same ports for an operator at a terminal, and who AWS says that is, for the audit.

    The environment is read from the stack's own writer. `Misconfigured` where AWS or the stack is out of reach.
    """
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        resource = _client("cloudformation").describe_stack_resource(StackName=stack, LogicalResourceId="WriteGp")
        name = resource["StackResourceDetail"]["PhysicalResourceId"]
        function = _client("lambda").get_function_configuration(FunctionName=name)
        who = _client("sts").get_caller_identity()["Arn"]
    except (BotoCoreError, ClientError) as failure:
        raise Misconfigured(f"the stack {stack} cannot be read: {failure}") from failure
    variables = function["Environment"]["Variables"]
    # The account may be allowed to log in from there alone, and a refusal here would shut the stack's own permit.
    os.environ["NETBIOS_COMPUTER_NAME"] = variables["NETBIOS_COMPUTER_NAME"]  # noqa: TID251 - the composition root
    return Runtime(settings.read(variables)), str(who)
