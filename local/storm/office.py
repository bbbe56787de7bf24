"""The people at GP: what they enter, change, transfer and post there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from decimal import Decimal

from bridge.domain.inventory import InventoryDocument, InventoryDocumentType, InventoryLine, TransactionState
from bridge.domain.sales_document import SalesInvoice, SalesOrder

from local.storm.book import Player, number_of
from local.storm.kernel import MINUTE
from local.storm.plan import Act, Deed


class Office(Player):
    """What people do at GP."""

    @property
    def deeds(self) -> Mapping[str, Deed]:
        """What can happen, by the name that a plan has for it."""
        return {
            "adjust in GP": lambda act: self._adjust(act, (-3, -1, 2, 4)[act.how % 4]),
            "ask for less": lambda act: self._adjust(act, (-3, -2)[act.how % 2]),
            "transfer": self._transfer,
            "transfer order": self._transfer_order,
            "void order": lambda act: self._at_gp(act, self._void_order),
            "delete order": lambda act: self._at_gp(act, self._delete_order),
            "comment on order": lambda act: self._at_gp(act, self._comment),
            "change quantity": lambda act: self._at_gp(act, self._change_quantity),
            "move to a batch": lambda act: self._at_gp(act, self._rebatch),
            "post adjustments": self._post_adjustments,
        }

    def _enter(self, kind: InventoryDocumentType, name: str, line: InventoryLine, state: TransactionState) -> None:
        document = InventoryDocument(kind, name, "WH1", self._world.kernel.moment.date(), (line,), state)
        self._world.gp.put_inventory(document)
        self._book.stock[name] = document
        self._stack.lists.gp_changed()

    def _transfer(self, act: Act) -> None:
        """Goods leave our own warehouse for Chicago: entered, and posted a while later."""
        name = f"TRX{act.whom.rpartition(' ')[2]}"
        line = InventoryLine(Decimal(16384), "RED-100", "MAIN", Decimal(5 + act.how % 7), to_site="CHICAGO")
        kind = InventoryDocumentType.TRANSFER
        if act.how % 2:
            self._enter(kind, name, line, TransactionState.WORK)
        delay = 40 * MINUTE if act.how % 2 else 0.0
        self._world.kernel.after(delay, lambda: self._enter(kind, name, line, TransactionState.HISTORY))

    def _adjust(self, act: Act, pieces: int) -> None:
        """A posted adjustment of the stock at Chicago."""
        name = f"ADJ{act.whom.rpartition(' ')[2]}"
        line = InventoryLine(Decimal(16384), "RED-100", "CHICAGO", Decimal(pieces))
        self._count(line.item, line.site, line.quantity)
        self._enter(InventoryDocumentType.ADJUSTMENT, name, line, TransactionState.HISTORY)

    def _count(self, item: str, site: str, pieces: Decimal) -> None:
        """GP's own figure, after something was posted."""
        card = self._world.gp.items[item]
        stock = (replace(each, on_hand=each.on_hand + pieces) if each.site == site else each for each in card.stock)
        self._world.gp.items[item] = replace(card, stock=tuple(stock))

    def _at_gp(self, act: Act, deed: Callable[[str, int], object]) -> None:
        """A person changes an order that stands in Work."""
        number = f"SBO{number_of(act)}"
        held = self._world.gp.orders.get(number)
        if held is None or held.state is not TransactionState.WORK or held.is_voided:
            return
        self._book.touch_order(number_of(act))
        deed(number, act.how)

    def _void_order(self, number: str, _how: int) -> None:
        self._world.gp.void(number)

    def _delete_order(self, number: str, _how: int) -> None:
        """Of a document that the ledger has not seen in GP yet, nobody can tell that it was there."""
        self._world.gp.remove(number)
        rows = [self._world.state.rows.get(document) for document in self._world.state.find_quietly(number)]
        if not any(row is not None and row.was_seen_in_gp for row in rows):
            del self._world.wrote[f"create {number}"]

    def _comment(self, number: str, how: int) -> None:
        held = self._world.gp.orders[number]
        self._world.gp.put(replace(held, comment=f"{held.comment} seen by a person ({how})"))

    def _change_quantity(self, number: str, how: int) -> None:
        held = self._world.gp.orders[number]
        first = replace(held.lines[0], quantity=held.lines[0].quantity + 1 + how % 2)
        self._world.gp.put(replace(held, lines=(first, *held.lines[1:])))

    def _rebatch(self, number: str, _how: int) -> None:
        self._world.gp.put(replace(self._world.gp.orders[number], batch="BY HAND"))

    def _transfer_order(self, act: Act) -> None:
        """A person transfers an order that is ready: GP makes an invoice of it, and moves the order to History."""
        number = f"SBO{number_of(act)}"
        held = self._world.gp.orders.get(number)
        if held is None or held.state is not TransactionState.WORK or held.is_voided or held.holds:
            return
        self._book.touch_order(number_of(act))
        master = number_of(act)
        self._world.gp.put(replace(held, master_number=master))
        self._world.gp.move_to_history(number)
        invoice = _invoice_of(held, f"STDINV{master}", master)
        self._world.gp.put_invoice(invoice)

    def _post_adjustments(self, _act: Act) -> None:
        """A person posts our batches of adjustments."""
        for held in list(self._world.gp.inventory.values()):
            if held.batch.startswith("SB") and held.state is TransactionState.WORK:
                self._world.gp.put_inventory(replace(held, state=TransactionState.HISTORY))
                self._stack.lists.gp_changed()


def _invoice_of(order: SalesOrder, number: str, master: int) -> SalesInvoice:
    return SalesInvoice(
        number,
        order.customer,
        order.customer_po,
        order.date,
        "STDINV",
        "INV",
        order.lines,
        freight=order.freight,
        trade_discount=order.trade_discount,
        tracking=order.tracking,
        master_number=master,
    )
