"""The operations of the service: each turns the parameters of a request and the books into a result or a fault."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from local.gp import answers, orders
from local.gp.books import Books, Card, Item, Order
from local.gp.criteria import matches
from local.gp.faults import NotFound, SystemFault, ValidationFault
from local.gp.reading import Request, Struct
from local.gp.writing import answer, fault

# The first two are Microsoft's (web service reference); that of VoidSalesOrder is made up here.
POLICIES = {
    "CreateSalesOrder": "4d060bdc-fa1e-4ea1-9e89-e1d19a5cb2ce",
    "UpdateSalesOrder": "150401c6-7467-4853-9146-236fc5fa7bf8",
    "VoidSalesOrder": "5a1e0000-0000-4000-8000-000000000003",
}
_BIN_SHORTAGE = "67e5073d-b69e-4526-8079-1a691d475c48"
_OF_THE_SYSTEM = frozenset({"GetCompanyList", "GetWSEnabledCompanyForUserList"})
"""These may be asked without a company: they read GP's system database."""


def execute(books: Books, request: Request, body: bytes) -> tuple[int, bytes]:
    """Runs an operation whole, as one transaction: the HTTP status and the answer's or the fault's envelope."""
    with books.lock:
        try:
            _check_context(books, request)
            result = _OPERATIONS[request.operation](books, request.parameters)
            return 200, answer(request.operation, result)
        except ValidationFault as refusal:
            log_id = books.write_log(request.operation, str(refusal), body, refusal.problems)
            return 500, fault(str(refusal), log_id=log_id)
        except SystemFault as refusal:
            books.write_log(request.operation, str(refusal), body, ())
            return 500, fault(str(refusal))


def _check_context(books: Books, request: Request) -> None:
    """A company, and for a write the policy of that operation: the schema lets both be left out, the service does not.

    Source: Microsoft's web service reference on Context and Policy.
    """
    organization = (request.parameters.get("context") or {}).get("OrganizationKey")
    if organization is None and request.operation not in _OF_THE_SYSTEM:
        raise SystemFault("The context does not name a company.")
    if organization is not None and organization["Id"] != books.company_id:
        raise SystemFault(f"Company {organization['Id']} does not exist or is not enabled for web services.")
    expected = POLICIES.get(request.operation)
    policy = request.parameters.get("policy") or {}
    if expected is not None and (policy.get("Key") or {}).get("Id") != expected:
        raise SystemFault(f"The policy is not one of {request.operation}.")


def _key(parameters: Struct) -> str:
    return str((parameters.get("key") or {}).get("Id") or "")


def _by_key[Kept: (Card, Item, Order)](
    cards: Callable[[Books], Mapping[str, Kept]], show: Callable[[Books, Kept], Struct], books: Books, asked: Struct
) -> Struct:
    kept = cards(books).get(_key(asked))
    if kept is None:
        raise NotFound
    return show(books, kept)


def _list[Kept: (Card, Item, Order)](
    cards: Callable[[Books], Mapping[str, Kept]],
    row: Callable[[Books, Kept], Struct],
    show: Callable[[Books, Kept], Struct],
    books: Books,
    asked: Struct,
) -> list[Struct]:
    """All that match, by key: GP has no paging and no limit."""
    kept = [card for _, card in sorted(cards(books).items())]
    return [show(books, card) for card in kept if matches(asked.get("criteria"), row(books, card))]


def _order_row(books: Books, order: Order) -> Struct:
    fields = order.fields
    modified = answers.stamp(books, order.modified)
    return {
        "TransactionState": order.state,
        "DocumentId": order.number,
        "Date": fields["Date"],
        "CustomerId": fields["CustomerKey"]["Id"],
        "CustomerName": fields["CustomerName"],
        "CustomerPONumber": fields.get("CustomerPONumber", ""),
        "BatchId": fields["BatchKey"]["Id"],
        "DocumentTypeId": fields["DocumentTypeKey"]["Id"],
        "SalespersonId": (fields.get("SalespersonKey") or {}).get("Id", ""),
        "MasterNumber": None,
        "ModifiedDate": modified,
        "LastModifiedDate": modified,
        "CreatedDate": answers.stamp(books, order.created),
    }


