"""The desk of repairs of one process, and the work the schedule role does for it."""

from __future__ import annotations

from crossdock.app.repair.plans import RepairDesk
from crossdock.app.repair.reading import Reader
from crossdock.bootstrap.connectors import KINDS
from crossdock.bootstrap.hub import Hub
from crossdock.bootstrap.shelving import repairs_of
from crossdock.runtime.loops import Work

# How late a plan that was asked for may be begun.
REPAIRS, REPAIRS_S = "repairs", 2.0


def repair_desk(hub: Hub) -> RepairDesk:
    """The desk of this process: its project is what is folded and read by."""
    reader = Reader({name: kind.decoder(hub.wiring.library) for name, kind in KINDS.items()}, hub.parts.directory)
    repairs = repairs_of(hub.project.settings, hub.project.folder, hub.pool)
    return RepairDesk(hub.parts, repairs, reader, hub.clock, hub.dice)


def repairing(hub: Hub) -> dict[str, tuple[Work, float]]:
    """What the schedule role does: plans under way, a step at a time."""
    return {REPAIRS: (repair_desk(hub).step_next, REPAIRS_S)}
