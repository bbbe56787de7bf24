"""What is due goes back onto the queue, what stood before a gate that is open now, and every review whose last missing
key has been mapped. Of the others people are told.

Level-triggered: each run looks at what is so, not at what has happened, so that nothing depends on one run's success.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from bridge.domain.gate import NEIGHBOURS, Gate
from bridge.domain.message import DUE, Message
from bridge.flows import queues
from bridge.flows.alerting import tell_of_reviews
from bridge.flows.paging import SHALLOW
from bridge.ports import Ports
from bridge.protocols import health as healths
from bridge.protocols.ledger import LedgerRow
from bridge.protocols.standing import Standing

SCOUTS = 3  # sent to a neighbour that is down, when it is time: one of them asks it, whatever keeps the others


@dataclass(frozen=True, slots=True)
class Swept:
    """`due` counts what stood before a gate as well."""

    due: int
    released: int
    reviews: int = 0

    @property
    def counted(self) -> Mapping[str, int]:
        """What there is now, for the metrics."""
        return {"ReviewsOpen": self.reviews}


def sweep(ports: Ports, run: str) -> Swept:
    """Queue what is due, what no gate keeps any more, and what a mapping has released; how many of each.

    What is due goes in while the queue is shallow: after an outage it must not pile up before live orders.
    """
    now = ports.clock.now()
    depth = ports.to_gp.depth()
    room = SHALLOW - depth
    standing = ports.gates.standing()
    due = [(row, _repeat(row)) for row in ports.state.due(now, room)] if room > 0 else []
    due += _through_gates(ports, standing, room - len(due), depth)
    queues.send(ports, ((_again(row, DUE, run, now), repeat) for row, repeat in due))
    reviewed = list(ports.state.in_review())
    released = list(_released(ports, reviewed))
    queues.send(ports, ((_again(row, "mapped", run, now), f"mapped/{row.document}/{row.version}") for row in released))
    tell_of_reviews(ports, reviewed)  # the last: whoever cannot be told keeps nothing from being done
    return Swept(len(due), len(released), len(reviewed))


def _again(row: LedgerRow, reason: str, run: str, now: dt.datetime) -> Message:
    return Message(row.document, reason, run, now)


def _repeat(row: LedgerRow) -> str:
    return f"{DUE}/{row.document}/{row.version}"


def _through_gates(ports: Ports, standing: Standing, room: int, depth: int) -> list[tuple[LedgerRow, str]]:
    """What may go on, oldest first, as far as there is room. Behind a neighbour that has just come back, by waves."""
    found: list[tuple[LedgerRow, str]] = []
    for gate in Gate:
        if len(found) < room:
            found += _through(ports, standing, gate, _at_once(ports, standing, gate, room - len(found), depth))
    return found


def _at_once(ports: Ports, standing: Standing, gate: Gate, room: int, depth: int) -> int:
    """How many of a gate's rows go in now."""
    if gate not in NEIGHBOURS:
        return room
    wave = healths.wave(standing.of(gate), ports.clock.now())
    return room if wave is None else max(min(wave - depth, room), 0)


def _through(ports: Ports, standing: Standing, gate: Gate, most: int) -> Sequence[tuple[LedgerRow, str]]:
    now = ports.clock.now()
    if standing.is_open(gate, ports.terms, now):
        return [(row, _repeat(row)) for row in ports.state.at_gate(gate, most)] if most else []
    rows = ports.state.at_gate(gate, SHALLOW)
    due = [(row, _repeat(row)) for row in rows if row.is_due(now)]
    if gate in NEIGHBOURS and healths.may_probe(health := standing.of(gate), now):
        scouts = [row for row in rows[:SCOUTS] if not row.is_due(now)]
        due += [(row, f"probe/{row.document}/{health.version}") for row in scouts]
    return due


def _released(ports: Ports, reviewed: Sequence[LedgerRow]) -> Iterator[LedgerRow]:
    """Reviews whose keys are all mapped; those before a gate go on with what else stands there."""
    rows = [(row, {r.waits_for for r in row.reasons if r.waits_for}) for row in reviewed if row.gate is None]
    waited_for = {key for _, keys in rows for key in keys}
    mapped = ports.state.mappings(waited_for).keys() if waited_for else set()
    for row, keys in rows:
        if keys and keys <= mapped:
            yield row
