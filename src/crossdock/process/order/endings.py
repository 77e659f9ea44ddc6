"""What ends the cases about an order's releases: the fact that settles the matter, and nothing else (domain.md §3.10).

WHS-02 ends when what a warehouse refused goes out by another release, or is cancelled; WHS-10 when the goods were
stopped, came back, are lost or were taken at the door; CSR-05 when they came back or are credited; TRN-14 when they
were inspected and given their place, or are credited.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import cast

from crossdock.canonical.envelope import Fact
from crossdock.canonical.events.order import OrderReleased
from crossdock.process.effects import CloseCase, Effect
from crossdock.process.order.ledger import DEAD_STAGES, total
from crossdock.process.order.state import Group, OrderState
from crossdock.process.policy import Policy

Effects = tuple[Effect, ...]
AT_AN_END = ("shipment.delivered", "shipment.lost", "shipment.returned")
CUSTOMER = {
    "return.received": ("CSR-05",),
    "return.dispositioned": ("TRN-14",),
    "return.credited": ("CSR-05", "TRN-14"),
}


def served_elsewhere(state: OrderState, key: str, fact: Fact, policy: Policy) -> Effects:
    """Another release has all that a warehouse refused."""
    lines = {line.line for part in cast(OrderReleased, fact.payload).groups for line in part.lines}
    return tuple(
        CloseCase("WHS-02", f"{key}/{name}")
        for name, group in state.groups.items()
        if group.stage == "REJECTED" and group.lines.keys() <= lines
    )


def dropped(state: OrderState, key: str) -> Effects:
    """Nobody wants any more what a warehouse refused."""
    return tuple(
        CloseCase("WHS-02", f"{key}/{name}")
        for name, group in state.groups.items()
        if group.stage == "REJECTED" and all(state.lines[number].open <= 0 for number in group.lines)
    )


def stopped_or_there(state: OrderState, key: str, name: str) -> Effects:
    """A release that was to be stopped is at its end; with the last of them the order's own case ends."""
    ended: Effects = (CloseCase("WHS-10", f"{key}/{name}", every=True),) if is_over(state.groups[name]) else ()
    return (*ended, CloseCase("WHS-10", key, every=True)) if all(map(is_over, state.groups.values())) else ended


def is_over(group: Group) -> bool:
    """Whether all that left has found an end, or nothing is going to leave."""
    if group.stage in DEAD_STAGES:
        return True
    ended = {
        number: sum(sum(door[number]) for door in group.attempts.values() if number in door) + slip.lost
        for number, slip in group.lines.items()
    }
    return bool(group.handovers) and all(
        total(group.handovers.values(), number) <= amount for number, amount in ended.items()
    )


def came_back(state: OrderState, key: str, trigger: str, lines: Collection[str]) -> Effects:
    """What the customer would not have, or could not use, is back or paid back."""
    return tuple(
        CloseCase(code, f"{key}/{name}")
        for name, group in state.groups.items()
        if not group.lines.keys().isdisjoint(lines)
        for code in CUSTOMER.get(trigger, ())
    )
