"""The dead letters' promises, kept by memory and by SQS: taken, hidden meanwhile, gone only when they are removed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import boto3
import pytest
from bridge.aws.dead_letters import DeadLetterQueue
from bridge.aws.queues import FifoQueue
from bridge.domain.document import DocumentId, DocumentKind
from bridge.domain.message import Message, Snapshot
from bridge.domain.outcome import Misconfigured
from bridge.ports import DeadLetters
from moto import mock_aws

from local.memory.stores import MemoryDeadLetters
from local.memory.world import MemoryClock, MemoryQueue
from tests.stack import THROWAWAY

NOW = dt.datetime(2026, 11, 17, 14, 5, tzinfo=dt.UTC)
EVENT = Message(DocumentId(DocumentKind.STOCK, 7), "poll", "run-1", NOW, Snapshot(b"the only copy", NOW, NOW))
UNREADABLE = ["not JSON", "[]", "{}", '{"document": 7}', '{"document": "invoice/7"}', '{"document": null}']


@dataclass
class Probe:
    letters: DeadLetters
    give_up_on: Callable[[Message], None]
    give_up_on_text: Callable[[str], None]


@pytest.fixture
def sqs(monkeypatch: pytest.MonkeyPatch) -> Iterator[Probe]:
    for name, value in THROWAWAY.items():
        monkeypatch.setenv(name, value)
    with mock_aws():
        client = boto3.client("sqs")
        dead = client.create_queue(QueueName="Dead.fifo", Attributes={"FifoQueue": "true"})["QueueUrl"]
        arn = client.get_queue_attributes(QueueUrl=dead, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        policy = f'{{"deadLetterTargetArn": "{arn}", "maxReceiveCount": 5}}'
        url = client.create_queue(QueueName="ToGp.fifo", Attributes={"FifoQueue": "true", "RedrivePolicy": policy})[
            "QueueUrl"
        ]

        def give_up_on_text(body: str) -> None:
            client.send_message(
                QueueUrl=dead, MessageBody=body, MessageGroupId="odd", MessageDeduplicationId=str(abs(hash(body)))
            )

        yield Probe(
            DeadLetterQueue(client, "ToGp", url, lambda: NOW),
            lambda message: FifoQueue(client, dead).send([(message, str(message.document))]),
            give_up_on_text,
        )


@pytest.fixture
def memory() -> Probe:
    clock = MemoryClock(NOW)
    queue = MemoryQueue(clock)
    return Probe(MemoryDeadLetters("ToGp", queue, clock), queue.dead_letters.append, queue.unreadable.append)


@pytest.fixture(params=["memory", "sqs"])
def probe(request: pytest.FixtureRequest) -> Probe:
    found: Probe = request.getfixturevalue(request.param)
    return found


def test_where_nobody_gave_up_there_is_nothing(probe: Probe) -> None:
    assert (probe.letters.name, probe.letters.depth(), list(probe.letters.take())) == ("ToGp", 0, [])


def test_a_dead_letter_is_the_message_with_all_it_carried(probe: Probe) -> None:
    probe.give_up_on(EVENT)

    assert probe.letters.depth() == 1
    assert [letter.message for letter in probe.letters.take()] == [EVENT]


def test_what_was_taken_is_still_there_but_nobody_else_gets_it(probe: Probe) -> None:
    probe.give_up_on(EVENT)
    probe.letters.take()

    assert list(probe.letters.take()) == []
    assert probe.letters.depth() == 1


def test_what_was_removed_is_gone(probe: Probe) -> None:
    probe.give_up_on(EVENT)
    (letter,) = probe.letters.take()
    probe.letters.remove(letter)

    assert probe.letters.depth() == 0


@pytest.mark.parametrize("body", UNREADABLE)
def test_what_nobody_can_read_is_a_letter_without_a_message(probe: Probe, body: str) -> None:
    probe.give_up_on_text(body)

    (letter,) = probe.letters.take()
    assert letter.message is None
    assert letter.id


def test_what_a_letter_is_removed_by_is_not_shown(probe: Probe) -> None:
    probe.give_up_on(EVENT)

    (letter,) = probe.letters.take()
    assert letter.handle not in repr(letter)


def test_a_queue_out_of_reach_is_a_failure_of_the_stack(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in THROWAWAY.items():
        monkeypatch.setenv(name, value)
    with mock_aws():
        gone = "https://sqs.us-east-1.amazonaws.com/123456789012/Gone.fifo"
        with pytest.raises(Misconfigured):
            DeadLetterQueue(boto3.client("sqs"), "ToGp", gone, lambda: NOW).depth()
