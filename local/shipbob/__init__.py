"""A witness of ShipBob's developer API, 2026-07: written from what ShipBob publishes, ignorant of the bridge."""

from local.shipbob.account import Account, NotPossibleError, NotThereError
from local.shipbob.clock import ManualClock, RealClock
from local.shipbob.orders import Label, NewOrder
from local.shipbob.simulator import ShipBobSimulator

__all__ = [
    "Account",
    "Label",
    "ManualClock",
    "NewOrder",
    "NotPossibleError",
    "NotThereError",
    "RealClock",
    "ShipBobSimulator",
]
