"""Overtaken writes, lost answers, a table out of reach: none of it lets anybody log in who may not."""

from __future__ import annotations

import datetime as dt
import functools
import logging
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ReadTimeoutError
from botocore.stub import Stubber
from bridge.aws.permits import SCHEMA, TRIES, Permits
from bridge.domain.outcome import Misconfigured, Transient
from bridge.protocols.permit import LoginResult, PermitRow, Proof

NOW = dt.datetime(2026, 11, 17, 2, 14, tzinfo=dt.UTC)
USER = "WINGTIP\\Svc-Bridge"
ACCOUNT = "wingtip\\svc-bridge"
PROVEN, REFUSED = LoginResult.PROVEN, LoginResult.REFUSED


def the_row(store: Permits) -> PermitRow:
    (row,) = store.show()
    return row


class Meddling:
    """A clock, read after the row: whatever is put here happens between the read and the write."""

    def __init__(self) -> None:
        self.acts: list[Callable[[], object]] = []

    def now(self) -> dt.datetime:
        if self.acts:
            self.acts.pop(0)()
        return NOW


def test_who_was_overtaken_between_read_and_write_reads_again_and_is_denied(moto: Any) -> None:
    clock = Meddling()
    store = Permits(moto, "State", clock.now)
    one, other = store.login(USER, "v1", "one"), store.login(USER, "v1", "other")
    clock.acts = [other.take]

    assert one.take() is not None


def test_a_word_is_not_lost_to_somebody_who_wrote_between(moto: Any) -> None:
    clock = Meddling()
    store = Permits(moto, "State", clock.now)
    one, other = store.login(USER, "v1", "one"), store.login(USER, "v2", "other")
    one.take()
    clock.acts = [other.take]
    one.give_back(REFUSED)

    assert [stands.proof for stands in the_row(store).versions] == [Proof.REJECTED, Proof.UNPROVEN]


def test_who_is_overtaken_again_and_again_gives_up_without_a_login(moto: Any) -> None:
    clock = Meddling()
    store = Permits(moto, "State", clock.now)
    rival = Permits(moto, "State", lambda: NOW)
    clock.acts = [functools.partial(rival.clear, ACCOUNT, "a rival", f"number {turn}") for turn in range(TRIES)]

    with pytest.raises(Transient):
        store.login(USER, "v1", "one").take()


@pytest.mark.parametrize(
    ("code", "failure"), [("InternalServerError", Transient), ("ResourceNotFoundException", Misconfigured)]
)
def test_without_the_table_nobody_logs_in(moto: Any, code: str, failure: type[Exception]) -> None:
    with Stubber(moto) as away:
        away.add_client_error("get_item", code)
        with pytest.raises(failure):
            Permits(moto, "State", lambda: NOW).login(USER, "v1", "one").take()


def test_a_permit_that_cannot_be_stored_is_not_granted(moto: Any) -> None:
    with Stubber(moto) as away:
        away.add_response("get_item", {})
        away.add_client_error("put_item", "InternalServerError")
        with pytest.raises(Transient):
            Permits(moto, "State", lambda: NOW).login(USER, "v1", "one").take()


def test_a_refusal_that_could_not_be_stored_is_told_before_the_next_login(moto: Any) -> None:
    store = Permits(moto, "State", lambda: NOW)
    one = store.login(USER, "v1", "one")
    one.take()
    with Stubber(moto) as away:
        away.add_client_error("get_item", "InternalServerError")
        one.give_back(REFUSED)
        away.add_client_error("get_item", "InternalServerError")
        with pytest.raises(Transient):
            one.take()

    denied = one.take()

    assert denied is not None
    assert (denied.until, denied.needs_repair) == (None, True)


def test_a_permit_whose_answer_was_lost_is_given_back_before_the_next(moto: Any) -> None:
    def lose_the_answer(**_: Any) -> None:
        moto.meta.events.unregister("after-call.dynamodb.PutItem", lose_the_answer)
        raise ReadTimeoutError(endpoint_url="https://dynamodb.example.com")

    store = Permits(moto, "State", lambda: NOW)
    one = store.login(USER, "v1", "one")
    moto.meta.events.register("after-call.dynamodb.PutItem", lose_the_answer)
    with pytest.raises(Transient):
        one.take()
    assert the_row(store).versions[0].leases

    assert one.take() is None
    assert len(the_row(store).versions[0].leases) == 1


def test_a_row_that_newer_code_wrote_lets_nobody_log_in(moto: Any) -> None:
    store = Permits(moto, "State", lambda: NOW)
    one = store.login(USER, "v1", "one")
    one.take()
    one.give_back(PROVEN)
    moto.update_item(
        TableName="State",
        Key={"pk": {"S": "permit"}, "sk": {"S": ACCOUNT}},
        UpdateExpression="SET #schema = :newer",
        ExpressionAttributeNames={"#schema": "schema"},
        ExpressionAttributeValues={":newer": {"N": str(SCHEMA + 1)}},
    )

    with pytest.raises(Transient):
        one.take()


def test_the_log_tells_of_a_refusal_and_of_a_clearing(moto: Any, caplog: pytest.LogCaptureFixture) -> None:
    store = Permits(moto, "State", lambda: NOW)
    one = store.login(USER, "v1", "one")
    one.take()
    with caplog.at_level(logging.WARNING, "bridge.aws.permits"):
        one.give_back(REFUSED)
        store.clear(ACCOUNT, "a person", "password set back")

    refused, cleared = (record.getMessage() for record in caplog.records)
    assert "refused" in refused
    assert ("a person" in cleared, "password set back" in cleared) == (True, True)
