"""One shipping method that nobody mapped stops three orders: the topic is told once, and once more when it is over."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from decimal import Decimal

from bridge.aws.alert_rows import AlertRows
from bridge.aws.rows import Rows
from bridge.domain.document import DocumentId, DocumentKind

from local.shipbob.orders import Line, NewOrder
from local.world import World
from tests.stories.watching import comes_to

METHOD = "Weekend"  # which no other story ships by: all that waits for it is of this one
CAUSE = f"shipping/{METHOD}"
HOUR = dt.timedelta(hours=1)


@contextmanager
def subscribed(world: World) -> Iterator[str]:
    """The address of a queue that hears what is told on the topic of the stack's alarms, as an inbox does."""
    sqs, sns = world.cloud.client("sqs"), world.cloud.client("sns")
    queue = sqs.create_queue(QueueName="inbox")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    let_in = {"Effect": "Allow", "Principal": "*", "Action": "sqs:SendMessage", "Resource": arn}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [let_in]})
    sqs.set_queue_attributes(QueueUrl=queue, Attributes={"Policy": policy})
    told = sns.subscribe(TopicArn=world.function("Alarms"), Protocol="sqs", Endpoint=arn, ReturnSubscriptionArn=True)
    try:
        yield queue
    finally:
        sns.unsubscribe(SubscriptionArn=told["SubscriptionArn"])
        sqs.delete_queue(QueueUrl=queue)


def heard(world: World, inbox: str) -> list[tuple[str, str]]:
    """Subject and text of what has come of our cause."""
    sqs, found = world.cloud.client("sqs"), []
    while messages := sqs.receive_message(QueueUrl=inbox, MaxNumberOfMessages=10, WaitTimeSeconds=1).get(
        "Messages", []
    ):
        found += [json.loads(message["Body"]) for message in messages]
        for message in messages:
            sqs.delete_message(QueueUrl=inbox, ReceiptHandle=message["ReceiptHandle"])
    return [(each["Subject"], each["Message"]) for each in found if METHOD in each["Message"]]


def an_hour_has_passed(world: World, orders: list[int]) -> None:
    """What the rows say of when it began is an hour earlier: the stack's functions have no clock but the machine's."""
    client, table = world.cloud.client("dynamodb"), world.function("State")
    state, alerts = Rows(client, table), AlertRows(client, table)
    for row in (state.row(DocumentId(DocumentKind.ORDER, order)) for order in orders):
        if row.opened_at:
            state.save(replace(row, opened_at=row.opened_at - HOUR))
    for alert in (each for each in alerts.rows() if each.cause == CAUSE and each.gone_since):
        assert alert.gone_since is not None
        alerts.save(replace(alert, gone_since=alert.gone_since - HOUR))


def test_three_orders_that_one_unmapped_method_stops_are_told_once_and_once_more_when_it_is_mapped(
    world: World,
) -> None:
    line = Line("WIDGET-RED", 1, Decimal("19.95"))
    placed = [NewOrder(f"N-{number}", [line], channel=122233, shipping_method=METHOD) for number in (1, 2, 3)]
    orders = [int(world.shipbob.account.place_order(each)["id"]) for each in placed]
    with subscribed(world) as inbox:
        world.run("PollShipBob")
        for order in orders:
            comes_to(world, order, "review")
        early = heard(world, inbox)
        an_hour_has_passed(world, orders)
        world.run("Sweep")
        world.run("Sweep")
        told = heard(world, inbox)

        world.operator("map", f"{CAUSE}=2DAY")
        for order in orders:
            comes_to(world, order, "done")
        world.run("Sweep")
        an_hour_has_passed(world, orders)
        world.run("Sweep")
        world.run("Sweep")
        over = heard(world, inbox)

    says = "ShipBob shipping method 'Weekend' has no GP shipping method"
    assert early == []
    # Two writers read the three: whichever comes to its review first is the first.
    (notice,) = told
    to_do = "Map it: gp-shipbob map 'shipping/Weekend=METHOD', or 'shipping/Weekend=-' to leave it to GP"
    assert notice in [
        ("GP and ShipBob: 3 orders wait for a person", f"3 orders wait: {says}. {to_do}. First: order/{order}")
        for order in orders
    ]
    assert over == [("GP and ShipBob: a cause for review is gone", f"No document waits any more: {says}")]
