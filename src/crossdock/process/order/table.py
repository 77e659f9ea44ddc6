"""Transitions of ORD (domain.md §3.2.1).

ORD-18 waits for delivery and customer billing, not for freight (D-27). A completed order is never opened again (D-07):
ORD-19 lets returns and credits move its derived statuses only. ORD-10, ORD-20 and an ORD-13 for some lines only are
judged in `gate`, which sees the state before: what they do depends on the difference.
"""

from __future__ import annotations

from crossdock.process.machine import KEEP, NEW, Row

CREATED, BLOCKED, RELEASED, EXECUTING = "NEW", "BLOCKED", "RELEASED", "EXECUTING"
CANCEL_PENDING, CANCELLED, FULFILLED = "CANCEL_PENDING", "CANCELLED", "FULFILLED"
COMPLETED = "COMPLETED"

PROGRESS = {
    NEW: -1, CREATED: 10, BLOCKED: 10, RELEASED: 20, CANCEL_PENDING: 20, EXECUTING: 30, FULFILLED: 40, COMPLETED: 50,
    CANCELLED: 90,
}  # fmt: skip

OPEN = (CREATED, BLOCKED)
LIVE = (RELEASED, EXECUTING)
GONE = (FULFILLED, COMPLETED)
RELEASE = ("create_groups", "served_elsewhere", "bill_ahead", "report_status", "-tm_release")
AGAIN = ("+tm_release", "run_rules")

ROWS = (
    Row("ORD-01", (NEW,), "order.approved", CREATED, "", ("+tm_release", "run_rules")),
    Row("ORD-02", (CREATED,), "order.released", RELEASED, "", RELEASE),
    Row("ORD-03", (CREATED,), "order.release_blocked", BLOCKED, "", ("-tm_release", "raise_rule_cases")),
    Row("ORD-04", (BLOCKED,), "order.released", RELEASED, "", RELEASE),
    *(
        Row("ORD-05", OPEN, trigger, CREATED, "", AGAIN)
        for trigger in (
            "order.changed", "order.approved", "order.line_cancelled", "order.hold_released", "master.updated",
        )
    ),
    Row("ORD-06", (RELEASED,), "fulfilment.accepted", EXECUTING),
    # A warehouse that only confirms what left (X12) never says it accepted: the goods say it, once their grace is over.
    Row("ORD-06", (RELEASED,), "shipment.handed_over", EXECUTING, "",
        ("tell_terms", "goods_left", "short_shipped", "settle")),
    Row("ORD-07", LIVE, "fulfilment.rejected", KEEP, "has_alternative", ("reroute",)),
    Row("ORD-08", LIVE, "fulfilment.rejected", BLOCKED, "nothing_left", ("warehouse_refused",)),
    Row("ORD-25", LIVE, "fulfilment.rejected", KEEP, "", ("warehouse_refused", "run_ladder")),
    # What turns out short while the warehouse is asked to stop waits for stock all the same, should it not stop.
    Row("ORD-09", (*LIVE, CANCEL_PENDING), "order.line_backordered", KEEP, "",
        ("+tm_backorder_review", "short_decided")),
    Row("ORD-10", LIVE, "order.changed", KEEP),
    Row("ORD-11", OPEN, "order.cancel_requested", CANCELLED, "whole",
        ("conclude_cancel", "-tm_release", "close_rule_cases")),
    Row("ORD-12", LIVE, "order.cancel_requested", "CANCEL_PENDING", "whole_unshipped", ("cancel_groups", "+tm_cancel")),
    Row("ORD-13", LIVE, "order.cancel_requested", KEEP, "", ("cancel_remainder", "settle")),
    # All has left: the answer is the same as while something had (CX-07 to CX-09).
    Row("ORD-13", GONE, "order.cancel_requested", KEEP, "", ("refuse_gone",)),
    Row("ORD-14", (CANCEL_PENDING,), "fulfilment.cancelled", CANCELLED, "all_cancelled",
        ("conclude_cancel", "retell_terms", "-tm_cancel")),
    Row("ORD-15", (CANCEL_PENDING, CANCELLED), "shipment.handed_over", EXECUTING, "",
        ("tell_terms", "goods_left", "refuse_cancel", "-tm_cancel", "settle")),
    Row("ORD-15", (CANCEL_PENDING,), "fulfilment.cancel_rejected", EXECUTING, "", ("refuse_cancel", "-tm_cancel")),
    Row("ORD-15", (CANCEL_PENDING,), "customs.cancel_denied", EXECUTING, "", ("refuse_cancel", "-tm_cancel")),
    Row("ORD-16", (EXECUTING,), "order.fulfilled", FULFILLED, "",
        ("report_status", "-tm_backorder_review", "close_csr_08", "complete")),
    Row("ORD-17", (FULFILLED,), "handover.voided", EXECUTING, "", ("report_status", "goods_stayed")),
    Row("ORD-18", (FULFILLED,), "order.completed", COMPLETED, "", ("report_status",)),
    *(Row("ORD-19", (COMPLETED,), trigger, KEEP) for trigger in (
        "invoice.credited", "return.initiated", "return.received")),
    Row("ORD-21", LIVE, "order.line_cancelled", CANCELLED, "all_open_cancelled", ("cancel_groups", "conclude_cancel")),
    Row("ORD-20", LIVE, "order.line_cancelled", KEEP),
    Row("ORD-22", (*OPEN, *LIVE), "order.held", KEEP, "", ("hold_groups",)),
    Row("ORD-23", LIVE, "order.hold_released", KEEP, "", ("release_groups",)),
    Row("ORD-24", LIVE, "order.released", KEEP, "",
        ("create_groups", "served_elsewhere", "bill_ahead", "short_rerouted")),
)  # fmt: skip
