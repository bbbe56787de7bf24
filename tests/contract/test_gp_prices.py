"""Where the company leaves prices to GP, a create gives none, and GP's own price stands on the lines."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

import pytest
from bridge.domain.sales_document import SalesOrder

from local.gp import GpSimulator
from tests.contract.gp_bench import FORMS, Bench, benches
from tests.contract.gp_port import NUMBER, an_order


@pytest.fixture(params=FORMS)
def bench(request: pytest.FixtureRequest, gp: GpSimulator) -> Iterator[Bench]:
    with benches(request.param, gp) as made:
        yield made


def unpriced() -> SalesOrder:
    order = an_order(is_priced_by_gp=True)
    return replace(order, lines=tuple(replace(line, unit_price=Decimal(0)) for line in order.lines))


def test_an_order_whose_prices_are_left_to_gp_gets_gps_own(bench: Bench) -> None:
    bench.gp.create_sales_order(unpriced())

    found = bench.gp.sales_order(NUMBER)

    assert found is not None
    assert [line.unit_price for line in found.lines] == [Decimal("34.00"), Decimal("6.25")]


def test_a_price_of_nought_is_a_price(bench: Bench) -> None:
    bench.gp.create_sales_order(replace(unpriced(), is_priced_by_gp=False))

    found = bench.gp.sales_order(NUMBER)

    assert found is not None
    assert [line.unit_price for line in found.lines] == [Decimal(0), Decimal(0)]
