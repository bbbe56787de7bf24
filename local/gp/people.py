"""What people do to sales documents in GP's windows, where no web service sees it.

ValueError when GP's window would not let them; NotFound for a document that there is not.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from decimal import Decimal

from local.gp.amounts import value
from local.gp.cards import Batch
from local.gp.contract import fields_of
from local.gp.documents import INVOICE, ORDER, QUANTITY_TYPES, Document
from local.gp.faults import NotFound
from local.gp.inventory import pieces
from local.gp.ledger import Ledger
from local.gp.reading import Struct

_ONCE = ("FreightAmount", "MiscellaneousAmount", "TaxAmount")
_OF_INVOICE = frozenset(field.name for field in fields_of("SalesInvoice"))
_OF_INVOICE_LINE = frozenset(field.name for field in fields_of("SalesInvoiceLine")) - {"QuantityCanceled"}


class People(Ledger):
    """Deeds on one document take its number and its kind; on a batch, its id."""

    def transfer(self, number: str, quantities: Mapping[str, int] | None = None, *, batch: str = "") -> str:
        """Transfer an order to an invoice, whose number is the answer; ValueError while a hold is on it.

        `quantities` by line transfers a part: the order stays in Work with the rest to invoice. Without, all that is to
        be invoiced goes, and the order leaves Work when nothing of it is left. The invoice has the order's tracking
        numbers, its lots and serials of what goes, its master number and, the first of them, its freight, miscellaneous
        amount, tax and discount.
        """
        with self.lock:
            order = self._in_work(number)
            if order.holds:
                raise ValueError(f"{number} has the process hold {', '.join(order.holds)}")
            moved = _to_move(order, quantities)
            invoice = self._invoice(order, moved, batch or order.batch)
            for sequence, quantity in moved.items():
                self._split_pieces(order.lines[sequence], invoice.lines[sequence], quantity)
                order.invoiced[sequence] = order.invoiced.get(sequence, Decimal(0)) + quantity
            if any(order.left(sequence) for sequence in order.lines):
                for sequence, quantity in moved.items():
                    line = order.lines[sequence]
                    line["QuantityToInvoice"] = _quantity(line, value(line, "QuantityToInvoice") - quantity)
                self.save(order)
            else:
                self.leave_work(order)
            self.save(invoice)
            return invoice.number

    def void(self, number: str, kind: str = "Order") -> None:
        """Void the document: GP keeps it in History, marked."""
        with self.lock:
            document = self._in_work(number, kind)
            document.voided = True
            self.leave_work(document)

    def delete(self, number: str, kind: str = "Order") -> None:
        """Delete the document from Work: nothing is left of it."""
        with self.lock:
            del self.sales[kind][self._in_work(number, kind).number]

    def edit_quantity(self, number: str, sequence: int, quantity: int, kind: str = "Order") -> None:
        """Type another quantity into a line; all of it that is not invoiced yet is to be."""
        with self.lock:
            document = self._in_work(number, kind)
            line = document.lines[sequence]
            line["Quantity"] = rest = _quantity(line, Decimal(quantity))
            for name in document.kind.parts:
                line.pop(name, None)
            if document.kind.parts:
                line[document.kind.rest] = _quantity(line, document.left(sequence))
            else:
                line[document.kind.rest] = {QUANTITY_TYPES[self.set_up.return_type]: rest}
            self.save(document)

    def edit_price(self, number: str, sequence: int, price: str, kind: str = "Order") -> None:
        """Type another unit price into a line."""
        with self.lock:
            document = self._in_work(number, kind)
            line = document.lines[sequence]
            line["UnitPrice"] = {"Currency": document.currency, "Value": Decimal(price), "DecimalDigits": 2}
            self.save(document)

    def edit_address(self, number: str, address: Mapping[str, str], kind: str = "Order") -> None:
        """Type over the ship-to address; `address` by the elements of GP's: Name, Line1, City, PostalCode ..."""
        with self.lock:
            document = self._in_work(number, kind)
            document.fields["ShipToAddress"] = {**(document.fields.get("ShipToAddress") or {}), **address}
            self.save(document)

    def change_batch(self, number: str, batch: str, kind: str = "Order") -> None:
        """Move the document to another batch, opened when there is none of that name."""
        with self.lock:
            document = self._in_work(number, kind)
            document.fields["BatchKey"] = {"Id": batch}
            self.save(document)

    def place_hold(self, number: str, hold: str, kind: str = "Order") -> None:
        with self.lock:
            document = self._in_work(number, kind)
            if hold not in self.hold_setups:
                raise NotFound
            document.holds[hold] = self.now()
            self.save(document)

    def remove_hold(self, number: str, hold: str, kind: str = "Order") -> None:
        with self.lock:
            document = self._in_work(number, kind)
            del document.holds[hold]
            self.save(document)

    def post_batch(self, batch: str) -> list[str]:
        """Post the invoices and returns of a batch: they go to History and stock moves; their numbers.

        Orders are never posted and stay, as does a document with a process hold. A batch that is posted empty is gone.
        """
        with self.lock:
            self._batch(batch)
            ready = [each for each in self.in_work(batch) if each.kind is not ORDER and not each.holds]
            for document in ready:
                if self.is_closed(document.fields["Date"].date()):
                    raise ValueError(f"{document.number} is dated in a closed fiscal period")
                if lacking := [*self._lacking_pieces(document)]:
                    raise ValueError(f"{document.number} lacks lots or serial numbers of {', '.join(lacking)}")
            for document in ready:
                self._post(document)
            if not any(self.in_work(batch)):
                del self.batches[batch]
            return [document.number for document in ready]

    def roll_batch(self, batch: str, to: str) -> None:
        """Rename a batch: every document in it, and none is stamped by that."""
        with self.lock:
            kept = self._batch(batch)
            for document in self.in_work(batch):
                document.fields["BatchKey"] = {"Id": to}
            del self.batches[batch]
            kept.id = kept.description = to
            self.batches[to] = kept

    def hold_batch(self, batch: str, *, busy: bool = True) -> None:
        """Mark a batch as open in somebody's window or being posted, or free it again."""
        with self.lock:
            self.add_batch(batch).busy = busy

    def _batch(self, key: str) -> Batch:
        if key not in self.batches:
            raise NotFound
        return self.batches[key]

    def _in_work(self, number: str, kind: str = "Order") -> Document:
        document = self.document(number, kind)
        if document.state != "Work":
            raise ValueError(f"{number} is in History")
        return document

    def _invoice(self, order: Document, moved: Mapping[int, Decimal], batch: str) -> Document:
        document_type = next(each for each in self.document_types.values() if each.kind == INVOICE.name)
        fields = {name: copy.deepcopy(given) for name, given in order.fields.items() if name in _OF_INVOICE}
        if order.invoiced:
            discount = fields.get("TradeDiscount") or {}
            for name in (*_ONCE, *(() if discount.get("Percent") else ("TradeDiscount",))):
                fields.pop(name, None)
        fields |= {
            "DocumentTypeKey": {"Type": INVOICE.name, "Id": document_type.id},
            "OriginalSalesDocumentKey": {"Id": order.number},
            "OriginalSalesDocumentType": order.kind.name,
            "BatchKey": {"Id": batch},
            "Date": self.day(self.now()),
        }
        return Document(
            INVOICE,
            self.next_number(INVOICE),
            self.now(),
            self.now(),
            order.currency,
            fields,
            {sequence: _invoice_line(order.lines[sequence], quantity) for sequence, quantity in moved.items()},
            list(order.tracking),
            master=order.master,
            allocates=document_type.allocates == "line",
        )

    def _split_pieces(self, line: Struct, moved: Struct, quantity: Decimal) -> None:
        """The lots and serial numbers of what is transferred go with it, the first of them first."""
        item = self.items.get((line.get("ItemKey") or {}).get("Id", ""))
        room = item.in_base(quantity, line["UofM"]) if item else quantity
        for name in ("Lots", "Serials"):
            taken, left = [], []
            for each in line.get(name) or []:
                held = value(each, "Quantity") if name == "Lots" else Decimal(1)
                going = min(held, room)
                room -= going
                taken += [_holding(each, going)] if going else []
                left += [_holding(each, held - going)] if held > going else []
            if name in line:
                line[name], moved[name] = left, taken

    def _lacking_pieces(self, document: Document) -> Iterator[str]:
        """The items of which not every piece has its lot or its serial number, in the unit that stock is counted in."""
        for line in document.lines.values():
            item = self.items.get((line.get("ItemKey") or {}).get("Id", ""))
            if item is None or item.tracking == "None":
                continue
            billed = value(line, "BillingQuantity" if document.kind is INVOICE else "Quantity")
            named = sum((quantity for _, quantity in pieces(line)), Decimal(0))
            if named != item.in_base(billed, line["UofM"]):
                yield item.number

    def _post(self, document: Document) -> None:
        for line in document.lines.values():
            item = self.items.get((line.get("ItemKey") or {}).get("Id", ""))
            if line.get("IsNonInventory") or line.get("IsDropShip") or item is None or item.kind != "Sales Item":
                continue
            moves = (
                {"On Hand": -value(line, "BillingQuantity")}
                if document.kind is INVOICE
                else {name: value(line["ReturnQuantity"], element) for name, element in QUANTITY_TYPES.items()}
            )
            for quantity_type, quantity in moves.items():
                by = item.in_base(quantity, line["UofM"])
                self.move_stock(item.number, line["WarehouseKey"]["Id"], by, quantity_type)
        document.posted = self.now()
        self.leave_work(document)


