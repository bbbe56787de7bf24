"""Whatever becomes of an attempt, and however the gates stand: what is not finished comes back by itself."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace

import pytest
from bridge.domain.document import DocumentId, DocumentKind
from bridge.domain.gate import NEIGHBOURS, Gate
from bridge.domain.message import DUE, Message
from bridge.domain.outcome import (
    Done,
    Failure,
    MappingKey,
    Misconfigured,
    NeedsReview,
    Outcome,
    Reason,
    RefusalKind,
    Refused,
    RowMoved,
    Transient,
    Unchanged,
    UnknownOutcome,
    Waiting,
    Withheld,
)
from bridge.domain.terms import QuietHours
from bridge.flows import writing
from bridge.flows.attempt import Closed, Work, attempt
from bridge.flows.gates import Shut
from bridge.flows.sweep import sweep
from bridge.protocols.health import Health
from bridge.protocols.intent import Effect, Intent, Phase
from bridge.protocols.ledger import LedgerRow, Status
from bridge.protocols.pause import Deed, Pause, Side
from hypothesis import given, settings
from hypothesis import strategies as st

from local.memory.world import START, World
from tests.orders import DAY, HOUR, MINUTE, SECOND

DOCUMENTS = [DocumentId(DocumentKind.ORDER, 1), DocumentId(DocumentKind.TRANSFER, name="TRX 1")]
REASONS = [DUE, "mapped", "replay: a person asked", "webhook order.shipped", "poll"]
NIGHT = QuietHours(dt.time(8), dt.time(10))  # it is 08:05 in Chicago
MORNING = START + 2 * HOUR


class Bug(Exception):
    """What nobody thought of."""


moments = st.none() | st.integers(-20, 20).map(lambda days: START + days * DAY)
keys = st.none() | st.just(MappingKey.parse("sku/RED"))
reviews = st.builds(
    NeedsReview, st.lists(st.builds(Reason, st.just("why"), st.just("fix"), keys), min_size=1).map(tuple), moments
)
OUTCOMES = (
    st.builds(Done, st.just("done"), moments)
    | st.builds(Unchanged, st.just("as it was"), moments)
    | st.builds(Waiting, st.just("not ready"), moments, gate=st.none() | st.sampled_from(Gate))
    | reviews
)
# How an attempt ends: a flow's own outcome, or what is raised, each time anew.
ENDS: dict[str, st.SearchStrategy[Outcome | Callable[[], BaseException]]] = {
    "outcome": OUTCOMES,
    "away": st.just(lambda: Transient("away")),
    "busy": st.just(lambda: Transient("busy", after=2 * HOUR)),
    "locked": st.just(lambda: Transient("locked", is_answer=True)),
    "reply lost": st.just(lambda: UnknownOutcome("no reply")),
    "to be repaired": st.just(lambda: Misconfigured("wrong password")),
    "dry run": st.just(lambda: Withheld(b"the request", "CreateSalesOrder")),
    "row moved": st.just(lambda: RowMoved("another worker")),
    "closed": st.just(Closed),
    "bug": st.just(Bug),
    "refused": st.sampled_from(RefusalKind).map(lambda kind: lambda: Refused("no", (), kind)),
    "shut": st.sampled_from(Gate).map(lambda gate: lambda: Shut(gate, "shut")),
    "shut until morning": st.just(lambda: Shut(Gate.QUIET_HOURS, "shut", MORNING)),
}


@dataclass(frozen=True)
class Try:
    """What the flow does: announces a write or not, asks a neighbour, which may be away, or none, and ends so."""

    announces: bool
    asks: Gate | None
    is_answered: bool
    ends: Outcome | Callable[[], BaseException]

    def __call__(self, work: Work) -> Outcome:
        if self.announces:
            writing.announce(work, Effect.CREATE, writing.Wanted("SBO1", {}))
        if self.asks is Gate.GP:
            work.ports.gp.sales_order("SBO1")
        elif self.asks is Gate.SHIPBOB:
            work.ports.shipbob.order(1)
        if callable(self.ends):
            raise self.ends()
        return self.ends


@st.composite
def rows(draw: st.DrawFn) -> LedgerRow:
    """A document that was never seen, or one in any state that is not finished, or one that is."""
    document = draw(st.sampled_from(DOCUMENTS))
    status = draw(st.just(Status.NEW) | st.sampled_from(Status))
    if status is Status.NEW:
        return LedgerRow(document)
    phases = {Status.SENDING: Phase.SENDING, Status.UNKNOWN: Phase.UNKNOWN}
    is_in_air = status in phases or (status is not Status.DONE and draw(st.booleans()))
    intent = Intent(Effect.CREATE, "d", 1, START - DAY, START, phases.get(status, Phase.UNKNOWN))
    return LedgerRow(
        document,
        status=status,
        intent=intent if is_in_air else None,
        due_at=draw(moments if status is Status.DONE else moments.filter(bool)),
        waits=draw(st.integers(0, 5)),
        waiting_since=draw(moments),
        reasons=(Reason("why", "fix"),) if status is Status.REVIEW else (),
        opened_at=START - DAY if status is Status.REVIEW else None,
        gate=draw(st.none() | st.sampled_from(Gate)) if status is not Status.DONE else None,
    )


def _deed(world: World, side: Side, *, is_pause: bool) -> Deed:
    return Deed(side, is_pause, world.clock.now(), "a person", "month-end")


@st.composite
def worlds(draw: st.DrawFn) -> World:
    """Every gate open or shut, each by itself."""
    world = World()
    is_quiet, is_dry = draw(st.booleans()), draw(st.booleans())
    world.terms = replace(world.terms, quiet_hours=NIGHT if is_quiet else None, is_dry_run=is_dry)
    for gate in NEIGHBOURS:
        if draw(st.booleans()):
            probe = draw(st.sampled_from([START, START + MINUTE]))
            world.gates.save_health(Health(gate, down_since=START - HOUR, why="away", next_probe=probe))
    paused = draw(st.sets(st.sampled_from(Side)))
    world.gates.save_pause(Pause(tuple(_deed(world, side, is_pause=True) for side in paused)))
    return world


def open_every_gate(world: World) -> None:
    """The neighbours answer again, the night is over, a person has the writing go on and the stack go live."""
    world.terms = replace(world.terms, quiet_hours=None, is_dry_run=False)
    stored = world.gates.stored
    for health in (stored.gp, stored.shipbob):
        world.gates.save_health(Health(health.neighbour, up_since=world.clock.now(), version=health.version))
    deeds = [_deed(world, side, is_pause=False) for side in Side]
    world.gates.save_pause(Pause((*stored.pause.deeds, *deeds), stored.pause.version))


@pytest.mark.parametrize("ends", ENDS)
@settings(max_examples=60, deadline=None)
@given(worlds(), rows(), st.sampled_from(REASONS), st.data())
def test_what_is_not_finished_is_due_one_day_or_stands_at_a_gate_whose_opening_brings_it_back(
    ends: str, world: World, row: LedgerRow, reason: str, data: st.DataObject
) -> None:
    asked = data.draw(st.none() | st.sampled_from(NEIGHBOURS))
    flow = Try(data.draw(st.booleans()), asked, data.draw(st.booleans()), data.draw(ENDS[ends]))
    document = row.document
    if row.status is not Status.NEW:
        world.state.save(row)
    if not flow.is_answered:
        world.gp.fail_next("sales_order", "down")
        world.shipbob.fail_next("order", "down")
    message = Message(document, reason, "run-1", START - SECOND if reason == "poll" else START)

    with suppress(Bug, RowMoved, Failure):
        attempt({document.kind: flow})(message, world)

    left = world.row(document)
    if left.status is Status.DONE or left.version == 0:
        return  # finished; or nothing was stored, and the queue has its message still
    assert left.due_at is not None
    open_every_gate(world)
    if left.gate is None:
        world.clock.advance_to(max(left.due_at, world.clock.now()))

    sweep(world, "run-2")

    queue = world.to_shipbob if document.kind is DocumentKind.TRANSFER else world.to_gp
    assert document in {each.document for each in queue.waiting()}
