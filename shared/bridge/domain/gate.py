"""What keeps documents back that have nothing wrong with them."""

from __future__ import annotations

from enum import StrEnum


class Gate(StrEnum):
    """A document that waits before one goes on by itself once it is open, in order of age."""

    DRY_RUN = "dry run"  # everything is decided, and nothing written
    PAUSE_OF_GP = "pause of GP"  # a person has stopped the writing to GP
    PAUSE_OF_SHIPBOB = "pause of ShipBob"
    QUIET_HOURS = "quiet hours"  # GP is left alone for some hours of its day
    GP = "GP"  # GP is down
    SHIPBOB = "ShipBob"  # ShipBob is down


NEIGHBOURS = (Gate.GP, Gate.SHIPBOB)
PAUSES = (Gate.PAUSE_OF_GP, Gate.PAUSE_OF_SHIPBOB)
BY_CHOICE = frozenset({Gate.DRY_RUN, *PAUSES})  # for as long as the company likes: no outage, so no patience ends
