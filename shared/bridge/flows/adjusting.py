"""One inventory adjustment in GP for what ShipBob found, lost or put on its shelves otherwise than announced."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping

from bridge.domain.correction import Correction
from bridge.domain.inventory import InventoryDocument, InventoryDocumentType, InventoryLine, Item
from bridge.domain.outcome import Outcome
from bridge.flows import unposted
from bridge.flows.attempt import Work
from bridge.mapping.comparing import inventory_contradictions

ADJUSTMENT = InventoryDocumentType.ADJUSTMENT
NO_LOTS = "one lot became another, and GP keeps no lots of it"


def adjustment(work: Work, lines: tuple[InventoryLine, ...], day: dt.date) -> InventoryDocument:
    """The adjustment as it should stand in GP, under the number and on the day that it was once given."""
    number = unposted.give_number(work)
    return InventoryDocument(ADJUSTMENT, number, work.row.ready_batch, work.row.dated or day, lines)


def adjust(work: Work, wanted: InventoryDocument, facts: Mapping[str, str]) -> Outcome | None:
    """Have it in GP, once what may be in the air is settled. None: it is there. `facts` tell in the trail what for."""
    return None if work.row.fingerprint else unposted.write(work, _way(work), wanted, facts)


def is_in_gp(work: Work) -> bool:
    """Was an adjustment written for the document, or may it have been?"""
    return bool(work.row.fingerprint) or work.row.intent is not None


def settle(work: Work, wanted: InventoryDocument | None = None) -> Outcome | None:
    """Settle the create whose outcome nobody knows. None: settled, go on."""
    return unposted.settle(work, _way(work), wanted)


def _way(work: Work) -> unposted.Way[InventoryDocument]:
    gp = work.ports.gp
    return unposted.Way(
        look=lambda: gp.inventory_document(ADJUSTMENT, work.row.number),
        write=gp.create_inventory_adjustment,
        contradictions=inventory_contradictions,
    )


def cards(work: Work, corrections: Iterable[Correction]) -> Mapping[str, Item]:
    """GP's cards of the items, those that it has."""
    found = {number: work.ports.gp.item(number) for number in sorted({each.item.item for each in corrections})}
    return {number: card for number, card in found.items() if card is not None}
