"""Sales documents of the custom REST service as the elements that GP's own rules take.

The same rules bind whichever way a document comes in: they are written once, for the elements of the contract.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from decimal import Decimal

from local.gp.documents import INVOICE, QUANTITY_TYPES, RETURN, Kind
from local.gp.faults import Problem, ValidationFault
from local.gp.reading import Struct
from local.gp.sba_json import Json

ADDRESS = {
    "name": "Name",
    "contact": "ContactPerson",
    "line1": "Line1",
    "line2": "Line2",
    "city": "City",
    "state": "State",
    "postal_code": "PostalCode",
    "country": "CountryRegion",
}
"""The fields of a ship-to address and their elements; the phone has one with a value in it."""

AMOUNTS = {"freight": "FreightAmount", "miscellaneous": "MiscellaneousAmount", "tax": "TaxAmount"}

_NO_TIME = dt.time()


def midnight(day: str) -> dt.datetime:
    """A day as GP's date columns keep it. ValidationFault for one that no calendar has."""
    try:
        return dt.datetime.combine(dt.date.fromisoformat(day), _NO_TIME)
    except ValueError:
        raise ValidationFault(Problem("BadDate", f"{day} is not a day.")) from None


def amount(value: str | Decimal) -> Struct:
    """A MoneyAmount without a currency, or a Quantity."""
    exact = Decimal(value)
    exponent = exact.as_tuple().exponent
    assert isinstance(exponent, int)
    return {"Value": exact, "DecimalDigits": max(0, -exponent)}


def lots(given: list[Json]) -> list[Struct]:
    return [
        {"LotNumber": lot["number"], "Quantity": amount(lot["quantity"])}
        | ({"ExpirationDate": midnight(lot["expires_on"])} if "expires_on" in lot else {})
        for lot in given
    ]


def created(kind: Kind, given: Json) -> Struct:
    """A new document. ValidationFault for what its kind has no place for."""
    problems = [*_out_of_place(kind, given)]
    if problems:
        raise ValidationFault(*problems)
    optional = {
        "CurrencyKey": {"ISOCode": given["currency"]} if given.get("currency") else None,
        "ShippingMethodKey": {"Id": given["shipping_method"]} if given.get("shipping_method") else None,
        "ShipToAddress": address(given["ship_to"]) if "ship_to" in given else None,
        "ActualShipDate": midnight(given["shipped_on"]) if given.get("shipped_on") else None,
        "Comment": given.get("comment") or None,
        "OriginalSalesDocumentKey": {"Id": given["order"]} if given.get("order") else None,
        "OriginalSalesDocumentType": "Order" if given.get("order") else None,
    }
    return {
        "Key": {"Id": given["number"]},
        "Date": midnight(given["date"]),
        "CustomerKey": {"Id": given["customer"]},
        "CustomerPONumber": given["customer_po"],
        "DocumentTypeKey": {"Type": kind.name, "Id": given["document_type"]},
        "BatchKey": {"Id": given["batch"]},
        **{element: amount(given.get(name, "0")) for name, element in AMOUNTS.items()},
        "TradeDiscount": {"Amount": amount(given.get("trade_discount", "0"))},
        **{name: value for name, value in optional.items() if value is not None},
        "TrackingNumbers": _tracking(given.get("tracking", [])),
        "ProcessHolds": [_hold(hold) for hold in given.get("holds", [])],
        "Lines": [_line(kind, line, is_priced=not given.get("is_priced_by_gp")) for line in given["lines"]],
    }


def updated(kind: Kind, number: str, changes: Json) -> Struct:
    """What is given of a document; the rules leave the rest of it as it is."""
    given = {
        "BatchKey": {"Id": changes["batch"]} if "batch" in changes else None,
        "ActualShipDate": midnight(changes["shipped_on"]) if "shipped_on" in changes else None,
        "ShippingMethodKey": {"Id": changes["shipping_method"]} if "shipping_method" in changes else None,
        "ShipToAddress": address(changes["ship_to"]) if "ship_to" in changes else None,
        "Comment": changes.get("comment"),
        "TradeDiscount": {"Amount": amount(changes["trade_discount"])} if "trade_discount" in changes else None,
        **{element: amount(changes[name]) for name, element in AMOUNTS.items() if name in changes},
    }
    holds = [_hold(hold) for hold in changes.get("added_holds", [])]
    holds += [{**_hold(hold), "DeleteOnUpdate": True} for hold in changes.get("lifted_holds", [])]
    return {
        "Key": {"Id": number},
        **{name: value for name, value in given.items() if value is not None},
        "TrackingNumbers": [
            *({**each, "DeleteOnUpdate": True} for each in _tracking(changes.get("removed_tracking", []))),
            *_tracking(changes.get("added_tracking", [])),
        ],
        "ProcessHolds": holds,
        "Lines": [
            *({"Key": {"LineSequenceNumber": sequence}, **parts} for sequence, parts in changed(kind, changes).items()),
            *(_line(kind, line) for line in changes.get("added_lines", [])),
        ],
    }


