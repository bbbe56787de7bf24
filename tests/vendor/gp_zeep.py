"""A client of GP that nobody here wrote: zeep, made from the WSDL that a real GP published."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any, Self

import pytest
import requests
import zeep
from lxml import etree
from requests_ntlm import HttpNtlmAuth
from zeep.exceptions import Fault
from zeep.plugins import Plugin
from zeep.transports import Transport
from zeep.wsdl import Document

from local.gp import GpSimulator
from tests.vendor import gp_contract

PREFIX = gp_contract.PREFIX.decode()
BINDING = "{http://tempuri.org/}DynamicsGP"
DYNAMICS = "http://schemas.microsoft.com/dynamics/2006/01"
STRICT = zeep.Settings(strict=True)

DAY = dt.datetime(2026, 11, 23)  # noqa: DTZ001 - GP's dates have no zone
NEVER = dt.datetime(1, 1, 1)  # noqa: DTZ001 - what .NET sends for a moment that nobody set
SALES = ("SalesOrder", "SalesInvoice", "SalesReturn")
STOCK = ("InventoryAdjustment", "InventoryVariance", "InventoryTransfer")
ALL = "Return All"
BATCH = {"Id": "SBD261123-01", "CreatedDateTime": NEVER}
_TYPES = {"SalesOrder": ("Order", "STDORD"), "SalesInvoice": ("Invoice", "STDINV"), "SalesReturn": ("Return", "RTN")}


class FromTheFolder(Transport):
    """Reads the contract from the folder it lies in, and from nowhere else."""

    def __init__(self, session: requests.Session | None = None) -> None:
        super().__init__(session=session, operation_timeout=30)  # type: ignore[no-untyped-call]

    def load(self, url: str) -> bytes:
        assert url.startswith(PREFIX), f"{url} is not a file of the contract"
        return (gp_contract.SCHEMAS / url.removeprefix(PREFIX)).read_bytes()


class HeldToTheSchema(Plugin):
    """Fails on what zeep reads past without a word, strict as it is set.

    That is the name of the response, a value that is not of its type, a word outside an enumeration, a type of xsi:type
    that there is not, and required elements left out at the end.
    """

    def ingress(self, envelope: etree._Element, http_headers: Any, operation: object) -> tuple[etree._Element, Any]:
        faults = gp_contract.faults(etree.tostring(envelope))
        assert not faults, faults
        return envelope, http_headers


def contract() -> Document:
    """The whole contract. The file with the binding comes first: zeep does not look for one in what a file imports."""
    folder: Any = FromTheFolder()
    return Document(f"{PREFIX}DynamicsGPWebServices.wsdl", folder, settings=STRICT)


class Client:
    """A login to the simulator over its own TLS and NTLM. A kind is a type of the contract: SalesOrder, Item, ..."""

    def __init__(
        self, contract: Document, gp: GpSimulator, *plugins: Plugin, password: str = "", is_held: bool = True
    ) -> None:
        """`is_held` False leaves the answers to zeep alone; `plugins` see them before anybody else."""
        self._session = requests.Session()
        self._session.trust_env = False
        self._session.verify = str(gp.ca_bundle)
        self._session.auth = HttpNtlmAuth(gp.username, password or gp.password)
        seen_by = [*plugins, HeldToTheSchema()] if is_held else [*plugins]
        self.zeep: Any = zeep.Client(  # type: ignore[no-untyped-call]
            contract, transport=FromTheFolder(self._session), plugins=seen_by, settings=STRICT
        )
        self._service = self.zeep.create_service(BINDING, gp.url)  # type: ignore[no-untyped-call]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._session.close()

    def context(self, company: int = 2, **given: Any) -> dict[str, Any]:
        """The context of a call; `given` in place of what it holds."""
        key = self.zeep.get_type(f"{{{DYNAMICS}}}CompanyKey")
        return {"OrganizationKey": key(Id=company), "CurrencyType": "Transactional", **given}

    def ask(self, operation: str, /, **given: Any) -> Any:
        """The result as zeep makes it: an object by the names of the contract, a list, or None for nothing in it."""
        return self._service[operation](**{"context": self.context(), **given})

    def policy(self, operation: str) -> Any:
        return self.ask("GetPolicyByOperation", operation=operation)

    def write(self, operation: str, /, **given: Any) -> Any:
        """As `ask`, with the operation's policy as GP gives it."""
        return self.ask(operation, **{"policy": self.policy(operation), **given})

    def create(self, kind: str, document: Any, **given: Any) -> Any:
        return self.write(f"Create{kind}", **{_parameter(kind): document}, **given)

    def update(self, kind: str, document: Any) -> Any:
        return self.write(f"Update{kind}", **{_parameter(kind): document})

    def read(self, kind: str, number: str) -> Any:
        return self.ask(f"Get{kind}ByKey", key={"Id": number})

    def listed(self, kind: str, **criteria: Any) -> list[str]:
        """The numbers in a list."""
        return [row.Key.Id.strip() for row in self.ask(f"Get{kind}List", criteria=criteria) or []]

    def refusal(self, operation: str, /, **given: Any) -> Fault:
        """The fault of an operation that GP refuses."""
        with pytest.raises(Fault) as refused:
            self.ask(operation, **given)
        return refused.value


def system_fault(fault: Fault) -> str:
    """The text of a fault that is no validation fault: it has no log id."""
    assert fault.detail.find("Message") is None
    return str(fault.message)


def _parameter(kind: str) -> str:
    return kind[0].lower() + kind[1:]


def money(value: str) -> dict[str, Any]:
    return {"Currency": "USD", "Value": Decimal(value), "DecimalDigits": 2}


def quantity(value: int) -> dict[str, Any]:
    return {"Value": Decimal(value), "DecimalDigits": 0}


def sales(kind: str, number: str, *lines: dict[str, Any], **given: Any) -> dict[str, Any]:
    """A sales document with one line, unless lines are given; `given` beside and in place of what it holds."""
    type_name, type_id = _TYPES[kind]
    return {
        "Key": {"Id": number},
        "Date": DAY,
        "CustomerPONumber": "#1001",
        "DocumentTypeKey": {"Type": type_name, "Id": type_id},
        "CustomerKey": {"Id": "SHIPBOB-DTC"},
        "BatchKey": BATCH,
        "Lines": {f"{kind}Line": [*(lines or [sales_line()])]},
        **given,
    }


def sales_line(**given: Any) -> dict[str, Any]:
    return {"UnitPrice": money("34.00"), "Quantity": quantity(2), **_at_site(), **given}


def stock(kind: str, number: str, *lines: dict[str, Any], **given: Any) -> dict[str, Any]:
    """An inventory document, likewise."""
    line = stock_line(kind)
    return {
        "Key": {"Id": number},
        "BatchKey": BATCH,
        "Date": DAY,
        "Lines": {f"{kind}Line": [*(lines or [line])]},
        **given,
    }


def stock_line(kind: str, **given: Any) -> dict[str, Any]:
    if kind != "InventoryTransfer":
        return {"Quantity": quantity(2), **_at_site(), **given}
    ends = {"WarehouseFromKey": {"Id": "MAIN"}, "WarehouseToKey": {"Id": "SB-CICERO"}}
    return {"Quantity": quantity(2), "ItemKey": {"Id": "SERUM-30"}, **ends, **given}


def _at_site() -> dict[str, Any]:
    return {"ItemKey": {"Id": "SERUM-30"}, "WarehouseKey": {"Id": "SB-CICERO"}}
