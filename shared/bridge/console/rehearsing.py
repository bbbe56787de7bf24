"""A document decided on once more as it was recorded, by today's rules and mappings, and nothing written.

The dry run of a replay by an image, and of older ones than such a replay goes by: State is read and not saved, the
trail is kept in memory, no queue takes anything, and whatever is no plain read of GP is kept back.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from bridge.console.replaying import recorded
from bridge.domain.document import DocumentId, DocumentKind
from bridge.domain.message import REPLAY, Message, Snapshot
from bridge.domain.order import Order
from bridge.domain.outcome import Done, Failure, NeedsReview, Outcome, Refused, Unchanged, Waiting, Withheld
from bridge.domain.receiving import WarehouseReceivingOrder
from bridge.domain.returns import Return
from bridge.flows.attempt import Closed, Flow, Work
from bridge.flows.recalling import READ, NotGoneBy, check, recall
from bridge.flows.record_correction import record_correction
from bridge.flows.record_order import record_order
from bridge.flows.record_receipt import record_receipt
from bridge.flows.record_return import record_return
from bridge.ports import Ports
from bridge.protocols.trail import Entry, link

FLOWS: dict[DocumentKind, Flow] = {
    DocumentKind.ORDER: record_order,
    DocumentKind.RETURN: record_return,
    DocumentKind.STOCK: record_correction,
    DocumentKind.RECEIVING: record_receipt,
}
READS_OF_GP = frozenset(
    "sales_order sales_invoice sales_return sales_documents inventory_document inventory_documents item item_numbers "
    "sites_of companies customer sites shipping_methods hold_setups policy probe server certificates".split()
)
READS_OF_STATE = frozenset("row mappings mapped_in mapped_to find batch standing".split())
WRITES_OF_SHIPBOB = frozenset("create_receiving_order subscribe unsubscribe".split())


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """What was recorded and when, what would have come of it, the steps there, and the write that would be next.

    `request` is that write's document in JSON, as the port would be given it; empty where nothing would be written.
    `not_gone_by`: why a replay would not go by that image at all.
    """

    entry: int
    read_at: str
    outcome: str
    steps: Sequence[Entry]
    call: str = ""
    request: str = ""
    not_gone_by: str = ""


def rehearse(ports: Ports, document: DocumentId, entry: int, by: str, why: str) -> Rehearsed:
    """Decide on the document as an entry of its trail shows it, 0 for the newest. The trail says who asked, and why.

    A ValueError where nothing was recorded, or no longer is, or the kind of document is not decided on by an image.
    """
    if not why.strip():
        raise ValueError("to have a document decided on again needs a reason")
    if document.kind not in FLOWS:
        raise ValueError(f"{document}: only {', '.join(FLOWS)} can be decided on as recorded; replay it as it is now")
    shown = recorded(ports, document, entry)
    if shown is None:
        raise ValueError(f"{document}: its trail holds no image of it{f' in entry {entry}' if entry else ''} any more")
    number = _number(ports, document, entry)
    ports.audit.trail(document, by).record("rehearsed", {"reason": why.strip(), "entry": str(number)})
    steps: list[Entry] = []
    sandbox = cast("Ports", _Sandbox(ports, document, shown, steps))  # all else it lacks is the real port
    message = Message(document, f"{REPLAY}: {why.strip()}", by, ports.clock.now(), shown)
    outcome, withheld = _decided(FLOWS[document.kind], Work(message, sandbox, ports.state.row(document)))
    call, request = (withheld.call, withheld.request.decode(errors="replace")) if withheld else ("", "")
    why_not = _not_gone_by(ports, document, number, shown)
    return Rehearsed(number, shown.read_started.isoformat(), outcome, steps, call, request, why_not)


def _not_gone_by(ports: Ports, document: DocumentId, entry: int, shown: Snapshot) -> str:
    try:
        if document.kind is not DocumentKind.STOCK:
            recall(ports, document, entry)
            check(ports, document, shown.image)
    except NotGoneBy as why_not:
        return str(why_not)
    return ""


def _number(ports: Ports, document: DocumentId, entry: int) -> int:
    entries = ports.audit.entries(document)
    return entry or [each.number for each in entries if each.what == READ and each.payload_digest][-1]


def _decided(flow: Flow, work: Work) -> tuple[str, Withheld | None]:
    try:
        return _told(flow(work)), None
    except Withheld as withheld:
        return "would be written", withheld
    except Closed:
        return "Closed: a person has closed its review, and nothing is written for it before it is reopened", None
    except Failure as failure:
        return f"{type(failure).__name__}: {failure}", None


def _told(outcome: Outcome) -> str:
    match outcome:
        case Done(note) | Unchanged(note):
            return f"{type(outcome).__name__}: {note}"
        case Waiting(why):
            return f"Waiting: {why}"
        case NeedsReview(reasons):
            return "Review: " + "; ".join(reason.text for reason in reasons)


class _Sandbox:
    """The ports, of which none writes anything."""

    def __init__(self, real: Ports, document: DocumentId, shown: Snapshot, steps: list[Entry]) -> None:
        self._real = real
        self.state = _Read(real.state, READS_OF_STATE)
        self.expectations = _Read(real.expectations, frozenset({"open"}))
        self.audit = _TrailTold(real, document, steps)
        self.gp = _Kept(real.gp, lambda name: name in READS_OF_GP)
        self.shipbob = _ShipBobThen(real, shown)
        self.to_gp = self.to_shipbob = _Nowhere()

    def __getattr__(self, name: str) -> Any:
        if name in {"clock", "terms", "settle_time"}:
            return getattr(self._real, name)
        raise Refused(f"a rehearsal does not reach {name}")


class _Read:
    """Rows that are read, and saved nowhere."""

    def __init__(self, real: Any, reads: frozenset[str]) -> None:
        self._real = real
        self._reads = reads

    def remember_aliases(self, document: DocumentId, aliases: Iterable[str]) -> None:
        """Not in a rehearsal."""

    def __getattr__(self, name: str) -> Any:
        if name in self._reads:
            return getattr(self._real, name)
        if name.startswith("save"):
            return _as_if_saved
        raise Refused(f"a rehearsal does not {name}")


def _as_if_saved(row: Any) -> Any:
    return dataclasses.replace(row, version=row.version + 1)


@dataclass
class _TrailTold:
    """The audit, whose new entries are only told."""

    real: Ports
    document: DocumentId
    steps: list[Entry]
    by: str = field(default="rehearsal")

    def trail(self, _document: DocumentId, by: str) -> _TrailTold:
        self.by = by
        return self

    def entries(self, document: DocumentId) -> Sequence[Entry]:
        return self.real.audit.entries(document)

    def payload(self, document: DocumentId, digest: str) -> bytes | None:
        return self.real.audit.payload(document, digest)

    def record(self, what: str, facts: Mapping[str, str], payload: bytes = b"") -> Entry:
        before = self.steps[-1] if self.steps else None
        now = self.real.clock.now()
        self.steps.append(link(before, document=str(self.document), at=now, what=what, facts=facts, by=self.by))
        return self.steps[-1]


class _Kept:
    """A neighbour of which only what is known to be a read is done; a login is not needed for what is kept back."""

    def __init__(self, real: Any, is_read: Callable[[str], bool]) -> None:
        self._real = real
        self._is_read = is_read

    def login(self) -> None:
        """No write follows."""

    def __getattr__(self, name: str) -> Any:
        if self._is_read(name):
            return getattr(self._real, name)

        def keep_back(*given: object) -> None:
            raise Withheld(json.dumps([_plain(each) for each in given], default=str, indent=2).encode(), name)

        return keep_back


def _plain(given: object) -> object:
    if dataclasses.is_dataclass(given) and not isinstance(given, type):
        return {name: value for name, value in dataclasses.asdict(given).items() if name != "image"}
    return given


class _ShipBobThen(_Kept):
    """ShipBob as it was when the image was read; what else is asked of it is as it is now."""

    def __init__(self, real: Ports, shown: Snapshot) -> None:
        super().__init__(real.shipbob, lambda name: name not in WRITES_OF_SHIPBOB)
        self._then = real.shipbob
        self._image = shown.image

    def order(self, _order_id: int) -> Order:
        return self._then.order_in(self._image)

    def customer_return(self, _return_id: int) -> Return:
        return self._then.return_in(self._image)

    def receiving_order(self, _receiving_id: int) -> WarehouseReceivingOrder:
        return self._then.receiving_order_in(self._image)


class _Nowhere:
    """A queue that takes nothing."""

    def send(self, messages: Iterable[tuple[Message, str]]) -> None:
        """Nobody is told."""
        list(messages)

    def depth(self) -> int:
        return 0
