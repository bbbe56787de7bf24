"""What a ShipBob thing is called in GP, as an operator keeps it: shown, changed, taken away, carried in and out as CSV.

All of a file is read before its first line is written, and what is already so is not written again: whatever ends an
import, the same import made again ends it well. Reviews that waited for a mapping are released within a minute of it.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from bridge.domain.bundle import MappedBundle
from bridge.domain.mapped import MappedItem, is_of_use, validate
from bridge.domain.outcome import MappingKey, MappingKind
from bridge.mapping import customers
from bridge.mapping.recording import LEFT_TO_GP
from bridge.mapping.returning import NOWHERE
from bridge.ports import Ports

COLUMNS = ("kind", "key", "value")
# A spreadsheet takes a cell that begins so for a formula; behind an apostrophe it is text, and shows without it.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "'")
LENGTHS = {  # of the ids in GP's tables, less the blank that each column ends with
    MappingKind.CHANNEL: 15,
    MappingKind.LOCATION: 10,
    MappingKind.TRANSIT: 10,
    MappingKind.DISPOSITION: 10,
    MappingKind.SHIPPING: 15,
}
SITES = frozenset({MappingKind.LOCATION, MappingKind.TRANSIT, MappingKind.DISPOSITION})
PROBLEMS_SHOWN = 20
KEY_MAX, VALUE_MAX, SHOWN = 400, 2_000, 40  # four bytes a character, a key is still one of State's, which takes 2,048
HALVES = re.compile("[\ud800-\udfff]")  # of a character, which no table holds

type Pairs = Mapping[MappingKey, str]


@dataclass(frozen=True, slots=True)
class Change:
    """A mapping as it is, and as it is to be; `before` is empty where there is none yet."""

    key: MappingKey
    before: str
    after: str


def pair(key: MappingKey, value: str) -> tuple[MappingKey, str]:
    """A mapping as it is looked up later; a ValueError, with an example, for what could not be read then."""
    plain = value.strip()
    if not plain:
        raise ValueError(f"{key} needs a name in GP")
    if len(key.key) > KEY_MAX or len(plain) > VALUE_MAX:
        start = f"{key.kind}/{key.key[:SHOWN]}…"
        raise ValueError(
            f"{start} is longer than any mapping: {KEY_MAX} characters is the key's most, {VALUE_MAX:,} the value's"
        )
    if HALVES.search(key.key + plain):
        raise ValueError(f"{str(key)!r} holds half a character: save the file as UTF-8 again")
    found = customers.canonical(key) if key.kind is MappingKind.CHANNEL else key
    validate(found, plain)
    longest = LENGTHS.get(key.kind, len(plain))
    if len(plain) > longest:
        raise ValueError(f"{key}: '{plain}' has {len(plain)} characters, and what GP calls it has at most {longest}")
    return found, plain


def changes(ports: Ports, pairs: Pairs) -> list[Change]:
    """Those of the mappings that are not so yet."""
    present = ports.state.mappings(pairs)
    return [Change(key, present.get(key, ""), value) for key, value in pairs.items() if present.get(key) != value]


def make(ports: Ports, wanted: Iterable[Change], by: str) -> None:
    """Have the changes so, one by one."""
    for change in wanted:
        ports.state.map(change.key, change.after, by)


def take_away(ports: Ports, keys: Sequence[MappingKey], by: str) -> list[Change]:
    """Take mappings away, and say what they were; what needs them becomes a review."""
    present = ports.state.mappings(keys)
    for key in present:
        ports.state.unmap(key, by)
    return [Change(key, present[key], "") for key in keys if key in present]


def listed(ports: Ports, kinds: Iterable[MappingKind]) -> Pairs:
    """Every mapping of these kinds, kind by kind, in the order of their keys."""
    return {key: value for kind in kinds for key, value in ports.state.mapped_in(kind).items()}


def missing(ports: Ports, kinds: Iterable[MappingKind]) -> Mapping[MappingKey, int]:
    """The keys that reviews wait for, with how many documents do, most first."""
    chosen = frozenset(kinds)
    waiting = [
        {each for each in row.reasons if each.waits_for and each.waits_for.kind in chosen}
        for row in ports.state.in_review()
    ]
    present = ports.state.mappings({key for reasons in waiting for each in reasons for key in each.keys})
    mapped = {key for key, value in present.items() if is_of_use(key, value)}
    waited = Counter(
        key
        for reasons in waiting
        for key in {each.waits_for for each in reasons if each.waits_for and not each.is_answered(mapped, ())}
    )
    return dict(sorted(waited.items(), key=lambda pair: (-pair[1], pair[0])))


# ---- As CSV


def written(pairs: Pairs) -> str:
    """The mappings as CSV with a heading, harmless to a spreadsheet."""
    text = io.StringIO()
    lines = csv.writer(text, lineterminator="\r\n")
    lines.writerow(COLUMNS)
    lines.writerows([key.kind, _harmless(key.key), _harmless(value)] for key, value in pairs.items())
    return text.getvalue()


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.startswith(FORMULA) else cell


def _meant(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(FORMULA) else cell


def read(text: str) -> Pairs:
    """The mappings in a CSV file, commas or semicolons between. A ValueError names every line that is wrong."""
    text = text.removeprefix("\ufeff")  # which a file loses as it is read, and a pipe does not
    heading = text.partition("\n")[0]
    lines = csv.DictReader(io.StringIO(text, newline=""), delimiter=";" if ";" in heading else ",", restval="")
    names = _heading(lines)
    if absent := [name for name in COLUMNS if name not in names]:
        raise ValueError(f"the first line must name the columns {', '.join(COLUMNS)}; {', '.join(absent)} is missing")
    lines.fieldnames = names
    found: dict[MappingKey, tuple[int, str]] = {}
    problems = [problem for problem in _read_lines(lines, found) if problem]
    if problems:
        more = [f"and {len(problems) - PROBLEMS_SHOWN} more"] if len(problems) > PROBLEMS_SHOWN else []
        told = "\n  ".join([*problems[:PROBLEMS_SHOWN], *more])
        raise ValueError(f"nothing was written, because of these lines:\n  {told}")
    return {key: value for key, (_, value) in found.items()}


def _heading(lines: csv.DictReader[str]) -> list[str]:
    try:
        return [(name or "").strip().casefold() for name in lines.fieldnames or ()]
    except csv.Error as unreadable:
        raise ValueError(f"the first line cannot be read as CSV ({unreadable})") from None


def _read_lines(lines: csv.DictReader[str], found: dict[MappingKey, tuple[int, str]]) -> Iterator[str]:
    """Fills `found`; gives what is wrong with a line, or nothing."""
    try:
        for fields in lines:
            if any(str(cell or "").strip() for cell in fields.values()):
                yield _read_line(lines.line_num, fields, found)
    except csv.Error as unreadable:
        yield f"line {lines.line_num}: it cannot be read as CSV ({unreadable})"


def _read_line(number: int, fields: Mapping[str, str], found: dict[MappingKey, tuple[int, str]]) -> str:
    kind, name, value = (_meant(fields[column] or "") for column in COLUMNS)
    try:
        key, plain = pair(MappingKey.parse(f"{kind.strip().casefold()}/{name}"), value)
    except ValueError as wrong:
        return f"line {number}: {wrong}"
    line, other = found.setdefault(key, (number, plain))
    return f"line {number}: {key} is '{plain}', and '{other}' in line {line}: leave one" if other != plain else ""


# ---- As GP has it


def unknown_in_gp(ports: Ports, pairs: Pairs) -> Iterator[str]:
    """A sentence for each mapping to something that GP does not have, or would refuse."""
    sites = {site.id for site in ports.gp.sites()} if any(key.kind in SITES for key in pairs) else set()
    methods = (
        {m.id for m in ports.gp.shipping_methods()} if any(k.kind is MappingKind.SHIPPING for k in pairs) else set()
    )
    for key, value in pairs.items():
        if key.kind in SITES and value not in sites and not _is_nowhere(key, value):
            yield f"{key}: GP has no site '{value}'"
        elif key.kind is MappingKind.SHIPPING and value not in methods | {LEFT_TO_GP}:
            yield f"{key}: GP has no shipping method '{value}'"
        elif key.kind is MappingKind.CHANNEL:
            yield from _unfit_customer(ports, key, value)
        elif item := _item(key, value):
            yield from _unfit_item(ports, key, item)


def _is_nowhere(key: MappingKey, value: str) -> bool:
    return key.kind is MappingKind.DISPOSITION and value.casefold() == NOWHERE


def _item(key: MappingKey, value: str) -> str:
    if key.kind is MappingKind.SKU:
        return MappedItem.parse(value).item
    return MappedBundle.parse(value).kit if key.kind is MappingKind.BUNDLE else ""


def _unfit_customer(ports: Ports, key: MappingKey, value: str) -> Iterator[str]:
    customer = ports.gp.customer(value)
    if customer is None:
        yield f"{key}: GP has no customer '{value}'"
    elif not customer.is_active or customer.is_on_hold:
        yield f"{key}: GP's customer '{value}' is {'on hold' if customer.is_active else 'inactive'}"


def _unfit_item(ports: Ports, key: MappingKey, item: str) -> Iterator[str]:
    found = ports.gp.item(item)
    if found is None:
        yield f"{key}: GP has no item '{item}'"
    elif found.is_discontinued:
        yield f"{key}: GP's item '{item}' is discontinued"
