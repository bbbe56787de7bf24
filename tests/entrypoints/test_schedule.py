"""The schedule: a run is named by its request, so that AWS's second try is the same run."""

from __future__ import annotations

import datetime as dt

import pytest
from bridge.flows.poll_shipbob import PollFailed
from bridge.ports import Ports

from local.memory.world import World
from tests.connected import Connection
from tests.entrypoints.waking import Context, keeper, poller, sample, sweeper
from tests.orders import ORDER, a_world, unshipped


@pytest.fixture
def world() -> World:
    world = a_world()
    world.shipbob.put(unshipped())
    return world


def test_a_run_is_named_by_its_request(world: World) -> None:
    from bridge.aws.entrypoint import schedule

    def run(ports: Ports, name: str) -> str:
        assert ports is world
        return name

    handle = schedule(run, lambda: world)

    names = [handle({}, Context(request))["result"] for request in ("req-7", "req-8", "req-7")]  # type: ignore[arg-type]
    assert names == ["run-req-7", "run-req-8", "run-req-7"]


def test_the_same_request_again_queues_nothing_twice(world: World) -> None:
    """AWS may run a schedule twice; the second try knows no cursor of the first that failed."""
    event = sample("poll_shipbob_schedule.json")
    poller(world, "req-7")(event)
    poller(world, "req-7")(event)

    assert [message.document for message in world.to_gp.waiting()] == [ORDER]


def test_a_run_that_fails_fails_loudly(world: World) -> None:
    world.shipbob.fail_next("orders-inserted", "down")

    with pytest.warns(UserWarning, match="No application metrics"), pytest.raises(PollFailed, match="orders-inserted"):
        poller(world)(sample("poll_shipbob_schedule.json"))


def test_the_sample_poll_finds_the_order(world: World) -> None:
    result = poller(world)(sample("poll_shipbob_schedule.json"))["result"]
    assert result.startswith("{'orders-inserted': 1, 'orders-updated': 1, ")

    (message,) = world.to_gp.waiting()
    assert (message.document, message.origin) == (ORDER, "run-req-1")


def test_the_sample_sweep_brings_back_what_is_due(world: World) -> None:
    world.gp.fail_all("down")
    world.attempt(ORDER)
    event = sample("sweep_schedule.json")
    assert sweeper(world)(event) == {"result": "Swept(due=0, released=0, reviews=0, down=0)"}

    world.clock.advance(dt.timedelta(minutes=5))

    assert sweeper(world, "req-9")(event) == {"result": "Swept(due=1, released=0, reviews=0, down=0)"}
    (message,) = world.to_gp.waiting()
    assert (message.document, message.reason, message.origin) == (ORDER, "due", "run-req-9")


def test_the_sample_look_at_the_connection_refreshes_a_token_that_ends_soon(
    capsys: pytest.CaptureFixture[str],
) -> None:
    connection = Connection()
    connection.clock.advance(dt.timedelta(minutes=50))

    result = keeper(connection)(sample("keep_connected_schedule.json"))["result"]

    assert "refreshed: the token ends soon" in result
    assert '"TokensRefreshed":[1.0]' in capsys.readouterr().out
