"""Schedule: what is due goes back onto the queue, and so does every review whose last missing key has been mapped."""

from bridge import runtime
from bridge.aws.entrypoint import schedule
from bridge.flows.sweep import sweep

handle = schedule(sweep, runtime.ports)
