"""`gp-shipbob webhooks`: show, connect, rotate and disconnect what ShipBob delivers."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from typing import Any

from bridge.console import webhooks
from bridge.console.voice import say
from bridge.flows.keep_subscriptions import Kept
from bridge.ports import Ports
from bridge.protocols.registration import SECRET_BYTES

RUN_BYTES = 8
AT_ONCE = (
    "Once the new secret is stored, what ShipBob signed with a former one is refused, by a door in use after five "
    "minutes at most. ShipBob tries again only what it signs with the new one; the polls find what is missed."
)


def add(
    verbs: argparse._SubParsersAction[argparse.ArgumentParser],
    webhook_url: Callable[[str], str],
    random_bytes: Callable[[int], bytes],
) -> None:
    """Add the commands. `webhook_url` gives the address of a stack's own door, by the stack's name."""
    verb = verbs.add_parser("webhooks", help="show what ShipBob delivers and where; connect, rotate or disconnect it")
    verb.set_defaults(command=_show, webhook_url=webhook_url, random_bytes=random_bytes)
    deeds = verb.add_subparsers(metavar="[connect | rotate | disconnect]")

    deed = deeds.add_parser("connect", help="have ShipBob deliver to the stack's door")
    deed.add_argument("--url", default="", help="another address than the stack's output WebhookUrl")
    deed.set_defaults(command=_connect, stays_here=_needs_the_address)
    deed = deeds.add_parser("rotate", help="have ShipBob sign with a new secret", epilog=f"With --at-once: {AT_ONCE}")
    deed.add_argument("--at-once", action="store_true", help="a secret has leaked: accept no former one any more")
    deed.set_defaults(command=_rotate)
    deeds.add_parser("disconnect", help="have ShipBob deliver nothing any more").set_defaults(command=_disconnect)
    for deed in deeds.choices.values():
        deed.add_argument("--dry-run", action="store_true", help="only say what would be done")


def _needs_the_address(options: argparse.Namespace) -> str:
    return "" if options.url else "the function does not read the stack's outputs; give the address with --url"


def _connect(options: argparse.Namespace, ports: Ports, by: str) -> int:
    url = options.url or options.webhook_url(options.stack)
    if options.dry_run:
        return _foretell(options, [f"would have ShipBob deliver to {url}", *webhooks.foresee_connect(ports, url)])
    return _tell(options, webhooks.connect(ports, url, by, _run(options)), f"ShipBob is to deliver to {url}.")


def _rotate(options: argparse.Namespace, ports: Ports, by: str) -> int:
    if options.at_once:
        return _rotate_at_once(options, ports, by)
    if options.dry_run:
        return _foretell(options, webhooks.foresee_rotate(ports))
    kept = webhooks.rotate(ports, by, _run(options), options.random_bytes(SECRET_BYTES))
    return _tell(options, kept, "ShipBob is to sign with a new secret; the former one is accepted for 48 hours more.")


def _rotate_at_once(options: argparse.Namespace, ports: Ports, by: str) -> int:
    if options.dry_run:
        return _foretell(options, [*webhooks.foresee_rotate_at_once(ports), f"WARNING: {AT_ONCE}"])
    print(f"WARNING: {AT_ONCE}", file=sys.stderr)  # noqa: T201 - the command's own voice
    kept = webhooks.rotate(ports, by, _run(options), options.random_bytes(SECRET_BYTES), at_once=True)
    return _tell(options, kept, "ShipBob is to sign with a new secret; no former one is accepted any more.")


def _disconnect(options: argparse.Namespace, ports: Ports, by: str) -> int:
    if options.dry_run:
        return _foretell(options, ["would have ShipBob deliver nothing", *webhooks.foresee_disconnect(ports)])
    return _tell(options, webhooks.disconnect(ports, by, _run(options)), "ShipBob is to deliver nothing any more.")


def _run(options: argparse.Namespace) -> str:
    return f"command-{options.random_bytes(RUN_BYTES).hex()}"


def _foretell(options: argparse.Namespace, lines: Sequence[str]) -> int:
    say(options, {"dry_run": True, "would": list(lines)}, lines)
    return 0


def _tell(options: argparse.Namespace, kept: Kept, head: str) -> int:
    lines = [head, *(f"  {note}" for note in kept.notes)]
    if not kept.is_whole:
        lines.append("What failed is tried again within a quarter of an hour.")
    say(options, {"notes": list(kept.notes), "counted": dict(kept.counted), "whole": kept.is_whole}, lines)
    return int(not kept.is_whole)


def _show(options: argparse.Namespace, ports: Ports, _by: str) -> int:
    told = webhooks.show(ports)
    say(options, told, list(_lines(told)))
    return int(bool(told["trouble"]))


def _lines(told: dict[str, Any]) -> list[str]:
    head = f"ShipBob is to deliver to {told['url']}." if told["url"] else "No webhooks are wanted."
    asked = f"  asked for by {told['asked_by']} at {told['asked_at']}" if told["asked_at"] else ""
    secret = f"  secret {told['secret']}" + (f", rotated at {told['rotated_at']}" if told["rotated_at"] else "")
    until = told["former_until"] or "its subscriptions are gone"
    former = f"  former secret {told['former_secret']}, accepted until {until}"
    trouble = f"  ShipBob cannot be asked how they stand: {told['trouble']}"
    heads = [head, asked, secret, former if told["former_secret"] else "", trouble if told["trouble"] else ""]
    return [*filter(None, heads), *(line for family in told["families"] for line in _family_lines(family))]


def _family_lines(told: dict[str, Any]) -> list[str]:
    lines = [f"{told['family']}: {told['state']}"]
    if told["id"]:
        topics = ", ".join(told["topics"])
        lines.append(f"  {told['id']}, made at {told['made_at']} with secret {told['secret']}: {topics}")
    lines += [f"  {each} is still to be removed" for each in told["leaving"]]
    lines += [f"  not offered at {each['asked_at']}: {each['why']}" for each in told["not_offered"]]
    return lines
