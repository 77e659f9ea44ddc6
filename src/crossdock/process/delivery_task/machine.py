"""DT as the fold sees it."""

from __future__ import annotations

from crossdock.process.delivery_task.decide import ACTIONS, GUARDS, WATCHES, gate
from crossdock.process.delivery_task.evolve import evolve
from crossdock.process.delivery_task.state import TaskState
from crossdock.process.delivery_task.table import CANCELLED, PROGRESS, ROWS
from crossdock.process.step import HOLD_TTL, Conflict, Spec, TableMachine

WAITS = {
    "run.planned": HOLD_TTL,
    "delivery.rescheduled": HOLD_TTL,
    "run.dispatched": "gap_grace_wms",
    "delivery.arrived": "gap_grace_wms",
    "delivery.attempted": "gap_grace_wms",
    "delivery.completed": "gap_grace_wms",
    "pod.captured": "gap_grace_pod",
}

CONFLICTS = {
    "run.dispatched": Conflict(
        frozenset({CANCELLED}), "TRN-13", "a vehicle left with a cancelled task: call the driver"
    ),
}

MACHINE = TableMachine(
    Spec(
        name="DT",
        per_group=True,
        blank=TaskState(),
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
