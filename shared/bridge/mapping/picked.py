"""Lots and serial numbers that left with a line's goods, against those that stand on the line in GP."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from bridge.domain.inventory import Lot
from bridge.domain.outcome import NeedsReview, Reason
from bridge.domain.sales_document import SalesDocument, SalesLine, SalesUpdate
from bridge.mapping.comparing import sentence
from bridge.mapping.pairing import pair

ENTER = (
    "Enter on that line in GP what ShipBob picked. Where GP chose by itself, have its policy behaviours Allocate Lots "
    "and Allocate Serials leave that to whoever enters the order"
)
NOUGHT = Decimal(0)

type Entered = tuple[tuple[int, str, Decimal], ...]  # a line's sequence, a number, and how much of it the line holds


@dataclass(frozen=True, slots=True)
class Picked:
    """What is to be entered: each lot with all that the line then holds of it, and the serials that it lacks."""

    lots: tuple[Lot, ...] = ()
    serials: tuple[str, ...] = ()


def pieces(line: SalesLine | None) -> Mapping[str, Decimal]:
    """How much of the line each lot or serial number is; GP tracks an item by one of the two."""
    found: dict[str, Decimal] = {}
    for number, quantity in _numbered(line) if line else ():
        found[number] = found.get(number, NOUGHT) + quantity
    return found


def _numbered(line: SalesLine) -> tuple[tuple[str, Decimal], ...]:
    return (*((lot.number, lot.quantity) for lot in line.lots), *((serial, Decimal(1)) for serial in line.serials))


def lacking(held: SalesLine, meant: SalesLine, was: SalesLine | None) -> Picked | Reason:
    """What `held` lacks of what left since `was`; a reason where a person or GP entered something else.

    What was written once and is not there any more went on with a part that a person transferred, or a person took it
    off: it is not written again.
    """
    there, now, before = pieces(held), pieces(meant), pieces(was)
    if not now or now == before:
        return Picked()
    if any(quantity > now.get(number, NOUGHT) for number, quantity in there.items()):
        tracked = "lots" if meant.lots else "serial numbers"
        return Reason(sentence(f"{tracked} of {held.item}", told(there), told(now)), ENTER)
    more = {number: now[number] - max(before.get(number, NOUGHT), there.get(number, NOUGHT)) for number in now}
    lots = (replace(lot, quantity=there.get(lot.number, NOUGHT) + more[lot.number]) for lot in meant.lots)
    return Picked(
        tuple(lot for lot in lots if more[lot.number] > 0),
        tuple(serial for serial in meant.serials if more[serial] > 0),
    )


def all_picked(document: SalesDocument) -> SalesUpdate:
    """All that left with its lines, as an update says it."""
    return SalesUpdate(
        lots=tuple((line.sequence, lot) for line in document.lines for lot in line.lots),
        serials=tuple((line.sequence, serial) for line in document.lines for serial in line.serials),
    )


def onto(present: SalesDocument, wanted: SalesDocument) -> SalesUpdate | NeedsReview:
    """What the lines of a document that another was made into lack of what was picked for that other."""
    reasons: list[Reason] = []
    lines: list[SalesLine] = []
    for held, meant in pair(present.lines, wanted.lines):
        if meant is None or not pieces(meant):
            continue
        if held is None:
            text = f"{present.number} has no line of {meant.item} at {meant.site} for {told(pieces(meant))}"
            reasons.append(Reason(text, ENTER))
        elif isinstance(found := lacking(held, meant, None), Reason):
            reasons.append(found)
        else:
            lines.append(replace(held, lots=found.lots, serials=found.serials))
    return NeedsReview(tuple(reasons)) if reasons else all_picked(replace(present, lines=tuple(lines)))


def entered(update: SalesUpdate) -> Entered:
    """What of lots and serials stands on the lines once the update is written."""
    lots = ((sequence, lot.number, lot.quantity) for sequence, lot in update.lots)
    return (*lots, *((sequence, serial, Decimal(1)) for sequence, serial in update.serials))


def is_entered(held: Iterable[SalesLine], meant: Entered) -> bool:
    """Do the lines hold it? A lot that holds more by now has what was written, too."""
    there = {line.sequence: pieces(line) for line in held}
    return all(there.get(sequence, {}).get(number, NOUGHT) >= quantity for sequence, number, quantity in meant)


def told(found: Mapping[str, Decimal]) -> str:
    """As a person would read it out."""
    return ", ".join(f"{quantity.normalize():f} of {number}" for number, quantity in sorted(found.items()))
