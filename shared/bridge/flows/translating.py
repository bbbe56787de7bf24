"""What GP should hold for an order now: its mappings read, its batch chosen, what it was given once kept."""

from __future__ import annotations

import dataclasses

from bridge.domain.order import Order
from bridge.domain.outcome import NeedsReview, Waiting
from bridge.domain.recording import Recording
from bridge.flows.attempt import Work
from bridge.mapping import recording


def translate(work: Work, order: Order) -> Recording | NeedsReview | Waiting:
    """What GP should hold of the order; or all that a person must decide; or what is awaited."""
    mappings = work.ports.state.mappings(recording.keys_of(order))
    terms = work.ports.terms
    if work.row.fingerprint:
        # The hold it was drafted with, whatever the setting has become since.
        orders = dataclasses.replace(terms.orders, draft_hold=work.row.draft_hold)
        terms = dataclasses.replace(terms, orders=orders)
    meant = recording.sales_order(order, mappings, terms, batch(work, is_shipped=order.is_shipped))
    if not isinstance(meant, Recording):
        return meant
    # Likewise the number it was given, whatever the prefix has become.
    work.row = dataclasses.replace(work.row, number=work.row.number or meant.order.number)
    return dataclasses.replace(meant, order=dataclasses.replace(meant.order, number=work.row.number))


def batch(work: Work, *, is_shipped: bool) -> str:
    """The draft or the ready batch, `SBDyymmdd-hh` or `SBRyymmdd-hh`: a new one every hour of GP's day.

    Batches roll so that people can post those that no longer grow. So a batch is chosen when it is about to be written,
    not when an order began to wait for that; once written it is in the row, and kept.
    """
    hour = f"{work.began.astimezone(work.ports.terms.zone):%y%m%d-%H}"
    return (work.row.ready_batch or f"SBR{hour}") if is_shipped else (work.row.draft_batch or f"SBD{hour}")
