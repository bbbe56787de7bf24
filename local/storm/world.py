"""The two neighbours and our own stores, shared by all runs; and what is checked at each step."""

from __future__ import annotations

import datetime as dt
import random
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from bridge.domain.document import DocumentId
from bridge.domain.outcome import Failure, Misconfigured, Transient
from bridge.domain.terms import Terms
from bridge.protocols.ledger import SCHEMA, LedgerRow
from bridge.protocols.permit import LoginResult

from local.memory.alerts import MemoryAlertRows, MemoryNotices
from local.memory.audit import MemoryAudit
from local.memory.expectations import MemoryExpectations
from local.memory.gates import MemoryGates
from local.memory.neighbours import MemoryWebhooks
from local.memory.permits import MemoryPermits
from local.memory.stock_poll import MemoryStockPoll
from local.memory.stores import MemoryDeadLetters, MemoryQueue, MemoryState
from local.memory.subscriptions import FIRST_WEBHOOK_SECRET, MemorySubscriptionRows
from local.memory.tokens import MemoryAuthority, MemoryBell, MemorySecret, MemoryTokenRows
from local.storm.calls_at_gp import CallsAtGp
from local.storm.kernel import Kernel, Run
from local.storm.neighbours import StormGp, StormShipBob, TrueClock
from local.storm.place import Place
from local.storm.plan import Act, Plan
from local.storm.switch import Switch
from local.storm.weather import Weather

ACCOUNT = "wingtip\\svc-bridge"
CLOCKS_MAY_DIFFER = dt.timedelta(seconds=15)
REFUSED_LOGINS_MAX = 2  # of one version of the secret, whatever the concurrency