def _card_row(books: Books, card: Card) -> Struct:
    """A customer's, a site's or a hold's values, under every name that their criteria use."""
    created = answers.stamp(books, card.created)
    blank = "SalespersonId ClassId CorporateAccountId State PhoneNumber AddressLine1 City PostalCode CountryRegion"
    return {
        **dict.fromkeys(blank.split(), ""),
        **dict.fromkeys(("Id", "WarehouseId"), card.id),
        **dict.fromkeys(("Name", "Description"), card.description),
        **dict.fromkeys(("CreatedDate", "ModifiedDate", "LastModifiedDate"), created),
        "IsActive": card.active,
        "IsOnHold": card.on_hold,
    }


def _item_row(books: Books, item: Item) -> Struct:
    created = answers.stamp(books, item.created)
    return {
        **dict.fromkeys(("CreatedDate", "ModifiedDate", "LastModifiedDate"), created),
        **dict.fromkeys(("ShortDescription", "GenericDescription", "ItemClassId"), ""),
        "ItemId": item.number,
        "Description": item.description,
        "Type": "Sales Item",
        "IsDiscontinued": False,
    }


def _companies(books: Books, asked: Struct) -> list[Struct]:
    row = {"Id": books.company_id, "Name": books.company_name, "CreatedDate": None, "ModifiedDate": None}
    return [answers.company(books)] if matches(asked.get("criteria"), row) else []


def _policy(_books: Books, asked: Struct) -> Struct:
    operation = asked.get("operation") or ""
    if operation not in POLICIES:
        raise SystemFault(f"There is no policy for operation {operation!r}.")
    key = {"Id": POLICIES[operation]}
    behavior = {"PolicyKey": key, "Id": _BIN_SHORTAGE}
    option = {"Key": {"BehaviorKey": behavior, "Id": 1}, "Name": "Override"}
    shortage = {"Key": behavior, "Name": "Bin Quantity Shortage", "Internal": False, "SelectedOption": option}
    return {"Key": key, "Behaviors": [shortage], "Name": operation, "RootBusinessObjectName": "Sales Order"}


def _validation(books: Books, asked: Struct) -> Struct:
    logged = books.log.get(asked["logId"])
    if logged is None:
        raise NotFound
    return answers.validation_result(logged)


def _exception(books: Books, asked: Struct) -> Struct:
    logged = books.log.get(asked["logId"])
    if logged is None:
        raise NotFound
    return answers.logged_exception(logged)


def _create(books: Books, asked: Struct) -> None:
    orders.create(books, _document(asked))


def _update(books: Books, asked: Struct) -> None:
    orders.update(books, _document(asked))


def _document(asked: Struct) -> Struct:
    document = asked.get("salesOrder")
    if document is None:
        raise SystemFault("The sales order is missing.")
    return document  # type: ignore[no-any-return]


def _void(books: Books, asked: Struct) -> None:
    orders.void(books, _key(asked))


_OPERATIONS: dict[str, Callable[[Books, Struct], Any]] = {
    "CreateSalesOrder": _create,
    "UpdateSalesOrder": _update,
    "VoidSalesOrder": _void,
    "GetSalesOrderByKey": partial(_by_key, lambda books: books.orders, answers.sales_order),
    "GetSalesOrderList": partial(_list, lambda books: books.orders, _order_row, answers.order_summary),
    "GetCustomerByKey": partial(_by_key, lambda books: books.customers, answers.customer),
    "GetCustomerList": partial(_list, lambda books: books.customers, _card_row, answers.customer_summary),
    "GetItemByKey": partial(_by_key, lambda books: books.items, answers.item),
    "GetItemList": partial(_list, lambda books: books.items, _item_row, answers.item_summary),
    "GetInventoriedItemByKey": partial(_by_key, lambda books: books.items, answers.item),
    "GetWarehouseByKey": partial(_by_key, lambda books: books.sites, answers.site),
    "GetWarehouseList": partial(_list, lambda books: books.sites, _card_row, answers.site),
    "GetSalesProcessHoldSetupByKey": partial(_by_key, lambda books: books.hold_setups, answers.hold_setup),
    "GetSalesProcessHoldSetupList": partial(_list, lambda books: books.hold_setups, _card_row, answers.hold_setup),
    "GetPolicyByOperation": _policy,
    "GetCompanyList": _companies,
    "GetWSEnabledCompanyForUserList": _companies,
    "GetLoggedValidationResultByKey": _validation,
    "GetLoggedExceptionDataByKey": _exception,
}
