"""The function that keeps the connection, as Lambda wakes it: by the schedule, or by whoever met a refused token."""

from __future__ import annotations

import json
from typing import Any

import pytest
from bridge.domain.outcome import Transient
from bridge.flows.keep_connected import STORE_TRIES, KeepConnected

from tests.connected import Connection
from tests.entrypoints.waking import Context, Json


@pytest.fixture
def world() -> Connection:
    return Connection()


def keeper(world: Connection) -> Any:
    """One warm process."""
    from bridge.aws.entrypoint import schedule

    return schedule(KeepConnected(), lambda: world.ports)


def woken(keep: Any, event: Json | None = None, request: str = "req-1") -> str:
    result: str = keep(event or {}, Context(request))["result"]
    return result


def counts(capsys: pytest.CaptureFixture[str]) -> dict[str, float]:
    """What was counted since last asked."""
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines() if line.startswith('{"_aws"')]
    names = [metric["Name"] for line in lines for one in line["_aws"]["CloudWatchMetrics"] for metric in one["Metrics"]]
    return {name: sum(line[name][0] for line in lines if name in line) for name in names}


def test_a_refresh_is_counted(world: Connection, capsys: pytest.CaptureFixture[str]) -> None:
    world.until_due()

    assert "refreshed" in woken(keeper(world))

    assert counts(capsys) == {"RunsFinished": 1, "TokensRefreshed": 1}


def test_a_lost_connection_is_counted_once_and_needs_repair_for_as_long_as_it_lasts(
    world: Connection, capsys: pytest.CaptureFixture[str]
) -> None:
    world.authority.revoke()
    world.until_due()
    keep = keeper(world)

    for request in ("req-1", "req-2", "req-3"):
        woken(keep, request=request)

    assert counts(capsys) == {"RunsFinished": 3, "ConnectionLost": 1, "NeedsRepair": 3}


def test_a_warm_process_remembers_what_it_could_not_store(world: Connection) -> None:
    world.until_due()
    keep = keeper(world)
    world.shipbob_secret.fail_next(Transient("Secrets Manager is away"), STORE_TRIES)
    with pytest.warns(UserWarning, match="No application metrics"), pytest.raises(Transient):
        woken(keep)

    assert "stored at last" in woken(keep, request="req-2")

    assert world.is_alive


def test_what_the_log_gets_lets_nobody_in(world: Connection, capsys: pytest.CaptureFixture[str]) -> None:
    world.until_due()
    keep = keeper(world)
    result = woken(keep)
    world.authority.revoke()
    world.until_due()
    result += woken(keep, request="req-2")

    told = result + capsys.readouterr().out
    for secret in ("access-", "refresh-", "s3cret"):
        assert secret not in told
