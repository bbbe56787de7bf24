"""Invoices and returns as any client sends them, and policies with options chosen: made out of the bodies of orders."""

from __future__ import annotations

import requests
from lxml import etree

from tests.contract.gp_bodies import CONTEXT, Client, found, line, nils, order, text

CASES = "ShippingProcessStatus IsRepeating DocumentFrequency TimesToRepeat DaysToIncrement WorkflowPriority"


def quantity(name: str, count: str) -> str:
    return f"<{name}><Value>{count}</Value><DecimalDigits>0</DecimalDigits></{name}>"


def invoice_line(item: str = "SERUM-30", count: str = "2", price: str = "34.00", **extra: str) -> str:
    made = line(item, count, price, **extra).replace("SalesOrderLine", "SalesInvoiceLine")
    return made.replace(nils("FulfillDate ActualShipDate"), nils("ActualShipDate FulfillDate"))


def return_line(
    item: str = "SERUM-30", count: str = "2", price: str = "34.00", returned: str = "", **extra: str
) -> str:
    """`returned`: the quantities by type, as elements."""
    made = line(item, count, price, **extra).replace("SalesOrderLine", "SalesReturnLine")
    by_type = f"<ReturnQuantity>{returned}</ReturnQuantity>" if returned else ""
    return made.replace(nils("FulfillDate ActualShipDate"), by_type)


def invoice(number: str = "INV100", *, lines: str | None = None, **given: str) -> str:
    made = order(number, lines=invoice_line() if lines is None else lines, **{"type": "STDINV", **given})
    return _another(made, "Invoice", nils("GeneralLedgerPostingDate PostedDate IsDirectDebit WorkflowPriority"))


def sales_return(number: str = "RET100", *, lines: str | None = None, **given: str) -> str:
    made = order(number, lines=return_line() if lines is None else lines, **{"type": "RTN", **given})
    return _another(made, "Return", nils("GeneralLedgerPostingDate PostedDate"))


def _another(made: str, kind: str, own: str) -> str:
    made = made.replace("salesOrder>", f"sales{kind}>").replace("<Type>Order</Type>", f"<Type>{kind}</Type>")
    return made.replace(nils(CASES), own)


def policy(client: Client, operation: str, **chosen: int) -> str:
    """The operation's policy as GP gives it, with options chosen by behaviour: `Quantity_Shortage=3`."""
    shown = asked_policy(client, operation)
    key = text(shown, "Key", "Id")
    behaviors = {text(each, "Name"): text(each, "Key", "Id") for each in shown.iter("{*}Behavior")}
    options = "".join(
        f"<Behavior><Key><Id>{behaviors[name.replace('_', ' ')]}</Id></Key>{nils('Internal')}"
        f"<SelectedOption><Key><Id>{option}</Id></Key></SelectedOption></Behavior>"
        for name, option in chosen.items()
    )
    return f"<policy><Key><Id>{key}</Id></Key><Behaviors>{options}</Behaviors></policy>"


def asked_policy(client: Client, operation: str) -> etree._Element:
    answer = client.post("GetPolicyByOperation", f"<operation>{operation}</operation>{CONTEXT}")
    return found(answer, "GetPolicyByOperationResult")[0]


def send(client: Client, operation: str, document: str, **chosen: int) -> requests.Response:
    return client.post(operation, document + CONTEXT + policy(client, operation, **chosen))


def create_invoice(client: Client, number: str = "INV100", **given: str) -> requests.Response:
    return send(client, "CreateSalesInvoice", invoice(number, **given))


def create_return(client: Client, number: str = "RET100", **given: str) -> requests.Response:
    return send(client, "CreateSalesReturn", sales_return(number, **given))


def read(client: Client, kind: str, number: str) -> etree._Element:
    """`kind` is SalesOrder, SalesInvoice or SalesReturn."""
    answer = client.post(f"Get{kind}ByKey", f"<key><Id>{number}</Id></key>{CONTEXT}")
    assert answer.status_code == 200, answer.text
    return found(answer, f"Get{kind}ByKeyResult")[0]


def on_hand(client: Client, item: str, site: str, element: str = "OnHandQuantity") -> str:
    """A quantity of the item at the site, as GP answers it."""
    answer = client.post("GetItemByKey", f"<key><Id>{item}</Id></key>{CONTEXT}")
    rows = {text(row, "Key", "WarehouseKey", "Id").strip(): row for row in found(answer, "SalesItemWarehouse")}
    return text(rows[site], element, "Value")
