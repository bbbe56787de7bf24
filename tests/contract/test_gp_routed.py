"""Both endpoints configured: each call takes the one that can do it, and it is told which."""

from __future__ import annotations

import datetime as dt
import inspect
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

import pytest
from bridge.domain.inventory import (
    InventoryDocument,
    InventoryDocumentType,
    InventoryLine,
    Item,
    ItemType,
    TransactionState,
    Window,
    WindowOf,
)
from bridge.domain.outcome import Transient
from bridge.domain.sales_document import SalesInvoice, SalesReturn, SalesUpdate
from bridge.gp.routed import LEANS_ON, SESSION, WRITES, RoutedGp
from bridge.gp.sba import SbaGp
from bridge.neighbours import Gp

from local.gp import GpSimulator
from local.memory.gp import CALLS, MemoryGp
from local.memory.points import Calls
from local.memory.stores import MemoryClock
from tests.contract.gp_port import NUMBER, an_order
from tests.contract.gp_port import port as soap_port
from tests.contract.sba_port import sba_port

NOW = dt.datetime(2026, 11, 16, 15, tzinfo=dt.UTC)
BUSINESS = sorted(set(CALLS) - SESSION)
FIELDS = {field: getattr(an_order(), field) for field in ("customer", "customer_po", "date", "lines")}
INVOICE = SalesInvoice(number="SBI1", document_type="STDINV", batch="B", **FIELDS)
TAKEN_BACK = SalesReturn(number="SBR1", document_type="RTN", batch="B", **FIELDS)
LINE = InventoryLine(Decimal(1), "SERUM-30", "MAIN", Decimal(1))
ADJUSTMENT = InventoryDocument(InventoryDocumentType.ADJUSTMENT, "SBC1", "B", dt.date(2026, 11, 16), (LINE,))
GIVEN: dict[str, Any] = {
    "number": NUMBER,
    "customer": "SHIPBOB-DTC",
    "customer_po": "#1042",
    "order": an_order(),
    "invoice": INVOICE,
    "sales_return": TAKEN_BACK,
    "present": an_order(),
    "update": SalesUpdate(added_tracking=("1Z1",)),
    "kind": InventoryDocumentType.ADJUSTMENT,
    "window": Window(WindowOf.MODIFIED, NOW, NOW),
    "state": TransactionState.WORK,
    "adjustment": ADJUSTMENT,
    "item": "SERUM-30",
    "key": "SHIPBOB-DTC",
    "operation": "CreateSalesOrder",
}


class Endpoint(MemoryGp):
    """GP in memory behind a connection."""

    is_closed = False

    def close(self) -> None:
        self.is_closed = True


class Pair:
    """Two endpoints in memory with the same books' worth of set-up, and the port over both."""

    def __init__(self, *, soap_cannot: Iterable[str] = (), sba_cannot: Iterable[str] = ()) -> None:
        clock = MemoryClock(NOW)
        self.soap, self.sba = Endpoint(clock, Calls()), Endpoint(clock, Calls())
        self.soap.missing = dict.fromkeys(soap_cannot, "what SOAP lacks")
        self.sba.missing = dict.fromkeys(sba_cannot, "what SBA lacks")
        for endpoint in (self.soap, self.sba):
            endpoint.put(an_order())
            endpoint.items["SERUM-30"] = Item("SERUM-30", "Serum", ItemType.SALES)
        self.gp = RoutedGp(self.soap, self.sba)

    def call(self, name: str) -> None:
        """With arguments that fit; what the endpoint thinks of them is its own affair."""
        method = getattr(self.gp, name)
        given = {each: GIVEN[each] for each in inspect.signature(method).parameters}
        if name == "create_sales_order":
            given["order"] = an_order("SBO2")
        if name == "update_sales_invoice":
            for endpoint in (self.soap, self.sba):
                endpoint.create_sales_invoice(INVOICE)
            given["present"] = INVOICE
        self.soap.calls.made.clear()
        self.sba.calls.made.clear()
        method(**given)

    @property
    def took(self) -> tuple[list[str], list[str]]:
        """The business calls that SOAP and SBA met."""
        soap, sba = ([each for each in gp.calls.of("gp") if each not in SESSION] for gp in (self.soap, self.sba))
        return soap, sba


