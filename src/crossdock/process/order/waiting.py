"""What waits for stock is released when the ERP says there is some (domain.md §3.2.4, decision 40).

A revision of a released order names what each warehouse can promise of its lines. Which order gets what arrives is the
ERP's availability check, which alone knows them all.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from msgspec.structs import replace

from crossdock.canonical.events.order import OrderApproved
from crossdock.process.amounts import whole
from crossdock.process.effects import CloseCase, Effect, OpenCase, StopTimer
from crossdock.process.order.release import demand_of
from crossdock.process.order.routing import Routing, route
from crossdock.process.order.rules import Case, evaluate
from crossdock.process.order.state import Line, OrderState
from crossdock.process.policy import Policy

PERCENT = 100
Groups = Mapping[str, dict[str, int]]


def with_stock(state: OrderState, order: OrderApproved) -> OrderState:
    """The state with what the revision says anew of lines that wait; the state itself where it repeats what was said.

    An ERP that sends its orders whole repeats the figures of their approval, though the goods were not found.
    """
    fresh = {}
    for line in order.lines:
        known = state.lines.get(line.no)
        said = {one.warehouse: whole(one.atp) for one in line.stock}
        if known is not None and known.backorders and said and said != known.stock:
            fresh[line.no] = replace(known, stock=said)
    return replace(state, lines={**state.lines, **fresh}) if fresh else state


def served(
    before: OrderState, state: OrderState, key: str, order: OrderApproved, at: datetime, policy: Policy
) -> tuple[Groups, list[Effect]]:
    """Quantities by warehouse and line that need not wait any more, and what becomes of the cases about waiting.

    `state` is `before` with the stock the order tells of.

    A line is served from `backorder_min_release_pct` of what is open of it on, or not yet; the release rules are asked
    as at the first release, and one that fails is a case until they pass.
    """
    waiting = {
        number: sum(line.backorders.values())
        for number, line in state.lines.items()
        if line is not before.lines.get(number)
    }
    routing = _routed(state, order, waiting, policy)
    if not routing.groups:
        return {}, []
    failed = evaluate(Case(order, state.holds, routing, at, policy)).failed
    if failed:
        why = "; ".join(f"{one.rule}: {one.detail}" for one in failed)
        return {}, [OpenCase("CSR-02", key, f"stock is there, and what waits for it is not released: {why}")]
    served_of = {number: sum(lines.get(number, 0) for lines in routing.groups.values()) for number in waiting}
    still = {number for number, line in state.lines.items() if sum(line.backorders.values()) > served_of.get(number, 0)}
    over: list[Effect] = [] if still else [StopTimer("tm_backorder_review", key), CloseCase("CSR-08", key)]
    return routing.groups, [CloseCase("CSR-02", key), *over]


def _routed(state: OrderState, order: OrderApproved, waiting: Mapping[str, int], policy: Policy) -> Routing:
    """Where the lines that are worth a release of their own come from."""
    demand = demand_of(state, order)
    wanted = {number: min(left, waiting[number]) for number, left in demand.quantities.items() if number in waiting}
    routing = route(replace(demand, quantities=wanted), policy)
    crumbs = {number for number in wanted if _is_crumb(state.lines[number], number, routing.groups, policy)}
    if not crumbs:
        return routing
    worth = {number: amount for number, amount in wanted.items() if number not in crumbs}
    return route(replace(demand, quantities=worth), policy)


def _is_crumb(line: Line, number: str, groups: Groups, policy: Policy) -> bool:
    there = sum(lines.get(number, 0) for lines in groups.values())
    return there * PERCENT < policy.release.backorder_min_release_pct * line.open
