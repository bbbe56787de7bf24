"""ShipBob's other answers are read as tolerantly as its orders: returns, receiving orders, stock and the account."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from bridge.domain.order import Named, Shipment, ShipmentStatus, ShippedItem, ShippedPart
from bridge.domain.outcome import Transient
from bridge.domain.receiving import ReceivingStatus
from bridge.domain.returns import Disposed, Disposition, ReturnStatus, ReturnType
from bridge.domain.stock import StockChange
from bridge.shipbob import wire_account, wire_orders, wire_receiving, wire_returns, wire_stock
from hypothesis import given
from hypothesis import strategies as st

RETURN: dict[str, Any] = {
    "id": 700001,
    "status": "Awaiting Arrival",
    "insert_date": "2026-11-24T10:00:00.1234567",
    "inventory": [{"id": 21000011, "action_taken": [{"action": "restock", "quantity_processed": "1"}]}],
}
RECEIVING: dict[str, Any] = {
    "id": 915001,
    "status": "Partially Arrived At Hub",
    "insert_date": "2026-11-18T20:00:00",
    "inventory_quantities": [{"inventory_id": "21000011", "expected_quantity": 100.0, "stowed_quantity": "98"}],
}
BOX: dict[str, Any] = {"box_id": 1600001, "box_items": [{"inventory_id": 21000011, "quantity": 100}]}
VARIANT: dict[str, Any] = {"id": 9_100_000_000_001, "sku": "WIDGET-RED", "inventory": {"inventory_id": 21000011}}
LEVEL: dict[str, Any] = {"inventory_id": 21000011, "locations": [{"location_id": 8, "on_hand_quantity": 100}]}
LOCATION: dict[str, Any] = {"id": 8}
EVENT: dict[str, Any] = {
    "inventory_audit_event_id": 880001,
    "inventory_id": 21000011,
    "event_category": "InventoryAdjusted",
    "event_datetime": "2026-11-10T12:00:00.0000000",
    "increment": {"facility_id": 8, "location_id": 10010001, "quantity_change": 3},
}
CHANNEL: dict[str, Any] = {"id": 180001, "scopes": "orders_read  orders_write"}
SUBSCRIPTION: dict[str, Any] = {"id": "ep_1"}

type Read = Callable[[bytes], object]

READERS: dict[str, tuple[dict[str, Any], Read]] = {
    "return": (RETURN, wire_returns.read_return),
    "receiving order": (RECEIVING, wire_receiving.read_order),
    "box": (BOX, lambda body: wire_receiving.read_boxes(b"[%s]" % body)[0]),
    "centre": (LOCATION, lambda body: wire_receiving.read_centers(b"[%s]" % body)[0]),
    "product": ({"variants": [VARIANT]}, lambda body: wire_stock.read_variants(b'{"items": [%s]}' % body)),
    "level": (LEVEL, lambda body: wire_stock.read_levels(b'{"items": [%s]}' % body)[0]),
    "location": (LOCATION, lambda body: wire_stock.read_locations(b"[%s]" % body)[0]),
    "event": (EVENT, wire_stock.read_event),
    "channel": (CHANNEL, lambda body: wire_account.read_channels(b'{"items": [%s]}' % body)[0]),
    "subscription": (SUBSCRIPTION, lambda body: wire_account.read_subscriptions(b'{"items": [%s]}' % body)[0]),
}
OPTIONAL: dict[str, list[str]] = {
    "return": [
        *("reference_id", "return_type", "channel", "fulfillment_center", "original_shipment_id", "store_order_id"),
        *("tracking_number", "completed_date", "inventory", "invoice", "transactions", "status_history"),
    ],
    "receiving order": [
        *("purchase_order_number", "fulfillment_center", "last_updated_date", "inventory_quantities"),
        *("box_labels_uri", "status_history", "external_sync_timestamp"),
    ],
    "box": ["box_status", "tracking_number", "box_items", "arrived_date"],
    "centre": ["name"],
    "product": ["variants", "taxonomy"],
    "level": ["sku", "name", "locations"],
    "location": ["name", "is_active", "is_receiving_enabled", "timezone", "region", "services"],
    "event": ["event_category", "decrement", "additional_reference", "shipbob_order_id"],
    "channel": ["name", "application_name", "scopes"],
    "subscription": ["url", "topics", "description", "enabled", "created_at"],
}


def body(of: dict[str, Any], **changes: Any) -> bytes:
    return json.dumps({**of, **changes}).encode()


@pytest.mark.parametrize("kind", READERS)
def test_fields_nobody_knows_are_passed_over(kind: str) -> None:
    fields, read = READERS[kind]

    assert read(body(fields, zone={"id": 3}, Id=5)) == read(body(fields))


@pytest.mark.parametrize(("kind", "name"), [(kind, name) for kind, names in OPTIONAL.items() for name in names])
def test_null_and_absent_mean_the_same(kind: str, name: str) -> None:
    fields, read = READERS[kind]
    absent = {key: value for key, value in fields.items() if key != name}

    assert read(body(fields, **{name: None})) == read(body(absent))


NEEDED = [
    ("return", {"id": None}, "id"),
    ("return", {"insert_date": None}, "insert_date"),
    ("return", {"insert_date": "0001-01-01T00:00:00"}, "insert_date"),
    ("return", {"inventory": [{"sku": "A"}]}, "inventory.0.id"),
    (
        "return",
        {"inventory": [{"id": 1, "action_taken": [{"action": "Restock"}]}]},
        "inventory.0.action_taken.0.quanti",
    ),
    ("receiving order", {"id": "Dana Whitfield"}, "id"),
    ("receiving order", {"inventory_quantities": [{"sku": "A"}]}, "inventory_quantities.0.inventory_id"),
    ("receiving order", {"inventory_quantities": [{"inventory_id": 1, "stowed_quantity": 1.5}]}, "0.stowed_quantity"),
    ("box", {"box_items": [{}]}, "0.box_items.0.inventory_id"),
    ("product", {"variants": [{"sku": "A"}]}, "0.variants.0.id"),
    ("level", {"locations": [{"location_id": 8}]}, "0.locations.0.on_hand_quantity"),
    ("event", {"event_datetime": None}, "event_datetime"),
    ("event", {"increment": {"facility_id": 8}}, "increment.quantity_change"),
    ("event", {"increment": None}, "increment, decrement"),
    ("channel", {"id": None}, "0.id"),
    ("subscription", {"id": None}, "0.id"),
]


@pytest.mark.parametrize(("kind", "changes", "path"), NEEDED)
def test_what_is_missing_is_named_by_its_place_and_nothing_by_its_value(
    kind: str, changes: dict[str, Any], path: str
) -> None:
    fields, read = READERS[kind]

    with pytest.raises(Transient) as failure:
        read(body(fields, **changes))

    assert path in str(failure.value)
    assert "Dana" not in f"{failure.value!r} {failure.value.__cause__!r}"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@given(st.sampled_from(sorted(READERS)), st.data(), JSON)
def test_nothing_but_what_was_asked_for_or_one_of_our_failures_comes_of_any_json(
    kind: str, data: st.DataObject, value: object
) -> None:
    fields, read = READERS[kind]
    name = data.draw(st.sampled_from([*fields, *OPTIONAL[kind]]))
    for text in (body(fields, **{name: value}), json.dumps(value).encode()):
        try:
            read(text)
        except Transient:
            continue


def test_a_return_is_read_from_little() -> None:
    found = wire_returns.read_return(body(RETURN, return_type="RTS", original_shipment_id="390000101"))

    assert (found.status, found.type, found.shipment) == (
        ReturnStatus.AWAITING_ARRIVAL,
        ReturnType.RETURN_TO_SENDER,
        390000101,
    )
    assert found.created_at == dt.datetime(2026, 11, 24, 10, 0, 0, 123456, tzinfo=dt.UTC)
    assert found.completed_at is None
    (line,) = found.lines
    assert (line.expected, line.taken) == (Decimal(0), (Disposed(Disposition.RESTOCK, Decimal(1)),))


@pytest.mark.parametrize("word", ["Donated", "", None])
def test_what_was_done_in_a_way_nobody_knows_is_not_put_back_into_stock(word: str | None) -> None:
    taken = [{"action": word, "quantity_processed": 1}]

    (line,) = wire_returns.read_return(body(RETURN, inventory=[{"id": 1, "action_taken": taken}])).lines

    assert line.taken[0].disposition is Disposition.UNKNOWN


def test_a_receiving_order_is_read_from_little() -> None:
    found = wire_receiving.read_order(body(RECEIVING))

    assert (found.status, found.center, found.updated_at) == (ReceivingStatus.PARTIALLY_ARRIVED_AT_HUB, None, None)
    assert found.created_at == dt.datetime(2026, 11, 18, 20, tzinfo=dt.UTC)
    assert [(line.expected, line.received, line.stowed) for line in found.lines] == [(100, 0, 98)]


@pytest.mark.parametrize("word", ["Teleported", "", None, 7])
def test_a_receiving_status_that_nobody_knows_is_unknown(word: object) -> None:
    assert wire_receiving.read_order(body(RECEIVING, status=word)).status is ReceivingStatus.UNKNOWN


def test_a_bundle_has_no_stock_of_its_own_even_where_an_id_stands() -> None:
    bundle = {**VARIANT, "bundle_definition": [{"variant_id": 1, "quantity": 2}]}

    found = wire_stock.read_variants(json.dumps([{"variants": [VARIANT, bundle]}]).encode())

    assert [each.inventory_id for each in found] == [21000011, None]


@pytest.mark.parametrize(("status", "is_active"), [("Active", True), ("INACTIVE", False), (None, True)])
def test_only_a_variant_that_is_said_to_be_inactive_is(status: str | None, is_active: bool) -> None:  # noqa: FBT001
    (found,) = wire_stock.read_variants(json.dumps([{"variants": [{**VARIANT, "status": status}]}]).encode())

    assert found.is_active is is_active


@pytest.mark.parametrize(
    ("category", "is_correction"), [("InventoryAdjusted", True), ("", True), ("OrderPicked", False)]
)
def test_an_event_is_a_correction_unless_shipbob_calls_it_otherwise(category: str, *, is_correction: bool) -> None:
    assert wire_stock.read_event(body(EVENT, event_category=category)).is_correction is is_correction


def test_an_event_is_of_the_building_whichever_side_it_has() -> None:
    gain = wire_stock.read_event(body(EVENT))
    loss = wire_stock.read_event(body(EVENT, increment=None, decrement={"facility_id": 156, "quantity_change": -2}))

    assert (gain.facility, gain.increment, gain.decrement) == (8, StockChange(8, "", 3), None)
    assert (loss.facility, loss.increment, loss.decrement) == (156, None, StockChange(156, "", -2))
    assert gain.at == dt.datetime(2026, 11, 10, 12, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    "scopes", ["orders_read orders_write", ["orders_read", "orders_write"], "orders_read,orders_write"]
)
def test_scopes_come_as_a_list_or_as_one_text(scopes: object) -> None:
    (found,) = wire_account.read_channels(json.dumps([{"id": 1, "scopes": scopes}]).encode())

    assert found.scopes == {"orders_read", "orders_write"}
    assert found.is_writable


@pytest.mark.parametrize(
    "answer",
    [
        [{"quantity": 2, "product_variant": {"sku": "A"}}, {"quantity": 1, "product_variant": {"sku": "A"}}],
        {"items": [{"quantity": "3", "sku": "A"}]},
        {"line_items": [{"quantity": 3.0, "sku": "A", "product_variant": None}, {"quantity": None, "sku": "B"}]},
    ],
)
def test_line_items_are_counted_by_sku_in_either_shape(answer: object) -> None:
    assert wire_orders.read_line_items(json.dumps(answer).encode()).counted == {"A": Decimal(3)}


def test_line_items_name_the_parts_of_a_bundle_and_count_what_the_products_leave_out() -> None:
    parts = (ShippedPart(Decimal(2), 17), ShippedPart(Decimal(1), 15))
    shipment = Shipment(
        301, ShipmentStatus.PROCESSING, None, (ShippedItem("SET", None, parts), ShippedItem("SOAP", None))
    )
    rows = [(17, "SOAP", 5), (15, "MUG", 1)]
    told = [{"inventory_id": key, "quantity": count, "product_variant": {"sku": sku}} for key, sku, count in rows]

    found = wire_orders.completed(shipment, wire_orders.read_line_items(json.dumps(told).encode()))

    named = (ShippedPart(Decimal(2), 17, "SOAP"), ShippedPart(Decimal(1), 15, "MUG"))
    assert found.items == (ShippedItem("SET", None, named), ShippedItem("SOAP", Decimal(3)))


def test_quantities_that_are_known_stay_and_a_sku_on_two_products_is_filled_once() -> None:
    (shipment,) = wire_orders.read_order(
        json.dumps(
            {
                "id": 1,
                "created_date": "2026-11-17T14:05:00Z",
                "status": "Processing",
                "channel": {"id": 1},
                "shipments": [
                    {
                        "id": 2,
                        "order_id": 1,
                        "status": "Processing",
                        "products": [
                            {"sku": "A", "inventory_items": [{"id": 9, "quantity": 1}]},
                            {"sku": "A"},
                            {"sku": "A", "inventory_items": []},
                            {"sku": "SET"},
                        ],
                    }
                ],
            }
        ).encode()
    ).shipments

    found = wire_orders.completed(shipment, wire_orders.LineItems({"A": Decimal(5), "PART": Decimal(2)}))

    # SET tells nothing of itself: what else lies in the parcel is what it is made of.
    assert [f"{item.quantity} {item.sku}" for item in found.items] == ["1 A", "4 A", "0 A", "2 PART"]


def test_a_product_that_nothing_tells_of_stays_without_a_quantity() -> None:
    silent = Shipment(301, ShipmentStatus.PROCESSING, None, (ShippedItem("SET", None),))

    assert wire_orders.completed(silent, wire_orders.LineItems()) == silent


@pytest.mark.parametrize(
    ("answer", "order"),
    [
        (json.dumps('{"total": "1.20"}').encode(), b'{"total": "1.20"}'),
        (b'{"total": 1.20}', b'{"total": 1.20}'),
        (json.dumps('{"name": "Ren\u00e9e"}').encode(), '{"name": "Ren\u00e9e"}'.encode()),
        (b"", None),
        (b"null", None),
        (b'""', None),
        (b'"no JSON"', None),
    ],
)
def test_the_stores_order_is_json_or_not_there(answer: bytes, order: bytes | None) -> None:
    assert wire_orders.read_store_order(answer) == order


def test_a_centre_without_a_name_is_known_by_its_number() -> None:
    assert wire_receiving.read_centers(b'[{"id": "8", "name": null}]') == [Named(8, "")]
