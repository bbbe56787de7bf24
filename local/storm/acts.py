"""All that the world does in a schedule, by the names that a plan has for it."""

from __future__ import annotations

import random

from bridge.domain.document import DocumentId, DocumentKind

from local.storm.book import FIRST_ORDER, Scene
from local.storm.desk import Desk
from local.storm.goods import Goods
from local.storm.kernel import Run
from local.storm.office import Office
from local.storm.orders import Orders
from local.storm.outages import Outages
from local.storm.plan import Act

AT_ANY_MOMENT = ("replay", "hint", "comment on order", "retrack", "ship", "map", "keep")


class Acts:
    """The hands that move the world."""

    def __init__(self, scene: Scene, token_lives: float) -> None:
        self.book = scene.book
        self.outages = Outages(scene, token_lives)
        self._scene = scene
        self._desk = Desk(scene)
        parts = (Orders(scene), Goods(scene), Office(scene), self._desk, self.outages)
        self._deeds = {name: deed for part in parts for name, deed in part.deeds.items()}

    def do(self, act: Act) -> None:
        """Have it happen now."""
        self._scene.world.tell(f"{act.what}{f' ({act.whom})' if act.whom else ''}")
        self._deeds[act.what](act)

    def rival(self, run: Run, chance: random.Random) -> None:
        """Somebody does something at the very moment of a call: of the token's keeper, the keeper again."""
        orders, world, stack = sorted(self.book.orders), self._scene.world, self._scene.stack
        what = "keep" if run.flow == "keep_connected" else chance.choice(AT_ANY_MOMENT)
        if what == "keep":
            world.tell("at this moment: keep")
            world.kernel.after(0, stack.keep_now)
            return
        if not orders:
            return
        number = chance.choice(orders)
        act = Act(0, what, f"order {number - FIRST_ORDER}", chance.randrange(1000))
        world.tell(f"at this moment: {what} {act.whom}")
        if what == "hint":
            stack.deliver("order.shipment.address.updated", DocumentId(DocumentKind.ORDER, number), 0.0)
        else:
            world.kernel.after(0, lambda: self._deeds[what](act))

    def calm(self) -> None:
        """Nothing goes wrong any more, and whoever has to repair something has done so."""
        self._scene.world.weather.is_calm = True
        self._scene.world.tell("-- from here on nothing goes wrong but what is aimed at a call --")
        self.outages.repair()
        self._desk.see_that_all_goes_on()
        self.outages.want_polls()
        self._scene.stack.want_refresh()
