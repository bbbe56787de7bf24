"""The business rules that a sales document has to keep before GP takes it into its books.

Sources: Microsoft's web service reference for the create and update methods (what is required), the eConnect reference
for sales lines.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from local.gp import policies
from local.gp.amounts import extended, totals, value
from local.gp.books import Books
from local.gp.documents import INVOICE, ORDER, QUANTITY_TYPES, RETURN, Document
from local.gp.faults import Problem
from local.gp.policies import Choices
from local.gp.reading import Struct


def given_lines(given: Struct) -> list[Struct]:
    return [line for line in given.get("Lines") or [] if line is not None]


def key_of(struct: Struct, key: str) -> str:
    return str((struct.get(key) or {}).get("Id") or "")


def header_problems(books: Books, document: Document) -> Iterator[Problem]:
    """What the reference says is required, and that it is set up."""
    given = document.fields.get("DocumentTypeKey") or {}
    kept = books.document_types.get(given.get("Id") or "")
    if kept is None or not kept.kind == given.get("Type") == document.kind.name:
        text = f"Document type {given.get('Id')!r} of type {given.get('Type')!r} is not set up."
        yield Problem("UnknownDocumentType", text, ("DocumentTypeKey",))
    if not key_of(document.fields, "BatchKey"):
        yield Problem("BatchMissing", "The batch is missing.", ("BatchKey",))
    if not document.lines:
        yield Problem("LinesMissing", "The document has no lines.", ("Lines",))
    if (document.fields.get("CurrencyKey") or {}).get("ISOCode", books.currency) != books.currency:
        yield Problem("UnknownCurrency", f"The company keeps its books in {books.currency}.", ("CurrencyKey",))


def reference_problems(books: Books, document: Document, choices: Choices) -> Iterator[Problem]:
    """Cards that the document names and GP does not have, or that may not be used."""
    yield from _customer_problems(books, key_of(document.fields, "CustomerKey"), choices)
    yield from _card_problems(books, document.fields, "")
    for sequence, line in document.lines.items():
        where = f" on line {sequence}"
        yield from _card_problems(books, line, where)
        if not line.get("IsNonInventory"):
            yield from _item_problems(books, line, where)


def _item_problems(books: Books, line: Struct, where: str) -> Iterator[Problem]:
    number, site = key_of(line, "ItemKey"), key_of(line, "WarehouseKey")
    item = books.items.get(number)
    if item is None:
        yield Problem("UnknownItem", f"Item {number!r}{where} does not exist.", ("Lines", "ItemKey"))
        return
    if not item.active:
        yield Problem("ItemInactive", f"Item {number}{where} is inactive.", ("Lines", "ItemKey"))
    if item.kind == "Sales Item" and site in books.sites and not item.is_at(site):
        text = f"Item {number}{where} is not assigned to site {site}."
        yield Problem("ItemNotAtSite", text, ("Lines", "WarehouseKey"))
    if line.get("UofM") and line["UofM"] not in item.prices:
        text = f"Unit of measure {line['UofM']!r}{where} is not in the schedule of {number}."
        yield Problem("UnknownUofM", text, ("Lines", "UofM"))


def _customer_problems(books: Books, customer: str, choices: Choices) -> Iterator[Problem]:
    card = books.customers.get(customer)
    if card is None:
        yield Problem("UnknownCustomer", f"Customer {customer!r} does not exist.", ("CustomerKey",))
    elif not card.active:
        yield Problem("CustomerInactive", f"Customer {customer} is inactive.", ("CustomerKey",))
    elif card.on_hold and choices[policies.CHECK_HOLD]:
        yield Problem("CustomerOnHold", f"Customer {customer} is on hold.", ("CustomerKey",))


def _card_problems(books: Books, struct: Struct, where: str) -> Iterator[Problem]:
    site, method = key_of(struct, "WarehouseKey"), key_of(struct, "ShippingMethodKey")
    if site and site not in books.sites:
        yield Problem("UnknownSite", f"Site {site!r}{where} does not exist.", ("WarehouseKey",))
    if method and method not in books.shipping_methods:
        yield Problem(
            "UnknownShippingMethod", f"Shipping method {method!r}{where} does not exist.", ("ShippingMethodKey",)
        )


def state_problems(books: Books, document: Document) -> Iterator[Problem]:
    """The fiscal period of the document, and somebody who has its batch open."""
    day = document.fields["Date"].date()
    if books.is_closed(day) and (document.kind is not ORDER or books.set_up.periods_bind_orders):
        yield Problem("PeriodClosed", f"The fiscal period of {day} is closed.", ("Date",))
    batch = books.batches.get(document.batch)
    if books.set_up.checks_batches and batch is not None and batch.busy:
        yield Problem("BatchBusy", f"Batch {batch.id} is being edited or posted by another user.", ("BatchKey",))


def credit_problems(books: Books, document: Document, choices: Choices) -> Iterator[Problem]:
    """What the customer owes and has ordered, with this document, against the limit on its card."""
    customer = books.customers[key_of(document.fields, "CustomerKey")]
    if customer.credit_limit is None or document.kind is RETURN or not choices[policies.CHECK_CREDIT]:
        return
    owed = sum((totals(other).total for other in _owed(books, document, customer.id)), totals(document).total)
    if owed > customer.credit_limit:
        text = f"Customer {customer.id} would owe {owed}, over the limit of {customer.credit_limit}."
        yield Problem("CreditLimit", text, ("CustomerKey",))


def _owed(books: Books, document: Document, customer: str) -> Iterator[Document]:
    """Orders in Work and invoices; no payments come into these books."""
    for other in (*books.documents(ORDER.name), *books.documents(INVOICE.name)):
        is_open = other.state == "Work" or other.posted is not None
        is_this = (other.kind, other.number) == (document.kind, document.number)
        if is_open and not is_this and key_of(other.fields, "CustomerKey") == customer:
            yield other


def deposit_problems(document: Document, choices: Choices) -> Iterator[Problem]:
    """A deposit has to be removed before its document is voided or deleted, by a person or by the policy."""
    if value(document.fields, "DepositAmount") and not choices[policies.REMOVE_DEPOSITS]:
        text = f"Sales document {document.number} has a deposit that has not been removed."
        yield Problem("DepositNotRemoved", text, ("DepositAmount",))


def amount_problems(document: Document) -> Iterator[Problem]:
    amounts = totals(document)
    for name in ("FreightAmount", "MiscellaneousAmount", "TaxAmount"):
        yield from _money_problems(document, document.fields, name)
    for line in document.lines.values():
        yield from _money_problems(document, line, "UnitPrice")
    if amounts.trade_discount < 0 or amounts.total < 0:
        yield Problem("NegativeAmount", f"The document's total of {amounts.total} is below nought.", ("TotalAmount",))


def _money_problems(document: Document, struct: Struct, name: str) -> Iterator[Problem]:
    """Functional currency has two decimals, in the header and on these items."""
    if (struct.get(name) or {}).get("Currency", document.currency) not in {document.currency, ""}:
        yield Problem("UnknownCurrency", f"{name} is not in {document.currency}.", (name,))
    given = value(struct, name)
    if given < 0 or given != round(given, 2):
        yield Problem("BadAmount", f"{name} {given} is negative or has more than two decimals.", (name,))


def quantity_problems(books: Books, document: Document) -> Iterator[Problem]:
    for sequence, line in document.lines.items():
        ordered = value(line, "Quantity")
        item = books.items.get(key_of(line, "ItemKey"))
        if ordered <= 0 or ordered != round(ordered, item.decimals if item else 5):
            yield Problem("BadQuantity", f"Quantity {ordered} on line {sequence} is not possible.", ("Quantity",))
        if document.kind is RETURN:
            yield from _return_problems(sequence, line)
            continue
        parts = document.kind.parts
        for name in (*parts, "QuantityFulfilled"):
            if not 0 <= value(line, name) <= ordered:
                text = f"{name} {value(line, name)} on line {sequence} is not within {ordered} ordered."
                yield Problem("BadQuantity", text, (name,))
        there = ordered - document.invoiced.get(sequence, Decimal(0))
        if sum(value(line, name) for name in parts) > there:
            text = f"To invoice, cancelled and back-ordered on line {sequence} are more than the {there} there are."
            yield Problem("BadQuantity", text, parts)


def _return_problems(sequence: int, line: Struct) -> Iterator[Problem]:
    parts = [value(line["ReturnQuantity"], name) for name in QUANTITY_TYPES.values()]
    if min(parts) < 0 or sum(parts) != value(line, "Quantity"):
        text = f"The quantities returned by type on line {sequence} do not add up to {value(line, 'Quantity')}."
        yield Problem("BadQuantity", text, ("Lines", "ReturnQuantity"))


def disagreements(document: Document, given: Struct, choices: Choices) -> Iterator[Problem]:
    """Amounts that GP works out itself may be sent, but then they must be the same, unless GP is set to calculate."""
    if choices[policies.UNIT_PRICE] or choices[policies.TOTAL_AMOUNT]:
        return
    amounts = totals(document)
    for name, ours in {"TotalAmount": amounts.total, "LineTotalAmount": amounts.lines}.items():
        if given.get(name) and value(given, name) != ours:
            yield Problem("WrongTotal", f"{name} is {value(given, name)}, but adds up to {ours}.", (name,))
    for line in given_lines(given):
        sequence = (line.get("Key") or {}).get("LineSequenceNumber")
        if not line.get("TotalAmount") or line.get("DeleteOnUpdate"):
            continue
        kept = document.lines.get(sequence) if sequence else _same_line(document, line)
        if kept is not None and extended(kept) != value(line, "TotalAmount"):
            text = f"TotalAmount of a line is {value(line, 'TotalAmount')}, but comes to {extended(kept)}."
            yield Problem("WrongTotal", text, ("Lines", "TotalAmount"))


def _same_line(document: Document, line: Struct) -> Struct | None:
    """The kept line that was made of a line without a number: they share the given quantity and item."""
    return next((kept for kept in document.lines.values() if kept.get("ItemKey") is line.get("ItemKey")), None)
