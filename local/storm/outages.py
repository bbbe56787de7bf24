"""What befalls the bridge as a whole: neighbours away, passwords and tokens that end, deployments, restored tables."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bridge.console import relisting

from local.storm.book import Player, Scene
from local.storm.kernel import HOUR, MINUTE, START
from local.storm.lists import LISTS
from local.storm.plan import Act, Deed

LISTED_SINCE = START - dt.timedelta(hours=1)
REPAIRED_SECONDS = 20 * MINUTE  # at least: until a person has stored a password, connected anew, gone live
KEPT_OF_STATE = ("rows", "mapped", "_aliases", "_cursors", "_batches")


class Outages(Player):
    """What goes wrong, and is repaired after a while."""

    def __init__(self, scene: Scene, token_lives: float) -> None:
        super().__init__(scene)
        self._token_lives = token_lives
        self._kept: dict[str, Any] | None = None  # State as it once was
        self._is_alarmed = False
        self._away_until: dict[str, float] = {}
        self._is_token_seen_to = False
        self._stack.on_alarm = self._alarmed

    @property
    def deeds(self) -> Mapping[str, Deed]:
        """What can happen, by the name that a plan has for it."""
        return {
            "GP is away": lambda act: self._goes_away("gp", act),
            "ShipBob is away": lambda act: self._goes_away("shipbob", act),
            "the password changes": self._change_password,
            "the token is revoked": self._revoke,
            "the token dies": self._kill,
            "a deployment": lambda act: self._stack.deploy(float(60 + act.how)),
            "State is restored": lambda _act: self._restore(),
            "a dry run": self._dry_run,
        }

    def _goes_away(self, neighbour: str, act: Act) -> None:
        back = (2 * MINUTE, 20 * MINUTE, 3 * HOUR, 30 * HOUR)[act.how % 4]
        self._away_until[neighbour] = self._world.kernel.now + back
        self._world.away.add(neighbour)
        self._world.kernel.after(back, lambda: self._comes_back(neighbour))

    def _comes_back(self, neighbour: str) -> None:
        if neighbour in self._world.away:
            self._world.away.discard(neighbour)
            self._world.tell(f"{neighbour} is back")
            self.want_polls()

    def _change_password(self, act: Act) -> None:
        """In the domain first, and in the secret a while later."""
        self._world.password = f"password {act.second}"
        self._world.tell("the domain takes another password")
        self._world.kernel.after(REPAIRED_SECONDS * (1 + act.how % 6), self._store_password)

    def _store_password(self) -> None:
        if self._world.gp_secret.versions[-1] != self._world.password:
            self._world.gp_secret.put(self._world.password)
            self._world.tell(f"secret {self._world.gp_secret.version} holds the new password")

    def _revoke(self, act: Act) -> None:
        """ShipBob takes no token any more, until a person connects anew."""
        for token in list(self._world.authority.alive):
            self._world.authority.kill(token)
        self._world.authority.revoke()
        self._world.kernel.after(REPAIRED_SECONDS * (1 + act.how % 6), self._reconnect)

    def _kill(self, act: Act) -> None:
        """ShipBob takes the access token no more, though its time is not over; a refresh token is as good as before."""
        self._world.authority.kill(self._held_token)
        self._is_token_seen_to = True
        self._world.kernel.after(REPAIRED_SECONDS * (1 + act.how % 6), self._see_to_token)

    def _see_to_token(self) -> None:
        self._is_token_seen_to = False
        self._reconnect()

    def _reconnect(self) -> None:
        if self._world.authority.is_revoked or not self._world.authority.accepts(self._held_token):
            lifetime = dt.timedelta(seconds=self._token_lives)
            self._world.shipbob_secret.put(self._world.authority.connect(lifetime).to_json())
            self._world.tell("a person connects ShipBob anew")
            self._stack.want_refresh()

    def _alarmed(self) -> None:
        """ShipBob's token needs a person: they connect anew, after a while."""
        if not self._is_alarmed:
            self._is_alarmed = True
            self._world.kernel.after(REPAIRED_SECONDS, self._connect_anew)

    def _connect_anew(self) -> None:
        self._is_alarmed = False
        self._world.authority.revoke()
        self._reconnect()

    @property
    def _held_token(self) -> str:
        return self._world.shipbob_secret.grant.access_token

    def _dry_run(self, act: Act) -> None:
        live = self._world.terms
        self._world.terms = replace(live, is_dry_run=True)
        self._stack.deploy(30.0)
        self._world.kernel.after(REPAIRED_SECONDS * (1 + act.how % 4), self._go_live)

    def _go_live(self) -> None:
        if self._world.terms.is_dry_run:
            self._world.terms = replace(self._world.terms, is_dry_run=False)
            self._stack.deploy(30.0)
            self._world.tell("the stack goes live")
            self._stack.sweep.want(0)

    def keep_state(self) -> None:
        """A moment that State may be restored to."""
        world = self._world
        self._kept = _image(
            {
                "state": {name: getattr(world.state, name) for name in KEPT_OF_STATE},
                "gates": world.gates.stored,
                "token": world.token_rows.stored,
                "expected": world.expectations.kept,
                "stock_poll": world.stock_poll.kept,
                "alerts": world.alerts.kept,
                "permits": world.permits.rows,
            }
        )

    def _restore(self) -> None:
        """An operator restores the table as it was a while ago; what ran is ended before."""
        if self._kept is None:
            return
        world, kept = self._world, _image(self._kept)
        for name, value in kept["state"].items():
            setattr(world.state, name, value)
        world.gates.stored = kept["gates"]
        world.token_rows.stored = kept["token"]
        world.expectations.kept = kept["expected"]
        world.stock_poll.kept = kept["stock_poll"]
        world.alerts.kept = kept["alerts"]
        world.permits.rows = kept["permits"]
        world.restores += 1
        world.last_read.clear()
        world.last_version.clear()
        world.calls_at_gp.in_doubt.clear()
        self._stack.restart()
        # As the runbook has it: the lists are gone through again, from long before the moment restored.
        self._stack.command(
            "relist",
            lambda place: relisting.relist(
                place.ports, START - dt.timedelta(hours=1), "an operator", "State was restored"
            ),
            tries=20,
            then=self._relisted,
        )

    def _relisted(self) -> None:
        self.want_polls()
        self._stack.sweep.want(0)

    def want_polls(self) -> None:
        """Those that have anything to find."""
        for every in LISTS:
            self._stack.lists.want_shipbob(every)
        if self._book.stock:
            self._stack.lists.gp_changed()

    def repair(self) -> None:
        """All of it, now, but for a neighbour that will soon be back."""
        for neighbour in list(self._world.away):
            if self._away_until[neighbour] > self._world.kernel.now + HOUR:
                self._comes_back(neighbour)
        self._store_password()
        if not self._is_token_seen_to:
            self._reconnect()
        self._go_live()


def _image(table: Any) -> Any:
    """A copy of tables and sets; rows are values."""
    if isinstance(table, defaultdict):
        return defaultdict(table.default_factory, {key: _image(value) for key, value in table.items()})
    if isinstance(table, dict):
        return {key: _image(value) for key, value in table.items()}
    return set(table) if isinstance(table, set) else table
