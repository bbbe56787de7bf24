"""Twenty workers, the schedule and the bell at once, in threads, over HTTPS against ShipBob's witness: one refresh.

The row and the secret are memory's, and then the local cloud's, whose conditional writes are those of DynamoDB.
"""

from __future__ import annotations

import datetime as dt
import itertools
import secrets
import ssl
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import httpx
import pytest
from bridge.aws.secrets import Secrets, StoredSecret
from bridge.aws.token_rows import TokenRows
from bridge.console.connecting import begin, connect_with_consent
from bridge.domain.outcome import Misconfigured, Transient
from bridge.flows.bearing import Bearing
from bridge.flows.keep_connected import KeepConnected
from bridge.ports import Ports
from bridge.ports import StoredSecret as StoredSecretPort
from bridge.ports import TokenRows as TokenRowsPort
from bridge.protocols.grant import Grant
from bridge.shipbob.authority import ShipBobAuthority

from local.certificates import authority as private_authority
from local.cloud.cloud import LocalCloud
from local.memory.stores import MemoryClock
from local.memory.subscriptions import MemorySubscriptionRows
from local.memory.tokens import MemorySecret, MemoryTokenRows
from local.shipbob import ManualClock, ShipBobSimulator
from tests.contract.consenting import agree
from tests.stack import make_table

OPERATOR = "arn:aws:iam::123456789012:user/day-shift"
REDIRECT = "http://127.0.0.1:8765/callback"
WORKERS, SCHEDULES = 20, 4
ISSUING = "POST /connect/token"


@pytest.fixture(autouse=True)
def _trusted(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The laptop's authority stands where a public one stands in the cloud."""
    monkeypatch.setenv("SSL_CERT_FILE", str(private_authority(folder).bundle))


@pytest.fixture(scope="module")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalCloud]:
    with LocalCloud(tmp_path_factory.mktemp("cloud")) as running:
        make_table(running.client("dynamodb"), "State")
        yield running


@dataclass
class Stores:
    """The row, and the secret as each process sees it."""

    rows: TokenRowsPort
    secret: Callable[[], StoredSecretPort]


@pytest.fixture(params=["memory", "local"])
def stores(request: pytest.FixtureRequest, clock: ManualClock) -> Iterator[Stores]:
    if request.param == "memory":
        memory = MemorySecret(cast("MemoryClock", clock))
        yield Stores(MemoryTokenRows(), memory.another)
        return
    running: LocalCloud = request.getfixturevalue("cloud")
    table, vault = running.client("dynamodb"), running.client("secretsmanager")
    vault.create_secret(Name="shipbob", SecretString="{}")
    yield Stores(
        TokenRows(table, "State"), lambda: StoredSecret(Secrets(vault, lambda: clock.now().timestamp()), "shipbob")
    )
    vault.delete_secret(SecretId="shipbob", ForceDeleteWithoutRecovery=True)
    table.delete_item(TableName="State", Key={"pk": {"S": "connection"}, "sk": {"S": "shipbob-token"}})


class Process:
    """The ports of one process: its own view of the secret, its own connections."""

    def __init__(self, stack: Stack) -> None:
        self.clock = stack.clock
        self.shipbob_secret = stack.stores.secret()
        self.token_rows = stack.stores.rows
        self.authority = ShipBobAuthority(stack.shipbob.auth_url, time.monotonic)
        self.subscription_rows = MemorySubscriptionRows()

    @property
    def ports(self) -> Ports:
        return cast("Ports", self)


class Stack:
    """The deployed bridge: workers, a schedule, and a bell that wakes another process of the function."""

    def __init__(self, shipbob: ShipBobSimulator, clock: ManualClock, stores: Stores) -> None:
        self.shipbob, self.clock, self.stores = shipbob, clock, stores
        self.counted: Counter[str] = Counter()
        self.rings = 0
        self._microseconds = itertools.count(1)
        self._woken: list[Future[None]] = []
        self._pool = ThreadPoolExecutor(WORKERS + SCHEDULES + 4)
        self._trusted = ssl.create_default_context(cafile=str(shipbob.ca_bundle))

    def connect(self) -> None:
        client = self.shipbob.oauth.register("Dynamics GP bridge", [REDIRECT])
        process = Process(self)
        consent = begin(client.id, REDIRECT, secrets.token_bytes)
        landed = agree(self.shipbob, process.authority.consent_page(consent))
        connect_with_consent(process.ports, consent, client.secret, landed, OPERATOR)
        process.authority.close()

    def run(self) -> None:
        """The function runs once, in a process of its own."""
        process = Process(self)
        try:
            kept = KeepConnected()(process.ports, f"run-{secrets.token_hex(4)}")
        finally:
            process.authority.close()
        self.counted.update(kept.counted)

    def ring(self) -> None:
        self.rings += 1
        self._woken.append(self._pool.submit(self.run))

    def call(self) -> str:
        """A worker of its own calls ShipBob, and once more with another token."""
        late = next(self._microseconds) * dt.timedelta(microseconds=1)  # no two workers meet a refusal at one moment
        bearing = Bearing(self.stores.secret(), self.stores.rows, self, lambda: self.clock.now() + late)
        try:
            token = bearing.token()
            if self._get(token) == 401:
                token = bearing.refused(token)
                return "done" if self._get(token) == 200 else "refused twice"
        except Transient:
            return "waits"
        except Misconfigured:
            return "needs repair"
        return "done"

    def at_once(self, *work: Callable[[], Any]) -> Counter[Any]:
        """What came of all of it, once whoever was woken is done as well."""
        outcomes = Counter(each.result() for each in [self._pool.submit(one) for one in work])
        while self._woken:
            self._woken.pop().result()
        return outcomes

    def close(self) -> None:
        self._pool.shutdown()

    def _get(self, token: str) -> int:
        with httpx.Client(base_url=self.shipbob.url, verify=self._trusted, trust_env=False) as client:
            return client.get("/2026-07/channel", headers={"Authorization": f"Bearer {token}"}).status_code

    @property
    def present(self) -> Grant:
        return Grant.from_json(self.stores.secret().afresh().text)


