"""Whose order it is in GP: by the channel, and by what else is known of the order, where a person mapped that.

Of the mapped keys that fit, the one with the most qualifiers wins. Two that fit equally and name different customers
are a person's to decide, never guessed.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping

from bridge.domain.order import Order, OrderType
from bridge.domain.outcome import MappingKey, MappingKind, Reason

QUALIFIERS = ("type", "programme", "company")  # in a key as it is looked up they stand in this order
EXAMPLE = "channel/101+type=B2B, channel/101+programme=AMZ or channel/101+type=B2B+company=Acme"
_QUALIFIER = re.compile(rf"\+({'|'.join(QUALIFIERS)})=")


def keys(order: Order) -> tuple[MappingKey, ...]:
    """Every key that fits the order, those with the most qualifiers first."""
    return tuple(key for _, key in _ranked(order))


def base_key(order: Order) -> MappingKey:
    """The key of the channel alone."""
    return MappingKey(MappingKind.CHANNEL, str(order.channel.id))


def canonical(key: MappingKey) -> MappingKey:
    """The key as it is looked up: its qualifiers in lower case, single blanks. ValueError for what is no such key."""
    channel, *names = _QUALIFIER.split(key.key.strip())
    qualifiers = _qualifiers(key)
    is_sound = channel.isascii() and channel.isdigit() and all(map(str.strip, qualifiers.values()))
    if not is_sound or len(names) > 2 * len(qualifiers):
        raise ValueError(f"{key} is no channel with qualifiers; one is written like {EXAMPLE}")
    return _key(channel, qualifiers)


def customer(order: Order, mappings: Mapping[MappingKey, str]) -> str | Reason:
    """The customer, or why a person must decide."""
    for count, same in itertools.groupby(_ranked(order), key=lambda ranked: ranked[0]):
        found = {key: mappings[key] for _, key in same if mappings.get(key)}
        if len(set(found.values())) > 1:
            return _tie(order, found, count)
        if found:
            return next(iter(found.values()))
    key = base_key(order)
    text = f"ShipBob channel {order.channel} has no GP customer"
    return Reason(text, f"Map it: gp-shipbob map {key}=CUSTOMER", key, or_for=_others(order, key, 0))


def _others(order: Order, key: MappingKey, least: int) -> tuple[MappingKey, ...]:
    """What fits the order with so many qualifiers at least, besides a key."""
    return tuple(each for count, each in _ranked(order) if count >= least and each != key)


def _tie(order: Order, found: Mapping[MappingKey, str], count: int) -> Reason:
    told = " and ".join(f"{key} is {value}" for key, value in found.items())
    every = {name: value for key in found for name, value in _qualifiers(key).items()}
    both = _key(str(order.channel.id), every)
    text, fix = f"The order fits two customers equally: {told}", f"Say which: gp-shipbob map '{both}=CUSTOMER'"
    return Reason(text, fix, both, or_for=_others(order, both, count + 1))


def _qualifiers(key: MappingKey) -> dict[str, str]:
    _, *rest = _QUALIFIER.split(key.key)
    return dict(zip(rest[::2], rest[1::2], strict=True))


def _known(order: Order) -> dict[str, str]:
    kind = "" if order.type is OrderType.UNKNOWN else str(order.type)
    known = {"type": kind, "programme": order.programme, "company": order.recipient.company}
    return {name: value for name, value in known.items() if value.strip()}


def _ranked(order: Order) -> Iterator[tuple[int, MappingKey]]:
    known = _known(order)
    for count in range(len(known), -1, -1):
        for names in itertools.combinations(known, count):
            yield count, _key(str(order.channel.id), {name: known[name] for name in names})


def _key(channel: str, qualifiers: Mapping[str, str]) -> MappingKey:
    plain = {name: " ".join(qualifiers[name].split()).casefold() for name in QUALIFIERS if name in qualifiers}
    return MappingKey(MappingKind.CHANNEL, "+".join([channel, *(f"{name}={value}" for name, value in plain.items())]))
