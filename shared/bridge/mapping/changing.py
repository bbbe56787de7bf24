"""What must be written onto an order in GP: by what we last wrote, what GP holds, and what ShipBob wants.

Whatever still says what we last wrote is ours to change. What a person changed stays: silently where ShipBob wants
nothing else, and as a question where both have moved on. So a person's edit is never knowingly overwritten, and the
rest of the document is written all the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from bridge.domain.inventory import Lot, TransactionState
from bridge.domain.outcome import NeedsReview, Reason
from bridge.domain.sales_document import SalesDocument, SalesLine, SalesOrder, SalesUpdate
from bridge.mapping.comparing import sentence, shape
from bridge.mapping.pairing import free_sequences, is_same_goods, pair
from bridge.mapping.picked import Picked, entered, is_entered, lacking
from bridge.mapping.regressing import regressing
from bridge.mapping.releasing import Release, release, taken_up
from bridge.mapping.written import AMOUNTS, Written, filled

DECIDE = "Decide which is right, and change the other: the order in GP, or the one in ShipBob"
NOUGHT = Decimal(0)


@dataclass(frozen=True, slots=True)
class Change:
    """`update` is what to write, of nothing where GP holds it all; `after` what is ours in the document then."""

    update: SalesUpdate
    after: Written


def order_change(present: SalesOrder, wanted: SalesOrder, last: Written, draft_hold: str) -> Change | NeedsReview:
    """The difference to write, and what it leads to; or why a person must look first."""
    if reasons := moved_on(present) or (*_others(present, wanted, last), *regressing(present, wanted, last)):
        return NeedsReview(tuple(reasons))
    goods = _goods(present, wanted, last)
    header = _header(present, wanted, last)
    conflicts = [each for each in (goods, header) if isinstance(each, NeedsReview)]
    if isinstance(goods, NeedsReview) or isinstance(header, NeedsReview):
        return NeedsReview(tuple(reason for conflict in conflicts for reason in conflict.reasons))
    update = replace(
        header,
        batch=wanted.batch if present.batch == last.order.batch and wanted.batch != present.batch else None,
        added_tracking=tuple(n for n in wanted.tracking if n not in {*present.tracking, *last.order.tracking}),
        removed_tracking=tuple(n for n in last.order.tracking if n in present.tracking and n not in wanted.tracking),
        # Ours alone: the same hold is a person's where they set it on what was ready, or took it off a draft.
        lifted_holds=frozenset({draft_hold}) & last.order.holds & (present.holds - wanted.holds),
        added_holds=frozenset({draft_hold}) & (wanted.holds - last.order.holds - present.holds),
        **goods.update,
    )
    return Change(update, _after(present, wanted, last, update, goods))


def moved_on(present: SalesOrder) -> tuple[Reason, ...]:
    """Why nothing can be written onto it any more; nothing while it is in Work."""
    if present.is_voided:
        return (Reason(f"{present.number} was voided in GP", "Enter the shipment by hand if it is to be billed"),)
    if present.state is TransactionState.HISTORY:
        text = f"{present.number} has left Work in GP: it was transferred or posted"
        return (Reason(text, "Write tracking and quantities onto the document it became"),)
    return ()


def has_left_work(document: SalesDocument) -> bool:
    return document.is_voided or document.state is TransactionState.HISTORY


def _others(present: SalesOrder, wanted: SalesOrder, last: Written) -> Iterator[Reason]:
    """What the bridge never changes of a document. Where ShipBob wants what was written, a person chose otherwise."""
    currencies = (present.currency or wanted.currency, wanted.currency or present.currency)
    fields = [
        ("customer", present.customer, wanted.customer, last.order.customer),
        ("customer PO", present.customer_po, wanted.customer_po, last.order.customer_po),
        ("currency", *currencies, last.order.currency),
    ]
    for label, held, meant, before in fields:
        if meant not in {held, before}:
            yield Reason(sentence(label, held, meant), DECIDE)


def _header(present: SalesOrder, wanted: SalesOrder, last: Written) -> SalesUpdate | NeedsReview:
    amounts: dict[str, Any] = {}
    reasons: list[Reason] = []
    for name in AMOUNTS:
        held, meant, before = (getattr(order, name) for order in (present, wanted, last.order))
        if held == meant or (held != before and meant == before):
            continue
        if held == before:
            amounts[name] = meant
        else:
            label = {"miscellaneous": "miscellaneous amount", "trade_discount": "trade discount"}.get(name, name)
            reasons.append(Reason(sentence(label, f"{held:.2f}", f"{meant:.2f}"), DECIDE))
    method = _chosen(present.shipping_method, wanted.shipping_method, last.order.shipping_method)
    if method is CONFLICT:
        text = sentence("shipping method", present.shipping_method, wanted.shipping_method)
        reasons.append(Reason(text, DECIDE))
    if (moved := _moved_address(present, wanted, last)) is CONFLICT:
        text = f"The ship-to address of {present.number} was changed in GP and in ShipBob"
        reasons.append(Reason(text, DECIDE))
    if reasons:
        return NeedsReview(tuple(reasons))
    ship_date_is_ours = present.shipped_on in {None, last.order.shipped_on}
    return SalesUpdate(
        shipped_on=wanted.shipped_on if ship_date_is_ours and wanted.shipped_on != present.shipped_on else None,
        shipping_method=method or None,
        ship_to=wanted.ship_to if moved else None,
        comment=wanted.comment if _is_new_comment(present, wanted, last) else None,
        **amounts,
    )


CONFLICT = "both have changed it"


def _chosen(held: str, meant: str, before: str) -> str:
    """What to write, nothing for nothing, or CONFLICT. Where nothing is meant, what GP chose stays."""
    if not meant or held == meant or (held != before and meant == before):
        return ""
    return meant if held == before or not before else CONFLICT


def _moved_address(present: SalesOrder, wanted: SalesOrder, last: Written) -> str:
    """Something where the address is to be written, or CONFLICT."""
    named = {*filled(wanted.ship_to), *last.filled}
    if all(getattr(present.ship_to, name) == getattr(wanted.ship_to, name) for name in named):
        return ""
    if last.is_address(present.ship_to):
        return "write it"
    is_as_before = last.is_address(wanted.ship_to) and set(filled(wanted.ship_to)) <= set(last.filled)
    return "" if is_as_before else CONFLICT


def _is_new_comment(present: SalesOrder, wanted: SalesOrder, last: Written) -> bool:
    """A comment that a person wrote in stays whatever ShipBob says: it holds nothing that GP reckons with."""
    return wanted.comment != present.comment and last.is_comment(present.comment)


@dataclass(frozen=True, slots=True)
class _Goods:
    """The lines' part of an update by its fields, the lines as they are ours after it, and what has left of each."""

    update: Mapping[str, Any]
    lines: tuple[SalesLine, ...]
    shipped: Mapping[int, Decimal]


