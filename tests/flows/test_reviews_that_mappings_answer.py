"""A review goes on within a minute of any mapping that answers it, and of no other: else it would come every minute."""

from __future__ import annotations

import dataclasses

import pytest
from bridge.domain.document import DocumentId
from bridge.domain.order import Order, OrderType
from bridge.domain.outcome import MappingKey
from bridge.protocols.ledger import Status

from local.memory.world import World
from tests.correcting import STOCK, corrected, list_shows
from tests.correcting import a_stock_world as a_correcting_world
from tests.orders import ORDER, PLAIN_LINES, a_world, an_order, parcel, unshipped
from tests.returns import QUARANTINE, RETURN, a_return, came, taken
from tests.returns import a_world as a_returning_world
from tests.stock import ADJUSTMENT, TRANSFER, a_stock_world, document, line, wros

IN = document(TRANSFER, line("GREEN-100", 5, "MAIN", "CHICAGO"))


def maps(world: World, text: str) -> int:
    """A person maps it, and the sweep runs: how many reviews it releases."""
    key, _, value = text.partition("=")
    world.state.map(MappingKey.parse(key), value, "a person")
    return world.sweep().released


def in_review(world: World, document: DocumentId) -> bool:
    return world.row(document).status is Status.REVIEW


# ---- From GP's side: what nobody can name a key for


def test_a_transfer_of_an_item_without_a_sku_goes_on_once_a_sku_is_mapped_to_it() -> None:
    world = a_stock_world(IN)
    world.shipbob.catalogue.append(dataclasses.replace(world.shipbob.catalogue[0], sku="WIDGET-GREEN"))
    world.attempt(TRANSFER)
    assert in_review(world, TRANSFER)

    assert maps(world, "sku/WIDGET-PINK=PINK-100") == 0
    assert maps(world, "sku/WIDGET-GREEN=GREEN-100") == 1

    assert wros(world) == {"T 00000012 CHICAGO 1": (8, {"WIDGET-GREEN": 5})}
    assert world.row(TRANSFER).status is Status.DONE


def test_an_item_that_was_mapped_while_no_sweep_ran_is_found_by_the_next() -> None:
    world = a_stock_world(IN)
    world.attempt(TRANSFER)
    world.state.map(MappingKey.parse("sku/WIDGET-RED"), "GREEN-100", "a person")

    assert [world.sweep().released for _ in range(3)] == [1, 0, 0]


def test_an_item_that_is_mapped_to_something_else_again_releases_nothing() -> None:
    world = a_stock_world(IN)
    world.attempt(TRANSFER)
    key = MappingKey.parse("sku/WIDGET-GREEN")
    world.state.map(key, "GREEN-100", "a person")
    world.state.map(key, "PINK-100", "a person")

    assert world.sweep().released == 0


def test_goods_through_a_via_site_go_on_once_a_location_is_mapped_to_the_site_behind_it() -> None:
    world = a_stock_world(document(TRANSFER, line("RED-100", 5, "MAIN", "VIA-X")))
    world.state.map(MappingKey.parse("transit/VIA-X"), "ATLANTIS", "a person")
    world.attempt(TRANSFER)
    assert in_review(world, TRANSFER)

    assert maps(world, "location/10=ATLANTIS") == 1
    assert not any("leads to" in reason.text for reason in world.row(TRANSFER).reasons)


# ---- From ShipBob's side: several keys that answer one question


def test_an_order_that_waits_for_a_sku_goes_on_once_that_is_mapped_as_a_bundle() -> None:
    world = a_world("sku/WIDGET-RED")
    world.shipbob.put(unshipped())
    world.attempt(ORDER)
    assert in_review(world, ORDER)

    assert maps(world, "bundle/WIDGET-RED=kit RED-KIT: PART*1") == 1


def test_a_bundle_that_cannot_be_read_does_not_release_it() -> None:
    world = a_world("sku/WIDGET-RED")
    world.shipbob.put(unshipped())
    world.attempt(ORDER)

    assert maps(world, "bundle/WIDGET-RED=kit :") == 0


def test_a_correction_of_a_sku_is_not_released_by_its_bundle_which_says_nothing_of_stock() -> None:
    world = a_correcting_world()
    del world.state.mapped[MappingKey.parse("sku/WIDGET-RED")]
    list_shows(world, corrected(-2))
    assert in_review(world, STOCK)

    assert maps(world, "bundle/WIDGET-RED=PART*2") == 0
    assert maps(world, "sku/WIDGET-RED=RED-100") == 1


