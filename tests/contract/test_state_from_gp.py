"""What State promises from GP's side: GP's own documents by their names, mappings by what they mean in GP."""

from __future__ import annotations

import datetime as dt

import pytest
from bridge.domain.document import DocumentId, DocumentKind
from bridge.domain.outcome import MappingKey, MappingKind
from bridge.ports import State
from bridge.protocols.ledger import LedgerRow, Status

NOW = dt.datetime(2026, 11, 17, 14, 5, 0, 123456, dt.UTC)


@pytest.mark.parametrize("name", ["00000000000101", "TRX 7/8", "ÜBER-1", "a/b%2F"])
def test_a_document_of_gps_own_is_kept_under_its_name(state: State, name: str) -> None:
    document = DocumentId(DocumentKind.TRANSFER, name=name)
    saved = state.save(LedgerRow(document, status=Status.WAITING, due_at=NOW))

    assert state.row(document) == saved
    assert [row.document for row in state.due(NOW, 10)] == [document]


def test_what_is_mapped_to_a_name_in_gp_is_found_by_that_name_in_its_own_kind(state: State) -> None:
    for key in ("location/156", "location/8", "transit/8", "sku/8"):
        state.map(MappingKey.parse(key), "WEST", "a person")
    state.map(MappingKey.parse("location/9"), "EAST", "a person")

    assert state.mapped_to(MappingKind.LOCATION, "WEST") == [
        MappingKey(MappingKind.LOCATION, "156"),
        MappingKey(MappingKind.LOCATION, "8"),
    ]


def test_what_is_mapped_elsewhere_since_is_not_found_by_its_former_name(state: State) -> None:
    state.map(MappingKey.parse("location/8"), "WEST", "a person")
    state.map(MappingKey.parse("location/8"), "EAST", "a person")

    assert state.mapped_to(MappingKind.LOCATION, "WEST") == []


def test_an_item_is_found_by_its_number_whatever_its_unit(state: State) -> None:
    state.map(MappingKey.parse("sku/WIDGET-RED"), "WID-RED-01 CASE*1/12", "a person")

    assert state.mapped_to(MappingKind.SKU, "WID-RED-01") == [MappingKey(MappingKind.SKU, "WIDGET-RED")]
