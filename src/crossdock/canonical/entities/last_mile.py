"""Runs, delivery tasks, proof of delivery, appointments (domain.md §1.4). Authority: LMD; DOCK for appointments."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, ClassVar

from crossdock.canonical.entities.base import Entity
from crossdock.canonical.events.last_mile import AttemptResult, Condition, ProofKind, RunTask
from crossdock.canonical.events.returns import AppointmentKind
from crossdock.canonical.parts import DeliveredLine, Geo, Part, Place
from crossdock.canonical.scalars import PERSONAL, Count, Id, Instant, Ordinal, Personal, PersonalText
from crossdock.kernel.instant import Window
from crossdock.kernel.money import Money


class RunStatus(StrEnum):
    """Life of a run."""

    PLANNED = "PLANNED"
    ASSIGNED = "ASSIGNED"
    DISPATCHED = "DISPATCHED"
    COMPLETED = "COMPLETED"
    CANCELLED = "CANCELLED"


class ProofQuality(StrEnum):
    """Whether a proof will do."""

    ACCEPTED = "accepted"
    REVIEW = "review"
    REJECTED = "rejected"


class DeliveryRun(Entity, frozen=True, kw_only=True):
    """A vehicle's day. `date` is ISO 8601."""

    prefix: ClassVar[str] = "run"

    lmd: Id
    run_id: Id
    date: str
    depot: Id
    tasks: tuple[RunTask, ...]
    driver_ref: Personal = ""
    vehicle_ref: str = ""
    status: RunStatus = RunStatus.PLANNED
    dispatched_at: Instant | None = None
    completed_at: Instant | None = None

    @property
    def key(self) -> str:
        """`lmd|run_id`."""
        return f"{self.lmd}|{self.run_id}"


class TaskResult(Part, frozen=True):
    """How an attempt ended."""

    result: AttemptResult
    at: Instant
    reason: str = ""
    geo: Annotated[Geo | None, PERSONAL] = None
    notes: PersonalText = ""


class DeliveryTask(Entity, frozen=True, kw_only=True):
    """One shipment, or part of one, to one door."""

    prefix: ClassVar[str] = "dtk"

    lmd: Id
    task_id: Id
    shipment: Id
    attempt_no: Ordinal
    run: str = ""
    window: Window | None = None
    outcome: TaskResult | None = None
    pod: str = ""
    cod: Money | None = None
    proof_required: tuple[ProofKind, ...] = ()

    @property
    def key(self) -> str:
        """`lmd|task_id`."""
        return f"{self.lmd}|{self.task_id}"


class ProofOfDelivery(Entity, frozen=True, kw_only=True):
    """Complete when all required proofs are present and every line has quantities."""

    prefix: ClassVar[str] = "pod"

    shipment: Id
    attempt_no: Ordinal
    pod_ref: Id
    captured_at: Instant
    receiver_name: Personal = ""
    relation: Personal = ""
    signature_doc: Personal = ""
    photos: Annotated[tuple[str, ...], PERSONAL] = ()
    pin_ok: bool | None = None
    geo: Annotated[Geo | None, PERSONAL] = None
    distance_m: Count | None = None
    qty: tuple[DeliveredLine, ...] = ()
    condition: Condition = Condition.CLEAN
    quality: ProofQuality = ProofQuality.REVIEW
    source: str = ""

    @property
    def key(self) -> str:
        """`shipment|attempt_no|pod_ref`."""
        return f"{self.shipment}|{self.attempt_no}|{self.pod_ref}"


class Appointment(Entity, frozen=True, kw_only=True):
    """A dock slot; `about` are the shipments and loads it is for."""

    prefix: ClassVar[str] = "apt"

    dock: Id
    appt_no: Id
    location: Place
    kind: AppointmentKind
    slot: Window
    door: str = ""
    about: tuple[str, ...] = ()
    checked_in: Instant | None = None
    service_start: Instant | None = None
    service_end: Instant | None = None
    reschedules: Count = 0

    @property
    def key(self) -> str:
        """`dock|appt_no`."""
        return f"{self.dock}|{self.appt_no}"
