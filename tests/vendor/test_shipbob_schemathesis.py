"""ShipBob's own OpenAPI document, driven at the witness by schemathesis: a thousand requests nobody thought of.

For each operation that the bridge uses, and two more that merchants use, what is generated from the document, right and
wrong, is answered as the document says: a status it knows, headers and a body of its models, and never a failure of the
server's own. Half of the requests are put right but for one thing, so that they find what a day has left at ShipBob.
"""

from __future__ import annotations

import datetime as dt
import itertools
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis import Case, Response
from schemathesis.checks import not_a_server_error
from schemathesis.generation import GenerationMode
from schemathesis.schemas import APIOperation, BaseSchema
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from local.shipbob import ManualClock, ShipBobSimulator
from local.shipbob.counters import Exchange
from tests.contract.shipbob_day import Inbox, client
from tests.vendor import test_shipbob_simulator_contract as orders
from tests.vendor import test_shipbob_simulator_returns_contract as returns
from tests.vendor import test_shipbob_simulator_stock_contract as stock
from tests.vendor.shipbob_contract import NEW, body_faults, contract
from tests.vendor.shipbob_corrections import CHANNEL, USED

type Json = dict[str, Any]
type Operation = APIOperation[Any, Any, Any, Any]
type Place = tuple[str | int, ...]
type Right = Mapping[str, Mapping[str, list[Any]]]  # a part of a request, its names, values that are taken

DRIVEN = sorted(USED | {"POST /return", "POST /receiving:setExternalSync"})
EXAMPLES = 40  # for each operation
NEVER_WRONG = {"GET /fulfillment-center"}  # it is asked with nothing at all
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]

DAY = dt.datetime(2026, 11, 23, 8, tzinfo=dt.UTC)
EARLY = "2026-11-01T00:00:00Z"
SUBSCRIPTION: Json = {
    "topics": ["order.shipped"],
    "url": "https://bridge.example.com/hooks",
    "description": "GP",
    "secret": None,
}
ANNOUNCED: Json = {
    **stock.announcement(None),
    "boxes": stock.announcement(None)["boxes"][:1],
    "freight": {"carrier": "Graphic Lines"},
    "final_destination_fulfillment_center_id": None,
}
LOT = {"lot_number": "LOT-9", "lot_date": "2028-01-31T00:00:00Z"}
REFERENCES = [f"RMA {each}" for each in range(100, 900)]
RETURNED = [{"id": returns.MUG, "quantity": 1, "requested_action": "Dispose", **LOT}]


@pytest.fixture(scope="module")
def shipbob(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ShipBobSimulator]:
    """A day is over in which orders, returns, receiving orders and stock came into every state there is."""
    contract()
    with ShipBobSimulator(tmp_path_factory.mktemp("authority"), clock=ManualClock(DAY)) as simulator:
        simulator.limit.per_minute = 10**9
        simulator.webhooks.deliver_to(Inbox())
        orders.play(simulator.account)
        returns.play(simulator.account)
        with client(simulator) as api:
            stock.announce(api)
        stock.play(simulator)
        yield simulator


@pytest.fixture(scope="module")
def session(shipbob: ShipBobSimulator) -> Iterator[requests.Session]:
    with requests.Session() as made:
        made.trust_env = False
        made.headers["Authorization"] = f"Bearer {shipbob.token}"
        yield made


@pytest.fixture(scope="module")
def document() -> BaseSchema:
    about = {"openapi": "3.0.1", "info": {"title": "ShipBob", "version": "2026-07"}}
    paths = {path: item for path, item in contract()["paths"].items() if "?" not in path}
    return schemathesis.openapi.from_dict({**about, **contract(), "paths": paths})


