"""Which queue a document's messages go onto: one queue for each writer."""

from __future__ import annotations

from collections.abc import Iterable

from bridge.domain.document import GP_KINDS, DocumentId
from bridge.domain.message import Message
from bridge.ports import Ports, Queue


def queue_of(ports: Ports, document: DocumentId) -> Queue:
    """ShipBob's documents are recorded in GP, GP's own are sent to ShipBob."""
    return ports.to_shipbob if document.kind in GP_KINDS else ports.to_gp


def send(ports: Ports, messages: Iterable[tuple[Message, str]]) -> None:
    """Put messages, each with its deduplication id, onto their documents' queues; all of them, or raise."""
    given = list(messages)
    for queue in (ports.to_gp, ports.to_shipbob):
        own = [(message, repeat) for message, repeat in given if queue_of(ports, message.document) is queue]
        if own:
            queue.send(own)
