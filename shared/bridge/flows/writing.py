"""One write to GP, by the promise of `protocols/intent.py`: for every kind of document, and for nothing else.

A flow says what it wants written, how to look for it and how to compare it; here it is announced, written, and, when
nobody knows what became of it, settled by looking.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from bridge.domain.outcome import Misconfigured, NeedsReview, Outcome, Reason, Refused, Transient, Waiting
from bridge.flows.attempt import Work
from bridge.protocols import intent as intents
from bridge.protocols import ledger
from bridge.protocols.intent import Effect, Verdict
from bridge.protocols.ledger import LedgerRow, Part, Status
from bridge.protocols.trail import digest


@dataclass(frozen=True, slots=True)
class Wanted:
    """A document as it should stand in GP. `plain` is all of it in plain types; `aliases` are numbers to find it by.

    `part` is the key of the part that it stands for, where one document of ours becomes several in GP.
    """

    number: str
    plain: Mapping[str, object]
    aliases: tuple[str, ...] = ()
    part: str = ""

    @property
    def fingerprint(self) -> str:
        return digest(self.plain)


@dataclass(frozen=True, slots=True)
class Creation[D]:
    """How a document is written under our own number, looked for, and compared.

    `contradictions` says, a sentence each, where what stands under the number is not what is wanted.
    """

    wanted: Wanted
    look: Callable[[], D | None]
    write: Callable[[], None]
    contradictions: Callable[[D], tuple[str, ...]]


def create[D](work: Work, creation: Creation[D], facts: Mapping[str, str], **written: Any) -> Outcome | None:
    """Write the document. None: it is in GP, go on. `facts` describe it in the trail, `written` goes into the row."""
    work.ports.gp.login()
    return send(work, creation, facts, **written)


def send[D](work: Work, creation: Creation[D], facts: Mapping[str, str], **written: Any) -> Outcome | None:
    """`create`, by one who is logged in."""
    if work.row.was_seen_in_gp and not creation.wanted.part:
        work.stop_if_closed()
        if (present := creation.look()) is not None:
            return _back_again(work, creation, present, written)
    before = work.row
    announce(work, Effect.CREATE, creation.wanted, **written)
    try:
        creation.write()
    except (Transient, Misconfigured):
        withdraw(work, before)
        raise
    except Refused as refusal:
        return _refused(work, creation, refusal, before)
    work.record("created in GP", {"number": creation.wanted.number, **facts})
    _keep(work, creation.wanted.number, creation.wanted.fingerprint, creation.wanted.part)
    return None


def _back_again[D](work: Work, creation: Creation[D], present: D, written: Mapping[str, Any]) -> NeedsReview | None:
    """What was gone or another's when a person closed the document stands there now: by their hand, and once."""
    before = work.row
    work.row = dataclasses.replace(before, **written)
    if (outcome := _compare(work, creation, present)) is not None:
        work.row = before
    return outcome


def _keep(work: Work, number: str, fingerprint: str, part: str) -> None:
    """It is known to be in GP: the row says so, of the document or of its part."""
    if part:
        work.save(intent=None, planned="", parts=ledger.with_part(work.row.parts, Part(part, number, fingerprint)))
    else:
        work.save(intent=None, was_seen_in_gp=True, fingerprint=fingerprint)


def _refused[D](work: Work, creation: Creation[D], refusal: Refused, before: LedgerRow) -> Outcome | None:
    """GP said no. If the number is taken, what stands there decides: the refusal alone proves nothing either way."""
    work.record("refused by GP", {"reason": refusal.reason, "evidence": "; ".join(refusal.evidence)})
    present = creation.look()
    if present is None:
        withdraw(work, before)
        raise refusal
    if (outcome := _compare(work, creation, present)) is not None:
        # Somebody else's, so ours is not written; once that one is gone it may be.
        withdraw(work, before)
    return outcome


def settle(work: Work, *, present: bool, found: bool) -> Outcome | None:
    """Judge a look in GP for the write whose outcome nobody knows: why to stop here, or None.

    `present`: something stands under the number; `found`: and it is what was announced. None with it found means that
    it can be adopted; None without, that it may be sent again.
    """
    intent = work.row.intent
    assert intent is not None
    is_part = bool(intent.number)
    settlement = intents.settle(
        intent,
        found=found,
        ever_seen=work.row.was_seen_in_gp and not is_part,
        now=work.ports.clock.now(),
        settle_time=work.ports.settle_time,
    )
    work.record("looked in GP", {"effect": intent.effect, "found": str(found), "verdict": settlement.verdict})
    # Whatever stood there once: gone again, it was a person's doing, and is not undone by another send.
    seen = work.row.was_seen_in_gp or (present and not is_part)
    work.row = dataclasses.replace(work.row, was_seen_in_gp=seen, intent=settlement.intent)
    match settlement.verdict:
        case Verdict.LOOK_AGAIN:
            return Waiting(f"GP has not answered for the {intent.effect} yet", settlement.look_at)
        case Verdict.ASK:
            text = f"{intent.number or work.row.number} was in GP and is gone"
            fix = "If it is to be in GP, enter it again by hand; then close this review"
            return NeedsReview((Reason(text, fix),))
        case _:
            return None


def adopt(
    work: Work, number: str, fingerprint: str, contradicted: tuple[str, ...], part: str = ""
) -> NeedsReview | None:
    """Take what stands in GP for ours, unless it is not what we mean."""
    if contradicted:
        fix = f"Find out who wrote or changed {number} in GP, and correct it there; or leave it, and close this review"
        return NeedsReview(tuple(Reason(text, fix) for text in contradicted))
    _keep(work, number, fingerprint, part)
    return None


def _compare[D](work: Work, creation: Creation[D], present: D) -> NeedsReview | None:
    wanted = creation.wanted
    return adopt(work, wanted.number, wanted.fingerprint, creation.contradictions(present), wanted.part)


def announce(work: Work, effect: Effect, wanted: Wanted, **written: Any) -> None:
    """Say what is about to be written, in the audit and in the ledger, before it is."""
    work.stop_if_closed()
    intent = intents.announce(
        effect,
        wanted.fingerprint,
        work.row.intent,
        now=work.ports.clock.now(),
        settle_time=work.ports.settle_time,
    )
    intent = dataclasses.replace(intent, number=wanted.number if wanted.part else "")
    facts = {"effect": effect, "number": wanted.number, "digest": intent.digest}
    work.record("intends", facts, json.dumps(wanted.plain, default=str).encode())
    work.ports.state.remember_aliases(work.message.document, [wanted.number, *wanted.aliases])
    work.save(intent=intent, status=Status.SENDING, due_at=intent.deadline, **written)


def withdraw(work: Work, before: LedgerRow) -> None:
    """The write is known not to have happened: what the row said of it is as it was."""
    work.row = dataclasses.replace(before, intent=None, version=work.row.version)
