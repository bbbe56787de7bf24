"""What a clerk is told of each kind of refusal: what is so, what to do, and whether that is done on a card.

A card or a period is repaired by somebody who does not think of the bridge: what waits for one is tried again by
itself, every night. The rest needs the document or a choice of the deployment changed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bridge.domain.outcome import Reason, RefusalKind, Refused

CAUSE = "refusal/"

_TRIED_NIGHTLY = "it is tried again every night"


@dataclass(frozen=True, slots=True)
class Remedy:
    """`says` is the sentence for the clerk, `fix` what to do. `is_master_data`: it is done on a card or in set-up."""

    says: str
    fix: str
    is_master_data: bool = False


def _card(says: str, fix: str) -> Remedy:
    return Remedy(says, f"{fix}; {_TRIED_NIGHTLY}", is_master_data=True)


REMEDIES: Mapping[RefusalKind, Remedy] = {
    RefusalKind.CUSTOMER_UNKNOWN: _card(
        "The customer does not exist in GP", "Enter the customer card, or map the channel to the customer that is meant"
    ),
    RefusalKind.CUSTOMER_INACTIVE: _card("The customer is inactive in GP", "Clear Inactive on the customer card"),
    RefusalKind.CUSTOMER_ON_HOLD: _card("The customer is on hold in GP", "Clear Hold on the customer card"),
    RefusalKind.CREDIT_LIMIT: _card(
        "The customer would owe more than its credit limit", "Apply what it has paid, or raise the limit on its card"
    ),
    RefusalKind.ITEM_UNKNOWN: _card(
        "The item does not exist there", "Enter the item, or map the SKU to the item that is meant"
    ),
    RefusalKind.ITEM_INACTIVE: _card(
        "The item is inactive or discontinued",
        "Clear Inactive on the item card, or map the SKU to the item that follows",
    ),
    RefusalKind.ITEM_NOT_STOCKED: _card(
        "No stock is kept of the item", "Map the SKU to an item of type Sales Inventory, or to its parts as a bundle"
    ),
    RefusalKind.ITEM_NOT_AT_SITE: _card(
        "The item is not assigned to the site", "Assign it in GP under Item Quantities Maintenance"
    ),
    RefusalKind.SITE_UNKNOWN: _card(
        "The site or fulfillment center does not exist there, or takes no goods",
        "Enter the site in GP, or map the ShipBob location to the site that is meant",
    ),
    RefusalKind.UNIT_OF_MEASURE: _card(
        "The item is not sold in that unit of measure",
        "Add the unit to the item's schedule in GP, or name another in the mapping of the SKU",
    ),
    RefusalKind.SHIPPING_METHOD: _card(
        "The shipping method does not exist in GP", "Enter it in GP, or map the ShipBob service to another"
    ),
    RefusalKind.DOCUMENT_TYPE: _card(
        "The document type is not set up in GP", "Set it up as docs/gp-setup.md says, or correct the stack's parameter"
    ),
    RefusalKind.PROCESS_HOLD: _card(
        "The process hold is not set up in GP", "Set it up as docs/gp-setup.md says, or correct DraftHoldId"
    ),
    RefusalKind.ACCOUNT: _card(
        "The account does not exist in GP or takes no entry",
        "Enter or open the account, or correct the stack's parameter",
    ),
    RefusalKind.CLOSED_PERIOD: _card(
        "GP has closed the fiscal period of the document's date",
        "Open the period in GP, or set ClosedPeriod to next_open",
    ),
    RefusalKind.BATCH: _card(
        "GP does not take the batch", "Look at the batch in GP: release it, or mark it for nothing"
    ),
    RefusalKind.SHORTAGE: _card(
        "GP has less of the item at the site than has left",
        "Enter the stock that is missing in GP, or let QuantityShortage override it",
    ),
    RefusalKind.CURRENCY: _card(
        "The currency is not one of the company's", "Set the currency up in GP, or enter the document by hand"
    ),
    RefusalKind.LOT_OR_SERIAL: Remedy(
        "Lots or serial numbers are missing or do not fit the quantities",
        "Enter the document by hand with its lots or serial numbers, and close this review",
    ),
    RefusalKind.QUANTITY: Remedy(
        "A quantity cannot be taken as it is",
        "Correct the quantity where it was entered, or the decimals on the item card",
    ),
    RefusalKind.AMOUNT: Remedy(
        "The amounts do not add up as GP reckons them", "Enter the document by hand, and close this review"
    ),
    RefusalKind.DEPOSIT: Remedy(
        "A deposit stands against the document", "Remove the deposit in GP, then void the document there"
    ),
    RefusalKind.NUMBER_TAKEN: Remedy(
        "Its number is taken by another document", "Find out who wrote that one, and correct it there"
    ),
    RefusalKind.NOT_IN_WORK: Remedy(
        "The document was posted, transferred, voided or deleted, and takes no change any more",
        "Bring what changed into the document it became, and close this review",
    ),
    RefusalKind.OTHER: Remedy(
        "It was refused for a reason that the bridge does not know", "Repair what is named, then replay the document"
    ),
}


def reason(refusal: Refused) -> Reason:
    """The refusal for a clerk, the neighbour's own words as evidence behind the sentence."""
    remedy = REMEDIES[refusal.kind]
    words = [refusal.reason, *(line for line in refusal.evidence if line not in refusal.reason)]
    return Reason(f"{remedy.says}: {'; '.join(words)}", remedy.fix, cause=f"{CAUSE}{refusal.kind}")
