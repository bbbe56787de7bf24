"""Whatever number a person is told leads to the document at once, also before the bridge has written anything."""

from __future__ import annotations

import dataclasses
import datetime as dt

import pytest
from bridge.console import actions
from bridge.domain.document import DocumentId, DocumentKind
from bridge.domain.outcome import NeedsReview
from bridge.domain.receiving import ReceivingStatus

from local.memory.world import TERMS, World
from tests.correcting import RECORD, REVIEW, STOCK, corrected, list_shows
from tests.correcting import a_stock_world as a_corrected_world
from tests.orders import NUMBER, ORDER, a_world, unshipped
from tests.receiving import a_receiving_world, a_wro, receives, red
from tests.stock import TRANSFER, a_stock_world, document, line

KEYED = "STDORD2234"


def found(world: World, number: str) -> list[DocumentId]:
    return list(actions.find(world, number))


def test_what_was_keyed_by_hand_before_the_cut_over_leads_to_the_order_that_it_may_be() -> None:
    beside = a_world()
    beside.shipbob.put(unshipped())
    beside.attempt(ORDER)
    world = a_world()
    world.terms = dataclasses.replace(TERMS, cut_over=dt.datetime(2026, 11, 17, 12, tzinfo=dt.UTC))
    world.shipbob.put(unshipped())
    world.gp.put(dataclasses.replace(beside.gp.orders[NUMBER], number=KEYED))

    assert isinstance(world.attempt(ORDER), NeedsReview)

    assert found(world, KEYED) == [ORDER]


@pytest.mark.parametrize("number", ["480700", "T 00000012 CHICAGO 1"])
def test_a_receiving_order_of_somebody_elses_under_our_number_leads_to_the_transfer(number: str) -> None:
    world = a_stock_world(document(TRANSFER, line("RED-100", 5, "MAIN", "CHICAGO")))
    stranger = a_wro(red(6, 0), number=480700, purchase_order="T 00000012 CHICAGO 1", status=ReceivingStatus.AWAITING)
    world.shipbob.put_receiving(stranger)

    assert isinstance(world.attempt(TRANSFER), NeedsReview)

    assert found(world, number) == [TRANSFER]


def test_the_adjustment_that_a_clerk_is_to_enter_leads_to_the_correction() -> None:
    world = a_corrected_world(REVIEW)

    assert isinstance(list_shows(world, corrected(-2)), NeedsReview)

    assert found(world, "SBC7") == [STOCK]


@pytest.mark.parametrize("number", ["SBW8", "PO 4711", "8"])
def test_a_receiving_order_made_by_hand_is_found_by_all_that_its_review_names(number: str) -> None:
    world = a_receiving_world(RECORD)

    assert isinstance(receives(world, a_wro(red(50, 48), number=8, purchase_order="PO 4711")), NeedsReview)

    assert found(world, number) == [DocumentId(DocumentKind.RECEIVING, 8)]
