"""Schedule, and whoever meets a refused token: the one function that refreshes the ShipBob token.

It also keeps the webhook subscriptions alive.
"""

from bridge import runtime
from bridge.aws.entrypoint import schedule
from bridge.flows.keep_connected import KeepConnected

handle = schedule(KeepConnected(), runtime.ports)
