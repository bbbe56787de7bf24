"""GP is stopped for the whole day, then started: everything arrives."""

from __future__ import annotations

from decimal import Decimal

from local.day import MAPPED, MAPPED_LATER, ORDERS
from local.world import World
from tests.stories.watching import eventually, have_status, in_gp, in_time


def test_a_day_without_gp_arrives_once_gp_is_back(world: World) -> None:
    world.operator("map", *(f"{key}={value}" for key, value in (MAPPED | MAPPED_LATER).items()))
    world.gp.offline()
    before = world.cloud.breakpoints.invocations("WriteGp")
    ids = [world.shipbob.account.place_order(played.order)["id"] for played in ORDERS]
    world.run("PollShipBob")
    for order_id in ids:
        world.shipbob.account.ship_order(order_id)
    assert world.shipbob.webhooks.wait_until_idle(120)
    assert eventually(lambda: world.cloud.breakpoints.invocations("WriteGp") >= before + len(ids))
    assert all(not in_gp(world, played.order.order_number) for played in ORDERS)

    world.gp.online()

    def arrived() -> int:
        found = [in_gp(world, played.order.order_number) for played in ORDERS]
        return len([documents for documents in found if documents and documents[0]["batch"].startswith("SBR")])

    assert in_time(world, lambda: arrived() == len(ORDERS) and have_status(world, ids, "done"))
    for played in ORDERS:
        documents = in_gp(world, played.order.order_number)
        assert [Decimal(document["total"]) for document in documents] == [Decimal(played.amount)]
        assert documents[0]["tracking"]
        assert documents[0]["holds"] == []
