"""What GP does with a sales order sent to it: fit it into the books, complete it, refuse what breaks a business rule.

Sources: Microsoft's web service reference for CreateSalesOrder and UpdateSalesOrder (what is required, that lines are
matched by LineSequenceNumber, DeleteOnUpdate), the eConnect reference for sales lines, GP's SQL schema for lengths.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator

from local.gp.amounts import extended, money, quantity, totals
from local.gp.amounts import number as value_of
from local.gp.books import CURRENCY, LINE_STEP, Books, Item, Order
from local.gp.faults import NotFound, Problem, ValidationFault
from local.gp.reading import Struct

# With Field Service installed a trigger cuts a longer number short (GP's SQL schema, SOP10100).
LONGEST_NUMBER = 17

_KEPT_BY_GP = (
    "Key Type LineTotalAmount TotalAmount DiscountAmount CreatedBy CreatedDate ModifiedDate LastModifiedDate "
    "TransactionState IsVoided AuditTrailCode MasterNumber Lines TrackingNumbers ProcessHolds"
)
_OURS = frozenset(_KEPT_BY_GP.split())
"""Elements of the header that GP keeps itself; what a client sends there is not taken over."""

_OURS_OF_LINE = frozenset({"Key", "DeleteOnUpdate", "TotalAmount", "QuantityAllocated"})
_PARTS = ("QuantityToInvoice", "QuantityCanceled", "QuantityToBackorder")


def create(books: Books, given: Struct) -> None:
    """CreateSalesOrder. Without a number in its key the order gets the next one, which the answer does not tell."""
    number = _id(given, "Key") or books.next_number()
    if number in books.orders:
        raise ValidationFault(Problem("DuplicateDocument", f"Sales document {number} already exists.", ("Key",)))
    if len(number) > LONGEST_NUMBER:
        raise ValidationFault(Problem("NumberTooLong", f"{number} is longer than {LONGEST_NUMBER}.", ("Key",)))
    _keep(books, Order(number, books.now(), books.now()), given)


def update(books: Books, given: Struct) -> None:
    """UpdateSalesOrder: what is given replaces what is there, what is left out or nil stays."""
    order = books.orders.get(_id(given, "Key"))
    if order is None:
        raise NotFound
    if order.state != "Work":
        raise ValidationFault(
            Problem("NotInWork", f"Sales document {order.number} is in History and cannot be changed.", ("Key",))
        )
    _refuse([*_changed_for_good(order, given)])
    _keep(books, copy.deepcopy(order), given)


def void(books: Books, number: str) -> None:
    """VoidSalesOrder."""
    if books.document(number).state != "Work":
        raise ValidationFault(Problem("NotInWork", f"Sales document {number} is in History.", ("Key",)))
    books.void(number)


def _keep(books: Books, order: Order, given: Struct) -> None:
    _take(order.fields, given, _OURS)
    _refuse([*_take_lines(order, given)])
    _refuse([*_take_tracking(order, given), *_take_holds(books, order, given)])
    _refuse([*_header_problems(books, order), *_reference_problems(books, order)])
    _complete(books, order)
    _refuse([*_amount_problems(order), *_quantity_problems(books, order), *_disagreements(order, given)])
    books.save(order)


def _refuse(problems: list[Problem]) -> None:
    if problems:
        raise ValidationFault(*problems)


def _take(into: Struct, given: Struct, but: frozenset[str]) -> None:
    into.update({name: value for name, value in given.items() if value is not None and name not in but})


def _given(given: Struct, collection: str) -> list[Struct]:
    return [each for each in given.get(collection) or [] if each is not None]


def _id(struct: Struct, key: str) -> str:
    return str((struct.get(key) or {}).get("Id") or "")


def _take_lines(order: Order, given: Struct) -> Iterator[Problem]:
    seen: set[int] = set()
    for line in _given(given, "Lines"):
        sequence = (line.get("Key") or {}).get("LineSequenceNumber") or 0
        if sequence in seen:
            yield Problem("LineTwice", f"Line {sequence} is given twice.", ("Lines", "Key"))
        sequence = sequence or (max(order.lines, default=0) // LINE_STEP + 1) * LINE_STEP
        seen.add(sequence)
        if not line.get("DeleteOnUpdate"):
            _take_line(order.lines.setdefault(sequence, {}), line)
        elif order.lines.pop(sequence, None) is None:
            yield Problem("NoSuchLine", f"Line {sequence} to delete does not exist.", ("Lines", "Key"))


def _take_line(into: Struct, line: Struct) -> None:
    """A changed quantity leaves the rest to be invoiced, unless the line says how much is."""
    changed = {"Quantity", *_PARTS} & {name for name, value in line.items() if value is not None}
    if changed and "QuantityToInvoice" not in changed:
        into.pop("QuantityToInvoice", None)
    _take(into, line, _OURS_OF_LINE)


def _take_tracking(order: Order, given: Struct) -> Iterator[Problem]:
    for each in _given(given, "TrackingNumbers"):
        number = _id(each, "Key")
        if not number:
            yield Problem("TrackingEmpty", "A tracking number is empty.", ("TrackingNumbers", "Key"))
        if _id(each.get("Key") or {}, "SalesDocumentKey") not in {"", order.number}:
            yield Problem("OtherDocument", f"Tracking number {number} is of another document.", ("TrackingNumbers",))
        order.tracking = [kept for kept in order.tracking if kept != number]
        if not each.get("DeleteOnUpdate"):
            order.tracking.append(number)


def _take_holds(books: Books, order: Order, given: Struct) -> Iterator[Problem]:
    for each in _given(given, "ProcessHolds"):
        hold = _id(each.get("Key") or {}, "SalesProcessHoldSetupKey")
        if hold not in books.hold_setups:
            yield Problem("UnknownHold", f"Process hold {hold!r} does not exist.", ("ProcessHolds", "Key"))
        elif each.get("DeleteOnUpdate"):
            order.holds.pop(hold, None)
        else:
            order.holds.setdefault(hold, books.now())


def _changed_for_good(order: Order, given: Struct) -> Iterator[Problem]:
    for key in ("CustomerKey", "DocumentTypeKey"):
        if _id(given, key) not in {"", order.fields[key]["Id"]}:
            yield Problem("CannotChange", f"{key} of a saved document cannot be changed.", (key,))


def _header_problems(books: Books, order: Order) -> Iterator[Problem]:
    """What the reference says CreateSalesOrder requires."""
    document_type = order.fields.get("DocumentTypeKey") or {}
    if document_type.get("Type") != "Order" or document_type.get("Id") not in books.document_types:
        yield Problem(
            "UnknownDocumentType",
            f"Document type {document_type.get('Id')!r} of type {document_type.get('Type')!r} is not set up.",
            ("DocumentTypeKey",),
        )
    if not _id(order.fields, "BatchKey"):
        yield Problem("BatchMissing", "The batch is missing.", ("BatchKey",))
    if not order.lines:
        yield Problem("LinesMissing", "The document has no lines.", ("Lines",))
    if (order.fields.get("CurrencyKey") or {}).get("ISOCode", CURRENCY) != CURRENCY:
        yield Problem("UnknownCurrency", f"The company keeps its books in {CURRENCY}.", ("CurrencyKey",))


def _reference_problems(books: Books, order: Order) -> Iterator[Problem]:
    yield from _customer_problems(books, _id(order.fields, "CustomerKey"))
    yield from _card_problems(books, order.fields, "")
    for sequence, line in order.lines.items():
        where = f" on line {sequence}"
        yield from _card_problems(books, line, where)
        item = _id(line, "ItemKey")
        if line.get("IsNonInventory"):
            continue
        if item not in books.items:
            yield Problem("UnknownItem", f"Item {item!r}{where} does not exist.", ("Lines", "ItemKey"))
        elif line.get("UofM") and line["UofM"] not in books.items[item].prices:
            text = f"Unit of measure {line['UofM']!r}{where} is not in the schedule of {item}."
            yield Problem("UnknownUofM", text, ("Lines", "UofM"))


def _customer_problems(books: Books, customer: str) -> Iterator[Problem]:
    card = books.customers.get(customer)
    if card is None:
        yield Problem("UnknownCustomer", f"Customer {customer!r} does not exist.", ("CustomerKey",))
    elif card.on_hold or not card.active:
        yield Problem("CustomerOnHold", f"Customer {customer} is inactive or on hold.", ("CustomerKey",))


def _card_problems(books: Books, struct: Struct, where: str) -> Iterator[Problem]:
    site, method = _id(struct, "WarehouseKey"), _id(struct, "ShippingMethodKey")
    if site and site not in books.sites:
        yield Problem("UnknownSite", f"Site {site!r}{where} does not exist.", ("WarehouseKey",))
    if method and method not in books.shipping_methods:
        yield Problem(
            "UnknownShippingMethod", f"Shipping method {method!r}{where} does not exist.", ("ShippingMethodKey",)
        )


def _complete(books: Books, order: Order) -> None:
    """The defaults: dates, names, site, unit of measure, description, and the price of the item's price list."""
    fields = order.fields
    fields.setdefault("Date", books.now().replace(hour=0, minute=0, second=0, microsecond=0))
    fields.setdefault("RequestedShipDate", fields["Date"])
    fields.setdefault("CustomerName", books.customers[fields["CustomerKey"]["Id"]].description)
    for line in order.lines.values():
        line.setdefault("WarehouseKey", {"Id": _id(fields, "WarehouseKey") or books.default_site})
        item = books.items.get(_id(line, "ItemKey"))
        if item is not None:
            _complete_from_item(line, item)
        line.setdefault("UofM", "EACH")
        rest = value_of(line.get("Quantity")) - sum(value_of(line.get(name)) for name in _PARTS[1:])
        line.setdefault("QuantityToInvoice", quantity(rest, item.decimals if item else 0))


