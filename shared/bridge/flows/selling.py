"""Which document in GP sold what came back: found by the shipment that ShipBob says it was of."""

from __future__ import annotations

from bridge.domain.document import DocumentId, DocumentKind
from bridge.domain.outcome import NeedsReview, Reason, Waiting
from bridge.domain.returns import Return
from bridge.domain.sales_document import SalesDocument, SalesLine
from bridge.flows import locate
from bridge.flows.attempt import Work
from bridge.mapping.crediting import Sale
from bridge.protocols.ledger import IN_THE_AIR, LedgerRow

BY_HAND = "Enter {number} as a sales return in GP by hand, or nothing if the customer is not to be credited"


def sale_of(work: Work, returned: Return) -> Sale | NeedsReview | Waiting:
    """The invoice of the shipment where there is one, else the order; with what other returns credit of it."""
    order = _order_of(work, returned)
    if order is None:
        return _not_found(work, returned)
    row = work.ports.state.row(order)
    if not row.fingerprint:
        return _not_in_gp(work, row)
    document = _document(work, row, returned.shipment)
    if document is None:
        text = f"{row.number} is no longer among GP's sales documents: nothing tells the price to credit"
        return _by_hand(work, text)
    credited = _credited_by_others(work, order)
    return credited if isinstance(credited, Waiting) else Sale(document, credited)


def _order_of(work: Work, returned: Return) -> DocumentId | None:
    """By the shipment, which was read with its order once; else by asking ShipBob."""
    if returned.shipment is None:
        return None
    found = work.ports.state.find(locate.alias(returned.shipment))
    orders = [each for each in found if each.kind is DocumentKind.ORDER]
    if len(orders) == 1:
        return orders[0]
    order_id = work.ports.shipbob.order_of_shipment(returned.shipment)
    return None if order_id is None else DocumentId(DocumentKind.ORDER, order_id)


def _not_found(work: Work, returned: Return) -> NeedsReview:
    if returned.shipment is None:
        return _by_hand(work, "ShipBob does not say which shipment came back: there is no price to credit")
    return _by_hand(work, f"ShipBob shows no order with shipment {returned.shipment}: there is no price to credit")


def _not_in_gp(work: Work, row: LedgerRow) -> NeedsReview | Waiting:
    if row.version and not row.is_finished:
        return Waiting(f"{row.document} is not in GP yet, and tells the price to credit")
    text = (
        f"ShipBob's {row.document} is not in GP by the bridge, such as one from before the cut-over: no price to credit"
    )
    return _by_hand(work, text)


def _by_hand(work: Work, text: str) -> NeedsReview:
    return NeedsReview((Reason(text, BY_HAND.format(number=work.row.number)),))


def _document(work: Work, row: LedgerRow, shipment: int | None) -> SalesDocument | None:
    gp = work.ports.gp
    invoices = [part.number for part in row.parts if part.key == str(shipment)]
    invoice = gp.sales_invoice(invoices[0]) if invoices else None
    return invoice or gp.sales_order(row.number)


def _credited_by_others(work: Work, order: DocumentId) -> tuple[SalesLine, ...] | Waiting:
    """The lines of other returns of the order. This one is known as such before the others are looked for."""
    alias = f"return of {order}"
    work.ports.state.remember_aliases(work.message.document, [alias])
    others = [each for each in work.ports.state.find(alias) if each != work.message.document]
    lines: list[SalesLine] = []
    for row in map(work.ports.state.row, others):
        if row.status in IN_THE_AIR:
            return Waiting(f"{row.document} of the same order is being written")
        present = work.ports.gp.sales_return(row.number) if row.fingerprint else None
        lines += present.lines if present and not present.is_voided else ()
    return tuple(lines)
