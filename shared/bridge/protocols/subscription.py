"""The promise that ShipBob delivers to us, and that only what is ours is ever removed, over rows and a clock.

ShipBob can make, list and remove subscriptions and nothing else, and its list never shows a secret (webhook reference,
2025-07 onward). So what is to be different is made anew first, and the former goes afterwards: what arrives twice
meanwhile changes nothing.

A subscription is ours when its id stands in our row, or when its description carries a *mark* of our row and it
delivers to the mark's url. The mark is stored before ShipBob is asked, so that a subscription whose maker died before
the id was stored is found in the list and adopted. Whatever else is listed belongs to somebody else.

Every run looks at what is so and never at what has happened: any number of runs, ended anywhere, several at once, lead
to one subscription for each family of topics.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from bridge.domain.connection import Subscription

# One subscription for each family: a topic that ShipBob does not know makes it refuse all that it is asked with.
TOPICS: Mapping[str, tuple[str, ...]] = {
    "orders": ("order.shipped", "order.delivered"),
    "shipments": (
        "order.shipment.delivered",
        "order.shipment.exception",
        "order.shipment.on_hold",
        "order.shipment.cancelled",
        "order.shipment.tracking.updated",
        "order.shipment.address.updated",
        "order.shipment.line_item.added",
        "order.shipment.line_item.removed",
        "order.shipment.line_item.updated",
        "order.shipment.shipping_service.updated",
    ),
    "returns": ("return.created", "return.updated", "return.completed"),
    "receiving": (
        "wro.created",
        "wro.updated",
        "wro.completed",
        "wro.box.arrived",
        "wro.box.scanned",
        "wro.box.stowed",
    ),
}
# Those of ours in the enumeration of the 2026-01 reference: the rest is told of in guides, and in later references.
OLDEST_TOPICS = frozenset(
    {
        "order.shipped",
        "order.shipment.delivered",
        "order.shipment.exception",
        "order.shipment.on_hold",
        "order.shipment.cancelled",
        "return.created",
        "return.updated",
        "return.completed",
    }
)
ASK_AGAIN_AFTER = dt.timedelta(days=1)  # for topics that ShipBob does not offer
# ShipBob has renamed topics under subscriptions that were there. Should it list a new one so as well, that is its way;
# and should it list each one otherwise again, to make it anew every hour would help nobody.
REMAKE_AFTER = dt.timedelta(days=1)
MARKS_KEPT = 8


class Cause(StrEnum):
    """Why a subscription is made."""

    FIRST = "there is none yet"
    GONE = "it is gone at ShipBob"
    DISABLED = "ShipBob has switched it off"
    URL = "it delivers to another url"
    SECRET = "it signs with the former secret"  # noqa: S105 - a sentence
    TOPICS = "its topics are not the ones wanted"
    DIFFERS = "ShipBob lists it otherwise than it was made"


@dataclass(frozen=True, slots=True)
class Wanted:
    """Where ShipBob is to deliver, and the generation of the secret it is to sign with."""

    url: str
    generation: str


@dataclass(frozen=True, slots=True)
class Mark:
    """What makes a listed subscription ours: its description carries the nonce, and it delivers to the url."""

    nonce: str
    url: str
    generation: str


@dataclass(frozen=True, slots=True)
class Made:
    """A subscription of ours, as it was asked for."""

    id: str
    url: str
    topics: tuple[str, ...]
    generation: str
    made_at: dt.datetime


@dataclass(frozen=True, slots=True)
class Refusal:
    """Topics that ShipBob did not offer when it was asked last, and its own words."""

    topics: tuple[str, ...]
    at: dt.datetime
    why: str


@dataclass(frozen=True, slots=True)
class Listing:
    """How ShipBob lists a subscription."""

    url: str
    topics: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SubscriptionRow:
    """One family's row; `version` 0 means not stored yet. `leaving` are ids of ours that are to be removed.

    `leaving_with` are the generations they sign with, empty text for one unknown. `removed_at` is when one went last
    that signed with another secret than the present one. `differed_at` is when one was last replaced for how ShipBob
    lists it, and `differed_as` how: listed so again, it is as ShipBob lists.
    """

    family: str
    version: int = 0
    marks: tuple[Mark, ...] = ()
    present: Made | None = None
    leaving: tuple[str, ...] = ()
    leaving_with: tuple[str, ...] = ()
    refusals: tuple[Refusal, ...] = ()
    removed_at: dt.datetime | None = None
    differed_at: dt.datetime | None = None
    differed_as: Listing | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """What a look at ShipBob's list leads to: topics to `make` a subscription for, or else what to keep and remove.

    `is_as_wanted` tells what is kept because it fits from what is kept because ShipBob offers nothing that does.
    `remove_with` are the generations that the removed sign with; `listing` is how the one to be made again is listed.
    """

    keep: Made | None = None
    remove: tuple[str, ...] = ()
    remove_with: tuple[str, ...] = ()
    make: tuple[str, ...] = ()
    cause: Cause = Cause.FIRST
    listing: Listing | None = None
    is_as_wanted: bool = False


@dataclass(frozen=True, slots=True)
class _Ours:
    """A subscription of ours as it was asked for, and as ShipBob lists it."""

    made: Made
    listed: Subscription


def judge(row: SubscriptionRow, listed: Sequence[Subscription], wanted: Wanted | None, now: dt.datetime) -> Plan:
    """What is to be done for a family; `wanted` None: nothing of it is to stay.

    The family is wanted in full, and else with its oldest topics. While ShipBob offers neither, what there is stays.
    """
    ours = list(_ours(row, listed, now))
    turns = _in_turn(row.family)
    if wanted is None or not turns:
        return _keeping(None, row, ours)
    refused = [set(each.topics) for each in row.refusals if now < each.at + ASK_AGAIN_AFTER]
    for topics in turns:
        fit = _fit(row, ours, wanted, topics, now)
        if fit is not None:
            return replace(_keeping(fit, row, ours), is_as_wanted=True)
        if set(topics) not in refused:
            return _making(row, ours, wanted, topics)
    return _keeping(ours[0].made if ours else None, row, ours)


def is_whole(row: SubscriptionRow, kept: Made) -> bool:
    """Whether it has every topic of its family."""
    return set(kept.topics) == set(TOPICS.get(row.family, ()))


def is_disabled(row: SubscriptionRow, listed: Sequence[Subscription]) -> bool:
    """Whether ShipBob has switched ours off, as it does after five days in which every delivery failed."""
    return any(row.present is not None and each.id == row.present.id and not each.is_enabled for each in listed)


def seen(row: SubscriptionRow, listed: Sequence[Subscription]) -> SubscriptionRow:
    """The row after a look at ShipBob's list: where ours is listed as it was made, nothing else is ShipBob's way.

    So that one which somebody changed by hand, and which was replaced, is replaced when it is changed so again.
    """
    is_cured = any(row.present and each.id == row.present.id and _is_listed_as(row.present, each) for each in listed)
    return replace(row, differed_as=None) if is_cured else row


def signs_otherwise(row: SubscriptionRow, generation: str) -> bool:
    """Whether what is there or on its way out may sign with another secret than that of a generation."""
    return _leaves_otherwise(row, generation) or (row.present is not None and row.present.generation != generation)


def marked(row: SubscriptionRow, wanted: Wanted, nonce: str) -> SubscriptionRow:
    """The row with a mark for what is going to be made: stored before ShipBob is asked. A mark it has serves again."""
    if any(_is_of(mark, wanted) for mark in row.marks):
        return row
    return replace(row, marks=(*row.marks, Mark(nonce, wanted.url, wanted.generation))[-MARKS_KEPT:])


def nonce_of(run: str, family: str) -> str:
    """Text that no other subscription's description has, whoever made it; `run` is unique to one run."""
    return hashlib.sha256(f"{run}/{family}".encode()).hexdigest()[:16]


