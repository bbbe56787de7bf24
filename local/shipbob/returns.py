"""Returns: goods that customers, or carriers, bring back to a fulfilment centre, and what is done with them there.

Statuses, dates, actions and what a return holds are the Return model of ShipBob's reference. Webhooks carry the Return
as GET answers it: ShipBob publishes no body for them, this is the likely one.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Literal, get_args

from local.shipbob import catalogue, return_payloads
from local.shipbob.book import Book, NotPossibleError, NotThereError
from local.shipbob.orders import Shipment
from local.shipbob.payloads import Json
from local.shipbob.return_listing import ReturnListing

FIRST_RETURN = 700_001
OWN_CHANNEL = 180001

Action = Literal["Default", "Restock", "Quarantine", "Dispose"]
Disposition = Literal["Restock", "Quarantine", "Dispose"]

ACTIONS: tuple[str, ...] = get_args(Action)


@dataclass(frozen=True, slots=True)
class ReturnLine:
    """So many pieces of an inventory item that are to come back, and what the merchant wants done with them."""

    inventory_id: int
    quantity: int
    action: Action = "Default"
    lot_number: str | None = None
    lot_date: str | None = None
    bundle_parent_sku: str | None = None

    @property
    def requested(self) -> Disposition:
        """The action asked for; an item's default is to be restocked."""
        return "Restock" if self.action == "Default" else self.action


@dataclass(frozen=True, slots=True)
class NewReturn:
    """A return as a merchant, or ShipBob itself, announces it.

    Without lines all that the shipment held comes back; without a location it comes back to the shipment's. A return
    to sender is ShipBob's own: its `reference_id` is not the merchant's, and None here lets ShipBob make one.
    """

    shipment_id: int | None = None
    lines: Sequence[ReturnLine] = ()
    reference_id: str | None = None
    return_type: Literal["Regular", "ReturnToSender"] = "Regular"
    location: int | None = None
    channel: int | None = None
    tracking_number: str | None = None


@dataclass(frozen=True, slots=True)
class Taken:
    """What was done with some pieces of an item: one row of `action_taken`. An item may have several, even alike."""

    inventory_id: int
    action: Disposition
    quantity: int
    reason: str | None = None
    row: int = 0  # of the rows with this item, where it stands in several


@dataclass(slots=True)
class ReturnRow:
    """One row of a return's inventory."""

    line: ReturnLine
    taken: list[Taken] = field(default_factory=list)

    @property
    def restocked(self) -> int:
        """Units that went back onto a shelf."""
        return sum(each.quantity for each in self.taken if each.action == "Restock")


@dataclass(slots=True)
class Return:
    """A return as ShipBob keeps it; `history` ends with its present status."""

    id: int
    reference_id: str | None
    return_type: str
    location_id: int
    channel: int
    rows: list[ReturnRow]
    history: list[tuple[str, dt.datetime]]
    shipment: Shipment | None = None
    store_order_id: str | None = None
    tracking_number: str | None = None

    @property
    def status(self) -> str:
        return self.history[-1][0]

    @property
    def created(self) -> dt.datetime:
        return self.history[0][1]

    def since(self, status: str) -> dt.datetime | None:
        """When it first came to a status; None where it never did."""
        return next((moment for name, moment in self.history if name == status), None)


