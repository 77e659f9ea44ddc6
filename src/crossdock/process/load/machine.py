"""LD as the fold sees it."""

from __future__ import annotations

from crossdock.process.load.decide import ACTIONS, GUARDS, WATCHES, gate
from crossdock.process.load.evolve import evolve
from crossdock.process.load.state import LoadState
from crossdock.process.load.table import CANCELLED, IN_EXECUTION, PROGRESS, ROWS
from crossdock.process.step import HOLD_TTL, Conflict, Spec, TableMachine

WAITS = dict.fromkeys(
    (
        "carrier.tendered", "carrier.accepted", "carrier.rejected", "tender.expired", "tender.cancelled",
        "load.changed",
        "load.cancelled", "shipment.departed", "shipment.delivered", "shipment.returned", "tracking.milestone",
        "freight.estimated", "shipment.handed_over", "handover.voided", "shipment.replanned",
    ),
    HOLD_TTL,
)  # fmt: skip

CONFLICTS = {
    "load.cancelled": Conflict(frozenset({IN_EXECUTION}), "TRN-16", "cancelled while it is on the road"),
    "carrier.accepted": Conflict(frozenset({CANCELLED}), "TRN-16", "accepted after it was cancelled: tell the carrier"),
    "load.changed": Conflict(frozenset({CANCELLED}), "INT-05", "changed after it was cancelled"),
}

MACHINE = TableMachine(
    Spec(
        name="LD",
        per_group=False,
        blank=LoadState(),
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
