"""Guards and actions of BIL by the names its table uses, and what it answers without moving."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import cast

from msgspec.structs import replace

from crossdock.canonical.commands.erp import LineAmount, RequestCreditNote, RequestInvoice
from crossdock.canonical.envelope import Fact, Subject
from crossdock.canonical.events.money import InvoiceCredited, InvoiceEligible, InvoiceFailed, InvoicePaid, InvoicePosted
from crossdock.canonical.parts import LineQuantity
from crossdock.canonical.vocabulary import Disposition, Role
from crossdock.process.billing.amounts import line_amounts, line_quantities
from crossdock.process.billing.evolve import learn
from crossdock.process.billing.state import Bill, BillingState
from crossdock.process.billing.table import BLOCKED, CANCELLED, PENDING
from crossdock.process.billing.trigger import due, holder_of, ledger_hash, surplus, unbilled
from crossdock.process.commands import send
from crossdock.process.effects import Address, CloseCase, Derive, Effect, OpenCase
from crossdock.process.machine import Decision
from crossdock.process.policy import Policy
from crossdock.process.step import HOLD_TTL, Action, close_cases, hold, start, stop
from crossdock.process.sums import added, money, rounded, sum_of, valued
from crossdock.process.timing import ALIASES
from crossdock.process.told import CaseChanged

Effects = tuple[Effect, ...]
Outcome = Decision[BillingState]
ERP = Address(Role.ERP)


def gate(state: BillingState, key: str, trigger: str, fact: Fact, policy: Policy) -> Outcome | BillingState | None:
    """Take in what a fact teaches; an invoice nothing is owed for escalates (FIN-07: double billing)."""
    if trigger == "pod.amended" and not (state.proof or (state.delivered and state.policy != "on_pod")):
        # What it amends is not known yet: nothing may be given back for that.
        return hold(state, key, HOLD_TTL, fact, policy)
    if (
        trigger in ("invoice.paid", "invoice.credited")
        and state.state not in ("", CANCELLED)
        and not _known(state, fact)
    ):
        # Dated before the posting it is about: it would be lost on another invoice of the item.
        return hold(state, key, HOLD_TTL, fact, policy)
    learned = learn(state, trigger, fact, key, policy)
    if learned is state and not (trigger == "invoice.posted" and state.state == CANCELLED):
        return None
    if trigger == "invoice.posted" and (learned.doubles != state.doubles or state.state == CANCELLED):
        number = cast(InvoicePosted, fact.payload).invoice_no
        detail = f"invoice {number} was posted and nothing is owed for it: a double posting (S1), credit one of the two"
        learned = replace(learned, doubles={**learned.doubles, number: charged_by(fact)})
        case = OpenCase("FIN-07", key, detail, number)
        return Decision(
            Disposition.ESCALATE,
            before=state.state,
            after=state.state,
            state=learned,
            effects=(case,),
            reason=detail,
        )
    return learned


def _known(state: BillingState, fact: Fact) -> bool:
    """Whether the invoice a payment or credit note is about has been posted."""
    number = cast("InvoicePaid | InvoiceCredited", fact.payload).invoice_no
    return number in state.doubles or bool(holder_of(state, number))


def charged_by(fact: Fact) -> int:
    """What a posted invoice charges."""
    return sum_of(cast(InvoicePosted, fact.payload).total)


# -- guards -----------------------------------------------------------------------------------------------------------


def begun(state: BillingState, fact: Fact, policy: Policy) -> bool:
    """Custody has passed, or something may be billed before anything has left."""
    return bool(state.handovers) or bool(due(state, policy))


def blocked(state: BillingState, fact: Fact, policy: Policy) -> bool:
    """A blocking case opened."""
    return cast(CaseChanged, fact.payload).opened


def unblocked(state: BillingState, fact: Fact, policy: Policy) -> bool:
    """The last blocking case closed, and nothing is due yet."""
    return not state.blockers and not unbilled(state, policy)


def agrees(state: BillingState, fact: Fact, policy: Policy) -> bool:
    """Quantities and amount are as asked for."""
    bill = state.bills[holder_of(state, cast(InvoicePosted, fact.payload).invoice_no)]
    if bill.posted != bill.lines:
        return False
    exact = policy.money.invoice_amounts == "exact"
    return not exact or rounded(bill.charged, state.currency) == rounded(bill.amount, state.currency)


def not_last(state: BillingState, fact: Fact, policy: Policy) -> bool:
    """Other invoices of this item are still to come."""
    return any(bill.open for bill in state.bills.values())


def agrees_not_last(state: BillingState, fact: Fact, policy: Policy) -> bool:
    """As asked for, and not the last one."""
    return not_last(state, fact, policy) and agrees(state, fact, policy)


def agrees_unasked(state: BillingState, fact: Fact, policy: Policy) -> bool:
    """The ERP billed by itself exactly what is due."""
    bill = state.bills[holder_of(state, cast(InvoicePosted, fact.payload).invoice_no)]
    owed = due(state, policy)
    exact = policy.money.invoice_amounts == "exact"
    worth = valued(owed, state.prices, state.currency)
    return bool(owed) and bill.posted == owed and (not exact or rounded(bill.charged, state.currency) == worth)


def too_much(state: BillingState, fact: Fact, policy: Policy) -> bool:
    """More was asked for than is due now."""
    return bool(surplus(state, policy))


def was_taken_back(state: BillingState, fact: Fact, policy: Policy) -> bool:
    """What this invoice was asked for has been taken back since, and is not due any more."""
    return bool(state.withdrawn) and not due(state, policy)


def nothing_posted(state: BillingState, fact: Fact, policy: Policy) -> bool:
    """No invoice has been posted, so none has to be credited."""
    return all(bill.open for bill in state.bills.values())


def paid_in_full(state: BillingState, fact: Fact, policy: Policy) -> bool:
    """Every invoice is paid, less what was credited."""
    return all(
        sum(bill.paid.values()) + sum(bill.credits.values()) >= bill.charged and not bill.open
        for bill in state.bills.values()
    )


def credited_in_full(state: BillingState, fact: Fact, policy: Policy) -> bool:
    """Everything charged was given back."""
    return all(not bill.open and sum(bill.credits.values()) >= bill.charged for bill in state.bills.values()) and bool(
        state.bills
    )


def nothing_left(state: BillingState, fact: Fact, policy: Policy) -> bool:
    """No other hand-over stands, and nothing is due without one."""
    return not state.handovers and not due(state, policy)


def whole(state: BillingState, fact: Fact, policy: Policy) -> bool:
    """All of it, and none of it was delivered before."""
    return not getattr(fact.payload, "packages", ()) and not any(added(state.delivered.values()).values())


GUARDS = {
    guard.__name__: guard
    for guard in (
        begun, blocked, unblocked, agrees, not_last, agrees_not_last, agrees_unasked, too_much, was_taken_back,
        nothing_posted, paid_in_full, credited_in_full, nothing_left, whole,
    )
}  # fmt: skip


# -- actions ----------------------------------------------------------------------------------------------------------


def request(state: BillingState, key: str, fact: Fact, policy: Policy) -> Effects:
    """Ask for every invoice that is open; a bill of a whole order is asked for by its own item."""
    if state.split == "order":
        return ()
    trigger_event = cast(InvoiceEligible, fact.payload).trigger_event
    asked = tuple(
        send(
            RequestInvoice(
                billing_item=bill.item,
                ledger_hash=ledger_hash(bill),
                order_no=state.order_no,
                shipment=state.shipment or key,
                lines=quantities(state, bill.lines),
                policy=state.policy,
                trigger_event=trigger_event,
                amount=money(bill.amount, state.currency) if state.currency else None,
                amounts=amounts(state, bill),
            ),
            ERP,
        )
        for bill in state.bills.values()
        if bill.open
    )
    return (*asked, *start("tm_invoice_ack")(state, key, fact, policy))


def amounts(state: BillingState, bill: Bill) -> tuple[LineAmount, ...]:
    """What each line of a bill comes to; none where prices have changed since it was made out."""
    parts = line_amounts(bill.lines, state.uoms, state.prices, state.currency)
    return parts if sum(sum_of(one.amount) for one in parts) == bill.amount else ()


def quantities(state: BillingState, lines: Mapping[str, int]) -> tuple[LineQuantity, ...]:
    """Quantities for the outside, by line."""
    return line_quantities(lines, state.uoms)


def ask_credit(state: BillingState, key: str, fact: Fact, policy: Policy) -> Effects:
    """FIN-09 until what is billed too much is given back; `credit_notes` ask for it."""
    return (OpenCase("FIN-09", key, "more is billed than is due: the credit note is pending"),)


def credit_notes(state: BillingState) -> Effects:
    """Every credit note there is to ask for; what went out before is the same command."""
    return tuple(
        send(
            RequestCreditNote(
                invoice_no=bill.invoice,
                reason="not_due",
                ref=ref,
                lines=quantities(state, lines),
                amount=money(valued(lines, state.prices, state.currency), state.currency) if state.currency else None,
            ),
            ERP,
        )
        for bill in state.bills.values()
        for ref, lines in bill.noted.items()
    )


def differs(state: BillingState, key: str, fact: Fact, policy: Policy) -> Effects:
    """FIN-07: quantities or amount are not what was asked for, or nothing was due."""
    invoice = cast(InvoicePosted, fact.payload)
    bill = state.bills[holder_of(state, invoice.invoice_no)]
    wanted = money(bill.amount, state.currency).amount if state.currency and bill.asked else "nothing"
    detail = (
        f"invoice {invoice.invoice_no} charges {invoice.total.amount} for quantities or at an amount not asked for "
        f"({wanted} is due): credit and bill again, or accept it"
    )
    return (OpenCase("FIN-07", key, detail, invoice.invoice_no),)


def compare(state: BillingState, key: str, fact: Fact, policy: Policy) -> Effects:
    """FIN-07 where what was posted after a failure is not what was asked for."""
    return () if agrees(state, fact, policy) else differs(state, key, fact, policy)


def failed(state: BillingState, key: str, fact: Fact, policy: Policy) -> Effects:
    """FIN-06: somebody must mend what the ERP complains about."""
    reason = cast(InvoiceFailed, fact.payload).reason
    return (OpenCase("FIN-06", key, f"the ERP cannot post the invoice ({reason}): mend it, it is asked for again"),)


def close_fin_07(state: BillingState, key: str, fact: Fact, policy: Policy) -> Effects:
    """A credit note is the answer to a wrong or double invoice."""
    return (CloseCase("FIN-07", key, str(getattr(fact.payload, "invoice_no", ""))),)


ACTIONS: Mapping[str, Action[BillingState]] = {
    **{action.__name__: action for action in (request, ask_credit, differs, compare, failed, close_fin_07)},
    "+tm_invoice_ack": start("tm_invoice_ack"),
    "-tm_invoice_ack": stop("tm_invoice_ack"),
    "close_fin_05": close_cases("FIN-05"),
    "close_fin_06": close_cases("FIN-06"),
    "close_fin_09": close_cases("FIN-09"),
}


# -- remembered and answered without moving ---------------------------------------------------------------------------

Watch = Callable[[BillingState, str, Fact, Policy], tuple[BillingState | None, Effects]]


def _unposted(state: BillingState, key: str, fact: Fact, policy: Policy) -> tuple[BillingState | None, Effects]:
    if state.state == "REQUESTED":
        return None, (OpenCase("FIN-06", key, "the ERP has not posted the invoice in time: look it up by our key"),)
    tries = max((bill.tries for bill in state.bills.values() if bill.open), default=0)
    if state.state != "FAILED" or tries >= policy.money.invoice_tries:
        return None, ()
    lines = added(bill.lines for bill in state.bills.values() if bill.open)
    return None, (eligible(state, key, lines, fact),)


def _unproved(state: BillingState, key: str, fact: Fact, policy: Policy) -> tuple[BillingState | None, Effects]:
    if state.state not in (PENDING, BLOCKED) or ALIASES.get(state.policy, state.policy) != "on_pod":
        return None, ()
    return None, (OpenCase("FIN-05", key, "no proof of delivery, so nothing to bill: chase it, or waive it"),)


def _double_credited(state: BillingState, key: str, fact: Fact, policy: Policy) -> tuple[BillingState | None, Effects]:
    return None, close_fin_07(state, key, fact, policy)


def eligible(state: BillingState, key: str, lines: Mapping[str, int], fact: Fact) -> Derive:
    """These quantities may be billed."""
    payload = InvoiceEligible(
        shipment=state.shipment or key,
        lines=quantities(state, lines),
        policy=state.policy,
        trigger_event=fact.type,
    )
    return Derive("invoice.eligible", Subject("billing_item", key), payload)


def _proved(state: BillingState, key: str, fact: Fact, policy: Policy) -> tuple[BillingState | None, Effects]:
    return None, (CloseCase("FIN-05", key),) if state.proof else ()


WATCHES: Mapping[str, Watch] = {
    "pod.captured": _proved,
    "timer:tm_invoice_ack": _unposted,
    "timer:tm_pod": _unproved,
    "invoice.credited": _double_credited,
}
