"""From the stack's parameters and the GP secret to the port: which endpoints, which choices, and who may come in."""

from __future__ import annotations

import json
import os
import tempfile
import time
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from bridge.domain.outcome import Misconfigured, Refused, Transient, UnknownOutcome
from bridge.gp.connect import Endpoints, connect

from local.gp import GpSimulator
from tests.contract import sba_port
from tests.contract.gp_calls import WRONG
from tests.contract.gp_port import NUMBER, an_order, pause, permits

HOW: dict[str, Any] = {
    "permit_for": lambda username: permits().login(username, "v1", "worker-1"),
    "seconds": time.time,  # noqa: TID251 - certificates are of the real today
    "pause": pause,
}


def secret_of(gp: GpSimulator, **changed: str) -> str:
    account = {"username": gp.username, "password": gp.password, "ca_bundle": gp.ca_bundle.read_text()}
    return json.dumps(account | changed)


def soap_of(gp: GpSimulator) -> dict[str, Any]:
    return {"service_url": gp.url, "company_id": 2}


def sba_of(gp: GpSimulator) -> dict[str, Any]:
    return {"sba_url": gp.sba_url, "sba_company": sba_port.COMPANY, "sba_service_path": sba_port.SERVICE}


@pytest.mark.parametrize("of", [soap_of, sba_of])
def test_a_run_that_is_nearly_over_reaches_no_endpoint(gp: GpSimulator, of: Callable[[GpSimulator], Any]) -> None:
    endpoints = Endpoints(**{"service_url": "", "company_id": 2, **of(gp)})

    with pytest.raises(Transient, match="nearly up"):
        connect(endpoints, secret_of(gp), **HOW, left=lambda: 1.0).login()

    assert gp.counters.connections == 0


# ---- Which endpoints


def test_with_one_address_all_goes_there(gp: GpSimulator) -> None:
    for endpoints in (Endpoints(**soap_of(gp)), Endpoints(company_id=2, service_url="", **sba_of(gp))):
        number = f"SB{len(gp.books.documents())}"
        connect(endpoints, secret_of(gp), **HOW).create_sales_order(an_order(number))

    created = {name for name in gp.counters.operations if "reate" in name}
    assert created == {"CreateSalesOrder", "SBA create_sales_document"}


def test_with_both_addresses_web_services_come_first(gp: GpSimulator) -> None:
    port = connect(Endpoints(**soap_of(gp), **sba_of(gp)), secret_of(gp), **HOW)

    port.create_sales_order(an_order())

    assert port.sales_order(NUMBER) is not None
    assert not [name for name in gp.counters.operations if name.startswith("SBA")]


def test_both_addresses_are_asked_for_their_certificate_without_a_login(gp: GpSimulator) -> None:
    port = connect(Endpoints(**soap_of(gp), **sba_of(gp)), secret_of(gp), **HOW)

    shown = port.certificates()

    assert [certificate.problems for certificate in shown] == [(), ()]
    assert all(certificate.expires_at for certificate in shown)
    assert gp.counters.legs == 0


def test_without_an_address_there_is_something_to_repair(gp: GpSimulator) -> None:
    with pytest.raises(Misconfigured, match="GpServiceUrl nor GpSbaUrl"):
        connect(Endpoints("", 2), secret_of(gp), **HOW)


# ---- A shortage

MANY = Decimal(450)  # 400 lie at the site


def short_order(gp: GpSimulator, choice: str) -> dict[str, Decimal]:
    """An order of more than there is, and what GP made of its first line."""
    first, second = an_order().lines
    order = an_order(lines=(type(first)(first.sequence, first.item, first.site, MANY, first.unit_price), second))
    connect(Endpoints(**soap_of(gp), quantity_shortage=choice), secret_of(gp), **HOW).create_sales_order(order)
    line = gp.books.document(NUMBER).lines[first.sequence]
    names = ("QuantityToInvoice", "QuantityToBackorder", "QuantityCanceled")
    return {name: line[name]["Value"] for name in names if line.get(name) and line[name]["Value"]}


