"""GP's books as the elements of answers."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from local.gp.amounts import extended, money, quantity, totals
from local.gp.books import Batch, Books, Card
from local.gp.documents import Document
from local.gp.ledger import Logged
from local.gp.reading import Struct

SALES_ENTRY = "Sales Entry"
"""The source of every batch of sales documents."""


def stamp(books: Books, moment: dt.datetime) -> dt.datetime:
    """A modified or created date: in UTC with the time of day, or the server's day where the books keep dates only."""
    return moment if books.stamps_have_time else books.day(moment)


def sales_document(books: Books, document: Document) -> Struct:
    """What was sent, with everything that GP adds, as GetSalesOrderByKey and its sisters give it."""
    key = _key(books, document)
    return {
        **document.fields,
        **_amounts(document),
        **_stamps(books, document.created, document.modified),
        **_posting(books, document),
        "Key": key,
        "Type": document.kind.name,
        "MasterNumber": document.master,
        "BatchKey": _batch_key(books, document),
        "CurrencyKey": {"ISOCode": document.currency},
        "TransactionState": document.state,
        "IsVoided": document.voided,
        "CreatedBy": "webservice",
        "Lines": [_line(document, sequence, line) for sequence, line in sorted(document.lines.items())],
        "TrackingNumbers": [{"Key": {"SalesDocumentKey": key, "Id": number}} for number in document.tracking],
        "ProcessHolds": [
            {
                "Key": {"SalesDocumentKey": key, "SalesProcessHoldSetupKey": {"Id": hold}},
                "Description": books.hold_setups[hold].description,
                "IsTransferHold": True,
                "IsPostHold": True,
                "IsFulfillHold": False,
                "IsPrintHold": False,
                "HoldDateTime": since,
                "IsDeleted": False,
            }
            for hold, since in document.holds.items()
        ],
    }


def _key(books: Books, document: Document) -> Struct:
    return {"CompanyKey": {"Id": books.company_id}, "Id": document.number}


def _posting(books: Books, document: Document) -> Struct:
    """An invoice and a return are posted, an order is not."""
    if document.posted is None:
        return {}
    return {
        "GeneralLedgerPostingDate": document.fields["Date"],
        "PostedDate": books.day(document.posted),
        "PostedBy": "sa",
    }


def _amounts(document: Document) -> Struct:
    amounts, currency = totals(document), document.currency
    return {
        "LineTotalAmount": money(amounts.lines, currency),
        "FreightAmount": money(amounts.freight, currency),
        "MiscellaneousAmount": money(amounts.miscellaneous, currency),
        "TaxAmount": money(amounts.tax, currency),
        "TradeDiscount": {"Amount": money(amounts.trade_discount, currency)},
        "TotalAmount": money(amounts.total, currency),
    }


def _stamps(books: Books, created: dt.datetime, modified: dt.datetime) -> Struct:
    return {
        "CreatedDate": stamp(books, created),
        "ModifiedDate": stamp(books, modified),
        "LastModifiedDate": stamp(books, modified),
    }


def _batch_key(books: Books, document: Document) -> Struct:
    """A batch that was posted empty is gone, its documents in History still name it."""
    kept = books.batches.get(document.batch)
    opened = kept.created if kept is not None else document.created
    return {"Source": SALES_ENTRY, "Id": document.batch, "CreatedDateTime": opened}


def _line(document: Document, sequence: int, line: Struct) -> Struct:
    shown = {
        **line,
        "Key": {"SalesDocumentKey": {"Id": document.number}, "LineSequenceNumber": sequence},
        "TotalAmount": money(extended(line), document.currency),
    }
    if not document.kind.parts:
        return shown
    blank = dict.fromkeys(("QuantityFulfilled", "QuantityCanceled", "QuantityToBackorder"), quantity(Decimal(0)))
    return {
        **blank,
        **shown,
        "QuantityAllocated": quantity(document.allocated(line), line["Quantity"]["DecimalDigits"]),
    }


