"""The ShipBob witness behaves as ShipBob's own pages say, over real HTTPS and with real webhooks."""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import queue
import signal
import ssl
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from local.shipbob import Label, ManualClock, NewOrder, NotPossibleError, ShipBobSimulator
from local.shipbob.orders import Line

ROOT = Path(__file__).parents[2]
PATIENCE = 10.0  # seconds until a thing that should happen counts as not happening
SECRET = "whsec_" + "QUJD" * 8


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("authority")


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def shipbob(folder: Path, clock: ManualClock) -> Iterator[ShipBobSimulator]:
    with ShipBobSimulator(folder, clock=clock) as simulator:
        yield simulator


@pytest.fixture
def api(shipbob: ShipBobSimulator) -> Iterator[httpx.Client]:
    with client(shipbob) as made:
        yield made


@pytest.fixture
def control(shipbob: ShipBobSimulator) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=shipbob.control_url, trust_env=False) as made:
        yield made


def client(shipbob: ShipBobSimulator) -> httpx.Client:
    return httpx.Client(
        base_url=f"{shipbob.url}/2026-07",
        headers={"Authorization": f"Bearer {shipbob.token}"},
        verify=ssl.create_default_context(cafile=str(shipbob.ca_bundle)),
        trust_env=False,
    )


@dataclass(frozen=True, slots=True)
class Received:
    headers: dict[str, str]
    body: bytes

    @property
    def id(self) -> str:
        return self.headers["webhook-id"]


class Receiver:
    """A webhook endpoint that answers with the statuses it was given, then 204, and keeps what came."""

    def __init__(self) -> None:
        self.statuses: list[int] = []
        self.came: queue.Queue[Received] = queue.Queue()
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.came.put(Received({name.lower(): value for name, value in self.headers.items()}, body))
                self.send_response(receiver.statuses.pop(0) if receiver.statuses else 204)
                self.send_header("Location", "/elsewhere")
                self.end_headers()

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port: int = self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))
        self._thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hooks"

    def next(self) -> Received:
        return self.came.get(timeout=PATIENCE)

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    made = Receiver()
    yield made
    made.close()


def subscribe(api: httpx.Client, url: str, *topics: str) -> dict[str, Any]:
    wanted = {"topics": topics or ["order.shipped"], "url": url, "secret": SECRET}
    made: dict[str, Any] = api.post("/webhook", json=wanted).raise_for_status().json()
    return made


def order(number: str = "1001", **details: Any) -> NewOrder:
    return NewOrder(number, details.pop("lines", [Line("MUG-WHITE", 1, Decimal("12.00"))]), **details)


def split() -> NewOrder:
    lines = [Line("WIDGET-RED", 2, Decimal("19.95")), Line("WIDGET-RED", 1, Decimal(0)), Line("SOAP-BAR", 1)]
    packages = [(8, [("WIDGET-RED", 2)]), (8, [("WIDGET-RED", 1)]), (156, [("SOAP-BAR", 1)])]
    return order(lines=lines, shipments=packages)


# who may come in


@pytest.mark.parametrize("headers", [{"Authorization": ""}, {"Authorization": "Bearer someone-elses"}])
def test_a_request_without_the_token_is_refused_and_told_nothing(api: httpx.Client, headers: dict[str, str]) -> None:
    answer = api.get("/order", headers=headers)

    assert (answer.status_code, answer.content) == (401, b"")


def test_a_server_whose_authority_is_not_trusted_is_not_spoken_to(shipbob: ShipBobSimulator) -> None:
    with httpx.Client(trust_env=False) as stranger, pytest.raises(httpx.ConnectError):
        stranger.get(f"{shipbob.url}/2026-07/order")


