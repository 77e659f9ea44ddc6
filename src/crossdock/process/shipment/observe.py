"""From what sources saw to what became true: derived facts once a slot, and what must wait, be refused or be decided.

Goods that moved before a hand-over is known wait `tm_handover_grace`; then the departure is inferred (SHP-13). A proof before
the delivery waits `gap_grace_pod`; then a complete one implies the delivery at `captured_at` (§3.3.4).
"""

from __future__ import annotations

from datetime import timedelta
from typing import cast

from msgspec.structs import replace

from crossdock.canonical.envelope import Fact, Subject
from crossdock.canonical.events.last_mile import (
    AttemptResult,
    DeliveryAttempted,
    DeliveryCompleted,
    DeliveryFailed,
    DeliveryOutForDelivery,
    DeliveryRefused,
    PodCaptured,
    RunDispatched,
)
from crossdock.canonical.events.tracking import (
    ShipmentDelivered,
    ShipmentDeparted,
    ShipmentReturned,
    ShipmentReturnStarted,
    TrackingMilestone,
)
from crossdock.canonical.milestones import RUNGS, Chain, Milestone
from crossdock.canonical.parts import Place
from crossdock.canonical.vocabulary import Disposition, Role
from crossdock.kernel.instant import from_micros
from crossdock.process.authority import foreign_warehouse, refusal
from crossdock.process.effects import CloseCase, Derive, Effect, OpenCase, StopTimer
from crossdock.process.machine import NEW, Decision
from crossdock.process.policy import Policy
from crossdock.process.shipment.decide import ACTIONS
from crossdock.process.shipment.lattice import Verdict
from crossdock.process.shipment.sighting import judge, owner_of, sight
from crossdock.process.shipment.state import ShipmentState
from crossdock.process.shipment.table import (
    BEFORE_HANDOVER,
    CLOSED,
    CONFIRMED,
    DELIVERED,
    LOST,
    PLAN_FAILED,
    PLANNING,
    ROWS,
    UNDER_WAY,
)
from crossdock.process.step import ACTUAL, hold, is_graced

Outcome = Decision[ShipmentState]

UNDEPARTED = (NEW, PLANNING, PLAN_FAILED, *BEFORE_HANDOVER)
ARRIVED = (DELIVERED, CLOSED)
DEPARTED_RANK = RUNGS[Milestone.DEPARTED_ORIGIN].rank
DELIVERED_RANK = RUNGS[Milestone.DELIVERED].rank
PROGRESS_ROW = next(row for row in ROWS if row.id == "SHP-14")
FLAG_CASES = {
    Milestone.DAMAGED: ("TRN-14", "damage reported: inspect, replace or claim"),
    Milestone.LOST: ("TRN-15", "loss reported: trace it, then declare it lost or found"),
    Milestone.DELAYED: ("TRN-09", "the carrier reports a delay: agree a new date"),
}


def gate(state: ShipmentState, key: str, trigger: str, fact: Fact, policy: Policy) -> Outcome | None:
    """What observations lead to before the table is asked; `None` leaves the fact to the table."""
    if trigger == "tracking.milestone":
        return _milestone(state, key, fact, policy)
    if trigger == "run.dispatched":
        return _dispatched(state, key, fact, policy)
    if trigger in ("delivery.attempted", "delivery.completed"):
        return _outcome(state, key, fact, policy)
    if trigger == "delivery.out_for_delivery":
        return _set_out(state, key, fact, policy)
    if trigger == "pod.captured":
        return _proof(state, key, fact, policy)
    if trigger in ("shipment.handed_over", "handover.voided"):
        return cast("Outcome | None", foreign_warehouse("", state.warehouse, key, fact, policy))
    return None


# -- who may speak, and when ------------------------------------------------------------------------------------------


