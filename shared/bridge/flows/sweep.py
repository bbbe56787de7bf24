"""What is due goes back onto the queue, and so does every review whose last missing key has been mapped. Of the others
people are told.

Level-triggered: each run looks at what is so, not at what has happened, so that nothing depends on one run's success.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from bridge.domain.message import Message
from bridge.flows import queues
from bridge.flows.alerting import tell_of_reviews
from bridge.flows.paging import SHALLOW
from bridge.ports import Ports
from bridge.protocols.ledger import LedgerRow


@dataclass(frozen=True, slots=True)
class Swept:
    due: int
    released: int
    reviews: int = 0

    @property
    def counted(self) -> Mapping[str, int]:
        """What there is now, for the metrics."""
        return {"ReviewsOpen": self.reviews}


def sweep(ports: Ports, run: str) -> Swept:
    """Queue what is due and what a mapping has released; how many of each.

    What is due goes in while the queue is shallow: after an outage it must not pile up before live orders.
    """
    now = ports.clock.now()
    room = SHALLOW - ports.to_gp.depth()
    due = ports.state.due(now, room) if room > 0 else []
    queues.send(ports, ((_again(row, "due", run, now), f"due/{row.document}/{row.version}") for row in due))
    reviewed = list(ports.state.in_review())
    released = list(_released(ports, reviewed))
    queues.send(ports, ((_again(row, "mapped", run, now), f"mapped/{row.document}/{row.version}") for row in released))
    tell_of_reviews(ports, reviewed)  # the last: whoever cannot be told keeps nothing from being done
    return Swept(len(due), len(released), len(reviewed))


def _again(row: LedgerRow, reason: str, run: str, now: dt.datetime) -> Message:
    return Message(row.document, reason, run, now)


def _released(ports: Ports, reviewed: Sequence[LedgerRow]) -> Iterator[LedgerRow]:
    rows = [(row, {r.waits_for for r in row.reasons if r.waits_for}) for row in reviewed]
    waited_for = {key for _, keys in rows for key in keys}
    mapped = ports.state.mappings(waited_for).keys() if waited_for else set()
    for row, keys in rows:
        if keys and keys <= mapped:
            yield row