def test_the_request_after_the_limit_is_told_when_to_come_again(
    shipbob: ShipBobSimulator, api: httpx.Client, clock: ManualClock
) -> None:
    shipbob.limit.per_minute = 3

    remaining = [api.get("/channel").headers["x-remaining-calls"] for _ in range(3)]
    clock.advance(20)
    refused = api.get("/channel")

    assert remaining == ["2", "1", "0"]
    assert refused.status_code == 429
    assert refused.headers["x-retry-after"] == "40"
    assert refused.json() == {"statusCode": 429, "message": "Rate limit is exceeded. Try again in 40 seconds."}
    clock.advance(40)
    assert api.get("/channel").status_code == 200


def test_a_day_has_150_calls_a_minute(api: httpx.Client) -> None:
    statuses = [api.get("/location").status_code for _ in range(151)]

    assert statuses == [200] * 150 + [429]


def test_offline_cuts_the_line_and_online_brings_it_back(
    shipbob: ShipBobSimulator, api: httpx.Client, control: httpx.Client
) -> None:
    api.get("/channel").raise_for_status()

    control.post("/offline").raise_for_status()
    with pytest.raises(httpx.TransportError):
        api.get("/channel")

    control.post("/online").raise_for_status()
    assert api.get("/channel").status_code == 200
    assert shipbob.counters.requests["GET /channel"] == 2


# what is listed


def test_orders_come_newest_first_unless_asked_otherwise(shipbob: ShipBobSimulator, api: httpx.Client) -> None:
    placed = [shipbob.account.place_order(order(str(number)))["id"] for number in range(3)]

    assert [row["id"] for row in api.get("/order").json()] == placed[::-1]
    assert [row["id"] for row in api.get("/order", params={"SortOrder": "Oldest"}).json()] == placed


def test_a_page_holds_fifty_orders_and_names_the_next(shipbob: ShipBobSimulator, api: httpx.Client) -> None:
    placed = [shipbob.account.place_order(order(str(number)))["id"] for number in range(60)]

    first = api.get("/order", params={"SortOrder": "Oldest"})
    second = api.get(f"{shipbob.url}{first.headers['next-page']}")

    assert [row["id"] for row in first.json() + second.json()] == placed
    assert (len(first.json()), first.headers["total-count"]) == (50, "60")
    assert "next-page" not in second.headers
    assert api.get("/order", params={"Page": 3}).json() == []


def test_insert_and_update_dates_choose_independently(
    shipbob: ShipBobSimulator, api: httpx.Client, clock: ManualClock
) -> None:
    early = shipbob.account.place_order(order("1"))
    clock.advance(60)
    late = shipbob.account.place_order(order("2"))
    clock.advance(60)
    shipbob.account.ship_order(early["id"])

    def listed(**parameters: str) -> list[int]:
        return [row["id"] for row in api.get("/order", params={"SortOrder": "Oldest", **parameters}).json()]

    assert listed(StartDate=early["created_date"]) == [late["id"]]
    assert listed(EndDate=late["created_date"]) == [early["id"]]
    assert listed(LastUpdateStartDate=late["created_date"]) == [early["id"]]
    assert listed(LastUpdateEndDate="2001-01-01T00:00:00Z") == []


def test_ids_references_tracking_and_channel_narrow_the_list(shipbob: ShipBobSimulator, api: httpx.Client) -> None:
    own = shipbob.account.place_order(order("1", reference_id="A-1"))["id"]
    store = shipbob.account.place_order(order("2", channel=122233, reference_id="B-2"))["id"]
    shipbob.account.ship_order(store)

    def listed(headers: dict[str, str] | None = None, **parameters: str) -> list[int]:
        return [row["id"] for row in api.get("/order", params=parameters, headers=headers).json()]

    assert listed(IDs=f"{own},999") == [own]
    assert listed(ReferenceIds="A-1,B-2") == [store, own]
    assert listed(HasTracking="true") == [store]
    assert listed(HasTracking="false") == [own]
    assert listed(headers={"shipbob_channel_id": "122233"}) == [store]
    assert listed(headers={"shipbob_channel_id": "180001"}, IDs=str(store)) == []


