"""People at GP's inventory windows, as a played day needs them."""

from __future__ import annotations

from decimal import Decimal

import pytest

from local.gp import GpSimulator, inventory_entry
from local.gp.books import Books
from tests.contract.gp_bodies import Control


@pytest.fixture
def books(gp: GpSimulator) -> Books:
    return gp.books


def lies_at(books: Books, *sites: str) -> list[Decimal]:
    return [books.inventory.quantity("MUG-WHT", site) for site in sites]


def test_a_transfer_that_is_entered_moves_stock_when_it_is_posted(books: Books) -> None:
    number = inventory_entry.transfer(
        books, item="MUG-WHT", quantity=40, source="MAIN", target="SB-CICERO", batch="TRUCK"
    )

    assert lies_at(books, "MAIN", "SB-CICERO") == [1000, 400]
    books.inventory.post(number)
    assert lies_at(books, "MAIN", "SB-CICERO") == [960, 440]


@pytest.mark.parametrize(("kind", "quantity", "left"), [("Adjustment", -3, 397), ("Variance", 5, 405)])
def test_a_change_that_is_entered_moves_stock_when_it_is_posted(
    books: Books, kind: str, quantity: int, left: int
) -> None:
    number = inventory_entry.change(
        books, item="SOAP-BAR", quantity=quantity, site="SB-CICERO", batch="COUNT", kind=kind
    )
    books.inventory.post_batch("COUNT")

    assert books.inventory.document(number).kind.name == kind
    assert books.inventory.quantity("SOAP-BAR", "SB-CICERO") == left


def test_the_window_refuses_what_gp_does_not_have(books: Books) -> None:
    with pytest.raises(ValueError, match="Item 'NOWHERE' does not exist"):
        inventory_entry.change(books, item="NOWHERE", quantity=1, site="SB-CICERO", batch="COUNT")


def test_both_can_be_entered_over_the_control_door(books: Books, control: Control) -> None:
    control.post("/inventory/transfers", item="MUG-WHT", quantity=4, source="MAIN", target="SB-MORENO", batch="T")
    control.post("/inventory/changes", item="MUG-WHT", quantity=-1, site="MAIN", batch="A")

    assert sorted((each.kind.name, each.batch) for each in books.inventory.documents.values()) == [
        ("Adjustment", "A"),
        ("Transfer", "T"),
    ]
