"""What GP should hold for a return, in the company's own way: an adjustment of stock, or a sales return."""

from __future__ import annotations

import dataclasses
import itertools
from dataclasses import dataclass
from decimal import Decimal
from functools import reduce

from bridge.domain.inventory import InventoryDocument, InventoryDocumentType, TrackingOption, TransactionState
from bridge.domain.outcome import Done, NeedsReview, Outcome, Refused, Waiting
from bridge.domain.returns import Return
from bridge.domain.sales_document import SalesReturn
from bridge.domain.terms import ReturnRecord
from bridge.flows import selling, unposted
from bridge.flows.attempt import Work
from bridge.mapping import comparing, crediting, returning
from bridge.mapping.crediting import Sale
from bridge.mapping.returning import Counted, Heading

ADJUSTMENT = InventoryDocumentType.ADJUSTMENT
# What GP asks for by an item's card and was not given, with what to do.
UNTOLD = {
    TrackingOption.LOTS: "GP tracks {item} by lot: map its SKU with +lots behind the item if ShipBob names a lot, else",
    TrackingOption.SERIALS: "GP tracks {item} by serial number, and ShipBob does not say which came back:",
}

AGAIN = "it is compared again every day"

type Booking = InventoryDocument | SalesReturn
DOCUMENTS = (InventoryDocument, SalesReturn)


def record_of(work: Work) -> ReturnRecord:
    """The way the return is recorded: as it was begun, whatever the setting has become since."""
    row = work.row
    is_begun = row.mode and (row.intent is not None or row.fingerprint or row.was_seen_in_gp)
    return ReturnRecord(row.mode) if is_begun else work.ports.terms.returns.record


# What should stand there ----------------------------------------------------------------------------------------------


def translate(work: Work, returned: Return) -> Booking | NeedsReview | Waiting | Done:
    """The document as GP should hold it; or all that a person must decide; or what is awaited; or why there is none."""
    terms = work.ports.terms
    unposted.give_number(work)
    mappings = work.ports.state.mappings(returning.keys_of(returned))
    counted = returning.counted(returned, mappings, record_of(work))
    if isinstance(counted, NeedsReview):
        return counted
    if not counted.goods:
        return Done(_nothing(counted))
    heading = _heading(work, returned)
    if record_of(work) is ReturnRecord.ADJUSTMENT:
        return returning.adjustment(counted, heading, terms)
    return _credit(work, returned, counted, heading)


def _credit(work: Work, returned: Return, counted: Counted, heading: Heading) -> SalesReturn | NeedsReview | Waiting:
    """The sales return. Where no sale tells the price, what a clerk entered under our number does."""
    sale = selling.sale_of(work, returned)
    if isinstance(sale, Waiting):
        return sale
    wanted = sale if isinstance(sale, NeedsReview) else _of_sale(work, returned, counted, sale, heading)
    by_hand = None if isinstance(wanted, SalesReturn) else held(work).together
    if not isinstance(by_hand, SalesReturn) or by_hand.is_voided:
        return wanted
    if heading.is_booked and wanted is sale:  # then it tells the price of what came back since, too
        enough = sum((goods.quantity for goods in counted.goods), Decimal(0))
        lines = (dataclasses.replace(line, quantity=enough) for line in by_hand.lines)
        by_hand = dataclasses.replace(by_hand, lines=tuple(lines))
    entered = _of_sale(work, returned, counted, Sale(by_hand), heading)
    return wanted if heading.is_booked and isinstance(entered, NeedsReview) else entered


def _of_sale(work: Work, returned: Return, counted: Counted, sale: Sale, heading: Heading) -> SalesReturn | NeedsReview:
    """By the prices of a sale. GP names the unit of every line; what is mapped without one is in that of its card."""
    named = {line.item for line in sale.document.lines if line.unit_of_measure}
    unsaid = sorted({goods.item for goods in counted.goods if not goods.unit and goods.item in named})
    cards = [card for card in map(work.ports.gp.item, unsaid) if card is not None]
    sale = dataclasses.replace(sale, own_units={card.number: card.unit_of_measure for card in cards})
    return crediting.sales_return(returned, counted, sale, heading, work.ports.terms)


def _nothing(counted: Counted) -> str:
    if counted.left_out:
        return f"not booked, as mapped: {'; '.join(counted.left_out)}"
    return "ShipBob counted nothing: there is nothing to book"


def _heading(work: Work, returned: Return) -> Heading:
    completed = returned.completed_at or work.began
    date = work.row.dated or completed.astimezone(work.ports.terms.zone).date()
    return Heading(work.row.number, work.row.ready_batch, date, is_booked=bool(work.row.fingerprint))


# What stands there ----------------------------------------------------------------------------------------------------


def look(work: Work) -> Booking | None:
    """What GP holds under the return's number."""
    return _under(work, work.row.number)


def _under(work: Work, number: str) -> Booking | None:
    gp = work.ports.gp
    if record_of(work) is ReturnRecord.ADJUSTMENT:
        return gp.inventory_document(ADJUSTMENT, number)
    return gp.sales_return(number)