@pytest.mark.parametrize(
    "query", ["Limit=251", "Limit=0", "Page=0", "SortOrder=Sideways", "IDs=a", "StartDate=2026-01-01T00:00:00+00:00"]
)
def test_a_parameter_that_cannot_be_read_is_named(api: httpx.Client, query: str) -> None:
    answer = api.get(f"/order?{query}")  # a plus sign that is not percent-encoded is a blank

    assert answer.status_code == 400
    assert list(answer.json()) == [query.partition("=")[0]]


def test_what_is_not_there_is_404(api: httpx.Client) -> None:
    assert [
        api.request(method, path).status_code
        for method, path in [
            ("GET", "/order/1"),
            ("GET", "/order/1/shipment"),
            ("GET", "/shipment/1"),
            ("GET", "/shipment/1:getLineItems"),
            ("DELETE", "/webhook/ep_none"),
            ("GET", "/nothing"),
            ("GET", "/../1.0/order"),
        ]
    ] == [404] * 7


def test_the_account_has_four_centres_and_one_channel_that_may_write(api: httpx.Client) -> None:
    locations, channels = api.get("/location").json(), api.get("/channel").json()["items"]

    assert [row["id"] for row in locations] == [8, 156, 211, 320]
    assert [row["id"] for row in channels if "orders_write" in row["scopes"]] == [180001]


def test_channels_come_in_pages(shipbob: ShipBobSimulator, api: httpx.Client) -> None:
    first = api.get("/channel", params={"RecordsPerPage": 2}).json()
    second = api.get(f"{shipbob.url}{first['next']}").json()

    assert [len(page["items"]) for page in (first, second)] == [2, 1]
    assert (first["prev"], second["next"]) == (None, None)


# an order's life


def test_ids_count_up_from_fixed_numbers(shipbob: ShipBobSimulator) -> None:
    first, second = (shipbob.account.place_order(split()) for _ in range(2))

    assert [first["id"], second["id"]] == [250000001, 250000002]
    assert [row["id"] for row in first["shipments"]] == [390000101, 390000102, 390000103]


def test_an_order_goes_from_processing_over_part_to_fulfilled(shipbob: ShipBobSimulator, api: httpx.Client) -> None:
    placed = shipbob.account.place_order(split())
    shipments = [row["id"] for row in placed["shipments"]]

    def status() -> str:
        return str(api.get(f"/order/{placed['id']}").json()["status"])

    seen = [status()]
    for shipment in shipments:
        shipbob.account.ship_shipment(shipment, Label(completed=False))
        seen.append(status())

    assert seen == ["Processing", "PartiallyFulfilled", "PartiallyFulfilled", "Fulfilled"]
    assert {row["status"] for row in api.get(f"/order/{placed['id']}/shipment").json()} == {"LabeledCreated"}


def test_the_same_sku_on_two_lines_stays_two_rows_in_two_packages(shipbob: ShipBobSimulator) -> None:
    placed = shipbob.account.place_order(split())

    assert [(row["sku"], row["quantity"]) for row in placed["products"]][:2] == [("WIDGET-RED", 2), ("WIDGET-RED", 1)]
    assert [row["location"]["id"] for row in placed["shipments"]] == [8, 8, 156]


def test_tracking_and_lot_are_unknown_until_the_label(shipbob: ShipBobSimulator, api: httpx.Client) -> None:
    placed = shipbob.account.place_order(order(lines=[Line("SERUM-30ML", 1)]))
    path = f"/shipment/{placed['shipments'][0]['id']}"
    fulfilled = dt.datetime(2026, 11, 18, 16, 41, 58, 250000, dt.UTC)

    before, items_before = api.get(path).json(), api.get(f"{path}:getLineItems").json()
    shipbob.account.ship_order(placed["id"], Label("1Z999", "UPS", "Ground", fulfilled))
    after, items_after = api.get(path).json(), api.get(f"{path}:getLineItems").json()

    assert (before["tracking"], before["products"][0]["inventory_items"][0]["lot"]) == (None, None)
    assert (after["tracking"]["tracking_number"], after["status"]) == ("1Z999", "Completed")
    assert after["actual_fulfillment_date"] == "2026-11-18T16:41:58.2500000+00:00"
    assert "lot" not in items_before[0]
    assert items_after[0]["lot"]["lot_number"] == "LOT-2226"


