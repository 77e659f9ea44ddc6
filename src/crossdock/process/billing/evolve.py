"""What facts teach a billing item, before its table is asked; and the state after a row."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from msgspec.structs import replace

from crossdock.canonical.envelope import Fact
from crossdock.canonical.events.fulfilment import HandoverVoided, ShipmentHandedOver
from crossdock.canonical.events.last_mile import DeliveryRefused, PodAmended, PodCaptured
from crossdock.canonical.events.money import InvoiceCredited, InvoiceFailed, InvoicePaid, InvoicePosted
from crossdock.canonical.events.tracking import ShipmentDelivered, TrackingRetracted
from crossdock.canonical.parts import DeliveredLine, LineQuantity
from crossdock.kernel.ids import fingerprint
from crossdock.process.amounts import whole
from crossdock.process.billing.state import Bill, BillingState
from crossdock.process.billing.trigger import (
    EVERYTHING,
    bill_for,
    due,
    holder_of,
    ledger_hash,
    new_bills,
    refunds,
    triggered,
)
from crossdock.process.machine import Row
from crossdock.process.policy import Policy
from crossdock.process.proof import far_from_door
from crossdock.process.step import entered
from crossdock.process.sums import added, sum_of, valued
from crossdock.process.told import BillingTerms, CaseChanged

Learn = Callable[[BillingState, Fact, str, Policy], BillingState]


def evolve(state: BillingState, fact: Fact, row: Row) -> BillingState:
    """The state a row leads to; what the fact taught is in it already."""
    after, prior = entered(state, row)
    return state if after == state.state else replace(state, state=after, prior=prior)


def by_line(lines: tuple[LineQuantity, ...]) -> dict[str, int]:
    """Quantities by order line; lots of one line add up."""
    return added({line.line: whole(line.qty.value)} for line in lines)


def taken(lines: tuple[DeliveredLine, ...]) -> dict[str, int]:
    """What the consignee kept whole."""
    return {line.line: whole(line.delivered.value) for line in lines if line.delivered.value > 0}


def _terms(state: BillingState, fact: Fact, key: str, policy: Policy) -> BillingState:
    terms = cast(BillingTerms, fact.payload)
    return replace(
        state,
        rev=terms.rev,
        policy=terms.policy,
        split=terms.split,
        currency=terms.currency,
        order_no=terms.order_no,
        prices={line.line: line.price for line in terms.lines},
        uoms={line.line: line.uom for line in terms.lines},
        released={line.line: line.released for line in terms.lines if line.released},
    )


def _handed(state: BillingState, fact: Fact, key: str, policy: Policy) -> BillingState:
    gone = cast(ShipmentHandedOver, fact.payload)
    if gone.handover_no in state.handovers:
        return state
    handovers = {**state.handovers, gone.handover_no: by_line(gone.lines)}
    return replace(state, handovers=handovers, shipment=state.shipment or fact.subject.id)


def _voided(state: BillingState, fact: Fact, key: str, policy: Policy) -> BillingState:
    number = cast(HandoverVoided, fact.payload).handover_no
    return replace(state, handovers={one: lines for one, lines in state.handovers.items() if one != number})


def _departed(state: BillingState, fact: Fact, key: str, policy: Policy) -> BillingState:
    return state if state.departed else replace(state, departed=True)


def _delivered(state: BillingState, fact: Fact, key: str, policy: Policy) -> BillingState:
    delivered = cast(ShipmentDelivered, fact.payload)
    lines = taken(delivered.lines) if delivered.lines else added(state.handovers.values()) or EVERYTHING
    return replace(state, delivered={**state.delivered, str(delivered.attempt_no): lines})


def _refused(state: BillingState, fact: Fact, key: str, policy: Policy) -> BillingState:
    refused = cast(DeliveryRefused, fact.payload)
    return replace(state, delivered={**state.delivered, str(refused.attempt_no): taken(refused.lines)})


def _proved(state: BillingState, fact: Fact, key: str, policy: Policy) -> BillingState:
    pod = cast(PodCaptured, fact.payload)
    stated = {line.line for line in pod.lines}
    shipped = {line for lines in state.handovers.values() for line in lines}
    complete = set(policy.proof_required) <= set(pod.proofs) and bool(stated) and stated.issuperset(shipped)
    if not complete or state.proof or far_from_door(pod, policy):
        return state
    return replace(state, proof=pod.pod_ref, proved=taken(pod.lines))


def _rejected(state: BillingState, fact: Fact, key: str, policy: Policy) -> BillingState:
    gone = str(getattr(fact.payload, "pod_ref", ""))
    billed = f"proof:{state.proof}" in state.bills
    return replace(state, proof="", proved={}) if gone == state.proof and not billed else state


def _amended(state: BillingState, fact: Fact, key: str, policy: Policy) -> BillingState:
    better = cast(PodAmended, fact.payload)
    if not better.lines:
        return state
    door = state.delivered
    if door:
        door = {**door, next(reversed(door)): taken(better.lines)}
    return replace(state, proved=taken(better.lines) if state.proof else state.proved, delivered=door)


def _withdrawn(state: BillingState, fact: Fact, key: str, policy: Policy) -> BillingState:
    target = fingerprint(cast(TrackingRetracted, fact.payload).target)
    if target in state.withdrawn or state.state in ("", "CANCELLED"):
        return state
    # The fold leaves out what is taken back where its speaker may do so; where it stands, a person decides (TRN-16).
    return replace(state, withdrawn=(*state.withdrawn, target))


def _case(state: BillingState, fact: Fact, key: str, policy: Policy) -> BillingState:
    case = cast(CaseChanged, fact.payload)
    name = f"{case.code}|{case.slot}"
    others = tuple(one for one in state.blockers if one != name)
    return replace(state, blockers=(*others, name) if case.opened else others)


def _eligible(state: BillingState, fact: Fact, key: str, policy: Policy) -> BillingState:
    return replace(state, bills={**state.bills, **new_bills(state, key, policy)})


def _posted(state: BillingState, fact: Fact, key: str, policy: Policy) -> BillingState:
    invoice = cast(InvoicePosted, fact.payload)
    if state.state in ("", "CANCELLED") or holder_of(state, invoice.invoice_no):
        return state
    lines, charged = by_line(invoice.lines), sum_of(invoice.total)
    name = bill_for(state, fact.subject.id, lines, charged)
    if name:
        bill = replace(state.bills[name], invoice=invoice.invoice_no, posted=lines, charged=charged)
        return replace(state, bills={**state.bills, name: bill})
    if state.bills:
        return replace(state, doubles={**state.doubles, invoice.invoice_no: charged})
    units = list(triggered(state, policy))
    matched = len(units) == 1 and lines == due(state, policy)
    bill = Bill(
        item=key,
        unit=units[0] if matched else f"unasked:{invoice.invoice_no}",
        lines=lines,
        amount=valued(lines, state.prices, state.currency),
        asked=matched,
        invoice=invoice.invoice_no,
        posted=lines,
        charged=charged,
    )
    return replace(state, bills={**state.bills, bill.unit: bill})


def _failed(state: BillingState, fact: Fact, key: str, policy: Policy) -> BillingState:
    failed = cast(InvoiceFailed, fact.payload)
    named = [name for name, bill in state.bills.items() if bill.open and ledger_hash(bill) in failed.request_key]
    waiting = named or [name for name, bill in state.bills.items() if bill.open]
    if not waiting:
        return state
    bill = state.bills[waiting[0]]
    return replace(state, bills={**state.bills, waiting[0]: replace(bill, tries=bill.tries + 1)})


def _paid(state: BillingState, fact: Fact, key: str, policy: Policy) -> BillingState:
    payment = cast(InvoicePaid, fact.payload)
    name = holder_of(state, payment.invoice_no)
    if not name:
        return state
    bill = state.bills[name]
    paid = {**bill.paid, payment.payment_ref or payment.date: sum_of(payment.amount)}
    return replace(state, bills={**state.bills, name: replace(bill, paid=paid)})


def _credited(state: BillingState, fact: Fact, key: str, policy: Policy) -> BillingState:
    note = cast(InvoiceCredited, fact.payload)
    if note.invoice_no in state.doubles:
        return replace(state, doubles={one: sum_ for one, sum_ in state.doubles.items() if one != note.invoice_no})
    name = holder_of(state, note.invoice_no)
    if not name or note.credit_no in state.bills[name].credits:
        return state
    bill = state.bills[name]
    notes = {**bill.credits, note.credit_no: sum_of(note.amount)}
    lines = by_line(note.lines) or refunds(state, policy).get(note.invoice_no, {})
    back = added((bill.back, lines)) if sum(notes.values()) < bill.charged else bill.posted
    return replace(state, bills={**state.bills, name: replace(bill, credits=notes, back=back)})


def _accepted(state: BillingState, fact: Fact, key: str, policy: Policy) -> BillingState:
    return state if any(one.startswith("CSR-06") for one in state.blockers) else replace(state, accepted=True)


def _period_over(state: BillingState, fact: Fact, key: str, policy: Policy) -> BillingState:
    return replace(state, closed=True)


LEARN: dict[str, Learn] = {
    "tell:billing_terms": _terms,
    "shipment.handed_over": _handed,
    "handover.voided": _voided,
    "shipment.departed": _departed,
    "shipment.delivered": _delivered,
    "delivery.refused": _refused,
    "pod.captured": _proved,
    "pod.rejected": _rejected,
    "pod.amended": _amended,
    "tracking.retracted": _withdrawn,
    "invoice.eligible": _eligible,
    "invoice.posted": _posted,
    "invoice.failed": _failed,
    "invoice.paid": _paid,
    "invoice.credited": _credited,
    "timer:tm_acceptance": _accepted,
    "timer:tm_period": _period_over,
}


def learn(state: BillingState, trigger: str, fact: Fact, key: str, policy: Policy) -> BillingState:
    """The state with what this fact says in it; the same object when it says nothing new."""
    teach = _case if trigger.startswith("case:") else LEARN.get(trigger)
    return state if teach is None else teach(state, fact, key, policy)
