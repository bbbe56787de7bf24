"""Wire shapes of returns: the Return model that GET answers, and the thinner one that answers writes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from local.shipbob import catalogue
from local.shipbob.payloads import Json, timestamp

if TYPE_CHECKING:
    from local.shipbob.returns import Return, ReturnRow, Taken

MERCHANT = "Wingtip Distribution"
FEE = 3.5  # an invented price for processing one return
REASONS = {"Restock": "Resellable", "Quarantine": "Needs Inspection", "Dispose": "Damaged"}
IMAGE = "https://images.example.com/r/1.jpg"


def full(kept: Return) -> Json:
    """A row of GET /return, and the body of every return.* webhook."""
    label = kept.shipment.label if kept.shipment else None
    return {
        "id": kept.id,
        "reference_id": kept.reference_id,
        "return_type": kept.return_type,
        "status": kept.status,
        "customer_name": MERCHANT,
        "channel": _channel(kept),
        "fulfillment_center": _center(kept),
        "original_shipment_id": kept.shipment.id if kept.shipment else None,
        "store_order_id": kept.store_order_id,
        "tracking_number": kept.tracking_number,
        "shipment_tracking_number": label.tracking_number if label else None,
        "insert_date": timestamp(kept.created),
        "awaiting_arrival_date": timestamp(kept.since("AwaitingArrival")),
        "arrived_date": timestamp(kept.since("Arrived")),
        "processing_date": timestamp(kept.since("Processing")),
        "completed_date": timestamp(kept.since("Completed")),
        "cancelled_date": timestamp(kept.since("Cancelled")),
        "inventory": [_item(row) for row in kept.rows],
        "invoice": {"amount": _fee(kept), "currency_code": "USD" if _fee(kept) else None},
        "transactions": _transactions(kept),
        "status_history": [{"status": name, "timestamp": timestamp(moment)} for name, moment in kept.history],
    }


def thin(kept: Return) -> Json:
    """The answer to POST and PUT: no history, no dates but two, no SKUs."""
    whole = full(kept)
    same = ("id", "reference_id", "return_type", "status", "customer_name", "channel", "fulfillment_center")
    also = ("original_shipment_id", "store_order_id", "tracking_number", "insert_date", "completed_date")
    items = ("id", "name", "quantity", "bundle_parent_sku", "action_requested", "action_taken")
    return {
        **{name: whole[name] for name in same + also},
        "inventory": [{name: item[name] for name in items} for item in whole["inventory"]],
        "invoice_amount": _fee(kept),
        "transactions": whole["transactions"],
    }


def _item(row: ReturnRow) -> Json:
    product = next(each for each in catalogue.PRODUCTS if each.inventory_id == row.line.inventory_id)
    return {
        "id": product.inventory_id,
        "name": product.name,
        "sku": product.sku,
        "barcodes": [f"{product.inventory_id:013d}"],
        "quantity": row.line.quantity,
        "bundle_parent_sku": row.line.bundle_parent_sku,
        "lot_information": {
            "number": row.line.lot_number,
            "expiration": row.line.lot_date,
            "minimumShelfLife": None,
        },
        "action_requested": _requested(row),
        "action_taken": [_taken(each) for each in row.taken],
    }


def _requested(row: ReturnRow) -> Json:
    return {
        "action": row.line.requested,
        "action_type": "InventoryDefault" if row.line.action == "Default" else "OverriddenByMerchant",
        "instructions": None,
    }


def _taken(each: Taken) -> Json:
    return {
        "action": each.action,
        "action_reason": each.reason or REASONS[each.action],
        "quantity_processed": each.quantity,
        "image_url": IMAGE if each.action == "Dispose" else None,
    }


def _fee(kept: Return) -> float | None:
    return FEE if kept.status == "Completed" else None


def _transactions(kept: Return) -> list[Json]:
    return [{"transaction_type": "ReturnProcessingFee", "amount": FEE}] if kept.status == "Completed" else []


def _channel(kept: Return) -> Json:
    return next({"id": each.id, "name": each.name} for each in catalogue.CHANNELS if each.id == kept.channel)


def _center(kept: Return) -> Json:
    return next({"id": each.id, "name": each.name} for each in catalogue.LOCATIONS if each.id == kept.location_id)
