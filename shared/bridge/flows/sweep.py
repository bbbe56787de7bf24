"""What is due goes back onto the queue, what stood before a gate that is open now, and every review whose last missing
key has been mapped. Of the others people are told.

Level-triggered: each run looks at what is so, not at what has happened, so that nothing depends on one run's success.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from bridge.domain.gate import NEIGHBOURS, Gate
from bridge.domain.mapped import is_of_use
from bridge.domain.message import DUE, Message
from bridge.flows import queues
from bridge.flows.alerting import tell_of_reviews
from bridge.flows.paging import SHALLOW
from bridge.ports import Ports
from bridge.protocols import health as healths
from bridge.protocols.ledger import LedgerRow
from bridge.protocols.pause import Side
from bridge.protocols.standing import Standing, side_of

LOOKED_AT = 4 * SHALLOW  # rows: the oldest may all be of the side whose queue is full, and the other's behind them
SCOUTS = 3  # sent to a neighbour that is down, when it is time: one of them asks it, whatever keeps the others


@dataclass(frozen=True, slots=True)
class Swept:
    """`due` counts what stood before a gate as well."""

    due: int
    released: int
    reviews: int = 0
    down: int = 0

    @property
    def counted(self) -> Mapping[str, int]:
        """What there is now, for the metrics: `down` are neighbours."""
        return {"ReviewsOpen": self.reviews, "NeighboursDown": self.down}


class Room:
    """How many more documents each side's queue takes: as many as leave it shallow."""

    def __init__(self, ports: Ports) -> None:
        self._under_way = {Side.GP: ports.to_gp.depth(), Side.SHIPBOB: ports.to_shipbob.depth()}

    @property
    def is_left(self) -> bool:
        """On any of them?"""
        return any(depth < SHALLOW for depth in self._under_way.values())

    def let_in(self, rows: Iterable[LedgerRow], most: int = SHALLOW) -> list[LedgerRow]:
        """Those there is room for, in their order; of each side no more than `most` are under way then."""
        found = []
        for row in rows:
            side = side_of(row.document.kind)
            if self._under_way[side] < min(most, SHALLOW):
                self._under_way[side] += 1
                found.append(row)
        return found


def sweep(ports: Ports, run: str) -> Swept:
    """Queue what is due, what no gate keeps any more, and what a mapping has released; how many of each.

    What is due goes in while its queue is shallow: after an outage it must not pile up before live documents.
    """
    now = ports.clock.now()
    room = Room(ports)
    standing = ports.gates.standing()
    due = [(row, _repeat(row)) for row in room.let_in(ports.state.due(now, LOOKED_AT))] if room.is_left else []
    for gate in Gate:
        due += _through(ports, standing, gate, room) if room.is_left else []
    queues.send(ports, ((_again(row, DUE, run, now), repeat) for row, repeat in due))
    reviewed = list(ports.state.in_review())
    released = list(_released(ports, reviewed))
    queues.send(ports, ((_again(row, "mapped", run, now), f"mapped/{row.document}/{row.version}") for row in released))
    tell_of_reviews(ports, reviewed)  # the last: whoever cannot be told keeps nothing from being done
    return Swept(len(due), len(released), len(reviewed), sum(standing.of(each).is_down for each in NEIGHBOURS))


def _again(row: LedgerRow, reason: str, run: str, now: dt.datetime) -> Message:
    return Message(row.document, reason, run, now)


def _repeat(row: LedgerRow) -> str:
    return f"{DUE}/{row.document}/{row.version}"


def _through(ports: Ports, standing: Standing, gate: Gate, room: Room) -> list[tuple[LedgerRow, str]]:
    """What may go on, oldest first, as far as there is room. Behind a neighbour that has just come back, by waves."""
    now = ports.clock.now()
    is_open = standing.is_open(gate, ports.terms, now)
    rows = ports.state.at_gate(gate, LOOKED_AT if is_open else SHALLOW)
    if is_open:
        return [(row, _repeat(row)) for row in room.let_in(rows, _at_once(standing, gate, now))]
    found = [(row, _repeat(row)) for row in room.let_in(row for row in rows if row.is_due(now))]
    if gate in NEIGHBOURS and _is_time_to_ask(ports, standing, gate):
        scouts = room.let_in(row for row in rows[:SCOUTS] if not row.is_due(now))
        found += [(row, f"probe/{row.document}/{standing.of(gate).version}") for row in scouts]
    return found


def _at_once(standing: Standing, gate: Gate, now: dt.datetime) -> int:
    """How many of those at a gate that is open may be under way."""
    wave = healths.wave(standing.of(gate), now) if gate in NEIGHBOURS else None
    return SHALLOW if wave is None else wave


def _is_time_to_ask(ports: Ports, standing: Standing, neighbour: Gate) -> bool:
    """May a neighbour that is down be asked whether it still is? GP not in its quiet hours."""
    now = ports.clock.now()
    is_left_alone = neighbour is Gate.GP and not standing.is_open(Gate.QUIET_HOURS, ports.terms, now)
    return not is_left_alone and healths.may_probe(standing.of(neighbour), now)


def _released(ports: Ports, reviewed: Sequence[LedgerRow]) -> Iterator[LedgerRow]:
    """Reviews all of whose mappings are there; those before a gate go on with what else stands there."""
    rows = [(row, [each for each in row.reasons if each.is_waiting]) for row in reviewed if row.gate is None]
    waiting = [each for _, reasons in rows for each in reasons]
    asked = {key for each in waiting for key in each.keys}
    found = ports.state.mappings(asked) if asked else {}
    mapped = {key for key, value in found.items() if is_of_use(key, value)}
    names = {each.of_gp for each in waiting if each.of_gp}
    named = {name for name in names if ports.state.mapped_to(name.kind, name.name)}
    for row, reasons in rows:
        if reasons and all(each.is_answered(mapped, named) for each in reasons):
            yield row
