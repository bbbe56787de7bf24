"""A receiving order (WRO) that ShipBob has put on its shelves ⇒ nothing, a review or one adjustment of the difference.

GP moved the goods when its own document was posted; so what counts is only where ShipBob's shelves say otherwise. A
difference is booked once: what ShipBob says otherwise afterwards is a person's, and so are goods that nobody in GP
announced, and a shortage whose rest may have come in by another WRO.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterable, Sequence
from typing import assert_never

from bridge.domain.correction import Correction
from bridge.domain.document import GP_KINDS, DocumentId, DocumentKind
from bridge.domain.inventory import InventoryDocument, InventoryDocumentType
from bridge.domain.outcome import Done, NeedsReview, Outcome, Reason, Unchanged, Waiting
from bridge.domain.receiving import ReceivingStatus, WarehouseReceivingOrder
from bridge.domain.terms import ReceiptDifferences
from bridge.flows import adjusting, reading, sending, unposted
from bridge.flows.attempt import Work
from bridge.mapping import receiving
from bridge.mapping.adjusting import Mappings, item_key, lines, site_key, spoken, unmapped
from bridge.mapping.announcing import contents_of, is_number_of
from bridge.mapping.comparing import moves
from bridge.mapping.receiving import Difference, name_of
from bridge.mapping.telling import TYPES
from bridge.protocols.ledger import Status
from bridge.protocols.trail import digest

SHELVED_WITHIN = dt.timedelta(days=5)  # three business days by ShipBob's promise, and a weekend
OPEN_AGAIN_AFTER = dt.timedelta(days=1)
SHELF_AGAIN_AFTER = dt.timedelta(days=1)
CANDIDATES_MAX = 3
CLOSED = frozenset({ReceivingStatus.COMPLETED, ReceivingStatus.INCOMPLETE, ReceivingStatus.CANCELLED})


def record_receipt(work: Work) -> Outcome:
    """Bring what ShipBob put away more or less than was announced before a person, or into GP."""
    if work.row.intent is not None and (outcome := adjusting.settle(work)) is not None:
        return outcome
    known = work.row.image_digest
    order = reading.read_receiving_order(work)
    if order is None:
        return Done("ShipBob does not show it")
    is_news = not work.recalled and not reading.is_known(known, order.image)
    if is_news:
        reading.record(work, {"status": order.status, "shelf": receiving.progress(order)}, order.image)
    elif work.row.is_finished and not work.message.is_replay:
        return Unchanged("as it was", _next_look(work, order))
    return _put_away(work, order, is_news=is_news)


def _put_away(work: Work, order: WarehouseReceivingOrder, *, is_news: bool) -> Outcome:
    if (outcome := _not_closed(work, order)) is not None:
        return outcome
    origin = _announced_by(work, order)
    if order.status is ReceivingStatus.CANCELLED:
        return _cancelled(order, origin)
    if origin is None:
        return _unannounced(work, order)
    is_before_a_person = work.row.status is Status.REVIEW and not is_news
    return _compare(work, order, origin, may_wait=not is_before_a_person)


def _not_closed(work: Work, order: WarehouseReceivingOrder) -> Outcome | None:
    """Receiving orders of which nothing is to be said yet, or at all."""
    if order.created_at < work.ports.terms.cut_over:
        return Done("from before the cut-over: it belongs to the books as they were kept until then")
    if order.status is ReceivingStatus.UNKNOWN:
        text = f"ShipBob gives {name_of(order)} a status the bridge does not know"
        return NeedsReview((Reason(text, "Look at it in ShipBob; it is looked at again every day"),))
    if order.status in CLOSED:
        return None
    return Done(f"{order.status}: {receiving.progress(order)}", _next_look(work, order))


def _next_look(work: Work, order: WarehouseReceivingOrder) -> dt.datetime | None:
    """One that ends short of Completed is in none of ShipBob's lists, and a webhook may be missed."""
    return None if order.status in CLOSED else work.began + OPEN_AGAIN_AFTER


def _announced_by(work: Work, order: WarehouseReceivingOrder) -> DocumentId | None:
    """The GP document that the WRO was made for; None where somebody made it at ShipBob."""
    state, number = work.ports.state, order.purchase_order_number
    found = [each for each in state.find(sending.alias(order.id)) if each.kind in GP_KINDS]
    if not found and number:
        found = [each for each in state.find(number) if is_number_of(each, number)]
    return next(iter(found), None)


