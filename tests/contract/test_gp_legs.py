"""What a call costs on the wire: requests, bodies and connections, counted at the server."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from bridge.gp.transport import IDLE_SECONDS_MAX, Ending, Reply, Transport

from local.gp import GpSimulator
from tests.contract.gp_calls import SECONDS, Clock, connected, create, login, read

OK = {Ending.ANSWERED, Ending.BUSINESS_FAULT}
HANDSHAKE = {"bare": 1, "type 1": 1, "type 3": 1}
WARM = {"kept": 1}
NOTHING: dict[str, int] = {}

Step = tuple[Callable[[Transport], Reply], dict[str, int], int]

# (call, its requests on the wire by what they show of a login, how many of them carry a body)
KEPT: dict[str, list[Step]] = {
    "a read on a cold connection": [(read, HANDSHAKE, 1)],
    "a write on a cold connection": [(create, HANDSHAKE, 1)],
    "a login on a cold connection": [(login, HANDSHAKE, 0)],
    "reads": [(read, HANDSHAKE, 1), (read, WARM, 1), (read, WARM, 1)],
    "writes": [(login, HANDSHAKE, 0), (create, WARM, 1), (login, NOTHING, 0), (create, WARM, 1)],
    "what an order takes": [(login, HANDSHAKE, 0), (create, WARM, 1), (read, WARM, 1), (login, NOTHING, 0)],
}
FORGOTTEN: dict[str, list[Step]] = {
    "a read on a cold connection": [(read, HANDSHAKE, 1)],
    "a write on a cold connection": [(create, HANDSHAKE, 1)],
    "a login on a cold connection": [(login, HANDSHAKE, 0)],
    # The second call is how it learns that the login is forgotten: it sends its body in vain, once.
    "reads": [(read, HANDSHAKE, 1), (read, HANDSHAKE, 2), (read, HANDSHAKE, 1), (read, HANDSHAKE, 1)],
    "writes": [
        (login, HANDSHAKE, 0),
        (create, HANDSHAKE, 2),
        (login, NOTHING, 0),
        (create, HANDSHAKE, 1),
        (login, NOTHING, 0),
        (read, HANDSHAKE, 1),
    ],
}


@dataclass(frozen=True, slots=True)
class Cost:
    """What went over the wire since it was last counted."""

    gp: GpSimulator

    def of(self, call: Callable[[], Reply]) -> tuple[dict[str, int], int]:
        before, bodies = dict(self.gp.counters.legs_by_kind), sum(self.gp.counters.bodies.values())
        assert call().ending in OK
        after = self.gp.counters.legs_by_kind
        legs = {kind: after[kind] - before.get(kind, 0) for kind in after if after[kind] != before.get(kind, 0)}
        return legs, sum(self.gp.counters.bodies.values()) - bodies


def costs(gp: GpSimulator, to: Transport, steps: list[Step]) -> list[tuple[dict[str, int], int]]:
    return [Cost(gp).of(lambda call=call: call(to)) for call, _, _ in steps]  # type: ignore[misc]


def expected(steps: list[Step]) -> list[tuple[dict[str, int], int]]:
    return [(legs, bodies) for _, legs, bodies in steps]


@pytest.mark.parametrize("steps", KEPT.values(), ids=KEPT)
def test_where_logins_are_kept_a_call_is_one_request_after_the_first(folder: Path, steps: list[Step]) -> None:
    with GpSimulator(folder, keeps_login=True) as gp, connected(gp) as to:
        assert costs(gp, to, steps) == expected(steps)
        assert gp.counters.connections == 1
        assert to.keeps_login is (len(steps) > 1)


@pytest.mark.parametrize("steps", FORGOTTEN.values(), ids=FORGOTTEN)
def test_where_logins_are_forgotten_a_call_is_three_requests_and_one_body(folder: Path, steps: list[Step]) -> None:
    with GpSimulator(folder, keeps_login=False) as gp, connected(gp) as to:
        assert costs(gp, to, steps) == expected(steps)
        assert gp.counters.connections == 1
        assert to.keeps_login is False


def test_a_login_that_was_lost_once_is_not_held_against_the_server(gp: GpSimulator) -> None:
    """As when an application pool is recycled under a connection that lives on."""
    with connected(gp) as to:
        read(to)
        gp.stops.add("GetSalesOrderByKey", "before", "401")
        steps: list[Step] = [
            (read, {"kept": 1, "type 1": 1, "type 3": 1}, 2),
            (read, {"kept": 2}, 1),  # a harmless request first: is the login kept after all?
            (read, WARM, 1),
        ]
        assert costs(gp, to, steps) == expected(steps)
        assert to.keeps_login


def test_a_page_for_the_login_that_anybody_may_see_proves_nothing_and_is_told_once(
    folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    with GpSimulator(folder, anonymous_help=True) as gp, connected(gp) as to:
        steps: list[Step] = [
            (login, {"bare": 1}, 0),
            (create, HANDSHAKE, 2),
            (login, NOTHING, 0),
            (create, WARM, 1),
        ]
        assert costs(gp, to, steps[:3]) == expected(steps[:3])
        assert Cost(gp).of(lambda: create(to, "SB2")) == (WARM, 1)

    assert [record.message for record in caplog.records if "anybody" in record.message] == [
        "GP's server shows the page for the login to anybody, so that it proves no login"
    ]


def test_a_page_that_was_open_by_accident_is_believed_again(gp: GpSimulator) -> None:
    """As when a server is half up."""
    with connected(gp) as to:
        gp.stops.add("*", "bare", "400")
        assert Cost(gp).of(lambda: login(to)) == ({"bare": 1}, 0)
        to.close()

        assert Cost(gp).of(lambda: login(to)) == (HANDSHAKE, 0)
        assert Cost(gp).of(lambda: create(to)) == (WARM, 1)
        to.close()
        assert Cost(gp).of(lambda: read(to)) == (HANDSHAKE, 1)


def test_the_page_for_the_login_can_be_another_one(folder: Path) -> None:
    with GpSimulator(folder, anonymous_help=True) as gp, connected(gp, login_path=gp.sba_url + "/help") as to:
        assert Cost(gp).of(lambda: login(to)) == (HANDSHAKE, 0)
        assert Cost(gp).of(lambda: create(to)) == (WARM, 1)


@pytest.mark.parametrize("status", [400, 405])
def test_a_help_page_that_is_switched_off_is_enough_to_log_in_with(folder: Path, status: int) -> None:
    with GpSimulator(folder, help_status=status) as gp, connected(gp) as to:
        assert Cost(gp).of(lambda: login(to)) == (HANDSHAKE, 0)
        assert Cost(gp).of(lambda: create(to)) == (WARM, 1)


@pytest.mark.parametrize("offers", ["ntlm", "negotiate", "negotiate_only"])
def test_every_way_of_offering_a_windows_login_costs_the_same(folder: Path, offers: str) -> None:
    with GpSimulator(folder, offers=offers) as gp, connected(gp) as to:
        assert Cost(gp).of(lambda: create(to)) == (HANDSHAKE, 1)


@pytest.mark.parametrize("keeps_login", [True, False])
def test_a_login_is_bound_to_the_servers_certificate(folder: Path, *, keeps_login: bool) -> None:
    """Windows calls it Extended Protection; an empty first message must not cost it."""
    with GpSimulator(folder, binding="require", keeps_login=keeps_login) as gp, connected(gp) as to:
        assert [create(to).ending, read(to).ending, read(to).ending] == [Ending.ANSWERED] * 3
    assert gp.counters.refused == 0


@pytest.mark.parametrize("idle", [IDLE_SECONDS_MAX - 0.1, IDLE_SECONDS_MAX, 3600.0, -1.0])
def test_a_connection_that_was_idle_for_twenty_seconds_is_not_trusted(gp: GpSimulator, idle: float) -> None:
    """Nor one after which the clock went back."""
    clock = Clock()
    with connected(gp, pace=clock.pace) as to:
        to.login(SECONDS)
        clock.seconds += idle

        assert to.login(SECONDS).ending is Ending.ANSWERED

    is_anew = not 0 <= idle < 20
    assert (gp.counters.connections, gp.counters.logins) == ((2, 2) if is_anew else (1, 1))


def test_a_connection_that_gp_closed_is_opened_again(gp: GpSimulator) -> None:
    with connected(gp) as to:
        to.login(SECONDS)
        gp.offline()
        gp.online()

        assert create(to).status == 200

    assert (gp.counters.connections, gp.counters.logins) == (2, 2)


def test_a_server_that_closes_after_each_login_is_logged_in_to_by_each_call(gp: GpSimulator) -> None:
    gp.stops.add("*", "after", "close", count=0)
    with connected(gp) as to:
        assert [Cost(gp).of(lambda: read(to)) for _ in range(3)] == [(HANDSHAKE, 1)] * 3
    assert gp.counters.connections == 3


def test_a_closed_transport_logs_in_anew(gp: GpSimulator) -> None:
    with connected(gp) as to:
        login(to)
        to.close()

        assert Cost(gp).of(lambda: login(to)) == (HANDSHAKE, 0)
    assert gp.counters.connections == 2
