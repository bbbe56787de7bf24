"""What GP does with a sales document sent to it: fit it into the books, complete it, refuse what breaks a rule.

Sources: Microsoft's web service reference for the create and update methods (lines are matched by LineSequenceNumber,
DeleteOnUpdate), GP's SQL schema for lengths.
"""

from __future__ import annotations

import copy
import dataclasses
from collections.abc import Iterator

from local.gp import policies, rules, stock
from local.gp.amounts import money, quantity, value
from local.gp.books import Books, Item
from local.gp.documents import INVOICE, LINE_STEP, QUANTITY_TYPES, RETURN, Document, Kind
from local.gp.faults import NotFound, Problem, ValidationFault
from local.gp.policies import Choices
from local.gp.reading import Struct
from local.gp.rules import given_lines, key_of

# With Field Service installed a trigger cuts a longer number short (GP's SQL schema, SOP10100).
LONGEST_NUMBER = 17

_KEPT_BY_GP = (
    "Key Type LineTotalAmount TotalAmount DiscountAmount CreatedBy CreatedDate ModifiedDate LastModifiedDate "
    "TransactionState IsVoided AuditTrailCode MasterNumber Lines TrackingNumbers ProcessHolds "
    "GeneralLedgerPostingDate PostedDate PostedBy"
)
_OURS = frozenset(_KEPT_BY_GP.split())
"""Elements of the header that GP keeps itself; what a client sends there is not taken over."""

_CONFIGURED = Choices()

_PIECES = {"Lots": "LotNumber", "Serials": "SerialNumber"}
"""The lists of a line that GP matches by number, and the element that holds it."""

_OURS_OF_LINE = frozenset({"Key", "DeleteOnUpdate", "TotalAmount", "QuantityAllocated", *_PIECES})


def create(books: Books, kind: Kind, given: Struct, choices: Choices) -> None:
    """Without a number in its key the document gets the next one, which the answer does not tell."""
    number = key_of(given, "Key") or books.next_number(kind)
    if number in books.sales[kind.name]:
        _refuse(kind, [Problem("DuplicateDocument", f"Sales document {number} already exists.", ("Key",))])
    if len(number) > LONGEST_NUMBER:
        _refuse(kind, [Problem("NumberTooLong", f"{number} is longer than {LONGEST_NUMBER}.", ("Key",))])
    _keep(books, Document(kind, number, books.now(), books.now(), books.currency), None, given, choices)


def update(books: Books, kind: Kind, given: Struct, choices: Choices) -> None:
    """What is given replaces what is there, what is left out or nil stays."""
    before = _in_work(books, kind, key_of(given, "Key"))
    _refuse(kind, [*_changed_for_good(before, given)])
    _keep(books, copy.deepcopy(before), before, given, choices)


def void(books: Books, kind: Kind, number: str, choices: Choices = _CONFIGURED) -> None:
    document = _in_work(books, kind, number)
    _refuse(kind, [*rules.deposit_problems(document, choices)])
    books.void(number, kind.name)


def delete(books: Books, kind: Kind, number: str, choices: Choices = _CONFIGURED) -> None:
    document = _in_work(books, kind, number)
    _refuse(kind, [*rules.deposit_problems(document, choices)])
    books.delete(number, kind.name)


def _in_work(books: Books, kind: Kind, number: str) -> Document:
    document = books.sales[kind.name].get(number)
    if document is None:
        raise NotFound
    if document.state != "Work":
        text = f"Sales document {number} is in History and cannot be changed."
        _refuse(kind, [Problem("NotInWork", text, ("Key",))])
    return document


def _keep(books: Books, document: Document, before: Document | None, given: Struct, choices: Choices) -> None:
    kind = document.kind
    _take(document.fields, given, _OURS)
    entered: set[int] = set()
    _refuse(kind, [*_take_lines(document, given, entered)])
    _refuse(kind, [*_take_tracking(document, given), *_take_holds(books, document, given)])
    _refuse(kind, [*rules.header_problems(books, document), *rules.reference_problems(books, document, choices)])
    _complete(books, document, choices, entered)
    _refuse(kind, [*rules.amount_problems(document), *rules.quantity_problems(books, document)])
    _refuse(kind, [*stock.allocate(books, document, before, choices)])
    _refuse(kind, [*rules.disagreements(document, given, choices)])
    _refuse(kind, [*rules.state_problems(books, document), *rules.credit_problems(books, document, choices)])
    books.save(document)


def _refuse(kind: Kind, problems: list[Problem]) -> None:
    if problems:
        raise ValidationFault(*(dataclasses.replace(each, object_type=kind.object_type) for each in problems))


def _take(into: Struct, given: Struct, but: frozenset[str]) -> None:
    into.update({name: each for name, each in given.items() if each is not None and name not in but})