@pytest.fixture
def right(shipbob: ShipBobSimulator) -> Mapping[str, Right]:
    """What is taken by each operation and, of what is there, found."""
    account = shipbob.account
    placed, returned = account.orders(), [each["id"] for each in account.returns.all()]
    received = {"id": [each["id"] for each in shipbob.receiving.listed()]}
    order = {"orderId": [each["id"] for each in placed]}
    shipment = {"shipmentId": [shipment["id"] for each in placed for shipment in each["shipments"]]}
    subscribed = shipbob.subscriptions.create(SUBSCRIPTION, DAY)
    return {
        "GET /order/{orderId}": {"path_parameters": order},
        "GET /order/{orderId}/store-order-json": {"path_parameters": order},
        "GET /shipment/{shipmentId}": {"path_parameters": shipment},
        "GET /shipment/{shipmentId}:getLineItems": {"path_parameters": shipment},
        "GET /return/{id}": {"path_parameters": {"id": returned}},
        "GET /receiving/{id}": {"path_parameters": received},
        "GET /receiving/{id}/boxes": {"path_parameters": received},
        "DELETE /webhook/{id}": {"path_parameters": {"id": [subscribed.id]}},
        "POST /receiving:setExternalSync": {"body": {"ids": [received["id"]], "is_external_sync": [True, False]}},
        **RIGHT,
    }


RIGHT: dict[str, Right] = {
    "GET /order": {
        "query": {"Limit": [3, 250], "SortOrder": ["Oldest"], "StartDate": [EARLY], "HasTracking": ["true"]}
    },
    "GET /return": {"query": {"Limit": [1, 250], "SortOrder": ["Asc"], "StartDate": [EARLY], "Status": ["Completed"]}},
    "GET /receiving": {"query": {"Limit": [1, 250], "Statuses": ["Completed,Awaiting"], "InsertStartDate": [EARLY]}},
    "GET /product": {"query": {"SKU": ["any:WIDGET-RED,GIFT-SET", "MUG-WHITE"], "PageSize": [1, 250]}},
    "GET /inventory-level/locations": {
        "query": {"InventoryIds": [f"{stock.WIDGET},{stock.SERUM}"], "PageSize": [1, 150]}
    },
    "GET /location": {"query": {"IncludeInactive": ["true", "false"]}},
    "GET /channel": {"query": {"RecordsPerPage": [1, 50]}},
    "GET /webhook": {"query": {"RecordsPerPage": [1, 250]}},
    "POST /inventory/history:query": {
        "body": {
            "facility_id": [8, 156],
            "event_category": ["InventoryAdjusted", None],
            "inventory_ids": [[stock.WIDGET], None],
            "start_date": [EARLY],
            "end_date": [None],
            "cursor": [880_001, None],
        }
    },
    "POST /webhook": {"body": {name: [value] for name, value in SUBSCRIPTION.items()}},
    "POST /receiving": {"body": {name: [value] for name, value in ANNOUNCED.items()}},
    "POST /return": {
        "headers": {CHANNEL: ["180001"]},
        "body": {
            "fulfillment_center": [{"id": 8}],
            "inventory": [RETURNED],
            "reference_id": REFERENCES,
            "original_shipment_id": [None],
            "tracking_number": ["1Z9", None],
        },
    },
}


class Missing:
    """In the place of what is left out."""


ODD_TEXTS = (Missing, "", "0", "-1", "2147483648", "1.5", "true", "2026-11-23", "x", "a,b", "%")
ODD_VALUES: tuple[Any, ...] = (
    Missing,
    None,
    True,
    0,
    -1,
    2**31,
    1.5,
    "",
    "x" * 501,
    "2026-11-23",
    "\x00",
    [],
    [None],
    {},
    {"x": 1},
)


@st.composite
def cases(draw: st.DrawFn, operation: Operation, right: Right) -> Case[Any]:
    """A request as it is generated, or one that is right but for one field at the most."""
    case: Case[Any] = draw(operation.as_strategy(generation_mode=draw(st.sampled_from(GenerationMode))))
    if draw(st.booleans()):
        return case
    wrong = draw(st.sampled_from(["", *(name for names in right.values() for name in names)]))
    for part, names in right.items():
        generated = getattr(case, part)
        kept = {wrong: generated[wrong]} if isinstance(generated, Mapping) and wrong in generated else {}
        made = {name: draw(st.sampled_from(values)) for name, values in names.items() if name != wrong}
        setattr(case, part, made | (kept if wrong in names else {}))
    return case


def right_request(used: str, number: int) -> Json:
    """The parts of a request that is taken. The reference of a return may stand in one only."""
    unique = {"reference_id": f"RMA {number}"}
    return {
        part: {name: unique.get(name, values[0]) for name, values in names.items()}
        for part, names in RIGHT[used].items()
    }


