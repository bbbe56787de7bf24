"""An event in which ShipBob corrected its stock ⇒ nothing, a review or one adjustment in GP, as the company chose.

What a person asked ShipBob for is in GP already: it is matched first, and only the rest is told or booked. How an event
is recorded stays as it began, so that what a clerk has entered by hand is not booked when the setting changes; a replay
decides anew.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import assert_never

from bridge.domain.correction import Correction
from bridge.domain.inventory import InventoryDocument
from bridge.domain.outcome import Done, NeedsReview, Outcome, Reason, Transient, Unchanged, Waiting
from bridge.domain.stock import StockEvent
from bridge.domain.terms import StockCorrections
from bridge.flows import adjusting, reading, unposted
from bridge.flows.attempt import Unkept, Work
from bridge.mapping import correcting
from bridge.mapping.adjusting import lines, spoken, unmapped
from bridge.protocols import expectation

UNREADABLE = Reason(
    "A correction of stock came in a form that this version does not read",
    "Its trail keeps it; look at the history of ShipBob's inventory, and enter it in GP by hand",
)


@dataclass(frozen=True, slots=True)
class _Booking:
    """The adjustment that says in GP what nobody had asked ShipBob for: `rest`, beside what was `answered`."""

    document: InventoryDocument
    rest: tuple[Correction, ...]
    answered: str


def record_correction(work: Work) -> Outcome:
    """Bring what ShipBob corrected before a person, or into GP, but for what was expected."""
    if work.row.is_finished and not work.message.is_replay:
        return Unchanged("decided already, and an event never changes")
    event = _event(work)
    if not isinstance(event, StockEvent):
        return event
    if work.row.fingerprint and work.row.intent is None:
        return Unchanged(f"GP holds it already as {work.row.number}")
    meant = _meant(work, event)
    if work.row.intent is not None and (outcome := _settle(work, meant)) is not None:
        return outcome
    if isinstance(meant, _Booking):
        return _record(work, meant)
    return Done(unposted.named(work)) if work.row.fingerprint else meant


def _settle(work: Work, meant: _Booking | Outcome) -> Outcome | None:
    """Settle the adjustment in the air, whatever would be booked by now. None: settled, go on."""
    return adjusting.settle(work, meant.document if isinstance(meant, _Booking) else None)


def _meant(work: Work, event: StockEvent) -> _Booking | Outcome:
    """What is to be booked, or why nothing is."""
    if (note := _not_ours(work, event)) is not None:
        return Done(note)
    changes = correcting.changes_of(event)
    if not all(each.sku for each in changes):
        text = f"ShipBob corrected its inventory {event.inventory_id} and names no SKU"
        return _left(work, text) or NeedsReview(
            (Reason(text, "Look for it in ShipBob's inventory, and enter it in GP by hand"),)
        )
    mappings = work.ports.state.mappings(correcting.keys_of(changes))
    locations, skus = {str(each.facility) for each in changes}, {each.sku for each in changes}
    if reasons := unmapped(locations, skus, mappings):
        return _left(work, reasons[0].text) or NeedsReview(reasons)
    return _decide(work, event, correcting.corrections(changes, mappings))


def _left(work: Work, unclear: str) -> Done | None:
    """Where corrections are left to the trail nobody is asked. What is not mapped, nobody asked ShipBob for either."""
    if _mode(work) is not StockCorrections.OFF:
        return None
    work.row = dataclasses.replace(work.row, mode=StockCorrections.OFF)
    return Done(f"left to the trail, as the company chose: {unclear}")


def _decide(work: Work, event: StockEvent, corrections: tuple[Correction, ...]) -> _Booking | Outcome:
    if not corrections:
        return Done("a move within ShipBob: GP has as much as before")
    rest, answered = _unexpected(work, event, corrections)
    if not rest:
        return Done(f"GP has it already: {answered}")
    mode = _mode(work)
    work.row = dataclasses.replace(work.row, mode=mode)
    match mode:
        case StockCorrections.OFF:
            return Done(f"left to the trail, as the company chose: {spoken(rest)}")
        case StockCorrections.REVIEW:
            return NeedsReview((_told(work, event, rest, answered),))
        case StockCorrections.RECORD:
            return _booking(work, event, rest, answered)
        case _:
            assert_never(mode)


# What came --------------------------------------------------------------------------------------------------------


def _event(work: Work) -> StockEvent | Outcome:
    """The event, which never changes: from a list of any age, or as its trail has told it before."""
    snapshot = work.message.snapshot
    if snapshot is None:
        return _event_in_trail(work)
    if work.row.read_at is None or snapshot.read_started > work.row.read_at:  # a dead letter's list may be older
        reading.note(work, snapshot.read_started, snapshot.read_finished)
    try:
        event = work.ports.shipbob.stock_event_in(snapshot.image)
    except Transient as unread:
        _keep(work, {"unread": str(unread)}, snapshot.image)
        return NeedsReview((UNREADABLE,))
    if not reading.is_known(work.row.image_digest, snapshot.image):
        _keep(work, correcting.facts_of(event), snapshot.image)
    return event


def _keep(work: Work, facts: Mapping[str, str], image: bytes) -> None:
    """Into the trail, for no later list shows the event again."""
    try:
        reading.record(work, facts, image)
    except Transient as failure:
        raise Unkept(str(failure)) from failure


def _event_in_trail(work: Work) -> StockEvent | Outcome:
    if not work.row.image_digest:
        return Waiting("a correction of stock without its contents: the next list of corrections brings them")
    number = work.message.document.number
    told = (correcting.event_in(number, each.facts) for each in work.ports.audit.entries(work.message.document))
    return next((event for event in told if event is not None), NeedsReview((UNREADABLE,)))


def _not_ours(work: Work, event: StockEvent) -> str | None:
    """Why an event leaves nothing to book, whatever is mapped."""
    if not event.is_correction:
        return "no correction: the document that it belongs to tells of it"
    if event.at < work.ports.terms.cut_over:
        return "from before the cut-over: it belongs to the books as they were kept until then"
    if not correcting.changes_of(event):
        return "a move within ShipBob: GP has as much as before"
    return None


# What was expected ------------------------------------------------------------------------------------------------


def _unexpected(
    work: Work, event: StockEvent, corrections: tuple[Correction, ...]
) -> tuple[tuple[Correction, ...], str]:
    """What of it nobody asked ShipBob for, and a sentence of what somebody did.

    Once an adjustment is or may be in GP the event takes no more: what was written was the rest at that time.
    """
    places = sorted({(each.item.item, each.site) for each in corrections})
    expected = [row for place in places for row in work.ports.expectations.open(*place)]
    answer = expectation.answer(event.id, event.at, corrections, expected, may_take=not adjusting.is_in_gp(work))
    said = "; ".join(f"{taken:+f} asked for by {row.document}" for row, taken in answer.answered)
    if answer.taking:
        work.record("was expected", {"answers": said})
    for row in answer.taking:
        work.ports.expectations.save(row)
    return answer.rest, said


# What becomes of it -----------------------------------------------------------------------------------------------


def _mode(work: Work) -> StockCorrections:
    """As it began; a person who has it looked at again has it as the company wants it now."""
    if adjusting.is_in_gp(work):
        return StockCorrections.RECORD
    if work.row.mode and not work.message.is_replay:
        return StockCorrections(work.row.mode)
    return work.ports.terms.corrections.corrections


def _told(work: Work, event: StockEvent, rest: tuple[Correction, ...], answered: str) -> Reason:
    day = event.at.astimezone(work.ports.terms.zone).date()
    beside = f" (beside what was asked for: {answered})" if answered else ""
    return Reason(
        f"ShipBob corrected its stock on {day:%d %b %Y}, event {event.id}: {_pieces(rest)}{beside}",
        f"Enter in GP, as adjustment {unposted.give_number(work)}: {spoken(rest)}, dated {day:%d %b %Y}; "
        "then close this review. Or set StockCorrections to record, and replay it",
    )


def _pieces(corrections: tuple[Correction, ...]) -> str:
    return "; ".join(
        f"{each.pieces:+f} of {each.sku} at {each.site}" + (f", lot {each.lot}" if each.lot else "")
        for each in corrections
    )


def _booking(work: Work, event: StockEvent, rest: tuple[Correction, ...], answered: str) -> _Booking | Outcome:
    terms = work.ports.terms
    written = lines(unposted.give_number(work), rest, adjusting.cards(work, rest), terms.corrections)
    if isinstance(written, NeedsReview):
        return written
    if not written:
        return Done(f"{adjusting.NO_LOTS}: {spoken(rest)}")
    day = event.at.astimezone(terms.zone).date()
    return _Booking(adjusting.adjustment(work, written, day), rest, answered)


def _record(work: Work, booking: _Booking) -> Outcome:
    facts = {"corrects": spoken(booking.rest), "expected": booking.answered}
    if (outcome := adjusting.adjust(work, booking.document, facts)) is not None:
        return outcome
    return Done(f"{unposted.named(work)}: {spoken(booking.rest)}")
