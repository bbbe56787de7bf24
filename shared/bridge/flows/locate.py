"""A hint that names only a shipment ⇒ the hint its order should have had. Looks up and passes on; never writes."""

from __future__ import annotations

from bridge.domain import topics
from bridge.domain.document import DocumentId, DocumentKind
from bridge.domain.message import Message
from bridge.domain.outcome import Done, Outcome, Unchanged, Waiting
from bridge.flows.attempt import Work


def locate(work: Work) -> Outcome:
    """Find the shipment's order and put a hint into that order's own group."""
    document = _known(work)
    if document is None:
        if topics.topic_of(work.message.reason) in topics.CHANGES_NOTHING:
            return Unchanged("of no order that the bridge knows, and it changes nothing in GP")
        document = _asked_for(work)
    if document is None:
        return Waiting("ShipBob does not show the shipment yet")
    found = Message(document, work.message.reason, work.message.origin, work.message.seen_at)
    work.ports.to_gp.send([(found, f"located/{work.message.origin}/{document}")])
    return Done(f"belongs to {document}")


def _known(work: Work) -> DocumentId | None:
    """The order that was read with this shipment once; no call."""
    orders = [each for each in work.ports.state.find(alias(work.message.document.number)) if _is_order(each)]
    return orders[0] if len(orders) == 1 else None


def _asked_for(work: Work) -> DocumentId | None:
    order_id = work.ports.shipbob.order_of_shipment(work.message.document.number)
    return None if order_id is None else DocumentId(DocumentKind.ORDER, order_id)


def _is_order(document: DocumentId) -> bool:
    return document.kind is DocumentKind.ORDER


def alias(shipment_id: int) -> str:
    """What an order is found by that holds the shipment."""
    return f"shipment/{shipment_id}"
