"""StoredSecret's promises, kept by memory, by moto's Secrets Manager and by the local cloud's; and the bell."""

from __future__ import annotations

import datetime as dt
import io
import json
import time
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber
from bridge.aws.bells import FunctionBell
from bridge.aws.secrets import Secrets, StoredSecret
from bridge.domain.outcome import Failure, Misconfigured, Transient
from bridge.ports import StoredSecret as StoredSecretPort
from moto import mock_aws

from local.cloud.cloud import LocalCloud
from local.memory.stores import MemoryClock
from local.memory.tokens import MemorySecret
from tests.stack import THROWAWAY

NOW = dt.datetime(2026, 11, 17, 14, 5, tzinfo=dt.UTC)
FIRST, SECOND, THIRD = (json.dumps({"access_token": word}) for word in ("first", "second", "third"))
FIVE_MINUTES = dt.timedelta(minutes=5)
SOON = 20.0  # seconds that an asynchronous invocation may take on a busy laptop


@dataclass
class Two:
    """The secret as two processes see it."""

    one: StoredSecretPort
    other: StoredSecretPort


def in_memory(clock: MemoryClock) -> Two:
    secret = MemorySecret(clock, text=FIRST)
    return Two(secret, secret.another())


def in_aws(client: Any, clock: MemoryClock) -> Two:
    client.create_secret(Name="shipbob", SecretString=FIRST)
    return Two(*(StoredSecret(Secrets(client, lambda: clock.now().timestamp()), "shipbob") for _ in range(2)))


@pytest.fixture
def clock() -> MemoryClock:
    return MemoryClock(NOW)


@pytest.fixture
def moto(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    for name, value in THROWAWAY.items():
        monkeypatch.setenv(name, value)
    with mock_aws():
        yield boto3.client("secretsmanager")


@pytest.fixture
def local(cloud: LocalCloud) -> Iterator[Any]:
    client = cloud.client("secretsmanager")
    yield client
    client.delete_secret(SecretId="shipbob", ForceDeleteWithoutRecovery=True)


@pytest.fixture(params=["memory", "moto", "local"])
def secret(request: pytest.FixtureRequest, clock: MemoryClock) -> Two:
    if request.param == "memory":
        return in_memory(clock)
    return in_aws(request.getfixturevalue(request.param), clock)


def test_what_is_stored_is_present_for_whoever_stored_it_and_for_whoever_reads_afresh(secret: Two) -> None:
    assert secret.one.current().text == FIRST

    stored = secret.one.store(SECOND)

    assert stored.text == SECOND
    assert secret.one.current() == secret.one.afresh() == secret.other.afresh() == stored


def test_every_store_is_a_version_of_its_own(secret: Two) -> None:
    versions = {secret.one.afresh().version, *(secret.one.store(text).version for text in (SECOND, THIRD, SECOND))}

    assert len(versions) == 4
    assert secret.other.afresh().text == SECOND


def test_another_process_sees_a_change_within_five_minutes(secret: Two, clock: MemoryClock) -> None:
    assert secret.other.current().text == FIRST
    secret.one.store(SECOND)
    assert secret.other.current().text == FIRST

    clock.advance(FIVE_MINUTES + dt.timedelta(seconds=1))

    assert secret.other.current().text == SECOND


def test_what_was_read_afresh_is_kept_from_then_on(secret: Two) -> None:
    secret.other.current()
    secret.one.store(SECOND)
    secret.other.afresh()

    assert secret.other.current().text == SECOND


# ---- AWS alone


@pytest.mark.parametrize(
    ("code", "failure"),
    [("AccessDeniedException", Misconfigured), ("InternalServiceError", Transient), ("LimitExceeded", Transient)],
)
def test_a_store_that_fails_is_one_of_our_failures_and_changes_nothing(
    moto: Any, clock: MemoryClock, code: str, failure: type[Failure]
) -> None:
    secret = in_aws(moto, clock).one
    before = secret.current()
    with Stubber(moto) as away:
        away.add_client_error("put_secret_value", code)
        with pytest.raises(failure) as raised:
            secret.store(SECOND)

    assert "second" not in str(raised.value)
    assert secret.current() is before


@pytest.mark.parametrize(
    ("code", "failure"), [("AccessDeniedException", Misconfigured), ("TooManyRequestsException", Transient)]
)
def test_a_bell_that_cannot_be_rung_is_one_of_our_failures(
    monkeypatch: pytest.MonkeyPatch, code: str, failure: type[Failure]
) -> None:
    for name, value in THROWAWAY.items():
        monkeypatch.setenv(name, value)
    client = boto3.client("lambda")
    with Stubber(client) as away:
        away.add_client_error("invoke", code)
        with pytest.raises(failure):
            FunctionBell(client, "KeepConnected").ring()


def test_a_bell_wakes_its_function_and_does_not_wait_for_it(cloud: LocalCloud) -> None:
    source = io.BytesIO()
    with zipfile.ZipFile(source, "w") as code:
        code.writestr("handler.py", "def handle(event, context):\n    print('woken with', event)\n")
    trust = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    role = cloud.client("iam").create_role(RoleName="KeepConnected", AssumeRolePolicyDocument=policy)
    client = cloud.client("lambda")
    client.create_function(
        FunctionName="KeepConnected",
        Runtime="python3.13",
        Role=role["Role"]["Arn"],
        Handler="handler.handle",
        Code={"ZipFile": source.getvalue()},
    )

    FunctionBell(client, "KeepConnected").ring()

    until = time.monotonic() + SOON
    log = cloud.function_logs / "KeepConnected.log"
    while time.monotonic() < until and not (log.exists() and "woken with" in log.read_text()):
        cloud.breakpoints.emulator_pid()  # a round trip instead of a pause
    assert "woken with {}" in log.read_text()
