"""The trail's chain: whatever is altered, left out or moved shows."""

from __future__ import annotations

import dataclasses
import datetime as dt

import pytest
from bridge.protocols.trail import BEGINNING, Entry, digest, first_break, link
from hypothesis import assume, given
from hypothesis import strategies as st

START = dt.datetime(2026, 11, 17, 14, 5, tzinfo=dt.UTC)
FACTS = st.dictionaries(st.text(max_size=8), st.text(max_size=8), max_size=3)
STEPS = st.tuples(st.text(max_size=8), FACTS, st.text(max_size=8), st.text(max_size=8))


def chain(steps: list[tuple[str, dict[str, str], str, str]]) -> list[Entry]:
    entries: list[Entry] = []
    for number, (what, facts, by, payload) in enumerate(steps):
        at = START + dt.timedelta(seconds=number)
        last = entries[-1] if entries else None
        entries.append(link(last, document="order/1", at=at, what=what, facts=facts, by=by, payload_digest=payload))
    return entries


CHAINS = st.lists(STEPS, min_size=1, max_size=6).map(chain)
PLAIN = chain([("seen", {"reason": "webhook"}, "msg_1", ""), ("read", {}, "msg_1", "p"), ("done", {}, "msg_1", "")])


@given(CHAINS)
def test_a_chain_as_it_was_linked_is_whole(entries: list[Entry]) -> None:
    assert first_break(entries) is None
    assert [entry.number for entry in entries] == list(range(1, len(entries) + 1))
    assert entries[0].previous == BEGINNING


def test_a_trail_without_entries_is_whole() -> None:
    assert first_break([]) is None


ALTERED = {
    "document": "order/2",
    "number": 99,
    "at": START - dt.timedelta(days=1),
    "what": "something else entirely",
    "facts": {"altered": "fact"},
    "by": "somebody else entirely",
    "payload_digest": "another payload",
    "previous": "f" * 64,
    "digest": "e" * 64,
}


@given(CHAINS, st.data(), st.sampled_from(sorted(ALTERED)))
def test_an_altered_entry_is_found_at_its_place_at_the_latest(
    entries: list[Entry], data: st.DataObject, field: str
) -> None:
    place = data.draw(st.integers(0, len(entries) - 1))
    assume(getattr(entries[place], field) != ALTERED[field])
    tampered = [*entries]
    tampered[place] = dataclasses.replace(entries[place], **{field: ALTERED[field]})  # type: ignore[arg-type]

    assert first_break(tampered) == place + 1


@given(CHAINS, st.data())
def test_an_entry_altered_with_its_own_digest_made_right_is_found_at_the_next(
    entries: list[Entry], data: st.DataObject
) -> None:
    assume(len(entries) > 1)
    place = data.draw(st.integers(0, len(entries) - 2))
    before = entries[place - 1] if place else None
    forged = link(before, document="order/1", at=START, what="forged", facts={"x": "y"}, by="x" * 20)
    tampered = [*entries[:place], forged, *entries[place + 1 :]]

    assert first_break(tampered) == place + 2


@given(CHAINS, st.data())
def test_an_entry_left_out_is_found_where_it_is_missing(entries: list[Entry], data: st.DataObject) -> None:
    assume(len(entries) > 1)
    place = data.draw(st.integers(0, len(entries) - 2))

    assert first_break(entries[:place] + entries[place + 1 :]) == place + 1


@given(CHAINS, st.data())
def test_two_entries_that_changed_places_are_found(entries: list[Entry], data: st.DataObject) -> None:
    assume(len(entries) > 1)
    one, other = sorted(data.draw(st.lists(st.integers(0, len(entries) - 1), min_size=2, max_size=2, unique=True)))
    moved = [*entries]
    moved[one], moved[other] = moved[other], moved[one]

    assert first_break(moved) == one + 1


@given(CHAINS, st.data())
def test_an_entry_told_twice_is_found(entries: list[Entry], data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(entries) - 1))

    assert first_break([*entries[: place + 1], *entries[place:]]) == place + 2


def test_entries_spliced_in_from_another_documents_trail_are_found() -> None:
    other = link(None, document="order/2", at=START, what="seen", facts={}, by="msg_2")

    assert first_break([PLAIN[0], dataclasses.replace(other, number=2), PLAIN[2]]) == 2


@pytest.mark.xfail(strict=True, reason="a chain without an anchor outside itself cannot show that its end is missing")
def test_entries_left_out_at_the_end_are_found() -> None:
    assert first_break(PLAIN[:-1]) is not None


@given(FACTS)
def test_the_order_in_which_facts_are_told_does_not_change_the_digest(facts: dict[str, str]) -> None:
    assert digest(facts) == digest(dict(reversed(facts.items())))


def test_the_digest_of_known_text_is_its_sha_256() -> None:
    # printf '"a"' | sha256sum
    assert digest("a") == "ac8d8342bbb2362d13f0a559a3621bb407011368895164b628a54f7fc33fc43c"
