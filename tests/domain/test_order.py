"""When an order counts as shipped, and as finished before our time."""

from __future__ import annotations

import datetime as dt

import pytest
from bridge.domain.order import ShipmentStatus
from bridge.domain.outcome import GpName, MappingKey, MappingKind, NeedsReview, Reason

from tests.orders import SHIPPED_AT, an_order, cancelled, parcel, shipped_parcel

ITEM = ("WIDGET-RED", 2)


@pytest.mark.parametrize("status", ShipmentStatus)
def test_only_completed_and_labelled_shipments_have_left(status: ShipmentStatus) -> None:
    has_left = status in {ShipmentStatus.COMPLETED, ShipmentStatus.LABELED_CREATED}

    assert parcel(1, ITEM, status=status).is_shipped is has_left


def test_an_order_has_shipped_when_all_that_was_not_cancelled_has_left() -> None:
    assert an_order(shipped_parcel(1, ITEM), parcel(2, ITEM, status=ShipmentStatus.CANCELLED)).is_shipped


def test_an_order_of_which_a_part_is_here_has_not_shipped() -> None:
    assert not an_order(shipped_parcel(1, ITEM), parcel(2, ITEM)).is_shipped


def test_an_order_without_shipments_has_not_shipped() -> None:
    assert not an_order().is_shipped


def test_an_order_with_nothing_but_cancelled_shipments_has_not_shipped() -> None:
    assert not cancelled().is_shipped


def test_an_order_that_left_at_the_moment_itself_was_not_finished_before_it() -> None:
    assert not an_order(shipped_parcel(1, ITEM)).was_finished_before(SHIPPED_AT)
    assert an_order(shipped_parcel(1, ITEM)).was_finished_before(SHIPPED_AT + dt.timedelta(microseconds=1))


def test_an_order_that_left_nobody_knows_when_was_not_finished_before_any_moment() -> None:
    assert not an_order(shipped_parcel(1, ITEM, shipped_at=None)).was_finished_before(SHIPPED_AT + dt.timedelta(days=1))


@pytest.mark.parametrize("text", ["sku/A", "sku/A/B C", "channel/1", "location/é"])
def test_a_mapping_key_written_and_read_again_is_the_same(text: str) -> None:
    assert str(MappingKey.parse(text)) == text


@pytest.mark.parametrize("text", ["", "sku", "sku/", "colour/red", "/A"])
def test_what_is_not_a_mapping_key_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"mapping key|MappingKind"):
        MappingKey.parse(text)


RED, WIDER = MappingKey(MappingKind.SKU, "RED"), MappingKey(MappingKind.BUNDLE, "RED")
RED_100 = GpName(MappingKind.SKU, "RED-100")


@pytest.mark.parametrize(
    ("reason", "mapped", "named", "is_answered"),
    [
        (Reason("a", "b", RED), {RED}, set(), True),
        (Reason("a", "b", RED), {WIDER}, set(), False),
        (Reason("a", "b", RED, or_for=(WIDER,)), {WIDER}, set(), True),
        (Reason("a", "b", RED, or_for=(WIDER,)), set(), {RED_100}, False),
        (Reason("a", "b", of_gp=RED_100), set(), {RED_100}, True),
        (Reason("a", "b", of_gp=RED_100), {RED}, {GpName(MappingKind.LOCATION, "RED-100")}, False),
    ],
)
def test_a_reason_is_answered_by_any_of_its_keys_or_by_any_key_of_what_it_is_of(
    reason: Reason, mapped: set[MappingKey], named: set[GpName], *, is_answered: bool
) -> None:
    assert reason.is_waiting
    assert reason.is_answered(mapped, named) is is_answered


def test_a_reason_without_a_mapping_waits_for_none() -> None:
    assert not Reason("a", "b").is_waiting
    assert not Reason("a", "b").is_answered({RED}, {RED_100})


def test_a_review_waits_for_the_keys_of_all_its_reasons() -> None:
    key = MappingKey(MappingKind.SKU, "A")

    assert NeedsReview((Reason("a", "b", key), Reason("c", "d"))).waits_for == {key}


def test_an_order_of_which_one_part_left_later_was_not_finished_before() -> None:
    later = SHIPPED_AT + dt.timedelta(days=1)

    assert not an_order(shipped_parcel(1, ITEM), shipped_parcel(2, ITEM, shipped_at=later)).was_finished_before(later)
