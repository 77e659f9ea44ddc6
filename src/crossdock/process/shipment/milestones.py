"""`tracking.milestone`: progress, history, correction, contradiction, or a flag (domain.md §4.2, §3.3.4)."""

from __future__ import annotations

from datetime import timedelta
from typing import cast

from msgspec.structs import replace

from crossdock.canonical.envelope import Fact
from crossdock.canonical.events.last_mile import (
    DeliveryOutForDelivery,
    DeliveryRefused,
)
from crossdock.canonical.events.tracking import (
    ShipmentDelivered,
    ShipmentReturned,
    ShipmentReturnStarted,
    TrackingMilestone,
)
from crossdock.canonical.milestones import RUNGS, Chain, Milestone
from crossdock.canonical.parts import Place
from crossdock.canonical.vocabulary import Disposition
from crossdock.kernel.instant import from_micros
from crossdock.process.effects import CloseCase, Derive, Effect, OpenCase, StopTimer
from crossdock.process.machine import NEW, Decision
from crossdock.process.policy import Policy
from crossdock.process.shipment.claims import claimed, outdone
from crossdock.process.shipment.conclude import (
    ARRIVED,
    DELIVERED_RANK,
    DEPARTED_RANK,
    Outcome,
    applied,
    attempt_delivered,
    attempt_failed,
    contradicted,
    delivered_at,
    departure,
    subject_of,
    too_early,
    unauthorised,
)
from crossdock.process.shipment.decide import ACTIONS
from crossdock.process.shipment.lattice import Verdict
from crossdock.process.shipment.sighting import judge, sight
from crossdock.process.shipment.state import ShipmentState
from crossdock.process.shipment.table import (
    LOST,
    ROWS,
    UNDER_WAY,
)
from crossdock.process.step import ACTUAL

PROGRESS_ROW = next(row for row in ROWS if row.id == "SHP-14")
FLAG_CASES = {
    Milestone.DAMAGED: ("TRN-14", "damage reported: inspect, replace or claim"),
    Milestone.LOST: ("TRN-15", "loss reported: trace it, then declare it lost or found"),
    Milestone.DELAYED: ("TRN-09", "the carrier reports a delay: agree a new date"),
}


def milestone(  # noqa: PLR0911  (one question after the other, each with its own answer)
    state: ShipmentState, key: str, fact: Fact, policy: Policy
) -> Outcome | None:
    """Judge one sighting; `None` leaves it to the table (a scan of lost goods)."""
    if state.state == LOST:
        return None
    seen = cast(TrackingMilestone, fact.payload)
    refused = unauthorised(state, key, fact)
    if refused is not None:
        return refused
    if fact.cls not in ACTUAL or RUNGS[seen.milestone].rank == 0:
        return _flag(state, key, fact, policy, seen)
    rung = RUNGS[seen.milestone]
    physical = rung.chain is Chain.PHYSICAL
    if state.state == NEW or (physical and rung.rank >= DEPARTED_RANK):
        early = too_early(state, key, fact, policy)
        if early is not None:
            return early
    unsure = claimed(state, fact, sight(fact), policy)
    if unsure is not None:
        return unsure
    if physical and state.state in ARRIVED and _moved_after(state, rung.rank, fact, policy):
        return contradicted(key, fact, f"{seen.milestone} after delivery at {delivered_at(state)}")
    if seen.milestone is Milestone.DELIVERED:
        attempt = seen.attempt_no or state.delivered_attempt or state.attempt
        payload = ShipmentDelivered(at=fact.at, attempt_no=attempt, partial=seen.partial, source_event=fact.key)
        return attempt_delivered(state, key, fact, policy, payload)
    if seen.milestone is Milestone.DELIVERY_ATTEMPTED:
        return attempt_failed(state, key, fact, policy, seen.attempt_no or state.attempt, seen.reason)
    verdict, track = judge(state, sight(fact), policy)
    reason = ""
    if verdict is Verdict.CONTRADICTION:
        verdict, track, reason = outdone(state.track, sight(fact), policy)
    if verdict is Verdict.CONTRADICTION:
        return contradicted(
            key, fact, f"{seen.milestone} more than {policy.milestone_conflict_window} s from what is known"
        )
    noted = state if track is state.track else replace(state, track=track)
    if verdict is not Verdict.ADVANCE:
        kind = Disposition.SUPERSEDE if verdict is Verdict.CORRECTION else Disposition.RECORD
        return Decision(kind, state=None if noted is state else noted, reason=reason or verdict.name.lower())
    return _advanced(state, noted, key, fact, policy, seen)


def _moved_after(state: ShipmentState, rank: int, fact: Fact, policy: Policy) -> bool:
    grace = timedelta(seconds=policy.post_delivery_grace)
    return DEPARTED_RANK <= rank < DELIVERED_RANK and fact.at > from_micros(state.delivered_us) + grace


def _advanced(
    state: ShipmentState, noted: ShipmentState, key: str, fact: Fact, policy: Policy, seen: TrackingMilestone
) -> Outcome:
    rung = RUNGS[seen.milestone]
    follows: tuple[Effect, ...] = ()
    if rung.chain is Chain.PHYSICAL and rung.rank >= DEPARTED_RANK:
        follows = departure(state, key, fact)
    follows += _follows(noted, key, fact, seen)
    if follows:
        return applied(state, noted, follows)
    if state.state in PROGRESS_ROW.sources:
        effects = tuple(
            effect for action in PROGRESS_ROW.actions for effect in ACTIONS[action](noted, key, fact, policy)
        )
        return Decision(Disposition.APPLY, PROGRESS_ROW.id, state.state, state.state, noted, effects)
    if seen.milestone is Milestone.ARRIVED_PICKUP:
        return applied(state, noted, (StopTimer("tm_pickup", key), CloseCase("TRN-04", key)))
    return applied(state, noted, ACTIONS["arrived"](noted, key, fact, policy))


def _follows(state: ShipmentState, key: str, fact: Fact, seen: TrackingMilestone) -> tuple[Effect, ...]:
    subject = subject_of(state, key)
    if seen.milestone is Milestone.OUT_FOR_DELIVERY:
        out = DeliveryOutForDelivery(at=fact.at, attempt_no=seen.attempt_no or state.attempt)
        return (Derive("delivery.out_for_delivery", subject, out),)
    if seen.milestone is Milestone.RETURN_STARTED:
        return (Derive("shipment.return_started", subject, ShipmentReturnStarted(at=fact.at, reason=seen.reason)),)
    if seen.milestone is Milestone.RETURNED:
        place = seen.location or Place()
        return (Derive("shipment.returned", subject, ShipmentReturned(at=fact.at, location=place)),)
    return ()


def _flag(state: ShipmentState, key: str, fact: Fact, policy: Policy, seen: TrackingMilestone) -> Outcome | None:
    if fact.cls not in ACTUAL:
        return Decision(Disposition.RECORD, reason="an estimate or a plan is never progress")
    early = too_early(state, key, fact, policy) if state.state == NEW else None
    if early is not None:
        return early
    if seen.milestone is Milestone.REFUSED and state.state in UNDER_WAY:
        refused = DeliveryRefused(attempt_no=seen.attempt_no or state.attempt, at=fact.at, reason=seen.reason)
        return applied(state, state, (Derive("delivery.refused", subject_of(state, key), refused),))
    case = FLAG_CASES.get(seen.milestone)
    if case is None or state.state in ARRIVED:
        return Decision(Disposition.RECORD, reason="a flag moves no chain")
    return applied(state, state, (OpenCase(case[0], key, f"{fact.source.instance}: {case[1]}"),))
