"""ShipBob's OpenAPI document (2026-01) as a validator. 2026-07 left the operations used here unchanged.

Where the document is known to be wrong, `corrected` says how and why. Skips where it is not at hand.
"""

from __future__ import annotations

import functools
import json
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from openapi_schema_validator import OAS30Validator, oas30_format_checker

from local.shipbob.counters import Exchange

CONTRACT = Path(__file__).parents[3] / "shared" / "contracts" / "shipbob" / "openapi-2026-01.json"

# Objects that are null in real answers, though the document does not mark them nullable: the samples' list.
NULL_IN_PRACTICE = frozenset({"tracking", "extra_information", "retailer_program_data"})

# Seen in real answers, absent from the public model; the witness sends it to keep its readers tolerant.
OUTSIDE_THE_MODEL = {"Orders.ShipmentViewModel": "zone"}

# Answers the document leaves out: the rate limit is documented on a page of its own.
UNDOCUMENTED = {("GET /channel", 429), ("DELETE /webhook/{id}", 404)}

Json = dict[str, Any]


@functools.cache
def contract() -> Json:
    if not CONTRACT.exists():
        pytest.skip(f"ShipBob's OpenAPI document is not here: {CONTRACT}")
    document: Json = json.loads(CONTRACT.read_text())
    schemas = {name: corrected(schema) for name, schema in document["components"]["schemas"].items()}
    for name, extra in OUTSIDE_THE_MODEL.items():
        schemas[name]["properties"][extra] = {}
    return {"paths": document["paths"], "components": {"schemas": schemas}}


def corrected(schema: Any, *, composed: bool = False) -> Any:
    """The schema without the document's defects.

    It says `additionalProperties: false` of every schema, even where that leaves nothing valid: beside and inside
    `allOf`, of models made to be extended (they have a discriminator), and of objects that name no property. It offers
    a model and its extension as `oneOf`, though what is the one is then the other too. And it cannot say that a
    referenced object may be null.
    """
    if isinstance(schema, list):
        return [corrected(each, composed=composed) for each in schema]
    if not isinstance(schema, dict):
        return schema
    composed = composed or "allOf" in schema
    made = {key: corrected(value, composed=composed and key == "allOf") for key, value in schema.items()}
    is_open = composed or "discriminator" in made or "properties" not in made
    if is_open and made.get("additionalProperties") is False:
        del made["additionalProperties"]
    if "oneOf" in made:
        made["anyOf"] = made.pop("oneOf")
    for name in NULL_IN_PRACTICE & made.get("properties", {}).keys():
        made["properties"][name] = {"anyOf": [made["properties"][name], {"enum": [None]}]}
    return made


def faults(schema: str, value: object) -> list[str]:
    """What is wrong with a value, by the named schema."""
    root = {"$ref": f"#/components/schemas/{schema}", "components": contract()["components"]}
    validator = OAS30Validator(root, format_checker=oas30_format_checker)
    return [f"{error.json_path}: {error.message}" for error in validator.iter_errors(value)]


def answer_faults(exchange: Exchange) -> list[str]:
    """What is wrong with an answer, by the operation it belongs to."""
    method, path = exchange.operation.split()
    responses = contract()["paths"][f"/2026-01{path}"][method.lower()]["responses"]
    if str(exchange.status) not in responses:
        known = (exchange.operation, exchange.status) in UNDOCUMENTED
        return [] if known else [f"{exchange.operation} answers {exchange.status}, which the document does not know"]
    content = responses[str(exchange.status)].get("content")
    if content is None:
        return [exchange.response_body] if exchange.response_body else []
    schema = content["application/json"]["schema"]["$ref"].rpartition("/")[2]
    return faults(schema, json.loads(exchange.response_body))


def request_faults(exchange: Exchange) -> list[str]:
    """Query parameters of a request that the operation does not have; a list's values may stand in one, with commas."""
    method, path = exchange.operation.split()
    operation = contract()["paths"][f"/2026-01{path}"]
    known = operation[method.lower()].get("parameters", []) + operation.get("parameters", [])
    names = {parameter["name"] for parameter in known if parameter["in"] == "query"}
    return [
        f"{exchange.operation} has no {name}" for name in parse_qs(urlsplit(exchange.path).query) if name not in names
    ]
