"""RUN as the fold sees it."""

from __future__ import annotations

from crossdock.process.run.decide import ACTIONS, GUARDS, WATCHES, evolve, gate
from crossdock.process.run.state import RunState
from crossdock.process.run.table import CANCELLED, PROGRESS, ROWS
from crossdock.process.step import HOLD_TTL, Conflict, Spec, TableMachine

WAITS = dict.fromkeys(
    ("run.completed", "run.cancelled", "delivery.completed", "delivery.attempted"),
    HOLD_TTL,
)

CONFLICTS = {
    "run.dispatched": Conflict(frozenset({CANCELLED}), "TRN-13", "it left after it was cancelled: call the driver"),
}

MACHINE = TableMachine(
    Spec(
        name="RUN",
        per_group=False,
        blank=RunState(),
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
