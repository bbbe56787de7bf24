"""`gp-shipbob expected`: what ShipBob's people were asked for and have not done yet; and that they are not to do it."""

from __future__ import annotations

import argparse

from bridge.console import expected
from bridge.console.expected import Sought
from bridge.console.voice import say
from bridge.domain.correction import ExpectedCorrection
from bridge.domain.document import DocumentId
from bridge.mapping import asking
from bridge.ports import Ports


def add(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the commands."""
    verb = verbs.add_parser("expected", help="list what ShipBob's support was asked for and has not done yet")
    verb.add_argument("--item", default="", help="only of this item of GP's")
    verb.add_argument("--site", default="", help="only at this site of GP's")
    verb.add_argument("--document", default="", help="only what this one asked for: transfer/00000012")
    verb.set_defaults(command=_show)
    deed = verb.add_subparsers(metavar="[withdraw]").add_parser(
        "withdraw", help="expect it no longer: it was never asked for, or is not to be done any more"
    )
    deed.add_argument("id", metavar="ID", help="as the list names it; or transfer/00000012, all that this asked for")
    deed.add_argument("--why", required=True, help="the reason, for the audit")
    deed.add_argument("--dry-run", action="store_true", help="only say what would be withdrawn")
    deed.set_defaults(command=_withdraw)


def _show(options: argparse.Namespace, ports: Ports, _by: str) -> int:
    document = DocumentId.parse(options.document) if options.document else None
    found = expected.awaited(ports, Sought(options.item, options.site, document))
    lines = [line for row in found for line in _told(row)]
    say(options, [summary(row) for row in found], lines or ["Nothing is expected of ShipBob."])
    return 0


def _withdraw(options: argparse.Namespace, ports: Ports, by: str) -> int:
    found = expected.to_withdraw(ports, options.id)
    if not options.dry_run:
        expected.withdraw_and_look(ports, found, by, options.why)
    told = {"dry_run": options.dry_run, "withdrawn": [summary(row) for row in found]}
    say(options, told, [_withdrawn(row, is_only_said=options.dry_run) for row in found] or [_already(options.id)])
    return 0


def _already(named: str) -> str:
    return f"{named} was withdrawn before: nothing is expected of it."


def _withdrawn(row: ExpectedCorrection, *, is_only_said: bool) -> str:
    rest = f": the rest, {row.remaining:+f}," if row.taken else ""
    kept = f"; the {row.quantity - row.remaining:+f} that were answered stay answered" if row.taken else ""
    deed = "would be withdrawn" if is_only_said else "is withdrawn: what ShipBob corrects is told or booked from now on"
    return f"{asking.said(row)}{rest} {deed}{kept}."


def _told(row: ExpectedCorrection) -> list[str]:
    answered = f", {row.quantity - row.remaining:+f} answered" if row.taken else ""
    when = f"since {row.asked_at:%Y-%m-%d}, until {row.expires_at:%Y-%m-%d}"
    return [f"{asking.said(row)}{answered}: asked for by {row.document}, {when}", f"  {row.id}"]


def summary(row: ExpectedCorrection) -> dict[str, object]:
    """What is expected, in plain words and plain types; `answered` by the stock events that did."""
    return {
        "id": row.id,
        "item": row.item,
        "site": row.site,
        "lot": row.lot or None,
        "quantity": f"{row.quantity:f}",
        "remaining": f"{row.remaining:f}",
        "answered": {f"stock/{event}": f"{quantity:f}" for event, quantity in row.taken},
        "document": str(row.document),
        "since": row.asked_at.isoformat(),
        "until": row.expires_at.isoformat(),
    }
