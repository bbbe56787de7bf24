"""A hint that names only a shipment ⇒ the hint its order should have had. Looks up and passes on; never writes."""

from __future__ import annotations

from bridge.domain.document import DocumentId, DocumentKind
from bridge.domain.message import Message
from bridge.domain.outcome import Done, Outcome, Waiting
from bridge.flows.attempt import Work


def locate(work: Work) -> Outcome:
    """Find the shipment's order and put a hint into that order's own group."""
    order_id = work.ports.shipbob.order_of_shipment(work.message.document.number)
    if order_id is None:
        return Waiting("ShipBob does not show the shipment yet")
    document = DocumentId(DocumentKind.ORDER, order_id)
    found = Message(document, work.message.reason, work.message.origin, work.message.seen_at)
    work.ports.to_gp.send([(found, f"located/{work.message.origin}/{document}")])
    return Done(f"belongs to {document}")
