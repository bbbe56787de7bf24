"""What GP does with an inventory document sent to it: fit it into the books, complete it, refuse what breaks a rule.

Sources: Microsoft's web service reference for the inventory documents (what defaults to what), the eConnect reference
for their lines (required site, base unit of measure where none is given, quantity types that default to On Hand), GP's
SQL schema. What GP does with a number that is in Work already is not documented: integrations were seen that create
again to change a document, and the eConnect reference calls its line node one that exchanges documents.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from decimal import Decimal

from local.gp.amounts import money
from local.gp.books import Books, Item
from local.gp.documents import LINE_STEP, value
from local.gp.faults import Problem, ValidationFault
from local.gp.inventory import ON_HAND, TRANSFER, InventoryDocument, InventoryKind, pieces
from local.gp.reading import Struct

_ACCOUNTS = ("InventoryGLAccount", "InventoryOffsetGLAccount", "InventoryFromGLAccount", "InventoryToGLAccount")


def create(books: Books, kind: InventoryKind, given: Struct, *, posts_to_ledger: bool) -> None:
    """CreateInventoryAdjustment and its sisters. Without a number in its key the document gets the next one.

    A number in Work takes the lines in addition to those it has, or is refused (`books.inventory_create_on_existing`);
    a number in History is refused.
    """
    number = _id(given, "Key") or books.inventory.next_number(kind)
    document = _begin(books, kind, number, given)
    document.posts_to_ledger = posts_to_ledger
    lines: dict[Decimal, Struct] = {}
    _refuse(kind, [*_header_problems(books, document, given), *_take_lines(lines, document, given)])
    _refuse(kind, [each for line in lines.values() for each in _reference_problems(books, kind, line)])
    for line in lines.values():
        _complete(books, kind, line)
    _refuse(kind, [each for line in lines.values() for each in _quantity_problems(books, kind, line)])
    _refuse(kind, [*_shortage_problems(books, [*lines.values()])])
    document.lines |= lines
    books.inventory.save(document)


def _begin(books: Books, kind: InventoryKind, number: str, given: Struct) -> InventoryDocument:
    """The document as it is or a new one, with the header as given."""
    existing = books.inventory.documents.get((kind.name, number))
    if existing and (existing.state == "History" or books.inventory_create_on_existing == "refuses"):
        text = f"{kind.type_name} {number} already exists in {existing.state}."
        _refuse(kind, [Problem("DuplicateDocument", text, ("Key",))])
    today = books.day(books.now())
    batch = _id(given, "BatchKey")
    document = copy.deepcopy(existing) or InventoryDocument(
        kind, number, created=books.now(), modified=books.now(), date=today, posting_date=today, batch=batch
    )
    document.batch = batch
    document.date = given.get("Date") or document.date
    document.posting_date = given.get("GLPostingDate") or document.posting_date
    return document


def _refuse(kind: InventoryKind, problems: list[Problem]) -> None:
    if problems:
        of = f"Microsoft.Dynamics.GP.{kind.type_name}"
        raise ValidationFault(*[Problem(each.id, each.message, each.properties, of) for each in problems])


def _id(struct: Struct, key: str) -> str:
    return str((struct.get(key) or {}).get("Id") or "")


def _header_problems(books: Books, document: InventoryDocument, given: Struct) -> Iterator[Problem]:
    if not document.batch:
        yield Problem("BatchMissing", "The batch is missing.", ("BatchKey",))
    if not any(given.get("Lines") or []):
        yield Problem("LinesMissing", "The document has no lines.", ("Lines",))
    for name, date in {"Date": document.date, "GLPostingDate": document.posting_date}.items():
        if books.is_closed(date.date()):
            yield Problem("ClosedPeriod", f"The fiscal period of {date.date()} is closed for inventory.", (name,))


def _take_lines(lines: dict[Decimal, Struct], document: InventoryDocument, given: Struct) -> Iterator[Problem]:
    """The lines given, by sequence number: their own where it is free in the document, else the next one."""
    for line in given.get("Lines") or []:
        if line is None:
            continue
        key = line.get("Key") or {}
        sequence = key.get("SequenceNumber") or Decimal(0)
        if _id(key, "InventoryKey") not in {"", document.number}:
            yield Problem("OtherDocument", f"Line {sequence} is of another document.", ("Lines", "Key"))
        if sequence in lines:
            yield Problem("LineTwice", f"Line {sequence} is given twice.", ("Lines", "Key"))
        if not sequence or sequence in document.lines:
            sequence = (max([*document.lines, *lines], default=Decimal(0)) // LINE_STEP + 1) * LINE_STEP
        lines[sequence] = {name: given for name, given in line.items() if given is not None and name != "Key"}


def _sites(kind: InventoryKind) -> tuple[str, ...]:
    return ("WarehouseFromKey", "WarehouseToKey") if kind is TRANSFER else ("WarehouseKey",)


def _reference_problems(books: Books, kind: InventoryKind, line: Struct) -> Iterator[Problem]:
    number = _id(line, "ItemKey")
    item = books.items.get(number)
    if item is None:
        yield Problem("UnknownItem", f"Item {number!r} does not exist.", ("Lines", "ItemKey"))
    elif item.kind != "Sales Item":
        yield Problem("NotInventoried", f"Item {number} of type {item.kind} is not inventoried.", ("Lines", "ItemKey"))
    elif not item.active:
        yield Problem("ItemInactive", f"Item {number} is inactive.", ("Lines", "ItemKey"))
    elif line.get("UofM") and line["UofM"] not in item.prices:
        text = f"Unit of measure {line['UofM']!r} is not in the schedule of {number}."
        yield Problem("UnknownUofM", text, ("Lines", "UofM"))
    for name in _sites(kind):
        yield from _site_problems(books, item, name, _id(line, name))
    for name in _ACCOUNTS:
        account = _id(line, name)
        if account and account not in books.gl_accounts:
            yield Problem("UnknownAccount", f"Account {account!r} does not exist.", ("Lines", name))


def _site_problems(books: Books, item: Item | None, name: str, site: str) -> Iterator[Problem]:
    if site not in books.sites:
        yield Problem("UnknownSite", f"Site {site!r} does not exist.", ("Lines", name))
    elif item is not None and not item.is_at(site):
        yield Problem("ItemNotAtSite", f"Item {item.number} is not assigned to site {site}.", ("Lines", name))


def _complete(books: Books, kind: InventoryKind, line: Struct) -> None:
    item = books.items[_id(line, "ItemKey")]
    line.setdefault("UnitCost", money(item.cost, books.currency))
    if kind is TRANSFER:
        line.setdefault("QuantityTypeFrom", ON_HAND)
        line.setdefault("QuantityTypeTo", ON_HAND)
    else:
        line.setdefault("UofM", item.unit)


def _quantity_problems(books: Books, kind: InventoryKind, line: Struct) -> Iterator[Problem]:
    item = books.items[_id(line, "ItemKey")]
    quantity, cost = value(line, "Quantity"), value(line, "UnitCost")
    if quantity == 0 or quantity != round(quantity, item.decimals) or (kind is TRANSFER and quantity < 0):
        yield Problem("BadQuantity", f"Quantity {quantity} of {item.number} is not possible.", ("Lines", "Quantity"))
        return
    if cost < 0:
        yield Problem("BadAmount", f"Unit cost {cost} of {item.number} is negative.", ("Lines", "UnitCost"))
    if kind is TRANSFER and _ends(line)[0] == _ends(line)[1]:
        yield Problem("SameSite", f"{item.number} would be transferred to where it is.", ("Lines", "WarehouseToKey"))
    yield from _tracking_problems(books, item, line)


def _ends(line: Struct) -> tuple[tuple[str, str], tuple[str, str]]:
    """(site, quantity type) of where a transfer's line takes from and gives to."""
    taken = (_id(line, "WarehouseFromKey"), line["QuantityTypeFrom"])
    return taken, (_id(line, "WarehouseToKey"), line["QuantityTypeTo"])


