"""GP's port over SBA: what is not installed is named, and a login or an answer that is lost is one of our failures."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from bridge.domain.company import Certificate, Company
from bridge.domain.inventory import (
    InventoryDocument,
    InventoryDocumentType,
    InventoryLine,
    TransactionState,
    Window,
    WindowOf,
)
from bridge.domain.outcome import Misconfigured, Transient, UnknownOutcome
from bridge.domain.sales_document import SalesUpdate
from bridge.gp.sba import SbaGp
from bridge.neighbours import Gp

from local.gp import GpSimulator
from tests.contract.gp_port import NUMBER, an_order, permits
from tests.contract.sba_port import COMPANY, SERVICE, UNDER, about, of, over, sba_port, service, stock, told

ADJUSTMENT = InventoryDocumentType.ADJUSTMENT
WORK, HISTORY = TransactionState.WORK, TransactionState.HISTORY
SHIPPED = SalesUpdate(
    batch="SBR261118-15",
    shipped_on=dt.date(2026, 11, 18),
    added_tracking=("1Z999",),
    fulfilled=((16384, Decimal(2)), (32768, Decimal(10))),
    lifted_holds=frozenset({"SHIPBOB"}),
)
ALWAYS = Window(WindowOf.MODIFIED, dt.datetime(2020, 1, 1, tzinfo=dt.UTC), dt.datetime(2040, 1, 1, tzinfo=dt.UTC))


@pytest.fixture(params=[True, False], ids=["login kept", "login for each request"])
def gp(folder: Path, request: pytest.FixtureRequest) -> Iterator[GpSimulator]:
    with GpSimulator(folder, keeps_login=request.param) as simulator:
        yield simulator


@pytest.fixture
def sba(gp: GpSimulator) -> Iterator[SbaGp]:
    with sba_port(gp) as made:
        yield made


def an_adjustment(number: str = "SBC250000001", **changes: object) -> InventoryDocument:
    line = InventoryLine(Decimal(16384), "SERUM-30", "SB-CICERO", Decimal(3), "EACH", Decimal("4.00"))
    made = InventoryDocument(ADJUSTMENT, number, "SBR261116-09", dt.date(2026, 11, 16), (line,))
    return replace(made, **changes)  # type: ignore[arg-type]


# What is missing ------------------------------------------------------------------------------------------------------


def test_stock_alone_names_the_operation_to_install_without_asking_the_server() -> None:
    connection = stock()
    sba = over(connection, service="")

    with pytest.raises(Misconfigured, match=r"create_sales_document.*GpSbaServicePath"):
        sba.create_sales_order(an_order())
    with pytest.raises(Misconfigured, match="list_inventory_documents"):
        sba.inventory_documents(ADJUSTMENT, ALWAYS, WORK)
    with pytest.raises(Misconfigured, match="SOAP endpoint"):
        sba.policy("CreateSalesOrder")

    assert connection.asked == []


def test_a_service_that_was_taken_away_is_named_and_nothing_is_in_doubt() -> None:
    gone = told(404)
    connection = service(about("create_sales_document"), gone)
    connection.answers["GET help"] = gone
    sba = over(connection)
    sba.server()

    with pytest.raises(Misconfigured, match="GpSbaServicePath"):
        sba.create_sales_order(an_order())


def test_a_list_that_is_installed_later_is_used_without_a_restart() -> None:
    found = told(payload={"inventory_documents": []})
    connection = service(about("read_sales_document"), about("list_inventory_documents"), found, found)
    connection.answers[f"GET {UNDER}/Inventory/TransactionHeaders"] = told(payload=[])
    sba, window = over(connection), replace(ALWAYS, of=WindowOf.DOCUMENT)

    for _ in range(3):
        sba.inventory_documents(ADJUSTMENT, window, WORK)

    asked = [each.body["Payload"]["operation"] if each.body else each.path for each in connection.asked]
    by_service = "list_inventory_documents"
    assert asked == ["about", f"{UNDER}/Inventory/TransactionHeaders", "about", by_service, by_service]


def test_a_stock_service_that_is_not_installed_is_named_and_no_item_is_called_absent(gp: GpSimulator) -> None:
    gp.sba_installed.discard("Inventory/Items/ItemSites")
    gp.sba_installed.discard("Inventory/Transactions")
    gp.sba_installed.discard("Inventory/Sites")
    with sba_port(gp) as sba:
        with pytest.raises(Misconfigured, match="Inventory/Items/ItemSites"):
            sba.item("SERUM-30")
        with pytest.raises(Misconfigured, match="Inventory/Transactions"):
            sba.inventory_document(ADJUSTMENT, "SBC250000001")
        with pytest.raises(Misconfigured, match="Inventory/Transactions"):
            sba.create_inventory_adjustment(an_adjustment())
        with pytest.raises(Misconfigured, match="Inventory/Sites"):
            sba.sites()
        assert sba.item("NO-SUCH-ITEM") is None, "that resource is there"


def test_an_operation_that_the_service_has_not_is_named_and_no_document_is_blamed(gp: GpSimulator, sba: SbaGp) -> None:
    gp.sba_operations.discard("create_sales_document")

    with pytest.raises(Misconfigured, match="create_sales_document"):
        sba.create_sales_order(an_order())

    gp.sba_operations.add("create_sales_document")
    sba.create_sales_order(an_order())
    assert sba.sales_order(NUMBER) is not None, "once it is installed, no restart is needed"


def test_a_service_that_is_not_where_it_should_be_is_named(gp: GpSimulator) -> None:
    with sba_port(gp, service="Bridge/Elsewhere") as sba:
        with pytest.raises(Misconfigured, match=r"Bridge/Elsewhere.*GpSbaServicePath"):
            sba.sales_order(NUMBER)
        with pytest.raises(Misconfigured, match=r"Bridge/Elsewhere.*GpSbaServicePath"):
            sba.create_sales_order(an_order())


def test_a_company_by_another_name_is_named(gp: GpSimulator) -> None:
    with sba_port(gp, company="Wingtip") as sba:
        with pytest.raises(Misconfigured, match="'Wingtip'"):
            sba.probe()
        with pytest.raises(Misconfigured, match="'Wingtip'"):
            sba.item("SERUM-30")
        with pytest.raises(Misconfigured, match="'Wingtip'"):
            sba.create_inventory_adjustment(an_adjustment())
        with pytest.raises(Misconfigured, match="Wingtip"):
            sba.sales_order(NUMBER)


def test_the_probe_finds_the_company(gp: GpSimulator, sba: SbaGp) -> None:
    gp.add_company(3, "Fabrikam (Bermuda), Ltd")

    sba.probe()

    assert sba.companies() == [Company(2, COMPANY), Company(3, "Fabrikam (Bermuda), Ltd")]
    with sba_port(gp, company="Fabrikam (Bermuda), Ltd") as other:
        other.probe()
        assert other.customer("SHIPBOB-DTC") is not None


def test_every_call_of_the_port_says_what_carries_it(sba: SbaGp) -> None:
    abilities = {each.call: each for each in sba.server().abilities}

    assert set(abilities) == {name for name in dir(Gp) if not name.startswith("_")}
    assert {each.call for each in abilities.values() if each.missing} == {"policy"}
    assert abilities["item"].transport == "SBA stock"
    assert abilities["create_sales_order"].transport == "SBA service"


def test_what_is_not_installed_is_missing_from_the_abilities(gp: GpSimulator) -> None:
    gp.sba_installed.discard("Inventory/TransactionHeaders")
    gp.sba_installed.discard("Sales/Customers")
    gp.sba_operations.discard("void_sales_document")
    with sba_port(gp) as sba:
        missing = {each.call: each.missing for each in sba.server().abilities if each.missing}
    with sba_port(gp, service="") as sba:
        of_stock = {each.call for each in sba.server().abilities if not each.missing}

    assert set(missing) == {"policy", "customer", "void_sales_order"}
    assert "Sales/Customers" in missing["customer"]
    assert "void_sales_document" in missing["void_sales_order"]
    assert {"item", "inventory_document", "create_inventory_adjustment"} <= of_stock
    assert of_stock.isdisjoint({"sales_order", "create_sales_order", "shipping_methods", "inventory_documents"})


@pytest.mark.parametrize("keeps_login", [True, False])
def test_the_server_tells_its_clock_and_whether_it_keeps_a_login(folder: Path, *, keeps_login: bool) -> None:
    with GpSimulator(folder, keeps_login=keeps_login) as simulator, sba_port(simulator) as sba:
        server = sba.server()

        assert server.now is not None
        assert abs(server.now - simulator.books.now().replace(tzinfo=dt.UTC)) < dt.timedelta(minutes=5)
        assert server.keeps_login == keeps_login


# Logins and lost answers ----------------------------------------------------------------------------------------------


def test_a_refused_password_is_never_tried_again(gp: GpSimulator) -> None:
    with sba_port(gp, password="another", permit=permits().login(gp.username, "v1", "worker-1")) as sba:  # noqa: S106
        for _ in range(3):
            with pytest.raises(Misconfigured):
                sba.login()
            with pytest.raises(Misconfigured):
                sba.sales_order(NUMBER)
    assert gp.counters.refused == 1


def test_what_goes_out_and_what_comes_back_is_of_the_schema(gp: GpSimulator, sba: SbaGp) -> None:
    sba.server()
    sba.create_sales_order(an_order())
    sba.update_sales_order(an_order(), replace(SHIPPED, canceled=((32768, Decimal(0)),), shipping_method="GROUND"))
    sba.sales_order(NUMBER)
    sba.sales_documents("SHIPBOB-DTC", "#1042")
    sba.inventory_documents(ADJUSTMENT, ALWAYS, WORK)
    sba.void_sales_order(NUMBER)
    sba.shipping_methods()
    sba.hold_setups()

    sent = [json.loads(each.request) for each in gp.exchanges if each.request]
    assert len(sent) == 9
    assert [list(of("Request").iter_errors(body)) for body in sent] == [[]] * 9


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_create_whose_answer_is_lost_is_unknown(gp: GpSimulator, sba: SbaGp, when: str) -> None:
    sba.login()
    gp.stops.add("SBA create_sales_document", when, "drop")

    with pytest.raises(UnknownOutcome):
        sba.create_sales_order(an_order())

    assert (sba.sales_order(NUMBER) is not None) == (when == "after")


def test_a_read_whose_answer_is_lost_is_tried_again_later(gp: GpSimulator, sba: SbaGp) -> None:
    gp.stops.add("SBA read_sales_document", "after", "drop")

    with pytest.raises(Transient):
        sba.sales_order(NUMBER)

    assert sba.sales_order(NUMBER) is None


def test_the_certificate_is_shown_and_the_connection_closed_without_a_request() -> None:
    connection, shown = stock(), Certificate("gp.example.com:443")
    sba = SbaGp(connection, COMPANY, SERVICE, shown=lambda: [shown])

    assert sba.certificates() == [shown]
    sba.close()

    assert connection.is_closed
    assert connection.asked == []
