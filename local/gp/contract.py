"""The contract of GP's legacy web service as data: which elements a type has, in which order, and what fits in them.

Notation of the tables: a type stands at the margin, `<` names the type whose elements come first, elements follow
indented as `Name:Type` with one mark: none = required, `~` = required but may be nil, `?` = may be left out,
`*` = any number, `|` = one of the so marked.

Sources: the WSDL and schemas the service publishes about itself; for lengths GP's SQL schema and the eConnect
reference, where a char column is often one longer than what may be used of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from local.gp.card_table import CARDS
from local.gp.card_table import ENUMERATIONS as _ENUMERATIONS
from local.gp.documents_table import DOCUMENT_ENUMERATIONS, DOCUMENT_LENGTHS, DOCUMENT_OPERATIONS, DOCUMENTS
from local.gp.inventory_table import INVENTORY, INVENTORY_ENUMERATIONS, INVENTORY_LENGTHS, INVENTORY_OPERATIONS
from local.gp.sales_table import PLAIN_KEYS, SALES

GP = "http://schemas.microsoft.com/dynamics/gp/2006/01"
DYNAMICS = "http://schemas.microsoft.com/dynamics/2006/01"
SECURITY = "http://schemas.microsoft.com/dynamics/security/2006/01"

SIMPLE = frozenset({"string", "int", "short", "decimal", "dateTime", "boolean", "guid"})

# Operation: what its wrapper holds before the context (and after it, the policy of a write); the type of its result.
_OPERATIONS = {
    **DOCUMENT_OPERATIONS,
    "GetCustomerByKey": ("key:CustomerKey? context:Context?", "Customer"),
    "GetCustomerList": ("criteria:CustomerCriteria? context:Context?", "ArrayOfCustomerSummary"),
    "GetItemByKey": ("key:ItemKey? context:Context?", "Item"),
    "GetItemList": ("criteria:ItemCriteria? context:Context?", "ArrayOfItemSummary"),
    "GetInventoriedItemByKey": ("key:ItemKey? context:Context?", "InventoriedItem"),
    "GetWarehouseByKey": ("key:WarehouseKey? context:Context?", "Warehouse"),
    "GetWarehouseList": ("criteria:WarehouseCriteria? context:Context?", "ArrayOfWarehouseSummary"),
    "GetSalesProcessHoldSetupByKey": ("key:SalesProcessHoldSetupKey? context:Context?", "SalesProcessHoldSetup"),
    "GetSalesProcessHoldSetupList": (
        "criteria:SalesProcessHoldSetupCriteria? context:Context?",
        "ArrayOfSalesProcessHoldSetup",
    ),
    "GetPolicyByOperation": ("operation:string? context:Context?", "Policy"),
    "GetCompanyList": ("criteria:CompanyCriteria? context:Context?", "ArrayOfCompany"),
    "GetWSEnabledCompanyForUserList": ("context:Context?", "ArrayOfCompany"),
    "GetLoggedValidationResultByKey": ("logId:guid context:Context?", "ValidationResult"),
    "GetLoggedExceptionDataByKey": ("logId:guid context:Context?", "LoggedExceptionData"),
    **INVENTORY_OPERATIONS,
}

# An abstract type, and the types an answer or a request may name instead of it with xsi:type.
CONCRETE: dict[str, frozenset[str]] = {
    "OrganizationKey": frozenset({"CompanyKey"}),
    "Item": frozenset({"SalesItem", "Kit", "Service"}),
    "InventoriedItem": frozenset({"SalesItem", "Kit"}),
    "Workflow": frozenset(),
    "Amount": frozenset({"MoneyAmount", "Quantity"}),
}

# GP's columns for these are datetimes that a CHECK constraint holds at midnight (GP's SQL schema, SOP10100).
_DATES = (
    "Date ExchangeDate RequestedShipDate ActualShipDate FulfillDate QuoteDate InvoiceDate BackorderDate ReturnDate "
    "Date01 Date02 ManufacturedDate ExpirationDate DateReceived UserDate "
    "GLPostingDate ReceivedDate DueDate DiscountDate GeneralLedgerPostingDate PostedDate"
)
DATE_ONLY = frozenset(_DATES.split())

# (usable characters, width of the SQL char column), by declaring type and element.
_LENGTHS = """
SalesDocumentKey.Id 21 21    CustomerKey.Id 15 15         BatchKey.Id 15 15         SalesDocumentTypeKey.Id 15 15
ItemKey.Id 30 31             WarehouseKey.Id 10 11        ShippingMethodKey.Id 15 15 CustomerAddressKey.Id 15 15
CommentKey.Id 15 15          SalesProcessHoldSetupKey.Id 15 15  SalesTrackingNumberKey.Id 40 41
PaymentTermsKey.Id 20 21     PriceLevelKey.Id 10 11       SalespersonKey.Id 15 15   SalesTerritoryKey.Id 15 15
CountryRegionCodeKey.Id 6 7  PhoneNumber.Value 21 21
SalesDocument.CustomerPONumber 20 21   SalesDocument.CustomerName 64 65    SalesDocument.Reference 30 31
SalesDocument.FrontOfficeIntegrationId 30 31   SalesDocument.IntegrationId 30 31
SalesDocumentSummaryBase.CustomerPONumber 20 21   SalesDocumentSummaryBase.CustomerName 64 65
SalesLine.UofM 8 9   SalesLine.ItemDescription 100 101   SalesLine.Comment 200 200
SalesLine.FrontOfficeIntegrationId 30 31   SalesLine.IntegrationId 30 31
SalesComponent.UofM 8 9   SalesComponent.ItemDescription 100 101
AddressBase.Line1 60 61   AddressBase.Line2 60 61   AddressBase.Line3 60 61   AddressBase.City 35 35
AddressBase.State 29 29   AddressBase.PostalCode 10 11   Address.CountryRegion 60 61
BusinessAddress.Name 64 65   BusinessAddress.ContactPerson 60 61
SalesUserDefined.List01 20 21   SalesUserDefined.List02 20 21   SalesUserDefined.List03 20 21
SalesUserDefined.Text01 20 21   SalesUserDefined.Text02 20 21   SalesUserDefined.Text03 20 21
SalesUserDefined.Text04 20 21   SalesUserDefined.Text05 20 21
SalesSerial.SerialNumber 20 21   SalesLot.LotNumber 20 21
Customer.Name 64 65   CustomerSummary.Name 64 65   Item.Description 100 101   ItemSummaryBase.Description 100 101
Item.DefaultSellingUofM 8 9   Warehouse.Description 30 31   WarehouseSummary.Description 30 31
SalesProcessHoldSetup.Description 30 31   SalesProcessHold.Description 30 31
"""


@dataclass(frozen=True, slots=True)
class Field:
    """One element of a type. `mark` as in the tables; `owner` is the type that declares it."""

    name: str
    type: str
    mark: str
    owner: str

    @property
    def required(self) -> bool:
        return self.mark in {"", "~"}

    @property
    def nillable(self) -> bool:
        return self.mark in {"~", "*"}

    @property
    def repeats(self) -> bool:
        return self.mark == "*"

    @property
    def tag(self) -> str:
        """The element's qualified name: it lives in the namespace of the type that declares it."""
        return f"{{{namespace_of(self.owner)}}}{self.name}"

    @property
    def lengths(self) -> tuple[int, int] | None:
        """(usable, width of the column) in characters, where GP's column is known."""
        return LENGTHS.get(f"{self.owner}.{self.name}")