def _cancelled(order: WarehouseReceivingOrder, origin: DocumentId | None) -> Outcome:
    if origin is None:
        return Done("cancelled in ShipBob, and no GP document announced it")
    text = f"{name_of(order)} was cancelled in ShipBob, and {origin} in GP stands: {receiving.progress(order)}"
    fix = f"Have ShipBob expect the goods again, or take {origin} back in GP; then close this review"
    return NeedsReview((Reason(text, fix),))


# Goods that nobody announced --------------------------------------------------------------------------------------


def _unannounced(work: Work, order: WarehouseReceivingOrder) -> Outcome:
    """A person knows whether GP has the goods by a purchase receipt; the bridge cannot."""
    came = [line for line in order.lines if line.stowed]
    if not came:
        return Done("made in ShipBob by hand, and nothing of it came in")
    skus = [line.sku for line in came if line.sku]
    work.ports.state.remember_aliases(work.message.document, [order.purchase_order_number, *map(_brought, skus)])
    center = [site_key(order.center.id)] if order.center else []
    mappings = work.ports.state.mappings({*center, *map(item_key, skus)})
    site = mappings.get(center[0], "") if center else ""
    return NeedsReview(receiving.told_unannounced(order, site, mappings, unposted.give_number(work)))


def _brought(sku: str) -> str:
    """What a WRO is found by that brought a SKU without being announced by GP."""
    return f"unannounced/{sku}"


def _elsewhere(work: Work, found: Iterable[Difference]) -> tuple[DocumentId, ...]:
    """Later WROs that brought what is missing here: ShipBob splits one into several, and links them by nothing."""
    short = {each.sku for each in found if each.pieces < 0}
    others = {other for sku in short for other in work.ports.state.find(_brought(sku))}
    later = [each for each in others if each.kind is DocumentKind.RECEIVING and each > work.message.document]
    return tuple(sorted(later)[-CANDIDATES_MAX:])


# Goods that GP announced ------------------------------------------------------------------------------------------


def _compare(work: Work, order: WarehouseReceivingOrder, origin: DocumentId, *, may_wait: bool) -> Outcome:
    """`may_wait`: no person has been told of these figures yet, so the rest may still be on its way to the shelf."""
    found = receiving.differences(order, work.ports.shipbob.boxes(order.id))
    changed = _changed_at_shipbob(work, order, origin)
    if not found and not changed and not work.row.fingerprint:
        return Done(f"as announced for {origin}: {receiving.progress(order)}")
    if may_wait and (outcome := _may_still_come(work, order)) is not None:
        return outcome
    corrected = _corrected(work, order, origin, found)
    if isinstance(corrected, NeedsReview):
        return corrected
    if work.row.fingerprint:
        return _since_booked(work, order, corrected)
    return _decide(work, order, origin, list(zip(found, corrected, strict=True)), changed)


def _changed_at_shipbob(work: Work, order: WarehouseReceivingOrder, origin: DocumentId) -> tuple[Reason, ...]:
    """That it no longer announces what was sent, as where somebody changed it, or ShipBob took a part out of it."""
    parts = work.ports.state.row(origin).parts
    sent = {part.fingerprint for part in parts if part.number == str(order.id)}
    if not sent or digest(contents_of(order)) in sent:
        return ()
    return (receiving.told_changed(order, origin, unposted.give_number(work)),)


def _may_still_come(work: Work, order: WarehouseReceivingOrder) -> Waiting | None:
    """What the dock has counted may be on its way to the shelf, for as long as ShipBob promises."""
    since = work.row.waiting_since or work.began
    if not receiving.is_on_its_way_to_the_shelf(order) or work.began >= since + SHELVED_WITHIN:
        return None
    return Waiting("ShipBob's dock has counted more than lies on the shelf yet", work.began + SHELF_AGAIN_AFTER)


def _corrected(
    work: Work, order: WarehouseReceivingOrder, origin: DocumentId, found: Sequence[Difference]
) -> tuple[Correction, ...] | NeedsReview:
    """The differences in GP's words, at the site that GP's document brought the goods to."""
    if not found:
        return ()
    if not all(each.sku for each in found):
        text = f"{name_of(order)} came in otherwise than {origin} in GP announced, and ShipBob names no SKU for it"
        return NeedsReview((Reason(text, "Look at it in ShipBob, and enter the difference in GP by hand"),))
    skus = {each.sku for each in found}
    center = {site_key(order.center.id)} if order.center else set()
    mappings = work.ports.state.mappings(center | set(map(item_key, skus)))
    site = _site(work, order, origin, mappings)
    if reasons := unmapped([] if site or not order.center else [str(order.center)], skus, mappings):
        return NeedsReview(reasons)
    if not site:
        text = f"At which site {origin} expects the goods of {name_of(order)} cannot be told"
        return NeedsReview((Reason(text, "Enter the difference in GP by hand: both are in the trail"),))
    return receiving.corrections(found, site, mappings)


