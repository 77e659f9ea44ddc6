"""Words of EPCIS that say what stands in a message, and the step that tells a fact of ours.

What a business step or disposition means is in `codes/*.csv`. Source: EPCIS 2.0, CBV 2.0 chapter 7.
"""

from __future__ import annotations

from crossdock.canonical.milestones import Milestone

EVENT_TYPES = frozenset(
    {"ObjectEvent", "AggregationEvent", "TransactionEvent", "TransformationEvent", "AssociationEvent"}
)
# What an event is called in the maps, by syntax.
EVENT = {"json": "event", "xml": "xml-event"}
ERROR_DECLARATION, BASE_EXTENSION = "errorDeclaration", "baseExtension"
# Dispositions that say something of the goods beside the step; `codes/disposition.csv` says what.
TELLING = frozenset(
    {"damaged", "destroyed", "disposed", "stolen", "non_conformant", "non_sellable_other", "recalled", "returned"}
)
# What a warehouse may say by EPCIS: other facts of its need order lines, which an event does not name.
WAREHOUSE, WAREHOUSE_STEPS = "WMS", frozenset({"staging_outbound", "loading"})

STEP_OF = {
    Milestone.PICKED: "picking",
    Milestone.PACKED: "packing",
    Milestone.LOADED: "loading",
    Milestone.HANDED_OVER: "shipping",
    Milestone.DEPARTED_ORIGIN: "departing",
    Milestone.ARRIVED_FACILITY: "arriving",
    Milestone.DEPARTED_FACILITY: "departing",
    Milestone.RECEIVED_BY_PARTNER: "accepting",
    Milestone.ARRIVED_DESTINATION_HUB: "arriving",
    Milestone.ARRIVED_DELIVERY: "arriving",
    Milestone.DELIVERED: "receiving",
    Milestone.HELD: "holding",
}
