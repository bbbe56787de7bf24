"""Orders that were open at the cut-over: a person may have keyed one in GP before the bridge came.

One that has the customer and the customer PO of an order from before the cut-over is not created a second time: a
person says whether it is the same, and then the bridge goes on with it, or creates its own.
"""

from __future__ import annotations

from bridge.domain.order import Order
from bridge.domain.outcome import NeedsReview, Reason
from bridge.domain.sales_document import SalesDocumentType, SalesOrder
from bridge.flows.attempt import Work
from bridge.mapping.comparing import contradictions
from bridge.protocols.ledger import NONE_IN_GP

KEYED = frozenset({SalesDocumentType.ORDER, SalesDocumentType.INVOICE, SalesDocumentType.BACKORDER})
CAUSE = "keyed by hand"
ADOPTED = "adopted by a person"  # the fingerprint of nothing that was ever written: the next look compares it all


def keyed_by_hand(work: Work, order: Order, wanted: SalesOrder) -> NeedsReview | None:
    """Before the first create, and only for an order bought before the cut-over: what looks like it in GP already.

    None: nothing does, or a person has said that none of it is this order.
    """
    is_later = order.purchased_at >= work.ports.terms.cut_over
    if is_later or work.row.adopted == NONE_IN_GP or work.row.intent is not None or not wanted.customer_po:
        return None
    work.ports.gp.login()
    found = work.ports.gp.sales_documents(wanted.customer, wanted.customer_po)
    alike = sorted((each for each in found if each.type in KEYED and each.number != wanted.number), key=str)
    work.record("looked in GP", {"for": "what was keyed by hand", "found": ", ".join(each.number for each in alike)})
    if not alike:
        return None
    document = work.message.document
    work.ports.state.remember_aliases(document, [each.number for each in alike])
    told = " and ".join(f"{each.type} {each.number} over {each.total:.2f} in batch {each.batch}" for each in alike)
    first = next((each.number for each in alike if each.type is SalesDocumentType.ORDER), "")
    adopt = f"adopt it: gp-shipbob adopt {document} {first} --why …; or " if first else ""
    text = f"{wanted.customer_po} of {wanted.customer} looks as if it was keyed by hand before the cut-over: {told}"
    fix = f"Look at it in GP, then {adopt}have the order created all the same: gp-shipbob adopt {document} none --why …"
    return NeedsReview((Reason(text, fix, cause=CAUSE),))


def contradicted(work: Work, wanted: SalesOrder) -> NeedsReview | None:
    """Before anything is written onto a document that was just adopted: where it is not what ShipBob says."""
    if work.row.fingerprint != ADOPTED:
        return None
    work.ports.gp.login()
    present = work.ports.gp.sales_order(wanted.number)
    if present is None:
        return None  # it has moved on, which is told as of any other
    fix = f"Correct {wanted.number} in GP, or the order in ShipBob"
    reasons = tuple(Reason(text, fix, cause=CAUSE) for text in contradictions(present, wanted))
    return NeedsReview(reasons) if reasons else None
