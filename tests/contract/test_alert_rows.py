"""The promises of what is kept of alerts, and of the topic they are told on: memory, moto and the local cloud."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import boto3
import pytest
from bridge.aws.alert_rows import AlertRows
from bridge.aws.notices import TopicNotices
from bridge.domain.outcome import Misconfigured, RowMoved
from bridge.ports import AlertRows as Port
from bridge.ports import Notices
from bridge.protocols.alerts import AlertRow
from moto import mock_aws

from local.cloud.cloud import LocalCloud
from local.memory.alerts import MemoryAlertRows, MemoryNotices
from local.memory.stores import MemoryClock
from tests.stack import THROWAWAY, make_table

NOW = dt.datetime(2026, 11, 17, 2, 14, 0, 123456, dt.UTC)
WHOLE = AlertRow(
    "ShipBob location … 'Größe' has no GP site" * 40,  # longer than a key may be
    told_on=NOW.date(),
    is_told=True,
    text="ShipBob SKU 'Größe 7/8' has no GP item",
    gone_since=NOW,
    telling_until=NOW + dt.timedelta(minutes=5),
)


@pytest.fixture
def moto(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], Any]]:
    for name, value in THROWAWAY.items():
        monkeypatch.setenv(name, value)
    with mock_aws():
        yield boto3.client  # type: ignore[misc] # any of its clients


@pytest.fixture
def local(cloud: LocalCloud, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Any]:
    for name, value in THROWAWAY.items():
        monkeypatch.setenv(name, value)
    return cloud.client


@pytest.fixture(params=["memory", "moto", "local"])
def alerts(request: pytest.FixtureRequest) -> Iterator[Port]:
    if request.param == "memory":
        yield MemoryAlertRows()
        return
    client = request.getfixturevalue(request.param)("dynamodb")
    yield AlertRows(client, make_table(client, "State"))
    client.delete_table(TableName="State")


def test_a_row_is_read_as_it_was_saved(alerts: Port) -> None:
    saved = [alerts.save(WHOLE), alerts.save(AlertRow("sku/WIDGET-RED"))]

    assert saved == [replace(WHOLE, version=1), AlertRow("sku/WIDGET-RED", version=1)]
    assert sorted(alerts.rows(), key=lambda row: row.cause) == saved


def test_a_row_that_moved_is_neither_overwritten_nor_forgotten(alerts: Port) -> None:
    read = alerts.save(WHOLE)
    winner = alerts.save(replace(read, is_told=False))

    for late in (lambda: alerts.save(replace(read, text="late")), lambda: alerts.forget(read)):
        with pytest.raises(RowMoved):
            late()

    assert alerts.rows() == [winner]


def test_a_row_that_somebody_made_meanwhile_is_not_overwritten(alerts: Port) -> None:
    winner = alerts.save(WHOLE)

    with pytest.raises(RowMoved):
        alerts.save(replace(WHOLE, text="late"))

    assert alerts.rows() == [winner]


def test_a_forgotten_row_is_gone_and_may_be_forgotten_twice(alerts: Port) -> None:
    saved = alerts.save(WHOLE)

    alerts.forget(saved)
    alerts.forget(saved)

    assert alerts.rows() == []
    assert alerts.save(WHOLE).version == 1


# ---- The topic


class Told:
    """The port, and what came to those who listen."""

    def __init__(self, notices: Notices, heard: Callable[[], list[tuple[str, str]]]) -> None:
        self.notices = notices
        self.heard = heard


@pytest.fixture(params=["memory", "moto", "local"])
def told(request: pytest.FixtureRequest) -> Told:
    if request.param == "memory":
        notices = MemoryNotices(MemoryClock(NOW))
        return Told(notices, lambda: [(subject, text) for _, subject, text in notices.told])
    client = request.getfixturevalue(request.param)
    sns, sqs = client("sns"), client("sqs")
    topic = sns.create_topic(Name="Alarms")["TopicArn"]
    queue = sqs.create_queue(QueueName="heard")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    lets_it_in = {"Effect": "Allow", "Principal": {"Service": "sns.amazonaws.com"}, "Action": "sqs:SendMessage"}
    policy = {"Version": "2012-10-17", "Statement": [{**lets_it_in, "Resource": arn}]}
    sqs.set_queue_attributes(QueueUrl=queue, Attributes={"Policy": json.dumps(policy)})
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)

    def heard() -> list[tuple[str, str]]:
        found = sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10).get("Messages", [])
        bodies = [json.loads(message["Body"]) for message in found]
        return [(body["Subject"], body["Message"]) for body in bodies]

    return Told(TopicNotices(sns, topic), heard)


def test_what_is_told_is_heard_word_for_word(told: Told) -> None:
    told.notices.tell("GP and ShipBob: 1 order waits for a person", "ShipBob SKU 'Größe 7/8' has no GP item")

    assert told.heard() == [("GP and ShipBob: 1 order waits for a person", "ShipBob SKU 'Größe 7/8' has no GP item")]


def test_a_subject_is_made_to_fit_an_e_mail(moto: Callable[[str], Any]) -> None:
    sns = moto("sns")
    topic = sns.create_topic(Name="Alarms")["TopicArn"]

    TopicNotices(sns, topic).tell("Größe\n" + "x" * 200, "y" * 300_000)


def test_a_topic_that_is_not_there_is_the_stacks_to_repair(moto: Callable[[str], Any]) -> None:
    notices = TopicNotices(moto("sns"), "arn:aws:sns:us-east-1:123456789012:Gone")

    with pytest.raises(Misconfigured):
        notices.tell("A subject", "A text")
