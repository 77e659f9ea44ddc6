"""The order's side of billing: the terms its releases are billed on, what BIL tells of them, and when all is done.

Prices and invoice policy are the order's (OW-01); BIL learns them when goods leave, and again when they change.
"""

from __future__ import annotations

from typing import cast

from msgspec.structs import replace

from crossdock.canonical.envelope import Fact, Subject
from crossdock.canonical.events.order import LedgerLine, OrderCompleted, OrderReleased
from crossdock.canonical.exceptions import EXCEPTION_TYPES
from crossdock.canonical.vocabulary import Severity
from crossdock.process.amounts import decimal
from crossdock.process.effects import Derive, Effect, Tell
from crossdock.process.order.books import group_name
from crossdock.process.order.header import header_of
from crossdock.process.order.ledger import DEAD_STAGES, account, with_group
from crossdock.process.order.state import Books, OrderState
from crossdock.process.policy import Policy
from crossdock.process.timing import invoice_policy
from crossdock.process.told import TERMS, Billed, BillingTerms, CaseChanged, TermLine

Effects = tuple[Effect, ...]

GRAVE = tuple(code for code, kind in EXCEPTION_TYPES.items() if kind.severity in (Severity.S1, Severity.S2))
HUB = "hub"
COUNTED = (
    "cancelled", "released", "picked", "packed", "shipped", "delivered", "backordered", "refused", "lost", "damaged",
)  # fmt: skip


def ledger_line(state: OrderState, number: str, *more: str) -> LedgerLine:
    """One line's totals for the outside."""
    one = account(state, number)
    counters = {name: decimal(getattr(one, name)) for name in (*COUNTED, *more)}
    return LedgerLine(line=number, ordered=decimal(one.ordered), counters=counters)


# -- terms ------------------------------------------------------------------------------------------------------------


def terms_of(state: OrderState, key: str, name: str, policy: Policy) -> Tell:
    """What this release is billed at."""
    order = header_of(state)
    group = state.groups[name]
    gone = group.stage in DEAD_STAGES and not group.handovers
    lines = tuple(
        TermLine(number, state.lines[number].uom, state.lines[number].price, 0 if gone else slip.released - slip.short)
        for number, slip in group.lines.items()
        if number in state.lines
    )
    terms = BillingTerms(
        order_no=key,
        rev=state.rev,
        policy=invoice_policy(order, policy),
        split=policy.money.invoice_split,
        currency=order.currency,
        customer=order.customer.no,
        lines=lines,
    )
    return Tell(TERMS, terms, name)


def tell_terms(state: OrderState, key: str, fact: Fact, policy: Policy) -> Effects:
    """Goods left: the billing of this release begins."""
    name = group_name(state, fact) if policy.money.invoiced_by == HUB else ""
    return (terms_of(state, key, name, policy),) if name else ()


def bill_ahead(state: OrderState, key: str, fact: Fact, policy: Policy) -> Effects:
    """Paid in advance: the billing begins with the release."""
    if policy.money.invoiced_by != HUB or invoice_policy(header_of(state), policy) != "on_release":
        return ()
    released = cast(OrderReleased, fact.payload)
    names = [f"{part.warehouse}/{released.release_no}" for part in released.groups]
    return tuple(terms_of(state, key, name, policy) for name in names)


def retell_terms(state: OrderState, key: str, fact: Fact, policy: Policy) -> Effects:
    """A release that is being billed (in advance) will not leave: nothing of it is due any more."""
    name = group_name(state, fact)
    return (terms_of(state, key, name, policy),) if name and state.groups[name].books is not None else ()


def new_terms(state: OrderState, key: str, policy: Policy) -> Effects:
    """Prices or policy changed: every release that is being billed learns it."""
    if policy.money.invoiced_by != HUB:
        return ()
    begun = [name for name, group in state.groups.items() if group.handovers or group.books is not None]
    return tuple(terms_of(state, key, name, policy) for name in begun)


# -- what BIL and the cases say ---------------------------------------------------------------------------------------


def billed(state: OrderState, key: str, fact: Fact, policy: Policy) -> tuple[OrderState | None, Effects]:
    """Keep what BIL says of a release; the order may be complete with it."""
    said = cast(Billed, fact.payload)
    name = fact.subject.id.removeprefix(f"{key}/")
    if name not in state.groups:
        return None, ()
    books = Books(due=said.due, invoiced=said.invoiced, credited=said.credited, open=said.open)
    kept = with_group(state, name, replace(state.groups[name], books=books))
    return kept, complete(kept, key, fact, policy)


def case_changed(state: OrderState, key: str, fact: Fact, policy: Policy) -> tuple[OrderState | None, Effects]:
    """Remember grave cases; when the last one closes the order may be complete."""
    case = cast(CaseChanged, fact.payload)
    name = f"{case.code}|{fact.subject.id}|{case.slot}"
    others = tuple(one for one in state.grave if one != name)
    # Sorted, so that the state does not tell in which order they were opened.
    kept = replace(state, grave=tuple(sorted((*others, name))) if case.opened else others)
    return kept, complete(kept, key, fact, policy)


def complete(state: OrderState, key: str, fact: Fact, policy: Policy) -> Effects:
    """`order.completed` once all that shipped has reached an end and is billed, and no grave case is open (ORD-18)."""
    if state.state != "FULFILLED" or state.grave:
        return ()
    accounts = [account(state, number) for number in state.lines]
    if any(one.shipped > one.delivered + one.refused + one.damaged + one.lost for one in accounts):
        return ()
    asked = policy.money.invoiced_by == HUB
    if asked and any(group.handovers and (group.books is None or group.books.open) for group in state.groups.values()):
        return ()
    ledger = tuple(ledger_line(state, number, "invoiced", "credited") for number in sorted(state.lines))
    return (Derive("order.completed", Subject("order", key), OrderCompleted(invoiced_at=fact.at, ledger=ledger)),)
