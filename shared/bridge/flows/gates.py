"""The gates between a document and its neighbours: shut ones stop it before a call, and every call is learned from.

A flow asks GP and ShipBob through its passage and knows nothing of gates: a call through a shut one fails with `Shut`,
which is a `Transient` as to an announced write, and `attempt.py` knows what it means. What a passage has seen of a
neighbour is noted once the document's row is closed, so that no note can take the place of what became of a write.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from contextlib import suppress
from typing import Any, cast

from bridge.domain.document import DocumentId, DocumentKind
from bridge.domain.gate import NEIGHBOURS, Gate
from bridge.domain.message import LEFT_ALONE, Message
from bridge.domain.outcome import (
    Failure,
    Misconfigured,
    Refused,
    RowMoved,
    Transient,
    UnknownOutcome,
    Waiting,
    Withheld,
)
from bridge.ports import Ports
from bridge.protocols import health as healths
from bridge.protocols.health import Health
from bridge.protocols.ledger import LedgerRow
from bridge.protocols.pause import Side
from bridge.protocols.quiet import quiet_until
from bridge.protocols.standing import Standing, side_of

BELIEVED_FOR = dt.timedelta(seconds=10)  # that a gate is open; that it is shut is looked at anew each time
TRIES = 3  # to note what was seen, while others note theirs
# They read an image that there is, and tell nothing of how ShipBob does.
NO_CALL = frozenset("order_in return_in receiving_order_in stock_event_in store_amounts_in".split())
GUARDED = {Side.GP: Gate.GP, Side.SHIPBOB: Gate.SHIPBOB}  # the neighbour that a side's documents are written at
PAUSED = {Side.GP: Gate.PAUSE_OF_GP, Side.SHIPBOB: Gate.PAUSE_OF_SHIPBOB}


class Shut(Transient):
    """A gate is shut: nothing was asked. `until` where that is known; some a person must open by a repair."""

    def __init__(self, gate: Gate, why: str, until: dt.datetime | None = None, *, needs_repair: bool = False) -> None:
        super().__init__(why)
        self.gate = gate
        self.until = until
        self.needs_repair = needs_repair

    @property
    def waiting(self) -> Waiting:
        """What it means for the document."""
        return Waiting(str(self), self.until, needs_repair=self.needs_repair, gate=self.gate)


class Keeper:
    """One worker's knowledge of the gates, from one message to the next, as long as its process lives."""

    def __init__(self) -> None:
        self._seen: tuple[Standing, dt.datetime] | None = None

    def standing(self, ports: Ports) -> Standing:
        """How the gates stand, or stood a few seconds ago."""
        if self._seen is not None and dt.timedelta() <= ports.clock.now() - self._seen[1] < BELIEVED_FOR:
            return self._seen[0]
        return self.afresh(ports)

    def afresh(self, ports: Ports) -> Standing:
        """How they stand now."""
        self._seen = ports.gates.standing(), ports.clock.now()
        return self._seen[0]

    def stop(self, message: Message, row: LedgerRow, ports: Ports) -> Waiting | None:
        """Why the document is not looked at now, if a shut gate is known to be in its way."""
        if _is_told_once(message):
            return None
        try:
            self.check_pause(message.document.kind, ports)
            if row.gate in (Gate.QUIET_HOURS, Gate.GP):  # the question whether GP is up is a login as well
                check_quiet_hours(ports)
            if row.gate in NEIGHBOURS and not (row.gate is Gate.SHIPBOB and message.as_recorded):
                self.check_health(row.gate, message.document, ports)
        except Shut as shut:
            return shut.waiting
        return None

    def check_pause(self, kind: DocumentKind, ports: Ports) -> None:
        """`Shut` while a person has paused the writing of such documents."""
        side = side_of(kind)
        if self.standing(ports).pause.of(side) is None:
            return
        if (deed := self.afresh(ports).pause.of(side)) is not None:
            raise Shut(PAUSED[side], f"writing to {GUARDED[side]} is paused since {deed.at:%Y-%m-%d %H:%M} UTC")

    def check_health(self, neighbour: Gate, document: DocumentId, ports: Ports) -> None:
        """`Shut` while the neighbour is down. If it is time, it is asked first whether it still is."""
        if not self.standing(ports).of(neighbour).is_down:
            return
        health = self.afresh(ports).of(neighbour)
        if health.is_down:
            self._probe(health, document, ports)

    def _probe(self, health: Health, document: DocumentId, ports: Ports) -> None:
        """Ask something harmless, alone: up again, or `Shut`."""
        now = ports.clock.now()
        if not healths.may_probe(health, now):
            raise _down(health)
        try:
            asked = ports.gates.save_health(healths.probing(health, f"{document} {now.isoformat()}", now))
        except RowMoved:
            raise _down(health) from None  # another worker asks
        try:
            _harmless(ports, health.neighbour)()
        except Failure as failure:
            is_broken = isinstance(failure, Misconfigured)
            later = healths.probed_in_vain(asked, str(failure), ports.clock.now(), needs_repair=is_broken)
            self._save(later, ports)
            raise _down(later) from failure
        self._save(healths.answered(asked, ports.clock.now()), ports)

    def _save(self, health: Health, ports: Ports) -> None:
        with suppress(RowMoved):  # whoever asked after this one's time was up knows better
            ports.gates.save_health(health)
        self._seen = None

    def note(self, passage: Passage) -> None:
        """Keep what the attempt has seen of its neighbours. If it cannot be kept, the next one sees the same."""
        for neighbour, failure in passage.seen.items():
            try:
                self._note(passage, neighbour, failure)
            except Failure:
                return

    def _note(self, passage: Passage, neighbour: Gate, failure: Failure | None) -> None:
        ports, document = passage.ports, passage.document
        if failure is None and _after(self.standing(ports).of(neighbour), document, failure, ports) is None:
            return  # of a neighbour that is well there is nothing to say, and nothing to read for it
        for _ in range(TRIES):
            wanted = _after(self.afresh(ports).of(neighbour), document, failure, ports)
            try:
                if wanted is not None:
                    ports.gates.save_health(wanted)
                    self._seen = None
            except RowMoved:
                continue
            return


