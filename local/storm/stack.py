"""What wakes each function, as the template has it: queues, schedules, the door, an operator."""

from __future__ import annotations

import datetime as dt
import itertools
import math
import random
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any, cast

from bridge.domain.document import DocumentId
from bridge.domain.gate import NEIGHBOURS, Gate
from bridge.domain.outcome import Failure
from bridge.flows.poll_gp import poll_gp
from bridge.flows.poll_shipbob import poll_shipbob
from bridge.flows.receive_delivery import receive_delivery
from bridge.flows.sweep import sweep
from bridge.protocols.alerts import GATHERED_AFTER, GONE_AFTER
from bridge.protocols.ledger import LedgerRow, Status

from local.memory.neighbours import a_delivery
from local.memory.points import Crash
from local.memory.stores import MemoryQueue, Queued
from local.memory.world import WRITE_GP
from local.storm.kernel import HOUR, MINUTE, Run, second_of
from local.storm.lists import Lists
from local.storm.place import Place
from local.storm.schedule import Schedule
from local.storm.world import World

LASTS = {
    "write_gp": 180.0,
    "write_shipbob": 180.0,
    "poll_shipbob": 300.0,
    "poll_gp": 300.0,
    "sweep": 120.0,
    "keep_connected": 120.0,
    "receive_webhook": 10.0,
    "operate": 300.0,
}  # seconds, as template.yaml has them
RETRIED_AFTER = (5.0, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 5 * HOUR, 10 * HOUR, 10 * HOUR)  # by ShipBob, a delivery
EXPECTED = (Crash, Failure, ZeroDivisionError)  # the last is what a bug raises that is put in
OPERATOR = "arn:aws:iam::123456789012:user/night-shift"

A_DAY = dt.timedelta(days=1)
SWEPT_LATER: Mapping[str, tuple[float, ...]] = {
    "state.map": (0.0,),
    "gates.save_pause": (0.0,),
    # Causes are gathered before they are told, gone for a while before that is, and forgotten the next day.
    "alerts.save": tuple(time.total_seconds() + MINUTE for time in (GATHERED_AFTER, GONE_AFTER, A_DAY)),
}  # a sweep finds something so many seconds after the call

type End = Callable[[BaseException | None], None]


