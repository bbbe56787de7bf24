"""Which line of a document in GP is which line that is meant: by what it is of, for ShipBob's lines have no numbers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from bridge.domain.sales_document import LINE_STEP, SalesLine

type Pair = tuple[SalesLine | None, SalesLine | None]  # as held, as meant
type _Likeness = Callable[[SalesLine, SalesLine], bool]


def in_sequence(lines: Iterable[SalesLine]) -> list[SalesLine]:
    return sorted(lines, key=lambda line: line.sequence)


def _is_of_the_same(held: SalesLine, meant: SalesLine) -> bool:
    """GP names the unit of measure of every line; a line may be meant without."""
    units = {held.unit_of_measure, meant.unit_of_measure} - {""}
    return (held.item, held.site) == (meant.item, meant.site) and len(units) <= 1


_LIKENESSES: tuple[_Likeness, ...] = (
    lambda held, meant: (held.quantity, held.unit_price) == (meant.quantity, meant.unit_price),
    lambda held, meant: held.quantity == meant.quantity,
    lambda held, meant: held.unit_price == meant.unit_price,
    lambda held, meant: True,
)


def pair(held: Iterable[SalesLine], meant: Iterable[SalesLine]) -> list[Pair]:
    """Each line once: the most alike of the same item and site first, then as they follow one another.

    A line that is not meant any more has nothing beside it, nor has one that is not held yet. A line of another site is
    another line.
    """
    left, wanting = in_sequence(held), in_sequence(meant)
    partners: dict[int, SalesLine] = {}
    for is_alike in _LIKENESSES:
        for line in wanting:
            if line.sequence not in partners and (found := _first(left, line, is_alike)) is not None:
                partners[line.sequence] = found
                left.remove(found)
    pairs: list[Pair] = [(partners.get(line.sequence), line) for line in wanting]
    return [*pairs, *((line, None) for line in left)]


def _first(left: Sequence[SalesLine], meant: SalesLine, is_alike: _Likeness) -> SalesLine | None:
    return next((held for held in left if _is_of_the_same(held, meant) and is_alike(held, meant)), None)


def is_same_goods(pairs: Iterable[Pair]) -> bool:
    """The same pieces of the same items from the same sites, whatever they cost."""
    return all(
        held is not None and meant is not None and (held.quantity, held.canceled) == (meant.quantity, meant.canceled)
        for held, meant in pairs
    )


def free_sequences(lines: Iterable[SalesLine]) -> Iterable[int]:
    """Line numbers that none of these has, nor one before them that was removed."""
    last = max((line.sequence for line in lines), default=0)
    number = last // LINE_STEP
    while True:
        number += 1
        yield number * LINE_STEP
