"""What GP should hold for an order now: its mappings read, its batch chosen, what it was given once kept."""

from __future__ import annotations

import dataclasses

from bridge.domain.order import Order
from bridge.domain.outcome import MappingKey, NeedsReview, Waiting
from bridge.domain.recording import Recording
from bridge.domain.store_amounts import StoreAmounts
from bridge.domain.terms import AmountSource, OrderTerms, PriceSource
from bridge.flows import batches
from bridge.flows.adopting import ADOPTED
from bridge.flows.attempt import Work
from bridge.mapping import amounts, recording
from bridge.mapping.written import Written
from bridge.protocols.batches import DRAFT, READY


def translate(work: Work, order: Order) -> Recording | NeedsReview | Waiting:
    """What GP should hold of the order; or all that a person must decide; or what is awaited."""
    terms = work.ports.terms
    if work.row.fingerprint:
        terms = dataclasses.replace(terms, orders=_as_begun(work))
    store = _store_amounts(work, order)
    meant = recording.sales_order(order, _mappings(work, order), terms, "", dated=work.row.dated, store=store)
    if not isinstance(meant, Recording):
        return meant
    # Likewise the number it was given, whatever the prefix has become.
    number = work.row.number or meant.order.number
    work.row = dataclasses.replace(work.row, number=number, store_amounts=store)
    chosen = batch(work, is_shipped=order.is_shipped)
    return dataclasses.replace(meant, order=dataclasses.replace(meant.order, number=number, batch=chosen))


def _as_begun(work: Work) -> OrderTerms:
    """The hold it was drafted with, whose prices it has and where its amounts went, whatever the settings are by now.

    What the shop said is kept with the row of an order that was written by it: it counts wherever it is there.
    """
    terms = dataclasses.replace(work.ports.terms.orders, draft_hold=work.row.draft_hold)
    last = Written.parse(work.row.written)
    if last is None:
        return terms
    return dataclasses.replace(
        terms,
        prices=PriceSource.GP_PRICE_LEVEL if last.order.is_priced_by_gp else PriceSource.SHIPBOB,
        amounts=AmountSource.STORE_ORDER,
        difference=amounts.put_to(last.order, work.row.store_amounts) or terms.difference,
    )


def _mappings(work: Work, order: Order) -> dict[MappingKey, str]:
    """What is mapped of the order, and of the parts of its bundles, which their mappings tell."""
    keys = recording.keys_of(order)
    found = dict(work.ports.state.mappings(keys))
    try:
        of_parts = recording.keys_of(order, found) - keys
    except ValueError:
        return found  # one is mapped to what is no bundle; the translation says so
    return found | dict(work.ports.state.mappings(of_parts)) if of_parts else found


def _store_amounts(work: Work, order: Order) -> StoreAmounts | None:
    """What the shop's own order says of the money, where it is asked for; once written, what it said then."""
    row = work.row
    is_written = row.fingerprint not in {"", ADOPTED} or row.intent is not None
    if work.ports.terms.orders.amounts is not AmountSource.STORE_ORDER or is_written:
        return row.store_amounts
    image = work.ports.shipbob.store_order(order.id)
    if image is None:
        return None
    work.record("read the shop's order from ShipBob", {}, image)
    return work.ports.shipbob.store_amounts_in(image)


def batch(work: Work, *, is_shipped: bool) -> str:
    """The draft or the ready batch, `SBDyymmdd-nn` or `SBRyymmdd-nn`, in which this attempt has taken a place."""
    if is_shipped:
        return batches.place(work, READY, work.row.ready_batch)
    return batches.place(work, DRAFT, work.row.draft_batch)
