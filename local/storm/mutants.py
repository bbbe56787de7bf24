"""Deliberate defects of the core, one at a time: a storm that does not notice one is itself defective.

A defect is a piece of a module's text and what stands there instead. It is put in where the module is imported, so that
nothing on disk changes; each is hunted in a process of its own.
"""

from __future__ import annotations

import importlib.abc
import importlib.machinery
import importlib.util
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from types import CodeType, ModuleType


@dataclass(frozen=True, slots=True)
class Mutant:
    """What is wrong, in which module, and how."""

    name: str
    module: str
    sound: str
    broken: str


MUTANTS = (
    Mutant(
        "resend on unknown",
        "bridge.protocols.intent",
        "Settlement(Verdict.ASK if is_gone else Verdict.LOOK_AGAIN, lost, lost.deadline)",
        "Settlement(Verdict.ASK if is_gone else Verdict.SEND_AGAIN, lost, lost.deadline)",
    ),
    Mutant(
        "believe 'absent' before GP has had its time",
        "bridge.protocols.intent",
        "deadline=now + settle_time)",
        "deadline=now)",
    ),
    Mutant(
        "take a lost reply for 'not sent'",
        "bridge.flows.writing",
        "    except (Transient, Misconfigured):\n        withdraw(work, before)",
        "    except (Transient, Misconfigured, outcomes.UnknownOutcome):\n        withdraw(work, before)",
    ),
    Mutant(
        "take a lost reply for done",
        "bridge.flows.writing",
        "        return _refused(work, creation, refusal, before)\n    work.record(",
        "        return _refused(work, creation, refusal, before)\n"
        "    except outcomes.UnknownOutcome:\n        pass\n    work.record(",
    ),
    Mutant(
        "skip the look-up before a stock document",
        "bridge.flows.unposted",
        "if isinstance(wanted, InventoryDocument) and (present := way.look()) is not None:",
        "if isinstance(wanted, str) and (present := way.look()) is not None:",
    ),
    Mutant(
        "number a stock document by the message",
        "bridge.flows.unposted",
        "        number = gp_number(work.ports.terms.number_prefix, work.message.document)",
        "        number = 'SBX' + work.message.origin[-9:]",
    ),
    Mutant(
        "write before the ledger knows",
        "bridge.flows.writing",
        "    work.save(intent=intent, status=Status.SENDING, due_at=intent.deadline, **written)",
        "    work.row = dataclasses.replace(work.row, intent=intent, **written)",
    ),
    Mutant(
        "write before the audit knows",
        "bridge.flows.writing",
        '    work.record("intends", facts, json.dumps(wanted.plain, default=str).encode())\n',
        "",
    ),
    Mutant(
        "drop the version condition of the ledger",
        "local.memory.stores",
        "        if row.version != (stored.version if stored else 0):\n"
        '            raise RowMoved("somebody else has written since the read")\n        self.rows',
        "        self.rows",
    ),
    Mutant(
        "go on after another run has written the row",
        "bridge.flows.attempt",
        "        self.row = self.ports.state.save(row)",
        "        from contextlib import suppress\n        with suppress(outcomes.RowMoved):\n"
        "            self.row = self.ports.state.save(row)",
    ),
    Mutant(
        "advance the cursor to the end of the run",
        "bridge.flows.paging",
        "else self.cursor.ended()\n",
        "else replace(self.cursor.ended(), reached=self.ports.clock.now())\n",
    ),
    Mutant("no overlap", "bridge.protocols.cursor", "OVERLAP = dt.timedelta(minutes=15)", "OVERLAP = dt.timedelta()"),
    Mutant(
        "move the cursor before the hints are queued",
        "bridge.flows.paging",
        "        self._queue(page, page.listing.rows)\n        if at.behind:",
        "        if not page.listing.next:\n"
        "            self.cursor = self.ports.state.save_cursor(self.cursor.ended())\n"
        "            self.cursor = replace(self.cursor, under_way=at)\n"
        "        self._queue(page, page.listing.rows)\n        if at.behind:",
    ),
    Mutant(
        "move GP's cursor before the hints are queued",
        "bridge.flows.poll_gp",
        "        if new:\n            self.ports.to_shipbob.send",
        "        self._save(before, surge.released(row))\n        before = surge.released(row)\n"
        "        self._finish(nightly)\n"
        "        if new:\n            self.ports.to_shipbob.send",
    ),
    Mutant(
        "never wake what waits",
        "bridge.flows.attempt",
        '"waiting_since": since, "due_at": due_at, "gate": outcome.gate}',
        '"waiting_since": since, "due_at": due_at + dt.timedelta(days=100), "gate": outcome.gate}',
    ),
    Mutant(
        "drop the due time of what a bug left",
        "bridge.flows.attempt",
        "        if not row.is_finished and row.due_at is None:",
        "        if row.status is Status.BROKEN:\n            row = replace(row, due_at=None)\n"
        "        elif not row.is_finished and row.due_at is None:",
    ),
    Mutant(
        "never release a review that is mapped",
        "bridge.flows.sweep",
        "    released = list(_released(ports, reviewed))",
        "    released = list(_released(ports, reviewed))[:0]",
    ),
    Mutant("never look at a gate again", "bridge.flows.sweep", "    for gate in Gate:\n", "    for gate in ():\n"),
    Mutant(
        "take a dry run for done",
        "bridge.flows.attempt",
        '    return Waiting("a dry run: nothing is written", again, gate=Gate.DRY_RUN)',
        '    return Done("a dry run: nothing is written", again)',
    ),
    Mutant(
        "forget what comes while writing is paused",
        "bridge.flows.attempt",
        "    return work.message.reason == DUE and row.gate is stopped.gate and not row.is_due(work.began)",
        "    return not row.is_due(work.began)",
    ),
    Mutant(
        "count a correction twice",
        "bridge.flows.record_correction",
        "    return answer.rest, said",
        "    return corrections, said",
    ),
    Mutant(
        "let two events answer the same request",
        "bridge.protocols.expectation",
        "if part := _smaller(left[number], held.remaining):",
        "if part := _smaller(left[number], held.quantity):",
    ),
    Mutant(
        "try a refused password again",
        "bridge.protocols.permit",
        "    if stands.proof is not Proof.REJECTED:\n        return None",
        "    if stands.proof is not None:\n        return None",
    ),
    Mutant(
        "refresh without a lease",
        "bridge.flows.keep_connected",
        "            row = ports.token_rows.save(token.take(row, run, ports.clock.now()))",
        "            row = token.take(row, run, ports.clock.now())",
    ),
    Mutant(
        "store the token after use",
        "bridge.flows.keep_connected",
        '        return self._store(ports, row, self._unsaved, f"refreshed: {why}")',
        '        return _Standing(row, grant, "stored by the next run")',
    ),
    Mutant(
        "take every hint for old",
        "bridge.protocols.freshness",
        "    if row.read_at is not None and snapshot.read_finished < row.read_at - CLOCKS_DIFFER:",
        "    if row.read_at is not None:",
    ),
    Mutant(
        "go by a snapshot that is older than the last read",
        "bridge.protocols.freshness",
        "    if row.read_at is not None and snapshot.read_finished < row.read_at - CLOCKS_DIFFER:\n"
        "        return Look.NOTHING\n"
        "    until = row.read_until or (row.read_at + LONGEST_READ if row.read_at else None)\n"
        "    is_newer = until is None or snapshot.read_started > until + CLOCKS_DIFFER",
        "    is_newer = True",
    ),
    Mutant(
        "bill a shipment and leave it on the order",
        "bridge.flows.invoicing",
        "    return order_changes.bring_up_to_date(work, left, is_open=True)",
        '    return Done("billed")',
    ),
    Mutant(
        "leave the hold on what has shipped",
        "bridge.mapping.changing",
        "lifted_holds=frozenset({draft_hold}) & last.order.holds & (present.holds - wanted.holds)",
        "lifted_holds=frozenset()",
    ),
    Mutant(
        "forget a second tracking number",
        "bridge.mapping.changing",
        "added_tracking=tuple(n for n in wanted.tracking if n not in {*present.tracking, *last.order.tracking})",
        "added_tracking=tuple(n for n in wanted.tracking if not {*present.tracking, *last.order.tracking})",
    ),
    Mutant(
        "make a receiving order before the ledger knows",
        "bridge.flows.sending",
        "    _announce(work, wanted, told)\n    try:",
        "    try:",
    ),
)


