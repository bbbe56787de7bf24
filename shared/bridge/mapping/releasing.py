"""What of a line is fulfilled, and what the next invoice takes of it, once more of it has left."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from bridge.domain.sales_document import SalesLine

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
