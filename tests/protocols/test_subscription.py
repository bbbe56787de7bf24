"""What a look at ShipBob's list leads to: ours made anew before the former goes, and nobody else's touched."""

from __future__ import annotations

import dataclasses
import datetime as dt

import pytest
from bridge.domain.connection import Subscription
from bridge.protocols import subscription
from bridge.protocols.subscription import TOPICS, Cause, Listing, Made, Mark, Plan, Refusal, SubscriptionRow, Wanted
from hypothesis import given
from hypothesis import strategies as st

NOW = dt.datetime(2026, 11, 17, 14, 5, tzinfo=dt.UTC)
HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)
URL, ELSEWHERE = "https://bridge.example.com/webhooks/shipbob", "https://elsewhere.example.com/"
WANTED = Wanted(URL, "new")
FULL = TOPICS["orders"]
MARK = Mark("0123456789abcdef", URL, "new")
FORMER = Mark("fedcba9876543210", URL, "old")
MADE = Made("ep_1", URL, FULL, "new", NOW - DAY)
ROW = SubscriptionRow("orders", marks=(FORMER, MARK), present=MADE)


def listed(identifier: str = "ep_1", mark: Mark = MARK, **changes: object) -> Subscription:
    made = Subscription(identifier, URL, frozenset(FULL), f"gp-shipbob orders {mark.nonce}", is_enabled=True)
    return dataclasses.replace(made, **changes)  # type: ignore[arg-type]


def judge(*found: Subscription, row: SubscriptionRow = ROW, wanted: Wanted | None = WANTED) -> Plan:
    return subscription.judge(row, found, wanted, NOW)


def test_what_is_as_wanted_is_kept() -> None:
    assert judge(listed()) == Plan(keep=MADE, is_as_wanted=True)


@pytest.mark.parametrize(
    ("found", "made", "cause"),
    [
        ([], MADE, Cause.GONE),
        ([listed(is_enabled=False)], MADE, Cause.DISABLED),
        ([listed()], dataclasses.replace(MADE, url=ELSEWHERE), Cause.URL),
        ([listed()], dataclasses.replace(MADE, generation="old"), Cause.SECRET),
        ([listed()], dataclasses.replace(MADE, topics=("order.shipped",)), Cause.TOPICS),
        ([listed(topics=frozenset({"order.shipped"}))], MADE, Cause.DIFFERS),
        ([listed(url=ELSEWHERE)], MADE, Cause.DIFFERS),
        ([], None, Cause.FIRST),
    ],
    ids=lambda value: value.name if isinstance(value, Cause) else "",
)
def test_what_is_not_as_wanted_is_made_before_anything_is_removed(
    found: list[Subscription], made: Made | None, cause: Cause
) -> None:
    plan = judge(*found, row=dataclasses.replace(ROW, present=made))

    assert (plan.make, plan.cause, plan.remove) == (FULL, cause, ())


def test_one_whose_maker_died_before_its_id_was_stored_is_known_by_its_mark() -> None:
    plan = judge(listed("ep_7", created_at=NOW), row=dataclasses.replace(ROW, present=None))

    assert plan.keep == Made("ep_7", URL, tuple(sorted(FULL)), "new", NOW)


def test_of_several_the_one_that_is_known_stays_or_else_the_oldest() -> None:
    others = listed("ep_3", created_at=NOW - HOUR), listed("ep_2", created_at=NOW)
    unknown = dataclasses.replace(ROW, present=None)

    assert judge(*others, listed(created_at=NOW)).remove == ("ep_3", "ep_2")
    assert judge(*others, row=unknown).remove == ("ep_2",)


def test_one_with_the_former_secret_goes_once_there_is_another() -> None:
    assert judge(listed("ep_2", FORMER), listed()) == Plan(
        keep=MADE, remove=("ep_2",), remove_with=("old",), is_as_wanted=True
    )


def test_one_that_is_leaving_is_not_taken_back() -> None:
    row = dataclasses.replace(ROW, present=None, leaving=("ep_1",))

    assert judge(listed(), row=row).make == FULL


def test_where_nothing_is_wanted_all_of_ours_goes_and_nothing_else() -> None:
    strange = listed("ep_8", description="gp-shipbob orders by hand"), listed("ep_9", url=ELSEWHERE)

    plan = judge(*strange, listed("ep_2", FORMER), listed(), wanted=None)

    assert plan == Plan(remove=("ep_1", "ep_2"), remove_with=("new", "old"))


def test_a_nonce_is_of_one_run_and_one_family() -> None:
    nonces = {subscription.nonce_of(run, family) for run in ("one", "two") for family in ("orders", "returns")}

    assert len(nonces) == 4


def test_a_mark_serves_for_every_subscription_of_one_secret_and_url() -> None:
    assert subscription.marked(ROW, WANTED, "another nonce") == ROW
    assert subscription.description(ROW, WANTED) == f"gp-shipbob orders {MARK.nonce}"


def test_the_marks_of_long_ago_are_forgotten() -> None:
    row = ROW
    for number in range(100):
        row = subscription.marked(row, Wanted(URL, f"generation {number}"), f"nonce {number}")

    assert len(row.marks) == subscription.MARKS_KEPT
    assert row.marks[-1].generation == "generation 99"


def test_a_refusal_counts_for_a_day() -> None:
    row = subscription.refused(dataclasses.replace(ROW, present=None), FULL, "no such topic", NOW)

    assert judge(row=row).make == ("order.shipped",)
    assert subscription.judge(row, [], WANTED, NOW + DAY).make == FULL