def test_a_bundle_is_packed_as_its_components(shipbob: ShipBobSimulator, api: httpx.Client) -> None:
    placed = shipbob.account.place_order(order(lines=[Line("GIFT-SET", 2)]))

    items = api.get(f"/shipment/{placed['shipments'][0]['id']}:getLineItems").json()

    assert [(row["product_variant"]["sku"], row["quantity"]) for row in items] == [
        ("CANDLE-LAVENDER", 2),
        ("SOAP-BAR", 4),
    ]


def test_hold_exception_and_unknown_sku_show_and_can_be_released(shipbob: ShipBobSimulator) -> None:
    account = shipbob.account
    held, failed = (account.place_order(order(str(number)))["shipments"][0] for number in range(2))
    unknown = account.place_order(order(lines=[Line("NEVER-SEEN", 1)]))

    assert account.hold_shipment(held["id"])["status_details"][0]["id"] == 401
    assert account.fail_shipment(failed["id"])["status_details"][0]["inventory_id"] == 21000015
    assert account.order(failed["order_id"])["status"] == "Exception"
    assert (unknown["status"], unknown["products"][0]["id"]) == ("ImportReview", None)
    assert account.release_shipment(held["id"])["status"] == "Processing"


def test_what_has_shipped_is_neither_cancelled_nor_shipped_again(shipbob: ShipBobSimulator) -> None:
    account = shipbob.account
    placed = account.place_order(split())
    shipped, *rest = (row["id"] for row in placed["shipments"])
    account.ship_shipment(shipped)

    assert account.cancel_order(placed["id"])["status"] == "Fulfilled"
    assert [account.shipment(each)["status"] for each in rest] == ["Cancelled", "Cancelled"]
    for refused in (account.cancel_shipment, account.ship_shipment, account.hold_shipment):
        with pytest.raises(NotPossibleError):
            refused(shipped)


def test_a_silent_shipment_moves_no_update_date(shipbob: ShipBobSimulator, clock: ManualClock) -> None:
    placed = shipbob.account.place_order(order())
    clock.advance(60)

    shipped = shipbob.account.ship_order(placed["id"], Label(silently=True))

    assert shipped["status"] == "Fulfilled"
    assert shipped["shipments"][0]["last_update_at"] == placed["shipments"][0]["last_update_at"]


def test_packages_that_do_not_hold_what_was_ordered_are_refused(shipbob: ShipBobSimulator) -> None:
    with pytest.raises(NotPossibleError, match="packages hold"):
        shipbob.account.place_order(order(shipments=[(8, [("MUG-WHITE", 2)])]))


# webhooks


def test_the_secret_is_told_once_and_made_up_when_absent(api: httpx.Client) -> None:
    wanted = {"topics": ["order.shipped"], "url": "https://bridge.example.com/hooks", "description": "a bridge"}

    made = api.post("/webhook", json=wanted).json()
    listed = api.get("/webhook").json()["items"]

    assert made["secret"].startswith("whsec_")
    assert len(made["secret"]) == 38
    assert [row["id"] for row in listed] == [made["id"]]
    assert "secret" not in listed[0]
    assert api.delete(f"/webhook/{made['id']}").status_code == 204
    assert api.get("/webhook").json()["items"] == []


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("topics", []),
        ("topics", ["order.created"]),
        ("topics", ["wro.completed"]),
        ("url", "http://bridge.example.com/hooks"),
        ("url", "nowhere"),
        ("secret", "whsec_short"),
    ],
)
def test_a_subscription_that_shipbob_would_not_take_is_a_422(api: httpx.Client, field: str, value: object) -> None:
    wanted = {"topics": ["order.shipped"], "url": "https://bridge.example.com/hooks", field: value}

    answer = api.post("/webhook", json=wanted)

    assert answer.status_code == 422
    assert list(answer.json()["value"]) == [field.capitalize()]