def _tracking_problems(books: Books, item: Item, line: Struct) -> Iterator[Problem]:
    """The lots or serial numbers of a tracked item must be named, each once, and add up to the line in base units."""
    name = {"Lot Numbers": "Lots", "Serial Numbers": "Serials"}.get(item.tracking, "")
    other = [each for each in ("Lots", "Serials") if each != name and any(line.get(each) or [])]
    if other:
        yield Problem("NotTracked", f"Item {item.number} is not tracked by {other[0]}.", ("Lines", other[0]))
        return
    if not name:
        return
    parts = pieces({name: line.get(name)})
    added_up = sum((quantity for _, quantity in parts), Decimal(0))
    if {added_up} != {abs(move.quantity) for move in books.inventory.moves([line])}:
        yield Problem(f"Wrong{name}", f"{name} of {item.number} add up to {added_up} only.", ("Lines", name))
    elif len({piece for piece, quantity in parts if piece and quantity}) != len(parts):
        yield Problem(f"Wrong{name}", f"{name} of {item.number} are named twice or without need.", ("Lines", name))
    if item.tracking == "Serial Numbers":
        yield from _serial_problems(books, item, line)


def _serial_problems(books: Books, item: Item, line: Struct) -> Iterator[Problem]:
    """A serial number can come into stock only once; one that a transfer takes leaves its place first."""
    taken: set[str] = set()
    for move in books.inventory.moves([line]):
        for serial, _ in move.pieces:
            if move.quantity < 0:
                taken.add(serial)
            elif serial not in taken and books.inventory.has_piece(item.number, serial):
                yield Problem("WrongSerials", f"Serial number {serial} is in stock already.", ("Lines", "Serials"))


def _shortage_problems(books: Books, lines: list[Struct]) -> Iterator[Problem]:
    for sentence in books.inventory.shortages(lines):
        yield Problem("QuantityShortage", sentence, ("Lines", "Quantity"))
