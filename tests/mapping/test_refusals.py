"""Each kind of refusal has its sentence, its fix, and says whether it is mended on a card."""

from __future__ import annotations

import pytest
from bridge.domain.outcome import RefusalKind, Refused
from bridge.mapping.refusals import REMEDIES, reason

ON_THE_DOCUMENT = {"lot or serial", "quantity", "amount", "deposit", "number taken", "not in work", "other"}


def test_every_kind_of_refusal_has_a_remedy() -> None:
    assert set(REMEDIES) == set(RefusalKind)


def test_no_two_kinds_are_told_in_the_same_words() -> None:
    assert len({remedy.says for remedy in REMEDIES.values()}) == len(REMEDIES)


def test_what_is_mended_on_a_card_is_tried_again_every_night_and_says_so() -> None:
    nightly = {kind for kind, remedy in REMEDIES.items() if remedy.is_master_data}

    assert {str(kind) for kind in RefusalKind} - nightly == ON_THE_DOCUMENT
    assert {kind for kind, remedy in REMEDIES.items() if "every night" in remedy.fix} == nightly


@pytest.mark.parametrize("kind", RefusalKind)
def test_a_refusal_is_told_with_the_neighbours_own_words_and_grouped_by_its_kind(kind: RefusalKind) -> None:
    told = reason(Refused("GP refuses to create the sales order: No.", ("No.", "Nor so."), kind))

    assert told.text == f"{REMEDIES[kind].says}: GP refuses to create the sales order: No.; Nor so."
    assert told.fix == REMEDIES[kind].fix
    assert told.cause == f"refusal/{kind}"
    assert told.waits_for is None


def test_a_customer_on_hold_is_told_to_the_clerk() -> None:
    refusal = Refused("GP refuses to create the sales order", ("Customer A is on hold.",), RefusalKind.CUSTOMER_ON_HOLD)

    assert reason(refusal).text == (
        "The customer is on hold in GP: GP refuses to create the sales order; Customer A is on hold."
    )
    assert reason(refusal).fix == "Clear Hold on the customer card; it is tried again every night"
