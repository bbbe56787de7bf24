"""What keeps documents back that have nothing wrong with them."""

from __future__ import annotations

from enum import StrEnum


class Gate(StrEnum):
    """A document that waits before one goes on by itself once it is open, in order of age."""

    DRY_RUN = "dry run"  # everything is decided, and nothing written
    PAUSE = "pause"  # a person has stopped the writing
    QUIET_HOURS = "quiet hours"  # GP is left alone for some hours of its day
    GP = "GP"  # GP is down
    SHIPBOB = "ShipBob"  # ShipBob is down


NEIGHBOURS = (Gate.GP, Gate.SHIPBOB)
BY_CHOICE = frozenset({Gate.DRY_RUN, Gate.PAUSE})  # for as long as the company likes: no outage, so no patience ends