def _unauthorised(state: ShipmentState, key: str, fact: Fact) -> Outcome | None:
    role = fact.source.system
    if state.mode and state.own_fleet and role is Role.CAR:
        return cast(Outcome, refusal(key, fact, "a carrier cannot speak about our own vehicle's leg (OW-07)"))
    if state.mode and state.own_fleet and role is Role.TMS:
        return Decision(Disposition.RECORD, reason="the last-mile platform owns this leg; kept as evidence (OW-07)")
    if state.mode and not state.own_fleet and role is Role.LMD:
        return cast(Outcome, refusal(key, fact, "the TMS and its carrier own this leg (OW-06)"))
    return None


def _too_early(state: ShipmentState, key: str, fact: Fact, policy: Policy) -> Outcome | None:
    if state.state not in UNDEPARTED or (state.state == CONFIRMED and is_graced(state, fact)):
        return None
    return hold(state, key, "tm_handover_grace", fact, policy)


# -- what follows -----------------------------------------------------------------------------------------------------


def subject_of(state: ShipmentState, key: str) -> Subject:
    """The shipment as the TMS calls it, else as we asked for it."""
    return Subject("shipment", state.tms_id or key)


def departure(state: ShipmentState, key: str, fact: Fact) -> tuple[Effect, ...]:
    """`shipment.departed`, once; inferred when no hand-over was confirmed before it."""
    if state.departed_us:
        return ()
    inferred = state.state in UNDEPARTED
    payload = ShipmentDeparted(at=fact.at, source_event=fact.key, inferred=inferred)
    return (Derive("shipment.departed", subject_of(state, key), payload, inferred=inferred),)


def delivery(
    state: ShipmentState, key: str, fact: Fact, payload: ShipmentDelivered, *, inferred: bool = False
) -> tuple[Effect, ...]:
    """`shipment.delivered`, once an attempt, after the departure it implies."""
    arrived = Derive("shipment.delivered", subject_of(state, key), payload, inferred=inferred)
    return (*departure(state, key, fact), arrived)


def _noted(state: ShipmentState, milestone: Milestone, attempt: int, fact: Fact, policy: Policy) -> tuple[Verdict, ShipmentState]:
    """Take a platform's own words in as the milestone they mean."""
    seen = TrackingMilestone(milestone=milestone, attempt_no=attempt)
    verdict, track = judge(state, sight(replace(fact, payload=seen)), policy)
    return verdict, state if track is state.track else replace(state, track=track)


def _applied(state: ShipmentState, changed: ShipmentState, effects: tuple[Effect, ...]) -> Outcome:
    return Decision(Disposition.APPLY, before=state.state, after=state.state, state=changed, effects=effects)


def _contradicted(key: str, fact: Fact, detail: str) -> Outcome:
    case = OpenCase("TRN-16", key, f"{fact.source.instance}: {detail}: pick the true one, retract the other", fact.key)
    return Decision(Disposition.ESCALATE, effects=(case,), reason=detail)


# -- the driver's platform --------------------------------------------------------------------------------------------


def _dispatched(state: ShipmentState, key: str, fact: Fact, policy: Policy) -> Outcome | None:
    early = _unauthorised(state, key, fact) or _too_early(state, key, fact, policy)
    if early is not None:
        return early
    if state.state not in UNDER_WAY and state.state != CONFIRMED:
        return Decision(Disposition.RECORD)
    dispatched = cast(RunDispatched, fact.payload)
    mine = (task for task in dispatched.tasks if task.shipment in (state.tms_id, key))
    task = next(mine, None)
    attempt = max(state.attempt, task.attempt_no if task is not None else 1)
    out = DeliveryOutForDelivery(
        at=fact.at, attempt_no=attempt, run_id=fact.subject.id, task=task.task if task is not None else ""
    )
    effects = (*departure(state, key, fact), Derive("delivery.out_for_delivery", subject_of(state, key), out))
    return _applied(state, state, effects)


def _set_out(state: ShipmentState, key: str, fact: Fact, policy: Policy) -> Outcome | None:
    if fact.source.system is Role.SYNC:
        return None
    early = _unauthorised(state, key, fact) or _too_early(state, key, fact, policy)
    if early is not None or state.departed_us:
        return early
    # The departure it implies comes first; the statement itself is offered again after it.
    return Decision(Disposition.HOLD, effects=departure(state, key, fact), reason="after the departure it implies")