@pytest.mark.parametrize("call", BUSINESS)
def test_soap_takes_what_it_can_do(call: str) -> None:
    pair = Pair()

    pair.call(call)

    assert pair.took == ([call], [])


@pytest.mark.parametrize("call", BUSINESS)
def test_sba_takes_what_soap_cannot_do(call: str) -> None:
    pair = Pair(soap_cannot=[call])

    pair.call(call)

    assert pair.took == ([], [call])


@pytest.mark.parametrize(("update", "read"), LEANS_ON.items())
def test_an_update_takes_the_endpoint_that_read_the_document(update: str, read: str) -> None:
    pair = Pair(soap_cannot=[read])

    pair.call(update)

    assert pair.took == ([], [update])


def test_every_write_of_the_port_is_known_as_one() -> None:
    assert {call for call in CALLS if call.startswith(("create_", "update_", "void_"))} == WRITES


def test_a_login_is_made_wherever_a_write_may_follow_and_nowhere_else() -> None:
    only_soap, both = Pair(), Pair(soap_cannot=["create_inventory_adjustment"])

    only_soap.gp.login()
    both.gp.login()

    assert (only_soap.soap.calls.count("gp.login"), only_soap.sba.calls.count("gp.login")) == (1, 0)
    assert (both.soap.calls.count("gp.login"), both.sba.calls.count("gp.login")) == (1, 1)


def test_the_probe_asks_every_endpoint_that_carries_something() -> None:
    pair = Pair(soap_cannot=["item"])
    pair.sba.fail_next("probe", "down", None)

    with pytest.raises(Transient):
        pair.gp.probe()

    unused = Pair()
    unused.sba.fail_next("probe", "down", None)
    unused.gp.probe()
    assert unused.soap.calls.count("gp.probe") == 1


def test_each_call_is_told_as_the_endpoint_that_takes_it_tells_of_it() -> None:
    pair = Pair(soap_cannot=["item", "policy"], sba_cannot=["policy", "sales_order"])
    pair.sba.keeps_login = False

    server = pair.gp.server()

    abilities = {each.call: each.missing for each in server.abilities}
    assert len(abilities) == len(server.abilities)
    assert set(abilities) == set(CALLS)
    assert {call: missing for call, missing in abilities.items() if missing} == {"policy": "what SBA lacks"}
    assert server.now == NOW
    assert not server.keeps_login, "both are asked"


def test_both_addresses_show_their_certificates() -> None:
    pair = Pair()

    assert len(pair.gp.certificates()) == 2


def test_closing_closes_both_connections() -> None:
    pair = Pair()

    pair.gp.close()

    assert (pair.soap.is_closed, pair.sba.is_closed) == (True, True)


def test_which_endpoint_takes_a_call_costs_no_request_in_a_flow(gp: GpSimulator) -> None:
    with soap_port(gp) as soap, sba_port(gp) as sba:
        routed: Gp = RoutedGp(soap, sba)
        routed.login()
        routed.create_sales_order(an_order())
        found = routed.sales_order(NUMBER)
        assert found is not None
        routed.update_sales_order(found, SalesUpdate(batch="SBR1"))

    assert [each.operation for each in gp.exchanges] == ["CreateSalesOrder", "GetSalesOrderByKey", "UpdateSalesOrder"]


def test_an_order_read_over_soap_can_be_updated_over_sba(gp: GpSimulator) -> None:
    with soap_port(gp) as soap, sba_port(gp) as sba:
        soap.create_sales_order(an_order())
        found = soap.sales_order(NUMBER)
        assert found is not None
        sba.update_sales_order(found, SalesUpdate(batch="SBR1"))
        shipped = soap.sales_order(NUMBER)

    assert shipped is not None
    assert shipped.batch == "SBR1"


def test_both_adapters_are_the_whole_port(gp: GpSimulator) -> None:
    with soap_port(gp) as soap, sba_port(gp) as sba:
        ports: list[Gp] = [soap, sba, RoutedGp(soap, sba)]

    assert [[call for call in CALLS if not callable(getattr(port, call, None))] for port in ports] == [[], [], []]
    assert isinstance(ports[1], SbaGp)
