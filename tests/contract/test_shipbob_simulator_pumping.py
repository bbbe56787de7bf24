"""The ShipBob witness delivers webhooks in simulated time: to a callable, when it is pumped, by its own schedule."""

from __future__ import annotations

import threading

import httpx
import pytest
from standardwebhooks import Webhook

from local.shipbob import ManualClock, ShipBobSimulator
from tests.contract.shipbob_day import PATIENCE, SECRET, Inbox, Receiver, attempts, order, subscribe
from tests.contract.shipbob_town import Town


def test_nothing_is_delivered_to_a_callable_before_it_is_pumped() -> None:
    town = Town()
    shipped = town.ship(2)

    before = list(town.inbox.came)
    made = town.webhooks.pump()

    assert (before, made, town.told()) == ([], 2, shipped)


def test_a_simulated_day_starts_no_thread() -> None:
    before = threading.active_count()
    town = Town()
    town.ship(3)
    town.webhooks.pump()

    assert threading.active_count() == before


def test_a_pumped_message_is_signed_as_any_other() -> None:
    town = Town()
    clock = ManualClock()  # the verifier's own library looks at the wall clock
    town.clock.advance((clock.now() - town.clock.now()).total_seconds())
    shipped = town.ship()
    town.webhooks.pump()

    (came,) = town.inbox.came

    assert Webhook(SECRET).verify(came.body, came.headers)["id"] == shipped[0]


@pytest.mark.parametrize("failure", [500, 302, ConnectionResetError("cut"), TimeoutError("late")])
def test_retries_follow_the_schedule_as_the_clock_is_moved(failure: int | Exception) -> None:
    town = Town(*[failure] * 8)
    town.ship()
    began, tried = town.clock.now(), []

    while (due := town.webhooks.next_due()) is not None:
        town.clock.advance((due - town.clock.now()).total_seconds())
        assert town.webhooks.pump() == 1
        tried.append((due - began).total_seconds())

    assert tried == [0, 5, 305, 2_105, 9_305, 27_305, 63_305, 99_305]
    assert len({each.id for each in town.inbox.came}) == 1
    assert town.webhooks.deliveries()[0]["state"] == "failed"


def test_an_answer_after_fifteen_seconds_is_none() -> None:
    town = Town()

    def slowly(headers: dict[str, str], body: bytes) -> int:
        town.clock.advance(16)
        return town.inbox(headers, body)

    town.webhooks.deliver_to(slowly)
    town.ship()
    town.webhooks.pump()

    (attempt,) = town.webhooks.deliveries()[0]["attempts"]
    assert (attempt["status"], attempt["error"]) == (None, "TimeoutError: no answer within 15 s")


def test_what_a_callable_breaks_with_is_not_taken_for_an_outage() -> None:
    town = Town(AssertionError("the receiver is wrong"))
    town.ship()

    with pytest.raises(AssertionError, match="the receiver is wrong"):
        town.webhooks.pump()


def test_a_receiver_may_cause_messages_that_the_same_pump_delivers() -> None:
    town = Town()

    def causing(headers: dict[str, str], body: bytes) -> int:
        if not town.inbox.came:
            town.ship()
        return town.inbox(headers, body)

    town.webhooks.deliver_to(causing)
    town.ship()

    assert town.webhooks.pump() == 2


def test_threads_that_delivered_over_http_leave_a_callables_messages_alone(
    shipbob: ShipBobSimulator, api: httpx.Client, receiver: Receiver
) -> None:
    subscribe(api, receiver.url)
    shipbob.account.ship_order(shipbob.account.place_order(order("1"))["id"])
    receiver.next()
    assert shipbob.webhooks.wait_until_idle(PATIENCE)

    inbox = Inbox()
    shipbob.webhooks.deliver_to(inbox)
    shipbob.account.ship_order(shipbob.account.place_order(order("2"))["id"])

    assert not shipbob.webhooks.wait_for(lambda: len(attempts(shipbob)) > 1, 0.1)
    assert (shipbob.webhooks.pump(), len(inbox.came)) == (1, 1)


def test_taken_back_from_a_callable_messages_go_over_http_again(
    shipbob: ShipBobSimulator, api: httpx.Client, receiver: Receiver
) -> None:
    subscribe(api, receiver.url)
    shipbob.webhooks.deliver_to(Inbox())
    shipbob.account.ship_order(shipbob.account.place_order(order("1"))["id"])
    assert receiver.came.empty()

    shipbob.webhooks.deliver_to(None)
    shipbob.account.ship_order(shipbob.account.place_order(order("2"))["id"])

    assert len({receiver.next().id for _ in range(2)}) == 2
