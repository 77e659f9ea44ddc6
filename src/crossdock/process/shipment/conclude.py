"""What follows from an observation, and who may make it: the derived facts of SHP, each once a slot."""

from __future__ import annotations

from typing import cast

from msgspec.structs import replace

from crossdock.canonical.envelope import Fact, Subject
from crossdock.canonical.events.last_mile import (
    DeliveryFailed,
)
from crossdock.canonical.events.tracking import (
    ShipmentDelivered,
    ShipmentDeparted,
    TrackingMilestone,
)
from crossdock.canonical.milestones import RUNGS, Milestone
from crossdock.canonical.vocabulary import Disposition, Role
from crossdock.kernel.instant import from_micros, micros
from crossdock.process.authority import refusal
from crossdock.process.effects import Derive, Effect, OpenCase
from crossdock.process.machine import NEW, Decision
from crossdock.process.policy import Policy
from crossdock.process.shipment.claims import outdone
from crossdock.process.shipment.lattice import Track, Verdict
from crossdock.process.shipment.sighting import judge, sight
from crossdock.process.shipment.state import ShipmentState
from crossdock.process.shipment.table import (
    BEFORE_HANDOVER,
    CLOSED,
    CONFIRMED,
    DELIVERED,
    PLAN_FAILED,
    PLANNING,
    UNDER_WAY,
)
from crossdock.process.step import hold, is_graced

Outcome = Decision[ShipmentState]

UNDEPARTED = (NEW, PLANNING, PLAN_FAILED, *BEFORE_HANDOVER)
ARRIVED = (DELIVERED, CLOSED)
DEPARTED_RANK = RUNGS[Milestone.DEPARTED_ORIGIN].rank
DELIVERED_RANK = RUNGS[Milestone.DELIVERED].rank


def unauthorised(state: ShipmentState, key: str, fact: Fact) -> Outcome | None:
    """A refusal (or mere evidence) when another than this leg's owner speaks (OW-06, OW-07)."""
    role = fact.source.system
    if state.mode and state.own_fleet and role is Role.CAR:
        return cast(Outcome, refusal(key, fact, "a carrier cannot speak about our own vehicle's leg (OW-07)"))
    if state.mode and state.own_fleet and role is Role.TMS:
        return Decision(Disposition.RECORD, reason="the last-mile platform owns this leg; kept as evidence (OW-07)")
    if state.mode and not state.own_fleet and role is Role.LMD:
        return cast(Outcome, refusal(key, fact, "the TMS and its carrier own this leg (OW-06)"))
    return None


def too_early(state: ShipmentState, key: str, fact: Fact, policy: Policy) -> Outcome | None:
    """A hold while no hand-over is known, until its grace is over."""
    if state.state not in UNDEPARTED or (state.state == CONFIRMED and is_graced(state, fact)):
        return None
    return hold(state, key, "tm_handover_grace", fact, policy)


def subject_of(state: ShipmentState, key: str) -> Subject:
    """The shipment as the TMS calls it, else as we asked for it."""
    return Subject("shipment", state.tms_id or key)


def departure(state: ShipmentState, key: str, fact: Fact, *, seen: bool = True) -> tuple[Effect, ...]:
    """`shipment.departed`, once; inferred when no hand-over was confirmed before it.

    Not `seen`, it names no event: it must have left, because it arrived.
    """
    if state.departed_us:
        return ()
    inferred = state.state in UNDEPARTED
    payload = ShipmentDeparted(at=fact.at, source_event=fact.key if seen else "", inferred=inferred)
    return (Derive("shipment.departed", subject_of(state, key), payload, inferred=inferred),)


def delivery(
    state: ShipmentState, key: str, fact: Fact, payload: ShipmentDelivered, *, inferred: bool = False
) -> tuple[Effect, ...]:
    """`shipment.delivered`, once an attempt, after the departure it implies."""
    arrived = Derive("shipment.delivered", subject_of(state, key), payload, inferred=inferred)
    return (*departure(state, key, fact, seen=False), arrived)


