"""How a function is woken: the web door, the queue, the schedule. Powertools' JSON log and EMF metrics end here."""

from __future__ import annotations

import base64
import binascii
import datetime as dt
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit

from bridge.domain.message import Message
from bridge.domain.outcome import Failure, NotAuthentic, Outcome, Waiting
from bridge.ports import Delivery, Hint, Ports

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
    from aws_lambda_powertools.utilities.typing import LambdaContext

type Handler = Callable[[dict[str, Any], LambdaContext], dict[str, Any]]

SECONDS_FOR_LEDGER = 10.0  # of a function's time, to write down what became of its message

logger = Logger()
metrics = Metrics()


def http_door(receive: Callable[[Delivery, Ports], Hint], ports: Callable[[], Ports]) -> Handler:
    """HTTP API, payload 2.0. 202 once the hint is queued, 401 with no detail, 503 to be delivered again."""

    @logger.inject_lambda_context
    @metrics.log_metrics
    def handle(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
        try:
            hint = receive(_delivery(event), ports())
        except NotAuthentic as refused:
            logger.warning("refused a delivery", extra={"why": str(refused)})
            return _counted("DeliveriesRefused", 401)
        except Failure:
            # ShipBob delivers again for more than a day.
            logger.exception("could not queue a delivery")
            return _counted("DeliveriesFailed", 503)
        logger.info(
            "received", extra={"delivery": hint.delivery_id, "topic": hint.topic, "document": str(hint.document)}
        )
        return _counted("DeliveriesReceived", 202)

    return handle


def _delivery(event: dict[str, Any]) -> Delivery:
    body = event.get("body") or ""
    try:
        raw = base64.b64decode(body, validate=True) if event.get("isBase64Encoded") else body.encode()
    except (binascii.Error, ValueError) as malformed:
        raise NotAuthentic("the body cannot be read") from malformed
    return Delivery({name.lower(): value for name, value in (event.get("headers") or {}).items()}, raw)


def _counted(metric: str, status: int) -> dict[str, Any]:
    metrics.add_metric(name=metric, unit=MetricUnit.Count, value=1)
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
    """EventBridge Scheduler. The run is named by the request's id, which stays the same when AWS tries again."""

    @logger.inject_lambda_context
    @metrics.log_metrics
    def handle(_event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
        started = dt.datetime.now(dt.UTC)  # noqa: TID251 - aws/ may read the clock
        result = run(ports(), f"run-{context.aws_request_id}")
        seconds = (dt.datetime.now(dt.UTC) - started).total_seconds()  # noqa: TID251 - aws/ may read the clock
        logger.info("ran", extra={"result": str(result), "seconds": seconds})
        metrics.add_metric(name="RunsFinished", unit=MetricUnit.Count, value=1)
        return {"result": str(result)}

    return handle