class Returns:
    """The returns of one account; every change is told. Each method answers the return's wire shape after it."""

    def __init__(self, book: Book) -> None:
        self._book = book
        self._returns: dict[int, Return] = {}

    # what is there

    def read(self, return_id: int) -> Json:
        """The return's present wire shape; `NotThereError` where there is none."""
        with self._book.lock:
            return self._shown(self._return(return_id))

    def thin(self, return_id: int) -> Json:
        """The return in the thinner model with which ShipBob answers writes."""
        with self._book.lock:
            return self._book.defects.return_(return_payloads.thin(self._return(return_id)))

    def all(self) -> list[Json]:
        """Every return, oldest first."""
        with self._book.lock:
            return [self._shown(each) for each in self._returns.values()]

    def listed(self, asked: ReturnListing) -> tuple[int, list[Json]]:
        """How many returns pass the filters, and the page asked for."""
        with self._book.lock:
            chosen = asked.chosen(list(self._returns.values()))
            return len(chosen), [self._shown(each) for each in asked.paged(chosen)]

    # what happens to them

    def create(self, new: NewReturn) -> Json:
        """Announce a return: AwaitingArrival."""
        with self._book.lock:
            shipment = None if new.shipment_id is None else self._shipment(new.shipment_id)
            self._refuse_nonsense(new, shipment)
            made = self._made(new, shipment)
            self._returns[made.id] = made
            return self._told("return.created", made)

    def return_to_sender(self, shipment_id: int) -> Json:
        """The carrier brings a parcel back that it could not deliver; the merchant announced nothing."""
        return self.create(NewReturn(shipment_id, return_type="ReturnToSender"))

    def change(self, return_id: int, new: NewReturn) -> Json:
        """Announce it anew, all of it, while it is awaited; the webhook is return.updated."""
        with self._book.lock:
            kept = self._in(return_id, "AwaitingArrival")
            shipment = None if new.shipment_id is None else self._shipment(new.shipment_id)
            self._refuse_nonsense(new, shipment, kept)
            made = self._made(replace(new, channel=kept.channel), shipment)
            made.id, made.history = kept.id, kept.history
            self._returns[kept.id] = made
            return self._told("return.updated", made)

    def arrive(self, return_id: int) -> Json:
        """The parcel is at the centre."""
        return self._turn(return_id, "Arrived", "AwaitingArrival")

    def process(self, return_id: int, taken: Sequence[Taken] = ()) -> Json:
        """Count what came and act on it; may be called again while Processing, for a count in parts.

        With no rows given every item is there as announced and gets the action asked for, Restock by default.
        """
        with self._book.lock:
            kept = self._in(return_id, "Arrived", "Processing")
            rows = [(_row(kept, each), each) for each in taken or as_announced(kept)]
            for row, each in rows:
                row.taken.append(each)
                self._restock(kept, row, each.quantity if each.action == "Restock" else 0)
            if kept.status != "Processing":
                kept.history.append(("Processing", self._book.clock.now()))
            return self._told("return.updated", kept)

    def complete(self, return_id: int) -> Json:
        """The counting is over; what was not counted did not come."""
        return self._turn(return_id, "Completed", "Processing", "Arrived", topic="return.completed")

    def cancel(self, return_id: int) -> Json:
        """Nothing is expected any more; only while it is awaited, as the reference says of the merchant's own call."""
        return self._turn(return_id, "Cancelled", "AwaitingArrival")

    def change_disposition(self, return_id: int, taken: Sequence[Taken]) -> Json:
        """After completion: something else was done with the goods after all. The rows given replace all there were."""
        with self._book.lock:
            kept = self._in(return_id, "Completed")
            rows = [(_row(kept, each), each) for each in taken]
            for row in kept.rows:
                before = row.restocked
                row.taken = [each for of, each in rows if of is row]
                self._restock(kept, row, row.restocked - before)
            return self._told("return.updated", kept)

    def play(self, new: NewReturn, taken: Sequence[Taken] = ()) -> Json:
        """All of it at once: announced, arrived, counted, completed."""
        return_id = int(self.create(new)["id"])
        self.arrive(return_id)
        self.process(return_id, taken)
        return self.complete(return_id)

    # how it is done; the lock is held

    def _return(self, return_id: int) -> Return:
        if return_id not in self._returns:
            raise NotThereError(f"no return {return_id}")
        return self._returns[return_id]

    def _shipment(self, shipment_id: int) -> Shipment:
        try:
            return self._book.shipped(shipment_id)
        except NotThereError as error:
            raise NotPossibleError(str(error)) from None  # of the return asked for, not of a document asked for

    def _in(self, return_id: int, *statuses: str) -> Return:
        kept = self._return(return_id)
        if kept.status not in statuses:
            raise NotPossibleError(f"return {return_id} is {kept.status}")
        return kept

    def _turn(self, return_id: int, status: str, *before: str, topic: str = "return.updated") -> Json:
        with self._book.lock:
            kept = self._in(return_id, *before)
            kept.history.append((status, self._book.clock.now()))
            return self._told(topic, kept)

    def _made(self, new: NewReturn, shipment: Shipment | None) -> Return:
        return_id = FIRST_RETURN + len(self._returns)
        order = None if shipment is None else self._book.order(shipment.order_id)
        lines = new.lines or packed(shipment)
        made = "RMA" if new.return_type == "Regular" else "RTS"
        return Return(
            return_id,
            new.reference_id or f"{made}-{return_id}",
            new.return_type,
            new.location or (shipment.location_id if shipment else catalogue.LOCATIONS[0].id),
            new.channel or (order.placed.channel if order else OWN_CHANNEL),
            [ReturnRow(line) for line in lines],
            [("AwaitingArrival", self._book.clock.now())],
            shipment,
            order.placed.order_number if order else None,
            new.tracking_number,
        )

    def _refuse_nonsense(self, new: NewReturn, shipment: Shipment | None, kept: Return | None = None) -> None:
        lines = new.lines or packed(shipment)
        if not lines or min(line.quantity for line in lines) < 1:
            raise NotPossibleError("a return has lines, each of at least one piece")
        stocked = {product.inventory_id for product in catalogue.PRODUCTS if product.inventory_id}
        if unknown := {line.inventory_id for line in lines} - stocked:
            raise NotPossibleError(f"no inventory {sorted(unknown)}")
        if new.location is not None and new.location not in {each.id for each in catalogue.LOCATIONS}:
            raise NotPossibleError(f"no fulfillment center {new.location}")
        taken = {each.reference_id for each in self._returns.values() if each is not kept}
        if new.reference_id is not None and new.reference_id in taken:
            raise NotPossibleError(f"there is a return with the reference {new.reference_id}")

    def _restock(self, kept: Return, row: ReturnRow, units: int) -> None:
        if units:
            self._book.restock(row.line.inventory_id, kept.location_id, units, row.line.lot_number, str(kept.id))

    def _shown(self, kept: Return) -> Json:
        return self._book.defects.return_(return_payloads.full(kept))

    def _told(self, topic: str, kept: Return) -> Json:
        self._book.tell(topic, f"return/{kept.id}", self._shown(kept))
        return self._shown(kept)


