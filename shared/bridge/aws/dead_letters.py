"""What a queue's reader gave up on: taken out one by one, so that each goes back with who asked for it, and why.

SQS can move dead letters back by itself; but then nobody's name is on them, and those that nobody can read go round.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from functools import cached_property
from json import loads
from typing import TYPE_CHECKING

from bridge.aws.calls import translated
from bridge.aws.queues import WAITING
from bridge.domain.message import Message
from bridge.ports import DeadLetter

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

AT_ONCE = 10  # SQS's own limit
HIDDEN_SECONDS = 120


class DeadLetterQueue:
    """The dead letters of a queue, which itself says where they go."""

    def __init__(self, client: SQSClient, name: str, queue_url: str, now: Callable[[], dt.datetime]) -> None:
        self.name = name
        self._client = client
        self._queue_url = queue_url
        self._now = now

    @cached_property
    def _url(self) -> str:
        with translated("SQS"):
            answer = self._client.get_queue_attributes(QueueUrl=self._queue_url, AttributeNames=["RedrivePolicy"])
            arn: str = loads(answer["Attributes"]["RedrivePolicy"])["deadLetterTargetArn"]
            return self._client.get_queue_url(QueueName=arn.rpartition(":")[2])["QueueUrl"]

    def depth(self) -> int:
        """About how many there are; SQS counts a minute or so behind."""
        with translated("SQS"):
            answer = self._client.get_queue_attributes(QueueUrl=self._url, AttributeNames=WAITING)
        return sum(int(answer["Attributes"][name]) for name in WAITING)

    def take(self) -> Sequence[DeadLetter]:
        """Some of them, which nobody else gets for two minutes. A second is waited for the first of them."""
        with translated("SQS"):
            answer = self._client.receive_message(
                QueueUrl=self._url,
                MaxNumberOfMessages=AT_ONCE,
                VisibilityTimeout=HIDDEN_SECONDS,
                WaitTimeSeconds=1,
            )
        return [
            DeadLetter(each["MessageId"], self._read(each["Body"]), each["ReceiptHandle"])
            for each in answer.get("Messages", [])
        ]

    def remove(self, letter: DeadLetter) -> None:
        """Have done with one that was taken."""
        with translated("SQS"):
            self._client.delete_message(QueueUrl=self._url, ReceiptHandle=letter.handle)

    def _read(self, body: str) -> Message | None:
        try:
            return Message.from_json(body, received_at=self._now())
        except (ValueError, KeyError, TypeError, AttributeError):  # whatever it is, it is no message of ours
            return None
