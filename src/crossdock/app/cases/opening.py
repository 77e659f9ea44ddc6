"""What a case is worth when it opens: how grave it is, until when it must be taken and solved, what being late costs.

Worked out from the instant it opened, by the scheduler and not by whoever opened it: the hot path only opens cases.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

import msgspec

from crossdock.app.fold.dossier import unpack
from crossdock.app.fold.registry import Registry
from crossdock.canonical.exceptions import EXCEPTION_TYPES
from crossdock.canonical.vocabulary import Severity
from crossdock.kernel.money import Money
from crossdock.ports.cases import Alert, Case, CasePrice, Desk, WorkState
from crossdock.ports.store import DossierRow
from crossdock.process.calendars import after_working
from crossdock.process.order.header import header_of
from crossdock.process.order.state import OrderState
from crossdock.process.policy import Policy
from crossdock.process.sums import money, valued
from crossdock.process.terms.cases import Calendar, Price

CRITICAL = "critical"
NOT_TAKEN = (WorkState.OPEN, WorkState.ASSIGNED)
NOTHING = Decimal(0)
PERCENT = Decimal(100)
CENT = Decimal("0.01")


class Holder(msgspec.Struct, frozen=True):
    """What the dossier of a case says of it: the order's priority and value, and which cases its fold holds open."""

    priority: str = ""
    value: Money | None = None
    held: frozenset[tuple[str, str, str]] = frozenset()


def holder_of(row: DossierRow | None, registry: Registry | None) -> Holder:
    """Read a dossier; of loads, runs and stock nothing but the cases they hold is known."""
    if row is None or registry is None:
        return Holder()
    state = unpack(row.state)
    held = frozenset((case.code, case.subject, case.slot) for case in state.cases)
    packed = state.machines.get("ORD")
    order = registry.unpack(registry.machine("ORD"), packed) if packed is not None else None
    if not isinstance(order, OrderState) or not order.header:
        return Holder(held=held)
    header = header_of(order)
    return Holder(str(header.priority), header.total or _sum_of_lines(order, header.currency), held)


def prepare(case: Case, holder: Holder, policy: Policy, before: Desk | None = None) -> Desk:
    """The desk of a case that opened, or opened again; whoever had it then has it again.

    A case that is over before anybody looked gets its deadlines all the same: they are what it is measured by.
    """
    why = graver_because(holder, policy)
    severity = worse(case.severity) if why else case.severity
    assignee = before.assignee if before is not None else ""
    desk = Desk(
        case=case.id,
        state=WorkState.ASSIGNED if assignee else WorkState.OPEN,
        severity=severity,
        assignee=assignee,
        why_graver=why,
        price=price_of(case, holder, policy),
    )
    return timed(desk, case, policy)


def timed(desk: Desk, case: Case, policy: Policy) -> Desk:
    """The deadlines by the catalogue and the queue's hours; S1 is worked around the clock."""
    kind = EXCEPTION_TYPES[case.code]
    calendar = calendar_of(case, desk.severity, policy)
    ack = after_working(case.since, timedelta(seconds=kind.ack_s), calendar)
    # Where the case itself carries its deadline (CUS-04), none is made up.
    resolve = after_working(case.since, timedelta(seconds=kind.resolve_s), calendar) if kind.resolve_s else None
    desk = msgspec.structs.replace(desk, due_ack=ack, due_resolve=resolve)
    return msgspec.structs.replace(desk, look_at=next_look(desk, case, policy))


def next_look(desk: Desk, case: Case, policy: Policy) -> datetime | None:
    """When the next deadline passes, or the snooze ends; never again for what has ended."""
    if case.closed is not None or desk.state is WorkState.DISMISSED:
        return None
    moments = [desk.until]
    if desk.state in NOT_TAKEN:
        moments.append(None if desk.alerts & Alert.HALF_OF_ACK else half_of_ack(desk, case, policy))
        moments.append(None if desk.alerts & Alert.ACK_MISSED else desk.due_ack)
    moments.append(None if desk.alerts & Alert.RESOLVE_MISSED else desk.due_resolve)
    return min((moment for moment in moments if moment is not None), default=None)


def half_of_ack(desk: Desk, case: Case, policy: Policy) -> datetime:
    """When half the time to take it is used up."""
    half = timedelta(seconds=EXCEPTION_TYPES[case.code].ack_s) / 2
    return after_working(case.since, half, calendar_of(case, desk.severity, policy))


def calendar_of(case: Case, severity: int, policy: Policy) -> Calendar | None:
    """The hours of the queue; none, which is around the clock, for S1 and for queues without a calendar."""
    if severity == Severity.S1:
        return None
    return policy.calendars.get(policy.cases.queues.get(case.queue, ""))


def graver_because(holder: Holder, policy: Policy) -> str:
    """Why a case of this order is one level graver (domain.md §5), empty when it is not.

    A value in another currency than the policy's is not compared: no rate is part of the policy.
    """
    if holder.priority == CRITICAL:
        return "the order is critical"
    value, terms = holder.value, policy.cases
    if value is not None and value.currency == terms.currency and value.amount > terms.vip_value:
        return f"the order is worth {value.amount} {value.currency}"
    return ""


def worse(severity: int) -> int:
    """One level graver; S1 is the gravest."""
    return max(severity - 1, int(Severity.S1))


def price_of(case: Case, holder: Holder, policy: Policy) -> CasePrice | None:
    """What the policy says a missed deadline costs; none where it says nothing."""
    terms = policy.cases
    price = terms.prices.get(case.code)
    if price is None:
        return None
    return CasePrice(
        amount=_bounded(price.fee + _of_order(price, holder, terms.currency), price),
        per_hour=price.per_hour,
        currency=terms.currency,
        at_most=price.at_most or None,
    )


def cost_at(desk: Desk, case: Case, moment: datetime) -> Decimal:
    """What being late has come to: nothing before the deadline, then the fee and every hour begun."""
    price, due = desk.price, desk.due_resolve
    end = min(moment, case.closed) if case.closed is not None else moment
    if price is None or due is None or end <= due:
        return NOTHING
    hours = -((due - end) // timedelta(hours=1))
    total = price.amount + price.per_hour * hours
    return min(total, price.at_most) if price.at_most is not None else total


def _of_order(price: Price, holder: Holder, currency: str) -> Decimal:
    if not price.order_pct or holder.value is None or holder.value.currency != currency:
        return NOTHING
    return (holder.value.amount * price.order_pct / PERCENT).quantize(CENT)


def _bounded(amount: Decimal, price: Price) -> Decimal:
    return min(amount, price.at_most) if price.at_most else amount


def _sum_of_lines(order: OrderState, currency: str) -> Money | None:
    """Open quantities at their prices, for an order that came without a total."""
    prices = {number: line.price for number, line in order.lines.items()}
    total = valued({number: line.open for number, line in order.lines.items()}, prices, currency)
    return money(total, currency) if total else None