def packed(shipment: Shipment | None) -> list[ReturnLine]:
    """What a shipment held, a bundle as its components; nothing of no shipment."""
    return [
        ReturnLine(
            part.inventory_id,
            each * quantity,
            lot_number=part.lot,
            lot_date=part.lot_date,
            bundle_parent_sku=None if part.sku == sku else sku,
        )
        for sku, quantity in (shipment.lines if shipment else ())
        for part, each in catalogue.stocked(sku)
    ]


def as_announced(kept: Return) -> list[Taken]:
    """Every piece there, and the action that was asked for."""
    places: dict[int, int] = {}
    made = []
    for row in kept.rows:
        line = row.line
        place = places[line.inventory_id] = places.get(line.inventory_id, -1) + 1
        made.append(Taken(line.inventory_id, line.requested, line.quantity, row=place))
    return made


def _row(kept: Return, taken: Taken) -> ReturnRow:
    rows = [row for row in kept.rows if row.line.inventory_id == taken.inventory_id]
    if taken.quantity < 1 or taken.action not in get_args(Disposition):
        raise NotPossibleError("something is done with at least one piece: Restock, Quarantine or Dispose")
    if not 0 <= taken.row < len(rows):
        raise NotPossibleError(f"return {kept.id} has no row {taken.row} of inventory {taken.inventory_id}")
    return rows[taken.row]
