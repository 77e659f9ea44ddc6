"""What may be billed, when, and what is billed already: pure readings of a billing item (domain.md §9.3).

A quantity becomes due in units that depend on the facts alone (a hand-over, an attempt, a proof), so that whatever
order the facts come in, the same invoices are asked for under the same keys.
"""

from __future__ import annotations

from msgspec.structs import replace

from crossdock.process.billing.state import Bill, BillingState
from crossdock.process.commands import content_hash
from crossdock.process.policy import Policy
from crossdock.process.sums import added, minus, valued
from crossdock.process.timing import ALIASES, PERIODIC, SHIPPED

Lines = dict[str, int]
# Delivered as it left, said before it is known what left.
EVERYTHING: Lines = {"*": 1}


def triggered(state: BillingState, policy: Policy) -> dict[str, Lines]:
    """Quantities due by unit, in the order in which they became so."""
    if not state.policy or (state.policy == PERIODIC and not state.closed):
        return {}
    rule = policy.money.period_policy if state.policy == PERIODIC else state.policy
    rule = ALIASES.get(rule, rule)
    if rule == "on_release":
        return {"release": state.released}
    # Nothing but a confirmed hand-over makes anything else due: money does not move on inference (§3.1).
    if not state.handovers:
        return {}
    if rule in SHIPPED and (rule == "on_handover" or state.departed):
        return {f"handover:{number}": lines for number, lines in state.handovers.items()}
    if rule == "on_delivery" or (rule == "on_acceptance" and state.accepted):
        return {f"attempt:{number}": lines for number, lines in _arrived(state).items()}
    if rule == "on_pod" and state.proof:
        return {f"proof:{state.proof}": state.proved}
    return {}


def _arrived(state: BillingState) -> dict[str, Lines]:
    """What each attempt delivered: of a line never more in all than left, whoever says twice that it arrived."""
    left = added(state.handovers.values())
    found: dict[str, Lines] = {}
    for number, lines in state.delivered.items():
        stated = left if lines == EVERYTHING else lines
        found[number] = {line: min(amount, left.get(line, amount)) for line, amount in stated.items()}
        left = {line: amount - found[number].get(line, 0) for line, amount in left.items()}
    return found


def due(state: BillingState, policy: Policy) -> Lines:
    """Everything due, by line."""
    return added(triggered(state, policy).values())


def unbilled(state: BillingState, policy: Policy) -> dict[str, Lines]:
    """What is due and no invoice was asked for; what was posted unasked counts against it."""
    spare = added(minus(bill.posted, bill.back) for bill in state.bills.values() if not bill.asked)
    billed = {bill.unit for bill in state.bills.values()}
    found: dict[str, Lines] = {}
    for unit, lines in triggered(state, policy).items():
        if unit in billed:
            continue
        left: Lines = {}
        for line, quantity in lines.items():
            taken = min(quantity, spare.get(line, 0))
            spare[line] = spare.get(line, 0) - taken
            if quantity > taken:
                left[line] = quantity - taken
        if left:
            found[unit] = left
    return found


def surplus(state: BillingState, policy: Policy) -> Lines:
    """What was asked for (or posted unasked) and not given back, beyond what is due."""
    billed = added(minus(bill.lines, bill.back) for bill in state.bills.values())
    return minus(billed, due(state, policy))


def refunds(state: BillingState, policy: Policy) -> dict[str, Lines]:
    """Quantities to give back by invoice."""
    left = surplus(state, policy)
    found: dict[str, Lines] = {}
    for bill in reversed(list(state.bills.values())):
        if bill.open:
            continue
        held = minus(bill.posted, bill.back)
        given = {line: min(amount, held.get(line, 0)) for line, amount in left.items() if held.get(line, 0)}
        left = minus(left, given)
        if given:
            found[bill.invoice] = given
    return found


def asked_back(state: BillingState, key: str, policy: Policy) -> BillingState:
    """The state with a credit note asked for of all that is billed too much and not asked back yet, the latest invoice
    first. What was asked for and is not given yet is on its way."""
    coming = {name: minus(added(bill.noted.values()), bill.back) for name, bill in state.bills.items()}
    left = minus(surplus(state, policy), added(coming.values()))
    bills = dict(state.bills)
    for name, bill in reversed(list(state.bills.items())):
        held = minus(minus(bill.posted, bill.back), coming[name])
        given = {line: min(amount, held[line]) for line, amount in left.items() if line in held}
        left = minus(left, given)
        if given and not bill.open:
            ref = content_hash(key, sorted(given.items()))
            if ref in bill.noted:
                ref = content_hash(key, sorted(given.items()), len(bill.noted))
            bills[name] = replace(bill, noted={**bill.noted, ref: given})
    return replace(state, bills=bills)


def new_bills(state: BillingState, key: str, policy: Policy) -> dict[str, Bill]:
    """The invoices to ask for now: one a unit, or one a line of it."""
    bills: dict[str, Bill] = {}
    for unit, lines in unbilled(state, policy).items():
        if state.split == "line":
            for line, quantity in lines.items():
                bills[f"{unit}#{line}"] = bill_of(state, f"{key}#{line}", unit, {line: quantity})
        else:
            bills[unit] = bill_of(state, key, unit, lines)
    return bills


def bill_of(state: BillingState, item: str, unit: str, lines: Lines) -> Bill:
    """An invoice for these lines at the prices of the terms."""
    return Bill(item, unit, lines, valued(lines, state.prices, state.currency))


def ledger_hash(bill: Bill) -> str:
    """What makes asking for this invoice the same intention; a further try after a failure is another."""
    return content_hash(bill.unit, sorted(bill.lines.items()), *([bill.tries] if bill.tries else []))


def bill_for(state: BillingState, item: str, posted: Lines, charged: int) -> str:
    """The open bill an invoice answers: same item and same quantities first; nothing when none is open."""
    waiting = {name: bill for name, bill in state.bills.items() if bill.open and item in (bill.item, state.shipment)}
    if not waiting:
        waiting = {name: bill for name, bill in state.bills.items() if bill.open}
    ranked = sorted(waiting, key=lambda name: (waiting[name].lines != posted, waiting[name].amount != charged))
    return ranked[0] if ranked else ""


def holder_of(state: BillingState, invoice: str) -> str:
    """The bill this invoice number stands for, empty when there is none."""
    return next((name for name, bill in state.bills.items() if bill.invoice == invoice), "")


def settled(state: BillingState, policy: Policy) -> bool:
    """Nothing is left to ask for, to be posted or to be given back."""
    if state.state in ("POSTED", "PAID", "CREDITED"):
        return not unbilled(state, policy) and all(not bill.open for bill in state.bills.values())
    return state.state == "CANCELLED"
