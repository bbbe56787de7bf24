"""Returns: ShipBob's fields, version 2026-07, to domain nouns."""

from __future__ import annotations

from decimal import Decimal

from bridge.domain.document import DocumentId, DocumentKind
from bridge.domain.listing import Listed
from bridge.domain.returns import Disposed, Disposition, Return, ReturnLine, ReturnStatus, ReturnType
from bridge.shipbob import wire
from bridge.shipbob.wire import Amount, Many, MaybeMoment, Model, Moment, NamedModel, Text, Whole, Word

SHORT_TYPES = {"rts": ReturnType.RETURN_TO_SENDER}  # the reference's own prose


class _Taken(Model):
    action: Word = ""
    action_reason: Text = ""
    quantity_processed: Amount

    def to_domain(self) -> Disposed:
        return Disposed(wire.member(Disposition, self.action), self.quantity_processed, self.action_reason)


class _Lot(Model):
    number: Text = ""
    expiration: MaybeMoment = None


class _Item(Model):
    """`quantity` is left out of what was not announced."""

    id: Whole
    sku: Text = ""
    quantity: Amount | None = None
    bundle_parent_sku: Text = ""
    lot_information: _Lot | None = None
    action_taken: Many[_Taken] = ()

    def to_domain(self) -> ReturnLine:
        return ReturnLine(
            inventory_id=self.id,
            sku=self.sku,
            expected=self.quantity or Decimal(0),
            taken=tuple(taken.to_domain() for taken in self.action_taken),
            lot_number=self.lot_information.number if self.lot_information else "",
            lot_expires_at=self.lot_information.expiration if self.lot_information else None,
            bundle_sku=self.bundle_parent_sku,
        )


class _Return(Model):
    id: Whole
    reference_id: Text = ""
    return_type: Word = ""
    status: Word
    channel: NamedModel | None = None
    fulfillment_center: NamedModel | None = None
    original_shipment_id: Whole | None = None
    store_order_id: Text = ""
    tracking_number: Text = ""
    insert_date: Moment
    completed_date: MaybeMoment = None
    inventory: Many[_Item] = ()

    def to_domain(self, image: bytes) -> Return:
        return Return(
            id=self.id,
            reference=self.reference_id,
            type=SHORT_TYPES.get(self.return_type) or wire.member(ReturnType, self.return_type),
            status=wire.member(ReturnStatus, self.status),
            location=wire.named(self.fulfillment_center),
            channel=wire.named(self.channel),
            shipment=self.original_shipment_id or None,
            store_order=self.store_order_id,
            created_at=self.insert_date,
            completed_at=self.completed_date,
            lines=tuple(item.to_domain() for item in self.inventory),
            tracking_number=self.tracking_number,
            image=image,
        )


class _Known(Model):
    id: Whole


def read_return(body: bytes) -> Return:
    """One return as `GET /return/{id}` and the list give it."""
    return wire.read(_Return, body).to_domain(body)


def read_listed(body: bytes) -> list[Listed]:
    """A page of `GET /return`, an envelope, each return whole."""
    found = wire.rows(body, "items", "data")
    return [_listed(number, row, image) for number, (row, image) in enumerate(found)]


def _listed(number: int, row: object, image: bytes) -> Listed:
    return Listed(DocumentId(DocumentKind.RETURN, wire.validated(_Known, row, str(number)).id), image)
