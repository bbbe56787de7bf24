"""Which of GP's stock documents ShipBob is to hear of at all, told by what a list shows of them."""

from __future__ import annotations

import re

from bridge.domain.document import NUMBER_LETTERS, DocumentId, DocumentKind
from bridge.domain.inventory import InventoryDocument, InventoryDocumentType, InventorySummary, TransactionState
from bridge.domain.terms import Terms, TransferTrigger

OURS = "written by the bridge itself: ShipBob has it already"

TYPES = {
    DocumentKind.ADJUSTMENT: InventoryDocumentType.ADJUSTMENT,
    DocumentKind.VARIANCE: InventoryDocumentType.VARIANCE,
    DocumentKind.TRANSFER: InventoryDocumentType.TRANSFER,
}
KINDS = {type_: kind for kind, type_ in TYPES.items()}


def document_id(document: InventoryDocument | InventorySummary) -> DocumentId:
    """What the bridge calls a document of GP's."""
    return DocumentId(KINDS[document.type], name=document.number)


def corrected_by(number: str) -> str:
    """The number that a document of that number corrects, as `SBR7-1` corrects `SBR7`; else its own."""
    return re.sub(r"-\d+$", "", number)


def not_told(document: InventoryDocument | InventorySummary, terms: Terms) -> str:
    """Why ShipBob is not to hear of the document; empty where it is."""
    if is_ours(document, terms.number_prefix):
        return OURS
    prefix = terms.sending.no_sync_batch_prefix
    if prefix and document.batch.upper().startswith(prefix.upper()):
        return f"its batch {document.batch} begins with {prefix}: it is not told to ShipBob"
    if document.date < terms.cut_over.astimezone(terms.zone).date():
        return "dated before the cut-over"
    if document.state is TransactionState.WORK and not _is_told_from_work(document, terms):
        return "not posted in GP yet: it is told to ShipBob once it is"
    return ""


def _is_told_from_work(document: InventoryDocument | InventorySummary, terms: Terms) -> bool:
    is_transfer = document.type is InventoryDocumentType.TRANSFER
    return is_transfer and terms.sending.trigger is TransferTrigger.WORK


def is_ours(document: InventoryDocument | InventorySummary, prefix: str) -> bool:
    """Did the bridge write it? Its numbers and its batches are like no others."""
    letters = "".join(NUMBER_LETTERS.values())
    ours = re.escape(prefix)
    is_our_number = re.fullmatch(rf"{ours}[{letters}]\d+\b.*", document.number)
    return bool(is_our_number or re.fullmatch(rf"{ours}[A-Z]\d{{6}}-\d+", document.batch))
