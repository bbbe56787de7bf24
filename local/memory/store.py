"""The shops' own orders, of which ShipBob keeps the text, in memory."""

from __future__ import annotations

from functools import cached_property

from bridge.domain.store_amounts import StoreAmounts


class StoreOrders:
    """`store_orders` is the text by ShipBob's order; what it says of the money is known of those that were put."""

    @cached_property
    def store_orders(self) -> dict[int, bytes]:
        return {}

    @cached_property
    def _store_amounts(self) -> dict[bytes, StoreAmounts | None]:
        return {}

    def put_store_order(self, order_id: int, amounts: StoreAmounts | None, image: bytes = b"") -> None:
        """The shop's own order comes to ShipBob; None: it tells nothing of the money."""
        image = image or f"the shop's order {order_id}: {amounts}".encode()
        self.store_orders[order_id] = image
        self._store_amounts[image] = amounts

    def store_amounts_in(self, image: bytes) -> StoreAmounts | None:
        return self._store_amounts.get(image)
