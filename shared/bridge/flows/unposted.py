"""One unposted document in GP for what ShipBob has counted, found or put away: written once and never again.

GP may append a second create of an inventory document to the first instead of refusing it: it is looked for before it
is written. Where GP has closed the period of its day, it is for a person or dated anew, as the company chose of orders.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bridge.domain.document import gp_number
from bridge.domain.inventory import InventoryDocument
from bridge.domain.outcome import Outcome
from bridge.domain.sales_document import SalesReturn
from bridge.flows import batches, drafting, writing
from bridge.flows.attempt import Work
from bridge.protocols.batches import UNPOSTED

type Unposted = InventoryDocument | SalesReturn


@dataclass(frozen=True, slots=True)
class Way[D: Unposted]:
    """How such documents are looked for under their number, written and compared.

    `contradictions` says, a sentence each, where what stands in GP is not what is meant.
    """

    look: Callable[[], D | None]
    write: Callable[[D], None]
    contradictions: Callable[[D, D], tuple[str, ...]]


def give_number(work: Work) -> str:
    """The document's number: the one it was given, whatever the prefix has become."""
    if not work.row.number:
        number = gp_number(work.ports.terms.number_prefix, work.message.document)
        work.ports.state.remember_aliases(work.message.document, [number])  # a person is told it before it is in GP
        work.row = dataclasses.replace(work.row, number=number)
    return work.row.number


def write[D: Unposted](work: Work, way: Way[D], wanted: D, facts: Mapping[str, str]) -> Outcome | None:
    """Have it in GP, once what may be in the air is settled. None: it is there. `facts` tell in the trail what for."""
    return drafting.in_an_open_period(
        work, wanted.date, lambda day: _write(work, way, dataclasses.replace(wanted, date=day), facts)
    )


def _write[D: Unposted](work: Work, way: Way[D], wanted: D, facts: Mapping[str, str]) -> Outcome | None:
    work.ports.gp.login()
    if isinstance(wanted, InventoryDocument) and (present := way.look()) is not None:
        return writing.adopt(work, wanted.number, _of(wanted).fingerprint, way.contradictions(present, wanted))
    batch = batches.place(work, UNPOSTED[work.message.document.kind], work.row.ready_batch)
    document = dataclasses.replace(wanted, batch=batch)
    creation = writing.Creation(
        wanted=_of(document),
        look=way.look,
        write=lambda: way.write(document),
        contradictions=lambda present: way.contradictions(present, document),
    )
    return writing.send(work, creation, {"batch": batch, **facts}, ready_batch=batch)


def settle[D: Unposted](work: Work, way: Way[D], meant: D | None) -> Outcome | None:
    """Settle the create whose outcome nobody knows. None: settled, go on.

    What stands under our number is compared with what is meant; without that, whoever goes on compares.
    """
    intent = work.row.intent
    assert intent is not None
    present = way.look()
    if (outcome := writing.settle(work, present=present is not None, found=present is not None)) is not None:
        return outcome
    if present is None:
        return None
    contradicted = way.contradictions(present, meant) if meant is not None else ()
    return writing.adopt(work, work.row.number, intent.digest, contradicted)


def named(work: Work) -> str:
    """The document as it is in GP, for a person; one that was there by another hand is in that one's batch."""
    batch = work.row.ready_batch
    return f"{work.row.number} in batch {batch}" if batch else f"{work.row.number}, which GP had already"


def _of(document: Unposted) -> writing.Wanted:
    fields = dataclasses.asdict(document)
    fields.pop("image", None)
    holds = {"holds": sorted(document.holds)} if isinstance(document, SalesReturn) else {}
    return writing.Wanted(document.number, fields | holds)
