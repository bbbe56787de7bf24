"""The queue's promises, kept by memory and by SQS FIFO with the queue as the template declares it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber
from bridge.aws.queues import FifoQueue
from bridge.domain.document import DocumentId, DocumentKind
from bridge.domain.message import Message
from bridge.domain.outcome import Misconfigured, Transient
from bridge.ports import Queue
from moto import mock_aws

from local.memory.world import MemoryClock, MemoryQueue
from tests.stack import THROWAWAY, make_fifo_queue, properties

NOW = dt.datetime(2026, 11, 17, 14, 5, tzinfo=dt.UTC)


def hint(number: int, reason: str = "webhook") -> Message:
    return Message(DocumentId(DocumentKind.ORDER, number), reason, "msg_1", NOW)


@dataclass
class Probe:
    """A queue; a look at all that lies on it: group and message, in order; and a look at its depth while somebody works
    on a message of it."""

    queue: Queue
    look: Callable[[], list[tuple[str, Message]]]
    depth_at_work: Callable[[], int]

    def settles_at(self, depth: int) -> bool:
        """SQS counts approximately, and is right some time after all is quiet."""
        return any(self.queue.depth() == depth for _ in range(50))


def received(client: Any, url: str) -> list[tuple[str, Message]]:
    """All there is, received and deleted, ten at a time."""
    found: list[tuple[str, Message]] = []
    while True:
        answer = client.receive_message(QueueUrl=url, MaxNumberOfMessages=10, MessageSystemAttributeNames=["All"])
        if not answer.get("Messages"):
            return found
        for message in answer["Messages"]:
            group = message["Attributes"]["MessageGroupId"]
            found.append((group, Message.from_json(message["Body"], received_at=NOW)))
            client.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])


@pytest.fixture
def sqs(monkeypatch: pytest.MonkeyPatch) -> Iterator[Probe]:
    for name, value in THROWAWAY.items():
        monkeypatch.setenv(name, value)
    with mock_aws():
        client = boto3.client("sqs")
        url = make_fifo_queue(client, "ToGp")
        queue = FifoQueue(client, url)

        def depth_at_work() -> int:
            client.receive_message(QueueUrl=url, MaxNumberOfMessages=1)
            return queue.depth()

        yield Probe(queue, lambda: received(client, url), depth_at_work)


@pytest.fixture
def memory() -> Probe:
    queue = MemoryQueue(MemoryClock(NOW))
    depths: list[int] = []

    def depth_at_work() -> int:
        queue.deliver(lambda _: depths.append(queue.depth()))
        return depths[0]

    return Probe(queue, lambda: [(str(message.document), message) for message in queue.waiting()], depth_at_work)


@pytest.fixture(params=["memory", "sqs"])
def probe(request: pytest.FixtureRequest) -> Probe:
    found: Probe = request.getfixturevalue(request.param)
    return found


def test_a_message_arrives_whole_in_its_documents_group(probe: Probe) -> None:
    message = Message(DocumentId(DocumentKind.LOCATE, 7), "Größe “7”", "msg_2", NOW)

    probe.queue.send([(message, "a")])

    assert probe.look() == [("locate/7", message)]


def test_messages_of_one_document_arrive_in_the_order_they_were_sent(probe: Probe) -> None:
    messages = [hint(1, f"reason {number}") for number in range(5)]

    probe.queue.send([(message, message.reason) for message in messages])

    assert [message for _, message in probe.look()] == messages


def test_more_messages_than_one_call_takes_all_arrive(probe: Probe) -> None:
    probe.queue.send((hint(number), f"run-1/order/{number}") for number in range(1, 36))

    assert sorted(message.document.number for _, message in probe.look()) == list(range(1, 36))


def test_a_repeat_in_its_group_is_dropped(probe: Probe) -> None:
    probe.queue.send([(hint(1), "a"), (hint(1), "a")])
    probe.queue.send([(hint(1), "a")])

    assert len(probe.look()) == 1


def test_the_same_content_under_another_id_is_another_message(probe: Probe) -> None:
    probe.queue.send([(hint(1), "a"), (hint(1), "b")])

    assert len(probe.look()) == 2


@pytest.mark.parametrize(
    "probe",
    [
        "memory",
        pytest.param(
            "sqs", marks=pytest.mark.xfail(strict=True, reason="moto forgets a deleted message; AWS does not")
        ),
    ],
    indirect=True,
)
def test_a_repeat_is_dropped_though_the_first_was_received_and_deleted(probe: Probe) -> None:
    if isinstance(probe.queue, MemoryQueue):
        probe.queue.send([(hint(1), "a")])
        probe.queue.deliver(lambda _: None)
    else:
        probe.queue.send([(hint(1), "a")])
        probe.look()

    probe.queue.send([(hint(1), "a")])

    assert probe.look() == []


@pytest.mark.parametrize(
    "probe",
    [
        "memory",
        pytest.param("sqs", marks=pytest.mark.xfail(strict=True, reason="moto drops repeats by queue; AWS by group")),
    ],
    indirect=True,
)
def test_the_same_id_in_two_groups_is_two_messages(probe: Probe) -> None:
    probe.queue.send([(hint(1), "a"), (hint(2), "a")])

    assert sorted(group for group, _ in probe.look()) == ["order/1", "order/2"]


def test_nothing_to_send_sends_nothing(probe: Probe) -> None:
    probe.queue.send([])

    assert probe.look() == []


def test_an_empty_queue_has_no_depth(probe: Probe) -> None:
    assert probe.settles_at(0)


def test_the_depth_counts_what_waits_in_every_group(probe: Probe) -> None:
    probe.queue.send([(hint(1), "a"), (hint(1), "b"), (hint(2), "c")])

    assert probe.settles_at(3)


def test_the_depth_counts_what_is_being_worked_on(probe: Probe) -> None:
    probe.queue.send([(hint(1), "a"), (hint(2), "b")])

    assert probe.settles_at(2)
    assert probe.depth_at_work() == 2


def test_messages_too_large_for_one_call_all_arrive_in_their_order(probe: Probe) -> None:
    messages = [hint(1, f"{number}" * 60_000) for number in range(10)]

    probe.queue.send([(message, f"run-1/{message.reason[0]}") for message in messages])

    assert [message for _, message in probe.look()] == messages


def test_repeats_are_remembered_by_the_group_as_the_template_declares_it() -> None:
    declared = properties("ToGp")

    assert (declared["DeduplicationScope"], declared["FifoThroughputLimit"]) == ("messageGroup", "perMessageGroupId")


# ---- SQS alone


@pytest.mark.parametrize("repeat", ["a" * 500, "run 1/order/7", "größe", "\ud800", ""])
def test_an_id_that_sqs_would_not_take_is_replaced_by_one_that_stands_for_it(sqs: Probe, repeat: str) -> None:
    sqs.queue.send([(hint(1), repeat), (hint(1), repeat)])

    assert len(sqs.look()) == 1


def test_two_long_ids_that_begin_alike_are_two_messages(sqs: Probe) -> None:
    sqs.queue.send([(hint(1), "a" * 500 + "b"), (hint(1), "a" * 500 + "c")])

    assert len(sqs.look()) == 2


@pytest.mark.parametrize("code", ["AccessDenied", "AWS.SimpleQueueService.NonExistentQueue"])
def test_a_depth_that_may_not_be_asked_for_is_for_a_person_to_repair(
    monkeypatch: pytest.MonkeyPatch, code: str
) -> None:
    for name, value in THROWAWAY.items():
        monkeypatch.setenv(name, value)
    client = boto3.client("sqs")
    with Stubber(client) as stub:
        stub.add_client_error("get_queue_attributes", code, http_status_code=403)
        with pytest.raises(Misconfigured):
            FifoQueue(client, "https://sqs.example.com/ToGp.fifo").depth()


def test_a_batch_of_which_sqs_took_a_part_has_failed(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in THROWAWAY.items():
        monkeypatch.setenv(name, value)
    client = boto3.client("sqs")
    failed = {"Id": "1", "SenderFault": False, "Code": "InternalError"}
    taken = {"Id": "0", "MessageId": "m", "MD5OfMessageBody": "x"}
    with Stubber(client) as stub:
        stub.add_response("send_message_batch", {"Successful": [taken], "Failed": [failed]})
        with pytest.raises(Transient, match="refused 1 of 2 messages: InternalError"):
            FifoQueue(client, "https://sqs.example.com/ToGp.fifo").send([(hint(1), "a"), (hint(2), "b")])


def test_a_queue_that_may_not_be_sent_to_is_for_a_person_to_repair(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in THROWAWAY.items():
        monkeypatch.setenv(name, value)
    client = boto3.client("sqs")
    with Stubber(client) as stub:
        stub.add_client_error("send_message_batch", "AccessDenied", http_status_code=403)
        with pytest.raises(Misconfigured):
            FifoQueue(client, "https://sqs.example.com/ToGp.fifo").send([(hint(1), "a")])


def test_a_queue_that_is_not_there_is_for_a_person_to_repair(sqs: Probe) -> None:
    assert sqs.look() == []
    client = boto3.client("sqs")

    with pytest.raises(Misconfigured):
        FifoQueue(client, "https://sqs.us-east-1.amazonaws.com/123456789012/Elsewhere.fifo").send([(hint(1), "a")])


# ---- Memory alone: the clock is ours


def test_after_five_minutes_a_repeat_is_a_message_again() -> None:
    clock = MemoryClock(NOW)
    queue = MemoryQueue(clock)
    queue.send([(hint(1), "a")])
    clock.advance(dt.timedelta(minutes=5) - dt.timedelta(microseconds=1))
    queue.send([(hint(1), "a")])
    within = len(queue.waiting())
    clock.advance(dt.timedelta(microseconds=1))
    queue.send([(hint(1), "a")])

    assert (within, len(queue.waiting())) == (1, 2)


def test_what_failed_keeps_its_group_back_and_no_other() -> None:
    clock = MemoryClock(NOW)
    queue = MemoryQueue(clock)
    queue.send([(hint(1, "first"), "a"), (hint(1, "second"), "b"), (hint(2, "third"), "c")])
    taken: list[str] = []

    def take(message: Message) -> None:
        taken.append(message.reason)
        if taken == ["first"]:
            raise ValueError("a bug")

    queue.deliver(take)
    before = [*taken]
    clock.advance(dt.timedelta(seconds=1080))
    queue.deliver(take)

    assert (before, taken) == (["first", "third"], ["first", "third", "first", "second"])