def _outcome(state: ShipmentState, key: str, fact: Fact, policy: Policy) -> Outcome | None:
    early = _unauthorised(state, key, fact) or _too_early(state, key, fact, policy)
    if early is not None:
        return early
    said = cast("DeliveryAttempted | DeliveryCompleted", fact.payload)
    result = said.result if isinstance(said, DeliveryAttempted) else AttemptResult.SUCCESS
    reason = said.reason if isinstance(said, DeliveryAttempted) else ""
    number = said.attempt_no
    if result is AttemptResult.FAILED:
        return _failed(state, key, fact, policy, number, reason)
    if result is AttemptResult.REFUSED:
        refused = DeliveryRefused(attempt_no=number, at=said.at, reason=reason, lines=said.lines)
        return _applied(state, state, (Derive("delivery.refused", subject_of(state, key), refused),))
    payload = ShipmentDelivered(
        at=said.at, attempt_no=number, partial=result is AttemptResult.PARTIAL, lines=said.lines, source_event=fact.key
    )
    return _arrived(state, key, fact, policy, payload)


def _failed(state: ShipmentState, key: str, fact: Fact, policy: Policy, number: int, reason: str) -> Outcome:
    if str(number) in state.failed or (state.delivered_us and number < state.delivered_attempt):
        return Decision(Disposition.RECORD, reason=f"attempt {number} is known to have failed")
    if state.delivered_us:
        return _contradicted(key, fact, f"attempt {number} failed and delivered")
    _, noted = _noted(state, Milestone.DELIVERY_ATTEMPTED, number, fact, policy)
    action = "reschedule" if number < policy.max_attempts else "return_to_sender"
    failed = DeliveryFailed(attempt_no=number, at=fact.at, reason=reason, next_action=action)
    effects = (*departure(state, key, fact), Derive("delivery.failed", subject_of(state, key), failed))
    return _applied(state, noted, effects)


def _arrived(state: ShipmentState, key: str, fact: Fact, policy: Policy, payload: ShipmentDelivered) -> Outcome:
    number = payload.attempt_no
    attempted = state.track.slots.get(f"{Milestone.DELIVERY_ATTEMPTED}||{number}")
    if str(number) in state.failed and attempted is not None and attempted.role != fact.source.system:
        return _contradicted(key, fact, f"attempt {number} delivered, and failed says another source")
    verdict, noted = _noted(state, Milestone.DELIVERED, number, fact, policy)
    if verdict is Verdict.CONTRADICTION:
        return _contradicted(key, fact, f"delivered at {payload.at:%Y-%m-%d %H:%M} and at {delivered_at(state)}")
    if state.delivered_us or state.state not in (*UNDER_WAY, CONFIRMED):
        return Decision(Disposition.RECORD, state=None if noted is state else noted, reason=f"{state.state} already")
    return _applied(state, noted, delivery(noted, key, fact, payload))


def delivered_at(state: ShipmentState) -> str:
    """The known delivery instant for people."""
    return f"{from_micros(state.delivered_us):%Y-%m-%d %H:%M}"


# -- milestones -------------------------------------------------------------------------------------------------------


