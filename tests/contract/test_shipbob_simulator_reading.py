"""The ShipBob witness answers as ShipBob's own pages say: who may come in, how often, and what is listed."""

from __future__ import annotations

import httpx
import pytest

from local.shipbob import ManualClock, ShipBobSimulator
from tests.contract.shipbob_day import order


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
    shipbob: ShipBobSimulator, api: httpx.Client, door: httpx.Client
) -> None:
    api.get("/channel").raise_for_status()

    door.post("/offline").raise_for_status()
    with pytest.raises(httpx.TransportError):
        api.get("/channel")

    door.post("/online").raise_for_status()
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
