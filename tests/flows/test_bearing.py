"""The token as workers have it: read seldom, never refreshed by them, asked for once by however many."""

from __future__ import annotations

import contextlib

import pytest
from bridge.domain.outcome import Misconfigured, Transient

from local.memory.points import Cut
from tests.connected import HOUR, MINUTE, SECOND, Connection
from tests.subscribing import Interruptible


@pytest.fixture
def world() -> Connection:
    world = Connection()
    world.run()
    world.calls.made.clear()
    return world


def test_calls_within_five_minutes_read_the_secret_and_the_row_once(world: Connection) -> None:
    worker = world.worker()

    for _ in range(10):
        assert worker.call() == "done"
        world.clock.advance(29 * SECOND)

    assert world.calls.made == ["token_rows.row"]


def test_a_token_that_is_refused_is_read_again_before_anybody_is_asked(world: Connection) -> None:
    worker = world.worker()
    worker.call()
    world.until_due()
    world.run()
    world.authority.kill("access-1")

    assert worker.bearing.refused("access-1") == "access-2"
    assert world.keep_connected.rings == 0


def test_a_token_in_place_of_a_refused_one_that_has_itself_ended_is_not_sent(world: Connection) -> None:
    worker = world.worker()
    assert worker.call() == "done"
    world.authority.kill("access-1")
    world.shipbob_secret.put(world.authority.connect(MINUTE).to_json())
    world.clock.advance(2 * MINUTE)

    assert worker.call() == "waits"

    assert worker.sent == ["access-1", "access-1"]
    assert world.keep_connected.rings == 1


def test_a_token_that_ended_is_not_sent(world: Connection) -> None:
    worker = world.worker()
    world.clock.advance(HOUR)

    assert worker.call() == "waits"

    assert worker.sent == []
    assert world.keep_connected.rings == 1


def test_a_worker_that_waits_is_told_for_how_long(world: Connection) -> None:
    world.authority.kill("access-1")

    with pytest.raises(Transient, match="is being refreshed") as waits:
        world.worker().bearing.refused("access-1")

    assert waits.value.after == 30 * SECOND


def test_a_worker_that_waits_for_an_authorization_server_says_so(world: Connection) -> None:
    world.until_due()
    world.authority.fail_next("refresh", "down", times=None)
    world.run()
    world.clock.advance(15 * MINUTE)

    with pytest.raises(Transient, match="authorization server cannot be reached"):
        world.worker().bearing.token()


def test_after_a_revocation_shipbob_is_not_called_at_all(world: Connection) -> None:
    world.clock.advance(2 * MINUTE)
    world.authority.revoke()
    world.authority.kill("access-1")
    assert world.worker().call() == "waits"
    world.run()

    another = world.worker()
    assert another.call() == "needs repair"

    assert another.sent == []
    assert world.keep_connected.rings == 1


def test_a_worker_that_has_met_the_refusal_calls_no_more_once_the_consent_is_gone(world: Connection) -> None:
    worker = world.worker()
    world.clock.advance(2 * MINUTE)
    world.authority.revoke()
    world.authority.kill("access-1")
    worker.call()
    world.run()

    assert worker.call() == "needs repair"

    assert worker.sent == ["access-1"]


def test_a_worker_that_has_not_met_it_hears_of_it_within_five_minutes(world: Connection) -> None:
    unknowing = world.worker()
    world.clock.advance(2 * MINUTE)
    unknowing.call()
    world.authority.revoke()
    world.authority.kill("access-1")
    world.worker().call()
    world.run()

    world.clock.advance(5 * MINUTE + SECOND)
    assert unknowing.call() == "needs repair"

    assert unknowing.sent == ["access-1"]


def test_a_refusal_after_a_revocation_wakes_nobody(world: Connection) -> None:
    world.clock.advance(2 * MINUTE)
    world.authority.revoke()
    world.until_due()
    world.run()
    world.authority.kill("access-1")

    assert world.worker().call() == "needs repair"

    assert world.keep_connected.rings == 0
    assert world.token_row.refused_at == world.clock.now()


def test_a_worker_that_is_overtaken_wakes_nobody(world: Connection) -> None:
    world.clock.advance(2 * MINUTE)
    world.authority.kill("access-1")
    first, second = world.worker(), world.worker()
    calls = world.calls
    assert isinstance(calls, Interruptible)
    calls.interrupt_at(3, Cut.AFTER, second.call)  # the row is read for the call, and after the refusal again

    assert first.call() == "waits"

    assert world.keep_connected.rings == 1


def test_a_person_who_connects_again_is_noticed_at_the_next_call(world: Connection) -> None:
    worker = world.worker()
    world.clock.advance(2 * MINUTE)
    world.authority.revoke()
    world.authority.kill("access-1")
    worker.call()
    world.run()
    assert worker.call() == "needs repair"

    world.shipbob_secret.put(world.authority.connect().to_json())

    assert worker.call() == "done"


def test_a_new_worker_takes_what_a_person_has_put_in_though_the_function_has_not_looked_yet(world: Connection) -> None:
    world.clock.advance(2 * MINUTE)
    world.authority.revoke()
    world.authority.kill("access-1")
    world.worker().call()
    world.run()
    world.shipbob_secret.put(world.authority.connect().to_json())

    assert world.worker().call() == "done"


