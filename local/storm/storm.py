"""One schedule from its beginning to its end, and what it came to."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from zoneinfo import ZoneInfo

from bridge.domain.inventory import Item, ItemType, SiteStock
from bridge.domain.listing import Feed
from bridge.domain.order import Named
from bridge.domain.outcome import MappingKey
from bridge.domain.stock import InventoryLevel, LevelAtLocation, Location, Variant
from bridge.domain.terms import (
    CorrectionTerms,
    OrderTerms,
    PartialShipment,
    ReceiptDifferences,
    ReturnRecord,
    ReturnTerms,
    SendingTerms,
    ShipmentRecord,
    StockCorrections,
    StockIncrease,
    Terms,
    TransferTrigger,
)
from bridge.flows import open_orders, poll_gp
from bridge.flows.paging import LIVE
from bridge.protocols.cursor import Backfill, Cursor

from local.storm.acts import Acts
from local.storm.book import CICERO, HOLD, INVENTORY, ITEMS, MAPPED, RENO, Scene
from local.storm.calls_at_gp import Ending
from local.storm.checker import Checker
from local.storm.faults import Fault, Strike
from local.storm.kernel import DAY, HOUR, START
from local.storm.plan import Choices, Plan
from local.storm.stack import Stack
from local.storm.world import World

ZONE = ZoneInfo("America/Chicago")
# After the last fault; the next only where the one before was too short.
SETTLES_WITHIN = (5 * HOUR, 26 * HOUR, 3 * DAY)
# What only those lists tell that are asked for seldom.
OF_SELDOM = frozenset({"announce return", "correct", "answer", "stow", "stow short"})


@dataclass(frozen=True, slots=True)
class Result:
    """What a schedule came to. `story` is told where something is wrong, or where it was asked for."""

    seed: int
    violations: tuple[str, ...]
    calls: int
    documents: int
    fired: tuple[Strike, ...]
    met: Counter[tuple[str, str]]  # how often each flow made each call
    struck: Counter[tuple[str, str, Fault]]
    ended: Counter[Ending]  # how the calls at GP did
    story: tuple[tuple[float, str], ...] = ()


def play(plan: Plan) -> Result:
    """Play a schedule, and check it."""
    world = World(plan, _terms(plan.choices))
    choices = plan.choices
    stack = Stack(
        world,
        choices.concurrency,
        choices.skew,
        {"sweep": choices.sweep_every, "poll_shipbob": choices.poll_every, "poll_gp": choices.gp_poll_every},
    )
    acts = Acts(Scene(world, stack, plan.seed), choices.token_lives)
    _set_up(world, stack, acts, plan)
    kernel = world.kernel
    for act in plan.acts:
        kernel.at(act.second, partial(acts.do, act))
    kernel.at(plan.ends / 3, acts.outages.keep_state)
    try:
        kernel.go_on(plan.ends)
        acts.calm()
        checker = Checker(world, acts.book, choices)
        for seconds in SETTLES_WITHIN:
            while kernel.now < (ends := max(plan.ends, world.weather.last_struck) + seconds):
                kernel.go_on(ends)
            for line in checker.late():
                world.violate(line)
            found = list(checker.found())
            if not kernel.alive and not found:
                break
        for line in found:
            world.violate(line)
    except Exception as bug:  # noqa: BLE001 - a defect of the storm's own is told with the seed that shows it
        world.violate(f"the storm itself failed: {type(bug).__name__}: {bug}")
    return Result(
        plan.seed,
        tuple(world.violations),
        world.calls_made,
        len(world.state.rows),
        tuple(world.weather.fired),
        world.weather.met,
        world.weather.struck,
        world.calls_at_gp.ended,
        tuple(world.told),
    )


def _terms(choices: Choices) -> Terms:
    return Terms(
        number_prefix="SB",
        currency="USD",
        zone=ZONE,
        cut_over=START - dt.timedelta(days=1),
        orders=OrderTerms(
            document_type="STDORD",
            draft_hold=HOLD,
            shipments=ShipmentRecord(choices.shipments),
            partial=PartialShipment(choices.partial),
        ),
        returns=ReturnTerms(record=ReturnRecord(choices.returns)),
        sending=SendingTerms(trigger=TransferTrigger(choices.trigger), increase=StockIncrease(choices.increase)),
        corrections=CorrectionTerms(StockCorrections(choices.corrections), ReceiptDifferences(choices.receipts)),
    )


def _set_up(world: World, stack: Stack, acts: Acts, plan: Plan) -> None:
    choices = plan.choices
    world.state.mapped = {MappingKey.parse(key): value for key, value in MAPPED.items() if key != choices.unmapped}
    here = (SiteStock("CHICAGO", Decimal(100)), SiteStock("RENO", Decimal(100)), SiteStock("MAIN", Decimal(900)))
    world.gp.items = {item: Item(item, item, ItemType.SALES, "EACH", stock=here) for item in ITEMS.values()}
    world.gp.keeps_history = choices.keeps_history
    world.shipbob.catalogue = [Variant(key, sku, sku, key) for sku, key in INVENTORY.items()]
    world.shipbob.centers = [CICERO, RENO]
    world.shipbob.buildings = [_building(each) for each in (CICERO, RENO)]
    for sku, key in INVENTORY.items():
        levels = tuple(LevelAtLocation(each.id, "", 100, 0, 100, 0, 0) for each in (CICERO, RENO))
        world.shipbob.levels[key] = InventoryLevel(key, sku, levels)
    world.shipbob.lag = world.gp.lag = dt.timedelta(seconds=choices.list_lag)
    world.keeps_login = choices.keeps_login
    world.rival = acts.rival
    world.do = acts.do
    _connect(world, choices)
    if choices.is_first_deployment:
        stack.poll_shipbob.want(1)
        stack.poll_gp.want(1)
    else:
        _polled_for_months(world, is_seldom_due=any(act.what in OF_SELDOM for act in plan.acts))
    stack.want_refresh()


def _building(place: Named) -> Location:
    return Location(place.id, place.name, is_active=True, is_receiving=True)


def _connect(world: World, choices: Choices) -> None:
    lifetime = dt.timedelta(seconds=choices.token_lives)
    grant = world.authority.connect(lifetime).to_json() if choices.is_oauth else world.authority.personal("pat-1")
    world.shipbob_secret.put(grant)


def _polled_for_months(world: World, *, is_seldom_due: bool) -> None:
    """Every list has been followed, the seldom ones perhaps hours ago, and the back-fill has ended."""
    earlier = START - dt.timedelta(hours=5 if is_seldom_due else 0)
    for feed in Feed:
        world.state.save_cursor(Cursor(feed, START if feed in LIVE else earlier))
    for place in (CICERO, RENO):
        world.state.save_cursor(Cursor(f"{Feed.STOCK_EVENTS}/{place.id}", earlier))
    for name in (poll_gp.NAME, poll_gp.NIGHTLY):
        world.state.save_cursor(Cursor(name, START))
    world.state.save_cursor(Cursor(open_orders.NAME, START - dt.timedelta(hours=23)))
    done = Backfill(START - dt.timedelta(days=90), START, "the first poll", finished=START)
    world.state.save_cursor(Cursor("backfill", START, backfill=done))
