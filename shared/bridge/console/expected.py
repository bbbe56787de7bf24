"""What ShipBob was asked for and is expected to do, free of any front end: listed, and withdrawn by a person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bridge.console import replaying
from bridge.domain.correction import ExpectedCorrection
from bridge.domain.document import DocumentId
from bridge.mapping import asking
from bridge.ports import Ports
from bridge.protocols import expectation
from bridge.protocols.ledger import LedgerRow


@dataclass(frozen=True, slots=True)
class Sought:
    """Which of it: of this item, at this site, asked for by this document; all there is where nothing is said."""

    item: str = ""
    site: str = ""
    document: DocumentId | None = None

    def takes(self, row: ExpectedCorrection) -> bool:
        """Is all of it so of the row? Items and sites are told as GP tells them, in letters great or small."""
        has_item = self.item.strip().casefold() in ("", row.item.casefold())
        has_site = self.site.strip().casefold() in ("", row.site.casefold())
        return has_item and has_site and self.document in (None, row.document)


def awaited(ports: Ports, sought: Sought) -> list[ExpectedCorrection]:
    """What ShipBob is still to do, that which was asked for first."""
    now = ports.clock.now()
    found = [row for row in ports.expectations.all() if row.is_awaited(now) and sought.takes(row)]
    return sorted(found, key=lambda row: (row.asked_at, row.id))


def of_document(ports: Ports, row: LedgerRow) -> list[ExpectedCorrection]:
    """What ShipBob is still to do of what a document asked for; without a look where it asked for nothing."""
    if not any(part.key.startswith(asking.EXPECTED) for part in row.parts):
        return []
    return awaited(ports, Sought(document=row.document))


def to_withdraw(ports: Ports, named: str) -> list[ExpectedCorrection]:
    """What is withdrawn of that id, or of all that the document of that name asked for; nothing where it was before.

    A ValueError where it is not known, is answered, or has ended.
    """
    every = ports.expectations.all()
    found = [row for row in every if row.id == named] or [row for row in every if str(row.document) == named]
    if not found:
        raise ValueError(f"nothing is expected as {named}; gp-shipbob expected lists what is")
    now = ports.clock.now()
    open_ = [row for row in found if row.is_awaited(now)]
    if not open_ and not any(row.withdrawn_at for row in found):
        expectation.withdrawn(found[0], now)  # says why it cannot be
    return open_


def withdraw(ports: Ports, rows: Sequence[ExpectedCorrection], by: str, why: str) -> None:
    """No event answers them any more. Who said so and why is in the trail of each document that asked."""
    if not why.strip():
        raise ValueError("to withdraw what is expected needs a reason")
    for row in rows:
        facts = {"correction": asking.said(row), "id": row.id, "answered": f"{row.quantity - row.remaining:+f}"}
        ports.audit.trail(row.document, by).record("withdrawn by a person", facts | {"why": why.strip()})
        ports.expectations.save(expectation.withdrawn(row, ports.clock.now()))


def withdraw_and_look(ports: Ports, rows: Sequence[ExpectedCorrection], by: str, why: str) -> None:
    """The same; and the documents that asked are looked at again at once, so that their reviews end."""
    withdraw(ports, rows, by, why)
    replaying.replay_at_once(ports, list(dict.fromkeys(row.document for row in rows)), by, why)