def _site(work: Work, order: WarehouseReceivingOrder, origin: DocumentId, mappings: Mappings) -> str:
    """Where GP expects the goods. ShipBob may have had them come to a hub, whose own site says nothing of that."""
    of_center = mappings.get(site_key(order.center.id), "") if order.center else ""
    document = work.ports.gp.inventory_document(TYPES[origin.kind], origin.name)
    if document is None:
        return of_center
    vias = work.ports.state.mappings(receiving.site_keys_of(document))
    sites = receiving.sites_of(origin, document, vias, order.purchase_order_number)
    return sites[0] if len(sites) == 1 else of_center if of_center in sites else ""


def _decide(
    work: Work,
    order: WarehouseReceivingOrder,
    origin: DocumentId,
    differing: Sequence[tuple[Difference, Correction]],
    changed: tuple[Reason, ...],
) -> Outcome:
    """`differing`: each difference with what it is in GP; `changed`: why they may not be all."""
    others = _elsewhere(work, [found for found, _ in differing])
    mode = ReceiptDifferences.REVIEW if others or changed else _mode(work)
    work.row = dataclasses.replace(work.row, mode=mode)
    match mode:
        case ReceiptDifferences.REVIEW:
            beside = f". ShipBob may have split it: {', '.join(map(str, others))} brought the same" if others else ""
            told = receiving.told(order, origin, unposted.give_number(work), differing, beside)
            return NeedsReview((*changed, *told))
        case ReceiptDifferences.RECORD:
            return _record(work, order, origin, tuple(correction for _, correction in differing))
        case _:
            assert_never(mode)


def _mode(work: Work) -> ReceiptDifferences:
    """As it began; a person who has it looked at again has it as the company wants it now."""
    if adjusting.is_in_gp(work):
        return ReceiptDifferences.RECORD
    if work.row.mode and not work.message.is_replay:
        return ReceiptDifferences(work.row.mode)
    return work.ports.terms.corrections.receipts


# The write ----------------------------------------------------------------------------------------------------------


def _wanted(
    work: Work, order: WarehouseReceivingOrder, corrected: tuple[Correction, ...]
) -> InventoryDocument | NeedsReview:
    terms = work.ports.terms
    written = lines(unposted.give_number(work), corrected, adjusting.cards(work, corrected), terms.corrections)
    if isinstance(written, NeedsReview):
        return written
    day = (order.updated_at or work.began).astimezone(terms.zone).date()
    return adjusting.adjustment(work, written, day)


def _record(
    work: Work, order: WarehouseReceivingOrder, origin: DocumentId, corrected: tuple[Correction, ...]
) -> Outcome:
    wanted = _wanted(work, order, corrected)
    if isinstance(wanted, NeedsReview):
        return wanted
    if not wanted.lines:
        return Done(f"{adjusting.NO_LOTS}: {spoken(corrected)}")
    facts = {"corrects": spoken(corrected), "announced by": str(origin)}
    if (outcome := adjusting.adjust(work, wanted, facts)) is not None:
        return outcome
    return Done(f"{unposted.named(work)}: {spoken(corrected)}")


def _since_booked(work: Work, order: WarehouseReceivingOrder, corrected: tuple[Correction, ...]) -> Outcome:
    """GP holds a difference. Another one is a person's, until what stands in GP agrees with it."""
    wanted = _wanted(work, order, corrected)
    if isinstance(wanted, NeedsReview):
        return wanted
    present = work.ports.gp.inventory_document(InventoryDocumentType.ADJUSTMENT, work.row.number)
    if present is not None and moves(present) == moves(wanted):
        return Done(f"GP holds it as {work.row.number}: {spoken(corrected)}")
    held = moves(present) if present is not None else "nothing under that number"
    text = f"{name_of(order)} was booked as {work.row.number}, and now differs by {spoken(corrected) or 'nothing'}"
    fix = (
        f"GP holds {held}. Change {work.row.number} before it is posted, or enter the rest as adjustment "
        f"{work.row.number}-1; then close this review"
    )
    return NeedsReview((Reason(text, fix),))
