"""Wire shapes of receiving orders, their boxes and labels, and of the centres that take goods in."""

from __future__ import annotations

from collections import Counter

from local.shipbob import catalogue
from local.shipbob.catalogue import Location
from local.shipbob.payloads import Json, timestamp
from local.shipbob.receiving_orders import Box, BoxItem, ReceivingOrder


def receiving_order(kept: ReceivingOrder, version: str, *, received_lags: bool = False) -> Json:
    """The WRO model: a row of GET /receiving, and the most likely body of every wro.* webhook."""
    return {
        "id": kept.id,
        "status": kept.status,
        "package_type": kept.package_type,
        "box_packaging_type": kept.box_packaging_type,
        "expected_arrival_date": timestamp(kept.expected_arrival),
        "insert_date": timestamp(kept.inserted),
        "last_updated_date": timestamp(kept.updated),
        "box_labels_uri": f"/{version}/receiving/{kept.id}/labels",
        "purchase_order_number": kept.purchase_order_number,
        "fulfillment_center": fulfillment_center(catalogue.BUILDINGS[kept.location_id]),
        "external_sync_timestamp": timestamp(kept.synced),
        "inventory_quantities": _quantities(kept, uncounted=received_lags and kept.status != "Completed"),
        "status_history": [
            {"id": number, "status": status, "timestamp": timestamp(moment)}
            for number, (status, moment) in enumerate(kept.statuses, 1)
        ],
    }


def box(kept: Box) -> Json:
    """A row of GET /receiving/{id}/boxes."""
    return {
        "box_id": kept.id,
        "box_number": kept.number,
        "box_status": kept.status,
        "tracking_number": kept.tracking_number,
        "arrived_date": timestamp(kept.arrived),
        "counting_started_date": timestamp(kept.counting_started),
        "received_date": timestamp(kept.received),
        "box_items": [_box_item(each) for each in kept.items],
    }


def fulfillment_center(kept: Location) -> Json:
    """A row of GET /fulfillment-center, and what a WRO says of its centre."""
    return {
        "id": kept.id,
        "name": kept.name,
        "timezone": kept.timezone,
        "address1": f"{kept.id} Dock Road",
        "address2": None,
        "city": kept.city,
        "state": kept.state,
        "country": "US",
        "zip_code": kept.zip_code,
        "phone_number": "555-0199",
        "email": "receiving@example.com",
    }


def labels(kept: ReceivingOrder) -> bytes:
    """A PDF with a page for each box, which says which box of which order it goes on."""
    pages = [f"WRO {kept.id} - box {each.number} - {each.tracking_number}" for each in kept.boxes]
    kids = " ".join(f"{4 + 2 * number} 0 R" for number in range(len(pages)))
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    for number, text in enumerate(pages):
        drawn = f"BT /F1 14 Tf 20 100 Td ({_escaped(text)}) Tj ET"
        objects.append(
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 432 288] /Resources << /Font << /F1 3 0 R >> >> "
            f"/Contents {5 + 2 * number} 0 R >>"
        )
        objects.append(f"<< /Length {len(drawn)} >>\nstream\n{drawn}\nendstream")
    return _pdf(objects)


def _quantities(kept: ReceivingOrder, *, uncounted: bool) -> list[Json]:
    expected, received, stowed = Counter[int](), Counter[int](), Counter[int]()
    for item in kept.items():
        expected[item.inventory_id] += item.expected
        received[item.inventory_id] += item.received
        stowed[item.inventory_id] += item.stowed
    return [
        {
            "inventory_id": inventory_id,
            "sku": catalogue.BY_INVENTORY[inventory_id].sku,
            "expected_quantity": expected[inventory_id],
            "received_quantity": 0 if uncounted else received[inventory_id],
            "stowed_quantity": stowed[inventory_id],
        }
        for inventory_id in expected
    ]


def _box_item(kept: BoxItem) -> Json:
    return {
        "inventory_id": kept.inventory_id,
        "quantity": kept.expected,
        "received_quantity": kept.received,
        "stowed_quantity": kept.stowed,
        "lot_number": kept.lot or None,
        "lot_date": kept.lot_date,
    }


def _escaped(text: str) -> str:
    plain = text.encode("ascii", "replace").decode()
    return plain.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")


def _pdf(objects: list[str]) -> bytes:
    """The objects in a file, with the table of where each begins."""
    made, places = b"%PDF-1.4\n", []
    for number, text in enumerate(objects, 1):
        places.append(len(made))
        made += f"{number} 0 obj\n{text}\nendobj\n".encode("ascii")
    rows = "".join(f"{place:010d} 00000 n \n" for place in places)
    size = len(objects) + 1
    table = f"xref\n0 {size}\n0000000000 65535 f \n{rows}trailer\n<< /Size {size} /Root 1 0 R >>\n"
    return made + f"{table}startxref\n{len(made)}\n%%EOF\n".encode("ascii")
