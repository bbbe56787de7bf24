"""Tell people what waits for them, grouped by its cause: see `protocols/alerts.py` for when.

Who is about to tell says so first, so that of two runs one tells. A run that dies in between has told or has not:
after a while it is told again, because twice is better than never.
"""

from __future__ import annotations

from collections.abc import Iterable

from bridge.domain.outcome import RowMoved
from bridge.ports import Ports
from bridge.protocols import alerts
from bridge.protocols.alerts import AlertRow, Cause, Step
from bridge.protocols.ledger import LedgerRow


def tell_of_reviews(ports: Ports, reviewed: Iterable[LedgerRow]) -> None:
    """Tell of the causes of these reviews, which are all there are, and of the causes that are gone."""
    found = alerts.causes(reviewed)
    known = {row.cause: row for row in ports.alerts.rows()}
    for name in [*found, *(known.keys() - found.keys())]:
        try:
            _see_to(ports, known.get(name, AlertRow(name)), found.get(name))
        except RowMoved:
            continue  # another run is at it


def _see_to(ports: Ports, row: AlertRow, cause: Cause | None) -> None:
    now, zone = ports.clock.now(), ports.terms.zone
    match alerts.step(row, cause, now, zone):
        case Step.NOTE:
            ports.alerts.save(alerts.noted(row, cause, now))
        case Step.FORGET:
            ports.alerts.forget(row)
        case Step.CLEAR:
            row = ports.alerts.save(alerts.begun(row, now))
            ports.notices.tell(*alerts.clearing(row))
            ports.alerts.save(alerts.cleared(row))
        case Step.TELL if cause is not None:
            row = ports.alerts.save(alerts.begun(row, now))
            ports.notices.tell(*alerts.message(cause))
            ports.alerts.save(alerts.told(row, cause, now, zone))
