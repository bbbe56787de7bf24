"""When an order counts as shipped, and as finished before our time."""

from __future__ import annotations

import datetime as dt

import pytest
from bridge.domain.order import ShipmentStatus
from bridge.domain.outcome import MappingKey, MappingKind, NeedsReview, Reason

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


@pytest.mark.parametrize(("text", "wider"), [
    ("disposition/8/Quarantine", "disposition/Quarantine"),
    ("disposition/Quarantine", None),
    ("unit/CS:SOAP-BAR:2", "unit/CS"),
    ("unit/CS", None),
    ("sku/A:B/C", None),
    ("channel/101+type=B2B", None),
])  # fmt: skip
def test_a_mapping_for_one_sku_or_location_has_a_wider_one_for_all(text: str, wider: str | None) -> None:
    assert MappingKey.parse(text).wider == (MappingKey.parse(wider) if wider else None)


def test_a_review_waits_for_the_keys_of_all_its_reasons() -> None:
    key = MappingKey(MappingKind.SKU, "A")

    assert NeedsReview((Reason("a", "b", key), Reason("c", "d"))).waits_for == {key}


def test_an_order_of_which_one_part_left_later_was_not_finished_before() -> None:
    later = SHIPPED_AT + dt.timedelta(days=1)

    assert not an_order(shipped_parcel(1, ITEM), shipped_parcel(2, ITEM, shipped_at=later)).was_finished_before(later)
