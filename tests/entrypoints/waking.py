"""How a test wakes a function: the events as AWS sends them, and the entry points over the world in memory.

The entry points are composed as the handlers compose them; only the ports are others. They are imported where they are
used, because Powertools reads its environment as it is imported.
"""

from __future__ import annotations

import base64
import datetime as dt
import hmac
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bridge.domain.message import Message
from bridge.flows.attempt import attempt
from bridge.flows.keep_connected import KeepConnected
from bridge.flows.poll_gp import poll_gp
from bridge.flows.poll_shipbob import poll_shipbob
from bridge.flows.receive_delivery import receive_delivery
from bridge.flows.sweep import sweep
from bridge.ports import Ports
from bridge.shipbob.webhook import ShipBobWebhooks, StoredLiveSecrets
from standardwebhooks import Webhook

from local.memory.tokens import MemorySecret
from local.memory.world import START, WRITE_GP, WRITE_SHIPBOB, World
from tests.stack import THROWAWAY, environment

ROOT = Path(__file__).parents[2]
SECRET = "whsec_" + base64.b64encode(bytes(range(24))).decode()
VALUES = {
    "GP_COMPANY_ID": "2",
    "CUT_OVER_DATE": "2026-11-01",
}
ENVIRONMENT = {**environment(), **VALUES, **THROWAWAY}

type Json = dict[str, Any]
type Woken = Callable[[Json], Json]


@dataclass(frozen=True, slots=True)
class Context:
    """What Lambda tells a function of this invocation."""

    aws_request_id: str = "req-1"
    function_name: str = "bridge"
    memory_limit_in_mb: int = 512
    invoked_function_arn: str = "arn:aws:lambda:us-east-1:123456789012:function:bridge"

    seconds_left: int = 180

    def get_remaining_time_in_millis(self) -> int:
        return 1000 * self.seconds_left


def sample(name: str) -> Json:
    """A sample event of the project."""
    loaded: Json = json.loads((ROOT / "events" / name).read_text())
    return loaded


def signed_world() -> World:
    """A world whose webhook door checks real signatures."""
    world = World()
    stored = MemorySecret(world.clock, text=json.dumps({"current": SECRET, "previous": ""}))
    world.webhooks = ShipBobWebhooks(StoredLiveSecrets(stored))  # type: ignore[assignment] # the port, not its fake
    return world


def door(ports: Ports) -> Woken:
    from bridge.aws.entrypoint import http_door

    return _woken(http_door(receive_delivery, lambda: ports))


def writer(ports: Ports, bound: Callable[[float], object] = float, seconds_left: int = 180) -> Woken:
    """`bound` hears for how long a message may go on; `seconds_left` is what Lambda says of the function."""
    from bridge.aws.entrypoint import sqs_fifo

    def ports_for(seconds: float) -> Ports:
        bound(seconds)
        return ports

    return _woken(sqs_fifo(attempt(WRITE_GP), ports_for), seconds_left=seconds_left)


def poller(ports: Ports, request: str = "req-1") -> Woken:
    from bridge.aws.entrypoint import schedule

    return _woken(schedule(poll_shipbob, lambda: ports), request)


def sender(ports: Ports, seconds_left: int = 180) -> Woken:
    from bridge.aws.entrypoint import sqs_fifo

    return _woken(sqs_fifo(attempt(WRITE_SHIPBOB), lambda _: ports), seconds_left=seconds_left)


def gp_poller(ports: Ports, request: str = "req-1") -> Woken:
    from bridge.aws.entrypoint import schedule

    return _woken(schedule(poll_gp, lambda: ports), request)


def keeper(ports: Ports, request: str = "req-1") -> Woken:
    from bridge.aws.entrypoint import schedule

    return _woken(schedule(KeepConnected(), lambda: ports), request)


def sweeper(ports: Ports, request: str = "req-1") -> Woken:
    from bridge.aws.entrypoint import schedule

    return _woken(schedule(sweep, lambda: ports), request)


def _woken(handle: Callable[[Json, Any], Json], request: str = "req-1", seconds_left: int = 180) -> Woken:
    return lambda event: handle(event, Context(request, seconds_left=seconds_left))


def delivery(
    body: str, *, identifier: str = "msg_1", at: dt.datetime = START, secret: str = SECRET, topic: str = "order.shipped"
) -> Json:
    """An HTTP API event, payload 2.0, as ShipBob's delivery arrives; signed by the specification's own library."""
    headers = {
        "content-type": "application/json",
        "webhook-id": identifier,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": Webhook(secret).sign(identifier, at, body),
        "x-webhook-topic": topic,
    }
    return {"version": "2.0", "headers": headers, "body": body, "isBase64Encoded": False}


def delivery_of_bytes(raw: bytes, topic: str = "order.shipped") -> Json:
    """The same for a body that is no text, which the library does not sign: the specification's own words, in bytes."""
    event = delivery("", topic=topic)
    stamp = event["headers"]["webhook-timestamp"]
    digest = hmac.digest(base64.b64decode(SECRET.removeprefix("whsec_")), f"msg_1.{stamp}.".encode() + raw, "sha256")
    headers = {**event["headers"], "webhook-signature": "v1," + base64.b64encode(digest).decode()}
    return {**event, "headers": headers, "body": base64.b64encode(raw).decode(), "isBase64Encoded": True}


def as_base64(event: Json) -> Json:
    return {**event, "body": base64.b64encode(event["body"].encode()).decode(), "isBase64Encoded": True}


def batch(*records: tuple[str, Message | str]) -> Json:
    """An SQS FIFO event: the id of each record, and its message or body; bare bodies share a group."""
    return {"Records": [_record(identifier, content) for identifier, content in records]}


def _record(identifier: str, content: Message | str) -> Json:
    group, body = (str(content.document), content.to_json()) if isinstance(content, Message) else ("odd", content)
    return {
        "messageId": identifier,
        "receiptHandle": f"handle-{identifier}",
        "body": body,
        "attributes": {"ApproximateReceiveCount": "1", "MessageGroupId": group},
        "messageAttributes": {},
        "eventSource": "aws:sqs",
        "eventSourceARN": "arn:aws:sqs:us-east-1:123456789012:ToGp.fifo",
        "awsRegion": "us-east-1",
    }
