"""ShipBob's token in memory: the secret and its row, the authorization server whose refresh tokens work once, a bell.

Each of them can be used by threads at once.
"""

from __future__ import annotations

import datetime as dt
import threading
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import replace

from bridge.domain.connection import Application, Secret, Tokens
from bridge.domain.outcome import Failure, Misconfigured, Refused, RowMoved
from bridge.protocols.consent import LASTING, REQUIRED_SCOPES, Consent
from bridge.protocols.grant import Grant, GrantKind
from bridge.protocols.token import TokenRow

from local.memory.neighbours import Neighbour
from local.memory.points import Calls, point
from local.memory.stores import MemoryClock

KEPT_FOR = dt.timedelta(minutes=5)
LIFETIME = dt.timedelta(hours=1)
APPLICATION = Application("client-7", "s3cret-of-client-7")
SCOPES = frozenset({LASTING, *REQUIRED_SCOPES})


class MemorySecret:
    """A secret that can be replaced. `another` is the same one as another process sees it."""

    def __init__(self, clock: MemoryClock, calls: Calls | None = None, text: str = "{}") -> None:
        self.calls = calls or Calls()
        self._clock = clock
        self.versions = [text]
        self.changes = [clock.now()]
        self._failures: deque[Failure] = deque()
        self._kept: tuple[dt.datetime, Secret] | None = None
        self.is_seen_late = False  # while it is, reads show the version before
        self.late_for = dt.timedelta()  # or for so long after each change

    def another(self) -> MemorySecret:
        made = MemorySecret(self._clock, self.calls)
        made.versions, made.changes, made._failures = self.versions, self.changes, self._failures
        made.late_for = self.late_for
        return made

    def put(self, text: str) -> str:
        """A person puts a new version in, by hand; its name."""
        self._change(text)
        return self.version

    def fail_next(self, failure: Failure, times: int = 1) -> None:
        """The next stores fail so, and store nothing."""
        self._failures.extend([failure] * times)

    def recover(self) -> None:
        self._failures.clear()

    @property
    def grant(self) -> Grant:
        """What it holds, without a port call."""
        return Grant.from_json(self.versions[-1])

    @property
    def version(self) -> str:
        return f"v{len(self.versions)}"

    def current(self) -> Secret:
        if self._kept is None or self._clock.now() - self._kept[0] > KEPT_FOR:
            return self._keep(self._present())
        return self._kept[1]

    @point("secret.afresh")
    def afresh(self) -> Secret:
        return self._keep(self._present())

    @point("secret.store")
    def store(self, text: str) -> Secret:
        if self._failures:
            raise self._failures.popleft()
        self._change(text)
        return self._keep(Secret(text, self.version))

    def _change(self, text: str) -> None:
        self.versions.append(text)
        self.changes.append(self._clock.now())

    def _present(self) -> Secret:
        is_late = self.is_seen_late or self._clock.now() < self.changes[-1] + self.late_for
        number = max(len(self.versions) - is_late, 1)
        return Secret(self.versions[number - 1], f"v{number}")

    def _keep(self, secret: Secret) -> Secret:
        self._kept = (self._clock.now(), secret)
        return secret


class MemoryTokenRows:
    """The row, stored on condition of the version read."""

    def __init__(self, calls: Calls | None = None) -> None:
        self.calls = calls or Calls()
        self.stored = TokenRow()
        self.failure: Failure | None = None  # while it stands, every call fails so
        self._lock = threading.Lock()

    @point("token_rows.row")
    def row(self) -> TokenRow:
        self._reach()
        return self.stored

    @point("token_rows.save")
    def save(self, row: TokenRow) -> TokenRow:
        self._reach()
        with self._lock:
            if row.version != self.stored.version:
                raise RowMoved("somebody else has written since the read")
            self.stored = replace(row, version=row.version + 1)
            return self.stored

    def _reach(self) -> None:
        if self.failure is not None:
            raise self.failure


