"""The permit to log in, as the transport asks for it and tells what became of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from bridge.domain.outcome import Failure, Transient
from bridge.gp.ending import Ending, Reply
from bridge.gp.transport import Transport
from bridge.gp.turn import NoTurn, Pace, Turn
from bridge.protocols.permit import LEASE, Denied, LoginResult
from urllib3.connection import HTTPSConnection

from local.gp import GpSimulator
from tests.contract.gp_calls import SECONDS, WRONG, Clock, connected, create, login, read
from tests.contract.gp_port import EPOCH, permits

BUSY = Denied("as many logins as may be are under way", EPOCH + dt.timedelta(seconds=75))
FOR_GOOD = Denied("refused, and nobody tries it again", needs_repair=True)
AWAY = Transient("DynamoDB is away")

Call = Callable[[Transport], Reply]


class Noted:
    """A permit that answers as it was told, then always grants, and notes what it hears."""

    def __init__(self, *answers: Denied | Failure) -> None:
        self.answers = list(answers)
        self.granted = 0
        self.told: list[LoginResult] = []

    def take(self) -> Denied | None:
        answer = self.answers.pop(0) if self.answers else None
        if isinstance(answer, Failure):
            raise answer
        self.granted += answer is None
        return answer

    def give_back(self, result: LoginResult) -> None:
        self.told.append(result)


@pytest.fixture(params=[True, False], ids=["login kept", "login for each request"])
def gp(folder: Path, request: pytest.FixtureRequest) -> Iterator[GpSimulator]:
    with GpSimulator(folder, keeps_login=request.param) as simulator:
        yield simulator


# What is told

# (where a stop stands, what it does) → what is told of the login, and how the write ends
FATES = {
    "nothing happens": (None, LoginResult.PROVEN, Ending.ANSWERED),
    "lost before the login": (("bare", "drop"), LoginResult.UNUSED, Ending.NOT_EXECUTED),
    "busy before the login": (("bare", "503"), LoginResult.UNUSED, Ending.BUSY),
    "forbidden before the login": (("bare", "403"), LoginResult.UNUSED, Ending.MISCONFIGURED),
    "lost at the challenge": (("login", "drop"), LoginResult.UNUSED, Ending.NOT_EXECUTED),
    "busy at the challenge": (("login", "503"), LoginResult.UNUSED, Ending.NOT_EXECUTED),
    "no challenge": (("login", "401"), LoginResult.UNUSED, Ending.NOT_EXECUTED),
    "closed after the challenge": (("login", "close"), LoginResult.UNUSED, Ending.BROKEN_HANDSHAKE),
    "lost with the proof": (("before", "drop"), LoginResult.DOUBT, Ending.UNKNOWN),
    "lost after the work": (("after", "drop"), LoginResult.DOUBT, Ending.UNKNOWN),
    "busy after the proof": (("before", "503"), LoginResult.PROVEN, Ending.UNKNOWN),
    "half an answer": (("replying", "drop"), LoginResult.PROVEN, Ending.UNKNOWN),
}


@pytest.mark.parametrize(("stop", "result", "ending"), FATES.values(), ids=FATES)
def test_what_became_of_a_login_is_told_once(
    gp: GpSimulator, stop: tuple[str, str] | None, result: LoginResult, ending: Ending
) -> None:
    permit = Noted()
    if stop:
        gp.stops.add("CreateSalesOrder", *stop)
    with connected(gp, permit=permit) as to:
        assert create(to).ending is ending

    assert (permit.granted, permit.told) == (1, [result])


def test_a_proof_that_nobody_answers_in_time_is_in_doubt(gp: GpSimulator) -> None:
    permit = Noted()
    gp.stops.add("CreateSalesOrder", "before", "hold")
    with connected(gp, permit=permit) as to:
        assert create(to, seconds=0.5).ending is Ending.UNKNOWN

    assert permit.told == [LoginResult.DOUBT]


class Silent(HTTPSConnection):
    """A connection whose write goes unanswered for as long as its class says, and is then given up."""

    clock: Clock
    silent_for: float

    def request(self, method: str, *args: Any, **options: Any) -> None:
        super().request(method, *args, **options)
        self.is_type_3 = "TlRMTVNTUAAD" in str(options["headers"].get("Authorization"))

    def getresponse(self) -> Any:
        if self.is_type_3:
            self.clock.seconds += self.silent_for
            raise TimeoutError
        return super().getresponse()


def silent(clock: Clock, seconds: float) -> type[HTTPSConnection]:
    return type("Silent", (Silent,), {"clock": clock, "silent_for": seconds})


@pytest.mark.parametrize(
    ("seconds", "result"), [(9.5, LoginResult.DOUBT), (10.5, LoginResult.SILENCE), (55, LoginResult.SILENCE)]
)
def test_no_answer_for_longer_than_a_refusal_takes_is_silence(
    gp: GpSimulator, seconds: float, result: LoginResult
) -> None:
    clock, permit = Clock(), Noted()
    with connected(gp, permit=permit, pace=clock.pace, connection=silent(clock, seconds)) as to:
        assert create(to, seconds=60).ending is Ending.UNKNOWN

    assert permit.told == [result]


@pytest.mark.parametrize(("seconds", "third"), [(55, Ending.ANSWERED), (1, Ending.BUSY)], ids=["slow", "cut off"])
def test_two_slow_creates_do_not_stop_the_next_login_with_a_proven_password(
    gp: GpSimulator, seconds: float, third: Ending
) -> None:
    clock = Clock()
    store = permits(clock)
    with connected(gp, permit=store.login(gp.username, "v1", "worker-1"), pace=clock.pace) as to:
        assert login(to).ending is Ending.ANSWERED
    for number in (2, 3):
        permit = store.login(gp.username, "v1", f"worker-{number}")
        with connected(gp, permit=permit, pace=clock.pace, connection=silent(clock, seconds)) as to:
            assert create(to, seconds=60).ending is Ending.UNKNOWN

    with connected(gp, permit=store.login(gp.username, "v1", "worker-4"), pace=clock.pace) as to:
        assert login(to).ending is third


@pytest.mark.parametrize("call", [login, read, create])
def test_a_refused_password_is_told(gp: GpSimulator, call: Call) -> None:
    permit = Noted()
    with connected(gp, permit=permit, password=WRONG) as to:
        assert call(to).ending is Ending.REJECTED_LOGIN

    assert (permit.granted, permit.told) == (1, [LoginResult.REFUSED])


def test_a_server_that_is_away_has_seen_no_password(gp: GpSimulator) -> None:
    permit = Noted()
    gp.offline()
    with connected(gp, permit=permit) as to:
        assert create(to).ending is Ending.NOT_SENT

    assert permit.told == [LoginResult.UNUSED]


def test_who_is_logged_in_asks_nobody(folder: Path) -> None:
    permit = Noted()
    with GpSimulator(folder, keeps_login=True) as gp, connected(gp, permit=permit) as to:
        for call in (login, read, create, login, read):
            call(to)

    assert (permit.granted, permit.told) == (1, [LoginResult.PROVEN])


def test_each_request_that_logs_in_asks(folder: Path) -> None:
    permit = Noted()
    with GpSimulator(folder, keeps_login=False) as gp, connected(gp, permit=permit) as to:
        for call in (login, read, create, login, read):
            call(to)

    assert (permit.granted, permit.told) == (4, [LoginResult.PROVEN] * 4)
    assert gp.counters.logins == 4


# What is waited for


def test_a_login_waits_for_its_turn(gp: GpSimulator) -> None:
    clock, permit = Clock(), Noted(BUSY, BUSY, BUSY)
    with connected(gp, permit=permit, pace=clock.pace) as to:
        assert login(to).ending is Ending.ANSWERED

    assert 1000 < clock.seconds < 1001
    assert (permit.granted, permit.told) == (1, [LoginResult.PROVEN])


@pytest.mark.parametrize(("seconds", "waited"), [(60.0, 10.0), (3.0, 3.0)])
@pytest.mark.parametrize("call", [login, read, create])
def test_a_turn_that_does_not_come_is_not_waited_for_beyond_ten_seconds_or_the_calls_time(
    gp: GpSimulator, call: Callable[..., Reply], seconds: float, waited: float
) -> None:
    clock, permit = Clock(), Noted(*[BUSY] * 100)
    with connected(gp, permit=permit, pace=clock.pace) as to:
        reply = call(to, seconds=seconds)

    assert (reply.ending, reply.why) == (Ending.BUSY, BUSY.why)
    assert waited - 0.6 < clock.seconds - 1000 <= waited
    assert (gp.counters.connections, permit.told) == (0, [])


@pytest.mark.parametrize("call", [login, read, create])
def test_a_denial_for_good_sends_nothing(gp: GpSimulator, call: Call) -> None:
    clock, permit = Clock(), Noted(FOR_GOOD)
    with connected(gp, permit=permit, pace=clock.pace) as to:
        reply = call(to)

    assert (reply.ending, reply.why) == (Ending.REJECTED_LOGIN, FOR_GOOD.why)
    assert (gp.counters.connections, permit.told, clock.seconds) == (0, [], 1000)


@pytest.mark.parametrize("call", [login, read, create])
def test_without_the_permits_table_nobody_logs_in(gp: GpSimulator, call: Call) -> None:
    permit = Noted(AWAY)
    with connected(gp, permit=permit) as to:
        reply = call(to)
        assert (reply.ending, gp.counters.connections) == (Ending.NOT_SENT, 0)

        assert call(to).ending is not Ending.NOT_SENT, "it is there again"


def test_a_login_that_is_needed_in_the_middle_of_a_call_waits_for_its_turn_too(folder: Path) -> None:
    """A connection was logged in, and the server has forgotten it."""
    for denied, ending in [(BUSY, Ending.BUSY), (FOR_GOOD, Ending.REJECTED_LOGIN)]:
        clock, permit = Clock(), Noted()
        with GpSimulator(folder) as gp, connected(gp, permit=permit, pace=clock.pace) as to:
            login(to)
            gp.stops.add("CreateSalesOrder", "before", "401")
            permit.answers = [denied] * 100

            assert create(to).ending is ending
            assert (gp.counters.legs_by_kind["type 1"], permit.told) == (1, [LoginResult.PROVEN])
            assert gp.books.documents() == []


def test_a_login_does_not_go_on_after_its_permit_ran_out() -> None:
    clock, permit = Clock(), Noted()
    turn = Turn(permit, Pace(clock, clock.pause))
    turn.take(clock.seconds + 1000)
    turn.check()

    clock.seconds += LEASE.total_seconds()

    with pytest.raises(NoTurn):
        turn.check()


def test_a_proof_is_not_sent_after_its_permit_ran_out(gp: GpSimulator) -> None:
    """Another worker may be sending its own by then."""
    clock, permit = Clock(), Noted()

    class Slow(HTTPSConnection):
        def getresponse(self) -> Any:
            clock.seconds += LEASE.total_seconds() / 2
            return super().getresponse()

    with connected(gp, permit=permit, pace=clock.pace, connection=Slow) as to:
        assert create(to, seconds=1000).ending is Ending.NOT_EXECUTED

    assert permit.told == [LoginResult.UNUSED]
    assert gp.counters.legs_by_kind == {"bare": 1, "type 1": 1}


# Who may try again


def test_a_person_can_allow_the_same_password_again(gp: GpSimulator) -> None:
    """The account was locked, say, and is not any more."""
    store, right = permits(), gp.password
    with connected(gp, permit=store.login(gp.username, "v1", "worker-1")) as to:
        gp.password = WRONG
        assert [login(to).ending for _ in range(3)] == [Ending.REJECTED_LOGIN] * 3
        gp.password = right
        assert login(to).ending is Ending.REJECTED_LOGIN, "nobody has said so yet"

        store.clear(gp.username, "kim", "unlocked the account")

        assert login(to).ending is Ending.ANSWERED
    assert gp.counters.refused == 1


def test_a_refusal_that_could_not_be_stored_is_told_before_the_next_login(gp: GpSimulator) -> None:
    store = permits()
    with connected(gp, permit=store.login(gp.username, "v1", "worker-1"), password=WRONG) as to:
        gp.stops.add("*", "login", "hold")
        # the table goes away while the login is under way
        outcome = later(lambda: login(to))
        gp.stops.wait_reached()
        store.failure = AWAY
        gp.stops.release()
        assert outcome().ending is Ending.REJECTED_LOGIN

        assert login(to).ending is Ending.NOT_SENT
        store.failure = None
        assert login(to).ending is Ending.REJECTED_LOGIN

    assert gp.counters.refused == 1


def later(call: Callable[[], Reply]) -> Callable[[], Reply]:
    """The call in a thread of its own; what it gives waits for its end."""
    pool = ThreadPoolExecutor(1)
    future = pool.submit(call)

    def ended() -> Reply:
        with pool:
            return future.result(timeout=SECONDS)

    return ended
