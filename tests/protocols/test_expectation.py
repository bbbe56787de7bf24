"""What ShipBob was asked for is not booked when it has done it, and nothing else is left out for it."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal

import pytest
from bridge.domain.correction import Correction, ExpectedCorrection
from bridge.domain.document import DocumentId, DocumentKind
from bridge.domain.mapped import MappedItem
from bridge.protocols.expectation import Answer, answer, withdrawn
from hypothesis import given
from hypothesis import strategies as st

AT = dt.datetime(2026, 11, 17, 14, 5, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)


def expected(
    quantity: int,
    name: str = "ADJ-1",
    *,
    lot: str = "",
    site: str = "CHICAGO",
    item: str = "RED-100",
    expires: int = 90,
    taken: tuple[tuple[int, Decimal], ...] = (),
) -> ExpectedCorrection:
    document = DocumentId(DocumentKind.ADJUSTMENT, name=name)
    return ExpectedCorrection(name, item, site, lot, Decimal(quantity), AT + expires * DAY, document, taken)


def corrected(pieces: int, *, lot: str = "", site: str = "CHICAGO") -> Correction:
    return Correction("WIDGET-RED", MappedItem("RED-100"), site, Decimal(pieces), lot)


def answered(
    corrections: list[Correction], rows: list[ExpectedCorrection], *, event: int = 7, may_take: bool = True
) -> Answer:
    return answer(event, AT, corrections, rows, may_take=may_take)


def test_what_was_asked_for_is_answered_and_nothing_is_left() -> None:
    found = answered([corrected(-5)], [expected(-5)])

    assert found.rest == ()
    assert found.taking == (expected(-5, taken=((7, Decimal(-5)),)),)
    assert found.answered == ((found.taking[0], Decimal(-5)),)


def test_what_goes_beyond_it_is_left() -> None:
    found = answered([corrected(-7)], [expected(-5)])

    assert found.rest == (corrected(-2),)
    assert [row.remaining for row in found.taking] == [0]


def test_what_falls_short_of_it_stays_expected() -> None:
    found = answered([corrected(-2)], [expected(-5)])

    assert found.rest == ()
    assert [row.remaining for row in found.taking] == [-3]


def test_the_oldest_is_answered_first() -> None:
    rows = [expected(-5, "ADJ-2", expires=80), expected(-5, "ADJ-3", expires=70), expected(-5, "ADJ-1", expires=80)]

    found = answered([corrected(-11)], rows)

    assert {row.id: taken for row, taken in found.answered} == {"ADJ-3": -5, "ADJ-1": -5, "ADJ-2": -1}


@pytest.mark.parametrize(
    "row",
    [
        expected(5),
        expected(-5, site="RENO"),
        expected(-5, item="BLUE-100"),
        expected(-5, lot="L2"),
        expected(-5, expires=-1),
        expected(-5, taken=((6, Decimal(-5)),)),
    ],
    ids=["other sign", "other site", "other item", "other lot", "expired", "answered by another event"],
)
def test_an_event_answers_nothing_else(row: ExpectedCorrection) -> None:
    found = answered([corrected(-5, lot="L1")], [row])

    assert found == Answer((corrected(-5, lot="L1"),), (), ())


def test_an_expectation_of_a_lot_is_answered_by_that_lot_and_one_of_none_by_any() -> None:
    rows = [expected(-5, "ADJ-1", lot="L1"), expected(-5, "ADJ-2")]

    found = answered([corrected(-3, lot="L2"), corrected(-4, lot="L1")], rows)

    assert {row.id: taken for row, taken in found.answered} == {"ADJ-1": -4, "ADJ-2": -3}
    assert found.rest == ()


def test_an_event_on_its_last_day_still_answers() -> None:
    assert answered([corrected(-5)], [expected(-5, expires=0)]).rest == ()


def test_an_event_that_comes_again_answers_the_same_and_takes_nothing_more() -> None:
    rows = [expected(-5, taken=((6, Decimal(-1)), (7, Decimal(-3))))]

    found = answered([corrected(-3)], rows)

    assert (found.rest, found.taking) == ((), ())
    assert found.answered == ((rows[0], Decimal(-3)),)


def test_an_event_that_took_of_what_has_expired_since_finds_it_again() -> None:
    found = answered([corrected(-3)], [expected(-5, expires=-1, taken=((7, Decimal(-3)),))])

    assert (found.rest, found.taking) == ((), ())


def test_an_event_that_is_booked_already_takes_nothing_of_what_is_expected_since() -> None:
    found = answered([corrected(-5)], [expected(-5, taken=((7, Decimal(-2)),))], may_take=False)

    assert (found.rest, found.taking) == ((corrected(-3),), ())


def test_an_event_that_was_cut_short_goes_on_where_it_stopped() -> None:
    half_saved = [expected(-5, "ADJ-1", taken=((7, Decimal(-5)),)), expected(-5, "ADJ-2")]

    found = answered([corrected(-7)], half_saved)

    assert [(row.id, row.taken) for row in found.taking] == [("ADJ-2", ((7, Decimal(-2)),))]
    assert found.rest == ()


# ---- What is expected no longer


def test_what_is_withdrawn_is_answered_by_no_event_whenever_that_happened() -> None:
    row = withdrawn(expected(-5), AT + DAY)

    assert answered([corrected(-5)], [row]) == Answer((corrected(-5),), (), ())


def test_an_event_that_answered_before_the_withdrawal_has_answered_and_takes_no_more() -> None:
    """What it took was not booked and never is; the rest is whoever's it is."""
    row = withdrawn(expected(-5, taken=((7, Decimal(-3)),)), AT + DAY)

    assert answered([corrected(-3)], [row]).rest == ()
    assert answered([corrected(-4)], [row]).rest == (corrected(-1),)
    assert answered([corrected(-2)], [row], event=8).rest == (corrected(-2),)


