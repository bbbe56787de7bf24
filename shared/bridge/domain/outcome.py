"""How an attempt at a document can end well, and the failures an adapter may report."""

from __future__ import annotations

import datetime as dt
from collections.abc import Container
from dataclasses import dataclass
from enum import StrEnum

from bridge.domain.gate import Gate


class MappingKind(StrEnum):
    """What a person maps: the ShipBob side is the key, the GP side the value."""

    CHANNEL = "channel"  # → customer
    LOCATION = "location"  # → site
    SKU = "sku"  # → item, perhaps with its unit of measure
    BUNDLE = "bundle"  # → its parts, or a kit
    UNIT = "unit"  # → how many pieces a ShipBob unit of measure holds
    SHIPPING = "shipping"  # → shipping method
    DISPOSITION = "disposition"  # → site that goods of a return come to
    TRANSIT = "transit"  # GP's own via site → the ShipBob site it leads to


@dataclass(frozen=True, slots=True, order=True)
class MappingKey:
    """A thing on ShipBob's side that needs a name in GP, written `sku/WIDGET-RED`."""

    kind: MappingKind
    key: str

    def __str__(self) -> str:
        return f"{self.kind}/{self.key}"

    @classmethod
    def parse(cls, text: str) -> MappingKey:
        """Read `sku/WIDGET-RED`; anything else is a ValueError."""
        kind, _, key = text.partition("/")
        if not key or kind not in MappingKind:
            kinds = ", ".join(MappingKind)
            raise ValueError(f"not a mapping key: {text!r}; one is written like sku/WIDGET-RED and begins with {kinds}")
        return cls(MappingKind(kind), key)


