"""`gp-shipbob status`, `reviews` and `trace`: how things stand, what waits for a person, a document's whole story."""

from __future__ import annotations

import argparse
import datetime as dt
import re
import sys
from collections.abc import Iterator

from bridge.console import actions, cli_reviews, gates, looking
from bridge.console.looking import DIGEST_SHOWN, Sought, Standing
from bridge.console.voice import say
from bridge.domain.document import DocumentKind
from bridge.ports import Ports
from bridge.protocols.trail import Entry

PERSONAL = "gp-shipbob: what follows may hold names and addresses; keep it no longer than you need it\n"
UNITS = {"h": "hours", "d": "days"}


def add(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the commands."""
    verb = verbs.add_parser("status", help="how things stand: what waits, what is stuck, which gates are shut")
    verb.set_defaults(command=_status)

    verb = verbs.add_parser("reviews", help="list what waits for a person, and for what")
    verb.add_argument("--kind", action="append", default=[], choices=list(DocumentKind), help="only these documents")
    verb.add_argument("--cause", default="", help="only what waits for that: sku/WIDGET-RED, or the cause's word")
    verb.add_argument("--older-than", type=_age, default=dt.timedelta(), metavar="AGE", help="such as 12h or 3d")
    verb.add_argument("--by-cause", action="store_true", help="together what waits for the same")
    verb.set_defaults(command=_reviews)

    verb = verbs.add_parser("trace", help="tell the whole story of a document, found by any number you hold")
    verb.add_argument("number", help="ShipBob id, order number, GP number, tracking number, or order/250000001")
    verb.add_argument("--payloads", action="store_true", help="show the names of what was seen and sent, as it was")
    verb.add_argument("--payload", default="", metavar="NAME", help="print that one; it may hold personal data")
    verb.set_defaults(command=_trace)


def _age(text: str) -> dt.timedelta:
    written = re.fullmatch(r"(\d{1,4})([hd])", text.strip())
    if written is None:
        raise argparse.ArgumentTypeError(f"{text!r} is no age; one is written like 12h or 3d")
    return dt.timedelta(**{UNITS[written[2]]: int(written[1])})


# ---- Status


def _status(options: argparse.Namespace, ports: Ports, _by: str) -> int:
    found = looking.standing(ports)
    say(options, _standing_fields(found), list(_standing_lines(found)))
    return int(not found.is_well)


def _standing_fields(found: Standing) -> dict[str, object]:
    unfinished = {
        str(status): {
            "count": each.count,
            "oldest_since": each.oldest.isoformat() if each.oldest else None,
            "oldest": str(each.document) if each.document else None,
        }
        for status, each in found.unfinished.items()
    }
    return {
        "well": found.is_well,
        "unfinished": unfinished,
        "late": found.late,
        "queued": dict(found.queued),
        "dead_letters": dict(found.dead),
        "shut_out": dict(found.shut_out),
        "shut_gates": [gates.plain(stood) for stood in found.shut],
    }


def _standing_lines(found: Standing) -> Iterator[str]:
    yield "All is well." if found.is_well else "Somebody should look at this."
    for status, each in found.unfinished.items():
        oldest = f", the oldest since {each.oldest:%Y-%m-%d %H:%M} UTC: {each.document}" if each.oldest else ""
        yield f"  {each.count:,} {status}{oldest}"
    if found.late:
        yield f"  {found.late:,} due for more than {looking.LATE.seconds // 60} minutes: does the sweep run?"
    for name, depth in found.queued.items():
        dead = found.dead.get(name, 0)
        letters = f"; {dead:,} DEAD LETTERS: read the log, mend the bug, then gp-shipbob replay --dead-letters"
        yield f"  {name}: {depth:,} queued{letters if dead else ''}"
    for account, why in found.shut_out.items():
        yield f"  {account} MAY NOT LOG IN TO GP: {why}"
    for stood in found.shut:
        yield f"  {gates.said(stood)}"


# ---- Reviews


def _reviews(options: argparse.Namespace, ports: Ports, _by: str) -> int:
    sought = Sought(frozenset(map(DocumentKind, options.kind)), options.cause.strip(), options.older_than)
    rows = looking.reviews(ports, sought)
    if options.by_cause:
        return cli_reviews.by_cause(options, rows)
    lines = [line for row in rows for line in [str(row.document), *(f"  {r.text}. {r.fix}" for r in row.reasons)]]
    say(options, [actions.summary(row) for row in rows], lines or ["Nothing waits for a person."])
    return 0


# ---- Trace


def _trace(options: argparse.Namespace, ports: Ports, _by: str) -> int:
    documents = actions.find(ports, options.number)
    if options.payload:
        return _payload(options, looking.payload(ports, documents, options.payload))
    traces = [actions.trace(ports, document) for document in documents]
    told = [
        actions.summary(found.row)
        | {"chain": "whole" if found.broken_at is None else f"broken at entry {found.broken_at}"}
        | {"entries": [_entry_fields(entry) for entry in found.entries]}
        for found in traces
    ]
    lines = [line for found in traces for line in _story(found, with_payloads=options.payloads)]
    say(options, told, lines or [f"Nothing is known of {options.number}."])
    return 0 if traces else 1


def _entry_fields(entry: Entry) -> dict[str, str]:
    kept = {"payload": entry.payload_digest} if entry.payload_digest else {}
    own = {"at": entry.at.isoformat(), "what": entry.what, "by": entry.by, **kept}
    return {**own, **entry.facts, **own}  # no fact hides what was done, when, and by whom


def _story(found: actions.Trace, *, with_payloads: bool) -> list[str]:
    head = f"{found.row.document}  {found.row.status}  GP {found.row.number or '-'}"
    chain = "chain whole" if found.broken_at is None else f"CHAIN BROKEN at entry {found.broken_at}"
    entries = [
        f"  {entry.at:%Y-%m-%d %H:%M:%S}  {entry.what:<18} {', '.join(f'{k}: {v}' for k, v in entry.facts.items())}"
        + (f"  [{entry.payload_digest[:DIGEST_SHOWN]}]" if with_payloads and entry.payload_digest else "")
        for entry in found.entries
    ]
    return [f"{head}  ({len(entries)} entries, {chain})", *entries]


def _payload(options: argparse.Namespace, image: bytes) -> int:
    sys.stderr.write(PERSONAL)
    text = image.decode(errors="replace")
    say(options, {"payload": text}, [text])
    return 0
