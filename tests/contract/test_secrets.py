"""Secrets are read when they are needed, kept for five minutes, and shown to nobody."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING

import boto3
import pytest
from botocore.stub import Stubber
from bridge.aws.secrets import Secrets
from bridge.domain.connection import Secret
from bridge.domain.outcome import Failure, Misconfigured, Transient
from moto import mock_aws

from tests.stack import THROWAWAY

if TYPE_CHECKING:
    from mypy_boto3_secretsmanager import SecretsManagerClient

FIVE_MINUTES = 300.0
FIRST, SECOND = json.dumps({"access_token": "first"}), json.dumps({"access_token": "second"})


class Clock:
    """Seconds that a test moves."""

    def __init__(self) -> None:
        self.seconds = 50_000.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[SecretsManagerClient]:
    for name, value in THROWAWAY.items():
        monkeypatch.setenv(name, value)
    with mock_aws():
        client: SecretsManagerClient = boto3.client("secretsmanager")
        client.create_secret(Name="shipbob", SecretString=FIRST)
        yield client


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def secrets(aws: SecretsManagerClient, clock: Clock) -> Secrets:
    return Secrets(aws, clock)


def change(aws: SecretsManagerClient) -> str:
    return aws.put_secret_value(SecretId="shipbob", SecretString=SECOND)["VersionId"]


def test_a_secret_is_read_with_its_version(secrets: Secrets, aws: SecretsManagerClient) -> None:
    found = secrets.current("shipbob")

    assert found.text == FIRST
    assert found.version == aws.get_secret_value(SecretId="shipbob")["VersionId"]


def test_a_secret_is_found_by_the_arn_that_the_template_gives(secrets: Secrets, aws: SecretsManagerClient) -> None:
    assert secrets.current(aws.describe_secret(SecretId="shipbob")["ARN"]).text == FIRST


@pytest.mark.parametrize("age", [0.0, FIVE_MINUTES - 1])
def test_within_five_minutes_the_same_version_is_kept(
    secrets: Secrets, aws: SecretsManagerClient, clock: Clock, age: float
) -> None:
    kept = secrets.current("shipbob")
    change(aws)
    clock.seconds += age

    assert secrets.current("shipbob") is kept


def test_after_five_minutes_a_new_version_is_seen(secrets: Secrets, aws: SecretsManagerClient, clock: Clock) -> None:
    old = secrets.current("shipbob")
    version = change(aws)
    clock.seconds += FIVE_MINUTES + 1

    found = secrets.current("shipbob")

    assert (found.text, found.version) == (SECOND, version)
    assert found.version != old.version


def test_being_asked_often_does_not_keep_a_secret_longer(
    secrets: Secrets, aws: SecretsManagerClient, clock: Clock
) -> None:
    secrets.current("shipbob")
    change(aws)
    for _ in range(31):
        clock.seconds += 10
        found = secrets.current("shipbob")

    assert found.text == SECOND


def test_each_secret_is_kept_for_itself(secrets: Secrets, aws: SecretsManagerClient) -> None:
    aws.create_secret(Name="webhook", SecretString="{}")

    assert [secrets.current(name).text for name in ("shipbob", "webhook", "shipbob")] == [FIRST, "{}", FIRST]


def test_a_secret_that_is_not_there_is_the_operators_to_repair(secrets: Secrets) -> None:
    with pytest.raises(Misconfigured):
        secrets.current("nowhere")


@pytest.mark.parametrize(
    ("code", "failure"),
    [
        ("AccessDeniedException", Misconfigured),
        ("ThrottlingException", Transient),
        ("InternalServiceError", Transient),
    ],
)
def test_what_aws_says_is_one_of_our_failures(
    aws: SecretsManagerClient, clock: Clock, code: str, failure: type[Failure]
) -> None:
    with Stubber(aws) as stubbed:
        stubbed.add_client_error("get_secret_value", code)
        with pytest.raises(failure):
            Secrets(aws, clock).current("shipbob")


def test_a_failure_is_not_kept(aws: SecretsManagerClient, secrets: Secrets) -> None:
    with pytest.raises(Misconfigured):
        secrets.current("late")
    aws.create_secret(Name="late", SecretString="{}")

    assert secrets.current("late").text == "{}"


def test_a_secret_of_bytes_is_one_of_our_failures(aws: SecretsManagerClient, secrets: Secrets) -> None:
    aws.create_secret(Name="binary", SecretBinary=b"{}")

    with pytest.raises(Failure):
        secrets.current("binary")


def test_nothing_shows_a_secret_s_text(secrets: Secrets) -> None:
    found = secrets.current("shipbob")

    for shown in (repr(found), str(found), f"{found}", repr([found]), repr(secrets), repr(vars(secrets))):
        assert "first" not in shown
    assert "text" not in repr(Secret("first", "v1"))
