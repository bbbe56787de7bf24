"""Which port calls each flow makes: what faults are aimed at, and what a report of coverage has to show.

A report names what of it was not met, and each call that was met and is missing here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from local.storm.faults import Fault, possible

CALLS_OF_FLOWS: Mapping[str, str] = {
    "record_order": """
        audit.record
        bell.ring
        gates.save_health gates.standing
        gp.create_sales_invoice gp.create_sales_order gp.login gp.probe gp.sales_documents gp.sales_invoice
        gp.sales_order gp.update_sales_invoice gp.update_sales_order gp.void_sales_order
        permits.change
        secret.afresh
        shipbob.channels shipbob.order
        state.batch state.mappings state.remember_aliases state.row state.save state.save_batch
        token_rows.row token_rows.save
    """,
    "locate": """
        audit.record
        bell.ring
        gates.save_health gates.standing
        queue.send
        secret.afresh
        shipbob.channels shipbob.order_of_shipment
        state.find state.row state.save
        token_rows.row token_rows.save
    """,
    "record_return": """
        audit.record
        bell.ring
        gates.save_health gates.standing
        gp.create_inventory_adjustment gp.create_sales_return gp.inventory_document gp.item gp.login gp.probe
        gp.sales_invoice gp.sales_order gp.sales_return
        permits.change
        secret.afresh
        shipbob.channels shipbob.customer_return shipbob.order_of_shipment
        state.batch state.find state.mappings state.remember_aliases state.row state.save state.save_batch
        token_rows.row token_rows.save
    """,
    "record_correction": """
        audit.record
        expectations.open expectations.save
        gates.save_health gates.standing
        gp.create_inventory_adjustment gp.inventory_document gp.item gp.login gp.probe
        permits.change
        state.batch state.mappings state.remember_aliases state.row state.save state.save_batch
    """,
    "record_receipt": """
        audit.record
        bell.ring
        gates.save_health gates.standing
        gp.create_inventory_adjustment gp.inventory_document gp.item gp.login gp.probe
        permits.change
        secret.afresh
        shipbob.boxes shipbob.channels shipbob.receiving_order
        state.batch state.find state.mappings state.remember_aliases state.row state.save state.save_batch
        token_rows.row token_rows.save
    """,
    "send_receiving_order": """
        audit.record
        bell.ring
        expectations.open expectations.save
        gates.save_health gates.standing
        gp.inventory_document gp.item gp.probe
        permits.change
        secret.afresh
        shipbob.channels shipbob.create_receiving_order shipbob.inventory_levels shipbob.locations
        shipbob.receiving_orders_of shipbob.variants
        state.find state.mapped_to state.mappings state.remember_aliases state.row state.save
        token_rows.row token_rows.save
    """,
    "receive_webhook": """
        queue.send
        webhooks.open
    """,
    "poll_shipbob": """
        bell.ring
        queue.depth queue.send
        secret.afresh
        shipbob.listed shipbob.locations shipbob.orders
        state.cursor state.drafts state.save_cursor
        token_rows.row token_rows.save
    """,
    "poll_gp": """
        gates.save_health gates.standing
        gp.inventory_documents gp.server
        permits.change
        queue.send
        state.cursor state.row state.save_cursor
        stock_poll.row stock_poll.save
    """,
    "sweep": """
        alerts.forget alerts.rows alerts.save
        gates.standing
        notices.tell
        queue.depth queue.send
        state.at_gate state.due state.in_review state.mapped_to state.mappings
    """,
    "keep_connected": """
        authority.refresh
        secret.afresh secret.store
        subscription_rows.registration
        token_rows.row token_rows.save
    """,
    "operate": """
        audit.record
        dead_letters.remove dead_letters.take
        gates.save_pause gates.standing
        queue.depth queue.send
        state.cursor state.map state.row state.save state.save_cursor
    """,
}
FLOWS_OF_QUEUES = frozenset(
    "record_order locate record_return record_correction record_receipt send_receiving_order".split()
)

CALLS = tuple((flow, call) for flow, calls in CALLS_OF_FLOWS.items() for call in calls.split())


def cells(calls: Iterable[tuple[str, str]] = CALLS) -> Iterator[tuple[str, str, Fault]]:
    """Each fault of each call of each flow."""
    for flow, call in calls:
        for fault in possible(call, is_from_queue=flow in FLOWS_OF_QUEUES):
            yield flow, call, fault
