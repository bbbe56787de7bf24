"""`gp-shipbob replay`: have documents looked at again, by name, by what is so of them, or out of the dead letters."""

from __future__ import annotations

import argparse
import datetime as dt
from collections.abc import Sequence

from bridge.console import rehearsing, replaying
from bridge.console.actions import summary
from bridge.console.cli_backfill import Screen
from bridge.console.replaying import Choice
from bridge.console.voice import say
from bridge.domain.document import DocumentId, DocumentKind
from bridge.ports import Ports
from bridge.protocols.ledger import LedgerRow, Status

WITHOUT_ASKING = 20  # more documents than that are replayed only once a person agrees
PAUSE_SECONDS = 2.0
BAR = 24
SHOWN = 20  # documents of a dry run; --json has all
STATUSES = [status.value for status in Status if status is not Status.NEW]


def add(verbs: argparse._SubParsersAction[argparse.ArgumentParser], screen: Screen) -> None:
    """Add the command."""
    verb = verbs.add_parser(
        "replay",
        help="have documents looked at again, as they are now or as they were recorded",
        epilog="--from and --to mean when a document was last read, in GP's zone. All that is given must be so of it.",
    )
    verb.add_argument("documents", nargs="*", metavar="DOCUMENT", help="order/250000001, return/7, transfer/00000012")
    verb.add_argument("--why", required=True, help="the reason, for the audit")
    verb.add_argument("--status", action="append", default=[], choices=STATUSES, help="more than one may be given")
    verb.add_argument("--kind", action="append", default=[], choices=list(DocumentKind), help="likewise")
    verb.add_argument("--reason", default="", metavar="TEXT", help="some words of what a review says")
    verb.add_argument("--cause", default="", help="what lies behind reviews: sku/WIDGET-RED, or the cause's word")
    verb.add_argument("--from", dest="since", type=moment, metavar="WHEN", help="2027-01-31 or 2027-01-31T08:00")
    verb.add_argument("--to", dest="until", type=moment, metavar="WHEN", help="before then")
    verb.add_argument("--dead-letters", action="store_true", help="those that were given up on because of a bug")
    verb.add_argument(
        "--as-recorded",
        nargs="?",
        type=int,
        const=0,
        metavar="ENTRY",
        help="go by the newest image in the document's trail, or that of an entry as long as it is the newest; with"
        " --dry-run say what would come of it, of any entry",
    )
    verb.add_argument("--dry-run", action="store_true", help="only say which, and how many")
    verb.add_argument("--yes", action="store_true", help=f"do not ask, however many; else asked above {WITHOUT_ASKING}")
    verb.set_defaults(command=_replay, misused=verb.error, screen=screen)


def moment(text: str) -> dt.datetime:
    """A day or a moment as a person writes it; without a zone it is meant in GP's."""
    return dt.datetime.fromisoformat(text)


def in_zone(moment: dt.datetime | None, ports: Ports) -> dt.datetime | None:
    """The same moment, in GP's zone where the person gave none."""
    return moment.replace(tzinfo=ports.terms.zone) if moment is not None and moment.tzinfo is None else moment


def _replay(options: argparse.Namespace, ports: Ports, by: str) -> int:
    choice = _choice(options, ports)
    if options.as_recorded is not None:
        _refuse_more_than_an_image(options, choice)
        if options.dry_run:
            return _rehearse(options, ports, by)
    ways = (bool(options.documents), not choice.is_empty, options.dead_letters)
    if sum(ways) != 1:
        options.misused("name documents, or choose them by --status and the like, or give --dead-letters: one of three")
    if options.dead_letters:
        return _redrive(options, ports, by)
    rows = _named(options, ports) if options.documents else replaying.choose(ports, choice)
    if options.dry_run or not rows:
        return _foretell(options, rows)
    documents = [row.document for row in rows]
    if options.as_recorded is not None and not options.documents:
        documents = [document for document in documents if replaying.is_recorded(ports, document)]
        if not documents:
            raise ValueError(f"of {_count(len(rows), 'documents')} no trail holds an image: nothing is queued")
    options.unrecorded = len(rows) - len(documents)
    return _queue(options, ports, by, documents) if _may(options, len(documents), "documents") else 1


def _refuse_more_than_an_image(options: argparse.Namespace, choice: Choice) -> None:
    is_one = len(options.documents) == 1 and choice.is_empty
    if options.dead_letters:
        options.misused("--as-recorded goes by what a trail holds; dead letters go back with what they carry")
    if options.dry_run and not is_one:
        options.misused("--as-recorded --dry-run decides on one document, which is named")
    if options.as_recorded and not is_one:
        options.misused("an ENTRY is of one document's trail: name that document, or leave the ENTRY out")


def _rehearse(options: argparse.Namespace, ports: Ports, by: str) -> int:
    document = DocumentId.parse(options.documents[0])
    found = rehearsing.rehearse(ports, document, options.as_recorded, by, options.why)
    steps = [
        *_not_gone_by(found),
        *(f"  {step.what:<18} {', '.join(f'{k}: {v}' for k, v in step.facts.items())}" for step in found.steps),
    ]
    written = [f"{found.call}:", found.request] if found.request else ["Nothing would be written."]
    head = f"{document} as it was read at {found.read_at} (entry {found.entry}), by today's rules; nothing is done:"
    told = {
        "document": str(document),
        "entry": found.entry,
        "read_at": found.read_at,
        "not_gone_by": found.not_gone_by,
        "outcome": found.outcome,
        "steps": [{"what": step.what, **step.facts} for step in found.steps],
        "call": found.call,
        "request": found.request,
    }
    say(options, told, [head, *steps, found.outcome, *written])
    return 0


