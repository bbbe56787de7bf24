"""A witness of ShipBob's developer API, 2026-07: written from what ShipBob publishes, ignorant of the bridge."""

from local.shipbob.account import Account, NotPossibleError, NotThereError
from local.shipbob.clock import ManualClock, RealClock
from local.shipbob.defects import Defects
from local.shipbob.deliveries import Mishaps
from local.shipbob.orders import Label, NewOrder
from local.shipbob.returns import NewReturn, ReturnLine, Taken
from local.shipbob.simulator import ShipBobSimulator

__all__ = [
    "Account",
    "Defects",
    "Label",
    "ManualClock",
    "Mishaps",
    "NewOrder",
    "NewReturn",
    "NotPossibleError",
    "NotThereError",
    "RealClock",
    "ReturnLine",
    "ShipBobSimulator",
    "Taken",
]
