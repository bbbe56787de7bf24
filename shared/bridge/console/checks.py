"""Is this GP set up as the bridge needs it? Each check is a finding in words for a GP administrator.

`check` only reads. `rehearse` writes one sales order, held and unposted, changes it as a shipment would, and voids it:
GP's interface shows neither its document types nor its history settings, so these are seen by what they do.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum

from bridge.domain.company import HoldSetup
from bridge.domain.inventory import InventoryDocumentType, TransactionState, Window, WindowOf, are_whole_days
from bridge.domain.outcome import Failure, Refused
from bridge.domain.sales_document import LINE_STEP, SalesLine, SalesOrder, SalesUpdate
from bridge.domain.terms import PriceSource
from bridge.mapping.comparing import contradictions
from bridge.ports import Ports

EXPIRY_WARNING = dt.timedelta(days=30)
STAMPS_LOOKED_AT = dt.timedelta(days=35)
CHECKED_ONLY = frozenset({"policy"})  # what this page asks for and no flow does
CLOCK_SKEW_MAX = dt.timedelta(minutes=2)
POLICIES = "Dynamics Security Console, Policy, for the service account's role"
REHEARSAL_LETTER = "T"  # the numbers of rehearsals; documents never use it
REHEARSAL_BATCH = "BRIDGECHECK"
REHEARSAL_PRICE = Decimal("0.37")  # nobody's list price, so a GP that prices by itself shows
REHEARSAL_TRACKING = "BRIDGE-CHECK"


class Level(StrEnum):
    """How a finding is to be taken."""

    GOOD = "good"
    WARNING = "warning"
    PROBLEM = "problem"


@dataclass(frozen=True, slots=True)
class Finding:
    """What was looked at, how it stands, and what to do about it."""

    subject: str
    level: Level
    says: str
    fix: str = ""


def check(ports: Ports) -> Iterator[Finding]:
    """Everything that can be seen without writing, as it is found. Ends early where the rest cannot be asked."""
    for step in (_certificates, _company, _abilities):
        findings = list(_attempted(step, ports))
        yield from findings
        if any(finding.level is Level.PROBLEM for finding in findings):
            return
    for step in (_clock, _hold, _policies, _stamps):
        yield from _attempted(step, ports)


def _attempted(step: Callable[[Ports], Iterator[Finding]], ports: Ports) -> Iterator[Finding]:
    subject = (step.__doc__ or "").rstrip(".")
    try:
        yield from step(ports)
    except Refused as refusal:
        yield Finding(subject, Level.PROBLEM, "; ".join([refusal.reason, *refusal.evidence]), "Repair what GP names")
    except Failure as failure:
        yield Finding(subject, Level.PROBLEM, str(failure), "Repair it and check again")


def _certificates(ports: Ports) -> Iterator[Finding]:
    """Certificate."""
    now = ports.clock.now()
    for shown in ports.gp.certificates():
        subject = f"Certificate of {shown.address}"
        for problem in shown.problems:
            fix = "Have the certificate issued anew, or the authority's PEM put into the GP secret's ca_bundle"
            if shown.would_pass_leniently:
                fix = "Have the certificate issued anew; until then deploy with GpStrictX509=false"
            yield Finding(subject, Level.PROBLEM, problem, fix)
        if shown.problems:
            continue
        expires = shown.expires_at
        if expires is not None and expires - now < EXPIRY_WARNING:
            yield Finding(subject, Level.WARNING, f"Expires on {expires:%Y-%m-%d}", "Renew it before that day")
        else:
            yield Finding(subject, Level.GOOD, "Trusted" + (f" until {expires:%Y-%m-%d}" if expires else ""))


def _company(ports: Ports) -> Iterator[Finding]:
    """Windows login and company."""
    ports.gp.probe()
    names = ", ".join(f"{company.id} {company.name}" for company in ports.gp.companies())
    yield Finding("Windows login and company", Level.GOOD, f"Accepted; the account may reach {names}")


def _abilities(ports: Ports) -> Iterator[Finding]:
    """What GP's interface can do."""
    subject = "What GP's interface can do"
    abilities = ports.gp.server().abilities
    for missing in sorted({ability.missing for ability in abilities if ability.missing}):
        calls = {ability.call for ability in abilities if ability.missing == missing}
        level = Level.WARNING if calls <= CHECKED_ONLY else Level.PROBLEM
        yield Finding(subject, level, f"Cannot {', '.join(sorted(calls))}", f"Install or enable {missing}")
    transports = ", ".join(sorted({ability.transport for ability in abilities if not ability.missing}))
    able = sum(not ability.missing for ability in abilities)
    yield Finding(subject, Level.GOOD, f"{able} of {len(abilities)} calls, over {transports}")


