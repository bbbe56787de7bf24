"""People are told of what waits for them once a cause and day, and once more when the cause is gone."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass, replace

import pytest
from bridge.domain.document import DocumentId, DocumentKind
from bridge.domain.outcome import MappingKey, Reason, Transient
from bridge.flows.alerting import tell_of_reviews
from bridge.protocols.alerts import AlertRow
from bridge.protocols.ledger import LedgerRow, Status
from hypothesis import given, settings
from hypothesis import strategies as st

from local.memory.points import Crash, Cut
from local.memory.world import START, TERMS, World
from tests.orders import DAY, HOUR, MINUTE, ORDER, SECOND, a_world, unshipped

GREEN = Reason(
    "ShipBob SKU 'GREEN' has no GP item", "Map it: gp-shipbob map sku/GREEN=ITEM", MappingKey.parse("sku/GREEN")
)
HELD = Reason("The customer is on hold in GP", "Clear Hold on the customer card", cause="refusal/customer on hold")
QUARTER = 15 * MINUTE


def reviewed(number: int, *reasons: Reason, since: dt.datetime = START) -> LedgerRow:
    document = DocumentId(DocumentKind.ORDER, number)
    return LedgerRow(document, version=1, status=Status.REVIEW, reasons=reasons, opened_at=since)


def look(world: World, *rows: LedgerRow, after: dt.timedelta) -> list[str]:
    """What is told at a look at these reviews, a while later."""
    world.clock.advance(after)
    before = len(world.notices.told)
    tell_of_reviews(world, rows)
    return world.notices.texts[before:]


# ---- What is told


def test_the_documents_of_a_cause_are_told_of_together_with_what_to_do() -> None:
    rows = [reviewed(number, GREEN, since=START + number * SECOND) for number in (3, 1, 2)]

    told = look(World(), *rows, after=QUARTER + 3 * SECOND)

    assert told == [
        "3 orders wait: ShipBob SKU 'GREEN' has no GP item. Map it: gp-shipbob map sku/GREEN=ITEM. First: order/1"
    ]


def test_what_waits_for_the_first_time_is_told_when_the_others_have_come() -> None:
    world = World()

    early = look(world, reviewed(1, GREEN), after=QUARTER - SECOND)
    then = look(world, reviewed(1, GREEN), reviewed(2, GREEN, since=START + 14 * MINUTE), after=SECOND)

    assert early == []
    assert [text.split(":")[0] for text in then] == ["2 orders wait"]


def test_a_document_that_waits_for_two_things_is_told_of_with_each() -> None:
    told = look(World(), reviewed(1, GREEN, HELD), reviewed(2, HELD), after=QUARTER)

    assert sorted(text.split(".")[0] for text in told) == [
        "1 order waits: ShipBob SKU 'GREEN' has no GP item",
        "2 orders wait: The customer is on hold in GP",
    ]


def test_documents_of_several_kinds_are_told_of_as_documents() -> None:
    other = replace(reviewed(1, GREEN), document=DocumentId(DocumentKind.RETURN, 5))

    assert look(World(), reviewed(1, GREEN), other, after=QUARTER)[0].startswith("2 documents wait: ")


def of_skus(count: int) -> list[LedgerRow]:
    """So many orders, each with a SKU of its own that nobody has mapped."""
    skus = [f"SKU-{number:03}" for number in range(1, count + 1)]
    reasons = [Reason(f"{sku} has no GP item", "Map it", MappingKey.parse(f"sku/{sku}")) for sku in skus]
    return [reviewed(number, reason, since=START + number * SECOND - HOUR) for number, reason in enumerate(reasons, 1)]


def test_ten_causes_at_once_are_told_one_by_one_and_eleven_in_one_message() -> None:
    ten, eleven = (look(World(), *of_skus(count), after=QUARTER) for count in (10, 11))

    assert (len(ten), len(eleven)) == (10, 1)
    head, first, *rest = eleven[0].split("\n")
    assert head == "11 orders wait for 11 causes. gp-shipbob reviews --by-cause shows them all."
    assert first == "- 1 order waits: SKU-001 has no GP item. Map it. First: order/1"
    assert len(rest) == 10


def test_a_catalogue_that_nobody_mapped_is_one_message_a_day_and_one_when_it_is_over() -> None:
    world, rows = World(), of_skus(500)

    first = look(world, *rows, after=QUARTER)
    same_day = look(world, *rows, after=HOUR)
    next_morning = look(world, *rows, after=DAY)
    look(world, after=MINUTE)
    gone = look(world, after=HOUR)

    assert [len(told) for told in (first, same_day, next_morning, gone)] == [1, 0, 1, 1]
    assert first[0].endswith("\n- 1 order waits: SKU-100 has no GP item. Map it. First: order/100\nand 400 more")
    assert gone[0].startswith("No document waits any more for any of 500 causes.\n- SKU-001 has no GP item\n")
    assert look(world, after=DAY) == []


# ---- Once a day


def test_a_cause_is_told_once_a_day_and_from_the_second_day_on_in_the_morning() -> None:
    world = World()  # 08:05 in Chicago
    look(world, reviewed(1, GREEN), after=QUARTER)

    times = []
    for _ in range(3 * 24 * 4):
        if look(world, reviewed(1, GREEN), after=QUARTER):
            times.append(world.clock.now().astimezone(TERMS.zone))

    assert [(time.day, time.hour) for time in times] == [(18, 8), (19, 8), (20, 8)]


def test_a_cause_that_comes_back_the_same_day_is_told_the_next_morning() -> None:
    world = World()
    look(world, reviewed(1, GREEN), after=QUARTER)
    look(world, after=MINUTE)
    cleared = look(world, after=HOUR)
    look(world, after=10 * MINUTE)

    back = [look(world, reviewed(1, GREEN, since=world.clock.now()), after=HOUR) for _ in range(3)]
    morning = look(world, reviewed(1, GREEN), after=20 * HOUR)

    assert (len(cleared), back, len(morning)) == (1, [[], [], []], 1)


# ---- Cleared by itself


def test_when_the_cause_is_gone_for_an_hour_that_is_told_once() -> None:
    world = World()
    look(world, reviewed(1, GREEN), after=QUARTER)

    looks = [look(world, after=after) for after in (MINUTE, 59 * MINUTE, MINUTE, DAY, DAY)]

    assert looks == [[], [], ["No document waits any more: ShipBob SKU 'GREEN' has no GP item"], [], []]
    assert world.alerts.kept == {}, "what is over and told is forgotten"


def test_a_review_that_is_none_while_it_is_tried_again_is_not_told_as_gone() -> None:
    world = World()
    look(world, reviewed(1, HELD), after=QUARTER)

    looks = [
        look(world, after=50 * MINUTE),
        look(world, reviewed(1, HELD), after=MINUTE),
        look(world, after=50 * MINUTE),
        look(world, after=20 * MINUTE),
        look(world, reviewed(1, HELD), after=MINUTE),
    ]

    assert looks == [[], [], [], [], []]


def test_what_comes_back_in_the_morning_is_told_again_and_not_told_as_gone_at_once() -> None:
    world = World()
    look(world, reviewed(1, HELD), after=QUARTER)
    look(world, after=MINUTE)

    looks = [look(world, reviewed(1, HELD), after=DAY), look(world, after=MINUTE), look(world, after=59 * MINUTE)]

    assert [len(told) for told in looks] == [1, 0, 0]


def test_what_was_never_told_is_not_told_as_gone() -> None:
    world = World()
    look(world, reviewed(1, GREEN), after=MINUTE)

    assert look(world, after=DAY) == []


# ---- Trouble on the way


def test_what_could_not_be_told_is_told_a_little_later() -> None:
    world = World()
    world.notices.fail_next(Transient("SNS cannot be reached"))
    with pytest.raises(Transient):
        look(world, reviewed(1, GREEN), after=QUARTER)

    assert look(world, reviewed(1, GREEN), after=4 * MINUTE) == []
    assert len(look(world, reviewed(1, GREEN), after=MINUTE)) == 1


def test_of_two_runs_at_once_one_tells() -> None:
    world = World()
    world.clock.advance(QUARTER)
    world.alerts.meanwhile = lambda: tell_of_reviews(world, [reviewed(1, GREEN)])

    tell_of_reviews(world, [reviewed(1, GREEN)])

    assert len(world.notices.told) == 1


CUTS = [(number, cut) for number in range(1, 5) for cut in Cut]


@pytest.mark.parametrize(("number", "cut"), CUTS)
def test_wherever_a_run_dies_people_hear_of_it(number: int, cut: Cut) -> None:
    world = World()
    world.clock.advance(QUARTER)
    world.crash_at(number, cut)
    with pytest.raises(Crash):
        tell_of_reviews(world, [reviewed(1, GREEN)])

    for _ in range(10):
        look(world, reviewed(1, GREEN), after=MINUTE)

    assert 1 <= len(world.notices.told) <= 2
    assert len(look(world, reviewed(1, GREEN), after=HOUR)) == 0


@pytest.mark.parametrize(("number", "cut"), CUTS)
def test_wherever_a_run_dies_people_hear_that_it_is_over(number: int, cut: Cut) -> None:
    world = World()
    look(world, reviewed(1, GREEN), after=QUARTER)
    look(world, after=MINUTE)
    world.clock.advance(HOUR)
    world.crash_at(number, cut)
    with pytest.raises(Crash):
        tell_of_reviews(world, [])

    for _ in range(10):
        look(world, after=MINUTE)

    assert 2 <= len(world.notices.told) <= 3
    assert look(world, after=HOUR) == []


# ---- Whatever comes


@dataclass(frozen=True)
class Event:
    """A while passes, and then these causes have documents that wait for them."""

    minutes: int
    open: frozenset[str]


EVENTS = st.lists(
    st.builds(Event, st.integers(1, 600), st.frozensets(st.sampled_from(["A", "B", "C"]))), min_size=1, max_size=60
)


def reason_of(cause: str) -> Reason:
    return Reason(f"SKU <{cause}> has no GP item", "Map it", cause=cause)


@settings(deadline=None)
@given(events=EVENTS)
def test_whatever_opens_and_closes_each_cause_is_told_at_most_once_a_day_and_its_end_once(events: list[Event]) -> None:
    world, since = World(), dict[str, dt.datetime]()
    told, cleared = defaultdict[str, list[dt.date]](list), defaultdict[str, int](int)
    standing: set[str] = set()  # told, and not told yet that it is over
    quiet = [Event(30, events[-1].open)] * (2 * 48)

    for event in [*events, *quiet]:
        now = world.clock.now() + event.minutes * MINUTE
        since = {cause: since.get(cause, now) for cause in event.open}
        rows = [reviewed(number, reason_of(cause), since=since[cause]) for number, cause in enumerate(sorted(since), 1)]
        for text in look(world, *rows, after=event.minutes * MINUTE):
            cause = text.partition("<")[2][0]
            if text.startswith("No document"):
                assert cause in standing, "only what was told is told to be over"
                standing.remove(cause)
                cleared[cause] += 1
            else:
                told[cause].append(now.astimezone(TERMS.zone).date())
                standing.add(cause)
        ripe = {cause for cause in since if now - since[cause] >= QUARTER}
        assert ripe <= told.keys(), "every cause that stays is told"

    assert all(len(set(days)) == len(days) for days in told.values()), "once a cause and day"
    assert standing == set(events[-1].open), "what is open stays told, what is gone was told to be over"


# ---- With the sweep


def test_the_sweep_tells_of_reviews_and_of_their_end_and_counts_them() -> None:
    world = a_world("sku/WIDGET-BLUE")
    world.shipbob.put(unshipped())
    world.attempt(ORDER)
    world.clock.advance(QUARTER)

    swept = world.sweep()
    world.state.map(MappingKey.parse("sku/WIDGET-BLUE"), "BLUE-100", "a person")
    world.sweep()
    world.sweep()
    world.clock.advance(HOUR)
    after = world.sweep()

    assert (swept.counted["ReviewsOpen"], after.counted["ReviewsOpen"]) == (1, 0)
    assert world.notices.texts == [
        "1 order waits: ShipBob SKU 'WIDGET-BLUE' has no GP item."
        " Map it: gp-shipbob map sku/WIDGET-BLUE=ITEM. First: order/250000001",
        "No document waits any more: ShipBob SKU 'WIDGET-BLUE' has no GP item",
    ]


def test_what_another_run_is_at_keeps_no_other_cause_from_being_told() -> None:
    world = World()
    world.alerts.meanwhile = lambda: world.alerts.kept.update({"sku/GREEN": AlertRow("sku/GREEN", version=1)})

    told = look(world, reviewed(1, GREEN), reviewed(2, HELD), after=QUARTER)

    assert [text.partition(".")[0] for text in told] == ["1 order waits: The customer is on hold in GP"]
