"""One process of a function: what it keeps from one run to the next, and its own clock."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, cast

from bridge.domain.terms import Terms
from bridge.flows.attempt import attempt
from bridge.flows.bearing import Bearing
from bridge.flows.keep_connected import KeepConnected
from bridge.ports import Ports

from local.memory.tokens import MemorySecret
from local.memory.world import SETTLE_TIME, WRITE_GP, WRITE_SHIPBOB
from local.storm.neighbours import TrueClock

if TYPE_CHECKING:
    from local.storm.world import World

FROM_QUEUE = frozenset({"write_gp", "write_shipbob"})
SHARED = (
    "gp shipbob webhooks state audit gates permits to_gp to_shipbob dead_letters token_rows webhook_secret"
    " subscription_rows expectations authority keep_connected stock_poll alerts notices"
).split()


class Place:
    """One process of a function, warm between its runs: what it has cached, and its own clock."""

    def __init__(self, world: World, function: str, number: int, skew: dt.timedelta, generation: int) -> None:
        self.name = f"{function}-{number}"
        self.function = function
        self.world = world
        self.generation = generation  # of the code that it runs
        self.clock = TrueClock(world.kernel)
        self.clock.skew = skew
        self.terms: Terms = world.terms
        self.settle_time = SETTLE_TIME
        for name in SHARED:
            setattr(self, name, getattr(world, name))
        self.shipbob_in_background = world.shipbob
        self.shipbob_secret: MemorySecret = world.shipbob_secret.another()
        self.gp_secret: MemorySecret = world.gp_secret.another()
        self.bearing = Bearing(self.shipbob_secret, world.token_rows, world.keep_connected, self.clock.now)
        self.logged_in = ""  # with which version of the secret
        self.logins = 0
        self.is_holding_tokens = False  # that ShipBob gave it, and that are stored nowhere yet
        self.write_gp = attempt(WRITE_GP)
        self.write_shipbob = attempt(WRITE_SHIPBOB)
        self.keep = KeepConnected()

    @property
    def ports(self) -> Ports:
        return cast("Ports", self)

    @property
    def is_woken_by_a_queue(self) -> bool:
        return self.function in FROM_QUEUE