def _clock(ports: Ports) -> Iterator[Finding]:
    """GP's clock and login."""
    server, now = ports.gp.server(), ports.clock.now()
    if server.now is not None and abs(server.now - now) > CLOCK_SKEW_MAX:
        ahead = int((server.now - now).total_seconds())
        fix = "Set the time of GP's server: logins and polls by modified date lean on it"
        yield Finding("GP's clock", Level.WARNING, f"{ahead:+} seconds from the right time", fix)
    else:
        yield Finding("GP's clock", Level.GOOD, "Right" if server.now else "Not told")
    if not server.keeps_login:
        text = "GP logs in anew for each request, as it does by default: three HTTP requests a call"
        yield Finding("Windows login", Level.WARNING, text, "docs/gp-setup.md says how to let it keep a login")


def _hold(ports: Ports) -> Iterator[Finding]:
    """Process hold."""
    wanted = ports.terms.orders.draft_hold
    if not wanted:
        text = "None is configured: only its batch tells a draft from an order that has shipped"
        yield Finding("Process hold", Level.WARNING, text, "Set one up in GP and deploy with DraftHoldId")
        return
    found = next((hold for hold in ports.gp.hold_setups() if hold.id == wanted), None)
    yield _hold_finding(wanted, found)


def _hold_finding(wanted: str, found: HoldSetup | None) -> Finding:
    fix = "Sales > Setup > Process Holds: apply it to transferring and posting"
    if found is None:
        return Finding("Process hold", Level.PROBLEM, f"{wanted} is not set up in GP", fix)
    if not (found.stops_transfer and found.stops_posting):
        text = f"{wanted} does not stop both transfer and posting"
        return Finding("Process hold", Level.PROBLEM, text, fix)
    if found.stops_fulfilment or found.stops_printing:
        text = f"{wanted} also stops fulfilment or printing, which is more than is needed"
        return Finding("Process hold", Level.WARNING, text, fix)
    return Finding("Process hold", Level.GOOD, f"{wanted} stops transfer and posting")


def _pricing(operation: str, option: str | None, prices: PriceSource) -> Iterator[Finding]:
    """Whether GP calculates the unit price just where it is wanted to."""
    calculates = option is not None and option.casefold().startswith(("calculate", "yes"))
    if calculates and prices is PriceSource.SHIPBOB:
        text = f"{operation} puts GP's own unit price in place of the one that was paid in the shop"
        fix = f"{POLICIES}, {operation}: do not calculate"
        yield Finding("Policy: Calculate Unit Price", Level.PROBLEM, text, fix)
    if option is not None and not calculates and prices is PriceSource.GP_PRICE_LEVEL:
        text = f"{operation} does not calculate the unit price, and PriceSource leaves it to GP"
        yield Finding("Policy: Calculate Unit Price", Level.PROBLEM, text, f"{POLICIES}, {operation}: calculate")


def _policies(ports: Ports) -> Iterator[Finding]:
    """GP's policies."""
    if any(ability.call == "policy" and ability.missing for ability in ports.gp.server().abilities):
        return  # said already, and the rehearsal shows what they do
    for operation in ("CreateSalesOrder", "UpdateSalesOrder"):
        policy = ports.gp.policy(operation)
        if policy.obstacle:
            yield Finding(f"Policy: {operation}", Level.PROBLEM, policy.obstacle, f"{POLICIES}, {operation}")
        yield from _pricing(operation, policy.option("Calculate Unit Price"), ports.terms.orders.prices)
        named = ", ".join(f"{behavior.name}: {behavior.option}" for behavior in policy.behaviors)
        yield Finding("Policies", Level.GOOD, f"{operation} reads {named or 'without a behaviour'}")


def _stamps(ports: Ports) -> Iterator[Finding]:
    """GP's modified dates."""
    subject = "GP's modified dates"
    now = ports.clock.now()
    window = Window(WindowOf.DOCUMENT, now - STAMPS_LOOKED_AT, now)
    rows = [
        row
        for kind in InventoryDocumentType
        for row in ports.gp.inventory_documents(kind, window, TransactionState.HISTORY)
    ]
    stamps = [row.modified_at for row in rows if row.modified_at is not None]
    if not stamps:
        text = f"No posted stock document of the last {STAMPS_LOOKED_AT.days} days carries one: nothing to tell by"
        yield Finding(subject, Level.GOOD, text)
    elif are_whole_days(stamps):
        text = "Days without a time: movements are looked for over two days, and told apart by what they hold"
        yield Finding(subject, Level.GOOD, text)
    else:
        yield Finding(subject, Level.GOOD, f"With a time of day, seen on {len(stamps)} stock documents")


def rehearse(ports: Ports, customer: str, item: str, site: str) -> Iterator[Finding]:
    """Write, change and void one order, and say what GP made of it. Nothing is posted, and no stock moves."""
    draft = _rehearsal(ports, customer, item, site)
    try:
        ports.gp.login()
        ports.gp.create_sales_order(draft)
    except Failure as failure:
        evidence = "; ".join([str(failure), *getattr(failure, "evidence", ())])
        fix = f"Look in GP whether there is an order {draft.number}, and void it; repair what GP names"
        yield Finding("Create an order", Level.PROBLEM, evidence, fix)
        return
    # Whoever reads the findings may stop reading: the order is voided before the first is told.
    seen = [Finding("Create an order", Level.GOOD, f"{draft.number} in batch {draft.batch}"), *_rehearsed(ports, draft)]
    try:
        ports.gp.void_sales_order(draft.number)
        seen.append(_history(ports.gp.sales_order(draft.number)))
    except Failure as failure:
        seen.append(Finding("Void the order", Level.PROBLEM, str(failure), f"Void {draft.number} in GP by hand"))
    yield from seen