def description(row: SubscriptionRow, wanted: Wanted) -> str:
    """What a person reads in ShipBob's dashboard, and by what we know our own. The row is marked."""
    mark = next(mark for mark in row.marks if _is_of(mark, wanted))
    return f"gp-shipbob {row.family} {mark.nonce}"


def refused(row: SubscriptionRow, topics: tuple[str, ...], why: str, now: dt.datetime) -> SubscriptionRow:
    """ShipBob does not offer one of these topics; it is asked again a day later."""
    others = tuple(each for each in row.refusals if set(each.topics) != set(topics))
    return replace(row, refusals=(*others, Refusal(topics, now, why)))


def made(row: SubscriptionRow, plan: Plan, now: dt.datetime) -> SubscriptionRow:
    """What was planned has been made; the row is stored once it is settled."""
    return replace(row, differed_at=now, differed_as=plan.listing) if plan.cause is Cause.DIFFERS else row


def settled(row: SubscriptionRow, plan: Plan) -> SubscriptionRow:
    """The row once nothing is left to be made: stored before anything is removed, so that only what it names is."""
    is_full = plan.is_as_wanted and plan.keep is not None and is_whole(row, plan.keep)
    refusals = () if is_full else row.refusals
    return replace(row, present=plan.keep, leaving=plan.remove, leaving_with=plan.remove_with, refusals=refusals)


def emptied(row: SubscriptionRow, generation: str, now: dt.datetime) -> SubscriptionRow:
    """The row once what was leaving is gone at ShipBob; `generation` is of the present secret, empty for none."""
    removed_at = now if _leaves_otherwise(row, generation) else row.removed_at
    return replace(row, leaving=(), leaving_with=(), removed_at=removed_at)