def namespace_of(type_name: str) -> str:
    """The namespace in which a type of the contract is declared."""
    if type_name in {"Context", "OrganizationKey", "CompanyKey", "Extension"}:
        return DYNAMICS
    return SECURITY if type_name == "RoleKey" else GP


@cache
def fields_of(type_name: str) -> tuple[Field, ...]:
    """The elements of a type in wire order, inherited ones first. KeyError for a type outside the tables."""
    made = _generic(type_name)
    if made is not None:
        return made
    base, own = _TYPES[type_name]
    return (fields_of(base) if base else ()) + own


def _generic(type_name: str) -> tuple[Field, ...] | None:
    """Arrays and restrictions, which follow rules instead of needing a table."""
    if type_name.startswith("ArrayOf"):
        item = type_name.removeprefix("ArrayOf")
        item = {"String": "string", "DateTime": "dateTime", "Int": "int"}.get(item, item)
        return (Field(item, item, "*", type_name),)
    match = re.fullmatch(r"(|List|Between|Like)RestrictionOf(NullableOf)?(\w+)", type_name)
    if match is None:
        return None
    return tuple(_restriction(match[1], match[3], "~" if match[2] else "?", type_name))


def _restriction(kind: str, of: str, mark: str, owner: str) -> Iterator[Field]:
    value = {"String": "string", "DateTime": "dateTime", "Int32": "int", "Boolean": "boolean"}.get(of, of)
    array = {"Int32": "ArrayOfInt"}.get(of, f"ArrayOf{of}")
    for name in ("EqualValue", "NotEqualValue"):
        yield Field(name, value, mark, owner)
    if kind in {"List", "Between", "Like"}:
        yield Field("Items", array, "?", owner)
    if kind in {"Between", "Like"}:
        for name in ("From", "To", "GreaterThan", "LessThan"):
            yield Field(name, value, mark, owner)
    if kind == "Like":
        yield Field("Like", value, mark, owner)


