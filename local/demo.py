"""`make demo`: the main job on a laptop. Plays a short day, shows what became of it, and says whether that is right."""

from __future__ import annotations

import json
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from rich import box
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from local.cloud.cloud import LocalCloudError
from local.day import MAPPED, MAPPED_LATER, ORDERS, Played
from local.gp import view
from local.world import World

PATIENCE_SECONDS = 150  # a schedule comes round every minute
LOOK_EVERY_SECONDS = 0.2
WIDTH_OF_A_LOG = 140  # where the table fits without wrapping


class Unexpected(Exception):
    """The day did not come to the end it should have."""


@dataclass(frozen=True, slots=True)
class Ended:
    """One order at the end of the day: what GP holds, and where that is not what it should hold."""

    played: Played
    order_id: int
    document: dict[str, Any] | None
    problems: tuple[str, ...]


class Day:
    """Plays the day on a world and watches GP's own books, never the bridge's, for what came of it."""

    def __init__(self, world: World, console: Console) -> None:
        self._world = world
        self._console = console
        self._ids: dict[str, int] = {}
        self.reviews: list[dict[str, Any]] = []
        self.forged_status = 0

    def play(self) -> list[Ended]:
        """The whole day, in the order it is told in the README."""
        self._world.operator("map", *(f"{key}={value}" for key, value in MAPPED.items()))
        self._morning()
        self._noon()
        self._afternoon()
        return [self._ended(played) for played in ORDERS]

    def _morning(self) -> None:
        """The store's orders come in. ShipBob announces no new order, so a poll finds them."""
        for played in ORDERS:
            if not played.has_both:
                self._place(played)
        self._world.run("PollShipBob")
        expected = sum(1 for played in ORDERS if not played.needs_mapping and not played.has_both)
        self._watch("orders written in GP as drafts", expected, lambda: len(self._world.gp.books.documents()))
        wanting = sum(1 for played in ORDERS if played.needs_mapping)
        self._watch("orders that a clerk must look at", wanting, lambda: len(self._world.operator("reviews")))
        self.reviews = self._world.operator("reviews")
        for review in self.reviews:
            for reason in review["reasons"]:
                self._console.print(f"    [yellow]review[/] {review['document']}: {reason['text']}")

    def _noon(self) -> None:
        """The centres ship. Webhooks come in: one twice, one forged, one in the very moment of a poll."""
        self.forged_status = self._world.shipbob.forge(f"order/{self._ids['W-1001']}")
        self._console.print(f"    a forged webhook was answered with [bold]{self.forged_status}[/]")
        for played in ORDERS:
            if played.has_both:
                self._place(played)
            self._ship(played)
        self._world.run("PollShipBob")
        self._world.shipbob.webhooks.wait_until_idle(PATIENCE_SECONDS)
        for delivery in self._world.shipbob.webhooks.deliveries():
            if self._is_delivered_twice(delivery):
                self._world.shipbob.webhooks.again(delivery["id"])
        expected = sum(1 for played in ORDERS if played.is_ready and not played.needs_mapping)
        self._watch("shipped orders ready in GP", expected, self._ready)

    def _afternoon(self) -> None:
        """The clerk maps what was missing; the next sweep releases the reviews by itself."""
        self._world.operator("map", *(f"{key}={value}" for key, value in MAPPED_LATER.items()))
        self._console.print("    mapped " + ", ".join(f"{key} to {value}" for key, value in MAPPED_LATER.items()))
        expected = sum(1 for played in ORDERS if played.is_ready)
        self._watch("orders ready, the reviews released by the sweep's own schedule", expected, self._ready)

    def _place(self, played: Played) -> None:
        self._ids[played.order.order_number] = self._world.shipbob.account.place_order(played.order)["id"]

    def _ship(self, played: Played) -> None:
        account = self._world.shipbob.account
        order_id = self._ids[played.order.order_number]
        shipments = account.order(order_id)["shipments"]
        if len(played.parcels) == len(shipments) and played.is_ready:
            account.ship_order(order_id)
            return
        for parcel in played.parcels:
            account.ship_shipment(shipments[parcel]["id"])

    def _is_delivered_twice(self, delivery: dict[str, Any]) -> bool:
        twice = {f"order/{self._ids[p.order.order_number]}" for p in ORDERS if p.is_delivered_twice}
        return delivery["document"] in twice and delivery["topic"] == "order.shipped"

    def _ready(self) -> int:
        return sum(1 for document in self._documents() if document["batch"].startswith("SBR") and not document["holds"])

    def _documents(self) -> list[dict[str, Any]]:
        return [view.document(order) for order in self._world.gp.books.documents()]

    def _watch(self, what: str, expected: int, count: Callable[[], int]) -> None:
        """Show a bar until the count is reached; one that stops short is an error that says how far it came."""
        columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
        deadline = time.monotonic() + PATIENCE_SECONDS
        with Progress(*columns, TimeElapsedColumn(), console=self._console) as progress:
            task = progress.add_task(f"  {what}", total=expected)
            while (reached := count()) < expected:
                progress.update(task, completed=reached)
                if time.monotonic() > deadline:
                    raise Unexpected(f"{what}: {reached} of {expected} after {PATIENCE_SECONDS} s")
                time.sleep(LOOK_EVERY_SECONDS)
            progress.update(task, completed=reached)

    def _ended(self, played: Played) -> Ended:
        found = [document for document in self._documents() if document["po"] == played.order.order_number]
        order = self._world.shipbob.account.order(self._ids[played.order.order_number])
        if len(found) != 1:
            return Ended(played, order["id"], None, (f"{len(found)} documents in GP instead of one",))
        return Ended(played, order["id"], found[0], tuple(problems(played, order, found[0])))

    def result(self, ended: list[Ended]) -> dict[str, Any]:
        """Everything the demo shows, for scripts."""
        counters = self._world.gp.counters.as_json()
        return {
            "as_expected": self.is_as_expected(ended),
            "forged_webhook_answered": self.forged_status,
            "orders": [
                {"story": e.played.story, "shipbob_order": e.order_id, "gp": e.document, "problems": e.problems}
                for e in ended
            ],
            "reviews": self.reviews,
            "gp_counters": counters,
            "shipbob_requests": dict(self._world.shipbob.counters.requests),
        }

    def is_as_expected(self, ended: list[Ended]) -> bool:
        counters = self._world.gp.counters.as_json()
        is_refused = self.forged_status == 401
        has_no_more = len(self._documents()) == len(ORDERS)
        return is_refused and has_no_more and counters["refused"] == 0 and not any(e.problems for e in ended)

    def trail(self, number: str) -> dict[str, Any]:
        """The story of one order, as the operator's command tells it."""
        told: list[dict[str, Any]] = self._world.operator("trace", number)
        return told[0]