def changed(kind: Kind, changes: Json) -> Mapping[int, Struct]:
    """What changes of lines that there are, by line."""
    lines: dict[int, Struct] = {}
    elements = {
        "quantities": "Quantity",
        "fulfilled": "QuantityFulfilled",
        "canceled": "QuantityCanceled",
        "to_invoice": kind.rest,
    }
    for name, element in elements.items():
        for each in changes.get(name, []):
            lines.setdefault(each["sequence"], {})[element] = amount(each["quantity"])
    for each in changes.get("prices", []):
        lines.setdefault(each["sequence"], {})["UnitPrice"] = amount(each["unit_price"])
    for each in changes.get("lots", []):
        lines.setdefault(each["sequence"], {}).setdefault("Lots", []).extend(lots([each]))
    for each in changes.get("serials", []):
        lines.setdefault(each["sequence"], {}).setdefault("Serials", []).append({"SerialNumber": each["number"]})
    for sequence in changes.get("removed_lines", []):
        lines.setdefault(sequence, {})["DeleteOnUpdate"] = True
    return lines


def address(given: Json) -> Struct:
    """The whole address: what is left out is empty."""
    return {
        **{element: given.get(name, "") for name, element in ADDRESS.items()},
        "Phone1": {"Value": given.get("phone", "")},
    }


def _tracking(numbers: list[str]) -> list[Struct]:
    return [{"Key": {"Id": number}} for number in numbers]


def _hold(hold: str) -> Struct:
    return {"Key": {"SalesProcessHoldSetupKey": {"Id": hold}}}


def _line(kind: Kind, given: Json, *, is_priced: bool = True) -> Struct:
    quantity = amount(given["quantity"])
    line = {
        "Key": {"LineSequenceNumber": given["sequence"]},
        **({"UnitPrice": amount(given["unit_price"])} if is_priced else {}),
        "Quantity": quantity,
        "WarehouseKey": {"Id": given["site"]},
        "ItemKey": {"Id": given["item"]},
        "Lots": lots(given.get("lots", [])),
        "Serials": [{"SerialNumber": serial} for serial in given.get("serials", [])],
    }
    if given.get("unit_of_measure"):
        line["UofM"] = given["unit_of_measure"]
    if kind is RETURN:
        return line | {"ReturnQuantity": {QUANTITY_TYPES[given.get("quantity_type", "On Hand")]: quantity}}
    rest = {kind.rest: amount(given["to_invoice"])} if "to_invoice" in given else {}
    return (
        line
        | rest
        | {
            "QuantityFulfilled": amount(given.get("fulfilled", "0")),
            "QuantityCanceled": amount(given.get("canceled", "0")),
        }
    )


def _out_of_place(kind: Kind, given: Json) -> Iterator[Problem]:
    """What no document of the kind has, or what GP alone writes."""
    for name in ("state", "is_voided", "master_number"):
        if name in given:
            yield Problem("NotYours", f"{name} of a new document is GP's to write.")
    if given.get("order") and kind is not INVOICE:
        yield Problem("NotAnInvoice", "Only an invoice bills an order.")
    for line in given["lines"]:
        if not line["site"]:
            yield Problem("SiteMissing", f"Line {line['sequence']} of a new document has no site.")
        sold_as = line.get("quantity_type", "On Hand")
        if kind is not RETURN and sold_as != "On Hand":
            yield Problem("BadQuantityType", f"Line {line['sequence']} cannot be of quantity type {sold_as}.")
        if kind is RETURN and any(Decimal(line.get(name, "0")) for name in ("fulfilled", "canceled")):
            yield Problem("NotOnAReturn", f"Line {line['sequence']} of a return has nothing to fulfil or cancel.")
