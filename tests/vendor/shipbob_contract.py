"""ShipBob's OpenAPI document of 2026-01 as a validator, brought to what is known of 2026-07 by shipbob_corrections.py.

Skips where the document is not at hand.
"""

from __future__ import annotations

import functools
import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import pytest
from openapi_schema_validator import OAS30Validator, oas30_format_checker

from local.shipbob.counters import Exchange
from tests.vendor.shipbob_corrections import (
    ADDED,
    ANSWERS,
    CHANNEL,
    EVERYWHERE,
    EXTENDS,
    GONE,
    INT32,
    MODELS,
    NULL_IN_PRACTICE,
    OTHERWISE,
    PARAMETERS,
    PLAIN_HEADERS,
    REQUIRED,
    TEXT,
    TOPICS,
    Json,
)

CONTRACT = Path(__file__).parents[3] / "shared" / "contracts" / "shipbob" / "openapi-2026-01.json"
OLD, NEW = "/2026-01", "/2026-07"


@functools.cache
def contract() -> Json:
    """`paths` and `components` of the document, as corrected; paths begin with the version 2026-07."""
    if not CONTRACT.exists():
        pytest.skip(f"ShipBob's OpenAPI document is not here: {CONTRACT}")
    document: Json = json.loads(CONTRACT.read_text())
    paths = {NEW + path.removeprefix(OLD): corrected(item) for path, item in document["paths"].items()}
    for (operation, status), model in ANSWERS.items():
        method, path = operation.split()
        item = paths.setdefault(NEW + path, {})
        item.setdefault(method.lower(), {"responses": {}})["responses"][str(status)] = _response(model)
    for path, item in paths.items():
        for method, found in item.items():
            _complete(f"{method.upper()} {path.removeprefix(NEW)}", found)
    return {"paths": paths, "components": {"schemas": _models(document["components"]["schemas"])}}


def _models(document: Json) -> Json:
    models = {name: corrected(model) for name, model in document.items()} | MODELS
    for name, extra in ADDED.items():
        models[name]["properties"] |= extra
    for name, base in EXTENDS.items():
        properties = models[base]["properties"] | models[name]["properties"]
        models[name] = {"type": "object", "additionalProperties": False, "properties": properties}
    for (name, field), model in OTHERWISE.items():
        models[name]["properties"][field] = model
    for name, required in REQUIRED.items():
        models[name]["required"] = required
    models["Webhooks.Topics"]["enum"] += TOPICS.split()
    return models


def _response(model: str | None) -> Json:
    if model is None:
        return {"description": ""}
    return {"description": "", "content": {"application/json": {"schema": {"$ref": f"#/components/schemas/{model}"}}}}


def _complete(operation: str, found: Json) -> None:
    """Bring one operation's answers and parameters to what is known of them."""
    answers = found["responses"]
    for status, model in EVERYWHERE.items():
        answers.setdefault(str(status), _response(model))
    for status in [status for status in answers if (operation, int(status)) in GONE]:
        del answers[status]
    for answer in answers.values():
        content = answer.get("content", {})
        if "ProblemDetails" in str(content):  # RFC 9457 gives it a type of its own, and the guides show both
            content["application/problem+json"] = content["application/json"]
    known = found.setdefault("parameters", [])
    for (of, name), schema in PARAMETERS.items():
        if of == operation:
            known[:] = [each for each in known if each["name"] != name]
            known.append({"name": name, "in": "query", "schema": schema})


