"""A completed ShipBob return ⇒ its goods back in GP's stock: an adjustment, or a sales return that credits as well.

A return is in the trail from its first event, and booked once ShipBob has counted it: what was processed, never what
was announced. GP cannot change an inventory document, so what ShipBob says otherwise afterwards is a person's.
"""

from __future__ import annotations

import dataclasses
import datetime as dt

from bridge.domain import topics
from bridge.domain.outcome import Done, NeedsReview, Outcome, Reason, Unchanged, Waiting
from bridge.domain.returns import Return, ReturnStatus
from bridge.flows import booking, unposted
from bridge.flows.attempt import Work
from bridge.flows.reading import read_return
from bridge.mapping import returning
from bridge.protocols.ledger import LedgerRow, Part, Status
from bridge.protocols.trail import digest

PROMISES_KEPT_WITHIN = dt.timedelta(minutes=2)
NOT_COUNTED_AGAIN_AFTER = dt.timedelta(days=7)  # the list of completed returns tells it sooner, if it tells it
COUNT = "count"  # the part of the row that says what of ShipBob's count is in GP


def record_return(work: Work) -> Outcome:
    """Bring GP to hold what ShipBob has counted, once."""
    returned = read_return(work, lambda listed: _is_news_after_all(work.row, listed))
    if work.row.intent is not None and (outcome := _settle(work, returned)) is not None:
        return outcome
    if returned is None:
        return _absent_at_shipbob(work)
    if (outcome := _ahead_of_shipbob(work, returned) or _not_counted(work, returned)) is not None:
        return outcome
    return _counted_since(work, returned) if work.row.fingerprint else _book(work, returned)


def _is_news_after_all(row: LedgerRow, listed: Return) -> bool:
    """A list that shows a booked return otherwise is not believed before ShipBob has been asked: a person will be."""
    return bool(row.fingerprint) and not _is_as_booked(row, listed)


def _is_as_booked(row: LedgerRow, returned: Return) -> bool:
    return returned.status is ReturnStatus.COMPLETED and _count(returned) in {part.fingerprint for part in row.parts}


def _count(returned: Return) -> str:
    return digest(returning.count_of(returned))


def _absent_at_shipbob(work: Work) -> Outcome:
    if work.row.fingerprint:
        return Unchanged(f"ShipBob shows it no more; GP has it as {work.row.number}")
    return Waiting("ShipBob does not show the return yet")


def _ahead_of_shipbob(work: Work, returned: Return) -> Waiting | None:
    """A delivery may promise a count that ShipBob does not show yet: that gets two minutes, once."""
    row, topic = work.row, topics.topic_of(work.message.reason)
    is_over = returned.status in {ReturnStatus.COMPLETED, ReturnStatus.CANCELLED} or row.status is Status.REVIEW
    if topic != topics.RETURN_COMPLETED or is_over or (row.status is Status.WAITING and row.is_due(work.began)):
        return None
    until = work.began + PROMISES_KEPT_WITHIN
    if row.status is Status.WAITING and row.due_at is not None:
        until = min(until, row.due_at)
    return Waiting("ShipBob does not show yet that the return is counted", until)


# What is not booked ---------------------------------------------------------------------------------------------------


def _not_counted(work: Work, returned: Return) -> Outcome | None:
    match returned.status:
        case ReturnStatus.COMPLETED:
            return _before_the_cut_over(work, returned)
        case ReturnStatus.CANCELLED:
            return _cancelled(work)
        case ReturnStatus.UNKNOWN:
            text = "ShipBob gives the return a status the bridge does not know"
            return NeedsReview((Reason(text, "Look at it in ShipBob"),))
        case _:
            return Done("booked once ShipBob has counted it", work.began + NOT_COUNTED_AGAIN_AFTER)


def _before_the_cut_over(work: Work, returned: Return) -> Outcome | None:
    if work.row.fingerprint:
        return None
    if returned.completed_at is None:
        text = "ShipBob has counted the return on a day that it does not tell"
        return NeedsReview((Reason(text, "Look at it in ShipBob; if it is not in GP, enter it there by hand"),))
    if returned.completed_at < work.ports.terms.cut_over:
        return Done("counted before the cut-over: it belongs to the books as they were kept until then")
    return None


def _cancelled(work: Work) -> Outcome:
    if not work.row.fingerprint:
        return Done("cancelled in ShipBob")
    nothing = Done(f"cancelled in ShipBob, and nothing is left of {work.row.number} in GP")
    holds = booking.held(work)
    if booking.agrees(holds.together, nothing):
        return nothing
    text = f"Cancelled in ShipBob after it was booked in GP as {work.row.number}"
    return NeedsReview((Reason(text, f"Look at the return in ShipBob. {booking.remedy(work, holds, nothing)}"),))


# The write ------------------------------------------------------------------------------------------------------------


def _book(work: Work, returned: Return) -> Outcome:
    """Write the document, unless nothing comes back into GP's stock."""
    meant = booking.translate(work, returned)
    if not isinstance(meant, booking.DOCUMENTS):
        return meant
    work.row = dataclasses.replace(work.row, parts=(_booked(work, returned),), mode=booking.record_of(work))
    if missing := returning.missing(returned):
        work.record("did not come", {"announced": missing})
    if (outcome := booking.write(work, meant)) is not None:
        return outcome
    return Done(f"{unposted.named(work)}: {booking.told(meant)}")


def _booked(work: Work, returned: Return) -> Part:
    return Part(COUNT, work.row.number, _count(returned))


def _settle(work: Work, returned: Return | None) -> Outcome | None:
    """Settle the create whose outcome nobody knows. None: settled, go on."""
    is_counted = returned is not None and returned.status is ReturnStatus.COMPLETED
    meant = booking.translate(work, returned) if returned is not None and is_counted else None
    return unposted.settle(work, booking.way(work), meant if isinstance(meant, booking.DOCUMENTS) else None)


# What ShipBob says afterwards -----------------------------------------------------------------------------------------


def _counted_since(work: Work, returned: Return) -> Outcome:
    """GP holds the return. Another count is a person's, until what stands in GP agrees with it."""
    if _is_as_booked(work.row, returned):
        note = f"GP holds it as {work.row.number}"
        return Unchanged(note) if work.row.is_finished else Done(note)
    meant = booking.translate(work, returned)
    if isinstance(meant, Waiting):
        return meant
    holds = booking.held(work)
    present = holds.together
    if booking.agrees(present, meant):
        work.row = dataclasses.replace(work.row, parts=(_booked(work, returned),))
        return Done(f"{work.row.number} agrees with what ShipBob has changed since")
    text = (
        f"ShipBob changed the return after it was booked: GP has {work.row.number} with"
        f" {booking.told(present) if present else 'nothing any more'}, and ShipBob now says {returning.told(returned)}"
    )
    reasons = meant.reasons if isinstance(meant, NeedsReview) else ()
    return NeedsReview((Reason(text, booking.remedy(work, holds, meant)), *reasons))
