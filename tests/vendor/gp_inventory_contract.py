"""What the contract tests ask of the GP simulator about inventory: a body for each operation."""

from __future__ import annotations

KINDS = ("Adjustment", "Variance", "Transfer")

_SITE = "<WarehouseKey><Id>SHIPBOB</Id></WarehouseKey>"
_SITES = (
    "<WarehouseFromKey><Id>MAIN</Id></WarehouseFromKey><WarehouseToKey><Id>SHIPBOB</Id></WarehouseToKey>"
    '<QuantityTypeFrom>On Hand</QuantityTypeFrom><QuantityTypeTo xsi:nil="true"/>'
)
_DATES = (
    '<ManufacturedDate xsi:nil="true"/><ExpirationDate>2027-01-31T00:00:00</ExpirationDate>'
    '<ReceivedDate xsi:nil="true"/>'
)
_ONE = "<Quantity><Value>1</Value><DecimalDigits>0</DecimalDigits></Quantity>"
_LOT = f"<LotNumber>L-1</LotNumber>{_ONE}{_DATES}"

QUESTIONS = {
    "GetInventoriedItemList": (
        '<criteria><Type><EqualValue>Kit</EqualValue><NotEqualValue xsi:nil="true"/></Type></criteria>'
    ),
    "GetItemWarehouseByKey": f"<key><ItemKey><Id>SKU-1</Id></ItemKey>{_SITE}</key>",
    "GetItemWarehouseList": "<criteria><WarehouseId><EqualValue>SHIPBOB</EqualValue></WarehouseId></criteria>",
    **{f"GetInventory{kind}ByKey": "<key><Id>SBR0000000012345</Id></key>" for kind in KINDS},
    **{f"GetInventory{kind}List": "<criteria/>" for kind in KINDS},
}
WRITES = {f"CreateInventory{kind}": kind for kind in KINDS}


def create(sample: str, kind: str, policy: tuple[str, str], pieces: str = "") -> str:
    """The create of a kind, made of the sample of an adjustment; `policy` is the sample's and that of the kind.

    `pieces` is Lots or Serials, for an item SKU-1 that is tracked so.
    """
    element = f"Inventory{'Transfer' if kind == 'Transfer' else ''}{pieces[:-1]}"
    content = {"Lots": _LOT, "Serials": "<SerialNumber>S-1</SerialNumber>", "": ""}[pieces]
    tracked = f"<{pieces}><{element}>{content}</{element}></{pieces}>" if pieces else ""
    placed = (_SITES if kind == "Transfer" else _SITE) + tracked
    return sample.replace("Adjustment", kind).replace(_SITE, placed).replace(*policy)
