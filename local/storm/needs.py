"""What has to happen in a schedule for a call to be made in time for its fault."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from local.storm.cells import FLOWS_OF_QUEUES
from local.storm.faults import Fault, Target
from local.storm.kernel import HOUR


@dataclass(frozen=True, slots=True)
class Need:
    """A document's life, an act, choices, what goes wrong beside it, and how many hours all of it takes at least.

    The act happens between two parts of the schedule, or before the first call of a flow that is its cue.
    """

    life: tuple[str, ...] = ()
    act: str = ""
    how: int = 1
    after: float = 0.0
    before: float = 0.5
    cue: str = ""
    choices: Mapping[str, Any] = field(default_factory=dict)
    beside: tuple[Target, ...] = ()
    hours: float = 0.0


SHIPPED, RETURNED = ("place", "ship"), ("place", "ship", "announce return", "count return")
STOWED = ("transfer", "stow short")
OFTEN = {"poll_every": 900.0, "gp_poll_every": 900.0, "list_lag": 5.0}
FREQUENTLY = OFTEN | {"poll_every": 300.0, "gp_poll_every": 300.0, "sweep_every": 60.0}
UNMAPPED = FREQUENTLY | {"unmapped": "channel/101"}
OF_FLOW: Mapping[str, tuple[Need, ...]] = {
    "record_order": (Need(SHIPPED, choices=OFTEN),),
    # What a webhook says of a shipment, before a poll has brought its order.
    "locate": (Need(("place",)), Need(("place", "hold", "unhold", "ship"), choices={"poll_every": 1800.0})),
    "record_return": (Need(RETURNED, choices=OFTEN), Need(RETURNED)),
    "record_correction": (Need(("correct",), choices=OFTEN | {"corrections": "record"}), Need(("correct",))),
    "record_receipt": (Need(STOWED, choices=OFTEN | {"receipts": "record"}), Need(STOWED)),
    "send_receiving_order": (Need(("transfer",), choices=OFTEN), Need(("adjust in GP",))),
    "poll_gp": (Need(("transfer",), choices=OFTEN),),
    "poll_shipbob": (Need(SHIPPED, choices=OFTEN), Need(("correct",))),
    "keep_connected": (Need(choices={"is_oauth": True, "token_lives": 0.5 * HOUR}),),
    "sweep": (Need(("place",), choices=UNMAPPED),),
    "receive_webhook": (Need(SHIPPED), Need(SHIPPED)),
}
INVOICES = (Need(choices={"shipments": "invoice"}),)
CREDITS = (Need(RETURNED, choices={"returns": "sales_return"}),)
REVIEWED = (Need(("place",), choices=UNMAPPED), Need(act="close a review", after=0.7, before=1.0))
RESTORED = (Need(act="State is restored", after=0.4, before=1.0),)
REFUSED = (Target("record_return", "gp.create_inventory_adjustment", 1, Fault.REFUSED),)
# What was written without a reply is looked for.
UNBILLED = (Target("record_order", "gp.create_sales_invoice", 1, Fault.LOST),)
UNCREDITED = (Target("record_return", "gp.create_sales_return", 1, Fault.LOST),)
# A message that every run dies of lies among the dead letters in the end; there may be two orders.
POISONED = tuple(Target("record_order", "state.row", number, Fault.CRASH_BEFORE) for number in range(1, 11))
# The poll has to find GP up again before a document does.
DOWN_FOR_A_WHILE = (
    *(Need(("correct",)),) * 3,
    Need(("adjust in GP",), choices=FREQUENTLY | {"gp_poll_every": 60.0, "sweep_every": 900.0}),
    Need(act="GP is away", how=0, cue="record_correction"),
)
TOLD_BY_WEBHOOKS = (Need(("place", "address", "address", "ship"), choices={"poll_every": 1800.0}),)
OF_CALL: Mapping[str, tuple[Need, ...]] = {
    "gp.create_sales_invoice": INVOICES,
    "gp.update_sales_invoice": (Need(("place", "ship", "retrack"), choices={"shipments": "invoice"}),),
    "gp.sales_invoice": (*INVOICES, Need(beside=UNBILLED)),
    "gp.void_sales_order": (*INVOICES, Need(("place", "cancel"))),
    "gp.create_sales_return": CREDITS,
    "gp.sales_return": (*CREDITS, Need(beside=UNCREDITED)),
    "gp.sales_documents": (Need(("place of old", "ship")),),
    "shipbob.orders": (Need(("place",), choices=OFTEN),),
    "state.drafts": (Need(("place",), choices=OFTEN),),
    "shipbob.inventory_levels": (Need(("adjust in GP",), choices=OFTEN),),
    "gp.item": (Need(("adjust in GP",), choices=OFTEN),),
    "expectations.save": (Need(("ask for less", "answer"), choices=OFTEN),),
    "bell.ring": (Need(choices={"is_oauth": True}),),
    "alerts.save": (Need(hours=0.7),),
    "notices.tell": (Need(hours=0.7),),
    "alerts.forget": (Need(act="map", after=0.1, before=0.2, hours=30.0),),
    "state.mapped_to": (Need(("transfer",)),),
}
OF_CALL_OF_FLOW: Mapping[tuple[str, str], tuple[Need, ...]] = {
    ("record_return", "gp.sales_order"): CREDITS,
    ("record_return", "gp.sales_invoice"): (
        Need(RETURNED, choices={"returns": "sales_return", "shipments": "invoice"}),
    ),
    ("record_return", "gp.item"): (Need(choices={"returns": "adjustment"}, beside=REFUSED),),
    ("record_return", "shipbob.order_of_shipment"): (*CREDITS, Need(act="State is restored", cue="record_return")),
    ("record_order", "bell.ring"): TOLD_BY_WEBHOOKS,
    ("record_order", "shipbob.channels"): TOLD_BY_WEBHOOKS * 2,
    ("record_order", "token_rows.save"): TOLD_BY_WEBHOOKS,
    ("poll_gp", "queue.send"): (Need(("transfer",), choices={"gp_poll_every": 3600.0}),),
    ("sweep", "state.mapped_to"): (Need(("transfer",), choices=FREQUENTLY | {"unmapped": "sku/WIDGET-RED"}),),
    ("operate", "state.map"): (Need(act="map", choices=UNMAPPED),),
    ("operate", "queue.send"): (Need(("place",)), Need(act="replay", before=0.9)),
    ("operate", "queue.depth"): (Need(("place",), beside=POISONED),),
    ("operate", "gates.standing"): (Need(act="pause and resume"),),
    ("operate", "gates.save_pause"): (Need(act="pause and resume"),),
    ("operate", "dead_letters.take"): (Need(act="redrive"),),
    ("operate", "dead_letters.remove"): (Need(("place",), beside=POISONED),),
    ("operate", "state.cursor"): RESTORED,
    ("operate", "state.save_cursor"): RESTORED,
    ("operate", "state.mapped_in"): RESTORED,
    ("operate", "state.row"): REVIEWED,
    ("operate", "state.save"): REVIEWED,
    ("operate", "audit.record"): REVIEWED,
}
# What a run meets only where a token was refused, and where a neighbour had been found to be away by three documents.
AFTER_REFUSAL = frozenset({"token_rows.row", "token_rows.save", "secret.afresh", "bell.ring"})
AFTER_ABSENCE = frozenset({"gp.probe", "shipbob.channels", "gates.save_health"})
LOOKS_AT_SHIPBOB_ALONE = "locate"


def needs_of(target: Target) -> Iterator[Need]:
    """What its flow needs, and its call."""
    flow, call = target.flow, target.call
    of_flow = OF_FLOW.get(flow, ())
    yield from of_flow
    if call in AFTER_REFUSAL and flow != "keep_connected":
        yield Need(act="the token dies", cue=flow)
    if call in AFTER_ABSENCE and flow in FLOWS_OF_QUEUES:
        is_shipbob = call == "shipbob.channels" or flow == LOOKS_AT_SHIPBOB_ALONE
        yield Need(act="ShipBob is away" if is_shipbob else "GP is away", cue=flow)
        yield from of_flow
    elif call == "gates.save_health":
        yield from DOWN_FOR_A_WHILE
    yield from OF_CALL.get(call, ())
    yield from OF_CALL_OF_FLOW.get((flow, call), ())
