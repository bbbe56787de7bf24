"""What is not assigned, not mapped, not consistent or not ours ends in its own named place, and all is written down."""

from __future__ import annotations

import datetime as dt

import pytest
from bridge.domain.document import DocumentId
from bridge.domain.order import OrderLine, OrderStatus, Recipient
from bridge.domain.outcome import Done, MappingKey, NeedsReview, Waiting
from bridge.protocols.ledger import Status
from bridge.protocols.trail import first_break

from local.memory.world import START, TERMS, World
from tests.orders import (
    NUMBER,
    ORDER,
    PLAIN_ITEMS,
    a_world,
    an_order,
    cancelled,
    line,
    parcel,
    shipped,
    shipped_parcel,
    texts,
    unshipped,
)


def reasons(world: World) -> list[str]:
    return [reason.text for reason in world.row(ORDER).reasons]


# ---- Waiting for ShipBob


def test_an_order_whose_centre_is_not_assigned_yet_waits() -> None:
    world = a_world()
    world.shipbob.put(an_order(parcel(301, *PLAIN_ITEMS, at=None)))

    assert isinstance(world.attempt(ORDER), Waiting)

    assert (world.row(ORDER).status, world.row(ORDER).due_at) == (Status.WAITING, START + dt.timedelta(seconds=30))


def test_an_order_without_shipments_waits() -> None:
    world = a_world()
    world.shipbob.put(an_order())

    assert isinstance(world.attempt(ORDER), Waiting)


def test_once_its_centre_is_assigned_an_order_is_written_without_another_hint() -> None:
    world = a_world()
    world.shipbob.put(an_order(parcel(301, *PLAIN_ITEMS, at=None)))
    world.attempt(ORDER)
    world.shipbob.put(unshipped())

    world.pass_time(dt.timedelta(minutes=1))

    assert (world.gp.created[NUMBER], world.row(ORDER).status) == (1, Status.DONE)


def test_an_order_that_shipbob_does_not_show_yet_waits_and_is_written_when_it_does() -> None:
    world = a_world()
    assert isinstance(world.attempt(ORDER), Waiting)
    world.shipbob.put(unshipped())

    world.pass_time(dt.timedelta(minutes=1))

    assert (world.gp.created[NUMBER], world.row(ORDER).status) == (1, Status.DONE)


def test_an_order_met_before_shipbob_showed_it_can_be_found_by_its_number() -> None:
    world = a_world()
    world.attempt(ORDER)
    world.shipbob.put(unshipped())

    world.pass_time(dt.timedelta(minutes=1))

    assert world.state.find("1042") == [ORDER]


# ---- Mappings


def test_one_missing_mapping_is_a_review_that_names_the_key_and_the_command() -> None:
    world = a_world("sku/WIDGET-BLUE")
    world.shipbob.put(unshipped())

    outcome = world.attempt(ORDER)

    assert isinstance(outcome, NeedsReview)
    assert [str(key) for key in outcome.waits_for] == ["sku/WIDGET-BLUE"]
    assert "gp-shipbob map sku/WIDGET-BLUE" in outcome.reasons[0].fix
    assert world.gp.orders == {}


def test_several_missing_mappings_are_one_review_that_names_them_all() -> None:
    missing = ["channel/101", "location/8", "sku/WIDGET-RED", "sku/WIDGET-BLUE"]
    world = a_world(*missing)
    world.shipbob.put(unshipped())

    outcome = world.attempt(ORDER)

    assert isinstance(outcome, NeedsReview)
    assert sorted(map(str, outcome.waits_for)) == sorted(missing)
    assert len(reasons(world)) == 4


def test_a_line_without_a_sku_is_a_review_that_asks_for_nothing_impossible() -> None:
    world = a_world()
    world.shipbob.put(an_order(parcel(301, ("", 1)), lines=(line("", 1, "10.00"),)))

    outcome = world.attempt(ORDER)

    assert isinstance(outcome, NeedsReview)
    assert [MappingKey.parse(str(key)) for key in outcome.waits_for] == []


def test_a_key_mapped_to_nothing_is_still_missing() -> None:
    world = a_world("sku/WIDGET-BLUE")
    world.state.map(MappingKey.parse("sku/WIDGET-BLUE"), "", "a person")
    world.shipbob.put(unshipped())

    assert isinstance(world.attempt(ORDER), NeedsReview)


