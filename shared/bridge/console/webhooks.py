"""What an operator can do about ShipBob's webhooks, free of any front end. The secret itself is never shown."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence

from bridge.domain.connection import Subscription
from bridge.domain.outcome import Failure
from bridge.flows.keep_subscriptions import Kept, by_family, change, keep_subscriptions
from bridge.flows.rotate_webhook_secret import not_now, rotate_webhook_secret, unwanted
from bridge.ports import Ports
from bridge.protocols import registration, subscription
from bridge.protocols.registration import SigningSecrets
from bridge.protocols.subscription import SubscriptionRow, Wanted

AFTER_ROTATION = "a new generation"  # which no subscription has


def connect(ports: Ports, url: str, by: str, run: str) -> Kept:
    """Have ShipBob deliver to a url, from now on and for good. `run` is unique to this call."""
    chosen = registration.url_of(url)
    change(ports, lambda row, now: registration.register(row, chosen, by, now))
    return keep_subscriptions(ports, run)


def disconnect(ports: Ports, by: str, run: str) -> Kept:
    """Have ShipBob deliver nothing any more. Subscriptions that are not ours stay."""
    change(ports, lambda row, now: registration.register(row, "", by, now))
    return keep_subscriptions(ports, run)


def rotate(ports: Ports, by: str, run: str, random: bytes, *, at_once: bool = False) -> Kept:
    """Have ShipBob sign with a new secret, made of 24 random bytes. `at_once`: accept no former one any more."""
    return rotate_webhook_secret(ports, run, by, random, at_once=at_once)


def foresee_connect(ports: Ports, url: str) -> list[str]:
    """What `connect` would do, a sentence each."""
    return list(_foreseen(ports, Wanted(registration.url_of(url), _secrets(ports).generation)))


def foresee_disconnect(ports: Ports) -> list[str]:
    """What `disconnect` would do."""
    return list(_foreseen(ports, None))


def foresee_rotate(ports: Ports) -> list[str]:
    """What `rotate` would do; a ValueError where it would refuse to."""
    row, secrets = ports.subscription_rows.registration(), _secrets(ports)
    if why_not := not_now(ports, row, secrets):
        raise ValueError(why_not)
    hours = registration.FORMER_KEPT // dt.timedelta(hours=1)
    return [
        "would store a new secret",
        *_foreseen(ports, Wanted(row.url, AFTER_ROTATION)),
        f"would accept the former secret {secrets.generation} for {hours} hours more",
    ]


def foresee_rotate_at_once(ports: Ports) -> list[str]:
    """What `rotate` at once would do; a ValueError where it would refuse to."""
    row = ports.subscription_rows.registration()
    if why_not := unwanted(row):
        raise ValueError(why_not)
    return [
        "would store a new secret and accept no other any more",
        *_foreseen(ports, Wanted(row.url, AFTER_ROTATION)),
    ]


def show(ports: Ports) -> dict[str, object]:
    """What is wanted, what there is, and which secret it is signed with, in plain types.

    Where ShipBob cannot be asked, `trouble` says why, and the states are not known.
    """
    row, rows, secrets = ports.subscription_rows.registration(), _rows(ports), _secrets(ports)
    trouble, listed = _listed(ports)
    until = registration.former_until(row, rows, secrets.generation) if secrets.previous else None
    wanted = registration.wanted(row, secrets.generation)
    return {
        "url": row.url or None,
        "asked_by": row.asked_by or None,
        "asked_at": _iso(row.asked_at),
        "looked_at": _iso(row.looked_at),
        "secret": secrets.generation,
        "former_secret": secrets.former_generation or None,
        "former_until": _iso(until),
        "rotated_at": _iso(row.rotated_at),
        "trouble": trouble or None,
        "families": [_summary(each, listed, wanted, ports.clock.now()) for each in rows],
    }


def _listed(ports: Ports) -> tuple[str, Sequence[Subscription] | None]:
    try:
        return "", ports.shipbob.subscriptions()
    except Failure as failure:
        return str(failure), None


def _summary(
    row: SubscriptionRow, listed: Sequence[Subscription] | None, wanted: Wanted | None, now: dt.datetime
) -> dict[str, object]:
    present = row.present
    shown = [each for each in listed or () if present and each.id == present.id]
    return {
        "family": row.family,
        "state": "not known" if listed is None else _state(row, listed, wanted, now),
        "id": present.id if present else None,
        "topics": list(present.topics) if present else [],
        "url": present.url if present else None,
        "enabled": shown[0].is_enabled if shown else None,
        "made_at": _iso(present.made_at) if present else None,
        "secret": present.generation if present else None,
        "leaving": list(row.leaving),
        "not_offered": [
            {"topics": list(each.topics), "asked_at": each.at.isoformat(), "why": each.why} for each in row.refusals
        ],
    }


def _state(row: SubscriptionRow, listed: Sequence[Subscription], wanted: Wanted | None, now: dt.datetime) -> str:
    plan = subscription.judge(row, listed, wanted, now)
    if wanted is None:
        return "to be removed" if plan.remove else "not wanted"
    if plan.make:
        return f"to be made: {plan.cause}"
    if plan.keep is None:
        return "not offered by ShipBob"
    return "live" if subscription.is_whole(row, plan.keep) else "live, with the topics that ShipBob offers"


def _foreseen(ports: Ports, wanted: Wanted | None) -> Iterator[str]:
    rows, listed, now = _rows(ports), ports.shipbob.subscriptions(), ports.clock.now()
    for row in rows:
        plan = subscription.judge(row, listed, wanted, now)
        if plan.make and wanted:
            yield f"{row.family}: would make a subscription for {', '.join(plan.make)} ({plan.cause})"
            marked = subscription.marked(row, wanted, "foreseen")
            text = subscription.description(marked, wanted)
            made = Subscription("foreseen", wanted.url, frozenset(plan.make), text, is_enabled=True, created_at=now)
            plan = subscription.judge(marked, [*listed, made], wanted, now)
        yield from (f"{row.family}: would remove {each}" for each in plan.remove)


def _rows(ports: Ports) -> list[SubscriptionRow]:
    return by_family(ports.subscription_rows.rows())


def _secrets(ports: Ports) -> SigningSecrets:
    return SigningSecrets.parse(ports.webhook_secret.afresh().text)


def _iso(moment: dt.datetime | None) -> str | None:
    return moment.isoformat() if moment else None