def _take_lines(document: Document, given: Struct, entered: set[int]) -> Iterator[Problem]:
    """`entered` gathers the numbers of the lines that were given."""
    for line in given_lines(given):
        sequence = (line.get("Key") or {}).get("LineSequenceNumber") or 0
        if sequence in entered:
            yield Problem("LineTwice", f"Line {sequence} is given twice.", ("Lines", "Key"))
        sequence = sequence or (max(document.lines, default=0) // LINE_STEP + 1) * LINE_STEP
        entered.add(sequence)
        if not line.get("DeleteOnUpdate"):
            _take_line(document.kind, document.lines.setdefault(sequence, {}), line)
        elif document.lines.pop(sequence, None) is None:
            yield Problem("NoSuchLine", f"Line {sequence} to delete does not exist.", ("Lines", "Key"))


def _take_line(kind: Kind, into: Struct, line: Struct) -> None:
    """A changed quantity leaves the rest to be invoiced or returned, unless the line says how much is."""
    changed = {"Quantity", *kind.parts} & {name for name, each in line.items() if each is not None}
    if changed and kind.rest not in changed:
        into.pop(kind.rest, None)
    _take(into, line, _OURS_OF_LINE)
    for name, number in _PIECES.items():
        _take_pieces(into, line, name, number)


def _take_pieces(into: Struct, line: Struct, name: str, number: str) -> None:
    """One of a number that the line has replaces that; what is not given stays."""
    kept = {each.get(number): each for each in into.get(name) or []}
    for each in filter(None, line.get(name) or []):
        kept.pop(each.get(number), None) if each.get("DeleteOnUpdate") else kept.update({each.get(number): each})
    if kept or line.get(name) is not None:
        into[name] = list(kept.values())


def _take_tracking(document: Document, given: Struct) -> Iterator[Problem]:
    for each in filter(None, given.get("TrackingNumbers") or []):
        number = key_of(each, "Key")
        if not number:
            yield Problem("TrackingEmpty", "A tracking number is empty.", ("TrackingNumbers", "Key"))
        if key_of(each.get("Key") or {}, "SalesDocumentKey") not in {"", document.number}:
            yield Problem("OtherDocument", f"Tracking number {number} is of another document.", ("TrackingNumbers",))
        document.tracking = [kept for kept in document.tracking if kept != number]
        if not each.get("DeleteOnUpdate"):
            document.tracking.append(number)


def _take_holds(books: Books, document: Document, given: Struct) -> Iterator[Problem]:
    for each in filter(None, given.get("ProcessHolds") or []):
        hold = key_of(each.get("Key") or {}, "SalesProcessHoldSetupKey")
        if hold not in books.hold_setups:
            yield Problem("UnknownHold", f"Process hold {hold!r} does not exist.", ("ProcessHolds", "Key"))
        elif each.get("DeleteOnUpdate"):
            document.holds.pop(hold, None)
        else:
            document.holds.setdefault(hold, books.now())


def _changed_for_good(document: Document, given: Struct) -> Iterator[Problem]:
    for key in ("CustomerKey", "DocumentTypeKey"):
        if key_of(given, key) not in {"", document.fields[key]["Id"]}:
            yield Problem("CannotChange", f"{key} of a saved document cannot be changed.", (key,))


def _complete(books: Books, document: Document, choices: Choices, entered: set[int]) -> None:
    """The defaults: dates, names, site, unit of measure, description, and the price of the item's price list."""
    fields = document.fields
    fields.setdefault("Date", books.day(books.now()))
    fields.setdefault("RequestedShipDate", fields["Date"])
    fields.setdefault("CustomerName", books.customers[fields["CustomerKey"]["Id"]].description)
    allocating = books.document_types[fields["DocumentTypeKey"]["Id"]].allocates == "line"
    document.allocates = allocating and bool(document.kind is not RETURN and choices[policies.ALLOCATE])
    for sequence, line in document.lines.items():
        line.setdefault("WarehouseKey", {"Id": key_of(fields, "WarehouseKey") or books.default_site})
        item = books.items.get(key_of(line, "ItemKey"))
        if item is not None:
            if choices[policies.UNIT_PRICE] and sequence in entered:
                line.pop("UnitPrice", None)
            _complete_from_item(line, item, document.currency)
        line.setdefault("UofM", "EACH")
        _complete_quantities(books, document, sequence, item)


def _complete_from_item(line: Struct, item: Item, currency: str) -> None:
    line.setdefault("UofM", item.unit)
    line.setdefault("ItemDescription", item.description)
    line.setdefault("UnitPrice", money(item.prices[line["UofM"]], currency))


def _complete_quantities(books: Books, document: Document, sequence: int, item: Item | None) -> None:
    """All that is not cancelled, back-ordered or invoiced already is to be invoiced; an invoice ships what it bills."""
    line, kind, digits = document.lines[sequence], document.kind, item.decimals if item else 0
    if kind is RETURN:
        line.setdefault(kind.rest, {QUANTITY_TYPES[books.set_up.return_type]: line.get("Quantity")})
        return
    others = sum(value(line, name) for name in kind.parts if name != kind.rest)
    rest = value(line, "Quantity") - others - document.invoiced.get(sequence, 0)
    line.setdefault(kind.rest, quantity(rest, digits))
    if kind is INVOICE:
        line.setdefault("QuantityFulfilled", line[kind.rest])
