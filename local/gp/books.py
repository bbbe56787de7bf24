"""GP's books of one company: cards and set-up, and the sales documents in Work and History.

A made-up distributor is in them from the start. Everything is in memory; `lock` is held for a whole operation, as SQL
Server's transaction would be. What a person does to the documents in GP's windows is in people.py.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any, Unpack

from local.gp.amounts import CURRENCY
from local.gp.cards import Batch, Card, Customer, DocumentType, Item, Stocked
from local.gp.ledger import Clock
from local.gp.people import People
from local.gp.policies import option_id
from local.gp.seed import seed

__all__ = ["CURRENCY", "Batch", "Books", "Card", "Clock", "Customer", "DocumentType", "Item"]


class Books(People):
    """The books of one company: company 2 unless said otherwise; `companies` are the books of all, by id.

    The exception log and the lock are those of all companies together, as GP's system database has one log.
    """

    default_site = "MAIN"

    def __init__(
        self,
        clock: Clock | None = None,
        company_id: int = 2,
        name: str = "Wingtip Distribution, Inc.",
        currency: str = CURRENCY,
    ) -> None:
        super().__init__(clock)
        self.company_id = company_id
        self.company_name = name
        self.currency = currency
        self.web_enabled = True
        self.companies: dict[int, Books] = {company_id: self}
        self.customers: dict[str, Customer] = {}
        self.sites: dict[str, Card] = {}
        self.shipping_methods: dict[str, Card] = {}
        self.gl_accounts: dict[str, Card] = {}
        seed(self)

    def add_company(self, company_id: int, name: str, *, currency: str = CURRENCY, web_enabled: bool = True) -> Books:
        """Another company of the same GP, with books of its own and the same made-up cards in them."""
        with self.lock:
            other = Books(self.clock, company_id, name, currency)
            other.companies, other.lock, other.log = self.companies, self.lock, self.log
            other.web_enabled = web_enabled
            self.companies[company_id] = other
            return other

    # Master data -----------------------------------------------------------------------------------------------------

    def add_customer(
        self, key: str, name: str = "", *, active: bool = True, on_hold: bool = False, credit_limit: str | None = None
    ) -> Customer:
        """`credit_limit` in the company's currency; None is unlimited credit."""
        with self.lock:
            card = Customer(key, name or key, self.now(), active=active, on_hold=on_hold)
            card.credit_limit = None if credit_limit is None else Decimal(credit_limit)
            self.customers[key] = card
            return card

    def add_site(self, key: str, description: str = "") -> Card:
        return self._add(self.sites, key, description)

    def add_hold(self, key: str, description: str = "") -> Card:
        """A process hold in set-up; it holds transfer and posting."""
        return self._add(self.hold_setups, key, description)

    def add_document_type(
        self, key: str, description: str = "", *, kind: str = "Order", allocates: str = "line"
    ) -> DocumentType:
        """`kind` is Order, Invoice or Return; `allocates` is line or none."""
        with self.lock:
            if kind not in self.sales or allocates not in {"line", "none"}:
                raise ValueError(f"kind is one of {', '.join(self.sales)}, allocates is line or none")
            made = DocumentType(key, description or key, self.now(), kind=kind, allocates=allocates)
            self.document_types[key] = made
            return made

    def add_shipping_method(self, key: str, description: str = "") -> Card:
        return self._add(self.shipping_methods, key, description)

    def add_gl_account(self, key: str, description: str = "") -> Card:
        return self._add(self.gl_accounts, key, description)

    def add_item(
        self,
        number: str,
        description: str = "",
        *,
        price: str = "10.00",
        units: Iterable[str] = ("EACH",),
        on_hand: Mapping[str, int] | None = None,
        decimals: int = 0,
        **stocked: Unpack[Stocked],
    ) -> Item:
        """An item sold in `units` at `price` each, with `on_hand` by site; `stocked` as `Item.stocked` has it."""
        with self.lock:
            stock = {site: Decimal(quantity) for site, quantity in (on_hand or {}).items()}
            prices = dict.fromkeys(units, Decimal(price))
            item = Item(number, description or number, prices, stock, decimals, self.now())
            item.stocked(**stocked)
            self.items[number] = item
            return item

    def set_on_hand(self, item: str, site: str, quantity: int) -> None:
        with self.lock:
            self.items[item].on_hand[site] = Decimal(quantity)

    # Set-up ----------------------------------------------------------------------------------------------------------

    def change_set_up(self, **switches: Any) -> None:
        """Set switches of `set_up` by their names. TypeError for one that there is not."""
        with self.lock:
            for name, value in switches.items():
                if not hasattr(self.set_up, name):
                    raise TypeError(f"there is no switch {name}")
                setattr(self.set_up, name, value)

    def choose_option(self, behavior: str, option: int | str) -> None:
        """As an administrator does for all policies with that behaviour; the option by its id or name."""
        with self.lock:
            self.options[behavior] = option_id(behavior, option)

    def close_period(self, first: str, last: str) -> None:
        """Close a fiscal period; both days, written YYYY-MM-DD, are in it."""
        with self.lock:
            self.closed_periods.append((dt.date.fromisoformat(first), dt.date.fromisoformat(last)))

    def _add(self, cards: dict[str, Card], key: str, description: str) -> Card:
        with self.lock:
            cards[key] = Card(key, description or key, self.now())
            return cards[key]
