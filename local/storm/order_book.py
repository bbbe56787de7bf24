"""What GP must hold of each order: worked out from what happened at ShipBob, by nothing of the product's."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from decimal import Decimal

from bridge.domain.document import DocumentId, DocumentKind
from bridge.domain.inventory import TransactionState
from bridge.domain.order import Order, OrderStatus
from bridge.domain.sales_document import SalesDocument, SalesInvoice, SalesOrder
from bridge.protocols.ledger import LedgerRow, Status

from local.storm.book import HOLD, ITEMS, Book
from local.storm.plan import Choices
from local.storm.world import World


class OrderBook:
    """Compares GP's sales documents with ShipBob's orders."""

    def __init__(self, world: World, book: Book, choices: Choices) -> None:
        self._world = world
        self._book = book
        self._choices = choices

    def found(self) -> Iterator[str]:
        """Everything that is not as it must be."""
        for order in self._book.orders.values():
            row = self._world.state.rows.get(DocumentId(DocumentKind.ORDER, order.id))
            if row is None:
                yield f"order {order.id} was never seen: it is lost"
            else:
                yield from self._order(order, row)

    def _order(self, order: Order, row: LedgerRow) -> Iterator[str]:
        who = f"order {order.id}"
        invoices = self._invoices(order)
        yield from self._billed_once(who, order, invoices)
        is_a_persons = f"order/{order.id}" in self._book.touched or self._world.restores > 0
        if is_a_persons:
            return
        if row.status is not Status.REVIEW:
            yield from self._in_gp(who, order, row, invoices)
        elif not _is_for_a_person(order):
            yield f"{who} is under review for nothing: {[reason.text for reason in row.reasons]}"

    def _invoices(self, order: Order) -> list[SalesInvoice]:
        kept = self._world.gp.invoices
        return [kept[number] for number in (f"SBI{each.id}" for each in order.shipments) if number in kept]

    def _in_gp(self, who: str, order: Order, row: LedgerRow, invoices: list[SalesInvoice]) -> Iterator[str]:
        held = self._world.gp.orders.get(f"SBO{order.id}")
        if order.status is OrderStatus.CANCELLED:
            if held is not None and not held.is_voided:
                yield f"{who} is cancelled, and GP has it"
        elif invoices or (held is not None and row.mode == "invoice"):
            yield from self._billed(who, order, held, invoices)
        elif held is None:
            yield f"{who} is not in GP, and nobody is told"
        elif held.is_voided or held.state is not TransactionState.WORK:
            yield f"{who} is {held.state} in GP (voided: {held.is_voided}), and nobody did that"
        else:
            yield from _goods(who, order, held)
            yield from self._heading(who, order, held)

    def _heading(self, who: str, order: Order, held: SalesOrder) -> Iterator[str]:
        if held.ship_to.line1 != order.recipient.address1:
            yield f"{who}: GP has another address"
        is_ready = order.is_shipped or (self._choices.partial == "release" and bool(_shipped(order)))
        if is_ready and (held.holds or not held.batch.startswith("SBR")):
            yield f"{who} has shipped, and GP has it in {held.batch}, held: {sorted(held.holds)}"
        if not is_ready and (held.holds != {HOLD} or not held.batch.startswith("SBD")):
            yield f"{who} has not shipped, and GP has it in {held.batch}, held: {sorted(held.holds)}"
        if _is_whole(order) and held.total != order.total:
            yield f"{who}: GP has {held.total}, ShipBob {order.total}"

    def _billed_once(self, who: str, order: Order, invoices: list[SalesInvoice]) -> Iterator[str]:
        billed, shipped = _quantities(*_valid(invoices)), _shipped(order)
        for item, quantity in billed.items():
            if quantity > shipped[item]:
                yield f"{who}: {quantity} of {item} are billed, and {shipped[item]} were shipped"

    def _billed(self, who: str, order: Order, held: SalesOrder | None, invoices: list[SalesInvoice]) -> Iterator[str]:
        live = _valid(invoices)
        billed, shipped, wanted = _quantities(*live), _shipped(order), _wanted(order)
        if billed != shipped:
            yield f"{who}: {_told(billed)} are billed, and {_told(shipped)} were shipped"
        left = Counter({item: quantity for item, quantity in wanted.items() if quantity > shipped[item]})
        rest = _quantities(held) if held is not None and not held.is_voided else Counter()
        if rest != Counter({item: wanted[item] - shipped[item] for item in left}):
            yield f"{who}: {_told(rest)} are left on the order, and billed is {_told(billed)} of {_told(wanted)}"
        if order.is_shipped and _is_whole(order) and sum((each.total for each in live), Decimal(0)) != order.total:
            yield f"{who}: its invoices come to {sum(each.total for each in live)}, ShipBob's total is {order.total}"


def _goods(who: str, order: Order, held: SalesOrder) -> Iterator[str]:
    wanted, shipped, fulfilled = _wanted(order), _shipped(order), _fulfilled(held)
    if _quantities(held) != wanted:
        yield f"{who}: GP has {_told(_quantities(held))}, ShipBob {_told(wanted)}"
    if fulfilled != shipped:
        yield f"{who}: GP has {_told(fulfilled)} shipped, ShipBob {_told(shipped)}"
    tracking = {each.tracking_number for each in order.live_shipments if each.is_shipped}
    if set(held.tracking) != tracking:
        yield f"{who}: GP has tracking {sorted(held.tracking)}, ShipBob {sorted(tracking)}"


def _is_for_a_person(order: Order) -> bool:
    """What the rules leave to a person although nobody at GP did anything."""
    has_shipped = any(each.is_shipped for each in order.shipments)
    return has_shipped and (any(each.is_cancelled for each in order.shipments) or len(order.shipments) > 1)


def _is_whole(order: Order) -> bool:
    return not any(each.is_cancelled for each in order.shipments)


def _valid(invoices: list[SalesInvoice]) -> list[SalesInvoice]:
    return [each for each in invoices if not each.is_voided]


def _quantities(*documents: SalesDocument) -> Counter[str]:
    found = Counter[str]()
    for document in documents:
        for line in document.lines:
            if left := int(line.quantity - line.canceled):
                found[line.item] += left
    return found


def _fulfilled(document: SalesDocument) -> Counter[str]:
    found = Counter[str]()
    for line in document.lines:
        if line.fulfilled:
            found[line.item] += int(line.fulfilled)
    return found


def _wanted(order: Order) -> Counter[str]:
    """What the customer gets in the end: what lies in the shipments that are not cancelled."""
    return _in_shipments(order, only_shipped=False)


def _shipped(order: Order) -> Counter[str]:
    return _in_shipments(order, only_shipped=True)


def _in_shipments(order: Order, *, only_shipped: bool) -> Counter[str]:
    found = Counter[str]()
    for shipment in order.live_shipments:
        if shipment.is_shipped or not only_shipped:
            for item in shipment.items:
                found[ITEMS[item.sku]] += int(item.quantity or 0)
    return found


def _told(quantities: Counter[str]) -> str:
    return ", ".join(f"{quantity} × {item}" for item, quantity in sorted(quantities.items())) or "nothing"
