"""Transitions of LD (domain.md §3.3.2). Each row fans out to the shipments on the load."""

from __future__ import annotations

from crossdock.process.machine import KEEP, NEW, Row

BUILT, TENDERED, ACCEPTED, IN_EXECUTION = "BUILT", "TENDERED", "ACCEPTED", "IN_EXECUTION"
COMPLETED, CANCELLED = "COMPLETED", "CANCELLED"

PROGRESS = {NEW: -1, BUILT: 10, TENDERED: 20, ACCEPTED: 30, IN_EXECUTION: 40, COMPLETED: 50, CANCELLED: 90}

ROWS = (
    Row("LD-01", (NEW,), "load.built", BUILT, "", ("link",)),
    Row("LD-02", (BUILT,), "carrier.tendered", TENDERED, "", ("tell_shipments", "transmit_tender", "+tm_tender")),
    Row(
        "LD-03",
        (TENDERED,),
        "carrier.accepted",
        ACCEPTED,
        "",
        ("-tm_tender", "tell_shipments", "carrier_found", "book_docks"),
    ),
    Row("LD-04", (TENDERED,), "carrier.rejected", BUILT, "", ("-tm_tender", "tell_shipments", "tender_next")),
    Row("LD-04", (TENDERED,), "tender.expired", BUILT, "", ("-tm_tender", "tell_shipments", "tender_next")),
    Row("LD-05", (ACCEPTED,), "load.changed", KEEP, "outgrown", ("link", "tell_removed", "confirm_again")),
    Row("LD-05", (BUILT, TENDERED, ACCEPTED), "load.changed", KEEP, "", ("link", "tell_removed")),
    Row("LD-06", (ACCEPTED,), "shipment.departed", IN_EXECUTION, "", ("tell_execution",)),
    Row("LD-07", (IN_EXECUTION,), "shipment.delivered", COMPLETED, "all_ended", ("tell_execution",)),
    Row("LD-07", (IN_EXECUTION,), "shipment.returned", COMPLETED, "all_ended", ("tell_execution",)),
    Row(
        "LD-08",
        (BUILT, TENDERED, ACCEPTED),
        "load.cancelled",
        CANCELLED,
        "",
        ("-tm_tender", "cancel_tender", "tell_shipments", "tell_execution", "give_docks_back"),
    ),
    Row("LD-09", (ACCEPTED,), "carrier.rejected", BUILT, "", ("tell_shipments", "carrier_withdrew", "tender_next")),
    Row("LD-10", (TENDERED,), "tender.cancelled", BUILT, "", ("-tm_tender", "tell_shipments")),
)
