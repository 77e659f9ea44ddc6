"""Which warehouse gets what (domain.md §3.2.4): ordered rules, the first with a unique best wins, ties go to the next.

A line's candidates are the warehouse it forces, else those that can promise any of it, else (no stock data) the
policy's sites. Rules 4 and 5 (earliest promise, lowest freight) compare the routes that call at a warehouse and go
there; without routes the freight is unknown and the tie goes on.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal

import msgspec

from crossdock.process.order.state import Line
from crossdock.process.policy import Policy
from crossdock.process.terms.release import Route

Candidates = tuple[str, ...]
Rule = Callable[[Candidates], Candidates]


class Demand(msgspec.Struct, frozen=True, gc=False):
    """What is to be routed: open quantity by line, and what narrows the choice."""

    quantities: Mapping[str, int]
    lines: Mapping[str, Line]
    ship_policy: str
    country: str = ""
    excluded: tuple[str, ...] = ()


class Routing(msgspec.Struct, frozen=True, gc=False):
    """Quantities by warehouse and line, what no warehouse has, and by which rule each line was decided."""

    groups: dict[str, dict[str, int]]
    short: dict[str, int]
    rules: dict[str, str]


def route(demand: Demand, policy: Policy) -> Routing:
    """Route every line. Pure: equal demand and policy give an equal routing."""
    groups: dict[str, dict[str, int]] = {}
    short: dict[str, int] = {}
    decided: dict[str, str] = {}
    for number, wanted in demand.quantities.items():
        left = wanted
        candidates = candidates_of(demand, number, policy)
        while left > 0 and candidates:
            warehouse, decided[number] = choose(candidates, number, demand, policy)
            promised = _promised(demand, number, warehouse, left)
            if promised > 0 and not (demand.ship_policy != "ship_partial" and promised < left):
                groups.setdefault(warehouse, {})[number] = promised
                left -= promised
            candidates = tuple(one for one in candidates if one != warehouse)
        if left > 0:
            short[number] = left
    return Routing(groups, short, decided)


def candidates_of(demand: Demand, number: str, policy: Policy) -> Candidates:
    """Active warehouses that may serve this line."""
    line = demand.lines[number]
    if line.forced:
        return () if line.forced in demand.excluded else (line.forced,)
    stocked = tuple(one for one, promised in line.stock.items() if promised > 0)
    usual = (policy.default_warehouse,) if policy.default_warehouse else ()
    known = stocked if line.stock else tuple(policy.sites) or usual
    return tuple(one for one in known if one not in demand.excluded and not _closed(one, policy))


def choose(candidates: Candidates, number: str, demand: Demand, policy: Policy) -> tuple[str, str]:
    """The best of these for a line, and the number of the rule that decided."""
    rules: tuple[tuple[str, Rule], ...] = (
        ("1", lambda left: left),
        ("2", lambda left: _only(left, lambda one: bool(demand.country) and _country(one, policy) == demand.country)),
        ("3", lambda left: _most(left, lambda one: _served_in_full(one, demand))),
        ("4", lambda left: _least(left, lambda one: _soonest(one, demand.country, policy))),
        ("5", lambda left: _least(left, lambda one: _cheapest(one, demand.country, policy))),
        ("6", lambda left: _only(left, lambda one: one == policy.default_warehouse)),
    )
    for name, rule in rules:
        candidates = rule(candidates)
        if len(candidates) == 1:
            return candidates[0], name
    return min(candidates), "6"


def _promised(demand: Demand, number: str, warehouse: str, wanted: int) -> int:
    stock = demand.lines[number].stock
    return min(wanted, stock.get(warehouse, 0)) if stock else wanted


def _served_in_full(warehouse: str, demand: Demand) -> int:
    return sum(
        1 for number, wanted in demand.quantities.items() if _promised(demand, number, warehouse, wanted) >= wanted
    )


def _only(candidates: Candidates, wanted: Callable[[str], bool]) -> Candidates:
    return tuple(one for one in candidates if wanted(one)) or candidates


def _most(candidates: Candidates, score: Callable[[str], int]) -> Candidates:
    best = max(map(score, candidates))
    return tuple(one for one in candidates if score(one) == best)


def _least(candidates: Candidates, measure: Callable[[str], Decimal]) -> Candidates:
    best = min(map(measure, candidates))
    return tuple(one for one in candidates if measure(one) == best)


def _routes(warehouse: str, country: str, policy: Policy) -> list[Route]:
    return [
        route
        for route in policy.routes
        if (not route.warehouses or warehouse in route.warehouses)
        and (not route.countries or country in route.countries)
    ]


def _soonest(warehouse: str, country: str, policy: Policy) -> Decimal:
    site = policy.sites.get(warehouse)
    transit = min((route.transit for route in _routes(warehouse, country, policy)), default=0)
    return Decimal((site.work_s if site is not None else 0) + transit)


def _cheapest(warehouse: str, country: str, policy: Policy) -> Decimal:
    return min((route.cost for route in _routes(warehouse, country, policy)), default=Decimal(0))


def _country(warehouse: str, policy: Policy) -> str:
    site = policy.sites.get(warehouse)
    return site.country if site is not None else ""


def _closed(warehouse: str, policy: Policy) -> bool:
    site = policy.sites.get(warehouse)
    return site is not None and site.closed
