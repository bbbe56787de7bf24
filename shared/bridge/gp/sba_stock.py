"""GP's stock SBA services: which there are, reading by key and by list, and the one create."""

from __future__ import annotations

import html
import re
from urllib.parse import unquote

from bridge.domain.company import Company
from bridge.domain.outcome import Failure, Misconfigured
from bridge.gp.ending import Reply
from bridge.gp.sba_call import HELP, NOT_THERE, Connection, address, agreed, doubt, get, post, refused, unwrapped
from bridge.gp.sba_json import UNWRITABLE, Json, Row, parse
from bridge.gp.sba_stock_wire import read_company

COMPANIES = "Companies"
ITEMS = "Inventory/Items"
ITEM_SITES = "Inventory/Items/ItemSites"
SITES = "Inventory/Sites"
TRANSACTIONS = "Inventory/Transactions"
HEADERS = "Inventory/TransactionHeaders"
CUSTOMERS = "Sales/Customers"

DONE = (200, 201)
_ENDLESS = re.compile(r"&#\d{10,}")  # no character has such a number, and reading one of a thousand digits fails


class Stock:
    """The stock services of one company, which is found by its display name."""

    def __init__(self, connection: Connection, company: str) -> None:
        self._connection = connection
        self._company = company
        self._help = ""
        self._has_company = False

    def look(self) -> None:
        """Read which services the server says it has."""
        reply = get(self._connection, HELP)
        if reply.status not in (200, *NOT_THERE):
            raise doubt(f"GP's page of SBA services answers {reply.status}", is_write=False)
        self._help = _addresses(reply.body) if reply.status == 200 else ""

    def missing(self, *resources: str) -> str:
        """What would have to be installed for these resources; empty when they are there."""
        absent = [each for each in resources if not _is_listed(each, self._help)]
        if not absent:
            return ""
        return f"GP's stock SBA service {', '.join(absent)}, which the server's /help does not list"

    def companies(self) -> list[Company]:
        """The companies that the Windows account may reach."""
        reply = get(self._connection, address(COMPANIES))
        if reply.status in NOT_THERE:
            raise Misconfigured(
                f"GP's SBA has no list of companies at its address ({reply.status}): is it the tenant's?"
            )
        with agreed(COMPANIES):
            return [read_company(row) for row in _rows(_payload(reply, COMPANIES))]

    def prove_company(self) -> None:
        """Return when the company is one of them."""
        if self._company.strip().casefold() not in (each.name.strip().casefold() for each in self.companies()):
            raise Misconfigured(f"GP's SBA has no company {self._company!r} that this Windows account may reach")
        self._has_company = True

    def one(self, resource: str, *keys: str) -> Row | None:
        """What lies under the keys; None for a key that GP does not have."""
        found = self._by_key(resource, keys, "")
        with agreed(resource):
            return None if found is None else Row.of(found)

    def all_of(self, resource: str) -> list[Row]:
        """The whole list."""
        reply = get(self._connection, self._under(address(resource)))
        if reply.status in NOT_THERE:
            raise self._not_there(resource, reply)
        with agreed(resource):
            return _rows(_payload(reply, resource))

    def sites_of(self, item: str) -> list[Row]:
        """The rows of the sites that an item is assigned to. An all-sites total has no site, and is none."""
        found = self._by_key(ITEMS, (item,), "/ItemSites")
        with agreed(ITEM_SITES):
            return [row for row in _rows(found or ()) if row.text("SiteID", "")]

    def create(self, resource: str, payload: Json) -> None:
        """Create under the payload's own number."""
        reply = post(self._connection, self._under(address(resource)), payload, {}, is_write=True)
        if reply.status in NOT_THERE:
            raise self._not_there(resource, reply)
        _judge(reply, resource, is_write=True)

    def _by_key(self, resource: str, keys: tuple[str, ...], below: str) -> Json:
        """The payload; None for an absence that is proven: the resource is there, and so is the company."""
        if any(not key.strip() or UNWRITABLE.search(key) for key in keys):
            return None  # no number in GP is like that, and its address would be another's
        reply = get(self._connection, self._under(address(resource, *keys) + below))
        if reply.status == 404:
            self._prove(resource + below)
            return None
        if reply.status == 405:
            raise self._not_there(resource + below, reply)
        return _payload(reply, resource + below)

    def _prove(self, resource: str) -> None:
        """Return when the resource and the company are there; what was once seen is not asked for again."""
        if self.missing(resource):
            self.look()
        if missing := self.missing(resource):
            raise Misconfigured(f"Install or enable {missing}")
        if not self._has_company:
            self.prove_company()

    def _not_there(self, resource: str, reply: Reply) -> Failure:
        """Why an address that needs no key is not found: nothing was executed there."""
        self._prove(resource)
        return Misconfigured(f"GP's SBA answers {reply.status} to {resource}, which its /help lists")

    def _under(self, path: str) -> str:
        return f"{address(COMPANIES, self._company)}/{path}"


def _addresses(page: bytes) -> str:
    """The text of a help page in which addresses stand without their keys, whatever it calls those."""
    shown = _ENDLESS.sub("", page.decode(errors="replace"))
    text = unquote(html.unescape(shown)).lower()
    return re.sub(r"\([^()<>]*\)", "", text)


def _is_listed(resource: str, addresses: str) -> bool:
    """Is it one of the addresses itself: not a part of one, and not another product's resource of that name?"""
    return bool(re.search(rf"(companies/|(?<![\w/])/?){re.escape(resource.lower())}(?!\w|/\w)", addresses))


def _payload(reply: Reply, what: str) -> Json:
    _judge(reply, what, is_write=False)
    with agreed(what):
        return unwrapped(reply.body)


def _judge(reply: Reply, what: str, *, is_write: bool) -> None:
    """Return when GP says that it is done. A refusal that cannot be read proves nothing."""
    if reply.status not in (*DONE, 400):
        raise doubt(f"GP's SBA answers {reply.status} to {what}", is_write=is_write)
    if is_write and reply.status == 201 and not reply.body.strip():
        return
    with agreed(what, is_write=is_write):
        status = Row.of(parse(reply.body)).row("Status")
        errors = [error.text("Message") for error in status.rows("Errors", default=())]
    if errors:
        raise refused("GP refuses it", errors)
    if reply.status == 400:
        raise doubt(f"GP's SBA answers 400 to {what} without saying why", is_write=is_write)


def _rows(payload: Json) -> list[Row]:
    return Row({"Payload": payload}).rows("Payload")
