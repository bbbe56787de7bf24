"""What must be so of the real parts, whatever has happened to them: the design's invariants, one sentence a breach.

Read from the neighbours' own books, and from State and Audit by the product's own readers; never from the bridge's word
that it is done.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any

from bridge.aws.audit import AuditTable
from bridge.aws.rows import Rows
from bridge.domain.document import GP_KINDS, DocumentId
from bridge.protocols.ledger import LedgerRow, Status
from bridge.protocols.trail import first_break

from tests.stories.distributor import ITEMS, SITES, Distributor

REFUSED_LOGINS_MAX = 2
QUEUES = ("ToGp", "ToShipBob")
SHIPPED = "Fulfilled"

type Json = dict[str, Any]
type Place = tuple[str, str]  # item, site


@dataclass
class Auditor:
    """`asked` are the documents that are a person's to decide, on that day: their reviews are as they should be."""

    distributor: Distributor
    asked: Collection[str] = ()

    def breaches(self) -> list[str]:
        """Where the day is not, or not yet, as it must be in the end. Before people post."""
        self.__dict__.pop("rows", None)
        return [
            *self._orders(),
            *self._returns(),
            *self._corrections(),
            *self._receiving_orders(),
            *self._open_rows(),
            *self._trails(),
            *self._letters(),
            *self._logins(),
        ]

    @cached_property
    def rows(self) -> dict[str, LedgerRow]:
        """The ledger, as of the audit that is under way."""
        return {str(row.document): row for row in self.table.ledger()}

    @property
    def table(self) -> Rows:
        """State, by the product's own reader."""
        world = self.distributor.world
        return Rows(world.cloud.client("dynamodb"), world.outputs["StateTable"])

    # Each ShipBob document is in GP once, and says what ShipBob says now

    def _orders(self) -> Iterator[str]:
        for order in self.distributor.world.shipbob.account.orders():
            number, documents = order["order_number"], self._in_gp(order)
            if order["status"] == "Cancelled":
                yield from (f"{number} is cancelled, and {each['number']} stands in GP" for each in documents)
            elif len(documents) != 1:
                yield f"{number} is in GP {len(documents)} times: {[each['number'] for each in documents]}"
            else:
                yield from (f"{number}: {each}" for each in _differences(order, documents[0]))

    def _in_gp(self, order: Json) -> list[Json]:
        found = self.distributor.documents(order["order_number"])
        return [each for each in found if not each["voided"] and each["kind"] == "Order"]

    def _returns(self) -> Iterator[str]:
        for each in self.distributor.world.shipbob.account.returns.all():
            site = SITES[each["fulfillment_center"]["id"]]
            restocked = {
                (ITEMS[row["sku"]], site): sum(taken["quantity_processed"] for taken in row["action_taken"])
                for row in each["inventory"]
            }
            yield from self._booked_once(f"return {each['id']}", f"SBR{each['id']}", restocked)

    def _corrections(self) -> Iterator[str]:
        """No stock document of ours stands there twice; whether each should be there, the shelves tell."""
        numbers = Counter(each["number"] for each in self._ours())
        yield from (f"{number} is in GP {count} times" for number, count in numbers.items() if count > 1)

    def _ours(self) -> list[Json]:
        return [each for each in self.distributor.stock_documents() if each["number"].startswith("SB")]

    def _booked_once(self, what: str, number: str, wanted: dict[Place, int]) -> Iterator[str]:
        booked = sum(
            (_entered(each, "quantity") for each in self._ours() if each["number"] == number), Counter[Place]()
        )
        if booked != Counter(wanted):
            yield f"{what}: GP has {dict(booked)} under {number}, ShipBob counted {wanted}"

    # Each movement in GP is told to ShipBob once

    def _receiving_orders(self) -> Iterator[str]:
        listed = self.distributor.world.shipbob.receiving.listed()
        for document in self.distributor.stock_documents():
            if document["kind"] != "Transfer" or document["state"] != "History":
                continue
            told = [each for each in listed if document["number"] in (each["purchase_order_number"] or "")]
            if len(told) != 1:
                yield f"transfer {document['number']} is at ShipBob {len(told)} times"

    # Nothing is forgotten, and everything can be told

    def _open_rows(self) -> Iterator[str]:
        for document in self._known():
            row = self.rows.get(document)
            if row is None:
                yield f"the ledger knows nothing of {document}"
            elif not row.is_finished:
                yield from self._unfinished(row)

    def _known(self) -> list[str]:
        shipbob, stock = self.distributor.world.shipbob, self.distributor.stock_documents()
        orders = [f"order/{each['id']}" for each in shipbob.account.orders()]
        returns = [f"return/{each['id']}" for each in shipbob.account.returns.all()]
        moved = [f"{each['kind'].lower()}/{each['number']}" for each in stock if not each["number"].startswith("SB")]
        return [*dict.fromkeys([*orders, *returns, *moved, *self.rows])]

    def _unfinished(self, row: LedgerRow) -> Iterator[str]:
        if row.due_at is None:
            yield f"{row.document} is {row.status}, and is never looked at again"
        if row.status is not Status.REVIEW:
            yield f"{row.document} is {row.status} still"
        elif str(row.document) not in self.asked:
            yield f"{row.document} is a person's to decide: {'; '.join(reason.text for reason in row.reasons)}"

    def _trails(self) -> Iterator[str]:
        world = self.distributor.world
        table = world.outputs["AuditTable"]
        audit = AuditTable(world.cloud.client("dynamodb"), table, now=_never, payload_retention=dt.timedelta())
        for document, row in self.rows.items():
            entries = audit.entries(DocumentId.parse(document))
            if not entries or first_break(entries):
                yield f"the trail of {document} is not whole"
            if _is_written(row) and "intends" not in {entry.what for entry in entries}:
                yield f"{document} was written, and its trail never said that it would be"

    def _letters(self) -> Iterator[str]:
        for queue in QUEUES:
            for name in (f"{queue}QueueUrl", f"{queue}DeadLettersUrl"):
                if left := self.depth(name):
                    yield f"{left} messages are in {name.removesuffix('Url')}"

    def depth(self, output: str) -> int:
        """Messages in a queue, those under way too. Of the stack's outputs."""
        world = self.distributor.world
        attributes = world.cloud.client("sqs").get_queue_attributes(
            QueueUrl=world.outputs[output],
            AttributeNames=["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"],
        )["Attributes"]
        return sum(map(int, attributes.values()))

    def _logins(self) -> Iterator[str]:
        if (refused := self.distributor.world.gp.counters.refused) > REFUSED_LOGINS_MAX:
            yield f"{refused} logins were refused"