def test_a_shipped_order_is_told_with_a_signature_that_verifies(
    shipbob: ShipBobSimulator, api: httpx.Client, receiver: Receiver
) -> None:
    subscribe(api, receiver.url)
    placed = shipbob.account.place_order(split())

    shipbob.account.ship_order(placed["id"])
    came = receiver.next()

    body = Webhook(SECRET).verify(came.body, came.headers)
    assert (body["id"], body["status"], len(body["shipments"])) == (placed["id"], "Fulfilled", 3)
    assert came.headers["x-webhook-topic"] == "order.shipped"
    assert came.headers["content-type"] == "application/json"


def test_order_shipped_waits_for_the_last_label(
    shipbob: ShipBobSimulator, api: httpx.Client, receiver: Receiver
) -> None:
    subscribe(api, receiver.url)
    shipments = [row["id"] for row in shipbob.account.place_order(split())["shipments"]]

    for shipment in shipments:
        shipbob.account.ship_shipment(shipment)
    assert shipbob.webhooks.wait_until_idle(PATIENCE)

    assert receiver.came.qsize() == 1


def test_shipment_topics_carry_the_bare_shipment(
    shipbob: ShipBobSimulator, api: httpx.Client, receiver: Receiver
) -> None:
    topics = [f"order.shipment.{name}" for name in ("delivered", "exception", "on_hold", "cancelled")]
    subscribe(api, receiver.url, *topics)
    account = shipbob.account
    delivered, failed, held, cancelled = (
        account.place_order(order(str(number)))["shipments"][0]["id"] for number in range(4)
    )

    account.ship_shipment(delivered)
    account.deliver_shipment(delivered)
    account.fail_shipment(failed)
    account.hold_shipment(held)
    account.cancel_shipment(cancelled)
    came = [receiver.next() for _ in topics]

    assert {each.headers["x-webhook-topic"]: json.loads(each.body)["id"] for each in came} == dict(
        zip(topics, (delivered, failed, held, cancelled), strict=True)
    )


@pytest.mark.parametrize("status", [500, 401, 302])
def test_a_refused_message_comes_again_after_five_seconds_under_its_id(
    shipbob: ShipBobSimulator, api: httpx.Client, receiver: Receiver, clock: ManualClock, status: int
) -> None:
    subscribe(api, receiver.url)
    receiver.statuses = [status]
    shipbob.account.ship_order(shipbob.account.place_order(order())["id"])

    first = receiver.next()
    until_attempts(shipbob, 1)
    clock.advance(5)
    second = receiver.next()
    assert shipbob.webhooks.wait_until_idle(PATIENCE)

    assert first.id == second.id
    assert int(second.headers["webhook-timestamp"]) - int(first.headers["webhook-timestamp"]) in {5, 6}
    assert Webhook(SECRET).verify(second.body, second.headers)
    (delivery,) = shipbob.webhooks.deliveries()
    assert [attempt["status"] for attempt in delivery["attempts"]] == [status, 204]
    assert shipbob.counters.deliveries == {"made": 2, "succeeded": 1, "failed": 1}


def test_after_eight_tries_in_a_day_and_more_a_message_is_given_up(
    shipbob: ShipBobSimulator, api: httpx.Client, receiver: Receiver, clock: ManualClock
) -> None:
    subscribe(api, receiver.url)
    receiver.statuses = [500] * 8
    shipbob.account.ship_order(shipbob.account.place_order(order())["id"])

    for tries, gap in enumerate([5, 300, 1800, 7200, 18000, 36000, 36000], 1):
        until_attempts(shipbob, tries)
        clock.advance(gap - 1)
        assert len(attempts(shipbob)) == tries
        clock.advance(1)
    assert shipbob.webhooks.wait_until_idle(PATIENCE)

    assert len({receiver.next().id for _ in range(8)}) == 1
    assert shipbob.webhooks.deliveries()[0]["state"] == "failed"


