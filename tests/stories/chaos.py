"""Chaos on the real parts: processes killed, connections cut, machines gone, disks put back, at points from a seed.

The seed settles what is done and in which order; what each of it meets depends on the machine, as it would anywhere.
A neighbour that is gone keeps its books, as GP keeps them in its database: its simulator is not killed but taken off
the net, with every connection cut.
"""

from __future__ import annotations

import contextlib
import os
import random
import signal
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

import httpx

from local.cloud import backups
from local.cloud.backups import Backup
from local.world import World

type Act = Callable[[], str]

FUNCTIONS = ("ReceiveWebhook", "PollShipBob", "PollGp", "WriteGp", "WriteShipBob", "Sweep")
CALLS_GP = ("WriteGp", "PollGp", "WriteShipBob")
# The function, and the AWS call in which it dies: where State, Audit and the queues change hands.
AWS_POINTS = (
    ("WriteGp", "dynamodb", "PutItem", ""),
    ("WriteGp", "dynamodb", "PutItem", '"sending"'),
    ("WriteGp", "dynamodb", "PutItem", '"fingerprint"'),
    ("WriteShipBob", "dynamodb", "PutItem", ""),
    ("WriteShipBob", "dynamodb", "PutItem", '"sending"'),
    ("PollShipBob", "dynamodb", "PutItem", "cursor#"),
    ("PollShipBob", "sqs", "SendMessageBatch", ""),
    ("PollGp", "dynamodb", "PutItem", "cursor#"),
    ("Sweep", "sqs", "SendMessageBatch", ""),
)
GP_WRITES = ("CreateSalesOrder", "UpdateSalesOrder", "CreateInventoryAdjustment")
SHIPBOB_FAULTS = ("hang_up", "hang_up_after", "half", "truncated", "not_json", "503", "login")
WHEN: tuple[Literal["before", "after"], ...] = ("before", "after")
AWAY_FOR = 2  # deeds of the day


