"""A company's set-up as GP's SOAP interface tells of it: companies, cards, and the policies of its operations."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping

from lxml import etree

from bridge.domain.company import Behavior, Company, Customer, HoldSetup, Policy, ShippingMethod, Site
from bridge.domain.outcome import Misconfigured
from bridge.gp import wire
from bridge.gp.wire import read_flag, read_text

# What a live client sends as policy is its key; GP then applies the options that are set in its own policy window.
# Ids: web service reference, cc534173, cc508403, cc508418, cc534176 and Create Inventory Adjustment Policy. Those of an
# invoice's policies are not known: they are read from GP.
POLICIES = {
    "CreateSalesOrder": "4d060bdc-fa1e-4ea1-9e89-e1d19a5cb2ce",
    "UpdateSalesOrder": "150401c6-7467-4853-9146-236fc5fa7bf8",
    "VoidSalesOrder": "06a4941a-5793-4bd8-9ed1-471c68a4d981",
    "CreateSalesReturn": "07f575f9-c6c3-424c-8162-19ab5b4af372",
    "CreateInventoryAdjustment": "0984fa28-3c71-4773-a9c2-fbfca9541d6a",
}
POLICY_WINDOW = "the policy window of GP's Dynamics Security Console"


def read_companies(found: etree._Element) -> tuple[Company, ...]:
    """The result of GetWSEnabledCompanyForUserList."""
    return tuple(
        Company(wire.read_whole(company, "Key/dyn:Id"), read_text(company, "Name"))
        for company in wire.rows(found, "Company")
    )


def read_customer(found: etree._Element) -> Customer:
    """A Customer. Whoever GP does not call inactive is active."""
    return Customer(
        id=read_text(found, "Key/Id"),
        name=read_text(found, "Name"),
        is_active=read_flag(found, "IsActive", otherwise=True),
        is_on_hold=read_flag(found, "IsOnHold"),
    )


def read_sites(found: etree._Element) -> tuple[Site, ...]:
    """The result of GetWarehouseList."""
    return tuple(
        Site(read_text(site, "Key/Id"), read_text(site, "Description")) for site in wire.rows(found, "WarehouseSummary")
    )


def read_shipping_methods(found: etree._Element) -> tuple[ShippingMethod, ...]:
    """The result of GetShippingMethodList."""
    return tuple(
        ShippingMethod(read_text(method, "Key/Id"), read_text(method, "Description"))
        for method in wire.rows(found, "ShippingMethod")
    )


def read_hold_setups(found: etree._Element) -> tuple[HoldSetup, ...]:
    """The result of GetSalesProcessHoldSetupList."""
    return tuple(
        HoldSetup(
            id=read_text(hold, "Key/Id"),
            description=read_text(hold, "Description"),
            stops_transfer=read_flag(hold, "IsTransferHold"),
            stops_posting=read_flag(hold, "IsPostHold"),
            stops_fulfilment=read_flag(hold, "IsFulfillHold"),
            stops_printing=read_flag(hold, "IsPrintHold"),
        )
        for hold in wire.rows(found, "SalesProcessHoldSetup")
    )


# Policies


def key_only(operation: str) -> etree._Element:
    """The `policy` of an operation, with whatever is set up for it in GP."""
    return wire.element("policy", {"Key": {"Id": POLICIES[operation]}})


def read_policy(found: etree._Element, operation: str, options: Mapping[str, str]) -> Policy:
    """The result of GetPolicyByOperation. An option without a name goes by its number."""
    behaviors = tuple(_read_behavior(behavior) for behavior in wire.rows(found, "Behaviors/Behavior"))
    try:
        chosen(found, operation, options)
    except Misconfigured as obstacle:
        return Policy(operation, behaviors, str(obstacle))
    return Policy(operation, behaviors)


def _read_behavior(behavior: etree._Element) -> Behavior:
    return Behavior(
        name=read_text(behavior, "Name"),
        option=_name(behavior, "SelectedOption/"),
        is_internal=read_flag(behavior, "Internal"),
        options=tuple(_name(option) for option in wire.rows(behavior, "Options/BehaviorOption")),
    )


def _name(option: etree._Element, at: str = "") -> str:
    return read_text(option, f"{at}Name") or read_text(option, f"{at}Key/Id")


def chosen(found: etree._Element, operation: str, options: Mapping[str, str]) -> etree._Element:
    """The `policy` that is sent back whole with these options, by behaviour; each by its name or its number.

    Only the administrator may choose for an internal behaviour: a client's other choice is a fault. Source: web service
    reference on policies.
    """
    policy = wire.given_back(etree.tostring(found), "policy")
    for behavior, option in options.items():
        _choose(policy, operation, behavior, option)
    return policy


def _choose(policy: etree._Element, operation: str, name: str, option: str) -> None:
    behaviors = wire.rows(policy, "Behaviors/Behavior")
    behavior = next((each for each in behaviors if _plain(name) == _plain(read_text(each, "Name"))), None)
    here = f"the policy of {operation}"
    if behavior is None:
        names = _listed(read_text(each, "Name") for each in behaviors)
        raise Misconfigured(f"{here} in GP has no behaviour '{name}' to set to '{option}'; it has: {names}")
    selected = behavior.find(wire.path("SelectedOption"))
    if selected is not None and _is(selected, option):
        return
    if read_flag(behavior, "Internal"):
        now = _name(behavior, "SelectedOption/")
        raise Misconfigured(f"{here} in GP has '{name}' set to '{now}': choose '{option}' for it in {POLICY_WINDOW}")
    _select(behavior, option, f"{here} in GP has no option '{option}' for '{name}'")


def _select(behavior: etree._Element, option: str, why_not: str) -> None:
    offered = wire.rows(behavior, "Options/BehaviorOption")
    choices = [each for each in offered if _is(each, option)]
    if len(choices) != 1:
        raise Misconfigured(f"{why_not}; it has: {_listed(_name(each) for each in offered)}")
    selected = copy.deepcopy(choices[0])
    selected.tag = f"{{{wire.GP}}}SelectedOption"
    for present in behavior.findall(wire.path("SelectedOption")):
        behavior.remove(present)
    behavior.append(selected)  # the last element of a Behavior


def _is(option: etree._Element, name: str) -> bool:
    """Whether the option goes by that name or number. No page publishes the names in full: their beginning counts."""
    return read_text(option, "Key/Id") == name or _plain(read_text(option, "Name")).startswith(_plain(name))


def _plain(name: str) -> str:
    """The reference calls it `Quantity Shortage Behavior` on one page and `Quantity Shortage` on another."""
    return name.strip().casefold().removesuffix(" behavior").replace(" ", "")


def _listed(names: Iterable[str]) -> str:
    return ", ".join(name for name in names if name) or "none"
