"""`gp-shipbob close` and `reopen`: a person has seen to a document by hand, or hands it back; and reviews by cause."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from bridge.console import actions
from bridge.console.actions import Requests
from bridge.console.voice import say
from bridge.domain.document import DocumentId
from bridge.ports import Ports
from bridge.protocols.alerts import Cause
from bridge.protocols.ledger import LedgerRow

SHOWN = 5  # documents of a cause; --json has all


def add(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the commands."""
    verb = verbs.add_parser("close", help="close a review: you have entered the document in GP by hand")
    verb.add_argument("document", help="order/250000001, as gp-shipbob reviews names it")
    verb.add_argument("--why", required=True, help="the reason, for the audit: entered by hand as ORD123")
    verb.add_argument(
        "--requests",
        type=Requests,
        choices=list(Requests),
        help="what ShipBob's support was asked for by it: keep expecting it, or withdraw it",
    )
    verb.set_defaults(command=_close)

    verb = verbs.add_parser("reopen", help="have the bridge see to a document again whose review was closed")
    verb.add_argument("document", help="order/250000001")
    verb.add_argument("--why", required=True, help="the reason, for the audit: removed ORD123 in GP")
    verb.set_defaults(command=_reopen)


def _close(options: argparse.Namespace, ports: Ports, by: str) -> int:
    row = actions.close(ports, DocumentId.parse(options.document), by, options.why, options.requests)
    line = f"{row.document} is closed as it stands now. Should it change, that is a new review."
    say(options, {"closed": str(row.document)}, [line])
    return 0


def _reopen(options: argparse.Namespace, ports: Ports, by: str) -> int:
    document = DocumentId.parse(options.document)
    actions.reopen(ports, document, by, options.why)
    say(options, {"queued": str(document)}, [f"{document} is queued; gp-shipbob trace {document} tells how it went."])
    return 0


def by_cause(options: argparse.Namespace, reviewed: Sequence[LedgerRow]) -> int:
    """Say what these documents wait for, the most first."""
    causes = actions.by_cause(reviewed)
    lines = [line for cause in causes for line in _told(cause)]
    say(options, [actions.cause_summary(cause) for cause in causes], lines or ["Nothing waits for a person."])
    return 0


def _told(cause: Cause) -> list[str]:
    shown = ", ".join(map(str, cause.documents[:SHOWN]))
    more = f" and {len(cause.documents) - SHOWN:,} more" if len(cause.documents) > SHOWN else ""
    head = f"{len(cause.documents):,}  {cause.reason.text}. {cause.reason.fix}"
    return [head, f"  since {cause.since:%Y-%m-%d %H:%M} UTC: {shown}{more}"]
