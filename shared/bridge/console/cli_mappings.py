"""`gp-shipbob map`, `unmap` and `mappings`: what ShipBob's things are called in GP, one by one or as a CSV file."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence

from bridge.console import mappings
from bridge.console.mappings import Change, Pairs
from bridge.console.voice import say
from bridge.domain.outcome import MappingKey, MappingKind
from bridge.ports import Ports


def add(verbs: argparse._SubParsersAction[argparse.ArgumentParser], read: Callable[[str], str]) -> None:
    """Add the commands. `read` gives the text of a file by its name."""
    verb = verbs.add_parser("map", help="give a ShipBob channel, location or SKU its GP customer, site or item")
    verb.add_argument("pairs", nargs="+", metavar="KEY=VALUE", help="sku/WIDGET-RED=WID-RED-01, location/156=WEST")
    verb.set_defaults(command=_map)
    _ask_gp(verb)

    verb = verbs.add_parser("unmap", help="take mappings away; what needs them waits for a person then")
    verb.add_argument("keys", nargs="+", metavar="KEY", help="sku/WIDGET-RED")
    verb.set_defaults(command=_unmap)

    verb = verbs.add_parser("mappings", help="show what is mapped, or what is missing; export or import it as CSV")
    verb.add_argument("--kind", action="append", choices=list(MappingKind), help="only these; more may be given")
    verb.add_argument("--missing", action="store_true", help="what documents wait for, most wanted first")
    verb.set_defaults(command=_show, read=read)
    deeds = verb.add_subparsers(metavar="[export | import]")
    deeds.add_parser("export", help="print all as CSV").set_defaults(command=_export)
    deed = deeds.add_parser("import", help="make the mappings of a CSV file with the columns kind, key, value")
    deed.add_argument("file", metavar="FILE", help="its name, or - for what is piped in")
    deed.add_argument("--dry-run", action="store_true", help="only say what would change")
    deed.set_defaults(command=_import)
    _ask_gp(deed)


def _ask_gp(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("--check", action="store_true", help="first ask GP whether it has them; write none if it has not")


def _kinds(options: argparse.Namespace) -> list[MappingKind]:
    return [MappingKind(kind) for kind in options.kind or MappingKind]


def _map(options: argparse.Namespace, ports: Ports, by: str) -> int:
    pairs = dict(_pair(text) for text in options.pairs)  # all are read before the first is written
    return _make(options, ports, by, pairs)


def _pair(text: str) -> tuple[MappingKey, str]:
    key, _, value = text.rpartition("=")
    if not key or not value.strip():
        raise ValueError(f"{text!r} maps nothing; a mapping is written like sku/WIDGET-RED=WID-RED-01")
    return mappings.pair(MappingKey.parse(key), value)


def _make(options: argparse.Namespace, ports: Ports, by: str, pairs: Pairs) -> int:
    if options.check and (unknown := list(mappings.unknown_in_gp(ports, pairs))):
        raise ValueError("\n  ".join(["nothing was written:", *unknown]))
    wanted = mappings.changes(ports, pairs)
    mappings.make(ports, wanted, by)
    before = {change.key: change.before for change in wanted if change.before}
    lines = [f"{key} is {value} in GP{_was(before.get(key, ''))}." for key, value in pairs.items()]
    say(options, {str(key): value for key, value in pairs.items()}, lines)
    return 0


def _was(before: str) -> str:
    return f"; it was {before}, and documents written until now keep that" if before else ""


def _unmap(options: argparse.Namespace, ports: Ports, by: str) -> int:
    keys = [MappingKey.parse(text) for text in options.keys]
    gone = mappings.take_away(ports, keys, by)
    absent = [key for key in keys if key not in {change.key for change in gone}]
    lines = [f"{change.key} was {change.before}, and is nothing in GP any more." for change in gone]
    lines += [f"{key} was not mapped." for key in absent]
    say(options, {"unmapped": {str(c.key): c.before for c in gone}, "absent": [*map(str, absent)]}, lines)
    return int(bool(absent))


def _show(options: argparse.Namespace, ports: Ports, _by: str) -> int:
    if options.missing:
        return _show_missing(options, ports)
    found = mappings.listed(ports, _kinds(options))
    lines = [f"{key} is {value}" for key, value in found.items()] or ["Nothing is mapped."]
    say(options, {str(key): value for key, value in found.items()}, lines)
    return 0


def _show_missing(options: argparse.Namespace, ports: Ports) -> int:
    found = mappings.missing(ports, _kinds(options))
    lines = [f"{count:>6,} waiting for {key}" for key, count in found.items()] or ["No document waits for a mapping."]
    say(options, {str(key): count for key, count in found.items()}, lines)
    return 0


def _export(options: argparse.Namespace, ports: Ports, _by: str) -> int:
    found = mappings.listed(ports, _kinds(options))
    say(options, {str(key): value for key, value in found.items()}, [mappings.written(found).rstrip("\r\n")])
    return 0


def _import(options: argparse.Namespace, ports: Ports, by: str) -> int:
    pairs = mappings.read(options.read(options.file))
    if options.check and (unknown := list(mappings.unknown_in_gp(ports, pairs))):
        raise ValueError("\n  ".join(["nothing was written:", *unknown]))
    wanted = mappings.changes(ports, pairs)
    if not options.dry_run:
        mappings.make(ports, wanted, by)
    same = len(pairs) - len(wanted)
    lines = [*_told(wanted), f"{len(wanted):,} {'would change' if options.dry_run else 'changed'}, {same:,} were so."]
    told = [{"key": str(c.key), "before": c.before or None, "after": c.after} for c in wanted]
    say(options, {"dry_run": options.dry_run, "changes": told, "same": same}, lines)
    return 0


def _told(wanted: Sequence[Change]) -> list[str]:
    return [f"{c.key}: {c.before or 'nothing'} → {c.after}" for c in wanted]
