"""A stock document in GP ⇒ ShipBob expects what comes to it, and a person is told what only ShipBob's people can do.

A receiving order (WRO) is the only way in, and nothing but a shipped order takes stock out. So a transfer into a
ShipBob site becomes a WRO; what leaves one, and what moves between two, becomes a finished request to ShipBob's support
and an expected correction. An adjustment that brings GP closer to ShipBob corrects GP, and is not sent.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
from collections.abc import Sequence

from bridge.domain.document import GP_KINDS
from bridge.domain.inventory import InventoryDocument, TransactionState, stamp
from bridge.domain.message import LEFT_ALONE
from bridge.domain.movement import Move
from bridge.domain.outcome import Done, NeedsReview, Outcome, Reason, Unchanged
from bridge.domain.receiving import BoxPackaging, PackageType
from bridge.domain.terms import SendingTerms
from bridge.flows import expecting, reading, sending, weighing
from bridge.flows.attempt import Work
from bridge.mapping import moving, telling
from bridge.protocols import freshness
from bridge.protocols.ledger import Part
from bridge.protocols.trail import digest

ENTERED_AGAIN_AFTER = dt.timedelta(days=1)  # what is in Work may be changed, and GP's modified date may be of days only


def send_receiving_order(work: Work) -> Outcome:
    """Bring ShipBob to expect what GP's document says: one receiving order at a time, each announced before it is made.

    The first settles what an attempt before left in the air.
    """
    if work.row.intent is not None and (outcome := sending.settle(work)) is not None:
        return outcome
    if _is_left_alone(work):
        return _leave_alone(work)
    document = _read(work)
    if document is None:
        return _gone(work)
    if not work.row.parts and (note := telling.not_told(document, work.ports.terms) or _written_before(work)):
        return Done(note)
    return _compare(work, document)


def _written_before(work: Work) -> str:
    """That the bridge wrote it when its numbers began otherwise, or a person corrected that; empty where neither."""
    state, name = work.ports.state, work.message.document.name
    number = telling.corrected_by(name)
    found = [each for each in state.find(number) if each.kind not in GP_KINDS]
    return telling.OURS if any(state.row(each).number == number for each in found) else ""


def _is_left_alone(work: Work) -> bool:
    """Has a person said so of what a poll held back? Whoever replays the document says otherwise."""
    is_said = work.message.reason.startswith(LEFT_ALONE) or work.row.mode == LEFT_ALONE
    return is_said and not work.row.parts and not work.message.is_replay


def _leave_alone(work: Work) -> Done:
    if work.message.snapshot is not None:
        work.row = dataclasses.replace(work.row, image_digest=freshness.digest(work.message.snapshot.image))
    work.row = dataclasses.replace(work.row, mode=LEFT_ALONE)
    return Done("a person has left it alone: ShipBob is not told of it")


def _compare(work: Work, document: InventoryDocument) -> Outcome:
    """Compare what the document moves with what ShipBob was told of it."""
    sites = weighing.sites(work.ports, document)
    if reasons := moving.unclear(document, sites):
        return NeedsReview(reasons)
    moves = moving.moves(document, sites)
    if work.row.parts and work.row.fingerprint != _fingerprint(moves):
        return _changed(work, document)
    is_told = work.row.is_finished and work.row.fingerprint == _fingerprint(moves)
    if is_told and expecting.is_as_asked(work, document):
        return Unchanged("ShipBob has been told already", _next_look(work, document))
    return _tell(work, document, moves, weighing.plan(work, moves, sites, _terms(work)))


def _read(work: Work) -> InventoryDocument | None:
    """The document as GP holds it now. What a list showed is known from then on."""
    named = work.message.document
    found = reading.by_call(work, lambda: work.ports.gp.inventory_document(telling.TYPES[named.kind], named.name))
    if found is not None:
        facts = {"state": found.state, "batch": found.batch, "date": f"{found.date}", "lines": str(len(found.lines))}
        work.record("read from GP", facts, json.dumps(dataclasses.asdict(found), default=str).encode())
        listed = work.message.snapshot.image if work.message.snapshot else stamp(found)
        work.row = dataclasses.replace(work.row, image_digest=freshness.digest(listed))
    work.row = dataclasses.replace(work.row, shown=_meant(found))
    return found


def _meant(document: InventoryDocument | None) -> str:
    """What it moves, be it entered or posted, whatever its batch and its cost; or that it is gone."""
    if document is None:
        return reading.ABSENT
    return digest(
        [
            [line.item, line.site, line.to_site, line.unit_of_measure, f"{line.quantity.normalize():f}"]
            + [f"{lot.number}: {lot.quantity.normalize():f}" for lot in line.lots]
            for line in document.lines
        ]
    )


def _fingerprint(moves: Sequence[Move]) -> str:
    """Of what GP moved, whatever its items are called at ShipBob and however they are packed."""
    plain = [
        [move.way, move.site, move.to_site, move.item, move.unit, move.lot, f"{move.quantity.normalize():f}"]
        for move in moves
    ]
    return digest(sorted(plain))


def _terms(work: Work) -> SendingTerms:
    """The parameters, but goods that are being announced are packed as they were when that began."""
    terms = work.ports.terms.sending
    if work.row.mode in ("", LEFT_ALONE):
        return terms
    package, packaging, units = work.row.mode.split("/")
    return dataclasses.replace(
        terms, package_type=PackageType(package), packaging=BoxPackaging(packaging), units_per_box=int(units)
    )


def _tell(work: Work, document: InventoryDocument, moves: Sequence[Move], plan: weighing.Plan | NeedsReview) -> Outcome:
    if isinstance(plan, NeedsReview):
        return plan
    terms = _terms(work)
    mode = f"{terms.package_type}/{terms.packaging}/{terms.units_per_box}"
    told = sending.Told(_fingerprint(moves), mode)
    for wanted in plan.orders:
        if not sending.is_sent(work, wanted) and (outcome := sending.send(work, wanted, told)) is not None:
            return outcome
    known = {part.key for part in work.row.parts}
    corrections = tuple(Part(key, "") for key in plan.corrections if key not in known)
    work.row = dataclasses.replace(
        work.row, fingerprint=told.fingerprint, number=document.number, parts=(*work.row.parts, *corrections)
    )
    asked = expecting.ask(work, document, plan.requests)
    if asked.reasons:
        return NeedsReview(asked.reasons)
    return Done(_summary(work, plan, asked.note), _next_look(work, document))


def _summary(work: Work, plan: weighing.Plan, asked: str) -> str:
    wros = [f"WRO {part.number}, {part.key}" for part in work.row.parts if part.number]
    corrected = ["it brought GP closer to ShipBob's own figure"] if plan.corrections else []
    return "; ".join([*wros, *filter(None, [asked]), *corrected]) or "it moves nothing at ShipBob's sites"


def _next_look(work: Work, document: InventoryDocument) -> dt.datetime | None:
    is_open = document.state is TransactionState.WORK and bool(work.row.parts)
    return work.began + ENTERED_AGAIN_AFTER if is_open else None


def _expected_as(work: Work) -> str:
    wros = [f"WRO {part.number} ({part.key})" for part in work.row.parts if part.number]
    return " and ".join(wros) or "a request to its support"


def _changed(work: Work, document: InventoryDocument) -> NeedsReview:
    kind = work.message.document.kind
    text = f"GP {kind} {document.number} was changed after ShipBob was told of it as {_expected_as(work)}"
    fix = "Change that at ShipBob by hand to what GP says now, or change GP back; the trail keeps both"
    return NeedsReview((Reason(text, fix),))


def _gone(work: Work) -> Outcome:
    """Deleted; or posted in a company that keeps no inventory history."""
    named = work.message.document
    if not work.row.parts:
        return Done("GP does not have it any more, and ShipBob was never told of it")
    text = f"GP no longer has {named.kind} {named.name}, which ShipBob knows as {_expected_as(work)}"
    fix = "Deleted: cancel that at ShipBob. Posted: have GP keep its inventory history, so that it can be seen"
    no_more = expecting.expect_no_more(work)
    return NeedsReview((Reason(text, f"{fix}. {no_more}" if no_more else fix),))
