"""Cards of GP: customers, items and what else has an id and a description."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TypedDict


@dataclass(slots=True)
class Card:
    """A customer, site, process hold or anything else that has an id and a description."""

    id: str
    description: str
    created: dt.datetime
    active: bool = True
    on_hold: bool = False


@dataclass(slots=True)
class Customer(Card):
    """`credit_limit` None is unlimited credit."""

    credit_limit: Decimal | None = None


@dataclass(slots=True)
class DocumentType(Card):
    """A document id of sales set-up: the kind of document it makes, and whether its lines allocate as they are entered.

    `allocates` is "line" or "none".
    """

    kind: str = "Order"
    allocates: str = "line"


@dataclass(slots=True)
class Batch(Card):
    """`busy`: somebody has it open or is posting it."""

    busy: bool = False


class Stocked(TypedDict, total=False):
    """What `Item.stocked` takes."""

    kind: str
    tracking: str
    cost: str
    factors: Mapping[str, int]
    sites: Iterable[str]
    active: bool


@dataclass(slots=True)
class Item:
    """An inventory item: price by unit of measure (the first is what it is sold in), quantity on hand by site.

    `beside` has the quantities of the other types (Returned, Damaged ...), by type and site. `kind` is GP's item type,
    `tracking` its tracking option, `factors` say how many of the first unit are in another (1 where they do not),
    `sites` are those it is assigned to, None being all of them.
    """

    number: str
    description: str
    prices: dict[str, Decimal]
    on_hand: dict[str, Decimal]
    decimals: int
    created: dt.datetime
    beside: dict[str, dict[str, Decimal]] = field(default_factory=dict)
    kind: str = "Sales Item"
    tracking: str = "None"
    cost: Decimal = Decimal(0)
    factors: dict[str, int] = field(default_factory=dict)
    sites: frozenset[str] | None = None
    active: bool = True

    @property
    def unit(self) -> str:
        return next(iter(self.prices))

    def stocked(
        self,
        *,
        kind: str = "Sales Item",
        tracking: str = "None",
        cost: str = "4.00",
        factors: Mapping[str, int] | None = None,
        sites: Iterable[str] | None = None,
        active: bool = True,
    ) -> None:
        """Set what the card says of stock; without `sites` the item is at every one."""
        self.kind, self.tracking, self.cost = kind, tracking, Decimal(cost)
        self.factors = dict(factors or {})
        self.sites = None if sites is None else frozenset(sites)
        self.active = active

    def in_base(self, quantity: Decimal, unit: str) -> Decimal:
        """A quantity of `unit` in the unit that stock is counted in, the first."""
        return quantity * self.factors.get(unit, 1)

    def is_at(self, site: str) -> bool:
        """Whether the item is assigned to the site: the pair is in IV00102."""
        return self.sites is None or site in self.sites