def _not_gone_by(found: rehearsing.Rehearsed) -> list[str]:
    return [f"  Without --dry-run it would not be gone by: {found.not_gone_by}."] if found.not_gone_by else []


def _choice(options: argparse.Namespace, ports: Ports) -> Choice:
    return Choice(
        statuses=frozenset(map(Status, options.status)),
        kinds=frozenset(map(DocumentKind, options.kind)),
        reason=options.reason.strip(),
        cause=options.cause.strip(),
        since=in_zone(options.since, ports),
        until=in_zone(options.until, ports),
    )


def _named(options: argparse.Namespace, ports: Ports) -> list[LedgerRow]:
    return replaying.rows_of(ports, [DocumentId.parse(text) for text in options.documents])


def _foretell(options: argparse.Namespace, rows: Sequence[LedgerRow]) -> int:
    lines = [f"  {row.document}  {row.status}  GP {row.number or '-'}{_read(row)}" for row in rows[:SHOWN]]
    more = [f"  and {len(rows) - SHOWN:,} more; --json shows all"] if len(rows) > SHOWN else []
    head = f"{_count(len(rows), 'documents')} would be replayed." if rows else "Nothing is so of any document."
    say(
        options,
        {"dry_run": True, "count": len(rows), "documents": [summary(row) for row in rows]},
        [head, *lines, *more],
    )
    return 0 if rows else 1


def _read(row: LedgerRow) -> str:
    return f"  last read {row.read_at:%Y-%m-%d %H:%M} UTC" if row.read_at else ""


def _count(number: int, things: str) -> str:
    return f"{number:,} {things if number != 1 else things.removesuffix('s')}"


def _may(options: argparse.Namespace, number: int, things: str) -> bool:
    if number <= WITHOUT_ASKING or options.yes:
        return True
    if options.screen.agrees(f"Replay {_count(number, things)}?"):
        return True
    raise ValueError(f"{_count(number, things)} are many: look at them with --dry-run, then add --yes")


def _queue(options: argparse.Namespace, ports: Ports, by: str, documents: Sequence[DocumentId]) -> int:
    queued: list[DocumentId] = []
    if options.documents and len(documents) <= WITHOUT_ASKING:  # a person waits for these, however full the queue
        replaying.replay_at_once(ports, documents, by, options.why, options.as_recorded)
        queued += documents
    rest = documents[len(queued) :]
    for some in replaying.replay(ports, rest, by, options.why, _pause(options), options.as_recorded):
        queued += some
        _draw(options.screen, len(queued), len(documents))
    left = [document for document in documents if document not in set(queued)]
    lines = [f"{_count(len(queued), 'documents')} queued; gp-shipbob trace DOCUMENT tells how one went."]
    if len(queued) == 1:
        lines = [f"{queued[0]} is queued; gp-shipbob trace {queued[0]} tells how it went."]
    if left:
        lines.append(
            f"{_count(len(left), 'documents')} not queued, because the queue is full: ask again later for them."
        )
    told: dict[str, object] = {"queued": [*map(str, queued)], "left": [*map(str, left)]}
    if options.unrecorded:
        lines.append(f"{_count(options.unrecorded, 'documents')} left out: their trails hold no image.")
        told["left_out"] = options.unrecorded
    say(options, told, lines)
    return int(bool(left))


def _pause(options: argparse.Namespace) -> replaying.Pause:
    def pause() -> bool:
        may_go_on: bool = options.screen.pause(PAUSE_SECONDS) is not False
        return may_go_on

    return pause


def _draw(screen: Screen, done: int, whole: int) -> None:
    if screen.is_terminal and whole > WITHOUT_ASKING:
        share = done / whole
        bar = ("#" * int(share * BAR)).ljust(BAR, ".")
        screen.write(f"\r[{bar}] {share:4.0%}  {done:,} of {whole:,} queued" + ("\n" if done == whole else ""))


def _redrive(options: argparse.Namespace, ports: Ports, by: str) -> int:
    depths = {letters.name: letters.depth() for letters in ports.dead_letters}
    if options.dry_run:
        lines = [f"{name}: {_count(depth, 'dead letters')}" for name, depth in depths.items()]
        say(options, {"dry_run": True, "dead_letters": depths}, lines)
        return 0
    if not _may(options, sum(depths.values()), "dead letters"):
        return 1
    found: list[replaying.Redriven] = []
    for each in replaying.redrive(ports, by, options.why, _pause(options)):
        found.append(each)
        _draw(options.screen, len(found), max(sum(depths.values()), len(found)))
    queued = [str(each.document) for each in found if each.document is not None]
    unread = [each for each in found if each.document is None]
    lines = [f"{_count(len(queued), 'dead letters')} replayed."]
    lines += [f"{each.letter} of {each.queue} cannot be read, and stays where it is." for each in unread]
    told = {"queued": queued, "unreadable": [{"queue": each.queue, "letter": each.letter} for each in unread]}
    say(options, told, lines)
    return int(bool(unread))
