"""HTTP API `POST /webhooks/shipbob`: a delivery from ShipBob is verified and becomes a hint on the queue."""

from bridge import runtime
from bridge.aws.entrypoint import http_door
from bridge.flows.receive_delivery import receive_delivery

handle = http_door(receive_delivery, runtime.ports)
