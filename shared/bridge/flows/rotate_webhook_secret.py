"""A new secret for the webhooks: stored, then signed with, and the former one accepted until nothing of it can come.

ShipBob has no rotation: the subscriptions are made anew with the new secret, then the former ones are removed. The
secret is stored before any subscription has it, and the door takes both, so that no delivery is turned away. What a run
leaves undone the next `keep_subscriptions` finishes.

A secret that has leaked is rotated *at once*: no former one is accepted any more. What was signed with one is turned
away from then on, and the polls find what it told of.
"""

from __future__ import annotations

from bridge.domain.outcome import Failure
from bridge.flows.keep_subscriptions import Kept, change, look
from bridge.ports import Ports
from bridge.protocols import registration
from bridge.protocols.registration import Denied, Registration, SigningSecrets


def rotate_webhook_secret(ports: Ports, run: str, by: str, random: bytes, *, at_once: bool = False) -> Kept:
    """Rotate now; `random` are 24 bytes. A ValueError says why not, and nothing is changed then."""
    claimed = _granted(change(ports, lambda row, now: registration.claim(row, run, now)))
    try:
        following = _at_once(claimed, random) if at_once else _following(ports, claimed, random)
        generation = following.generation
        held = _granted(change(ports, lambda row, now: registration.rotate(row, run, by, generation, now)))
        ports.webhook_secret.store(following.to_json())
    except (Failure, ValueError):
        # Whether or not a new secret was stored, the next run sees what is so.
        change(ports, lambda row, _now: registration.release(row, claimed))
        raise
    return look(ports, held, following)


def _following(ports: Ports, row: Registration, random: bytes) -> SigningSecrets:
    secrets = SigningSecrets.parse(ports.webhook_secret.afresh().text)
    _refuse(not_now(ports, row, secrets))
    return secrets.rotated(random)


def _at_once(row: Registration, random: bytes) -> SigningSecrets:
    """Whatever is stored at present is not to be accepted, and so need not be read."""
    _refuse(unwanted(row))
    return SigningSecrets.of(random)


def _granted(answer: Registration | Denied) -> Registration:
    match answer:
        case Denied(why):
            raise ValueError(why)
        case _:
            return answer


def _refuse(why: str) -> None:
    if why:
        raise ValueError(why)


def unwanted(row: Registration) -> str:
    """Why there is no secret to rotate; empty where there is one."""
    return "" if row.url else "no webhooks are connected; gp-shipbob webhooks connect comes first"


def not_now(ports: Ports, row: Registration, secrets: SigningSecrets) -> str:
    """Why the secret is not to be rotated now; empty where it may be."""
    if why := unwanted(row):
        return why
    if visible_at := registration.visible_at(row, secrets.generation, ports.clock.now()):
        return f"a rotation was just begun; whether its secret was stored is certain at {visible_at:%H:%M:%S} UTC"
    if not secrets.previous:
        return ""
    until = registration.former_until(row, ports.subscription_rows.rows(), secrets.generation)
    end = f"until {until:%Y-%m-%d %H:%M} UTC" if until else "until no subscription has it, and 48 hours more"
    begun = f", begun at {row.rotated_at:%Y-%m-%d %H:%M} UTC," if row.rotated_at else ""
    needed = f"the former secret {secrets.former_generation} is needed {end}"
    return f"the former rotation{begun} is not finished: {needed} (where the secret has leaked, rotate with --at-once)"
