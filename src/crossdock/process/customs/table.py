"""Transitions of CD (domain.md §3.4). Rows of one trigger are tried in this order.

The goods come as `customs.goods_stated` (see `trade_machine`): a draft goes to customs only when it is complete, so
CD-01, CD-02 and CD-06 begin with what is known and send `create_declaration` themselves. Submission, amendment and
cancellation are commands of ours; what sends them is in `duties`. While an amendment is open, an outcome changes what
it will return to; a cancellation may also begin there. A refusal while a cancellation is open changes what a denial
returns to.
"""

from __future__ import annotations

from crossdock.process.machine import KEEP, NEW, PRIOR, Row

REQUIRED, DRAFT, SUBMITTED, ACCEPTED, REJECTED = "REQUIRED", "DRAFT", "SUBMITTED", "ACCEPTED", "REJECTED"
HELD, RELEASED, REFUSED, AMENDING = "HELD", "RELEASED", "REFUSED", "AMENDING"
CANCEL_PENDING, CANCELLED, ENQUIRY, EXITED = "CANCEL_PENDING", "CANCELLED", "ENQUIRY", "EXITED"

PROGRESS = {
    NEW: -1, REQUIRED: 10, DRAFT: 20, SUBMITTED: 30, REJECTED: 30, ACCEPTED: 40, AMENDING: 50, HELD: 50, REFUSED: 60,
    CANCEL_PENDING: 60, RELEASED: 70, ENQUIRY: 80, EXITED: 90, CANCELLED: 99,
}  # fmt: skip

UNRELEASED = (REQUIRED, DRAFT, SUBMITTED, ACCEPTED, HELD, AMENDING, REJECTED, REFUSED, CANCEL_PENDING)
HOLD = ("hold_control", "customs_hold", "-tm_customs_ack", "-tm_customs_release", "-exit_clocks", "+tm_hold_review")
RELEASE = (
    "lift", "released", "-tm_customs_ack", "-tm_customs_release", "-tm_hold_review", "+exit_clocks", "amend_if_changed",
)  # fmt: skip
REFUSAL = ("lift", "hold_control", "refused", "-tm_customs_ack", "-tm_customs_release", "-tm_hold_review")
END = ("-clocks",)
STATED = "customs.goods_stated"
# Handed in, and an answer came before the receipt: after a wait it stands for the receipt.
UNSEEN = (DRAFT, REJECTED, REFUSED)
UNSURE = (DRAFT, SUBMITTED, ACCEPTED, HELD, AMENDING, CANCEL_PENDING)

