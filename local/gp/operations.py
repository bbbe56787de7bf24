"""The operations of the service: each turns the parameters of a request and the books into a result or a fault."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from local.gp import answers, entry, policies
from local.gp.books import Batch, Books, Card
from local.gp.criteria import matches
from local.gp.documents import KINDS, ORDER, Document, Kind
from local.gp.faults import NotFound, SystemFault, ValidationFault
from local.gp.inventory_operations import INVENTORY_OPERATIONS
from local.gp.reading import Request, Struct
from local.gp.writing import answer, fault

_OF_THE_SYSTEM = frozenset({"GetCompanyList", "GetWSEnabledCompanyForUserList"})
"""These may be asked without a company: they read GP's system database."""


def execute(books: Books, request: Request, body: bytes) -> tuple[int, bytes]:
    """Runs an operation whole, as one transaction: the HTTP status and the answer's or the fault's envelope.

    `books` are those of the first company; the context of the request names the company whose books are asked.
    """
    with books.lock:
        try:
            asked = _company(books, request)
            result = _OPERATIONS[request.operation](asked, request.parameters)
            return 200, answer(request.operation, result)
        except ValidationFault as refusal:
            log_id = books.write_log(request.operation, str(refusal), body, refusal.problems)
            return 500, fault(str(refusal), log_id=log_id)
        except SystemFault as refusal:
            books.write_log(request.operation, str(refusal), body, ())
            return 500, fault(str(refusal))


def _company(books: Books, request: Request) -> Books:
    """The books of the company in the context, which the schema lets be left out but the service does not.

    Source: Microsoft's web service reference on Context.
    """
    organization = (request.parameters.get("context") or {}).get("OrganizationKey")
    if organization is None and request.operation not in _OF_THE_SYSTEM:
        raise SystemFault("The context does not name a company.")
    if organization is None:
        return books
    company = books.companies.get(organization["Id"])
    if company is None or not company.web_enabled:
        raise SystemFault(f"Company {organization['Id']} does not exist or is not enabled for web services.")
    return company


def _key(parameters: Struct) -> str:
    return str((parameters.get("key") or {}).get("Id") or "")


# Cards ----------------------------------------------------------------------------------------------------------------


def _by_key[Kept: Card](
    cards: Callable[[Books], Mapping[str, Kept]], show: Callable[[Books, Kept], Struct], books: Books, asked: Struct
) -> Struct:
    kept = cards(books).get(_key(asked))
    if kept is None:
        raise NotFound
    return show(books, kept)


def _list[Kept: Card](
    cards: Callable[[Books], Mapping[str, Kept]], show: Callable[[Books, Kept], Struct], books: Books, asked: Struct
) -> list[Struct]:
    """All that match, by key: GP has no paging and no limit."""
    kept = [card for _, card in sorted(cards(books).items())]
    return [show(books, card) for card in kept if matches(asked.get("criteria"), _card_row(books, card))]


def _card_row(books: Books, card: Card) -> Struct:
    """A card's values, under every name that the criteria of cards use."""
    created = answers.stamp(books, card.created)
    blank = "SalespersonId ClassId CorporateAccountId State PhoneNumber AddressLine1 City PostalCode CountryRegion"
    return {
        **dict.fromkeys(blank.split(), ""),
        **dict.fromkeys(("Id", "WarehouseId"), card.id),
        **dict.fromkeys(("Name", "Description"), card.description),
        **dict.fromkeys(("CreatedDate", "ModifiedDate", "LastModifiedDate"), created),
        "IsActive": card.active,
        "IsOnHold": card.on_hold,
        "Source": answers.SALES_ENTRY,
    }


def _batches(books: Books) -> Mapping[str, Batch]:
    return books.batches


# Sales documents ------------------------------------------------------------------------------------------------------


def _create(kind: Kind, books: Books, asked: Struct) -> None:
    entry.create(books, kind, _document(kind, asked), _choices(f"Create{kind.type}", books, asked))


def _update(kind: Kind, books: Books, asked: Struct) -> None:
    entry.update(books, kind, _document(kind, asked), _choices(f"Update{kind.type}", books, asked))


def _void(kind: Kind, books: Books, asked: Struct) -> None:
    entry.void(books, kind, _key(asked), _choices(f"Void{kind.type}", books, asked))


def _delete(kind: Kind, books: Books, asked: Struct) -> None:
    entry.delete(books, kind, _key(asked), _choices(f"Delete{kind.type}", books, asked))


