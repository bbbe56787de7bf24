"""The GP simulator's inventory documents: what is kept, what moves when, what a list gives."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from lxml import etree

from local.gp import GpSimulator
from tests.contract.gp_bodies import Client, Control, faultstring, found, nils, text
from tests.contract.gp_inventory import (
    NOON,
    at,
    between,
    create,
    line,
    listed,
    on_hand,
    read,
    result,
    states,
    transfer_line,
)

HOUR = dt.timedelta(hours=1)
KINDS = ["Adjustment", "Variance", "Transfer"]


@pytest.mark.parametrize("kind", KINDS)
def test_a_document_comes_back_as_it_was_sent_and_completed(client: Client, gp: GpSimulator, kind: str) -> None:
    at(gp, NOON)
    created = create(client, "SBC0001", kind=kind)
    assert created.status_code == 200, created.text
    assert len(etree.fromstring(created.content)[0][0]) == 0, "the answer to a create is empty"
    answer = result(client, "SBC0001", kind)
    assert text(answer, "Key", "Id") == "SBC0001".ljust(17), "a char column comes back padded"
    assert text(answer, "BatchKey", "Source") == ("IV_Trans" if kind == "Transfer" else "IV_Trxent")
    assert text(answer, "Date") == text(answer, "GLPostingDate") == "2026-11-23T00:00:00"
    assert text(answer, "TransactionState") == "Work"
    assert text(answer, "AuditTrailCode").strip() == ""
    [kept] = found(read(client, "SBC0001", kind), f"Inventory{kind}Line")
    assert text(kept, "Key", "SequenceNumber") == "16384.00000"
    assert text(kept, "UnitCost", "Value") == "4.00", "the cost on the item's card"
    if kind == "Transfer":
        assert text(kept, "QuantityTypeFrom") == text(kept, "QuantityTypeTo") == "On Hand"
    else:
        assert text(kept, "UofM").strip() == "EACH"


def test_kinds_have_numbers_of_their_own(client: Client) -> None:
    create(client, "DOC1", kind="Variance")
    assert faultstring(read(client, "DOC1")) == "Business object not found."
    assert create(client, "DOC1").status_code == 200
    assert (listed(client), listed(client, kind="Variance"), listed(client, kind="Transfer")) == (
        ["DOC1"],
        ["DOC1"],
        [],
    )


def test_a_document_without_a_number_gets_the_next_one_and_is_not_told(client: Client) -> None:
    assert create(client, "").status_code == 200
    assert create(client, "").status_code == 200
    assert len(set(listed(client))) == 2


# What moves -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["Adjustment", "Variance"])
def test_an_increase_is_on_hand_when_it_is_posted(client: Client, control: Control, kind: str) -> None:
    create(client, "UP", line(count="5"), kind)
    assert on_hand(client)["SB-CICERO"] == ("400", "0")
    assert control.post("/inventory/UP/post") == 200
    assert on_hand(client)["SB-CICERO"] == ("405", "0")
    assert on_hand(client)[""] == ("1905", "0")


def test_a_decrease_is_allocated_in_work_and_gone_when_it_is_posted(client: Client, control: Control) -> None:
    create(client, "DOWN", line(count="-5"))
    assert on_hand(client)["SB-CICERO"] == ("400", "5")
    assert control.post("/inventory/DOWN/post") == 200
    assert on_hand(client)["SB-CICERO"] == ("395", "0")


def test_a_transfer_takes_from_one_site_and_gives_to_the_other_when_it_is_posted(
    client: Client, control: Control
) -> None:
    create(client, "MOVE", transfer_line(count="30"), "Transfer")
    assert (on_hand(client)["MAIN"], on_hand(client)["SB-CICERO"]) == (("1000", "30"), ("400", "0"))
    control.post("/inventory/MOVE/post")
    assert (on_hand(client)["MAIN"], on_hand(client)["SB-CICERO"]) == (("970", "0"), ("430", "0"))
    assert on_hand(client)[""] == ("1900", "0")


def test_a_transfer_moves_between_quantity_types(client: Client, control: Control) -> None:
    broken = transfer_line("MUG-WHT", "3", source="MAIN", target="MAIN", to_type="Damaged")
    create(client, "BROKEN", broken, "Transfer")
    control.post("/inventory/BROKEN/post")
    there = {
        row["quantity_type"]: row["quantity"] for row in control.get("/stock?item=MUG-WHT") if row["site"] == "MAIN"
    }
    assert there == {"On Hand": "997", "Damaged": "3"}


def test_a_line_in_cases_moves_base_units(client: Client, control: Control) -> None:
    control.post("/items", number="CASED", units=["EACH", "CASE"], factors={"CASE": 12}, on_hand={"MAIN": 24})
    create(client, "CASES", line("CASED", "-1", "MAIN", unit="CASE"))
    assert on_hand(client, "CASED")["MAIN"] == ("24", "12")
    control.post("/inventory/CASES/post")
    assert on_hand(client, "CASED")["MAIN"] == ("12", "0")


def test_what_orders_have_allocated_an_adjustment_cannot_take(client: Client) -> None:
    client.create()
    [(problem, _)] = client.problems(create(client, lines=line(count="-399")))
    assert problem == "QuantityShortage"
    assert create(client, lines=line(count="-398")).status_code == 200


# Work and History -----------------------------------------------------------------------------------------------------


def test_a_posted_document_is_in_history_with_a_new_stamp_and_an_audit_trail_code(
    client: Client, gp: GpSimulator, control: Control
) -> None:
    at(gp, NOON)
    create(client)
    at(gp, NOON + HOUR)
    control.post("/inventory/ADJ1/post")
    answer = result(client)
    assert text(answer, "TransactionState") == "History"
    assert text(answer, "ModifiedDate") == "2026-11-23T13:00:00"
    assert text(answer, "CreatedDate") == "2026-11-23T12:00:00"
    assert text(answer, "AuditTrailCode").startswith("IVADJ")


def test_history_is_read_only(client: Client, control: Control) -> None:
    create(client)
    control.post("/inventory/ADJ1/post")
    before = control.get("/inventory/ADJ1")
    [(problem, message)] = client.problems(create(client))
    assert (problem, "History" in message) == ("DuplicateDocument", True)
    assert control.post("/inventory/ADJ1/post") == 409
    assert control.post("/inventory/ADJ1/delete") == 409
    assert control.post("/inventory/ADJ1/edit_quantity", sequence=16384, quantity=9) == 409
    assert control.get("/inventory/ADJ1") == before


def test_where_gp_keeps_no_history_a_posted_document_is_gone_and_its_quantities_moved(
    client: Client, gp: GpSimulator, control: Control
) -> None:
    gp.books.change_set_up(keeps_history=False)
    create(client)
    assert control.post("/inventory/ADJ1/post") == 200
    assert faultstring(read(client)) == "Business object not found."
    assert on_hand(client)["SB-CICERO"] == ("402", "0")


def test_a_person_edits_and_deletes_a_document_in_work(client: Client, control: Control) -> None:
    create(client)
    control.post("/inventory/ADJ1/edit_quantity", sequence=16384, quantity=-7)
    assert on_hand(client)["SB-CICERO"] == ("400", "7")
    assert control.post("/inventory/ADJ1/delete") == 200
    assert faultstring(read(client)) == "Business object not found."
    assert on_hand(client)["SB-CICERO"] == ("400", "0")


def test_a_batch_is_posted_as_far_as_it_can_be(client: Client, control: Control) -> None:
    create(client, "GOOD", line(count="5"))
    create(client, "BAD", line("TOTE-NAT", "-2"))
    create(client, "ELSEWHERE", batch="SBIV-02")
    control.post("/stock", item="TOTE-NAT", site="SB-CICERO", quantity=0)
    assert control.post("/inventory/batches/SBIV-01/post") == 409
    assert {each["number"]: each["state"] for each in control.get("/inventory")} == {
        "GOOD": "History",
        "BAD": "Work",
        "ELSEWHERE": "Work",
    }
    control.post("/stock", item="TOTE-NAT", site="SB-CICERO", quantity=2)
    assert control.post("/inventory/batches/SBIV-01/post") == 200
    assert on_hand(client, "TOTE-NAT")["SB-CICERO"] == ("0", "0")
    assert control.post("/inventory/batches/SBIV-01/post") == 404, "there is nothing left in it"


# The number that is there already -------------------------------------------------------------------------------------


def test_a_create_on_a_number_in_work_appends_its_lines(client: Client, control: Control) -> None:
    sent = line(count="-5", sequence="16384")
    create(client, lines=sent)
    assert create(client, lines=sent, batch="SBIV-02").status_code == 200
    document = control.get("/inventory/ADJ1")
    assert [(each["sequence"], each["quantity"]) for each in document["lines"]] == [(16384, "-5"), (32768, "-5")]
    assert document["batch"] == "SBIV-02"
    assert on_hand(client)["SB-CICERO"] == ("400", "10"), "what was sent twice counts twice"


def test_a_create_on_a_number_in_work_is_refused_where_gp_is_so(
    client: Client, gp: GpSimulator, control: Control
) -> None:
    gp.books.inventory_create_on_existing = "refuses"
    create(client)
    before = control.get("/inventory/ADJ1")
    [(problem, _)] = client.problems(create(client))
    assert problem == "DuplicateDocument"
    assert control.get("/inventory/ADJ1") == before


def test_what_is_refused_leaves_the_document_in_work_as_it_was(client: Client, control: Control) -> None:
    create(client)
    before = control.get("/inventory/ADJ1")
    assert create(client, lines=line(count="-9999"), batch="SBIV-09").status_code == 500
    assert control.get("/inventory/ADJ1") == before


# Lists and stamps -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "criteria",
    [
        "<InventoryId><EqualValue>OLD</EqualValue></InventoryId>",
        "<InventoryId><Like>O%</Like></InventoryId>",
        "<BatchId><EqualValue>SBIV-OLD</EqualValue></BatchId>",
        states("History"),
        f"<TransactionState><EqualValue>History</EqualValue>{nils('NotEqualValue')}</TransactionState>",
        between("ModifiedDate", "2026-11-23T13:00:00", "2026-11-23T14:00:00"),
        between("ModifiedDate", "2026-11-23T12:00:00", "2026-11-23T13:00:00"),
        between("CreatedDate", "2026-11-23T11:00:00", "2026-11-23T12:00:00"),
        between("Date", "2026-11-20T00:00:00", "2026-11-20T00:00:00"),
    ],
)
def test_a_list_gives_what_the_criteria_ask_for(client: Client, gp: GpSimulator, criteria: str) -> None:
    at(gp, NOON)
    create(client, "OLD", batch="SBIV-OLD", date="2026-11-20")
    at(gp, NOON + HOUR)
    gp.books.inventory.post("OLD")
    at(gp, NOON + 3 * HOUR)
    create(client, "NEW", date="2026-11-23")
    assert listed(client, criteria) == ["OLD"]
    assert sorted(listed(client, states("Work", "History"))) == ["NEW", "OLD"]


def test_a_list_is_in_no_order_of_time(client: Client, gp: GpSimulator) -> None:
    numbers = [f"ADJ{count}" for count in range(4)]
    for hours, number in enumerate(numbers):
        at(gp, NOON + hours * HOUR)
        create(client, number)
    got = listed(client)
    assert sorted(got) == numbers
    assert got not in (numbers, numbers[::-1])


def test_dates_without_a_time_are_the_day_where_the_server_stands(client: Client, gp: GpSimulator) -> None:
    gp.books.stamps_have_time, gp.books.zone = False, ZoneInfo("America/Chicago")
    at(gp, dt.datetime(2026, 11, 24, 5, 30, tzinfo=dt.UTC))
    create(client)
    answer = result(client)
    assert text(answer, "ModifiedDate") == text(answer, "CreatedDate") == "2026-11-23T00:00:00"
    assert listed(client, between("ModifiedDate", "2026-11-24T05:00:00", "2026-11-24T06:00:00")) == []
    assert listed(client, between("ModifiedDate", "2026-11-23T00:00:00", "2026-11-23T00:00:00")) == ["ADJ1"]


def test_a_posted_document_has_the_stamp_of_its_row_even_where_dates_have_no_time(
    client: Client, gp: GpSimulator
) -> None:
    """History has no column of its own for the modified date."""
    gp.books.stamps_have_time, gp.books.zone = False, ZoneInfo("America/Chicago")
    at(gp, dt.datetime(2026, 11, 24, 5, 30, tzinfo=dt.UTC))
    create(client)
    gp.books.inventory.post("ADJ1")
    assert text(result(client), "ModifiedDate") == "2026-11-24T05:30:00"


def test_a_restore_stamps_every_document_anew(client: Client, gp: GpSimulator, control: Control) -> None:
    at(gp, NOON)
    create(client, "ADJ1")
    create(client, "ADJ2")
    client.create("SB100")
    at(gp, NOON + HOUR)
    assert control.post("/restamp", numbers=["ADJ2"]) == 200
    assert listed(client, between("ModifiedDate", "2026-11-23T13:00:00", "2026-11-23T13:00:00")) == ["ADJ2"]
    at(gp, NOON + 2 * HOUR)
    assert control.post("/restamp") == 200
    moved = between("ModifiedDate", "2026-11-23T14:00:00", "2026-11-23T14:00:00")
    assert sorted(listed(client, moved)) == ["ADJ1", "ADJ2"]
    assert client.listed(moved) == ["SB100"]
