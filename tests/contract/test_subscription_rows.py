"""The promises of what is kept of the webhooks, kept by memory, by moto's DynamoDB and by the local cloud's."""

from __future__ import annotations

import dataclasses
import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from bridge.aws.subscription_rows import SubscriptionRows
from bridge.domain.outcome import RowMoved, Transient
from bridge.ports import SubscriptionRows as SubscriptionRowsPort
from bridge.protocols.registration import Registration
from bridge.protocols.subscription import Listing, Made, Mark, Refusal, SubscriptionRow

from local.memory.subscriptions import MemorySubscriptionRows

NOW = dt.datetime(2026, 11, 17, 2, 14, 0, 123456, dt.UTC)
HOUR = dt.timedelta(hours=1)
URL = "https://bridge.example.com/webhooks/shipbob"
WRITERS = 20

WHOLE = SubscriptionRow(
    "orders",
    marks=(Mark("0123456789abcdef", URL, "1a2b3c4d"), Mark("fedcba9876543210", URL, "5e6f7a8b")),
    present=Made("ep_1", URL, ("order.shipped", "order.delivered"), "5e6f7a8b", NOW - HOUR),
    leaving=("ep_0", "ep_00"),
    leaving_with=("", "1a2b3c4d"),
    refusals=(Refusal(("order.delivered",), NOW, "no such topic: “order.delivered”"),),
    removed_at=NOW - 2 * HOUR,
    differed_at=NOW - 3 * HOUR,
    differed_as=Listing(f"{URL}?x=1", ("order.shipped",)),
)
REGISTERED = Registration(
    url=URL,
    asked_by="a person",
    asked_at=NOW,
    look_at=NOW + HOUR,
    looked_at=NOW - HOUR,
    holder="run-1",
    held_until=NOW + 2 * HOUR,
    rotated_by="Größe",
    rotated_at=NOW - 3 * HOUR,
    rotated_to="5e6f7a8b",
)


@pytest.fixture(params=["memory", "moto", "local"])
def store(request: pytest.FixtureRequest) -> SubscriptionRowsPort:
    if request.param == "memory":
        return MemorySubscriptionRows()
    return SubscriptionRows(request.getfixturevalue(request.param), "State")


def test_before_anybody_asked_nothing_is_stored(store: SubscriptionRowsPort) -> None:
    assert store.registration() == Registration()
    assert list(store.rows()) == []


def test_what_is_wanted_is_read_as_it_was_written(store: SubscriptionRowsPort) -> None:
    saved = store.save_registration(REGISTERED)

    assert saved == store.registration() == dataclasses.replace(REGISTERED, version=1)


def test_a_row_is_read_as_it_was_written(store: SubscriptionRowsPort) -> None:
    saved = store.save(WHOLE)

    assert [saved] == list(store.rows()) == [dataclasses.replace(WHOLE, version=1)]


def test_an_empty_row_is_read_as_it_was_written(store: SubscriptionRowsPort) -> None:
    store.save(SubscriptionRow("returns"))
    store.save_registration(Registration())

    assert list(store.rows()) == [SubscriptionRow("returns", version=1)]
    assert store.registration() == Registration(version=1)


def test_each_family_has_a_row_of_its_own(store: SubscriptionRowsPort) -> None:
    store.save(dataclasses.replace(WHOLE, family="returns"))
    store.save(WHOLE)
    store.save_registration(REGISTERED)

    assert [row.family for row in store.rows()] == ["orders", "returns"]


def test_a_row_that_somebody_else_has_written_is_not_overwritten(store: SubscriptionRowsPort) -> None:
    first = store.save(WHOLE)
    second = store.save(dataclasses.replace(first, leaving=()))

    for old in (WHOLE, first):
        with pytest.raises(RowMoved):
            store.save(dataclasses.replace(old, leaving=("ep_9",)))

    assert list(store.rows()) == [second]


def test_a_registration_that_somebody_else_has_written_is_not_overwritten(store: SubscriptionRowsPort) -> None:
    first = store.save_registration(REGISTERED)
    second = store.save_registration(dataclasses.replace(first, holder=""))

    for old in (REGISTERED, first):
        with pytest.raises(RowMoved):
            store.save_registration(dataclasses.replace(old, holder="run-9"))

    assert store.registration() == second


@pytest.mark.parametrize("store", ["local"], indirect=True)
def test_of_many_at_once_one_claims_the_registration(store: SubscriptionRowsPort) -> None:
    """moto is left out: it reads, compares and writes in this very process, without a lock."""
    row = store.save_registration(REGISTERED)

    def claim(number: int) -> bool:
        try:
            store.save_registration(dataclasses.replace(row, holder=f"run-{number}"))
        except RowMoved:
            return False
        return True

    with ThreadPoolExecutor(WRITERS) as pool:
        assert sum(pool.map(claim, range(WRITERS))) == 1


def test_what_newer_code_wrote_is_left_to_it(moto: Any) -> None:
    store = SubscriptionRows(moto, "State")
    store.save(WHOLE)
    store.save_registration(REGISTERED)
    for sk in ("subscription#orders", "webhooks"):
        moto.update_item(
            TableName="State",
            Key={"pk": {"S": "connection"}, "sk": {"S": sk}},
            UpdateExpression="SET #schema = :newer",
            ExpressionAttributeNames={"#schema": "schema"},
            ExpressionAttributeValues={":newer": {"N": "2"}},
        )

    with pytest.raises(Transient, match="newer code"):
        store.rows()
    with pytest.raises(Transient, match="newer code"):
        store.registration()
