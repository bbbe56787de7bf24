"""What is known of the webhook subscriptions in memory: rows are values, saved on condition of the version read."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from bridge.domain.outcome import RowMoved
from bridge.protocols.registration import Registration
from bridge.protocols.subscription import SubscriptionRow

from local.memory.points import Calls, point

FIRST_WEBHOOK_SECRET = '{"current": "' + "A" * 32 + '", "previous": ""}'  # as the stack makes it


class MemorySubscriptionRows:
    """What the State table keeps of the webhooks."""

    def __init__(self, calls: Calls | None = None) -> None:
        self.calls = calls or Calls()
        self.registered = Registration()
        self.kept: dict[str, SubscriptionRow] = {}

    @point("subscription_rows.registration")
    def registration(self) -> Registration:
        return self.registered

    @point("subscription_rows.save_registration")
    def save_registration(self, registration: Registration) -> Registration:
        if registration.version != self.registered.version:
            raise RowMoved("somebody else has written since the read")
        self.registered = dataclasses.replace(registration, version=registration.version + 1)
        return self.registered

    @point("subscription_rows.rows")
    def rows(self) -> Sequence[SubscriptionRow]:
        return [self.kept[family] for family in sorted(self.kept)]

    @point("subscription_rows.save")
    def save(self, row: SubscriptionRow) -> SubscriptionRow:
        stored = self.kept.get(row.family)
        if row.version != (stored.version if stored else 0):
            raise RowMoved("somebody else has written since the read")
        self.kept[row.family] = dataclasses.replace(row, version=row.version + 1)
        return self.kept[row.family]
