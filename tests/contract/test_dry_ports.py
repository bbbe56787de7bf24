"""The ports of a dry run: whatever carries them, they read as ever and send no write, and say what they would send."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest
from bridge.domain.outcome import Withheld
from bridge.gp.soap import SoapGp
from bridge.neighbours import Gp, ShipBob
from bridge.shipbob.client import DryShipBobClient, ShipBobClient

from local.gp import GpSimulator
from local.memory.gp import MemoryGp
from local.memory.shipbob import MemoryShipBob
from local.memory.stores import MemoryClock
from local.shipbob import ManualClock, ShipBobSimulator
from tests.contract import gp_port, sba_port
from tests.contract.gp_bench import FORMS, WRITES, stand, times_done
from tests.contract.gp_carrier import soap_with
from tests.contract.gp_port import NUMBER, an_order
from tests.contract.sba_port import UNDER
from tests.contract.shipbob_calls import START, subscription, wanted
from tests.contract.shipbob_strangers import FreeTurn, OneToken

pytestmark = pytest.mark.usefixtures("trusted")

PO = "GPIV ADJ 0004711"


# ---- GP


@contextmanager
def in_memory(_: GpSimulator) -> Iterator[tuple[Gp, Gp]]:
    live, dry = MemoryGp(MemoryClock(START)), MemoryGp(MemoryClock(START))
    dry.__dict__ |= {name: kept for name, kept in vars(live).items() if name not in {"is_dry", "calls"}}
    dry.is_dry = True
    yield live, dry


@contextmanager
def over_soap(gp: GpSimulator) -> Iterator[tuple[Gp, Gp]]:
    dry = gp_port.transport(gp, is_dry=True)
    try:
        with gp_port.port(gp) as live:
            yield live, SoapGp(dry, gp_port.COMPANY)
    finally:
        dry.close()


@contextmanager
def over_sba(gp: GpSimulator) -> Iterator[tuple[Gp, Gp]]:
    with sba_port.sba_port(gp) as live, sba_port.sba_port(gp, is_dry=True) as dry:
        yield live, dry


@pytest.fixture(params=[in_memory, over_soap, over_sba], ids=FORMS)
def gps(request: pytest.FixtureRequest, gp: GpSimulator) -> Iterator[tuple[Gp, Gp]]:
    """One GP, by a port that writes and by one of a dry run."""
    with request.param(gp) as made:
        yield made


@pytest.mark.parametrize("call", WRITES)
def test_a_dry_port_to_gp_sends_no_write(gps: tuple[Gp, Gp], gp: GpSimulator, call: str) -> None:
    live, dry = gps
    stand(live)
    before = dict(gp.counters.operations)

    with pytest.raises(Withheld) as withheld:
        WRITES[call](dry)()

    assert withheld.value.request
    assert times_done(call, live) == 0
    written = {name: count - before.get(name, 0) for name, count in gp.counters.operations.items()}
    assert not [name for name, count in written.items() if count and name.startswith(("Create", "Update", "Void"))]


def test_a_dry_port_to_gp_reads_what_is_there(gps: tuple[Gp, Gp]) -> None:
    live, dry = gps
    live.create_sales_order(an_order())

    assert dry.sales_order(NUMBER) == live.sales_order(NUMBER)


def test_a_dry_port_does_not_log_in_for_a_write_that_will_not_follow(gp: GpSimulator) -> None:
    made = gp_port.transport(gp, is_dry=True)

    SoapGp(made, gp_port.COMPANY).login()

    made.close()
    assert gp.counters.connections == 0


def test_what_is_withheld_from_gp_over_soap_is_to_the_byte_what_a_live_port_sends() -> None:
    live, carrier = soap_with()
    live.create_sales_order(an_order())
    dry, silent = soap_with()
    silent.is_dry = True

    with pytest.raises(Withheld) as withheld:
        dry.create_sales_order(an_order())

    assert (withheld.value.call, [withheld.value.request]) == ("CreateSalesOrder", carrier.bodies("CreateSalesOrder"))
    assert silent.operations == []


def test_what_is_withheld_from_gp_over_sba_is_what_a_live_port_sends() -> None:
    sent = sba_port.service(sba_port.told(payload={"written": True}))
    sba_port.over(sent).create_sales_order(an_order())
    dry = sba_port.service()
    dry.is_dry = True

    with pytest.raises(Withheld) as withheld:
        sba_port.over(dry).create_sales_order(an_order())

    assert withheld.value.call == f"POST {UNDER}/{sba_port.SERVICE}" == sent.paths[-1]
    assert json.loads(withheld.value.request) == sent.asked[-1].body
    assert dry.paths == []


# ---- ShipBob


@contextmanager
def shipbob_in_memory(_: ShipBobSimulator) -> Iterator[tuple[ShipBob, ShipBob]]:
    live = MemoryShipBob(MemoryClock(START))
    dry = MemoryShipBob(MemoryClock(START))
    dry.receiving = live.receiving
    dry.is_dry = True
    yield live, dry


@contextmanager
def over_rest(shipbob: ShipBobSimulator) -> Iterator[tuple[ShipBob, ShipBob]]:
    live, dry = (
        form(shipbob.url, OneToken(shipbob.token), FreeTurn(), seconds=itertools.count().__next__)
        for form in (ShipBobClient, DryShipBobClient)
    )
    yield live, dry
    live.close()
    dry.close()


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(START)


@pytest.fixture(params=[shipbob_in_memory, over_rest], ids=["memory", "REST"])
def shipbobs(request: pytest.FixtureRequest, shipbob: ShipBobSimulator) -> Iterator[tuple[ShipBob, ShipBob]]:
    """One account, by a port that writes and by one of a dry run."""
    with request.param(shipbob) as made:
        yield made


def test_a_dry_port_to_shipbob_makes_no_receiving_order(shipbobs: tuple[ShipBob, ShipBob]) -> None:
    live, dry = shipbobs

    with pytest.raises(Withheld) as withheld:
        dry.create_receiving_order(wanted(PO))

    assert withheld.value.request
    assert list(live.receiving_orders_of(PO)) == []


def test_a_dry_port_to_shipbob_keeps_the_webhook_subscriptions(shipbobs: tuple[ShipBob, ShipBob]) -> None:
    _, dry = shipbobs

    made = dry.subscribe(subscription())

    assert made in [each.id for each in dry.subscriptions()]


def test_what_is_withheld_from_shipbob_is_to_the_byte_what_a_live_client_sends() -> None:
    sent: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        sent.append(request)
        return httpx.Response(503)

    live, dry = (
        form(
            "https://api.example.com",
            OneToken("token"),
            FreeTurn(),
            seconds=itertools.count().__next__,
            transport=httpx.MockTransport(answer),
        )
        for form in (ShipBobClient, DryShipBobClient)
    )
    with pytest.raises(Exception, match="ShipBob"):
        live.create_receiving_order(wanted(PO))

    with pytest.raises(Withheld) as withheld:
        dry.create_receiving_order(wanted(PO))

    assert (withheld.value.call, withheld.value.request) == ("POST /receiving", sent[0].read())
    assert len(sent) == 1
