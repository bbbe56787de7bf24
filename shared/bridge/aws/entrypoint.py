"""How a function is woken: the web door, the queue, the schedule. Powertools' JSON log and EMF metrics end here."""

from __future__ import annotations

import base64
import binascii
import datetime as dt
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit

from bridge.domain.message import Message
from bridge.domain.outcome import Failure, Flaw, NotAuthentic, Outcome, Waiting
from bridge.neighbours import Delivery, Hint
from bridge.ports import Ports

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
    from aws_lambda_powertools.utilities.typing import LambdaContext

type Handler = Callable[[dict[str, Any], LambdaContext], dict[str, Any]]

BODY_TEXT_MAX = 1_333_336  # of a request, as API Gateway hands it over: a million bytes in base64
SECONDS_FOR_LEDGER = 10.0  # of a function's time, to write down what became of its message

logger = Logger()
metrics = Metrics()


def http_door(receive: Callable[[Delivery, Ports], Hint], ports: Callable[[], Ports]) -> Handler:
    """HTTP API, payload 2.0. 202 once the hint is queued, 401 without a word, 503 to be delivered again."""

    @logger.inject_lambda_context
    @metrics.log_metrics
    def handle(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
        try:
            hint = receive(_delivery(event), ports())
        except NotAuthentic as refused:
            logger.warning("refused a delivery", extra={"why": str(refused)})
            return _counted(401, "DeliveriesRefused", f"DeliveriesRefused{refused.flaw}")
        except Failure:
            # ShipBob delivers again for more than a day.
            logger.exception("could not queue a delivery")
            return _counted(503, "DeliveriesFailed")
        logger.info(
            "received", extra={"delivery": hint.delivery_id, "topic": hint.topic, "document": str(hint.document)}
        )
        return _counted(202, "DeliveriesReceived", *_odd(hint))

    return handle


def _odd(hint: Hint) -> Iterator[str]:
    """What a person should hear of before ShipBob's next version: nothing here is wrong."""
    if not hint.is_topic_known:
        yield "TopicsUnknown"
    elif hint.document is None:
        yield "DeliveriesWithoutDocument"


def _delivery(event: object) -> Delivery:
    """The request byte for byte, whatever API Gateway took its body for. What is of no such form is not authentic."""
    fields = event if isinstance(event, dict) else {}
    headers, body = fields.get("headers"), fields.get("body")
    named = headers.items() if isinstance(headers, dict) else ()
    texts = {str(name).lower(): value for name, value in named if isinstance(value, str)}
    return Delivery(texts, _bytes("" if body is None else body, is_base64=bool(fields.get("isBase64Encoded"))))


def _bytes(body: object, *, is_base64: bool) -> bytes:
    if not isinstance(body, str):
        raise NotAuthentic(Flaw.UNREADABLE)
    if len(body) > BODY_TEXT_MAX:
        raise NotAuthentic(Flaw.TOO_LARGE)
    try:
        return base64.b64decode(body, validate=True) if is_base64 else body.encode()
    except (binascii.Error, ValueError) as malformed:
        raise NotAuthentic(Flaw.UNREADABLE) from malformed


def _counted(status: int, *names: str) -> dict[str, Any]:
    for name in names:
        metrics.add_metric(name=name, unit=MetricUnit.Count, value=1)
    return {"statusCode": status}


def sqs_fifo(answer: Callable[[Message, Ports], Outcome], ports: Callable[[float], Ports]) -> Handler:
    """SQS FIFO with partial batch responses: what raises comes back, and everything after it in its group with it.

    `ports` are for one message, and are told for how many seconds they may go on.
    """
    from aws_lambda_powertools.utilities.batch import SqsFifoPartialProcessor, process_partial_response

    # A batch in which all failed is answered like any other: what failed comes back.
    processor = SqsFifoPartialProcessor(skip_group_on_error=True)
    processor.raise_on_entire_batch_failure = False

    def take(record: SQSRecord, lambda_context: LambdaContext) -> None:  # Powertools knows the argument by its name
        logger.append_keys(message_group=record.attributes.message_group_id)  # the document, before it is read
        try:
            world = ports(lambda_context.get_remaining_time_in_millis() / 1000 - SECONDS_FOR_LEDGER)
            message = Message.from_json(record.body, received_at=world.clock.now())
            outcome = answer(message, world)
        except Exception:
            logger.exception("failed")
            metrics.add_metric(name="DocumentsFailed", unit=MetricUnit.Count, value=1)
            raise
        name = type(outcome).__name__
        logger.info("attempted", extra={"document": str(message.document), "reason": message.reason, "outcome": name})
        metrics.add_metric(name=f"Documents{name}", unit=MetricUnit.Count, value=1)
        if isinstance(outcome, Waiting) and outcome.needs_repair:
            metrics.add_metric(name="NeedsRepair", unit=MetricUnit.Count, value=1)

    @logger.inject_lambda_context
    @metrics.log_metrics
    def handle(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
        result = process_partial_response(event=event, record_handler=take, processor=processor, context=context)
        return dict(result)

    return handle


def schedule(run: Callable[[Ports, str], object], ports: Callable[[], Ports]) -> Handler:
    """EventBridge Scheduler, or another function. The run is named by the request's id, the same when AWS tries again.

    Where the result says what is to be `counted`, by name, it is.
    """

    @logger.inject_lambda_context
    @metrics.log_metrics
    def handle(_event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
        started = dt.datetime.now(dt.UTC)  # noqa: TID251 - aws/ may read the clock
        result = run(ports(), f"run-{context.aws_request_id}")
        seconds = (dt.datetime.now(dt.UTC) - started).total_seconds()  # noqa: TID251 - aws/ may read the clock
        logger.info("ran", extra={"result": str(result), "seconds": seconds})
        for name, count in {"RunsFinished": 1, **getattr(result, "counted", {})}.items():
            metrics.add_metric(name=name, unit=MetricUnit.Count, value=count)
        return {"result": str(result)}

    return handle
