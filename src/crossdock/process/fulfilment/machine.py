"""FO as the fold sees it."""

from __future__ import annotations

from crossdock.process.fulfilment.decide import ACTIONS, GUARDS, WATCHES, gate
from crossdock.process.fulfilment.evolve import evolve
from crossdock.process.fulfilment.state import FulfilmentState
from crossdock.process.fulfilment.table import (
    HANDED_OVER,
    PROGRESS,
    REJECTED,
    ROWS,
    SHORT_CLOSED,
    UNPICKED,
)
from crossdock.process.step import HOLD_TTL, Conflict, Spec, TableMachine

WORKING = frozenset({*UNPICKED, "WAVED", "PICKING", "PICKED", "PACKED", "STAGED", "LOADED"})

WAITS = {
    **dict.fromkeys(
        (
            "cmd:create_fulfilment_order", "fulfilment.accepted", "fulfilment.rejected", "allocation.confirmed",
            "allocation.shorted", "wave.assigned", "wave.cancelled", "substitution.approved", "substitution.rejected",
            "handover.voided", "package.voided", "fulfilment.cancelled", "fulfilment.cancel_rejected",
        ),
        HOLD_TTL,
    ),
    **dict.fromkeys(
        (
            "pick.started", "pick.completed", "pick.shorted", "pack.completed", "shipment.staged", "shipment.loaded",
            "shipment.handed_over",
        ),
        "gap_grace_wms",
    ),
}  # fmt: skip

CONFLICTS = {
    "shipment.handed_over": Conflict(
        frozenset({HANDED_OVER, REJECTED, SHORT_CLOSED}),
        "INT-05",
        "packages handed over twice, or of an order that has ended",
    ),
    "fulfilment.cancelled": Conflict(
        WORKING | {HANDED_OVER}, "INT-05", "cancelled by the warehouse, not by us or too late: decide which is true"
    ),
}

MACHINE = TableMachine(
    Spec(
        name="FO",
        per_group=True,
        blank=FulfilmentState(),
        rows=ROWS,
        guards=GUARDS,
        actions=ACTIONS,
        evolve=evolve,
        progress=PROGRESS,
        waits=WAITS,
        conflicts=CONFLICTS,
        watches=WATCHES,
        gate=gate,
        physical=frozenset({"pick.completed", "pack.completed", "shipment.loaded", "shipment.handed_over"}),
    )
)
