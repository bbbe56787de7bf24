"""Where real answers depart from ShipBob's reference, each departure a switch: all off unless a test asks.

Every one is reported by users of the API (GitHub projects, the notes of an SDK's author) or is a reading on which
ShipBob's own pages disagree. With a switch on, answers need no longer be valid by the reference: that is its point.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import asdict, dataclass, fields
from typing import Any, Literal, get_args

Json = dict[str, Any]

UNANNOUNCED = {"source": "unannounced", "revision": 3}  # what an object carries that the reference does not know
DELIVERED = frozenset({"order.delivered", "order.shipment.delivered"})

Missing = Literal["", "quantity", "items"]
Spelling = Literal["", "lower", "spaced", "shouted"]


@dataclass(slots=True)
class Defects:
    """One account's departures from the reference. Set an attribute, or several by `set`."""

    # what is told, and when
    update_dates_stand_still: bool = False  # a change leaves last_update_at, and so the update window, where it was
    delivered_never_told: bool = False  # depends on the carrier
    returns_never_told: bool = False
    split_cancellations_untold: bool = False  # no message where the order has several shipments
    shipped_told_without_tracking: bool = False  # order.shipped comes without tracking or invoice amount
    shipped_told_per_shipment: bool = False  # the older text: order.shipped at each shipment's label
    tracking_told_as_tracking: bool = False  # tracking.updated carries the Tracking API's object, not the shipment
    told_in_an_envelope: bool = False  # {"topic", "data"} around every webhook's document

    # how a list behaves
    listing_lag_seconds: float = 0.0  # a new order is listed only after so many seconds
    tracking_filters_fail: bool = False  # HasTracking and IsTrackingUploaded answer 500
    sorted_by_update: bool = False  # an update window is sorted by the last update, so that its pages drift
    empty_page_is_404: bool = False

    # how a document looks
    quantities_missing: Missing = ""  # in shipments of B2B orders: the quantity alone, or the inventory items whole
    product_ids_differ: bool = False  # a shipment's products have other ids than its order's: only the SKU matches
    status_spelling: Spelling = ""
    awaiting_arrival_spaced: bool = False  # a return's "Awaiting Arrival", as the reference's own prose has it
    unknown_fields: bool = False  # every object carries a field that no model has
    nulls_for_nothing: bool = False  # an empty list, or an object that holds nothing, is null

    def set(self, **values: object) -> None:
        """Switch by name; ValueError for a name that is none, or a value of the wrong kind. All or none are set."""
        kinds = {each.name: type(each.default) for each in fields(self)}
        for name, value in values.items():
            if name not in kinds:
                raise ValueError(f"no defect {name}; there are {', '.join(kinds)}")
            if not _is_possible(name, value, kinds[name]):
                raise ValueError(f"{name} cannot be {value!r}")
        for name, value in values.items():
            setattr(self, name, value)

    def shown(self) -> Json:
        """Every switch as it stands."""
        return asdict(self)

    # what documents become

    def order(self, document: Json) -> Json:
        """An order as it is answered."""
        for each in document["shipments"]:
            self._spoil(each, document["type"])
        return self._respelt(document)

    def shipment(self, document: Json, order_type: str) -> Json:
        """A shipment as it is answered."""
        self._spoil(document, order_type)
        return self._respelt(document)

    def return_(self, document: Json) -> Json:
        """A return as it is answered."""
        if self.awaiting_arrival_spaced:
            document = _walked(document, _at_status(lambda text: text.replace("AwaitingArrival", "Awaiting Arrival")))
        return self._respelt(document)

    def told(self, topic: str, document: Json) -> Json | None:
        """A webhook's body; None for a message that never comes."""
        if self.delivered_never_told and topic in DELIVERED:
            return None
        if self.returns_never_told and topic.startswith("return."):
            return None
        if self.shipped_told_without_tracking and topic == "order.shipped":
            for each in document["shipments"]:
                each.update(tracking=None, invoice_amount=None)
        return {"topic": topic, "data": document} if self.told_in_an_envelope else document

    def _spoil(self, shipment: Json, order_type: str) -> None:
        for product in shipment["products"]:
            if self.product_ids_differ:
                product["id"] += 500_000
            if order_type == "B2B" and self.quantities_missing == "items":
                product["inventory_items"] = []
            if order_type == "B2B" and self.quantities_missing == "quantity":
                for item in product["inventory_items"]:
                    del item["quantity"]

    def _respelt(self, document: Json) -> Json:
        if self.status_spelling:
            document = _walked(document, _at_status(SPELLINGS[self.status_spelling]))
        if self.nulls_for_nothing:
            document = _walked(document, _without_nothing)
        if self.unknown_fields:
            document = _walked(document, lambda each: {**each, "unannounced": UNANNOUNCED})
        return document


def _spaced(text: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", text)


CHOICES = {"quantities_missing": get_args(Missing), "status_spelling": get_args(Spelling)}
SPELLINGS: dict[str, Callable[[str], str]] = {"lower": str.lower, "spaced": _spaced, "shouted": str.upper}


def _is_possible(name: str, value: object, kind: type) -> bool:
    if kind is str:
        return value in CHOICES[name]
    if kind is bool or isinstance(value, bool):
        return kind is type(value)
    return isinstance(value, (int, float)) and value >= 0


def _at_status(spell: Callable[[str], str]) -> Callable[[Json], Json]:
    def respell(each: Json) -> Json:
        return {**each, "status": spell(each["status"])} if isinstance(each.get("status"), str) else each

    return respell


def _without_nothing(each: Json) -> Json:
    return {name: None if _is_nothing(value) else value for name, value in each.items()}


def _is_nothing(value: object) -> bool:
    return value == [] or (isinstance(value, dict) and all(held is None for held in value.values()))


def _walked(value: Any, change: Callable[[Json], Json]) -> Any:
    """Every object in a document changed, the innermost first."""
    if isinstance(value, list):
        return [_walked(each, change) for each in value]
    if isinstance(value, dict):
        return change({name: _walked(held, change) for name, held in value.items()})
    return value
