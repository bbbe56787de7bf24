"""The latch on a refused Windows login, as every worker sees it."""

from __future__ import annotations

from collections.abc import Iterator

import boto3
import pytest
from bridge.aws.rows import Rows
from moto import mock_aws

from tests.stack import THROWAWAY, make_table


@pytest.fixture
def rows(monkeypatch: pytest.MonkeyPatch) -> Iterator[Rows]:
    for name, value in THROWAWAY.items():
        monkeypatch.setenv(name, value)
    with mock_aws():
        client = boto3.client("dynamodb")
        yield Rows(client, make_table(client, "State"))


def test_a_login_refused_once_is_refused_for_every_worker_until_the_secret_has_another_version(rows: Rows) -> None:
    one, other, renewed = rows.latch("gp", "v1"), rows.latch("gp", "v1"), rows.latch("gp", "v2")
    before = other.is_refused()

    one.refuse()

    assert (before, other.is_refused(), renewed.is_refused()) == (False, True, False)


def test_a_refused_login_says_nothing_of_another_account(rows: Rows) -> None:
    rows.latch("gp", "v1").refuse()

    assert not rows.latch("elsewhere", "v1").is_refused()
