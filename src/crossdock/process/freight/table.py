"""Transitions of FRT (domain.md §3.6). Rows of one trigger are tried in this order.

`freight.accrued`, `freight.matched`, `freight.mismatched` and the automatic `freight.approved` are concluded here; a
case is matched only after SHP or LD has said what was executed (`tell:execution`). See decision 0018.
"""

from __future__ import annotations

from crossdock.process.machine import KEEP, NEW, Row

ESTIMATED, ACCRUED, UNMATCHED, INVOICED = "ESTIMATED", "ACCRUED", "UNMATCHED", "INVOICED"
MATCHED, MISMATCHED, DISPUTED, APPROVED = "MATCHED", "MISMATCHED", "DISPUTED", "APPROVED"
SETTLED, REVERSED = "SETTLED", "REVERSED"

PROGRESS = {
    NEW: -1, ESTIMATED: 10, REVERSED: 12, UNMATCHED: 15, ACCRUED: 20, INVOICED: 30, MATCHED: 35, MISMATCHED: 35,
    DISPUTED: 40, APPROVED: 50, SETTLED: 60,
}  # fmt: skip

UNDECIDED = (INVOICED, MATCHED, MISMATCHED, DISPUTED)
TRUE_UP = ("true_up", "approve", "+tm_settle", "-tm_mismatch", "-tm_dispute")
CLOSE = ("release_residual", "close_variance", "-tm_settle", "-tm_mismatch", "-tm_dispute", "-accrual_age_max",
         "-tm_freight_invoice")  # fmt: skip

ROWS = (
    Row("FRT-01", (NEW,), "freight.estimated", ESTIMATED, "", ("link", "ask")),
    Row("FRT-02", (ESTIMATED, REVERSED), "freight.estimated", KEEP),
    Row("FRT-03", (ESTIMATED, REVERSED), "freight.accrued", ACCRUED, "",
        ("post", "+tm_freight_invoice", "+accrual_age_max")),
    Row("FRT-04", (ACCRUED,), "freight.accrued", KEEP, "owes_otherwise", ("adjust",)),
    Row("FRT-05", (ACCRUED,), "freight.invoiced", INVOICED, "", ("-tm_freight_invoice", "close_aged", "ask")),
    Row("FRT-06", (INVOICED,), "freight.matched", MATCHED, "", ("close_unmatched", "approve_automatically")),
    Row("FRT-07", (INVOICED,), "freight.mismatched", MISMATCHED, "", ("raise_cases", "+tm_mismatch")),
    Row("FRT-12", (MATCHED,), "freight.approved", APPROVED, "", TRUE_UP),
    Row("FRT-08", (MISMATCHED, DISPUTED), "freight.approved", APPROVED, "", TRUE_UP),
    Row("FRT-09", (MISMATCHED,), "freight.disputed", DISPUTED, "",
        ("open_dispute", "pay_undisputed", "-tm_mismatch", "+tm_dispute")),
    *(Row("FRT-10", (DISPUTED, MISMATCHED), trigger, INVOICED, "", ("-tm_mismatch", "-tm_dispute", "ask"))
      for trigger in ("freight.credited", "freight.invoiced")),
    # A further document before payment: what was matched is matched again with it.
    *(Row("FRT-10", (INVOICED, MATCHED, APPROVED), trigger, INVOICED, "", ("-tm_settle", "ask"))
      for trigger in ("freight.credited", "freight.invoiced")),
    Row("FRT-11", (DISPUTED,), "freight.dispute_resolved", INVOICED, "", ("-tm_dispute", "ask")),
    Row("FRT-13", (APPROVED,), "freight.settled", SETTLED, "", CLOSE),
    Row("FRT-13", (UNMATCHED, ACCRUED, *UNDECIDED), "freight.settled", SETTLED, "", (*CLOSE, "paid_outside")),
    Row("FRT-13", (SETTLED,), "freight.settled", KEEP, "", ("paid_twice",)),
    *(Row("FRT-14", (ESTIMATED,), trigger, REVERSED, "no_fee") for trigger in
      ("shipment.cancelled", "handover.voided", "load.cancelled", "tender.cancelled")),
    *(Row("FRT-14", (ACCRUED,), trigger, REVERSED, "no_fee",
          ("reverse", "close_aged", "-tm_freight_invoice", "-accrual_age_max"))
      for trigger in ("shipment.cancelled", "handover.voided", "load.cancelled")),
    Row("FRT-15", (NEW, ESTIMATED, REVERSED), "freight.invoiced", UNMATCHED, "", ("link", "+hold_ttl_freight", "ask")),
    Row("FRT-15", (UNMATCHED,), "timer:hold_ttl_freight", KEEP, "about_the_case", ("unmatched",)),
    Row("FRT-15", (UNMATCHED,), "freight.invoiced", KEEP),
    Row("FRT-16", (UNMATCHED,), "freight.accrued", INVOICED, "", ("post", "-hold_ttl_freight", "+accrual_age_max",
        "ask")),
    Row("FRT-17", (SETTLED,), "freight.invoiced", INVOICED, "", ("ask",)),
    Row("FRT-18", (SETTLED,), "freight.credited", KEEP, "", ("post_credit",)),
    Row("FRT-19", (UNMATCHED,), "freight.credited", REVERSED, "nothing_claimed", ("close_unmatched",
        "-hold_ttl_freight")),
    Row("FRT-19", (UNMATCHED,), "freight.credited", KEEP),
)  # fmt: skip
