"""Schedule: what is new or has changed at ShipBob since the last run becomes hints on the queue."""

from bridge import runtime
from bridge.aws.entrypoint import schedule
from bridge.flows.poll_shipbob import poll_shipbob

handle = schedule(poll_shipbob, runtime.ports)
