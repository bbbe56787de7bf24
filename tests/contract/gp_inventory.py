"""Inventory documents as any client writes them, and what a test asks of them."""

from __future__ import annotations

import datetime as dt

import requests
from lxml import etree

from local.gp import GpSimulator
from tests.contract.gp_bodies import CONTEXT, Client, found, money, nils, text

POLICIES = {
    "Adjustment": "0984fa28-3c71-4773-a9c2-fbfca9541d6a",
    "Transfer": "deb66f76-317a-48b3-9491-bfe234e1fee7",
    "Variance": "5a1e0000-0000-4000-8000-000000000004",
}
SELECTION = "EqualValue NotEqualValue"
NOON = dt.datetime(2026, 11, 23, 12, 0, tzinfo=dt.UTC)


def quantity(count: str, name: str = "Quantity") -> str:
    return f"<{name}><Value>{count}</Value><DecimalDigits>0</DecimalDigits></{name}>"


def key(name: str, value: str) -> str:
    return f"<{name}><Id>{value}</Id></{name}>" if value else ""


def lots(**quantities: str) -> str:
    made = "".join(
        f"<{{lot}}><LotNumber>{lot}</LotNumber>{quantity(count)}"
        f"{nils('ManufacturedDate ExpirationDate ReceivedDate')}</{{lot}}>"
        for lot, count in quantities.items()
    )
    return f"<Lots>{made}</Lots>"


def serials(*numbers: str) -> str:
    made = "".join(f"<{{serial}}><SerialNumber>{each}</SerialNumber></{{serial}}>" for each in numbers)
    return f"<Serials>{made}</Serials>"


def line(item: str = "SERUM-30", count: str = "2", site: str = "SB-CICERO", **extra: str) -> str:
    """Of an adjustment or a variance. `extra`: sequence, unit, cost, account, offset, pieces."""
    sequence = f"<Key><SequenceNumber>{extra['sequence']}</SequenceNumber></Key>" if "sequence" in extra else ""
    accounts = "".join(
        f"<{name}><Id>{extra[given]}</Id><IsEncrypted>false</IsEncrypted></{name}>"
        for given, name in (("account", "InventoryGLAccount"), ("offset", "InventoryOffsetGLAccount"))
        if given in extra
    )
    return (
        (
            f"<{{line}}>{sequence}{key('ItemKey', item)}{quantity(count)}"
            + (f"<UnitCost>{money(extra['cost'])}</UnitCost>" if "cost" in extra else "")
            + (f"<UofM>{extra['unit']}</UofM>" if "unit" in extra else "")
            + f"{key('WarehouseKey', site)}{accounts}{extra.get('pieces', '')}</{{line}}>"
        )
        .replace("{lot}", "InventoryLot")
        .replace("{serial}", "InventorySerial")
    )


def transfer_line(item: str = "SERUM-30", count: str = "2", **extra: str) -> str:
    """`extra`: source, target, from_type, to_type, pieces."""
    types = "".join(
        f"<{name}>{extra[given]}</{name}>" if given in extra else nils(name)
        for given, name in (("from_type", "QuantityTypeFrom"), ("to_type", "QuantityTypeTo"))
    )
    return (
        (
            f"<{{line}}>{key('ItemKey', item)}{quantity(count)}"
            f"{key('WarehouseFromKey', extra.get('source', 'MAIN'))}"
            f"{key('WarehouseToKey', extra.get('target', 'SB-CICERO'))}{types}{extra.get('pieces', '')}</{{line}}>"
        )
        .replace("{lot}", "InventoryTransferLot")
        .replace("{serial}", "InventoryTransferSerial")
    )


def document(kind: str, number: str, lines: str, **given: str) -> str:
    """`given`: batch (empty for none), date, posting_date."""
    batch, date, posting = given.get("batch", "SBIV-01"), given.get("date"), given.get("posting_date")
    created = "<CreatedDateTime>0001-01-01T00:00:00</CreatedDateTime>"
    return (
        f"<inventory{kind}>{key('Key', number)}"
        + (f"<BatchKey><Id>{batch}</Id>{created}</BatchKey>" if batch else "")
        + (f"<Date>{date}T00:00:00</Date>" if date else nils("Date"))
        + nils("ModifiedDate CreatedDate")
        + (f"<GLPostingDate>{posting}T00:00:00</GLPostingDate>" if posting else nils("GLPostingDate"))
        + nils("TransactionState")
        + f"<Lines>{lines.replace('{line}', f'Inventory{kind}Line')}</Lines></inventory{kind}>"
    )


def create(
    client: Client, number: str = "ADJ1", lines: str | None = None, kind: str = "Adjustment", **given: str
) -> requests.Response:
    """A document of one line unless `lines` says otherwise; `given` as for `document`, and `behaviors`."""
    default = transfer_line() if kind == "Transfer" else line()
    behaviors = given.pop("behaviors", "")
    policy = f"<policy>{key('Key', POLICIES[kind])}{behaviors}</policy>"
    body = document(kind, number, default if lines is None else lines, **given)
    return client.post(f"CreateInventory{kind}", f"{body}{CONTEXT}{policy}")


def read(client: Client, number: str = "ADJ1", kind: str = "Adjustment") -> requests.Response:
    return client.post(f"GetInventory{kind}ByKey", f"{key('key', number)}{CONTEXT}")


def result(client: Client, number: str = "ADJ1", kind: str = "Adjustment") -> etree._Element:
    """The one document that a read gives."""
    [answer] = found(read(client, number, kind), f"GetInventory{kind}ByKeyResult")
    return answer


def listed(client: Client, criteria: str = "", kind: str = "Adjustment") -> list[str]:
    """The numbers in a list, in the order of the answer."""
    answer = client.post(f"GetInventory{kind}List", f"<criteria>{criteria}</criteria>{CONTEXT}")
    assert answer.status_code == 200, answer.text
    return [text(row, "Key", "Id").strip() for row in found(answer, f"Inventory{kind}Summary")]


def between(name: str, first: str, last: str) -> str:
    """A criterion on a date; both ends are included."""
    return f"<{name}>{nils(SELECTION)}<From>{first}</From><To>{last}</To>{nils('GreaterThan LessThan')}</{name}>"


def states(*words: str) -> str:
    items = "".join(f"<InventoryTransactionState>{word}</InventoryTransactionState>" for word in words)
    return f"<TransactionState>{nils(SELECTION)}<Items>{items}</Items></TransactionState>"


def on_hand(client: Client, item: str = "SERUM-30") -> dict[str, tuple[str, str]]:
    """(on hand, allocated) of an item by site, as GP answers it; the row of all sites has no name."""
    answer = client.post("GetInventoriedItemByKey", f"{key('key', item)}{CONTEXT}")
    return {
        text(row, "Key", "WarehouseKey", "Id").strip(): (
            text(row, "OnHandQuantity", "Value"),
            text(row, "AllocatedQuantity", "Value"),
        )
        for row in found(answer, "SalesItemWarehouse")
    }


def at(gp: GpSimulator, moment: dt.datetime) -> None:
    """GP's clock stands at a moment in UTC."""
    gp.books.clock = lambda: moment
