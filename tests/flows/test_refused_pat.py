"""A personal access token that ShipBob refuses: a person is told once, unless ShipBob takes it when asked again."""

from __future__ import annotations

import pytest
from bridge.domain.outcome import Misconfigured
from bridge.flows.keep_connected import KeepConnected
from bridge.protocols.token import TokenRow, take

from tests.connected import HOUR, SCHEDULE, Connection


@pytest.fixture
def world() -> Connection:
    return Connection()


@pytest.fixture
def pat(world: Connection) -> str:
    world.shipbob_secret.put(world.authority.personal("pat-1"))
    return "pat-1"


def test_a_revoked_pat_is_told_once_and_the_alarm_stays_on(world: Connection, pat: str) -> None:
    worker = world.worker()
    world.authority.kill(pat)
    assert worker.call() == "needs repair"

    for _ in range(24):
        world.pass_time(HOUR)
        assert worker.call() == "needs repair"

    assert world.counted["ConnectionLost"] == 1
    assert world.counted["NeedsRepair"] == 24 * 12
    assert world.kept[-1].token.startswith("refused: ShipBob does not accept the token")
    assert world.refreshes() == 0


def test_of_two_runs_that_find_the_same_trouble_at_once_one_tells_of_it(world: Connection, pat: str) -> None:
    worker = world.worker()
    world.authority.kill(pat)
    assert worker.call() == "needs repair"
    save = world.token_rows.save

    def another_was_faster(row: TokenRow) -> TokenRow:
        """The other run comes between this one's look and its word."""
        world.token_rows.save = save  # type: ignore[method-assign]
        world.run(KeepConnected())
        return save(row)

    world.token_rows.save = another_was_faster  # type: ignore[method-assign]

    world.run()

    assert world.counted == {"ConnectionLost": 1, "NeedsRepair": 2}


def test_a_pat_that_shipbob_still_takes_is_no_trouble_of_the_connection(world: Connection, pat: str) -> None:
    with pytest.raises(Misconfigured):
        world.worker().bearing.refused(pat)

    world.pass_time(HOUR)

    assert world.counted == {}
    assert world.token_row.refused_at is None
    assert world.calls.count("shipbob.channels") == 1, "it is asked once, and only where a token was refused"


def test_a_pat_whose_trouble_shipbob_cannot_be_asked_about_stays_refused(world: Connection, pat: str) -> None:
    with pytest.raises(Misconfigured):
        world.worker().bearing.refused(pat)
    world.shipbob.fail_next("channels", "down", times=3)

    world.pass_time(3 * SCHEDULE)
    assert world.counted == {"ConnectionLost": 1, "NeedsRepair": 3}
    world.pass_time(HOUR)

    assert world.counted == {"ConnectionLost": 1, "NeedsRepair": 3}


def test_another_pat_ends_the_trouble_and_its_own_is_told_again(world: Connection, pat: str) -> None:
    worker = world.worker()
    world.authority.kill(pat)
    worker.call()
    world.pass_time(HOUR)
    world.shipbob_secret.put(world.authority.personal("pat-2"))
    counted = world.counted["NeedsRepair"]

    assert worker.call() == "done"
    world.pass_time(HOUR)
    assert world.counted["NeedsRepair"] == counted
    world.authority.kill("pat-2")
    worker.call()
    world.pass_time(HOUR)

    assert world.counted["ConnectionLost"] == 2


def test_while_a_person_replaces_a_refused_pat_nobody_writes_in_between(world: Connection, pat: str) -> None:
    world.run()
    with pytest.raises(Misconfigured):
        world.worker().bearing.refused(pat)
    taken = world.token_rows.save(take(world.token_row, "a person", world.clock.now(), is_person=True))
    world.calls.made.clear()

    world.run()

    assert "shipbob.channels" not in world.calls.made
    assert world.token_row.lease == taken.lease