def _to_move(order: Document, quantities: Mapping[str, int] | None) -> dict[int, Decimal]:
    asked = {int(sequence): Decimal(quantity) for sequence, quantity in (quantities or {}).items()}
    moved: dict[int, Decimal] = {}
    for sequence, line in order.lines.items():
        to_invoice = value(line, "QuantityToInvoice")
        quantity = to_invoice if quantities is None else asked.pop(sequence, Decimal(0))
        if not 0 <= quantity <= to_invoice:
            raise ValueError(f"{to_invoice} of line {sequence} are to be invoiced, not {quantity}")
        if quantity:
            moved[sequence] = quantity
    if asked or not moved:
        raise ValueError(f"{order.number} has no such line, or nothing to transfer")
    return moved


def _invoice_line(line: Struct, quantity: Decimal) -> Struct:
    kept = {name: copy.deepcopy(given) for name, given in line.items() if name in _OF_INVOICE_LINE}
    kept.pop("QuantityToBackorder", None)
    return kept | dict.fromkeys(("Quantity", "BillingQuantity", "QuantityFulfilled"), _quantity(line, quantity))


def _holding(piece: Struct, quantity: Decimal) -> Struct:
    return {**piece, "Quantity": {**piece["Quantity"], "Value": quantity}} if "Quantity" in piece else dict(piece)


def _quantity(line: Struct, value: Decimal) -> Struct:
    return {**line["Quantity"], "Value": value}