# What a defect may need that the module does not import.
NAMES = "\n\nfrom bridge.domain import outcome as outcomes\n"


class _Breaking(importlib.abc.MetaPathFinder):
    """Imports one module with its defect in."""

    def __init__(self, mutant: Mutant) -> None:
        self._mutant = mutant

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if name != self._mutant.module:
            return None
        found = importlib.machinery.PathFinder.find_spec(name, path, target)
        assert found is not None
        assert found.origin is not None
        return importlib.util.spec_from_file_location(
            name, found.origin, loader=_Source(name, found.origin, self._mutant)
        )


class _Source(importlib.machinery.SourceFileLoader):
    def __init__(self, name: str, path: str, mutant: Mutant) -> None:
        super().__init__(name, path)
        self._mutant = mutant

    def get_code(self, fullname: str) -> CodeType:
        path = self.get_filename(fullname)
        return compile(broken(self._mutant, self.get_data(path).decode()), path, "exec")


def broken(mutant: Mutant, source: str) -> str:
    """The module's text with the defect in. ValueError where the text has changed, and the defect has no place."""
    if source.count(mutant.sound) != 1:
        raise ValueError(f"the defect {mutant.name!r} finds its place {source.count(mutant.sound)} times, not once")
    return source.replace(mutant.sound, mutant.broken) + NAMES


def put_in(mutant: Mutant) -> None:
    """From now on the module is imported with the defect; it must not have been before."""
    assert mutant.module not in sys.modules, f"{mutant.module} is imported already"
    sys.meta_path.insert(0, _Breaking(mutant))
