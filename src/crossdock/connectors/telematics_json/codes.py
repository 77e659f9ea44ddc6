"""What a vehicle's unit reports, as milestones (domain.md §4.1). A bare position is a checkpoint: it moves nothing."""

from __future__ import annotations

from crossdock.canonical.milestones import Milestone

EVENTS = {
    "position": Milestone.CHECKPOINT,
    "pickup_arrived": Milestone.ARRIVED_PICKUP,
    "pickup_departed": Milestone.DEPARTED_ORIGIN,
    "terminal_arrived": Milestone.ARRIVED_FACILITY,
    "terminal_departed": Milestone.DEPARTED_FACILITY,
    "border_crossed": Milestone.BORDER_CROSSED,
    "delivery_arrived": Milestone.ARRIVED_DELIVERY,
    "delivery_departed": Milestone.COMPLETED_DEPARTURE,
}