@pytest.mark.parametrize(
    "changes",
    [
        {"url": f"{URL}/"},
        {"url": URL.replace("https://bridge.example.com", "HTTPS://Bridge.Example.com")},
        {"topics": frozenset(topic.title() for topic in FULL)},
    ],
    ids=["a slash", "capitals in the host", "capitals in the topics"],
)
def test_how_shipbob_spells_what_was_asked_for_is_no_difference(changes: dict[str, object]) -> None:
    assert judge(dataclasses.replace(listed(), **changes)).keep == MADE  # type: ignore[arg-type]


@pytest.mark.parametrize("url", [f"{URL}?x=1", URL.upper(), f"{URL}/more", URL.replace("https", "http")])
def test_a_url_that_means_another_address_is_a_difference(url: str) -> None:
    assert judge(listed(url=url)).cause is Cause.DIFFERS


LEFT = dataclasses.replace(ROW, leaving=("ep_0",), removed_at=NOW - DAY)


@pytest.mark.parametrize(
    ("signs_with", "generation", "removed_at"),
    [
        (("new",), "new", NOW - DAY),
        (("old",), "new", NOW),
        (("new", "old"), "new", NOW),
        ((), "new", NOW),
        (("",), "new", NOW),
        (("new",), "newest", NOW),
        (("new",), "", NOW),
    ],
    ids=["the present", "the former", "both", "not known", "not known either", "the former by now", "none wanted"],
)
def test_only_the_end_of_what_signed_with_another_secret_is_noted(
    signs_with: tuple[str, ...], generation: str, removed_at: dt.datetime
) -> None:
    row = dataclasses.replace(LEFT, leaving_with=signs_with)

    assert subscription.emptied(row, generation, NOW) == dataclasses.replace(
        row, leaving=(), leaving_with=(), removed_at=removed_at
    )


def test_what_was_leaving_before_keeps_its_secret_until_it_is_gone() -> None:
    row = dataclasses.replace(LEFT, leaving_with=("older",))

    assert judge(listed("ep_2", FORMER), listed(), row=row).remove_with == ("old", "older")
    assert judge(listed(), row=LEFT).remove_with == ("",)


IDS = st.sampled_from([f"ep_{number}" for number in range(1, 7)])
MARKS = st.sampled_from([MARK, FORMER, Mark("another", ELSEWHERE, "new")])
TOPIC_SETS = st.sampled_from([FULL, ("order.shipped",), ("order.delivered",)])


@st.composite
def subscriptions(draw: st.DrawFn) -> list[Subscription]:
    return [
        Subscription(
            identifier,
            draw(st.sampled_from([URL, ELSEWHERE])),
            frozenset(draw(TOPIC_SETS)),
            draw(st.sampled_from(["", "a person's", *(f"gp-shipbob orders {mark.nonce}" for mark in (MARK, FORMER))])),
            draw(st.booleans()),
            draw(st.sampled_from([None, NOW - HOUR, NOW])),
        )
        for identifier in draw(st.lists(IDS, unique=True))
    ]


@st.composite
def rows(draw: st.DrawFn) -> SubscriptionRow:
    present = draw(
        st.none() | st.builds(Made, IDS, st.just(URL), TOPIC_SETS, st.sampled_from(["new", "old"]), st.just(NOW))
    )
    return SubscriptionRow(
        "orders",
        marks=tuple(draw(st.lists(MARKS, unique=True))),
        present=present,
        leaving=tuple(draw(st.lists(IDS.filter(lambda each: present is None or each != present.id), unique=True))),
        refusals=tuple(draw(st.lists(st.builds(Refusal, TOPIC_SETS, st.just(NOW), st.just("")), max_size=2))),
        leaving_with=draw(st.sampled_from([(), ("",), ("new",), ("new", "old")])),
        differed_at=draw(st.sampled_from([None, NOW - HOUR, NOW - 2 * DAY])),
        differed_as=draw(st.sampled_from([None, Listing(ELSEWHERE, tuple(sorted(FULL)))])),
    )


@given(rows(), subscriptions(), st.sampled_from([WANTED, None]))
def test_only_ids_of_the_row_and_marked_ones_are_ever_removed(
    row: SubscriptionRow, found: list[Subscription], wanted: Wanted | None
) -> None:
    plan = judge(*found, row=row, wanted=wanted)

    marked = {e.id for e in found for m in row.marks if m.nonce in e.description and m.url == e.url}
    assert set(plan.remove) <= {*row.leaving, *marked, *([row.present.id] if row.present else [])}
    assert plan.keep is None or plan.keep.id not in plan.remove
    assert not (plan.make and plan.remove)


@given(rows(), subscriptions(), st.sampled_from([WANTED, None]))
def test_once_all_is_done_a_second_look_finds_nothing_to_do(
    row: SubscriptionRow, found: list[Subscription], wanted: Wanted | None
) -> None:
    for number in range(3):
        plan = judge(*found, row=row, wanted=wanted)
        if not plan.make or wanted is None:
            break
        row = subscription.made(subscription.marked(row, wanted, "made now"), plan, NOW)
        text = subscription.description(row, wanted)
        found.append(
            Subscription(f"new_{number}", wanted.url, frozenset(plan.make), text, is_enabled=True, created_at=NOW)
        )
    row = subscription.emptied(subscription.settled(row, plan), WANTED.generation, NOW)
    left = [each for each in found if each.id not in plan.remove]

    again = judge(*left, row=row, wanted=wanted)

    assert (again.keep, again.remove, again.make) == (row.present, (), ())
