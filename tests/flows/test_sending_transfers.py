"""A transfer in GP becomes what ShipBob expects: once, whole, at the right building, under a number of ours."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from bridge.domain.inventory import QuantityType, TransactionState
from bridge.domain.order import Named
from bridge.domain.outcome import Done, MappingKey, NeedsReview, Unchanged, Waiting
from bridge.domain.terms import TransferTrigger
from bridge.protocols.ledger import Status

from local.memory.world import START
from tests.stock import TRANSFER, a_stock_world, document, line, wros

IN = document(TRANSFER, line("RED-100", 5, "MAIN", "CHICAGO"))
DAY = dt.timedelta(days=1)


def test_a_posted_transfer_into_a_shipbob_site_is_expected_there() -> None:
    world = a_stock_world(IN)

    outcome = world.attempt(TRANSFER)

    assert isinstance(outcome, Done)
    assert wros(world) == {"T 00000012 CHICAGO 1": (8, {"WIDGET-RED": 5})}


def test_it_is_said_when_the_goods_are_expected_a_week_from_now_by_default() -> None:
    world = a_stock_world(IN)

    world.attempt(TRANSFER)

    (announced,) = world.shipbob.announced
    assert announced.expected_arrival == START + 7 * DAY


def test_the_wro_is_found_by_its_id_its_number_and_the_gp_number() -> None:
    world = a_stock_world(IN)
    world.attempt(TRANSFER)
    (wro,) = world.shipbob.receiving

    for number in (f"wro/{wro}", f"{wro}", "T 00000012 CHICAGO 1", "00000012"):
        assert world.state.find(number) == [TRANSFER], number


def test_seen_again_it_is_not_sent_again() -> None:
    world = a_stock_world(IN)
    world.attempt(TRANSFER)

    assert isinstance(world.attempt(TRANSFER, "replay: to be sure"), Unchanged)

    assert len(world.shipbob.receiving) == 1
    assert world.calls.count("shipbob.create_receiving_order") == 1


def test_a_transfer_to_two_shipbob_sites_becomes_a_wro_for_each() -> None:
    lines = line("RED-100", 5, "MAIN", "CHICAGO"), line("BLUE-100", 2, "MAIN", "RENO")
    world = a_stock_world(document(TRANSFER, *lines))

    world.attempt(TRANSFER)

    assert wros(world) == {
        "T 00000012 CHICAGO 1": (8, {"WIDGET-RED": 5}),
        "T 00000012 RENO 1": (9, {"WIDGET-BLUE": 2}),
    }


def test_lines_of_one_item_are_one_and_what_goes_back_is_taken_off() -> None:
    lines = (
        line("RED-100", 5, "MAIN", "CHICAGO"),
        line("RED-100", 3, "EAST", "CHICAGO"),
        line("RED-100", 2, "CHICAGO", "MAIN"),
        line("BLUE-100", 4, "MAIN", "CHICAGO"),
        line("BLUE-100", 4, "CHICAGO", "MAIN"),
    )
    world = a_stock_world(document(TRANSFER, *lines))

    assert isinstance(world.attempt(TRANSFER), Done)

    assert wros(world) == {"T 00000012 CHICAGO 1": (8, {"WIDGET-RED": 6})}


@pytest.mark.parametrize(("source", "target"), [("MAIN", "EAST"), ("CHICAGO", "CHICAGO")])
def test_what_moves_elsewhere_or_within_a_site_is_nothing_to_shipbob(source: str, target: str) -> None:
    world = a_stock_world(document(TRANSFER, line("RED-100", 5, source, target)))

    assert isinstance(world.attempt(TRANSFER), Done)

    assert wros(world) == {}
    assert world.calls.of("shipbob") == []


def test_goods_in_transit_are_expected_where_the_via_site_leads_and_only_once() -> None:
    leaves = document(TRANSFER, line("RED-100", 5, "MAIN", "VIA-CHI"))
    arrives = replace(leaves, number="00000013", lines=(line("RED-100", 5, "VIA-CHI", "CHICAGO"),))
    world = a_stock_world(leaves, arrives)
    world.state.map(MappingKey.parse("transit/VIA-CHI"), "CHICAGO", "a person")

    world.attempt(TRANSFER)
    world.attempt(replace(TRANSFER, name="00000013"))

    assert wros(world) == {"T 00000012 CHICAGO 1": (8, {"WIDGET-RED": 5})}


def test_a_via_site_that_leads_nowhere_names_itself() -> None:
    world = a_stock_world(document(TRANSFER, line("RED-100", 5, "MAIN", "VIA-X")))
    world.state.map(MappingKey.parse("transit/VIA-X"), "ATLANTIS", "a person")

    outcome = world.attempt(TRANSFER)

    assert isinstance(outcome, NeedsReview)
    assert outcome.reasons[0].text == "GP's via site 'VIA-X' leads to 'ATLANTIS', which is no ShipBob location"


def test_a_site_that_is_two_locations_is_for_a_person() -> None:
    world = a_stock_world(IN)
    world.state.map(MappingKey.parse("location/156"), "CHICAGO", "a person")

    outcome = world.attempt(TRANSFER)

    assert isinstance(outcome, NeedsReview)
    assert outcome.reasons[0].text == "GP site 'CHICAGO' is several ShipBob locations: 156 and 8"
    assert wros(world) == {}


def test_damaged_goods_are_no_stock_of_shipbobs() -> None:
    world = a_stock_world(document(TRANSFER, line("RED-100", 5, "MAIN", "CHICAGO", to_type=QuantityType.DAMAGED)))

    outcome = world.attempt(TRANSFER)

    assert isinstance(outcome, NeedsReview)
    assert "ShipBob has no stock that is Damaged" in outcome.reasons[0].text


def test_a_transfer_that_is_only_entered_waits_to_be_posted() -> None:
    entered = replace(IN, state=TransactionState.WORK)
    world = a_stock_world(entered)

    assert isinstance(world.attempt(TRANSFER), Done)
    assert wros(world) == {}
    world.gp.put_inventory(IN)
    world.attempt(TRANSFER)

    assert list(wros(world)) == ["T 00000012 CHICAGO 1"]


def test_told_from_work_it_is_looked_at_daily_until_it_is_posted() -> None:
    world = a_stock_world(replace(IN, state=TransactionState.WORK), trigger=TransferTrigger.WORK)

    outcome = world.attempt(TRANSFER)
    assert isinstance(outcome, Done)
    assert outcome.look_at == START + DAY
    world.gp.put_inventory(IN)
    outcome = world.attempt(TRANSFER, "due")

    assert isinstance(outcome, Unchanged)
    assert outcome.look_at is None
    assert len(wros(world)) == 1


def test_a_transfer_changed_after_shipbob_was_told_is_for_a_person() -> None:
    world = a_stock_world(replace(IN, state=TransactionState.WORK), trigger=TransferTrigger.WORK)
    world.attempt(TRANSFER)
    (wro,) = world.shipbob.receiving
    world.gp.put_inventory(document(TRANSFER, line("RED-100", 6, "MAIN", "CHICAGO")))

    outcome = world.attempt(TRANSFER)

    assert isinstance(outcome, NeedsReview)
    named = f"WRO {wro} (T 00000012 CHICAGO 1)"
    assert outcome.reasons[0].text == f"GP transfer 00000012 was changed after ShipBob was told of it as {named}"
    assert wros(world) == {"T 00000012 CHICAGO 1": (8, {"WIDGET-RED": 5})}


def test_a_transfer_deleted_after_shipbob_was_told_is_for_a_person() -> None:
    world = a_stock_world(replace(IN, state=TransactionState.WORK), trigger=TransferTrigger.WORK)
    world.attempt(TRANSFER)
    world.gp.inventory.clear()

    outcome = world.attempt(TRANSFER)

    assert isinstance(outcome, NeedsReview)
    assert "GP no longer has transfer 00000012" in outcome.reasons[0].text


def test_a_transfer_deleted_before_shipbob_was_told_is_nothing() -> None:
    world = a_stock_world()

    assert isinstance(world.attempt(TRANSFER), Done)


def test_what_began_with_one_box_size_ends_with_it() -> None:
    """Else the parts of one document would hold more, or less, than the whole."""
    world = a_stock_world(document(TRANSFER, line("RED-100", 60, "MAIN", "CHICAGO")), units_per_box=1)
    world.shipbob.fail_next("create_receiving_order", "not executed")
    assert isinstance(world.attempt(TRANSFER), Waiting)
    assert world.row(TRANSFER).status is Status.UNKNOWN
    world.terms = replace(world.terms, sending=replace(world.terms.sending, units_per_box=30))

    world.pass_time(dt.timedelta(hours=1))

    assert [pieces for _, pieces in wros(world).values()] == [{"WIDGET-RED": 50}, {"WIDGET-RED": 10}]


def test_shipbobs_hub_is_noted_and_no_error() -> None:
    world = a_stock_world(IN)
    world.shipbob.hubs[8] = Named(77, "Hub")

    assert isinstance(world.attempt(TRANSFER), Done)

    (entry,) = [entry for entry in world.audit.entries(TRANSFER) if entry.what == "created at ShipBob"]
    assert entry.facts["re-pointed"] == "to 77 'Hub', from 8"
