"""What a person keyed in GP before the cut-over, taken for the bridge's own; or their word that there is none."""

from __future__ import annotations

import dataclasses

from bridge.console import replaying
from bridge.domain.document import DocumentId, DocumentKind
from bridge.domain.sales_document import SalesOrder
from bridge.flows.adopting import ADOPTED
from bridge.ports import Ports
from bridge.protocols.ledger import NONE_IN_GP, LedgerRow


def adopt(ports: Ports, document: DocumentId, number: str, by: str, why: str) -> LedgerRow:
    """Go on with sales order `number` as this order's own, or with none; the row as it stands then.

    The document is looked at again at once: whatever ShipBob says otherwise of it is a review, and what ships from now
    on is written onto it. A ValueError says why it cannot be.
    """
    row = _open(ports, document, why)
    if number.strip().casefold() == NONE_IN_GP:
        row = dataclasses.replace(row, adopted=NONE_IN_GP)
    else:
        present = _present(ports, number.strip())
        row = dataclasses.replace(
            row,
            adopted=present.number,
            number=present.number,
            was_seen_in_gp=True,
            fingerprint=ADOPTED,
            draft_batch=present.batch,
            draft_hold=ports.terms.orders.draft_hold,
        )
        ports.state.remember_aliases(document, [present.number])
    ports.audit.trail(document, by=by).record(ADOPTED, {"number": row.adopted, "why": why.strip()})
    saved = ports.state.save(row)
    replaying.replay_at_once(ports, [document], by, why)
    return saved


def _open(ports: Ports, document: DocumentId, why: str) -> LedgerRow:
    if not why.strip():
        raise ValueError("to adopt a document needs a reason")
    if document.kind is not DocumentKind.ORDER:
        raise ValueError(f"{document} is no order; orders alone are keyed by hand before the cut-over")
    row = ports.state.row(document)
    if row.fingerprint or row.intent is not None:
        raise ValueError(f"{document} is written in GP already, as {row.number}")
    return row


def _present(ports: Ports, number: str) -> SalesOrder:
    ports.gp.login()
    present = ports.gp.sales_order(number)
    if present is None:
        raise ValueError(f"GP has no sales order {number}")
    if present.is_voided:
        raise ValueError(f"{number} is voided in GP")
    return present
