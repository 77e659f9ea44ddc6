"""From what sources saw to what became true: derived facts once a slot, and what must wait, be refused or be decided.

Goods that moved before a hand-over is known wait `tm_handover_grace`; then the departure is inferred (SHP-13). A proof
before the delivery waits `gap_grace_pod`; then a complete one implies the delivery at `captured_at` (§3.3.4).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import cast

from crossdock.canonical.envelope import Fact
from crossdock.canonical.events.last_mile import (
    AttemptResult,
    DeliveryAttempted,
    DeliveryCompleted,
    DeliveryOutForDelivery,
    DeliveryRefused,
    PodCaptured,
    RunDispatched,
)
from crossdock.canonical.events.tracking import (
    ShipmentDelivered,
)
from crossdock.canonical.vocabulary import Disposition, Role
from crossdock.process.authority import foreign_warehouse
from crossdock.process.effects import Derive
from crossdock.process.machine import NEW, Decision
from crossdock.process.policy import Policy
from crossdock.process.shipment.conclude import (
    UNDEPARTED,
    Outcome,
    applied,
    attempt_delivered,
    attempt_failed,
    delivery,
    departure,
    subject_of,
    too_early,
    unauthorised,
)
from crossdock.process.shipment.milestones import milestone
from crossdock.process.shipment.state import ShipmentState
from crossdock.process.shipment.table import (
    BEFORE_HANDOVER,
    CONFIRMED,
    OUT_FOR_DELIVERY,
    PLAN_FAILED,
    PLANNING,
    UNDER_WAY,
)
from crossdock.process.step import HOLD_TTL, hold, is_graced
from crossdock.process.tendering import ANSWERS, OFFER, weigh

OF_TENDERS = frozenset({OFFER, *ANSWERS})


def gate(state: ShipmentState, key: str, trigger: str, fact: Fact, policy: Policy) -> Outcome | None:
    """What observations lead to before the table is asked; `None` leaves the fact to the table."""
    if trigger in OBSERVED:
        return OBSERVED[trigger](state, key, fact, policy)
    if trigger == "pack.completed" and state.state in (NEW, PLANNING, PLAN_FAILED):
        # Packages are told to the TMS under its own shipment id, so that telling again is the same command.
        return hold(state, key, HOLD_TTL, fact, policy)
    if trigger in OF_TENDERS and fact.source.system is not Role.SYNC and state.state in BEFORE_HANDOVER:
        # What a load tells its shipments is of their tender.
        return weigh(state, state.offered, key, trigger, fact, policy)
    if trigger in ("shipment.handed_over", "handover.voided"):
        return cast("Outcome | None", foreign_warehouse("", state.warehouse, key, fact, policy))
    return None


# -- the driver's platform --------------------------------------------------------------------------------------------


def _dispatched(state: ShipmentState, key: str, fact: Fact, policy: Policy) -> Outcome | None:
    early = unauthorised(state, key, fact) or too_early(state, key, fact, policy)
    if early is not None:
        return early
    if state.state not in UNDER_WAY and state.state != CONFIRMED:
        return Decision(Disposition.RECORD)
    dispatched = cast(RunDispatched, fact.payload)
    mine = (task for task in dispatched.tasks if task.shipment in (state.tms_id, key))
    task = next(mine, None)
    attempt = max(state.attempt, task.attempt_no if task is not None else 1)
    # A run tells each of its shipments in the shipment's own name.
    run = dispatched.run_id or fact.subject.id
    out = DeliveryOutForDelivery(at=fact.at, attempt_no=attempt, run_id=run, task=task.task if task is not None else "")
    effects = (*departure(state, key, fact), Derive("delivery.out_for_delivery", subject_of(state, key), out))
    return applied(state, state, effects)


def _set_out(state: ShipmentState, key: str, fact: Fact, policy: Policy) -> Outcome | None:
    out = cast(DeliveryOutForDelivery, fact.payload)
    if state.state == OUT_FOR_DELIVERY and out.attempt_no <= state.attempt:
        return Decision(Disposition.RECORD, reason=f"attempt {out.attempt_no} is known to be on its way")
    if fact.source.system is Role.SYNC:
        return None
    early = unauthorised(state, key, fact) or too_early(state, key, fact, policy)
    if early is not None or state.departed_us:
        return early
    # The departure it implies comes first; the statement itself is offered again after it.
    return Decision(Disposition.HOLD, effects=departure(state, key, fact), reason="after the departure it implies")


def _outcome(state: ShipmentState, key: str, fact: Fact, policy: Policy) -> Outcome | None:
    early = unauthorised(state, key, fact) or too_early(state, key, fact, policy)
    if early is not None:
        return early
    said = cast("DeliveryAttempted | DeliveryCompleted", fact.payload)
    result = said.result if isinstance(said, DeliveryAttempted) else AttemptResult.SUCCESS
    reason = said.reason if isinstance(said, DeliveryAttempted) else ""
    number = said.attempt_no
    if result is AttemptResult.FAILED:
        return attempt_failed(state, key, fact, policy, number, reason)
    if result is AttemptResult.REFUSED:
        refused = DeliveryRefused(attempt_no=number, at=said.at, reason=reason, lines=said.lines)
        return applied(state, state, (Derive("delivery.refused", subject_of(state, key), refused),))
    payload = ShipmentDelivered(
        at=said.at, attempt_no=number, partial=result is AttemptResult.PARTIAL, lines=said.lines, source_event=fact.key
    )
    return attempt_delivered(state, key, fact, policy, payload)


# -- proof of delivery ------------------------------------------------------------------------------------------------


def missing_proof(state: ShipmentState, pod: PodCaptured, policy: Policy) -> tuple[str, ...]:
    """What a proof lacks to be complete: required kinds, and quantities for every line (§1.4)."""
    kinds = [kind for kind in policy.proof_required if kind not in pod.proofs]
    lines = [f"line {line}" for line in state.lines if all(said.line != line for said in pod.lines)]
    return (*kinds, *lines)


def _proof(state: ShipmentState, key: str, fact: Fact, policy: Policy) -> Outcome | None:
    refused = unauthorised(state, key, fact)
    if refused is not None or (state.state not in UNDEPARTED and state.state not in UNDER_WAY):
        return refused
    pod = cast(PodCaptured, fact.payload)
    implied = state.state in (*UNDER_WAY, CONFIRMED) and is_graced(state, fact)
    if not implied or missing_proof(state, pod, policy):
        return hold(state, key, "gap_grace_pod", fact, policy)
    payload = ShipmentDelivered(
        at=pod.captured_at, attempt_no=pod.attempt_no, lines=pod.lines, source_event=fact.key, inferred=True
    )
    return Decision(
        Disposition.HOLD,
        effects=delivery(state, key, fact, payload, inferred=True),
        reason="after the delivery it proves",
    )


OBSERVED: Mapping[str, Callable[[ShipmentState, str, Fact, Policy], Outcome | None]] = {
    "tracking.milestone": milestone,
    "run.dispatched": _dispatched,
    "delivery.attempted": _outcome,
    "delivery.completed": _outcome,
    "delivery.out_for_delivery": _set_out,
    "pod.captured": _proof,
}