def _document(kind: Kind, asked: Struct) -> Struct:
    document = asked.get(kind.element)
    if document is None:
        raise SystemFault(f"The sales {kind.name.lower()} is missing.")
    return document  # type: ignore[no-any-return]


def _choices(operation: str, books: Books, asked: Struct) -> policies.Choices:
    return policies.choices(operation, asked.get("policy"), books.options)


def _sales_by_key(kind: Kind, books: Books, asked: Struct) -> Struct:
    return answers.sales_document(books, books.document(_key(asked), kind.name))


def _sales_list(kind: Kind, books: Books, asked: Struct) -> list[Struct]:
    listed = books.documents(kind.name)
    return [answers.summary(books, each) for each in listed if matches(asked.get("criteria"), _sales_row(books, each))]


def _every_sales_list(books: Books, asked: Struct) -> list[Struct]:
    listed = [document for name in KINDS for document in books.documents(name)]
    return [
        {**answers.summary(books, each), "Type": each.kind.name}
        for each in listed
        if matches(asked.get("criteria"), _sales_row(books, each))
    ]


def _sales_row(books: Books, document: Document) -> Struct:
    fields = document.fields
    modified = answers.stamp(books, document.modified)
    return {
        "TransactionState": document.state,
        "DocumentId": document.number,
        "Date": fields["Date"],
        "CustomerId": fields["CustomerKey"]["Id"],
        "CustomerName": fields["CustomerName"],
        "CustomerPONumber": fields.get("CustomerPONumber", ""),
        "BatchId": document.batch,
        "DocumentTypeId": fields["DocumentTypeKey"]["Id"],
        "SalespersonId": (fields.get("SalespersonKey") or {}).get("Id", ""),
        "MasterNumber": document.master,
        "ModifiedDate": modified,
        "LastModifiedDate": modified,
        "CreatedDate": answers.stamp(books, document.created),
        "Type": document.kind.name,
    }


# Set-up and logs ------------------------------------------------------------------------------------------------------


def _companies(books: Books, asked: Struct) -> list[Struct]:
    """Every company there is, or those of the criteria."""
    rows = {company.company_id: company for _, company in sorted(books.companies.items())}
    return [
        answers.company(company)
        for id_, company in rows.items()
        if matches(
            asked.get("criteria"),
            {"Id": id_, "Name": company.company_name, "CreatedDate": None, "ModifiedDate": None},
        )
    ]


def _enabled_companies(books: Books, _asked: Struct) -> list[Struct]:
    return [answers.company(company) for _, company in sorted(books.companies.items()) if company.web_enabled]


def _policy(books: Books, asked: Struct) -> Struct:
    return policies.shown(asked.get("operation") or "", books.options)


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


_OPERATIONS: dict[str, Callable[[Books, Struct], Any]] = {
    **{f"Create{kind.type}": partial(_create, kind) for kind in KINDS.values()},
    **{f"Update{kind.type}": partial(_update, kind) for kind in KINDS.values()},
    **{f"Void{kind.type}": partial(_void, kind) for kind in KINDS.values()},
    **{f"Get{kind.type}ByKey": partial(_sales_by_key, kind) for kind in KINDS.values()},
    **{f"Get{kind.type}List": partial(_sales_list, kind) for kind in KINDS.values()},
    "DeleteSalesOrder": partial(_delete, ORDER),
    "GetSalesDocumentList": _every_sales_list,
    "GetCustomerByKey": partial(_by_key, lambda books: books.customers, answers.customer),
    "GetCustomerList": partial(_list, lambda books: books.customers, answers.customer_summary),
    "GetWarehouseByKey": partial(_by_key, lambda books: books.sites, answers.site),
    "GetWarehouseList": partial(_list, lambda books: books.sites, answers.site),
    "GetSalesProcessHoldSetupByKey": partial(_by_key, lambda books: books.hold_setups, answers.hold_setup),
    "GetSalesProcessHoldSetupList": partial(_list, lambda books: books.hold_setups, answers.hold_setup),
    "GetShippingMethodByKey": partial(_by_key, lambda books: books.shipping_methods, answers.shipping_method),
    "GetShippingMethodList": partial(_list, lambda books: books.shipping_methods, answers.shipping_method),
    "GetBatchByKey": partial(_by_key, _batches, answers.batch),
    "GetBatchList": partial(_list, _batches, answers.batch),
    "GetPolicyByOperation": _policy,
    "GetCompanyList": _companies,
    "GetWSEnabledCompanyForUserList": _enabled_companies,
    "GetLoggedValidationResultByKey": _validation,
    "GetLoggedExceptionDataByKey": _exception,
    **INVENTORY_OPERATIONS,
}