def test_goods_that_shipbob_has_are_sold_whatever_gp_counts(gp: GpSimulator) -> None:
    gp.books.choose_option("Quantity Shortage", "Cancel Balance")

    assert short_order(gp, "override") == {"QuantityToInvoice": MANY}


def test_what_gp_has_too_few_of_is_back_ordered_where_that_is_chosen(gp: GpSimulator) -> None:
    assert short_order(gp, "backorder") == {
        "QuantityToInvoice": Decimal(400),
        "QuantityToBackorder": Decimal(50),
    }


def test_for_review_gps_own_choice_stands_and_what_it_refuses_is_refused(gp: GpSimulator) -> None:
    gp.books.change_set_up(permits_override=False)

    with pytest.raises(Refused, match="SERUM-30") as refused:
        short_order(gp, "review")

    assert refused.value.evidence
    assert "GetPolicyByOperation" not in gp.counters.operations


def test_a_policy_is_read_once_for_all_that_is_written_by_it(gp: GpSimulator) -> None:
    port = connect(Endpoints(**soap_of(gp), quantity_shortage="override"), secret_of(gp), **HOW)

    for number in ("SB1", "SB2", "SB3"):
        port.create_sales_order(an_order(number))

    assert gp.counters.operations["GetPolicyByOperation"] == 1


def test_a_policy_that_an_administrator_has_changed_is_read_again_after_the_write_that_met_it(gp: GpSimulator) -> None:
    port = connect(Endpoints(**soap_of(gp), quantity_shortage="override"), secret_of(gp), **HOW)
    port.create_sales_order(an_order("SB1"))
    gp.books.choose_option("Calculate Unit Price", "Calculate")  # internal: what a client sends must agree with it

    with pytest.raises(UnknownOutcome):
        port.create_sales_order(an_order("SB2"))
    port.create_sales_order(an_order("SB3"))

    assert port.sales_order("SB3") is not None


def test_the_check_is_told_of_a_choice_that_the_policy_does_not_offer(gp: GpSimulator) -> None:
    port = connect(Endpoints(**soap_of(gp), quantity_shortage="override"), secret_of(gp), **HOW)

    assert port.policy("CreateSalesOrder").obstacle == ""
    assert port.policy("CreateSalesReturn").obstacle == ""


# ---- Who may come in


def test_a_wrong_password_is_the_operators_to_repair(gp: GpSimulator) -> None:
    soap = connect(Endpoints(gp.url, 2), secret_of(gp, password=WRONG), **HOW)

    for _ in range(3):
        with pytest.raises(Misconfigured, match="Windows login"):
            soap.login()

    assert gp.counters.refused == 1


NULLS = '{"username": null, "password": null, "ca_bundle": null}'
MALFORMED = ["", "{}", "[]", "null", "7", '"text"', "not JSON", '{"username": "W\\\\svc"}']


@pytest.mark.parametrize(
    "secret",
    [*MALFORMED, NULLS],
)
def test_a_malformed_secret_is_the_operators_to_repair(secret: str) -> None:
    with pytest.raises(Misconfigured, match="username, password and ca_bundle"):
        connect(Endpoints("https://localhost/gp.asmx", 2), secret, **HOW)


@pytest.mark.parametrize("bundle", ["", "not a certificate"])
def test_a_bundle_without_a_certificate_is_the_operators_to_repair(gp: GpSimulator, bundle: str) -> None:
    with pytest.raises(Misconfigured):
        connect(Endpoints(gp.url, 2), secret_of(gp, ca_bundle=bundle), **HOW).login()


def test_a_file_that_somebody_else_planted_is_not_taken_for_the_authority(
    gp: GpSimulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    (tmp_path / f"gp-ca-{os.getuid()}").mkdir(mode=0o777)
    (tmp_path / f"gp-ca-{os.getuid()}").chmod(0o777)

    with pytest.raises(Transient, match="ca_bundle"):
        connect(Endpoints(**soap_of(gp)), secret_of(gp), **HOW)
