"""`gp-shipbob map`, `unmap`, `mappings`: what ShipBob's things are called in GP, kept by a person."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from bridge.console import cli, mappings
from bridge.domain.company import Customer
from bridge.domain.inventory import Item, ItemType, SiteStock
from bridge.domain.outcome import MappingKey, MappingKind, Reason
from bridge.protocols.ledger import LedgerRow, Status
from hypothesis import given
from hypothesis import strategies as st

from local.memory.world import START, World
from tests.orders import CUSTOMER, ORDER, a_world, unshipped

OPERATOR = "arn:aws:iam::123456789012:user/clerk"


def run(world: World, *arguments: str) -> int:
    return cli.main(arguments, of_stack=lambda _name: (world, OPERATOR))


def told(world: World, capsys: pytest.CaptureFixture[str], *arguments: str) -> Any:
    capsys.readouterr()
    assert run(world, "--json", *arguments) == 0
    return json.loads(capsys.readouterr().out)


def mapped(world: World) -> dict[str, str]:
    return {str(key): value for key, value in world.state.mapped.items()}


@pytest.fixture
def world() -> World:
    return World()


# ---- One by one


def test_what_is_mapped_anew_says_what_it_was(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(world, "map", "location/156=WEST", "sku/WIDGET-RED=WID-RED-01 CASE*1/12") == 0
    assert run(world, "map", "location/156=EAST") == 0

    assert "location/156 is EAST in GP; it was WEST" in capsys.readouterr().out
    assert mapped(world) == {"location/156": "EAST", "sku/WIDGET-RED": "WID-RED-01 CASE*1/12"}


@pytest.mark.parametrize(
    ("pair", "says"),
    [
        ("sku/WIDGET-RED=", "maps nothing"),
        ("sku/WIDGET-RED=WID-RED-01 CASE*1/0", "CASE*1/12"),
        ("sku/WIDGET-RED", "maps nothing"),
        ("colour/red=RED", "colour/red"),
        ("location/156=WEST-BUILDING", "13 characters"),
        ("channel/101=AARONFIT00000001", "at most 15"),
        ("unit/CS=many", "unit/CS:SOAP-BAR=12"),
        ("bundle/GIFT=SOAP", "SOAP-BAR*2"),
        ("channel/101+colour=red=AARON", "channel/101+type=B2B"),
    ],
)
def test_what_could_not_be_read_later_is_not_written_now(
    world: World, capsys: pytest.CaptureFixture[str], pair: str, says: str
) -> None:
    assert run(world, "map", "location/8=WEST", pair) == 1

    assert says in capsys.readouterr().err
    assert mapped(world) == {}


def test_a_channels_qualifiers_are_kept_as_they_are_looked_up(world: World) -> None:
    run(world, "map", "channel/101+type=B2B+company=Acme  Corp=ACME")

    assert mapped(world) == {"channel/101+type=b2b+company=acme corp": "ACME"}


def test_a_mapping_that_is_taken_away_is_told_with_what_it_was(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    run(world, "map", "location/156=WEST")

    assert run(world, "unmap", "location/156") == 0
    assert "location/156 was WEST" in capsys.readouterr().out
    assert mapped(world) == {}

    assert run(world, "unmap", "location/156") == 1
    assert "location/156 was not mapped." in capsys.readouterr().out


# ---- Shown


def test_mappings_are_shown_by_kind(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    run(world, "map", "sku/B=ITEM-B", "sku/A=ITEM-A", "location/156=WEST")

    assert list(told(world, capsys, "mappings").items()) == [
        ("location/156", "WEST"),
        ("sku/A", "ITEM-A"),
        ("sku/B", "ITEM-B"),
    ]
    assert told(world, capsys, "mappings", "--kind", "location") == {"location/156": "WEST"}


def test_what_documents_wait_for_is_shown_until_it_is_mapped(capsys: pytest.CaptureFixture[str]) -> None:
    world = a_world("sku/WIDGET-RED", "location/8")
    world.shipbob.put(unshipped())
    world.attempt(ORDER)

    assert told(world, capsys, "mappings", "--missing") == {"location/8": 1, "sku/WIDGET-RED": 1}
    assert told(world, capsys, "mappings", "--missing", "--kind", "sku") == {"sku/WIDGET-RED": 1}

    run(world, "map", "sku/WIDGET-RED=RED-100")
    assert told(world, capsys, "mappings", "--missing") == {"location/8": 1}


def test_what_is_mapped_for_all_is_missing_for_none(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    key, for_all = MappingKey.parse("disposition/8/Quarantine"), MappingKey.parse("disposition/Quarantine")
    reasons = (Reason("Nothing says to which site", "Map it", key, or_for=(for_all,)),)
    world.state.save(LedgerRow(ORDER, status=Status.REVIEW, reasons=reasons, due_at=START))
    assert told(world, capsys, "mappings", "--missing") == {"disposition/8/Quarantine": 1}

    world.state.map(for_all, "HOLD", "a clerk")

    assert told(world, capsys, "mappings", "--missing") == {}


# ---- As CSV


def import_text(world: World, tmp_path: Path, text: str, *options: str) -> int:
    file = tmp_path / "mappings.csv"
    file.write_bytes(text.encode())
    return run(world, "mappings", "import", str(file), *options)


def test_what_was_exported_is_imported_again_as_it_was(
    world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(world, "map", "sku/=1+1=FORMULA", "sku/'QUOTED=ITEM, WITH COMMA", 'sku/in "quotes"=ITEM', "sku/-5=MINUS")
    before = mapped(world)
    capsys.readouterr()
    run(world, "mappings", "export")
    text = capsys.readouterr().out

    assert "'=1+1" in text
    assert "\n=" not in text.replace(",", "\n"), "no cell that a spreadsheet would run"
    elsewhere = World()
    assert import_text(elsewhere, tmp_path, text) == 0
    assert mapped(elsewhere) == before


@given(
    st.dictionaries(
        st.builds(MappingKey, st.sampled_from([MappingKind.SKU]), st.text(st.characters(codec="utf-8"), min_size=1)),
        st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"], exclude_characters="*"), min_size=1),
    )
)
def test_whatever_a_sku_is_called_it_comes_back_from_a_file(pairs: dict[MappingKey, str]) -> None:
    assert mappings.read(mappings.written(pairs)) == pairs


def test_a_spreadsheets_semicolons_byte_order_mark_and_empty_lines_are_understood(world: World, tmp_path: Path) -> None:
    text = "\ufeffKind;Key;Value;Remark\r\nSKU;A;ITEM-A;new\r\n;;;\r\nlocation; 156;WEST;\r\n"

    assert import_text(world, tmp_path, text.replace("; 156", ";156")) == 0
    assert mapped(world) == {"sku/A": "ITEM-A", "location/156": "WEST"}


def test_an_apostrophe_that_hides_no_formula_belongs_to_the_name(world: World, tmp_path: Path) -> None:
    assert import_text(world, tmp_path, "kind,key,value\nsku,'60S-POSTER,ITEM-A\nsku,'=2,ITEM-B\n") == 0

    assert mapped(world) == {"sku/'60S-POSTER": "ITEM-A", "sku/=2": "ITEM-B"}


def test_every_line_that_is_wrong_is_named_and_nothing_is_written(
    world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = "kind,key,value\nsku,A,ITEM-A\nskew,B,ITEM-B\nsku,C,\nlocation,156,WEST-BUILDING\nsku,A,ITEM-Z\nsku,D\n"

    assert import_text(world, tmp_path, text) == 1

    complained = capsys.readouterr().err
    for words in (
        "line 3: not a mapping key: 'skew/B'",
        "line 4: sku/C needs a name in GP",
        "line 5: location/156: 'WEST-BUILDING' has 13 characters",
        "line 6: sku/A is 'ITEM-Z', and 'ITEM-A' in line 2: leave one",
        "line 7: sku/D needs a name in GP",
    ):
        assert words in complained
    assert mapped(world) == {}


@pytest.mark.parametrize("text", ["", "key,value\nA,B\n", "sku,A,ITEM-A\n"])
def test_a_file_without_its_heading_is_refused_with_the_heading_it_needs(
    world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str
) -> None:
    assert import_text(world, tmp_path, text) == 1

    assert "kind, key, value" in capsys.readouterr().err


def test_the_same_line_twice_is_one_mapping(world: World, tmp_path: Path) -> None:
    assert import_text(world, tmp_path, "kind,key,value\nsku,A,ITEM-A\nsku,A,ITEM-A\n") == 0

    assert mapped(world) == {"sku/A": "ITEM-A"}


def test_a_dry_run_tells_what_would_change_and_changes_nothing(
    world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(world, "map", "sku/A=ITEM-A", "sku/B=ITEM-B")
    capsys.readouterr()

    assert import_text(world, tmp_path, "kind,key,value\nsku,A,ITEM-A\nsku,B,ITEM-Z\nsku,C,ITEM-C\n", "--dry-run") == 0

    out = capsys.readouterr().out
    assert "sku/B: ITEM-B → ITEM-Z" in out
    assert "sku/C: nothing → ITEM-C" in out
    assert "2 would change, 1 were so." in out
    assert mapped(world) == {"sku/A": "ITEM-A", "sku/B": "ITEM-B"}


def test_an_import_writes_only_what_is_not_so_yet(world: World, tmp_path: Path) -> None:
    run(world, "map", "sku/A=ITEM-A")
    before = world.calls.count("state.map")

    import_text(world, tmp_path, "kind,key,value\nsku,A,ITEM-A\nsku,B,ITEM-B\n")

    assert world.calls.count("state.map") == before + 1


def test_a_file_that_is_not_there_is_said(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(world, "mappings", "import", "/nowhere/mappings.csv") == 1

    assert "/nowhere/mappings.csv cannot be read" in capsys.readouterr().err


# ---- As GP has it


@pytest.fixture
def gp_world() -> World:
    world = World()
    west = (SiteStock("WEST", Decimal(1)),)
    world.gp.items = {
        "RED-100": Item("RED-100", "Red", ItemType.SALES, stock=west),
        "OLD": Item("OLD", "Old", ItemType.SALES, is_discontinued=True),
    }
    world.gp.customers = {
        CUSTOMER: Customer(CUSTOMER, "Shop"),
        "HELD": Customer("HELD", "Held", is_on_hold=True),
        "GONE": Customer("GONE", "Gone", is_active=False),
    }
    return world


@pytest.mark.parametrize(
    "pair",
    [
        "sku/WIDGET-RED=RED-100 CASE*1/12",
        "location/156=WEST",
        "disposition/Quarantine=none",
        "shipping/Ground=GROUND",
        "shipping/Any=-",
        f"channel/101={CUSTOMER}",
        "bundle/GIFT=SOAP*2",
        "unit/CS=12",
        "bundle/GIFT=kit RED-100: SOAP*2",
    ],
)
def test_what_gp_has_is_mapped_once_gp_was_asked(gp_world: World, pair: str) -> None:
    assert run(gp_world, "map", "--check", pair) == 0

    assert len(mapped(gp_world)) == 1


@pytest.mark.parametrize(
    ("pair", "says"),
    [
        ("sku/WIDGET-RED=RED-200", "GP has no item 'RED-200'"),
        ("sku/WIDGET-RED=OLD", "GP's item 'OLD' is discontinued"),
        ("location/156=EAST", "GP has no site 'EAST'"),
        ("transit/VIA=EAST", "GP has no site 'EAST'"),
        ("location/156=none", "GP has no site 'none'"),
        ("shipping/Ground=TRUCK", "GP has no shipping method 'TRUCK'"),
        ("channel/101=NOBODY", "GP has no customer 'NOBODY'"),
        ("channel/101=HELD", "GP's customer 'HELD' is on hold"),
        ("channel/101=GONE", "GP's customer 'GONE' is inactive"),
        ("bundle/GIFT=kit KIT-1: SOAP*2", "GP has no item 'KIT-1'"),
    ],
)
def test_what_gp_does_not_have_is_not_mapped_if_gp_is_asked_first(
    gp_world: World, capsys: pytest.CaptureFixture[str], tmp_path: Path, pair: str, says: str
) -> None:
    assert run(gp_world, "map", "--check", f"channel/7={CUSTOMER}", pair) == 1

    assert says in capsys.readouterr().err
    kind, _, rest = pair.partition("/")
    key, _, value = rest.rpartition("=")
    assert import_text(gp_world, tmp_path, f"kind,key,value\n{kind},{key},{value}\n", "--check") == 1
    assert says in capsys.readouterr().err
    assert mapped(gp_world) == {}