def of_acme() -> Order:
    order = an_order(parcel(301, ("WIDGET-RED", 2)), lines=PLAIN_LINES[:1], total="24.50")
    return dataclasses.replace(
        order, type=OrderType.B2B, recipient=dataclasses.replace(order.recipient, company="Acme Ltd")
    )


def acme_waits(*mapped: str) -> World:
    world = a_world("channel/101")
    for text in mapped:
        key, _, value = text.rpartition("=")
        world.state.map(MappingKey.parse(key), value, "a person")
    world.shipbob.put(of_acme())
    world.attempt(ORDER)
    assert in_review(world, ORDER)
    return world


@pytest.mark.parametrize(
    ("mapping", "released"),
    [
        ("channel/101=SHOP", 1),
        ("channel/101+type=b2b=TRADE", 1),
        ("channel/101+type=b2b+company=acme ltd=ACME", 1),
        ("channel/101+type=dtc=RETAIL", 0),
        ("channel/101+company=other ltd=OTHER", 0),
        ("channel/102=ELSEWHERE", 0),
    ],
)
def test_an_order_without_a_customer_goes_on_with_any_key_that_fits_it_and_with_no_other(
    mapping: str, released: int
) -> None:
    world = acme_waits()
    key, _, value = mapping.rpartition("=")
    world.state.map(MappingKey.parse(key), value, "a person")

    assert [world.sweep().released for _ in range(2)] == [released, 0]
    assert in_review(world, ORDER) is not bool(released)


def test_an_order_that_fits_two_customers_equally_goes_on_with_the_key_of_both_alone() -> None:
    world = acme_waits("channel/101+type=b2b=TRADE", "channel/101+company=acme ltd=ACME")

    world.state.map(MappingKey.parse("channel/101"), "SHOP", "a person")
    assert world.sweep().released == 0

    world.state.map(MappingKey.parse("channel/101+type=b2b+company=acme ltd"), "ACME", "a person")
    assert world.sweep().released == 1
    assert world.row(ORDER).status is Status.DONE


@pytest.mark.parametrize("mapping", ["unit/CS:WIDGET-RED=12", "unit/CS=12"])
def test_a_line_in_cases_goes_on_once_a_case_is_mapped_for_its_sku_or_for_all(mapping: str) -> None:
    world = a_world()
    bought = dataclasses.replace(PLAIN_LINES[0], unit="CS")
    world.shipbob.put(an_order(parcel(301, ("WIDGET-RED", 24)), lines=(bought,), total="24.50"))
    world.attempt(ORDER)
    assert in_review(world, ORDER)

    assert maps(world, mapping) == 1
    assert world.row(ORDER).status is Status.DONE


@pytest.mark.parametrize("mapping", ["disposition/8/Quarantine=HOLD", "disposition/Quarantine=HOLD"])
def test_goods_in_quarantine_go_on_once_a_site_is_mapped_for_the_location_or_for_all(mapping: str) -> None:
    world = a_returning_world("disposition/Quarantine")
    world.shipbob.put_return(a_return(came("WIDGET-RED", taken(QUARANTINE, 1))))
    world.attempt(RETURN)
    assert in_review(world, RETURN)

    assert maps(world, mapping) == 1
    assert world.row(RETURN).status is Status.DONE


def test_a_mapping_that_gp_could_not_be_told_lots_by_is_a_review_that_goes_on_once_it_names_the_base_unit() -> None:
    """As one made by an earlier version, which took it."""
    world = a_stock_world(document(ADJUSTMENT, line("RED-100", -5, "CHICAGO")))
    key = MappingKey.parse("sku/WIDGET-RED")
    world.state.map(key, "RED-100 CASE*1/12 +lots", "a person")

    world.attempt(ADJUSTMENT)

    (reason,) = world.row(ADJUSTMENT).reasons
    assert reason.text.startswith("ShipBob SKU 'WIDGET-RED' is mapped to 'RED-100 CASE*1/12 +lots'")
    assert world.sweep().released == 0
    assert maps(world, "sku/WIDGET-RED=RED-100") == 1
