"""Wire shapes of products and their variants."""

from __future__ import annotations

from local.shipbob import catalogue
from local.shipbob.payloads import Json, timestamp
from local.shipbob.products import Kept, Products
from local.shipbob.stock import MERCHANT

ACTION_IDS = {"Restock": 1, "Quarantine": 2, "Dispose": 3}


def product(kept: Kept, products: Products) -> Json:
    """A row of GET /product."""
    return {
        "id": kept.product.id,
        "name": kept.product.name,
        "type": kept.type,
        "user_id": MERCHANT,
        "taxonomy": None,
        "created_on": timestamp(kept.created),
        "updated_on": timestamp(kept.updated),
        "variants": [variant(kept, products)],
    }


def variant(kept: Kept, products: Products) -> Json:
    """The product's one variant. A bundle's inventory has no id, and quantities are with its components."""
    its = kept.product
    return {
        "id": its.variant_id,
        "sku": its.sku,
        "name": its.name,
        "status": kept.status,
        "upc": None,
        "gtin": None,
        "barcodes": [{"value": its.barcode, "sticker_url": None}],
        "inventory": {"inventory_id": its.inventory_id or None, "on_hand_qty": products.on_hand(kept)},
        "is_digital": False,
        "is_image_uploaded": False,
        "lot_information": {"is_lot": its.is_lot, "minimum_shelf_life_days": 90 if its.is_lot else None},
        "dimension": {
            "length": 6.0,
            "width": 4.0,
            "height": 2.5,
            "unit": "inch",
            "is_locked": False,
            "source": "UserEntry",
        },
        "weight": {"weight": float(its.weight_oz), "unit": "oz"},
        "customs": _customs(kept),
        "bundle_definition": [_component(sku, units) for sku, units in its.components],
        "associated_bundles": [_bundle(each, its.sku) for each in products.all() if _holds(each, its.sku)],
        "merge_children": [],
        "packaging_material_type": {"id": 1, "name": "Box"},
        "packaging_requirement": {"id": 1, "name": "NoRequirements"},
        "return_preferences": _return_preferences(),
        "fulfillment_settings": _fulfillment_settings(),
        "additional_hazmat_attributes": None,
        "reviews_pending": [],
        "channel_metadata": [_channel_metadata(kept)],
        "created_on": timestamp(kept.created),
        "updated_on": timestamp(kept.updated),
    }


def _customs(kept: Kept) -> Json:
    return {
        "country_code_of_origin": "US",
        "currency": "USD",
        "description": kept.product.name,
        "hs_tariff_code": "6912.00",
        "is321_eligible": False,
        "value": float(kept.product.unit_price),  # a decimal since 2026-07
    }


def _component(sku: str, units: int) -> Json:
    part = catalogue.BY_SKU[sku]
    return {
        "product_id": part.id,
        "variant_id": part.variant_id,
        "variant_sku": part.sku,
        "variant_name": part.name,
        "quantity": units,
    }


def _holds(bundle: Kept, sku: str) -> bool:
    return any(part == sku for part, _ in bundle.product.components)


def _bundle(bundle: Kept, sku: str) -> Json:
    return {
        "product_id": bundle.product.id,
        "product_name": bundle.product.name,
        "variant_id": bundle.product.variant_id,
        "variant_sku": bundle.product.sku,
        "quantity": dict(bundle.product.components)[sku],
    }


def _return_preferences() -> Json:
    restock, quarantine = ({"id": ACTION_IDS[name], "name": name} for name in ("Restock", "Quarantine"))
    return {
        "primary_action": restock,
        "backup_action": quarantine,
        "instructions": None,
        "return_to_sender_primary_action": restock,
        "return_to_sender_backup_action": quarantine,
    }


def _fulfillment_settings() -> Json:
    return {
        "requires_prop65": False,
        "serial_scan": {"is_enabled": False, "prefix": "", "suffix": "", "exact_character_length": None},
        "dangerous_goods": False,
        "msds_url": None,
        "is_case_pick": False,
        "is_bpm_parcel": False,
    }


def _channel_metadata(kept: Kept) -> Json:
    channel = catalogue.CHANNELS[0]
    return {
        "id": kept.product.id + 70_000_000,
        "channel_id": channel.id,
        "channel_name": channel.name,
        "platform": None,
        "platform_identifier": None,
        "platform_inventory_item_id": None,
        "legacy_product_id": None,
        "seller_sku": kept.product.sku,
        "price": float(kept.product.unit_price),
        "currency": "USD",
        "is_inventory_sync_enabled": True,
    }
