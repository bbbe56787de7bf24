"""Where the goods of a receiving order belong in GP, and receiving orders that come late, twice and from lists."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal

import pytest
from bridge.domain.document import DocumentId, DocumentKind
from bridge.domain.inventory import InventoryDocumentType, InventoryLine
from bridge.domain.message import Message, Snapshot
from bridge.domain.order import Named
from bridge.domain.outcome import Done, MappingKey, Unchanged, Waiting
from bridge.domain.receiving import ReceivingStatus
from bridge.flows.attempt import attempt

from local.memory.world import START, WRITE_GP, World
from tests.correcting import REVIEW, in_gp, moves
from tests.orders import CHICAGO, HOUR, MINUTE, texts
from tests.receiving import (
    NUMBER,
    TRX,
    WRO,
    a_receiving_world,
    a_transfer,
    a_wro,
    list_shows,
    receives,
    red,
)

HUB = Named(40, "Hub (PA)")


# ---- The site that GP expects them at


def test_goods_that_shipbob_sent_to_a_hub_are_booked_at_the_site_that_gp_moved_them_to() -> None:
    world = a_receiving_world()
    world.state.mapped[MappingKey.parse("location/40")] = "HUB"

    receives(world, a_wro(red(100, 98), center=HUB))

    assert moves(world, NUMBER) == [("RED-100", "CHICAGO", Decimal(-2))]


def test_goods_that_go_by_a_via_site_are_booked_at_the_site_it_leads_to() -> None:
    world = a_receiving_world(to=("TRANSIT",))
    world.state.mapped[MappingKey.parse("transit/TRANSIT")] = "CHICAGO"

    receives(world, a_wro(red(100, 98), center=HUB))

    assert moves(world, NUMBER) == [("RED-100", "CHICAGO", Decimal(-2))]


def test_of_several_sites_the_one_is_meant_that_the_purchase_order_number_names() -> None:
    world = a_receiving_world(to=("RENO", "CHICAGO"))

    receives(world, a_wro(red(100, 98), center=HUB))

    assert moves(world, NUMBER) == [("RED-100", "CHICAGO", Decimal(-2))]


def test_of_several_sites_that_the_number_does_not_tell_apart_the_centre_s_is_meant() -> None:
    world = a_receiving_world(to=("RENO", "CHICAGO"))
    world.state.remember_aliases(TRX, ["CHANGED BY HAND"])

    receives(world, a_wro(red(100, 98), purchase_order="CHANGED BY HAND"))

    assert moves(world, NUMBER) == [("RED-100", "CHICAGO", Decimal(-2))]


@pytest.mark.parametrize("center", [None, CHICAGO])
def test_a_site_that_cannot_be_told_is_for_a_person(center: Named | None) -> None:
    world = a_receiving_world(to=("RENO", "DENVER"))
    order = a_wro(red(100, 98), purchase_order="CHANGED BY HAND", center=center)

    assert texts(receives(world, order)) == [
        "At which site transfer/TRX1 expects the goods of WRO 7 'CHANGED BY HAND' cannot be told"
    ]


def test_where_gp_no_longer_shows_its_document_the_centre_s_site_counts() -> None:
    world = a_receiving_world()
    world.gp.inventory.clear()

    receives(world, a_wro(red(100, 98)))

    assert moves(world, NUMBER) == [("RED-100", "CHICAGO", Decimal(-2))]


def test_a_centre_without_a_site_is_named_where_gp_does_not_tell_one() -> None:
    world = a_receiving_world()
    world.gp.inventory.clear()

    outcome = receives(world, a_wro(red(100, 98), center=HUB))

    assert texts(outcome) == ["ShipBob location 40 'Hub (PA)' has no GP site"]


# ---- Late, twice, and from a list


def test_a_list_that_shows_it_costs_no_read_and_the_same_again_costs_nothing() -> None:
    world = a_receiving_world()
    order = a_wro(red(100, 40), status=ReceivingStatus.PROCESSING)
    list_shows(world, order)
    made = len(world.calls.made)

    again = list_shows(world, order)

    assert isinstance(again, Unchanged)
    assert (world.calls.of("shipbob"), world.calls.made[made:]) == ([], ["state.row"])


def test_a_list_that_shows_it_closed_books_the_difference() -> None:
    world = a_receiving_world()

    list_shows(world, a_wro(red(100, 98)))

    assert (world.calls.of("shipbob"), moves(world, NUMBER)) == (["boxes"], [("RED-100", "CHICAGO", Decimal(-2))])


def test_a_list_s_image_that_cannot_be_read_is_read_at_shipbob() -> None:
    world = a_receiving_world()
    world.shipbob.put_receiving(a_wro(red(100, 100)))
    finished = world.clock.now() + MINUTE
    snapshot = Snapshot(b"what nobody can read", finished, finished)
    world.clock.advance(MINUTE)

    outcome = attempt(WRITE_GP)(Message(WRO, "poll", "run-1", finished, snapshot), world)

    assert isinstance(outcome, Done)
    assert world.calls.of("shipbob") == ["receiving_order", "boxes"]


def test_a_hint_from_before_the_last_look_costs_no_call() -> None:
    world = a_receiving_world()
    receives(world, a_wro(red(100, 100)))
    world.clock.advance(MINUTE)
    made = len(world.calls.of("shipbob"))
    old = Message(WRO, "webhook wro.completed", "msg_1", START - MINUTE)

    attempt(WRITE_GP)(old, world)

    assert len(world.calls.of("shipbob")) == made


def test_a_read_whose_entry_in_the_trail_failed_is_no_news_that_was_told() -> None:
    world = a_receiving_world()
    world.audit.refuses = "read from ShipBob"
    assert isinstance(list_shows(world, a_wro(red(100, 98))), Waiting)
    world.audit.refuses = ""

    assert isinstance(list_shows(world, a_wro(red(100, 98))), Done)

    assert world.trail(WRO).count("read from ShipBob") == 1


def test_a_booked_difference_that_is_replayed_is_looked_at_in_gp_and_not_booked_again() -> None:
    world = a_receiving_world()
    receives(world, a_wro(red(100, 98)))

    outcome = receives(world, a_wro(red(100, 98)), reason="replay: a person asked")

    assert outcome == Done("GP holds it as SBW7: -2 of RED-100 at CHICAGO")
    assert world.gp.created == {NUMBER: 1}


def test_a_write_in_the_air_is_settled_although_the_company_wants_reviews_by_now() -> None:
    world = a_receiving_world()
    world.gp.fail_next("create_inventory_adjustment", "not executed")
    receives(world, a_wro(red(100, 98)))
    world.terms = replace(world.terms, corrections=REVIEW)
    world.clock.advance(HOUR)
    for _ in range(3):
        receives(world, a_wro(red(100, 98)), reason="replay: a person asked")
        world.clock.advance(HOUR)

    assert moves(world, NUMBER) == [("RED-100", "CHICAGO", Decimal(-2))]


def test_a_hint_that_brings_nothing_new_costs_one_read() -> None:
    world = a_receiving_world()
    receives(world, a_wro(red(100, 98)))
    made = len(world.calls.made)

    assert receives(world, a_wro(red(100, 98))) == Unchanged("as it was")
    assert [call for call in world.calls.made[made:] if not call.startswith(("state", "audit", "queue", "gates"))] == [
        "shipbob.receiving_order"
    ]


def test_while_shipbob_is_down_a_receiving_order_waits() -> None:
    world = a_receiving_world()
    world.shipbob.fail_next("receiving_order", "down")

    assert isinstance(receives(world, a_wro(red(100, 98))), Waiting)
    world.pass_time(MINUTE)

    assert moves(world, NUMBER) == [("RED-100", "CHICAGO", Decimal(-2))]


def test_what_shipbob_does_not_show_is_left_at_that() -> None:
    assert a_receiving_world().attempt(WRO) == Done("ShipBob does not show it")


def test_a_status_that_nobody_knows_yet_is_for_a_person() -> None:
    outcome = receives(a_receiving_world(), a_wro(red(100, 98), status=ReceivingStatus.UNKNOWN))

    assert texts(outcome) == ["ShipBob gives WRO 7 'T TRX1 CHICAGO 1' a status the bridge does not know"]


def test_goods_from_before_the_cut_over_are_left_alone() -> None:
    world = a_receiving_world()

    outcome = receives(world, a_wro(red(100, 98), created_at=world.terms.cut_over - MINUTE))

    assert outcome == Done("from before the cut-over: it belongs to the books as they were kept until then")


def test_it_is_dated_the_day_shipbob_last_changed_it_in_gps_zone() -> None:
    world = a_receiving_world()
    late = dt.datetime(2026, 11, 19, 3, 30, tzinfo=dt.UTC)  # still the 18th in Chicago
    world.clock.advance_to(late + HOUR)

    receives(world, replace(a_wro(red(100, 98)), updated_at=late))

    document = in_gp(world, NUMBER)
    assert document is not None
    assert document.date == dt.date(2026, 11, 18)


def test_a_document_that_was_an_adjustment_in_gp_is_announced_too() -> None:
    world: World = a_receiving_world()
    line = InventoryLine(Decimal(16384), "RED-100", "CHICAGO", Decimal(100))
    world.gp.put_inventory(replace(a_transfer(), type=InventoryDocumentType.ADJUSTMENT, number="ADJ-1", lines=(line,)))
    world.state.remember_aliases(DocumentId(DocumentKind.ADJUSTMENT, name="ADJ-1"), ["A ADJ 1 CHICAGO 1"])

    order = a_wro(red(100, 98), center=HUB, number=8, purchase_order="A ADJ 1 CHICAGO 1", created_at=START)
    receives(world, order)

    assert moves(world, "SBW8") == [("RED-100", "CHICAGO", Decimal(-2))]
