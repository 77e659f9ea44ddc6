"""SHP as the fold sees it."""

from __future__ import annotations

from crossdock.process.machine import NEW
from crossdock.process.shipment.decide import ACTIONS, WATCHES
from crossdock.process.shipment.evolve import evolve
from crossdock.process.shipment.guards import GUARDS
from crossdock.process.shipment.observe import gate
from crossdock.process.shipment.state import ShipmentState
from crossdock.process.shipment.table import CANCELLED, IN_TRANSIT, LOST, PROGRESS, RETURNED, ROWS
from crossdock.process.step import HOLD_TTL, Conflict, Spec, TableMachine

SOON = "tm_handover_grace"
ENDED = frozenset({LOST, RETURNED, CANCELLED})

WAITS = {
    **dict.fromkeys(
        (
            "cmd:plan_shipment", "shipment.planned", "shipment.plan_failed", "shipment.replanned", "carrier.tendered",
            "carrier.accepted", "carrier.rejected", "tender.expired", "tender.cancelled", "load.cancelled",
            "run.planned",
            "run.cancelled", "shipment.cancelled", "shipment.held", "shipment.hold_released", "pod.rejected",
            "pod.amended", "handover.voided", "delivery.rescheduled", "shipment.eta_changed",
        ),
        HOLD_TTL,
    ),
    **dict.fromkeys(
        (
            "shipment.handed_over", "shipment.departed", "tracking.milestone", "run.dispatched", "delivery.attempted",
            "delivery.completed", "delivery.out_for_delivery", "delivery.failed", "delivery.refused",
            "shipment.delivered",
            "shipment.returned", "shipment.return_started", "shipment.lost", "shipment.exception_reported",
        ),
        SOON,
    ),
    "pod.captured": "gap_grace_pod",
}  # fmt: skip

CONFLICTS = {
    "handover.voided": Conflict(
        frozenset({IN_TRANSIT}), "TRN-16", "the carrier saw it leave, the warehouse takes the hand-over back"
    ),
    "shipment.delivered": Conflict(ENDED, "TRN-16", "delivered, but it had ended otherwise"),
    "shipment.returned": Conflict(frozenset({"DELIVERED", "CLOSED"}), "TRN-16", "returned after it was delivered"),
    "shipment.lost": Conflict(frozenset({"DELIVERED", "CLOSED", RETURNED}), "TRN-16", "lost after it had arrived"),
    "shipment.handed_over": Conflict(ENDED, "TRN-16", "handed over after it had ended"),
}

PHYSICAL = frozenset(
    {
        "shipment.handed_over",
        "shipment.lost",
        "shipment.returned",
        "shipment.return_started",
        "delivery.out_for_delivery",
    }
)

MACHINE = TableMachine(
    Spec(
        name="SHP",
        per_group=True,
        blank=ShipmentState(),
        rows=ROWS,
        guards=GUARDS,
        actions=ACTIONS,
        evolve=evolve,
        progress=PROGRESS | {NEW: -1},
        waits=WAITS,
        conflicts=CONFLICTS,
        watches=WATCHES,
        gate=gate,
        physical=PHYSICAL,
    )
)
