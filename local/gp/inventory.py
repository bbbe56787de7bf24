"""GP's stock and its inventory documents: adjustments, variances and transfers, in Work and in History.

A document in Work moves nothing, its decreases allocate; posting moves the quantities and puts it into History, where
it can only be read. Sources: GP's SQL schema (IV10000 to IV10002 work, IV30200 and IV30300 history, IV00102 levels),
the inventory manual on posting, the eConnect reference for what a line left blank means.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING

from local.gp.documents import value
from local.gp.faults import NotFound
from local.gp.reading import Struct

if TYPE_CHECKING:
    from local.gp.ledger import Ledger

ON_HAND = "On Hand"
ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class InventoryKind:
    """A kind of inventory document: the source of its batches, the prefix of its audit trail codes."""

    name: str
    batch_source: str
    trail: str

    @property
    def type_name(self) -> str:
        return f"Inventory{self.name}"


ADJUSTMENT = InventoryKind("Adjustment", "IV_Trxent", "IVADJ")
VARIANCE = InventoryKind("Variance", "IV_Trxent", "IVVAR")
TRANSFER = InventoryKind("Transfer", "IV_Trans", "IVTFR")
KINDS = (ADJUSTMENT, VARIANCE, TRANSFER)


@dataclass(slots=True)
class InventoryDocument:
    """One inventory document; `lines` hold elements as they are on the wire, by sequence number."""

    kind: InventoryKind
    number: str
    created: dt.datetime
    modified: dt.datetime
    date: dt.datetime
    posting_date: dt.datetime
    batch: str
    posts_to_ledger: bool = True
    lines: dict[Decimal, Struct] = field(default_factory=dict)
    state: str = "Work"
    audit_trail_code: str = ""
    modified_count: int = 0


@dataclass(frozen=True, slots=True)
class Move:
    """What posting a line does to a quantity at a site: base units, signed. `pieces`: its lots or serial numbers."""

    item: str
    site: str
    quantity_type: str
    quantity: Decimal
    pieces: tuple[tuple[str, Decimal], ...]


def pieces(line: Struct) -> tuple[tuple[str, Decimal], ...]:
    """The lots of a line with their quantities, or its serial numbers with one each.

    Quantities count without their sign: the contract does not say whether a decrease's lots are negative.
    """
    lots = [(lot.get("LotNumber") or "", abs(value(lot, "Quantity"))) for lot in line.get("Lots") or [] if lot]
    serials = [(serial.get("SerialNumber") or "", Decimal(1)) for serial in line.get("Serials") or [] if serial]
    return (*lots, *serials)


class Inventory:
    """The stock of a company and its inventory documents, under the lock of its books."""

    def __init__(self, books: Ledger) -> None:
        self._books = books
        self.documents: dict[tuple[str, str], InventoryDocument] = {}
        """By kind and number: the key of IV10000, so an adjustment and a transfer may share a number."""
        self.batches: dict[tuple[str, str], dt.datetime] = {}
        """When each was opened, by source and id."""
        self._pieces: dict[tuple[str, str, str, str], Decimal] = {}
        self._next, self._posted = 1, 0

    # Stock -----------------------------------------------------------------------------------------------------------

    def quantity(self, item: str, site: str, quantity_type: str = ON_HAND, piece: str = "") -> Decimal:
        """In base units, of one quantity type; `piece` narrows it to a lot or a serial number."""
        if piece:
            return self._pieces.get((item, site, quantity_type, piece), ZERO)
        kept = self._books.items[item]
        of_type = kept.on_hand if quantity_type == ON_HAND else kept.beside.get(quantity_type, {})
        return of_type.get(site, ZERO)

    def set_quantity(
        self, item: str, site: str, quantity: int, *, quantity_type: str = ON_HAND, piece: str = ""
    ) -> None:
        """As a person or a conversion set it; a lot's or serial's quantity is a part of the item's."""
        with self._books.lock:
            by = quantity - self.quantity(item, site, quantity_type, piece)
            self._apply(Move(item, site, quantity_type, by, ((piece, abs(by)),) if piece else ()))

    def pieces(self, item: str) -> dict[tuple[str, str, str], Decimal]:
        """What there is of each lot or serial number, by site, quantity type and the number itself."""
        return {key[1:]: quantity for key, quantity in self._pieces.items() if key[0] == item and quantity}

    def has_piece(self, item: str, piece: str) -> bool:
        """Whether a lot or serial number is in stock anywhere, as whatever quantity type."""
        return any(number == piece for _, _, number in self.pieces(item))

    def allocated(self, item: str, site: str) -> Decimal:
        """What decreases and transfers in Work take of what is on hand at a site."""
        documents = [document for document in self.documents.values() if document.state == "Work"]
        moves = [move for document in documents for move in self.moves(document.lines.values())]
        of_this = [move for move in moves if (move.item, move.site, move.quantity_type) == (item, site, ON_HAND)]
        return -sum((min(move.quantity, ZERO) for move in of_this), ZERO)

    def moves(self, lines: Iterable[Struct]) -> Iterator[Move]:
        """What posting lines does; a transfer's line first takes, then gives."""
        for line in lines:
            item = line["ItemKey"]["Id"]
            quantity = self._books.items[item].in_base(value(line, "Quantity"), line.get("UofM", ""))
            if "WarehouseFromKey" in line:
                yield Move(item, line["WarehouseFromKey"]["Id"], line["QuantityTypeFrom"], -quantity, pieces(line))
                yield Move(item, line["WarehouseToKey"]["Id"], line["QuantityTypeTo"], quantity, pieces(line))
            else:
                yield Move(item, line["WarehouseKey"]["Id"], ON_HAND, quantity, pieces(line))

    def shortages(self, lines: Iterable[Struct], *, posting: bool = False) -> list[str]:
        """A sentence for each quantity, lot or serial number of which there is less than the lines take.

        On hand quantities that other documents have allocated are not there for a new line, nor is the document's own.
        """
        needed: dict[tuple[str, str, str, str], Decimal] = {}
        for move in self.moves(lines):
            taken = [("", -move.quantity), *move.pieces] if move.quantity < 0 else []
            for piece, quantity in taken:
                key = (move.item, move.site, move.quantity_type, piece)
                needed[key] = needed.get(key, ZERO) + quantity
        return [text for key, quantity in needed.items() for text in self._short(key, quantity, posting=posting)]

    def _short(self, key: tuple[str, str, str, str], needed: Decimal, *, posting: bool) -> Iterator[str]:
        item, site, quantity_type, piece = key
        if not piece and self._books.inventory_shortage == "overrides":
            return
        there = self.quantity(item, site, quantity_type, piece)
        if quantity_type == ON_HAND and not piece and not posting:
            there -= self._books.allocated(item, site)
        if needed > there:
            yield f"{needed} of {item} {piece} are needed at {site}, {there} are available ({quantity_type})."

    def _apply(self, move: Move) -> None:
        self._books.move_stock(move.item, move.site, move.quantity, move.quantity_type)
        for piece, quantity in move.pieces:
            key = (move.item, move.site, move.quantity_type, piece)
            self._pieces[key] = self._pieces.get(key, ZERO) + (quantity if move.quantity > 0 else -quantity)

    # Documents -------------------------------------------------------------------------------------------------------

    def document(self, number: str, kind: str = "") -> InventoryDocument:
        """The document of that number, in Work or History, of any kind unless one is named; NotFound without one."""
        with self._books.lock:
            for each in KINDS:
                if kind in {"", each.name} and (each.name, number) in self.documents:
                    return self.documents[each.name, number]
            raise NotFound

    def listed(self, *kinds: InventoryKind) -> list[InventoryDocument]:
        """All of some kinds, in an order that is not by date: GP promises none."""
        with self._books.lock:
            kept = [document for document in self.documents.values() if document.kind in kinds]
            kept.sort(key=lambda document: (document.modified, document.number))
            return kept[1::2][::-1] + kept[::2]

    def next_number(self, kind: InventoryKind) -> str:
        """The next number in set-up; it is used up even when the document is refused."""
        with self._books.lock:
            while True:
                number = f"{kind.trail}{self._next:012}"
                self._next += 1
                if (kind.name, number) not in self.documents:
                    return number

    def save(self, document: InventoryDocument) -> None:
        """Put the document into the books, stamped now, and open its batch if there is none."""
        with self._books.lock:
            document.modified = self._books.now()
            document.modified_count += 1
            self.batches.setdefault((document.kind.batch_source, document.batch), document.modified)
            self.documents[document.kind.name, document.number] = document

    # What a person does in GP's windows ------------------------------------------------------------------------------

    def post(self, number: str, kind: str = "") -> None:
        """Post one document: its quantities move, and it goes to History where GP is set to keep that.

        ValueError when it is there already, its period is closed or a quantity falls short.
        """
        with self._books.lock:
            document = self._in_work(number, kind)
            if self._books.is_closed(document.posting_date.date()):
                raise ValueError(f"the period of {document.posting_date.date()} is closed")
            short = self.shortages(document.lines.values(), posting=True)
            if short:
                raise ValueError(" ".join(short))
            for move in self.moves(document.lines.values()):
                self._apply(move)
            self._posted += 1
            document.audit_trail_code = f"{document.kind.trail}{self._posted:08}"
            document.state = "History"
            self.save(document)
            if not self._books.set_up.keeps_history:
                del self.documents[document.kind.name, document.number]

    def post_batch(self, batch: str) -> None:
        """Post all documents of a batch; what cannot be posted stays in it. ValueError says what and why."""
        with self._books.lock:
            held = [each for each in self.documents.values() if (each.batch, each.state) == (batch, "Work")]
            if not held:
                raise NotFound
            failures = []
            for document in held:
                try:
                    self.post(document.number, document.kind.name)
                except ValueError as problem:
                    failures.append(f"{document.number}: {problem}")
            if failures:
                raise ValueError("; ".join(failures))

    def delete(self, number: str, kind: str = "") -> None:
        """Delete the document from Work: nothing is left of it."""
        with self._books.lock:
            document = self._in_work(number, kind)
            del self.documents[document.kind.name, document.number]

    def edit_quantity(self, number: str, sequence: int, quantity: int, kind: str = "") -> None:
        """Type another quantity into a line; ValueError where lots or serial numbers would have to follow."""
        with self._books.lock:
            document = self._in_work(number, kind)
            line = document.lines[Decimal(sequence)]
            if pieces(line):
                raise ValueError(f"line {sequence} of {number} has lots or serial numbers")
            line["Quantity"] = {**line["Quantity"], "Value": Decimal(quantity)}
            self.save(document)

    def _in_work(self, number: str, kind: str) -> InventoryDocument:
        document = self.document(number, kind)
        if document.state != "Work":
            raise ValueError(f"{number} is in History")
        return document
