"""Schedule: stock that moved in GP since the last run becomes hints on the queue to ShipBob."""

from bridge import runtime
from bridge.aws.entrypoint import schedule
from bridge.flows.poll_gp import poll_gp

handle = schedule(poll_gp, runtime.ports)
