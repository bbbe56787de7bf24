"""How things stand, free of any front end: at a glance, what waits for a person, and what a payload holds."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bridge.console import actions, gates
from bridge.console.gates import Stood
from bridge.domain.document import DocumentId, DocumentKind
from bridge.domain.gate import NEIGHBOURS
from bridge.ports import Ports
from bridge.protocols.ledger import LedgerRow, Status

DIGEST_SHOWN = 12  # characters of a payload's name, which are enough to ask for it
LATE = dt.timedelta(minutes=15)  # what is due is back on its queue within a minute or two, if the sweep runs


@dataclass(frozen=True, slots=True)
class Unfinished:
    """The documents of a status: how many, since when the oldest is so, and which it is."""

    count: int
    oldest: dt.datetime | None
    document: DocumentId | None


@dataclass(frozen=True, slots=True)
class Standing:
    """`unfinished` by status, `queued` and `dead` messages by queue; `late`: documents due long since; `shut_out`: why
    an account may not log in to GP, by its name; `shut`: the gates that keep documents back."""

    unfinished: Mapping[Status, Unfinished]
    late: int
    queued: Mapping[str, int]
    dead: Mapping[str, int]
    shut_out: Mapping[str, str]
    shut: Sequence[Stood]

    @property
    def is_well(self) -> bool:
        """Is there nothing that somebody should get up for? Reviews and waiting documents can wait.

        Neither is a gate that the company itself has shut: a pause, a dry run, the quiet hours.
        """
        is_broken = Status.BROKEN in self.unfinished
        is_down = any(stood.gate in NEIGHBOURS for stood in self.shut)
        return not (is_broken or self.late or any(self.dead.values()) or self.shut_out or is_down)


def standing(ports: Ports) -> Standing:
    """Everything at a glance."""
    now = ports.clock.now()
    rows = {status: list(ports.state.with_status(status)) for status in Status if status is not Status.DONE}
    return Standing(
        unfinished={status: _oldest(found) for status, found in rows.items() if found},
        late=sum(row.is_due(now - LATE) for found in rows.values() for row in found),
        queued={"ToGp": ports.to_gp.depth(), "ToShipBob": ports.to_shipbob.depth()},
        dead={letters.name: letters.depth() for letters in ports.dead_letters},
        shut_out=dict(_shut_out(ports, now)),
        shut=[stood for stood in gates.show(ports) if not stood.is_open],
    )


def _oldest(rows: list[LedgerRow]) -> Unfinished:
    since = [(moment, row.document) for row in rows if (moment := row.waiting_since or row.opened_at or row.read_at)]
    moment, document = min(since, default=(None, None))
    return Unfinished(len(rows), moment, document)


def _shut_out(ports: Ports, now: dt.datetime) -> Iterable[tuple[str, str]]:
    """Of each account the newest version of its secret: the ones before are history."""
    for row in ports.permits.show():
        newest = actions.permit_summary(row, now)["versions"]
        why = newest[0]["why_not"] if isinstance(newest, list) and newest else None
        if why:
            yield row.account, str(why)


@dataclass(frozen=True, slots=True)
class Sought:
    """Which reviews: of these kinds, with that cause, open at least so long; all there are where nothing is said."""

    kinds: frozenset[DocumentKind] = frozenset()
    cause: str = ""
    age: dt.timedelta = dt.timedelta()


def reviews(ports: Ports, sought: Sought) -> list[LedgerRow]:
    """Those of the reviews that are sought, longest waiting first."""
    before = ports.clock.now() - sought.age
    return [row for row in actions.reviews(ports) if _is_sought(row, sought, before)]


def _is_sought(row: LedgerRow, sought: Sought, before: dt.datetime) -> bool:
    causes = {text for reason in row.reasons for text in (reason.cause, str(reason.waits_for or "")) if text}
    is_old = not sought.age or (row.opened_at is not None and row.opened_at <= before)
    return is_old and (not sought.kinds or row.document.kind in sought.kinds) and sought.cause in ("", *causes)


def payload(ports: Ports, documents: Iterable[DocumentId], digest: str) -> bytes:
    """The one payload of these documents whose name begins so. A ValueError where there is none, or not only one."""
    found = {
        (document, entry.payload_digest)
        for document in documents
        for entry in ports.audit.entries(document)
        if entry.payload_digest and entry.payload_digest.startswith(digest.casefold())
    }
    if len(found) != 1:
        raise ValueError(f"{len(found) or 'no'} payloads begin with {digest}; trace --payloads lists them")
    ((document, name),) = found
    image = ports.audit.payload(document, name)
    if image is None:
        raise ValueError(f"the payload {name[:DIGEST_SHOWN]} is no longer kept; PayloadRetentionDays says for how long")
    return image
