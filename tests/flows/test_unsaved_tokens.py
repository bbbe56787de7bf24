"""Tokens that ShipBob gave and AWS could not store are kept in memory, and nobody uses the old ones up meanwhile."""

from __future__ import annotations

import pytest
from bridge.domain.connection import Secret
from bridge.domain.outcome import Failure, Misconfigured, Transient
from bridge.flows.keep_connected import STORE_TRIES, KeepConnected

from local.memory.tokens import MemorySecret
from tests.connected import MINUTE, SCHEDULE, SECOND, Connection


@pytest.fixture
def world() -> Connection:
    return Connection()


def held(world: Connection) -> str:
    return world.shipbob_secret.grant.access_token


def test_a_secret_that_cannot_be_stored_at_first_is_stored_within_the_run(world: Connection) -> None:
    world.until_due()
    world.shipbob_secret.fail_next(Transient("Secrets Manager answers InternalServiceError"), STORE_TRIES - 1)

    world.run()

    assert held(world) == "access-2"
    assert world.counted == {"TokensRefreshed": 1}


def test_no_try_to_store_begins_so_late_that_the_end_of_the_run_could_cut_it_off(world: Connection) -> None:
    world.until_due()
    slow = Slow(world.clock, world.calls, world.shipbob_secret.versions[-1])
    world.shipbob_secret = slow
    slow.fail_next(Transient("Secrets Manager does not answer"), STORE_TRIES)

    world.run()

    # Begun after 0, 20 and 40 seconds; a fourth would begin after 60, of the 45 that there are.
    assert world.calls.count("secret.store") == 3
    assert len(world.failures) == 1


class Slow(MemorySecret):
    """A secret whose store takes twenty seconds, each time."""

    def store(self, text: str) -> Secret:
        self._clock.advance(20 * SECOND)
        return super().store(text)


@pytest.mark.parametrize("failure", [Transient("Secrets Manager is away"), Misconfigured("AccessDeniedException")])
def test_tokens_that_could_not_be_stored_are_stored_first_by_the_next_run_of_the_process(
    world: Connection, failure: Failure
) -> None:
    world.until_due()
    world.shipbob_secret.fail_next(failure, times=STORE_TRIES)
    world.run()
    assert world.failures == [failure], "a run that could not store says so loudly"
    world.shipbob_secret.recover()
    world.clock.advance(SCHEDULE)

    world.run()

    assert held(world) == "access-2"
    assert world.authority.shown == {"refresh-1": 1}
    assert world.is_alive


def test_while_one_process_holds_unsaved_tokens_no_other_shows_the_used_refresh_token(world: Connection) -> None:
    world.until_due()
    world.shipbob_secret.fail_next(Transient("Secrets Manager is away"), STORE_TRIES)
    world.run()
    other = KeepConnected()
    for _ in range(2):
        world.clock.advance(SCHEDULE)
        world.run(other)

    world.run()

    assert world.authority.shown == {"refresh-1": 1}
    assert world.is_alive


def test_unsaved_tokens_do_not_overwrite_what_a_person_has_put_in_since(world: Connection) -> None:
    world.until_due()
    world.shipbob_secret.fail_next(Transient("Secrets Manager is away"), STORE_TRIES)
    world.run()
    world.shipbob_secret.recover()
    world.shipbob_secret.put(world.authority.personal("pat-9"))

    world.run()

    assert held(world) == "pat-9"


def test_unsaved_tokens_wait_until_a_late_read_is_over(world: Connection) -> None:
    world.authority.lifetime = 16 * MINUTE
    world.until_due()
    world.run()
    world.clock.advance(2 * MINUTE)
    world.shipbob_secret.fail_next(Transient("Secrets Manager is away"), STORE_TRIES)
    world.run()
    world.shipbob_secret.is_seen_late = True
    world.clock.advance(MINUTE)
    world.run()
    world.shipbob_secret.is_seen_late = False

    world.run()

    assert held(world) == "access-3"
    assert world.authority.shown == {"refresh-1": 1, "refresh-2": 1}


def test_a_table_out_of_reach_stops_a_refresh_before_it_begins(world: Connection) -> None:
    world.until_due()
    world.token_rows.failure = Transient("DynamoDB cannot be reached")

    world.run()

    assert world.authority.shown.total() == 0
    assert len(world.failures) == 1