@dataclass(frozen=True, slots=True)
class GpName:
    """A thing on GP's side that no key names: which is waited for nobody knows, but not what it is to be mapped to."""

    kind: MappingKind
    name: str


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a person must decide: a sentence for a clerk, what to do, and the mapping it waits for, if any.

    `cause`: a stable word for what lies behind it, by which documents that wait for the same are told of together.
    Empty: the mapping, or the sentence without its numbers. `or_for`: other keys, any of which answers as well.
    `of_gp`: what a key of any name answers that is mapped to it.
    """

    text: str
    fix: str
    waits_for: MappingKey | None = None
    cause: str = ""
    or_for: tuple[MappingKey, ...] = ()
    of_gp: GpName | None = None

    @property
    def keys(self) -> tuple[MappingKey, ...]:
        """The keys any of which it waits for; none where it waits for none, or for one of any name."""
        return (self.waits_for, *self.or_for) if self.waits_for else ()

    @property
    def is_waiting(self) -> bool:
        """Does it wait for a mapping?"""
        return bool(self.keys) or self.of_gp is not None

    def is_answered(self, mapped: Container[MappingKey], named: Container[GpName]) -> bool:
        """Is there what it waits for? `mapped`: keys that have a value of use, `named`: what they are in GP."""
        return any(key in mapped for key in self.keys) or self.of_gp in named


@dataclass(frozen=True, slots=True)
class Done:
    """The document in GP is as it should be, or rightly absent. `look_at`: when to look again all the same."""

    note: str
    look_at: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class Unchanged:
    """Nothing to do: what was seen was known already. `look_at` as of `Done`."""

    note: str
    look_at: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class Waiting:
    """Something outside is not ready. `until` None means the ordinary schedule, but not before `after` has gone by.

    Some things a person must repair. `gate`: what it stands before, where nothing is wrong with the document itself.
    """

    why: str
    until: dt.datetime | None = None
    after: dt.timedelta = dt.timedelta()
    needs_repair: bool = False
    gate: Gate | None = None


@dataclass(frozen=True, slots=True)
class NeedsReview:
    """A person must decide; released by itself once every key it waits for is mapped.

    `look_at`: when it is looked at again all the same, where that is not a day from now.
    """

    reasons: tuple[Reason, ...]
    look_at: dt.datetime | None = None

    @property
    def waits_for(self) -> frozenset[MappingKey]:
        return frozenset(reason.waits_for for reason in self.reasons if reason.waits_for is not None)


type Outcome = Done | Unchanged | Waiting | NeedsReview


class Failure(Exception):
    """What an adapter raises once it has understood what went wrong. `flows/attempt.py` decides what follows."""


class Transient(Failure):
    """A neighbour is away or busy, and nothing was done there. `after`: it asks not to be tried again before.

    `is_answer`: it said so itself of this one document, somebody else's lock for one, and so is not away.
    """

    def __init__(self, why: str, after: dt.timedelta = dt.timedelta(), *, is_answer: bool = False) -> None:
        super().__init__(why)
        self.after = after
        self.is_answer = is_answer


class Withheld(Transient):
    """A dry run: the write was ready in every byte, and was not sent. `call` is what it would have asked of whom."""

    def __init__(self, request: bytes, call: str = "") -> None:
        super().__init__(f"a dry run: {call or 'the write'} was not sent")
        self.request = request
        self.call = call


class UnknownOutcome(Failure):
    """A write was sent and no reply was read: it may have been done. Answered by looking, never by sending again."""


class Misconfigured(Failure):
    """Nobody can go on until a person repairs a login, a certificate, a company or a setting."""


class RefusalKind(StrEnum):
    """What a neighbour says no to, as far as its evidence tells; `mapping/refusals.py` says what to do about each."""

    CUSTOMER_UNKNOWN = "customer unknown"
    CUSTOMER_INACTIVE = "customer inactive"
    CUSTOMER_ON_HOLD = "customer on hold"
    CREDIT_LIMIT = "credit limit"
    ITEM_UNKNOWN = "item unknown"
    ITEM_INACTIVE = "item inactive"
    ITEM_NOT_STOCKED = "item not stocked"  # a kit, a service: no stock of it is kept
    ITEM_NOT_AT_SITE = "item not at site"
    SITE_UNKNOWN = "site unknown"
    UNIT_OF_MEASURE = "unit of measure"
    SHIPPING_METHOD = "shipping method"
    DOCUMENT_TYPE = "document type"
    PROCESS_HOLD = "process hold"
    ACCOUNT = "account"
    CLOSED_PERIOD = "closed period"
    BATCH = "batch"
    SHORTAGE = "shortage"
    LOT_OR_SERIAL = "lot or serial"
    QUANTITY = "quantity"
    AMOUNT = "amount"
    CURRENCY = "currency"
    DEPOSIT = "deposit"
    NUMBER_TAKEN = "number taken"
    NOT_IN_WORK = "not in work"  # posted, voided, deleted: it cannot be changed any more
    OTHER = "other"


class Refused(Failure):
    """The neighbour understood and said no. `evidence` is its own words, without personal data."""

    def __init__(self, reason: str, evidence: tuple[str, ...] = (), kind: RefusalKind = RefusalKind.OTHER) -> None:
        super().__init__(reason)
        self.reason = reason
        self.evidence = evidence
        self.kind = kind


class Flaw(StrEnum):
    """Why a delivery is not believed: a word to count by, which its sender never hears."""

    TOO_LARGE = "TooLarge"
    UNREADABLE = "Unreadable"
    LEGACY = "Legacy"  # of a webhook version that ShipBob does not sign
    NO_ID = "NoId"
    NOT_OF_NOW = "NotOfNow"
    NO_SIGNATURE = "NoSignature"
    BAD_SIGNATURE = "BadSignature"
    NO_KEY = "NoKey"  # we hold no secret to check with


class NotAuthentic(Failure):
    """What came did not come from ShipBob, or not lately, or not readably. `flaw`: why, where it is a delivery."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.flaw = why if isinstance(why, Flaw) else None


class RowMoved(Failure):
    """Somebody else wrote the row since it was read: this attempt knows too little to go on."""