def test_a_withdrawal_said_again_is_the_first() -> None:
    row = withdrawn(expected(-5), AT)

    assert row == replace(expected(-5), withdrawn_at=AT)
    assert withdrawn(row, AT + DAY) == row


def test_what_is_answered_cannot_be_withdrawn() -> None:
    with pytest.raises(ValueError, match=r"ADJ-1 is answered, by stock/6, stock/7: nothing of it is left to withdraw"):
        withdrawn(expected(-5, taken=((6, Decimal(-1)), (7, Decimal(-4)))), AT)


def test_what_has_ended_cannot_be_withdrawn() -> None:
    with pytest.raises(ValueError, match="ADJ-1 is expected no longer: it ended on 2027-02-15"):
        withdrawn(expected(-5), AT + 90 * DAY)


# ---- Whatever comes, in whatever order, and however often

PLACES = st.tuples(st.sampled_from(["CHICAGO", "RENO"]), st.sampled_from(["", "L1", "L2"]))
QUANTITIES = st.integers(-9, 9).filter(bool)
EXPECTED = st.lists(st.tuples(PLACES, QUANTITIES, st.integers(-1, 3)), max_size=5).map(
    lambda given: [
        expected(quantity, f"ADJ-{number}", site=site, lot=lot, expires=expires)
        for number, ((site, lot), quantity, expires) in enumerate(given)
    ]
)
EVENTS = st.lists(st.dictionaries(PLACES, QUANTITIES, min_size=1, max_size=2), min_size=1, max_size=5).map(
    lambda given: {
        number: [corrected(pieces, site=site, lot=lot) for (site, lot), pieces in each.items()]
        for number, each in enumerate(given, 1)
    }
)


@given(EXPECTED, EVENTS, st.data())
def test_no_piece_is_counted_twice_or_lost_whatever_comes_in_whatever_order_and_however_often(
    rows: list[ExpectedCorrection], events: dict[int, list[Correction]], data: st.DataObject
) -> None:
    kept = {row.id: row for row in rows}
    rests: dict[int, tuple[Correction, ...]] = {}
    for event in data.draw(st.lists(st.sampled_from(sorted(events)), max_size=12)):
        found = answered(events[event], list(kept.values()), event=event, may_take=event not in rests)
        # The process may end before all that it takes is saved; then it takes the rest when it comes again.
        saved = data.draw(st.integers(0, len(found.taking)))
        kept |= {row.id: row for row in found.taking[:saved]}
        if saved == len(found.taking):
            # Booked once, and the same for ever after.
            assert rests.setdefault(event, found.rest) == found.rest

    for row in kept.values():
        assert all(quantity * row.quantity > 0 for _, quantity in row.taken)
        assert row.remaining * row.quantity >= 0, "no more is answered than was asked for"
        assert len({event for event, _ in row.taken}) == len(row.taken)
    for event, rest in rests.items():
        took = sum(q for row in kept.values() for number, q in row.taken if number == event)
        assert took + sum(each.pieces for each in rest) == sum(each.pieces for each in events[event])


@given(EXPECTED, EVENTS)
def test_an_event_answers_all_that_it_can(rows: list[ExpectedCorrection], events: dict[int, list[Correction]]) -> None:
    found = answered(events[1], rows)

    still = {row.id: row for row in [*rows, *found.taking]}
    for each in found.rest:
        fitting = [
            row
            for row in still.values()
            if row.site == each.site and row.lot in ("", each.lot) and row.quantity * each.pieces > 0
        ]
        assert all(row.remaining == 0 or row.expires_at < AT for row in fitting)


def test_what_two_lots_of_one_event_took_together_is_not_found_twice_when_it_comes_again() -> None:
    lots = [corrected(-4, lot="L1"), corrected(-4, lot="L2")]
    first = answered(lots, [expected(-5)])

    again = answered(lots, list(first.taking))

    assert again.rest == first.rest == (corrected(-3, lot="L2"),)


def test_what_is_taken_by_two_lots_of_one_event_is_added_up() -> None:
    rows = [replace(expected(-5), lot="")]

    found = answered([corrected(-2, lot="L1"), corrected(-2, lot="L2")], rows)
    again = answered([corrected(-2, lot="L1"), corrected(-2, lot="L2")], list(found.taking))

    assert found.taking == (expected(-5, taken=((7, Decimal(-4)),)),)
    assert (again.rest, again.taking, again.answered) == ((), (), found.answered)
