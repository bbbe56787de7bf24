"""Fifty workers with one Windows account: at most two refused logins, counted at the server, whatever happens."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import pytest
from bridge.gp.transport import Ending, Pace, Transport

from local.gp import GpSimulator
from local.memory.permits import MemoryPermits
from tests.contract.gp_calls import WRONG, connected, create, login, read
from tests.contract.gp_port import pause, permits

WORKERS = 50
REFUSED_MAX = 2
LOCKOUT_THRESHOLD = 5  # what the CIS benchmark asks of a domain, at most
PATIENT = 120.0
HASTY = Pace(time.monotonic, lambda seconds: pause(seconds / 10))

Work = Callable[[int, Transport], Ending]


@pytest.fixture(params=[True, False], ids=["login kept", "login for each request"])
def gp(folder: Path, request: pytest.FixtureRequest) -> Iterator[GpSimulator]:
    with GpSimulator(folder, keeps_login=request.param, lockout_threshold=LOCKOUT_THRESHOLD) as simulator:
        yield simulator


class Workers:
    """Fifty transports, each in a thread of its own, and one store of permits."""

    def __init__(self, gp: GpSimulator, stack: ExitStack, password: str | None = None) -> None:
        self.store: MemoryPermits = permits()
        self.transports = [
            stack.enter_context(connected(gp, permit=self._permit(gp, number), password=password, pace=HASTY))
            for number in range(WORKERS)
        ]
        self._pool = stack.enter_context(ThreadPoolExecutor(WORKERS))

    def all_do(self, work: Work) -> Counter[Ending]:
        """Every worker at the same moment; how the calls ended."""
        start = threading.Barrier(WORKERS)

        def one(number: int) -> Ending:
            start.wait()
            return work(number, self.transports[number])

        return Counter(self._pool.map(one, range(WORKERS)))

    def _permit(self, gp: GpSimulator, number: int) -> object:
        return self.store.login(gp.username, "v1", f"worker-{number}")


def until_its_turn(call: Callable[[], Ending]) -> Ending:
    """As the ledger does it: what is busy is tried again later."""
    while (ending := call()) is Ending.BUSY:
        continue
    return ending


def an_order(number: int, to: Transport) -> Ending:
    """Log in, create, and read back."""
    endings = [
        until_its_turn(lambda: login(to, PATIENT).ending),
        until_its_turn(lambda: create(to, f"SB{number}", PATIENT).ending),
        until_its_turn(lambda: read(to, f"SB{number}", PATIENT).ending),
    ]
    return next((ending for ending in endings if ending is not Ending.ANSWERED), Ending.ANSWERED)


def tries(calls: int) -> Work:
    """Many calls one after another, whatever comes of them: the last ending."""
    return lambda number, to: [create(to, f"SB{number}-{each}", PATIENT).ending for each in range(calls)][-1]


def test_a_wrong_password_is_refused_at_most_twice(gp: GpSimulator) -> None:
    with ExitStack() as stack:
        workers = Workers(gp, stack, password=WRONG)
        assert workers.all_do(tries(3)) == {Ending.REJECTED_LOGIN: WORKERS}
        assert workers.all_do(tries(3)) == {Ending.REJECTED_LOGIN: WORKERS}

    assert 1 <= gp.counters.refused <= REFUSED_MAX
    assert not gp.counters.locked
    assert gp.books.documents() == []


def test_with_the_right_password_everybody_gets_through_and_nobody_is_refused(gp: GpSimulator) -> None:
    with ExitStack() as stack:
        assert Workers(gp, stack).all_do(an_order) == {Ending.ANSWERED: WORKERS}

    assert gp.counters.refused == 0
    assert gp.counters.max_handshakes <= 2
    assert len(gp.books.documents()) == WORKERS


def test_a_password_that_changes_in_the_middle_of_proven_work_is_refused_at_most_twice(gp: GpSimulator) -> None:
    with ExitStack() as stack:
        workers = Workers(gp, stack)
        assert workers.all_do(an_order) == {Ending.ANSWERED: WORKERS}

        gp.password = WRONG[::-1]  # in the directory, and not in the secret
        gp.offline()  # so that nobody still holds a login
        gp.online()
        endings = workers.all_do(tries(3))

    assert endings == {Ending.REJECTED_LOGIN: WORKERS}
    assert 1 <= gp.counters.refused <= REFUSED_MAX
    assert not gp.counters.locked
    assert len(gp.books.documents()) == WORKERS


def test_a_password_that_changes_while_everybody_works_is_refused_at_most_twice(gp: GpSimulator) -> None:
    """Nobody stands still for it: the change comes between two legs of whoever happens to be there."""
    with ExitStack() as stack:
        workers = Workers(gp, stack)
        changed = threading.Event()

        def work(number: int, to: Transport) -> Ending:
            if number == WORKERS // 2:
                gp.password = WRONG[::-1]
                changed.set()
            ending = Ending.ANSWERED
            while ending is not Ending.REJECTED_LOGIN:
                to.close()
                ending = read(to, f"SB{number}", PATIENT).ending
            return ending

        assert workers.all_do(work) == {Ending.REJECTED_LOGIN: WORKERS}

    assert changed.is_set()
    assert 1 <= gp.counters.refused <= REFUSED_MAX
    assert not gp.counters.locked
