"""How all gates stand at one moment, as one read of the State table shows it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from bridge.domain.document import GP_KINDS, DocumentKind
from bridge.domain.gate import Gate
from bridge.domain.terms import Terms
from bridge.protocols.health import Health
from bridge.protocols.pause import Pause, Side
from bridge.protocols.quiet import quiet_until


@dataclass(frozen=True, slots=True)
class Standing:
    """The rows of the gates; of one that is not stored, as nobody ever wrote it."""

    gp: Health = field(default_factory=lambda: Health(Gate.GP))
    shipbob: Health = field(default_factory=lambda: Health(Gate.SHIPBOB))
    pause: Pause = field(default_factory=Pause)

    def of(self, neighbour: Gate) -> Health:
        """How a neighbour does."""
        return self.gp if neighbour is Gate.GP else self.shipbob

    def is_open(self, gate: Gate, terms: Terms, now: dt.datetime) -> bool:
        """May what waits at the gate go on?"""
        match gate:
            case Gate.DRY_RUN:
                return not terms.is_dry_run
            case Gate.PAUSE_OF_GP:
                return self.pause.of(Side.GP) is None
            case Gate.PAUSE_OF_SHIPBOB:
                return self.pause.of(Side.SHIPBOB) is None
            case Gate.QUIET_HOURS:
                return quiet_until(terms.quiet_hours, terms.zone, now) is None
            case Gate.GP | Gate.SHIPBOB:
                return not self.of(gate).is_down


def side_of(kind: DocumentKind) -> Side:
    """Where a document of that kind is written: ShipBob's in GP, GP's own at ShipBob."""
    return Side.SHIPBOB if kind in GP_KINDS else Side.GP
