"""Whatever file is imported, its mappings are read or its wrong lines are named; what was exported comes back."""

from __future__ import annotations

from bridge.console import mappings
from bridge.domain.mapped import validate
from bridge.domain.outcome import MappingKey, MappingKind
from hypothesis import given
from hypothesis import strategies as st

from tests.fuzz.bounds import assert_sound, bounded, fuzzed
from tests.fuzz.broken_json import TEXTS

CELLS = st.one_of(
    st.sampled_from([*MappingKind, "sku", "101", "101+type=B2B", "CS:SOAP-BAR", "8/Quarantine", "CASE", "-", "12"]),
    st.sampled_from(["WID-RED-01 CASE*1/12", "A*2 @7.25 + B*1 @12", "kit GIFT: A*1", "X CASE*0/0", "X +lots", "=1+1"]),
    st.sampled_from(["A*1" + " " * 60_000 + "B*1", "v" * 140_000, "kit " * 9_000, "A*1 + " * 9_000, "+type=" * 9_000]),
    st.sampled_from(TEXTS),
    st.text(max_size=12),
)
HEADINGS = [
    "kind,key,value",
    "kind;key;value",
    "\ufeffKind, Key ,VALUE",
    "key,kind,value,value",
    "kind,key",
    "",
    '"kind',
]
ENDS = ["\n", "\r\n", "\r", "\n\n", ""]


@st.composite
def files(draw: st.DrawFn) -> str:
    end = draw(st.sampled_from(ENDS))
    comma = draw(st.sampled_from([",", ",", ",", ";", "\t"]))
    heading = draw(st.sampled_from(HEADINGS) | CELLS)
    rows = draw(st.lists(st.lists(CELLS, max_size=5).map(comma.join) | st.text(max_size=20), max_size=4))
    return end.join([heading, *rows])


@fuzzed(300)
@given(files())
def test_a_file_is_read_or_its_lines_are_named(text: str) -> None:
    with bounded():
        try:
            found = mappings.read(text)
        except ValueError as problem:
            told = str(problem)
            assert told.startswith(("nothing was written, because of these lines:\n  line ", "the first line "))
            return

    assert_sound(list(found.values()))
    for key, value in found.items():
        validate(key, value)
        assert len(str(key).encode()) < 2_000, "State keeps it under its key"
    assert mappings.read(mappings.written(found)) == found


NAMES = {
    MappingKind.CHANNEL: "SHIPBOB-DTC",
    MappingKind.LOCATION: "WEST",
    MappingKind.SKU: "WID-RED-01 CASE*1/12",
    MappingKind.BUNDLE: "A*2 + B*1",
    MappingKind.UNIT: "12",
}
KEYS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=40)
KINDS = st.sampled_from([kind for kind in MappingKind if kind not in (MappingKind.CHANNEL, MappingKind.LOCATION)])
LOCATIONS = st.builds(MappingKey, st.just(MappingKind.LOCATION), st.integers(0, 10**9).map(str))


@fuzzed(150)
@given(st.lists(st.builds(MappingKey, KINDS, KEYS) | LOCATIONS, max_size=5))
def test_whatever_a_thing_is_called_at_shipbob_its_mapping_goes_out_and_comes_in(keys: list[MappingKey]) -> None:
    pairs = {key: NAMES.get(key.kind, "'=NAME") for key in keys}

    assert mappings.read(mappings.written(pairs)) == pairs
