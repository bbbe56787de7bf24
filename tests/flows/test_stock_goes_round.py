"""What GP tells ShipBob comes back as what ShipBob did: each piece is in GP's books once, and nothing is told back."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from bridge.domain.document import DocumentId, DocumentKind
from bridge.domain.inventory import InventoryDocument, InventoryDocumentType, Item, ItemType, TransactionState
from bridge.domain.outcome import Done, NeedsReview
from bridge.domain.receiving import ReceivingStatus
from bridge.protocols.ledger import Status

from local.memory.world import World
from tests.correcting import RECORD, REVIEW, corrected, list_shows, moves
from tests.orders import DAY, MINUTE, SECOND
from tests.stock import ADJUSTMENT, RED, TRANSFER, a_stock_world, document, gp_has, line, shipbob_has

LOSS = DocumentId(DocumentKind.STOCK, 7)


def a_world(*documents: InventoryDocument) -> World:
    world = a_stock_world(*documents)
    world.terms = replace(world.terms, corrections=RECORD)
    world.gp.items["RED-100"] = Item("RED-100", "", ItemType.SALES)
    return world


def stow(world: World, stowed: int) -> DocumentId:
    """ShipBob closes the only receiving order there is."""
    (made,) = world.shipbob.receiving.values()
    (announced,) = made.lines
    lines = (replace(announced, received=stowed, stowed=stowed),)
    world.shipbob.put_receiving(replace(made, status=ReceivingStatus.COMPLETED, lines=lines))
    world.clock.advance(3 * SECOND)
    return DocumentId(DocumentKind.RECEIVING, made.id)


def test_a_transfer_that_came_in_short_is_put_right_in_gp_and_that_is_not_told_to_shipbob() -> None:
    world = a_world(document(TRANSFER, line("RED-100", 5, "MAIN", "CHICAGO")))
    world.attempt(TRANSFER)
    receipt = stow(world, 4)

    assert isinstance(world.attempt(receipt, "webhook wro.completed"), Done)
    number = world.row(receipt).number
    assert moves(world, number) == [("RED-100", "CHICAGO", Decimal(-1))]

    ours = world.gp.inventory[InventoryDocumentType.ADJUSTMENT, number]
    world.gp.put_inventory(replace(ours, state=TransactionState.HISTORY))
    told_back = world.attempt(DocumentId(DocumentKind.ADJUSTMENT, name=number))
    assert told_back == Done("written by the bridge itself: ShipBob has it already")
    assert len(world.shipbob.receiving) == 1


def test_a_receiving_order_that_somebody_changed_in_shipbob_does_not_pass_for_what_gp_announced() -> None:
    """GP moved five, ShipBob was told four by hand, and four came: as many as announced there, one too few for GP."""
    world = a_world(document(TRANSFER, line("RED-100", 5, "MAIN", "CHICAGO")))
    world.attempt(TRANSFER)
    (made,) = world.shipbob.receiving.values()
    (announced,) = made.lines
    world.shipbob.put_receiving(replace(made, lines=(replace(announced, expected=4),)))

    outcome = world.attempt(stow(world, 4), "webhook wro.completed")

    assert isinstance(outcome, NeedsReview)
    assert [reason.text for reason in outcome.reasons] == [
        f"WRO {made.id} 'T 00000012 CHICAGO 1' was changed in ShipBob since it was made for transfer/00000012: "
        "it announces 4 of ShipBob SKU 'WIDGET-RED' now"
    ]


def test_of_a_receiving_order_that_was_changed_no_difference_is_booked() -> None:
    world = a_world(document(TRANSFER, line("RED-100", 5, "MAIN", "CHICAGO")))
    world.attempt(TRANSFER)
    (made,) = world.shipbob.receiving.values()
    (announced,) = made.lines
    world.shipbob.put_receiving(replace(made, lines=(replace(announced, expected=4),)))
    receipt = stow(world, 3)

    outcome = world.attempt(receipt, "webhook wro.completed")

    assert isinstance(outcome, NeedsReview)
    assert len(outcome.reasons) == 2
    assert not world.gp.created


def test_goods_that_shipbob_re_pointed_to_another_building_are_put_right_at_the_site_that_gp_named() -> None:
    world = a_world(document(TRANSFER, line("RED-100", 5, "MAIN", "CHICAGO"), line("BLUE-100", 1, "MAIN", "STORE")))
    world.attempt(TRANSFER)
    (made,) = world.shipbob.receiving.values()
    world.shipbob.put_receiving(replace(made, center=world.shipbob.centers[1]))
    receipt = stow(world, 4)

    world.attempt(receipt, "webhook wro.completed")

    assert moves(world, world.row(receipt).number) == [("RED-100", "CHICAGO", Decimal(-1))]


def test_a_decrease_that_shipbob_carries_out_is_in_gp_once_and_the_request_is_closed() -> None:
    world = a_world(document(ADJUSTMENT, line("RED-100", -5, "CHICAGO")))
    gp_has(world, "RED-100", "CHICAGO", 95)
    shipbob_has(world, RED, "WIDGET-RED", 8, 100)
    assert isinstance(world.attempt(ADJUSTMENT), NeedsReview), "ShipBob's people are to be asked"
    shipbob_has(world, RED, "WIDGET-RED", 8, 95)

    outcome = list_shows(world, corrected(-5))

    assert outcome == Done(f"GP has it already: -5 asked for by {ADJUSTMENT}")
    assert moves(world) == []
    world.pass_time(DAY + MINUTE)
    assert world.row(ADJUSTMENT).status is Status.DONE


def test_what_a_clerk_enters_of_shipbobs_count_under_the_number_of_its_review_is_never_asked_of_shipbob() -> None:
    """Under another number it would be a decrease to be sent to ShipBob's support, which has made it already."""
    world = a_world()
    world.terms = replace(world.terms, corrections=REVIEW)
    outcome = list_shows(world, corrected(-5))
    assert isinstance(outcome, NeedsReview)
    assert outcome.reasons[0].fix.startswith("Enter in GP, as adjustment SBC7: -5 of RED-100 at CHICAGO")
    gp_has(world, "RED-100", "CHICAGO", 98)
    shipbob_has(world, RED, "WIDGET-RED", 8, 95)

    entered = DocumentId(DocumentKind.ADJUSTMENT, name="SBC7")
    world.gp.put_inventory(document(entered, line("RED-100", -5, "CHICAGO")))
    assert isinstance(world.attempt(entered), Done)
    assert world.expectations.kept == {}

    world.terms = replace(world.terms, corrections=RECORD)
    list_shows(world, corrected(-5), reason="replay: once more")
    assert moves(world, "SBC7") == [("RED-100", "CHICAGO", Decimal(-5))]
    assert not world.gp.created
