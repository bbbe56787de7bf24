"""The FIFO queue to a writer: one group for each document, so that a document has one writer at a time."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Final

from bridge.aws.calls import translated
from bridge.domain.message import Message
from bridge.domain.outcome import Transient

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_sqs.type_defs import SendMessageBatchRequestEntryTypeDef

BATCH = 10  # SQS's own limit
BATCH_BYTES = 250_000  # SQS takes 1 MiB a call; until August 2025, and in what imitates it, 262,144 bytes
WAITING: Final = (
    "ApproximateNumberOfMessages",
    "ApproximateNumberOfMessagesNotVisible",
    "ApproximateNumberOfMessagesDelayed",
)
REPEAT = re.compile(r"[!-~]{1,128}")  # what SQS takes as a deduplication id


class FifoQueue:
    """An SQS FIFO queue of messages."""

    def __init__(self, client: SQSClient, url: str) -> None:
        self._client = client
        self._url = url

    def send(self, messages: Iterable[tuple[Message, str]]) -> None:
        """Put messages on the queue, each with its deduplication id; all of them, or raise."""
        for entries in _batches(messages):
            with translated("SQS"):
                answer = self._client.send_message_batch(QueueUrl=self._url, Entries=entries)
            # A batch can succeed in part: what was refused is as unsent as if the call had failed.
            if failed := answer.get("Failed"):
                raise Transient(f"SQS refused {len(failed)} of {len(entries)} messages: {failed[0].get('Code')}")

    def depth(self) -> int:
        """About how many messages wait or are being worked on; SQS counts a minute or so behind."""
        with translated("SQS"):
            answer = self._client.get_queue_attributes(QueueUrl=self._url, AttributeNames=WAITING)
        return sum(int(answer["Attributes"][name]) for name in WAITING)


def _batches(messages: Iterable[tuple[Message, str]]) -> Iterator[list[SendMessageBatchRequestEntryTypeDef]]:
    """As many messages to a call as SQS takes, by number and by bytes, in their order."""
    entries: list[SendMessageBatchRequestEntryTypeDef] = []
    room = BATCH_BYTES
    for message, repeat in messages:
        body = message.to_json()
        size = len(body.encode())
        if entries and (len(entries) == BATCH or size > room):
            yield entries
            entries, room = [], BATCH_BYTES
        entries.append(_entry(len(entries), message, body, repeat))
        room -= size
    if entries:
        yield entries


def _entry(number: int, message: Message, body: str, repeat: str) -> SendMessageBatchRequestEntryTypeDef:
    return {
        "Id": str(number),
        "MessageBody": body,
        "MessageGroupId": str(message.document),
        # An id cut to its length could be another's, and a message that is taken for a repeat is lost.
        "MessageDeduplicationId": repeat if REPEAT.fullmatch(repeat) else _digest(repeat),
    }


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()