class World:
    """Both neighbours, our own stores, the people; and the books that the checker keeps of them."""

    def __init__(self, plan: Plan, terms: Terms) -> None:
        self.seed = plan.seed
        self.terms = terms
        self.pace = plan.choices.pace  # seconds that a call takes at most, without a fault
        self.weather = Weather(plan)
        self.kernel = Kernel()
        self.clock = TrueClock(self.kernel)
        self.calls = Switch(self)
        self.calls_made = 0
        self.calls_at_gp = CallsAtGp(self.violate)
        self.gp = StormGp(self.clock, self.calls)
        self.shipbob = StormShipBob(self.clock, self.calls)
        self.shipbob.page = 5
        self.webhooks = MemoryWebhooks(self.calls)
        self.state = MemoryState(self.calls)
        self.audit = MemoryAudit(self.clock, self.calls)
        self.gates = MemoryGates(self.calls)
        self.permits = MemoryPermits(self.clock.now, self.calls)
        self.to_gp = MemoryQueue(self.clock, self.calls)
        self.to_shipbob = MemoryQueue(self.clock, self.calls)
        self.dead_letters = [
            MemoryDeadLetters("ToGp", self.to_gp, self.clock, self.calls),
            MemoryDeadLetters("ToShipBob", self.to_shipbob, self.clock, self.calls),
        ]
        self.shipbob_secret = MemorySecret(self.clock, self.calls)
        self.gp_secret = MemorySecret(self.clock, self.calls, "first")
        self.webhook_secret = MemorySecret(self.clock, self.calls, FIRST_WEBHOOK_SECRET)
        self.token_rows = MemoryTokenRows(self.calls)
        self.subscription_rows = MemorySubscriptionRows(self.calls)
        self.expectations = MemoryExpectations(self.clock, self.calls)
        self.authority = MemoryAuthority(self.clock, self.calls)
        self.keep_connected = MemoryBell(self.calls)
        self.stock_poll = MemoryStockPoll(self.calls)
        self.alerts = MemoryAlertRows(self.calls)
        self.notices = MemoryNotices(self.clock, self.calls)
        self.gp.watch = self._gp_wrote
        self.shipbob.watch = self._shipbob_wrote
        # What is so outside of the bridge
        self.password = "first"  # noqa: S105 - what the domain takes, in a simulation
        self.away: set[str] = set()
        self.refused_logins: Counter[tuple[str, int]] = Counter()  # by version of the secret, and restore of State
        self.restores = 0
        self.keeps_login = True
        self.is_grant_doubtful = False  # an answer of ShipBob's, or the process that had it, is gone: tokens may be too
        # What others do
        self.rival: Callable[[Run, random.Random], object] = lambda _run, _chance: None
        self.hand_out_again: Callable[[Run], object] = lambda _run: None
        self.do: Callable[[Act], object] = lambda _act: None
        self.on_seen: Callable[[Run, str, Any], None] = lambda _run, _name, _result: None
        # The checker's books
        self.violations: list[str] = []
        self.wrote: Counter[str] = Counter()
        self.told: list[tuple[float, str]] = []
        self.written_by: dict[DocumentId, int] = {}  # by which generation of the code the row was saved
        self.last_read: dict[DocumentId, dt.datetime] = {}
        self.last_version: dict[DocumentId, int] = {}

    def tell(self, line: str) -> None:
        """A line of the story."""
        self.told.append((self.kernel.now, line))

    def violate(self, line: str) -> None:
        self.tell(f"!! {line}")
        self.violations.append(line)

    # Neighbours that are away, and late -------------------------------------------------------------------------------

    def is_away(self, name: str) -> bool:
        return name.partition(".")[0] in self.away

    def do_late(self, effect: Callable[[], object], seconds: float) -> None:
        """It was sent, and is done when its sender has long gone; whatever comes of it nobody hears."""

        def done() -> None:
            try:
                effect()
            except Failure as refused:
                self.tell(f"what came late is refused: {refused}")

        self.kernel.after(seconds, done)

    # What stands before a neighbour -----------------------------------------------------------------------------------

    def admit(self, place: Place, name: str) -> None:
        """Whoever calls GP has logged in, and whoever calls ShipBob brings its token."""
        if name.startswith("gp.") and name != "gp.certificates":
            self._log_in(place)
        elif name.startswith("shipbob."):
            self._bear(place)

    def _log_in(self, place: Place) -> None:
        secret = place.gp_secret.current()
        if (self.keeps_login and place.logged_in == secret.version) or self.is_away("gp."):
            return
        place.logins += 1
        permit = self.permits.login(ACCOUNT, secret.version, f"{place.name}/{place.logins}")
        try:
            denied = permit.take()
        except Failure as failure_:
            raise Transient(f"no login without the permit's table: {failure_}") from failure_
        if denied is not None:
            raise Misconfigured(denied.why) if denied.needs_repair else Transient(denied.why)
        self.kernel.wait(self.pace)
        if secret.text != self.password:
            self._count_refusal(secret.version)
            permit.give_back(LoginResult.REFUSED)
            raise Misconfigured("GP refuses the login")
        place.logged_in = secret.version
        permit.give_back(LoginResult.PROVEN)

    def _count_refusal(self, version: str) -> None:
        self.refused_logins[version, self.restores] += 1
        self.tell(f"GP refuses the login with secret {version}")
        if self.refused_logins[version, self.restores] > REFUSED_LOGINS_MAX:
            self.violate(f"a refused password was tried a third time (secret {version})")

    def _bear(self, place: Place) -> None:
        token = place.bearing.token()
        if self.authority.accepts(token):
            return
        another = place.bearing.refused(token)
        if not self.authority.accepts(another):
            place.bearing.refused(another)
            raise Transient("ShipBob refused two tokens, and there is a third by now")

    # What the checker sees at each step -------------------------------------------------------------------------------

    def row_saved(self, place: Place, row: LedgerRow) -> None:
        self.written_by[row.document] = place.generation
        if row.version <= self.last_version.get(row.document, 0):
            self.violate(f"{row.document} is saved over what another run had written")
        self.last_version[row.document] = row.version
        last = self.last_read.get(row.document)
        if last is not None and row.read_at is not None and row.read_at < last - CLOCKS_MAY_DIFFER:
            self.violate(f"{row.document} goes by an image from before its last read")
        if row.read_at is not None:
            self.last_read[row.document] = row.read_at
        if not row.is_finished and row.due_at is None:
            self.violate(f"{row.document} is {row.status} and has no due time: it is forgotten")

    def as_read_by(self, place: Place, row: LedgerRow) -> LedgerRow:
        """A row that newer code wrote, as the older code of a deploy under way sees it."""
        is_newer = self.written_by.get(row.document, 0) > place.generation
        return replace(row, schema=SCHEMA + 1) if is_newer else row

    def _gp_wrote(self, what: str, number: str) -> None:
        self.tell(f"GP: {what} {number}")
        self.wrote[f"{what} {number}"] += 1
        # A restored State has forgotten what a person deleted since, and what a GP without history no longer shows.
        is_forgotten = self.restores > 0 and number.startswith(("SBO", "SBI"))
        if what == "create" and self.wrote[f"create {number}"] > 1 and not is_forgotten:
            self.violate(f"{number} was written to GP twice")
        self._check_announced(number)

    def _shipbob_wrote(self, what: str, number: str) -> None:
        self.tell(f"ShipBob: {what} WRO {number}")
        self.wrote[f"{what} {number}"] += 1
        if self.wrote[f"create {number}"] > 1:
            self.violate(f"WRO {number} was made twice")
        self._check_announced(number)

    def _check_announced(self, number: str) -> None:
        """Whatever a neighbour writes for us was written down before, in the ledger and in the audit."""
        if self.restores:
            return  # the table has forgotten what was in the air when it was restored
        found = self.state.find_quietly(number)
        rows = [self.state.rows[document] for document in found if document in self.state.rows]
        if not any(row.intent is not None for row in rows):
            self.violate(f"{number} was written, and no row says so")
        entries = (entry for document in found for entry in self.audit.entries(document))
        if not any(entry.what == "intends" and entry.facts.get("number") == number for entry in entries):
            self.violate(f"{number} was written, and the audit did not know")
