"""Transitions of BIL (domain.md §3.5). Rows of one trigger are tried in this order.

Where an item has several invoices (a hand-over in parts, `invoice_split=line`) it stays in the state of the one that is
least far. `invoice.eligible` is concluded after every step by the machine itself; see decision 0018 for the rows that
are more than the specification's.
"""

from __future__ import annotations

from crossdock.process.machine import KEEP, NEW, Row

PENDING, BLOCKED, REQUESTED, POSTED = "PENDING", "BLOCKED", "REQUESTED", "POSTED"
FAILED, PAID, CREDIT_PENDING = "FAILED", "PAID", "CREDIT_PENDING"
CREDITED, CANCELLED = "CREDITED", "CANCELLED"

PROGRESS = {
    NEW: -1, PENDING: 10, BLOCKED: 10, REQUESTED: 20, FAILED: 20, CREDIT_PENDING: 25, POSTED: 30, PAID: 40,
    CREDITED: 60, CANCELLED: 90,
}  # fmt: skip

BLOCKERS = ("FIN-05", "FIN-07", "WHS-09", "TRN-16", "CSR-06")
OPEN = (PENDING, BLOCKED)
DONE = (POSTED, PAID)
BILLED = (POSTED, PAID, CREDITED)
TAKE_BACK = ("ask_credit", "close_fin_06", "-tm_invoice_ack")

ROWS = (
    # ORD tells the terms in the step in which it takes the hand-over (or, paid in advance, releases): while it holds
    # that back, nothing may be billed either.
    Row("BIL-01", (NEW, CANCELLED), "tell:billing_terms", PENDING, "begun"),
    Row("BIL-02", OPEN, "invoice.eligible", REQUESTED, "", ("request", "close_fin_05")),
    Row("BIL-02", BILLED, "invoice.eligible", REQUESTED, "", ("request",)),
    Row("BIL-08", (FAILED,), "invoice.eligible", REQUESTED, "", ("request", "close_fin_06")),
    *(Row("BIL-03", (PENDING,), f"case:{code}", BLOCKED, "blocked") for code in BLOCKERS),
    *(Row("BIL-03", (BLOCKED,), f"case:{code}", PENDING, "unblocked") for code in BLOCKERS),
    Row("BIL-13", (REQUESTED, FAILED), "invoice.posted", CREDIT_PENDING, "too_much", TAKE_BACK),
    Row("BIL-04", (REQUESTED,), "invoice.posted", KEEP, "agrees_not_last"),
    Row("BIL-04", (REQUESTED,), "invoice.posted", POSTED, "agrees", ("close_fin_06", "-tm_invoice_ack")),
    Row("BIL-05", (REQUESTED,), "invoice.posted", KEEP, "not_last", ("differs",)),
    Row("BIL-05", (REQUESTED,), "invoice.posted", POSTED, "", ("differs", "close_fin_06", "-tm_invoice_ack")),
    Row("BIL-07", (FAILED,), "invoice.posted", KEEP, "not_last", ("compare",)),
    Row("BIL-07", (FAILED,), "invoice.posted", POSTED, "", ("compare", "close_fin_06", "-tm_invoice_ack")),
    # The ERP billed by itself: what it took for due counts as asked for.
    Row("BIL-04", OPEN, "invoice.posted", POSTED, "agrees_unasked"),
    Row("BIL-11", OPEN, "invoice.posted", CREDIT_PENDING, "was_taken_back", TAKE_BACK),
    Row("BIL-05", OPEN, "invoice.posted", POSTED, "", ("differs",)),
    Row("BIL-11", (CREDIT_PENDING,), "invoice.posted", KEEP, "", ("ask_credit",)),
    Row("BIL-06", (REQUESTED,), "invoice.failed", FAILED, "", ("failed", "+tm_invoice_ack")),
    Row("BIL-11", (CREDIT_PENDING,), "invoice.failed", CANCELLED, "nothing_posted", ("close_fin_09",)),
    Row("BIL-09", (POSTED,), "invoice.paid", PAID, "paid_in_full"),
    Row("BIL-09", DONE, "invoice.paid", KEEP),
    Row("BIL-10", OPEN, "handover.voided", CANCELLED, "nothing_left", ("close_fin_05",)),
    *(
        Row("BIL-11", (REQUESTED, FAILED, *DONE), trigger, CREDIT_PENDING, "too_much", TAKE_BACK)
        for trigger in ("handover.voided", "tracking.retracted")
    ),
    *(
        Row("BIL-13", DONE, trigger, CREDIT_PENDING, "too_much", TAKE_BACK)
        for trigger in ("pod.amended", "tell:billing_terms")
    ),
    Row("BIL-12", (CREDIT_PENDING, *DONE), "invoice.credited", CREDITED, "credited_in_full",
        ("close_fin_09", "close_fin_07", "-tm_invoice_ack")),
    Row("BIL-12", (CREDIT_PENDING,), "invoice.credited", KEEP, "too_much"),
    Row("BIL-12", (CREDIT_PENDING,), "invoice.credited", POSTED, "", ("close_fin_09", "close_fin_07")),
    Row("BIL-12", DONE, "invoice.credited", KEEP, "", ("close_fin_07",)),
    *(
        Row("BIL-14", OPEN, trigger, CANCELLED, "whole", ("close_fin_05",))
        for trigger in ("shipment.returned", "shipment.lost")
    ),
)  # fmt: skip
