"""One receiving order at ShipBob, written once, by the promise of `protocols/intent.py`.

ShipBob knows it by its purchase order number, which is ours and unique there: it is looked for before the first send,
and whenever nobody knows what became of one. What ShipBob calls it is remembered, so that what becomes of the goods
finds the GP document that sent them.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from dataclasses import dataclass

from bridge.domain.outcome import Misconfigured, NeedsReview, Outcome, Reason, Refused, Transient, Waiting
from bridge.domain.receiving import NewReceivingOrder, ReceivingStatus, WarehouseReceivingOrder
from bridge.flows import writing
from bridge.flows.attempt import Work
from bridge.mapping import announcing
from bridge.protocols import intent as intents
from bridge.protocols.intent import Effect, Verdict
from bridge.protocols.ledger import Part, Status
from bridge.protocols.trail import digest


@dataclass(frozen=True, slots=True)
class Told:
    """What the row says from the first announcement on: what the document moved, and how goods were packed then."""

    fingerprint: str
    mode: str


def is_sent(work: Work, wanted: NewReceivingOrder) -> bool:
    """Has ShipBob got it?"""
    return any(part.key == wanted.purchase_order_number for part in work.row.parts)


def settle(work: Work) -> Outcome | None:
    """Settle the send whose outcome nobody knows: why to stop here, or None to go on."""
    intent = work.row.intent
    assert intent is not None
    present = _look(work, intent.number)
    settlement = intents.settle(
        intent,
        found=present is not None,
        ever_seen=False,  # ShipBob keeps a receiving order, also when it is cancelled
        now=work.ports.clock.now(),
        settle_time=work.ports.settle_time,
    )
    work.record("looked at ShipBob", {"number": intent.number, "verdict": settlement.verdict})
    work.row = dataclasses.replace(work.row, intent=settlement.intent)
    if settlement.verdict is Verdict.LOOK_AGAIN:
        return Waiting(f"ShipBob has not answered for the receiving order {intent.number} yet", settlement.look_at)
    if present is None:
        return None
    if digest(announcing.contents_of(present)) != intent.digest:
        text = f"WRO {present.id}, '{intent.number}', at ShipBob does not hold what was sent"
        fix = "Find out who made or changed it, and correct it in ShipBob; or leave it, and close this review"
        return NeedsReview((Reason(text, fix),))
    _keep(work, present, "found at ShipBob", intent.digest)
    return None


def send(work: Work, wanted: NewReceivingOrder, told: Told) -> Outcome | None:
    """Make the receiving order. None: ShipBob has it, go on."""
    before = work.row
    # Sent once and found absent twice, it may have come all the same: ShipBob's list lags.
    is_ours = before.intent is not None and before.intent.number == wanted.purchase_order_number
    if (present := _look(work, wanted.purchase_order_number)) is not None:
        return _adopt(work, present, wanted, told, is_ours=is_ours)
    _announce(work, wanted, told)
    try:
        made = work.ports.shipbob.create_receiving_order(wanted)
    except (Transient, Misconfigured):
        writing.withdraw(work, before)
        raise
    except Refused as refusal:
        work.record("refused by ShipBob", {"reason": refusal.reason, "evidence": "; ".join(refusal.evidence)})
        present = _look(work, wanted.purchase_order_number)
        writing.withdraw(work, before)
        if present is None:
            raise
        return _adopt(work, present, wanted, told, is_ours=is_ours)
    _keep(work, made, "created at ShipBob", _digest(wanted), _re_pointed(made, wanted))
    return None


def _look(work: Work, number: str) -> WarehouseReceivingOrder | None:
    """The receiving order of a number; a cancelled one only where there is no other."""
    found = work.ports.shipbob.receiving_orders_of(number)
    if found:  # a person may be told of it before it is known to be ours
        work.ports.state.remember_aliases(work.message.document, [number, *(str(each.id) for each in found)])
    return min(found, key=lambda each: (each.status is ReceivingStatus.CANCELLED, each.id), default=None)


def _digest(wanted: NewReceivingOrder) -> str:
    return digest(announcing.contents(wanted))


def _announce(work: Work, wanted: NewReceivingOrder, told: Told) -> None:
    """Say what is about to be sent, in the audit and in the ledger, before it is."""
    work.stop_if_closed()
    number = wanted.purchase_order_number
    before = work.row.intent if work.row.intent and work.row.intent.number == number else None
    intent = intents.announce(
        Effect.CREATE, _digest(wanted), before, now=work.ports.clock.now(), settle_time=work.ports.settle_time
    )
    intent = dataclasses.replace(intent, number=number)
    facts = {"effect": intent.effect, "number": number, "centre": str(wanted.center), "digest": intent.digest}
    work.record("intends", facts, json.dumps(dataclasses.asdict(wanted), default=str).encode())
    work.ports.state.remember_aliases(work.message.document, [number, work.message.document.name])
    work.save(
        intent=intent,
        status=Status.SENDING,
        due_at=intent.deadline,
        number=work.message.document.name,
        fingerprint=told.fingerprint,
        mode=told.mode,
    )


def _adopt(
    work: Work, present: WarehouseReceivingOrder, wanted: NewReceivingOrder, told: Told, *, is_ours: bool
) -> NeedsReview | None:
    """Take what stands under our number for ours, if it is what we mean."""
    contradicted = announcing.contradictions(present, wanted, is_ours=is_ours)
    if contradicted:
        fix = f"Find out who made or changed WRO {present.id}, and correct it in ShipBob"
        return NeedsReview(tuple(Reason(text, fix) for text in contradicted))
    work.row = dataclasses.replace(work.row, fingerprint=told.fingerprint, mode=told.mode)
    _keep(work, present, "found at ShipBob", _digest(wanted))
    return None


def _keep(
    work: Work, made: WarehouseReceivingOrder, what: str, fingerprint: str, also: Mapping[str, str] | None = None
) -> None:
    """Remember what ShipBob calls it: first so that it is found, then so that it is not sent again."""
    facts = {"number": made.purchase_order_number, "wro": str(made.id), "labels": made.labels, **(also or {})}
    work.record(what, facts, made.image)
    aliases = [alias(made.id), str(made.id), made.purchase_order_number]
    work.ports.state.remember_aliases(work.message.document, aliases)
    part = Part(made.purchase_order_number, str(made.id), fingerprint)
    work.save(intent=None, number=work.message.document.name, parts=(*work.row.parts, part))


def _re_pointed(made: WarehouseReceivingOrder, wanted: NewReceivingOrder) -> dict[str, str]:
    """In a region with a hub ShipBob has the goods come there first."""
    if made.center is None or made.center.id == wanted.center:
        return {}
    return {"re-pointed": f"to {made.center}, from {wanted.center}"}


def alias(receiving_id: int) -> str:
    """What a GP document is found by that sent a receiving order."""
    return f"wro/{receiving_id}"
