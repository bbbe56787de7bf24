"""A place in the batch that is being filled, for whatever is about to be written to GP."""

from __future__ import annotations

import datetime as dt

from bridge.domain.outcome import RowMoved, Transient
from bridge.flows.attempt import Work
from bridge.ports import Ports
from bridge.protocols.batches import Size, with_a_place

TRIES = 5  # a few writers share a family's row; each of them goes on as soon as another has


def take(ports: Ports, letter: str) -> str:
    """The name of the batch: that of the number prefix and a letter, such as `SBD261117-01`."""
    orders = ports.terms.orders
    size = Size(orders.batch_documents, dt.timedelta(hours=orders.batch_hours))
    for _ in range(TRIES):
        present = ports.state.batch(f"{ports.terms.number_prefix}{letter}")
        try:
            return ports.state.save_batch(with_a_place(present, ports.clock.now(), ports.terms.zone, size)).name
        except RowMoved:
            continue
    raise Transient("too many documents are taking a place in the batch at once")


def place(work: Work, letter: str, written: str) -> str:
    """The batch in which this attempt has taken a place; `written`: the one in the row, which is kept.

    A place is taken when the document is about to be written, not when it began to wait for that.
    """
    if not written and letter not in work.batches:
        work.batches[letter] = take(work.ports, letter)
    return written or work.batches[letter]
