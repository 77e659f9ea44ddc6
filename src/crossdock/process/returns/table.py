"""Transitions of RET (domain.md §3.7). Rows of one trigger are tried in this order.

Eligibility, the ledger, `request_return`, `expect_return`, `book_return_transport` and `request_credit_note` are the
order's (`process.order.returns`), which knows what was delivered and billed. RET-17 is taken by the expectation the
shipment announces (SHP-23). An expiry that leaves a part to be credited ends with its credit: the last RET-12.
"""

from __future__ import annotations

from crossdock.process.machine import KEEP, NEW, Row

REQUESTED, UNANNOUNCED, AUTHORISED, DECLINED = "REQUESTED", "UNANNOUNCED", "AUTHORISED", "DECLINED"
IN_TRANSIT, PARTLY_RECEIVED, RECEIVED = "IN_TRANSIT", "PARTLY_RECEIVED", "RECEIVED"
INSPECTED, DISPOSITIONED, CREDITED, CLOSED = "INSPECTED", "DISPOSITIONED", "CREDITED", "CLOSED"
CANCELLED, EXPIRED = "CANCELLED", "EXPIRED"

PROGRESS = {
    NEW: -1, REQUESTED: 10, UNANNOUNCED: 10, AUTHORISED: 20, IN_TRANSIT: 30, EXPIRED: 35, PARTLY_RECEIVED: 40,
    RECEIVED: 50, INSPECTED: 60, DISPOSITIONED: 70, CREDITED: 80, DECLINED: 90, CANCELLED: 90, CLOSED: 99,
}  # fmt: skip

COMING = (AUTHORISED, IN_TRANSIT)
AHEAD = (*COMING, PARTLY_RECEIVED, RECEIVED, INSPECTED)
RECEIVE = ("post_receipt", "check_receipt", "+tm_inspect", "credit_on_receipt")
GONE = ("-tm_rma", "-tm_return_window")

ROWS = (
    Row("RET-01", (NEW,), "return.requested", REQUESTED, "", ("link_request", "+tm_rma")),
    Row("RET-02", (NEW, REQUESTED), "return.initiated", AUTHORISED, "", ("link_rma", "answered", "+tm_return_window")),
    Row("RET-02", (UNANNOUNCED,), "return.initiated", AUTHORISED, "",
        ("link_rma", "announced_after_all", "+tm_return_window")),
    Row("RET-02", (AUTHORISED,), "return.initiated", KEEP, "newer", ("+tm_return_window",)),
    Row("RET-03", (REQUESTED,), "return.declined", DECLINED, "", ("answered",)),
    Row("RET-04", (AUTHORISED,), "return.label_issued", KEEP, "", ("link_label",)),
    Row("RET-05", (AUTHORISED,), "return.in_transit", IN_TRANSIT, "", ("link_label",)),
    Row("RET-06", COMING, "return.received", RECEIVED, "all_lines", (*RECEIVE, "-tm_return_window")),
    Row("RET-07", COMING, "return.received", PARTLY_RECEIVED, "", RECEIVE),
    Row("RET-08", (PARTLY_RECEIVED,), "return.received", RECEIVED, "all_lines", (*RECEIVE, "-tm_return_window")),
    Row("RET-08", (PARTLY_RECEIVED,), "return.received", KEEP, "", RECEIVE),
    Row("RET-15", (EXPIRED,), "return.received", RECEIVED, "", (*RECEIVE, "too_late")),
    Row("RET-09", (RECEIVED, PARTLY_RECEIVED), "return.inspected", INSPECTED, "", ("check_inspection", "-tm_inspect")),
    Row("RET-09", COMING, "return.inspected", INSPECTED, "graced", ("infer_receipt", "check_inspection")),
    Row("RET-10", (INSPECTED, RECEIVED), "return.dispositioned", DISPOSITIONED, "",
        ("-tm_inspect", "await_credit", "close_if_done")),
    Row("RET-10", (PARTLY_RECEIVED,), "return.dispositioned", KEEP, "", ("await_credit",)),
    Row("RET-11", (DISPOSITIONED,), "return.credited", CREDITED, "", ("credited", "close_if_done")),
    Row("RET-11", (RECEIVED, INSPECTED), "return.credited", CREDITED, "on_receipt", ("credited", "close_if_done")),
    Row("RET-11", AHEAD, "return.credited", KEEP, "in_advance", ("credited",)),
    Row("RET-12", (CREDITED,), "return.closed", CLOSED, "", ("end",)),
    Row("RET-12", (DISPOSITIONED,), "return.closed", CLOSED, "nothing_to_credit", ("end",)),
    Row("RET-12", (EXPIRED,), "return.closed", CLOSED, "", ("end",)),
    Row("RET-13", (REQUESTED, AUTHORISED), "return.cancelled", CANCELLED, "", ("call_off", *GONE)),
    Row("RET-14", (AUTHORISED, PARTLY_RECEIVED), "return.expired", EXPIRED, "", ("await_part_credit",)),
    Row("RET-14", (EXPIRED,), "return.credited", KEEP, "", ("credited", "close_part")),
    Row("RET-16", (NEW,), "return.unannounced_received", UNANNOUNCED, "", ("link_request", "unannounced")),
    Row("RET-17", (NEW,), "cmd:expect_return", RECEIVED, "sent_back",
        ("link_rma", "decide_for_customer", "+tm_inspect")),
)  # fmt: skip
