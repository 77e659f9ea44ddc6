"""Commands to last-mile platforms and dock schedulers (domain.md §2.10)."""

from __future__ import annotations

from typing import Annotated

from crossdock.canonical.declarations import Payload, command
from crossdock.canonical.events.last_mile import ProofKind
from crossdock.canonical.events.returns import AppointmentKind
from crossdock.canonical.parts import LineQuantity, Party, Place
from crossdock.canonical.scalars import HOME, Id, Ordinal, Text
from crossdock.canonical.vocabulary import Priority
from crossdock.kernel.instant import Window
from crossdock.kernel.money import Money


class CreateDeliveryTask(Payload, frozen=True, kw_only=True):
    """Bring this shipment to this door; the platform keeps `shipment` with the task and gives it back (CG-06)."""

    shipment: Id
    leg: Ordinal
    destination: Annotated[Place, HOME]
    window: Window | None = None
    origin: Place | None = None
    depot: str = ""
    customer: Party | None = None
    lines: tuple[LineQuantity, ...] = ()
    packages: tuple[str, ...] = ()
    attempt_no: Ordinal = 1
    proof_required: tuple[ProofKind, ...] = ()
    cod: Money | None = None
    order_no: str = ""


class UpdateDeliveryTask(Payload, frozen=True, kw_only=True):
    """Full new state of what can change. `content_hash` is of everything below it."""

    task: Id
    content_hash: Id
    shipment: str = ""
    destination: Annotated[Place | None, HOME] = None
    window: Window | None = None
    packages: tuple[str, ...] = ()


class CancelDeliveryTask(Payload, frozen=True, kw_only=True):
    """Do not drive there."""

    task: Id
    cancel_id: Id
    shipment: str = ""
    reason: Text = ""


class RescheduleDelivery(Payload, frozen=True, kw_only=True):
    """Try again: attempt `attempt_no`, in `window` when the customer named one."""

    shipment: Id
    attempt_no: Ordinal
    window: Window | None = None
    task: str = ""
    reason: Text = ""


class RequestPod(Payload, frozen=True, kw_only=True):
    """Send the proof of delivery. `day` is ISO 8601, one request a day."""

    shipment: Id
    day: Id
    missing: tuple[str, ...] = ()
    carrier: str = ""


class RequestAppointment(Payload, frozen=True, kw_only=True):
    """Book a dock slot; `about` are shipment and load ids."""

    request_id: Id
    location: Place
    kind: AppointmentKind
    window: Window
    about: tuple[str, ...] = ()
    carrier: str = ""


class RescheduleAppointment(Payload, frozen=True, kw_only=True):
    """Move the slot."""

    request_id: Id
    appt_no: Id
    window: Window
    reason: Text = ""


class CancelAppointment(Payload, frozen=True, kw_only=True):
    """Give the slot back."""

    request_id: Id
    appt_no: Id
    reason: Text = ""


_APPT = "S:appointment.confirmed / appointment.declined"

# fmt: off
COMMANDS = (
    command("create_delivery_task", CreateDeliveryTask, "LMD", "shipment leg", "S:run.planned", "tm_plan", "TRN-01",
            "cancel_delivery_task", ordering="shipment"),
    command("update_delivery_task", UpdateDeliveryTask, "LMD", "task content_hash", "S:message ack", "tm_cmd_ack",
            # We name a task by its shipment: what is told of it must not overtake its creation.
            "INT-07", "previous", ordering="shipment=task", priority=Priority.P2),
    command("cancel_delivery_task", CancelDeliveryTask, "LMD", "task cancel_id", "S:message ack", "tm_cmd_ack_p0",
            "TRN-13", "recreate", ordering="shipment=task", priority=Priority.P0),
    command("reschedule_delivery", RescheduleDelivery, "LMD TMS", "shipment attempt_no window",
            "A:delivery.rescheduled", "tm_reattempt", "TRN-11", "", ordering="shipment"),
    command("request_pod", RequestPod, "LMD TMS", "shipment day", "A:pod.captured", "tm_pod", "FIN-05", "",
            ordering="shipment", priority=Priority.P2),
    command("request_appointment", RequestAppointment, "DOCK", "request_id", _APPT, "tm_appt", "TRN-12",
            "cancel_appointment", ordering="appointment=request_id", priority=Priority.P2),
    command("reschedule_appointment", RescheduleAppointment, "DOCK", "request_id", _APPT, "tm_appt", "TRN-12",
            "cancel_appointment", ordering="appointment=appt_no", priority=Priority.P2),
    command("cancel_appointment", CancelAppointment, "DOCK", "request_id", _APPT, "tm_appt", "TRN-12", "",
            ordering="appointment=appt_no", priority=Priority.P0),
)
# fmt: on