def problems(played: Played, order: dict[str, Any], document: dict[str, Any]) -> Iterator[str]:
    """Where a document is not what the day expects of GP."""
    lines = tuple((line["item"], line["site"], int(Decimal(line["quantity"]))) for line in document["lines"])
    if lines != played.lines:
        yield f"lines {lines} instead of {played.lines}"
    if Decimal(document["total"]) != Decimal(played.amount):
        yield f"amount {document['total']} instead of {played.amount}"
    tracking = [s["tracking"]["tracking_number"] for s in order["shipments"] if s["tracking"]]
    if document["tracking"] != tracking:
        yield f"tracking {document['tracking']} instead of {tracking}"
    batch = "SBR" if played.is_ready else "SBD"
    if not document["batch"].startswith(batch):
        yield f"batch {document['batch']} instead of {batch}..."
    if bool(document["holds"]) == played.is_ready:
        yield f"holds {document['holds']}"
    if played.is_ready and any(line["fulfilled"] != line["quantity"] for line in document["lines"]):
        yield "quantities are not fulfilled"


def run(folder: Path, *, keep: bool) -> int:
    """Play the demo in `folder`, made anew; 0 only if what it shows is what it expected."""
    console = Console(width=None if sys.stdout.isatty() else WIDTH_OF_A_LOG)
    started = time.monotonic()
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    console.rule("Wingtip Distribution: a day between ShipBob and Dynamics GP")
    try:
        with World(folder, say=lambda text: console.print(f"  {text}")) as world:
            day = Day(world, console)
            ended = day.play()
            result = day.result(ended)
            (folder / "result.json").write_text(json.dumps(result, indent=2))
            _show(console, day, ended, result)
            console.print(f"\nDone in {time.monotonic() - started:.0f} s. The same as JSON: {folder / 'result.json'}")
            if keep:
                _keep(console, world)
    except (Unexpected, LocalCloudError) as short:
        console.print(f"[red]{short}[/]\nLook into {folder}: cloud/emulator.log and cloud/functions/ say why.")
        return 1
    return 0 if result["as_expected"] else 1


