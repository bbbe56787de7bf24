"""What must be so, whatever happened: DESIGN's invariants, judged from the neighbours' own books and from the ledger.

What GP should hold is worked out here from what happened at ShipBob, by nothing of the product's.
"""

from __future__ import annotations

from collections.abc import Iterator

from bridge.domain.document import DocumentId, DocumentKind
from bridge.protocols.intent import ABSENCES_THAT_COUNT
from bridge.protocols.ledger import LedgerRow, Status
from bridge.protocols.trail import first_break

from local.storm.book import FIRST_ORDER, FIRST_RETURN, Book
from local.storm.order_book import OrderBook
from local.storm.plan import Choices
from local.storm.stock_book import StockBook
from local.storm.world import World


class Checker:
    """Reads the books at the end of a schedule."""

    def __init__(self, world: World, book: Book, choices: Choices) -> None:
        self._world = world
        self._book = book
        self._choices = choices

    def found(self) -> Iterator[str]:
        """Everything that is not as it must be."""
        yield from self._drained()
        yield from self._settled()
        yield from self._audited()
        yield from self._token_kept()
        yield from OrderBook(self._world, self._book, self._choices).found()
        yield from StockBook(self._world, self._book, self._choices).found()

    def late(self) -> Iterator[str]:
        """What could have gone on by now and does not, hours after nothing goes wrong any more."""
        world = self._world
        for row in world.state.rows.values():
            if row.gate is not None and world.gates.stored.is_open(row.gate, world.terms, world.clock.now()):
                yield f"{row.document} stands before the gate {row.gate}, which is open"
            keys = {reason.waits_for for reason in row.reasons if reason.waits_for}
            is_answered = bool(keys) and all(key in world.state.mapped for key in keys)
            if row.status is Status.REVIEW and row.gate is None and is_answered:
                yield f"{row.document} waits for {', '.join(map(str, keys))}, which is mapped"
        yield from StockBook(world, self._book, self._choices).unseen()

    def _is_told(self, row: LedgerRow) -> bool:
        """What became of its write is known, and a person is asked about the rest: it is there, or twice was not."""
        was_undone = row.intent is not None and row.intent.absences >= ABSENCES_THAT_COUNT
        return row.status is Status.REVIEW and (was_undone or row.number in self._held)

    @property
    def _held(self) -> set[str]:
        """The numbers of all that stands in GP: of a write that is found there, a review may still ask about."""
        gp = self._world.gp
        return {*gp.orders, *gp.invoices, *(number for _, number in gp.inventory)}

    # The ledger and the audit -----------------------------------------------------------------------------------------

    def _drained(self) -> Iterator[str]:
        world = self._world
        for name, queue in (("ToGp", world.to_gp), ("ToShipBob", world.to_shipbob)):
            if queue.waiting():
                yield f"{name} is not empty: {[str(each.document) for each in queue.waiting()]}"
            if queue.dead_letters:
                yield f"{name} has dead letters: {[str(each.document) for each in queue.dead_letters]}"
        for row in world.state.rows.values():
            if row.status not in (Status.DONE, Status.REVIEW) and not self._waits_for_a_review(row):
                yield f"{row.document} does not come to rest: {row.status}, gate {row.gate}, due {row.due_at}"
            if row.intent is not None and not self._is_told(row):
                yield f"nobody knows what became of the {row.intent.effect} of {row.document}"

    def _settled(self) -> Iterator[str]:
        """Of no write at GP is it left open whether it was done."""
        for document, (_, call) in self._world.calls_at_gp.in_doubt.items():
            yield f"{document}: nobody has looked what became of {call}"

    def _waits_for_a_review(self, row: LedgerRow) -> bool:
        """A credit waits for its order, which may be a person's to look at."""
        if row.document.kind is not DocumentKind.RETURN or row.status is not Status.WAITING:
            return False
        order = self._world.state.rows.get(
            DocumentId(DocumentKind.ORDER, row.document.number - FIRST_RETURN + FIRST_ORDER)
        )
        return order is not None and order.status is Status.REVIEW

    def _audited(self) -> Iterator[str]:
        for document, entries in self._world.audit.stored.items():
            if (at := first_break(entries)) is not None:
                yield f"the trail of {document} is broken at entry {at}"

    def _token_kept(self) -> Iterator[str]:
        if not self._choices.is_oauth:
            return
        held, authority = self._world.shipbob_secret.grant.refresh_token, self._world.authority
        if self._world.is_grant_doubtful:
            return
        if held not in authority.live_refresh or authority.refreshed[held]:
            yield "the refresh token is lost"
        # A restored State has forgotten that it showed it.
        if not self._world.restores and any(authority.shown[token] > 1 for token in +authority.refreshed):
            yield "a refresh token that had been used was shown to ShipBob again"