def summary(books: Books, document: Document) -> Struct:
    """A row of GetSalesOrderList and its sisters."""
    amounts = _amounts(document)
    amounts["TradeDiscountAmount"] = amounts.pop("TradeDiscount")["Amount"]
    taken = ("DocumentTypeKey", "CustomerKey", "CustomerPONumber", "CustomerName", "SalespersonKey", "Date")
    return {
        **{name: document.fields[name] for name in taken if name in document.fields},
        **amounts,
        **_stamps(books, document.created, document.modified),
        "Key": _key(books, document),
        "MasterNumber": document.master,
        "CurrencyKey": {"ISOCode": document.currency},
        "TransactionState": document.state,
        "BatchKey": _batch_key(books, document),
    }


def batch(books: Books, card: Batch) -> Struct:
    """What is in Work in it; a single use batch, as the web service opens them."""
    documents = [*books.in_work(card.id)]
    return {
        "Key": {"Source": SALES_ENTRY, "Id": card.id, "CreatedDateTime": card.created},
        "NumberOfTransactions": len(documents),
        "Frequency": "Single Use",
        "NumberOfPostings": 0,
        "Total": money(sum((totals(document).total for document in documents), Decimal("0.00")), books.currency),
        "CurrencyKey": {"ISOCode": books.currency},
    }


def shipping_method(books: Books, card: Card) -> Struct:
    created = stamp(books, card.created)
    return {
        "Key": {"Id": card.id},
        "Description": card.description,
        "Type": "Delivery",
        "CreatedDate": created,
        "ModifiedDate": created,
    }


def customer(books: Books, card: Card) -> Struct:
    return {
        **_stamps(books, card.created, card.created),
        "Key": {"Id": card.id},
        "Name": card.description,
        "IsOnHold": card.on_hold,
        "IsActive": card.active,
        "PostResultsTo": "Receivables/Discount Account",
    }


def customer_summary(books: Books, card: Card) -> Struct:
    return {
        **_stamps(books, card.created, card.created),
        "Key": {"Id": card.id},
        "Name": card.description,
        "IsOnHold": card.on_hold,
        "IsActive": card.active,
    }


def site(_books: Books, card: Card) -> Struct:
    """A Warehouse, and as well its summary."""
    return {"Key": {"Id": card.id}, "Description": card.description}


def hold_setup(books: Books, card: Card) -> Struct:
    return {
        "Key": {"Id": card.id},
        "Description": card.description,
        "IsTransferHold": True,
        "IsPostHold": True,
        "IsFulfillHold": False,
        "IsPrintHold": False,
        "CreatedDate": stamp(books, card.created),
        "ModifiedDate": stamp(books, card.created),
    }


def company(books: Books) -> Struct:
    return {"Key": {"Id": books.company_id}, "Name": books.company_name}


def validation_result(logged: Logged) -> Struct:
    return {
        "Errors": [
            {
                "ObjectType": problem.object_type,
                "PropertyNames": list(problem.properties),
                "Message": problem.message,
                "Id": problem.id,
            }
            for problem in logged.problems
        ],
        "Warnings": [],
    }


def logged_exception(logged: Logged) -> Struct:
    kind = "ValidationException" if logged.problems else "SystemException"
    deed, subject = _split(logged.operation)
    return {
        "LogId": logged.id,
        "ExceptionType": kind,
        "ExceptionDetail": {"ExceptionType": f"Microsoft.Dynamics.Common.{kind}", "Message": logged.text},
        "ValidationResult": validation_result(logged),
        "ServiceType": deed,
        "BusinessObjectType": f"Microsoft.Dynamics.GP.{subject}",
        "RequestXml": logged.request.decode("utf-8", "replace"),
        "LoggedDate": logged.when,
    }


def _split(operation: str) -> tuple[str, str]:
    """What an operation does (Create, Update, Delete, Void, GetByKey, GetList), and to what."""
    for verb in ("Create", "Update", "Delete", "Void"):
        if operation.startswith(verb):
            return verb, operation.removeprefix(verb)
    for ending in ("ByKey", "List"):
        if operation.endswith(ending):
            return f"Get{ending}", operation.removeprefix("Get").removesuffix(ending)
    return operation, operation
