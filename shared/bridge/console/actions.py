"""What an operator can do, free of any front end. Every action says who asked for it."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from bridge.console import expected, replaying
from bridge.domain.document import DocumentId, DocumentKind
from bridge.mapping import asking
from bridge.ports import Ports
from bridge.protocols import permit
from bridge.protocols import reviews as reviews_of
from bridge.protocols.alerts import Cause, causes
from bridge.protocols.ledger import LedgerRow
from bridge.protocols.permit import PermitRow, SecretVersion
from bridge.protocols.trail import Entry, first_break


@dataclass(frozen=True, slots=True)
class Trace:
    """One document's whole story. `broken_at` is the entry from which the chain cannot be trusted, if any."""

    row: LedgerRow
    entries: Sequence[Entry]
    broken_at: int | None


def reviews(ports: Ports) -> list[LedgerRow]:
    """What waits for a person, longest waiting first."""
    return sorted(ports.state.in_review(), key=lambda row: (row.opened_at is None, row.opened_at))


def find(ports: Ports, number: str) -> Sequence[DocumentId]:
    """The documents that carry a number: ShipBob's id of any kind, the shop's order number, GP's, a tracking number.

    A document that is named in full, as `order/250000001`, is taken at its word: its trail may be all there is of it.
    """
    if named := _document(number):
        return [named]
    by_name = filter(None, (_document(f"{kind}/{number.strip()}") for kind in DocumentKind))
    known = [document for document in by_name if ports.state.row(document).version]
    return list(dict.fromkeys([*known, *ports.state.find(number)]))


def _document(text: str) -> DocumentId | None:
    try:
        return DocumentId.parse(text)
    except ValueError:
        return None


def trace(ports: Ports, document: DocumentId) -> Trace:
    """The document's row and its audit trail, with the chain checked.

    The row first: what it says is in the trail before, so that no document is shown as done without the entry.
    """
    row = ports.state.row(document)
    entries = ports.audit.entries(document)
    return Trace(row, entries, first_break(entries))


def replay(ports: Ports, document: DocumentId, by: str, why: str) -> None:
    """Have one document looked at again, as it is now, at once. Who asked and why is in its trail."""
    replaying.replay_at_once(ports, [document], by, why)


class Requests(StrEnum):
    """What becomes of what ShipBob's people were asked for, when its review is closed."""

    KEEP = "keep"
    WITHDRAW = "withdraw"


def close(ports: Ports, document: DocumentId, by: str, why: str, requests: Requests | None = None) -> LedgerRow:
    """Say that a person has seen to the document as it stands: nothing is written for it until it changes.

    `requests` must be said where ShipBob is still expected to do something: whoever has sent the request closes its
    review, and so does whoever never will.
    """
    if not why.strip():
        raise ValueError("to close a review needs a reason")
    row = ports.state.row(document)
    ended = reviews_of.closed(row)
    if (awaited := expected.of_document(ports, row)) and requests is None:
        raise ValueError(
            f"ShipBob is still expected to do what {document} asked for: {'; '.join(map(asking.said, awaited))}. "
            "Has it been asked, add --requests keep; is it not to do that, add --requests withdraw"
        )
    if requests is Requests.WITHDRAW:
        expected.withdraw(ports, awaited, by, why)
    reasons = {f"reason {number}": reason.text for number, reason in enumerate(row.reasons, start=1)}
    ports.audit.trail(document, by).record("closed by a person", {"why": why.strip(), **reasons})
    return ports.state.save(ended)


def reopen(ports: Ports, document: DocumentId, by: str, why: str) -> None:
    """Take the closing back: the bridge sees to the document again, and at once."""
    if not why.strip():
        raise ValueError("to reopen a document needs a reason")
    row = ports.state.row(document)
    if not row.closed:
        raise ValueError(f"{document} was not closed by a person")
    ports.audit.trail(document, by).record("reopened by a person", {"why": why.strip()})
    ports.state.save(dataclasses.replace(row, closed="", due_at=ports.clock.now()))
    replay(ports, document, by, why.strip())


def by_cause(reviewed: Iterable[LedgerRow]) -> list[Cause]:
    """Documents in review by what they wait for: what most wait for first."""
    return sorted(causes(reviewed).values(), key=lambda cause: (-len(cause.documents), cause.since))


def cause_summary(cause: Cause) -> dict[str, object]:
    """A cause in plain words and plain types."""
    return {
        "cause": cause.name,
        "count": len(cause.documents),
        "reason": cause.reason.text,
        "fix": cause.reason.fix,
        "since": cause.since.isoformat(),
        "documents": [*map(str, cause.documents)],
    }


def summary(row: LedgerRow) -> dict[str, object]:
    """A ledger row in plain words and plain types, for a table or for JSON."""
    return {
        "document": str(row.document),
        "gp_number": row.number,
        "status": str(row.status),
        "due_at": row.due_at.isoformat() if row.due_at else None,
        "reasons": [
            {"text": r.text, "fix": r.fix, "waits_for": str(r.waits_for) if r.waits_for else None, "cause": r.cause}
            for r in row.reasons
        ],
    }


def clear_permit(ports: Ports, by: str, why: str, account: str = "") -> PermitRow:
    """Allow the Windows login again; `account` is needed only where the stack has used more than one."""
    if not why.strip():
        raise ValueError("to allow the Windows login again needs a reason")
    known = [row.account for row in ports.permits.show()]
    chosen = [name for name in known if not account or name == permit.account_of(account)]
    if len(chosen) != 1:
        raise ValueError(f"name the Windows account with --account: {' or '.join(known) or 'none has logged in yet'}")
    return ports.permits.clear(chosen[0], by, why.strip())


def permit_summary(row: PermitRow, now: dt.datetime) -> dict[str, object]:
    """A permit in plain words and plain types: versions of the secret newest first, and what each may do now."""
    return {
        "account": row.account,
        "versions": [_version_summary(row, stands, now) for stands in reversed(row.versions)],
        "refused_at": [refusal.at.isoformat() for refusal in row.refusals],
        "clearings": [{"at": each.at.isoformat(), "by": each.by, "why": each.why} for each in row.clearings],
    }


def _version_summary(row: PermitRow, stands: SecretVersion, now: dt.datetime) -> dict[str, object]:
    denied = permit.look(row, stands.id, now)
    return {
        "version": stands.id,
        "state": str(stands.proof),
        "may_log_in": denied is None,
        "why_not": denied.why if denied else None,
        "until": denied.until.isoformat() if denied and denied.until else None,
    }