ROWS = (
    Row("CD-01", (NEW,), STATED, DRAFT, "complete", ("link", "draft", "hold_gate")),
    Row("CD-02", (NEW,), STATED, REQUIRED, "", ("link", "data_missing", "+tm_customs_data", "hold_gate")),
    Row("CD-06", (REQUIRED,), STATED, DRAFT, "complete", ("-tm_customs_data", "data_complete", "draft", "submit")),
    Row("CD-03", (DRAFT, REJECTED, REFUSED), "customs.declared", SUBMITTED, "",
        ("answered", "corrected", "+tm_customs_ack")),
    Row("CD-04", (SUBMITTED,), "customs.accepted", ACCEPTED, "",
        ("link_mrn", "answered", "-tm_customs_ack", "+tm_customs_release", "amend_if_changed")),
    Row("CD-04", UNSEEN, "customs.accepted", ACCEPTED, "lodged_graced",
        ("link_mrn", "answered", "corrected", "-tm_customs_ack", "+tm_customs_release", "amend_if_changed")),
    Row("CD-05", (SUBMITTED,), "customs.rejected", REJECTED, "this_version",
        ("rejected", "-tm_customs_ack", "correct_known")),
    Row("CD-05", UNSEEN, "customs.rejected", REJECTED, "lodged_graced",
        ("rejected", "-tm_customs_ack", "correct_known")),
    Row("CD-25", (SUBMITTED,), "customs.held", HELD, "", ("link_mrn", "answered", *HOLD)),
    Row("CD-25", UNSEEN, "customs.held", HELD, "lodged_graced", ("link_mrn", "answered", "corrected", *HOLD)),
    Row("CD-07", (ACCEPTED,), "customs.held", HELD, "", HOLD),
    Row("CD-07", (RELEASED,), "customs.held", HELD, "newer_than_release", HOLD),
    Row("CD-07", (AMENDING,), "customs.held", KEEP, "newer_than_release", HOLD),
    Row("CD-22", (HELD,), "customs.held", KEEP, "another_control", ("notify",)),
    Row("CD-08", (ACCEPTED,), "customs.docs_requested", HELD, "",
        ("hold_control", "documents_asked", "-tm_customs_release", "+tm_hold_review", "supply")),
    Row("CD-08", (HELD, AMENDING), "customs.docs_requested", KEEP, "",
        ("hold_control", "documents_asked", "supply")),
    Row("CD-23", (SUBMITTED,), "customs.released", RELEASED, "", ("link_mrn", "answered", *RELEASE)),
    Row("CD-23", UNSEEN, "customs.released", RELEASED, "lodged_graced",
        ("link_mrn", "answered", "corrected", *RELEASE)),
    Row("CD-09", (ACCEPTED, HELD), "customs.released", RELEASED, "", RELEASE),
    Row("CD-09", (AMENDING,), "customs.released", KEEP, "", RELEASE),
    Row("CD-10", (ACCEPTED, HELD, AMENDING), "customs.release_refused", REFUSED, "", REFUSAL),
    Row("CD-10", (CANCEL_PENDING,), "customs.release_refused", KEEP, "", REFUSAL),
    Row("CD-11", (ACCEPTED, HELD, RELEASED), "cmd:amend_declaration", AMENDING, "",
        ("hold_amendment", "+tm_customs_ack")),
    Row("CD-12", (AMENDING,), "customs.amended", PRIOR, "",
        ("lift", "amended", "-tm_customs_ack", "amend_if_changed")),
    Row("CD-13", (AMENDING,), "customs.amendment_rejected", PRIOR, "", ("lift", "rejected", "-tm_customs_ack")),
    Row("CD-14", (RELEASED, ENQUIRY), "customs.exit_confirmed", EXITED, "left", ("exited", "exit_found", *END)),
    Row("CD-14", UNSURE, "customs.exit_confirmed", EXITED, "left_graced",
        ("lift", "link_mrn", "exited", "exit_found", "exit_before_release", *END)),
    Row("CD-15", (RELEASED,), "customs.exit_enquiry", ENQUIRY, "", ("exit_unproved", "evidence")),
    Row("CD-15", (RELEASED,), "timer:tm_exit_enquiry", ENQUIRY, "", ("exit_unproved", "evidence")),
    Row("CD-16", (RELEASED, ENQUIRY), "customs.cancelled", CANCELLED, "", ("invalidated", *END)),
    Row("CD-17", (REQUIRED,), "shipment.cancelled", CANCELLED, "", ("lift", "settled", *END)),
    Row("CD-17", (REQUIRED,), "customs.not_required", CANCELLED, "", ("lift", "settled", *END)),
    Row("CD-17", (REQUIRED, DRAFT, REJECTED), "cmd:cancel_declaration", CANCELLED, "", ("lift", "settled", *END)),
    Row("CD-18", (SUBMITTED, ACCEPTED, HELD, RELEASED, REFUSED, AMENDING), "cmd:cancel_declaration", CANCEL_PENDING, "",
        ("lift", "-tm_customs_release", "+tm_customs_ack")),
    Row("CD-19", (CANCEL_PENDING,), "customs.cancelled", CANCELLED, "", ("lift", "settled", *END)),
    Row("CD-20", (CANCEL_PENDING,), "customs.cancel_denied", PRIOR, "", ("cancel_denied", "-tm_customs_ack")),
    Row("CD-21", (CANCEL_PENDING,), "customs.released", RELEASED, "", (*RELEASE, "cancel_lost")),
    Row("CD-21", (CANCEL_PENDING,), "customs.held", HELD, "", (*HOLD, "cancel_lost")),
    Row("CD-24", UNRELEASED, "shipment.departed", KEEP, "gate_departure", ("breach",)),
    Row("CD-24", UNRELEASED, "shipment.handed_over", KEEP, "gate_handover", ("breach",)),
)  # fmt: skip