@pytest.fixture
def stack(shipbob: ShipBobSimulator, clock: ManualClock, stores: Stores) -> Iterator[Stack]:
    made = Stack(shipbob, clock, stores)
    made.connect()
    clock.advance(20 * 60)
    yield made
    made.close()


def refuse_everybody(stack: Stack) -> None:
    stack.shipbob.tokens.revoke(stack.present.access_token)


def refreshes(stack: Stack) -> tuple[int, int, int]:
    """Tried, granted and refused by ShipBob."""
    kept = stack.shipbob.oauth.refreshes
    return len(kept.tried), len(kept.granted), len(kept.refused)


def test_twenty_refused_workers_and_the_schedule_at_once_make_one_refresh(stack: Stack) -> None:
    refuse_everybody(stack)

    first = stack.at_once(*[stack.call] * WORKERS, *[stack.run] * SCHEDULES)
    second = stack.at_once(*[stack.call] * WORKERS)

    assert refreshes(stack) == (1, 1, 0)
    assert set(first) <= {"waits", "done", None}
    assert second == {"done": WORKERS}
    assert stack.rings <= 1
    assert stack.counted == {"TokensRefreshed": 1}


def test_every_hour_of_a_day_the_schedules_at_once_make_one_refresh(stack: Stack) -> None:
    for hour in range(1, 6):
        stack.clock.advance(46 * 60)
        stack.at_once(*[stack.run] * SCHEDULES)

        assert refreshes(stack) == (hour, hour, 0)
    assert stack.at_once(stack.call) == {"done": 1}


def test_an_answer_that_is_lost_on_the_way_is_had_again_where_shipbob_gives_it_again(stack: Stack) -> None:
    stack.shipbob.oauth.rules.reuse_grace_seconds = 30
    refuse_everybody(stack)
    stack.shipbob.auth_faults.add(ISSUING, "hang_up_after")

    stack.at_once(*[stack.call] * WORKERS)

    assert refreshes(stack) == (2, 2, 0)
    assert stack.at_once(*[stack.call] * WORKERS) == {"done": WORKERS}
    assert stack.counted == {"TokensRefreshed": 1}


def test_an_answer_that_is_lost_for_good_is_told_once_and_nobody_calls_any_more(stack: Stack) -> None:
    refuse_everybody(stack)
    stack.shipbob.auth_faults.add(ISSUING, "hang_up_after")

    stack.at_once(*[stack.call] * WORKERS)
    for _ in range(3):
        stack.clock.advance(300)
        assert stack.at_once(*[stack.call] * WORKERS, stack.run) == {"needs repair": WORKERS, None: 1}

    assert refreshes(stack) == (2, 1, 1)
    assert stack.counted["ConnectionLost"] == 1
    stack.connect()
    assert stack.at_once(*[stack.call] * WORKERS) == {"done": WORKERS}


@pytest.mark.parametrize(
    ("deed", "count"), [("login", 1), (429, 1), (503, 2), (524, 2), ("hang_up", 2), ("not_json", 2)]
)
def test_what_fails_in_front_of_shipbob_costs_no_consent(stack: Stack, deed: str | int, count: int) -> None:
    """What may have been carried out, and whose answer is lost, is asked for twice in one run."""
    stack.shipbob.oauth.rules.reuse_grace_seconds = 3600
    refuse_everybody(stack)
    stack.shipbob.auth_faults.add(ISSUING, deed, count=count)

    assert stack.at_once(*[stack.call] * WORKERS) == {"waits": WORKERS}
    stack.clock.advance(31)
    stack.at_once(stack.run)

    assert stack.at_once(*[stack.call] * WORKERS) == {"done": WORKERS}
    assert stack.counted["ConnectionLost"] == 0
    assert stack.present.refreshed_at == stack.clock.now()


def test_a_consent_taken_back_is_asked_about_once_and_told_once(stack: Stack) -> None:
    stack.shipbob.oauth.revoke(stack.present.client_id)

    stack.at_once(*[stack.call] * WORKERS, *[stack.run] * SCHEDULES)
    stack.clock.advance(300)

    assert stack.at_once(*[stack.call] * WORKERS, *[stack.run] * SCHEDULES) == {
        "needs repair": WORKERS,
        None: SCHEDULES,
    }
    assert refreshes(stack) == (1, 0, 1)
    assert stack.counted["ConnectionLost"] == 1
