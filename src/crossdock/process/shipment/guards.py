"""Guards of SHP by the names its table uses: pure predicates over state, fact and policy."""

from __future__ import annotations

from typing import cast

from crossdock.canonical.envelope import Fact
from crossdock.canonical.events.last_mile import DeliveryFailed, PodCaptured
from crossdock.canonical.events.planning import (
    ShipmentPlanned,
    ShipmentReplanned,
)
from crossdock.canonical.events.tracking import (
    ShipmentDelivered,
    TrackingMilestone,
    TrackingRetracted,
)
from crossdock.canonical.milestones import RUNGS, Chain
from crossdock.canonical.vocabulary import Role
from crossdock.kernel.ids import fingerprint
from crossdock.kernel.instant import from_micros
from crossdock.process.policy import Policy
from crossdock.process.proof import far_from_door
from crossdock.process.shipment.evolve import is_partial
from crossdock.process.shipment.state import ShipmentState


def own_fleet(state: ShipmentState, fact: Fact, policy: Policy) -> bool:
    """No tender exists: our own vehicles."""
    return state.own_fleet


def plan_invalidated(state: ShipmentState, fact: Fact, policy: Policy) -> bool:
    """A new plan takes back the carrier, the mode or the day of pick-up the tender was made for."""
    plan = cast("ShipmentPlanned | ShipmentReplanned", fact.payload)
    if plan.carrier and state.carrier and plan.carrier != state.carrier:
        return True
    if plan.mode is not None and str(plan.mode) != state.mode:
        return True
    pickup = plan.windows.pickup
    if pickup is None or pickup.latest is None or not state.pickup_by_us:
        return False
    return pickup.latest.date() != from_micros(state.pickup_by_us).date()


def inferred_before(state: ShipmentState, fact: Fact, policy: Policy) -> bool:
    """It left by inference; this is the confirmation."""
    return state.inferred


def physical(state: ShipmentState, fact: Fact, policy: Policy) -> bool:
    """A physical scan."""
    return RUNGS[cast(TrackingMilestone, fact.payload).milestone].chain is Chain.PHYSICAL


def found_by_person(state: ShipmentState, fact: Fact, policy: Policy) -> bool:
    """A person says it was found."""
    return fact.source.system is Role.OPS and physical(state, fact, policy)


def next_attempt(state: ShipmentState, fact: Fact, policy: Policy) -> bool:
    """It sets out for the attempt after those that failed."""
    return int(getattr(fact.payload, "attempt_no", 0)) == state.attempt


def new_attempt(state: ShipmentState, fact: Fact, policy: Policy) -> bool:
    """An attempt not counted yet."""
    return str(cast(DeliveryFailed, fact.payload).attempt_no) not in state.failed


def partial(state: ShipmentState, fact: Fact, policy: Policy) -> bool:
    """Part of it did not change hands."""
    return is_partial(cast(ShipmentDelivered, fact.payload))


def pod_complete(state: ShipmentState, fact: Fact, policy: Policy) -> bool:
    """All required proofs, and quantities for all lines."""
    pod = cast(PodCaptured, fact.payload)
    stated = {line.line for line in pod.lines}
    return set(policy.proof_required) <= set(pod.proofs) and stated.issuperset(state.lines)


def far_away(state: ShipmentState, fact: Fact, policy: Policy) -> bool:
    """Taken too far from the door to prove anything (`pod_geo_max_m`)."""
    return far_from_door(cast(PodCaptured, fact.payload), policy)


def delivery_retracted(state: ShipmentState, fact: Fact, policy: Policy) -> bool:
    """What is taken back is what this delivery rests on; another claim of the same delivery may go without a trace."""
    return fingerprint(cast(TrackingRetracted, fact.payload).target) == state.delivered_by


GUARDS = {
    guard.__name__: guard
    for guard in (
        own_fleet, plan_invalidated, inferred_before, physical, found_by_person, next_attempt, new_attempt, partial,
        pod_complete, far_away, delivery_retracted,
    )
}  # fmt: skip
