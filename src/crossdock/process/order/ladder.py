"""The short decision ladder (domain.md §3.2.4): what becomes of a quantity a warehouse does not have; first that
applies.
"""

from __future__ import annotations

from enum import StrEnum

import msgspec

from crossdock.process.order.state import OrderState
from crossdock.process.policy import Policy


class Step(StrEnum):
    """The six steps, in order."""

    CLOSE_SHORT = "1"
    SUBSTITUTE = "2"
    REROUTE = "3"
    BACKORDER = "4"
    ASK = "5"
    CANCEL = "6"


class ShortDecision(msgspec.Struct, frozen=True, gc=False):
    """What was decided for one line; `warehouse` is where it goes on a re-route."""

    line: str
    missing: int
    step: Step
    warehouse: str = ""


def decide_short(state: OrderState, number: str, missing: int, held_by: str, policy: Policy) -> ShortDecision:
    """Walk the ladder for one line.

    Args:
        missing: quantity in millionths the warehouse `held_by` does not have.
    """
    line = state.lines[number]
    if missing <= line.ordered * line.under // 1_000_000:
        return ShortDecision(number, missing, Step.CLOSE_SHORT)
    offered = any(value.startswith(f"{number}|") for value in state.proposals.values())
    if line.substitute and offered:
        return ShortDecision(number, missing, Step.SUBSTITUTE)
    elsewhere = sorted(
        one
        for one, promised in line.stock.items()
        if one != held_by and promised - _taken(state, number, one) >= missing
    )
    if elsewhere and state.ship_policy == "ship_partial" and not line.forced:
        return ShortDecision(number, missing, Step.REROUTE, elsewhere[0])
    step = {"backorder": Step.BACKORDER, "ask": Step.ASK}.get(state.backorder_policy, Step.CANCEL)
    return ShortDecision(number, missing, step)


def _taken(state: OrderState, number: str, warehouse: str) -> int:
    return sum(
        group.lines[number].released
        for name, group in state.groups.items()
        if name.rpartition("/")[0] == warehouse and number in group.lines
    )
