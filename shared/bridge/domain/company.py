"""A GP company's set-up, as far as documents lean on it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Company:
    """A company that the Windows account may reach through web services."""

    id: int
    name: str


@dataclass(frozen=True, slots=True)
class Customer:
    """A customer's card. GP refuses documents of one that is inactive or on hold."""

    id: str
    name: str
    is_active: bool = True
    is_on_hold: bool = False


@dataclass(frozen=True, slots=True)
class Site:
    """A place that stock lies at; GP's interface calls it a warehouse."""

    id: str
    description: str


@dataclass(frozen=True, slots=True)
class ShippingMethod:
    """How goods travel."""

    id: str
    description: str


@dataclass(frozen=True, slots=True)
class HoldSetup:
    """A process hold as set up: what it keeps a document from."""

    id: str
    description: str
    stops_transfer: bool
    stops_posting: bool
    stops_fulfilment: bool = False
    stops_printing: bool = False


@dataclass(frozen=True, slots=True)
class Behavior:
    """One rule of a policy, and the option that is chosen. A client may choose only where it is not internal."""

    name: str
    option: str
    is_internal: bool
    options: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Policy:
    """How GP treats one operation for this Windows account.

    `obstacle` says what keeps it from what the stack's parameters choose; such an operation is not carried out.
    """

    operation: str
    behaviors: tuple[Behavior, ...]
    obstacle: str = ""

    def option(self, behavior: str) -> str | None:
        """What is chosen for a behaviour; None where the policy has none of that name."""
        return next((each.option for each in self.behaviors if each.name == behavior), None)


@dataclass(frozen=True, slots=True)
class Ability:
    """One call of the port: what carries it, or what would have to be installed for it."""

    call: str
    transport: str
    missing: str = ""


@dataclass(frozen=True, slots=True)
class Server:
    """What a GP server told of itself. `now` is its clock in UTC; None where it did not say."""

    now: dt.datetime | None
    keeps_login: bool
    abilities: tuple[Ability, ...]


@dataclass(frozen=True, slots=True)
class Certificate:
    """What a GP server shows of itself before anybody logs in. `problems` is empty when it is trusted.

    `would_pass_leniently`: nothing is wrong but what GpStrictX509=false forgives.
    """

    address: str
    expires_at: dt.datetime | None = None
    problems: tuple[str, ...] = ()
    would_pass_leniently: bool = False