class Stack:
    """The deployed stack."""

    def __init__(self, world: World, concurrency: int, skew: float, periods: dict[str, float]) -> None:
        self.world = world
        self.generation = 0
        self._both_until = 0.0  # the present version and the one before
        self._skew = skew
        self._idle: dict[str, list[Place]] = {}
        self._numbers: Counter[str] = Counter()
        self._made = itertools.count(1)
        self._slots = {"write_gp": concurrency, "write_shipbob": 2}
        self._busy: Counter[str] = Counter()
        self._received: dict[str, tuple[MemoryQueue, Queued]] = {}
        self._pumps: dict[str, float] = {}
        self._is_woken: set[str] = set()
        self._runs: set[Run] = set()
        self.on_alarm: Callable[[], object] = lambda: None
        self._told_of: set[tuple[DocumentId, int]] = set()
        self.sweep = Schedule(self, "sweep", periods["sweep"], lambda place, name: sweep(place.ports, name))
        self.poll_shipbob = Schedule(
            self, "poll_shipbob", periods["poll_shipbob"], lambda place, name: poll_shipbob(place.ports, name)
        )
        self.poll_gp = Schedule(self, "poll_gp", periods["poll_gp"], lambda place, name: poll_gp(place.ports, name))
        self.keep_connected = Schedule(self, "keep_connected", 5 * MINUTE, self._keep)
        self.sweep.is_needed = self._has_anything_to_sweep
        self.sweep.after = self._want_next_sweep
        self.keep_connected.after = self.want_refresh
        self.lists = Lists(world, self.poll_shipbob, self.poll_gp, skew)
        world.on_seen = self._seen
        world.hand_out_again = self._hand_out_again
        world.keep_connected.answer = lambda: world.kernel.after(1.0, self.keep_now)

    def number(self, what: str) -> int:
        """One more of that kind."""
        self._numbers[what] += 1
        return self._numbers[what]

    # Processes --------------------------------------------------------------------------------------------------------

    def invoke(
        self, function: str, flow: str, name: str, body: Callable[[Place], object], end: End | None = None
    ) -> None:
        """A run begins, in a process that is warm, or in a new one."""
        place = self._place(function)
        kernel = self.world.kernel
        run = Run(name, flow, place, kernel.now + LASTS[function], self.world.seed)
        self._runs.add(run)

        def ended(failure: BaseException | None) -> None:
            self._runs.discard(run)
            self.world.is_grant_doubtful |= failure is not None and place.is_holding_tokens
            if failure is not None and function != "operate" and not isinstance(failure, EXPECTED):
                self.world.violate(f"{name} raised {type(failure).__name__}: {failure}")
            if isinstance(failure, Crash):
                self.world.tell(f"{name} crashed: {failure}")
            elif place.generation == self.generation or self.world.kernel.now < self._both_until:
                self._idle.setdefault(function, []).append(place)
            if end is not None:
                end(failure)

        kernel.start(run, lambda: _discard(body(place)), ended)

    def _place(self, function: str) -> Place:
        idle = self._idle.setdefault(function, [])
        if self.world.kernel.now >= self._both_until:
            idle[:] = [place for place in idle if place.generation == self.generation]
        if idle:
            return idle.pop(0)
        number = next(self._made)
        skew = random.Random(self.world.seed + number).uniform(-self._skew, self._skew)  # noqa: S311 - derived
        return Place(self.world, function, number, dt.timedelta(seconds=round(skew, 3)), self.generation)

    def deploy(self, overlap: float) -> None:
        """The next version of the code, with newer rows; for a while what is warm of the old one goes on."""
        self.generation += 1
        self._both_until = self.world.kernel.now + overlap

    # Queues -----------------------------------------------------------------------------------------------------------

    def pump(self, function: str) -> None:
        """Hand out what is visible, one message of a document at a time, while a slot is free."""
        queue = self.world.to_gp if function == "write_gp" else self.world.to_shipbob
        while self._busy[function] < self._slots[function] and (queued := queue.receive()) is not None:
            self._hand_out(function, queue, queued)
        self._wake_for(function, queue)

    def _hand_out(self, function: str, queue: MemoryQueue, queued: Queued) -> None:
        self._busy[function] += 1
        message = queued.message
        name = f"{function} {message.document} {self.number(f'{function} {message.document}')}"
        flow = WRITE_GP[message.document.kind].__name__ if function == "write_gp" else "send_receiving_order"
        self._received[name] = queue, queued
        self.world.tell(f"{name} begins: {message.reason}")

        def attempted(place: Place) -> None:
            answer = place.write_gp if function == "write_gp" else place.write_shipbob
            outcome = answer(message, place.ports)
            self.world.tell(f"{name} ends: {outcome}")

        def ended(failure: BaseException | None) -> None:
            self._busy[function] -= 1
            del self._received[name]
            if failure is None:
                queue.delete(queued)
            elif not isinstance(failure, Crash):
                self.world.tell(f"{name} raised {type(failure).__name__}: {failure}")
            self.wake(function)

        self.invoke(function, flow, name, attempted, ended)

    def wake(self, function: str, seconds: float = 0.05) -> None:
        """Look at the queue soon."""
        if function not in self._is_woken:
            self._is_woken.add(function)
            self.world.kernel.after(seconds, lambda: self._woken(function))

    def _woken(self, function: str) -> None:
        self._is_woken.discard(function)
        self.pump(function)

    def _wake_for(self, function: str, queue: MemoryQueue) -> None:
        """Come back when a message is visible again."""
        visible = queue.next_visible()
        if visible is None or self._busy[function] >= self._slots[function]:
            return
        second = second_of(visible)
        if second > self.world.kernel.now and self._pumps.get(function) != second:
            self._pumps[function] = second
            self.world.kernel.at(second, lambda: self.pump(function))

    def _hand_out_again(self, run: Run) -> None:
        """The message that the run works on is visible before it should be."""
        if run.name in self._received:
            queue, queued = self._received[run.name]
            queued.visible_at = self.world.clock.now()
            self.wake("write_gp" if queue is self.world.to_gp else "write_shipbob")

    # Schedules --------------------------------------------------------------------------------------------------------

    def _seen(self, run: Run, name: str, result: Any) -> None:
        if name == "queue.send":
            self.wake("write_gp")
            self.wake("write_shipbob")
        elif name in ("authority.refresh", "secret.store"):
            cast("Place", run.place).is_holding_tokens = name == "authority.refresh"
        elif name == "state.save":
            row: LedgerRow = result
            self.world.row_saved(cast("Place", run.place), row)
            if row.due_at is not None:
                self.sweep.want(second_of(row.due_at))
            if row.gate is not None or row.status is Status.REVIEW:
                self.sweep.want(self.world.kernel.now + 1)
        for seconds in SWEPT_LATER.get(name, ()):
            self.sweep.want(self.world.kernel.now + seconds)

    def _has_anything_to_sweep(self) -> bool:
        """Is something due, or before a gate, or to be told of, or released?"""
        now = self.world.clock.now() + dt.timedelta(seconds=self._skew)
        rows = self.world.state.rows.values()
        in_review = {(row.document, row.version) for row in rows if row.status is Status.REVIEW}
        keys = {key for row in rows for reason in row.reasons for key in reason.keys}
        news = in_review - self._told_of or any(key in self.world.state.mapped for key in keys)
        self._told_of = in_review
        return bool(news or self.world.alerts.kept) or any(row.is_due(now) or row.gate is not None for row in rows)

    def _want_next_sweep(self) -> None:
        now = self.world.kernel.now
        moments = [second_of(row.due_at) for row in self.world.state.rows.values() if row.due_at is not None]
        moments += [self._opens(row.gate) for row in self.world.state.rows.values() if row.gate is not None]
        if moments:
            self.sweep.want(max(min(moments), now + 1))

    def _opens(self, gate: Gate) -> float:
        standing = self.world.gates.stored
        if standing.is_open(gate, self.world.terms, self.world.clock.now()):
            return 0.0
        if gate not in NEIGHBOURS:
            return math.inf if gate is not Gate.QUIET_HOURS else self.world.kernel.now + HOUR
        health = standing.of(gate)
        asked = [health.next_probe, health.probing.until if health.probing else None]
        return max((second_of(moment) for moment in asked if moment is not None), default=0.0)

    def restart(self) -> None:
        """Whatever ran is ended; every process is new."""
        self._idle.clear()
        for run in list(self._runs):
            run.is_over = True

    def keep_now(self) -> None:
        """Somebody wakes the function that keeps the token."""
        number = self.number("keep_connected, rung")
        name = f"keep_connected, rung {number}"
        self.invoke("keep_connected", "keep_connected", name, lambda place: self._keep(place, name))

    def _keep(self, place: Place, name: str) -> None:
        """A person who is told that the connection needs repair sees to it."""
        if place.keep(place.ports, name).counted.get("NeedsRepair"):
            self.world.kernel.aside(self.on_alarm)
        if place.is_holding_tokens and not self.world.is_grant_doubtful:
            self.world.violate(f"{name} ends well, and ShipBob's new tokens are in its memory alone")

    def want_refresh(self) -> None:
        """Wanted shortly before the token ends; every five minutes while it has ended or is asked for."""
        expires = self.world.shipbob_secret.grant.expires_at
        if expires is not None:
            self.keep_connected.want(max(second_of(expires) - 15 * MINUTE, self.world.kernel.now + 1))
        elif self.world.token_rows.stored.asked_at is not None:
            self.keep_connected.want(self.world.kernel.now + 1)

    # The door ---------------------------------------------------------------------------------------------------------

    def deliver(self, topic: str, document: DocumentId, seconds: float, tries: int = 0, identifier: str = "") -> None:
        """ShipBob delivers so many seconds from now; what is not answered with 2xx comes again, with its id."""
        identifier = identifier or f"delivery-{self.number('delivery')}"

        def arrive() -> None:
            name = f"receive_webhook {identifier} {tries + 1}"
            delivery = a_delivery(identifier, document, topic)

            def ended(failure: BaseException | None) -> None:
                if failure is not None and tries < len(RETRIED_AFTER):
                    self.deliver(topic, document, RETRIED_AFTER[tries], tries + 1, identifier)

            self.invoke(
                "receive_webhook",
                "receive_webhook",
                name,
                lambda place: receive_delivery(delivery, place.ports),
                ended,
            )

        self.world.kernel.after(seconds, arrive)

    # People at the command line ---------------------------------------------------------------------------------------

    def command(
        self,
        what: str,
        deed: Callable[[Place], object],
        tries: int = 3,
        then: Callable[[], object] = lambda: None,
    ) -> None:
        """An operator's command; whoever sees it fail tries again in a few minutes. `then`: what follows from it."""
        name = f"operate {self.number('operate')}"
        self.world.tell(f"{name}: {what}")

        def ended(failure: BaseException | None) -> None:
            if failure is not None and not isinstance(failure, ValueError) and tries > 1:
                self.world.kernel.after(3 * MINUTE, lambda: self.command(what, deed, tries - 1, then))
            else:
                then()

        self.invoke("operate", "operate", name, deed, ended)


def _discard(_result: object) -> None:
    """What a run returns goes into its platform's log."""
