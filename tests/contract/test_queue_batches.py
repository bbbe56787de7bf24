"""Messages go to SQS in as few calls as it takes, by number and by bytes, and in their order."""

from __future__ import annotations

import dataclasses
import datetime as dt
import random
from itertools import pairwise
from typing import Any

from bridge.aws.queues import BATCH, BATCH_BYTES, FifoQueue
from bridge.domain.document import DocumentId, DocumentKind
from bridge.domain.message import SNAPSHOT_TEXT_MAX, Message, Snapshot
from hypothesis import given
from hypothesis import strategies as st

NOW = dt.datetime(2026, 11, 17, 14, 5, tzinfo=dt.UTC)
URL = "https://sqs.example.com/ToGp.fifo"


def hint(number: int, reason: str = "webhook") -> Message:
    return Message(DocumentId(DocumentKind.ORDER, number), reason, "msg_1", NOW)


class Calls:
    """An SQS that takes everything and remembers what each call held."""

    def __init__(self) -> None:
        self.entries: list[list[dict[str, str]]] = []

    def send_message_batch(self, *, QueueUrl: str, Entries: list[dict[str, str]]) -> dict[str, Any]:  # noqa: N803
        self.entries.append([*Entries])
        return {"Successful": []}

    @property
    def bytes(self) -> list[int]:
        return [sum(len(entry["MessageBody"].encode()) for entry in call) for call in self.entries]


@given(st.lists(st.integers(0, 120_000), max_size=40))
def test_no_call_holds_more_messages_or_bytes_than_sqs_takes_and_no_two_could_be_one(sizes: list[int]) -> None:
    calls: Any = Calls()
    FifoQueue(calls, URL).send((hint(number + 1, "x" * size), f"{number}") for number, size in enumerate(sizes))

    sent = [entry["MessageDeduplicationId"] for call in calls.entries for entry in call]
    assert sent == [str(number) for number in range(len(sizes))]
    assert all(len({entry["Id"] for entry in call}) == len(call) <= BATCH for call in calls.entries)
    assert all(size <= BATCH_BYTES for size in calls.bytes)
    for call, after in pairwise(calls.entries):
        first = len(after[0]["MessageBody"].encode())
        assert len(call) == BATCH or sum(len(entry["MessageBody"].encode()) for entry in call) + first > BATCH_BYTES


def test_a_message_larger_than_a_call_may_be_goes_alone_for_sqs_to_judge() -> None:
    calls: Any = Calls()
    FifoQueue(calls, URL).send([(hint(1), "a"), (hint(2, "x" * 300_000), "b"), (hint(3), "c")])

    assert [len(call) for call in calls.entries] == [1, 1, 1]


def test_ten_snapshots_as_large_as_may_travel_are_one_call() -> None:
    noise = random.Random(1).randbytes(SNAPSHOT_TEXT_MAX * 3 // 4 - 100)  # noqa: S311 - nothing that compresses
    snapshot = Snapshot(noise, NOW, NOW)
    calls: Any = Calls()
    FifoQueue(calls, URL).send(
        (dataclasses.replace(hint(number), snapshot=snapshot), f"{number}") for number in range(1, 11)
    )

    assert [len(call) for call in calls.entries] == [10]
    assert calls.bytes[0] > 10 * SNAPSHOT_TEXT_MAX * 0.9