def test_a_pat_that_is_refused_needs_a_person_and_wakes_nobody(world: Connection) -> None:
    world.shipbob_secret.put(world.authority.personal("pat-1"))
    worker = world.worker()
    assert worker.call() == "done"
    world.authority.kill("pat-1")
    world.authority.alive["pat-1"] = world.clock.now()

    with pytest.raises(Misconfigured, match=r"does not accept the token.*connect shipbob"):
        worker.bearing.refused("pat-1")

    assert world.keep_connected.rings == 0


def test_a_pat_that_one_call_is_refused_for_goes_on_being_used_by_the_others(world: Connection) -> None:
    world.shipbob_secret.put(world.authority.personal("pat-1"))
    refused, other = world.worker(), world.worker()
    with pytest.raises(Misconfigured):
        refused.bearing.refused("pat-1")

    assert (other.call(), world.worker().call()) == ("done", "done")
    assert world.token_row.refused_at == world.clock.now()


def test_a_pat_just_replaced_that_a_late_read_still_shows_is_no_refusal_of_the_new_one(world: Connection) -> None:
    world.shipbob_secret.put(world.authority.personal("pat-1"))
    world.run()
    world.shipbob_secret.put(world.authority.personal("pat-2"))
    world.run()
    late = world.worker()
    late.bearing._secret.is_seen_late = True  # type: ignore[attr-defined]
    world.authority.kill("pat-1")

    assert late.call() == "waits"

    assert world.token_row.refused_at is None


def test_one_kind_of_call_that_every_token_is_refused_for_stops_no_other(world: Connection) -> None:
    world.keep_connected.answer = world.run
    orders, forbidden, outcomes = world.worker(), world.worker(), set()
    for _ in range(36):
        world.clock.advance(5 * MINUTE)
        world.run()
        with contextlib.suppress(Transient, Misconfigured):
            forbidden.bearing.refused(forbidden.bearing.refused(forbidden.bearing.token()))
        outcomes.add(orders.call())

    assert outcomes == {"done"}
    assert world.counted["ConnectionLost"] == 1
    assert world.counted["NeedsRepair"] > 20
    with pytest.raises(Misconfigured, match="scopes"):
        forbidden.bearing.refused(world.shipbob_secret.grant.access_token)


def test_a_token_that_ended_and_cannot_be_renewed_wakes_nobody(world: Connection) -> None:
    world.authority.gives_refresh_tokens = False
    world.shipbob_secret.put(world.authority.connect().to_json())
    world.clock.advance(HOUR)

    assert world.worker().call() == "needs repair"

    assert world.keep_connected.rings == 0


def test_a_pat_costs_no_read_of_the_row(world: Connection) -> None:
    world.shipbob_secret.put(world.authority.personal("pat-1"))

    world.worker().call()

    assert world.calls.made == []


@pytest.mark.parametrize("text", ["{}", "", '{"kind": "oauth", "refresh_token": "r", "client_id": "c"}'])
def test_a_stack_that_is_not_connected_says_what_to_do(world: Connection, text: str) -> None:
    world.shipbob_secret.put(text)

    with pytest.raises(Misconfigured, match="gp-shipbob connect shipbob"):
        world.worker().bearing.token()


def test_a_late_read_after_a_refresh_starts_no_other_refresh(world: Connection) -> None:
    world.until_due()
    world.run()
    world.authority.kill("access-1")
    world.shipbob_secret.is_seen_late = True
    late = world.worker()
    late.bearing._secret.is_seen_late = True  # type: ignore[attr-defined]

    assert late.call() == "waits"

    assert world.keep_connected.rings == 0
    assert world.token_row.refused_at is None


def test_a_bell_that_cannot_be_rung_is_said_and_the_schedule_refreshes_all_the_same(world: Connection) -> None:
    world.authority.kill("access-1")
    world.clock.advance(2 * MINUTE)
    world.keep_connected.failure = Misconfigured("Lambda answers AccessDeniedException")

    assert world.worker().call() == "needs repair"

    world.run()
    assert world.worker().call() == "done"


def test_a_refresh_whose_process_ended_is_asked_for_again_when_its_lease_is_over(world: Connection) -> None:
    world.authority.kill("access-1")
    world.clock.advance(2 * MINUTE)
    worker = world.worker()
    worker.call()
    world.crash_at(4, Cut.BEFORE)
    world.run()
    assert worker.call() == "waits"
    assert world.keep_connected.rings == 1

    world.until_the_lease_is_over()
    worker.call()

    assert world.keep_connected.rings == 2


def test_new_tokens_that_shipbob_refuses_are_not_refreshed_for_ever(world: Connection) -> None:
    worker = world.worker()
    world.keep_connected.answer = world.run
    outcomes = []
    for _ in range(240):
        world.clock.advance(15 * SECOND)
        for token in list(world.authority.alive):
            world.authority.alive[token] = world.clock.now()
        outcomes.append(worker.call())
        if world.clock.now().second < 15 and world.clock.now().minute % 5 == 0:
            world.run()

    assert outcomes[-1] == "needs repair"
    assert world.refreshes() <= 4, "three, and one because the token ended"
    assert world.counted["ConnectionLost"] == 1
