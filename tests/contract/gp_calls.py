"""Calls to GP as the transport sends them, and the clock and the permits that a test gives it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from bridge.gp.transport import Pace, Reply, Transport
from bridge.protocols.permit import LoginPermit

from local.gp import GpSimulator
from tests.contract.gp_bodies import CONTEXT, CREATE_POLICY, GP, envelope, order
from tests.contract.gp_port import permits, transport

SECONDS = 20.0
WRONG = "a wrong one"


class Clock:
    """Seconds that a test moves."""

    def __init__(self) -> None:
        self.seconds = 1000.0
        self.ends_at = float("inf")

    def __call__(self) -> float:
        return self.seconds

    def pause(self, seconds: float) -> None:
        self.seconds += seconds

    @property
    def pace(self) -> Pace:
        return Pace(self, self.pause, lambda: self.ends_at - self.seconds)


@contextmanager
def connected(gp: GpSimulator, **how: Any) -> Iterator[Transport]:
    """`how` as `gp_port.transport` takes it."""
    made = transport(gp, **how)
    try:
        yield made
    finally:
        made.close()


def two_permits() -> list[LoginPermit]:
    """The permits of two workers with the same account and secret."""
    store = permits()
    return [store.login("svc-bridge", "v1", name) for name in ("worker-1", "worker-2")]


def login(to: Transport, seconds: float = SECONDS) -> Reply:
    return to.login(seconds)


def create(to: Transport, number: str = "SB1", seconds: float = SECONDS) -> Reply:
    headers = {"Content-Type": "text/xml; charset=utf-8", "SOAPAction": f'"{GP}/CreateSalesOrder"'}
    return to.post(envelope("CreateSalesOrder", order(number) + CONTEXT + CREATE_POLICY), headers, seconds)


def read(to: Transport, number: str = "SB1", seconds: float = SECONDS) -> Reply:
    """Of an order that GP does not have, unless it was created: then the answer is a fault."""
    headers = {"Content-Type": "text/xml; charset=utf-8", "SOAPAction": f'"{GP}/GetSalesOrderByKey"'}
    body = envelope("GetSalesOrderByKey", f"<key><Id>{number}</Id></key>{CONTEXT}")
    return to.post(body, headers, seconds)
