"""What an operator sees of the gates, and the one that people open and shut; and what a dry run would write."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bridge.domain.document import DocumentId
from bridge.domain.gate import NEIGHBOURS, Gate
from bridge.domain.outcome import RowMoved
from bridge.ports import Ports
from bridge.protocols.health import Health
from bridge.protocols.ledger import LedgerRow
from bridge.protocols.pause import Deed, Pause, Side
from bridge.protocols.quiet import quiet_until
from bridge.protocols.standing import Standing
from bridge.protocols.trail import Entry

COUNTED = 1000  # documents before a gate; where there are more, a person needs no better number
LISTED = 100  # of a dry run, oldest first
TRIES = 3
WOULD_WRITE = "would write"


@dataclass(frozen=True, slots=True)
class Stood:
    """A gate as it stands, and how many documents stand before it, up to `COUNTED`."""

    gate: Gate
    is_open: bool
    why: str
    documents: int


@dataclass(frozen=True, slots=True)
class WouldWrite:
    """What a document's last attempt in the dry run would have sent; `request` None once its retention is over."""

    row: LedgerRow
    entry: Entry
    request: bytes | None = None


def pause(ports: Ports, sides: Sequence[Side], by: str, why: str, *, is_pause: bool) -> Pause:
    """Stop the writing on those sides, or have it go on. What is under way is finished; ten seconds later all stand."""
    if not why.strip():
        raise ValueError("to pause or resume the writing needs a reason")
    for _ in range(TRIES):
        found = ports.gates.standing().pause
        wanted = found
        for side in sides:
            wanted = wanted.with_deed(Deed(side, is_pause, ports.clock.now(), by, why.strip()))
        if wanted is found:
            return found
        try:
            return ports.gates.save_pause(wanted)
        except RowMoved:
            continue
    raise RowMoved("others pause and resume at the same time: look at gp-shipbob gates, and try again")


def show(ports: Ports) -> list[Stood]:
    """Every gate, and why it is shut."""
    standing, now = ports.gates.standing(), ports.clock.now()
    return [
        Stood(
            gate,
            standing.is_open(gate, ports.terms, now),
            _why_shut(ports, standing, gate),
            len(ports.state.at_gate(gate, COUNTED)),
        )
        for gate in Gate
    ]


def plain(stood: Stood) -> dict[str, object]:
    """A gate for a script."""
    return {"gate": str(stood.gate), "is_open": stood.is_open, "why": stood.why, "documents": stood.documents}


def said(stood: Stood) -> str:
    """A gate for a person, on one line."""
    state = "open" if stood.is_open else "SHUT"
    waiting = f"{stood.documents:,} documents" if stood.documents < COUNTED else f"{COUNTED:,} or more"
    return f"{stood.gate:<17} {state}  {waiting:<15} {stood.why}".rstrip()


def _why_shut(ports: Ports, standing: Standing, gate: Gate) -> str:
    """Empty where there is nothing to say, as of an open one."""
    if gate in NEIGHBOURS:
        return _down(standing.of(gate))
    return _quiet(ports) if gate is Gate.QUIET_HOURS else _paused(standing.pause, gate)


def _quiet(ports: Ports) -> str:
    terms = ports.terms
    until = quiet_until(terms.quiet_hours, terms.zone, ports.clock.now())
    return f"until {until.astimezone(terms.zone):%H:%M} of GP's day" if until else ""


def _down(health: Health) -> str:
    return f"since {health.down_since:%Y-%m-%d %H:%M} UTC: {health.why}" if health.down_since else ""


def _paused(stands: Pause, gate: Gate) -> str:
    sides = {Gate.PAUSE_OF_GP: Side.GP, Gate.PAUSE_OF_SHIPBOB: Side.SHIPBOB}
    deed = stands.of(sides[gate]) if gate in sides else None
    return f"since {deed.at:%Y-%m-%d %H:%M} UTC by {deed.by}: {deed.why}" if deed else ""


def would(ports: Ports) -> Iterator[WouldWrite]:
    """What waits in the dry run, oldest first, each with what it would write; the first `LISTED`."""
    for row in ports.state.at_gate(Gate.DRY_RUN, LISTED):
        if entries := _entries(ports, row.document):
            yield WouldWrite(row, entries[-1])


def would_of(ports: Ports, document: DocumentId) -> list[WouldWrite]:
    """All that the document's last attempt in a dry run would have sent, to the byte."""
    row = ports.state.row(document)
    entries = _entries(ports, document)
    last = [entry for entry in entries if entry.by == entries[-1].by]
    return [WouldWrite(row, entry, ports.audit.payload(document, entry.payload_digest)) for entry in last]


def _entries(ports: Ports, document: DocumentId) -> list[Entry]:
    return [entry for entry in ports.audit.entries(document) if entry.what == WOULD_WRITE]