def _complete_from_item(line: Struct, item: Item) -> None:
    line.setdefault("UofM", item.unit)
    line.setdefault("ItemDescription", item.description)
    line.setdefault("UnitPrice", money(item.prices[line["UofM"]]))


def _amount_problems(order: Order) -> Iterator[Problem]:
    amounts = totals(order)
    for name in ("FreightAmount", "MiscellaneousAmount", "TaxAmount"):
        yield from _money_problems(order.fields.get(name), name)
    for line in order.lines.values():
        yield from _money_problems(line.get("UnitPrice"), "UnitPrice")
    if amounts.trade_discount < 0 or amounts.total < 0:
        yield Problem("NegativeAmount", f"The document's total of {amounts.total} is below nought.", ("TotalAmount",))


def _money_problems(amount: Struct | None, name: str) -> Iterator[Problem]:
    """Functional currency has two decimals, in the header and on these items."""
    if (amount or {}).get("Currency", CURRENCY) not in {CURRENCY, ""}:
        yield Problem("UnknownCurrency", f"{name} is not in {CURRENCY}.", (name,))
    value = value_of(amount)
    if value < 0 or value != round(value, 2):
        yield Problem("BadAmount", f"{name} {value} is negative or has more than two decimals.", (name,))


def _quantity_problems(books: Books, order: Order) -> Iterator[Problem]:
    for sequence, line in order.lines.items():
        ordered = value_of(line.get("Quantity"))
        item = books.items.get(_id(line, "ItemKey"))
        if ordered <= 0 or ordered != round(ordered, item.decimals if item else 5):
            yield Problem("BadQuantity", f"Quantity {ordered} on line {sequence} is not possible.", ("Quantity",))
        for name in (*_PARTS, "QuantityFulfilled"):
            if not 0 <= value_of(line.get(name)) <= ordered:
                text = f"{name} {value_of(line.get(name))} on line {sequence} is not within {ordered} ordered."
                yield Problem("BadQuantity", text, (name,))
        if sum(value_of(line.get(name)) for name in _PARTS) > ordered:
            text = f"To invoice, cancelled and back-ordered on line {sequence} are more than {ordered} ordered."
            yield Problem("BadQuantity", text, _PARTS)


def _disagreements(order: Order, given: Struct) -> Iterator[Problem]:
    """Amounts that GP works out itself may be sent, but then they must be the same."""
    amounts = totals(order)
    for name, ours in {"TotalAmount": amounts.total, "LineTotalAmount": amounts.lines}.items():
        if given.get(name) and value_of(given[name]) != ours:
            yield Problem("WrongTotal", f"{name} is {value_of(given[name])}, but adds up to {ours}.", (name,))
    for line in _given(given, "Lines"):
        sequence = (line.get("Key") or {}).get("LineSequenceNumber")
        if not line.get("TotalAmount") or line.get("DeleteOnUpdate"):
            continue
        kept = order.lines.get(sequence) if sequence else _same_line(order, line)
        if kept is not None and extended(kept) != value_of(line["TotalAmount"]):
            text = f"TotalAmount of a line is {value_of(line['TotalAmount'])}, but comes to {extended(kept)}."
            yield Problem("WrongTotal", text, ("Lines", "TotalAmount"))


def _same_line(order: Order, line: Struct) -> Struct | None:
    """The kept line that was made of a line without a number: they share the given quantity and item."""
    return next((kept for kept in order.lines.values() if kept.get("Quantity") is line.get("Quantity")), None)
