"""What the storm's companies sell, to whom and from where; and what really happened, for the checker."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from decimal import Decimal

from bridge.domain.document import DocumentId, DocumentKind
from bridge.domain.inventory import InventoryDocument
from bridge.domain.order import Named, Order
from bridge.domain.returns import Return
from bridge.domain.stock import StockEvent

from local.storm.kernel import HOUR
from local.storm.plan import Act
from local.storm.stack import Stack
from local.storm.world import World

SHOP, CICERO, RENO = Named(101, "Shop"), Named(8, "Cicero (IL)"), Named(9, "Reno (NV)")
HOLD = "SHIPBOB"  # the process hold of drafts
ITEMS = {"WIDGET-RED": "RED-100", "WIDGET-BLUE": "BLUE-100", "GADGET": "GADGET-1"}
INVENTORY = {"WIDGET-RED": 70, "WIDGET-BLUE": 71, "GADGET": 72}
PRICES = {"WIDGET-RED": Decimal("10.00"), "WIDGET-BLUE": Decimal("5.50"), "GADGET": Decimal("3.99")}
MAPPED = {
    "channel/101": "AARONFIT0001",
    "location/8": "CHICAGO",
    "location/9": "RENO",
    **{f"sku/{sku}": item for sku, item in ITEMS.items()},
    "disposition/Quarantine": "HOLD",
    "disposition/Dispose": "none",
}
FIRST_ORDER, FIRST_RETURN, FIRST_EVENT = 5001, 700001, 9001


@dataclass
class Book:
    """What really happened: nothing of it comes from the bridge."""

    orders: dict[int, Order] = field(default_factory=dict)
    returns: dict[int, Return] = field(default_factory=dict)
    events: dict[int, StockEvent] = field(default_factory=dict)
    stock: dict[str, InventoryDocument] = field(default_factory=dict)
    touched: set[str] = field(default_factory=set)  # documents in which a person has a part

    def touch_order(self, number: int) -> None:
        """A person at GP, or at the desk, has a part in the order and in its return from now on."""
        self.touched.add(f"order/{number}")
        self.touched.add(f"return/{FIRST_RETURN + number - FIRST_ORDER}")


@dataclass
class Scene:
    """Where acts take place: the world, the stack that watches it, and the book that it is written into."""

    world: World
    stack: Stack
    seed: int
    book: Book = field(default_factory=Book)

    def chance(self, act: Act) -> random.Random:
        """What is left open in an act, the same each time."""
        return random.Random(f"{self.seed} {act.what} {act.whom} {act.how}")  # noqa: S311 - derived

    def deliver(self, topic: str, document: DocumentId) -> None:
        """ShipBob tells of a change: not at all, soon, hours later, or several times."""
        chance = random.Random(f"{self.seed} {topic} {document} {self.stack.number('told')}")  # noqa: S311 - derived
        fate = chance.random()
        if fate < 0.3:
            return  # never delivered: the poll has to find it
        self.stack.deliver(topic, document, chance.choice((0.2, 3.0, chance.uniform(0, 2 * HOUR))))
        if fate > 0.8:
            again = f"delivery-{self.stack.number('delivery')}"
            for _ in range(2):
                self.stack.deliver(topic, document, chance.uniform(0, HOUR), 0, again)


class Player:
    """Somebody who acts in the scene. A player's `deeds` are what can happen, by the names that a plan has for it."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self._world, self._stack, self._book = scene.world, scene.stack, scene.book


def number_of(act: Act) -> int:
    """The order that an act is about."""
    return FIRST_ORDER + int(act.whom.rpartition(" ")[2])


def order_of(act: Act) -> DocumentId | None:
    """The same as the bridge names it; None where the act is about none."""
    return DocumentId(DocumentKind.ORDER, number_of(act)) if act.whom.startswith("order") else None