class MemoryAuthority(Neighbour):
    """Gives access tokens that live an hour, and refresh tokens that work once: again only within `grace` of that."""

    NAME = "ShipBob's authorization server"

    def __init__(self, clock: MemoryClock, calls: Calls | None = None) -> None:
        super().__init__()
        self.calls = calls or Calls()
        self._clock = clock
        self._lock = threading.Lock()
        self._made = 0
        self._used: dict[str, dt.datetime] = {}
        self._asked: dict[str, Consent] = {}
        self._codes: dict[str, Consent] = {}
        self.grace = dt.timedelta()
        self.alive: dict[str, dt.datetime] = {}  # access tokens, until when
        self.live_refresh: set[str] = set()
        self.refreshed: Counter[str] = Counter()  # how often each refresh token gave tokens
        self.shown: Counter[str] = Counter()  # how often each was shown
        self.is_revoked = False
        self.lifetime = LIFETIME
        self.scopes = SCOPES
        self.gives_refresh_tokens = True

    def connect(self, lifetime: dt.timedelta | None = None) -> Grant:
        """The tokens of a new consent, as the secret holds them."""
        self.is_revoked = False
        with self._lock:
            tokens = self._issue(lifetime or self.lifetime)
        return Grant.consented(APPLICATION, "http://127.0.0.1:8765/callback", tokens, self._clock.now())

    def personal(self, token: str) -> str:
        """The merchant makes a personal access token; the secret's text with it."""
        self.alive[token] = self._clock.now() + dt.timedelta(days=10_000)
        return Grant(GrantKind.PAT, token).to_json()

    def accepts(self, token: str) -> bool:
        """Would ShipBob's API take that access token now?"""
        return self.alive.get(token, self._clock.now()) > self._clock.now()

    def kill(self, token: str) -> None:
        """ShipBob's API takes that access token no more."""
        self.alive[token] = self._clock.now()

    def refuses(self, token: str) -> bool:
        """Does ShipBob's API know that access token, and take it no more?"""
        return token in self.alive and not self.accepts(token)

    def revoke(self) -> None:
        """The merchant takes the consent back; access tokens go on to their end."""
        self.is_revoked = True

    def consent_page(self, consent: Consent) -> str:
        self._asked[consent.state] = consent
        return f"https://auth.example.com/connect/authorize?state={consent.state}&posted={consent.is_posted}"

    def agree(self, address: str) -> dict[str, str]:
        """The merchant opens the page and agrees: what the browser brings back."""
        consent = self._asked[address.partition("state=")[2].partition("&")[0]]
        self._codes[f"code-{len(self._codes) + 1}"] = consent
        return {"code": f"code-{len(self._codes)}", "state": consent.state}

    @point("authority.exchange")
    def exchange(self, application: Application, code: str, verifier: str, redirect_uri: str) -> Tokens:
        def given() -> Tokens:
            consent = self._codes.pop(code, None)
            if consent is None or (consent.verifier, consent.redirect_uri) != (verifier, redirect_uri):
                raise Refused("ShipBob does not take the code", ("invalid_grant",))
            self._know(application)
            with self._lock:
                return self._issue(self.lifetime)

        return self._run("exchange", given)

    @point("authority.refresh")
    def refresh(self, application: Application, refresh_token: str) -> Tokens:
        return self._run("refresh", lambda: self._refresh(application, refresh_token))

    def _refresh(self, application: Application, refresh_token: str) -> Tokens:
        self._know(application)
        with self._lock:
            self.shown[refresh_token] += 1
            now = self._clock.now()
            used = self._used.get(refresh_token)
            is_good = used is None or (self.grace > dt.timedelta() and now <= used + self.grace)
            if self.is_revoked or refresh_token not in self.live_refresh or not is_good:
                raise Refused("ShipBob does not take the refresh token any more", ("invalid_grant",))
            self._used.setdefault(refresh_token, now)
            self.refreshed[refresh_token] += 1
            return self._issue(self.lifetime)

    def _know(self, application: Application) -> None:
        if application != APPLICATION:
            raise Misconfigured("ShipBob does not know the application (invalid_client)")

    def _issue(self, lifetime: dt.timedelta) -> Tokens:
        self._made += 1
        access, refresh = f"access-{self._made}", f"refresh-{self._made}"
        self.alive[access] = self._clock.now() + lifetime
        self.live_refresh.add(refresh)
        return Tokens(access, refresh if self.gives_refresh_tokens else "", lifetime, self.scopes)


class MemoryBell:
    """Counts its rings; `answer` is what runs when it rings, at once."""

    def __init__(self, calls: Calls | None = None) -> None:
        self.calls = calls or Calls()
        self.rings = 0
        self.failure: Failure | None = None
        self.answer: Callable[[], object] = lambda: None

    @point("bell.ring")
    def ring(self) -> None:
        if self.failure is not None:
            raise self.failure
        self.rings += 1
        self.answer()
