"""Goods issues are booked once, by the hand-over (domain.md §3.8): the warehouse's own movement is matched to it."""

from __future__ import annotations

from msgspec.structs import replace

from crossdock.canonical.envelope import Fact
from crossdock.canonical.events.inventory import MovementType
from crossdock.canonical.vocabulary import Role
from crossdock.process.policy import Policy
from crossdock.process.stock.deltas import Change
from crossdock.process.stock.state import ISSUES_MAX, Issue, StockState


def is_issue(change: Change) -> bool:
    """Whether goods left with a shipment, or came back into the books with its void."""
    return change.kind in (MovementType.GOODS_ISSUE, MovementType.GOODS_ISSUE_REVERSAL)


def by_hand_over(fact: Fact) -> bool:
    """Whether a hand-over or its void says so, not the warehouse's own books; a void bears the warehouse's name."""
    return fact.source.system is Role.SYNC or fact.type == "handover.voided"


def matched(state: StockState, change: Change, fact: Fact, warehouse: str, policy: Policy) -> StockState | None:
    """The state with the other side's issue taken off the list, `None` when this is the first to tell of it.

    Only warehouses whose hand-overs we are told have two sides.
    """
    if warehouse not in policy.stock.sites:
        return None
    handover = by_hand_over(fact)
    for place, issue in enumerate(state.issues):
        if issue.handover != handover and change.amounts == {issue.position: issue.amount}:
            return replace(state, issues=(*state.issues[:place], *state.issues[place + 1 :]))
    return None


def waiting(state: StockState, change: Change, fact: Fact, warehouse: str, policy: Policy) -> StockState:
    """The state with this issue waiting for its other side."""
    if warehouse not in policy.stock.sites:
        return state
    handover = by_hand_over(fact)
    fresh = tuple(Issue(change.movement, name, amount, handover) for name, amount in change.amounts.items())
    return replace(state, issues=(*state.issues, *fresh)[-ISSUES_MAX:])
