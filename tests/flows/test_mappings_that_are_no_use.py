"""A key that is mapped to what cannot be used is a review that says so, and not one that comes every minute."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from bridge.domain.document import DocumentId
from bridge.domain.outcome import MappingKey
from bridge.flows.sweep import sweep
from bridge.protocols.ledger import Status
from hypothesis import given, settings
from hypothesis import strategies as st

from local.memory.world import World
from tests.correcting import STOCK, a_stock_world, corrected
from tests.correcting import list_shows as a_list_shows
from tests.orders import ORDER, a_world, unshipped
from tests.receiving import WRO, a_receiving_world, a_wro, receives, red
from tests.returns import DISPOSE, QUARANTINE, RESTOCK, RETURN, a_return, came, taken
from tests.returns import a_world as a_returning_world

UNREADABLE = "RED-100 CASE*0"
IN_CASES = "RED-100 CASE*1/12"


def an_order_comes(mappings: dict[str, str]) -> World:
    world = _mapped(a_world(), mappings)
    world.shipbob.put(unshipped())
    world.attempt(ORDER)
    return world


def a_return_comes(mappings: dict[str, str]) -> World:
    world = _mapped(a_returning_world(), mappings)
    goods = came("WIDGET-RED", taken(RESTOCK, 1), taken(QUARANTINE, 1), taken(DISPOSE, 1))
    world.shipbob.put_return(a_return(goods))
    world.attempt(RETURN)
    return world


def a_correction_comes(mappings: dict[str, str]) -> World:
    world = _mapped(a_stock_world(), mappings)
    a_list_shows(world, corrected(-2))
    return world


def a_receipt_comes(mappings: dict[str, str]) -> World:
    world = _mapped(a_receiving_world(), mappings)
    receives(world, a_wro(red(100, 98)))
    return world


def _mapped(world: World, mappings: dict[str, str]) -> World:
    world.state.mapped |= {MappingKey.parse(key): value for key, value in mappings.items()}
    for key in [key for key, value in world.state.mapped.items() if value == "unmapped"]:
        del world.state.mapped[key]
    return world


COMES: dict[DocumentId, Callable[[dict[str, str]], World]] = {
    ORDER: an_order_comes,
    RETURN: a_return_comes,
    STOCK: a_correction_comes,
    WRO: a_receipt_comes,
}
KEYS = [
    "channel/101",
    "location/8",
    "sku/WIDGET-RED",
    "sku/WIDGET-BLUE",
    "bundle/WIDGET-RED",
    "disposition/Quarantine",
    "disposition/8/Quarantine",
    "disposition/Dispose",
]
VALUES = [
    "unmapped",
    "",
    " ",
    "none",
    "-",
    UNREADABLE,
    "A*1 + A*2",
    "kit :",
    "RED-100 CASE*1/12",
    "RED-100 CASE*1/12 +lots",
]


@pytest.mark.parametrize("document", COMES, ids=lambda document: str(document.kind))
@settings(max_examples=150, deadline=None)
@given(mappings=st.dictionaries(st.sampled_from(KEYS), st.sampled_from(VALUES)))
def test_no_review_waits_for_what_is_mapped_to_something(document: DocumentId, mappings: dict[str, str]) -> None:
    world = COMES[document](mappings)

    assert world.row(document).status in {Status.REVIEW, Status.DONE}
    assert sweep(world, "run-1").released == 0


@pytest.mark.parametrize("document", COMES, ids=lambda document: str(document.kind))
def test_an_item_that_cannot_be_read_is_for_a_person_who_maps_it_anew(document: DocumentId) -> None:
    world = COMES[document]({"sku/WIDGET-RED": UNREADABLE})

    (reason,) = world.row(document).reasons
    assert UNREADABLE in reason.text
    assert sweep(world, "run-1").released == 0

    world.state.map(MappingKey.parse("sku/WIDGET-RED"), "RED-100", by="a clerk")
    assert world.sweep().released == 1
    assert world.row(document).status is Status.DONE