def corrected(schema: Any, *, composed: bool = False) -> Any:
    """The schema without the document's defects.

    It says `additionalProperties: false` of every schema, even where that leaves nothing valid: beside and inside
    `allOf`, of models made to be extended (they have a discriminator), and of objects that name no property. It offers
    a model and its extension as `oneOf`, though what is the one is then the other too. And it cannot say that a
    referenced object may be null. Its parameters are texts where they are numbers and lists, and its headers objects.
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
    if made.get("type") == "integer" and made.get("format") == "int32":
        made = INT32 | made
    return _read_from_text(made)


def _read_from_text(made: Json) -> Json:
    """A parameter or a header as what its text stands for."""
    if "in" in made and "schema" in made:
        schema = made["schema"]
        if schema.get("format") == "int32":
            made["schema"] = INT32 | {name: int(schema[name]) for name in ("minimum", "maximum") if name in schema}
        elif "items" in schema:
            return {**made, "schema": {"type": "array", "items": schema["items"]}, "style": "form", "explode": False}
    for name, header in made.get("headers", {}).items():
        header["schema"] = TEXT if name == "Next-Page" else INT32
    return made


def faults(schema: str, value: object) -> list[str]:
    """What is wrong with a value, by the named schema."""
    return _faults({"$ref": f"#/components/schemas/{schema}"}, value)


def _faults(schema: Json, value: object) -> list[str]:
    root = {**schema, "components": contract()["components"]}
    validator = OAS30Validator(root, format_checker=oas30_format_checker)
    return [f"{error.json_path}: {error.message}" for error in validator.iter_errors(value)]


def _operation(exchange: Exchange) -> tuple[str, Json]:
    method, path = exchange.operation.split()
    item = contract()["paths"][NEW + path]
    operation: Json = item[method.lower()]
    return NEW + path, operation


def answer_faults(exchange: Exchange) -> list[str]:
    """What is wrong with an answer, by the operation it belongs to."""
    answers = _operation(exchange)[1]["responses"]
    if str(exchange.status) not in answers:
        return [f"{exchange.operation} answers {exchange.status}, which the document does not know"]
    content = answers[str(exchange.status)].get("content")
    if content is None:
        return [exchange.response_body] if exchange.response_body else []
    return _faults(content["application/json"]["schema"], json.loads(exchange.response_body))


def request_faults(exchange: Exchange) -> list[str]:
    """What is wrong with a request: its path, parameters and headers by name and by value, and its body."""
    template, operation = _operation(exchange)
    known = {(each["in"], each["name"]): each for each in operation["parameters"]}
    address = urlsplit(exchange.path)
    given = [("query", name, value) for name, value in parse_qsl(address.query, keep_blank_values=True)]
    given += [("path", name, value) for name, value in _in_path(template, address.path)]
    given += [("header", name, value) for name, value in exchange.headers.items() if name not in PLAIN_HEADERS]
    if exchange.method != "GET":
        given = [each for each in given if each[1] != CHANNEL or each[:2] in known]
    names = [each[:2] for each in given]
    told = [f"{name} is missing" for name, each in known.items() if each.get("required") and name not in names]
    told += [f"{name} stands twice" for name in dict.fromkeys(names) if names.count(name) > 1]
    told += [fault for place, name, value in given for fault in _value_faults(known.get((place, name)), name, value)]
    return [f"{exchange.operation}: {fault}" for fault in [*told, *_manner_faults(exchange), *body_faults(exchange)]]


def _in_path(template: str, path: str) -> list[tuple[str, str]]:
    """The parameters of a path by its template, decoded."""
    parts = re.split(r"\{(\w+)\}", template)
    pattern = "".join(re.escape(part) if at % 2 == 0 else "([^/:]+)" for at, part in enumerate(parts))
    found = re.fullmatch(pattern, path)
    assert found is not None, f"{path} is not of {template}"
    return list(zip(parts[1::2], map(unquote, found.groups()), strict=True))


def _value_faults(parameter: Json | None, name: str, text: str) -> list[str]:
    if parameter is None:
        return [f"there is no {name}"]
    return [f"{name}: {fault}" for fault in _faults(parameter["schema"], _read(parameter["schema"], text))]


def _read(schema: Json, text: str) -> object:
    """The value that a text stands for; the text itself where it stands for none of its kind."""
    match schema.get("type"):
        case "array":
            return [_read(schema["items"], part) for part in text.split(",")]
        case "integer" | "number" if re.fullmatch(r"-?\d+", text):
            return int(text)
        case "boolean":
            return {"true": True, "false": False}.get(text, text)
    return text


def _manner_faults(exchange: Exchange) -> list[str]:
    """A bearer's token, and JSON asked for."""
    asked = {part.partition(";")[0].strip() for part in exchange.headers.get("accept", "*/*").split(",")}
    told = [] if exchange.headers.get("authorization") == "Bearer" else ["no bearer's token"]
    return told if asked & {"*/*", "application/json"} else [*told, "JSON is not asked for"]


def body_faults(exchange: Exchange) -> list[str]:
    """What is wrong with the body of a request, or with its being there."""
    body = _operation(exchange)[1].get("requestBody")
    if body is None:
        return ["a body where the document has none"] if exchange.request_body else []
    told = [] if exchange.headers.get("content-type") in body["content"] else ["the body is not called JSON"]
    try:
        return told + _faults(body["content"]["application/json"]["schema"], json.loads(exchange.request_body))
    except ValueError:
        return [*told, "the body is no JSON"]