# ---- Disagreements


def test_an_order_without_a_price_is_a_review() -> None:
    world = a_world()
    world.shipbob.put(an_order(parcel(301, ("WIDGET-RED", 2)), lines=(line("WIDGET-RED", 2, None),)))

    assert isinstance(world.attempt(ORDER), NeedsReview)

    assert reasons(world) == ["ShipBob gives no unit price for WIDGET-RED"]
    assert world.gp.orders == {}


def test_shipments_that_hold_other_quantities_than_ordered_are_a_review() -> None:
    world = a_world()
    world.shipbob.put(an_order(parcel(301, ("WIDGET-RED", 1), ("WIDGET-BLUE", 1))))

    assert isinstance(world.attempt(ORDER), NeedsReview)

    assert reasons(world) == ["The order has 2 of WIDGET-RED, its shipments have 1"]
    assert world.gp.orders == {}


def test_a_shipment_that_does_not_say_how_many_is_a_review() -> None:
    world = a_world()
    world.shipbob.put(an_order(parcel(301, ("WIDGET-RED", None), ("WIDGET-BLUE", 1))))

    assert isinstance(world.attempt(ORDER), NeedsReview)

    assert reasons(world) == ["ShipBob does not say how many of WIDGET-RED are in the shipments"]


def test_a_status_that_the_bridge_does_not_know_is_a_review() -> None:
    world = a_world()
    world.shipbob.put(an_order(parcel(301, *PLAIN_ITEMS), status=OrderStatus.UNKNOWN))

    assert isinstance(world.attempt(ORDER), NeedsReview)

    assert world.gp.orders == {}


def test_a_disagreement_that_shipbob_mends_is_released_within_a_day() -> None:
    world = a_world()
    world.shipbob.put(an_order(parcel(301, ("WIDGET-RED", 1), ("WIDGET-BLUE", 1))))
    world.attempt(ORDER)
    world.shipbob.put(unshipped())

    world.pass_time(dt.timedelta(days=1, minutes=1))

    assert (world.row(ORDER).status, world.gp.created[NUMBER]) == (Status.DONE, 1)


# ---- Cancelled, and before our time


def test_an_order_cancelled_before_it_was_written_leaves_no_document() -> None:
    world = a_world()
    world.shipbob.put(cancelled())

    assert isinstance(world.attempt(ORDER), Done)

    assert (world.gp.orders, world.row(ORDER).status) == ({}, Status.DONE)


def test_an_order_that_had_shipped_before_the_cut_over_is_left_alone() -> None:
    world = a_world()
    world.shipbob.put(an_order(shipped_parcel(301, *PLAIN_ITEMS, shipped_at=TERMS.cut_over - dt.timedelta(seconds=1))))

    assert isinstance(world.attempt(ORDER), Done)

    assert (world.gp.orders, world.calls.of("gp")) == ({}, [])


def test_an_order_that_ships_at_the_cut_over_is_ours() -> None:
    world = a_world()
    world.shipbob.put(an_order(shipped_parcel(301, *PLAIN_ITEMS, shipped_at=TERMS.cut_over)))

    world.attempt(ORDER)

    assert world.gp.created == {NUMBER: 1}


def test_an_order_of_which_a_part_was_open_at_the_cut_over_is_ours() -> None:
    world = a_world()
    early = shipped_parcel(301, ("WIDGET-RED", 2), shipped_at=TERMS.cut_over - dt.timedelta(days=1))
    world.shipbob.put(an_order(early, parcel(302, ("WIDGET-BLUE", 1))))

    world.attempt(ORDER)

    assert world.gp.created == {NUMBER: 1}


def test_an_order_that_vanished_from_shipbob_after_it_was_written_is_a_review() -> None:
    world = a_world()
    world.shipbob.put(unshipped())
    world.attempt(ORDER)
    world.shipbob.archive(ORDER.number)

    outcome = world.attempt(ORDER)

    assert isinstance(outcome, NeedsReview)
    assert NUMBER in outcome.reasons[0].text


# ---- What is written down


