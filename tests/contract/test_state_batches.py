"""What State promises of the batches that are being filled, kept by memory and by DynamoDB."""

from __future__ import annotations

import dataclasses
import datetime as dt

import pytest
from bridge.domain.outcome import RowMoved
from bridge.ports import State
from bridge.protocols.batches import Batch

NOW = dt.datetime(2026, 11, 17, 14, 5, 0, 123456, dt.UTC)
FILLED = Batch("SBD", 0, dt.date(2026, 11, 17), 2, 71, NOW)


def test_a_family_that_never_began_has_no_batch(state: State) -> None:
    assert state.batch("SBD") == Batch("SBD")


def test_a_batch_is_read_as_it_was_saved_and_its_family_alone_has_it(state: State) -> None:
    saved = state.save_batch(FILLED)

    assert saved == dataclasses.replace(FILLED, version=1)
    assert (state.batch("SBD"), state.batch("SBR")) == (saved, Batch("SBR"))


@pytest.mark.parametrize("version", [0, 1])
def test_a_place_that_another_writer_took_is_not_given_twice(state: State, version: int) -> None:
    saved = state.save_batch(FILLED)
    if version:
        state.save_batch(saved)

    with pytest.raises(RowMoved):
        state.save_batch(dataclasses.replace(FILLED, version=version, documents=1))

    assert state.batch("SBD").documents == 71
