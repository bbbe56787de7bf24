"""`gp-shipbob adopt`: take what a person keyed in GP for the bridge's own, or say that there is no such thing."""

from __future__ import annotations

import argparse

from bridge.console import adopting
from bridge.console.voice import say
from bridge.domain.document import DocumentId
from bridge.ports import Ports
from bridge.protocols.ledger import NONE_IN_GP


def add(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command."""
    verb = verbs.add_parser("adopt", help="go on with a sales order that was keyed by hand before the cut-over")
    verb.add_argument("document", help="order/250000001")
    verb.add_argument("number", help=f"the sales order's number in GP; or '{NONE_IN_GP}', and a new one is created")
    verb.add_argument("--why", required=True, help="the reason, for the audit")
    verb.set_defaults(command=_adopt)


def _adopt(options: argparse.Namespace, ports: Ports, by: str) -> int:
    document = DocumentId.parse(options.document)
    row = adopting.adopt(ports, document, options.number, by, options.why)
    is_none = row.adopted == NONE_IN_GP
    told = f"{document} will be created in GP." if is_none else f"{document} is {row.number} in GP from now on."
    say(options, {"document": str(document), "adopted": row.adopted}, [f"{told} It is looked at again at once."])
    return 0
