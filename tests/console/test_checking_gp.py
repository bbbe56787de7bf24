"""The check says, before anything depends on it, what in GP is not as the bridge needs it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import pytest
from bridge.console.checks import Level, check, rehearse
from bridge.domain.company import Behavior, Certificate, HoldSetup
from bridge.domain.inventory import InventoryDocument, InventoryDocumentType, TransactionState
from bridge.domain.sales_document import SalesOrder
from bridge.domain.terms import OrderTerms, PriceSource

from local.memory.world import HOLD, TERMS, World

SERVICE = "the custom SBA service"


def weak(world: World) -> None:
    problem = "the certificate has no Authority Key Identifier"
    world.gp.shown = [Certificate("https://gp.example.com", None, (problem,), would_pass_leniently=True)]


def expiring(world: World) -> None:
    world.gp.shown = [Certificate("https://gp.example.com", world.clock.now() + dt.timedelta(days=29))]


def without_sales_documents(world: World) -> None:
    world.gp.missing = {"create_sales_order": SERVICE, "sales_order": SERVICE}


def refusing_the_login(world: World) -> None:
    world.gp.fail_all("login rejected")


def running_ahead(world: World) -> None:
    world.gp.ahead = dt.timedelta(minutes=3)


def logging_in_each_time(world: World) -> None:
    world.gp.keeps_login = False


def without_the_hold(world: World) -> None:
    world.gp.holds = []


def with_a_hold_that_only_stops_printing(world: World) -> None:
    world.gp.holds = [HoldSetup(HOLD, "", stops_transfer=False, stops_posting=True, stops_printing=True)]


def with_a_hold_that_stops_too_much(world: World) -> None:
    world.gp.holds = [HoldSetup(HOLD, "", stops_transfer=True, stops_posting=True, stops_fulfilment=True)]


def pricing_by_itself(world: World) -> None:
    world.gp.behaviors = (Behavior("Calculate Unit Price", "Calculate", is_internal=True),)


@pytest.mark.parametrize(
    ("spoil", "subject", "level"),
    [
        (weak, "Certificate of https://gp.example.com", Level.PROBLEM),
        (expiring, "Certificate of https://gp.example.com", Level.WARNING),
        (refusing_the_login, "Certificate", Level.PROBLEM),
        (without_sales_documents, "What GP's interface can do", Level.PROBLEM),
        (running_ahead, "GP's clock", Level.WARNING),
        (logging_in_each_time, "Windows login", Level.WARNING),
        (without_the_hold, "Process hold", Level.PROBLEM),
        (with_a_hold_that_only_stops_printing, "Process hold", Level.PROBLEM),
        (with_a_hold_that_stops_too_much, "Process hold", Level.WARNING),
        (pricing_by_itself, "Policy: Calculate Unit Price", Level.PROBLEM),
    ],
)
def test_what_is_not_as_it_should_be_is_named_with_what_to_do(
    spoil: Callable[[World], None], subject: str, level: Level
) -> None:
    world = World()
    spoil(world)

    found = [finding for finding in check(world) if finding.level is not Level.GOOD]

    assert {(finding.subject, finding.level) for finding in found} == {(subject, level)}
    assert all(finding.fix for finding in found)


def test_a_gp_that_is_as_it_should_be_is_called_good_throughout() -> None:
    findings = list(check(World()))

    assert {finding.level for finding in findings} == {Level.GOOD}
    assert {"Process hold", "Policies", "GP's clock", "Windows login and company"} <= {f.subject for f in findings}


def test_a_check_writes_nothing() -> None:
    world = World()

    list(check(world))

    assert not [call for call in world.calls.of("gp") if call.startswith(("create", "update", "void"))]


def test_nobody_logs_in_to_a_server_whose_certificate_is_not_trusted() -> None:
    world = World()
    weak(world)

    list(check(world))

    assert world.calls.of("gp") == ["certificates"]


def test_a_certificate_that_only_strictness_refuses_says_how_to_go_on_until_it_is_renewed() -> None:
    world = World()
    weak(world)

    [found] = check(world)

    assert "GpStrictX509=false" in found.fix


def test_what_is_not_installed_is_named_once_with_all_that_needs_it() -> None:
    world = World()
    without_sales_documents(world)

    [found] = [finding for finding in check(world) if finding.level is Level.PROBLEM]

    assert (found.says, found.fix) == ("Cannot create_sales_order, sales_order", f"Install or enable {SERVICE}")


def test_an_interface_without_policies_is_good_enough_and_the_rest_is_checked() -> None:
    world = World()
    world.gp.missing = {"policy": "the SOAP endpoint"}

    findings = list(check(world))

    assert [f.level for f in findings if f.level is not Level.GOOD] == [Level.WARNING]
    assert "GP's modified dates" in {finding.subject for finding in findings}


def test_without_a_configured_hold_a_warning_says_what_is_lost() -> None:
    world = World(terms=replace(TERMS, orders=OrderTerms("STDORD", draft_hold="")))

    [found] = [finding for finding in check(world) if finding.level is not Level.GOOD]

    assert (found.subject, found.level) == ("Process hold", Level.WARNING)


@pytest.mark.parametrize(
    ("modified_at", "said"),
    [
        (dt.datetime(2026, 11, 16, tzinfo=dt.UTC), "Days without a time"),
        (dt.datetime(2026, 11, 16, 9, 30, tzinfo=dt.UTC), "With a time of day"),
        (None, "No posted stock document"),
    ],
)
def test_whether_gp_keeps_the_time_of_a_change_is_told_by_what_was_posted(
    modified_at: dt.datetime | None, said: str
) -> None:
    world = World()
    posted = InventoryDocument(
        InventoryDocumentType.TRANSFER, "TRF1", "B", dt.date(2026, 11, 16), (), TransactionState.HISTORY, modified_at
    )
    world.gp.inventory[posted.type, posted.number] = posted

    [found] = [finding for finding in check(world) if finding.subject == "GP's modified dates"]

    assert said in found.says


# ---- The rehearsal


def rehearsed(world: World) -> dict[str, Level]:
    return {finding.subject: finding.level for finding in rehearse(world, "AARONFIT0001", "RED-100", "CHICAGO")}


def test_a_rehearsal_ends_with_the_order_voided_and_nothing_else_in_gp() -> None:
    world = World()

    assert set(rehearsed(world).values()) == {Level.GOOD}

    [order] = world.gp.orders.values()
    assert (order.is_voided, order.state, order.number) == (True, TransactionState.HISTORY, "SBT261117140500")


def repriced(order: SalesOrder) -> SalesOrder:
    return replace(order, lines=tuple(replace(line, unit_price=Decimal("9.95")) for line in order.lines))


def fulfilled(order: SalesOrder) -> SalesOrder:
    return replace(order, lines=tuple(replace(line, fulfilled=line.quantity) for line in order.lines))


def unheld(order: SalesOrder) -> SalesOrder:
    return replace(order, holds=frozenset())


@pytest.mark.parametrize(
    ("deed", "subject"),
    [
        (repriced, "The order as GP keeps it"),
        (fulfilled, "Separate fulfilment"),
        (unheld, "Hold on a new order"),
    ],
)
def test_what_gp_makes_of_an_order_shows_in_the_rehearsal(
    deed: Callable[[SalesOrder], SalesOrder], subject: str
) -> None:
    world = World()
    world.gp.on_create = deed

    assert rehearsed(world)[subject] is Level.PROBLEM

    assert all(order.is_voided for order in world.gp.orders.values())


def test_a_gp_without_sales_history_is_told_by_the_voided_order_that_is_gone() -> None:
    world = World()
    world.gp.keeps_history = False

    assert rehearsed(world)["Sales history"] is Level.WARNING


@pytest.mark.parametrize("how", ["refused", "lost reply", "down"])
def test_a_rehearsal_whose_create_fails_says_which_order_to_look_for(how: str) -> None:
    world = World()
    world.gp.fail_next("create_sales_order", how)

    [found] = rehearse(world, "AARONFIT0001", "RED-100", "CHICAGO")

    assert found.level is Level.PROBLEM
    assert "SBT261117140500" in found.fix


@pytest.mark.parametrize("call", ["sales_order", "update_sales_order"])
def test_a_rehearsal_that_fails_in_the_middle_is_voided_all_the_same(call: str) -> None:
    world = World()
    world.gp.fail_next(call, "refused")

    assert Level.PROBLEM in rehearsed(world).values()

    [order] = world.gp.orders.values()
    assert order.is_voided


def test_a_policy_that_cannot_do_what_the_parameters_choose_is_found_before_an_order_meets_it() -> None:
    world = World()
    world.gp.obstacle = "the policy has 'Quantity Shortage' set to 'Cancel All'"

    problems = [finding for finding in check(world) if finding.level is Level.PROBLEM]

    assert {problem.subject for problem in problems} == {"Policy: CreateSalesOrder", "Policy: UpdateSalesOrder"}
    assert all("Cancel All" in problem.says for problem in problems)


def test_a_price_that_gp_changes_with_the_shipment_shows_in_the_rehearsal() -> None:
    world = World()
    world.gp.on_update = repriced

    assert rehearsed(world)["The order after a shipment"] is Level.PROBLEM


def test_a_rehearsal_that_nobody_reads_to_its_end_is_voided_all_the_same() -> None:
    world = World()

    next(rehearse(world, "AARONFIT0001", "RED-100", "CHICAGO"))

    [order] = world.gp.orders.values()
    assert order.is_voided


def test_an_order_that_cannot_be_voided_is_named_for_a_person_to_void() -> None:
    world = World()
    world.gp.fail_next("void_sales_order", "refused")

    [found] = [f for f in rehearse(world, "AARONFIT0001", "RED-100", "CHICAGO") if f.level is Level.PROBLEM]

    assert "SBT261117140500" in found.fix


@pytest.mark.parametrize(("option", "is_wrong"), [("Do Not Calculate", True), ("Calculate", False)])
def test_where_prices_are_left_to_gp_its_policy_must_calculate_them(option: str, is_wrong: bool) -> None:  # noqa: FBT001
    world = World()
    world.terms = replace(world.terms, orders=replace(world.terms.orders, prices=PriceSource.GP_PRICE_LEVEL))
    world.gp.behaviors = (Behavior("Calculate Unit Price", option, is_internal=True),)

    found = {finding.subject for finding in check(world) if finding.level is Level.PROBLEM}

    assert ("Policy: Calculate Unit Price" in found) == is_wrong
