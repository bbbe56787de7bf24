"""What lies in the buildings, and everything that changes it: orders, receiving, returns, counts, moves.

Goods on a shelf are on hand. A stow or a restock puts them there, a pick takes them away, and an adjustment is what
ShipBob's people find: nothing else changes the figure, and each of them is an event of the inventory history. Orders
are followed as they are: what they hold is worked out whenever the figures are asked for.
"""

from __future__ import annotations

import datetime as dt
import itertools
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from local.shipbob import catalogue, stock_levels
from local.shipbob.book import Book, NotPossibleError, NotThereError
from local.shipbob.orders import Shipment
from local.shipbob.stock_history import History, HistoryQuery, Pile, Place, Reference, Side, StockEvent
from local.shipbob.switches import Switches

MERCHANT = 226_001


@dataclass(slots=True)
class Transfer:
    """Goods on a truck between two buildings; `units` of them are still on it."""

    id: int
    source: Pile
    target: Pile
    units: int


class Stock:
    """The stock of one account. It opens with `catalogue.OPENING_STOCK` of each item at each open centre.

    The methods of a day raise `NotThereError` for an item or building that is not there, `NotPossibleError` for what
    cannot be done with what lies there.
    """

    def __init__(self, book: Book, switches: Switches | None = None) -> None:
        self.switches = switches or Switches()
        self.awaited: Callable[[], Mapping[Pile, int]] = Counter  # what open receiving orders still bring
        self._book = book
        self._history = History()
        self._on_hand: Counter[Pile] = Counter()
        self._picked: dict[int, Counter[Pile]] = {}  # by shipment
        self._transfers: dict[int, Transfer] = {}
        self._transfer_ids = itertools.count(1)
        self._lot_dates: dict[tuple[int, str], str] = {}
        book.follow, book.restock = self.follow, self.restock
        for product, place in itertools.product(catalogue.BY_INVENTORY.values(), catalogue.LOCATIONS):
            self.make(Pile(product.inventory_id, place.id, product.lot or ""), catalogue.OPENING_STOCK)
            if product.lot is not None and product.lot_date is not None:
                self.name_lot(product.inventory_id, product.lot, product.lot_date)

    # what is there

    def sheet(self) -> stock_levels.Sheet:
        """All figures at this moment."""
        with self._book.lock:
            under_way: Counter[Pile] = Counter()
            for transfer in self._transfers.values():
                under_way[transfer.target] += transfer.units
            heap = stock_levels.Heap(dict(self._on_hand), self.awaited(), under_way)
            return stock_levels.sheet(heap, self._book.shipments.values())

    def on_hand(self, inventory_id: int, location_id: int | None = None, lot: str | None = None) -> int:
        """Units on the shelves: in all buildings and lots unless told."""
        with self._book.lock:
            return sum(
                units
                for pile, units in self._on_hand.items()
                if pile.inventory_id == inventory_id
                and location_id in {None, pile.location_id}
                and lot in {None, pile.lot}
            )

    def lot_date(self, inventory_id: int, lot: str) -> str | None:
        """The date of a lot, as it was given."""
        return self._lot_dates.get((inventory_id, lot))

    def now(self) -> dt.datetime:
        """The present moment of the account's clock."""
        return self._book.clock.now()

    def events(self) -> list[StockEvent]:
        """Every event so far, oldest first, those that the history does not show yet among them."""
        with self._book.lock:
            return self._history.events()

    def history(self, asked: HistoryQuery) -> list[StockEvent]:
        """The events that a query gives, all pages of them."""
        with self._book.lock:
            until = self._book.clock.now() - dt.timedelta(seconds=self.switches.history_lag_seconds)
            return asked.chosen(self._history.events(), MERCHANT, until)

    # what people do

    def make(self, pile: Pile, units: int) -> None:
        """So many units lie there, and have since before the history begins: no event tells of it."""
        self.refuse_unknown(pile)
        if units < 0:
            raise NotPossibleError("nothing can be less than none")
        with self._book.lock:
            self._on_hand[pile] = units

    def name_lot(self, inventory_id: int, lot: str, date: str) -> None:
        """A lot has this date."""
        self._lot_dates[inventory_id, lot] = date

    def adjust(self, pile: Pile, *, increment: int = 0, decrement: int = 0) -> StockEvent:
        """A count in one corner of a building: units found, units missing, or both in one event."""
        with self._book.lock:
            if increment < 0 or decrement < 0 or not increment + decrement:
                raise NotPossibleError("an adjustment has an increment, a decrement or both")
            self._refuse_removal(pile, decrement)
            gain = Side(pile, Place.SHELF, increment) if increment else None
            loss = Side(pile, Place.SHELF, -decrement) if decrement else None
            return self._change("InventoryAdjusted", gain, loss)

    def count(self, pile: Pile, counted: int) -> StockEvent:
        """The whole pile is counted and set: the old figure goes and the new one comes, in one event."""
        with self._book.lock:
            had = self._on_hand[pile]
            return self.adjust(pile, increment=counted - min(had, 0), decrement=max(had, 0))

    def move(self, pile: Pile, units: int) -> StockEvent:
        """From one shelf to another of the same building: both sides of the event cancel."""
        with self._book.lock:
            self._refuse_removal(pile, units)
            gain, loss = Side(pile, Place.OTHER_SHELF, units), Side(pile, Place.SHELF, -units)
            return self._change("InventoryAdjusted", gain, loss)

    def relabel(self, pile: Pile, lot: str, units: int) -> StockEvent:
        """Units turn out to be of another lot."""
        other = Pile(pile.inventory_id, pile.location_id, lot)
        with self._book.lock:
            self._refuse_removal(pile, units)
            return self._change("AttributeUpdated", Side(other, Place.SHELF, units), Side(pile, Place.SHELF, -units))

    def send(self, pile: Pile, location_id: int, units: int) -> int:
        """Load a truck to another building; the id of the transfer. On hand falls now, and rises when it arrives."""
        target = Pile(pile.inventory_id, location_id, pile.lot)
        self.refuse_unknown(target)
        with self._book.lock:
            self._refuse_removal(pile, units)
            self._change("InventoryFacilityUpdated", Side(pile, Place.TRUCK, units), Side(pile, Place.SHELF, -units))
            made = Transfer(next(self._transfer_ids), pile, target, units)
            self._transfers[made.id] = made
            return made.id

    def unload(self, transfer_id: int, units: int | None = None) -> StockEvent:
        """All that is still on the truck, or so many units of it, comes onto the other building's shelves."""
        with self._book.lock:
            if transfer_id not in self._transfers:
                raise NotThereError(f"no transfer {transfer_id}")
            kept = self._transfers[transfer_id]
            unloaded = kept.units if units is None else units
            if not 0 < unloaded <= kept.units:
                raise NotPossibleError(f"transfer {transfer_id} still brings {kept.units}")
            kept.units -= unloaded
            gain, loss = Side(kept.target, Place.SHELF, unloaded), Side(kept.source, Place.TRUCK, -unloaded)
            return self._change("InventoryFacilityUpdated", gain, loss)

    # goods that come in

    def receive(self, pile: Pile, units: int, reference: Reference | None = None) -> StockEvent:
        """Counted at the dock: not on hand yet."""
        self.refuse_unknown(pile)
        with self._book.lock:
            return self._change("InventoryReceived", Side(pile, Place.DOCK, units), None, reference)

    def stow(self, pile: Pile, units: int, reference: Reference | None = None) -> StockEvent:
        """From the dock onto a shelf."""
        self.refuse_unknown(pile)
        with self._book.lock:
            gain, loss = Side(pile, Place.SHELF, units), Side(pile, Place.DOCK, -units)
            return self._change("ReceivingStow", gain, loss, reference)

    def restock(
        self, inventory_id: int, location_id: int, quantity: int, lot: str | None = None, reference: str | None = None
    ) -> StockEvent:
        """Units of a return are put onto a shelf, or taken off it again where they are fewer than none.

        Without a lot they are of the item's usual one. `reference` is the return's id.
        """
        product = catalogue.BY_INVENTORY.get(inventory_id)
        pile = Pile(inventory_id, location_id, (product and product.lot if lot is None else lot) or "")
        self.refuse_unknown(pile)
        source, target = (Place.BENCH, Place.SHELF) if quantity > 0 else (Place.SHELF, Place.BENCH)
        with self._book.lock:
            gain, loss = Side(pile, target, abs(quantity)), Side(pile, source, -abs(quantity))
            told = None if reference is None else Reference("ReturnId", reference)
            return self._change("InventoryRestocked", gain, loss, told)

    # orders

    def follow(self, shipment: Shipment) -> None:
        """A shipment may have changed: take from the shelves what was picked, and put back what is no longer."""
        held = self._picked.get(shipment.id, Counter())
        should = stock_levels.pieces(shipment) if stock_levels.is_picked(shipment) else Counter()
        for place in sorted({*should, *((pile.inventory_id, pile.location_id) for pile in held)}):
            has = sum(units for pile, units in held.items() if (pile.inventory_id, pile.location_id) == place)
            if should[place] > has:
                held.update(self._pick(shipment, Pile(*place), should[place] - has))
            elif should[place] < has:
                held.subtract(self._put_back(shipment, held, place, has - should[place]))
        self._picked[shipment.id] = +held

    def _pick(self, shipment: Shipment, place: Pile, units: int) -> Counter[Pile]:
        """What was never counted in is picked all the same: a label was printed, so the goods were there."""
        taken = stock_levels.taken_from(self._on_hand, place, units)
        usual = Pile(place.inventory_id, place.location_id, catalogue.BY_INVENTORY[place.inventory_id].lot or "")
        taken[usual] += units - sum(taken.values())
        for pile, each in (+taken).items():
            gain, loss = Side(pile, Place.CART, each), Side(pile, Place.SHELF, -each, -each)
            self._change("OrderPicked", gain, loss, Reference("OrderId", str(shipment.order_id)), shipment.order_id)
        return +taken

    def _put_back(self, shipment: Shipment, held: Counter[Pile], place: tuple[int, int], units: int) -> Counter[Pile]:
        back: Counter[Pile] = Counter()
        for pile in [each for each in held if (each.inventory_id, each.location_id) == place]:
            back[pile] = min(held[pile], units - sum(back.values()))
        for pile, each in (+back).items():
            gain, loss = Side(pile, Place.SHELF, each), Side(pile, Place.CART, -each)
            told = Reference("OrderId", str(shipment.order_id))
            self._change("InventoryRestocked", gain, loss, told, shipment.order_id)
        return back

    # how it is done; the lock is held throughout

    def _change(
        self,
        category: str,
        gain: Side | None,
        loss: Side | None,
        reference: Reference | None = None,
        order_id: int | None = None,
    ) -> StockEvent:
        """Write an event, and change what is on hand by those of its sides that are shelves."""
        for side in (gain, loss):
            if side is not None and side.place.is_shelf:
                self._on_hand[side.pile] += side.quantity
        now = self._book.clock.now()
        return self._history.write(category, now, (gain, loss), reference=reference, order_id=order_id)

    @staticmethod
    def refuse_unknown(pile: Pile) -> None:
        """`NotThereError` where there is no such item or no such building."""
        if pile.inventory_id not in catalogue.BY_INVENTORY:
            raise NotThereError(f"no inventory {pile.inventory_id}")
        if pile.location_id not in catalogue.BUILDINGS:
            raise NotThereError(f"no location {pile.location_id}")

    def _refuse_removal(self, pile: Pile, units: int) -> None:
        self.refuse_unknown(pile)
        if units < 0 or units > max(self._on_hand[pile], 0):
            raise NotPossibleError(f"{units} cannot be taken: {self._on_hand[pile]} of {pile.inventory_id} lie there")
