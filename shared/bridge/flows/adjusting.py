"""One inventory adjustment in GP for a ShipBob document, unposted, under our own number: written once and never again.

GP may append a second create to the first instead of refusing it, so it is looked for before it is written.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterable, Mapping

from bridge.domain.correction import Correction
from bridge.domain.document import NUMBER_LETTERS, gp_number
from bridge.domain.inventory import InventoryDocument, InventoryDocumentType, InventoryLine, Item
from bridge.domain.outcome import Outcome
from bridge.flows import drafting, writing
from bridge.flows.attempt import Work
from bridge.mapping.comparing import inventory_contradictions

ADJUSTMENT = InventoryDocumentType.ADJUSTMENT


def adjustment(work: Work, lines: tuple[InventoryLine, ...], day: dt.date) -> InventoryDocument:
    """The adjustment as it should stand in GP, under the number, in the batch and on the day that it was once given.

    Batches are called `<prefix>Cyymmdd-hh` by the letter of the document's number: a new one every hour of GP's day, so
    that people can post those that no longer grow.
    """
    terms, document = work.ports.terms, work.message.document
    number = work.row.number or gp_number(terms.number_prefix, document)
    work.row = dataclasses.replace(work.row, number=number)
    hour = f"{work.began.astimezone(terms.zone):%y%m%d-%H}"
    batch = work.row.ready_batch or f"{terms.number_prefix}{NUMBER_LETTERS[document.kind]}{hour}"
    return InventoryDocument(ADJUSTMENT, number, batch, work.row.dated or day, lines)


def adjust(work: Work, wanted: InventoryDocument, facts: Mapping[str, str]) -> Outcome | None:
    """Have it in GP, once what may be in the air is settled. None: it is there. `facts` tell in the trail what for.

    Where GP has closed the period of its day, it is for a person or dated anew, as the company chose for orders.
    """
    if work.row.fingerprint:
        return None

    def create(day: dt.date) -> Outcome | None:
        creation = _creation(work, dataclasses.replace(wanted, date=day))
        return writing.create(work, creation, {"batch": wanted.batch, **facts}, ready_batch=wanted.batch)

    return drafting.in_an_open_period(work, wanted.date, create)


def is_in_gp(work: Work) -> bool:
    """Was an adjustment written for the document, or may it have been?"""
    return bool(work.row.fingerprint) or work.row.intent is not None


def _creation(work: Work, wanted: InventoryDocument) -> writing.Creation[InventoryDocument]:
    gp = work.ports.gp
    return writing.Creation(
        wanted=writing.Wanted(wanted.number, dataclasses.asdict(wanted)),
        look=lambda: gp.inventory_document(ADJUSTMENT, wanted.number),
        write=lambda: gp.create_inventory_adjustment(wanted),
        contradictions=lambda present: inventory_contradictions(present, wanted),
        looks_first=True,
    )


def settle(work: Work, wanted: InventoryDocument | None = None) -> Outcome | None:
    """Settle the create whose outcome nobody knows. None: settled, go on.

    What stands under our number is compared with `wanted`; without it, whoever goes on compares.
    """
    intent = work.row.intent
    assert intent is not None
    present = work.ports.gp.inventory_document(ADJUSTMENT, work.row.number)
    if (outcome := writing.settle(work, present=present is not None, found=present is not None)) is not None:
        return outcome
    if present is None:
        return None
    contradicted = inventory_contradictions(present, wanted) if wanted is not None else ()
    return writing.adopt(work, work.row.number, intent.digest, contradicted)


def cards(work: Work, corrections: Iterable[Correction]) -> Mapping[str, Item]:
    """GP's cards of the items, those that it has."""
    found = {number: work.ports.gp.item(number) for number in sorted({each.item.item for each in corrections})}
    return {number: card for number, card in found.items() if card is not None}