def _goods(present: SalesOrder, wanted: SalesOrder, last: Written) -> _Goods | NeedsReview:
    """Lines that say what was written are changed; lines that a person changed must be what ShipBob wants."""
    pairs = pair(present.lines, wanted.lines)
    before = pair(present.lines, last.order.lines)
    if not is_same_goods(pairs) and not is_same_goods(before):
        text = sentence("lines", shape(present.lines), shape(wanted.lines))
        return NeedsReview((Reason(text, DECIDE),))
    was = {held.sequence: line for held, line in before if held is not None and line is not None}
    written = _Lines(was, last)
    numbers = iter(free_sequences((*present.lines, *last.order.lines)))
    for held, meant in pairs:
        if held is None:
            assert meant is not None, "a pair has a line on one side at least"
            written.add(replace(meant, sequence=next(numbers)))
        elif meant is None:
            written.removed.append(held.sequence)
        else:
            written.change(held, meant)
    if written.reasons:
        return NeedsReview(tuple(written.reasons))
    return written.goods()


class _Lines:
    """The lines of an update as it is put together, one after the other."""

    def __init__(self, was: Mapping[int, SalesLine], last: Written) -> None:
        self._was = was
        self._shipped_before = dict(last.shipped)
        self.added: list[SalesLine] = []
        self.removed: list[int] = []
        self.reasons: list[Reason] = []
        self._after: list[SalesLine] = []
        self._shipped: dict[int, Decimal] = {}
        self._pairs: dict[str, list[tuple[int, Decimal]]] = {
            name: [] for name in ("prices", "quantities", "to_invoice", "fulfilled", "canceled")
        }
        self._lots: list[tuple[int, Lot]] = []
        self._serials: list[tuple[int, str]] = []

    def add(self, line: SalesLine) -> None:
        self.added.append(line)
        self._after.append(line)
        self._shipped[line.sequence] = line.fulfilled

    def change(self, held: SalesLine, meant: SalesLine) -> None:
        was = self._was.get(held.sequence)
        # A line that a person entered again has a number of its own, and is known by what it is of.
        before = self._shipped_before.get(was.sequence if was else held.sequence, NOUGHT)
        released = release(held, meant, Release(before, was is not None and was.to_invoice is not None))
        price = self._price(held, meant, was)
        after = replace(
            held,
            quantity=meant.quantity,
            canceled=meant.canceled,
            unit_price=price,
            fulfilled=released.fulfilled,
            to_invoice=released.to_invoice,
            lots=meant.lots,
            serials=meant.serials,
        )
        self._note(held, after)
        self._enter(held.sequence, lacking(held, meant, was))
        is_left_to_a_person = was is not None and price == held.unit_price != meant.unit_price
        self._after.append(replace(after, unit_price=was.unit_price) if is_left_to_a_person and was else after)
        self._shipped[held.sequence] = meant.fulfilled

    def _enter(self, sequence: int, found: Picked | Reason) -> None:
        if isinstance(found, Reason):
            self.reasons.append(found)
            return
        self._lots += ((sequence, lot) for lot in found.lots)
        self._serials += ((sequence, serial) for serial in found.serials)

    def _price(self, held: SalesLine, meant: SalesLine, was: SalesLine | None) -> Decimal:
        before = was.unit_price if was else held.unit_price
        if held.unit_price == before:
            return meant.unit_price
        if meant.unit_price not in {before, held.unit_price}:
            text = sentence(f"price of {held.item}", f"{held.unit_price.normalize():f}", f"{meant.unit_price:f}")
            self.reasons.append(Reason(text, DECIDE))
        return held.unit_price

    def _note(self, held: SalesLine, after: SalesLine) -> None:
        differences = {
            "prices": (held.unit_price, after.unit_price),
            "quantities": (held.quantity, after.quantity),
            "to_invoice": (held.to_invoice, after.to_invoice),
            "fulfilled": (held.fulfilled, after.fulfilled),
            "canceled": (held.canceled, after.canceled),
        }
        for name, (before, value) in differences.items():
            if value is not None and value != before:
                self._pairs[name].append((held.sequence, value))

    def goods(self) -> _Goods:
        pairs = {name: tuple(changes) for name, changes in self._pairs.items()}
        lists = {"added_lines": tuple(self.added), "removed_lines": tuple(sorted(self.removed))}
        picked = {"lots": tuple(self._lots), "serials": tuple(self._serials)}
        return _Goods(pairs | lists | picked, tuple(self._after), self._shipped)


