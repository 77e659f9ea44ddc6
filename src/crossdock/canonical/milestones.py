"""The milestone lattice as data (domain.md §4.1): four chains totally ordered by rank, and flags that move none."""

from __future__ import annotations

from enum import StrEnum
from types import MappingProxyType

import msgspec


class Chain(StrEnum):
    """Physical, customs, documents, return; FLAG and NONE never move progress."""

    PHYSICAL = "P"
    CUSTOMS = "C"
    DOCUMENTS = "D"
    RETURN = "R"
    FLAG = "F"
    NONE = "-"


class Milestone(StrEnum):
    """What a source can say about a shipment's way."""

    ORDER_RELEASED = "ORDER_RELEASED"
    PICKED = "PICKED"
    PACKED = "PACKED"
    CARRIER_BOOKED = "CARRIER_BOOKED"
    ARRIVED_PICKUP = "ARRIVED_PICKUP"
    LOADED = "LOADED"
    HANDED_OVER = "HANDED_OVER"
    DEPARTED_ORIGIN = "DEPARTED_ORIGIN"
    ARRIVED_FACILITY = "ARRIVED_FACILITY"
    DEPARTED_FACILITY = "DEPARTED_FACILITY"
    RECEIVED_BY_PARTNER = "RECEIVED_BY_PARTNER"
    BORDER_CROSSED = "BORDER_CROSSED"
    ARRIVED_DESTINATION_HUB = "ARRIVED_DESTINATION_HUB"
    AVAILABLE_FOR_DELIVERY = "AVAILABLE_FOR_DELIVERY"
    AVAILABLE_FOR_COLLECTION = "AVAILABLE_FOR_COLLECTION"
    OUT_FOR_DELIVERY = "OUT_FOR_DELIVERY"
    ARRIVED_DELIVERY = "ARRIVED_DELIVERY"
    DELIVERY_ATTEMPTED = "DELIVERY_ATTEMPTED"
    DELIVERED = "DELIVERED"
    COMPLETED_DEPARTURE = "COMPLETED_DEPARTURE"
    EXPORT_DECLARED = "EXPORT_DECLARED"
    EXPORT_ACCEPTED = "EXPORT_ACCEPTED"
    EXPORT_RELEASED = "EXPORT_RELEASED"
    EXITED = "EXITED"
    AT_IMPORT_CUSTOMS = "AT_IMPORT_CUSTOMS"
    IMPORT_RELEASED = "IMPORT_RELEASED"
    POD_AVAILABLE = "POD_AVAILABLE"
    POD_ACCEPTED = "POD_ACCEPTED"
    RETURN_STARTED = "RETURN_STARTED"
    RETURN_IN_TRANSIT = "RETURN_IN_TRANSIT"
    RETURNED = "RETURNED"
    ETA = "ETA"
    DELAYED = "DELAYED"
    HELD = "HELD"
    HOLD_CLEARED = "HOLD_CLEARED"
    REFUSED = "REFUSED"
    DAMAGED = "DAMAGED"
    LOST = "LOST"
    RECONSIGNED = "RECONSIGNED"
    CANCELLED = "CANCELLED"
    CHECKPOINT = "CHECKPOINT"


class Rung(msgspec.Struct, frozen=True):
    """A milestone's place: chain, rank within it (0 for flags), and whether it may repeat within a cycle."""

    chain: Chain
    rank: int
    repeats: bool
    meaning: str


def _rungs() -> dict[Milestone, Rung]:
    rows = (
        ("ORDER_RELEASED", "P", 10, "", "release decision taken"),
        ("PICKED", "P", 20, "", "all lines of the fulfilment order picked or closed short"),
        ("PACKED", "P", 30, "", "last package closed with weight"),
        ("CARRIER_BOOKED", "P", 35, "", "carrier accepted or run assigned"),
        ("ARRIVED_PICKUP", "P", 40, "", "vehicle at origin site"),
        ("LOADED", "P", 45, "", "packages on the conveyance"),
        ("HANDED_OVER", "P", 50, "", "custody left the shipper's dock"),
        ("DEPARTED_ORIGIN", "P", 55, "", "conveyance left origin"),
        ("ARRIVED_FACILITY", "P", 60, "rep", "at an intermediate terminal, hub or port"),
        ("DEPARTED_FACILITY", "P", 60, "rep", "left an intermediate facility"),
        ("RECEIVED_BY_PARTNER", "P", 60, "rep", "interline or relay custody change"),
        ("BORDER_CROSSED", "P", 62, "rep", "physically crossed the border"),
        ("ARRIVED_DESTINATION_HUB", "P", 70, "", "last facility before the consignee"),
        ("AVAILABLE_FOR_DELIVERY", "P", 72, "", "can be delivered, waiting for slot or consignee"),
        ("AVAILABLE_FOR_COLLECTION", "P", 74, "", "consignee may collect"),
        ("OUT_FOR_DELIVERY", "P", 80, "", "on the delivery vehicle, attempt n"),
        ("ARRIVED_DELIVERY", "P", 84, "", "vehicle at consignee"),
        ("DELIVERY_ATTEMPTED", "P", 86, "", "attempt n ended without delivery; the next cycle opens"),
        ("DELIVERED", "P", 90, "", "goods transferred to consignee, in full or in part"),
        ("COMPLETED_DEPARTURE", "P", 92, "", "carrier left the delivery location"),
        ("EXPORT_DECLARED", "C", 10, "", "declaration sent"),
        ("EXPORT_ACCEPTED", "C", 20, "", "declaration accepted"),
        ("EXPORT_RELEASED", "C", 30, "", "released for export"),
        ("EXITED", "C", 40, "", "exit confirmed"),
        ("AT_IMPORT_CUSTOMS", "C", 50, "", "import clearance running (observation)"),
        ("IMPORT_RELEASED", "C", 60, "", "import clearance done (observation)"),
        ("POD_AVAILABLE", "D", 10, "", "proof captured"),
        ("POD_ACCEPTED", "D", 20, "", "proof passed completeness and quality"),
        ("RETURN_STARTED", "R", 10, "", "goods turned back"),
        ("RETURN_IN_TRANSIT", "R", 20, "", "return moves"),
        ("RETURNED", "R", 30, "", "return arrived"),
        ("ETA", "F", 0, "rep", "estimate, never progress"),
        ("DELAYED", "F", 0, "rep", "source reports delay"),
        ("HELD", "F", 0, "rep", "stop asserted by carrier or authority"),
        ("HOLD_CLEARED", "F", 0, "rep", "stop lifted"),
        ("REFUSED", "F", 0, "", "consignee refused"),
        ("DAMAGED", "F", 0, "rep", "damage reported"),
        ("LOST", "F", 0, "rep", "loss reported"),
        ("RECONSIGNED", "F", 0, "rep", "destination changed under way"),
        ("CANCELLED", "F", 0, "rep", "shipment or booking cancelled"),
        ("CHECKPOINT", "-", 0, "rep", "carrier-internal scan with no business meaning"),
    )
    return {Milestone(code): Rung(Chain(chain), rank, bool(rep), meaning) for code, chain, rank, rep, meaning in rows}


RUNGS = MappingProxyType(_rungs())

# Milestones whose facts go out as P1 although tracking is P2 (domain.md §2.4).
URGENT = frozenset({Milestone.DELIVERED, Milestone.HELD, Milestone.DAMAGED, Milestone.LOST})

# From this physical rank on, carriers may omit scans and what they left out is implied (domain.md §4.2).
SKIP_FROM_RANK = 50
