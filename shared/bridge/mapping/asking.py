"""What ShipBob has no call for, as a request that a person can send to its support."""

from __future__ import annotations

from collections.abc import Mapping

from bridge.domain.correction import ExpectedCorrection
from bridge.domain.document import DocumentId
from bridge.domain.movement import Pieces, Way
from bridge.domain.outcome import Reason
from bridge.mapping.announcing import LETTERS

EXPECTED = "expected "  # how the keys of parts begin that say what was asked for


def id_of(document: DocumentId, ends: str, asked: Pieces) -> str:
    """What is expected of ShipBob is known by: the document, the site or both of them, item and lot."""
    return f"{document}/{ends}/{asked.item}/{asked.lot}"


def part_of(expected: str) -> str:
    """The key of the part by which a document's row says that so much was asked for."""
    return f"{EXPECTED}{expected}"


def said(expected: ExpectedCorrection) -> str:
    """So many pieces of what, where."""
    lot = f", lot {expected.lot}" if expected.lot else ""
    return f"{expected.quantity:+f} of {expected.item} at {expected.site}{lot}"


def reason(document: DocumentId, asked: Pieces, places: Mapping[str, str]) -> Reason:
    """What a person is told of stock that only ShipBob's people can move. `places` are its buildings by GP site."""
    text = f"GP {document.kind} {document.name} {_happens(asked)}, and ShipBob has no call for that"
    fix = (
        f'Send to ShipBob\'s support: "{request(document, asked, places)}" '
        "What ShipBob then corrects is known from here, and not booked in GP again. "
        f"It is not to do that: {_withdraw(document)}"
    )
    return Reason(text, fix, cause="for ShipBob's support")


def _withdraw(document: DocumentId) -> str:
    return f"gp-shipbob expected withdraw {document} --why …"


def _happens(asked: Pieces) -> str:
    what = f"{abs(asked.quantity)} × SKU {asked.sku} (item {asked.item}{f', lot {asked.lot}' if asked.lot else ''})"
    if asked.way is Way.BETWEEN:
        return f"moves {what} from {asked.site} to {asked.to_site}"
    return f"takes {what} out of {asked.site}" if asked.quantity < 0 else f"adds {what} at {asked.site}"


def request(document: DocumentId, asked: Pieces, places: Mapping[str, str]) -> str:
    """The finished text."""
    lot = f", lot {asked.lot}" if asked.lot else ""
    what = f"{abs(asked.quantity)} units of SKU {asked.sku} (inventory id {asked.inventory_id}{lot})"
    here = places[asked.site]
    if asked.way is Way.BETWEEN:
        deed = f"Please move {what} from {here} to {places[asked.to_site]}."
    elif asked.way is Way.CROSSING:
        deed = f"Please prepare {what} at {here} for removal to our own warehouse, and take them out of stock."
    elif asked.quantity < 0:
        deed = f"Please take {what} at {here} out of stock; our books have written them off."
    else:
        deed = f"Please count SKU {asked.sku} at {here} and add {what} that our books have found."
    return f"{deed} Our reference: {reference(document)}."


def reference(document: DocumentId) -> str:
    """What ShipBob's people are given to answer with: `T 00000012`."""
    return f"{LETTERS[document.kind]} {document.name}"


def away(document: DocumentId, asked: Pieces, gp_has: str, shipbob_has: int, places: Mapping[str, str]) -> Reason:
    """An increase that leads GP's figure away from ShipBob's: new stock, or a mistake. `gp_has` in words."""
    text = (
        f"GP {document.kind} {document.name} {_happens(asked)}, away from ShipBob's own figure: "
        f"GP has {gp_has} now, ShipBob {shipbob_has}"
    )
    fix = (
        f"Goods on their way to ShipBob: make a receiving order there by hand, then {_withdraw(document)}. "
        f'Goods that it has: send to its support: "{request(document, asked, places)}" '
        "Neither is so: correct GP, then the same command"
    )
    return Reason(text, fix, cause="an increase away from ShipBob's figure")
