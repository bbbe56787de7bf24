"""Have the polls go through every list again from a moment on, free of any front end: after State was restored.

A table restored to an earlier point has forgotten documents whose hints had left the queue by then, while its cursors
stand behind them. To list too much costs calls and nothing else: what is known already is passed over.

The buildings' stock events go back with the cursor of them all, in the poll that knows the buildings. Two cursors need
nothing: the nightly looks at open orders and at GP's documents of five weeks go through all there is.
"""

from __future__ import annotations

import datetime as dt

from bridge.domain.listing import Feed
from bridge.domain.outcome import RowMoved
from bridge.flows import backfill, poll_gp
from bridge.ports import Ports
from bridge.protocols.cursor import Cursor, SetBack

TRIES = 3
LISTS = (*Feed, poll_gp.NAME, backfill.NAME)


def show(ports: Ports) -> list[Cursor]:
    """How far each list has come, and who last had it gone through again."""
    return [cursor for name in LISTS if (cursor := ports.state.cursor(name)) is not None]


def would_relist(ports: Ports, since: dt.datetime, by: str, why: str) -> list[Cursor]:
    """The cursors that `relist` would set back, as they stand."""
    said = _said(ports, since, by, why)
    return [cursor for cursor in show(ports) if cursor.back_as(said) is not None]


def relist(ports: Ports, since: dt.datetime, by: str, why: str) -> list[Cursor]:
    """Set the cursors back to `since`; those that were ahead of it, as they stood. `RowMoved`: a poll is at one; again.

    A poll that is at a list loses its lease, cannot keep its place, and begins anew in its next run. Asked for twice,
    it does no more than once.
    """
    said = _said(ports, since, by, why)
    return [stood for name in LISTS if (stood := _set_back(ports, name, said)) is not None]


def _said(ports: Ports, since: dt.datetime, by: str, why: str) -> SetBack:
    if not why.strip():
        raise ValueError("to have the lists gone through again needs a reason")
    now = ports.clock.now()
    if since > now:
        raise ValueError(f"{since:%Y-%m-%d} is still to come")
    return SetBack(since, now, by, why.strip())


def _set_back(ports: Ports, name: str, said: SetBack) -> Cursor | None:
    """Set one back; as it stood, or None where there was nothing to do."""
    for _ in range(TRIES):
        found = ports.state.cursor(name)
        wanted = found.back_as(said) if found is not None else None
        if wanted is None:
            return None
        try:
            ports.state.save_cursor(wanted)
        except RowMoved:
            continue
        return found
    raise RowMoved(f"a poll is at the list {name}: ask again in a minute; those before it are set back already")