def _in_turn(family: str) -> list[tuple[str, ...]]:
    """The sets of topics to ask for, until one is offered. None for a family that this code does not know."""
    whole = TOPICS.get(family, ())
    oldest = tuple(topic for topic in whole if topic in OLDEST_TOPICS)
    return [topics for topics in dict.fromkeys([whole, oldest]) if topics]


def _ours(row: SubscriptionRow, listed: Sequence[Subscription], now: dt.datetime) -> Iterator[_Ours]:
    """Those listed that are ours and not on their way out, the one we know first, then the oldest first."""
    known = row.present.id if row.present else ""
    oldest_first = sorted(listed, key=lambda each: (each.id != known, each.created_at or now, each.id))
    for each in oldest_first:
        if each.id in row.leaving:
            continue
        mark = next((mark for mark in row.marks if mark.nonce in each.description and _same(mark.url, each.url)), None)
        if row.present is not None and each.id == known:
            yield _Ours(row.present, each)
        elif mark is not None:
            topics = tuple(sorted(each.topics))
            yield _Ours(Made(each.id, mark.url, topics, mark.generation, each.created_at or now), each)


def _fit(
    row: SubscriptionRow, ours: Sequence[_Ours], wanted: Wanted, topics: tuple[str, ...], now: dt.datetime
) -> Made | None:
    """The first that is as wanted; else the first that is so but for how it is listed, if it may be listed so."""
    may_differ = row.differed_at is not None and now < row.differed_at + REMAKE_AFTER
    flaws = [(each, _flaw(each, wanted, topics)) for each in ours]
    good = [each.made for each, flaw in flaws if flaw is None]
    differing = [each for each, flaw in flaws if flaw is Cause.DIFFERS]
    passable = [each.made for each in differing if may_differ or _listing(each.listed) == row.differed_as]
    return next(iter(good + passable), None)


def _flaw(ours: _Ours, wanted: Wanted, topics: tuple[str, ...]) -> Cause | None:
    """What is wrong with it, if anything; how it is listed last."""
    made, listed = ours.made, ours.listed
    flaws = {
        Cause.DISABLED: not listed.is_enabled,
        Cause.URL: made.url != wanted.url,
        Cause.SECRET: made.generation != wanted.generation,
        Cause.TOPICS: set(made.topics) != set(topics),
        Cause.DIFFERS: not _is_listed_as(made, listed),
    }
    return next((cause for cause, is_so in flaws.items() if is_so), None)


def _making(row: SubscriptionRow, ours: Sequence[_Ours], wanted: Wanted, topics: tuple[str, ...]) -> Plan:
    if not ours:
        return Plan(row.present, make=topics, cause=Cause.FIRST if row.present is None else Cause.GONE)
    cause = _flaw(ours[0], wanted, topics) or Cause.TOPICS
    return Plan(row.present, make=topics, cause=cause, listing=_listing(ours[0].listed))


def _keeping(kept: Made | None, row: SubscriptionRow, ours: Sequence[_Ours]) -> Plan:
    """All of ours but one is to go: what is gone already is among it, in case ShipBob's list left it out."""
    known = [each for each in [row.present, *(each.made for each in ours)] if each is not None]
    generations = {each.id: each.generation for each in known}
    former = [each for each in generations if kept is None or each != kept.id]
    leaving = [each for each in row.leaving if each not in generations]
    before = row.leaving_with or ("",)
    signed_with = {*(generations[each] for each in former), *(before if leaving else ())}
    return Plan(kept, (*leaving, *former), tuple(sorted(signed_with)))


def _leaves_otherwise(row: SubscriptionRow, generation: str) -> bool:
    """Whether what is on its way out may sign with another secret than that of a generation; empty: of none."""
    return bool(row.leaving) and (not generation or set(row.leaving_with) != {generation})


def _listing(listed: Subscription) -> Listing:
    return Listing(listed.url, tuple(sorted(listed.topics)))


def _is_listed_as(made: Made, listed: Subscription) -> bool:
    """Whether what ShipBob lists means what was asked for, however it spells it."""
    topics = {topic.casefold() for topic in made.topics}
    return _spelt(made.url) == _spelt(listed.url) and topics == {topic.casefold() for topic in listed.topics}


def _spelt(url: str) -> tuple[str, str]:
    """A url without what means nothing in it: the case of its scheme and host, and a slash at its end."""
    scheme, slashes, rest = url.partition("://")
    host, _, path = rest.partition("/")
    return (scheme + slashes + host).casefold(), path.rstrip("/")


def _is_of(mark: Mark, wanted: Wanted) -> bool:
    return (mark.url, mark.generation) == (wanted.url, wanted.generation)


def _same(url: str, other: str) -> bool:
    return url.rstrip("/").casefold() == other.rstrip("/").casefold()
