"""Routing and the short ladder (domain.md §3.2.4): ordered rules, first unique winner; steps, first that applies."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from crossdock.process.order.ladder import Step, decide_short
from crossdock.process.order.machine import MACHINE
from crossdock.process.order.routing import Demand, route
from crossdock.process.order.state import Line, OrderState
from crossdock.process.policy import Policy, Site
from crossdock.testing.given import Given, cases, derives, elapsed, timers
from tests.unit.process import examples as ex

UNIT = 1_000_000
SITES = Policy(
    sites={"WH-NL1": Site("NL"), "WH-GB1": Site("GB"), "WH-DE1": Site("DE", closed=True)}, default_warehouse="WH-NL1"
)


def demand(
    policy: str = "ship_partial", country: str = "", excluded: tuple[str, ...] = (), **stock: dict[str, int]
) -> Demand:
    """Ten of each line, with this stock."""
    lines = {
        number: Line(
            "IT", "EA", 10 * UNIT, stock={name.replace("_", "-"): amount * UNIT for name, amount in held.items()}
        )
        for number, held in stock.items()
    }
    return Demand(dict.fromkeys(stock, 10 * UNIT), lines, policy, country, excluded)


@pytest.mark.parametrize(
    ("wanted", "warehouse", "rule"),
    [
        (demand(a={"WH_GB1": 10}), "WH-GB1", "1"),
        (demand(country="GB", a={"WH_NL1": 10, "WH_GB1": 10}), "WH-GB1", "2"),
        (demand(a={"WH_GB1": 10, "WH_NL1": 10}, b={"WH_GB1": 10}), "WH-GB1", "3"),
        (demand(a={"WH_NL1": 10, "WH_GB1": 10}), "WH-NL1", "6"),
        (demand(a={"WH_X": 10, "WH_B": 10}), "WH-B", "6"),
        (demand(excluded=("WH-NL1",), a={"WH_NL1": 10, "WH_GB1": 10}), "WH-GB1", "1"),
        (demand(a={"WH_DE1": 10, "WH_GB1": 10}), "WH-GB1", "1"),
        (demand(country="GB", a={}), "WH-GB1", "2"),
    ],
)
def test_first_rule_with_a_unique_best_wins(wanted: Demand, warehouse: str, rule: str) -> None:
    """And says which rule it was."""
    routing = route(wanted, SITES)
    assert routing.rules["a"] == rule
    assert warehouse in routing.groups
    assert not routing.short


def test_a_forced_warehouse_is_taken_whatever_its_stock_says() -> None:
    """Rule 1."""
    wanted = demand(a={"WH_NL1": 10})
    forced = replace(wanted, lines={"a": replace(wanted.lines["a"], forced="WH-9", stock={})})
    assert route(forced, SITES).groups == {"WH-9": {"a": 10 * UNIT}}


def test_a_line_splits_only_when_it_may_ship_in_parts() -> None:
    """`ship_complete_by_warehouse` keeps a line together; what no warehouse has is short."""
    stock = {"WH_NL1": 6, "WH_GB1": 3}
    parts = route(demand(a=stock), SITES)
    assert parts.groups == {"WH-NL1": {"a": 6 * UNIT}, "WH-GB1": {"a": 3 * UNIT}}
    assert parts.short == {"a": UNIT}
    whole = route(demand("ship_complete_by_warehouse", a=stock), SITES)
    assert (whole.groups, whole.short) == ({}, {"a": 10 * UNIT})


def order(**line: object) -> OrderState:
    """SO-1 released to WH-NL1, with line 20 changed."""
    born = Given(MACHINE, "SO-1").given(
        ex.told("order.approved", ex.approved()), ex.told("order.released"), ex.told("fulfilment.accepted")
    )
    state = born.now()
    return replace(state, lines={**state.lines, "20": replace(state.lines["20"], **line)})


@pytest.mark.parametrize(
    ("state", "step"),
    [
        (order(under=100_000), Step.CLOSE_SHORT),
        (replace(order(substitute=True), proposals={"P-1": "20|SO-1/WH-NL1/1|IT-21|1"}), Step.SUBSTITUTE),
        (order(stock={"WH-NL1": 0, "WH-GB1": 500 * UNIT}), Step.REROUTE),
        (order(), Step.BACKORDER),
        (replace(order(), backorder_policy="ask"), Step.ASK),
        (replace(order(), backorder_policy="cancel_remainder"), Step.CANCEL),
    ],
)
def test_first_step_of_the_ladder_that_applies(state: OrderState, step: Step) -> None:
    """Ten of line 20 are missing in WH-NL1."""
    assert decide_short(state, "20", 10 * UNIT, "WH-NL1", Policy()).step is step


@pytest.mark.proves("WHS-05", "ORD-09")
def test_a_short_pick_becomes_a_backorder_and_its_case_closes_by_itself() -> None:
    """R19 of the golden trace: WHS-05 opened, step 4, ORD-09 closes it."""
    born = Given(MACHINE, "SO-1", state=order())
    decision = born.when(ex.told("pick.shorted"))
    assert cases(decision.effects) == ["WHS-05"]
    assert derives(decision.effects) == ["order.line_backordered"]
    backordered = decision.effects[-1].payload  # type: ignore[union-attr]
    taken = born.when(ex.told("order.line_backordered", backordered))  # type: ignore[arg-type]
    assert taken.row == "ORD-09"
    assert born.now().backorder_open
    assert [effect.code for effect in taken.effects if type(effect).__name__ == "CloseCase"] == ["WHS-04", "WHS-05"]


@pytest.mark.proves("tm_customer_action", "CSR-02")
def test_asking_the_customer_ends_in_a_backorder_when_nobody_answers() -> None:
    """Step 5, then `tm_customer_action`."""
    born = Given(MACHINE, "SO-1", state=replace(order(), backorder_policy="ask"))
    asked = born.when(ex.told("pick.shorted"))
    assert cases(asked.effects) == ["WHS-05", "CSR-02"]
    due = timers(asked.effects)["tm_customer_action"]
    silent = born.when(elapsed("tm_customer_action", "SO-1", about=f"20|{ex.KEY}", at=due))
    assert derives(silent.effects) == ["order.line_backordered"]


def test_another_warehouse_takes_the_missing_part() -> None:
    """Step 3: a new release, to which the shortage's case closes."""
    born = Given(MACHINE, "SO-1", state=order(stock={"WH-GB1": 500 * UNIT}))
    decision = born.when(ex.told("pick.shorted"))
    assert derives(decision.effects) == ["order.released"]
    released = decision.effects[-1].payload  # type: ignore[union-attr]
    taken = born.when(ex.told("order.released", released))  # type: ignore[arg-type]
    assert taken.row == "ORD-24"
    assert born.now().groups["WH-GB1/2"].lines["20"].released == 10 * UNIT
