"""One webhook message on its way to one subscription, and what may go wrong with it on purpose."""

from __future__ import annotations

import random
from dataclasses import asdict, dataclass, field
from typing import Literal

from local.shipbob.payloads import Json
from local.shipbob.subscriptions import Subscription

State = Literal["pending", "held", "dropped", "delivered", "failed"]


@dataclass(frozen=True, slots=True)
class Attempt:
    """One POST. `status` is None where no HTTP answer came, and `error` then says what did."""

    at: str
    status: int | None
    error: str | None
    duplicate: bool

    @property
    def succeeded(self) -> bool:
        return self.status is not None and 200 <= self.status < 300


@dataclass(slots=True)
class Delivery:
    """One message to one subscription; its id stays the same over retries and duplicates."""

    id: str
    topic: str
    document: str
    subscription: Subscription
    body: bytes
    state: State = "pending"
    attempts: list[Attempt] = field(default_factory=list)

    def shown(self) -> Json:
        """For a person, or a test, that asks."""
        return {
            "id": self.id,
            "topic": self.topic,
            "document": self.document,
            "subscription": self.subscription.id,
            "url": self.subscription.url,
            "state": self.state,
            "attempts": [asdict(attempt) for attempt in self.attempts],
        }


@dataclass(frozen=True, slots=True, order=True)
class Due:
    """A try that is to be made at a Unix time; `failures` before it in this series. `turn` decides within a moment."""

    at: float
    turn: float
    number: int
    delivery: Delivery = field(compare=False)
    failures: int = field(compare=False)
    duplicate: bool = field(compare=False)


@dataclass(frozen=True, slots=True)
class Mishaps:
    """What goes wrong with messages, none of which ShipBob rules out: delivery is at least once and in no order.

    `duplicates` more copies of each message come under its id. All come `delay_seconds` late and up to
    `spread_seconds` more, by chance, so that they overtake one another; `shuffled` lets chance decide among those due
    at the same moment. `lost_share` of them, 0 to 1, never come. Empty `topics` means all topics.
    """

    duplicates: int = 0
    delay_seconds: float = 0.0
    spread_seconds: float = 0.0
    shuffled: bool = False
    lost_share: float = 0.0
    topics: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        if min(self.duplicates, self.delay_seconds, self.spread_seconds) < 0 or not 0 <= self.lost_share <= 1:
            raise ValueError("nothing is negative, and a share is from 0 to 1")

    def befall(self, topic: str) -> bool:
        """Whether messages of a topic are meant."""
        return not self.topics or topic in self.topics

    def loses(self, chance: random.Random) -> bool:
        """Whether the next message is lost."""
        return chance.random() < self.lost_share

    def delay(self, chance: random.Random) -> float:
        """By how many seconds the next copy is late."""
        return self.delay_seconds + (chance.uniform(0.0, self.spread_seconds) if self.spread_seconds else 0.0)


NOTHING_AMISS = Mishaps()