def _show(console: Console, day: Day, ended: list[Ended], result: dict[str, Any]) -> None:
    table = Table(title="What GP holds at the end of the day", title_justify="left", box=box.SIMPLE_HEAD)
    for heading in ("ShipBob order", "GP number", "site", "lines"):
        table.add_column(heading)
    table.add_column("amount", justify="right")
    for heading in ("tracking", "batch", "state"):
        table.add_column(heading)
    for each in ended:
        table.add_row(*_row(each))
    console.print(table)
    _show_reviews(console, day)
    _show_trail(console, day.trail("W-1007"))
    _show_counters(console, result)
    _show_next_steps(console, result)


def _row(ended: Ended) -> list[str]:
    document = ended.document
    name = f"{ended.order_id} {ended.played.order.order_number}\n[dim]{ended.played.story}[/]"
    if document is None:
        return [name, "-", "", "", "", "", "", f"[red]{ended.problems[0]}[/]"]
    lines = [f"{line['quantity']} × {line['item']}" for line in document["lines"]]
    state = "[red]" + "; ".join(ended.problems) if ended.problems else _state(document)
    return [
        name,
        document["number"],
        "\n".join(line["site"] for line in document["lines"]),
        "\n".join(lines),
        document["total"],
        "\n".join(document["tracking"]),
        document["batch"],
        state,
    ]


def _state(document: dict[str, Any]) -> str:
    if document["holds"]:
        return "draft, held"
    return "[green]ready[/]"


def _show_reviews(console: Console, day: Day) -> None:
    console.print("\n[bold]Reviews[/] (opened by a missing mapping, released by themselves once it was there)")
    for review in day.reviews:
        for reason in review["reasons"]:
            key = reason["waits_for"]
            console.print(f"  {review['document']}  {reason['text']} → mapped to {MAPPED_LATER[key]} → recorded")


def _show_trail(console: Console, told: dict[str, Any]) -> None:
    console.print(f"\n[bold]The trail of {told['document']}[/] ({told['gp_number']}), chain {told['chain']}")
    for entry in told["entries"]:
        facts = ", ".join(f"{name}: {value}" for name, value in entry.items() if name not in ("at", "what", "by"))
        console.print(f"  {entry['at'][11:19]}  [bold]{entry['what']:<17}[/] {facts}", highlight=False, soft_wrap=True)


def _show_counters(console: Console, result: dict[str, Any]) -> None:
    counters = result["gp_counters"]
    console.print(
        f"\n[bold]GP saw[/] {counters['logins']} logins, {counters['legs']} HTTP requests, "
        f"{counters['requests']} calls, at most {counters['max_concurrent']} at once, "
        f"{counters['refused']} refused logins."
    )
    console.print(f"A forged webhook was answered {result['forged_webhook_answered']}.")


def _show_next_steps(console: Console, result: dict[str, Any]) -> None:
    verdict = "[green]Everything is as it should be.[/]" if result["as_expected"] else "[red]Not as it should be.[/]"
    console.print(f"\n{verdict} Where to look next:")
    console.print("  functions/write_gp/handler.py            what happens to an order, in fifteen lines")
    console.print("  shared/bridge/flows/record_order.py      and how")
    console.print("  make demo KEEP=1                         the same, left running to play with")


@contextmanager
def _until_interrupted() -> Iterator[None]:
    try:
        yield
    except KeyboardInterrupt:
        return


def _keep(console: Console, world: World) -> None:
    """Print addresses and throwaway credentials, and stay until Ctrl-C."""
    (world.folder / "env.json").write_text(json.dumps(world.environments(), indent=2))
    console.rule("Left running; Ctrl-C stops everything")
    for name, value in world.cloud.environment().items():
        console.print(f"export {name}={value}", highlight=False)
    console.print("export PYTHONPATH=shared   # then: .venv/bin/python -m bridge.console.cli reviews", highlight=False)
    console.print(
        f"GP        {world.gp.url}   {world.gp.username} / {world.gp.password}", highlight=False, soft_wrap=True
    )
    console.print(f"          control: {world.gp.control_url} (GET /documents, /counters; POST /offline, /online)")
    console.print(f"ShipBob   {world.shipbob.url}   token {world.shipbob.token}", highlight=False, soft_wrap=True)
    console.print(f"          control: {world.shipbob.control_url} (GET /orders; POST /orders, /orders/ID/ship)")
    console.print(f"webhooks  {world.webhook_url}", highlight=False, soft_wrap=True)
    with _until_interrupted():
        while True:
            time.sleep(3600)
