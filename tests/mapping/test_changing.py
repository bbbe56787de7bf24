"""What is written onto an order in GP, by what was written, what GP holds and what is wanted: the finer points."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from bridge.domain.inventory import Lot, TransactionState
from bridge.domain.outcome import NeedsReview
from bridge.domain.sales_document import SalesLine, SalesOrder, SalesUpdate, ShipTo
from bridge.mapping.changing import Change, is_applied, is_untouched, order_change
from bridge.mapping.pairing import is_same_goods, pair
from bridge.mapping.releasing import Release, Released, release
from bridge.mapping.written import Written
from hypothesis import given
from hypothesis import strategies as st

DAY = dt.date(2026, 11, 17)
HOLD = "SHIPBOB"
RED = SalesLine(16384, "RED-100", "CHICAGO", Decimal(2), Decimal("10.00"))
BLUE = SalesLine(32768, "BLUE-100", "CHICAGO", Decimal(1), Decimal("5.50"))
ORDER = SalesOrder(
    number="SBO1",
    customer="AARONFIT0001",
    customer_po="#1042",
    date=DAY,
    document_type="STDORD",
    batch="SBD261117-09",
    currency="USD",
    lines=(RED, BLUE),
    ship_to=ShipTo(name="Sample Customer", line1="214 Example Ave"),
    holds=frozenset({HOLD}),
)
WRITTEN = Written.of(ORDER)


def change(present: SalesOrder, wanted: SalesOrder, last: Written = WRITTEN) -> Change:
    found = order_change(present, wanted, last, HOLD)
    assert isinstance(found, Change), found
    return found


# ---- What was written is remembered


LINES = st.builds(
    SalesLine,
    sequence=st.integers(1, 9),
    item=st.sampled_from(["RED-100", "BLUE-100"]),
    site=st.sampled_from(["CHICAGO", "RENO"]),
    quantity=st.decimals(1, 99, places=2),
    unit_price=st.decimals(0, 99, places=4),
    canceled=st.decimals(0, 1, places=1),
    unit_of_measure=st.sampled_from(["", "CASE"]),
    to_invoice=st.none() | st.decimals(0, 9, places=1),
    lots=st.lists(st.builds(Lot, st.text(max_size=9), st.decimals(0, 9, places=2)), max_size=2).map(tuple),
    serials=st.lists(st.text(max_size=9), max_size=2).map(tuple),
)


@given(
    st.lists(LINES, max_size=4, unique_by=lambda line: line.sequence).map(tuple),
    st.none() | st.dates(dt.date(2020, 1, 1)),
    st.text(max_size=20),
    st.dictionaries(st.integers(1, 9), st.decimals(0, 9, places=1)),
)
def test_what_was_written_is_read_again_from_its_text(
    lines: tuple[SalesLine, ...], shipped_on: dt.date | None, po: str, shipped: dict[int, Decimal]
) -> None:
    order = replace(
        ORDER, lines=lines, shipped_on=shipped_on, customer_po=po, tracking=("1Z1",), freight=Decimal("1.5")
    )

    read = Written.parse(Written.of(order, shipped).to_text())

    assert read == Written.of(order, shipped)
    assert read is not None
    assert [line.to_invoice for line in read.order.lines] == [line.to_invoice for line in order.lines]


def test_what_an_older_row_says_of_a_line_says_nothing_of_lots() -> None:
    older = WRITTEN.to_text().replace('"entered":[]', '"older":[]')

    assert Written.parse(older) == WRITTEN
    assert len(json.loads(older)["lines"][0]) == 9


def test_nothing_was_written_where_nothing_says_so() -> None:
    assert Written.parse("") is None


def test_the_same_address_of_two_orders_cannot_be_told_from_what_is_kept() -> None:
    assert Written.of(ORDER).address != Written.of(replace(ORDER, number="SBO2")).address


# ---- Pairs of lines


def test_lines_of_one_item_are_paired_with_the_most_alike() -> None:
    dear, cheap = replace(RED, unit_price=Decimal(12)), replace(RED, sequence=32768, unit_price=Decimal(8))
    meant = (replace(cheap, sequence=16384), replace(dear, sequence=32768))

    assert [(held and held.sequence, line and line.unit_price) for held, line in pair((dear, cheap), meant)] == [
        (32768, Decimal(8)),
        (16384, Decimal(12)),
    ]


def test_a_line_in_another_unit_of_measure_is_another_line() -> None:
    held, meant = replace(RED, unit_of_measure="EACH"), replace(RED, unit_of_measure="CASE")

    assert pair([held], [meant]) == [(None, meant), (held, None)]
    assert pair([held], [RED]) == [(held, RED)], "a line that is meant without a unit is of GP's own"


@given(st.lists(LINES, max_size=5, unique_by=lambda line: line.sequence))
def test_lines_are_the_same_goods_as_themselves_in_any_order(lines: list[SalesLine]) -> None:
    pairs = pair(lines, list(reversed(lines)))

    assert len(pairs) == len(lines)
    assert is_same_goods(pairs)


# ---- Changes


def test_a_removed_line_leaves_its_number_behind_as_long_as_we_know_it() -> None:
    without_blue = replace(ORDER, lines=(RED,))
    green = replace(BLUE, item="GREEN-100")

    found = change(without_blue, replace(ORDER, lines=(RED, green)), Written.of(without_blue))
    once_there = order_change(without_blue, replace(ORDER, lines=(RED, green)), WRITTEN, HOLD)

    assert found.update == SalesUpdate(added_lines=(replace(green, sequence=32768),))
    assert isinstance(once_there, NeedsReview), "a person removed the blue one"


def test_a_ship_date_that_a_person_entered_stays() -> None:
    by_hand = replace(ORDER, shipped_on=DAY)

    found = change(by_hand, replace(ORDER, shipped_on=DAY + dt.timedelta(days=1)))

    assert found.update == SalesUpdate()


def test_what_a_person_transferred_before_anything_was_released_is_not_released_again() -> None:
    held = replace(RED, quantity=Decimal(5), to_invoice=Decimal(3))
    meant = replace(held, fulfilled=Decimal(4), to_invoice=Decimal(4))

    assert release(held, meant, Release(Decimal(0), was_released=False)) == Released(Decimal(4), Decimal(2))


def test_pieces_written_as_shipped_do_not_come_back_though_gp_starts_counting_afresh() -> None:
    last = Written.of(ORDER, {16384: Decimal(2), 32768: Decimal(0)})

    outcome = order_change(ORDER, replace(ORDER, freight=Decimal(1)), last, HOLD)

    assert isinstance(outcome, NeedsReview)
    assert outcome.reasons[0].text == "SBO1 has 2 of RED-100 as shipped, and ShipBob now says 0"


def _texts(present: SalesOrder, wanted: SalesOrder) -> list[str]:
    outcome = order_change(present, wanted, Written.of(present), HOLD)
    return [reason.text for reason in outcome.reasons] if isinstance(outcome, NeedsReview) else []


def test_what_has_shipped_is_counted_by_item_wherever_it_is_shipped_from() -> None:
    red, blue = (replace(line, quantity=Decimal(2), fulfilled=Decimal(0)) for line in (RED, BLUE))
    shipped = replace(ORDER, lines=(replace(red, fulfilled=Decimal(2)), blue))
    others = replace(ORDER, lines=(red, replace(blue, fulfilled=Decimal(2))))
    moved = replace(ORDER, lines=(replace(red, site="RENO", fulfilled=Decimal(2)), blue))

    assert _texts(shipped, others) == ["SBO1 has 2 of RED-100 as shipped, and ShipBob now says 0"]
    assert _texts(shipped, moved) == []


@pytest.mark.parametrize("field", ["customer", "customer_po", "currency"])
def test_what_the_bridge_never_changes_is_a_review_once_shipbob_wants_something_else(field: str) -> None:
    outcome = order_change(ORDER, replace(ORDER, **{field: "OTHER"}), WRITTEN, HOLD)  # type: ignore[arg-type]

    assert isinstance(outcome, NeedsReview)
    assert "OTHER" in outcome.reasons[0].text


@pytest.mark.parametrize(
    ("held", "meant", "before", "written"),
    [
        ("GROUND", "AIR", "GROUND", "AIR"),
        ("", "AIR", "", "AIR"),
        ("GROUND", "AIR", "", "AIR"),
        ("GROUND", "", "", None),
        ("TRUCK", "GROUND", "GROUND", None),
        ("AIR", "AIR", "GROUND", None),
    ],
)
def test_a_shipping_method_is_written_where_it_is_ours(held: str, meant: str, before: str, written: str | None) -> None:
    last = Written.of(replace(ORDER, shipping_method=before))

    found = change(replace(ORDER, shipping_method=held), replace(ORDER, shipping_method=meant), last)

    assert found.update == SalesUpdate(shipping_method=written)


def test_a_shipping_method_that_both_have_changed_is_a_review() -> None:
    last = Written.of(replace(ORDER, shipping_method="GROUND"))

    outcome = order_change(replace(ORDER, shipping_method="TRUCK"), replace(ORDER, shipping_method="AIR"), last, HOLD)

    assert isinstance(outcome, NeedsReview)
    assert outcome.reasons[0].text == "The shipping method in GP: TRUCK; from ShipBob: AIR"


def test_a_comment_of_ours_follows_shipbob() -> None:
    found = change(ORDER, replace(ORDER, comment="City: Llanfairpwllgwyngyll"))

    assert found.update == SalesUpdate(comment="City: Llanfairpwllgwyngyll")


# ---- Has it been done?


CHANGES: dict[str, dict[str, Any]] = {
    "batch": {"batch": "SBR261118-09"},
    "freight": {"freight": Decimal(4)},
    "ship date": {"shipped_on": DAY},
    "shipping method": {"shipping_method": "AIR"},
    "address": {"ship_to": ShipTo(name="Sample Customer", line1="9 Other Road")},
    "comment": {"comment": "Ring"},
    "tracking": {"tracking": ("1Z1",)},
    "hold": {"holds": frozenset()},
    "quantity": {"lines": (replace(RED, quantity=Decimal(3)), BLUE)},
    "canceled": {"lines": (replace(RED, canceled=Decimal(1)), BLUE)},
    "price": {"lines": (replace(RED, unit_price=Decimal(9)), BLUE)},
    "fulfilled": {"lines": (replace(RED, fulfilled=Decimal(1)), BLUE)},
    "to invoice": {"lines": (replace(RED, to_invoice=Decimal(1)), BLUE)},
    "line added": {"lines": (RED, BLUE, replace(BLUE, sequence=49152, item="GREEN-100"))},
    "line removed": {"lines": (RED,)},
}


@pytest.mark.parametrize("changes", CHANGES.values(), ids=CHANGES)
def test_a_change_is_done_once_gp_holds_it_and_not_before(changes: dict[str, Any]) -> None:
    after = replace(ORDER, **changes)

    assert not is_applied(ORDER, WRITTEN, Written.of(after))
    assert is_applied(after, WRITTEN, Written.of(after))


def test_a_replaced_tracking_number_is_done_once_the_old_one_is_gone() -> None:
    last, after = (Written.of(replace(ORDER, tracking=(number,))) for number in ("1Z1", "1Z2"))

    assert not is_applied(replace(ORDER, tracking=("1Z1", "1Z2")), last, after)
    assert is_applied(replace(ORDER, tracking=("BY-HAND", "1Z2")), last, after)


def test_what_a_person_did_besides_does_not_make_a_change_undone() -> None:
    after = replace(ORDER, tracking=("1Z1",), lines=(replace(RED, fulfilled=Decimal(2)), BLUE))
    besides = replace(after, freight=Decimal(9), batch="BYHAND", holds=frozenset({HOLD, "CREDIT"}))

    assert is_applied(besides, WRITTEN, Written.of(after))


@pytest.mark.parametrize(
    "changes",
    [each for name, each in CHANGES.items() if name not in {"shipping method", "to invoice"}]
    + [{"is_voided": True}, {"state": TransactionState.HISTORY}, {"customer": "OTHER"}],
)
def test_an_order_is_touched_by_whatever_was_changed_of_it(changes: dict[str, Any]) -> None:
    assert not is_untouched(replace(ORDER, **changes), WRITTEN)


def test_what_gp_adds_by_itself_does_not_touch_an_order() -> None:
    lines = tuple(replace(line, unit_of_measure="EACH", to_invoice=line.quantity) for line in ORDER.lines)
    filled = replace(ORDER.ship_to, country="US", phone="555-0100")

    assert is_untouched(replace(ORDER, lines=lines, ship_to=filled, shipping_method="GROUND"), WRITTEN)


@given(st.sets(st.sampled_from(sorted(CHANGES))), st.sets(st.sampled_from(["freight", "comment", "shipping method"])))
def test_what_is_written_leads_to_where_nothing_more_is(wanted_changes: set[str], by_hand: set[str]) -> None:
    """Once written, the same wish finds nothing to do, and the update is known to have been done."""
    wanted = ORDER
    for name in sorted(wanted_changes - {"to invoice", "batch"}):
        wanted = replace(wanted, **CHANGES[name])
    held = ORDER
    for name in sorted(by_hand - wanted_changes):
        held = replace(held, **CHANGES[name])

    found = change(held, wanted)
    once = applied(held, found.update)

    assert is_applied(once, WRITTEN, found.after)
    assert change(once, wanted, found.after).update == SalesUpdate()
    for name in by_hand - wanted_changes:
        assert all(getattr(once, field) == value for field, value in CHANGES[name].items()), "a person's stays"


def applied(held: SalesOrder, update: SalesUpdate) -> SalesOrder:
    """The order after the update, as GP would have it."""
    header = {
        name: getattr(update, name)
        for name in ("batch", "shipped_on", "shipping_method", "ship_to", "comment", "freight")
        if getattr(update, name) is not None
    }
    pairs = {"quantity": update.quantities, "canceled": update.canceled, "unit_price": update.prices}
    pairs["fulfilled"] = update.fulfilled

    def line_after(line: SalesLine) -> SalesLine:
        values: dict[str, Any] = {
            name: dict(changes)[line.sequence] for name, changes in pairs.items() if line.sequence in dict(changes)
        }
        return replace(line, **values)

    lines = [line_after(line) for line in held.lines if line.sequence not in update.removed_lines]
    return replace(
        held,
        lines=(*lines, *update.added_lines),
        tracking=(*held.tracking, *update.added_tracking),
        holds=held.holds - update.lifted_holds,
        **header,
    )


def test_a_tracking_number_that_a_person_took_away_need_not_be_taken_away_again() -> None:
    last = Written.of(replace(ORDER, tracking=("1Z1",)))

    assert change(ORDER, ORDER, last).update == SalesUpdate()
