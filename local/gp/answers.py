"""GP's books as the elements of answers."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from local.gp.amounts import extended, money, quantity, totals
from local.gp.books import CURRENCY, Books, Card, Item, Logged, Order
from local.gp.reading import Struct
from local.gp.writing import XSI_TYPE


def stamp(books: Books, moment: dt.datetime) -> dt.datetime:
    """A modified or created date: with the time of day, or without where the books keep dates only."""
    return moment if books.stamps_have_time else moment.replace(hour=0, minute=0, second=0, microsecond=0)


def sales_order(books: Books, order: Order) -> Struct:
    """GetSalesOrderByKey's SalesOrder: what was sent, with everything that GP adds."""
    key = {"CompanyKey": {"Id": books.company_id}, "Id": order.number}
    return {
        **order.fields,
        **_amounts(order),
        **_stamps(books, order),
        "Key": key,
        "Type": "Order",
        "BatchKey": _batch(books, order),
        "CurrencyKey": {"ISOCode": CURRENCY},
        "TransactionState": order.state,
        "IsVoided": order.voided,
        "CreatedBy": "webservice",
        "Lines": [_line(order, sequence, line) for sequence, line in sorted(order.lines.items())],
        "TrackingNumbers": [{"Key": {"SalesDocumentKey": key, "Id": number}} for number in order.tracking],
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
            for hold, since in order.holds.items()
        ],
    }


def _amounts(order: Order) -> Struct:
    amounts = totals(order)
    return {
        "LineTotalAmount": money(amounts.lines),
        "FreightAmount": money(amounts.freight),
        "MiscellaneousAmount": money(amounts.miscellaneous),
        "TaxAmount": money(amounts.tax),
        "TradeDiscount": {"Amount": money(amounts.trade_discount)},
        "TotalAmount": money(amounts.total),
    }


def _stamps(books: Books, card: Order | Card) -> Struct:
    modified = card.modified if isinstance(card, Order) else card.created
    return {
        "CreatedDate": stamp(books, card.created),
        "ModifiedDate": stamp(books, modified),
        "LastModifiedDate": stamp(books, modified),
    }


def _batch(books: Books, order: Order) -> Struct:
    batch = books.batches[order.fields["BatchKey"]["Id"]]
    return {"Source": "Sales Entry", "Id": batch.id, "CreatedDateTime": batch.created}


def _line(order: Order, sequence: int, line: Struct) -> Struct:
    return {
        "QuantityFulfilled": quantity(Decimal(0)),
        "QuantityCanceled": quantity(Decimal(0)),
        "QuantityToBackorder": quantity(Decimal(0)),
        **line,
        "Key": {"SalesDocumentKey": {"Id": order.number}, "LineSequenceNumber": sequence},
        "TotalAmount": money(extended(line)),
        "QuantityAllocated": line["QuantityToInvoice"] if order.state == "Work" else quantity(Decimal(0)),
    }


def order_summary(books: Books, order: Order) -> Struct:
    amounts = _amounts(order)
    amounts["TradeDiscountAmount"] = amounts.pop("TradeDiscount")["Amount"]
    taken = ("DocumentTypeKey", "CustomerKey", "CustomerPONumber", "CustomerName", "SalespersonKey", "Date")
    return {
        **{name: order.fields[name] for name in taken if name in order.fields},
        **amounts,
        **_stamps(books, order),
        "Key": {"CompanyKey": {"Id": books.company_id}, "Id": order.number},
        "CurrencyKey": {"ISOCode": CURRENCY},
        "TransactionState": order.state,
        "BatchKey": _batch(books, order),
    }


def customer(books: Books, card: Card) -> Struct:
    return {
        **_stamps(books, card),
        "Key": {"Id": card.id},
        "Name": card.description,
        "IsOnHold": card.on_hold,
        "IsActive": card.active,
        "PostResultsTo": "Receivables/Discount Account",
    }


def customer_summary(books: Books, card: Card) -> Struct:
    return {
        **_stamps(books, card),
        "Key": {"Id": card.id},
        "Name": card.description,
        "IsOnHold": card.on_hold,
        "IsActive": card.active,
    }


def item(books: Books, kept: Item) -> Struct:
    """A SalesItem, with its quantities by site and the row without a site that holds their sum.

    Source: GP's SQL schema: IV00102 has one record per site and one of all sites, whose site is blank.
    """
    sites = [*books.sites]
    rows = [(site, kept.on_hand.get(site, Decimal(0)), books.allocated(kept.number, site)) for site in sites]
    rows.append(("", sum((row[1] for row in rows), Decimal(0)), sum((row[2] for row in rows), Decimal(0))))
    return {
        XSI_TYPE: "SalesItem",
        **item_summary(books, kept),
        "QuantityDecimalPlaces": ("Zero", "One", "Two", "Three", "Four", "Five")[kept.decimals],
        "CurrencyDecimalPlaces": "Two",
        "DefaultSellingUofM": kept.unit,
        "TrackingOption": "None",
        "Quantities": [
            {
                "Key": {"ItemKey": {"Id": kept.number}, "WarehouseKey": {"Id": site}},
                "OnHandQuantity": quantity(on_hand, kept.decimals),
                "AllocatedQuantity": quantity(allocated, kept.decimals),
            }
            for site, on_hand, allocated in rows
        ],
    }


def item_summary(books: Books, kept: Item) -> Struct:
    created = stamp(books, kept.created)
    return {
        "Key": {"Id": kept.number},
        "Description": kept.description,
        "CreatedDate": created,
        "ModifiedDate": created,
        "LastModifiedDate": created,
        "Type": "Sales Item",
        "IsDiscontinued": False,
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
    return {
        "LogId": logged.id,
        "ExceptionType": kind,
        "ExceptionDetail": {"ExceptionType": f"Microsoft.Dynamics.Common.{kind}", "Message": logged.text},
        "ValidationResult": validation_result(logged),
        "ServiceType": logged.operation,
        "BusinessObjectType": "Microsoft.Dynamics.GP.SalesOrder",
        "RequestXml": logged.request.decode("utf-8", "replace"),
        "LoggedDate": logged.when,
    }
