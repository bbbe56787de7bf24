"""An account whose webhooks the bridge looks after, and the hands of its operator, its schedule and its mishaps."""

from __future__ import annotations

import base64
import datetime as dt
import itertools
import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from bridge.console import webhooks
from bridge.domain.connection import Subscription
from bridge.domain.outcome import Transient
from bridge.flows.keep_subscriptions import Kept, keep_subscriptions
from bridge.protocols.subscription import TOPICS

from local.memory.points import Calls, Crash, Cut
from local.memory.subscriptions import FIRST_WEBHOOK_SECRET
from local.memory.world import World

URL = "https://abc123.execute-api.us-east-1.amazonaws.com/webhooks/shipbob"
OTHER_URL = "https://hooks.example.com/shipbob"
OPERATOR = "arn:aws:iam::123456789012:user/day-shift"
FIRST_SECRET: str = json.loads(FIRST_WEBHOOK_SECRET)["current"]
MINUTE, HOUR, DAY = dt.timedelta(minutes=1), dt.timedelta(hours=1), dt.timedelta(days=1)
SCHEDULE = 5 * MINUTE
RETRIED_FOR = 28 * HOUR  # by ShipBob, a delivery that was turned away


class Interruptible(Calls):
    """Calls at one of which somebody else comes in between; `watch` looks on at each."""

    def __init__(self) -> None:
        super().__init__()
        self.watch: Callable[[], None] = lambda: None
        self._interruption: tuple[int, Cut, Callable[[], object]] | None = None

    def interrupt_at(self, number: int, cut: Cut, interruption: Callable[[], object]) -> None:
        """At call `number`, counted from now on, somebody does something else."""
        self._interruption = (len(self.made) + number, cut, interruption)

    def _end(self, number: int, cut: Cut) -> None:
        self.watch()
        if self._interruption is not None and self._interruption[:2] == (number, cut):
            interruption, self._interruption = self._interruption[2], None
            interruption()
        super()._end(number, cut)


@dataclass
class Subscribing(World):
    """A world with a webhook secret, and with deliveries that are signed and tried again."""

    calls: Interruptible = field(default_factory=Interruptible)

    def __post_init__(self) -> None:
        super().__post_init__()
        self.foreign: set[str] = set()
        self.signed_with: dict[str, dt.datetime] = {}
        self.calls.watch = self.deliver_everything
        self._names = itertools.count(1)

    # Hands ------------------------------------------------------------------------------------------------------------

    def name(self) -> str:
        return f"run-{next(self._names)}"

    def keep(self) -> Kept:
        """The schedule wakes the function."""
        return keep_subscriptions(self, self.name())

    def connect(self, url: str = URL) -> Kept:
        return webhooks.connect(self, url, OPERATOR, self.name())

    def disconnect(self) -> Kept:
        return webhooks.disconnect(self, OPERATOR, self.name())

    def rotate(self, *, at_once: bool = False) -> Kept:
        number = next(self._names)
        return webhooks.rotate(self, OPERATOR, f"run-{number}", number.to_bytes(24), at_once=at_once)

    def survive(self, deed: Callable[[], object]) -> BaseException | None:
        """Do something, and what it raised, if its process ended or it was turned down."""
        try:
            deed()
        except (Crash, Transient, ValueError) as failure:
            return failure
        return None

    def pass_hours(self, hours: float) -> list[Kept]:
        """Time goes by, and the function is woken every five minutes."""
        end = self.clock.now() + hours * HOUR
        kept = []
        while self.clock.now() < end:
            self.clock.advance(SCHEDULE)
            kept.append(self.keep())
        return kept

    # Eyes -------------------------------------------------------------------------------------------------------------

    @property
    def listed(self) -> dict[str, list[Subscription]]:
        """What ShipBob has of each family, wherever it delivers."""
        found: dict[str, list[Subscription]] = {family: [] for family in TOPICS}
        for each in self.shipbob.subscribed.values():
            for family, topics in TOPICS.items():
                if each.topics <= set(topics):
                    found[family].append(each)
        return found

    @property
    def stored(self) -> dict[str, str]:
        """The secrets as they are stored."""
        secrets: dict[str, str] = json.loads(self.webhook_secret.versions[-1])
        return secrets

    def secret_of(self, listed: Subscription) -> str:
        return self.shipbob.secrets[listed.id].removeprefix("whsec_")

    def deliver_everything(self) -> None:
        """Every subscription delivers now, and the door takes it; so it does what is tried again for a day."""
        now = self.clock.now()
        for each in self.shipbob.subscribed.values():
            if each.is_enabled and each.id not in self.foreign:
                self.signed_with[self.secret_of(each)] = now
        live = {secret for secret, last in self.signed_with.items() if now - last <= RETRIED_FOR}
        assert live <= set(self.stored.values()), "the door turns a delivery away"

    def assert_one_each(self, url: str = URL, families: tuple[str, ...] = tuple(TOPICS)) -> None:
        """Exactly one live subscription for each family, as wanted, signed with the present secret, and in our rows."""
        for family in TOPICS:
            listed = self.listed[family]
            if family not in families:
                assert listed == [], family
                continue
            (only,) = listed
            assert (only.url, only.is_enabled) == (url, True), family
            assert self.secret_of(only) == self.stored["current"], family
            row = self.subscription_rows.kept[family]
            assert row.present is not None
            assert (row.present.id, row.leaving) == (only.id, ()), family

    # Mishaps ----------------------------------------------------------------------------------------------------------

    def switch_off(self, family: str) -> Subscription:
        """ShipBob switches a subscription off."""
        (only,) = self.listed[family]
        self.shipbob.subscribed[only.id] = replace(only, is_enabled=False)
        return only

    def add_foreign(self, url: str = OTHER_URL, description: str = "") -> Subscription:
        """Somebody else subscribes."""
        number = len(self.shipbob.secrets) + 1
        made = Subscription(f"ep_{number}", url, frozenset({"billing.charge.created"}), description, is_enabled=True)
        self.foreign.add(made.id)
        self.shipbob.subscribed[made.id] = made
        self.shipbob.secrets[made.id] = "whsec_" + base64.b64encode(number.to_bytes(24)).decode()
        return made


def connected() -> Subscribing:
    """A world in which ShipBob delivers."""
    world = Subscribing()
    world.connect()
    return world