def parts_of(value: Any) -> list[tuple[Any, Any]]:
    if isinstance(value, dict):
        return list(value.items())
    return list(enumerate(value)) if isinstance(value, list) else []


def places(value: Any) -> list[Place]:
    """Every place within a value, the deeper ones included."""
    return [(name, *rest) for name, inner in parts_of(value) for rest in [(), *places(inner)]]


def spoiled(value: Any, place: Place, odd: Any) -> Any:
    """The value with something odd at a place."""
    name, *rest = place
    parts = [
        (each, inner if each != name else spoiled(inner, tuple(rest), odd) if rest else odd)
        for each, inner in parts_of(value)
    ]
    kept = [(each, inner) for each, inner in parts if inner is not Missing]
    return dict(kept) if isinstance(value, dict) else [inner for _, inner in kept]


class Answered:
    """What an operation answered: how often with which status, and how often there was something in it."""

    def __init__(self, used: str) -> None:
        method, path = used.split()
        self._models = contract()["paths"][NEW + path][method.lower()]["responses"]
        self.statuses: Counter[int] = Counter()
        self.full = 0

    def note(self, answer: Response, exchange: Exchange) -> None:
        self.statuses[answer.status_code] += 1
        if "content" not in self._models[str(answer.status_code)]:
            assert answer.content == b"", "a body where the document has none"
            self.full += answer.status_code == 204
        elif answer.status_code < 300:
            self.full += holds_something(answer.json())
            # Fields that are unknown are passed over: so does ASP.NET, and 2026-07 has some that 2026-01 has not.
            assert [fault for fault in body_faults(exchange) if "Additional properties" not in fault] == []

    def some(self, hundreds: int) -> bool:
        return any(status // 100 == hundreds for status in self.statuses)


def holds_something(body: Any) -> bool:
    rows = body.get("items", body.get("data", body)) if isinstance(body, dict) else body
    return bool(rows)


class Asking:
    """One operation, asked over a session; `answered` is what it answered, each time as the document says."""

    def __init__(self, used: str, shipbob: ShipBobSimulator, session: requests.Session, document: BaseSchema) -> None:
        method, path = used.split()
        self._shipbob, self._session = shipbob, session
        self.operation: Operation = document[NEW + path][method]
        self.answered = Answered(used)

    def ask(self, case: Case[Any]) -> None:
        trusted = str(self._shipbob.ca_bundle)
        answer = case.call(base_url=self._shipbob.url, session=self._session, verify=trusted)
        case.validate_response(answer, checks=CHECKS)
        self.answered.note(answer, self._shipbob.exchanges[-1])


@pytest.fixture
def asking(used: str, shipbob: ShipBobSimulator, session: requests.Session, document: BaseSchema) -> Asking:
    return Asking(used, shipbob, session, document)


@pytest.mark.parametrize("used", DRIVEN)
def test_whatever_the_document_lets_a_client_send_is_answered_as_the_document_says(
    used: str, asking: Asking, right: Mapping[str, Right]
) -> None:
    @given(case=cases(asking.operation, right.get(used, {})))
    @settings(
        max_examples=EXAMPLES, deadline=None, database=None, derandomize=True, suppress_health_check=list(HealthCheck)
    )
    def every_request(case: Case[Any]) -> None:
        asking.ask(case)

    every_request()

    answered = asking.answered
    assert answered.full > 0, f"nothing was found: {answered.statuses}"
    assert answered.some(4) or used in NEVER_WRONG, f"nothing was refused: {answered.statuses}"


@pytest.mark.parametrize("used", sorted(RIGHT))
def test_a_request_with_one_thing_missing_or_odd_is_answered_as_the_document_says(used: str, asking: Asking) -> None:
    numbers = itertools.count(1_000)
    for part, names in RIGHT[used].items():
        for place in places({name: values[0] for name, values in names.items()}):
            for odd in ODD_VALUES if part == "body" else ODD_TEXTS:
                whole = right_request(used, next(numbers))
                asking.ask(asking.operation.Case(**whole | {part: spoiled(whole[part], place, odd)}))

    assert asking.answered.some(2)
    assert asking.answered.some(4)
