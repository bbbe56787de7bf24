"""What GP must hold of returns and corrections, and ShipBob of transfers: by nothing of the product's."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from decimal import Decimal

from bridge.domain.document import DocumentId, DocumentKind
from bridge.domain.inventory import InventoryDocumentType, TransactionState
from bridge.domain.returns import Disposition, Return, ReturnStatus
from bridge.domain.stock import StockEvent
from bridge.protocols.ledger import LedgerRow, Status

from local.storm.book import Book
from local.storm.plan import Choices
from local.storm.world import World

ADJUSTMENT = InventoryDocumentType.ADJUSTMENT


class StockBook:
    """Compares GP's stock documents with what came back to ShipBob, was counted there, and is on its way."""

    def __init__(self, world: World, book: Book, choices: Choices) -> None:
        self._world = world
        self._book = book
        self._choices = choices

    def found(self) -> Iterator[str]:
        """Everything that is not as it must be."""
        for returned in self._book.returns.values():
            row = self._row(DocumentKind.RETURN, returned.id)
            yield from self._return(returned, row) if row else [f"return {returned.id} was never seen: it is lost"]
        for event in self._book.events.values():
            row = self._row(DocumentKind.STOCK, event.id)
            yield from self._event(event, row) if row else [f"event {event.id} was never seen: it is lost"]
        for each in self._world.expectations.kept.values():
            if abs(each.remaining) > abs(each.quantity) or each.remaining * each.quantity < 0:
                yield f"more is said to answer {each.id} than was asked for"
        yield from self._sent()

    def _row(self, kind: DocumentKind, number: int) -> LedgerRow | None:
        return self._world.state.rows.get(DocumentId(kind, number))

    # What came back ---------------------------------------------------------------------------------------------------

    def _return(self, returned: Return, row: LedgerRow) -> Iterator[str]:
        who, number = f"return {returned.id}", f"SBR{returned.id}"
        taken = [each for line in returned.lines for each in line.taken]
        adjusted = self._world.gp.inventory.get((ADJUSTMENT, number))
        credited = self._world.gp.returns.get(number)
        booked = sum((line.quantity for each in (adjusted, credited) if each for line in each.lines), Decimal(0))
        came = sum((each.quantity for each in taken), Decimal(0))
        if booked > came:
            yield f"{who}: {came} came back, and GP has {booked}"
        if f"return/{returned.id}" in self._book.touched or self._world.restores > 0:
            return
        if row.status is Status.REVIEW:
            if self._choices.returns == "adjustment":
                yield f"{who} is under review for nothing: {[reason.text for reason in row.reasons]}"
        elif returned.status is ReturnStatus.COMPLETED and booked < came:
            yield f"{who}: {came} came back, and GP has {booked}"
        elif adjusted is not None:
            is_kept_apart = any(each.disposition is Disposition.QUARANTINE for each in taken)
            if is_kept_apart != (adjusted.lines[0].site == "HOLD"):
                yield f"{number} has its goods at {adjusted.lines[0].site}"

    # What was counted -------------------------------------------------------------------------------------------------

    def _event(self, event: StockEvent, row: LedgerRow) -> Iterator[str]:
        """Each correction is in GP once, unless GP had it before, or under review."""
        side = event.increment or event.decrement
        assert side is not None
        held = self._world.gp.inventory.get((ADJUSTMENT, f"SBC{event.id}"))
        booked = int(sum(line.quantity for line in held.lines)) if held else 0
        asked = self._answered(event.id)
        told = f"event {event.id}: {side.quantity:+} at ShipBob, {booked:+} in GP, {asked:+} asked for"
        if abs(booked) > abs(side.quantity):
            yield told
        if self._world.restores > 0:
            return
        if row.status is Status.REVIEW:
            if booked:
                yield f"{told}, and under review"
        elif booked + asked != side.quantity:
            yield told

    def _answered(self, event: int) -> int:
        kept = self._world.expectations.kept.values()
        return int(sum(quantity for each in kept for number, quantity in each.taken if number == event))

    def unseen(self) -> Iterator[str]:
        """Transfers that no poll has brought."""
        for name, document in self._book.stock.items():
            is_moved = (document.type, document.state) == (InventoryDocumentType.TRANSFER, TransactionState.HISTORY)
            if is_moved and DocumentId(DocumentKind.TRANSFER, name=name) not in self._world.state.rows:
                yield f"transfer {name} was never seen: it is lost"

    # What is on its way -----------------------------------------------------------------------------------------------

    def _sent(self) -> Iterator[str]:
        """ShipBob expects what was transferred, once."""
        announced = Counter[str]()
        for wanted in self._world.shipbob.announced:
            pieces = sum(item.quantity for box in wanted.boxes for item in box.items)
            announced[wanted.purchase_order_number] += pieces
        for name, document in self._book.stock.items():
            if document.type is not InventoryDocumentType.TRANSFER:
                continue
            row = self._world.state.rows.get(DocumentId(DocumentKind.TRANSFER, name=name))
            expected = sum(quantity for number, quantity in announced.items() if name in number.split())
            moved = int(document.lines[0].quantity)
            if row is not None and (expected not in (0, moved) or (expected == 0 and row.status is Status.DONE)):
                yield f"transfer {name}: {moved} are on their way, and ShipBob expects {expected}"
