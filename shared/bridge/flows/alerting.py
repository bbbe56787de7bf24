"""Tell people what waits for them, grouped by its cause: see `protocols/alerts.py` for when.

Who is about to tell says so first, so that of two runs one tells. A run that dies in between has told or has not:
after a while it is told again, because twice is better than never.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress

from bridge.domain.outcome import RowMoved
from bridge.ports import Ports
from bridge.protocols import alerts
from bridge.protocols.alerts import AlertRow, Cause, Step
from bridge.protocols.ledger import LedgerRow


def tell_of_reviews(ports: Ports, reviewed: Iterable[LedgerRow]) -> None:
    """Tell of the causes of these reviews, which are all there are, and of the causes that are gone."""
    now, zone = ports.clock.now(), ports.terms.zone
    found = alerts.causes(reviewed)
    known = {row.cause: row for row in ports.alerts.rows()}
    rows = [known.get(name, AlertRow(name)) for name in [*found, *sorted(known.keys() - found.keys())]]
    steps = [(row, alerts.step(row, found.get(row.cause), now, zone)) for row in rows]
    for row, step in steps:
        _note(ports, row, found.get(row.cause), step)
    for some in _at_once([row for row, step in steps if step is Step.TELL]):
        begun = _begun(ports, some)
        _tell(ports, alerts.message, [found[row.cause] for row in begun])
        _save(ports, [alerts.told(row, found[row.cause], now, zone) for row in begun])
    for some in _at_once([row for row, step in steps if step is Step.CLEAR]):
        begun = _begun(ports, some)
        _tell(ports, alerts.clearing, begun)
        _save(ports, [alerts.cleared(row) for row in begun])


def _at_once(rows: list[AlertRow]) -> list[list[AlertRow]]:
    """Those that one message tells of: each by itself, or all where they are so many that nobody would read them."""
    return [rows] if len(rows) > alerts.TOLD_SINGLY_MAX else [[row] for row in rows]


def _note(ports: Ports, row: AlertRow, cause: Cause | None, step: Step) -> None:
    with suppress(RowMoved):  # another run is at it
        if step is Step.NOTE:
            ports.alerts.save(alerts.noted(row, cause, ports.clock.now()))
        elif step is Step.FORGET:
            ports.alerts.forget(row)


def _begun(ports: Ports, rows: Iterable[AlertRow]) -> list[AlertRow]:
    """Those of them that this run tells of."""
    return _save(ports, [alerts.begun(row, ports.clock.now()) for row in rows])


def _save(ports: Ports, rows: Iterable[AlertRow]) -> list[AlertRow]:
    saved = []
    for row in rows:
        with suppress(RowMoved):  # another run is at it
            saved.append(ports.alerts.save(row))
    return saved


def _tell[T](ports: Ports, told: Callable[[Sequence[T]], tuple[str, str]], things: Sequence[T]) -> None:
    if things:
        ports.notices.tell(*told(things))
