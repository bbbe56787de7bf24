"""Policies: the behaviours of each write operation, with the options an administrator chose for a company.

Ids and options are Microsoft's (web service reference, the policy of each operation); what it does not say is made up
here and has an id that begins with 5a1e0000. A company of this simulator calculates no prices, as one set up for prices
that come from outside does; Microsoft's default is to calculate.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from local.gp.faults import SystemFault
from local.gp.reading import Struct

POLICIES = {
    "CreateSalesOrder": "4d060bdc-fa1e-4ea1-9e89-e1d19a5cb2ce",
    "UpdateSalesOrder": "150401c6-7467-4853-9146-236fc5fa7bf8",
    "VoidSalesOrder": "06a4941a-5793-4bd8-9ed1-471c68a4d981",
    "DeleteSalesOrder": "636d3d67-ec01-4819-9409-81cb38273acb",
    "CreateSalesInvoice": "5a1e0000-0000-4000-8000-000000000001",
    "UpdateSalesInvoice": "5a1e0000-0000-4000-8000-000000000002",
    "VoidSalesInvoice": "9812a443-5f81-464c-baf8-78ce719922c9",
    "CreateSalesReturn": "07f575f9-c6c3-424c-8162-19ab5b4af372",
    "UpdateSalesReturn": "a08b0c69-13bd-4a7b-bda9-d7902803364b",
    "VoidSalesReturn": "dc7b7235-9901-43c4-ab34-7cce936b3ea4",
    "CreateInventoryAdjustment": "0984fa28-3c71-4773-a9c2-fbfca9541d6a",
    "CreateInventoryTransfer": "deb66f76-317a-48b3-9491-bfe234e1fee7",
    "CreateInventoryVariance": "5a1e0000-0000-4000-8000-000000000004",
}
"""The id of each write operation's policy."""

SHORTAGE = "Quantity Shortage"
POST_TO_LEDGER = "Post To General Ledger"
UNIT_PRICE, TOTAL_AMOUNT = "Calculate Unit Price", "Calculate Total Amount"
REMOVE_DEPOSITS = "Remove Posted Deposits"
CHECK_HOLD, CHECK_CREDIT, ALLOCATE = "Check Hold", "Check Credit Limit", "Allocate Quantities"

SELL_BALANCE, OVERRIDE, BACK_ORDER_ALL, BACK_ORDER_BALANCE, CANCEL_ALL, CANCEL_BALANCE = range(1, 7)
"""What to do about a quantity shortage; numbered as eConnect's QtyShrtOpt, on which the web services stand."""


@dataclass(frozen=True, slots=True)
class Behavior:
    """One behaviour: an internal one is the administrator's alone, of an external one a client chooses the option."""

    id: str
    name: str
    options: Mapping[int, str]
    default: int
    internal: bool = True

    def chosen(self, options: Mapping[str, int]) -> int:
        return options.get(self.name, self.default)


@dataclass(frozen=True, slots=True)
class Choices:
    """The options in force for one write."""

    options: Mapping[str, int] = field(default_factory=dict)

    def __getitem__(self, name: str) -> int:
        return self.options.get(name, BEHAVIORS[name].default)


