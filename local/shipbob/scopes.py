"""Which scope an operation asks for.

ShipBob's OpenAPI document lists the scopes and asks every operation for a token, but says of none which scope it
wants; the scopes are named after the areas of the reference, so the area decides, and whether the operation changes
anything. The webhook page adds the read scope of each topic's area for a subscription.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable

_AREAS = {
    "channel": "channels",
    "order": "orders",
    "shipment": "orders",
    "shipping-method": "orders",
    "product": "products",
    "variant": "products",
    "taxonomy": "products",
    "packaging-requirement": "products",
    "allergens": "products",
    "inventory": "inventory",
    "inventory-level": "inventory",
    "receiving": "receiving",
    "fulfillment-center": "receiving",
    "unidentified-receiving-order": "receiving",
    "return": "returns",
    "webhook": "webhooks",
    "location": "locations",
    "tracking": "tracking",
    "shipments-tracking": "tracking",
    "invoices": "billing",
    "transactions": "billing",
    "transaction-fees": "billing",
}
_TOPICS = {"order": "orders", "return": "returns", "wro": "receiving", "billing": "billing"}
_READING_POSTS = (":query", ":estimate")  # a POST because of its body: it changes nothing

_PUBLISHED = ("channels", "inventory", "orders", "products", "receiving", "returns", "webhooks")
_SEEN = ("fulfillments_read", "fulfillments_write", "billing_read", "pricing_read", "openid", "offline_access")
KNOWN = frozenset(
    {f"{area}_{way}" for area in _PUBLISHED for way in ("read", "write")} | {"locations_read", "tracking_read", *_SEEN}
)
"""The OpenAPI document's scopes and those seen elsewhere."""


def needed(operation: str, body: bytes) -> frozenset[str]:
    """The scopes that an operation ("GET /order/{orderId}") asks of a token; none where its area is unknown."""
    method, path = operation.split()
    area = _AREAS.get(re.split(r"[/:]", path)[1])
    if area is None:
        return frozenset()
    reads = method == "GET" or path.endswith(_READING_POSTS)
    own = frozenset({f"{area}_{'read' if reads else 'write'}"})
    return own | _of_topics(body) if operation == "POST /webhook" else own


def are_held(wanted: Iterable[str], held: frozenset[str]) -> bool:
    """Whether a token has what is asked for. Who may change a thing may not therefore read it."""
    return held.issuperset(wanted)


def _of_topics(body: bytes) -> frozenset[str]:
    try:
        topics = json.loads(body)["topics"]
        families = {str(topic).partition(".")[0] for topic in topics}
    except (ValueError, TypeError, LookupError):
        return frozenset()  # what is wrong with the body is the operation's to say
    return frozenset(f"{_TOPICS[family]}_read" for family in families if family in _TOPICS)