def _milestone(state: ShipmentState, key: str, fact: Fact, policy: Policy) -> Outcome | None:
    if state.state == LOST:
        return None
    seen = cast(TrackingMilestone, fact.payload)
    refused = _unauthorised(state, key, fact)
    if refused is not None:
        return refused
    if fact.cls not in ACTUAL or RUNGS[seen.milestone].rank == 0:
        return _flag(state, key, fact, policy, seen)
    rung = RUNGS[seen.milestone]
    physical = rung.chain is Chain.PHYSICAL
    if state.state == NEW or (physical and rung.rank >= DEPARTED_RANK):
        early = _too_early(state, key, fact, policy)
        if early is not None:
            return early
    if physical and state.state in ARRIVED and _moved_after(state, rung.rank, fact, policy):
        return _contradicted(key, fact, f"{seen.milestone} after delivery at {delivered_at(state)}")
    if seen.milestone is Milestone.DELIVERED:
        attempt = seen.attempt_no or state.delivered_attempt or state.attempt
        payload = ShipmentDelivered(at=fact.at, attempt_no=attempt, partial=seen.partial, source_event=fact.key)
        return _arrived(state, key, fact, policy, payload)
    if seen.milestone is Milestone.DELIVERY_ATTEMPTED:
        return _failed(state, key, fact, policy, seen.attempt_no or state.attempt, seen.reason)
    verdict, track = judge(state, sight(fact), policy)
    if verdict is Verdict.CONTRADICTION:
        return _contradicted(key, fact, f"{seen.milestone} more than {policy.milestone_conflict_window} s from what is known")
    noted = state if track is state.track else replace(state, track=track)
    if verdict is not Verdict.ADVANCE:
        kind = Disposition.SUPERSEDE if verdict is Verdict.CORRECTION else Disposition.RECORD
        return Decision(kind, state=None if noted is state else noted, reason=verdict.name.lower())
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
        return _applied(state, noted, follows)
    if state.state in PROGRESS_ROW.sources:
        effects = tuple(effect for action in PROGRESS_ROW.actions for effect in ACTIONS[action](noted, key, fact, policy))
        return Decision(Disposition.APPLY, PROGRESS_ROW.id, state.state, state.state, noted, effects)
    if seen.milestone is Milestone.ARRIVED_PICKUP:
        return _applied(state, noted, (StopTimer("tm_pickup", key), CloseCase("TRN-04", key)))
    return _applied(state, noted, ACTIONS["arrived"](noted, key, fact, policy))


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
    early = _too_early(state, key, fact, policy) if state.state == NEW else None
    if early is not None:
        return early
    if seen.milestone is Milestone.REFUSED and state.state in UNDER_WAY:
        refused = DeliveryRefused(attempt_no=seen.attempt_no or state.attempt, at=fact.at, reason=seen.reason)
        return _applied(state, state, (Derive("delivery.refused", subject_of(state, key), refused),))
    case = FLAG_CASES.get(seen.milestone)
    if case is None or state.state in ARRIVED:
        return Decision(Disposition.RECORD, reason="a flag moves no chain")
    return _applied(state, state, (OpenCase(case[0], key, f"{fact.source.instance}: {case[1]}"),))


# -- proof of delivery ------------------------------------------------------------------------------------------------


def missing_proof(state: ShipmentState, pod: PodCaptured, policy: Policy) -> tuple[str, ...]:
    """What a proof lacks to be complete: required kinds, and quantities for every line (§1.4)."""
    kinds = [kind for kind in policy.proof_required if kind not in pod.proofs]
    lines = [f"line {line}" for line in state.lines if all(said.line != line for said in pod.lines)]
    return (*kinds, *lines)


def _proof(state: ShipmentState, key: str, fact: Fact, policy: Policy) -> Outcome | None:
    refused = _unauthorised(state, key, fact)
    if refused is not None or (state.state not in UNDEPARTED and state.state not in UNDER_WAY):
        return refused
    pod = cast(PodCaptured, fact.payload)
    implied = state.state in (*UNDER_WAY, CONFIRMED) and is_graced(state, fact)
    if not implied or missing_proof(state, pod, policy):
        return hold(state, key, "gap_grace_pod", fact, policy)
    payload = ShipmentDelivered(at=pod.captured_at, attempt_no=pod.attempt_no, lines=pod.lines, source_event=fact.key, inferred=True)
    return Decision(
        Disposition.HOLD,
        effects=delivery(state, key, fact, payload, inferred=True),
        reason="after the delivery it proves",
    )


__all__ = ["Outcome", "gate", "missing_proof", "owner_of", "subject_of"]