def _is_written(row: LedgerRow) -> bool:
    """Has the bridge made a document of it? A stock document of GP's may be nothing but a request to a person."""
    return any(part.number for part in row.parts) or bool(row.fingerprint and row.document.kind not in GP_KINDS)


def _differences(order: Json, document: Json) -> Iterator[str]:
    """Where GP's order does not say what ShipBob's does now."""
    is_shipped = order["status"] == SHIPPED
    packed = _packed(order)
    there, wanted = _entered(document, "quantity"), packed
    if there != wanted:
        yield f"{dict(there)} ordered in GP, {dict(wanted)} packed at ShipBob"
    there, wanted = _entered(document, "fulfilled"), packed if is_shipped else Counter()
    if there != wanted:
        yield f"{dict(there)} fulfilled in GP, {dict(wanted)} shipped by ShipBob"
    if Decimal(document["total"]) != Decimal(str(order["financials"]["total_price"])):
        yield f"{document['total']} in GP, {order['financials']['total_price']} at ShipBob"
    tracking = [each["tracking"]["tracking_number"] for each in order["shipments"] if each["tracking"]]
    if Counter(document["tracking"]) != Counter(tracking):
        yield f"tracking {document['tracking']} in GP, {tracking} at ShipBob"
    if is_shipped == bool(document["holds"]):
        yield f"{document['holds'] or 'no hold'} in GP, {order['status']} at ShipBob"


def _packed(order: Json) -> Counter[Place]:
    packed: Counter[Place] = Counter()
    for shipment in order["shipments"]:
        for product in shipment["products"]:
            units = sum(each["quantity"] for each in product["inventory_items"])
            packed[ITEMS[product["sku"]], SITES[shipment["location"]["id"]]] += units
    return packed


def _entered(document: Json, quantity: str) -> Counter[Place]:
    """Of a document in GP, by item and site; what is none is left out."""
    entered: Counter[Place] = Counter()
    for line in document["lines"]:
        entered[line["item"], line["site"]] += int(Decimal(line[quantity]))
    return +entered


def _never() -> dt.datetime:
    raise AssertionError("an auditor writes nothing")
