"""Transitions of FO (domain.md §3.2.2). A second row with the same id is the skip §3.2.7 allows after the gap grace.

FO-11 is taken when the order sends the approved substitute; FO-12 (substitute refused) changes nothing here, the order
treats the quantity as short. What the table of the specification says beside a transition and another machine does:
the short decision (FO-05, FO-10, FO-12, FO-23) is the order's; the tender gate of FO-04, the package data of FO-13 and
telling the TMS of a hand-over (FO-16) are the shipment's, which waits until the TMS has named it.
"""

from __future__ import annotations

from crossdock.process.machine import KEEP, NEW, PRIOR, Row

SENT, ACCEPTED, ALLOCATED, WAVED = "SENT", "ACCEPTED", "ALLOCATED", "WAVED"
PICKING, PICKED, PACKED, STAGED, LOADED = "PICKING", "PICKED", "PACKED", "STAGED", "LOADED"
HANDED_OVER, CANCEL_PENDING, CANCELLED = "HANDED_OVER", "CANCEL_PENDING", "CANCELLED"
REJECTED, SHORT_CLOSED = "REJECTED", "SHORT_CLOSED"

PROGRESS = {
    NEW: -1, CANCEL_PENDING: 0, SENT: 10, ACCEPTED: 20, ALLOCATED: 30, WAVED: 40, PICKING: 50, PICKED: 60, PACKED: 70,
    STAGED: 80, LOADED: 90, HANDED_OVER: 100, REJECTED: 200, SHORT_CLOSED: 200, CANCELLED: 200,
}  # fmt: skip

UNPICKED = (SENT, ACCEPTED, ALLOCATED)
CONFIRM = ("post_goods_issue", "check_confirmation", "-work", "close_whs_08")

ROWS = (
    Row("FO-01", (NEW,), "cmd:create_fulfilment_order", SENT, actions=("+tm_fo_accept",)),
    Row("FO-02", (SENT,), "fulfilment.accepted", ACCEPTED, "",
        ("-tm_fo_accept", "accepted_late", "+tm_allocate", "+tm_cutoff")),
    Row("FO-03", (SENT,), "fulfilment.rejected", REJECTED, "", ("-tm_fo_accept",)),
    Row("FO-04", (ACCEPTED,), "allocation.confirmed", ALLOCATED, "",
        ("-tm_allocate", "allocated_late", "+tm_pick_start")),
    Row("FO-05", (ACCEPTED,), "allocation.shorted", ALLOCATED, "may_ship_partial",
        ("-tm_allocate", "allocated_late", "+tm_pick_start")),
    Row("FO-06", (ACCEPTED,), "allocation.shorted", KEEP, "", ("ask_customer",)),
    Row("FO-07", (ACCEPTED, ALLOCATED), "wave.assigned", WAVED),
    Row("FO-08", (WAVED,), "pick.started", PICKING, "", ("picking", "+tm_pick")),
    Row("FO-08", (ACCEPTED, ALLOCATED), "pick.started", PICKING, "graced", ("picking", "+tm_pick")),
    Row("FO-09", (WAVED, PICKING), "pick.completed", PICKED, "", ("picking", "-tm_pick", "+tm_pack")),
    Row("FO-09", UNPICKED, "pick.completed", PICKED, "graced", ("picking", "-tm_pick", "+tm_pack")),
    Row("FO-23", (WAVED, PICKING), "pick.shorted", SHORT_CLOSED, "nothing_picked", ("-work", "cancel_shipment")),
    Row("FO-10", (WAVED, PICKING), "pick.shorted", PICKING, "", ("picking",)),
    Row("FO-10", UNPICKED, "pick.shorted", PICKING, "graced", ("picking", "+tm_pick")),
    Row("FO-11", (PICKING, PICKED), "cmd:update_fulfilment_order", PICKING, "more_to_pick", ("-tm_pack", "+tm_pick")),
    Row("FO-13", (PICKED,), "pack.completed", PACKED, "complete", ("-tm_pack", "+tm_handover")),
    Row("FO-13", (*UNPICKED, WAVED, PICKING), "pack.completed", PACKED, "complete_graced",
        ("picking", "-tm_pick", "-tm_pack", "+tm_handover")),
    Row("FO-25", (PICKED,), "pack.completed", KEEP),
    Row("FO-14", (PACKED,), "shipment.staged", STAGED),
    Row("FO-14", (*UNPICKED, WAVED, PICKING, PICKED), "shipment.staged", STAGED, "graced",
        ("picking", "-tm_pick", "-tm_pack", "+tm_handover")),
    Row("FO-15", (PACKED, STAGED), "shipment.loaded", LOADED),
    Row("FO-15", (*UNPICKED, WAVED, PICKING, PICKED), "shipment.loaded", LOADED, "graced",
        ("picking", "-tm_pick", "-tm_pack", "+tm_handover")),
    Row("FO-16", (PACKED, STAGED, LOADED), "shipment.handed_over", HANDED_OVER, "", CONFIRM),
    Row("FO-16", (HANDED_OVER,), "shipment.handed_over", KEEP, "other_packages", CONFIRM),
    Row("FO-17", (*UNPICKED, WAVED, PICKING, PICKED), "shipment.handed_over", HANDED_OVER, "graced",
        ("picking", *CONFIRM)),
    Row("FO-18", (HANDED_OVER,), "handover.voided", STAGED, "", ("reverse_goods_issue", "+tm_handover")),
    Row("FO-19", (*UNPICKED, WAVED, PICKING, PICKED, PACKED, STAGED), "cmd:cancel_fulfilment_order", CANCEL_PENDING, "",
        ("+tm_cancel",)),
    Row("FO-20", (CANCEL_PENDING,), "fulfilment.cancelled", CANCELLED, "", ("-tm_cancel", "-work")),
    Row("FO-21", (CANCEL_PENDING,), "fulfilment.cancel_rejected", PRIOR, "", ("-tm_cancel",)),
    Row("FO-22", (CANCEL_PENDING, CANCELLED), "shipment.handed_over", HANDED_OVER, "", ("-tm_cancel", *CONFIRM)),
    Row("FO-24", (WAVED,), "wave.cancelled", ALLOCATED, "", ("+tm_pick_start",)),
    Row("FO-26", (PACKED, STAGED, LOADED), "shipment.departed", KEEP, "inferred", ("miss_confirmation",)),
)  # fmt: skip
