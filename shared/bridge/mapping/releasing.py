"""What of a line is fulfilled, and what the next invoice takes of it, once more of it has left."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from bridge.domain.sales_document import SalesLine
from bridge.mapping.written import Written

NOUGHT = Decimal(0)


@dataclass(frozen=True, slots=True)
class Release:
    """What had left of a line when it was last written, and whether its quantity to invoice was ours by then."""

    shipped: Decimal
    was_released: bool


@dataclass(frozen=True, slots=True)
class Released:
    """The two quantities as they should stand in GP; `to_invoice` None where GP's own figure is left alone."""

    fulfilled: Decimal
    to_invoice: Decimal | None


def release(held: SalesLine, meant: SalesLine, before: Release) -> Released:
    """`meant.fulfilled` is all that has left; `meant.to_invoice` says whether what has left alone is to be invoiced.

    When a person transfers a part, GP takes it off what is to be invoiced, and may take it off what is fulfilled: from
    then on only what has left since is added.
    """
    more = max(meant.fulfilled - before.shipped, NOUGHT)
    return Released(_fulfilled(held, meant, before, more), _to_invoice(held, meant, before, more))


def _fulfilled(held: SalesLine, meant: SalesLine, before: Release, more: Decimal) -> Decimal:
    if held.fulfilled in {meant.fulfilled, before.shipped} and more:
        return meant.fulfilled
    return min(held.fulfilled + more, meant.quantity - meant.canceled) if more else held.fulfilled


def _to_invoice(held: SalesLine, meant: SalesLine, before: Release, more: Decimal) -> Decimal | None:
    rest = meant.quantity - meant.canceled
    if meant.to_invoice is None:
        return None
    if before.was_released and held.to_invoice is not None:
        return min(held.to_invoice + more, rest)
    open_in_gp = held.quantity - held.canceled
    transferred = open_in_gp - (held.to_invoice if held.to_invoice is not None else open_in_gp)
    return max(meant.fulfilled - transferred, NOUGHT)


def taken_up(held: Mapping[int, SalesLine], last: Written, after: Written) -> Mapping[int, tuple[str, ...]]:
    """The quantities, by line, that a person has worked on since `after` was sent: they no longer tell what was done.

    What is to be invoiced no longer says what it did before, and the rest was done as sent: the line's quantity
    fulfilled, or the parcel's tracking number. Sent again it would be added to what that person has decided on or
    transferred. `held` is what GP holds now.
    """
    is_tracked = bool({*after.order.tracking} - {*last.order.tracking})  # whether GP has those is looked at besides
    was, before, shipped = {line.sequence: line for line in last.order.lines}, dict(last.shipped), dict(after.shipped)
    found: dict[int, tuple[str, ...]] = {}
    for line in after.order.lines:
        number = line.sequence
        released = [each.to_invoice for each in (line, was.get(number), held.get(number)) if each is not None]
        if len(released) < 3 or None in released:  # what was sent, what was before, what is there
            continue
        more = shipped.get(number, NOUGHT) - before.get(number, NOUGHT)
        is_done = is_tracked or held[number].fulfilled == line.fulfilled
        if is_done and released[-1] != (line.to_invoice or NOUGHT) - more:
            found[number] = ("to_invoice", "fulfilled")
    return found