_CALCULATE = {0: "Do Not Calculate", 1: "Calculate"}
_CREATE = {0: "Do Not Create", 1: "Create"}
_ALL = (
    Behavior("dc788b46-e2ae-4b7a-80c2-00cb40dcf76f", "Assign Batch Prefix", {1: "No Prefix", 2: "Specify Prefix"}, 1),
    Behavior("2e873316-fee1-460e-8da1-12167013401b", UNIT_PRICE, _CALCULATE, 0),
    Behavior(
        "67e5073d-b69e-4526-8079-1a691d475c48",
        "Bin Quantity Shortage",
        {0: "Do Not Override", 1: "Override Bin"},
        1,
        internal=False,
    ),
    Behavior("41233b06-db1a-4050-b4af-207eb2c908b3", TOTAL_AMOUNT, _CALCULATE, 0),
    Behavior("32dc3e06-7c7f-4625-aee9-24f5c4868be8", "Create Inventory Serial", _CREATE, 1),
    Behavior("61d22257-3dce-4ae0-a458-b35791040bf6", "Create Inventory Lot", _CREATE, 1),
    Behavior(
        "e476a157-ecf0-4dae-8cef-317dd2cfbe41",
        "Create GL Account Distributions",
        {0: "Distributions Will Be Provided", 1: "Automatically Create Distributions"},
        1,
    ),
    Behavior(
        "758c758e-13fc-42cc-a508-57a8abe04dcd",
        "Default Warehouse",
        {0: "Use Setup Value", 1: "Specify Default"},
        0,
    ),
    # Of the next three the reference's ids are known by their beginning only.
    Behavior("17fa7992-0000-4000-8000-000000000000", "Allocate Lots", {0: "Auto", 1: "Manual", 2: "Mixed"}, 0),
    Behavior(
        "2e58b57c-0000-4000-8000-000000000000",
        "Include Promotions",
        {0: "Do Not Include", 1: "Include"},
        0,
        internal=False,
    ),
    Behavior(
        "16fb38cc-d635-4b5e-8000-000000000000",
        "Default Document Type Id",
        {0: "Use Setup Value", 1: "Specify Default"},
        0,
        internal=False,
    ),
    Behavior("e0205846-ddf1-4536-8220-d23e6a8cbf70", CHECK_HOLD, {0: "Override Hold", 1: "Check Status"}, 1),
    Behavior("5a1e0000-0000-4000-8000-000000000011", CHECK_CREDIT, {0: "Override Limit", 1: "Check Limit"}, 1),
    Behavior("5a1e0000-0000-4000-8000-000000000012", ALLOCATE, {0: "Do Not Allocate", 1: "Allocate"}, 1),
    Behavior(
        "fb16647f-a1c0-4681-af11-0e3155b1c7be",
        POST_TO_LEDGER,
        {0: "Do Not Post to General Ledger", 1: "Post to General Ledger"},
        1,
        internal=False,
    ),
    Behavior("5855c79b-17a8-43b6-ab4f-db52e64fd0bd", "Create Batch", {1: "Hourly", 2: "Daily", 3: "Weekly"}, 2),
    Behavior(
        "5a1e0000-0000-4000-8000-000000000013",
        SHORTAGE,
        {
            SELL_BALANCE: "Sell Balance",
            OVERRIDE: "Override Shortage",
            BACK_ORDER_ALL: "Back Order All",
            BACK_ORDER_BALANCE: "Back Order Balance",
            CANCEL_ALL: "Cancel All",
            CANCEL_BALANCE: "Cancel Balance",
        },
        OVERRIDE,
        internal=False,
    ),
    Behavior(
        "0f2c414b-fd12-4d83-940b-2bc0d65c3b77",
        REMOVE_DEPOSITS,
        {0: "Do Not Remove", 1: "Remove"},
        1,
        internal=False,
    ),
)
BEHAVIORS = {behavior.name: behavior for behavior in _ALL}

_UPDATE_RETURN = (UNIT_PRICE, TOTAL_AMOUNT, "Default Warehouse", "Default Document Type Id", CHECK_HOLD)
_UPDATE_ORDER = (
    *_UPDATE_RETURN,
    "Bin Quantity Shortage",
    "Create Inventory Serial",
    "Create Inventory Lot",
    "Allocate Lots",
    "Include Promotions",
    ALLOCATE,
    CHECK_CREDIT,
    SHORTAGE,
)
_CREATE_ALSO = ("Assign Batch Prefix", "Create Batch")
_DISTRIBUTE = ("Create GL Account Distributions",)
_CREATE_INVENTORY = (
    *_CREATE_ALSO,
    POST_TO_LEDGER,
    "Bin Quantity Shortage",
    "Create Inventory Serial",
    "Create Inventory Lot",
)
_BEHAVIORS_OF: dict[str, tuple[str, ...]] = {
    "CreateSalesOrder": (*_CREATE_ALSO, *_UPDATE_ORDER),
    "UpdateSalesOrder": _UPDATE_ORDER,
    "VoidSalesOrder": (REMOVE_DEPOSITS,),
    "DeleteSalesOrder": (REMOVE_DEPOSITS,),
    "CreateSalesInvoice": (*_CREATE_ALSO, *_UPDATE_ORDER, *_DISTRIBUTE),
    "UpdateSalesInvoice": (*_UPDATE_ORDER, *_DISTRIBUTE),
    "CreateSalesReturn": (*_CREATE_ALSO, *_UPDATE_RETURN, *_DISTRIBUTE),
    "UpdateSalesReturn": (*_UPDATE_RETURN, *_DISTRIBUTE),
    **dict.fromkeys(
        ("CreateInventoryAdjustment", "CreateInventoryTransfer", "CreateInventoryVariance"), _CREATE_INVENTORY
    ),
}


