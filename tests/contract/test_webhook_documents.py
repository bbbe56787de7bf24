"""An authentic delivery points at the document that its topic and its body name, or at none, and never at another."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from bridge.domain.document import DocumentId
from bridge.neighbours import Delivery
from bridge.shipbob.webhook import KNOWN_TOPICS, document_of
from hypothesis import given
from hypothesis import strategies as st

from tests.contract.webhook_deliveries import SAMPLES, opened, signed

NAMES = ["id", "order_id", "shipment_id", "wro_id", "receiving_order_id", "data", "topic", "x"]
NAMED = st.sampled_from(sorted(KNOWN_TOPICS)) | st.sampled_from(
    ["order.", "return.", "wro.", "wro.box.", "order.created", ""]
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=4),
    max_leaves=8,
)


@given(NAMED | st.text(max_size=200), st.binary(max_size=100) | JSON.map(lambda value: json.dumps(value).encode()))
def test_whatever_a_body_holds_it_points_at_a_document_or_at_none(topic: str, body: bytes) -> None:
    document = document_of(topic, body)

    assert document is None or 0 < document.number < 2**63


def test_a_body_nested_without_end_points_at_nothing() -> None:
    assert document_of("order.shipped", b"[" * 100_000) is None


@pytest.mark.parametrize(
    ("topic", "body", "document"),
    [
        ("order.shipped", '{"id": 1}', "order/1"),
        ("order.delivered", '{"id": 1}', "order/1"),
        ("order.delivered", '{"id": 7, "order_id": 1}', "order/1"),
        ("order.shipment.delivered", '{"id": 7, "order_id": 1}', "order/1"),
        ("order.shipment.delivered", '{"id": 7, "order_id": null}', "locate/7"),
        ("order.shipment.delivered", '{"id": 7}', "locate/7"),
        ("order.shipment.tracking.updated", '{"shipment_id": 7}', "locate/7"),
        ("order.shipment.tracking.updated", '{"id": null, "shipment_id": 7}', "locate/7"),
        ("order.shipment.tracking.updated", '{"id": "trk_1", "shipment_id": 7}', "locate/7"),
        ("return.created", '{"id": 3, "original_shipment_id": 7}', "return/3"),
        ("return.updated", '{"id": 3}', "return/3"),
        ("return.completed", '{"id": 3}', "return/3"),
        ("wro.created", '{"id": 5}', "receiving/5"),
        ("wro.completed", '{"id": 5, "fulfillment_center": {"id": 8}}', "receiving/5"),
        ("wro.box.arrived", '{"id": 9, "wro_id": 5}', "receiving/5"),
        ("wro.box.scanned", '{"id": 9, "receiving_order_id": 5}', "receiving/5"),
        ("wro.box.stowed", '{"id": 5}', "receiving/5"),
    ],
)
def test_a_topic_points_at_the_document_that_its_body_names(topic: str, body: str, document: str) -> None:
    assert topic in KNOWN_TOPICS
    assert document_of(topic, body.encode()) == DocumentId.parse(document)


@pytest.mark.parametrize("topic", ["order.archived", "return.arrived", "wro.cancelled"])
def test_a_topic_of_a_later_shipbob_is_read_by_its_family(topic: str) -> None:
    document = document_of(topic, b'{"id": 5}')

    assert topic not in KNOWN_TOPICS
    assert document is not None
    assert document.number == 5


@pytest.mark.parametrize(
    "topic", ["billing.charge.created", "billing.refund.created", "inventory_updated", "", "order", "orders.shipped"]
)
def test_a_topic_that_changes_nothing_in_gp_points_at_nothing(topic: str) -> None:
    assert document_of(topic, b'{"id": 1, "order_id": 2}') is None


@pytest.mark.parametrize("value", ["true", '"1"', "0", "-1", "1.0", "null", "[1]", str(2**63), "1" + "0" * 5000])
@pytest.mark.parametrize("topic", ["order.shipped", "order.shipment.delivered", "return.created", "wro.box.stowed"])
def test_what_is_no_id_points_at_nothing(topic: str, value: str) -> None:
    assert document_of(topic, f'{{"id": {value}}}'.encode()) is None


def test_the_largest_id_there_can_be_is_one() -> None:
    assert document_of("order.shipped", f'{{"id": {2**63 - 1}}}'.encode()) == DocumentId.parse(f"order/{2**63 - 1}")


# ---- A wrapper, as one reader of ShipBob's webhooks has been given it


def test_a_document_in_a_wrapper_is_the_same_document() -> None:
    wrapped = json.dumps({"topic": "return.completed", "id": "evt_1", "data": {"id": 3}}).encode()

    assert document_of("return.completed", wrapped) == DocumentId.parse("return/3")


def test_a_field_that_is_only_called_data_hides_no_document() -> None:
    assert document_of("order.shipped", b'{"id": 1, "data": {"note": "gift"}}') == DocumentId.parse("order/1")
    assert document_of("order.shipped", b'{"id": 1, "data": [2]}') == DocumentId.parse("order/1")


def test_the_topic_is_the_headers_and_only_without_one_the_wrappers() -> None:
    body = b'{"topic": "return.completed", "data": {"id": 3}}'
    delivery = signed(body, topic="wro.completed")
    without = Delivery({key: text for key, text in delivery.headers.items() if key != "x-webhook-topic"}, body)

    assert opened(delivery).document == DocumentId.parse("receiving/3")
    assert opened(without).document == DocumentId.parse("return/3")
    assert opened(without).topic == "return.completed"


@pytest.mark.parametrize("body", [b"", b"[]", b'{"topic": 7}', b'{"topic": null}'])
def test_without_any_topic_a_delivery_points_at_nothing(body: bytes) -> None:
    headers = {key: text for key, text in signed(body).headers.items() if key != "x-webhook-topic"}
    hint = opened(Delivery(headers, body))

    assert (hint.topic, hint.document, hint.is_topic_known) == ("", None, False)


def test_a_topic_without_end_is_cut() -> None:
    assert opened(signed(topic="order." + "x" * 5000)).topic == "order." + "x" * 94


@pytest.mark.parametrize("topic", sorted(KNOWN_TOPICS))
def test_a_topic_of_shipbobs_list_is_known(topic: str) -> None:
    assert opened(signed(topic=topic)).is_topic_known


@pytest.mark.parametrize(
    "topic", ["order.created", "order.shipped2", "ORDER.SHIPPED", "order_shipped", "inventory.updated"]
)
def test_a_topic_that_is_not_on_it_is_not(topic: str) -> None:
    assert not opened(signed(topic=topic)).is_topic_known


# ---- The samples


NAMING_THEIR_ORDER = [path for path in sorted(SAMPLES.glob("order.*.json")) if "lowconfidence" not in path.name]
OTHERS = {"return.created": "return/700001", "return.completed": "return/700001", "wro.completed": "receiving/915001"}


@pytest.mark.parametrize("path", NAMING_THEIR_ORDER, ids=lambda path: path.name)
def test_every_sample_of_an_order_webhook_points_at_its_order(path: Path) -> None:
    topic = ".".join(path.name.split(".")[: 3 if ".shipment." in path.name else 2])
    fields = json.loads(path.read_bytes())
    expected = fields["order_id"] if ".shipment." in path.name else fields["id"]

    assert document_of(topic, path.read_bytes()) == DocumentId.parse(f"order/{expected}")


@pytest.mark.parametrize(("topic", "document"), OTHERS.items())
def test_every_sample_of_a_return_or_a_receiving_order_points_at_it(topic: str, document: str) -> None:
    paths = sorted(SAMPLES.glob(f"{topic}.*.json"))
    if not paths:
        pytest.skip("../shared/samples with ShipBob's sample payloads is not there")
    for path in paths:
        assert document_of(topic, path.read_bytes()) == DocumentId.parse(document)


def test_a_tracking_update_that_names_only_its_shipment_points_at_the_shipment() -> None:
    body = b'{"shipment_id": 390000101, "tracking_number": "9400100000000000000001"}'

    assert document_of("order.shipment.tracking.updated", body) == DocumentId.parse("locate/390000101")