@dataclass(frozen=True, slots=True)
class Held:
    """What GP holds of a return: the document under its number, and those entered further once that was posted.

    A further one is numbered as `remedy` says: `free` is the number of the next. It begins as our own numbers do, so
    that it is not taken for a movement that ShipBob must hear of.
    """

    document: Booking | None
    free: str
    further: tuple[Booking, ...] = ()

    @property
    def together(self) -> Booking | None:
        """What all of them come to; None where GP has none."""
        document = self.document
        if isinstance(document, SalesReturn):
            credited = [each for each in self.further if isinstance(each, SalesReturn)]
            return crediting.together((document, *credited), document)
        corrections = (each for each in self.further if isinstance(each, InventoryDocument))
        return document if document is None else reduce(returning.corrected, corrections, document)


def held(work: Work) -> Held:
    """What GP holds of the return. Nothing is entered further to what is not posted: that can be changed itself."""
    document = look(work)
    further: list[Booking] = []
    names = (f"{work.row.number}-{number}" for number in itertools.count(1))
    name = next(names)
    if document is not None and document.state is TransactionState.HISTORY:
        while (found := _under(work, name)) is not None:
            further.append(found)
            name = next(names)
    return Held(document, name, tuple(further))


def contradictions(present: Booking, meant: Booking) -> tuple[str, ...]:
    """Where what stands in GP is not what is meant, a sentence each."""
    if isinstance(present, InventoryDocument):
        assert isinstance(meant, InventoryDocument), "a return is recorded in one way, as it was begun"
        return comparing.inventory_contradictions(present, meant)
    assert isinstance(meant, SalesReturn), "a return is recorded in one way, as it was begun"
    return crediting.return_contradictions(present, meant)


def agrees(present: Booking | None, meant: Booking | Outcome) -> bool:
    """Is what stands in GP what is meant, be it nothing?"""
    if isinstance(meant, DOCUMENTS):
        return present is not None and not contradictions(present, meant)
    is_voided = isinstance(present, SalesReturn) and present.is_voided
    return isinstance(meant, Done) and (present is None or is_voided or not present.lines)


def told(document: Booking) -> str:
    """Its lines, for a clerk."""
    return comparing.moves(document) if isinstance(document, InventoryDocument) else crediting.told(document.lines)


def remedy(work: Work, holds: Held, meant: Booking | Outcome) -> str:
    """What a person does about a document that no longer is what ShipBob says."""
    number, present = work.row.number, holds.document
    nothing = "nothing at all" if isinstance(meant, Done) else "what ShipBob says"
    wanted = f"the lines {told(meant)}" if isinstance(meant, DOCUMENTS) else nothing
    if present is None:
        return f"Find out who took {number} out of GP; enter it again by hand with {wanted}"
    if present.state is TransactionState.WORK and isinstance(meant, Done):
        return f"Delete {number} in GP before it is posted; {AGAIN}"
    if present.state is TransactionState.WORK:
        return f"Change {number} in GP to {wanted} before it is posted; {AGAIN}"
    if isinstance(present, SalesReturn):
        return _remedy_of_credit(number, holds, meant)
    return f"{number} is posted: enter the difference to {wanted} in GP as adjustment {holds.free}; {AGAIN}"


def _remedy_of_credit(number: str, holds: Held, meant: Booking | Outcome) -> str:
    """A further sales return credits more; nothing that GP calls a sales return credits less."""
    if not isinstance(meant, SalesReturn | Done):
        return f"{number} is posted: enter the difference to what ShipBob says in GP by hand, and close this review"
    lines = meant.lines if isinstance(meant, SalesReturn) else ()
    together = holds.together
    credited = together.lines if isinstance(together, SalesReturn) and not together.is_voided else ()
    more, less = crediting.beyond(lines, credited), crediting.beyond(credited, lines)
    if less:
        again = f"charge {less} again in GP as your books want it, such as by an invoice"
        also = f", and enter {more}" if more else ""
        return f"{number} is posted, and no sales return takes back: {again}{also}; then close this review"
    return f"{number} is posted: enter {more} in GP as sales return {holds.free}; {AGAIN}"


# The write ------------------------------------------------------------------------------------------------------------


def way(work: Work) -> unposted.Way[Booking]:
    """How it is looked for, written and compared."""
    gp = work.ports.gp

    def write(document: Booking) -> None:
        if isinstance(document, InventoryDocument):
            gp.create_inventory_adjustment(document)
        else:
            gp.create_sales_return(document)

    return unposted.Way(lambda: look(work), write, contradictions)


def write(work: Work, document: Booking) -> Outcome | None:
    """Write it. None: it is in GP. What GP refuses for want of lots or serials is said in words that help."""
    try:
        return unposted.write(work, way(work), document, {"lines": told(document)})
    except Refused as refusal:
        refusal.evidence = (*refusal.evidence, *_untold(work, document))
        raise


def _untold(work: Work, document: Booking) -> list[str]:
    """What GP asks for by an item's card and ShipBob does not tell. Asked only once GP has said no."""
    by_hand = f"enter {document.number}, dated {document.date}, in GP by hand with them: it is taken for this return"
    items = sorted({line.item for line in document.lines if not line.lots})
    cards = [card for card in map(work.ports.gp.item, items) if card is not None]
    return [f"{UNTOLD[card.tracking].format(item=card.number)} {by_hand}" for card in cards if card.tracking in UNTOLD]