def behaviors_of(operation: str) -> list[Behavior]:
    """The behaviours of an operation's policy; some policies have none."""
    return [BEHAVIORS[name] for name in _BEHAVIORS_OF.get(operation, ())]


def option_id(behavior: str, option: int | str) -> int:
    """The id of an option given by its id or its name. KeyError when there is no such behaviour or option."""
    options = BEHAVIORS[behavior].options
    by_name = {name: id_ for id_, name in options.items()}
    found = by_name[option] if isinstance(option, str) else option
    if found not in options:
        raise KeyError(option)
    return found


def shown(operation: str, options: Mapping[str, int]) -> Struct:
    """GetPolicyByOperation's Policy, with the options the administrator chose."""
    if operation not in POLICIES:
        raise SystemFault(f"There is no policy for operation {operation!r}.")
    key = {"Id": POLICIES[operation]}
    verb = next(word for word in ("Create", "Update", "Delete", "Void") if operation.startswith(word))
    subject = "".join(f" {letter}" if letter.isupper() else letter for letter in operation.removeprefix(verb)).strip()
    return {
        "Key": key,
        "Behaviors": [_behavior(behavior, key, options) for behavior in behaviors_of(operation)],
        "Name": f"{verb} {subject} Policy",
        "RootBusinessObjectName": subject,
    }


def _behavior(behavior: Behavior, policy: Struct, options: Mapping[str, int]) -> Struct:
    key = {"PolicyKey": policy, "Id": behavior.id}
    shown_options = {id_: _option(key, id_, name) for id_, name in behavior.options.items()}
    return {
        "Key": key,
        "Name": behavior.name,
        "Internal": behavior.internal,
        "Options": [*shown_options.values()],
        "SelectedOption": shown_options[behavior.chosen(options)],
    }


def _option(behavior: Struct, id_: int, name: str) -> Struct:
    return {"Key": {"BehaviorKey": behavior, "Id": id_}, "Name": name}


def choices(operation: str, policy: Struct | None, configured: Mapping[str, int]) -> Choices:
    """The options in force: those configured, or what a whole policy chooses instead for external behaviours.

    SystemFault for the policy of another operation, and for what only an administrator may choose.
    """
    if ((policy or {}).get("Key") or {}).get("Id") != POLICIES[operation]:
        raise SystemFault(f"The policy is not one of {operation}.")
    known = {behavior.id: behavior for behavior in behaviors_of(operation)}
    options = {behavior.name: behavior.chosen(configured) for behavior in known.values()}
    for given in (policy or {}).get("Behaviors") or []:
        chosen = _chosen(given)
        if chosen is None:
            continue
        behavior = known.get(_id(given))
        if behavior is None or chosen not in behavior.options:
            raise SystemFault(f"Option {chosen} of behavior {_id(given)} is not one of {operation}.")
        if behavior.internal and chosen != options[behavior.name]:
            raise SystemFault(f"{behavior.name} is internal: only an administrator chooses its option.")
        options[behavior.name] = chosen
    return Choices(options)


def _id(struct: Struct | None) -> Any:
    return ((struct or {}).get("Key") or {}).get("Id")


def _chosen(behavior: Struct | None) -> int | None:
    selected: int | None = _id((behavior or {}).get("SelectedOption"))
    return selected
