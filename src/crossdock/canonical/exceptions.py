"""Business exceptions (domain.md §5): what each code means, how grave it is, how soon it must be taken and solved.

The first three letters of a code name the queue that owns it. Severity is the default; `worse` says when it is graver.
Times run on the queue's calendar, for S1 around the clock.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import msgspec

from crossdock.canonical.vocabulary import Severity

QUEUES: Mapping[str, str] = MappingProxyType(
    {
        "WHS": "warehouse operations",
        "TRN": "transport operations",
        "CUS": "trade compliance",
        "CSR": "customer service",
        "FIN": "finance",
        "MDM": "master data",
        "INT": "integration",
    }
)

_SECONDS = {"m": 60, "h": 3600, "d": 86_400}


class ExceptionType(msgspec.Struct, frozen=True):
    """One code. `ack_s` and `resolve_s` are seconds, `resolve_s` 0 where the case itself carries the deadline.

    `auto` is the remedy tried before or while a person is asked, `actions` what the console offers that person.
    """

    code: str
    name: str
    rule: str
    severity: Severity
    worse: str
    ack_s: int
    resolve_s: int
    auto: str
    actions: tuple[str, ...]

    @property
    def queue(self) -> str:
        """The owning queue."""
        return self.code[:3]


def _row(code: str, name: str, severity: str, sla: str, rule: str, auto: str, actions: str) -> ExceptionType:
    level, _, worse = severity.partition(" ")
    ack, _, resolve = sla.partition("/")
    return ExceptionType(
        code=code,
        name=name,
        rule=rule,
        severity=Severity[level],
        worse=worse,
        ack_s=_seconds(ack),
        resolve_s=_seconds(resolve),
        auto=auto,
        actions=tuple(action.strip() for action in actions.split(",")),
    )


def _seconds(span: str) -> int:
    return int(span[:-1]) * _SECONDS[span[-1]] if span else 0


# fmt: off
_ROWS = (
    _row("WHS-01", "Release not accepted", "S2", "15m/1h", "tm_fo_accept expires in SENT",
         "re-send once with same key; query WMS", "re-send, re-route, call site"),
    _row("WHS-02", "Fulfilment rejected", "S2", "15m/2h", "fulfilment.rejected, no alternative", "re-route (ORD-07)",
         "fix data & re-release, re-route, cancel"),
    _row("WHS-03", "Stuck before pick", "S2", "30m/2h", "ALLOCATED/WAVED and tm_pick_start expired",
         "nudge WMS; raise priority flag", "expedite wave, re-route, promise change"),
    _row("WHS-04", "Allocation short", "S2", "30m/4h", "allocation.shorted beyond under-tolerance", "ladder 3.2.4",
         "choose split, substitute, backorder, cancel"),
    _row("WHS-05", "Short pick", "S2", "30m/4h", "pick.shorted beyond under-tolerance",
         "ladder 3.2.4; request_count of the bin/item unless the reason is damage", "as WHS-04, accept short"),
    _row("WHS-06", "Stuck in pick/pack", "S3", "30m/2h", "tm_pick or tm_pack expired", "none",
         "expedite, re-assign, split shipment"),
    _row("WHS-07", "Carrier cut-off at risk/missed", "S3 S2 once missed", "15m/2h",
         "remaining work time > time to cutoff (risk S3); cutoff passed before HANDED_OVER (missed S2)",
         "re-plan to next departure; promise re-evaluation", "expedite, change service, notify"),
    _row("WHS-08", "Ship confirmation missing", "S2", "30m/4h",
         "handover_inferred set (carrier left, no WMS confirmation)", "resend_ship_confirmation every 2 h",
         "confirm on behalf of WMS (evidence), call 3PL"),
    _row("WHS-09", "Ship confirmation mismatch", "S2", "30m/4h", "confirmed lines/SSCC ≠ packed or > over_tol", "none",
         "correct by void + re-confirm, accept, count"),
    _row("WHS-10", "Cancel refused or overtaken", "S2 S1 if already told cancelled", "15m/2h",
         "fulfilment.cancel_rejected / hand-over of cancelled FO", "offer intercept",
         "intercept, return, customer contact"),
    _row("WHS-11", "Pack/weight implausible", "S3", "1h/8h", "abs(gross − Σ item gross)/Σ > weight_plaus_pct or 0 kg",
         "none", "re-weigh, correct master"),
    _row("WHS-12", "Stock variance", "S3 S2 above value", "2h/24h",
         "abs(WMS − ERP) beyond 9.1 tolerance after in-flight netting; negative stock",
         "re-check after variance_recheck; explain by in-flight", "count, adjust ERP/WMS, accept"),
    _row("WHS-13", "Return discrepancy / unannounced", "S3", "4h/24h",
         "receipt ≠ RMA in item, qty or condition; no RMA", "match by serial/SSCC/tracking",
         "accept, partial credit, reject, create RMA"),
    _row("WHS-14", "SSCC invalid, duplicate or voided", "S2", "30m/4h",
         "check digit wrong; SSCC live elsewhere; voided package shipped", "none", "re-label, correct contents"),
    _row("TRN-01", "Planning failed or late", "S2", "15m/2h", "shipment.plan_failed after retries, or tm_plan expired",
         "retry ×3; alternate service", "plan manually, change route"),
    _row("TRN-02", "Tender not answered", "S3", "15m/1h", "tender.expired", "next carrier in routing guide",
         "call carrier, extend, spot"),
    _row("TRN-03", "Tender exhausted / carrier withdrew", "S2 S1 < 24 h to pick-up", "15m/2h",
         "no carrier left, or rejection after acceptance", "spot-tender if spot_allowed",
         "spot buy, re-date, own fleet"),
    _row("TRN-04", "Pick-up missed", "S2", "15m/2h", "tm_pickup expired without ARRIVED_PICKUP/hand-over",
         "refresh_tracking; ask carrier", "re-tender, re-book dock"),
    _row("TRN-05", "Departure overdue", "S3", "30m/4h", "tm_departure expired", "refresh_tracking", "call carrier"),
    _row("TRN-06", "Milestone overdue", "S3", "1h/8h", "expected slot (4.2) not filled by due + grace",
         "refresh_tracking ×3", "manual status with evidence"),
    _row("TRN-07", "Tracking stale", "S3", "2h/12h", "in transit and no ACT for tracking_stale_after",
         "refresh_tracking", "call carrier, trace"),
    _row("TRN-08", "Delay risk", "S3", "1h/8h",
         "predicted ETA > promise.latest with confidence ≥ risk_conf, or slack < risk_slack",
         "re-plan appointment; customer proactive note per policy", "expedite, change promise"),
    _row("TRN-09", "Delayed", "S2", "30m/8h",
         "confirmed: EST/carrier delay or promise passed undelivered by > delay_grace", "notify; new ETA",
         "expedite, compensate"),
    _row("TRN-10", "Delivery attempt failed", "S2", "30m/8h", "delivery.failed", "reschedule_delivery; customer link",
         "new window, address fix, hold at depot"),
    _row("TRN-11", "Attempts exhausted / not rescheduled", "S2", "30m/8h",
         "attempts ≥ max_attempts, or tm_reattempt expired", "return-to-sender start after rts_wait",
         "collection point, RTS, re-route"),
    _row("TRN-12", "Appointment problem", "S3", "30m/4h",
         "declined, no-show, AT_RISK, > max_reschedules, slot mismatch", "next alternative slot",
         "book manually, change promise"),
    _row("TRN-13", "Run incomplete", "S2", "15m/2h",
         "run.completed/cancelled with open tasks; driver offline > run_silent_after", "re-plan open tasks next run",
         "reassign, contact driver"),
    _row("TRN-14", "Damage, shortage, excursion", "S2", "30m/24h",
         "shipment.exception_reported or POD with exceptions", "claim file opened; BIL blocked for damaged qty",
         "inspect, replace, claim, credit"),
    _row("TRN-15", "Loss suspected", "S2", "1h/48h", "tracking stale > loss_after, LOST scan, found-after-lost",
         "trace request", "declare lost, re-ship, claim"),
    _row("TRN-16", "Movement contradiction", "S2", "30m/8h", "3.3.4 contradictory rows; hand-over without tender",
         "none (state frozen)", "pick the true assertion, retract the other"),
    _row("CUS-01", "Declaration data incomplete", "S2", "1h/8h", "mandatory field missing at draft",
         "enrich from master/order", "complete fields, ask master data"),
    _row("CUS-02", "Declaration or amendment rejected", "S2", "30m/4h",
         "customs.rejected / customs.amendment_rejected", "auto-correct known codes (customs_autofix)",
         "correct, re-submit"),
    _row("CUS-03", "Customs hold", "S2 S1 if promise within 24 h", "15m/24h", "customs.held open",
         "supply known documents; block loading", "present goods, answer query, re-date"),
    _row("CUS-04", "Documents requested", "S2", "30m/", "customs.docs_requested",
         "supply_documents if document set complete", "upload, request extension"),
    _row("CUS-05", "Release overdue", "S3", "1h/8h", "tm_customs_release expired in ACCEPTED", "status query",
         "contact broker/office"),
    _row("CUS-06", "Refused / cancel denied / contradictory outcome", "S1", "15m/8h", "CD-10, CD-20, conflict",
         "keep blocked", "new declaration, licence, return to stock"),
    _row("CUS-07", "Departed without release", "S1", "15m/4h", "CD-24", "recall message to carrier",
         "recall, disclose, stop at exit"),
    _row("CUS-08", "Exit not confirmed", "S3 S1 at tm_exit_invalid −30 d", "1d/30d",
         "tm_exit_enquiry, customs.exit_enquiry or invalidation", "collect POD/import proof; supply_documents",
         "alternative evidence, tax correction"),
    _row("CUS-09", "Declared ≠ shipped", "S2", "1h/24h",
         "declared qty/weight/value vs hand-over beyond declared_tol_pct, or change after exit",
         "amend_declaration before departure", "amend, voluntary disclosure"),
    _row("CUS-10", "Screening or licence hit", "S1", "15m/24h",
         "party screening review/denied; controlled item without licence", "order.held (compliance)",
         "clear, reject, obtain licence"),
    _row("CSR-01", "Promise at risk", "S2", "30m/8h", "earliest achievable delivery > promise.latest (any cause)",
         "recompute promise, options", "agree new date, expedite"),
    _row("CSR-02", "Customer action required", "S3", "1h/24h",
         "ask-type decision or return decision pending; tm_customer_action running", "reminder at 50 % and 80 %",
         "decide for customer, call"),
    _row("CSR-03", "Address invalid/undeliverable", "S2", "30m/4h", "release rule RR-04, LMD/carrier wrong_address",
         "geocoder/validation suggestion", "correct, confirm with customer"),
    _row("CSR-04", "Change conflict", "S3", "1h/8h", "order.change_rejected, intercept refused", "none",
         "negotiate, new order, return"),
    _row("CSR-05", "Delivery refused (all or part)", "S2", "30m/8h", "delivery.refused / POD refused qty > 0",
         "expect return; BIL adjust", "re-deliver, credit, return"),
    _row("CSR-06", "POD disputed or poor", "S2", "1h/24h",
         "pod.rejected, POD quality review, customer claim \"not received\"", "request geo/photo; compare",
         "accept, re-deliver, credit"),
    _row("CSR-07", "Portal stale or wrong", "S2", "15m/1h", "projection age > portal_stale_after; RC-15 break",
         "read-through mode; re-publish", "freeze tile with service message"),
    _row("CSR-08", "Backorder aged", "S3", "4h/24h", "tm_backorder_review expired", "re-check ATP",
         "substitute, cancel remainder, promise"),
    _row("FIN-01", "Freight over tolerance", "S3 S2 > `freight_s2_abs`", "1d/5d",
         "header or charge positive variance fails", "re-rate; fetch evidence", "approve, dispute, split"),
    _row("FIN-02", "Freight under tolerance", "S4", "2d/10d", "negative variance fails", "re-rate",
         "approve, correct rate"),
    _row("FIN-03", "Freight invoice unmatched", "S3", "1d/5d",
         "no case/accrual after hold; EXEC test fail; currency/tax mismatch", "search by PRO/BOL/SSCC",
         "link, reject to carrier, accrue"),
    _row("FIN-04", "Freight posting failed / accrual aged", "S3", "4h/2d",
         "freight.accrual_failed; accrual open > accrual_age_max; settle overdue", "retry; request invoice",
         "correct account, release accrual"),
    _row("FIN-05", "Invoice blocked: POD missing", "S2", "4h/2d", "policy on_pod and tm_pod expired",
         "request_pod daily", "waive with evidence, chase carrier"),
    _row("FIN-06", "Invoice posting failed", "S2", "1h/8h", "invoice.failed or tm_invoice_ack expired",
         "retry transient; query ERP by key", "fix master/tax, re-request"),
    _row("FIN-07", "Invoice quantity/amount mismatch or double", "S2 S1 double", "1h/8h",
         "BIL-05, RC-09, second posting", "none", "credit/rebill"),
    _row("FIN-08", "Goods movement posting failed", "S2", "1h/8h", "inventory.erp_post_failed or tm_erp_post expired",
         "retry transient", "fix period/master, re-post"),
    _row("FIN-09", "Credit note pending", "S2", "4h/2d", "request_credit_note unacked > tm_invoice_ack", "retry",
         "post manually, confirm"),
    _row("FIN-10", "Duplicate freight invoice suspected", "S3", "1d/5d", "3.6.1 step 1 second kind", "hold payment",
         "confirm duplicate, accept as separate"),
    _row("FIN-11", "Unauthorised accessorial", "S3", "1d/5d", "charge fails with UNAUTH",
         "evidence from events (dwell, attempts)", "authorise, dispute"),
    _row("MDM-01", "Unknown item", "S2 S2 only while it blocks", "1h/8h", "item not mapped", "alias/GTIN lookup",
         "map, create, reject"),
    _row("MDM-02", "Unknown party or location", "S2 S2 only while it blocks", "1h/8h", "not mapped",
         "GLN/address match", "map, create"),
    _row("MDM-03", "Unmapped status/reason/charge code", "S3", "4h/24h", "code not in partner map",
         "park; event class guessed never", "map + replay"),
    _row("MDM-04", "Unit conversion missing", "S2 S2 only while it blocks", "1h/8h", "uom not convertible to base",
         "none", "add conversion + replay"),
    _row("MDM-05", "Time zone missing", "S3", "4h/24h", "TS-06", "geo→tz suggestion", "set tz + re-normalise"),
    _row("MDM-06", "Trade data missing", "S2", "1h/8h", "HS, origin, weight, EORI absent on cross-border line",
         "copy from sibling item (proposal)", "classify"),
    _row("INT-01", "Orphan event", "S3", "1h/8h", "no subject after hold_ttl_orphan",
         "retry correlation on every new ref", "link, discard with reason"),
    _row("INT-02", "Unparseable / contract breach", "S2", "30m/4h", "step 1 failure", "previous schema version try",
         "fix map, replay, tell partner"),
    _row("INT-03", "Hold expired", "S3", "1h/8h", "HOLD TTL passed with known subject",
         "query authority for predecessor", "replay, apply with inferred, discard"),
    _row("INT-04", "Unauthorised assertion", "S3 S2 repeated ≥ `unauth_repeat`", "4h/24h", "authority test failed",
         "negative ack", "fix source config, re-assign ownership"),
    _row("INT-05", "Invariant or contradiction", "S2", "30m/8h",
         "ledger invariant, same revision different content, terminal conflict", "none (frozen)",
         "choose assertion, correct"),
    _row("INT-06", "Command not acknowledged", "S2 S2 for P0 and P1, else S3", "15m/2h", "command timer expired",
         "idempotent re-send, status query", "re-send, manual in target"),
    _row("INT-07", "Command rejected", "S2", "30m/4h", "negative ack not covered by a business code; dead letter",
         "retry only transient classes", "fix payload, re-send"),
    _row("INT-08", "Clock skew / impossible time", "S4 S3 > daily limit", "1d/5d", "TS-12..14", "none",
         "contact partner"),
    _row("INT-09", "Ambiguous correlation", "S3", "1h/8h", "≥ 2 candidates", "re-try when more refs arrive",
         "choose, merge refs"),
    _row("INT-10", "Endpoint degraded / backlog / duplicate storm", "S2", "5m/1h",
         "lag or error rate beyond SLO; duplicates > dup_storm_rate", "circuit open, defer P3, alternate channel",
         "pause, fail over"),
    _row("INT-11", "Reconciliation break unowned", "S3", "4h/24h", "break with no mapped code, or same break 3 runs",
         "none", "assign owner"),
)
# fmt: on

EXCEPTION_TYPES: Mapping[str, ExceptionType] = MappingProxyType({row.code: row for row in _ROWS})
