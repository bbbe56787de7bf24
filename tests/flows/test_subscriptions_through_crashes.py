"""Any number of runs, ended at any port call, several at once: each family is subscribed once in the end.

The world looks on at every call: whatever signs now, or is tried again for a day, the door takes.
"""

from __future__ import annotations

import dataclasses
import random
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from bridge.flows.keep_subscriptions import look

from local.memory.points import Crash, Cut
from tests.subscribing import HOUR, MINUTE, OTHER_URL, URL, Subscribing, connected

type Deed = Callable[[Subscribing], object]


@dataclass(frozen=True, slots=True)
class Scene:
    """What was before, what is done, and where ShipBob is to deliver afterwards; nowhere: to nobody."""

    before: Callable[[], Subscribing]
    deed: Deed
    url: str = URL


def an_hour_later() -> Subscribing:
    world = connected()
    world.clock.advance(HOUR)
    return world


def switched_off() -> Subscribing:
    world = an_hour_later()
    world.switch_off("orders")
    (shipments,) = world.listed["shipments"]
    del world.shipbob.subscribed[shipments.id]
    return world


def rotated_long_ago() -> Subscribing:
    world = connected()
    world.rotate()
    world.clock.advance(49 * HOUR)
    return world


def half_offered() -> Subscribing:
    world = Subscribing()
    world.shipbob.unknown_topics = {"order.delivered"}
    return world


SCENES = {
    "connect": Scene(Subscribing, lambda world: world.connect()),
    "connect, half of it offered": Scene(half_offered, lambda world: world.connect()),
    "connect elsewhere": Scene(connected, lambda world: world.connect(OTHER_URL), OTHER_URL),
    "heal": Scene(switched_off, lambda world: world.keep()),
    "rotate": Scene(connected, lambda world: world.rotate()),
    "forget the former secret": Scene(rotated_long_ago, lambda world: world.keep()),
    "disconnect": Scene(connected, lambda world: world.disconnect(), ""),
}


@pytest.fixture(params=list(SCENES.values()), ids=list(SCENES))
def scene(request: pytest.FixtureRequest) -> Scene:
    found: Scene = request.param
    return found


def calls_of(scene: Scene) -> int:
    world = scene.before()
    before = len(world.calls.made)
    scene.deed(world)
    return len(world.calls.made) - before


def points_of(scene: Scene) -> Iterator[tuple[int, Cut]]:
    for number in range(1, calls_of(scene) + 1):
        yield number, Cut.BEFORE
        yield number, Cut.AFTER


def assert_whole(world: Subscribing, scene: Scene) -> None:
    """A while later all is as it was asked for; by itself, but where the process ended before it was stored."""
    if world.subscription_rows.registered.url != scene.url:
        scene.deed(world)
    assert_settled(world)


def test_a_run_that_ends_at_any_call_leaves_what_the_next_ones_finish(scene: Scene) -> None:
    for number, cut in points_of(scene):
        world = scene.before()
        world.calls.crash_at(number, cut)

        ended = world.survive(lambda: scene.deed(world))  # noqa: B023 - it is called at once

        is_refusal = world.calls.made[-1] != "shipbob.subscribe" and world.shipbob.unknown_topics
        assert isinstance(ended, Crash) or is_refusal, "a call that was refused has no end to crash at"
        assert_whole(world, scene)


def test_runs_that_end_one_after_the_other_leave_what_the_next_one_finishes(scene: Scene) -> None:
    for number, cut in points_of(scene):
        for again in range(1, 26, 3):
            world = scene.before()
            world.calls.crash_at(number, cut)
            world.survive(lambda: scene.deed(world))  # noqa: B023 - it is called at once
            world.clock.advance(6 * MINUTE)
            world.calls.crash_at(again, cut)
            world.survive(world.keep)
            world.calls.spare()

            assert_whole(world, scene)


@pytest.mark.parametrize("pause", [0 * MINUTE, 6 * MINUTE], ids=["at once", "after its claim"])
@pytest.mark.parametrize(
    "other",
    [lambda world: world.keep(), lambda world: world.connect(OTHER_URL), lambda world: world.rotate()],
    ids=["keep", "connect elsewhere", "rotate"],
)
def test_somebody_else_may_come_in_between_at_any_call(scene: Scene, other: Deed, pause: object) -> None:
    for number, cut in points_of(scene):
        world = scene.before()

        def interrupt(world: Subscribing = world) -> None:
            world.clock.advance(pause)  # type: ignore[arg-type]
            world.survive(lambda: other(world))

        world.calls.interrupt_at(number, cut, interrupt)
        world.survive(lambda: scene.deed(world))  # noqa: B023 - it is called at once

        assert_settled(world)


def assert_settled(world: Subscribing) -> None:
    """A while later all is as it was asked for last, whoever came last."""
    for _ in range(6):
        world.clock.advance(20 * MINUTE)
        world.keep()
    url = world.subscription_rows.registered.url
    if url:
        world.assert_one_each(url)
    else:
        assert world.shipbob.subscribed == {}


class Turns:
    """Threads that take turns at every port call, in an order that a seed draws."""

    def __init__(self, world: Subscribing, seed: int) -> None:
        self._world = world
        self._random = random.Random(seed)  # noqa: S311 - a schedule is no secret
        self._changed = threading.Condition()
        self._waiting: dict[int, bool] = {}
        self._running = 0
        self._watch = world.calls.watch
        self.raised: list[BaseException] = []

    def run(self, deeds: list[Callable[[], object]]) -> None:
        self._running = len(deeds)
        self._world.calls.watch = self._step
        threads = [threading.Thread(target=self._work, args=(deed,)) for deed in deeds]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout=30)
        self._world.calls.watch = self._watch

    def _work(self, deed: Callable[[], object]) -> None:
        try:
            self._world.survive(deed)
        except BaseException as failure:  # noqa: BLE001 - told in the test's own thread
            self.raised.append(failure)
        with self._changed:
            self._running -= 1
            self._draw()

    def _step(self) -> None:
        """Every thread waits here, until all do; then one is drawn to go on."""
        mine = threading.get_ident()
        with self._changed:
            self._watch()
            self._waiting[mine] = False
            self._draw()
            assert self._changed.wait_for(lambda: self._waiting[mine], timeout=30)
            del self._waiting[mine]

    def _draw(self) -> None:
        if self._waiting and len(self._waiting) == self._running and not any(self._waiting.values()):
            self._waiting[self._random.choice(sorted(self._waiting))] = True
            self._changed.notify_all()


def without_claim(world: Subscribing) -> object:
    """A run whose claim ended under it, so that it works beside others."""
    claimed = dataclasses.replace(world.subscription_rows.registration(), holder=world.name())
    return look(world, claimed) if claimed.url else None


DEEDS: dict[str, Deed] = {
    "keep": lambda world: world.keep(),
    "connect": lambda world: world.connect(),
    "rotate": lambda world: world.rotate(),
    "without a claim": without_claim,
}


@pytest.mark.parametrize("seed", range(60))
def test_runs_at_once_in_any_order_leave_each_family_subscribed_once(seed: int) -> None:
    drawn = random.Random(seed)  # noqa: S311 - a schedule is no secret
    world = drawn.choice([Subscribing, connected, switched_off, rotated_long_ago])()
    chosen = drawn.choices(list(DEEDS.values()), k=3)

    turns = Turns(world, seed)
    turns.run([lambda deed=deed: deed(world) for deed in chosen])  # type: ignore[misc]

    assert turns.raised == []
    assert_settled(world)
