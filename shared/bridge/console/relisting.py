"""Have the polls go through every list again from a moment on, free of any front end: after State was restored.

A table restored to an earlier point has forgotten documents whose hints had left the queue by then, while its cursors
stand behind them. To list too much costs calls and nothing else: what is known already is passed over.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace

from bridge.domain.listing import Feed
from bridge.domain.outcome import MappingKind
from bridge.flows import poll_gp
from bridge.ports import Ports


def relist(ports: Ports, since: dt.datetime) -> list[str]:
    """Set the cursors back to `since`; the names of those that were ahead of it. `RowMoved`: a poll is at one; again.

    A pass that is under way is given up, and so is its lease: the next run of the poll begins anew.
    """
    if since > ports.clock.now():
        raise ValueError(f"{since} is still to come")
    moved = []
    for name in _names(ports):
        cursor = ports.state.cursor(name)
        if cursor is not None and cursor.reached > since:
            ports.state.save_cursor(replace(cursor, reached=since, under_way=None, lease=None))
            moved.append(name)
    return moved


def _names(ports: Ports) -> Iterator[str]:
    """Every list that a poll follows; of stock events, those of each building that is a site."""
    yield from Feed
    yield from (f"{Feed.STOCK_EVENTS}/{key.key}" for key in ports.state.mapped_in(MappingKind.LOCATION))
    yield poll_gp.NAME
