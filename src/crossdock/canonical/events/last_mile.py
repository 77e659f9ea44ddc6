"""Runs, delivery attempts and proof of delivery (domain.md §2.5)."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from crossdock.canonical.declarations import Payload, event
from crossdock.canonical.parts import DeliveredLine, DocumentRef, FieldChange, Geo, Part
from crossdock.canonical.scalars import PERSONAL, Count, Id, Instant, Ordinal, Personal, PersonalText, Text
from crossdock.canonical.vocabulary import Lane
from crossdock.kernel.instant import Window


class AttemptResult(StrEnum):
    """How an attempt ended."""

    SUCCESS = "success"
    PARTIAL = "partial"
    FAILED = "failed"
    REFUSED = "refused"


class ProofKind(StrEnum):
    """What can prove a delivery."""

    SIGNATURE = "signature"
    PHOTO = "photo"
    PIN = "pin"
    SCAN = "scan"


class Condition(StrEnum):
    """What the consignee noted about the goods."""

    CLEAN = "clean"
    EXCEPTIONS = "exceptions"


class RunTask(Part, frozen=True):
    """A delivery task in a run. `shipment` is ours, sent along when the task was created (CG-06)."""

    task: Id
    seq: Ordinal = 1
    eta: Instant | None = None
    shipment: str = ""
    attempt_no: Ordinal = 1

    @property
    def key(self) -> str:
        """The task id."""
        return self.task


class TaskOutcome(Part, frozen=True):
    """What became of a task, `""` when nothing was reported."""

    task: Id
    result: AttemptResult | None = None
    shipment: str = ""

    @property
    def key(self) -> str:
        """The task id."""
        return self.task


class RunPlanned(Payload, frozen=True, kw_only=True):
    """A vehicle's day."""

    run_id: Id
    date: str
    depot: str
    tasks: tuple[RunTask, ...]
    rev: Ordinal = 1


class RunAssigned(Payload, frozen=True, kw_only=True):
    """Who drives what."""

    driver_ref: Personal
    vehicle_ref: str
    rev: Ordinal = 1
    tasks: tuple[RunTask, ...] = ()


class RunDispatched(Payload, frozen=True, kw_only=True):
    """The vehicle left the depot with these tasks. `run_id` names the run where the fact is told of one task of it."""

    dispatched_at: Instant
    tasks: tuple[RunTask, ...]
    run_id: str = ""


class RunCompleted(Payload, frozen=True, kw_only=True):
    """The vehicle is back."""

    completed_at: Instant
    outcomes: tuple[TaskOutcome, ...]
    run_id: str = ""


class RunCancelled(Payload, frozen=True, kw_only=True):
    """The run does not happen, or stopped on the way."""

    reason: Text = ""
    tasks: tuple[RunTask, ...] = ()
    run_id: str = ""


class DeliveryOutForDelivery(Payload, frozen=True, kw_only=True):
    """On the delivery vehicle, attempt n."""

    at: Instant
    attempt_no: Ordinal
    eta: Instant | None = None
    run_id: str = ""
    task: str = ""


class DeliveryArrived(Payload, frozen=True, kw_only=True):
    """At the consignee's door."""

    at: Instant
    attempt_no: Ordinal
    geo: Annotated[Geo | None, PERSONAL] = None
    task: str = ""


class DeliveryAttempted(Payload, frozen=True, kw_only=True):
    """An attempt ended. `reason` is a normalised `category.code` (domain.md §4.5)."""

    attempt_no: Ordinal
    at: Instant
    result: AttemptResult
    reason: str = ""
    task: str = ""
    lines: tuple[DeliveredLine, ...] = ()
    notes: PersonalText = ""


class DeliveryFailed(Payload, frozen=True, kw_only=True):
    """Concluded: this attempt brought nothing, and what happens next."""

    attempt_no: Ordinal
    at: Instant
    reason: str = ""
    next_action: str = ""


class DeliveryRefused(Payload, frozen=True, kw_only=True):
    """Concluded: the consignee would not take it; no `lines` means all of it."""

    attempt_no: Ordinal
    at: Instant
    reason: str = ""
    lines: tuple[DeliveredLine, ...] = ()


class DeliveryRescheduled(Payload, frozen=True, kw_only=True):
    """The next attempt (`attempt_no`) and its window."""

    attempt_no: Ordinal
    window: Window
    requested_by: Personal = ""
    task: str = ""