def test_a_scaled_day_of_retries_passes_in_a_moment(folder: Path, receiver: Receiver) -> None:
    receiver.statuses = [500, 503, 500]
    with ShipBobSimulator(folder, retry_scale=0.0001) as shipbob, client(shipbob) as api:
        subscribe(api, receiver.url)
        shipbob.account.ship_order(shipbob.account.place_order(order())["id"])

        assert shipbob.webhooks.wait_until_idle(PATIENCE)
        assert [attempt["status"] for attempt in attempts(shipbob)] == [500, 503, 500, 204]


def test_an_endpoint_that_fails_for_five_days_is_switched_off(
    shipbob: ShipBobSimulator, api: httpx.Client, receiver: Receiver, clock: ManualClock
) -> None:
    subscribe(api, receiver.url)
    receiver.statuses = [500] * 8
    shipbob.account.ship_order(shipbob.account.place_order(order())["id"])

    until_attempts(shipbob, 1)
    clock.advance(5 * 86_400)
    until_attempts(shipbob, 2)

    assert [row["enabled"] for row in api.get("/webhook").json()["items"]] == [False]


def test_a_duplicate_has_the_same_id_and_two_subscriptions_have_two(
    shipbob: ShipBobSimulator, api: httpx.Client, control: httpx.Client, receiver: Receiver
) -> None:
    for _ in range(2):
        subscribe(api, receiver.url)
    shipbob.account.ship_order(shipbob.account.place_order(order())["id"])
    first, other = receiver.next(), receiver.next()
    assert shipbob.webhooks.wait_until_idle(PATIENCE)

    control.post(f"/deliveries/{first.id}/again").raise_for_status()
    again = receiver.next()
    assert shipbob.webhooks.wait_until_idle(PATIENCE)

    assert (again.id, again.body) == (first.id, first.body)
    assert other.id != first.id
    marks = [attempt["duplicate"] for each in shipbob.webhooks.deliveries() for attempt in each["attempts"]]
    assert sorted(marks) == [False, False, True]


def test_a_forged_webhook_does_not_verify(
    shipbob: ShipBobSimulator, api: httpx.Client, control: httpx.Client, receiver: Receiver
) -> None:
    subscribe(api, receiver.url)
    receiver.statuses = [401]

    told = control.post("/forge", json={"document": "order/250000099"}).raise_for_status().json()
    came = receiver.next()

    assert told == {"status": 401}
    assert json.loads(came.body) == {"id": 250000099}
    with pytest.raises(WebhookVerificationError):
        Webhook(SECRET).verify(came.body, came.headers)
    assert shipbob.counters.forged == 1


def test_dropped_webhooks_are_lost_and_later_ones_are_not(
    shipbob: ShipBobSimulator, api: httpx.Client, control: httpx.Client, receiver: Receiver
) -> None:
    subscribe(api, receiver.url)
    control.post("/webhooks/drop", json={"count": 1}).raise_for_status()

    lost, told = (shipbob.account.place_order(order(str(number)))["id"] for number in range(2))
    shipbob.account.ship_order(lost)
    shipbob.account.ship_order(told)

    assert json.loads(receiver.next().body)["id"] == told
    assert control.get("/deliveries").json()[0]["state"] == "dropped"


def test_held_webhooks_come_when_released(
    shipbob: ShipBobSimulator, api: httpx.Client, control: httpx.Client, receiver: Receiver
) -> None:
    subscribe(api, receiver.url)
    control.post("/webhooks/hold").raise_for_status()
    shipbob.account.ship_order(shipbob.account.place_order(order())["id"])
    assert [each["state"] for each in shipbob.webhooks.deliveries()] == ["held"]

    control.post("/webhooks/release", json={"newest_first": True}).raise_for_status()

    assert receiver.next()


