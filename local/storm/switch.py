"""Every call of a port by a run: time goes by, others go on, and a fault may be due."""

from __future__ import annotations

import random
import zlib
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any, cast

from bridge.domain.outcome import Transient, Withheld
from bridge.protocols.ledger import LedgerRow

from local.memory.points import Calls, Crash
from local.storm.faults import WRITES_AT_NEIGHBOURS, Fault, failure
from local.storm.kernel import Run
from local.storm.place import Place

if TYPE_CHECKING:
    from local.storm.world import World

LATE_SECONDS_MAX = 540.0  # what GP still does after its caller has gone, it does within the settle time
HANGS_SECONDS = 20.0  # before a caller gives up
NOT_THERE_SECONDS = 2.0  # before a caller is told that nobody is there


class Switch(Calls):
    """Where runs take turns. What is called by no run, but by the world itself, just happens."""

    def __init__(self, world: World) -> None:
        super().__init__()
        self._world = world

    def run[R](self, name: str, effect: Callable[[], R]) -> R:
        world, run = self._world, self._world.kernel.current
        if run is None:
            return effect()
        if run.is_over:
            raise Crash("its ports are revoked")
        place = cast("Place", run.place)
        if (act := world.weather.cued_by(run)) is not None:
            world.kernel.after(0.0, partial(world.do, act))
        world.admit(place, name)
        run.calls += 1
        world.calls_made += 1
        fault = world.weather.fault_at(run, name, world.kernel.now, is_from_queue=place.is_woken_by_a_queue)
        world.kernel.wait(run.random.random() * world.pace)
        if name.startswith("gp."):
            result = world.calls_at_gp.make(run, name, lambda: self._made(run, name, effect, fault))
        else:
            result = self._made(run, name, effect, fault)
        world.on_seen(run, name, result)
        return cast("R", world.as_read_by(place, cast("LedgerRow", result))) if name == "state.row" else result

    def _made[R](self, run: Run, name: str, effect: Callable[[], R], fault: Fault | None) -> R:
        """The call itself, once its time has come."""
        if fault is not None:
            return cast("R", self._struck(run, name, effect, fault))
        self._refuse_where_shut(cast("Place", run.place), name)
        return effect()

    def _refuse_where_shut(self, place: Place, name: str) -> None:
        """Nobody is there, or the stack runs dry."""
        world = self._world
        if name in WRITES_AT_NEIGHBOURS and place.terms.is_dry_run and not name.startswith("authority."):
            raise Withheld(f"what {name} sends".encode(), name)
        if world.is_away(name):
            world.kernel.wait(NOT_THERE_SECONDS)
            raise Transient(f"nobody answers {name}")

    def _struck(self, run: Run, name: str, effect: Callable[[], Any], fault: Fault) -> Any:
        """The call, with its fault: what befalls it before, whether it is done, and what befalls it after."""
        world = self._world
        world.tell(f"{run.name}: {name}: {fault}")
        if name == "authority.refresh" and fault in (Fault.LOST, Fault.LATE):
            world.is_grant_doubtful = True  # ShipBob answers a refresh token once, whoever hears it
        chance = random.Random(world.seed ^ zlib.crc32(f"{run.name}#{run.calls}".encode()))  # noqa: S311 - derived
        self._before(run, name, fault, chance)
        self._refuse_where_shut(cast("Place", run.place), name)
        if fault is Fault.LATE:
            world.do_late(effect, chance.uniform(1, LATE_SECONDS_MAX))
        result = effect() if fault is not Fault.LATE else None
        if fault in (Fault.CRASH_AFTER, Fault.LOST):
            world.on_seen(run, name, result)
        if fault is Fault.CRASH_AFTER:
            raise Crash(fault)
        if fault in (Fault.LOST, Fault.LATE):
            world.kernel.wait(HANGS_SECONDS)
            raise failure(name, fault, chance)
        return result

    def _before(self, run: Run, name: str, fault: Fault, chance: random.Random) -> None:
        world = self._world
        match fault:
            case Fault.CRASH_AFTER | Fault.LOST | Fault.LATE:
                return
            case Fault.CRASH_BEFORE:
                raise Crash(fault)
            case Fault.SLOW:
                world.kernel.wait(chance.uniform(20, 200))
            case Fault.RIVAL:
                world.kernel.aside(lambda: world.rival(run, chance))
            case Fault.TWICE:
                world.kernel.aside(lambda: world.hand_out_again(run))
            case _:
                world.kernel.wait(HANGS_SECONDS if fault is Fault.TIMEOUT else 0.0)
                raise failure(name, fault, chance)