class DeliveryCompleted(Payload, frozen=True, kw_only=True):
    """The last-mile platform calls it delivered; no `lines` means all of it."""

    attempt_no: Ordinal
    at: Instant
    lines: tuple[DeliveredLine, ...] = ()
    task: str = ""


class PodCaptured(Payload, frozen=True, kw_only=True):
    """Proof of delivery. `proofs` are the kinds present, `receiver` who signed or was seen."""

    pod_ref: Id
    attempt_no: Ordinal
    captured_at: Instant
    receiver: Personal
    proofs: tuple[ProofKind, ...]
    lines: tuple[DeliveredLine, ...]
    docs: tuple[DocumentRef, ...] = ()
    relation: Personal = ""
    geo: Annotated[Geo | None, PERSONAL] = None
    distance_m: Count | None = None
    condition: Condition = Condition.CLEAN
    task: str = ""


class PodRejected(Payload, frozen=True, kw_only=True):
    """A person does not accept the proof."""

    pod_ref: Id
    reason: Text
    by: Personal


class PodAmended(Payload, frozen=True, kw_only=True):
    """A better proof; `lines` empty when the quantities stay."""

    pod_ref: Id
    supersedes: Id
    changes: tuple[FieldChange, ...] = ()
    lines: tuple[DeliveredLine, ...] = ()
    rev: Ordinal = 1


_T = Lane.TRACKING
_LEG = "LMD TMS; CAR"
_DOOR = "shipment delivery_task"
# Said of a run, or by its run of one of its tasks.
_RUN = "run shipment delivery_task"

# fmt: off
EVENTS = (
    event("run.planned", RunPlanned, "LMD", _RUN, "run_id rev tasks[]", "P2 15m", "O W P A", "M window",
          lane=_T, rank=68, opens="run"),
    event("run.assigned", RunAssigned, "LMD", _RUN, "rev tasks[]", "P3 15m", "A", "", lane=_T, rank=69, opens="run"),
    event("run.dispatched", RunDispatched, "LMD", _RUN, "run_id tasks[]", "P1 15m", "O P N A", "M",
          lane=_T, rank=508, opens="run"),
    event("run.completed", RunCompleted, "LMD", _RUN, "run_id outcomes[]", "P2 30m", "O X A", "", lane=_T, rank=665),
    event("run.cancelled", RunCancelled, "LMD", _RUN, "run_id tasks[]", "P0 15m", "O X P N", "M", lane=_T, rank=664),
    event("delivery.out_for_delivery", DeliveryOutForDelivery, _LEG, _DOOR, "attempt_no",
          "P1 30m", "E O P N A", "Y", lane=_T, rank=540),
    event("delivery.arrived", DeliveryArrived, "LMD", _DOOR, "attempt_no",
          "P3 30m", "P A", "Y", lane=_T, rank=562),
    event("delivery.attempted", DeliveryAttempted, _LEG, _DOOR, "attempt_no",
          "P1 60m", "A", "", lane=_T, rank=570),
    event("delivery.failed", DeliveryFailed, "SYNC", _DOOR, "attempt_no",
          "P1", "E O L P N X A", "Y", lane=_T, rank=572),
    event("delivery.refused", DeliveryRefused, "SYNC", _DOOR, "attempt_no",
          "P1", "E O W P N X A", "Y", lane=_T, rank=573),
    event("delivery.rescheduled", DeliveryRescheduled, "LMD", _DOOR, "attempt_no window#",
          "P2 30m", "P N A", "Y", lane=_T, rank=580),
    event("delivery.completed", DeliveryCompleted, "LMD", _DOOR, "attempt_no",
          "P1 60m", "A", "", lane=_T, rank=640),
    event("pod.captured", PodCaptured, _LEG, _DOOR, "pod_ref", "P1 24h", "E F P N A X", "Y", lane=_T, rank=660),
    event("pod.rejected", PodRejected, "OPS", _DOOR, "pod_ref =rejected", "P1", "L T F X", "", lane=_T, rank=662),
    event("pod.amended", PodAmended, "LMD TMS", _DOOR, "pod_ref rev", "P2", "E F P A X", "Y", lane=_T, rank=663),
)
# fmt: on