def noted_as(
    state: ShipmentState, milestone: Milestone, attempt: int, fact: Fact, policy: Policy
) -> tuple[Verdict, ShipmentState]:
    """Take a platform's own words in as the milestone they mean."""
    seen = TrackingMilestone(milestone=milestone, attempt_no=attempt)
    verdict, track = judge(state, sight(replace(fact, payload=seen)), policy)
    return verdict, state if track is state.track else replace(state, track=track)


def applied(state: ShipmentState, changed: ShipmentState, effects: tuple[Effect, ...]) -> Outcome:
    """Taken without a row of its own: what follows from it has one."""
    return Decision(Disposition.APPLY, before=state.state, after=state.state, state=changed, effects=effects)


def contradicted(key: str, fact: Fact, detail: str) -> Outcome:
    """Two credible statements: TRN-16, a person decides."""
    case = OpenCase("TRN-16", key, f"{fact.source.instance}: {detail}: pick the true one, retract the other", fact.key)
    return Decision(Disposition.ESCALATE, effects=(case,), reason=detail)


def attempt_failed(state: ShipmentState, key: str, fact: Fact, policy: Policy, number: int, reason: str) -> Outcome:
    """`delivery.failed`, once an attempt."""
    if str(number) in state.failed or (state.delivered_us and number < state.delivered_attempt):
        return Decision(Disposition.RECORD, reason=f"attempt {number} is known to have failed")
    if state.delivered_us:
        return contradicted(key, fact, f"attempt {number} failed and delivered")
    _, noted = noted_as(state, Milestone.DELIVERY_ATTEMPTED, number, fact, policy)
    action = "reschedule" if number < policy.max_attempts else "return_to_sender"
    failed = DeliveryFailed(attempt_no=number, at=fact.at, reason=reason, next_action=action)
    effects = (*departure(state, key, fact), Derive("delivery.failed", subject_of(state, key), failed))
    return applied(state, noted, effects)


def attempt_delivered(
    state: ShipmentState, key: str, fact: Fact, policy: Policy, payload: ShipmentDelivered
) -> Outcome:
    """`shipment.delivered`, unless it is known, or another says the same attempt failed."""
    number = payload.attempt_no
    attempted = state.track.slots.get(f"{Milestone.DELIVERY_ATTEMPTED}||{number}")
    if str(number) in state.failed and attempted is not None and attempted.role != fact.source.system:
        return contradicted(key, fact, f"attempt {number} delivered, and failed says another source")
    verdict, noted = noted_as(state, Milestone.DELIVERED, number, fact, policy)
    if verdict is Verdict.CONTRADICTION and isinstance(fact.payload, TrackingMilestone):
        verdict, track, reason = outdone(state.track, sight(fact), policy)
        if verdict is not Verdict.CONTRADICTION:
            return _outdone_delivery(state, track, verdict, payload, reason)
    if verdict is Verdict.CONTRADICTION:
        return contradicted(key, fact, f"delivered at {payload.at:%Y-%m-%d %H:%M} and at {delivered_at(state)}")
    if state.delivered_us or state.state not in (*UNDER_WAY, CONFIRMED):
        return Decision(Disposition.RECORD, state=None if noted is state else noted, reason=f"{state.state} already")
    return applied(state, noted, delivery(noted, key, fact, payload))


def _outdone_delivery(
    state: ShipmentState, track: Track, verdict: Verdict, payload: ShipmentDelivered, reason: str
) -> Outcome:
    """Two sources say when it was delivered, and a rule says whose time holds; that it was delivered stands."""
    if verdict is Verdict.HISTORY:
        return Decision(Disposition.RECORD, reason=reason)
    taken = replace(state, track=track, delivered_us=micros(payload.at))
    return Decision(Disposition.SUPERSEDE, state=taken, reason=reason)


def delivered_at(state: ShipmentState) -> str:
    """The known delivery instant for people."""
    return f"{from_micros(state.delivered_us):%Y-%m-%d %H:%M}"
