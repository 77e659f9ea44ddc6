"""Whether a shipment is where the template of its lane expects it (domain.md §4.2, §8 delay risk b).

One clock a shipment: it rings `risk_plan_lag` after the next expected milestone was due. Behind then, it is at risk.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from crossdock.canonical.envelope import Fact
from crossdock.canonical.events.tracking import DelayKind
from crossdock.canonical.milestones import RUNGS, Chain, Milestone
from crossdock.kernel.instant import from_micros, micros
from crossdock.process.effects import Effect, StartTimer
from crossdock.process.policy import Policy
from crossdock.process.shipment.delay import ENDED, back_in_time, conclude
from crossdock.process.shipment.state import ShipmentState
from crossdock.process.step import latest
from crossdock.process.terms.expectations import expected

Effects = tuple[Effect, ...]
Watched = tuple[ShipmentState | None, Effects]

LAG = "risk_plan_lag"
SECOND = 1_000_000
PHYSICAL = {milestone for milestone, rung in RUNGS.items() if rung.chain is Chain.PHYSICAL}


def missing(state: ShipmentState, policy: Policy) -> tuple[tuple[int, Milestone], ...]:
    """What is expected of its way and not reached, the earliest due first."""
    reach = state.track.frontier.get(Chain.PHYSICAL)
    rank = reach.rank if reach is not None else 0
    due = expected(policy.transport.lane_milestones, state.mode, state.pickup_by_us, state.promise_us)
    return tuple((at, one) for at, one in due if one in PHYSICAL and RUNGS[one].rank > rank)


def watch_plan(state: ShipmentState, key: str, fact: Fact, policy: Policy) -> Effects:
    """Ring when the next expected milestone is so late that the promise is in doubt."""
    return _next(state, key, latest(fact), policy)


def behind_plan(state: ShipmentState, key: str, fact: Fact, policy: Policy) -> Watched:
    """It rang: still behind, it is at risk; else the clock goes on to what is expected next."""
    if state.state in ENDED or not state.promise_us:
        return None, ()
    late = [(at, one) for at, one in missing(state, policy) if at + _lag(policy) <= micros(fact.at)]
    if not late:
        return None, _next(state, key, latest(fact), policy)
    due, milestone = late[0]
    moved_us = state.promise_us + micros(fact.at) - due
    return None, conclude(state, key, DelayKind.RISK, moved_us, f"no {milestone} in time")


def caught_up(state: ShipmentState, key: str, fact: Fact, policy: Policy) -> Effects:
    """It moved on: where nothing else speaks for a delay, the risk is over after a while."""
    if "delay_risk" not in state.overlays or state.holds:
        return ()
    doubtful = state.eta_us and state.promise_us - state.eta_us < policy.transport.risk_slack * SECOND
    if doubtful or any(at + _lag(policy) <= micros(fact.at) for at, _ in missing(state, policy)):
        return ()
    return (*back_in_time(state, key, fact, policy), *_next(state, key, latest(fact), policy))


def _next(state: ShipmentState, key: str, now: datetime, policy: Policy) -> Effects:
    waited = missing(state, policy) if state.promise_us else ()
    if not waited:
        return ()
    due = from_micros(waited[0][0]) + timedelta(seconds=policy.transport.risk_plan_lag)
    return (StartTimer(LAG, key, max(due, now)),)


def _lag(policy: Policy) -> int:
    return policy.transport.risk_plan_lag * SECOND
