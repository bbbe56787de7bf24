"""The process may end at any port call, before or after its effect: the order is in GP once, as wanted, and done."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable
from decimal import Decimal

import pytest
from bridge.domain.document import DocumentId, DocumentKind
from bridge.domain.listing import Feed
from bridge.domain.message import Message, Snapshot
from bridge.domain.order import Order
from bridge.domain.sales_document import SalesLine, SalesOrder, ShipTo
from bridge.domain.stock import Location, StockEvent
from bridge.flows.poll_shipbob import poll_shipbob
from bridge.flows.receive_delivery import receive_delivery
from bridge.protocols.ledger import Status
from bridge.protocols.trail import first_break
from hypothesis import given, settings
from hypothesis import strategies as st

from local.memory.world import HOLD, Crash, Cut, World, a_delivery
from tests.orders import CUSTOMER, NUMBER, ORDER, PLAIN_ITEMS, a_world, an_order, parcel, shipped, unshipped

DAY = dt.timedelta(days=1)

# What GP should hold in the end, worked out by hand from the plain order; the batch depends on the hour.
READY = SalesOrder(
    number=NUMBER,
    customer=CUSTOMER,
    customer_po="#1042",
    date=dt.date(2026, 11, 16),
    document_type="STDORD",
    batch="SBR",
    lines=(
        SalesLine(16384, "RED-100", "CHICAGO", Decimal(2), Decimal("10.00"), fulfilled=Decimal(2)),
        SalesLine(32768, "BLUE-100", "CHICAGO", Decimal(1), Decimal("5.50"), fulfilled=Decimal(1)),
    ),
    currency="USD",
    ship_to=ShipTo("Sample Customer", "Sample Customer", "214 Example Ave", "", "Columbus", "OH"),
    freight=Decimal("4.50"),
    tracking=("1Z999",),
    holds=frozenset(),
    shipped_on=dt.date(2026, 11, 18),
)
DRAFT = dataclasses.replace(
    READY,
    batch="SBD",
    lines=tuple(dataclasses.replace(line, fulfilled=Decimal(0)) for line in READY.lines),
    tracking=(),
    holds=frozenset({HOLD}),
    shipped_on=None,
)


def draft(world: World) -> None:
    world.shipbob.put(unshipped())
    world.hint(ORDER)


def shipment(world: World) -> None:
    draft(world)
    world.deliver()
    world.clock.advance(dt.timedelta(hours=3))
    world.shipbob.put(shipped())
    world.hint(ORDER)


def listed_draft(world: World) -> None:
    list_shows(world, world.shipbob.put(unshipped()))


def listed_shipment(world: World) -> None:
    listed_draft(world)
    world.deliver()
    world.clock.advance(dt.timedelta(hours=3))
    list_shows(world, world.shipbob.put(shipped()))


def list_shows(world: World, order: Order) -> None:
    """A poll has found the order, and its message carries the order as it is."""
    now = world.clock.now()
    message = Message(ORDER, "poll orders-updated", "run-1", now, Snapshot(order.image, now, now))
    world.to_gp.send([(message, f"run at {now}")])


def shipped_at_once(world: World) -> None:
    world.shipbob.put(shipped())
    world.hint(ORDER)


def lost_create(world: World) -> None:
    draft(world)
    world.gp.fail_next("create_sales_order", "lost reply")
    world.deliver()
    world.hint(ORDER)


def create_not_executed(world: World) -> None:
    draft(world)
    world.gp.fail_next("create_sales_order", "not executed")
    world.deliver()
    world.pass_time(dt.timedelta(minutes=10, seconds=5))
    world.clock.advance(dt.timedelta(minutes=1))
    world.hint(ORDER)


def lost_update(world: World) -> None:
    shipment(world)
    world.gp.fail_next("update_sales_order", "lost reply")
    world.deliver()
    world.hint(ORDER)


STORIES: dict[Callable[[World], None], SalesOrder] = {
    draft: DRAFT,
    shipment: READY,
    listed_draft: DRAFT,
    listed_shipment: READY,
    shipped_at_once: READY,
    lost_create: DRAFT,
    create_not_executed: DRAFT,
    lost_update: READY,
}


def calls_of_an_undisturbed_delivery(story: Callable[[World], None]) -> int:
    world = a_world()
    story(world)
    before = len(world.calls.made)
    world.deliver()
    return len(world.calls.made) - before


POINTS = [
    pytest.param(story, number, cut, id=f"{story.__name__}-{number}-{cut}")
    for story in STORIES
    for number in range(1, calls_of_an_undisturbed_delivery(story) + 1)
    for cut in Cut
]


def assert_in_gp_once(world: World, wanted: SalesOrder) -> None:
    assert set(world.gp.orders) == {NUMBER}
    held = world.gp.orders[NUMBER]
    assert dataclasses.replace(held, batch=held.batch[:3]) == wanted
    assert world.gp.created == {NUMBER: 1}
    assert first_break(world.audit.entries(ORDER)) is None
    row = world.row(ORDER)
    assert (row.status, row.intent) == (Status.DONE, None)
    assert (row.due_at is None) == held.batch.startswith("SBR"), "a draft is looked at again, a shipped order is not"


@pytest.mark.parametrize(("story", "number", "cut"), POINTS)
def test_a_crash_at_any_point_leaves_one_document_as_wanted(
    story: Callable[[World], None], number: int, cut: Cut
) -> None:
    world = a_world()
    story(world)
    world.crash_at(number, cut)

    world.deliver()
    assert any(isinstance(raised, Crash) for raised in world.raised), "the crash was meant to happen"
    world.pass_time(2 * DAY)

    assert_in_gp_once(world, STORIES[story])


@pytest.mark.parametrize(("story", "number", "cut"), POINTS)
def test_a_crash_whose_message_is_lost_too_is_healed_by_the_next_webhook(
    story: Callable[[World], None], number: int, cut: Cut
) -> None:
    world = a_world()
    story(world)
    world.crash_at(number, cut)
    world.deliver()
    world.to_gp.forget()

    world.clock.advance(dt.timedelta(minutes=1))
    world.hint(ORDER)
    world.pass_time(2 * DAY)

    assert_in_gp_once(world, STORIES[story])


def number_of(story: Callable[[World], None], call: str) -> int:
    """Which call of an undisturbed delivery is the first of that name."""
    world = a_world()
    story(world)
    before = len(world.calls.made)
    world.deliver()
    return world.calls.made[before:].index(call) + 1


@pytest.mark.parametrize("cut", Cut)
@pytest.mark.parametrize(("story", "call"), [(draft, "gp.create_sales_order"), (shipment, "gp.update_sales_order")])
def test_a_crash_in_a_write_whose_message_is_lost_too_is_healed_by_the_sweep_alone(
    story: Callable[[World], None], call: str, cut: Cut
) -> None:
    world = a_world()
    story(world)
    world.crash_at(number_of(story, call), cut)
    world.deliver()
    world.to_gp.forget()

    world.pass_time(2 * DAY)

    assert_in_gp_once(world, STORIES[story])


@pytest.mark.parametrize(("story", "number", "cut"), POINTS)
def test_what_the_ledger_announces_is_in_the_audit_wherever_a_crash_comes(
    story: Callable[[World], None], number: int, cut: Cut
) -> None:
    world = a_world()
    story(world)
    world.crash_at(number, cut)

    world.deliver()

    intent = world.row(ORDER).intent
    announced = [entry.facts["digest"] for entry in world.audit.entries(ORDER) if entry.what == "intends"]
    assert intent is None or intent.digest in announced


@pytest.mark.parametrize("cut", Cut)
@pytest.mark.parametrize("number", range(1, calls_of_an_undisturbed_delivery(draft) + 1))
def test_an_order_is_done_in_the_ledger_only_once_the_audit_says_so(number: int, cut: Cut) -> None:
    world = a_world()
    draft(world)
    world.crash_at(number, cut)

    world.deliver()

    assert not world.row(ORDER).is_finished or "done" in world.trail(ORDER)


type Blow = tuple[int, Cut] | tuple[str, str]

CRASHES = st.tuples(st.integers(1, 25), st.sampled_from(Cut))
TROUBLES = st.tuples(
    st.sampled_from(["create_sales_order", "update_sales_order", "sales_order", "login"]),
    st.sampled_from(["down", "refused", "login rejected", "bug"]),
) | st.tuples(
    st.sampled_from(["create_sales_order", "update_sales_order"]),
    st.sampled_from(["lost reply", "not executed", "late"]),
    st.sampled_from(["lost reply", "not executed", "late"]),
)


def strike(world: World, blow: Blow) -> None:
    match blow:
        case int(number), Cut() as cut:
            world.crash_at(number, cut)
        case str(call), str(how):
            world.gp.fail_next(call, how, late=dt.timedelta(minutes=7))


@settings(max_examples=300, deadline=None)
@given(st.lists(CRASHES | TROUBLES, max_size=6), st.lists(st.integers(0, 40), min_size=7, max_size=7))
def test_whatever_mixture_of_crashes_and_failures_an_order_is_in_gp_once_in_the_end(
    blows: list[Blow], minutes: list[int]
) -> None:
    world = a_world()
    draft(world)
    for number, (blow, pause) in enumerate(zip(blows, minutes, strict=False)):
        strike(world, blow)
        world.deliver()
        world.pass_time(dt.timedelta(minutes=pause))
        if number == 2:
            world.calls.spare()
            world.shipbob.put(shipped())
            world.hint(ORDER)
    world.gp.recover()
    world.calls.spare()
    world.shipbob.put(shipped())
    world.clock.advance(dt.timedelta(minutes=1))
    world.hint(ORDER)

    world.pass_time(10 * DAY)

    assert_in_gp_once(world, READY)


# ---- The hands that bring hints


OLD = DocumentId(DocumentKind.ORDER, 7)


def world_to_poll() -> World:
    """A shop that goes live: an order of last month is open still, three are of today, and two corrections of stock."""
    world = a_world()
    world.shipbob.put(an_order(parcel(300, *PLAIN_ITEMS), order_id=OLD.number))
    world.shipbob.inserted[7] = world.shipbob.updated[7] = world.clock.now() - 40 * DAY
    world.clock.advance(dt.timedelta(hours=1))
    for number in range(3):
        world.shipbob.put(an_order(parcel(301 + number, *PLAIN_ITEMS), order_id=ORDER.number + number))
    world.shipbob.page = 2
    world.shipbob.buildings = [Location(8, "Cicero (IL)", is_active=True, is_receiving=True)]
    for number in range(2):
        world.shipbob.put_event(StockEvent(number + 1, 70, "InventoryAdjusted", world.clock.now(), 8, None, None))
    return world


def calls_of_the_first_poll() -> int:
    world = world_to_poll()
    poll_shipbob(world, "run-1")
    return len(world.calls.made)


@pytest.mark.parametrize("cut", Cut)
@pytest.mark.parametrize("number", range(1, calls_of_the_first_poll() + 1))
def test_a_first_poll_that_crashes_anywhere_is_made_good_by_the_next(number: int, cut: Cut) -> None:
    world = world_to_poll()
    undisturbed = world_to_poll()
    poll_shipbob(undisturbed, "run-1")
    world.crash_at(number, cut)
    with pytest.raises(Crash):
        poll_shipbob(world, "run-1")

    for run in range(2):
        world.clock.advance(dt.timedelta(minutes=6))
        poll_shipbob(world, f"run-{run + 2}")

    queued = {message.document for message in world.to_gp.waiting()}
    assert queued == {message.document for message in undisturbed.to_gp.waiting()}
    assert len(queued) == 6, "four orders and two corrections"
    cursors = {name: world.state.cursor(name) for name in [*Feed, "stock-events/8", "backfill"]}
    assert [name for name, cursor in cursors.items() if cursor is None or cursor.under_way or cursor.lease] == []


@pytest.mark.parametrize("cut", Cut)
@pytest.mark.parametrize("number", [1, 2])
def test_a_door_that_crashes_anywhere_has_queued_the_delivery_once_after_shipbob_delivers_again(
    number: int, cut: Cut
) -> None:
    world = a_world()
    world.crash_at(number, cut)
    with pytest.raises(Crash):
        receive_delivery(a_delivery("msg_1", ORDER), world)
    world.clock.advance(dt.timedelta(minutes=1))

    receive_delivery(a_delivery("msg_1", ORDER), world)

    assert [message.document for message in world.to_gp.waiting()] == [ORDER]