def _after(present: SalesOrder, wanted: SalesOrder, last: Written, update: SalesUpdate, goods: _Goods) -> Written:
    """What is ours then: what we wrote or found as wanted. What a person changed keeps our last word beside it."""

    def ours(name: str) -> Any:
        """What is wanted, where it was written or stood there already; else what was last written."""
        is_so = getattr(update, name) is not None or getattr(present, name) == getattr(wanted, name)
        return getattr(wanted if is_so else last.order, name)

    order = replace(
        wanted,
        lines=goods.lines,
        batch=update.batch or last.order.batch,
        holds=(last.order.holds & wanted.holds) | update.added_holds,
        **{name: ours(name) for name in (*AMOUNTS, "shipped_on", "shipping_method")},
    )
    return replace(Written.of(order, goods.shipped), entered=entered(update))


def is_applied(present: SalesOrder, last: Written, after: Written) -> bool:
    """Does GP hold what leads from `last` to `after`? What a person did besides is another matter."""
    was, now = last.order, after.order
    return (
        all(
            getattr(was, name) == getattr(now, name) or getattr(present, name) == getattr(now, name)
            for name in (*AMOUNTS, "batch", "shipped_on", "shipping_method")
        )
        and (after.address == last.address or after.is_address(present.ship_to))
        and (after.comment == last.comment or after.is_comment(present.comment))
        and {*now.tracking} - {*was.tracking} <= {*present.tracking}
        and not ({*was.tracking} - {*now.tracking}) & {*present.tracking}
        and not (was.holds - now.holds) & present.holds
        and now.holds - was.holds <= present.holds
        and _are_lines_applied(present, last, after)
        and is_entered(present.lines, after.entered)
    )


def _are_lines_applied(present: SalesOrder, last: Written, after: Written) -> bool:
    now = after.order
    held, before, meant = ({line.sequence: line for line in order.lines} for order in (present, last.order, now))
    not_ours = taken_up(held, last, after)
    changed = {
        number: [name for name in names if name not in not_ours.get(number, ())]
        for number, line in meant.items()
        if (names := _changed(before.get(number), line, now))
    }
    return not (before.keys() - meant.keys()) & held.keys() and all(
        number in held and _says(held[number], meant[number], names) for number, names in changed.items()
    )


def _changed(was: SalesLine | None, line: SalesLine, now: SalesDocument) -> tuple[str, ...]:
    """What of the line was to be written: a price that a person keeps, or GP, was not."""
    return tuple(name for name in _told(line, now) if was is None or getattr(was, name) != getattr(line, name))


def _told(line: SalesLine, document: SalesDocument) -> tuple[str, ...]:
    """What a line as it was written says, and GP does not say for it."""
    price = () if document.is_priced_by_gp else ("unit_price",)
    rest = ("to_invoice",) if line.to_invoice is not None else ()
    return ("quantity", "canceled", "fulfilled", *price, *rest)


def _says(line: SalesLine, meant: SalesLine, names: Iterable[str]) -> bool:
    return all(getattr(line, name) == getattr(meant, name) for name in names)


def is_untouched(present: SalesOrder, last: Written) -> bool:
    """Nobody has changed the order in GP since it was last written, as far as it shows what was written."""
    was = last.order
    names = (*AMOUNTS, "customer", "customer_po", "batch", "shipped_on", "holds")
    pairs = pair(present.lines, was.lines)
    return (
        not moved_on(present)
        and all(getattr(present, name) == getattr(was, name) for name in names)
        and was.shipping_method in {"", present.shipping_method}
        and {*present.tracking} == {*was.tracking}
        and last.is_address(present.ship_to)
        and last.is_comment(present.comment)
        and is_same_goods(pairs)
        and all(held is None or line is None or _says(held, line, _told(line, was)) for held, line in pairs)
    )