@dataclass
class Chaos:
    """`told` is the story so far: what the day did, and what was done to it."""

    world: World
    seed: int
    told: list[str] = field(default_factory=list, init=False)
    is_state_restored: bool = field(default=False, init=False)

    def __post_init__(self) -> None:
        self._began = time.monotonic()
        self._chance = random.Random(self.seed)  # noqa: S311 - chance, not secrecy
        self._away: dict[str, tuple[int, Callable[[], None]]] = {}
        self._backup: Backup | None = None
        self._traps = Traps(self.world, self.tell)
        self._acts: tuple[tuple[int, Act], ...] = (
            (5, self._trap_in_aws),
            (4, self._trap_in_gp),
            (4, self._cut_gp),
            (4, self._cut_shipbob),
            (2, self._kill_now),
            (2, self._gp_gone),
            (2, self._shipbob_gone),
            (1, self._lose_webhooks),
            (1, self._power_cut),
            (1, self._state_restored),
        )

    def __enter__(self) -> Chaos:
        self._traps.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.calm()

    def tell(self, what: str) -> None:
        """Add to the story."""
        self.told.append(f"{time.monotonic() - self._began:6.1f} s  {what}")

    @property
    def story(self) -> str:
        """For whoever has to find out how a day went wrong."""
        return "\n".join([f"The day of seed {self.seed}:", *self.told])

    def strike(self) -> None:
        """One act more; and whoever has been away for long enough is back."""
        self._come_back()
        weights, acts = zip(*self._acts, strict=True)
        (act,) = self._chance.choices(acts, weights)
        self.tell(f"    chaos: {act()}")

    def calm(self) -> None:
        """No further fault, nothing held, and everybody is there again."""
        self._traps.stop()
        for _, come_back in self._away.values():
            come_back()
        self._away.clear()
        self.world.gp.stops.clear()
        self.world.shipbob.faults.clear()
        self.world.cloud.breakpoints.clear()

    def keep_backup(self) -> None:
        """Take the backup from which State may be restored."""
        self._backup = backups.take(self.world.cloud, self.world.outputs["StateTable"])

    # The acts. What chance decides is drawn at once: a seed's acts do not depend on how far anything has got

    def _trap_in_aws(self) -> str:
        function, service, operation, contains = self._chance.choice(AWS_POINTS)
        when, skip = self._chance.choice(WHEN), self._chance.randrange(4)
        self._traps.takes_effect[function] = self._chance.random() < 0.5
        self.world.cloud.breakpoints.stop(
            service,
            operation,
            function=function,
            contains=contains,
            when=when,
            skip=skip,
        )
        which = f"{operation}{f' of {contains}' if contains else ''}"
        return f"{function} will be killed {when} its {service} {which}, {skip} let through"

    def _trap_in_gp(self) -> str:
        operation = self._chance.choice(GP_WRITES)
        when = self._chance.choice(("before", "after", "replying"))
        self.world.gp.stops.add(operation, when, "hold", seconds=20)
        return f"whoever calls GP's {operation} will be killed: {when}"

    def _cut_gp(self) -> str:
        operation = self._chance.choice((*GP_WRITES, "*", "*"))
        when = self._chance.choice(("before", "after", "replying", "bare"))
        self.world.gp.stops.add(operation, when, "drop")
        return f"GP's connection will be cut in {operation}: {when}"

    def _cut_shipbob(self) -> str:
        operation = self._chance.choice(("*", "*", "GET /order/{orderId}", "POST /receiving"))
        do = self._chance.choice(SHIPBOB_FAULTS)
        self.world.shipbob.faults.add(operation, do)
        return f"ShipBob will answer {operation} with {do}"

    def _kill_now(self) -> str:
        function = self._chance.choice(FUNCTIONS)
        return f"{self.world.cloud.breakpoints.kill_functions(function)} processes of {function} are killed"

    def _gp_gone(self) -> str:
        self._leave("GP", self.world.gp.offline, self.world.gp.online)
        return "GP is gone, its connections cut"

    def _shipbob_gone(self) -> str:
        self._leave("ShipBob", self.world.shipbob.offline, self.world.shipbob.online)
        return "ShipBob is gone, its connections cut"

    def _lose_webhooks(self) -> str:
        self.world.shipbob.webhooks.drop(count := self._chance.randrange(1, 4))
        return f"the next {count} webhooks are lost"

    def _power_cut(self) -> str:
        """All of it goes back by up to a second: State, Audit and queues at one moment."""
        self.world.cloud.kill()
        self.world.cloud.start()
        return "the power goes: every function and the cloud, which is as it was when it last saved"

    def _state_restored(self) -> str:
        """State alone goes back, to where the last backup was taken; the queues and Audit are of now."""
        self.world.cloud.stop()
        if self._backup is not None:
            backups.put_back(self.world.cloud, self.world.outputs["StateTable"], self._backup)
            self.is_state_restored = True
        self.world.cloud.start()
        was = "as it was at the backup" if self.is_state_restored else "as it is: there is no backup yet"
        return f"the cloud is stopped, and started with State {was}"

    # Being away

    def _leave(self, who: str, go: Callable[[], None], come_back: Callable[[], None]) -> None:
        go()
        self._away[who] = AWAY_FOR, come_back

    def _come_back(self) -> None:
        for who, (deeds, come_back) in list(self._away.items()):
            self._away[who] = deeds - 1, come_back
            if deeds <= 1:
                come_back()
                del self._away[who]
                self.tell(f"    chaos: {who} is back")


class Traps:
    """Kills whoever comes to a point that is held, from a thread of its own, and lets the point go.

    `takes_effect`: of a function killed before an AWS call took effect, whether it does all the same.
    """

    def __init__(self, world: World, tell: Callable[[str], None]) -> None:
        self._world = world
        self._tell = tell
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self.takes_effect: dict[str, bool] = {}

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._over.set()
        self._thread.join(10)

    def _watch(self) -> None:
        while not self._over.wait(0.05):
            with contextlib.suppress(httpx.HTTPError):  # while the cloud is down nobody is held
                self._at_aws()
                self._at_gp()

    def _at_aws(self) -> None:
        points = self._world.cloud.breakpoints
        for held in points.reached(0):
            _kill(held.pid)
            takes_effect = any(effect for name, effect in self.takes_effect.items() if name in (held.function or ""))
            points.release(held, abandon=not takes_effect)
            became = "which takes effect" if takes_effect or held.when == "after" else "which never takes effect"
            self._tell(f"    trap: {held.function} dies {held.when} {held.operation}, {became}")

    def _at_gp(self) -> None:
        if held := self._world.gp.stops.wait_reached(0):
            busy = [each for each in self._world.cloud.breakpoints.processes() if each.busy]
            for process in busy:
                if any(name in process.function for name in CALLS_GP):
                    _kill(process.pid)
            self._world.gp.stops.release()
            self._tell(f"    trap: whoever was in GP's {held[0].operation} dies, {held[0].when}")


def _kill(pid: int | None) -> None:
    with contextlib.suppress(ProcessLookupError):
        if pid is not None:
            os.kill(pid, signal.SIGKILL)
