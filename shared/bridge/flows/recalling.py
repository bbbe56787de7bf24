"""What a document's trail shows of it, where a person has asked for that to be gone by and not what ShipBob shows now.

An old image must never undo what a newer one has led to: only the newest in the trail is gone by. A read that found the
document gone leaves none, so what ShipBob has archived can still be decided on as it was shown last.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from bridge.domain.document import DocumentId, DocumentKind
from bridge.domain.message import Snapshot
from bridge.domain.order import Order
from bridge.domain.outcome import Transient
from bridge.ports import Ports
from bridge.protocols.trail import Entry

READ = "read from ShipBob"  # what the trail says where the document's image is with it
RECALLED = "as recorded"  # and where such an image was gone by, or why it was not
KINDS = (DocumentKind.ORDER, DocumentKind.RETURN, DocumentKind.RECEIVING)


class NotGoneBy(ValueError):
    """Why an image is not gone by, in words for whoever asked for it."""


def recall(ports: Ports, document: DocumentId, entry: int) -> Snapshot:
    """What that entry of the trail shows of the document; `NotGoneBy` unless it is the newest that does."""
    newest = newest_read(ports, document)
    if entry > newest.number:
        raise NotGoneBy(f"entry {entry} of its trail shows no image of it, the newest that does is {newest.number}")
    if entry < newest.number:
        raise NotGoneBy(f"read again at {newest.at:%Y-%m-%d %H:%M:%S} UTC, entry {newest.number}")
    image = ports.audit.payload(document, newest.payload_digest) if newest.payload_digest else None
    if image is None:
        raise NotGoneBy(f"the image of entry {newest.number} is no longer kept")
    return Snapshot(image, newest.at, newest.at)


def newest_read(ports: Ports, document: DocumentId) -> Entry:
    """The newest entry of its trail that shows the document; `NotGoneBy` where none does."""
    if document.kind not in KINDS:
        raise NotGoneBy(f"no image of ShipBob's is kept of it, only of {', '.join(KINDS)}; replay it as it is now")
    reads = [each for each in ports.audit.entries(document) if each.what == READ]
    if not reads:
        raise NotGoneBy("its trail holds no image of it")
    return reads[-1]


def check(ports: Ports, document: DocumentId, image: bytes) -> None:
    """`NotGoneBy` where the image tells less than the read did that led to it."""
    try:
        shown = _reader(ports, document.kind)(image)
    except Transient:
        raise NotGoneBy("this version cannot read the image") from None
    if isinstance(shown, Order) and shown.leaves_out_quantities:
        raise NotGoneBy("the image leaves out quantities, which were asked for apart")


def _reader(ports: Ports, kind: DocumentKind) -> Callable[[bytes], object]:
    shipbob = ports.shipbob
    readers: Mapping[DocumentKind, Callable[[bytes], object]] = {
        DocumentKind.ORDER: shipbob.order_in,
        DocumentKind.RETURN: shipbob.return_in,
        DocumentKind.RECEIVING: shipbob.receiving_order_in,
    }
    return readers[kind]
