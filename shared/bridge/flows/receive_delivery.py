"""A delivery at the webhook door ⇒ a hint on the queue. Nothing is read or written anywhere else."""

from __future__ import annotations

from bridge.domain.message import Message
from bridge.neighbours import Delivery, Hint
from bridge.ports import Ports


def receive_delivery(delivery: Delivery, ports: Ports) -> Hint:
    """Verify, and pass on what it points at. The webhook-id is the same over retries, so the queue drops repeats."""
    now = ports.clock.now()
    hint = ports.webhooks.open(delivery, now)
    if hint.document is not None:
        message = Message(hint.document, f"webhook {hint.topic}", hint.delivery_id, now)
        ports.to_gp.send([(message, hint.delivery_id)])
    return hint
