"""The contract that a real GP 2010 published, as a validator of bodies. Skips where it is not at hand."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

CONTRACTS = Path(__file__).parents[3] / "shared" / "contracts" / "dynamics-gp"
SCHEMAS = CONTRACTS / "gp2010-legacy-wcf"
PREFIX = b"http://GPSERVER:48620/Metadata/Legacy/Full/"
SOAP = "{http://schemas.xmlsoap.org/soap/envelope/}"


class BesideTheSchema(etree.Resolver):
    """Finds imported schemas by their file name, without the server's address in front of it."""

    def resolve(self, system_url: str, public_id: str, context: Any) -> Any:  # type: ignore[override]
        schema = (SCHEMAS / system_url.rpartition("/")[2]).read_bytes()
        return self.resolve_string(schema.replace(PREFIX, b""), context)  # type: ignore[call-arg]


@functools.cache
def schema() -> etree.XMLSchema:
    """The schema of every operation's wrapper and type."""
    if not SCHEMAS.is_dir():
        pytest.skip(f"the vendor's contract is not at {SCHEMAS}")
    parser = etree.XMLParser(no_network=True)
    parser.resolvers.add(BesideTheSchema())
    content = (SCHEMAS / "DynamicsGPWebServices.xsd").read_bytes().replace(PREFIX, b"")
    return etree.XMLSchema(etree.fromstring(content, parser))


def faults(envelope: bytes) -> list[str]:
    """What is wrong with the content of a SOAP envelope's body; a SOAP fault itself is right."""
    body = etree.fromstring(envelope).find(f"{SOAP}Body")
    assert body is not None
    content = body[0]
    if content.tag == f"{SOAP}Fault":
        return []
    validator = schema()
    is_valid = validator.validate(etree.fromstring(etree.tostring(content)))
    return [] if is_valid else str(validator.error_log).splitlines()
