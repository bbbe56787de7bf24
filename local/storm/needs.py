"""What has to happen in a schedule for a call to be made in time for its fault."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from local.storm.faults import Target
from local.storm.kernel import HOUR


@dataclass(frozen=True, slots=True)
class Need:
    """A document's life, an act before that part of the schedule has gone by, choices, and how long it must last."""

    life: tuple[str, ...] = ()
    act: str = ""
    how: int = 1
    before: float = 0.5
    choices: Mapping[str, Any] = field(default_factory=dict)
    lasts: float = 0.0


SHIPPED, RETURNED = ("place", "ship"), ("place", "ship", "announce return", "count return")
OFTEN = {"poll_every": 900.0, "gp_poll_every": 900.0, "list_lag": 5.0}
OF_FLOW: Mapping[str, tuple[Need, ...]] = {
    "record_order": (Need(("place", "ship", "retrack"), choices=OFTEN, lasts=0.5 * HOUR),),
    "locate": (Need(SHIPPED), Need(SHIPPED), Need(SHIPPED, lasts=0.5 * HOUR)),
    "record_return": (Need(RETURNED, choices=OFTEN, lasts=1.5 * HOUR),),
    "record_correction": (
        Need(("correct",)),
        Need(("correct",), choices=OFTEN | {"corrections": "record"}, lasts=HOUR),
    ),
    "record_receipt": (
        Need(("transfer", "stow"), choices=OFTEN | {"receipts": "record"}, lasts=2 * HOUR),
        Need(("transfer", "stow")),
    ),
    "send_receiving_order": (Need(("transfer",), choices=OFTEN, lasts=HOUR), Need(("adjust in GP",))),
    "poll_gp": (Need(("transfer",), choices=OFTEN, lasts=HOUR),),
    "poll_shipbob": (Need(("place", "ship"), choices=OFTEN, lasts=HOUR), Need(("correct",))),
    "keep_connected": (Need(choices={"is_oauth": True, "token_lives": 0.5 * HOUR}, lasts=HOUR),),
    "sweep": (Need(("place",), choices=OFTEN | {"unmapped": "sku/WIDGET-RED"}, lasts=HOUR),),
    "receive_webhook": (Need(SHIPPED), Need(SHIPPED)),
}
REVOKED = (Need(act="the token is revoked", before=0.3, lasts=2.5 * HOUR),)
LOCKED_OUT = (Need(act="the password changes", before=0.3, choices=OFTEN, lasts=2.5 * HOUR), Need(SHIPPED))
INVOICES = (Need(("place", "ship", "retrack"), choices={"shipments": "invoice"}, lasts=HOUR),)
CREDITS = (Need(RETURNED, choices={"returns": "sales_return"}, lasts=1.5 * HOUR),)
UNMAPPED = {"unmapped": "sku/WIDGET-RED"}
OF_CALL: Mapping[str, tuple[Need, ...]] = {
    "token_rows.row": REVOKED,
    "token_rows.save": REVOKED,
    "secret.afresh": REVOKED,
    "bell.ring": REVOKED,
    "gp.probe": LOCKED_OUT,
    "gates.save_health": LOCKED_OUT,
    "shipbob.channels": REVOKED,
    "gp.create_sales_invoice": INVOICES,
    "gp.update_sales_invoice": INVOICES,
    "gp.sales_invoice": INVOICES,
    "gp.void_sales_order": (*INVOICES, Need(("place", "cancel"))),
    "gp.create_sales_return": CREDITS,
    "gp.sales_return": CREDITS,
    "gp.sales_documents": (Need(SHIPPED, choices={"keeps_history": True}), Need(act="transfer order", before=1.0)),
    "shipbob.orders": (Need(("place",), choices=OFTEN, lasts=2 * HOUR),),
    "state.drafts": (Need(("place",), choices=OFTEN, lasts=2 * HOUR),),
    "shipbob.inventory_levels": (Need(("adjust in GP",), choices=OFTEN, lasts=HOUR),),
    "gp.item": (Need(("adjust in GP",), choices=OFTEN, lasts=HOUR),),
    "expectations.save": (Need(("ask for less", "answer"), choices=OFTEN, lasts=2 * HOUR),),
    "alerts.save": (Need(("place",), choices=UNMAPPED),),
    "alerts.forget": (Need(("place",), choices=UNMAPPED), Need(act="map", before=0.8, lasts=2 * HOUR)),
    "notices.tell": (Need(("place",), choices=UNMAPPED),),
}
OF_COMMAND: Mapping[str, tuple[Need, ...]] = {
    "state.map": (Need(act="map", choices=UNMAPPED),),
    "queue.send": (Need(("place",), lasts=0.5 * HOUR), Need(act="replay", before=0.9)),
    "gates.standing": (Need(act="pause and resume"),),
    "gates.save_pause": (Need(act="pause and resume"),),
    "dead_letters.take": (Need(act="redrive"),),
    "state.cursor": (Need(act="State is restored", before=1.0),),
    "state.save_cursor": (Need(act="State is restored", before=1.0),),
    "state.mapped_in": (Need(act="State is restored", before=1.0),),
    "state.row": (Need(("place",), choices=OFTEN | UNMAPPED, lasts=HOUR), Need(act="close a review", before=1.0)),
    "state.save": (Need(("place",), choices=OFTEN | UNMAPPED, lasts=HOUR), Need(act="close a review", before=1.0)),
    "audit.record": (Need(("place",), choices=OFTEN | UNMAPPED, lasts=HOUR), Need(act="close a review", before=1.0)),
}


def needs_of(target: Target) -> Iterator[Need]:
    """What its flow needs, and its call."""
    if target.flow == "operate":
        yield from OF_COMMAND.get(target.call, ())
        return
    yield from OF_FLOW.get(target.flow, ())
    yield from OF_CALL.get(target.call, ())
