"""ToShipBob.fifo: the only function that makes receiving orders at ShipBob. A hint names a stock document of GP's.

The document is read from GP, and ShipBob is brought to expect what it says. What only ShipBob's people can do becomes a
review with a finished request.
"""

from bridge import runtime
from bridge.aws.entrypoint import sqs_fifo
from bridge.domain.document import GP_KINDS
from bridge.flows.attempt import attempt
from bridge.flows.send_receiving_order import send_receiving_order

handle = sqs_fifo(attempt(dict.fromkeys(GP_KINDS, send_receiving_order)), runtime.ports_for)
