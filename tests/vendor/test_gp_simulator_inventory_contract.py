"""The GP simulator's inventory against the contract that a real GP published, in Work and in History."""

from __future__ import annotations

import pytest
from lxml import etree

from local.gp.books import Books
from local.gp.faces import Face
from local.gp.policies import POLICIES
from local.gp.soap import soap_face
from tests.vendor import gp_contract, gp_inventory_contract
from tests.vendor.gp_contract import CONTRACTS
from tests.vendor.gp_inventory_contract import KINDS, QUESTIONS
from tests.vendor.test_gp_simulator_contract import answer, asking, envelope, sample

NUMBER = "SBR0000000012345"

pytestmark = pytest.mark.skipif(not CONTRACTS.is_dir(), reason=f"the vendor's contract is not at {CONTRACTS}")


@pytest.fixture
def books() -> Books:
    books = Books()
    books.add_site("SHIPBOB")
    books.add_item("SKU-1", on_hand={"MAIN": 1})
    books.add_item("BUNDLE", kind="Kit")
    books.add_item("INSTALL", kind="Service")
    return books


@pytest.fixture
def face(books: Books) -> Face:
    return soap_face(books)


def create(kind: str, pieces: str = "") -> str:
    adjustment = sample("CreateInventoryAdjustment")
    policy = (POLICIES["CreateInventoryAdjustment"], POLICIES[f"CreateInventory{kind}"])
    return gp_inventory_contract.create(adjustment, kind, policy, pieces)


def valid(face: Face, operation: str, body: str) -> etree._Element:
    """The answer to a body, both of which keep the contract."""
    assert gp_contract.faults(envelope(body)) == []
    status, said = answer(face, operation, body)
    assert status == 200, etree.tostring(said)
    gp_contract.schema().assertValid(said)
    return said


@pytest.mark.parametrize("kind", KINDS)
def test_the_answer_to_a_create_is_valid_and_empty(face: Face, kind: str) -> None:
    assert len(valid(face, f"CreateInventory{kind}", create(kind))) == 0


@pytest.mark.parametrize("operation", sorted(QUESTIONS))
def test_an_answer_on_inventory_is_valid(face: Face, operation: str) -> None:
    for kind in KINDS:
        valid(face, f"CreateInventory{kind}", create(kind))
    said = valid(face, operation, asking(operation, QUESTIONS[operation]))
    assert len(said) == 1, "there is a result"
    assert len(said[0]), "and something in it"


@pytest.mark.parametrize("pieces", ["", "Lots", "Serials"])
@pytest.mark.parametrize("kind", KINDS)
def test_a_document_is_valid_in_work_and_in_history(books: Books, face: Face, kind: str, pieces: str) -> None:
    books.items["SKU-1"].tracking = {"": "None", "Lots": "Lot Numbers", "Serials": "Serial Numbers"}[pieces]
    if pieces and kind == "Transfer":
        books.inventory.set_quantity("SKU-1", "MAIN", 1, piece={"Lots": "L-1", "Serials": "S-1"}[pieces])
    valid(face, f"CreateInventory{kind}", create(kind, pieces))
    question = asking(f"GetInventory{kind}ByKey", f"<key><Id>{NUMBER}</Id></key>")
    for state in ("Work", "History"):
        said = valid(face, f"GetInventory{kind}ByKey", question)
        assert said.findtext(".//{*}TransactionState") == state
        assert bool(said.findall(f".//{{*}}{pieces}") if pieces else True)
        if state == "Work":
            books.inventory.post(NUMBER, kind)


@pytest.mark.parametrize("number", ["SKU-1", "BUNDLE", "INSTALL"])
def test_every_type_of_item_is_answered_validly(face: Face, number: str) -> None:
    said = valid(face, "GetItemByKey", asking("GetItemByKey", f"<key><Id>{number}</Id></key>"))
    assert (said.findtext(".//{*}Key/{*}Id") or "").strip() == number


@pytest.mark.parametrize("kind", KINDS)
def test_a_policy_of_inventory_is_valid(face: Face, kind: str) -> None:
    question = asking("GetPolicyByOperation", f"<operation>CreateInventory{kind}</operation>")
    assert POLICIES[f"CreateInventory{kind}"] in etree.tostring(valid(face, "GetPolicyByOperation", question)).decode()
