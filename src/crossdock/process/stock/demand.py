"""What orders have been promised and has not left yet: it is taken off what can be promised to others (§3.8)."""

from __future__ import annotations

from typing import cast

from msgspec.structs import replace

from crossdock.canonical.envelope import Fact
from crossdock.canonical.events.order import OrderReleased
from crossdock.process.amounts import whole
from crossdock.process.policy import Policy
from crossdock.process.stock.decide import Step, keep
from crossdock.process.stock.state import StockState


def released(state: StockState, key: str, fact: Fact, policy: Policy) -> Step:
    """An order was released to this warehouse; told narrowed to this item, by the order."""
    release = cast(OrderReleased, fact.payload)
    demand = dict(state.demand)
    for group in release.groups:
        amount = sum(whole(line.qty.value) for line in group.lines)
        demand[f"{fact.subject.id}/{group.warehouse}/{release.release_no}"] = amount
    return keep(replace(state, demand=demand), state, key, fact, policy, [])


def ended(state: StockState, key: str, fact: Fact, policy: Policy) -> Step:
    """The warehouse will not do it after all."""
    demand = {fo: amount for fo, amount in state.demand.items() if fo != fact.subject.id}
    return keep(replace(state, demand=demand), state, key, fact, policy, [])
