"""ShipBob delivers to us: one webhook subscription for each family of topics, as somebody asked for it.

What is gone, switched off or otherwise than wanted is made anew, then the former one is removed. A run that finds
nothing due reads one row and asks ShipBob for nothing.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from bridge.domain.connection import NewSubscription, Subscription
from bridge.domain.outcome import Failure, Misconfigured, Refused, RowMoved, Transient
from bridge.ports import Ports
from bridge.protocols import registration, subscription
from bridge.protocols.registration import Denied, Registration, SigningSecrets
from bridge.protocols.subscription import TOPICS, Plan, SubscriptionRow, Wanted

TRIES = 10  # each lost try is somebody else's write, and few write: a run every few minutes, and a person


@dataclass(frozen=True, slots=True)
class Kept:
    """What a run did: counts for metrics, and a sentence for each thing done or amiss."""

    counted: Mapping[str, int] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    @property
    def is_whole(self) -> bool:
        """Nothing was left undone."""
        return "SubscriptionsFailed" not in self.counted

    def __str__(self) -> str:
        return "; ".join(self.notes) or "nothing to do"


def keep_subscriptions(ports: Ports, run: str) -> Kept:
    """Look after the subscriptions if it is time to. `run` is unique to this run.

    Raises what keeps it from looking at all; what fails for one family is counted, and the others go on.
    """
    claimed = change(ports, lambda row, now: registration.claim_due(row, run, now))
    if isinstance(claimed, Denied):
        return Kept(notes=(claimed.why,) if claimed.why else ())
    return look(ports, claimed)


def look(ports: Ports, claimed: Registration, secrets: SigningSecrets | None = None) -> Kept:
    """Compare ShipBob's list with what is wanted, and make them one; then let the claim go.

    `secrets` are those just stored; else they are read, where any are needed.
    """
    started = ports.clock.now()
    try:
        if claimed.url and secrets is None:
            secrets = SigningSecrets.parse(ports.webhook_secret.afresh().text)
            if visible_at := registration.visible_at(claimed, secrets.generation, started):
                _looked(ports, claimed, visible_at, None)
                return Kept(notes=("waits until the newest secret is to be seen",))
        # The rows first: whatever they know is at ShipBob by then, and the list shows it.
        rows = by_family(ports.subscription_rows.rows())
        listed = ports.shipbob.subscriptions()
    except Failure:
        _looked(ports, claimed, started + registration.LOOK_AGAIN_AFTER_TROUBLE, None)
        raise
    run = _Run(ports, claimed, secrets)
    kept = [run.keep(row, listed) for row in rows]
    if run.is_whole:
        run.forget_former_secret(kept)
        _looked(ports, claimed, registration.next_look(claimed, kept, started), started)
    else:
        _looked(ports, claimed, started + registration.LOOK_AGAIN_AFTER_TROUBLE, started)
    return Kept(dict(run.counted), tuple(run.notes))


def change[D](ports: Ports, step: Callable[[Registration, dt.datetime], Registration | D]) -> Registration | D:
    """Read the registration, judge, store; again where somebody has written meanwhile. What is none is not stored."""
    for _ in range(TRIES):
        row = ports.subscription_rows.registration()
        answer = step(row, ports.clock.now())
        if not isinstance(answer, Registration) or answer == row:
            return answer
        try:
            return ports.subscription_rows.save_registration(answer)
        except RowMoved:
            continue
    raise Transient("what is wanted of the webhooks is being written by too many at once")


def _looked(ports: Ports, claimed: Registration, look_at: dt.datetime | None, looked_at: dt.datetime | None) -> None:
    """Give back a claim, and say when to look next."""
    change(ports, lambda row, _now: registration.looked(row, claimed, look_at, looked_at))


def by_family(rows: Iterable[SubscriptionRow]) -> list[SubscriptionRow]:
    """A row for every family, and those of families that this code does not know any more."""
    known = {family: SubscriptionRow(family) for family in TOPICS}
    return list((known | {row.family: row for row in rows}).values())


class _Run:
    """One look's work, family by family."""

    def __init__(self, ports: Ports, claimed: Registration, secrets: SigningSecrets | None) -> None:
        self.counted: Counter[str] = Counter()
        self.notes: list[str] = []
        self.is_whole = True
        self._ports = ports
        self._claimed = claimed
        self._secrets = secrets
        self._wanted = registration.wanted(claimed, secrets.generation) if secrets else None

    def keep(self, row: SubscriptionRow, listed: Sequence[Subscription]) -> SubscriptionRow:
        """Have one family as it is wanted; its row as last stored. What fails leaves the other families alone."""
        if self._wanted and subscription.is_disabled(row, listed):
            self.counted["SubscriptionsDisabled"] += 1
        try:
            row = self._stored(row, subscription.seen(row, listed))
            row, plan = self._make(row, list(listed))
            return self._remove(self._stored(row, subscription.settled(row, plan)))
        except RowMoved:
            self._miss(f"{row.family}: another run is at it; looked at again soon")
        except Misconfigured as failure:
            self.counted["NeedsRepair"] = 1  # of the connection, however many families it is met with
            self._miss(f"{row.family}: needs repair: {failure}")
        except Failure as failure:
            self._miss(f"{row.family}: {failure}")
        return row

    def forget_former_secret(self, rows: Sequence[SubscriptionRow]) -> None:
        """Drop the former secret once nothing signed with it can come any more."""
        if self._secrets is None or not self._secrets.previous:
            return
        until = registration.former_until(self._claimed, rows, self._secrets.generation)
        if until is None or self._ports.clock.now() < until:
            return
        holder = self._claimed.holder
        if isinstance(change(self._ports, lambda row, now: registration.hold(row, holder, now)), Denied):
            return
        self._ports.webhook_secret.store(self._secrets.without_former().to_json())
        self.notes.append(f"the former secret {self._secrets.former_generation} is forgotten")

    def _make(self, row: SubscriptionRow, listed: list[Subscription]) -> tuple[SubscriptionRow, Plan]:
        """Subscribe until nothing is left to be made."""
        while True:
            plan = subscription.judge(row, listed, self._wanted, self._ports.clock.now())
            if not plan.make or self._wanted is None or self._secrets is None:
                self._note_absence(row, plan)
                return row, plan
            row, made = self._subscribe(row, plan, self._wanted, self._secrets.signing)
            listed += made

    def _subscribe(
        self, row: SubscriptionRow, plan: Plan, wanted: Wanted, secret: str
    ) -> tuple[SubscriptionRow, list[Subscription]]:
        """Ask ShipBob once: the subscription, or none and the refusal in the row."""
        now = self._ports.clock.now()
        nonce = subscription.nonce_of(self._claimed.holder, row.family)
        row = self._stored(row, subscription.marked(row, wanted, nonce))
        text = subscription.description(row, wanted)
        try:
            made = self._ports.shipbob.subscribe(NewSubscription(wanted.url, plan.make, secret, text))
        except Refused as refusal:
            why = "; ".join([refusal.reason, *refusal.evidence])
            return self._stored(row, subscription.refused(row, plan.make, why, now)), []
        self.counted["SubscriptionsMade"] += 1
        self.notes.append(f"{row.family}: made {made} ({plan.cause})")
        row = subscription.made(row, plan, now)
        return row, [Subscription(made, wanted.url, frozenset(plan.make), text, is_enabled=True, created_at=now)]

    def _remove(self, row: SubscriptionRow) -> SubscriptionRow:
        for leaving in row.leaving:
            self._ports.shipbob.unsubscribe(leaving)
            self.counted["SubscriptionsRemoved"] += 1
            self.notes.append(f"{row.family}: removed {leaving}")
        generation = self._secrets.generation if self._secrets else ""
        return self._stored(row, subscription.emptied(row, generation, self._ports.clock.now()))

    def _note_absence(self, row: SubscriptionRow, plan: Plan) -> None:
        is_wanted = self._wanted is not None and row.family in TOPICS
        if not is_wanted or (plan.keep is not None and subscription.is_whole(row, plan.keep)):
            return
        some = "its oldest topics only" if plan.keep else "none of its topics"
        self.counted["SubscriptionsNotOffered"] += 1
        self.notes.append(f"{row.family}: ShipBob offers {some}; asked again within a day")

    def _stored(self, row: SubscriptionRow, changed: SubscriptionRow) -> SubscriptionRow:
        return row if changed == row else self._ports.subscription_rows.save(changed)

    def _miss(self, note: str) -> None:
        self.is_whole = False
        self.counted["SubscriptionsFailed"] += 1
        self.notes.append(note)
