"""The process may end at any port call, replies may be lost: each site's receiving order is at ShipBob once."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import replace

import pytest
from bridge.domain.order import Named
from bridge.domain.outcome import Done, NeedsReview, Waiting
from bridge.domain.receiving import (
    ReceivingLine,
    ReceivingStatus,
    WarehouseReceivingOrder,
)
from bridge.protocols.ledger import Status
from bridge.protocols.trail import first_break

from local.memory.world import START, Crash, Cut, World
from tests.stock import RED, TRANSFER, a_stock_world, document, line, wros

HOUR = dt.timedelta(hours=1)
MINUTE = dt.timedelta(minutes=1)
TWO_SITES = document(
    TRANSFER,
    line("RED-100", 5, "MAIN", "CHICAGO"),
    line("BLUE-100", 2, "MAIN", "RENO"),
    line("RED-100", 1, "RENO", "MAIN"),
)
EXPECTED = {
    "T 00000012 CHICAGO 1": (8, {"WIDGET-RED": 5}),
    "T 00000012 RENO 1": (9, {"WIDGET-BLUE": 2}),
}
ONE = document(TRANSFER, line("RED-100", 5, "MAIN", "CHICAGO"))


def calls_of_a_plain_run() -> int:
    world = a_stock_world(TWO_SITES)
    world.hint(TRANSFER)
    before = len(world.calls.made)
    world.deliver()
    return len(world.calls.made) - before


CALLS = calls_of_a_plain_run()


def in_the_end(world: World) -> None:
    """Everything visible has been worked, for a day."""
    for _ in range(6):
        world.deliver()
        world.pass_time(4 * HOUR)


@pytest.mark.parametrize("cut", Cut)
@pytest.mark.parametrize("number", range(1, CALLS + 1))
def test_two_sites_get_their_receiving_order_once_wherever_the_process_ended(number: int, cut: Cut) -> None:
    world = a_stock_world(TWO_SITES)
    world.hint(TRANSFER)
    world.crash_at(number, cut)

    world.deliver()
    assert any(isinstance(each, Crash) for each in world.raised)
    in_the_end(world)

    assert wros(world) == EXPECTED
    assert Counter(each.purchase_order_number for each in world.shipbob.announced) == dict.fromkeys(EXPECTED, 1)
    ids = {each.purchase_order_number: each.id for each in world.shipbob.receiving.values()}
    sent = {part.key: int(part.number) for part in world.row(TRANSFER).parts if part.number}
    assert sent == ids
    assert all(world.state.find(f"wro/{wro}") == [TRANSFER] for wro in ids.values())
    assert [each.quantity for each in world.expectations.kept.values()] == [-1]
    assert world.row(TRANSFER).status is Status.REVIEW, "the red one that leaves Reno is for a person"
    assert first_break(world.audit.entries(TRANSFER)) is None


@pytest.mark.parametrize("how", ["lost reply", "not executed"])
def test_a_lost_reply_is_answered_by_looking_and_never_by_sending_again(how: str) -> None:
    world = a_stock_world(ONE)
    world.shipbob.fail_next("create_receiving_order", how)

    assert isinstance(world.attempt(TRANSFER), Waiting)
    assert world.row(TRANSFER).status is Status.UNKNOWN
    world.pass_time(HOUR)

    assert wros(world) == {"T 00000012 CHICAGO 1": (8, {"WIDGET-RED": 5})}
    assert len(world.shipbob.announced) == 1
    assert world.row(TRANSFER).status is Status.DONE


def test_an_absence_counts_only_once_shipbob_has_had_time() -> None:
    world = a_stock_world(ONE)
    world.shipbob.fail_next("create_receiving_order", "not executed")
    world.attempt(TRANSFER)

    world.pass_time(9 * MINUTE)
    assert wros(world) == {}
    world.pass_time(3 * MINUTE)

    assert len(wros(world)) == 1


def test_ours_is_found_although_the_hub_has_it_and_its_sku_was_unmapped_meanwhile() -> None:
    world = a_stock_world(ONE)
    world.shipbob.hubs[8] = Named(77, "Hub")
    world.shipbob.fail_next("create_receiving_order", "lost reply")
    world.attempt(TRANSFER)
    world.shipbob.catalogue = []

    world.pass_time(MINUTE)

    assert [part.key for part in world.row(TRANSFER).parts] == ["T 00000012 CHICAGO 1"]


@pytest.mark.parametrize("looks", [2, 3], ids=["seen before the second send", "refused, and seen then"])
def test_ours_is_taken_for_ours_at_the_hub_although_shipbob_showed_it_too_late(looks: int) -> None:
    """Twice absent it is sent again; that the centre is another is ShipBob's doing, and no stranger's."""
    world = a_stock_world(ONE)
    world.shipbob.hubs[8] = Named(77, "Hub")
    world.shipbob.fail_next("create_receiving_order", "lost reply")
    world.attempt(TRANSFER)
    world.shipbob.lagging = looks

    world.pass_time(HOUR)

    assert [part.key for part in world.row(TRANSFER).parts] == ["T 00000012 CHICAGO 1"]
    assert (world.row(TRANSFER).status, len(world.shipbob.announced)) == (Status.DONE, 1)


def test_what_stands_at_shipbob_after_a_lost_reply_and_is_not_what_was_sent_is_for_a_person() -> None:
    world = a_stock_world(ONE)
    world.shipbob.fail_next("create_receiving_order", "lost reply")
    world.attempt(TRANSFER)
    ((key, made),) = world.shipbob.receiving.items()
    world.shipbob.receiving[key] = replace(made, lines=(ReceivingLine(RED, "WIDGET-RED", 6, 0, 0),))

    outcome = world.attempt(TRANSFER)

    assert isinstance(outcome, NeedsReview)
    assert "does not hold what was sent" in outcome.reasons[0].text


def a_wro(number: str, center: int, quantity: int, status: ReceivingStatus) -> WarehouseReceivingOrder:
    lines = (ReceivingLine(RED, "WIDGET-RED", quantity, 0, 0),)
    return WarehouseReceivingOrder(480700, number, status, Named(center, ""), START, START, lines)


def test_one_of_our_number_that_is_what_we_mean_is_taken_for_ours() -> None:
    world = a_stock_world(ONE)
    world.shipbob.put_receiving(a_wro("T 00000012 CHICAGO 1", 8, 5, ReceivingStatus.AWAITING))

    assert isinstance(world.attempt(TRANSFER), Done)

    assert world.shipbob.announced == []
    assert world.state.find("wro/480700") == [TRANSFER]


STRANGERS = [
    (
        a_wro("T 00000012 CHICAGO 1", 9, 5, ReceivingStatus.AWAITING),
        "The centre of WRO 480700, 'T 00000012 CHICAGO 1', at ShipBob: 9; from GP: 8",
    ),
    (
        a_wro("T 00000012 CHICAGO 1", 8, 6, ReceivingStatus.AWAITING),
        "The lines of WRO 480700, 'T 00000012 CHICAGO 1', at ShipBob: 6 × inventory id 21000011; "
        "from GP: 5 × inventory id 21000011",
    ),
    (
        a_wro("T 00000012 CHICAGO 1", 8, 5, ReceivingStatus.CANCELLED),
        "The status of WRO 480700, 'T 00000012 CHICAGO 1', at ShipBob: Cancelled; from GP: Awaiting",
    ),
]


@pytest.mark.parametrize(("stranger", "text"), STRANGERS)
def test_one_of_our_number_that_is_not_what_we_mean_is_for_a_person(
    stranger: WarehouseReceivingOrder, text: str
) -> None:
    world = a_stock_world(ONE)
    world.shipbob.put_receiving(stranger)

    outcome = world.attempt(TRANSFER)

    assert isinstance(outcome, NeedsReview)
    assert [reason.text for reason in outcome.reasons] == [text]
    assert world.shipbob.announced == []


def test_a_number_that_was_taken_between_the_look_and_the_send_is_compared() -> None:
    """ShipBob refuses it; what stands under the number decides, and not the refusal."""
    world = a_stock_world(ONE)
    world.shipbob.lagging = 1
    world.shipbob.put_receiving(a_wro("T 00000012 CHICAGO 1", 8, 5, ReceivingStatus.AWAITING))

    assert isinstance(world.attempt(TRANSFER), Done)

    assert "refused by ShipBob" in world.trail(TRANSFER)
    assert world.row(TRANSFER).intent is None


def test_a_refusal_is_for_a_person_and_leaves_nothing_in_the_air() -> None:
    world = a_stock_world(ONE)
    world.shipbob.fail_next("create_receiving_order", "refused")

    assert isinstance(world.attempt(TRANSFER), NeedsReview)
    assert world.row(TRANSFER).intent is None
    assert isinstance(world.attempt(TRANSFER, "replay: repaired"), Done)


@pytest.mark.parametrize("how", ["down", "login rejected"])
def test_a_send_that_was_not_made_is_made_later(how: str) -> None:
    world = a_stock_world(ONE)
    world.shipbob.fail_next("create_receiving_order", how)

    assert isinstance(world.attempt(TRANSFER), Waiting)
    assert (world.row(TRANSFER).intent, world.row(TRANSFER).status) == (None, Status.WAITING)
    world.pass_time(HOUR)

    assert len(wros(world)) == 1


def test_of_two_with_our_number_the_cancelled_one_does_not_count() -> None:
    world = a_stock_world(ONE)
    number = "T 00000012 CHICAGO 1"
    world.shipbob.put_receiving(a_wro(number, 8, 5, ReceivingStatus.CANCELLED))
    world.shipbob.put_receiving(replace(a_wro(number, 8, 5, ReceivingStatus.AWAITING), id=480701))

    assert isinstance(world.attempt(TRANSFER), Done)

    assert world.state.find("wro/480701") == [TRANSFER]


def test_shipbob_is_called_three_times_for_a_plain_transfer() -> None:
    world = a_stock_world(ONE)

    world.attempt(TRANSFER)

    assert world.calls.of("shipbob") == ["variants", "receiving_orders_of", "create_receiving_order"]
    assert world.calls.of("gp") == ["inventory_document"]
