"""Have the polls go through every list again from a moment on, free of any front end: after State was restored.

A table restored to an earlier point has forgotten documents whose hints had left the queue by then, while its cursors
stand behind them. To list too much costs calls and nothing else: what is known already is passed over.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from bridge.domain.listing import Feed
from bridge.domain.outcome import MappingKind, RowMoved
from bridge.flows import poll_gp
from bridge.ports import Ports

TRIES = 3  # at a cursor that a poll moves at the same time


@dataclass(frozen=True, slots=True)
class Relisting:
    """The lists that are gone through again from `since` on, and how far each had come."""

    since: dt.datetime
    lists: Mapping[str, dt.datetime]


def relist(ports: Ports, since: dt.datetime, *, is_dry: bool = False) -> Relisting:
    """Set the cursors back to `since`. What did not come so far stays; asked for again it goes on where it failed.

    A pass that is under way is given up, and so is its lease: the next run of the poll begins anew. The back-fill, and
    the nightly looks at drafts and at GP's documents of five weeks, are not moved: they look at all there is.
    """
    if since > ports.clock.now():
        raise ValueError(f"{since:%Y-%m-%d} is still to come")
    found = {name: _set_back(ports, name, since, is_dry=is_dry) for name in _names(ports)}
    return Relisting(since, {name: was for name, was in found.items() if was is not None})


def _set_back(ports: Ports, name: str, since: dt.datetime, *, is_dry: bool) -> dt.datetime | None:
    """How far the list had come; None where it has not come further than that, or never began."""
    for _ in range(TRIES):
        cursor = ports.state.cursor(name)
        if cursor is None or cursor.reached <= since:
            return None
        try:
            if not is_dry:
                ports.state.save_cursor(replace(cursor, reached=since, under_way=None, lease=None))
        except RowMoved:
            continue
        return cursor.reached
    raise RowMoved(f"a poll is at the list {name} at this moment: try again in a minute")


def _names(ports: Ports) -> Iterator[str]:
    """Every list that a poll follows; of stock events, those of each building that is a site."""
    yield from map(str, Feed)
    yield from (f"{Feed.STOCK_EVENTS}/{key.key}" for key in ports.state.mapped_in(MappingKind.LOCATION))
    yield poll_gp.NAME
