"""Derived statuses (domain.md §3.2.3): one writer, recomputed from the ledger, never stored."""

from __future__ import annotations

from crossdock.process.order.ledger import account, floor_of, has_shipped, is_complete
from crossdock.process.order.returns import received
from crossdock.process.order.state import OrderState

NOT_BEYOND_ACCEPTED = ("SENT", "ACCEPTED", "CANCELLED", "REJECTED")


def fulfilment_status(state: OrderState) -> str:
    """`unfulfilled`, `in_process`, `partially_shipped`, `shipped`, `partially_delivered`, `delivered`,
    `partially_returned`, `returned` or `cancelled`."""
    if state.lines and all(line.open <= 0 for line in state.lines.values()):
        return "cancelled"
    if not has_shipped(state) or not any(account(state, number).shipped for number in state.lines):
        working = any(group.stage not in NOT_BEYOND_ACCEPTED for group in state.groups.values())
        return "in_process" if working else "unfulfilled"
    if not all(is_complete(state, number) for number in state.lines):
        return "partially_shipped"
    accounts = [account(state, number) for number in state.lines]
    shipped = sum(one.shipped for one in accounts)
    delivered = sum(one.delivered for one in accounts)
    ended = delivered + sum(one.refused + one.damaged + one.lost for one in accounts)
    back = sum(received(state, number) for number in state.lines) if state.returns else 0
    if back and delivered:
        return "returned" if back >= delivered else "partially_returned"
    if ended == shipped:
        return "delivered"
    return "partially_delivered" if delivered else "shipped"


def billing_status(state: OrderState) -> str:
    """`not_due`, `due`, `partially_invoiced`, `invoiced` or `credited`; what is open counts with its tolerance."""
    accounts = {number: account(state, number) for number in state.lines}
    invoiced = sum(one.invoiced for one in accounts.values())
    if not invoiced:
        return "due" if any(one.due for one in accounts.values()) else "not_due"
    if sum(one.credited for one in accounts.values()) >= invoiced:
        return "credited"
    owed = sum(floor_of(line) for line in state.lines.values())
    return "invoiced" if invoiced >= owed else "partially_invoiced"


def overlays(state: OrderState) -> tuple[str, ...]:
    """Marks beside the statuses (domain.md §1.2)."""
    marks = (
        ("on_hold", state.holds),
        ("backorder_open", state.backorder_open),
        ("customer_action_required", state.asking),
        ("cancel_refused", state.refused),
    )
    return tuple(name for name, on in marks if on)