def _rehearsal(ports: Ports, customer: str, item: str, site: str) -> SalesOrder:
    terms, now = ports.terms, ports.clock.now()
    order = SalesOrder(
        number=f"{terms.number_prefix}{REHEARSAL_LETTER}{now:%y%m%d%H%M%S}",
        customer=customer,
        customer_po="BRIDGE CHECK",
        date=now.astimezone(terms.zone).date(),
        document_type=terms.orders.document_type,
        batch=REHEARSAL_BATCH,
        currency=terms.currency,
        lines=(SalesLine(LINE_STEP, item, site, Decimal(1), REHEARSAL_PRICE),),
        comment="A test document of the bridge, voided at once",
    )
    return order.as_draft(REHEARSAL_BATCH, terms.orders.draft_hold)


def _rehearsed(ports: Ports, draft: SalesOrder) -> Iterator[Finding]:
    try:
        present = ports.gp.sales_order(draft.number)
        if present is None:
            yield Finding("Read the order", Level.PROBLEM, f"GP does not show {draft.number}", "Ask a GP consultant")
            return
        yield from _as_created(present, draft)
        ports.gp.update_sales_order(present, _shipment(present, draft))
        shipped = ports.gp.sales_order(draft.number)
    except Failure as failure:
        evidence = "; ".join([str(failure), *getattr(failure, "evidence", ())])
        yield Finding("Write a shipment", Level.PROBLEM, evidence, "Repair what GP names")
        return
    yield from _as_shipped(shipped, draft)


def _shipment(present: SalesOrder, draft: SalesOrder) -> SalesUpdate:
    return SalesUpdate(
        shipped_on=draft.date,
        added_tracking=(REHEARSAL_TRACKING,),
        fulfilled=tuple((line.sequence, line.quantity) for line in present.lines),
        lifted_holds=draft.holds,
    )


def _as_created(present: SalesOrder, draft: SalesOrder) -> Iterator[Finding]:
    for text in contradictions(present, draft):
        fix = "Policies and document type: docs/gp-setup.md, 'What GP must be set to'"
        yield Finding("The order as GP keeps it", Level.PROBLEM, text.replace("from ShipBob", "sent"), fix)
    if any(line.fulfilled for line in present.lines):
        fix = f"Sales > Setup > Sales Document Setup > {draft.document_type}: tick Use Separate Fulfillment Process"
        yield Finding("Separate fulfilment", Level.PROBLEM, "GP takes a new order for fulfilled at once", fix)
    else:
        yield Finding("Separate fulfilment", Level.GOOD, "A new order is not fulfilled")
    if present.holds != draft.holds:
        fix = "Look at the process hold's set-up and the policy CreateSalesOrder"
        yield Finding("Hold on a new order", Level.PROBLEM, f"GP put on {sorted(present.holds) or 'none'}", fix)


def _as_shipped(shipped: SalesOrder | None, draft: SalesOrder) -> Iterator[Finding]:
    if shipped is None:
        yield Finding("Write a shipment", Level.PROBLEM, f"{draft.number} is gone from GP", "Ask a GP consultant")
        return
    wanted = replace(draft, holds=frozenset(), tracking=(REHEARSAL_TRACKING,), shipped_on=draft.date)
    pairs = {
        "tracking": (shipped.tracking, wanted.tracking),
        "ship date": (shipped.shipped_on, wanted.shipped_on),
        "holds": (shipped.holds, wanted.holds),
        "fulfilled quantity": (sum(line.fulfilled for line in shipped.lines), Decimal(1)),
    }
    for text in contradictions(shipped, wanted):
        fix = f"{POLICIES}, UpdateSalesOrder, and docs/gp-setup.md, 'What GP must be set to'"
        yield Finding("The order after a shipment", Level.PROBLEM, text.replace("from ShipBob", "sent"), fix)
    differing = [name for name, (held, meant) in pairs.items() if held != meant]
    if differing:
        text = f"GP did not take over: {', '.join(differing)}"
        yield Finding("Write a shipment", Level.PROBLEM, text, "Look at the policy UpdateSalesOrder")
    else:
        yield Finding("Write a shipment", Level.GOOD, "Tracking, ship date, quantity, and the hold lifted")


def _history(voided: SalesOrder | None) -> Finding:
    if voided is not None and voided.is_voided:
        return Finding("Sales history", Level.GOOD, "A voided order is kept, and found")
    if voided is not None:
        return Finding("Void the order", Level.PROBLEM, f"{voided.number} is not voided", "Void it in GP by hand")
    fix = "Sales Order Processing Setup: Maintain History for orders, invoices and returns"
    return Finding(
        "Sales history", Level.WARNING, "GP keeps no history: a transferred order cannot be found again", fix
    )
