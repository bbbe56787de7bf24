"""What a document is called: on the queue, in the ledger, in GP."""

from __future__ import annotations

import re

import pytest
from bridge.domain.document import GP_KINDS, GP_NUMBER_LENGTH, NUMBER_LETTERS, DocumentId, DocumentKind, gp_number
from hypothesis import given
from hypothesis import strategies as st

SHIPBOBS = st.builds(
    DocumentId, st.sampled_from(sorted(set(DocumentKind) - GP_KINDS)), st.integers(min_value=0, max_value=10**15)
)
GPS = st.builds(DocumentId, st.sampled_from(sorted(GP_KINDS)), name=st.text(min_size=1, max_size=17))
DOCUMENTS = SHIPBOBS | GPS
PREFIXES = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=1, max_size=4)


@given(DOCUMENTS)
def test_a_document_written_and_read_again_is_the_same(document: DocumentId) -> None:
    assert DocumentId.parse(str(document)) == document


@given(GPS)
def test_a_document_of_gps_own_is_written_in_what_a_message_group_takes(document: DocumentId) -> None:
    assert re.fullmatch(r"[a-z]+/[A-Za-z0-9_.~%-]+", str(document))


@pytest.mark.parametrize(
    "text",
    [
        "transfer/",
        "",
        "order",
        "order/",
        "order/-1",
        "order/1.0",
        "order/1/2",
        "order/ 1",
        "Order/1",
        "invoice/1",
        "order/١",
        "/1",
    ],
)
def test_what_is_not_a_document_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"document|DocumentKind"):
        DocumentId.parse(text)


@given(st.text())
def test_reading_a_document_raises_nothing_but_value_error(text: str) -> None:
    try:
        document = DocumentId.parse(text)
    except ValueError:
        return
    assert text.startswith(f"{document.kind}/")


def test_an_orders_number_in_gp_is_prefix_letter_and_shipbobs_id() -> None:
    assert gp_number("SB", DocumentId(DocumentKind.ORDER, 250000001)) == "SBO250000001"


@given(PREFIXES, st.integers(min_value=1, max_value=10**15))
def test_a_number_never_exceeds_what_gp_keeps(prefix: str, order_id: int) -> None:
    document = DocumentId(DocumentKind.ORDER, order_id)
    fits = len(prefix) + 1 + len(str(order_id)) <= 17
    if fits:
        assert len(gp_number(prefix, document)) <= GP_NUMBER_LENGTH
    else:
        with pytest.raises(ValueError, match="longer than the 17"):
            gp_number(prefix, document)


@given(PREFIXES, st.integers(1, 10**11), st.integers(1, 10**11))
def test_two_orders_never_share_a_number(prefix: str, one: int, other: int) -> None:
    numbers = {gp_number(prefix, DocumentId(DocumentKind.ORDER, order_id)) for order_id in (one, other)}
    assert len(numbers) == len({one, other})


def test_no_two_kinds_share_a_letter() -> None:
    assert len(set(NUMBER_LETTERS.values())) == len(NUMBER_LETTERS)


def test_the_letter_of_an_order_is_frozen() -> None:
    assert NUMBER_LETTERS[DocumentKind.ORDER] == "O"