def test_the_trail_tells_what_was_seen_intended_and_done_in_order_and_its_chain_is_whole() -> None:
    world = a_world()
    world.shipbob.put(unshipped())
    world.attempt(ORDER)
    world.shipbob.put(shipped())
    world.attempt(ORDER)

    draft = ["seen", "read from ShipBob", "intends", "created in GP", "done"]
    shipment = ["seen", "read from ShipBob", "read from GP", "intends", "updated in GP", "done"]
    assert world.trail(ORDER) == draft + shipment
    assert first_break(world.audit.entries(ORDER)) is None


def test_the_trails_facts_hold_nothing_about_the_recipient() -> None:
    world = a_world()
    recipient = Recipient(
        "Zebulon Quux", "Quux Estates", "77 Xylophone Row", "", "Yonkers", "NY", "10701", "US", "555-0199"
    )
    world.shipbob.put(an_order(shipped_parcel(301, *PLAIN_ITEMS), recipient=recipient))
    world.attempt(ORDER)

    facts = " ".join(str(value) for entry in world.audit.entries(ORDER) for value in entry.facts.values())
    for personal in ("Zebulon", "Quux", "Xylophone", "Yonkers", "10701", "555-0199"):
        assert personal not in facts


def test_the_order_as_read_and_the_document_before_the_update_are_kept_as_payloads() -> None:
    world = a_world()
    world.shipbob.put(shipped())
    world.attempt(ORDER)

    kept = {
        entry.what: world.audit.payloads[entry.payload_digest]
        for entry in world.audit.entries(ORDER)
        if entry.payload_digest
    }
    assert kept["read from ShipBob"] == b"order 250000001 as ShipBob sent it"
    assert kept["read from GP"] == b"as GP sent it"


# ---- Locating


def test_a_hint_that_knows_only_a_shipment_is_passed_on_to_the_orders_own_group() -> None:
    world = a_world()
    world.shipbob.put(shipped())

    world.hint(DocumentId.parse("locate/301"), "webhook order.shipment.exception")
    world.deliver()

    assert [str(message.document) for message in world.to_gp.sent] == ["locate/301", "order/250000001"]
    assert world.gp.orders[NUMBER].tracking == ("1Z999",)


def test_locating_writes_nothing_to_gp() -> None:
    world = a_world()
    world.shipbob.put(shipped())
    world.gp.fail_all("down")

    world.hint(DocumentId.parse("locate/301"))
    world.deliver()

    assert world.row(DocumentId.parse("locate/301")).status is Status.DONE


def test_a_shipment_that_shipbob_does_not_show_yet_waits() -> None:
    world = a_world()

    assert isinstance(world.attempt(DocumentId.parse("locate/301")), Waiting)


@pytest.mark.parametrize("webhooks", [1, 3])
def test_a_located_order_is_written_once_however_often_its_shipment_is_announced(webhooks: int) -> None:
    world = a_world()
    world.shipbob.put(shipped())
    for _ in range(webhooks):
        world.hint(DocumentId.parse("locate/301"))

    world.deliver()

    assert world.gp.created == {NUMBER: 1}


def test_the_order_as_shipbob_sent_it_is_a_payload_and_no_fact() -> None:
    world = a_world()
    world.shipbob.put(unshipped())

    world.attempt(ORDER)

    facts = [text for entry in world.audit.entries(ORDER) for text in entry.facts.values()]
    assert not any("as ShipBob sent it" in text for text in facts)


@pytest.mark.parametrize("lines", [(), (line("WIDGET-RED", 0, "10.00"),)], ids=["no lines", "a line of nothing"])
def test_an_order_of_which_nothing_was_ordered_is_no_document_without_lines(lines: tuple[OrderLine, ...]) -> None:
    world = a_world()
    world.shipbob.put(an_order(parcel(301), lines=lines))

    assert texts(world.attempt(ORDER)) == [
        "ShipBob shows nothing that was ordered: in GP it would be a document without lines"
    ]
    assert world.gp.orders == {}


def test_a_quantity_below_nought_is_a_review_though_the_sums_agree() -> None:
    world = a_world()
    lines = (line("WIDGET-RED", 3, "10.00"), line("WIDGET-RED", -1, "10.00"))
    world.shipbob.put(an_order(parcel(301, ("WIDGET-RED", 2)), lines=lines))

    assert texts(world.attempt(ORDER)) == ["ShipBob gives WIDGET-RED a quantity below nought: -1"]