def test_a_gateway_under_localhost_is_reached_by_its_own_name(
    shipbob: ShipBobSimulator, api: httpx.Client, receiver: Receiver
) -> None:
    name = f"abc123.execute-api.localhost:{receiver.port}"
    subscribe(api, f"http://{name}/webhooks/shipbob")

    shipbob.account.ship_order(shipbob.account.place_order(order())["id"])

    assert receiver.next().headers["host"] == name


# the control door and the process


def test_a_day_can_be_played_over_the_control_door(shipbob: ShipBobSimulator, control: httpx.Client) -> None:
    wanted = {
        "channel": 122233,
        "order_number": "WT-77",
        "lines": [["WIDGET-RED", 2, "19.95"], {"sku": "SOAP-BAR", "quantity": 1}],
        "shipments": [{"location": 8, "lines": [["WIDGET-RED", 2]]}, {"location": 211, "lines": [["SOAP-BAR", 1]]}],
        "recipient": {"name": "Avery Holt", "city": "Toledo"},
        "total_price": "47.15",
    }

    placed = control.post("/orders", json=wanted).raise_for_status().json()
    order_id, (first, second) = placed["id"], (row["id"] for row in placed["shipments"])
    control.post(f"/shipments/{first}/ship", json={"tracking_number": "1Z1", "carrier": "UPS"}).raise_for_status()
    part = control.get("/orders").json()[0]
    control.post(f"/orders/{order_id}/ship").raise_for_status()
    delivered = control.post(f"/orders/{order_id}/deliver").raise_for_status().json()

    assert (placed["financials"]["total_price"], placed["recipient"]["address"]["city"]) == (47.15, "Toledo")
    assert part["status"] == "PartiallyFulfilled"
    assert [row["status_details"][0]["name"] for row in delivered["shipments"]] == ["Delivered", "Delivered"]
    assert control.post(f"/shipments/{second}/cancel").status_code == 400
    assert control.post("/orders/5/cancel").status_code == 404


def test_every_exchange_is_counted_and_kept(
    shipbob: ShipBobSimulator, api: httpx.Client, control: httpx.Client
) -> None:
    api.get("/order", params={"Limit": 5})
    api.get("/order/7")

    counters = control.get("/counters").json()
    exchanges = control.get("/exchanges").json()

    assert counters["requests"] == {"GET /order": 1, "GET /order/{orderId}": 1}
    assert counters["answers"] == {"200": 1, "404": 1}
    assert [(each["path"], each["response_body"]) for each in exchanges] == [
        ("/2026-07/order?Limit=5", "[]"),
        ("/2026-07/order/7", ""),
    ]


def test_as_a_process_it_says_where_it_is_and_ends_when_asked(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "local.shipbob", "--folder", str(tmp_path)]
    with subprocess.Popen(  # noqa: S603  (the project's own module)
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        with contextlib.ExitStack() as undo:
            undo.callback(process.kill)
            ready = json.loads(process.stdout.readline())
            trust = ssl.create_default_context(cafile=ready["ca_bundle"])
            answer = httpx.get(
                f"{ready['url']}/2026-07/channel",
                headers={"Authorization": f"Bearer {ready['token']}"},
                verify=trust,
                trust_env=False,
            )
            assert answer.status_code == 200
            assert httpx.get(f"{ready['control']}/orders", trust_env=False).json() == []
            process.send_signal(signal.SIGTERM)
            assert process.wait(PATIENCE) == 0
            assert process.communicate() == ("", "")


def attempts(shipbob: ShipBobSimulator) -> list[dict[str, Any]]:
    return [attempt for delivery in shipbob.webhooks.deliveries() for attempt in delivery["attempts"]]


def until_attempts(shipbob: ShipBobSimulator, count: int) -> None:
    """Wait until that many tries have been made and settled."""
    assert shipbob.webhooks.wait_for(lambda: len(attempts(shipbob)) >= count, PATIENCE)