def _parse(table: str) -> Iterator[tuple[str, tuple[str, tuple[Field, ...]]]]:
    for block in re.split(r"\n(?=\w)", table.strip()):
        head, *rest = block.split("\n")
        name, _, base = head.partition(" < ")
        yield name, (base, tuple(_field(text, name) for line in rest for text in line.split()))


def _field(text: str, owner: str) -> Field:
    name, type_name, mark = re.fullmatch(r"(\w+):(\w+)([~?*|]?)", text).groups()  # type: ignore[union-attr]
    return Field(name, type_name, mark, owner)


def _plain_key(name: str) -> tuple[str, tuple[Field, ...]]:
    return "GreatPlainsKey", (Field("Id", "string", "?", name),)


def _enumerations() -> Iterator[tuple[str, frozenset[str]]]:
    tables = "\n".join(each.strip() for each in (_ENUMERATIONS, DOCUMENT_ENUMERATIONS, INVENTORY_ENUMERATIONS))
    for line in re.split(r"\n(?=\w)", tables):
        name, _, words = line.partition(" = ")
        yield name, frozenset(" ".join(word.split()) for word in words.split("|"))


def _wrappers() -> Iterator[tuple[str, tuple[str, tuple[Field, ...]]]]:
    """Document/literal wrapped: an operation and its response are elements that read like types."""
    for name, (parameters, result) in _OPERATIONS.items():
        answer = f"{name}Response"
        yield name, ("", tuple(_field(text, name) for text in parameters.split()))
        yield answer, ("", (Field(f"{name}Result", result, "?", answer),) if result else ())


OPERATIONS = frozenset(_OPERATIONS)
_TYPES = {
    **dict(_wrappers()),
    **dict(_parse(SALES)),
    **dict(_parse(CARDS)),
    **dict(_parse(DOCUMENTS)),
    **dict(_parse(INVENTORY)),
    **{name: _plain_key(name) for name in PLAIN_KEYS.split()},
}
TYPES = frozenset(_TYPES) - OPERATIONS - {f"{name}Response" for name in OPERATIONS}
ENUMERATIONS = dict(_enumerations())
LENGTHS = {
    name: (int(usable), int(width))
    for name, usable, width in re.findall(r"(\w+\.\w+) (\d+) (\d+)", _LENGTHS + DOCUMENT_LENGTHS + INVENTORY_LENGTHS)
}
