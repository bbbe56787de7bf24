"""Schedule: new and changed ShipBob orders since the last run become hints on the queue."""

from bridge import runtime
from bridge.aws.entrypoint import schedule
from bridge.flows.poll_orders import poll_orders

handle = schedule(poll_orders, runtime.ports)
