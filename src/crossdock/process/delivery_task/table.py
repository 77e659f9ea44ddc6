"""Transitions of DT (domain.md §3.3.3).

What a task's outcome means for the goods (out for delivery, failed, refused, delivered) is derived by the shipment,
which knows whether the warehouse has handed them over; the task keeps what the driver's platform says about itself.
"""

from __future__ import annotations

from crossdock.process.machine import KEEP, NEW, Row

PLANNED, ASSIGNED, OUT, ARRIVED = "PLANNED", "ASSIGNED", "OUT", "ARRIVED"
FAILED, COMPLETED, REFUSED = "FAILED", "COMPLETED", "REFUSED"
CANCELLED, RETURNED_TO_DEPOT = "CANCELLED", "RETURNED_TO_DEPOT"

PROGRESS = {
    NEW: -1, PLANNED: 10, ASSIGNED: 20, OUT: 30, ARRIVED: 40, FAILED: 50, COMPLETED: 60, REFUSED: 60,
    RETURNED_TO_DEPOT: 70, CANCELLED: 90,
}  # fmt: skip

ROWS = (
    Row("DT-01", (NEW,), "cmd:create_delivery_task", PLANNED, "", ("+tm_plan",)),
    Row("DT-02", (PLANNED,), "run.planned", ASSIGNED, "", ("-tm_plan",)),
    Row("DT-02", (ASSIGNED,), "run.planned", KEEP),
    Row("DT-03", (ASSIGNED,), "run.dispatched", OUT),
    Row("DT-03", (PLANNED,), "run.dispatched", OUT, "graced", ("-tm_plan",)),
    Row("DT-04", (OUT,), "delivery.arrived", ARRIVED, "", ("tell_run",)),
    Row("DT-05", (OUT, ARRIVED), "delivery.attempted", FAILED, "failed", ("tell_run",)),
    Row("DT-06", (FAILED,), "delivery.rescheduled", PLANNED),
    Row("DT-07", (OUT, ARRIVED), "delivery.completed", COMPLETED, "", ("tell_run",)),
    Row("DT-07", (OUT, ARRIVED), "delivery.attempted", COMPLETED, "succeeded", ("tell_run",)),
    Row("DT-07", (PLANNED, ASSIGNED), "delivery.completed", COMPLETED, "graced", ("-tm_plan", "tell_run")),
    Row("DT-07", (PLANNED, ASSIGNED, OUT, ARRIVED), "pod.captured", COMPLETED, "graced", ("-tm_plan",)),
    Row("DT-08", (OUT, ARRIVED), "delivery.attempted", REFUSED, "refused", ("tell_run",)),
    Row("DT-09", (PLANNED, ASSIGNED), "cmd:cancel_delivery_task", CANCELLED, "", ("-tm_plan",)),
    Row("DT-10", (FAILED,), "run.completed", RETURNED_TO_DEPOT, "attempts_exhausted"),
    Row("DT-11", (COMPLETED,), "pod.captured", KEEP),
    Row("DT-12", (ASSIGNED, OUT), "run.cancelled", PLANNED, "of_its_run", ("run_incomplete",)),
)
