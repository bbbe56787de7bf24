"""The FIFO queue to a writer: one group for each document, so that a document has one writer at a time."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import batched
from typing import TYPE_CHECKING

from bridge.aws.calls import translated
from bridge.domain.message import Message
from bridge.domain.outcome import Transient

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_sqs.type_defs import SendMessageBatchRequestEntryTypeDef

BATCH = 10  # SQS's own limit


class FifoQueue:
    """An SQS FIFO queue of messages."""

    def __init__(self, client: SQSClient, url: str) -> None:
        self._client = client
        self._url = url

    def send(self, messages: Iterable[tuple[Message, str]]) -> None:
        """Put messages on the queue, each with its deduplication id; all of them, or raise."""
        for group in batched(messages, BATCH):
            entries = [_entry(number, message, repeat) for number, (message, repeat) in enumerate(group)]
            with translated("SQS"):
                answer = self._client.send_message_batch(QueueUrl=self._url, Entries=entries)
            # A batch can succeed in part: what was refused is as unsent as if the call had failed.
            if failed := answer.get("Failed"):
                raise Transient(f"SQS refused {len(failed)} of {len(entries)} messages: {failed[0].get('Code')}")


def _entry(number: int, message: Message, repeat: str) -> SendMessageBatchRequestEntryTypeDef:
    return {
        "Id": str(number),
        "MessageBody": message.to_json(),
        "MessageGroupId": str(message.document),
        "MessageDeduplicationId": repeat[:128],
    }
