"""APT as the fold sees it."""

from __future__ import annotations

from crossdock.process.appointment.decide import ACTIONS, GUARDS, PROBLEM, WATCHES, evolve, gate
from crossdock.process.appointment.state import AppointmentState
from crossdock.process.appointment.table import CHECKED_IN, COMPLETED, IN_SERVICE, PROGRESS, ROWS
from crossdock.process.step import HOLD_TTL, Conflict, Spec, TableMachine

WAITS = dict.fromkeys(
    (
        "appointment.confirmed", "appointment.declined", "appointment.rescheduled", "appointment.checked_in",
        "appointment.service_started", "appointment.completed", "appointment.no_show", "appointment.cancelled",
        "load.cancelled", "shipment.cancelled",
    ),
    HOLD_TTL,
)  # fmt: skip

CONFLICTS = {
    "appointment.no_show": Conflict(
        frozenset({CHECKED_IN, IN_SERVICE, COMPLETED}), PROBLEM, "said not to have come, but it had checked in"
    ),
}

MACHINE = TableMachine(
    Spec(
        name="APT",
        per_group=False,
        blank=AppointmentState(),
        rows=ROWS,
        guards=GUARDS,
        actions=ACTIONS,
        evolve=evolve,
        progress=PROGRESS,
        waits=WAITS,
        conflicts=CONFLICTS,
        watches=WATCHES,
        gate=gate,
    )
)
