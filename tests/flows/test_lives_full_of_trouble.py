"""Whatever mixture of crashes and failures befalls an order as it is edited, shipped, cancelled, it ends as wanted."""

from __future__ import annotations

from typing import Any

from bridge.domain.terms import PartialShipment, ShipmentRecord
from bridge.protocols.ledger import Status
from hypothesis import given, settings
from hypothesis import strategies as st

from local.memory.world import HOLD, Cut, World
from tests.drafts import a_world_of, both_shipped, half_shipped, two_parcels
from tests.lives import EDITED, STORIES, rest_released, told, voided
from tests.orders import DAY, MINUTE, NUMBER, ORDER, cancelled, unshipped

RELEASED, VOIDED = STORIES[rest_released], STORIES[voided]
WRITES = ["create_sales_order", "update_sales_order", "void_sales_order", "create_sales_invoice"]
BLOWS = (
    st.tuples(st.integers(1, 30), st.sampled_from(Cut))
    | st.tuples(st.sampled_from([*WRITES, "sales_order", "login"]), st.sampled_from(["down", "login rejected", "bug"]))
    | st.tuples(st.sampled_from(WRITES), st.sampled_from(["lost reply", "not executed", "late"]))
)
LIVES = {
    "order": [
        two_parcels(),
        EDITED,
        two_parcels(),
        half_shipped(),
        both_shipped(),
    ],
    "cancelled": [unshipped(), EDITED, unshipped(), cancelled()],
}
MODES: dict[str, dict[str, Any]] = {
    "order": {},
    "release": {"partial": PartialShipment.RELEASE},
    "invoice": {"shipments": ShipmentRecord.INVOICE},
}
ENDS = {
    ("order", "order"): RELEASED,
    ("order", "release"): RELEASED,
    ("order", "invoice"): {
        NUMBER: f"SBD | {HOLD} | 2-2(0) RED-100; 1-0(0) BLUE-100 | 5.50 | void",
        "SBI301": "SBR | 1Z-A | 2-0(2) RED-100 | 24.50",
        "SBI302": "SBR | 1Z-B | 1-0(1) BLUE-100 | 5.50",
    },
    **{("cancelled", mode): VOIDED for mode in MODES},
}


@settings(max_examples=250, deadline=None)
@given(
    st.sampled_from(sorted(LIVES)),
    st.sampled_from(sorted(MODES)),
    st.lists(st.tuples(st.integers(0, 4), BLOWS, st.integers(0, 40)), max_size=6),
)
def test_whatever_mixture_of_crashes_and_failures_a_life_ends_as_wanted(
    life: str, mode: str, blows: list[tuple[int, tuple[int | str, Cut | str], int]]
) -> None:
    world = a_world_of(**MODES[mode])
    for step, order in enumerate(LIVES[life]):
        world.calls.spare()
        world.shipbob.put(order)
        world.clock.advance(MINUTE)
        world.hint(ORDER)
        for when, (what, how), minutes in blows:
            if when == step:
                strike(world, what, how)
                world.deliver()
                world.pass_time(minutes * MINUTE)
        world.deliver()
    world.gp.recover()
    world.calls.spare()
    world.clock.advance(MINUTE)
    world.hint(ORDER)

    world.pass_time(10 * DAY)

    ended = {number: told(held) for number, held in {**world.gp.orders, **world.gp.invoices}.items()}
    never_written = life == "cancelled" and NUMBER not in world.gp.created
    assert without_void(ended) == ({} if never_written else without_void(ENDS[life, mode]))
    assert not world.gp.created or max(world.gp.created.values()) == 1
    assert (world.row(ORDER).status, world.row(ORDER).intent) == (Status.DONE, None)


def strike(world: World, what: int | str, how: Cut | str) -> None:
    if isinstance(what, int):
        assert isinstance(how, Cut)
        world.crash_at(what, how)
    else:
        world.gp.fail_next(what, str(how), late=7 * MINUTE)


def without_void(ended: dict[str, str]) -> dict[str, object]:
    """Of an order that is void only that counts: when it was voided, more or less of it may have been billed."""
    return {number: "void" if text.endswith("void") else text for number, text in ended.items()}