class Passage:
    """The ports of one attempt: `seen` is what each neighbour did last, None where it answered."""

    def __init__(self, keeper: Keeper, ports: Ports, document: DocumentId) -> None:
        self.keeper = keeper
        self.ports = ports
        self.document = document
        self.seen: dict[Gate, Failure | None] = {}

    def __getattr__(self, name: str) -> Any:
        return getattr(self.ports, name)

    @property
    def as_ports(self) -> Ports:
        """The same, for a flow."""
        return cast("Ports", self)

    @property
    def gp(self) -> Any:
        return _Watched(self, Gate.GP, lambda: self.ports.gp)

    @property
    def shipbob(self) -> Any:
        return _Watched(self, Gate.SHIPBOB, lambda: self.ports.shipbob)

    @property
    def shipbob_in_background(self) -> Any:
        return _Watched(self, Gate.SHIPBOB, lambda: self.ports.shipbob_in_background)

    def enter(self, neighbour: Gate) -> None:
        """`Shut` unless the neighbour may be asked now. One that is down is probed, if it is time for that."""
        if neighbour is Gate.GP:
            check_quiet_hours(self.ports)
        if neighbour is GUARDED[side_of(self.document.kind)]:
            self.keeper.check_pause(self.document.kind, self.ports)
        self.keeper.check_health(neighbour, self.document, self.ports)


class _Watched:
    """A neighbour's port, each call of which goes through the gates and is learned from."""

    def __init__(self, passage: Passage, neighbour: Gate, port: Callable[[], object]) -> None:
        self._passage = passage
        self._neighbour = neighbour
        self._port = port

    def __getattr__(self, name: str) -> Any:
        def call(*given: Any, **named: Any) -> Any:
            self._passage.enter(self._neighbour)
            seen = self._passage.seen
            try:
                found = getattr(self._port(), name)(*given, **named)
            except Failure as failure:
                if _says_something(failure):
                    seen[self._neighbour] = None if _is_answer(failure) else failure
                raise
            seen[self._neighbour] = None
            return found

        return getattr(self._port(), name) if name in NO_CALL else call


def check_quiet_hours(ports: Ports) -> None:
    """`Shut` in the hours in which GP is left alone."""
    until = quiet_until(ports.terms.quiet_hours, ports.terms.zone, ports.clock.now())
    if until is not None:
        raise Shut(Gate.QUIET_HOURS, f"GP's quiet hours, until {until.astimezone(ports.terms.zone):%H:%M}", until)


def may_poll_gp(ports: Ports) -> bool:
    """May GP be asked by what has no document? Not in its quiet hours, nor while it is down and not to be probed."""
    now = ports.clock.now()
    if quiet_until(ports.terms.quiet_hours, ports.terms.zone, now) is not None:
        return False
    health = ports.gates.standing().gp
    return not health.is_down or healths.may_probe(health, now)


def gp_answered(ports: Ports) -> None:
    """What has no document was answered by GP: one that was down is up again, though no document may ask it now."""
    health = ports.gates.standing().gp
    if health.is_down:
        with suppress(RowMoved):  # another has asked as well
            ports.gates.save_health(healths.answered(health, ports.clock.now()))


def _is_told_once(message: Message) -> bool:
    """What no later message says again: its flow writes that down before it meets a gate.

    ShipBob shows a stock event once, in a list; a person says once that a document is left alone, to which no neighbour
    is asked.
    """
    is_shown = message.document.kind is DocumentKind.STOCK and message.snapshot is not None
    return is_shown or message.reason.startswith(LEFT_ALONE)


def _down(health: Health) -> Shut:
    assert health.down_since is not None
    why = f"{health.neighbour} is down since {health.down_since:%Y-%m-%d %H:%M} UTC: {health.why}"
    return Shut(health.neighbour, why, needs_repair=health.needs_repair)


def _harmless(ports: Ports, neighbour: Gate) -> Callable[[], object]:
    return ports.gp.probe if neighbour is Gate.GP else ports.shipbob.channels


def _says_something(failure: Failure) -> bool:
    """Of a neighbour that asks for time, and of a write that was never sent, nobody knows whether it is up."""
    is_busy = isinstance(failure, Transient) and bool(failure.after) and not failure.is_answer
    return isinstance(failure, Transient | UnknownOutcome | Misconfigured | Refused) and not (
        is_busy or isinstance(failure, Withheld)
    )


def _is_answer(failure: Failure) -> bool:
    return isinstance(failure, Refused) or (isinstance(failure, Transient) and failure.is_answer)


def _after(health: Health, document: DocumentId, failure: Failure | None, ports: Ports) -> Health | None:
    """The row with what was seen; None where that changes nothing."""
    now = ports.clock.now()
    if failure is None:
        wanted = healths.answered(health, now)
    else:
        is_broken = isinstance(failure, Misconfigured)
        wanted = healths.failed(health, str(document), str(failure), now, needs_repair=is_broken)
    return None if wanted == health else wanted
